"""The settings of any released program are read by this one, and mean what they meant.

`stored/V.toml` is a shop's file as it kept it under version V, and `V.json` what was read from it then. A new
version with new settings brings a file of its own, by `write_stored`; an old one never changes.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import json as as_json

from centara_giftcard.config.settings import examine

STORED = Path(__file__).with_name("stored")
FILES = sorted(STORED.glob("*.toml"))


def read(file: Path) -> Any:
    """What the program reads from a file, as plain values."""
    found = examine(file)
    assert found.faults == ()
    return json.loads(as_json.encode(found.settings))


def write_stored(file: Path) -> None:
    """Write beside a file of today's settings what is read from it today."""
    text = json.dumps(read(file), ensure_ascii=False, indent=2)
    file.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")


def same(then: Any, now: Any) -> bool:
    """Whether all that was read then is read now; settings that came since may stand beside it."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(key in now and same(then[key], now[key]) for key in then)
    if isinstance(then, list):
        return len(then) == len(now) and all(map(same, then, now))
    return bool(then == now)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shops_settings_mean_after_an_upgrade_what_they_meant_before(file: Path) -> None:
    then = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert same(then, read(file))


def test_what_is_read_otherwise_is_noticed() -> None:
    then = json.loads(FILES[0].with_suffix(".json").read_text(encoding="utf-8"))
    now = json.loads(json.dumps(then))
    now["till"]["pos"] = "4"
    assert not same(then, now)
    assert FILES[0].name.startswith("0.1.0")
