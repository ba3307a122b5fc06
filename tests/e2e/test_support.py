"""What support asks for is shown and written from the Settings of a running till, which then opens again."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.cashier import TITLE, Cashier
from e2e.program import TOKEN, Server, write_settings
from e2e.screen import Screen

pytestmark = pytest.mark.window

SHOWN = "Nothing secret is in it. Read it, then write it into a file."
WRITTEN = "The file is written: send it to support."


@pytest.fixture
def till(screen: Screen, server: Server, tmp_path: Path) -> Iterator[Cashier]:
    settings = write_settings(tmp_path / "settings.toml", server.address, 2, "")
    cashier = Cashier(screen, tmp_path / "data", "--settings", settings)
    try:
        yield cashier
        assert cashier.end() == 0
        assert cashier.complaints() == ""
    finally:
        cashier.put_away()


@pytest.mark.parametrize("way", ["keys", "touch"])
def test_what_support_asks_for_is_shown_then_written_and_the_till_opens_again(
    till: Cashier, tmp_path: Path, way: str
) -> None:
    data = tmp_path / "data"
    till.begin()
    till.press("F9")
    till.sees("settings")
    till.touch("For support") if way == "touch" else till.press("s")
    till.sees("support", SHOWN)
    till.screen.wait_for_focus(TITLE)
    if pictures := os.environ.get("PICTURES"):
        till.picture(Path(pictures, f"support-{way}.png"))
    assert list(data.glob("*.zip")) == []
    till.touch("Write the file") if way == "touch" else till.press("Return")
    till.sees("support", WRITTEN)
    if pictures:
        till.picture(Path(pictures, f"support-{way}-written.png"))
    till.touch("Go on") if way == "touch" else till.press("Return")
    till.wait(lambda line: line["event"] == "ready", "the till is open again")
    (file,) = data.glob("*.zip")
    with zipfile.ZipFile(file) as bundle:
        names, everything = bundle.namelist(), b"".join(map(bundle.read, bundle.namelist()))
        doctor = bundle.read("doctor.txt").decode()
    assert {"doctor.txt", "hardware.txt", "journal.txt", "settings.toml", "versions.txt"} <= set(names)
    assert "screen" in everything.decode(errors="replace")
    assert "answers in" in doctor
    assert TOKEN.encode() not in everything
    till.begin()
