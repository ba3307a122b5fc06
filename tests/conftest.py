"""Makes the folders of tests importable from one another (`from e2e.program import …`). No fixtures here.

And it says how the tests are shared out where they run side by side (`-n auto`, see packaging/quickstart.py).
"""

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "anywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("anywhere")  # a busy machine is no failure, and no run has other luck than the last one

HERE: Final = Path(__file__).parent

LONGEST_FIRST: Final = (
    *("recovery/test_crash.py", "e2e/test_first_run.py", "e2e/test_waiting.py", "simulation"),
    *("recovery", "contract", "fuzz", "ui", "unit"),
)
"""Folders and files in the order in which they are begun, so that no long one is left for the end."""

WAITING: Final = "e2e"
"""Its tests wait for hands more than they work: they are spread among those that work, two of these files to
one of its, so that the processors always have something to do."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three for each processor: half of the time goes into waiting, for hands at the window above all."""
    return 3 * (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first, and those that wait among those that work; within a file the order stays."""
    files = list(dict.fromkeys(item.path.relative_to(HERE).as_posix() for item in items))
    places: dict[str, float] = {}
    for waits in (True, False):
        some = sorted((it for it in files if it.startswith(WAITING) is waits), key=_turn)
        places |= {it: place * (2.01 if waits else 1) for place, it in enumerate(some)}
    items.sort(key=lambda item: places[item.path.relative_to(HERE).as_posix()])


def _turn(file: str) -> int:
    fitting = [turn for turn, name in enumerate(LONGEST_FIRST) if file.startswith(name)]
    return min(fitting, default=len(LONGEST_FIRST))
