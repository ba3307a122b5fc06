"""What support asks for first, in one file: `doctor --bundle FILE.zip`. Nothing secret goes into it.

The journal, the flight recorder and the crash note hold masked numbers and no codes by themselves. The
settings file is a person's: of it only lines of known names go in, without long numbers, without what could
be a token, and without what may stand in an address beside its place.
"""

import os
import platform
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from serial.tools.list_ports import comports

from centara_giftcard import __version__
from centara_giftcard.config.settings import example_toml
from centara_giftcard.config.vault import SystemVault
from centara_giftcard.display import display_problem
from centara_giftcard.doctor import checks
from centara_giftcard.domain.errors import EnvironmentFault, JournalError
from centara_giftcard.domain.secrets import without_numbers
from centara_giftcard.domain.sentences import printable, reason_of
from centara_giftcard.journal.flight import FILES
from centara_giftcard.journal.reader import list_operations, verify
from centara_giftcard.options import Options
from centara_giftcard.probe.command import agreed
from centara_giftcard.probe.finding import told

LIBRARIES: Final = (
    "PySide6-Essentials",
    "httpx",
    "h11",
    "pydantic",
    "msgspec",
    "qasync",
    "pyserial",
    "keyring",
)
NEWEST: Final = 50
"""So many of the newest operations are told."""

_LINE: Final = re.compile(r"\s*(?:\[\[?([A-Za-z_.]+)\]\]?|([A-Za-z_]+)\s*=\s*(.*))\s*(?:#.*)?$")
_TOKEN: Final = re.compile(r"(?=[\w.+=~-]*\d)(?=[\w.+=~-]*[A-Za-z])[\w.+=~-]{24,}")
_BESIDE_THE_PLACE: Final = re.compile(r"(//)[^/@\s\"']*@|\?[^\"'\s]*")

Page = tuple[str, bytes]
"""A file's name in the bundle, and what is in it."""


def write_bundle(options: Options, path: Path) -> int:
    """Show what would go into the file, ask, and write it; 0 once it is there. Raises EnvironmentFault.

    A file that exists is not written over.
    """
    if path.exists():
        raise EnvironmentFault(f"{path} exists already: name another file.")
    pages = gather(options, hardware())
    _show(pages)
    if not (options.yes or agreed(f"Write this into {path}? [y/N] ")):
        raise EnvironmentFault("Nothing was written: the question was not answered with y. --yes answers it.")
    try:
        write(path, pages)
    except OSError as fault:
        raise EnvironmentFault(f"{path} cannot be written: {reason_of(fault)}.") from fault
    sys.stdout.write(f"{path} is written, {path.stat().st_size // 1024 + 1} KiB: send it to support.\n")
    return 0


def _show(pages: Iterable[Page]) -> None:
    for heading, lines in to_read(pages):
        sys.stdout.write("".join(f"{line}\n" for line in ("", f"-- {heading}", *lines)))
    sys.stdout.write("\n")


def to_read(pages: Iterable[Page]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What is shown before anything is written: all that is short in full, of the rest how much it is."""
    for name, content in pages:
        lines = content.decode(errors="replace").splitlines()
        short = name.endswith((".txt", ".toml"))
        yield f"{name}, {len(lines)} lines", tuple(map(printable, lines)) if short else ()


def write(path: Path, pages: Iterable[Page]) -> None:
    """Write all into one new file, or nothing. Raises OSError."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(file, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in pages:
                bundle.writestr(name, content)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def gather(options: Options, seen: list[str]) -> list[Page]:
    """All that support asks for; `seen` is this computer's hardware. Asks the server, which takes seconds."""
    return list(_pages(options, seen))


def _pages(options: Options, seen: list[str]) -> Iterable[Page]:
    folder = options.data_folder()
    yield "doctor.txt", "".join(map(told, checks(options))).encode()
    yield "versions.txt", _text(_versions())
    yield "hardware.txt", _text(seen)
    yield "journal.txt", _text(_journal(folder))
    yield "settings.toml", _text(known_lines(_read(options.settings_file()).decode(errors="replace")))
    for number in range(FILES):
        name = f"till.jsonl{f'.{number}' if number else ''}"
        if recorded := _read(folder / "log" / name):
            yield name, recorded
    if note := _read(folder / "log" / "crash.txt"):
        yield "crash.txt", note


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _read(path: Path) -> bytes:
    """A file's content; nothing where it cannot be read, which the doctor's lines tell."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def known_lines(text: str) -> list[str]:
    """The lines of a settings file that are settings of a known name, without what could be a secret."""
    known = {found[2] for line in example_toml().splitlines() if (found := _LINE.match(line)) and found[2]}
    kept = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.match(line)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found and (found[1] or found[2] in known):
            kept.append(without_numbers(_TOKEN.sub("…", _BESIDE_THE_PLACE.sub(r"\1…", line.rstrip()))))
        else:
            kept.append(f"# line {number} is left out: it is no setting of a known name")
    return kept


def _versions() -> Iterable[str]:
    yield f"centara-giftcard {__version__}"
    yield f"Python {platform.python_version()}, {platform.architecture()[0]}; SQLite {sqlite3.sqlite_version}"
    yield platform.platform()
    yield f"encoding {sys.getfilesystemencoding()}, console {getattr(sys.stdout, 'encoding', '?')}"
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is not installed"


def hardware() -> list[str]:
    """Serial ports, screens and the keyboard's layout, as this computer tells of them. In Qt's own thread."""
    return list(_hardware())


def _hardware() -> Iterable[str]:
    for port in sorted(comports()):
        ids = f", {port.vid:04x}:{port.pid:04x}" if port.vid is not None and port.pid is not None else ""
        yield f"port {port.device}: {port.description}{ids}"
    problem = display_problem()
    if problem:
        yield f"screens: {problem}"
        return
    from centara_giftcard.ui.outputs import screens

    yield from screens()


def _journal(folder: Path) -> Iterable[str]:
    try:
        verdict = verify(folder, SystemVault(folder, "").known_journal_key())
        newest = list_operations(folder)[-NEWEST:]
    except JournalError as fault:
        yield str(fault)
        return
    yield from filter(None, (verdict.summary, *verdict.findings, verdict.unproven))
    for it in newest:
        yield f"{it.created_at:%Y-%m-%d %H:%M:%SZ} {it.kind} {it.state} {it.amount} {it.card} {it.id}"
