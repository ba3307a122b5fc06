"""JSON whose numbers stay exact decimals, read from a server that is not trusted to be well-behaved."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

# An unfinished string is a token too: were it skipped, every escaped quote in it would start a new search.
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_VALUE: Final = re.compile(
    r'\s*:\s*(?:(?P<text>"(?:[^"\\]|\\.)*+")|(?P<number>[0-9]++)(?=[\s,}]))', re.DOTALL
)


LOST_LETTER: Final = "\ufffd"
"""Stands for a letter that could not be read: no id, code or word has it in it that is used."""

_LONGEST_NAME: Final = 100
_DEEPEST: Final = 4


class Unreadable(Exception):
    """A reply is not in the expected shape: which `member`, by our name for it, and what it is instead.

    Its text is empty and it never has a value in it: what was sent may hold a secret.
    """

    def __init__(self, member: str = "", shape: str = "") -> None:
        super().__init__()
        self.member = member
        self.shape = shape


class _Twice:
    """The type of TWICE."""


TWICE: Final = _Twice()
"""The value of a member that is there twice with different values: whoever needs it cannot read it."""


def parse(body: bytes) -> object:
    """Read JSON in UTF-8; every number becomes a Decimal, whatever its length, NaN and Infinity too.

    A member that is there twice is TWICE, and what is no UTF-8 is LOST_LETTER: what nobody reads spoils
    nothing, such as a customer's name in another encoding. Raises Unreadable: no JSON, nesting too deep.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig", errors="replace"),
            parse_float=Decimal,
            parse_int=Decimal,  # int() would refuse more than 4,300 digits with an error of its own
            parse_constant=Decimal,
            object_pairs_hook=_members,
        )
    except (ValueError, ArithmeticError, RecursionError):  # ArithmeticError: an exponent beyond Decimal's
        raise Unreadable("body", "no JSON") from None


def written(members: Mapping[str, str | Decimal]) -> bytes:
    """The body of a request. A name with dots leads into objects; a number stands as it is: `25.00`."""
    document: dict[str, Any] = {}
    for path, value in members.items():
        *boxes, name = path.split(".")
        box = document
        for it in boxes:
            box = box.setdefault(it, {})
        box[name] = value
    return _text(document).encode()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(name)}: {_text(it)}' for name, it in value.items())}}}"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)


Path = tuple[str, ...]
"""The names on the way to a member, from the outside in."""


def rescue(body: bytes, wanted: Callable[[Path], bool]) -> str | None:
    """Find the value of a member in a text that may be broken or cut off, by the names on the way to it.

    Only a complete value counts (a string with both quotes, a whole number with something after it), and only
    if no other member that is wanted has a different one. What stands in a list is not looked at.
    """
    text = body.decode("utf-8", errors="replace")
    found = set(_values(text, wanted))
    return found.pop() if len(found) == 1 else None


def _values(text: str, wanted: Callable[[Path], bool]) -> Iterator[str]:
    boxes: list[Path | None] = []  # the way to each that is open; None in a list, or too deep
    last = ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == "{":
            outer = boxes[-1] if boxes else None
            inner = (*outer, last) if outer is not None and len(outer) < _DEEPEST else None
            boxes.append(inner if boxes else ())
        elif sign == "[":
            boxes.append(None)
        elif sign in "}]":
            if not boxes:
                return
            boxes.pop()
        else:
            last = "" if len(sign) > _LONGEST_NAME else _unquoted(sign) if "\\" in sign else sign[1:-1]
            box = boxes[-1] if boxes else None
            if box is None or not wanted((*box, last)):
                continue
            if value := _VALUE.match(text, token.end()):
                yield _unquoted(value["text"]) if value["text"] else value["number"]


def _unquoted(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return ""


def told_alike(one: object, other: object) -> bool:
    """Whether two plain values are written the same; boxes are not looked into."""
    return (
        type(one) is type(other) and isinstance(one, str | Decimal | bool | None) and str(one) == str(other)
    )


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: dict[str, object] = {}
        for name, value in pairs:
            if name in seen and not told_alike(seen[name], value):
                members[name] = TWICE
            seen[name] = value
    return members
