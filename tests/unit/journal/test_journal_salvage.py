"""A damaged journal is set aside, and what was not settled in it stays on the till's lists (row 38)."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from unit.journal.journal_samples import eur, issue, payment, with_journal

from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.journal import salvage
from centara_giftcard.journal.reader import list_operations, verify
from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.terminal.ports import Operation, Record

PAGE = 4096
TORN = b"x" * 100
"""At the end of a file: a page of which the power cut left a part."""

OPEN = [f"open-{n}" for n in range(40)]


async def fill(journal: SqliteJournal) -> None:
    """Forty open payments among as many that are settled, and a live card to be printed."""
    for n, id_ in enumerate(OPEN):
        await journal.record(payment(id=id_, card=CardNumber(f"60910000000{n:05}")), "held")
        await journal.record(payment(id=f"paid-{n}", state=State.COMMITTED), "commit accepted")
    await journal.record(unprinted(), "issue_live issued")


def unprinted() -> Operation:
    return issue(kind=Kind.ISSUE_LIVE, state=IssueState.DONE, id="live")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    with_journal(folder, fill)
    return folder


def damaged(whole: Path, folder: Path, content: bytes) -> Path:
    """A data folder whose journal became `content`."""
    shutil.copytree(whole, folder)
    (folder / "journal.sqlite3").write_bytes(content)
    return folder


def pages(whole: Path) -> list[bytes]:
    content = (whole / "journal.sqlite3").read_bytes()
    return [content[start : start + PAGE] for start in range(0, len(content), PAGE)]


def started(folder: Path) -> tuple[SqliteJournal, Sequence[Operation], tuple[Record, ...]]:
    """A till starts; the journal afterwards, and what it brought back."""

    async def use(
        journal: SqliteJournal,
    ) -> tuple[SqliteJournal, Sequence[Operation], tuple[Record, ...]]:
        return journal, *await journal.unfinished()

    return with_journal(folder, use)


def write(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db, db:
        for statement in statements:
            db.execute(statement)


def test_whichever_page_is_torn_the_rest_is_taken_over(whole: Path, tmp_path: Path) -> None:
    """A table's root page takes all of it along; every other costs a few operations at the most."""
    parts, counts = pages(whole), []
    for number in range(1, len(parts)):
        torn = [*parts[:number], b"\xff" * PAGE, *parts[number + 1 :]]
        folder = damaged(whole, tmp_path / str(number), b"".join(torn))
        journal, found, records = started(folder)
        assert journal.set_aside is not None
        assert journal.set_aside.read_bytes() == b"".join(torn)
        assert journal.salvaged == len(found) + len(records)
        assert {it.id for it in found} <= {*OPEN, "live"}
        assert verify(folder).sound
        counts.append(len(found))
    assert len(parts) > 20
    assert sum(count == len(OPEN) + 1 for count in counts) > len(counts) / 2  # other tables' pages
    assert sum(count >= len(OPEN) - 8 for count in counts) >= len(counts) - 3


def leaves(content: bytes, table: str, folder: Path) -> list[int]:
    """The pages (from 0) of the rows of a table whose root is an interior page.

    https://www.sqlite.org/fileformat.html#b_tree_pages
    """
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    page = content[(root - 1) * PAGE : root * PAGE]
    assert page[0] == 5
    cells = [int.from_bytes(page[12 + 2 * n :][:2], "big") for n in range(int.from_bytes(page[3:5], "big"))]
    children = [page[cell : cell + 4] for cell in cells] + [page[8:12]]
    return [int.from_bytes(child, "big") - 1 for child in children]


def index_page(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'operations_unsettled'"
        return int(db.execute(query).fetchone()[0]) - 1


@pytest.mark.parametrize("also", ["another page", "the index"])
def test_what_lies_behind_a_torn_page_is_found_too(whole: Path, tmp_path: Path, also: str) -> None:
    """Between two torn pages by the index, and behind one without the index from the back."""
    content = (whole / "journal.sqlite3").read_bytes()
    first, *between, last = leaves(content, "operations", whole)[1:]
    assert len(between) > 3
    parts = pages(whole)
    for page in (first, last if also == "another page" else index_page(whole)):
        parts[page] = b"\xff" * PAGE
    file = tmp_path / "torn.sqlite3"
    file.write_bytes(b"".join(parts))
    found = {row[0] for row in salvage.unsettled(file)}
    rows = b"".join(parts[page] for page in between)
    expected = {id_ for id_ in OPEN if id_.encode() + b"payment" in rows}
    assert len(expected) > 10
    assert expected <= found


def test_what_is_taken_over_is_as_it_was_and_goes_on(whole: Path, tmp_path: Path) -> None:
    folder = damaged(whole, tmp_path / "cut", (whole / "journal.sqlite3").read_bytes() + TORN)
    journal, found, _ = started(folder)
    assert journal.salvaged == len(OPEN) + 1
    assert found[0] == payment(id="open-0", card=CardNumber("6091000000000000"))
    assert found[-1] == unprinted()
    assert [it.id for it in found] == [*OPEN, "live"]  # in the order in which they began

    async def finish(journal: SqliteJournal) -> tuple[int, int]:
        for id_ in OPEN:
            await journal.record(payment(id=id_, state=State.CANCELLED, decision=Decision.RELEASE), "cancel")
        return journal.salvaged, len((await journal.unfinished())[0])

    assert with_journal(folder, finish) == (0, 1)  # and not a second time
    assert verify(folder).sound


def test_the_history_and_what_was_settled_stay_in_the_file_set_aside(whole: Path, tmp_path: Path) -> None:
    folder = damaged(whole, tmp_path / "cut", (whole / "journal.sqlite3").read_bytes() + TORN)
    started(folder)
    assert {record.id for record in list_operations(folder)} == {*OPEN, "live"}
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db:
        assert set(db.execute("SELECT event FROM events")) == {("salvaged",)}


@pytest.mark.parametrize(
    "content",
    [b"", b"rubbish" * 1_000, b"SQLite format 3\0" + b"\0" * 8_176, b"SQLite format 3\0" + b"\xff" * 8_176],
)
def test_a_file_that_cannot_be_read_at_all_gives_nothing_and_is_kept(
    whole: Path, tmp_path: Path, content: bytes
) -> None:
    folder = damaged(whole, tmp_path / "gone", content)
    journal, found, records = started(folder)
    assert (journal.salvaged, list(found), records) == (0, [], ())
    assert journal.set_aside is not None
    assert journal.set_aside.read_bytes() == content


def test_what_stands_only_in_the_log_is_taken_over_too(tmp_path: Path) -> None:
    """The power went before the log was brought home, and the main file was garbled."""
    folder = tmp_path / "killed"

    async def use(journal: SqliteJournal) -> None:
        await fill(journal)
        await journal.record(payment(id="last"), "held")
        shutil.copytree(tmp_path / "running", folder)

    with_journal(tmp_path / "running", use)
    main = folder / "journal.sqlite3"
    content = bytearray(main.read_bytes())
    assert b"last" not in content
    content[60:64] = b"\0\0\0\0"  # the version: another program's, by its header
    main.write_bytes(content)
    journal, found, _ = started(folder)
    assert journal.set_aside is not None
    assert [it.id for it in found] == [*OPEN, "live", "last"]
    assert journal.set_aside.read_bytes() == content


def torn_after(folder: Path, *statements: str) -> Path:
    """A journal in which something was changed, and to whose end a torn page was then written."""
    write(folder, *statements)
    file = folder / "journal.sqlite3"
    file.write_bytes(file.read_bytes() + TORN)
    return folder


def test_an_entry_that_does_not_decode_is_listed_as_damaged(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    shutil.copytree(whole, folder)
    torn_after(
        folder,
        "UPDATE operations SET secret = x'00' WHERE id = 'open-3'",
        "UPDATE operations SET body = '{' WHERE id = 'open-5'",
        "UPDATE operations SET currency = '?' WHERE id = 'open-7'",
        "UPDATE operations SET state = 'committing' WHERE id = 'open-9'",
        "UPDATE operations SET amount_minor = 9900 WHERE id = 'open-11'",
    )
    journal, found, records = started(folder)
    assert [record.id for record in records] == ["open-3", "open-5", "open-9", "open-11"]
    assert (records[0].amount, records[0].card, records[0].state) == (eur(2500), "•••• 0003", "held")
    assert journal.salvaged == len(found) + 4 == len(OPEN)  # no list could show the one without a currency

    async def write_off(journal: SqliteJournal) -> tuple[Record, ...]:
        for record in records:
            await journal.write_off(record.id, Closed("Anna", "looked at with the shop's owner"))
        return (await journal.unfinished())[1]

    assert with_journal(folder, write_off) == ()
    assert verify(folder).sound


def test_an_index_that_leads_nowhere_is_noticed_at_opening(whole: Path, tmp_path: Path) -> None:
    """SQLite's quick check does not see it; the first reading would stop the till at each start."""
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    place = "FROM sqlite_master WHERE name = 'operations_unsettled'"
    write(folder, f"CREATE TABLE kept AS SELECT * {place}", "PRAGMA writable_schema = ON", f"DELETE {place}")
    write(folder, "DELETE FROM operations WHERE id = 'open-3'")
    write(folder, "PRAGMA writable_schema = ON", "INSERT INTO sqlite_master SELECT * FROM kept")
    journal, found, _ = started(folder)
    assert journal.set_aside is not None
    assert journal.salvaged == len(found) == len(OPEN)


def test_a_damaged_schema_does_not_hide_the_operations(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "schema"
    shutil.copytree(whole, folder)
    file = folder / "journal.sqlite3"
    content = file.read_bytes()
    assert content.count(b"CREATE INDEX events_operation ON events") == 1
    file.write_bytes(
        content.replace(b"CREATE INDEX events_operation ON", b"CREATE INDEX events_operation XX")
    )
    journal, found, _ = started(folder)
    assert journal.salvaged == len(found) == len(OPEN) + 1


def test_a_table_that_does_not_take_a_row_does_not_keep_the_others_out(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kinds"
    shutil.copytree(whole, folder)
    torn_after(
        folder,
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE operations SET kind = 'loan' WHERE id = 'open-3'",
    )
    journal, found, _ = started(folder)
    assert journal.salvaged == len(found) == len(OPEN)


@pytest.mark.parametrize("left", [None, b""], ids=["no file", "an empty file"])
def test_a_power_cut_between_setting_aside_and_taking_over_loses_nothing(
    whole: Path, tmp_path: Path, left: bytes | None
) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(whole, folder)
    (folder / "journal.sqlite3").rename(folder / "journal.damaged-20260301T080000Z.sqlite3")
    if left is not None:
        (folder / "journal.sqlite3").write_bytes(left)
    journal, found, _ = started(folder)
    assert journal.salvaged == len(found) == len(OPEN) + 1


def test_pages_that_lead_round_in_circles_are_given_up(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = damaged(whole, tmp_path / "cut", (whole / "journal.sqlite3").read_bytes() + TORN)
    monkeypatch.setattr(salvage, "_STEPS", 10)
    monkeypatch.setattr(salvage, "_MOST_STEPS", 0)
    journal, _, _ = started(folder)
    assert journal.salvaged == 0
    assert (journal.set_aside or folder).is_file()
