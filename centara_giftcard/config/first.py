"""What the first-run set-up asks for: each answer judged as it is typed, and the settings file made of them.

The file is the commented example with the answers in it, so that whoever opens it later finds every setting
explained in its place.
"""

import errno
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import asdict

from centara_giftcard.config import checks
from centara_giftcard.config.amend import amended
from centara_giftcard.config.settings import examine_text, example_toml
from centara_giftcard.domain.cards import MAX_NUMBER, MIN_NUMBER
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.sentences import BadValue, Sentence, reason_of
from centara_giftcard.files import write_whole

DEFAULT_SERVER: Final = "https://centara.online/loyalty/api/v1/pos"
MAX_TOKEN: Final = 16 * 1024
"""Letters of an access token: a JWT with many claims has thousands, and a server takes no longer header."""
SERIES_FIELDS: Final = ("name", "prefix", "length", "number")
"""What is asked of each series, under the names `series.0.name`, `series.0.prefix` and so on."""

Answers = Mapping[str, str]


class NotWritten(SettingsError):
    """The settings file could not be written; `reason` is the system's own words."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(Sentence("{file} cannot be written: {reason}.", file=path, reason=reason))
        self.reason = reason


class Verdict(Struct, frozen=True):
    """Whether an answer will do, and what is wrong with it.

    `fault` is a stable word that the face turns into its own sentence with `fields`; it is empty for an
    answer that is good, and for one that may still become good as it is typed on.
    """

    good: bool
    fault: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


class _Rule(Struct, frozen=True):
    """`check` raises BadValue; `fault` is the word for that; `begins`: whether more typing may mend it."""

    check: Callable[[str], object]
    fault: str
    longest: int
    begins: Callable[[str], bool] = lambda _text: False


def _label(text: str) -> str:
    """A number or a name that stands on the screen, on receipts and in the keyring."""
    for character in text:
        if not (character.isascii() or unicodedata.category(character)[0] in "LN"):
            raise BadValue(Sentence("{character}", character=character))
    return checks.text(40, 1)(text)


def _begins_address(text: str) -> bool:
    starts = ("https://", "http://localhost", "http://127.0.0.1", "http://[::1]")
    return any(start.startswith(text.lower()) for start in starts)


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise BadValue(Sentence("must be one word of plain letters"))
    return text


def _length(text: str) -> int:
    plain = text.isascii() and text.isdecimal()
    return checks.whole(MIN_NUMBER, MAX_NUMBER)(int(text[:4]) if plain else text)


def _anything(text: str) -> str:
    return text


_RULES: Final[dict[str, _Rule]] = {
    "till.store": _Rule(_label, "character", 20),
    "till.pos": _Rule(_label, "character", 20),
    "till.name": _Rule(_label, "character", 40),
    "till.currency": _Rule(checks.currency, "currency", 3, lambda text: len(text) < 3 and text.isalpha()),
    "till.locale": _Rule(checks.locale, "locale", 16),
    "loyalty.server": _Rule(checks.server, "address", 400, _begins_address),
    "loyalty.group": _Rule(checks.segment, "group", 64, lambda text: text == "."),
    "token": _Rule(_token, "token", MAX_TOKEN),
    "series.name": _Rule(_label, "character", 40),
    "series.prefix": _Rule(checks.prefix, "prefix", 32),
    "series.length": _Rule(_length, "length", 2, lambda text: text in {"1", "2", "3"}),
    "series.number": _Rule(checks.segment, "group", 64, lambda text: text == "."),
    "printer.address": _Rule(checks.printer, "printer", 255, lambda text: text.startswith("tcp://")),
    "scanner.serial_port": _Rule(checks.text(200), "character", 200),
    "file": _Rule(_anything, "", 1000),
}


def normal(name: str, text: str) -> str:
    """An answer as it is kept: without spaces around it, a currency in capitals."""
    text = text.strip()
    return text.upper() if name == "till.currency" else text


def judge(name: str, typed: str, answers: Answers) -> Verdict:
    """Judge one answer as far as it is typed; `answers` are those given so far. An empty one is not good."""
    rule, text = _RULES[_plain(name)], normal(name, typed)
    if not text:
        return Verdict(False)
    if len(text) > rule.longest:
        return Verdict(False, "long", {"n": rule.longest})
    try:
        rule.check(text)
    except BadValue as problem:
        if rule.begins(text):
            return Verdict(False)
        return Verdict(False, *_fault(name, rule, text, str(problem)))
    return _judge_series(name, text, answers)


def check_answer(name: str, text: str) -> None:
    """Check one answer by its setting's name. Raises SettingsError: a sentence without a line number."""
    try:
        _RULES[name].check(text)
    except BadValue as bad:
        raise SettingsError(Sentence("{key}: {problem}.", key=name, problem=bad.sentence)) from None


def series_of(answers: Answers) -> list[dict[str, str]]:
    """The series that all is known of, each with its SERIES_FIELDS; one without a name was skipped."""
    found = [
        {part: answers.get(f"series.{n}.{part}", "") for part in SERIES_FIELDS} for n in range(len(answers))
    ]
    return [one for one in found if all(one.values())]


def first_text(answers: Answers) -> str:
    """The settings file of these answers. Raises SettingsError where they do not go together."""
    text = "\n".join(_filled_in(answers)) + "\n"
    faults = examine_text("settings.toml", text).faults
    if faults:
        raise SettingsError(faults[0].sentence)
    return text


def write_first(path: Path, answers: Answers, wire: WireRules | None = None) -> None:
    """Write a settings file that does not exist yet, whole or not at all, for its owner's eyes only.

    `wire` is how the server speaks, where that was found out. Raises NotWritten, and SettingsError where the
    answers do not go together.
    """
    usual, found = WireRules(), wire or WireRules()
    text = amended(
        first_text(answers),
        {"loyalty.wire": {it: value for it, value in asdict(found).items() if value != getattr(usual, it)}},
    )
    try:
        if path.exists():
            raise NotWritten(path, reason_of(OSError(errno.EEXIST, "")))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))
    except FileExistsError:  # a file is where the folder should be
        raise NotWritten(path, reason_of(OSError(errno.ENOTDIR, ""))) from None
    except (OSError, ValueError) as error:  # ValueError: a path that no system takes
        raise NotWritten(path, reason_of(error)) from None


# --- judging -----------------------------------------------------------------------------------------------


def _plain(name: str) -> str:
    return re.sub(r"^series\.[0-9]+\.", "series.", name)


def _fault(name: str, rule: _Rule, text: str, problem: str) -> tuple[str, Mapping[str, object]]:
    if rule.fault == "character":
        return "character", {"character": problem if len(problem) == 1 else "\N{REPLACEMENT CHARACTER}"}
    if name == "loyalty.server" and text.lower().startswith("http://"):
        return "plain_http", {}
    return rule.fault, {"text": text, "least": MIN_NUMBER, "most": MAX_NUMBER}


def _judge_series(name: str, text: str, answers: Answers) -> Verdict:
    """What one series' answers must have to do with each other and with the earlier ones."""
    found = re.fullmatch(r"series\.([0-9]+)\.(number|length)", name)
    if found is None:
        return Verdict(True)
    own = f"series.{found[1]}.prefix"
    later = {name: "" for name in answers if name.startswith(f"series.{found[1]}.")}
    earlier = series_of({**answers, **later})
    if found[2] == "number":
        return Verdict(False, "twice") if text in [it["number"] for it in earlier] else Verdict(True)
    prefix = answers.get(own, "")
    if int(text) <= len(prefix):
        return Verdict(False, "length", {"least": max(MIN_NUMBER, len(prefix) + 1), "most": MAX_NUMBER})
    if (prefix, text) in [(it["prefix"], it["length"]) for it in earlier]:
        return Verdict(False, "twice")
    return Verdict(True)


# --- the file ----------------------------------------------------------------------------------------------

_HEADING: Final = re.compile(r"\[+([\w.]+)\]+")
_SETTING: Final = re.compile(
    r"""(?P<key>\w+) = (?P<value>"[^"]*"|\[.*?\]|[^\s#]+)(?P<gap> *)(?P<note>#.*)?"""
)
_WHOLE: Final = frozenset({"length", "width_mm"})


def _filled_in(answers: Answers) -> Iterator[str]:
    """The example's lines with the answers in their places; a block for each series, or none."""
    blocks = _blocks(example_toml())
    yield "# Settings of this Centara gift card till, written by its first set-up."
    yield "#"
    yield "# Lines that begin with # are notes; a setting that is left out has its usual value."
    yield "# After a change, check everything with: centara-giftcard doctor"
    yield ""
    for heading, lines in blocks:
        if heading != "series":
            given = {
                name.removeprefix(f"{heading}."): text
                for name, text in answers.items()
                if name.startswith(f"{heading}.")
            }
            if heading == "till":
                given.setdefault("name", "")
            yield from _with_answers(lines, given)
        elif series := series_of(answers):
            for place, one in enumerate(series):
                yield from _with_answers(
                    lines if place == 0 else [line for line in lines if line[:1] != "#"], one
                )
        else:  # the block stays as a note: with no series, every number is asked for at the server
            yield from (f"# {line}" if line and line[0] != "#" else line for line in lines)


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """The example's tables by their headings, each with the notes above it, but for the first."""
    blocks: list[tuple[str, list[str]]] = []
    above: list[str] = []
    for line in text[text.index("[till]") :].splitlines():
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            blocks.append((heading[1], [*above, line]))
            above = []
        elif line == "" or line.startswith("#"):
            above.append(line)
        else:
            blocks[-1][1].extend([*above, line])
            above = []
    return blocks


def _with_answers(lines: Sequence[str], given: Mapping[str, Any]) -> Iterator[str]:
    for line in lines:
        found = _SETTING.fullmatch(line)
        if found is None:
            yield line
            continue
        key, note = found["key"], (found["note"] or "").replace("CHANGE: ", "").replace("needed. ", "")
        value = given.get(key)
        told = (
            found["value"]
            if value is None
            else value
            if key in _WHOLE
            else json.dumps(value, ensure_ascii=False)
        )
        yield f"{f'{key} = {told}':<29} {note}".rstrip()
