"""A till that crashed and was started again, by a kiosk's unit or by hand, says why on its first screen."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.cashier import Cashier
from e2e.program import Server, write_settings
from e2e.screen import Screen

from centara_giftcard import crash

pytestmark = pytest.mark.window


@pytest.fixture
def crashed(screen: Screen, server: Server, tmp_path: Path) -> Iterator[Cashier]:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as fault:
        crash.write(fault, tmp_path / "data")
    settings = write_settings(tmp_path / "settings.toml", server.address, 2, "")
    cashier = Cashier(screen, tmp_path / "data", "--settings", settings)
    try:
        yield cashier
    finally:
        cashier.put_away()


def test_the_reason_is_on_the_first_screen_once_and_the_till_works(
    crashed: Cashier, server: Server, tmp_path: Path
) -> None:
    crashed.catch_up()
    said = [str(line["headline"]) for line in crashed.screens()]
    assert "The program had stopped" in said
    crashed.picture(Path(os.environ.get("PICTURES", tmp_path), "crashed.png"))
    crashed.begin()
    crashed.holds(server.new_card(), "12.50")
    crashed.press("F12")
    crashed.sees("done", "Paid", "paid")
    assert crashed.end() == 0
    assert crashed.complaints() == ""
    count = len(crashed.screens())
    crashed.start()
    crashed.begin()
    assert "The program had stopped" not in [it["headline"] for it in crashed.screens()[count:]]
    assert crashed.end() == 0
    note = (tmp_path / "data" / "log" / "crash.txt").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in note
