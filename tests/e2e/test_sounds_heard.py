"""A scan and a refusal are heard at the display's own bell; where sounds are switched off, nothing is."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from e2e.cashier import PATIENCE_S, opened
from e2e.program import EXPIRED, Server, write_settings
from e2e.screen import Screen
from e2e.x11 import Bells

pytestmark = pytest.mark.window

SCANNED, REFUSED = 1, 3
"""How many beeps tell it."""


@pytest.fixture
def bells(screen: Screen) -> Iterator[Bells]:
    with closing(Bells(screen.name)) as bells:
        yield bells


def settings(folder: Path, server: Server, sounds: str) -> Path:
    path = write_settings(folder / "settings.toml", server.address)
    path.write_text(path.read_text().replace("[loyalty]", f"sounds = {sounds}\n[loyalty]"))
    return path


def test_a_scan_and_a_refusal_are_heard(screen: Screen, server: Server, bells: Bells, tmp_path: Path) -> None:
    with opened(screen, settings(tmp_path, server, "true")) as cashier:
        cashier.scan(EXPIRED)
        cashier.sees("card", "Expired")
        until = time.monotonic() + PATIENCE_S
        while bells.rung() < SCANNED + REFUSED:
            assert time.monotonic() < until, f"{bells.rung()} beeps"
            time.sleep(0.01)


def test_nothing_is_heard_where_sounds_are_switched_off(
    screen: Screen, server: Server, bells: Bells, tmp_path: Path
) -> None:
    with opened(screen, settings(tmp_path, server, "false")) as cashier:
        cashier.scan(EXPIRED)
        cashier.sees("card", "Expired")
    assert bells.rung() == 0  # the till has ended: whatever it asked of the display was heard
