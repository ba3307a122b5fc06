"""A TOML file read with care: every fault becomes one sentence with the file, the line and the key.

`tomllib` tells no positions, so the line of a key is looked for only once something is wrong with it. Nothing
here knows what the settings mean; that is `settings`.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from centara_giftcard.domain.errors import SettingsError

T = TypeVar("T")

MAX_BYTES: Final = 64 * 1024
MAX_STATEMENT_LINES: Final = 50
"""No setting is longer; beyond this the search for a line gives up instead of taking long."""

_Path = tuple[str | int, ...]
_REQUIRED: Final = object()
_POSITION: Final = re.compile(r" \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)$")


class BadValue(ValueError):
    """What is wrong with one value: the end of a sentence that begins with the key."""


def show(value: object) -> str:
    """Return a value as it would stand in the file, short enough for a sentence."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    try:
        text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))
    except ValueError:  # 0xffff… may be longer than Python agrees to write in decimal
        return "a number of thousands of digits"
    text = text if len(text) <= 40 else f"{text[:39]}…"
    return f'"{text}"' if isinstance(value, str) else text


class Table:
    """One table of the file. Each key is read once with a check; `done` refuses the keys nobody read."""

    def __init__(self, source: "Source", path: _Path, values: dict[str, Any]) -> None:
        self._source = source
        self._path = path
        self._values = values
        self._known: list[str] = []

    def read(self, key: str, check: Callable[[Any], T], default: T | object = _REQUIRED) -> T:
        """Return the checked value, or `default` where the key is absent.

        `check` raises BadValue. Raises SettingsError for a bad value and for a required key that is absent.
        """
        self._known.append(key)
        if key not in self._values:
            if default is _REQUIRED:
                raise self._absent(key)
            return default  # type: ignore[return-value]  # the sentinel was ruled out
        try:
            return check(self._values[key])
        except BadValue as problem:
            raise self.fault(key, str(problem)) from None

    def table(self, key: str) -> "Table":
        """Return a table in this one; an absent one is empty."""
        return Table(self._source, (*self._path, key), self.read(key, _a_table, {}))

    def tables(self, key: str) -> "list[Table]":
        """Return the tables of an array of tables (`[[key]]`), none where it is absent."""
        rows: list[dict[str, Any]] = self.read(key, _an_array_of_tables, [])
        return [Table(self._source, (*self._path, key, n), row) for n, row in enumerate(rows)]

    def done(self) -> None:
        """Raise SettingsError for the first key that was not read."""
        for key in self._values:
            if key not in self._known:
                near = nearest(key, self._known)
                hint = f": did you mean {near}?" if near else ""
                raise self.fault(key, f"is not a setting{hint}", colon=False)

    def fault(self, key: str, problem: str, colon: bool = True) -> SettingsError:
        """Return the error for one key of this table, with its line."""
        name = self._name(key)
        return self._source.fault((*self._path, key), f"{name}{':' if colon else ''} {problem}")

    def _name(self, key: str) -> str:
        plain = key if key.isprintable() and len(key) <= 40 else show(key)
        return ".".join([part for part in self._path if isinstance(part, str)] + [plain])

    def _absent(self, key: str) -> SettingsError:
        misspelt = nearest(key, [found for found in self._values if found not in self._known])
        if misspelt:
            return self.fault(misspelt, f"is not a setting: did you mean {key}?", colon=False)
        return self._source.fault(self._path, f"{self._name(key)} is missing")


class Source:
    """The file's text, and where in it things are."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text

    def root(self) -> Table:
        """Parse the whole text. Raises SettingsError with the parser's own line."""
        try:
            return Table(self, (), tomllib.loads(self._text, parse_float=_exact))
        except RecursionError:
            raise SettingsError(f"{self._name}: the values are nested too deeply") from None
        except tomllib.TOMLDecodeError as error:
            position = _POSITION.search(str(error))
            line = (position and position["line"]) or len(self._text.rstrip().split("\n"))
            problem = _POSITION.sub("", str(error))
            raise SettingsError(f"{self._name}, line {line}: {problem[:1].lower()}{problem[1:]}") from None
        except ValueError:  # Python's own limit, against numbers that take minutes to read
            raise SettingsError(f"{self._name}: a number has too many digits") from None

    def fault(self, path: _Path, problem: str) -> SettingsError:
        """Return the error for what stands at `path`."""
        line = self._line(path)
        return SettingsError(f"{self._name}{f', line {line}' if line else ''}: {problem}")

    def _line(self, path: _Path) -> int | None:
        """The line of the statement that defines `path`, or of what comes nearest to it, from 1."""
        best: tuple[int, int] | None = None
        for line, defined in self._statements():
            if defined == path:
                return line
            common = next((n for n, (a, b) in enumerate(zip(path, defined, strict=False)) if a != b), None)
            depth = min(len(path), len(defined)) if common is None else common
            if depth and (best is None or depth > best[0]):
                best = depth, line
        return best and best[1]

    def _statements(self) -> Iterator[tuple[int, _Path]]:
        """Every header and key with the line it begins on.

        The text as a whole is valid, so the shortest run of lines that parses by itself is one statement:
        the parser, not this code, knows about quotes, dotted keys and values over several lines.
        """
        table: _Path = ()
        counts: dict[_Path, int] = {}
        begin, lines = 1, self._text.split("\n")
        for number in range(1, len(lines) + 1):
            chunk = "\n".join(lines[begin - 1 : number])
            try:
                values = tomllib.loads(chunk)
            except ValueError:
                if number - begin >= MAX_STATEMENT_LINES:
                    return
                continue
            if chunk.lstrip().startswith("["):
                table = _header(values, counts)
                yield begin, table
            else:
                yield from ((begin, (*table, *path)) for path in _leaves(values) if path)
            begin = number + 1


def _exact(text: str) -> Decimal | float:
    """A number with a point or an exponent as it is written, for amounts; a float only for nan and inf.

    Raises ValueError for an exponent that is out of all reason.
    """
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise ValueError(text) from None
    return number if number.is_finite() else float(text)


def nearest(word: str, words: list[str]) -> str | None:
    """The one of `words` that `word` was probably meant to be."""
    import difflib

    return next(iter(difflib.get_close_matches(word, words, n=1)), None)


def _header(values: dict[str, Any], counts: dict[_Path, int]) -> _Path:
    """The path a header such as `[loyalty.wire]` or `[[series]]` opens; arrays of tables are counted."""
    path: _Path = ()
    inner: Any = values
    while inner:
        key, inner = next(iter(inner.items()))
        path = (*path, key)
        if isinstance(inner, list):
            inner = inner[0]
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _leaves(value: Any, path: _Path = ()) -> Iterator[_Path]:
    items = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    yield path
    for key, inner in items:
        yield from _leaves(inner, (*path, key))


def read(path: Path) -> Source:
    """Read a file of at most MAX_BYTES of UTF-8. Raises SettingsError."""
    try:
        if path.is_dir():
            raise SettingsError(f"The settings file {path} is a folder.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SettingsError(f"The settings file {path} does not exist.") from None
    except (OSError, ValueError) as error:  # ValueError: a path that no system takes
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise SettingsError(f"The settings file {path} cannot be read: {reason}.") from None
    if len(content) > MAX_BYTES:
        raise SettingsError(f"The settings file {path} is larger than {MAX_BYTES // 1024} KiB.")
    try:
        return Source(path.name, content.decode("utf-8-sig"))  # Windows editors like to add a mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path.name}, line {line}: not UTF-8 text, save the file as UTF-8") from None


def _a_table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValue(f"{show(value)} must be a table, under a heading in [ ]")
    return value


def _an_array_of_tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadValue("must be tables, each under a [[…]] of its own")
    return value
