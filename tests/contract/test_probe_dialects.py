"""The probe at the practice server in other dialects: it finds the profile that the server speaks, and with
that in the settings file there is nothing more to find."""

import tomllib
from pathlib import Path

import pytest
from contract.test_probe import SETTINGS, Probe, _token, probe

from centara_giftcard.config.settings import load
from centara_giftcard.sandbox import SandboxServer

__all__ = ["_token", "probe"]

_HELD_BY = "/loyaltyGroups/{group}/%s/authorizations/{code}/_%s"
FOUND = [
    'amounts = "minor"',
    "net_excludes_holds = true",
    'amounts = "minor"\nnet_excludes_holds = true',
    'auth_code_field = "ticket"',
    'auth_code_field = "hold.ref"',
    'instrument_field = "id"',
    'auth_scheme = "Token"',
    'auth_header = "X-Api-Key"\nauth_scheme = ""',
    'auth_header = "Authorize"\namounts = "minor"\nauth_code_field = "ticket"',
    f'cancel_path = "{_HELD_BY % ("giftcards/{card}", "cancel")}"',
    'cancel_path = "/loyaltyGroups/{group}/authorizations/{code}/_cancel"',
    f'commit_path = "{_HELD_BY % ("instruments/{instrument}", "commit")}"',
]
LOOKS = [
    'names = "pascal"\nids = "guid"\namounts = "text"\ndates = "seven_digits"\nwrapper = "result"',
    'names = "snake"\nids = "number"\ndates = "seconds"\nflat = true\nrefusal = "message"',
]


KEYED = [
    (
        f'cancel_path = "{_HELD_BY % ("giftcards/{card}", "cancel")}"',
        'dates = "zulu"\n[behaves]\nremembers = "key"',
    ),
    ('auth_code_field = "hold.ref"', 'wrapper = "data"\n[behaves]\nremembers = "key"'),
]
"""Servers that give the answer to an Idempotency-Key again, whatever is asked for."""
SEEN_SO = KEYED + [(wire, "") for wire in FOUND] + [(wire, looks) for wire in FOUND[:3] for looks in LOOKS]


@pytest.mark.parametrize(("wire", "looks"), SEEN_SO)
def test_what_a_server_speaks_is_found_written_and_then_as_set(
    probe: Probe, tmp_path: Path, wire: str, looks: str
) -> None:
    dialect = tmp_path / "dialect.toml"
    dialect.write_text(f"[loyalty.wire]\n{wire}\n[looks]\n{looks}\n")
    server = SandboxServer(dialect=dialect)
    server.start()
    try:
        assert probe.run(server, "--write") == 1, probe.out + probe.err
        found = load(probe.file).loyalty.wire
        for name, value in tomllib.loads(wire).items():
            assert getattr(found, name) == value, probe.out
        assert probe.run(server) == 0, probe.out
    finally:
        server.stop()
    assert set(probe.journal()) == {("payment", "cancelled")}


@pytest.mark.parametrize(
    "text",
    [
        '[looks]\ncode_in = "location"\nsuccess = 201',
        '[looks]\ncode_in = "text"\nrefusal = "empty"\ndates = "dotnet"',
        '[looks]\nrefusal = "error"\nrefusal_status = "200"\ndates = "day"',
        '[looks]\nrefusal = "page"\ngzip = true\nbyte_order_mark = true\nmedia_type = "text/plain"',
        "[looks]\nnull_for_zero = true",
        "[behaves]\ndoubled = true",
        '[behaves]\nremembers = "key"',
        '[behaves]\nlate = ["cancel"]\nlate_s = 0.2',
    ],
)
def test_what_tells_itself_needs_no_setting(probe: Probe, tmp_path: Path, text: str) -> None:
    dialect = tmp_path / "dialect.toml"
    dialect.write_text(text)
    server = SandboxServer(dialect=dialect)
    server.start()
    try:
        assert probe.run(server) == 0, probe.out
    finally:
        server.stop()
    assert probe.journal() == [("payment", "cancelled")]


@pytest.mark.parametrize(
    ("zone", "till_zone", "line"),
    [
        (
            "Asia/Tokyo",
            "Asia/Tokyo",
            ("FAIL", 'are those of Asia/Tokyo: set loyalty.wire.time_zone = "Asia/Tokyo"'),
        ),
        ("Asia/Tokyo", "system", ("FAIL", "+9.0 hours from UTC: set loyalty.wire.time_zone")),
        ("UTC", "Asia/Tokyo", ("ok", "are those of UTC")),
    ],
)
def test_a_sale_shows_the_zone_of_times_without_one(
    probe: Probe, tmp_path: Path, zone: str, till_zone: str, line: tuple[str, str]
) -> None:
    dialect = tmp_path / "dialect.toml"
    dialect.write_text(f'[loyalty.wire]\ntime_zone = "{zone}"\n[looks]\ndates = "local"\n')
    server = SandboxServer(dialect=dialect)
    address = server.start().removesuffix("/loyalty/api/v1/pos")
    text = SETTINGS.format(address=address, wire="")
    probe.file.write_text(text.replace('pos = "3"', f'pos = "3"\ntime_zone = "{till_zone}"'))
    try:
        probe.run(server, "--issue", card="6091000000000041")
    finally:
        server.stop()
    mark, sentence = probe.line("zone")
    assert mark == line[0]
    assert sentence.endswith(line[1])


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        ('amount_field = "value"', "see loyalty.wire.amount_field and amounts"),
        ('auth_query = "key"', "loyalty.wire.auth_query"),
        ('pay_path = "/holds?card={card}"', "loyalty.wire.pay_path"),
    ],
)
def test_what_cannot_be_tried_is_named(probe: Probe, tmp_path: Path, wire: str, words: str) -> None:
    dialect = tmp_path / "dialect.toml"
    dialect.write_text(f"[loyalty.wire]\n{wire}\n")
    server = SandboxServer(dialect=dialect)
    server.start()
    try:
        assert probe.run(server) == 1
    finally:
        server.stop()
    assert words in probe.out
    assert "FAIL left" not in probe.out
