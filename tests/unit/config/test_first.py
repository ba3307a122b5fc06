"""The first-run set-up's answers: judged as they are typed, and written to a file the till starts with."""

import os
import stat
from pathlib import Path

import pytest

from centara_giftcard.config.first import check_answer, first_text, judge, write_first
from centara_giftcard.config.settings import examine_text, example_toml, load
from centara_giftcard.domain.cards import Series
from centara_giftcard.domain.errors import SettingsError

ANSWERS = {
    "till.store": 'The "Corner" shop',
    "till.pos": "3",
    "till.currency": "ISK",
    "till.locale": "is_IS",
    "till.language": "is",
    "loyalty.server": "https://loyalty.example/api",
    "loyalty.group": "acme",
}
SERIES = {
    "series.0.name": "Klassík",
    "series.0.prefix": "6091",
    "series.0.length": "16",
    "series.0.number": "7",
    "series.1.name": "",
    "series.2.name": "Önnur",
    "series.2.prefix": "6092",
    "series.2.length": "19",
    "series.2.number": "8",
}


def test_what_was_answered_is_what_the_till_loads(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    write_first(file, ANSWERS)
    settings = load(file)
    assert (settings.till.store, settings.till.currency.code) == ('The "Corner" shop', "ISK")
    assert (settings.till.language, settings.till.name) == ("is", "")
    assert settings.loyalty.server == "https://loyalty.example/api"
    assert settings.series == ()
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


def test_series_printer_scanner_and_name_are_written_too(tmp_path: Path) -> None:
    more = {
        "till.name": "Kassi við dyrnar",
        "printer.address": r"\\server\printer",
        "printer.width_mm": "58",
        "scanner.serial_port": "/dev/ttyACM0",
    }
    write_first(tmp_path / "settings.toml", ANSWERS | SERIES | more)
    settings = load(tmp_path / "settings.toml")
    assert settings.till.name == "Kassi við dyrnar"
    assert settings.series == (Series("Klassík", "7", "6091", 16), Series("Önnur", "8", "6092", 19))
    assert (settings.printer.address, settings.printer.width_mm) == (r"\\server\printer", 58)
    assert settings.scanner.serial_port == "/dev/ttyACM0"


@pytest.mark.parametrize("answers", [ANSWERS, ANSWERS | SERIES], ids=["no series", "two series"])
def test_the_file_explains_every_setting_in_its_place(answers: dict[str, str]) -> None:
    written, example = first_text(answers), example_toml()
    for line in example.splitlines():
        name, equals, _ = line.partition(" = ")
        if equals and not line.startswith("#"):
            assert f"{name} = " in written
    assert written.count("  #") + written.count(" #") > 30
    assert not any("CHANGE" in line for line in written.splitlines() if line[:1] != "#")
    assert examine_text("x", written).faults == ()


@pytest.mark.skipif(os.name == "nt", reason="the folder's rights are the file's there")
def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    write_first(tmp_path / "settings.toml", ANSWERS)
    assert stat.S_IMODE((tmp_path / "settings.toml").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("mine")
    with pytest.raises(SettingsError, match="cannot be written: file exists"):
        write_first(tmp_path / "settings.toml", ANSWERS)
    assert (tmp_path / "settings.toml").read_text() == "mine"


@pytest.mark.parametrize("broken", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_nothing_behind_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def full(made: object, *_: object, **__: object) -> None:
        if broken == "write" and isinstance(made, int):
            os.close(made)
        raise OSError(28, "No space left on device")

    if broken == "write":
        monkeypatch.setattr("builtins.open", full)
    else:
        monkeypatch.setattr(os, broken, full)
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be written: the disk is full\."):
        write_first(tmp_path / "settings.toml", ANSWERS)
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_first(tmp_path / "file" / "settings.toml", ANSWERS)
    with pytest.raises(SettingsError, match="cannot be written"):
        write_first(Path("a\0b") / "settings.toml", ANSWERS)


# --- as it is typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("till.store", "12", ""),
        ("till.store", "x" * 20, ""),
        ("till.store", "x" * 21, "long"),
        ("till.store", "Þórsgata 1 (A)", ""),
        ("till.store", "12\u202e", "character"),
        ("till.pos", "3\N{GRINNING FACE}", "character"),
        ("till.name", "Front desk", ""),
        ("till.currency", "EUR", ""),
        ("till.currency", "eur", ""),
        ("till.currency", "EUX", "currency"),
        ("till.currency", "E1", "currency"),
        ("till.currency", "EURO", "long"),
        ("loyalty.server", "https://centara.online/loyalty/api/v1/pos", ""),
        ("loyalty.server", "ftp", "address"),
        ("loyalty.server", "https://shop.example/?a", "address"),
        ("loyalty.server", "http://shop.example", "plain_http"),
        ("loyalty.server", "http://127.0.0.1:8080/x", ""),
        ("loyalty.group", "acme", ""),
        ("loyalty.group", "..", "group"),
        ("token", "abc.def-123", ""),
        ("token", "two words", "token"),
        ("token", "tök", "token"),
        ("series.0.prefix", "60 91", "prefix"),
        ("series.0.length", "16", ""),
        ("series.0.length", "65", "length"),
        ("series.0.length", "x", "length"),
        ("series.0.length", "0", "length"),
        ("series.0.number", "7", ""),
        ("printer.address", "tcp://printer:9100", ""),
        ("printer.address", "Kassenbon", ""),
        ("scanner.serial_port", "COM3", ""),
    ],
)
def test_a_fault_is_found_before_enter(name: str, typed: str, fault: str) -> None:
    verdict = judge(name, typed, {})
    assert (verdict.fault, verdict.good) == (fault, not fault)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("till.store", ""),
        ("till.store", "  "),
        ("till.currency", "E"),
        ("till.currency", "eu"),
        ("loyalty.server", "h"),
        ("loyalty.server", "https://"),
        ("loyalty.server", "http://127."),
        ("loyalty.group", "."),
        ("series.0.length", "1"),
        ("printer.address", "tcp://"),
        ("printer.address", "tcp://printer:"),
    ],
)
def test_what_may_still_become_right_is_no_fault_yet(name: str, typed: str) -> None:
    verdict = judge(name, typed, {})
    assert (verdict.good, verdict.fault) == (False, "")


@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("series.3.length", "4", "length"),
        ("series.3.length", "16", "twice"),
        ("series.3.length", "17", ""),
        ("series.3.number", "8", "twice"),
        ("series.3.number", "9", ""),
        ("series.0.number", "7", ""),
    ],
)
def test_a_series_is_held_against_the_earlier_ones(name: str, typed: str, fault: str) -> None:
    assert judge(name, typed, SERIES | {"series.3.name": "", "series.3.prefix": "6091"}).fault == fault


@pytest.mark.parametrize(
    ("name", "answer"),
    [("till.currency", "EURO"), ("loyalty.server", "http://loyalty.example"), ("till.locale", "C")],
)
def test_an_answer_that_cannot_be_is_refused_with_a_sentence(name: str, answer: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: .*\\.$"):
        check_answer(name, answer)
