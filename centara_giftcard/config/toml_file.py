"""A TOML file read with care: every fault becomes one sentence with the file, the line and the key.

All faults are gathered, so that whoever mends the file has to do it once only: what cannot be used is told to
the `Source`, and reading goes on with a value that stands in for it. `tomllib` tells no positions, so the
line of a key is looked for only once something is wrong with it. Nothing here knows what the settings mean;
that is `settings`.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec import Struct

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.sentences import BadValue, Sentence, reason_of, shortened
from centara_giftcard.files import tried_again

T = TypeVar("T")

MAX_BYTES: Final = 64 * 1024
MAX_STATEMENT_LINES: Final = 50
"""No setting is longer; beyond this the search for a line gives up instead of taking long."""

MAX_BAD_LINES: Final = 20
"""How many lines that are no TOML are told; each costs one more reading of the whole."""

_Path = tuple[str | int, ...]
_POSITION: Final = re.compile(r" \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)$")
_BACKSLASH: Final = ("Unescaped '\\'", "Invalid hex value")
"""How tomllib begins what it says of a path as Windows writes it."""

BACKSLASH_HINT: Final = Sentence(
    r"""write a backslash twice ("C:\\shop"), or use single quotes ('C:\shop')"""
)


_NO_QUOTES: Final = Sentence("a text has no quotes at its end")
_TWICE: Final = Sentence("this is set twice")
_OF_THE_PARSER: Final = {
    "Cannot declare": Sentence("this heading is there twice"),
    "Cannot": _TWICE,  # mutate, overwrite, redefine
    "Duplicate": _TWICE,
    "Expected '='": Sentence("expected '=' after a key in a key/value pair"),
    "Expected ']'": Sentence("expected ']' at the end of a table declaration"),
    "Expected ']]'": Sentence("expected ']]' at the end of an array declaration"),
    "Expected newline": Sentence("expected newline or end of document after a statement"),
    "Illegal character '\\n'": _NO_QUOTES,
    "Illegal": Sentence("there is a character that cannot stand here"),
    "Found invalid character": Sentence("there is a character that cannot stand here"),
    "Escaped": Sentence("there is a character that cannot stand here"),
    "Invalid date": Sentence("invalid date or time"),
    "Invalid initial": Sentence("invalid initial character for a key part"),
    "Invalid statement": Sentence("invalid statement"),
    "Invalid value": Sentence("invalid value"),
    "Unclosed": Sentence("a [ or {{ has no partner"),
    "Unterminated": _NO_QUOTES,
    'Expected "': _NO_QUOTES,
}
"""How tomllib begins what it says of a line, and what that means; anything else is told in its own words."""


class Fault(Struct, frozen=True):
    """One thing that is wrong with the file: where, and the sentence. `line` is None where none can be told.

    `path` leads to the key, a missing one too, or the heading; for a line that is no TOML it is empty.
    """

    path: _Path
    line: int | None
    sentence: Sentence
    missing: bool = False


def show(value: object) -> str:
    """Return a value as it would stand in the file, short enough for a sentence; or what kind it is of."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return Sentence("a list") if isinstance(value, list) else Sentence("a table")
    try:
        text = shortened(str(value))
    except ValueError:  # 0xffff… may be longer than Python agrees to write in decimal
        return Sentence("a number of thousands of digits")
    return f'"{text}"' if isinstance(value, str) else text


class Table:
    """One table of the file. Each key is read once with a check; `done` tells the keys nobody read.

    A value that cannot be used is told to the source and stood in for, by its default where it has one.
    """

    def __init__(self, source: "Source", path: _Path, values: dict[str, Any]) -> None:
        self._source = source
        self._path = path
        self._values = values
        self._known: list[str] = []

    @property
    def sound(self) -> bool:
        """Whether nothing in this table has been found wrong so far."""
        return self._source.sound(*self._path)

    def read(self, key: str, check: Callable[[Any], T], default: T) -> T:
        """Return the checked value; `default` where the key is absent or bad. `check` raises BadValue."""
        self._known.append(key)
        if key not in self._values:
            return default
        try:
            return check(self._values[key])
        except BadValue as bad:
            self.fault(key, bad.sentence)
            return default

    def need(self, key: str, check: Callable[[Any], T], stand_in: T) -> T:
        """Return the checked value of a key that must be there; `stand_in` where it is absent or bad."""
        if key not in self._values:
            self._absent(key)
        return self.read(key, check, stand_in)

    def table(self, key: str) -> "Table":
        """Return a table in this one; an absent one is empty."""
        return Table(self._source, (*self._path, key), self.read(key, _a_table, {}))

    def tables(self, key: str) -> "list[Table]":
        """Return the tables of an array of tables (`[[key]]`), none where it is absent."""
        rows: list[dict[str, Any]] = self.read(key, _an_array_of_tables, [])
        return [Table(self._source, (*self._path, key, n), row) for n, row in enumerate(rows)]

    def done(self) -> None:
        """Tell every key that was not read."""
        for key in self._values:
            if key not in self._known:
                self._strange(key, nearest(key, self._known))

    def fault(self, key: str, problem: Sentence) -> None:
        """Tell what is wrong with the value of one key of this table."""
        told = Sentence("{key}: {problem}", key=self._name(key), problem=problem)
        self._source.tell((*self._path, key), told)

    def _strange(self, key: str, near: str | None) -> None:
        told = Sentence("{key} is not a setting", key=self._name(key))
        if near:
            told = Sentence("{problem}: did you mean {near}?", problem=told, near=near)
        self._source.tell((*self._path, key), told)

    def _name(self, key: str) -> str:
        plain = key if key == shortened(key) else show(key)
        return ".".join([part for part in self._path if isinstance(part, str)] + [plain])

    def _absent(self, key: str) -> None:
        misspelt = nearest(key, [found for found in self._values if found not in self._known])
        if misspelt:
            self._known.append(misspelt)
            self._strange(misspelt, key)
        else:
            told = Sentence("{key} is missing", key=self._name(key))
            self._source.tell((*self._path, key), told, missing=True)


class Source:
    """The file's text, what is wrong with it, and where in it things are."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._found: list[Fault] = []
        self.readable = True
        """False: so much of it is no TOML that only those lines can be told."""

    def root(self) -> Table:
        """Parse the text, without the lines that are no TOML; those are told. Raises SettingsError."""
        return Table(self, (), self._parsed())

    def sound(self, *path: str | int) -> bool:
        """Whether nothing under `path` has been found wrong so far."""
        return self.readable and not any(
            fault.path[: len(path)] == path or fault.path == () for fault in self._found
        )

    def tell(self, path: _Path, problem: Sentence, missing: bool = False) -> None:
        """Note what is wrong with what stands at `path`."""
        line = self._line(path)
        self._found.append(Fault(path, line, in_file(self._name, line, problem), missing))

    @property
    def wrong(self) -> frozenset[_Path]:
        """Where something is wrong, also where that only follows from another fault."""
        return frozenset(fault.path for fault in self._found)

    def faults(self) -> tuple[Fault, ...]:
        """All that is wrong, in the order of the lines; without what only follows from another fault."""
        bad_lines = [fault for fault in self._found if fault.path == ()]
        told = self._found if self.readable else bad_lines
        wrong = {it.path for it in told if not it.missing}
        strange_heading = any(len(path) == 1 for path in wrong)

        def follows(it: Fault) -> bool:
            """Of a heading or a line that cannot be read, nobody can say what is missing under it."""
            unread = bool(bad_lines) or it.path[:-1] in wrong or (strange_heading and it.line is None)
            return it.missing and unread

        kept = [it for it in told if not follows(it)]
        return tuple(sorted(kept, key=lambda fault: fault.line or 0))

    def _parsed(self) -> dict[str, Any]:
        told: set[int] = set()
        while True:
            try:
                return tomllib.loads(self._text, parse_float=_exact)
            except RecursionError:
                raise self._unreadable(Sentence("the values are nested too deeply")) from None
            except tomllib.TOMLDecodeError as error:
                position = _POSITION.search(str(error))
                lines = self._text.split("\n")
                line = int((position and position["line"]) or len(self._text.rstrip().split("\n")))
                self._found.append(Fault((), line, in_file(self._name, line, _in_words(str(error)))))
                if "=" not in lines[line - 1] or line in told or len(told) == MAX_BAD_LINES:
                    self.readable = False  # a heading: what stands under it would be told as another's
                    return {}
                told.add(line)
                lines[line - 1] = ""
                self._text = "\n".join(lines)
            except ValueError:  # Python's own limit, against numbers that take minutes to read
                raise self._unreadable(Sentence("a number has too many digits")) from None

    def _unreadable(self, problem: Sentence) -> SettingsError:
        return SettingsError(in_file(self._name, None, problem))

    def _line(self, path: _Path) -> int | None:
        """The line of the statement that defines `path`, or of what comes nearest to it, from 1."""
        if path in self._lines:
            return self._lines[path]
        best: tuple[int, int] | None = None
        for defined, line in self._lines.items():
            common = next((n for n, (a, b) in enumerate(zip(path, defined, strict=False)) if a != b), None)
            depth = min(len(path), len(defined)) if common is None else common
            if depth and (best is None or depth > best[0]):
                best = depth, line
        return best and best[1]

    @cached_property
    def _lines(self) -> dict[_Path, int]:
        """The line of every path that the text defines."""
        found: dict[_Path, int] = {}
        for line, path in self._statements():
            found.setdefault(path, line)
        return found

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


def in_file(name: str, line: int | None, problem: Sentence) -> Sentence:
    """What is wrong with a file, with the line where one can be told."""
    if line is None:
        return Sentence("{file}: {problem}", file=name, problem=problem)
    return Sentence("{file}, line {line}: {problem}", file=name, line=line, problem=problem)


def _in_words(problem: str) -> Sentence:
    """What tomllib says of a line, for a sentence; with the way out where it is a path's backslash."""
    if problem.startswith(_BACKSLASH):
        return BACKSLASH_HINT
    plain = _POSITION.sub("", problem)
    known = next((told for begins, told in _OF_THE_PARSER.items() if plain.startswith(begins)), None)
    return known or Sentence("this cannot be read ({reason})", reason=shortened(plain))


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
            raise SettingsError(Sentence("The settings file {file} is a folder.", file=path))
        with tried_again(lambda: path.open("rb")) as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SettingsError(Sentence("The settings file {file} does not exist.", file=path)) from None
    except (OSError, ValueError) as error:  # ValueError: a path that no system takes
        told = "The settings file {file} cannot be read: {reason}."
        raise SettingsError(Sentence(told, file=path, reason=reason_of(error))) from None
    if len(content) > MAX_BYTES:
        told = "The settings file {file} is larger than {kib} KiB."
        raise SettingsError(Sentence(told, file=path, kib=MAX_BYTES // 1024))
    try:
        text = content.decode("utf-8-sig")  # Windows editors like to add a mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        told = "not UTF-8 text, save the file as UTF-8"
        raise SettingsError(in_file(path.name, line, Sentence(told))) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # and to end lines in their own way
    if not text.strip():
        told = "The settings file {file} is empty: delete it to be asked for the settings anew."
        raise SettingsError(Sentence(told, file=path))
    return Source(path.name, text)


def _a_table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValue(Sentence("{value} must be a table, under a heading in [ ]", value=show(value)))
    return value


def _an_array_of_tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadValue(Sentence("must be tables, each under a [[…]] of its own"))
    return value
