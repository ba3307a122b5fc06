"""Members of a JSON document by the names a server may give them: in any case, with or without marks.

`authCode`, `AuthCode`, `auth_code` and `AUTH-CODE` are one name, *folded* to `authcode`.
"""

from collections.abc import Iterator
from typing import Final

from centara_giftcard.loyalty.exact_json import TWICE, told_alike

WRAPPERS: Final = frozenset(
    """data result results response payload value body content model item envelope d output
    message resource entity object return""".split()
)
"""Folded names of members that servers wrap a whole answer in."""

_MARKS: Final = str.maketrans("", "", "_- .")


def folded(name: str) -> str:
    """A name as it is compared."""
    return name.translate(_MARKS).casefold()


def folding(members: dict[str, object]) -> dict[str, object]:
    """Members by their folded names; one that is there twice with different values is TWICE."""
    found: dict[str, object] = {}
    for name, value in members.items():
        key = folded(name)
        found[key] = value if key not in found or told_alike(found[key], value) else TWICE
    return found


def layers(document: object) -> Iterator[dict[str, object]]:
    """The members of an answer, folded: of its own object first, then of what it wraps, one level down."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        return
    outer = folding(document)
    yield outer
    for name, value in outer.items():
        if name in WRAPPERS:
            inner = value[0] if isinstance(value, list) and len(value) == 1 else value
            if isinstance(inner, dict):
                yield folding(inner)
