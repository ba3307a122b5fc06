"""The command line's view of the journal, beside a running till and without one."""

import csv
import io
import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from unit.journal.journal_samples import KEY, payment, with_journal

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import State
from centara_giftcard.journal.reader import (
    FIELDS,
    events,
    export_csv,
    export_json,
    list_operations,
    verify,
)
from centara_giftcard.journal.store import SqliteJournal

CONTRACT = ["id", "kind", "state", "amount_minor", "currency", "card", "operator", "created_at", "updated_at"]
CLOSED_COLUMNS = ["closed_by", "closed_reason", "closed_at"]
CLOSED_BY_7 = Closed("7", "Settled with the customer, =1+1")


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
    assert list(first) == list(FIELDS) == [*CONTRACT, "closed"]
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
        "closed": None,
    }
    assert (second["id"], second["state"], second["operator"]) == ("op-2", "committed", "=HYPERLINK(1)")
    assert datetime.fromisoformat(str(second["updated_at"])).utcoffset() == timedelta(0)


def test_the_csv_export_is_the_same_with_formulas_made_harmless(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    rows = list(csv.DictReader(io.StringIO(as_csv(tmp_path))))
    assert list(rows[0]) == CONTRACT + CLOSED_COLUMNS
    blank = dict.fromkeys(CLOSED_COLUMNS, "")
    expected = [{name: str(row[name]) for name in CONTRACT} | blank for row in as_json(tmp_path)]
    assert rows == [expected[0], expected[1] | {"operator": "'=HYPERLINK(1)"}]


@pytest.mark.parametrize("made", [False, True])
def test_without_a_journal_there_is_nothing_to_tell_and_nothing_wrong(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "data"
    if made:
        folder.mkdir()
        (folder / "journal.sqlite3").touch()  # a till that was killed while it made the file
    assert as_json(folder) == []
    assert as_csv(folder) == ",".join(CONTRACT + CLOSED_COLUMNS) + "\n"
    assert list(events(folder)) == []
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


async def one_closed(journal: SqliteJournal) -> None:
    await journal.record(payment(state=State.UNCLEAR, watched=False), "unclear")
    await journal.record(payment(state=State.UNCLEAR, watched=False, closed=CLOSED_BY_7), "closed")
    await journal.record(payment(id="op-2"), "held")


def test_what_a_supervisor_closed_is_exported_with_who_why_and_when_and_its_state_as_it_is(
    tmp_path: Path,
) -> None:
    with_journal(tmp_path, one_closed)
    first, second = as_json(tmp_path)
    assert first["state"] == "unclear"
    assert first["closed"] == {"by": "7", "reason": CLOSED_BY_7.reason, "at": "2026-03-01T10:00:03+00:00"}
    assert (second["state"], second["closed"]) == ("held", None)
    row, _ = csv.DictReader(io.StringIO(as_csv(tmp_path)))
    assert [row[name] for name in CLOSED_COLUMNS] == ["7", CLOSED_BY_7.reason, "2026-03-01T10:00:03+00:00"]


def test_a_reason_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        await journal.record(payment(state=State.UNCLEAR, closed=Closed("@7", "=1+1")), "closed")

    with_journal(tmp_path, use)
    row = next(csv.DictReader(io.StringIO(as_csv(tmp_path))))
    assert (row["closed_by"], row["closed_reason"]) == ("'@7", "'=1+1")


def test_a_damaged_entry_that_was_closed_says_so_too(tmp_path: Path) -> None:
    with_journal(tmp_path, two_payments)
    change(tmp_path, "UPDATE operations SET body = '[' WHERE id = 'op-1'")

    async def use(journal: SqliteJournal) -> None:
        _, (damaged,) = await journal.unfinished()
        await journal.write_off(damaged.id, CLOSED_BY_7)
        (record,) = [it for it in await journal.recent(9) if it.id == "op-1"]
        assert record.closed is not None
        assert (record.settled, record.closed.by, record.closed.reason) == (True, "7", CLOSED_BY_7.reason)

    with_journal(tmp_path, use)
    told = list(events(tmp_path, "op-1"))[-1]
    assert (told["event"], told["by"], told["reason"]) == ("closed", "7", CLOSED_BY_7.reason)
    closed = as_json(tmp_path)[0]["closed"]
    assert isinstance(closed, dict)
    assert closed["reason"] == CLOSED_BY_7.reason


def test_what_was_closed_and_came_back_is_not_closed(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        await journal.record(payment(state=State.UNCLEAR, closed=CLOSED_BY_7), "closed")
        await journal.record(payment(state=State.CANCELLING), "held_late")

    with_journal(tmp_path, use)
    assert as_json(tmp_path)[0]["closed"] is None
    assert ["by" in event for event in events(tmp_path)] == [True, False]


def test_the_events_are_told_while_a_till_runs(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        await one_closed(journal)
        assert [(it["seq"], it["operation"], it["event"], it["state"]) for it in events(tmp_path)] == [
            (1, "op-1", "unclear", "unclear"),
            (2, "op-1", "closed", "unclear"),
            (3, "op-2", "held", "held"),
        ]
        await journal.record(payment(id="op-3"), "held")
        assert [it["operator"] for it in events(tmp_path, "op-3")] == ["Anna"]

    with_journal(tmp_path, use)
    first, second, third, _ = events(tmp_path)
    assert list(first) == list(third) == ["seq", "at", "operation", "event", "state", "operator"]
    assert second["by"] == "7"


def test_an_operation_that_is_not_there_has_no_events_to_tell(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(JournalError, match="no operation with that id"):
            list(events(tmp_path, "op-9"))
        with_journal(tmp_path, two_payments)


def test_an_odd_folder_name_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "Kasse #3 ?mode=rw %41 ö".replace("?", "&" if os.name == "nt" else "?")
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
        ("UPDATE operations SET state = 'refused' WHERE id = 'op-1'", "refused, but marked as unsettled"),
        ("UPDATE operations SET body = '{}' WHERE id = 'op-1'", "its last event does not say the same"),
        ("UPDATE operations SET amount_minor = 1 WHERE id = 'op-2'", "Operation op-2 shows another amount"),
        ("UPDATE operations SET currency = 'ISK' WHERE id = 'op-2'", "Operation op-2 shows another amount"),
        ("UPDATE operations SET card = '•••• 9' WHERE id = 'op-2'", "Operation op-2 shows another amount"),
        ("UPDATE operations SET operator = 'Bo' WHERE id = 'op-2'", "Operation op-2 shows another amount"),
        ("UPDATE operations SET created_at = '2026' WHERE id = 'op-2'", "Operation op-2 shows another"),
        ("UPDATE operations SET secret = x'00' WHERE id = 'op-2'", "settled, but its secrets are still kept"),
        ("UPDATE operations SET secret = NULL WHERE id = 'op-1'", "unsettled, but its secrets are missing"),
    ],
)
def test_verify_finds(tmp_path: Path, statement: str, finding: str) -> None:
    with_journal(tmp_path, two_payments)
    assert verify(tmp_path, KEY).sound
    change(tmp_path, statement)
    findings = verify(tmp_path, KEY).findings
    assert any(finding in told for told in findings), findings


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


def test_events_are_told_in_the_same_words_whichever_till_wrote_them(tmp_path: Path) -> None:
    """Older tills wrote down what the program's own types are called."""

    async def use(journal: SqliteJournal) -> None:
        for event in ("requested", "pay HoldPlaced", "Take", "commit OutcomeUnknown", "commit accepted"):
            await journal.record(payment(), event)
        await journal.record(payment(), "StatusSeen")
        await journal.record(payment(state=State.UNCLEAR, closed=CLOSED_BY_7), "Closed")

    with_journal(tmp_path, use)
    assert [it["event"] for it in events(tmp_path)] == [
        "requested",
        "pay held",
        "take",
        "commit unknown",
        "commit accepted",
        "status read",
        "closed",
    ]
