"""Reading the journal from outside: list, export, events and verify, for the command line.

The file is opened read-only, beside a running till or without one, and each answer is of one moment. Nothing
that is sealed is opened; only `verify` asks for the vault's key, without which it cannot tell an entry that
somebody made up. A missing journal is an empty one.
"""

import csv
import hmac
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import starmap
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote

from msgspec import Struct

from centara_giftcard.domain.dialect import EXPLAINED_BY
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.journal.codec import (
    HISTORY_COLUMNS,
    MAY_BE_SETTLED,
    MUST_BE_SETTLED,
    PAYMENT,
    RECORD_COLUMNS,
    STATES,
    closed_in,
    event_word,
    read_record,
    told_in,
    utc,
    written_off,
)
from centara_giftcard.journal.files import code_of, in_words, is_damage, journal_file, tolerant
from centara_giftcard.journal.schema import GENESIS, MIGRATIONS, chained, version
from centara_giftcard.journal.seal import Seal
from centara_giftcard.terminal.ports import Record

FIELDS: Final = (*RECORD_COLUMNS.split(", "), "closed")
"""The fields of an exported operation, in their order: a contract."""

CLOSED: Final = ("by", "reason", "at")
"""The fields of `closed` in an export, and with `closed_` before them its columns: a contract."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
NO_KEY: Final = (
    "Not checked: whether somebody made entries up, for the journal's key is not at hand; "
    "verify it at its till."
)
"""What `verify` cannot tell without the key."""

_MOST: Final = 20
"""Findings of one kind that are told one by one; a broken file would give one for every line."""


class Verdict(Struct, frozen=True):
    """What `verify` found: `summary` is one line about the whole, `findings` a sentence for each fault.

    `unproven` is a sentence on what could not be checked; empty where all was.
    """

    summary: str
    findings: tuple[str, ...] = ()
    unproven: str = ""

    @property
    def sound(self) -> bool:
        return not self.findings


def list_operations(data_dir: Path) -> list[Record]:
    """All operations, oldest first. Raises JournalError."""
    with _reading(data_dir) as db:
        if db is None:
            return []
        rows = db.execute(f"SELECT {HISTORY_COLUMNS} FROM operations ORDER BY number").fetchall()  # noqa: S608
    try:
        return [read_record(row) for row in rows]
    except (ValueError, TypeError) as error:
        raise JournalError(
            f"The journal {journal_file(data_dir)} holds an unreadable line: {error}."
        ) from error


def export_json(data_dir: Path, out: TextIO) -> None:
    """Write all operations as an array of objects with FIELDS, times in UTC. Raises JournalError."""
    exported = [
        dict(zip(FIELDS, (*_values(record), _closed(record)), strict=True))
        for record in list_operations(data_dir)
    ]
    json.dump(exported, out, ensure_ascii=False, indent=2)
    out.write("\n")


def export_csv(data_dir: Path, out: TextIO) -> None:
    """Write a header and a line for each operation, fields as in FIELDS. Raises JournalError.

    `closed` becomes a column for each of its fields. A spreadsheet takes some cells for formulas; free text
    is kept from that by an apostrophe before it.
    """
    records = list_operations(data_dir)
    columns = (*FIELDS[:-1], *(f"closed_{name}" for name in CLOSED))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for record in records:
        closed = (_closed(record) or {}).values() or ("",) * len(CLOSED)
        cells = dict(zip(columns, (*_values(record), *closed), strict=True))
        for name in ("operator", "closed_by", "closed_reason"):
            if cells[name].startswith(_FORMULA):
                cells[name] = f"'{cells[name]}"
        writer.writerow(cells.values())


def events(data_dir: Path, operation: str | None = None) -> Iterator[dict[str, object]]:
    """Every event, oldest first, or those of one operation, with the fields that `journal events` prints.

    An event of a closed entry has `by` and `reason` too. Raises JournalError, also where there is no such
    operation.
    """
    with _reading(data_dir) as db:
        found = db is None or operation is None or _knows(db, operation)
        if db is None or not found:
            if operation is not None:
                raise JournalError("The journal has no operation with that id: see journal list.")
            return
        query = (
            "SELECT seq, at, operation, event, events.state, operations.operator, events.body"
            " FROM events LEFT JOIN operations ON operations.id = operation"
        )
        where, values = (" WHERE operation = ?", (operation,)) if operation is not None else ("", ())
        for seq, at, id_, event, state, operator, body in db.execute(f"{query}{where} ORDER BY seq", values):
            closed = closed_in(body, event)
            told = "closed" if _is_written_off(body, event) else event_word(event)
            line = {"seq": seq, "at": at, "operation": id_ or "", "event": told, "state": state}
            line["operator"] = operator or ""
            yield line | ({"by": closed.supervisor, "reason": closed.reason} if closed else {})


_NEWEST_FIRST: Final = (
    "SELECT kind, state, body, updated_at FROM operations WHERE (kind = 'payment') = ? ORDER BY number DESC"
)


class Misread(Struct, frozen=True):
    """What an operation noted of answers that it could not go by; `misfit` is what could not be read."""

    kind: str
    problem: Cause
    misfit: Misfit | None
    at: datetime


def misreads(data_dir: Path) -> list[Misread]:
    """What the newest payment, and the newest sale or undoing, noted of answers that contradict the card or
    cannot be read; nothing of those after which a reading agreed with one of their kind.

    Raises JournalError.
    """
    found: list[Misread] = []
    with _reading(data_dir) as db:
        for is_payment in (True, False):
            rows = db.execute(_NEWEST_FIRST, (is_payment,)) if db is not None else ()
            newest = next((it for it in starmap(_misread, rows) if it is not None), None)
            if isinstance(newest, Misread):
                found.append(newest)
    return found


def _misread(kind: str, state: str, body: str, at: str) -> Misread | bool | None:
    """What an operation noted; True where a reading agreed with it, None where it tells neither."""
    try:
        it = json.loads(body)
        problem = Cause(it["problem"]) if "problem" in it else None
        misfit = Misfit(*it["misfit"]) if "misfit" in it else None
        moment = utc(at)
    except (ValueError, KeyError, TypeError):
        return None
    if problem is not None and (problem is Cause.UNREADABLE or problem in EXPLAINED_BY):
        return Misread(kind, problem, misfit if problem is Cause.UNREADABLE else None, moment)
    agreed = "holding" in it if kind == PAYMENT else state == "done" and "worth" in it
    return True if agreed and problem is None else None


def _knows(db: sqlite3.Connection, operation: str) -> bool:
    try:
        asked = (operation.encode().decode(),)
    except UnicodeEncodeError:  # a byte of the command line that is no letter: SQLite would not take it
        return False
    return db.execute("SELECT 1 FROM operations WHERE id = ?", asked).fetchone() is not None


def verify(data_dir: Path, key: bytes | None = None) -> Verdict:
    """Check the file, the chain of events, and each operation against its last event.

    `key` is the vault's; None where it is not at hand: then the verdict says what it could not check.
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
            faults = (
                *_file_faults(db),
                *_chain_faults(db, Seal(key) if key else None),
                *_operation_faults(db),
            )
            return Verdict(summary, faults, "" if key else NO_KEY)
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


def _closed(record: Record) -> dict[str, str] | None:
    it = record.closed
    return dict(zip(CLOSED, (it.by, it.reason, it.at.isoformat()), strict=True)) if it is not None else None


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


_LINKS: Final = (
    "SELECT kind, seq, operation, at, event, events.state, events.body, chain"
    " FROM events LEFT JOIN operations ON operations.id = operation ORDER BY seq"
)


def _chain_faults(db: sqlite3.Connection, seal: Seal | None) -> Iterator[str]:
    """Faults of the links; without a seal those with a key are only counted."""
    meta = dict(db.execute("SELECT name, value FROM meta").fetchall())
    if seal and not hmac.compare_digest(str(meta.get("key_check", "")).encode(), seal.check_value.encode()):
        yield (
            "The journal was written with another key than this till has: it is another till's, or somebody"
            " made it. Put this till's own journal back and call support."
        )
        return
    if not str(meta.get("keyed_after", "")).isdecimal():
        yield "The journal does not say where its keyed entries begin. Keep the folder and call support."
        return
    keyed_after = int(meta["keyed_after"])
    if seal:
        yield from _anchor_faults(db, seal, keyed_after, str(meta.get("anchor", "")))
    expected, before = 1, GENESIS
    told = 0
    for kind, *link, chain in db.execute(_LINKS):
        seq = link[0]
        if seq != expected:
            yield f"Events {expected} to {seq - 1} are missing."
        if seq <= keyed_after:
            whole = chain == chained(before, *link)
        else:
            whole = seal is None or chain == seal.link(before, kind, *link)
        if not whole:
            of = f" of operation {link[1]}" if link[1] else ""
            yield f"Event {seq}{of} was changed, or one before it was. Keep the folder and call support."
            told += 1
            if told == _MOST:
                return
        expected, before = seq + 1, chain


def _anchor_faults(db: sqlite3.Connection, seal: Seal, keyed_after: int, anchor: str) -> Iterator[str]:
    row = db.execute("SELECT chain FROM events WHERE seq = ?", (keyed_after,)).fetchone()
    held = seal.anchor(keyed_after, row[0] if row else GENESIS)
    if not hmac.compare_digest(anchor.encode(), held.encode()):
        yield (
            f"The entries up to event {keyed_after}, which older programs wrote, are not those that this"
            " till took over. Keep the folder and call support."
        )


def _operation_faults(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute(
        "SELECT id, kind, operations.state, settled, secret IS NOT NULL, events.state,"
        " events.body IS operations.body, operations.body, event,"
        " amount_minor, currency, card, operator, created_at"
        " FROM operations LEFT JOIN events"
        " ON seq = (SELECT max(seq) FROM events WHERE operation = operations.id) ORDER BY number"
    )
    for id_, kind, state, settled, has_secret, last_state, same_body, body, event, *columns in rows:
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
        elif not (_is_written_off(body, event) or _is_told(kind, body, event, columns)):
            yield f"Operation {id_} shows another amount, card, person or time than its last event says."


def _is_written_off(body: str, event: str) -> bool:
    """Whether an operation was closed although its entry was damaged: its columns need not agree."""
    closed = closed_in(body, event)
    return closed is not None and event == written_off(closed)


def _is_told(kind: str, body: str, event: str, columns: Sequence[object]) -> bool:
    try:
        return told_in(kind, body) == tuple(columns)
    except (ValueError, KeyError, TypeError, AttributeError):
        return event == "salvaged"  # what a damaged file left of it was taken over as it was
