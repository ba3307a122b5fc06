"""The command line: what is understood, what is refused in one sentence, and what other programs rely on."""

import asyncio
import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import types
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import centara_giftcard
from centara_giftcard import __version__
from centara_giftcard.__main__ import main
from centara_giftcard.display import display_problem
from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.errors import SettingsError, VaultError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.journal.store import open_journal
from centara_giftcard.options import COMMANDS, HELP, Options, parse

PROGRAM = [sys.executable, "-m", "centara_giftcard"]
NO_DISPLAY = {
    name: value
    for name, value in os.environ.items()
    if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
}


def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=NO_DISPLAY | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
    )


def assert_one_sentence(result: subprocess.CompletedProcess[str], words: str) -> None:
    assert result.returncode == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert result.stderr.startswith("centara-giftcard: ")
    assert result.stderr.count("\n") == 1


# --- understanding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "--settings a --data-dir b --server c --platform offscreen journal export --format csv",
        "journal export --format csv --settings a --data-dir b --server c --platform offscreen",
        "journal --settings=a --data-dir=b export --server=c --platform=offscreen --format=csv",
    ],
)
def test_options_stand_before_between_and_after_the_words(line: str) -> None:
    assert parse(line.split()) == Options(
        ("journal", "export"), Path("a"), Path("b"), "c", "offscreen", format="csv"
    )


NEEDS_A_WORD = [("operators", it) for it in ("add", "change", "remove", "import")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_its_options_and_is_in_the_help(command: tuple[str, ...]) -> None:
    subject = ["7"] if command in NEEDS_A_WORD else []
    assert parse([*command, *subject]).command == command
    assert " ".join(("centara-giftcard", *command)) in HELP
    for option in COMMANDS[command]:
        assert option in HELP


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sandbx", '"sandbx" is not a command: did you mean sandbox?'),
        ("xyz", '"xyz" is not a command.'),
        ("journal", "journal needs one of list, export, events, verify."),
        ("operators add --name A", "operators add needs an operator's number."),
        ("operators remove 7 8", '"8" is one word too many after operators remove'),
        ("operators list --pin", "--pin does not go with operators list, only with operators change."),
        ("journal lst", '"lst" is not a command: did you mean list?'),
        ("journal events op-1 op-2", '"op-2" is one word too many after journal events'),
        ("journal list now", '"now" is one word too many after journal list.'),
        ("--demoo", '"--demoo" is not an option: did you mean --demo?'),
        ("--dem", '"--dem" is not an option: did you mean --demo?'),
        ("--server", "--server: expected one argument."),
        ("--data-dir=", "--data-dir: needs a path."),
        ("sandbox --port many", '--port: "many" is not a port number from 0 to 65535.'),
        ("sandbox --port -1", "--port: "),
        ("sandbox --port 65536", '--port: "65536" is not a port number from 0 to 65535.'),
        ("journal export --format xml", '--format: "xml" must be json or csv.'),
        ("--platform crayon", '--platform: "crayon" must be one of offscreen'),
        ("--port 3", "--port does not go with the till window, only with sandbox."),
        ("doctor --probe 6091", "--probe needs --balance."),
        ("doctor --write", "--write needs --probe."),
        ("doctor --balance 50 --yes", "--balance needs --probe."),
        ("doctor --card=", "--card: needs a card number."),
        ("--probe 6091 --balance 5", "--balance does not go with the till window, only with doctor."),
        ("doctor --demo", "--demo does not go with doctor, only with"),
    ],
)
def test_a_wrong_call_names_the_word_and_the_nearest(line: str, words: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        parse(line.split())
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(" Try centara-giftcard --help.")


def test_folders_follow_the_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    assert parse(["--settings", "a"]).settings_file() == Path("a")
    assert parse(["--data-dir", "b", "--demo"]).data_folder() == Path("b")
    till, demo = parse([]).data_folder(), parse(["--demo"]).data_folder()
    assert till != demo
    assert not demo.is_relative_to(till)
    assert not till.is_relative_to(demo)
    if sys.platform == "linux":
        assert parse([]).settings_file() == tmp_path / "centara-giftcard" / "settings.toml"


# --- as a process ------------------------------------------------------------------------------------------


def test_version_and_help() -> None:
    version, words = call("--version"), call("sandbox", "--help")
    assert (version.returncode, version.stdout, version.stderr) == (
        0,
        f"centara-giftcard {__version__}\n",
        "",
    )
    assert (words.returncode, words.stdout, words.stderr) == (0, HELP, "")


def test_a_wrong_call_is_one_sentence_and_status_2() -> None:
    assert_one_sentence(call("sandbx"), "did you mean sandbox? Try centara-giftcard --help.")


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a display")
def test_without_a_display_the_window_says_so() -> None:
    assert_one_sentence(call(), "There is no display")
    assert_one_sentence(call(DISPLAY=":4242"), "The display :4242 (DISPLAY) cannot be reached")
    assert_one_sentence(call(WAYLAND_DISPLAY="wayland-4242"), "The display wayland-4242 (WAYLAND_DISPLAY)")


@pytest.mark.window
def test_a_display_that_answers_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-noreset"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            monkeypatch.setenv("DISPLAY", f":{server.stdout.readline().strip()}")
            monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
            monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
            assert display_problem() is None
            monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-4242")  # Qt goes on to the next it knows of
            assert display_problem() is None
            monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
            assert "wayland-4242" in (display_problem() or "")
        finally:
            server.terminate()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="Qt's libraries come with it there")
def test_a_window_plug_in_without_its_library_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("centara_giftcard.display._load_plugin", load)
    monkeypatch.setenv("DISPLAY", ":4242")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert (display_problem() or "").endswith("on Debian: apt-get install libxcb-cursor0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() is None


@pytest.mark.skipif(sys.platform != "linux", reason="there is no Wayland elsewhere")
def test_a_wayland_display_without_its_library_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def load(name: str) -> None:
        raise OSError("libwayland-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("centara_giftcard.display._load_plugin", load)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    assert "(WAYLAND_DISPLAY) cannot be reached" in (display_problem() or "")  # where nobody answers
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as desktop:
        desktop.bind("wayland-7")
        desktop.listen()
        assert (display_problem() or "").endswith("on Debian: apt-get install libwayland-cursor0")


def test_a_missing_seed_file_is_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(call("sandbox", "--seed", str(tmp_path / "none.json")), "none.json cannot be read")


@pytest.fixture
def sandbox() -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen([*PROGRAM, "sandbox"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.terminate()


def test_the_sandbox_tells_its_address_first(sandbox: tuple[subprocess.Popen[str], str]) -> None:
    process, address = sandbox
    card = f"{address}/loyaltyGroups/demo/giftcards/6091000000000017"
    request = urllib.request.Request(card, headers={"Authorization": "Bearer any"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["seriesNumber"] == "6091"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_one_sentence(call("sandbox", "--port", str(port)), f"Port {port} is already in use")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    euro = Currency.of("EUR")
    payment = Payment(
        id="op-1",
        card=CardNumber("6091000000001234"),
        instrument=InstrumentId("gc-1"),
        asked=Money(2500, euro),
        before=Balance(Money(5000, euro), Money(0, euro)),
        operator="Anna",
        created_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    )

    async def write() -> None:
        opened = open_journal(tmp_path, bytes(32), lambda: datetime(2026, 3, 1, 9, 31, tzinfo=UTC))
        await opened.record(payment, "asked")
        await opened.close()

    asyncio.run(write())
    return tmp_path


def test_the_journal_is_exported_listed_and_verified(journal: Path) -> None:
    exported = call("journal", "export", "--data-dir", str(journal), PYTHONIOENCODING="ascii")
    assert (exported.returncode, exported.stderr) == (0, "")
    assert json.loads(exported.stdout) == [
        {
            "id": "op-1",
            "kind": "payment",
            "state": "requesting",
            "amount_minor": 2500,
            "currency": "EUR",
            "card": "•••• 1234",
            "operator": "Anna",
            "created_at": "2026-03-01T09:30:00+00:00",
            "updated_at": "2026-03-01T09:31:00+00:00",
            "closed": None,
        }
    ]
    rows = csv.DictReader(
        io.StringIO(call("--data-dir", str(journal), *"journal export --format csv".split()).stdout)
    )
    assert [(row["id"], row["amount_minor"]) for row in rows] == [("op-1", "2500")]
    listed = call("journal", "--data-dir", str(journal), "list", PYTHONIOENCODING="ascii")
    assert listed.returncode == 0  # a console without bullets is no reason to fail
    assert "EUR 25.00" in listed.stdout
    assert "1234" in listed.stdout
    assert call("journal", "verify", "--data-dir", str(journal)).returncode == 0


def test_the_events_are_told_one_json_object_a_line(journal: Path) -> None:
    expected = {
        "seq": 1,
        "at": "2026-03-01T09:31:00.000000+00:00",
        "operation": "op-1",
        "event": "asked",
        "state": "requesting",
        "operator": "Anna",
    }
    for words in ("journal events", "journal events op-1"):
        told = call(*words.split(), "--data-dir", str(journal), PYTHONIOENCODING="ascii")
        assert (told.returncode, told.stderr) == (0, "")
        assert [json.loads(line) for line in told.stdout.splitlines()] == [expected]


@pytest.mark.parametrize(
    "hostile",
    [
        "op-9",
        "",
        " ",
        "'; DROP TABLE events; --",
        "../../etc/passwd",
        "a\nb\x1b[2J",
        "ö" * 5000,
        "\udcff",
        "%s{0}",
    ],
)
def test_an_id_that_the_journal_does_not_know_is_one_sentence(journal: Path, hostile: str) -> None:
    assert_one_sentence(
        call("journal", "events", hostile, "--data-dir", str(journal)), "no operation with that id"
    )
    assert call("journal", "verify", "--data-dir", str(journal)).returncode == 0


def test_a_hostile_word_is_still_one_line() -> None:
    assert_one_sentence(call("journal", "list", "a\nb\x1b[2J"), "one word too many")


def test_a_journal_with_findings_is_status_1(journal: Path) -> None:
    file = next(journal.glob("*.sqlite3"))
    file.write_bytes(b"this was a journal" * 200)
    verified = call("journal", "verify", "--data-dir", str(journal))
    assert verified.returncode == 1
    assert "damaged" in verified.stdout
    assert_one_sentence(call("journal", "list", "--data-dir", str(journal)), "journal.sqlite3 cannot be used")


def test_nobody_reading_on_is_no_fault(journal: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "journal", "list", "--data-dir", str(journal)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# --- failing -----------------------------------------------------------------------------------------------


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Stands for the demo, so that a test can have it fail."""
    demo = types.ModuleType("centara_giftcard.demo")
    monkeypatch.setitem(sys.modules, "centara_giftcard.demo", demo)
    monkeypatch.setattr(centara_giftcard, "demo", demo, raising=False)
    return demo


def run(demo: types.ModuleType, fault: BaseException, folder: Path) -> int:
    def fail(options: Options) -> int:
        card = CardNumber("6091000000001234").reveal()
        raise fault from ValueError(card)

    demo.run = fail  # type: ignore[attr-defined]
    return main(["--demo", "--data-dir", str(folder)])


def test_a_known_fault_is_its_own_sentence(
    failing: types.ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(failing, VaultError("The keyring is locked: unlock it."), tmp_path) == 2
    assert capsys.readouterr().err == "centara-giftcard: The keyring is locked: unlock it.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_crash_leaves_a_note_without_any_value(
    failing: types.ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(failing, KeyError("6091000000001234"), tmp_path) == 2
    note = tmp_path / "log" / "crash.txt"
    sentence = capsys.readouterr().err
    assert sentence.count("\n") == 1
    assert str(note) in sentence
    assert "KeyError" in note.read_text()
    assert "ValueError" in note.read_text()
    assert "in fail" in note.read_text()
    assert "1234" not in note.read_text() + sentence


def test_a_crash_without_a_folder_to_write_to_is_still_one_sentence(
    failing: types.ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert run(failing, OSError(28, "No space left on device", "/data/x"), file) == 2
    assert capsys.readouterr().err == "centara-giftcard: No space left on device: /data/x.\n"


def test_a_qt_without_its_libraries_names_the_package(
    failing: types.ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = "libEGL.so.1: cannot open shared object file: No such file or directory"
    assert run(failing, ImportError(missing), tmp_path) == 2
    sentence = "The system library libEGL.so.1 is missing; on Debian: apt-get install libegl1"
    assert capsys.readouterr().err == f"centara-giftcard: {sentence}\n"


def test_an_interrupt_is_130_and_silent(
    failing: types.ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(failing, KeyboardInterrupt(), tmp_path) == 130
    assert capsys.readouterr().err == ""


def test_a_start_from_an_icon_has_no_streams_and_ends_as_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert main(["--version"]) == 0
    assert main(["--nonsense"]) == 2
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()
