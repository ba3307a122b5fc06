"""The doctor against a real sandbox server, real files and a real port that is shut."""

import io
import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from unit.keyrings import only_memory

from centara_giftcard.config.settings import ScannerSettings, load
from centara_giftcard.config.staff import StaffFile, fresh_staff, hash_pin
from centara_giftcard.config.vault import SystemVault
from centara_giftcard.doctor import _clock, _scanner, _zone, run_doctor, store_token
from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.domain.operators import Operator
from centara_giftcard.domain.secrets import Pin
from centara_giftcard.journal.instance import InstanceLock
from centara_giftcard.options import Options
from centara_giftcard.probe.finding import Mark, told
from centara_giftcard.sandbox import SandboxServer

SETTINGS = """
[till]
store = "12"
pos = "3"
currency = "EUR"
[loyalty]
server = "{address}"
group = "demo"
{more}
"""
SUBJECTS = [
    "settings",
    "token",
    "keyring",
    "server",
    "tls",
    "clock",
    "zone",
    "scanner",
    "printer",
    "receipts",
    "journal",
    "answers",
]


@pytest.fixture(autouse=True)
def _memory_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with only_memory(monkeypatch):
        yield


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = SandboxServer()
    yield server.start()
    server.stop()


def till(folder: Path, address: str, more: str = "") -> Options:
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.format(address=address, more=more))
    return Options(("doctor",), settings=settings, data_dir=folder / "data")


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    found = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert list(dict.fromkeys(subject for _, subject, _ in found)) == SUBJECTS
    return {subject: (mark, sentence) for mark, subject, sentence in found}


def test_a_till_that_is_fit_passes(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "s3cret-token")
    assert run_doctor(till(tmp_path, address)) == 0
    found = lines(capsys)
    assert {mark for mark, _ in found.values()} == {"ok"}
    assert "answers in" in found["server"][1]
    assert "s3cret" not in str(found)
    assert not (tmp_path / "data").exists()  # looking changes nothing


def test_a_key_that_others_may_read_fails_and_says_what_to_do(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "s3cret-token")
    options = till(tmp_path, address)
    SystemVault(options.data_folder(), "", use_keyring=False).journal_key()
    (options.data_folder() / "journal.key").chmod(0o644)
    assert run_doctor(options) == 1
    mark, told = lines(capsys)["keyring"]
    assert mark == "FAIL"
    assert told.endswith("journal.key can be read by others: give it the mode 0600")


def test_a_missing_token_fails_and_says_how_to_store_one(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = till(tmp_path, address)
    assert run_doctor(options) == 1
    found = lines(capsys)
    assert found["token"][0] == "FAIL"
    assert "doctor --store-token" in found["token"][1]
    assert found["server"][0] == "ok"

    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret-token\n"))
    assert store_token(options) == 0
    assert "s3cret" not in capsys.readouterr().out
    assert run_doctor(options) == 0
    assert lines(capsys)["token"] == ("ok", "from the keyring, for demo/12/3")


@pytest.mark.parametrize("text", ["", "\n", "two words\n", "tök\n"])
def test_what_is_no_token_is_not_stored(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    with pytest.raises(EnvironmentFault, match="holds no access token"):
        store_token(till(tmp_path, address))


def test_everything_that_is_wrong_is_told_at_once(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "payment.txt").write_text("header\npair: {amuont}\n")
    more = f"""
[scanner]
serial_port = "{(tmp_path / "ttyNone").as_posix()}"
[printer]
address = "{tmp_path.as_posix()}/nowhere/receipts.bin"
templates = "{(tmp_path / "own").as_posix()}"
"""
    options = till(tmp_path, address, more)
    file = options.settings_file()
    text = file.read_text().replace("EUR", "EURO").replace('pos = "3"', 'pos = 3\ntime_zone = "Dublin"')
    file.write_text(text)
    (tmp_path / "data").write_text("in the way")
    assert run_doctor(options) == 1
    told = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert [sentence for mark, subject, sentence in told if subject == "settings" and mark == "FAIL"] == [
        'settings.toml, line 4: till.pos: 3 must be a text, in quotes: "3"',
        'settings.toml, line 5: till.time_zone: "Dublin" is not a time zone: did you mean "Europe/Dublin"?',
        'settings.toml, line 6: till.currency: "EURO" is not an ISO 4217 currency code',
    ]
    marks = {subject: mark for mark, subject, _ in told}
    assert marks == {
        "settings": "FAIL",
        "token": "--",
        "keyring": "ok",
        "server": "ok",
        "tls": "ok",
        "clock": "ok",
        "zone": "--",
        "scanner": "FAIL",
        "printer": "FAIL",
        "receipts": "FAIL",
        "journal": "FAIL",
        "answers": "ok",
    }


def test_settings_that_cannot_be_used_leave_out_what_hangs_on_them(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_doctor(till(tmp_path, address, more="colour = 3")) == 1
    found = lines(capsys)
    assert found["settings"] == ("FAIL", "settings.toml, line 9: loyalty.colour is not a setting")
    assert {found[subject][0] for subject in ("server", "tls", "clock")} == {"--"}
    assert {found[subject][0] for subject in ("zone", "scanner", "printer", "receipts", "journal")} == {"ok"}

    assert run_doctor(Options(("doctor",), settings=tmp_path / "none.toml", data_dir=tmp_path / "data")) == 1
    assert "does not exist: start centara-giftcard" in lines(capsys)["settings"][1]


@pytest.mark.parametrize("broken", ["pos =", 'pos = "3', "pos = 3 4"])
def test_what_is_missing_behind_a_line_that_is_no_toml_does_not_end_the_doctor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    """Without a loyalty group there is no address to ask, and nothing after the token was checked."""
    options = till(tmp_path, "")
    (tmp_path / "settings.toml").write_text(f'[till]\nstore = "12"\n{broken}\ncurrency = "EUR"\n')
    assert run_doctor(options) == 1
    found = lines(capsys)
    left_out = {subject for subject, (mark, _) in found.items() if mark == "--"}
    assert left_out == {"token", "server", "tls", "clock", "answers"}
    assert "line 3" in found["settings"][1]


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")
@pytest.mark.parametrize(("sends", "mark"), [(b"\x93\xff\x00\x8d", "FAIL"), (b"6091\r", "ok"), (b"", "ok")])
def test_a_scanner_that_sends_what_cannot_be_read_fails(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], sends: bytes, mark: str
) -> None:
    import tty  # which Windows has not

    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port, over = os.ttyname(theirs), threading.Event()

    def send() -> None:  # opening a port forgets what came before
        while not over.wait(0.05):
            os.write(ours, sends)

    sender = threading.Thread(target=send)
    sender.start()
    run_doctor(till(tmp_path, address, f'[scanner]\nserial_port = "{port}"\nparity = "odd"\n'))
    over.set()
    sender.join()
    found = lines(capsys)["scanner"]
    assert found[0] == mark
    line = "9600 baud, 8O1"
    assert found[1] in (
        f"{port} opens at {line}",
        f"{port} sends what cannot be read at {line}: set scanner.baud, scanner.parity and "
        "scanner.data_bits as the scanner has them",
    )
    os.close(theirs)
    os.close(ours)


def test_a_running_till_tells_what_its_scanner_sends(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    told = [{"event": "scanner", "state": "ready"}, {"event": "scanner", "state": "unreadable"}]
    (tmp_path / "log" / "till.jsonl").write_text("".join(json.dumps(it) + "\n" for it in told) + '{"ev')
    settings = ScannerSettings(serial_port="/dev/ttyS7")
    assert _scanner(settings, tmp_path)[0] is Mark.FAIL
    assert _scanner(settings, tmp_path / "nowhere")[0] is Mark.LEFT_OUT


def test_a_server_that_is_not_there_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        shut = f"http://127.0.0.1:{reserved.getsockname()[1]}"
    assert run_doctor(till(tmp_path, shut)) == 1
    found = lines(capsys)
    assert found["server"] == (
        "FAIL",
        f"{shut}: nothing answers there: check loyalty.server, the network and the firewall",
    )
    assert (found["tls"][0], found["clock"][0]) == ("--", "--")


def test_a_server_without_tls_where_tls_is_wanted_fails_as_such(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_doctor(till(tmp_path, address.replace("http:", "https:"))) == 1
    found = lines(capsys)
    assert (found["server"][0], found["tls"][0]) == ("FAIL", "FAIL")


def test_a_scanner_whose_port_is_not_there_fails(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    port = tmp_path / "ttyNone"
    assert run_doctor(till(tmp_path, address, f'[scanner]\nserial_port = "{port.as_posix()}"')) == 1
    mark, sentence = lines(capsys)["scanner"]
    assert mark == "FAIL"
    assert "cannot be opened" in sentence


@pytest.mark.parametrize(
    ("printer", "mark", "words"),
    [
        ("", "ok", "none is set"),
        ("tcp://127.0.0.1:{shut}", "FAIL", "127.0.0.1:{shut}"),
        ("{folder}/receipts.pdf", "ok", "receipts are written there"),
        ("{folder}/nowhere/receipts.bin", "FAIL", "nowhere cannot be written"),
    ],
)
def test_the_printer_is_tried(
    tmp_path: Path,
    address: str,
    capsys: pytest.CaptureFixture[str],
    printer: str,
    mark: str,
    words: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as it:
        names = {"shut": it.getsockname()[1], "folder": tmp_path.as_posix()}
    run_doctor(till(tmp_path, address, f'[printer]\naddress = "{printer.format(**names)}"'))
    found = lines(capsys)["printer"]
    assert found[0] == mark
    assert words.format(**names) in found[1]


def test_operators_are_told_where_somebody_has_to_sign_on(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = till(tmp_path, address, "[operators]\nrequired = true")

    def told() -> str:
        run_doctor(options)
        return next(line for line in capsys.readouterr().out.splitlines() if "operators" in line.split()[1])

    assert told().startswith("FAIL")
    key = SystemVault(options.data_folder(), "").journal_key()
    manager = Operator("1", "Anna", "manager", hash_pin(Pin("8462")))
    file = StaffFile(options.data_folder(), key)
    file.save(fresh_staff().changed(manager))
    assert "1 may sign on; a guess at a PIN costs Argon2id, 64 MiB, 3 passes" in told()
    file.path.write_text(file.path.read_text().replace("Anna", "Eve"))
    assert "changed by hand" in told()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_serial_printer_is_tried_at_the_speed_that_the_till_prints_with(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Issue 8, D: the doctor opened it at 9600 whatever the settings said."""
    import pty
    import termios

    printer, port = pty.openpty()
    try:
        run_doctor(till(tmp_path, address, f'[printer]\naddress = "{os.ttyname(port)}"\nbaud = 38400'))
        assert lines(capsys)["printer"][0] == "ok"
        assert termios.tcgetattr(port)[4:6] == [termios.B38400, termios.B38400]
    finally:
        os.close(printer)
        os.close(port)


def test_a_logo_that_cannot_be_used_is_named_and_the_doctor_goes_on(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "logo.png").write_bytes(b"GIF89a")
    (tmp_path / "own" / "sale.txt").write_text("large: {shop}")
    folder = (tmp_path / "own").as_posix()
    assert run_doctor(till(tmp_path, address, f'[printer]\ntemplates = "{folder}"')) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line[5:14].strip() == "receipts"]
    assert [line[:4] for line in told] == ["FAIL", "FAIL"]
    assert "logo.png is not a PNG picture" in told[1]


def test_a_receipt_template_with_a_fault_is_named(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "payment.txt").write_text("header\npair: {amuont}\n")
    own = (tmp_path / "own").as_posix()
    assert run_doctor(till(tmp_path, address, f'[printer]\ntemplates = "{own}"')) == 1
    mark, sentence = lines(capsys)["receipts"]
    assert (mark, sentence[:20]) == ("FAIL", "payment.txt, line 2:")
    assert "did you mean {amount}" in sentence


def test_another_server_may_be_named_for_one_check(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", "till-3")
    options = till(tmp_path, "https://127.0.0.1:9/nowhere")
    assert run_doctor(replace(options, server=address)) == 0
    assert lines(capsys)["server"][1].startswith(f"{address} answers")


def test_nothing_that_drives_a_terminal_is_echoed(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Issue 12: a template's, a folder's and a port's raw escape bytes came through."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "undone.txt").write_text("left: {\x1b]0;owned\x07}\n")
    folder = json.dumps(str(tmp_path / "templates"))
    run_doctor(till(tmp_path, address, f"[printer]\ntemplates = {folder}\n"))
    out = capsys.readouterr().out
    assert "{\ufffd]0;owned\ufffd} is not a field of undone.txt" in out
    assert out.replace("\n", "").isprintable()
    assert told((Mark.FAIL, "scanner", "/dev/tty\x1b[2J is gone")) == (
        "FAIL scanner   /dev/tty\ufffd[2J is gone\n"
    )


def test_a_running_till_is_told_and_left_in_peace(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = InstanceLock(tmp_path / "data")
    lock.acquire()
    try:
        run_doctor(till(tmp_path, address, '[scanner]\nserial_port = "/dev/none"'))
    finally:
        lock.release()
    found = lines(capsys)
    assert found["scanner"] == ("--", "/dev/none is not tried while the till is running")
    assert found["journal"][0] == "ok"
    assert "already running" in found["journal"][1]


def test_a_damaged_journal_fails(tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "journal.sqlite3").write_bytes(b"this was a journal" * 200)
    assert run_doctor(till(tmp_path, address)) == 1
    mark, sentence = lines(capsys)["journal"]
    assert mark == "FAIL"
    assert "centara-giftcard journal verify" in sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [("system", "this computer's, "), ("Asia/Tokyo", "Asia/Tokyo: it is 2026-03-02 08:30 in")],
)
def test_the_store_s_zone_is_told_with_its_time(tmp_path: Path, name: str, words: str) -> None:
    options = till(tmp_path, "https://loyalty.example")
    found = load(options.settings_file())
    told = _zone(
        replace(found, till=replace(found.till, time_zone=name)), datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    )
    assert told[:2] == (Mark.OK, "zone")
    assert words in told[2]


@pytest.mark.parametrize(
    ("ahead_s", "mark", "words"),
    [
        (0, Mark.OK, "within 1 s"),
        (-299, Mark.OK, "within 299 s"),
        (3600, Mark.FAIL, "60 minutes ahead of"),
        (-86400, Mark.FAIL, "1440 minutes behind"),
    ],
)
def test_the_clock_is_held_against_the_server_s(ahead_s: int, mark: Mark, words: str) -> None:
    server = datetime(2026, 3, 1, tzinfo=UTC)
    found = _clock(server, server + timedelta(seconds=ahead_s))
    assert found[0] is mark
    assert words in found[2]
    assert _clock(None, server)[0] is Mark.LEFT_OUT
