"""The settings file that the first-run set-up writes: only what a till cannot do without."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from centara_giftcard.config import checks
from centara_giftcard.config.toml_file import BadValue
from centara_giftcard.domain.errors import SettingsError

DEFAULT_SERVER: Final = "https://centara.online/loyalty/api/v1/pos"

_CHECKS: Final[dict[str, Any]] = {
    "till.store": checks.text(20, 1),
    "till.pos": checks.text(20, 1),
    "till.currency": checks.currency,
    "till.locale": checks.locale,
    "till.language": checks.one_of("system"),
    "loyalty.server": checks.server,
    "loyalty.group": checks.segment,
}


def check_answer(name: str, text: str) -> None:
    """Check one answer by its setting's name. Raises SettingsError: a sentence without a line number."""
    try:
        _CHECKS[name](text)
    except BadValue as problem:
        raise SettingsError(f"{name}: {problem}.") from None


def write_first(path: Path, answers: Mapping[str, str]) -> None:
    """Write a settings file of checked answers, whole or not at all. Raises SettingsError."""
    rows = ["# Written by the first-run set-up; resources/settings/example.toml explains every setting."]
    for table in ("till", "loyalty"):
        rows += ["", f"[{table}]"]
        rows += [
            f"{name.removeprefix(f'{table}.')} = {json.dumps(answer, ensure_ascii=False)}"
            for name, answer in answers.items()
            if name.startswith(f"{table}.")
        ]
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text("\n".join(rows) + "\n", encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be written: {error.strerror}.") from None
