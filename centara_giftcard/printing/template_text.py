"""The language of the receipt templates: what a shop may write in them, and how a paper is made of it.

Plain text, one line of the paper on each line (`resources/receipts/header.txt` explains it to the shop).
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.papers import PaperKind
from centara_giftcard.domain.receipts import (
    Blank,
    Code128,
    Cut,
    FullNumber,
    Logo,
    Pair,
    QrCode,
    ReceiptLine,
    Rule,
    Text,
)
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.domain.sentences import shortened

SHARED: Final = ("header", "footer")
"""Templates that the others take in."""

_EVERYWHERE: Final = frozenset(
    "title store store_number till till_number till_name operator date time operation".split()
)
_OF_A_CARD: Final = frozenset("series description card amount valid_until validity".split())
FIELDS: Final[Mapping[PaperKind, frozenset[str]]] = {
    PaperKind.PAYMENT: _EVERYWHERE | _OF_A_CARD | {"left", "rest"},
    PaperKind.RELEASED: _EVERYWHERE | _OF_A_CARD | {"note"},
    PaperKind.NOT_PAID: _EVERYWHERE | _OF_A_CARD | {"note", "reason"},
    PaperKind.SALE: _EVERYWHERE | {"total", "count"},
    PaperKind.UNDONE: _EVERYWHERE | _OF_A_CARD,
    PaperKind.BALANCE: (_EVERYWHERE | _OF_A_CARD | {"available", "held", "spent", "original"}) - {"amount"},
    PaperKind.CARD: _EVERYWHERE | _OF_A_CARD,
}
"""What may stand in { } on each paper."""

ROW_FIELDS: Final[Mapping[PaperKind, frozenset[str]]] = {PaperKind.SALE: _OF_A_CARD}
"""What may stand in { } behind `each`: these lines come once for every card."""


class Field(NamedTuple):
    """What a template's { } stands for: the value, and the label a pair has unless the template gives one."""

    value: str
    label: str = ""


Values = Mapping[str, Field]


class _Entry(NamedTuple):
    word: str
    label: str
    text: str
    each: bool


Template = tuple[_Entry, ...]


@dataclass(frozen=True)
class Templates:
    """The templates of every kind of paper, and the shop's logo (a PNG, or nothing)."""

    of: Mapping[PaperKind, Template]
    logo: bytes = field(default=b"", repr=False)

    def lines(
        self, kind: PaperKind, values: Values, rows: Sequence[Values] = (), number: CardNumber | None = None
    ) -> tuple[ReceiptLine, ...]:
        """Fill in a template. A line with a field that has nothing to say is left out.

        `rows` fill the lines behind `each`; `number` is the card's own, for a printed card.
        """
        found: list[ReceiptLine] = []
        entries = list(self.of[kind])
        while entries:
            count = next(
                (n for n, entry in enumerate(entries) if entry.each != entries[0].each), len(entries)
            )
            block, entries = entries[:count], entries[count:]
            for known in [{**values, **row} for row in rows] if block[0].each else [values]:
                for entry in block:
                    found += self._line(entry, known, number)
        return tuple(line for n, line in enumerate(found) if not (n and line == found[n - 1] == Rule()))

    def _line(self, entry: _Entry, values: Values, number: CardNumber | None) -> Iterator[ReceiptLine]:
        used = [values[name] for name in _FIELD.findall(f"{entry.label}{entry.text}")]
        if not all(_one_line(found.value) for found in used):
            return
        label, text = _fill(entry.label, values), _fill(entry.text, values)
        match entry.word:
            case "pair" | "bold pair":
                yield Pair(label or _one_line(used[0].label), text, strong=entry.word != "pair")
            case "left" | "centre" | "bold" | "large":
                large = entry.word == "large"
                yield Text(text, strong=large or entry.word == "bold", large=large, left=entry.word == "left")
            case "logo":
                if self.logo:
                    yield Logo(self.logo)
            case "number" | "barcode" | "qr":
                if number is not None:
                    yield _OF_THE_NUMBER[entry.word](number)
            case word:
                yield _PLAIN[word]


class TemplateFault(SettingsError):
    """A template that cannot be used: one sentence with the line and the word. `file` is its name."""

    def __init__(self, file: str, sentence: str) -> None:
        super().__init__(sentence)
        self.file = file


def read_templates(read: Callable[[str], str], logo: bytes = b"") -> Templates:
    """Read the templates of every kind; `read` gives the text of a file by its name, such as `sale.txt`.

    Raises TemplateFault for the first fault.
    """
    return Templates({kind: tuple(_read_file(kind.value, kind, read)) for kind in PaperKind}, logo)


_PLAIN: Final[Mapping[str, ReceiptLine]] = {"rule": Rule(), "blank": Blank(), "cut": Cut()}
_OF_THE_NUMBER: Final[Mapping[str, Callable[[CardNumber], ReceiptLine]]] = {
    "number": FullNumber,
    "barcode": Code128,
    "qr": QrCode,
}
_WITH_TEXT: Final = ("left", "centre", "bold", "large", "pair", "bold pair")
_WORDS: Final = (*_WITH_TEXT, *_PLAIN, "logo", *_OF_THE_NUMBER, *SHARED)
_FIELD: Final = re.compile(r"{([^{}]*)}")
_NO_BREAK: Final = "\u00a0\u202f"
"""They hold an amount and its currency together."""
_SPACE: Final = re.compile(rf"[^\S{_NO_BREAK}]+")


def _read_file(name: str, kind: PaperKind, read: Callable[[str], str]) -> Iterator[_Entry]:
    for number, line in enumerate(read(f"{name}.txt").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            entry = _entry(line, kind)
            if entry.word in SHARED and name in SHARED:
                raise ValueError(f'"{entry.word}" cannot stand in {name}.txt')
        except ValueError as problem:
            raise TemplateFault(f"{name}.txt", f"{name}.txt, line {number}: {problem}") from None
        if entry.word in SHARED:
            yield from _read_file(entry.word, kind, read)
        else:
            yield entry


def _entry(line: str, kind: PaperKind) -> _Entry:
    """Read one line of a template. Raises ValueError with the end of a sentence."""
    head, colon, text = line.partition(":")
    words = head.lower().replace("center", "centre").split()
    each = words[:1] == ["each"]
    word, text = " ".join(words[each:]), text.strip()
    if word not in _WORDS:
        raise ValueError(f'"{shortened(word)}" is no kind of line{_hint(word, _WORDS)}')
    if (word in _WITH_TEXT) != bool(colon and text):
        raise ValueError(f'"{word}" stands alone' if text else f'"{word}:" needs a text behind the colon')
    if word in _OF_THE_NUMBER and kind is not PaperKind.CARD:
        raise ValueError(f'"{word}" shows the whole number, which belongs only on a printed card (card.txt)')
    if each and kind not in ROW_FIELDS:
        raise ValueError(f'"each" is for papers with several cards, not for {kind.value}.txt')
    known = FIELDS[kind] | (ROW_FIELDS[kind] if each else frozenset())
    for name in _FIELD.findall(text):
        if name not in known:
            wrong = f"{{{shortened(name)}}} is not a field of {kind.value}.txt"
            raise ValueError(f"{wrong}{_hint(name, known, '{%s}')}")
    if set("{}") & set(_FIELD.sub("", text)):
        raise ValueError("a { or } has no partner")
    label, equals, value = text.partition("=") if "pair" in word else ("", "", text)
    if "pair" in word and not equals:
        label, value = "", text
        if not _FIELD.fullmatch(text):
            raise ValueError(f'"{word}:" needs one field, or a label = a value')
    return _Entry(word, label.strip(), value.strip(), each)


def _hint(wrong: str, known: Sequence[str] | frozenset[str], form: str = '"%s"') -> str:
    near = difflib.get_close_matches(wrong, sorted(known), n=1)
    return f": did you mean {form % near[0]}?" if near else ""


def _fill(text: str, values: Values) -> str:
    return _FIELD.sub(lambda found: _one_line(values[found[1]].value), text)


def _one_line(text: str) -> str:
    """What a server or a setting says, without what could drive a printer or break the line."""
    plain = _SPACE.sub(" ", text).strip()
    return "".join(c for c in plain if c.isprintable() or c in _NO_BREAK)
