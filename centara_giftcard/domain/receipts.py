"""A receipt as a document: lines with a meaning, no bytes and no paper. Renderers turn it into either."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Final

PREVIEW_WIDTH: Final = 42
"""Characters in a line of 80 mm paper in a receipt printer's normal font."""


@dataclass(frozen=True)
class Text:
    """A centred line; `strong` is set large or bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Pair:
    """A label at the left and its value at the right; `strong` is the line that matters."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True)
class Receipt:
    """What a customer takes home. `operation` finds it again in the till's journal."""

    operation: str
    lines: tuple[Text | Pair | Rule, ...]


def as_text(receipt: Receipt, width: int = PREVIEW_WIDTH) -> str:
    """Set a receipt in plain text, `width` characters a line; nothing is cut, long lines are broken."""
    rows: list[str] = []
    for line in receipt.lines:
        match line:
            case Text(text):
                rows += [part.center(width).rstrip() for part in wrap(text, width) or [""]]
            case Pair(label, value) if len(label) + len(value) < width:
                rows.append(label + value.rjust(width - len(label)))
            case Pair(label, value):
                rows += [*wrap(label, width), *(part.rjust(width) for part in wrap(value, width))]
            case _:  # a Rule
                rows.append("-" * width)
    return "\n".join(rows) + "\n"
