"""Members of a JSON document by the names a server may give them: in any case, with or without marks.

`authCode`, `AuthCode`, `auth_code` and `AUTH-CODE` are one name, *folded* to `authcode`.
"""

import re
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Final

from centara_giftcard.loyalty.exact_json import LOST_LETTER, TWICE, Path, Unreadable, told_alike

WRAPPERS: Final = frozenset(
    """data result results response payload value body content model item envelope d output
    message resource entity object return""".split()
)
"""Folded names of members that servers wrap a whole answer in."""

MAX_TEXT: Final = 200
"""Longest id or auth code that is believed; it becomes part of an address."""

_BARE_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~+/=:-]{3,199}")
_MARKS: Final = str.maketrans("", "", "_- .")
_MAX_DEPTH: Final = 4
"""A wrapper, and the three names that a setting may have."""

Members = dict[str, object]
"""An object's members by their folded names."""


def folded(name: str) -> str:
    """A name as it is compared."""
    return name.translate(_MARKS).casefold()


def folding(members: dict[str, object]) -> Members:
    """Members by their folded names; one that is there twice with different values is TWICE."""
    found: Members = {}
    for name, value in members.items():
        key = folded(name)
        found[key] = value if key not in found or told_alike(found[key], value) else TWICE
    return found


def layers(document: object, wrappers: Collection[str] = WRAPPERS) -> Iterator[Members]:
    """The members of an answer: of its own object first, then of what it wraps, one level down."""
    outer = _object(document)
    if outer is None:
        return
    yield outer
    for name, value in outer.items():
        if name in wrappers and (inner := _object(value)) is not None:
            yield inner


def folded_path(names: str) -> Path:
    """The way to a member, as a setting tells it with dots."""
    return tuple(map(folded, names.split(".")))


def at(members: Members, path: Path) -> object:
    """What stands at the end of a way into an object; None where there is nothing."""
    *boxes, name = path
    for it in boxes:
        inner = _object(members.get(it))
        if inner is None:
            return None
        members = inner
    return members.get(name)


def leaves(document: object, into: Callable[[str], bool]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every plain value of an object and of those in it that it looks `into`, with the names on the way.

    A list of one object is that object.
    """
    left: list[tuple[tuple[str, ...], object]] = [((), document)]
    while left:
        path, value = left.pop()
        members = _object(value)
        if members is None:
            if path:
                yield path, value
        elif len(path) < _MAX_DEPTH:
            left.extend(((*path, n), v) for n, v in members.items() if into(n) or _object(v) is None)


def shape_of(value: object) -> str:
    """What a value is, in words that show nothing of it."""
    match value:
        case None:
            return "missing"
        case bool():
            return "true or false"
        case str():
            return "text" if value else "empty"
        case Decimal():
            return "a number"
        case dict():
            return "an object"
        case list():
            return "a list"
    return "there twice"


def identifier(value: object, member: str) -> str:
    """An id or a code: a text on one line, or a plain whole number of any size. Raises Unreadable."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0 and not value.is_signed():
        value = str(value)
    if not isinstance(value, str) or not is_usable(value):
        raise Unreadable(member, shape_of(value))
    return value


def is_usable(text: str) -> bool:
    """Whether a text may become a segment of an address."""
    plain = text.isprintable() and text == text.strip() and LOST_LETTER not in text
    return plain and 0 < len(text) <= MAX_TEXT


def is_bare_code(word: str) -> bool:
    """Whether a word that is a whole answer can be a code; `OK` and `Accepted` are none."""
    return _BARE_CODE.fullmatch(word) is not None and any(map(str.isdigit, word))


def _object(value: object) -> Members | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return folding(value) if isinstance(value, dict) else None
