"""The journal's tables, the versions they went through, and the chain that ties its events together.

`operations` says where each operation stands; `events` says how it got there and is only ever added to. Each
event's link is made from the link before it with a key of the vault (`seal.Seal.link`), so that nobody
without that key makes an entry, changes one, or takes one out from between others. Up to schema 2 the links
had no key; where they end, `anchor` holds them with the key as they were at the migration. A file that was
cut off at its end, or an older copy of it, still fits: only its head, kept elsewhere, would tell.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.sentences import Sentence

GENESIS: Final = "centara-giftcard"
"""What the first event is chained to."""

_STRICT: Final = "STRICT" if sqlite3.sqlite_version_info >= (3, 37) else ""

_VERSION_1: Final = f"""
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) {_STRICT};
CREATE TABLE operations (
    number INTEGER PRIMARY KEY,  -- the order in which they began: the wall clock may jump
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'issue', 'issue_live', 'unissue')),
    state TEXT NOT NULL,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    card TEXT NOT NULL,  -- masked
    card_hash TEXT,  -- finds the sale that is undone; kept as long as somebody asks for that
    operator TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    body TEXT NOT NULL,
    secret BLOB,
    CHECK (settled = 0 OR secret IS NULL)
) {_STRICT};
CREATE INDEX operations_unsettled ON operations (number) WHERE settled = 0;
CREATE INDEX operations_created ON operations (created_at);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    operation TEXT NOT NULL REFERENCES operations (id),
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    chain TEXT NOT NULL
) {_STRICT};
CREATE INDEX events_operation ON events (operation, seq);
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
"""

_VERSION_2: Final = """
CREATE TABLE same_card AS
    SELECT card_hash, min(number) AS first FROM operations WHERE kind != 'payment' GROUP BY card_hash;
CREATE UNIQUE INDEX same_card_hash ON same_card (card_hash);
UPDATE operations SET card_hash =
    (SELECT 'same as ' || first FROM same_card WHERE same_card.card_hash = operations.card_hash)
    WHERE card_hash IS NOT NULL;
UPDATE operations SET card_hash = NULL WHERE kind = 'payment';
DROP TABLE same_card;
"""
"""Numbers could be guessed from the quick hash of version 1; a sale and its undoing still find each other."""

_VERSION_3: Final = f"""
CREATE TABLE events_3 (
    seq INTEGER PRIMARY KEY,
    operation TEXT REFERENCES operations (id),  -- none: an entry about the till itself
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    chain TEXT NOT NULL
) {_STRICT};
INSERT INTO events_3 SELECT seq, operation, at, event, state, body, chain FROM events;
DROP TABLE events;
ALTER TABLE events_3 RENAME TO events;
CREATE INDEX events_operation ON events (operation, seq);
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
INSERT INTO meta SELECT 'keyed_after', last FROM (SELECT coalesce(max(seq), 0) AS last FROM events);
INSERT INTO meta
    SELECT 'anchor', anchor(value, coalesce((SELECT chain FROM events WHERE seq = value), '{GENESIS}'))
    FROM meta WHERE name = 'keyed_after';
"""  # noqa: S608 - GENESIS
"""From here on the links have a key; `anchor` is a function of the connection, for SQLite has no key."""

MIGRATIONS: Final[tuple[str, ...]] = (_VERSION_1, _VERSION_2, _VERSION_3)
"""What leads from each version to the next; the first from an empty file. Written ones never change."""


def version(db: sqlite3.Connection, known: int = len(MIGRATIONS)) -> int:
    """The schema's version in the file; 0 is a file without tables. Raises JournalError for a newer one."""
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > known:
        told = (
            "The journal was written by a newer Centara till (version {found}, this one knows {known}): "
            "install the newer one."
        )
        raise JournalError(Sentence(told, found=found, known=known))
    return found


def migrate(db: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring the tables up to date, in one go: no power cut leaves a version that only a start can read.

    Raises JournalError if it is newer.
    """
    found = version(db, len(migrations))
    if found == len(migrations):
        return
    scripts = "; ".join(migrations[found:])
    try:
        db.executescript(f"BEGIN IMMEDIATE; {scripts}; PRAGMA user_version = {len(migrations)}; COMMIT;")
    except sqlite3.Error:
        rollback(db)
        raise


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of the block or none of it; committed means synced."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        rollback(db)
        raise


def rollback(db: sqlite3.Connection) -> None:
    """End a failed transaction; SQLite has ended some by itself already (a full disk is one)."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def chained(previous: str, *fields: str | int) -> str:
    """A link up to schema 2: SHA-256, hex, over the link before it and its own columns in their order."""
    return hashlib.sha256(linked(previous, *fields)).hexdigest()


def linked(previous: str, *fields: str | int | None) -> bytes:
    """What a link is made over: the link before it and the event's own columns in their order."""
    return json.dumps([previous, *fields]).encode()
