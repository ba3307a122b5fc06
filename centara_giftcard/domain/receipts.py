"""A receipt as a document: lines with a meaning, no bytes and no paper. Renderers turn it into either."""

from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.secrets import CardNumber, unbroken

PREVIEW_WIDTH: Final = 42
"""Characters in a line of 80 mm paper in a receipt printer's normal font."""


class Text(Struct, frozen=True):
    """A line of text, centred unless `left`; `strong` is set bold, `large` in letters of twice the size."""

    text: str
    strong: bool = False
    large: bool = False
    left: bool = False


class Pair(Struct, frozen=True):
    """A label at the left and its value at the right; `strong` is the line that matters."""

    label: str
    value: str
    strong: bool = False


class Rule(Struct, frozen=True):
    """A line across the paper."""


class Blank(Struct, frozen=True):
    """An empty line."""


@dataclass(frozen=True)
class Logo:
    """The shop's picture, a PNG."""

    png: bytes = field(repr=False)


class FullNumber(Struct, frozen=True):
    """A card's whole number, to be read by people: only on the card itself, for there it is the card."""

    number: CardNumber

    @property
    def clear(self) -> str:
        """The whole number in groups of four."""
        digits = self.number.reveal()
        return " ".join(digits[n : n + 4] for n in range(0, len(digits), 4))


class Code128(Struct, frozen=True):
    """A card's whole number as a Code 128 barcode."""

    number: CardNumber


class QrCode(Struct, frozen=True):
    """A card's whole number as a QR code."""

    number: CardNumber


class Cut(Struct, frozen=True):
    """Here the paper is cut."""


ReceiptLine = Text | Pair | Rule | Blank | Logo | FullNumber | Code128 | QrCode | Cut


class Receipt(Struct, frozen=True):
    """What a customer takes home. `operation` finds it again in the till's journal.

    `copy_mark` is the word for a copy in the customer's language; `copy` whether this is one.
    """

    operation: str
    lines: tuple[ReceiptLine, ...]
    copy_mark: str = "COPY"
    copy: bool = False


def as_copy(receipt: Receipt) -> Receipt:
    """Return the receipt marked as a copy, at the top of every part; whatever its template says."""
    if receipt.copy:
        return receipt
    mark = Text(receipt.copy_mark, strong=True, large=True)
    marked = [line for part in parts(receipt) for line in (mark, *part)]
    return replace(receipt, lines=tuple(marked), copy=True)


def masked(receipt: Receipt) -> Receipt:
    """Return the receipt as a screen may show it: no whole number, and nothing that a scanner could read.

    A printed card counts as handed over once it was scanned back; a code on the screen would pass for it.
    """
    lines = [Text(str(x.number)) if isinstance(x, FullNumber) else x for x in receipt.lines]
    return replace(receipt, lines=tuple(x for x in lines if not isinstance(x, Code128 | QrCode)))


def parts(receipt: Receipt) -> list[list[ReceiptLine]]:
    """Return the lines between the cuts, each part with the cut that ends it; there is at least one part."""
    found: list[list[ReceiptLine]] = [[]]
    for number, line in enumerate(receipt.lines, start=1):
        found[-1].append(line)
        if isinstance(line, Cut) and number < len(receipt.lines):
            found.append([])
    return found


def set_text(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` characters; an empty one is an empty line."""
    return wrap(unbroken(text), width) or [""]


def set_pair(label: str, value: str, width: int) -> list[str]:
    """Set a label and its value in one line of `width` characters, or below each other."""
    if len(label) + len(value) < width:
        return [label + value.rjust(width - len(label))]
    return [*wrap(unbroken(label), width), *(part.rjust(width) for part in wrap(unbroken(value), width))]


def as_text(receipt: Receipt, width: int = PREVIEW_WIDTH) -> str:
    """Set a receipt in plain text, `width` characters a line; nothing is cut, long lines are broken.

    It is for screens: a whole number is masked, codes and the logo are left out.
    """
    rows: list[str] = []
    for line in masked(receipt).lines:
        match line:
            case Text(text):
                rows += [part if line.left else part.center(width).rstrip() for part in set_text(text, width)]
            case Pair(label, value):
                rows += set_pair(label, value, width)
            case Rule():
                rows.append("-" * width)
            case Blank():
                rows.append("")
            case _:
                pass
    return "\n".join(rows) + "\n"
