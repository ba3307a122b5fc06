"""What a damaged journal that was set aside still tells of operations that were not settled, and of the
brake on payments (row 38).

The file is only read, as far as SQLite can: what it cannot is passed over. Settled operations and the history
of the others stay where they are.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

from msgspec import MsgspecError
from msgspec.json import decode

from centara_giftcard.domain.brake import LOST_JOURNAL, Brake
from centara_giftcard.journal.codec import RECORD_COLUMNS, read_record
from centara_giftcard.journal.reader import connect_read_only

COLUMNS: Final = f"{RECORD_COLUMNS}, body, secret"
"""What is read of each operation."""

_STEPS: Final = 10_000
_MOST_STEPS: Final = 100_000_000 // _STEPS
"""How far SQLite goes (some seconds) before a file whose pages lead round in circles is given up."""

_LAST: Final = 2**63 - 1

_UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError)


def source(folder: Path, aside: Path | None) -> Path | None:
    """The damaged file before this journal: `aside`, or the newest that an earlier start set aside.

    An earlier start may have lost its power before it was done; it left an empty file, if any.
    """
    files = [aside] if aside else []
    files += sorted(folder.glob("journal.damaged-*.sqlite3"), reverse=True)
    return next((file for file in files if file.is_file() and file.stat().st_size), None)


def unsettled(file: Path) -> list[tuple[Any, ...]]:
    """COLUMNS of every unsettled operation in `file` that can be read, oldest first. Never raises."""
    found: dict[int, tuple[Any, ...]] = {}
    with suppress(*_UNREADABLE), closing(connect_read_only(file)) as db:
        steps = count()
        db.set_progress_handler(lambda: next(steps) > _MOST_STEPS, _STEPS)
        db.execute("PRAGMA writable_schema = ON")  # as sqlite3's own .recover: read in spite of what is wrong
        for number, *columns in _rows(db):
            if _has_sense(columns):
                found.setdefault(number, tuple(columns))
    return [found[number] for number in sorted(found)]


def brake(file: Path) -> Brake:
    """How the brake on payments was left in `file`; on, where that cannot be told. Never raises."""
    with suppress(*_UNREADABLE, MsgspecError), closing(connect_read_only(file)) as db:
        db.execute("PRAGMA writable_schema = ON")
        kept = dict(db.execute("SELECT name, value FROM meta NOT INDEXED").fetchall())
        if "brake" in kept:
            return decode(kept["brake"], type=Brake)
        if "key_check" in kept:  # its neighbour, which every journal has: there is no brake
            return Brake()
    return Brake(by=LOST_JOURNAL)


def _rows(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Every row from the front as far as it goes, from the back, and those that the index still knows.

    Each by a query of its own: an iterator would lose the last row before one that cannot be read.
    """
    operations = f"SELECT number, {COLUMNS} FROM operations NOT INDEXED WHERE settled = 0 AND number"  # noqa: S608
    for query, number in (("> ? ORDER BY number", 0), ("< ? ORDER BY number DESC", _LAST)):
        passed: set[int] = set()  # torn pages may give numbers in any order
        while (rows := _readable(db, f"{operations} {query} LIMIT 1", number)) and rows[0][0] not in passed:
            number = rows[0][0]
            passed.add(number)
            yield rows[0]
    index = "SELECT number FROM operations INDEXED BY operations_unsettled WHERE settled = 0"
    for (number,) in _readable(db, index):
        yield from _readable(db, f"{operations} = ?", number)


def _readable(db: sqlite3.Connection, query: str, *values: int) -> list[tuple[Any, ...]]:
    try:
        return db.execute(query, values).fetchall()
    except _UNREADABLE:
        return []


def _has_sense(columns: list[Any]) -> bool:
    record = columns[: len(RECORD_COLUMNS.split(","))]
    try:
        read_record(tuple(record))
    except (ValueError, TypeError):
        return False
    return True
