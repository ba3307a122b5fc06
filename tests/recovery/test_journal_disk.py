"""A disk that is really full, or read-only: a small one made of memory, where the system lets us mount it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from recovery.test_journal_kill import KEY, now, way_of_a_payment

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.journal.reader import list_operations, verify
from centara_giftcard.journal.store import open_journal


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or not mounted(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]):
        pytest.skip("mounting a small disk needs Linux and the rights to do so")
    yield place
    assert mounted(["umount", str(place)])


def mounted(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def fill(disk: Path, name: str = "filler") -> Path:
    filler = disk / name
    with open(filler, "wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 4096)
            except OSError:
                return filler


def test_on_a_full_disk_open_payments_are_finished_and_no_new_one_begins(disk: Path) -> None:
    async def day() -> None:
        journal = open_journal(disk, KEY, now)
        for n in range(8):
            for payment in way_of_a_payment(f"open-{n}")[:2]:
                await journal.record(payment, payment.state.value)
        filler = fill(disk)
        with pytest.raises(JournalError, match="full"):
            await journal.record(way_of_a_payment("new")[0], "requesting")
        for n in range(8):
            for payment in way_of_a_payment(f"open-{n}")[2:]:
                await journal.record(payment, payment.state.value)
        fill(disk, "what was left")
        with pytest.raises(JournalError, match="full"):
            await journal.record(way_of_a_payment("new")[0], "requesting")
        filler.unlink()
        await journal.record(way_of_a_payment("new")[0], "requesting")
        await journal.close()

    asyncio.run(day())
    assert verify(disk).findings == ()
    states = {record.id: record.state for record in list_operations(disk)}
    assert states == {f"open-{n}": "committed" for n in range(8)} | {"new": "requesting"}
    assert (disk / "journal.reserve").exists()


def test_a_till_that_starts_on_a_full_disk_still_finishes_what_was_open(disk: Path) -> None:
    async def evening() -> None:
        journal = open_journal(disk, KEY, now)
        for payment in way_of_a_payment("open")[:2]:
            await journal.record(payment, payment.state.value)
        await journal.close()

    async def morning() -> None:
        journal = open_journal(disk, KEY, now)
        assert [payment.id for payment in (await journal.unfinished())[0]] == ["open"]
        for payment in way_of_a_payment("open")[2:]:
            await journal.record(payment, payment.state.value)
        await journal.close()

    asyncio.run(evening())
    fill(disk)
    asyncio.run(morning())
    assert verify(disk).findings == ()
    assert [record.state for record in list_operations(disk)] == ["committed"]


def test_a_full_disk_without_a_journal_is_told_in_one_sentence(disk: Path) -> None:
    fill(disk)
    with pytest.raises(JournalError, match=r"journal\.sqlite3 cannot be used: the disk is full"):
        open_journal(disk, KEY, now)


def test_a_read_only_folder_is_told_in_one_sentence(disk: Path) -> None:
    assert mounted(["mount", "-o", "remount,ro", str(disk)])
    with pytest.raises(JournalError, match=r"journal\.sqlite3 cannot be used: it cannot be written there"):
        open_journal(disk, KEY, now)
