"""Port Journal over one SQLite file: what it accepted is on the disk when it says so.

One named thread owns the one connection, and `sqlite3` itself refuses it to any other. The file is in WAL
mode: a reader on the command line, even one that was stopped half-way, never makes the till wait. The
WAL-reset fault of SQLite before 3.51.3 needs two connections that write or checkpoint; here the till's is the
only one (readers open the file read-only, and `InstanceLock` keeps a second till away).
"""

import asyncio
import hmac
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from msgspec.json import decode, encode

from centara_giftcard.domain.brake import LOST_JOURNAL, Brake
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.files import tried_again
from centara_giftcard.journal.codec import (
    HISTORY_COLUMNS,
    PAYMENT,
    RECORD_COLUMNS,
    JournalRow,
    read_on_paper,
    read_operation,
    read_record,
    row_of,
    utc_text,
    written_off,
)
from centara_giftcard.journal.files import (
    Damaged,
    OpenFiles,
    Reserve,
    in_words,
    is_damage,
    is_disk,
    is_lost,
    journal_file,
    make_private,
    set_aside,
    tolerant,
)
from centara_giftcard.journal.salvage import COLUMNS, brake, source, unsettled
from centara_giftcard.journal.schema import GENESIS, migrate, transaction, version
from centara_giftcard.journal.seal import Seal
from centara_giftcard.terminal.ports import Operation, PaperTrace, PaperWord, Record

BUSY_S: Final = 2.0
"""How long a write waits for a reader that is just opening the file; nothing else ever holds it."""

_UPSERT: Final = """
INSERT INTO operations (id, kind, state, settled, amount_minor, currency, card, operator,
    created_at, updated_at, body, secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, settled = excluded.settled,
    amount_minor = excluded.amount_minor, currency = excluded.currency, card = excluded.card,
    updated_at = excluded.updated_at, body = excluded.body, secret = excluded.secret
"""

_UNSETTLED: Final = f"SELECT body, secret, {RECORD_COLUMNS} FROM operations WHERE settled = 0 ORDER BY number"  # noqa: S608
_TAKE_OVER: Final = f"INSERT INTO operations ({COLUMNS}, settled) VALUES ({'?, ' * 11}0)"  # noqa: S608

_PAPERS: Final = f"""
SELECT word, settled, body, {RECORD_COLUMNS} FROM (
    SELECT operations.*, (
        SELECT event FROM events
        WHERE operation = operations.id AND event IN ({", ".join("?" * len(PaperWord))})
        ORDER BY seq DESC LIMIT 1
    ) AS word FROM operations WHERE created_at >= ?
) WHERE word IS NOT NULL AND (settled = 0 OR word != ?) ORDER BY number
"""  # noqa: S608 - the names of the columns, and question marks

_SINCE_UNDONE: Final = """
SELECT id FROM operations AS sale WHERE id IN ({}) AND EXISTS (
    SELECT 1 FROM operations AS later
    WHERE later.number > sale.number AND later.card_hash = sale.card_hash
        AND later.kind = 'unissue' AND later.state = 'done'
)
"""

_DIGEST: Final = "digest"
"""Sealed with the secrets: a digit that changed in the body would make a comparison prove what is not so."""

_UNCLEAR: Final = State.UNCLEAR.value
_SENDING: Final = IssueState.SENDING.value

HASH_KEPT: Final = timedelta(days=8)
"""How long the hash of a sold card is kept: a day longer than a start takes up receipts, which alone ask."""

_NOT_ASKED_FOR: Final = (
    "UPDATE operations SET card_hash = NULL WHERE card_hash IS NOT NULL AND settled = 1 AND created_at < ?"
)

T = TypeVar("T")


class SqliteJournal:
    """The till's journal, open. Made by `open_journal`; its methods belong to one asyncio loop.

    `set_aside` is where a damaged file was put at opening, or None; `salvaged` is how many unsettled
    operations were taken over from it. `missing` is whether a till had a journal here whose file is gone.
    """

    def __init__(
        self,
        path: Path,
        db: sqlite3.Connection,
        thread: ThreadPoolExecutor,
        seal: Seal,
        now: Callable[[], datetime],
        set_aside: Path | None,
        salvaged: int,
        missing: bool,
        files: OpenFiles,
    ) -> None:
        self.set_aside = set_aside
        self.salvaged = salvaged
        self.missing = missing
        self._path = path
        self._db = db
        self._thread = thread
        self._seal = seal
        self._now = now
        self._files = files
        self._reserve = Reserve(path.parent)
        self._hasher = ThreadPoolExecutor(1, thread_name_prefix="card hash")
        self._hashed: set[str] = set()  # operations, by their ids, until they are settled

    async def record(self, operation: Operation, event: str) -> None:
        """Append `event` and the operation as it is after it, in one synced transaction. Raises JournalError.

        On a full disk an operation that the journal does not know yet is refused, one that it knows is
        written into the space kept in reserve; then no new one is taken until there is a reserve again.
        """
        row = row_of(operation)
        await self._run(lambda: self._write(row, event))
        if row.settled:
            with suppress(RuntimeError):  # closed meanwhile, which empties it too
                self._thread.submit(self._tidy)

    async def unfinished(self) -> tuple[Sequence[Operation], tuple[Record, ...]]:
        """Every operation that is not settled, oldest first. Raises JournalError.

        Apart from them those whose entries are damaged: they need a person, so a list must show them.
        """
        return await self._run(self._read_unfinished)

    async def write_off(self, id: str, closed: Closed) -> None:
        """Settle an operation whose entry is damaged. Raises JournalError."""
        await self._run(lambda: self._write_off(id, written_off(closed)))

    async def brake(self) -> Brake:
        """How the brake on payments was left. Raises JournalError."""
        return await self._run(self._read_brake)

    async def set_brake(self, brake: Brake, payment: str, event: str) -> None:
        """Keep `brake` and append `event` to its payment, in one synced transaction. Raises JournalError."""
        await self._run(lambda: self._set_brake(brake, payment, event))

    async def note(self, operation: str, word: PaperWord) -> None:
        """Append a word on an operation's receipt, if the operation is known. Raises JournalError."""
        await self._run(lambda: self._note(operation, word))

    async def papers(self, since: datetime) -> Sequence[PaperTrace]:
        """The receipts that are not printed, oldest first. Raises JournalError."""
        return await self._run(lambda: self._papers(utc_text(since)))

    async def undone(self, sales: Collection[str]) -> frozenset[str]:
        """Those of `sales`, by their ids, that were undone since. Raises JournalError."""
        await self._all_hashed()
        return await self._run(lambda: self._undone(sales))

    async def recent(self, limit: int) -> Sequence[Record]:
        """The newest `limit` operations, newest first. Raises JournalError."""
        return await self._run(lambda: self._read("ORDER BY number DESC LIMIT ?", limit))

    async def since(self, moment: datetime) -> Sequence[Record]:
        """The operations created at or after `moment` (aware), newest first. Raises JournalError."""
        return await self._run(
            lambda: self._read("WHERE created_at >= ? ORDER BY number DESC", utc_text(moment))
        )

    async def close(self) -> None:
        """Finish what was queued and close the file; a second time does nothing. Raises JournalError."""
        await self._all_hashed()
        try:
            closing = self._thread.submit(self._db.close)
        except RuntimeError:
            return
        self._thread.shutdown(wait=False)
        self._hasher.shutdown(wait=False)
        with in_words(self._path):
            await asyncio.shield(asyncio.wrap_future(closing))

    async def _all_hashed(self) -> None:
        """Wait until the hash of each card that was sold or taken back stands, or is next to be written."""
        with suppress(RuntimeError):  # closed, and so all are
            await asyncio.wrap_future(self._hasher.submit(lambda: None))

    async def _run(self, job: Callable[[], T]) -> T:
        with in_words(self._path):
            try:
                running = self._thread.submit(job)
            except RuntimeError:
                raise JournalError(Sentence("The journal {file} is closed.", file=self._path)) from None
            # shielded: whoever stops waiting does not stop the writing
            return await asyncio.shield(asyncio.wrap_future(running))

    # --- in the journal's thread ---------------------------------------------------------------------------

    def _write(self, row: JournalRow, event: str) -> None:
        self._files.check()
        known = self._db.execute("SELECT 1 FROM operations WHERE id = ?", (row.id,)).fetchone()
        if not known and not self._reserve.keep():
            told = "The disk of the journal {file} is full: no new sale can be started."
            raise JournalError(Sentence(told, file=self._path))
        try:
            self._append(row, event)
        except sqlite3.Error as error:
            if not (known and is_disk(error) and self._reserve.give_up()):
                raise
            self._tidy()  # the -wal file begins anew, so that it needs less of what was freed
            self._append(row, event)

    def _append(self, row: JournalRow, event: str) -> None:
        at = utc_text(self._now())
        card = "" if row.card is None else str(row.card)
        clear = row.secrets | {_DIGEST: _digest(row.body)}
        secret = None if row.settled else self._seal.wrap(row.id, clear)
        amount = (row.amount.minor, row.amount.currency.code)
        times = (utc_text(row.created_at), at)
        where = (row.id, row.kind, row.state, row.settled)
        with transaction(self._db):
            self._db.execute(_UPSERT, (*where, *amount, card, row.operator, *times, row.body, secret))
            _add_event(self._db, self._seal, row.kind, row.id, at, event, row.state, row.body)
        self._hash(row)

    def _hash(self, row: JournalRow) -> None:
        """Have a card hashed that was sold or taken back. It is slow, so that nobody waits for it."""
        answered = row.kind != PAYMENT and row.state != _SENDING
        if answered and row.card is not None and row.id not in self._hashed:
            self._hashed.add(row.id)
            with suppress(RuntimeError):  # closed meanwhile
                hashing = self._hasher.submit(self._seal.card_hash, row.card)
                hashing.add_done_callback(partial(self._hash_made, row.id))
        if row.settled:
            self._hashed.discard(row.id)

    def _hash_made(self, id_: str, made: Future[str]) -> None:
        with suppress(RuntimeError):  # closed meanwhile
            self._thread.submit(self._keep_hash, id_, made.result())

    def _keep_hash(self, id_: str, card_hash: str) -> None:
        with suppress(sqlite3.Error), transaction(self._db):  # a receipt of an undone sale is all that asks
            self._db.execute("UPDATE operations SET card_hash = ? WHERE id = ?", (card_hash, id_))

    def _write_off(self, id_: str, event: str) -> None:
        """Nobody knows its state, whatever stands there: it is `unclear`, which each kind can be."""
        at = utc_text(self._now())
        with transaction(self._db):
            kind, body = self._db.execute("SELECT kind, body FROM operations WHERE id = ?", (id_,)).fetchone()
            self._db.execute(
                "UPDATE operations SET state = ?, settled = 1, secret = NULL, updated_at = ?, body = ?"
                " WHERE id = ?",
                (_UNCLEAR, at, body, id_),
            )
            _add_event(self._db, self._seal, kind, id_, at, event, _UNCLEAR, body)

    def _note(self, operation: str, word: PaperWord) -> None:
        with transaction(self._db):
            self._add_word(operation, word.value)

    def _read_brake(self) -> Brake:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'brake'").fetchone()
        return Brake() if row is None else decode(row[0], type=Brake)

    def _set_brake(self, brake: Brake, payment: str, event: str) -> None:
        with transaction(self._db):
            _keep_brake(self._db, brake)
            self._add_word(payment, event)

    def _add_word(self, operation: str, word: str) -> None:
        """Append an event that leaves its operation as it is, if there is one."""
        asked = "SELECT kind, state, body FROM operations WHERE id = ?"
        row = self._db.execute(asked, (operation,)).fetchone()
        if row is not None:
            kind, state, body = row
            _add_event(self._db, self._seal, kind, operation, utc_text(self._now()), word, state, body)

    def _undone(self, sales: Collection[str]) -> frozenset[str]:
        marks = ", ".join("?" * len(sales))
        return frozenset(id_ for (id_,) in self._db.execute(_SINCE_UNDONE.format(marks), (*sales,)))

    def _papers(self, since: str) -> list[PaperTrace]:
        words = [word.value for word in PaperWord]
        rows = self._db.execute(_PAPERS, (*words, since, PaperWord.PRINTED.value)).fetchall()
        return [
            PaperTrace(self._record(tuple(columns)), PaperWord(word), bool(settled), read_on_paper(body))
            for word, settled, body, *columns in rows
        ]

    def _tidy(self) -> None:
        """Empty the -wal file, where the secrets of a settled operation may still stand (sealed).

        A reader in the way only puts it off: the next settled operation, or closing, tries again.
        """
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA busy_timeout = 0")
            try:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._db.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000:.0f}")

    def _read(self, clause: str, *values: object) -> list[Record]:
        rows = self._db.execute(f"SELECT {HISTORY_COLUMNS} FROM operations {clause}", values)  # noqa: S608
        return [self._record(row) for row in rows.fetchall()]

    def _read_unfinished(self) -> tuple[list[Operation], tuple[Record, ...]]:
        rows = self._db.execute(_UNSETTLED).fetchall()
        operations: list[Operation] = []
        damaged: list[Record] = []
        for body, secret, *columns in rows:
            try:
                operations.append(self._operation(tuple(columns), body, secret))
            except (ValueError, KeyError, TypeError, AttributeError):
                damaged.append(self._record(tuple(columns)))
        return operations, tuple(damaged)

    def _operation(self, columns: tuple[str, ...], body: str, secret: bytes | None) -> Operation:
        id_, kind, *told = columns
        if secret is None:
            raise ValueError("its secrets are missing")
        secrets = self._seal.unwrap(id_, secret)
        if secrets.get(_DIGEST) not in {None, _digest(body)}:
            raise ValueError("its body was changed")
        operation = read_operation(id_, kind, body, secrets)
        row = row_of(operation)
        if row.settled or [row.state, row.amount.minor, row.amount.currency.code] != told[:3]:
            raise ValueError("its columns say otherwise")
        return operation

    def _record(self, row: tuple[object, ...]) -> Record:
        try:
            return read_record(row)
        except (ValueError, TypeError):
            # it must stay on the lists even so; XXX is ISO 4217's "no currency"
            id_, kind, state = map(str, row[:3])
            return Record(id_, kind, state, Money(0, Currency("XXX", 0)), "", "", self._now(), self._now())


def open_journal(data_dir: Path, key: bytes, now: Callable[[], datetime]) -> SqliteJournal:
    """Open the journal of a data folder, making both where they do not exist yet.

    `key` is the vault's, 32 bytes; `now` gives aware time. A damaged file is set aside under a dated name and
    a fresh one begun, which takes over the unsettled operations that can still be read there; the settled
    ones and the history stay in the file set aside. Raises JournalError: the folder or disk cannot be
    written, the file is of a newer version or another key.
    """
    path, seal = journal_file(data_dir), Seal(key)
    thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
    try:
        opened = thread.submit(_open, path, seal, now).result()
    except BaseException:
        thread.shutdown()
        raise
    return SqliteJournal(
        path, opened.db, thread, seal, now, opened.aside, opened.salvaged, opened.missing, opened.files
    )


class _Opened(NamedTuple):
    db: sqlite3.Connection
    aside: Path | None
    salvaged: int
    missing: bool
    files: OpenFiles


def _open(path: Path, seal: Seal, now: Callable[[], datetime]) -> _Opened:
    with in_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = set_aside(path, now()) if tried_again(lambda: is_lost(path)) else None
        # only a till that had a journal keeps a reserve; beside a damaged file it may have died on its way
        missing = (
            Reserve(path.parent).path.exists() and not path.exists() and source(path.parent, aside) is None
        )
        try:
            return _connect(path, seal, now, aside, missing)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if is_damage(error):
                aside = set_aside(path, now())
            elif not (is_disk(error) and Reserve(path.parent).give_up()):
                raise
        return _connect(path, seal, now, aside, missing)


def _connect(
    path: Path, seal: Seal, now: Callable[[], datetime], aside: Path | None, missing: bool
) -> _Opened:
    tried_again(lambda: make_private(path))
    db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    db.text_factory = tolerant
    try:
        for setting in (
            "foreign_keys = ON",
            "secure_delete = ON",  # a secret that was taken out is overwritten, not just unlinked
            "synchronous = FULL",
            "fullfsync = ON",  # macOS: an ordinary fsync stops at the drive's cache
            "checkpoint_fullfsync = ON",
            "journal_mode = WAL",
        ):
            db.execute(f"PRAGMA {setting}")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise Damaged
        known = version(db) > 0 and _knows_key(path, db, seal)  # first: another key would anchor the chain
        db.create_function("anchor", 2, seal.anchor)
        migrate(db)
        db.execute(_UNSETTLED).fetchall()  # what the check above passes over, an index, would stop this later
        with suppress(sqlite3.OperationalError):  # a full disk: the next start tries again
            db.execute(_NOT_ASKED_FOR, (utc_text(now() - HASH_KEPT),))
        salvaged = 0 if known else _begin(path, db, seal, utc_text(now()), aside, missing)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except BaseException:
        db.close()
        raise
    Reserve(path.parent).keep()
    return _Opened(db, aside, salvaged, missing, OpenFiles(path))


def _knows_key(path: Path, db: sqlite3.Connection, seal: Seal) -> bool:
    """Know the journal's own key again: another one would seal new secrets and never open the old ones.

    False for a journal that was never begun. Raises JournalError.
    """
    row = db.execute("SELECT value FROM meta WHERE name = 'key_check'").fetchone()
    if row is not None and not hmac.compare_digest(row[0], seal.check_value):
        told = "The journal {file} was written with another key than this till has now."
        raise JournalError(Sentence(told, file=path))
    return row is not None


def _begin(path: Path, db: sqlite3.Connection, seal: Seal, at: str, aside: Path | None, missing: bool) -> int:
    """Make a fresh journal this till's, with what a damaged one before it still tells; return how many.

    In one go: after a power cut in between, the next start begins again.
    """
    damaged = source(path.parent, aside)
    salvaged = 0
    with transaction(db):
        db.execute("INSERT INTO meta VALUES ('key_check', ?)", (seal.check_value,))
        left = brake(damaged) if damaged else Brake(by=LOST_JOURNAL) if missing else Brake()
        if left != Brake():
            _keep_brake(db, left)
        for columns in unsettled(damaged) if damaged else ():
            id_, kind, state, *_, body, _ = columns
            with suppress(sqlite3.IntegrityError):  # what the tables do not take is no operation
                db.execute(_TAKE_OVER, columns)
                _add_event(db, seal, kind, id_, at, "salvaged", state, body)
                salvaged += 1
    return salvaged


def _keep_brake(db: sqlite3.Connection, brake: Brake) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES ('brake', ?)", (encode(brake).decode(),))


def _digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _add_event(db: sqlite3.Connection, seal: Seal, kind: str, *what: str) -> None:
    last = db.execute("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    seq, chain = last or (0, GENESIS)
    link = (seq + 1, *what)
    db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", (*link, seal.link(chain, kind, *link)))
