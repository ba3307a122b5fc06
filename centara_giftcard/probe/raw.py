"""Replies as they came over the wire, and what stands where in them. Nothing here is shown: they hold numbers
and codes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from centara_giftcard.loyalty.answers import is_plain
from centara_giftcard.loyalty.exact_json import Unreadable, parse
from centara_giftcard.loyalty.members import folded
from centara_giftcard.loyalty.successes import is_page

Leaf = tuple[tuple[str, ...], object]
"""A plain value and the names on the way to it, as the server spells them."""


class Raw:
    """One reply. `code` is 0 where not even a status line came."""

    def __init__(self, call: str, code: int, headers: Mapping[str, str], body: bytes) -> None:
        self.call = call
        self.code = code
        self.headers = headers
        self.body = body

    @cached_property
    def document(self) -> object:
        """The body as JSON; None where it is none."""
        try:
            return parse(self.body)
        except Unreadable:
            return None

    @property
    def is_page(self) -> bool:
        """Whether it is a page for a browser, as gateways write them."""
        return is_page(self.headers, self.body)

    @property
    def is_own(self) -> bool:
        """Whether it is in a server's own form: a JSON object, or a few plain words."""
        if self.is_page:
            return False
        return isinstance(self.document, dict) or is_plain(self.body.decode("utf-8", "replace").strip())

    @property
    def media(self) -> str:
        """What the reply calls its body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every plain value of the body; of one that is no JSON, its text."""
        text = self.body.strip().decode("utf-8", "replace")
        return tuple(_leaves(text if self.document is None else self.document, ()))

    def find(self, *names: str) -> Leaf | None:
        """The leaf that is least deep of those whose name is one of `names`, in any case and spelling."""
        wanted = {folded(name) for name in names}
        found = [leaf for leaf in self.leaves if leaf[0] and folded(leaf[0][-1]) in wanted]
        return min(found, key=lambda leaf: len(leaf[0]), default=None)

    def where(self, text: str) -> Leaf | None:
        """The leaf with this value, as a text or a number."""
        return next((leaf for leaf in self.leaves if _told(leaf[1]) == text), None)


def dotted(path: tuple[str, ...]) -> str:
    """The names on the way to a value, for people and for settings."""
    return ".".join(path)


def _told(value: object) -> str | None:
    return str(value) if isinstance(value, str | Decimal) else None


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(place)))
    else:
        yield path, value
