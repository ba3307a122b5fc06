"""A keyboard wedge as the system sees it: xdotool types into a window on a display of its own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from centara_giftcard.scanner.framing import read_frame

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb and xdotool are not installed"
    ),
]

NUMBER = "6091000000000017"
TRACK_2 = f";{NUMBER}=28121010000?"

# xdotool presses keys at half of its --delay.

TILL = """
import sys
import time
from PySide6.QtWidgets import QApplication, QPushButton
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.ui.keys import KeyRouter

app = QApplication(sys.argv)
window = QPushButton("Take payment")
window.clicked.connect(lambda: print("CLICKED", flush=True))
router = KeyRouter(app, WedgeDetector())
router.scanned.connect(lambda text: print("scan", text, flush=True))
def typed(key):
    print(key, flush=True)
    if key == "escape":
        app.quit()
    if key == "f2":
        time.sleep(0.8)
router.typed.connect(typed)
window.show()
print("window", int(window.winId()), flush=True)
app.exec()
"""


class Screen:
    """A till's window on a virtual display, a keyboard to it, and what the till prints."""

    def __init__(self, display: str) -> None:
        self._env = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self._till = subprocess.Popen(
            [sys.executable, "-c", TILL], env=self._env, stdout=subprocess.PIPE, text=True
        )
        assert self._till.stdout is not None
        _, window = self._till.stdout.readline().split()
        self.keys("windowfocus", "--sync", window)

    def keys(self, *call: str) -> None:
        subprocess.run(["xdotool", *call], env=self._env, check=True, timeout=10)

    def layout(self, name: str) -> None:
        subprocess.run(["setxkbmap", name], env=self._env, check=True, timeout=10)

    def end(self) -> list[str]:
        """Press Escape, which closes the till, and return what it said before."""
        self.keys("sleep", "0.06", "key", "Escape")
        said, _ = self._till.communicate(timeout=10)
        *before, escape = said.splitlines()
        assert escape == "escape"
        return before

    def kill(self) -> None:
        self._till.kill()
        self._till.communicate()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as number:
        name = number.readline().strip()
    assert name, "Xvfb did not start"
    yield f":{name}"
    server.terminate()
    server.wait()


@pytest.fixture
def screen(display: str) -> Iterator[Screen]:
    screen = Screen(display)
    yield screen
    screen.kill()


@pytest.mark.parametrize("delay", ["0", "2"])
def test_fast_keys_are_a_scan_whose_enter_presses_nothing(screen: Screen, delay: str) -> None:
    screen.keys("type", "--delay", delay, f"{NUMBER}\n")
    assert screen.end() == [f"scan {NUMBER}"]


def test_slow_keys_are_typing(screen: Screen) -> None:
    screen.keys("type", "--delay", "80", "25.00\n")
    assert screen.end() == [*"25.00", "enter"]


def test_a_swipe_with_shifted_characters_is_one_scan(screen: Screen) -> None:
    screen.keys("type", "--delay", "2", f"%B{NUMBER}^GIFT CARD^2812?\n{TRACK_2}\n")
    assert screen.end() == [f"scan %B{NUMBER}^GIFT CARD^2812?{TRACK_2}"]


def test_a_held_key_is_one_f12_and_many_digits(screen: Screen) -> None:
    screen.keys("keydown", "F12", "sleep", "0.8", "keyup", "F12")
    screen.keys("keydown", "5", "sleep", "0.8", "keyup", "5")
    f12, *fives = screen.end()
    assert f12 == "f12"
    assert set(fives) == {"5"}
    assert len(fives) > 3


@pytest.mark.parametrize("delay", ["2", "20"])
def test_a_scan_into_a_busy_till_is_whole(screen: Screen, delay: str) -> None:
    screen.keys("key", "F2", "sleep", "0.1", "type", "--delay", delay, f"{NUMBER}\n")
    assert screen.end() == ["f2", f"scan {NUMBER}"]


def test_typing_into_a_busy_till_is_typing(screen: Screen) -> None:
    screen.keys("key", "F2", "type", "--delay", "120", "12345678\n")
    assert screen.end() == ["f2", *"12345678", "enter"]


@pytest.mark.skipif(not shutil.which("setxkbmap"), reason="setxkbmap is not installed")
@pytest.mark.parametrize("layout", ["de", "is"])
def test_a_swipe_on_a_foreign_keyboard_is_read(screen: Screen, layout: str) -> None:
    """The scanner presses the keys of a US keyboard, whatever is printed on the till's."""
    us = {";": "47", "=": "21", "?": "shift+61"} | {d: str(10 + i) for i, d in enumerate("1234567890")}
    screen.layout(layout)
    screen.keys("key", "--delay", "2", *(us[key] for key in TRACK_2), "36")
    scan, *rest = screen.end()
    screen.layout("us")
    assert rest == []
    assert read_frame(scan.removeprefix("scan ")) == NUMBER


def test_typing_and_a_scan_in_turn_keep_their_order(screen: Screen) -> None:
    began = time.monotonic()
    screen.keys("type", "--delay", "80", "12")
    screen.keys("type", "--delay", "2", f"{NUMBER}\n")
    screen.keys("key", "F12")
    assert screen.end() == ["1", "2", f"scan {NUMBER}", "f12"]
    assert time.monotonic() - began < 5
