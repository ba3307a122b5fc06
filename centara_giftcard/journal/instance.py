"""One till for one data folder: a lock of the operating system, which dies with its process (row 38)."""

import os
import sys
from pathlib import Path

from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.domain.sentences import Sentence, reason_of
from centara_giftcard.files import tried_again

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _lock_folder(folder: Path) -> int | None:
        return None  # nobody can delete a file that is open

else:
    import fcntl

    def _try_lock(file: int) -> None:
        # flock, not lockf: a second lock within this process must fail too
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _lock_folder(folder: Path) -> int | None:
        """Lock the folder itself, where its file system can. Raises BlockingIOError."""
        try:
            opened = os.open(folder, os.O_RDONLY)
        except OSError:
            return None
        try:
            _try_lock(opened)
        except OSError as error:
            os.close(opened)
            if isinstance(error, BlockingIOError):
                raise
            return None
        return opened


class InstanceLock:
    """Held by a running till from start to end. Readers of the journal do not need it.

    The lock's file stays behind: deleting it would let two tills lock two files of the same name. Somebody
    may do so all the same, so the folder is locked too.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "till.lock"
        self._file: int | None = None
        self._folder: int | None = None

    def acquire(self) -> None:
        """Lock, without waiting. Raises EnvironmentFault where another till has it, or nothing can lock."""
        data_dir = self._path.parent
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            file = tried_again(lambda: os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            told = "The data folder {folder} cannot be used: {reason}."
            raise EnvironmentFault(Sentence(told, folder=data_dir, reason=reason_of(error))) from error
        try:
            _try_lock(file)
            self._folder = _lock_folder(data_dir)
        except (BlockingIOError, PermissionError) as error:  # POSIX, Windows
            os.close(file)
            told = "Another Centara till is already running with this data folder: {folder}"
            raise EnvironmentFault(Sentence(told, folder=data_dir)) from error
        except OSError as error:  # a network share without locks
            os.close(file)
            told = "The data folder {folder} cannot be locked: {reason}."
            raise EnvironmentFault(Sentence(told, folder=data_dir, reason=reason_of(error))) from error
        self._file = file

    def release(self) -> None:
        """Let it go; nothing happens where it is not held."""
        for held in (self._file, self._folder):
            if held is not None:
                os.close(held)
        self._file = self._folder = None
