"""Start to first paint: the till against a bare window, whole processes, in turn.

Both count from the moment at which the operating system started the process (on Linux in ticks of 10 ms, so a
single figure is coarse and only the median of many says something). The till's figure is the one that
`--quit-when-ready` prints. The ratio is taken within each round, where both met the same machine, and its
median is held against the limit. Left out: installing, the first start ever (it compiles bytecode and is the
warm-up here), the X server's own start, and how long the X server takes to bring the pixels to a screen.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from figures import Row, at_most, median, quartiles
from processes import HERE, SETTINGS, BenchError, environment, output_of

LIMIT: Final = 1.5
READY_LIMIT: Final = 2.5

_PAINTED: Final = re.compile(r"^first paint: (\d+) ms$", re.MULTILINE)
_READY: Final = re.compile(r"^ready: (\d+) ms$", re.MULTILINE)

Start = Callable[[], str]


def measure(rounds: int, display: str, address: str, folder: Path) -> list[Row]:
    """Rows for the till with settings, the demo, and the till offscreen, each beside the bare window."""
    shown, hidden = environment(display), environment(None)
    till = ["-m", "centara_giftcard", "--quit-when-ready"]
    with_settings = [
        *till,
        "--settings",
        str(SETTINGS),
        "--server",
        address,
        "--data-dir",
        str(folder / "till"),
    ]
    demo = [*till, "--demo", "--data-dir", str(folder / "demo")]
    bare = [str(HERE / "bare_window.py")]
    figures = _in_turn(
        rounds,
        {
            "bare": lambda: output_of(bare, shown, folder),
            "till": lambda: output_of(with_settings, shown, folder),
            "demo": lambda: output_of(demo, shown, folder),
            "bare offscreen": lambda: output_of(bare, hidden, folder),
            "till offscreen": lambda: output_of(with_settings, hidden, folder),
        },
    )
    painted = {name: [_number(_PAINTED, text) for text in texts] for name, texts in figures.items()}
    ready = [_number(_READY, text) for text in figures["till"]]
    return [
        _ratio("Start to first paint, till : bare window", painted["till"], painted["bare"]),
        _ratio("Start to first paint, demo : bare window", painted["demo"], painted["bare"]),
        _ratio("Start to ready for a scan : bare window's paint", ready, painted["bare"], READY_LIMIT),
        replace(
            _ratio("  offscreen, till : bare window", painted["till offscreen"], painted["bare offscreen"]),
            limit="",
            met=None,
        ),
        _time("  bare window, start to first paint", painted["bare"]),
        _time("  till, start to first paint", painted["till"]),
        _time("  till, start to ready for a scan", ready),
    ]


def _in_turn(rounds: int, starts: dict[str, Start]) -> dict[str, list[str]]:
    """Start each once to warm up, then `rounds` times A B C A B C …"""
    texts: dict[str, list[str]] = {name: [] for name in starts}
    for start in starts.values():
        start()
    for _ in range(rounds):
        for name, start in starts.items():
            texts[name].append(start())
    return texts


def _ratio(figure: str, till: list[float], bare: list[float], limit: float = LIMIT) -> Row:
    ratios = [one / other for one, other in zip(till, bare, strict=True)]
    return at_most(figure, median(ratios), limit, " times", quartiles(ratios, digits=2), digits=2)


def _time(figure: str, values: list[float]) -> Row:
    return Row(figure, f"{median(values):.0f} ms", quartiles(values, " ms", 0))


def _number(pattern: re.Pattern[str], text: str) -> float:
    found = pattern.search(text)
    if found is None:
        raise BenchError(f"{pattern.pattern} is not in what was printed:\n{text}")
    return float(found[1])
