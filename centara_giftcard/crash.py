"""The note a crash leaves for support: where the program was, and nothing of what it worked on."""

import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from centara_giftcard import __version__

_TOLD: Final = "Told at the till's window"
_KIND: Final = 3
"""The line of the note, counted from 0, with the name of the fault."""


def write(fault: BaseException, data_folder: Path) -> Path:
    """Write `log/crash.txt` in the data folder, over an older one, and return its path. Raises OSError.

    Only types and the stack: the text of an error and the values of variables may hold a card number.
    """
    lines = [
        f"{datetime.now(UTC).isoformat(timespec='seconds')} centara-giftcard {__version__}",
        f"Python {sys.version.split()[0]} on {sys.platform}",
    ]
    link: BaseException | None = fault
    while link is not None:
        lines += ["", type(link).__qualname__, "".join(traceback.format_tb(link.__traceback__)).rstrip()]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    path = data_folder / "log" / "crash.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def untold(data_folder: Path) -> str:
    """The name of the fault that a note tells of, the first time that it is asked for; else nothing."""
    path = data_folder / "log" / "crash.txt"
    with suppress(OSError):
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = text.splitlines()
        if _TOLD not in text and len(lines) > _KIND:
            with path.open("a", encoding="utf-8") as note:
                note.write(f"\n{_TOLD}: {datetime.now(UTC).isoformat(timespec='seconds')}\n")
            return lines[_KIND]
    return ""
