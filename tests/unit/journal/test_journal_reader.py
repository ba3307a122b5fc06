"""The command line's view of the journal, beside a running till and without one."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from journal_samples import payment, with_journal

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.payment import State
from centara_giftcard.journal.reader import FIELDS, export_csv, export_json, list_operations, verify
from centara_giftcard.journal.store import SqliteJournal

CONTRACT = ["id", "kind", "state", "amount_minor", "currency", "card", "operator", "created_at", "updated_at"]


async def two_payments(journal: SqliteJournal) -> None:
    await journal.record(payment(state=State.REQUESTING, held=None, auth_code=None), "requested")
    await journal.record(payment(), "held")
    await journal.record(payment(id="op-2", operator="=HYPERLINK(1)"), "held")
    await journal.record(payment(id="op-2", operator="=HYPERLINK(1)", state=State.COMMITTED), "committed")


def as_json(folder: Path) -> list[dict[str, object]]:
    out = io.StringIO()
    export_json(folder, out)
    parsed: list[dict[str, object]] = json.loads(out.getvalue())
    return parsed


def as_csv(folder: Path) -> str:
    out = io.StringIO()
    export_csv(folder, out)
    return out.getvalue()


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db, db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for statement in ("DROP TRIGGER events_are_not_changed", "DROP TRIGGER events_are_not_deleted"):
            db.execute(statement)
        for statement in statements:
            db.execute(statement)


def test_the_json_export_has_the_contracts_fields_in_their_order(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    first, second = as_json(tmp_path)
    assert list(first) == list(FIELDS) == CONTRACT
    assert first | {"updated_at": ""} == {
        "id": "op-1",
        "kind": "payment",
        "state": "held",
        "amount_minor": 2500,
        "currency": "EUR",
        "card": "•••• 1234",
        "operator": "Anna",
        "created_at": "2026-03-01T09:30:00+00:00",
        "updated_at": "",
    }
    assert (second["id"], second["state"], second["operator"]) == ("op-2", "committed", "=HYPERLINK(1)")
    assert datetime.fromisoformat(str(second["updated_at"])).utcoffset() == timedelta(0)


def test_the_csv_export_is_the_same_with_formulas_made_harmless(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    rows = list(csv.DictReader(io.StringIO(as_csv(tmp_path))))
    assert list(rows[0]) == CONTRACT
    expected = [{name: str(value) for name, value in row.items()} for row in as_json(tmp_path)]
    assert rows == [expected[0], expected[1] | {"operator": "'=HYPERLINK(1)"}]


@pytest.mark.parametrize("made", [False, True])
def test_without_a_journal_there_is_nothing_to_tell_and_nothing_wrong(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "data"
    if made:
        folder.mkdir()
        (folder / "journal.sqlite3").touch()  # a till that was killed while it made the file
    assert as_json(folder) == []
    assert as_csv(folder) == ",".join(CONTRACT) + "\n"
    assert (verify(folder).summary, verify(folder).sound) == ("no journal yet", True)
    assert folder.exists() == made


def test_it_reads_while_a_till_runs_and_never_makes_it_wait(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        await two_payments(journal)
        path = tmp_path / "journal.sqlite3"
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as stalled:
            stalled.execute("BEGIN")
            assert stalled.execute("SELECT count(*) FROM events").fetchone() == (4,)
            await journal.record(payment(state=State.COMMITTED), "committed")
            await journal.record(payment(id="op-3"), "held")
            assert stalled.execute("SELECT count(*) FROM events").fetchone() == (4,)
            assert [record.state for record in list_operations(tmp_path)] == [
                "committed",
                "committed",
                "held",
            ]
            assert verify(tmp_path).sound

    with_journal(tmp_path, use)
    assert verify(tmp_path).summary == "3 operations, 6 events"


def test_an_odd_folder_name_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "Kasse #3 ?mode=rw %41 ö"
    with_journal(folder, two_payments)
    assert len(list_operations(folder)) == 2


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE events SET at = 'x' WHERE seq = 2", "Event 2 of operation op-1 was changed"),
        ("DELETE FROM events WHERE seq = 2", "Events 2 to 2 are missing"),
        ("DELETE FROM events WHERE seq = 4", "Operation op-2 is committed, but its last event does not say"),
        ("DELETE FROM events WHERE operation = 'op-1'", "Operation op-1 has no event"),
        ("DELETE FROM operations WHERE id = 'op-1'", "events of an operation that is missing"),
        (
            "UPDATE operations SET state = 'paid' WHERE id = 'op-1'",
            "a state that a payment does not have: paid",
        ),
        ("UPDATE operations SET kind = 'loan' WHERE id = 'op-1'", "a state that a loan does not have: held"),
        ("UPDATE operations SET state = 'cancelled' WHERE id = 'op-1'", "cancelled, but marked as unsettled"),
        ("UPDATE operations SET body = '{}' WHERE id = 'op-1'", "its last event does not say the same"),
        ("UPDATE operations SET secret = x'00' WHERE id = 'op-2'", "settled, but its secrets are still kept"),
        ("UPDATE operations SET secret = NULL WHERE id = 'op-1'", "unsettled, but its secrets are missing"),
    ],
)
def test_verify_finds(tmp_path: Path, statement: str, finding: str) -> None:
    with_journal(tmp_path, two_payments)
    assert verify(tmp_path).sound
    change(tmp_path, statement)
    assert any(finding in told for told in verify(tmp_path).findings), verify(tmp_path).findings


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\0" * 5000])
def test_a_damaged_file_is_a_finding_and_no_export(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(content)
    assert not verify(tmp_path).sound
    with pytest.raises(JournalError, match="the file is damaged"):
        as_json(tmp_path)


def test_a_file_without_the_tables_is_a_finding(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    change(tmp_path, "DROP TABLE events")
    assert not verify(tmp_path).sound


def test_an_unreadable_column_is_told_in_one_sentence(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    change(tmp_path, "UPDATE operations SET currency = '?'")
    with pytest.raises(JournalError, match="unreadable line"):
        as_csv(tmp_path)


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    change(tmp_path, "PRAGMA user_version = 99")
    for read in (as_json, verify):
        with pytest.raises(JournalError, match="newer Centara till"):
            read(tmp_path)
