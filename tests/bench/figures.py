"""The figures as rows of one table, and the few statistics they need."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_HEAD: Final = ("Figure", "Measured", "Spread", "Limit", "Met")


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` is None where there is no limit: the line is there for information."""

    figure: str
    measured: str
    spread: str = ""
    limit: str = ""
    met: bool | None = None


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def quartiles(values: Sequence[float], unit: str = "", digits: int = 1) -> str:
    """The middle half and the number of values: `3.1 to 3.9 ms, n = 40`."""
    low, _, high = statistics.quantiles(values, n=4)
    return f"{low:.{digits}f} to {high:.{digits}f}{unit}, n = {len(values)}"


def at_most(figure: str, value: float, limit: float, unit: str, spread: str, digits: int = 1) -> Row:
    """A row with a limit that `value` must not exceed."""
    return Row(
        figure, f"{value:.{digits}f}{unit}", spread, f"at most {limit:.{digits}f}{unit}", value <= limit
    )


def table(rows: Sequence[Row]) -> str:
    """All rows as a Markdown table with aligned columns."""
    lines = [_HEAD, *((row.figure, row.measured, row.spread, row.limit, _word(row.met)) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    texts = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    ]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {text} |" for text in (texts[0], rule, *texts[1:]))


def _word(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "NO"
