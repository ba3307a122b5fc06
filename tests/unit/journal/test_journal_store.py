"""The journal on a real file: what it keeps, what it forgets, and what it does when something is wrong."""

import asyncio
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from unit.journal.journal_samples import (
    CODE,
    INSTRUMENT,
    NUMBER,
    Watch,
    eur,
    issues,
    opened,
    payment,
    payments,
    with_journal,
)

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.journal import schema
from centara_giftcard.journal.files import RESERVE_BYTES
from centara_giftcard.journal.reader import verify
from centara_giftcard.journal.store import SqliteJournal, open_journal
from centara_giftcard.terminal.ports import Journal, Operation, Record


@contextmanager
def tables(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db, db:
        yield db


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("journal.sqlite3*"))


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def unfinished(journal: SqliteJournal) -> list[Operation]:
    """What comes back whole."""
    return list((await journal.unfinished())[0])


def test_it_fulfils_the_port(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        port: Journal = journal
        await port.record(payment(), "held")

    with_journal(tmp_path / "made" / "on the way", use)


@pytest.mark.parametrize("wrong", [datetime(1980, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)])
def test_a_clock_that_was_wrong_at_the_first_start_disturbs_no_order(tmp_path: Path, wrong: datetime) -> None:
    async def first_day(journal: SqliteJournal) -> None:
        await journal.record(payment(id="first", created_at=wrong), "held")

    async def next_day(journal: SqliteJournal) -> tuple[list[str], list[str]]:
        await journal.record(payment(id="second"), "held")
        return [it.id for it in await journal.recent(9)], [it.id for it in await unfinished(journal)]

    with_journal(tmp_path, first_day, now=lambda: wrong)
    assert with_journal(tmp_path, next_day) == (["second", "first"], ["first", "second"])
    assert verify(tmp_path).findings == ()


def test_an_unsettled_payment_is_there_after_reopening_a_settled_one_is_not(tmp_path: Path) -> None:
    async def write(journal: SqliteJournal) -> None:
        await journal.record(payment(id="a", state=State.REQUESTING, auth_code=None, held=None), "requested")
        await journal.record(payment(id="b"), "held")
        await journal.record(payment(id="c"), "held")
        await journal.record(payment(id="c", state=State.COMMITTED, decision=Decision.TAKE), "committed")

    with_journal(tmp_path, write)
    found = with_journal(tmp_path, unfinished)
    assert found == [
        payment(id="a", state=State.REQUESTING, auth_code=None, held=None),
        payment(id="b"),
    ]


@settings(max_examples=40)
@given(payments | issues)
def test_any_unsettled_operation_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, it: Operation
) -> None:
    async def use(journal: SqliteJournal) -> list[Operation]:
        await journal.record(it, "event")
        return await unfinished(journal)

    folder = tmp_path_factory.mktemp("journal")
    expected = [] if it.settled else [replace(it, quiet_since_s=None)]
    assert with_journal(folder, use) == expected
    assert verify(folder).findings == ()


def test_each_event_is_kept_in_order_and_can_neither_be_changed_nor_deleted(tmp_path: Path) -> None:
    async def write(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")
        await journal.record(payment(state=State.COMMITTING), "take")

    with_journal(tmp_path, write)
    with tables(tmp_path) as db:
        told = db.execute("SELECT seq, operation, event, state FROM events ORDER BY seq").fetchall()
        assert told == [(1, "op-1", "held", "held"), (2, "op-1", "take", "committing")]
        for statement in ("UPDATE events SET state = 'held'", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="only added"):
                db.execute(statement)


def test_no_secret_stands_in_any_file_in_clear(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> bytes:
        await journal.record(payment(words=f"{NUMBER} is on hold"), "held")
        return everything(tmp_path)

    running = with_journal(tmp_path, use)
    for secret in (NUMBER, INSTRUMENT, CODE):
        assert secret.encode() not in running
        assert secret.encode() not in everything(tmp_path)


def test_a_settled_payment_leaves_a_masked_number_and_a_hash_and_no_ciphertext_in_the_files(
    tmp_path: Path,
) -> None:
    sealed: list[bytes] = []

    async def use(journal: SqliteJournal) -> None:
        for n in range(60):
            it = payment(id=f"op-{n}", card=CardNumber(f"60910000000{n:05}"))
            await journal.record(it, "held")
            await journal.record(replace(it, state=State.COMMITTING), "take")
            with tables(tmp_path) as db:
                sealed.extend(secret for (secret,) in db.execute("SELECT secret FROM operations") if secret)
            if n % 3:  # some stay open a while
                await journal.record(replace(it, state=State.COMMITTED), "committed")
        for n in range(0, 60, 3):
            it = payment(id=f"op-{n}", card=CardNumber(f"60910000000{n:05}"))
            await journal.record(replace(it, state=State.CANCELLED), "cancelled")
        await journal.recent(1)  # behind the tidying, in the same thread
        left = everything(tmp_path)
        assert not [secret for secret in sealed if secret[:12] in left or secret[12:] in left]

    with_journal(tmp_path, use)
    assert len(sealed) >= 60
    with tables(tmp_path) as db:
        rows = db.execute("SELECT card, card_hash, secret FROM operations").fetchall()
    assert rows[7] == ("•••• 0007", None, None)


def test_a_late_reply_may_bring_a_settled_payment_back(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> list[Operation]:
        await journal.record(payment(state=State.NOT_HELD, auth_code=None), "not_held")
        await journal.record(payment(state=State.CANCELLING), "held_late")
        return await unfinished(journal)

    assert with_journal(tmp_path, use) == [payment(state=State.CANCELLING)]
    assert verify(tmp_path).findings == ()


def test_the_lists_tell_what_was_left_to_pay_of_a_part_payment(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> Sequence[Record]:
        part = payment(state=State.COMMITTED, asked=eur(320), held=eur(320), due=eur(1_250))
        await journal.record(part, "status read")
        await journal.record(replace(part, id="whole", due=eur(320)), "status read")
        return await journal.recent(2)

    assert [it.rest for it in with_journal(tmp_path, use)] == [None, eur(930)]


def test_the_lists_give_the_newest_first_whatever_the_wall_clock_did(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

    async def use(journal: SqliteJournal) -> tuple[list[str], list[str], Record]:
        for id_, hours in (("a", 0), ("b", 2), ("c", 1)):
            it = payment(id=id_, created_at=noon + timedelta(hours=hours), state=State.COMMITTED)
            await journal.record(it, "committed")
        recent = [record.id for record in await journal.recent(2)]
        since = [record.id for record in await journal.since(noon + timedelta(hours=1))]
        return recent, since, (await journal.recent(1))[0]

    recent, since, newest = with_journal(tmp_path, use)
    assert recent == ["c", "b"]
    assert since == ["c", "b"]
    assert newest == Record(
        "c",
        "payment",
        "committed",
        eur(2500),
        "•••• 1234",
        "Anna",
        noon + timedelta(hours=1),
        newest.updated_at,
        settled=True,
    )
    assert newest.updated_at.utcoffset() == timedelta(0)


def test_only_its_own_thread_touches_the_file(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> set[threading.Thread]:
        return set(threading.enumerate())

    before = set(threading.enumerate())  # by the threads, not by their names: an earlier test's may still end
    new = with_journal(tmp_path, use) - before
    assert {thread.name.partition("_")[0] for thread in new} == {"journal"}


def test_whoever_stops_waiting_does_not_stop_the_writing(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> list[Record]:
        writing = asyncio.ensure_future(journal.record(payment(), "held"))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        assert writing.cancelled()
        return list(await journal.recent(5))

    assert [record.id for record in with_journal(tmp_path, use)] == ["op-1"]


def test_a_closed_journal_says_so_and_can_be_closed_again(tmp_path: Path) -> None:
    async def use() -> None:
        async with opened(tmp_path) as journal:
            await journal.close()
            with pytest.raises(JournalError, match="closed"):
                await journal.record(payment(), "held")

    asyncio.run(use())


@pytest.mark.skipif(sys.platform == "win32", reason="rights come from the user's profile there")
def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> set[tuple[str, int]]:
        await journal.record(payment(), "held")
        return {(file.name, stat.S_IMODE(file.stat().st_mode)) for file in files(tmp_path)}

    assert with_journal(tmp_path, use) == {(f"journal.sqlite3{tail}", 0o600) for tail in ("", "-wal", "-shm")}


def test_what_was_written_is_synced_each_time(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> tuple[list[int], str]:
        def ask() -> tuple[list[int], str]:
            asked = ("synchronous", "fullfsync", "foreign_keys", "secure_delete")
            values = [journal._db.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
            return values, journal._db.execute("PRAGMA journal_mode").fetchone()[0]

        return await journal._run(ask)

    assert with_journal(tmp_path, use) == ([2, 1, 1, 1], "wal")


# --- what cannot be brought back ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "body = '{'",
        "body = '[]'",
        "body = '{}'",
        "body = replace(body, '\"held\"', '\"hold\"')",
        "body = CAST(x'ff' AS TEXT)",
        "body = replace(body, '10000', '12500')",  # a digit of the balance before
        "secret = x'00'",
        "secret = NULL",
        "secret = (SELECT secret FROM operations WHERE id = 'good')",
    ],
)
def test_an_unreadable_payment_is_reported_and_hides_no_other(tmp_path: Path, change: str) -> None:
    async def write(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")
        await journal.record(payment(id="good"), "held")

    with_journal(tmp_path, write)
    with tables(tmp_path) as db:
        db.execute(f"UPDATE operations SET {change} WHERE id = 'op-1'")
    found, damaged = with_journal(tmp_path, SqliteJournal.unfinished)
    assert list(found) == [payment(id="good")]
    assert [(record.id, record.state, record.amount) for record in damaged] == [("op-1", "held", eur(2500))]


def test_an_entry_that_is_settled_by_its_body_and_unsettled_by_its_column_is_for_a_person(
    tmp_path: Path,
) -> None:
    async def write(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")
        with tables(tmp_path) as db:
            (sealed,) = db.execute("SELECT secret FROM operations").fetchone()
        await journal.record(payment(state=State.COMMITTED), "commit accepted")
        with tables(tmp_path) as db:
            db.execute("UPDATE operations SET settled = 0, secret = ?", (sealed,))

    with_journal(tmp_path, write)
    found, damaged = with_journal(tmp_path, SqliteJournal.unfinished)
    assert (list(found), [record.state for record in damaged]) == ([], ["committed"])


def test_a_payment_whose_very_columns_are_unreadable_stays_on_the_list(tmp_path: Path) -> None:
    async def write(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")

    with_journal(tmp_path, write)
    with tables(tmp_path) as db:
        db.execute("UPDATE operations SET currency = '?', secret = NULL")

    _, (record,) = with_journal(tmp_path, SqliteJournal.unfinished)
    assert (record.id, record.state, str(record.amount)) == ("op-1", "held", "XXX 0")


# --- opening -----------------------------------------------------------------------------------------------


def test_another_key_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    with_journal(tmp_path, lambda journal: journal.record(payment(), "held"))
    with pytest.raises(JournalError, match="another key"):
        open_journal(tmp_path, bytes(32), Watch())
    assert with_journal(tmp_path, unfinished) == [payment()]


def test_a_newer_file_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    with_journal(tmp_path, lambda journal: journal.record(payment(), "held"))
    with tables(tmp_path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match="newer Centara till"):
        with_journal(tmp_path, unfinished)
    with tables(tmp_path) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (1,)


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalError, match=r"file.journal\.sqlite3 cannot be used: "):
        open_journal(tmp_path / "file", bytes(32), Watch())


def test_older_versions_are_brought_up_to_date_one_by_one(tmp_path: Path) -> None:
    steps = ["CREATE TABLE a (x INT)", "ALTER TABLE a ADD COLUMN y INT; INSERT INTO a VALUES (1, 2)"]
    with closing(sqlite3.connect(tmp_path / "x", isolation_level=None)) as db:
        schema.migrate(db, steps[:1])
        assert schema.version(db) == 1
        schema.migrate(db, steps)
        schema.migrate(db, steps)  # nothing left to do
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        assert db.execute("SELECT * FROM a").fetchall() == [(1, 2)]


def test_a_migration_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x", isolation_level=None)) as db:
        schema.migrate(db, ["CREATE TABLE a (x INT)"])
        with pytest.raises(sqlite3.OperationalError):
            schema.migrate(db, ["", "CREATE TABLE b (x INT); INSERT INTO nowhere VALUES (1)"])
        assert schema.version(db) == 1
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]


# --- damage ------------------------------------------------------------------------------------------------


def begun_anew(folder: Path) -> tuple[Path | None, list[Operation]]:
    async def use(journal: SqliteJournal) -> tuple[Path | None, list[Operation]]:
        found = await unfinished(journal)
        await journal.record(payment(id="next"), "held")
        return journal.set_aside, found

    return with_journal(folder, use)


def test_what_is_no_database_is_set_aside_under_a_dated_name(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(b"no database at all " * 100)
    (tmp_path / "journal.sqlite3-journal").write_bytes(b"and its journal")
    aside, found = begun_anew(tmp_path)
    assert aside == tmp_path / "journal.damaged-20260301T100000Z.sqlite3"
    assert aside.read_bytes() == b"no database at all " * 100
    assert Path(f"{aside}-journal").exists()
    assert found == []
    assert begun_anew(tmp_path)[0] is None


def test_a_damaged_page_is_found_at_opening(tmp_path: Path) -> None:
    async def write(journal: SqliteJournal) -> None:
        for n in range(50):
            await journal.record(payment(id=f"op-{n}"), "held")

    with_journal(tmp_path, write)
    file = tmp_path / "journal.sqlite3"
    content = bytearray(file.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    file.write_bytes(content)
    aside, _ = begun_anew(tmp_path)
    assert aside is not None
    assert aside.read_bytes() == content


def test_two_damaged_files_in_one_second_are_both_kept(tmp_path: Path) -> None:
    for text in (b"first" * 200, b"second" * 200):
        (tmp_path / "journal.sqlite3").write_bytes(text)
        begun_anew(tmp_path)
    kept = {file.read_bytes() for file in tmp_path.glob("journal.damaged-*.sqlite3")}
    assert kept == {b"first" * 200, b"second" * 200}


def test_a_folder_in_its_place_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").mkdir()
    aside, found = begun_anew(tmp_path)
    assert aside is not None
    assert aside.is_dir()
    assert found == []


def test_an_emptied_file_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    begun_anew(tmp_path)
    (tmp_path / "journal.sqlite3").write_bytes(b"")
    assert begun_anew(tmp_path)[0] is not None


def test_a_log_without_its_main_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3-wal").write_bytes(b"the last that is left")
    aside, _ = begun_anew(tmp_path)
    assert Path(f"{aside}-wal").read_bytes() == b"the last that is left"


# --- a full disk, told by SQLite's own limit of pages (the real disk is in tests/recovery) -----------------


def test_on_a_full_disk_a_known_payment_takes_the_reserve_and_a_new_one_is_refused(tmp_path: Path) -> None:
    reserve = tmp_path / "journal.reserve"

    async def use(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")
        assert reserve.stat().st_size == RESERVE_BYTES
        pages = await journal._run(lambda: journal._db.execute("PRAGMA page_count").fetchone()[0])
        await journal._run(lambda: journal._db.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        with pytest.raises(JournalError, match="the disk is full"):
            await journal.record(payment(id="new", words="w" * 20000), "requested")
        assert reserve.exists()
        with pytest.raises(JournalError, match="the disk is full"):
            await journal.record(payment(words="w" * 20000), "held")
        assert not reserve.exists()
        await journal._run(lambda: journal._db.execute("PRAGMA max_page_count = 100000").fetchone())
        await journal.record(payment(words="w" * 20000), "held")
        assert not reserve.exists()
        await journal.record(payment(id="new"), "requested")
        assert reserve.exists()

    with_journal(tmp_path, use)
    assert verify(tmp_path).findings == ()


def test_no_new_sale_begins_while_there_is_no_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")
        monkeypatch.setattr(type(journal._reserve), "keep", lambda self: False)
        with pytest.raises(JournalError, match="no new sale"):
            await journal.record(payment(id="new"), "requested")
        await journal.record(payment(state=State.COMMITTING), "take")

    with_journal(tmp_path, use)
