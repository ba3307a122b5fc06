"""Every key of the program goes through here: a scanner's become `scanned`, a person's `typed`.

No widget takes keys itself, so every key event of the program's windows is consumed, and nothing is put back
into Qt. Keys with Alt or the system key belong to the window manager and pass. The windows are listened to,
which the system gives keys to, not the application: that would have Python see each event of each widget, a
hundred for every change of the page.

A scanner presses the keys of a US keyboard, so with each character goes what its place on the keyboard writes
there: where the till's layout has no digits in a scan (French, Belgian, Czech), the places are read. Of a
swipe's other characters, those that are dead keys under the till's layout (`=` and `^` become accents) are
taken for the bare accent, and the scanner's framing knows the German and the Icelandic layout.

The keypad writes digits and the decimal mark whether Num Lock is on or off: its Del is no Delete.
"""

import sys
import time
from collections.abc import Callable, Sequence
from math import ceil
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

_Key = Qt.Key
_NAMES = {
    _Key.Key_Return: "enter",
    _Key.Key_Enter: "enter",
    _Key.Key_Escape: "escape",
    _Key.Key_Backspace: "backspace",
    _Key.Key_Delete: "delete",
    _Key.Key_Tab: "tab",
    _Key.Key_Up: "up",
    _Key.Key_Down: "down",
    _Key.Key_Left: "left",
    _Key.Key_Right: "right",
    _Key.Key_PageUp: "page_up",
    _Key.Key_PageDown: "page_down",
    _Key.Key_Home: "home",
    _Key.Key_End: "end",
    **{_Key(_Key.Key_F1.value + i): f"f{i + 1}" for i in range(12)},
}
_DEAD = {
    _Key.Key_Dead_Acute: "´",
    _Key.Key_Dead_Circumflex: "^",
    _Key.Key_Dead_Grave: "`",
    _Key.Key_Dead_Tilde: "~",
    _Key.Key_Dead_Diaeresis: "¨",
}
_LINE_ENDS = frozenset({"\r", "\n"})  # X11 has a key of its own for a line feed, and scanners press it
_DECIMAL_MARKS = frozenset({"٫", "·", "'"})
"""What some layouts write with the keypad's decimal key; point and comma are understood as they are."""

_KEYPAD_OFF = {
    _Key.Key_Insert: "0",
    _Key.Key_End: "1",
    _Key.Key_Down: "2",
    _Key.Key_PageDown: "3",
    _Key.Key_Left: "4",
    _Key.Key_Clear: "5",
    _Key.Key_Right: "6",
    _Key.Key_Home: "7",
    _Key.Key_Up: "8",
    _Key.Key_PageUp: "9",
    _Key.Key_Delete: ".",
}
"""What the keypad's keys mean while Num Lock is off."""

_FIRST_CODE = 0 if sys.platform == "win32" else 8
"""Where the system's scan codes begin: those of Windows are the PC's own, those of X11 and Wayland 8 more."""

_US = {
    first + place: (plain, shifted)
    for first, row, shifts in (
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    )
    for place, (plain, shifted) in enumerate(zip(row, shifts, strict=True))
}
"""What a US keyboard writes, without and with Shift, by the PC's scan code."""

_CONVERSATION_MS = 1000
"""Keys further apart than this need no common clock."""

_Held = Qt.KeyboardModifier
_SHIFT, _CONTROL, _ALT, _META, _KEYPAD = (
    it.value
    for it in (
        _Held.ShiftModifier,
        _Held.ControlModifier,
        _Held.AltModifier,
        _Held.MetaModifier,
        _Held.KeypadModifier,
    )
)
"""As plain numbers: a scanner's burst asks hundreds of times, and each question to an enum is dear."""

_PASSING = frozenset({_Key.Key_Alt, _Key.Key_Meta, _Key.Key_Super_L, _Key.Key_Super_R})


class Heard(Protocol):
    """What keys turned out to be: a scan with its whole text, or one typed key."""

    @property
    def text(self) -> str: ...

    @property
    def is_scan(self) -> bool: ...


class KeySorter(Protocol):
    """What tells scans from typing by the time of each key; the scanner's room has one."""

    @property
    def deadline_ms(self) -> float | None:
        """When silence decides about what is held back; None if nothing is."""

    def key(self, key: str, at_ms: float, *, us: str = "", repeat: bool = False) -> Sequence[Heard]:
        """Take a key, and what its place writes on a US keyboard; return what is decided by now, in order."""

    def silence(self, now_ms: float) -> Sequence[Heard]:
        """Return what was held back, if `now_ms` has reached the deadline."""


class KeyRouter(QObject):
    """Filters the key events of an application's windows.

    Emits `scanned` (what a scanner typed, raw) and `typed` (a character, or enter, escape, backspace, delete,
    tab, space, up, down, left, right, page_up, page_down, home, end, f1 to f12; with Control "ctrl+" before
    it; or what the sorter tells like a key). `clock` gives milliseconds that never jump.
    """

    scanned = Signal(str)
    typed = Signal(str)

    def __init__(
        self,
        app: QGuiApplication,
        sorter: KeySorter,
        clock: Callable[[], float] = lambda: time.perf_counter() * 1000,
    ) -> None:
        super().__init__()
        self._app = app
        self._sorter = sorter
        self._clock = clock
        self._last_stamp = -_CONVERSATION_MS
        self._anchor_ms = 0.0
        self._released = (0, 0)  # the key let go last, and the stamp of that
        self._looked_again = self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_silence)
        for window in app.allWindows():
            window.installEventFilter(self)
        app.focusWindowChanged.connect(self._listen_to)

    def close(self) -> None:
        """Leave the application's keys alone from now on."""
        self._is_closed = True
        for window in self._app.allWindows():
            window.removeEventFilter(self)
        self._timer.stop()

    def _listen_to(self, window: QWindow | None) -> None:
        """A window, perhaps a new one, is given the keys from now on. Listening twice is listening once."""
        if window is not None and not self._is_closed:
            window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if not isinstance(event, QKeyEvent) or _is_the_window_managers(event):
            return False
        event.accept()  # an override of a shortcut counts only when accepted; the press then follows
        kind = event.type()
        if kind is QEvent.Type.KeyPress:
            self._press(event)
        elif kind is QEvent.Type.KeyRelease:
            self._released = (event.key(), event.timestamp())
        return True

    def _press(self, event: QKeyEvent) -> None:
        at_ms, repeat = self._moment(event), self._is_repeat(event)
        for key in _keys(event):
            self._hand_on(self._sorter.key(key, at_ms, us=_on_us_keyboard(event), repeat=repeat))
            self._await_silence(at_ms)

    def _is_repeat(self, event: QKeyEvent) -> bool:
        """Whether a key is only held down.

        X11 repeats a key as a release and a press at one moment, and Qt does not mark such a press when the
        two come apart: a held F12 would now and then be two.
        """
        at_release = event.timestamp() != 0 and self._released == (event.key(), event.timestamp())
        return event.isAutoRepeat() or at_release

    def _moment(self, event: QKeyEvent) -> float:
        """When the key was pressed, on our clock; by the event's own stamp, for it may have waited.

        A stamp's origin is unknown and its clock may drift, so it is tied to ours anew after each pause.
        """
        stamp, now = event.timestamp(), self._clock()
        if not stamp:  # a synthesised event
            return now
        if not 0 <= stamp - self._last_stamp < _CONVERSATION_MS:
            self._anchor_ms = now - stamp
        self._last_stamp = stamp
        return stamp + self._anchor_ms

    def _await_silence(self, at_ms: float) -> None:
        self._looked_again = False
        deadline = self._sorter.deadline_ms
        if deadline is None:
            self._timer.stop()
        else:
            self._timer.start(max(0, ceil(deadline - at_ms)))

    def _on_silence(self) -> None:
        # After a busy moment the timer may come before keys that are waiting already: they go first.
        if not self._looked_again:
            self._looked_again = True
            self._timer.start(0)
            return
        deadline = self._sorter.deadline_ms
        if deadline is not None:
            self._hand_on(self._sorter.silence(deadline))

    def _hand_on(self, decided: Sequence[Heard]) -> None:
        for heard in decided:
            if heard.is_scan:
                self.scanned.emit(heard.text)
            else:
                self.typed.emit("space" if heard.text == " " else heard.text)


def _keys(event: QKeyEvent) -> list[str]:
    """The keys of one press as the sorter knows them; none for a modifier or an unknown key."""
    key, held = _Key(event.key()), event.modifiers().value
    if held & _KEYPAD:
        if key in _KEYPAD_OFF:
            return [_KEYPAD_OFF[key]]
        if event.text() in _DECIMAL_MARKS:
            return ["."]
    if held & _CONTROL and not held & _ALT:
        name = _NAMES.get(key) or (chr(key.value).lower() if 0x20 < key.value < 0x7F else "")
        return [f"ctrl+{name}"] if name else []
    if key in _NAMES:
        return [_NAMES[key]]
    if event.text() in _LINE_ENDS:
        return ["enter"]
    return list(_DEAD.get(key, event.text() if event.text().isprintable() else ""))


def _on_us_keyboard(event: QKeyEvent) -> str:
    """What the key's place writes on a US keyboard; empty where it writes nothing there."""
    writes = _US.get(event.nativeScanCode() - _FIRST_CODE)
    if writes is None:
        return ""
    return writes[bool(event.modifiers().value & _SHIFT)]


def _is_the_window_managers(event: QKeyEvent) -> bool:
    """Whether a key is Alt or the system key, or pressed with one. AltGr (Control and Alt) writes instead."""
    held = event.modifiers().value
    if event.key() in _PASSING or held & _META:
        return True
    if not held & _ALT:
        return False
    writes = event.text() and event.text().isprintable()
    return not (held & _CONTROL and writes)
