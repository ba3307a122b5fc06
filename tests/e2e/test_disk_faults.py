"""Real disks that fill up, go away or cannot be written, under the real window (rows 34, 35, 38).

The disk is a small one made of memory, where the system lets us mount it. The flight recorder's folder is
kept on another disk, so that these tests can read what a till says when it can write nothing any more.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.books import disagreements
from e2e.cashier import Cashier
from e2e.program import TOKEN, Server, call, write_settings
from e2e.screen import Screen


def _mounted(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or not _mounted("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)):
        pytest.skip("mounting a small disk needs Linux and the rights to do so")
    yield place
    assert _mounted("umount", str(place))


@pytest.fixture
def data_dir(disk: Path, tmp_path: Path) -> Path:
    """A data folder on the disk, with its recorder elsewhere."""
    data_dir, log = disk / "data", tmp_path / "log"
    data_dir.mkdir()
    log.mkdir()
    (data_dir / "log").symlink_to(log)
    return data_dir


@pytest.fixture
def settings(server: Server, tmp_path: Path) -> Path:
    return write_settings(tmp_path / "settings.toml", server.address)


@pytest.fixture
def cashier(data_dir: Path, screen: Screen, settings: Path) -> Iterator[Cashier]:
    log = (data_dir / "log").resolve()
    cashier = Cashier(screen, data_dir, "--settings", settings)
    cashier._recorder = log / "till.jsonl"  # there is no way to it through a data folder that went away
    yield cashier
    cashier.put_away()


def _fill(disk: Path) -> Path:
    filler = disk / "other program's file"
    with open(filler, "wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 4096)
            except OSError:
                return filler


def _assert_books_agree(cashier: Cashier, server: Server) -> None:
    journal = cashier.journal()
    holds = [hold for hold in server.holds() if hold.operation in journal]
    assert disagreements(holds, journal, cashier.screens()) == []
    assert cashier.complaints() == ""


def test_on_a_full_disk_the_open_sale_is_finished_and_no_new_one_begins(
    cashier: Cashier, server: Server, disk: Path
) -> None:
    first, second = server.new_card(), server.new_card()
    cashier.holds(first, "5")
    filler = _fill(disk)
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")  # its journal entries went into the reserve
    cashier.next_customer()
    _fill(disk)  # the other program takes what the reserve left
    cashier.asks(second, "5")
    cashier.sees("amount", "No new sales")
    assert server.asked(second, "pay") == 0
    cashier.press("Escape")
    for file in disk.glob("other program's file*"):
        file.unlink()
    assert not filler.exists()
    cashier.begin()
    cashier.holds(second, "5")  # there is a reserve again
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert cashier.end() == 0
    assert server.states(first) == server.states(second) == [("committed", 500)]
    _assert_books_agree(cashier, server)


def test_a_disk_that_goes_away_during_a_hold_stops_the_till_and_the_next_start_agrees(
    cashier: Cashier, server: Server, data_dir: Path
) -> None:
    number = server.new_card()
    cashier.holds(number, "5")
    away = data_dir.rename(data_dir.with_name("unplugged"))
    cashier.press("F12")
    cashier.sees("done", "Not paid. The hold was released", "not_paid")
    cashier.press("Return")
    cashier.sees("ready", "Stop using this till")
    another = server.new_card()
    cashier.scan(another)
    cashier.press("F1", "F2")  # to Help and back
    cashier.sees("ready", "Stop using this till")
    assert server.asked(another, "status") == 0
    assert cashier.end() == 0
    away.rename(data_dir)
    cashier.start()
    assert cashier.end() == 0
    assert server.states(number) == [("cancelled", 500)]
    assert cashier.journal_of(number) == [("cancelled", 500)]
    _assert_books_agree(cashier, server)


def test_a_damaged_journal_is_set_aside_before_the_first_customer(
    cashier: Cashier, server: Server, data_dir: Path
) -> None:
    cashier.holds(server.new_card(), "5")
    cashier.kill()
    journal = data_dir / "journal.sqlite3"
    damaged = b"\xa5" * journal.stat().st_size
    journal.write_bytes(damaged)
    cashier.start()
    line = [line for line in cashier.screens() if line["screen"] == "ready"][-1]
    assert line["headline"] == "Journal set aside"
    (aside,) = data_dir.glob("journal.damaged-*.sqlite3")
    assert aside.read_bytes() == damaged
    cashier.catch_up()
    cashier.scan(server.new_card())
    cashier.sees("card", "No payments at this till")  # whether they were stopped is not known any more
    cashier.press("a")
    cashier.sees("card", "available")
    number = server.new_card()
    cashier.holds(number, "5")
    cashier.press("Escape")
    cashier.sees("done", "Not paid", "not_paid")
    assert cashier.end() == 0
    assert server.states(number) == [("cancelled", 500)]
    assert cashier.complaints() == ""


def test_a_till_does_not_start_on_a_disk_that_cannot_be_written(
    disk: Path, data_dir: Path, settings: Path, tmp_path: Path
) -> None:
    assert _mounted("mount", "-o", "remount,ro", str(disk))
    ended = call(
        tmp_path,
        *("--settings", settings, "--data-dir", data_dir, "--platform", "offscreen", "--quit-when-ready"),
        CENTARA_GIFTCARD_TOKEN=TOKEN,
    )
    assert ended.returncode == 2
    assert "read-only file system" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
