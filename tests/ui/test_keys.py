"""Real key events of a window, through the router: scans, typing, and what is left to the window manager."""

import gc
import sys
from collections.abc import Iterable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.ui.keys import KeyRouter

NUMBER = "6091000000000017"
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


class Window(QWidget):
    """A window with a button that any key would press, and a note of keys that got through."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = 0
        self.leaked: list[int] = []
        button = QPushButton("Take payment", self)
        button.clicked.connect(self._count)
        QVBoxLayout(self).addWidget(button)
        button.setFocus()

    def _count(self) -> None:
        self.pressed += 1

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        self.leaked.append(event.key())


class Till:
    """A shown window, the router, and what the router said, in order."""

    def __init__(self, app: QApplication) -> None:
        self.said: list[str] = []
        self.window = Window()
        self.window.show()
        self.window.activateWindow()
        self.sorter = WedgeDetector()
        self.router = KeyRouter(app, self.sorter)
        self.router.scanned.connect(lambda text: self.said.append(f"scan {text}"))
        self.router.typed.connect(self.said.append)

    def press(
        self,
        key: Key,
        text: str = "",
        modifiers: Qt.KeyboardModifier = NONE,
        *,
        stamp: int = 0,
        repeat: bool = False,
    ) -> None:
        """Deliver one press with a stamp of its own, as if it had waited in the system's queue."""
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, repeat)
        event.setTimestamp(stamp)
        QCoreApplication.sendEvent(self.window.windowHandle(), event)

    def release(self, key: Key, stamp: int) -> None:
        event = QKeyEvent(QEvent.Type.KeyRelease, key, NONE)
        event.setTimestamp(stamp)
        QCoreApplication.sendEvent(self.window.windowHandle(), event)

    def settle(self) -> list[str]:
        """What was said, once nothing is held back any more."""
        for _ in range(200):
            if self.sorter.deadline_ms is None:
                break
            QTest.qWait(10)
        return self.said


@pytest.fixture
def till(qapp: QApplication) -> Iterator[Till]:
    till = Till(qapp)
    assert QTest.qWaitForWindowExposed(till.window)
    yield till
    till.router.close()
    till.window.close()


def test_a_fast_burst_is_a_scan_and_presses_nothing(till: Till) -> None:
    handle = till.window.windowHandle()
    for digit in NUMBER:
        QTest.keyClick(handle, Key(ord(digit)))
    QTest.keyClick(handle, Key.Key_Return)
    assert till.settle() == [f"scan {NUMBER}"]
    assert (till.window.pressed, till.window.leaked) == (0, [])


def test_keys_that_reach_the_window_from_the_system_are_taken_once(till: Till) -> None:
    handle = till.window.windowHandle()
    for key in (Key.Key_1, Key.Key_2, Key.Key_Space, Key.Key_Return):
        QTest.keyClick(handle, key)
        till.settle()
    assert till.said == ["1", "2", "space", "enter"]
    assert (till.window.pressed, till.window.leaked) == (0, [])


@pytest.mark.parametrize(
    ("key", "text", "name"),
    [
        (Key.Key_Return, "\r", "enter"),
        (Key.Key_Enter, "\r", "enter"),
        (Key.Key_unknown, "\n", "enter"),
        (Key.Key_Escape, "\x1b", "escape"),
        (Key.Key_Backspace, "\x08", "backspace"),
        (Key.Key_Delete, "\x7f", "delete"),
        (Key.Key_Tab, "\t", "tab"),
        (Key.Key_Space, " ", "space"),
        (Key.Key_PageUp, "", "page_up"),
        (Key.Key_Home, "", "home"),
        (Key.Key_Left, "", "left"),
        (Key.Key_F1, "", "f1"),
        (Key.Key_F12, "", "f12"),
        (Key.Key_Comma, ",", ","),
        (Key.Key_A, "a", "a"),
        (Key.Key_Odiaeresis, "ö", "ö"),
        (Key.Key_Dead_Acute, "", "´"),
    ],
)
def test_keys_have_plain_names(till: Till, key: Key, text: str, name: str) -> None:
    till.press(key, text)
    assert till.settle() == [name]


@pytest.mark.parametrize(("key", "text", "name"), [(Key.Key_7, "7", "7"), (Key.Key_Period, ".", ".")])
def test_the_keypad_writes_characters(till: Till, key: Key, text: str, name: str) -> None:
    till.press(key, text, Qt.KeyboardModifier.KeypadModifier)
    assert till.settle() == [name]


def test_control_is_part_of_the_name(till: Till) -> None:
    till.press(Key.Key_1, "1", CONTROL, stamp=5000)
    till.press(Key.Key_Q, "\x11", CONTROL, stamp=5100)
    till.press(Key.Key_F12, "", CONTROL, stamp=5200)
    assert till.settle() == ["ctrl+1", "ctrl+q", "ctrl+f12"]


def test_altgr_writes_a_character(till: Till) -> None:
    till.press(Key.Key_At, "@", CONTROL | ALT)
    assert till.settle() == ["@"]


def test_the_window_managers_keys_pass(till: Till) -> None:
    till.press(Key.Key_F4, "", ALT)
    till.press(Key.Key_L, "l", Qt.KeyboardModifier.MetaModifier)
    assert till.settle() == []
    assert till.window.leaked == [Key.Key_F4, Key.Key_L]


def test_modifiers_alone_are_no_keys_and_break_no_swipe(till: Till) -> None:
    swipe = f"%B{NUMBER}^GIFT^2812?"
    for character in swipe:
        if character in "%^?":
            till.press(Key.Key_Shift, "", Qt.KeyboardModifier.ShiftModifier)
        till.press(Key.Key_unknown, character)
    till.press(Key.Key_Return, "\r")
    assert till.settle() == [f"scan {swipe}"]


@pytest.mark.parametrize(
    ("key", "text"), [(Key.Key_F12, ""), (Key.Key_Return, "\r"), (Key.Key_Escape, ""), (Key.Key_0, "0")]
)
def test_a_key_held_down_is_one_press(till: Till, key: Key, text: str) -> None:
    till.press(key, text, stamp=5000)
    for repeat in range(5):
        till.press(key, text, stamp=5500 + 40 * repeat, repeat=True)
    assert len(till.settle()) == 1


def test_a_held_key_whose_repeat_is_not_marked_is_one_press(till: Till) -> None:
    """X11 repeats with a release and a press at the same moment; a second press by a finger comes later."""
    till.press(Key.Key_F12, stamp=5000)
    for moment in (5600, 5640):
        till.release(Key.Key_F12, stamp=moment)
        till.press(Key.Key_F12, stamp=moment)
    till.release(Key.Key_F12, stamp=5700)
    till.press(Key.Key_F12, stamp=5800)
    assert till.settle() == ["f12", "f12"]


def test_backspace_repeats_while_held(till: Till) -> None:
    till.press(Key.Key_Backspace, "\x08", stamp=5000)
    till.press(Key.Key_Backspace, "\x08", stamp=5500, repeat=True)
    assert till.settle() == ["backspace"] * 2


@pytest.mark.parametrize("keys", [(Key.Key_F3, Key.Key_F12), (Key.Key_F12, Key.Key_F12)])
def test_a_code_of_function_keys_presses_none(till: Till, keys: tuple[Key, Key]) -> None:
    for place, key in enumerate(keys):
        till.press(key, stamp=5000 + 4 * place)
    assert till.settle() == ["scan "]


def test_a_stutter_after_the_first_digit_takes_it_back(till: Till) -> None:
    for place, digit in enumerate(NUMBER):
        till.press(Key.Key_unknown, digit, stamp=5000 + 4 * place + (100 if place else 0))
    till.press(Key.Key_Return, "\r", stamp=5170)
    assert till.settle() == ["6", "take_back", f"scan {NUMBER}"]


@pytest.mark.parametrize(
    ("key", "digit"),
    [
        (Key.Key_Insert, "0"),
        (Key.Key_End, "1"),
        (Key.Key_Down, "2"),
        (Key.Key_PageDown, "3"),
        (Key.Key_Left, "4"),
        (Key.Key_Clear, "5"),
        (Key.Key_Right, "6"),
        (Key.Key_Home, "7"),
        (Key.Key_Up, "8"),
        (Key.Key_PageUp, "9"),
        (Key.Key_Delete, "."),
    ],
)
def test_the_keypad_writes_digits_without_num_lock_too(till: Till, key: Key, digit: str) -> None:
    till.press(key, "", Qt.KeyboardModifier.KeypadModifier)
    assert till.settle() == [digit]


def test_typing_that_waited_for_a_busy_program_is_no_scan(till: Till) -> None:
    for i, digit in enumerate("12345678"):
        till.press(Key.Key_unknown, digit, stamp=5000 + 90 * i)
    till.press(Key.Key_Return, "\r", stamp=5000 + 90 * 8)
    assert till.settle() == [*"12345678", "enter"]


def test_a_scan_that_arrives_while_the_program_is_busy_is_whole(till: Till) -> None:
    """The silence timer is long due when the rest of the scan is at last taken from the queue."""
    for i, digit in enumerate(NUMBER[:4]):
        till.press(Key.Key_unknown, digit, stamp=5000 + i)
    QTest.qSleep(80)
    for i, text in enumerate([*NUMBER[4:], "\r"], start=4):
        waiting = QKeyEvent(QEvent.Type.KeyPress, Key.Key_unknown, NONE, text)
        waiting.setTimestamp(5000 + i)
        QCoreApplication.postEvent(till.window.windowHandle(), waiting)
    assert till.settle() == [f"scan {NUMBER}"]


def test_a_terminator_that_waited_for_a_busy_program_presses_nothing(till: Till) -> None:
    for i, digit in enumerate(NUMBER):
        till.press(Key.Key_unknown, digit, stamp=5000 + i)
    QTest.qWait(50)
    QTest.qSleep(200)
    till.press(Key.Key_Return, "\r", stamp=5100)
    assert till.settle() == [f"scan {NUMBER}"]


def test_keys_of_no_window_of_ours_are_left_alone(till: Till) -> None:
    class Other(QObject):
        got = 0

        def event(self, event: QEvent) -> bool:
            self.got += event.type() == QEvent.Type.KeyPress
            return True

    other = Other()
    QCoreApplication.sendEvent(other, QKeyEvent(QEvent.Type.KeyPress, Key.Key_F12, NONE))
    assert other.got == 1
    assert till.settle() == []


def test_a_window_that_opens_later_is_listened_to_as_soon_as_it_has_the_keys(till: Till) -> None:
    later = Window()
    later.show()
    later.activateWindow()
    assert QTest.qWaitForWindowActive(later)
    QTest.keyClick(later.windowHandle(), Key.Key_7)
    assert till.settle() == ["7"]
    assert later.leaked == []
    later.close()


def test_a_closed_router_takes_nothing_and_says_nothing_more(till: Till) -> None:
    till.press(Key.Key_5, "5")
    till.router.close()
    till.press(Key.Key_6, "6")
    assert till.settle() == []
    assert till.window.leaked == [Key.Key_6]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there None, True and False are immortal, uncounted")
def test_many_keys_leave_the_reference_counts_alone(till: Till) -> None:
    """A Qt binding that miscounts None, True or False aborts a till after a day."""

    def counts(values: Iterable[object]) -> list[int]:
        gc.collect()  # what earlier tests left behind refers to them too
        return [sys.getrefcount(value) for value in values]

    before = counts((None, True, False))
    for moment in range(3000):
        till.press(Key.Key_F2, stamp=5000 + 100 * moment)
    assert len(till.settle()) == 3000
    assert all(abs(now - then) < 500 for now, then in zip(counts((None, True, False)), before, strict=True))
