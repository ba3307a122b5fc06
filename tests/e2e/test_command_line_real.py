"""The command as a person or a script calls it: what it refuses in one sentence, and what else it tells."""

import csv
import io
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.cashier import Cashier
from e2e.program import TOKEN, Server, call, write_settings
from e2e.screen import HEIGHT, WIDTH, Screen

from centara_giftcard.ui.app import DISPLAY_GONE

pytestmark = pytest.mark.window

NOWHERE = "http://127.0.0.1:9/loyalty/api/v1/pos"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return write_settings(tmp_path / "settings.toml", NOWHERE)


@pytest.fixture(scope="module")
def demo(screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    """A running till, on the demo's own server."""
    cashier = Cashier(screen, tmp_path_factory.mktemp("demo") / "data", "--demo")
    yield cashier
    assert cashier.end() == 0
    assert cashier.complaints() == ""
    cashier.put_away()


def assert_refused(result: subprocess.CompletedProcess[str], *words: str) -> None:
    """One clear sentence on standard error, exit status 2, nothing else."""
    assert result.stdout == ""
    assert result.stderr.startswith("centara-giftcard: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    assert result.returncode == 2


# --- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("theme =", "thme ="), ("thme", "line 7")),
        (('currency = "EUR"', 'currency = "EURO"'), ("currency", "line 5", "EURO")),
        (('server = "http://127', 'server = "http://10.127'), ("server",)),
        (("reply_timeout_s = 10", "reply_timeout_s = -1"), ("reply_timeout_s", "-1")),
        (("[[series]]", "[[serie]]"), ("serie", "line 12")),
        (("length = 16", "length ="), ("line 16",)),
    ],
    ids=["unknown key", "bad value", "plain http", "negative", "unknown table", "no TOML"],
)
def test_settings_that_are_wrong_are_named_with_their_line(
    settings: Path, tmp_path: Path, change: tuple[str, str], words: tuple[str, ...]
) -> None:
    text = settings.read_text()
    assert change[0] in text
    settings.write_text(text.replace(*change))
    data = tmp_path / "data"
    result = call(tmp_path, "--settings", settings, "--data-dir", data, "--platform", "offscreen")
    assert_refused(result, settings.name, *words)
    assert not data.exists()


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "not-there.toml"
    assert_refused(call(tmp_path, "--settings", file, "--platform", "offscreen"), str(file), "does not exist")


def test_a_till_without_a_token_says_how_to_give_it_one(settings: Path, tmp_path: Path) -> None:
    words = ("--settings", settings, "--data-dir", tmp_path / "data", "--platform", "offscreen")
    assert_refused(call(tmp_path, *words), "no access token", "CENTARA_GIFTCARD_TOKEN")
    assert_refused(call(tmp_path, *words, CENTARA_GIFTCARD_TOKEN="a\tb"), "token")
    assert not list((tmp_path / "data").glob("journal.sqlite3*"))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":64999"}], ids=["none", "unreachable"])
def test_a_till_without_a_display_says_so(settings: Path, tmp_path: Path, display: dict[str, str]) -> None:
    data = tmp_path / "data"
    words = ("--settings", settings, "--data-dir", data)
    result = call(tmp_path, *words, CENTARA_GIFTCARD_TOKEN=TOKEN, **display)
    assert_refused(result, "display", "--platform offscreen")
    assert not data.exists()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(call(tmp_path, "sandbox", "--port", str(port)), f"Port {port}", "in use")


@pytest.mark.parametrize("word", ["--settings", "--demo"])
def test_a_data_folder_that_cannot_be_written_is_named(settings: Path, tmp_path: Path, word: str) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    # For root everything can be written but what the kernel shows, and a bare root may lack some of that.
    kernels = [Path(name) for name in ("/sys", "/proc") if os.path.ismount(name)]
    read_only = kernels if os.access(locked, os.W_OK) else [locked]
    in_the_way = tmp_path / "file"
    in_the_way.write_text("mine")
    for folder in (*(place / "till" for place in read_only[:1]), in_the_way / "till", in_the_way):
        words: list[str | Path] = [word, *([settings] if word == "--settings" else [])]
        words += ["--data-dir", folder]
        result = call(tmp_path, *words, "--platform", "offscreen", CENTARA_GIFTCARD_TOKEN=TOKEN)
        assert_refused(result, "data folder", str(folder))
    assert in_the_way.read_text() == "mine"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--demoo", "did you mean --demo?"),
        ("journal", "list, export, events, verify"),
        ("till", "not a command"),
        ("--port 7", "only with sandbox"),
        ("--server ftp://x --demo", "--server"),
    ],
)
def test_a_wrong_call_is_told_what_was_wrong(tmp_path: Path, line: str, words: str) -> None:
    assert_refused(call(tmp_path, *line.split(), "--platform", "offscreen"), words)


def test_a_second_till_on_the_same_data_leaves_the_first_alone(demo: Cashier, tmp_path: Path) -> None:
    demo.begin()
    operation = demo.holds("6091000000000017", "10")
    before = len(demo.lines())
    for more in ((), ("--quit-when-ready",), ("--platform", "offscreen")):
        result = call(tmp_path, "--demo", "--data-dir", demo.data_dir, *more, DISPLAY=demo.screen.name)
        assert_refused(result, "already running", str(demo.data_dir))
    assert len(demo.lines()) == before
    demo.press("F12")
    assert demo.sees("done", "Paid", "paid")["operation"] == operation
    assert demo.journal()[operation]["state"] == "committed"


# --- reading the journal while a till is running -----------------------------------------------------------


def test_the_journal_is_read_while_a_till_is_running(demo: Cashier, tmp_path: Path) -> None:
    def journal(*words: str) -> str:
        result = call(tmp_path, "journal", *words, "--data-dir", demo.data_dir)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    demo.begin()
    operation = demo.holds("6091000000000116", "12.34")
    assert operation in journal("list").splitlines()[-1]
    row = json.loads(journal("export", "--format", "json"))[-1]
    fields = "id kind state amount_minor currency card operator created_at updated_at closed".split()
    assert list(row) == fields
    told = [row[name] for name in fields[:6]]
    assert told == [operation, "payment", "held", 1234, "EUR", "•••• 0116"]
    (*_, line) = csv.DictReader(io.StringIO(journal("export", "--format", "csv")))
    who = {f"closed_{name}": "" for name in ("by", "reason", "at")}  # nobody closed it
    assert line == {name: str(value) for name, value in row.items() if name != "closed"} | who
    assert "operations" in journal("verify")
    demo.press("Escape")  # the till writes on while it is read
    demo.sees("done", "", "not_paid")
    assert json.loads(journal("export"))[-1]["state"] == "cancelled"
    assert "6091000000000116" not in journal("list") + journal("export")


def test_a_card_of_the_demos_tray_is_pressed_and_pays(demo: Cashier) -> None:
    demo.begin()
    demo.press("F8")
    demo.touch("Good")
    available = demo.sees("card", "available")
    assert available["card"] == "•••• 0017"
    demo.touch_pad("5")
    demo.touch("Request payment")
    operation = demo.sees("hold", "€5.00 is held")["operation"]
    demo.touch("Take payment")
    demo.sees("done", "Paid", "paid")
    assert demo.journal()[operation]["state"] == "committed"


# --- what else it tells ------------------------------------------------------------------------------------


def test_quit_when_ready_prints_two_figures(screen: Screen, settings: Path, tmp_path: Path) -> None:
    result = call(
        *(tmp_path, "--quit-when-ready", "--settings", settings, "--data-dir", tmp_path / "data"),
        DISPLAY=screen.name,
        CENTARA_GIFTCARD_TOKEN=TOKEN,
    )
    figures = re.fullmatch(r"first paint: (\d+) ms\nready: (\d+) ms\n", result.stdout)
    assert figures, result.stdout
    assert 0 < int(figures[1]) <= int(figures[2]) < 30_000
    assert (result.returncode, result.stderr) == (0, "")


def test_the_demo_without_a_display_walks_one_sale(tmp_path: Path) -> None:
    data = tmp_path / "data"
    result = call(tmp_path, "--demo", "--data-dir", data)
    assert (result.returncode, result.stderr) == (0, "")
    steps = re.findall(r"^(\d)\. (\w+): (.*?)(?: \[(\w+)\])?  \((.*)\)$", result.stdout, re.MULTILINE)
    assert [step[:4] for step in steps] == [
        ("1", "ready", "Ready", ""),
        ("2", "card", "€50.00 available", ""),
        ("3", "amount", "€50.00 available", ""),
        ("4", "hold", "€12.50 is held, not taken", ""),
        ("5", "done", "Paid", "paid"),
    ]
    for words in ("Left on the card", "€37.50", "•••• 0017"):  # the receipt
        assert words in result.stdout
    pictures = [Path(step[4]).read_bytes() for step in steps]
    assert len({zlib.crc32(picture) for picture in pictures}) == 5
    for picture in pictures:
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (WIDTH, HEIGHT)
        assert picture[-8:-4] == b"IEND"
        assert len(picture) > 10_000  # not an empty window
    exported = json.loads(call(tmp_path, "journal", "export", "--data-dir", data).stdout)
    assert [(row["state"], row["amount_minor"]) for row in exported] == [("committed", 1250)]
    again = call(tmp_path, "--demo", "--data-dir", data)  # on the same folder
    assert (again.returncode, again.stderr) == (0, "")


def test_a_server_without_a_good_certificate_is_not_trusted(
    screen: Screen, server: Server, tmp_path: Path
) -> None:
    """Row 8: https on a port that speaks no TLS; the till says so and sends no number anywhere."""
    settings = write_settings(tmp_path / "settings.toml", server.address.replace("http:", "https:"))
    own_screen = Screen()  # keys go to one window only, and the demo's is open
    cashier = Cashier(own_screen, tmp_path / "data", "--settings", settings)
    try:
        number = server.new_card()
        cashier.scan(number)
        cashier.sees("ready", "No safe connection")
        assert server.asked(number, "status") == 0
        assert cashier.end() == 0
    finally:
        cashier.put_away()
        own_screen.close()


def test_a_display_that_dies_is_one_sentence(tmp_path: Path) -> None:
    lost = Screen()
    cashier = Cashier(lost, tmp_path / "data", "--demo")
    try:
        lost.close()
        assert cashier.end(signal.SIGCONT) == 2  # a signal that only wakes it: it ends by itself
        assert cashier.complaints() == f"centara-giftcard: {DISPLAY_GONE}\n"
        assert not (tmp_path / "data" / "log" / "crash.txt").exists()
    finally:
        cashier.put_away()


def test_a_till_that_is_the_only_program_of_its_display_starts_each_time(tmp_path: Path) -> None:
    """Such a display begins anew when its last client leaves, and refuses whoever comes in that moment."""
    alone = Screen()
    alone.windows.close()
    try:
        env = os.environ | {"DISPLAY": alone.name}
        starts = [sys.executable, "-m", "centara_giftcard", "--demo", "--quit-when-ready"]
        for number in range(3):
            folder = tmp_path / str(number)
            start = [*starts, "--data-dir", str(folder)]
            done = subprocess.run(start, env=env, capture_output=True, text=True, timeout=60, check=False)
            assert (done.returncode, done.stderr) == (0, "")
    finally:
        alone.close()
