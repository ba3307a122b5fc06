"""Change single settings in a settings file: comments, order and everything else stay as somebody wrote them.

What comes out is read again before it is written: where it does not say exactly what was wanted (a file may
be written in ways that this does not know), nothing is changed.
"""

import json
import re
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from centara_giftcard.config.settings import Settings, examine_text
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.sentences import Sentence, reason_of
from centara_giftcard.files import write_whole

Value = str | bool | tuple[str, ...]
Changes = Mapping[str, Mapping[str, Value]]
"""The new values by table (`loyalty.wire`) and key."""

_HEADING: Final = re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]+\s*(?:#.*)?")
_SETTING: Final = re.compile(
    r"""(?P<before>\s*(?P<key>[\w-]+)\s*=\s*)(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|\[\s*\]|[^\s#"'\[{]+)(?P<after>\s*(?:#.*)?)"""
)


def block(changes: Changes) -> str:
    """The changes as lines of a settings file."""
    return "\n\n".join(
        "\n".join([f"[{table}]", *(f"{key} = {toml(value)}" for key, value in values.items())])
        for table, values in changes.items()
    )


def amended(text: str, changes: Changes) -> str:
    """The text of a settings file with other values in it; its own line ends are kept."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    for table, values in changes.items():
        lines = _with_values(lines, table, values)
    return newline.join(lines) + newline


def amend(path: Path, changes: Changes, wanted: Settings, now: datetime) -> Path:
    """Write the changes into the file, whole or not at all, and return where the old one was kept.

    `wanted` is what the file must say afterwards. Raises SettingsError: the file cannot be read or written,
    or is written in a way in which its settings cannot be changed safely.
    """
    try:
        old = path.read_bytes()
        new = amended(old.decode("utf-8"), changes)
        found = examine_text(path.name, new.removeprefix("\ufeff"))
        if found.faults or found.settings != wanted:
            told = "{file} is written in a way that only a person can change: paste the block."
            raise SettingsError(Sentence(told, file=path))
        kept = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}")
        mode = stat.S_IMODE(path.stat().st_mode)
        write_whole(kept, old, mode)
        write_whole(path, new.encode("utf-8"), mode)
    except UnicodeDecodeError:
        raise SettingsError(Sentence("{file} is not UTF-8 text: save it as UTF-8.", file=path)) from None
    except OSError as error:
        told = "{file} cannot be written: {reason}. Paste the block."
        raise SettingsError(Sentence(told, file=path, reason=reason_of(error))) from None
    return kept


def _with_values(lines: list[str], table: str, values: Mapping[str, Value]) -> list[str]:
    at = next((n for n, line in enumerate(lines) if _heading(line) == table), None)
    if at is None:
        return [*lines, "", *block({table: values}).split("\n")]
    end = next((n for n in range(at + 1, len(lines)) if _heading(lines[n])), len(lines))
    section, left = lines[at + 1 : end], dict(values)
    for n, line in enumerate(section):
        found = _SETTING.fullmatch(line)
        if found is not None and found["key"] in left:
            section[n] = f"{found['before']}{toml(left.pop(found['key']))}{found['after']}"
    added = [f"{key} = {toml(value)}" for key, value in left.items()]
    return [*lines[: at + 1], *added, *section, *lines[end:]]


def _heading(line: str) -> str:
    found = _HEADING.fullmatch(line)
    return "".join(found[1].split()) if found else ""


def toml(value: Value) -> str:
    """A value as it stands in the file."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value).lower()
