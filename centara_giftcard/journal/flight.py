"""The flight recorder: what the till showed and did, for disputes. One JSON object a line, rotated by size.

Each line is handed to the operating system at once, so that it outlives the program; it is not synced, so
that nobody waits. A line that cannot be written is lost: the recorder never gets in the till's way.
"""

import json
import math
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final

from centara_giftcard.files import NO_LINK

MAX_BYTES: Final = 5 * 1024 * 1024
FILES: Final = 5
"""How many files there are at most: till.jsonl, the one in use, and till.jsonl.1 to .4, older and older."""

Field = str | int | float | bool | None


class FlightRecorder:
    """Port Recorder over DATA_DIR/log/till.jsonl, readable by its owner only. Used from one thread."""

    def __init__(self, data_dir: Path, now: Callable[[], datetime], max_bytes: int = MAX_BYTES) -> None:
        """`now` gives aware time; nothing is opened before the first line."""
        self._path = data_dir / "log" / "till.jsonl"
        self._now = now
        self._max_bytes = max_bytes
        self._file: FileIO | None = None
        self._torn = False
        self._shown: tuple[str | None, ...] = ()

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        """Note what the cashier is shown, once for as long as it does not change."""
        shown = (screen, headline, outcome, operation, card)
        if shown == self._shown:
            return
        names = ("screen", "headline", "outcome", "operation", "card")
        fields = {name: value for name, value in zip(names, shown, strict=True) if value is not None}
        if self._note("screen", fields):
            self._shown = shown

    def event(self, name: str, **fields: Field) -> None:
        """Note anything else. A field cannot take the place of `ts` or `event`."""
        self._note(name, fields)

    def close(self) -> None:
        """Close the file; a later line opens it again."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # a network share tells only here that it is full
                file.close()

    def _note(self, name: str, fields: dict[str, Field] | dict[str, str]) -> bool:
        head: dict[str, Field] = {
            "ts": self._now().astimezone(UTC).isoformat(timespec="milliseconds"),
            "event": name,
        }
        told = {key: _plain(value) for key, value in (head | fields | head).items()}
        # half a surrogate pair is no UTF-8; backslashreplace leaves it as JSON's own escape
        line = json.dumps(told, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
        try:
            self._write(line)
        except OSError:
            self.close()
            return False
        return True

    def _write(self, line: bytes) -> None:
        file = self._file or self._open()
        if file.tell() and file.tell() + len(line) > self._max_bytes:
            file = self._rotate()
        if self._torn:
            line = b"\n" + line
        self._torn = file.write(line) != len(line)  # cut short, on a full disk

    def _open(self) -> FileIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = FileIO(self._path, "a+", opener=_open_own)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        self._torn = file.read(1) not in {b"", b"\n"}  # by a crash, or a power cut
        self._file = file
        return file

    def _rotate(self) -> FileIO:
        self.close()
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{n}") for n in range(1, FILES))]
        try:
            for older, newer in reversed(list(zip(names[1:], names, strict=False))):
                if newer.exists():
                    newer.replace(older)
        except OSError:
            pass  # Windows, while somebody reads one: the file grows until a later line moves it
        return self._open()


def _open_own(path: str, flags: int) -> int:
    """For its owner only, and through no link: who puts one there has the till write into another file."""
    return os.open(path, flags | NO_LINK, 0o600)


def _plain(value: Field) -> Field:
    """JSON has no NaN and no infinity."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
