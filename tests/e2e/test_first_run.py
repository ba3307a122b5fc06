"""The first start on a new machine, up to the first sale; and starts that cannot be, told in the window."""

import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.cashier import KEY_S, PATIENCE_S, TITLE, Cashier
from e2e.program import PROGRAM, TOKEN, Server, environment
from e2e.screen import Screen

from centara_giftcard.config.settings import load
from centara_giftcard.domain.cards import Series

pytestmark = pytest.mark.window


class Newcomer(Cashier):
    """Somebody who starts the program as from an icon: no settings file is named, nobody reads its output.

    The machine's keyring is a file in `home`, or there is none.
    """

    def __init__(self, screen: Screen, home: Path, keyring: bool = True) -> None:
        tests = str(Path(__file__).parents[1])
        path = os.pathsep.join(filter(None, (tests, os.environ.get("PYTHONPATH", ""))))
        there = {
            "PYTHON_KEYRING_BACKEND": "e2e.file_keyring.FileKeyring",
            "FILE_KEYRING": str(home / "keyring"),
            "PYTHONPATH": path,
        }
        self.home = home
        self.settings = home / "centara-giftcard" / "settings.toml"
        self._keyring = there if keyring else {}
        super().__init__(screen, home / "centara-giftcard")

    def start(self) -> None:
        """Start the program and wait for its first page, whichever it is."""
        self.catch_up()
        self._till = subprocess.Popen(
            PROGRAM,
            env=environment(
                self.home,
                DISPLAY=self.screen.name,
                AT_SPI_BUS_ADDRESS=self.screen.names.address,
                **self._keyring,
            ),
            stdout=self._errors,
            stderr=self._errors,
        )
        until = time.monotonic() + PATIENCE_S
        while not self.screen.names.all(self._till.pid):
            assert time.monotonic() < until, f"no page came: {self.complaints()}"
            time.sleep(0.02)
        self.screen.wait_for_focus(TITLE)

    def asked(self, title: str) -> None:
        """The set-up asks this."""
        self.sees("setup", title)

    def answers(self, title: str, text: str) -> None:
        """Type an answer in place of the one that stands there."""
        self.asked(title)
        self.press("Delete")
        self.type(text)
        self.press("Return")

    def touches(self, title: str, text: str, then: str = "Next") -> None:
        """The same with a finger on the keys of the screen."""
        self.asked(title)
        if text:
            self.touch_keys(text)
        self.touch(then)

    def touch_keys(self, text: str) -> None:
        """The letters' keys, one after the other."""
        self._find(text[0])
        assert self._till is not None
        keys = {spot.name: spot.middle for spot in self.screen.names.all(self._till.pid)}
        words: list[str | float] = []
        for key in text:
            words += ["mousemove", *keys[key], "click", 1, "sleep", KEY_S]
        self.screen.do(*words)

    def clears(self) -> None:
        """A long touch on the backspace."""
        spot = self._find("Backspace")
        self.screen.do("mousemove", *spot.middle, "mousedown", 1, "sleep", 1, "mouseup", 1)

    def status(self) -> int:
        """How the program ended, once it has."""
        assert self._till is not None
        return self._till.wait(timeout=PATIENCE_S)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Callable[..., Newcomer]]:
    """Starts the program on a display of its own, for a new machine."""
    screens, people = list[Screen](), list[Newcomer]()

    def start(keyring: bool = True) -> Newcomer:
        screens.append(Screen())
        people.append(Newcomer(screens[-1], tmp_path, keyring))
        return people[-1]

    yield start
    for person in people:
        person.put_away()
    for screen in screens:
        screen.close()


def test_by_keyboard_alone_from_nothing_to_the_first_sale(
    newcomer: Callable[..., Newcomer], server: Server
) -> None:
    it = newcomer()
    it.asked("Which language")
    it.press("2")
    it.answers("Which store", "12")
    it.answers("Which till", "3")
    it.answers("What is this till called", "Front desk")
    it.answers("Which currency", "eur")
    it.answers("Where is the Loyalty server", server.address)
    it.answers("Which loyalty group", "acme")
    it.answers("access token", TOKEN)
    it.asked("The server answers")
    it.press("Return")
    it.answers("What are your gift cards called", "Classic")
    it.answers("How do their numbers begin", "6091")
    it.answers("How long", "16")
    it.answers("Which number has the series", "6091")
    it.asked("Are there other")
    it.press("Return")
    it.asked("Where is the receipt printer")
    it.press("Return")
    it.asked("Try the scanner")
    number = server.new_card()
    it.scan(number)
    it.press("Return")
    it.sees("ready")
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    operation = it.holds(number, "12.50")
    it.press("F12")
    it.sees("done", "Paid", "paid")
    assert it.journal()[operation]["state"] == "committed"
    settings = load(it.settings)
    assert (settings.till.store, settings.till.pos, settings.till.name) == ("12", "3", "Front desk")
    assert settings.series == (Series("Classic", "6091", "6091", 16),)
    assert stat.S_IMODE(it.settings.stat().st_mode) == 0o600
    assert TOKEN not in it.settings.read_text()
    assert number not in (it.data_dir / "log" / "till.jsonl").read_text()
    assert it.end() == 0
    it.start()  # the keyring has the token: nothing is asked again
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    assert it.end() == 0
    assert it.complaints() == ""


def test_by_touch_alone_from_nothing_to_the_first_sale(
    newcomer: Callable[..., Newcomer], server: Server
) -> None:
    it = newcomer()
    it.asked("Which language")
    it.touch("English")
    it.touches("Which store", "12")
    it.touches("Which till", "3")
    it.touches("What is this till called", "", "Skip")
    it.touches("Which currency", "")
    it.asked("Where is the Loyalty server")
    it.clears()
    it.touch_keys(server.address)
    it.touch("Next")
    it.touches("Which loyalty group", "acme")
    it.touches("access token", "token-1")
    it.touches("The server answers", "")
    it.touches("What are your gift cards called", "", "Skip")
    it.touches("Where is the receipt printer", "", "Skip")
    it.touches("Try the scanner", "", "Skip")
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    number = server.new_card()
    it.touch_pad(number)
    it.touch("Check card")
    it.sees("card", "available")
    it.touch_pad("5")
    it.touch("Request payment")
    operation = it.sees("hold", "is held, not taken")["operation"]
    it.touch("Take payment")
    it.sees("done", "Paid", "paid")
    assert it.journal()[operation]["state"] == "committed"
    assert load(it.settings).loyalty.server == server.address
    assert it.end() == 0


def test_without_a_keyring_the_other_way_is_told_and_the_till_opens(
    newcomer: Callable[..., Newcomer], server: Server
) -> None:
    it = newcomer(keyring=False)
    set_up_in_short(it, server.address)
    it.asked("The access token could not be kept")
    it.touch("Open the till")
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    assert it.settings.exists()
    assert it.end() == 0
    it.start()  # a later start asks for what nothing could keep
    it.asked("access token")
    it.type(TOKEN)
    it.press("Return")
    it.asked("The server answers")
    it.press("Return")
    it.asked("The access token could not be kept")
    it.press("Return")
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    assert it.end() == 0
    assert "has no access token" in it.complaints()


def test_a_settings_folder_that_cannot_be_written_is_told_and_another_is_taken(
    newcomer: Callable[..., Newcomer], server: Server, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("in the way")
    it = newcomer()
    it.kill()
    it._keyring["XDG_CONFIG_HOME"] = str(config)
    it.start()
    set_up_in_short(it, server.address)
    it.asked("Where shall the settings be kept")
    elsewhere = tmp_path / "elsewhere" / "till.toml"
    it.press("Delete")
    it.type(str(elsewhere))
    it.press("Return")
    it.asked("The settings are in another file")
    it.press("Return")
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    assert load(elsewhere).till.store == "12"
    assert it.end() == 0


def test_a_server_that_is_not_there_is_told_before_the_end(newcomer: Callable[..., Newcomer]) -> None:
    it = newcomer()
    begin(it, "http://127.0.0.1:9/loyalty/api/v1/pos")
    it.asked("The server cannot be reached")
    it.touch("Go on anyway")
    it.asked("What are your gift cards called")
    assert it.end() == 0
    assert not it.settings.exists()


def test_settings_that_are_broken_are_told_in_the_window_until_they_are_mended(
    newcomer: Callable[..., Newcomer], server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "centara-giftcard"
    folder.mkdir()
    text = f"""
[till]
store = "12"
pos = 3
currency = "EURO"
[loyalty]
server = "{server.address}"
group = "acme"
"""
    (folder / "settings.toml").write_text(text)
    it = newcomer()
    it._keyring["CENTARA_GIFTCARD_TOKEN"] = TOKEN
    it.touch("Try again")
    (folder / "settings.toml").write_text(text.replace("EURO", "EUR"))
    it.touch("Try again")
    (folder / "settings.toml").write_text(text.replace("EURO", "EUR").replace("pos = 3", 'pos = "3"'))
    it.touch("Try again")
    it.asked("access token")
    it.touch_keys("1")
    assert it.end() == 2
    assert it.complaints().count("settings.toml, line 4") == 3
    assert "Traceback" not in it.complaints()


def test_whoever_closes_a_till_that_cannot_start_gets_status_2(
    newcomer: Callable[..., Newcomer], tmp_path: Path
) -> None:
    (tmp_path / "centara-giftcard").mkdir()
    (tmp_path / "centara-giftcard" / "settings.toml").write_text("till = 3")
    it = newcomer()
    it.touch("Close")
    assert it.status() == 2
    assert it.complaints().startswith("centara-giftcard: settings.toml, line 1: till: 3 must be a table")


def begin(it: Newcomer, address: str) -> None:
    """Up to the question whether the server answers."""
    it.asked("Which language")
    it.press("2")
    it.answers("Which store", "12")
    it.answers("Which till", "3")
    it.asked("What is this till called")
    it.press("Return")
    it.asked("Which currency")
    it.press("Return")
    it.answers("Where is the Loyalty server", address)
    it.answers("Which loyalty group", "acme")
    it.answers("access token", TOKEN)


def set_up_in_short(it: Newcomer, address: str) -> None:
    """Everything that may be skipped is."""
    begin(it, address)
    it.asked("The server answers")
    it.press("Return")
    for title in ("What are your gift cards called", "Where is the receipt printer", "Try the scanner"):
        it.asked(title)
        it.press("Return")
