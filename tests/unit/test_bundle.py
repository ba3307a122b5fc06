"""`doctor --bundle`: all that support asks for, shown first, in one new file, and no secret in it."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from centara_giftcard import bundle
from centara_giftcard.__main__ import main
from centara_giftcard.bundle import known_lines

CARD, TOKEN = "6091000000000017", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMiJ9.c2lnbmF0dXJl"

SETTINGS = f"""
# the test card is {CARD}
[till]
store = "12"
pos = "3"
currency = "EUR"
token = "{TOKEN}"
name = "Kasse {CARD}"
[loyalty]
server = "https://till12:geheim@shop.example/pos?key=s3cr3t"
group = "acme"
[loyalty.wire]
auth_scheme = "{TOKEN}"
"""


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is called in this process, which must keep Qt's application to itself."""
    monkeypatch.setattr(bundle, "display_problem", lambda: "There is no display.")


@pytest.fixture
def till(tmp_path: Path) -> Path:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    log = tmp_path / "data" / "log"
    log.mkdir(parents=True)
    (log / "till.jsonl").write_text('{"event": "ready"}\n', encoding="utf-8")
    (log / "till.jsonl.1").write_text('{"event": "older"}\n', encoding="utf-8")
    (log / "crash.txt").write_text("ValueError\n", encoding="utf-8")
    return tmp_path


def asked(till: Path, file: Path, *more: str) -> int:
    where = ("--settings", str(till / "settings.toml"), "--data-dir", str(till / "data"))
    return main(["doctor", *where, "--bundle", str(file), *more])


def test_support_has_everything_in_one_file_and_nothing_secret(
    till: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = till / "till12.zip"
    assert asked(till, file, "--yes") == 0
    shown = capsys.readouterr().out
    with zipfile.ZipFile(file) as packed:
        pages = {name: packed.read(name).decode() for name in packed.namelist()}
    assert list(pages) == [
        "doctor.txt",
        "versions.txt",
        "hardware.txt",
        "journal.txt",
        "settings.toml",
        "till.jsonl",
        "till.jsonl.1",
        "crash.txt",
    ]
    assert "FAIL settings" in pages["doctor.txt"]
    assert "centara-giftcard " in pages["versions.txt"]
    assert "no journal yet" in pages["journal.txt"]
    assert 'store = "12"' in pages["settings.toml"]
    for secret in (CARD, TOKEN, "geheim", "s3cr3t"):
        assert secret not in shown
        assert not any(secret in page for page in pages.values())
    for name in ("versions.txt", "journal.txt", "settings.toml"):
        assert all(line in shown for line in pages[name].splitlines())
    assert "-- till.jsonl, 1 lines" in shown
    assert f"{file} is written" in shown


def test_without_a_yes_nothing_is_written(
    till: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert asked(till, till / "no.zip") == 2
    told = capsys.readouterr()
    assert "-- settings.toml" in told.out
    assert "Nothing was written" in told.err
    assert not (till / "no.zip").exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert asked(till, till / "yes.zip") == 0


@pytest.mark.parametrize(
    ("name", "said"), [("settings.toml", "exists already"), ("nowhere/till.zip", "cannot be written")]
)
def test_a_file_that_cannot_be_made_is_told_with_its_name(
    name: str, said: str, till: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (till / "settings.toml").read_text(encoding="utf-8")
    assert asked(till, till / name, "--yes") == 2
    assert f"{till / name} {said}" in capsys.readouterr().err
    assert (till / "settings.toml").read_text(encoding="utf-8") == before


def test_a_settings_file_that_nobody_can_parse_gives_its_known_lines() -> None:
    broken = 'store = "12\n[[series]]\nprefix = "6091" # ours\nprefx = "6092"\n6091000000000017\n= \n\n'
    assert known_lines(broken) == [
        'store = "12',
        "[[series]]",
        'prefix = "6091" # ours',
        "# line 4 is left out: it is no setting of a known name",
        "# line 5 is left out: it is no setting of a known name",
        "# line 6 is left out: it is no setting of a known name",
    ]


def test_a_till_that_has_nothing_yet_has_a_bundle_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, tmp_path / "empty.zip", "--yes") == 0
    assert "does not exist" in capsys.readouterr().out


def test_screens_and_the_keyboards_layout_are_told() -> None:
    script = "from centara_giftcard.ui.outputs import screens; print(*screens(), sep=chr(10))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("screen ")
    assert "window system offscreen" in done.stdout
