"""The figures of a whole sale, each from a till in a process of its own against a sandbox in another.

Scan to painted balance: from before the first key of a scanner's burst to the card's picture being with the
X server, less the same status call made by a bare keep-alive client in the same run, right before each scan;
the median of the differences is held against the limit. Loop: the longest block of all sales is held against
the limit, and the median of each sale's longest stands beside it; the start-up's is there for information.
Memory: the process's resident memory, read after a rest of 15 s. Left out everywhere: the network, a slow
server, a slow disk.
"""

import json
from pathlib import Path
from typing import Final

from figures import Row, at_most, median, quartiles
from processes import HERE, BenchError, environment, output_of

SCAN_LIMIT_MS: Final = 8.0
BLOCK_LIMIT_MS: Final = 50.0
GROWTH_LIMIT: Final = 5.0


def scans(count: int, display: str, address: str, folder: Path) -> list[Row]:
    """Scan to painted balance."""
    found = _driven("scans", (count,), display, address, folder)
    above = [scan - trip for scan, trip in zip(found["scans"], found["trips"], strict=True)]
    return [
        at_most(
            "Scan to painted balance, above the round trip",
            median(above),
            SCAN_LIMIT_MS,
            " ms",
            quartiles(above, " ms"),
        ),
        _time("  scan to painted balance", found["scans"]),
        _time("  server's own round trip", found["trips"]),
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
    text = output_of(
        [str(HERE / "driven.py"), mode, numbers, address, str(data)], environment(display), folder
    )
    try:
        found: dict[str, list[float]] = json.loads(text.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise BenchError(f"driven.py {mode} printed no figures:\n{text}") from None
    return found
