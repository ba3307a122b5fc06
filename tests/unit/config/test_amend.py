"""Single settings are changed in a file, and all else stays as somebody wrote it."""

import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from centara_giftcard.config.amend import Changes, amend, amended, block
from centara_giftcard.config.settings import example_toml, load
from centara_giftcard.domain.errors import SettingsError

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
WIRE: Changes = {"loyalty.wire": {"net_excludes_holds": True, "auth_code_field": 'a"b'}}
BARE = """\
[till]
store = "12"
pos = "3"
currency = "EUR"
[loyalty]
server = "https://loyalty.example"
group = "acme"
"""


def changed(path: Path) -> Path:
    settings = load(path)
    wire = replace(settings.loyalty.wire, net_excludes_holds=True, auth_code_field='a"b')
    return amend(path, WIRE, replace(settings, loyalty=replace(settings.loyalty, wire=wire)), NOW)


def test_values_change_and_every_note_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(example_toml(), encoding="utf-8")
    kept = changed(file)
    assert kept == tmp_path / "settings.toml.20261126T083000Z"
    assert kept.read_text(encoding="utf-8") == example_toml()
    old, new = example_toml().splitlines(), file.read_text(encoding="utf-8").splitlines()
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert len(differing) == 2
    assert all(a.partition("#")[2] == b.partition("#")[2] for a, b in differing)
    assert load(file).loyalty.wire.auth_code_field == 'a"b'


@pytest.mark.parametrize(
    "text",
    [
        BARE,
        BARE + "[loyalty.wire]\n",
        BARE + "[ loyalty . wire ] # here\nauth_scheme = 'Token'\n[printer]\nwidth_mm = 58",
        "[loyalty.wire]\nnet_excludes_holds=false#no\n" + BARE,
    ],
)
def test_what_is_not_there_is_added_where_it_belongs(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    changed(file)
    assert load(file).loyalty.wire.net_excludes_holds
    for line in text.splitlines():
        assert line in file.read_text() or "net_excludes_holds" in line


def test_line_ends_marks_and_rights_stay(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbf" + BARE.replace("\n", "\r\n").encode())
    file.chmod(0o600)
    kept = changed(file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf[till]\r\n")
    assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n")
    if sys.platform != "win32":
        assert [stat.S_IMODE(it.stat().st_mode) for it in (file, kept)] == [0o600, 0o600]
    assert sorted(os.listdir(tmp_path)) == [file.name, kept.name]


@pytest.mark.parametrize(
    "text",
    [
        BARE.replace('group = "acme"', 'group = "acme"\nwire.net_excludes_holds = false'),
        BARE.replace('group = "acme"', 'group = "acme"\nwire = { net_excludes_holds = false }'),
    ],
)
def test_a_file_that_is_written_otherwise_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match="only a person can change: paste the block"):
        changed(file)
    assert file.read_text() == text
    assert os.listdir(tmp_path) == [file.name]


def test_a_block_is_a_part_of_a_settings_file() -> None:
    assert block(WIRE) == '[loyalty.wire]\nnet_excludes_holds = true\nauth_code_field = "a\\"b"'
    assert amended(BARE, WIRE).endswith("\n\n" + block(WIRE) + "\n")
