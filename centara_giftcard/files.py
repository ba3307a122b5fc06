"""Files among this computer's other programs: written whole or not at all, tried again while one is held.

On Windows a virus scanner or a search service opens a new file for a moment, and meanwhile nobody can rename
it, replace it or open it. The system says the same then as where a right is missing.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

HELD_S: Final = 1.0
"""How long a file that may be held is tried again; scanners take tenths of a second."""

_AGAIN_S: Final = 0.05

NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
"""A flag of `os.open`: fail where the name is a symbolic link (Windows lets only administrators make one)."""

T = TypeVar("T")


def tried_again(do: Callable[[], T]) -> T:
    """Do something to a file; on Windows again for HELD_S while that is not permitted. Raises OSError."""
    end = time.monotonic() + HELD_S
    while True:
        try:
            return do()
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > end:
                raise
        time.sleep(_AGAIN_S)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file with the rights `mode`, over an older one, wholly or not at all. Raises OSError."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        tried_again(lambda: os.replace(draft, path))
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
