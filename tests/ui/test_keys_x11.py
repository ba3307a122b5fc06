"""A keyboard wedge as the system sees it: xdotool types into a window on a display of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

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

HAND = "200"
"""xdotool presses keys at half of its --delay: a quick person's 100 ms."""

SCANNERS_MS = 40
"""The longest pause within a scanner's code; the till's line lies at 60."""

TRIES = 20

TILL = """
import sys
import time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.ui.focus import KeyboardWatch
from centara_giftcard.ui.keys import KeyRouter

app = QApplication(sys.argv)
window = QPushButton("Take payment")
window.clicked.connect(lambda: print("CLICKED", flush=True))
router = KeyRouter(app, WedgeDetector())
router.scanned.connect(lambda text: print("scan", text, flush=True))
class Stopwatch(QObject):
    pressed = []
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.KeyPress and event.timestamp() not in self.pressed[-1:]:
            self.pressed.append(event.timestamp())
        return False
stopwatch = Stopwatch()
app.installEventFilter(stopwatch)
def typed(key):
    print(key, flush=True)
    if key == "f9":
        print("pressed", *stopwatch.pressed, flush=True)
        app.quit()
    if key == "f2":
        time.sleep(0.8)
    if key == "f8":
        watch.changed.connect(lambda here: print("keyboard", here, flush=True))
router.typed.connect(typed)
window.show()
watch = KeyboardWatch(app, window)
print("window", int(window.winId()), flush=True)
app.exec()
"""

OTHER = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication(sys.argv)
window = QLabel("Another program")
window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
window.show()
while not window.windowHandle().isExposed():
    app.processEvents()
print(int(window.winId()), flush=True)
app.exec()
"""


class Screen:
    """A till's window on a virtual display, a keyboard to it, and what the till prints."""

    def __init__(self, display: str) -> None:
        self._env = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.start()

    def start(self) -> None:
        """Open the till's window and give it the keyboard."""
        self._till = subprocess.Popen(
            [sys.executable, "-c", TILL], env=self._env, stdout=subprocess.PIPE, text=True
        )
        assert self._till.stdout is not None
        _, self.window = self._till.stdout.readline().split()
        self._other: subprocess.Popen[str] | None = None
        self.keys("windowfocus", "--sync", self.window)

    def other(self) -> str:
        """The window of another program, started when it is first asked for."""
        if self._other is None:
            self._other = subprocess.Popen(
                [sys.executable, "-c", OTHER], env=self._env, stdout=subprocess.PIPE, text=True
            )
            assert self._other.stdout is not None
            self._other_window = self._other.stdout.readline().strip()
        return self._other_window

    def says(self, lines: int) -> list[str]:
        """The till's next lines, once it has said them."""
        assert self._till.stdout is not None
        return [self._till.stdout.readline().strip() for _ in range(lines)]

    def keys(self, *call: str) -> None:
        subprocess.run(["xdotool", *call], env=self._env, check=True, timeout=60)

    def layout(self, name: str) -> None:
        subprocess.run(["setxkbmap", name], env=self._env, check=True, timeout=60)

    def end(self) -> list[str]:
        """Press F9, which closes the till, by a hand that comes to it; return what the till said before."""
        self.keys("sleep", "0.4", "key", "F9")
        said, _ = self._till.communicate(timeout=60)
        *before, last, pressed = said.splitlines()
        assert last == "f9"
        *self._pressed, _f9 = map(int, pressed.split()[1:])
        return before

    def of_scanner(self, *call: str, stutter_ms: int = SCANNERS_MS) -> list[str]:
        """What the till says of a scanner's keys, with one pause between them of at most `stutter_ms`.

        A machine that is busy elsewhere may keep xdotool waiting in the middle of a code. Such keys are
        another story than the test's, which is begun anew with a new till.
        """
        for _ in range(TRIES):
            self.keys(*call)
            said = self.end()
            gaps = sorted(b - a for a, b in pairwise(self._pressed))
            *others, longest = gaps or [0]  # a whole code in one millisecond has but one moment
            if longest <= stutter_ms and max(others, default=0) <= SCANNERS_MS:
                return said
            self.kill()
            self.start()
        pytest.fail(f"this machine kept the scanner waiting for more than {SCANNERS_MS} ms, {TRIES} times")

    def kill(self) -> None:
        for program in filter(None, (self._till, self._other)):
            program.kill()
            program.communicate()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"],
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
    assert screen.of_scanner("type", "--delay", delay, f"{NUMBER}\n") == [f"scan {NUMBER}"]


def test_slow_keys_are_typing(screen: Screen) -> None:
    screen.keys("type", "--delay", HAND, "25.00\n")
    assert screen.end() == [*"25.00", "enter"]


@pytest.mark.parametrize("delay", ["0", "8", "24"])
@pytest.mark.parametrize("text", ["4006381333931", "40063"])
def test_goods_codes_at_any_scanners_pace_are_scans(screen: Screen, text: str, delay: str) -> None:
    assert screen.of_scanner("type", "--delay", delay, f"{text}\n") == [f"scan {text}"]


@pytest.mark.parametrize("named", ["F12", "Escape", "Delete", "F10", "ctrl+bracketright", "ctrl+1"])
def test_keys_inside_a_code_act_never(screen: Screen, named: str) -> None:
    keys = [*"400638", named, *"1333931", "Return", "F12"]
    assert screen.of_scanner("key", "--delay", "4", *keys) == ["scan 4006381333931"]


@pytest.mark.parametrize("keys", [["F3", "ctrl+1"], ["F12", "F12"]])
def test_a_code_of_function_keys_does_nothing(screen: Screen, keys: list[str]) -> None:
    assert screen.of_scanner("key", "--delay", "4", *keys) == ["scan "]


def test_a_code_that_types_enter_and_f12_does_nothing(screen: Screen) -> None:
    assert screen.of_scanner("key", "--delay", "4", *"500", "Return", "F12") == ["scan 500"]


@pytest.mark.parametrize("place", [1, 3, 9])
@pytest.mark.parametrize("pause", ["0.06", "0.08", "0.15"])
def test_a_stutter_leaves_nothing_behind(screen: Screen, place: int, pause: str) -> None:
    code = "4006381333931"
    before, after = code[:place], code[place:]
    keys = [*before, "sleep", pause, "key", "--delay", "4", *after, "Return"]
    said = screen.of_scanner("key", "--delay", "4", *keys, stutter_ms=round(float(pause) * 1000) + 40)
    taken_back = said.count("take_back")
    assert said == [*before[:taken_back], *["take_back"] * taken_back, f"scan {code}"]


def test_a_swipe_with_shifted_characters_is_one_scan(screen: Screen) -> None:
    said = screen.of_scanner("type", "--delay", "2", f"%B{NUMBER}^GIFT CARD^2812?\n{TRACK_2}\n")
    assert said == [f"scan %B{NUMBER}^GIFT CARD^2812?{TRACK_2}"]


def test_a_held_key_is_one_press_and_only_backspace_repeats(screen: Screen) -> None:
    for key in ("F12", "Return", "5", "BackSpace"):
        screen.keys("keydown", key, "sleep", "0.9", "keyup", key, "sleep", "0.1")
    said = screen.end()
    assert said[:3] == ["f12", "enter", "5"]
    assert set(said[3:]) == {"backspace"}
    assert len(said[3:]) > 3


@pytest.mark.parametrize("delay", ["2", "20"])
def test_a_scan_into_a_busy_till_is_whole(screen: Screen, delay: str) -> None:
    keys = ["key", "F2", "sleep", "0.1", "type", "--delay", delay, f"{NUMBER}\n"]
    assert screen.of_scanner(*keys, stutter_ms=1000) == ["f2", f"scan {NUMBER}"]


def test_typing_into_a_busy_till_is_typing(screen: Screen) -> None:
    screen.keys("key", "F2", "sleep", "0.1", "type", "--delay", HAND, "12345678\n")
    assert screen.end() == ["f2", *"12345678", "enter"]


@pytest.mark.skipif(not shutil.which("setxkbmap"), reason="setxkbmap is not installed")
@pytest.mark.parametrize("layout", ["de", "is"])
def test_a_swipe_on_a_foreign_keyboard_is_read(screen: Screen, layout: str) -> None:
    """The scanner presses the keys of a US keyboard, whatever is printed on the till's."""
    us = {";": "47", "=": "21", "?": "shift+61"} | {d: str(10 + i) for i, d in enumerate("1234567890")}
    screen.layout(layout)
    scan, *rest = screen.of_scanner("key", "--delay", "2", *(us[key] for key in TRACK_2), "36")
    screen.layout("us")
    assert rest == []
    assert read_frame(scan.removeprefix("scan ")) == NUMBER


def test_another_window_with_the_keyboard_is_told_and_asked_once_to_give_it_back(screen: Screen) -> None:
    """Who takes the keyboard a second time means it, and is left alone."""
    screen.keys("key", "F8")
    assert screen.says(1) == ["f8"]
    screen.keys("windowfocus", screen.other())
    assert screen.says(2) == ["keyboard False", "keyboard True"]
    screen.keys("windowfocus", screen.other())
    assert screen.says(1) == ["keyboard False"]
    screen.keys("sleep", "2", "windowfocus", screen.window, "sleep", "0.5")
    assert screen.end() == ["keyboard True"]


def test_typing_and_a_scan_in_turn_keep_their_order(screen: Screen) -> None:
    screen.keys("type", "--delay", HAND, "12")
    screen.keys("sleep", "0.1", "type", "--delay", "2", f"{NUMBER}\n")
    screen.keys("sleep", "0.3", "key", "F12")  # as soon as a hand is there
    assert screen.end() == ["1", "2", f"scan {NUMBER}", "f12"]


US_PLACES = {digit: str(10 + place) for place, digit in enumerate("1234567890")}


@pytest.mark.skipif(not shutil.which("setxkbmap"), reason="setxkbmap is not installed")
@pytest.mark.parametrize("layout", ["fr", "be", "cz", "de"])
def test_digits_are_read_by_their_place_on_the_keyboard(screen: Screen, layout: str) -> None:
    """The digit row of a French, Belgian or Czech keyboard writes letters and signs unless shifted."""
    screen.layout(layout)
    said = screen.of_scanner("key", "--delay", "2", *(US_PLACES[digit] for digit in NUMBER), "36")
    screen.layout("us")
    assert said == [f"scan {NUMBER}"]


@pytest.mark.skipif(not shutil.which("setxkbmap"), reason="setxkbmap is not installed")
@pytest.mark.parametrize(("layout", "mark"), [("us", "."), ("de", ","), ("fr", ".")])
def test_the_keypad_writes_digits_whether_num_lock_is_on_or_off(
    screen: Screen, layout: str, mark: str
) -> None:
    """Keycodes 79 to 91 are the keypad's; 119 is the Delete key beside it."""
    screen.layout(layout)
    for lock in ([], ["Num_Lock"]):
        hand = [word for code in ("87", "88", "91", "84", "90") for word in ("key", code, "sleep", "0.1")]
        screen.keys(*(word for key in lock for word in ("key", key, "sleep", "0.1")), *hand, "key", "119")
    said = screen.end()
    screen.keys("key", "Num_Lock")
    screen.layout("us")
    assert said == [*"12.50", "delete", *"12", mark, *"50", "delete"]
