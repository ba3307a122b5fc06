"""Reading the journal from outside: list, export and verify, for the command line.

The file is opened read-only, beside a running till or without one, and each answer is of one moment. No key
is needed: nothing that is sealed is opened. A missing journal is an empty one.
"""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.journal.codec import (
    MAY_BE_SETTLED,
    MUST_BE_SETTLED,
    RECORD_COLUMNS,
    STATES,
    read_record,
)
from centara_giftcard.journal.files import code_of, in_words, is_damage, journal_file, tolerant
from centara_giftcard.journal.schema import GENESIS, MIGRATIONS, chained, version
from centara_giftcard.terminal.ports import Record

FIELDS: Final = tuple(RECORD_COLUMNS.split(", "))
"""The fields of an exported operation, in their order: a contract."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MOST: Final = 20
"""Findings of one kind that are told one by one; a broken file would give one for every line."""


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: `summary` is one line about the whole, `findings` a sentence for each fault."""

    summary: str
    findings: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.findings


def list_operations(data_dir: Path) -> list[Record]:
    """All operations, oldest first. Raises JournalError."""
    with _reading(data_dir) as db:
        if db is None:
            return []
        rows = db.execute(f"SELECT {RECORD_COLUMNS} FROM operations ORDER BY number").fetchall()  # noqa: S608
    try:
        return [read_record(row) for row in rows]
    except (ValueError, TypeError) as error:
        raise JournalError(
            f"The journal {journal_file(data_dir)} holds an unreadable line: {error}."
        ) from error


def export_json(data_dir: Path, out: TextIO) -> None:
    """Write all operations as an array of objects with FIELDS, times in UTC. Raises JournalError."""
    exported = [dict(zip(FIELDS, _values(record), strict=True)) for record in list_operations(data_dir)]
    json.dump(exported, out, ensure_ascii=False, indent=2)
    out.write("\n")


def export_csv(data_dir: Path, out: TextIO) -> None:
    """Write a header and a line for each operation, fields as in FIELDS. Raises JournalError.

    A spreadsheet takes some cells for formulas; the operator's name, the only free text, is kept from that by
    an apostrophe before it.
    """
    records = list_operations(data_dir)
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    for record in records:
        cells = dict(zip(FIELDS, _values(record), strict=True))
        if record.operator.startswith(_FORMULA):
            cells["operator"] = f"'{record.operator}"
        writer.writerow(cells)


def verify(data_dir: Path) -> Verdict:
    """Check the file, the chain of events, and each operation against its last event.

    Damage is a finding; JournalError is raised only where nothing can be read at all: no rights, a newer
    version.
    """
    path = journal_file(data_dir)
    try:
        with _reading(data_dir) as db:
            if db is None:
                return Verdict("no journal yet")
            counts = db.execute("SELECT (SELECT count(*) FROM operations), (SELECT count(*) FROM events)")
            summary = "{} operations, {} events".format(*counts.fetchone())
            return Verdict(summary, (*_file_faults(db), *_chain_faults(db), *_operation_faults(db)))
    except JournalError as error:
        cause = error.__cause__
        # SQLITE_ERROR: the tables are not there, or not as they should be
        if is_damage(cause) or (isinstance(cause, sqlite3.Error) and code_of(cause) == sqlite3.SQLITE_ERROR):
            return Verdict(f"{path} is damaged", (str(cause),))
        raise


def _values(record: Record) -> tuple[Any, ...]:
    amount = (record.amount.minor, record.amount.currency.code)
    times = (record.created_at.isoformat(), record.updated_at.isoformat())
    return (record.id, record.kind, record.state, *amount, record.card, record.operator, *times)


@contextmanager
def _reading(data_dir: Path) -> Iterator[sqlite3.Connection | None]:
    """A read-only connection that sees one moment of the journal; None where there is no journal yet."""
    path = journal_file(data_dir)
    if not path.exists():
        yield None
        return
    with in_words(path), closing(connect_read_only(path)) as db:
        db.execute("BEGIN")
        found = version(db)
        if found and found < len(MIGRATIONS):
            raise JournalError(f"The journal {path} is of an older version: start the till once to renew it.")
        yield db if found else None


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open a journal's file without the right to change it. Raises sqlite3.Error."""
    # as SQLite's URI wants it: file:///C:/... for a drive, file:////server/... for a share
    address = quote(path.absolute().as_posix().removeprefix("/"))
    db = sqlite3.connect(f"file:///{address}?mode=ro", uri=True, isolation_level=None)
    db.text_factory = tolerant
    return db


def _file_faults(db: sqlite3.Connection) -> Iterator[str]:
    for (line,) in db.execute(f"PRAGMA integrity_check({_MOST})"):
        if line != "ok":
            yield f"The file is damaged: {line}."
    if db.execute("PRAGMA foreign_key_check").fetchone():
        yield "There are events of an operation that is missing."


def _chain_faults(db: sqlite3.Connection) -> Iterator[str]:
    expected, before = 1, GENESIS
    told = 0
    for *link, chain in db.execute(
        "SELECT seq, operation, at, event, state, body, chain FROM events ORDER BY seq"
    ):
        seq = link[0]
        if seq != expected:
            yield f"Events {expected} to {seq - 1} are missing."
        if chain != chained(before, *link):
            yield f"Event {seq} of operation {link[1]} was changed, or one before it was."
            told += 1
            if told == _MOST:
                return
        expected, before = seq + 1, chain


def _operation_faults(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute(
        "SELECT id, kind, operations.state, settled, secret IS NOT NULL, events.state,"
        " events.body IS operations.body"
        " FROM operations LEFT JOIN events"
        " ON seq = (SELECT max(seq) FROM events WHERE operation = operations.id) ORDER BY number"
    )
    for id_, kind, state, settled, has_secret, last_state, same_body in rows:
        if state not in STATES.get(kind, ()):
            yield f"Operation {id_} is in a state that a {kind} does not have: {state}."
        elif state not in MAY_BE_SETTLED[kind] if settled else state in MUST_BE_SETTLED[kind]:
            yield f"Operation {id_} is {state}, but marked as {'settled' if settled else 'unsettled'}."
        if settled and has_secret:
            yield f"Operation {id_} is settled, but its secrets are still kept."
        if not settled and not has_secret:
            yield f"Operation {id_} is unsettled, but its secrets are missing."
        if last_state is None:
            yield f"Operation {id_} has no event."
        elif (last_state, same_body) != (state, 1):
            yield f"Operation {id_} is {state}, but its last event does not say the same."
