"""The journal's files on the disk: who may read them, the reserve, a damaged one set aside, and plain words
for what a disk does wrong.

On Windows the access rights come from the folder, which stands in the user's profile.
"""

import errno
import os
import secrets
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.sentences import LOCKED, Sentence, reason_of
from centara_giftcard.files import NO_LINK, tried_again

RESERVE_BYTES: Final = 256 * 1024
"""Room for about a hundred events: enough to finish the open operations on a full disk."""

_MAGIC: Final = b"SQLite format 3\0"
_HEAD_BYTES: Final = 100
_COMPANIONS: Final = ("", "-wal", "-shm", "-journal")

_FULL: Final = Sentence("the disk is full")
_NOT_WRITABLE: Final = Sentence("it cannot be written there")
_WORDS_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: Sentence("it cannot be opened there"),
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_ERROR: Sentence("the file is damaged"),
    sqlite3.SQLITE_CORRUPT: Sentence("the file is damaged"),
    sqlite3.SQLITE_NOTADB: Sentence("the file is damaged"),
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_IOERR: Sentence("the disk fails"),
}
_WORDS_OF_OS: Final = {
    errno.ENOENT: Sentence("the file is gone"),
    errno.ENOSPC: _FULL,
    errno.EROFS: _NOT_WRITABLE,
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
}


class Damaged(sqlite3.DatabaseError):
    """The file opens as a database, but its check finds it broken."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def journal_file(data_dir: Path) -> Path:
    """Where the journal of a data folder is."""
    return data_dir / "journal.sqlite3"


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code, or 0 where the error came from Python's side of it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_damage(error: BaseException | None) -> bool:
    """Whether it is the file itself that is broken, not the disk or the rights around it.

    A broken name of a table makes Python's sqlite3 fail with UnicodeDecodeError in place of its own errors.
    SQLITE_ERROR is a table that is missing, or one too many: a database, but not a journal.
    """
    if not isinstance(error, sqlite3.Error):
        return isinstance(error, UnicodeDecodeError)
    return code_of(error) in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_disk(error: Exception) -> bool:
    """Whether freeing some space may help: full, or what some file systems report in place of it."""
    return isinstance(error, sqlite3.Error) and code_of(error) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def tolerant(text: bytes) -> str:
    """Read a text column even where it is damaged, so that one such row does not hide the others."""
    return text.decode(errors="replace")


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise within into a JournalError: one sentence that names `path`."""
    try:
        yield
    except sqlite3.Error as error:
        reason = _WORDS_OF_SQLITE.get(code_of(error), str(error))
        raise JournalError(_cannot_be_used(path, reason)) from error
    except UnicodeDecodeError as error:
        raise JournalError(_cannot_be_used(path, Sentence("the file is damaged"))) from error
    except OSError as error:
        no_reason = Sentence("the system gives no reason")
        reason = _WORDS_OF_OS.get(error.errno or 0, error.strerror or no_reason)
        if sys.platform == "win32" and isinstance(error, PermissionError):
            reason = reason_of(error)  # who holds a file may let it go
        raise JournalError(_cannot_be_used(path, reason)) from error


def _cannot_be_used(path: Path, reason: str) -> Sentence:
    return Sentence("The journal {file} cannot be used: {reason}.", file=path, reason=reason)


def make_private(path: Path) -> None:
    """Create an empty file that only its owner can read; one that exists is left alone. Raises OSError.

    SQLite gives its -wal and -shm files the rights of the main file.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def is_lost(path: Path) -> bool:
    """Whether SQLite must not even try: no database, one without its end, an empty one that was not new, or
    another program's.

    SQLite takes a last page without its end for whole, and beside an empty main file it deletes the -wal
    file, and with it the last copy of what stood there. Raises OSError.
    """
    if path.exists() and not path.is_file():
        return True
    head, size = b"", 0
    if path.exists():
        with open(path, "rb") as file:
            head, size = file.read(_HEAD_BYTES), os.fstat(file.fileno()).st_size
    wal = path.with_name(f"{path.name}-wal")
    has_log = wal.exists() and wal.stat().st_size > 0
    if not head:
        return has_log or (path.exists() and Reserve(path.parent).path.exists())
    # https://www.sqlite.org/fileformat.html#the_database_header
    page_bytes, schema_cookie, user_version = (
        int.from_bytes(head[start:end], "big") for start, end in ((16, 18), (40, 44), (60, 64))
    )
    if not head.startswith(_MAGIC) or (schema_cookie and not user_version):
        return True  # a journal's tables and its version are written in one go
    whole = size % (65536 if page_bytes == 1 else page_bytes or 1) == 0
    return not (whole or has_log)  # a log brings a page's end back


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged journal and its companions to a dated name, and return it. Raises OSError."""
    moment = now.astimezone(UTC)
    while True:
        aside = path.with_name(f"journal.damaged-{moment:%Y%m%dT%H%M%SZ}.sqlite3")
        moved = [(Path(f"{path}{tail}"), Path(f"{aside}{tail}")) for tail in _COMPANIONS]
        if not any(target.exists() for _, target in moved):
            break
        moment += timedelta(seconds=1)  # two in one second: a rename would delete the first
    for source, target in moved:
        if source.exists():
            tried_again(partial(source.rename, target))
    return aside


class OpenFiles:
    """Where the files of an open journal were found.

    Where a file was deleted, or its folder moved away, SQLite goes on writing into what no name leads to any
    more: all of that would be gone with the process.
    """

    def __init__(self, path: Path) -> None:
        """`path` is the main file's. Raises OSError."""
        self._found = {file: _which(file) for file in (path, path.with_name(f"{path.name}-wal"))}

    def check(self) -> None:
        """Raise FileNotFoundError where a file is gone, or another has taken its name."""
        for file, found in self._found.items():
            if _which(file) != found:
                raise FileNotFoundError(errno.ENOENT, "another file has its name", str(file))


def _which(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_dev, stat.st_ino


class Reserve:
    """Space on the disk that is kept for finishing open operations when the disk is full (row 34)."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "journal.reserve"

    def keep(self) -> bool:
        """Hold the space, taking it if it is not held yet; False where the disk has none to give."""
        try:
            if self.path.is_symlink():
                self.path.unlink()  # somebody would have the till write into another file
            if self.path.exists() and self.path.stat().st_size == RESERVE_BYTES:
                return True
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK
            with open(os.open(self.path, flags, 0o600), "wb") as file:
                file.write(secrets.token_bytes(RESERVE_BYTES))  # some file systems store zeros in no space
                file.flush()
                os.fsync(file.fileno())  # and some take the space only here
        except OSError:
            self.give_up()
            return False
        return True

    def give_up(self) -> bool:
        """Let the space go; False where there was none to let go."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
