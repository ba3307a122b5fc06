"""The file is cut at any length, or bytes in it change: it opens, or it is set aside; it is never deleted."""

import asyncio
import shutil
from pathlib import Path

import pytest
from recovery.test_journal_kill import KEY, now, way_of_a_payment

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.journal.reader import list_operations, verify
from centara_giftcard.journal.store import SqliteJournal, open_journal


async def fill(journal: SqliteJournal, payments: int) -> None:
    for n in range(payments):
        for payment in way_of_a_payment(f"op-{n}")[: 4 if n % 2 else 3]:
            await journal.record(payment, payment.state.value)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of six payments, closed in peace."""

    async def make() -> None:
        journal = open_journal(folder, KEY, now)
        await fill(journal, 6)
        await journal.close()

    folder = tmp_path_factory.mktemp("closed")
    asyncio.run(make())
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a till that lost its power: the main file and a log that was not brought home."""

    async def make() -> None:
        journal = open_journal(folder / "running", KEY, now)
        await fill(journal, 3)
        await journal.record(way_of_a_payment("last")[0], "requested")
        shutil.copytree(folder / "running", folder / "killed")
        await journal.close()

    folder = tmp_path_factory.mktemp("killed")
    asyncio.run(make())
    (folder / "killed" / "journal.sqlite3-shm").unlink()  # memory, which a power cut takes
    return folder / "killed"


async def use(folder: Path) -> Path | None:
    """A till starts and goes on selling; returns what was set aside, or None."""
    journal = open_journal(folder, KEY, now)
    try:
        await journal.unfinished()
        await journal.record(way_of_a_payment("after")[0], "requested")
        assert "after" in [record.id for record in await journal.recent(3)]
    finally:
        await journal.close()
    return journal.set_aside


def offsets(size: int) -> list[int]:
    return sorted({*range(120), *range(0, size, 331), *range(0, size, 4096), size - 1})


def test_a_file_cut_at_any_length_is_set_aside_and_kept(closed: Path, tmp_path: Path) -> None:
    whole = (closed / "journal.sqlite3").read_bytes()
    salvaged: set[str] = set()
    for offset in offsets(len(whole)):
        folder = tmp_path / str(offset)
        shutil.copytree(closed, folder)
        (folder / "journal.sqlite3").write_bytes(whole[:offset])
        verify(folder)  # only looks, and does not crash either
        aside = asyncio.run(use(folder))
        assert aside is not None, offset
        assert aside.read_bytes() == whole[:offset], offset
        *taken_over, after = (record.id for record in list_operations(folder))
        assert after == "after"
        assert verify(folder).sound
        salvaged.update(taken_over)
        shutil.rmtree(folder)
    assert salvaged == {"op-0", "op-2", "op-4"}  # the unsettled ones


def test_a_log_cut_at_any_length_loses_only_what_was_not_synced(killed: Path, tmp_path: Path) -> None:
    wal = (killed / "journal.sqlite3-wal").read_bytes()
    assert wal
    operations = set()
    for offset in [*offsets(len(wal)), len(wal)]:
        folder = tmp_path / str(offset)
        shutil.copytree(killed, folder)
        (folder / "journal.sqlite3-wal").write_bytes(wal[:offset])
        assert asyncio.run(use(folder)) is None, offset
        assert verify(folder).findings == (), offset
        operations.add(len(list_operations(folder)))
        shutil.rmtree(folder)
    assert max(operations) == 5


def test_changed_bytes_never_crash_the_till(closed: Path, tmp_path: Path) -> None:
    whole = (closed / "journal.sqlite3").read_bytes()
    kept = 0
    for offset in offsets(len(whole)):
        folder = tmp_path / str(offset)
        shutil.copytree(closed, folder)
        changed = (
            whole[:offset] + bytes(byte ^ 0xFF for byte in whole[offset : offset + 8]) + whole[offset + 8 :]
        )
        (folder / "journal.sqlite3").write_bytes(changed)
        try:
            verify(folder)
            aside = asyncio.run(use(folder))
        except JournalError:
            pass  # told in a sentence: a version or a key that is not ours, or a table without its name
        else:
            kept += aside is not None
            assert aside is None or aside.read_bytes()[:offset] == whole[:offset]
        shutil.rmtree(folder)
    assert kept
