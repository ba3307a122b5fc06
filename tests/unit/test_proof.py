"""What a probe's proof is worth: one server, one group, one wire; nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from centara_giftcard.config.settings import LoyaltySettings
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.probe.proof import (
    FILE,
    UNITS_FILE,
    is_proven,
    note_proven,
    note_units,
    units_proven,
)

LOYALTY = LoyaltySettings("https://loyalty.example/pos", "acme")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


def test_a_server_is_proven_until_server_group_or_wire_change(tmp_path: Path) -> None:
    assert not is_proven(tmp_path, LOYALTY)
    note_proven(tmp_path, LOYALTY, NOW)
    assert is_proven(tmp_path, LOYALTY)
    assert is_proven(tmp_path, replace(LOYALTY, reply_timeout_s=3.0))
    for other in (
        replace(LOYALTY, server="https://loyalty.example/gw"),
        replace(LOYALTY, group="emca"),
        replace(LOYALTY, wire=WireRules(net_excludes_holds=True)),
    ):
        assert not is_proven(tmp_path, other)
    assert [it.name for it in tmp_path.iterdir()] == [FILE]
    assert "acme" not in (tmp_path / FILE).read_text()


def test_minor_units_are_known_once_a_probe_has_read_a_known_balance_in_them(tmp_path: Path) -> None:
    minor = replace(LOYALTY, wire=WireRules(amounts="minor", issued_when="value"))
    assert units_proven(tmp_path, LOYALTY)
    assert not units_proven(tmp_path, minor)
    note_units(tmp_path, LOYALTY, NOW)
    assert not units_proven(tmp_path, minor)
    note_units(tmp_path, minor, NOW)
    assert units_proven(tmp_path, minor)
    assert units_proven(tmp_path, replace(minor, wire=WireRules(amounts="minor")))
    assert not units_proven(tmp_path, replace(minor, group="emca"))
    assert not is_proven(tmp_path, minor)
    (tmp_path / UNITS_FILE).unlink()
    note_proven(tmp_path, minor, NOW)
    assert units_proven(tmp_path, minor)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"0" * 64])
def test_what_stands_there_otherwise_proves_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert not is_proven(tmp_path, LOYALTY)


def test_a_proof_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        note_proven(tmp_path / "none", LOYALTY, NOW)
