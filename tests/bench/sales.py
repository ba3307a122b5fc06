"""The figures of a whole sale, each from a till in a process of its own against a sandbox in another.

Scan to painted balance: from before the first key of a scanner's burst to the card's picture being with the
X server, less the same status call made by a bare keep-alive client in the same run, right before each scan.
Each scan is of a card that the till has not read before, as almost all in a shop are.
F12 to painted result: from the press to the result's picture, less the synced writes of the journal and the
two round trips that the proof costs (the commit, and the reading after it). Both are held against what a bare
PySide6 window takes to swap one full page for another, measured in the same run: the median, and the slowest
one in a hundred. Loop: the longest block of all sales is held against the limit, the median of each sale's
longest stands beside it; the start-up's is there for information. Memory: the process's resident memory, read
after a rest of 15 s. Left out everywhere: the network, a slow server, a slow disk.
"""

import json
import statistics
from pathlib import Path
from typing import Final

from figures import Row, at_most, median, quartiles
from processes import HERE, BenchError, environment, output_of

SWAPS_LIMIT: Final = 2.0
SLOWEST_LIMIT: Final = 4.0
BLOCK_LIMIT_MS: Final = 25.0
GROWTH_LIMIT: Final = 5.0


def presses(count: int, display: str, address: str, folder: Path) -> list[Row]:
    """Scan to painted balance and F12 to painted result, beside a bare window's change of a page."""
    swap = median(json.loads(_output([str(HERE / "bare_window.py"), "swaps", str(count)], display, folder)))
    scans = _driven("scans", (count,), display, address, folder)
    takes = _driven("takes", (count // 2,), display, address, folder)
    above = [scan - trip for scan, trip in zip(scans["scans"], scans["trips"], strict=True)]
    less = [
        take - trips - written
        for take, trips, written in zip(takes["takes"], takes["trips"], takes["written"], strict=True)
    ]
    return [
        Row("Bare window, one full page for another", f"{swap:.1f} ms"),
        *_beside("Scan to painted balance", "above the round trip", above, swap),
        _time("  scan to painted balance", scans["scans"]),
        _time("  server's own round trip", scans["trips"]),
        *_beside("F12 to painted result", "less round trips and synced writes", less, swap),
        _time("  F12 to painted result", takes["takes"]),
        _time("  synced writes in it", takes["written"]),
    ]


def _beside(figure: str, less: str, values: list[float], swap: float) -> list[Row]:
    slowest = statistics.quantiles(values, n=100)[-1]
    swaps = median(values) / swap
    told = f"{median(values):.1f} ms; {quartiles(values, ' ms')}"
    return [
        at_most(f"{figure} : bare swap, {less}", swaps, SWAPS_LIMIT, " times", told, digits=2),
        at_most(
            "  the slowest one in a hundred", slowest / swap, SLOWEST_LIMIT, " times", f"{slowest:.1f} ms", 2
        ),
    ]


def blocks(count: int, display: str, address: str, folder: Path) -> list[Row]:
    """The longest block of the event loop."""
    found = _driven("blocks", (count,), display, address, folder)
    sales = found["sales"]
    spread = f"median of a sale's longest {median(sales):.1f} ms, n = {len(sales)}"
    return [
        at_most("Longest block of the event loop in a sale", max(sales), BLOCK_LIMIT_MS, " ms", spread),
        Row("  in the first sale after the start", f"{found['first'][0]:.1f} ms"),
        Row("  between first paint and ready", f"{found['start'][0]:.1f} ms"),
    ]


def memory(counts: tuple[int, int], display: str, address: str, folder: Path) -> list[Row]:
    """Resident memory after many sales against that after few."""
    start, few, many = _driven("memory", counts, display, address, folder)["sizes"]
    growth = (many / few - 1) * 100
    sizes = f"{start:.1f} MiB at the start, {few:.1f} after {counts[0]}, {many:.1f} after {counts[1]}"
    figure = f"Memory after {counts[1]} sales, above that after {counts[0]}"
    return [at_most(figure, growth, GROWTH_LIMIT, " %", sizes)]


def _time(figure: str, values: list[float]) -> Row:
    return Row(figure, f"{median(values):.1f} ms", quartiles(values, " ms"))


def _driven(
    mode: str, counts: tuple[int, ...], display: str, address: str, folder: Path
) -> dict[str, list[float]]:
    """What `driven.py` found. Raises BenchError."""
    numbers = ",".join(map(str, counts))
    data = folder / f"data-{mode}"
    text = _output([str(HERE / "driven.py"), mode, numbers, address, str(data)], display, folder)
    try:
        found: dict[str, list[float]] = json.loads(text.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise BenchError(f"driven.py {mode} printed no figures:\n{text}") from None
    return found


def _output(arguments: list[str], display: str, folder: Path) -> str:
    return output_of(arguments, environment(display), folder)
