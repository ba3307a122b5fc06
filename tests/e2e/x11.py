"""What is sent to the windows of a display from outside: keys at an exact pace, and the wish that they close.

A display stamps a key when it gets round to it, and a busy machine gets round to a scanner's keys late, and
to two of a hand's at once. The keys of these tests bear the stamps of an idle machine, whatever this one is:
to the program it is as if it had been late in reading them.
"""

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any, Final

_KEY_PRESS, _KEY_RELEASE, _CLIENT_MESSAGE = 2, 3, 33
_KEYS_MASK: Final = 1 << 0 | 1 << 1
_HELD: Final = {"shift": 1 << 0, "ctrl": 1 << 2}
_PRESSED_MS: Final = 1
_SIGNS: Final = {"\n": "Return", "\t": "Tab", " ": "space"}


class Windows:
    """The windows of a display that is called so (`:7`), its keyboard layout an English one."""

    def __init__(self, display: str) -> None:
        self._x11 = x11 = ctypes.CDLL("libX11.so.6")
        pointer, number, text = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_char_p
        signatures: dict[str, tuple[Any, Sequence[Any]]] = {
            "XOpenDisplay": (pointer, [text]),
            "XCloseDisplay": (ctypes.c_int, [pointer]),
            "XSync": (ctypes.c_int, [pointer, ctypes.c_int]),
            "XInternAtom": (number, [pointer, text, ctypes.c_int]),
            "XStringToKeysym": (number, [text]),
            "XKeysymToKeycode": (ctypes.c_ubyte, [pointer, number]),
            "XkbKeycodeToKeysym": (number, [pointer, ctypes.c_ubyte, ctypes.c_int, ctypes.c_int]),
            "XDefaultRootWindow": (number, [pointer]),
            "XGetInputFocus": (ctypes.c_int, [pointer, pointer, pointer]),
            "XSendEvent": (ctypes.c_int, [pointer, number, ctypes.c_int, ctypes.c_long, pointer]),
        }
        for name, (gives, takes) in signatures.items():
            call = getattr(x11, name)
            call.restype, call.argtypes = gives, takes
        self._display = x11.XOpenDisplay(display.encode())
        assert self._display, f"there is no display {display}"

    def close(self) -> None:
        """Leave the display; a second time does nothing."""
        if self._display:
            self._x11.XCloseDisplay(self._display)
            self._display = None

    def strike(self, keys: Iterable[tuple[str, float]]) -> None:
        """Press keys in the window that has the keyboard.

        A key is an X11 name or a sign, perhaps with `ctrl+` or `shift+` before it; with it goes the moment at
        which it was pressed, in monotonic seconds, which are the display's too.
        """
        window, _ = ctypes.c_ulong(), ctypes.c_int()
        self._x11.XGetInputFocus(self._display, ctypes.byref(window), ctypes.byref(_))
        root = self._x11.XDefaultRootWindow(self._display)
        for key, at_s in keys:
            *held, name = key.split("+") if len(key) > 1 else [key]
            keysym = self._x11.XStringToKeysym(_SIGNS.get(name, name).encode()) or ord(name)
            code = self._x11.XKeysymToKeycode(self._display, keysym)
            if self._x11.XkbKeycodeToKeysym(self._display, code, 0, 0) != keysym:
                held = [*held, "shift"]
            state = sum(_HELD[name] for name in set(held))
            for kind, ms in ((_KEY_PRESS, 0), (_KEY_RELEASE, _PRESSED_MS)):
                at_ms = round(at_s * 1000) + ms
                stroke = _Key(kind, 0, 1, self._display, window, root, 0, at_ms, 0, 0, 0, 0, state, code, 1)
                self._send(window.value, _KEYS_MASK, stroke)
        self._x11.XSync(self._display, 0)

    def ask_to_close(self, windows: Iterable[int]) -> None:
        """Ask windows to close, as a window manager's button does."""
        protocols, delete = (
            self._x11.XInternAtom(self._display, atom, 0) for atom in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
        )
        for window in windows:
            data = (ctypes.c_long * 5)(delete, 0, 0, 0, 0)
            message = _Message(_CLIENT_MESSAGE, 0, 1, self._display, window, protocols, 32, data)
            self._send(window, 0, message)
        self._x11.XSync(self._display, 0)

    def _send(self, window: int, mask: int, event: ctypes.Structure) -> None:
        self._x11.XSendEvent(self._display, window, 0, mask, ctypes.byref(event))


class _Key(ctypes.Structure):
    """Xlib's XKeyEvent, with room for the whole of the union XEvent behind it."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("root", ctypes.c_ulong),
        ("subwindow", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("x", ctypes.c_int),
        ("y", ctypes.c_int),
        ("x_root", ctypes.c_int),
        ("y_root", ctypes.c_int),
        ("state", ctypes.c_uint),
        ("keycode", ctypes.c_uint),
        ("same_screen", ctypes.c_int),
        ("rest", ctypes.c_long * 12),
    )


class _Message(ctypes.Structure):
    """Xlib's XClientMessageEvent, with room for the whole of the union XEvent behind it."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 24),
    )


class Bells:
    """Hears the bell of a display that is called so, from when it is made."""

    _CORE_KEYBOARD, _BELL_NOTIFY = 0x100, 8

    def __init__(self, display: str) -> None:
        self._x11 = x11 = ctypes.CDLL("libX11.so.6")
        pointer = ctypes.c_void_p
        x11.XOpenDisplay.restype = pointer
        for name in ("XCloseDisplay", "XPending"):
            getattr(x11, name).argtypes = [pointer]
        x11.XSync.argtypes = [pointer, ctypes.c_int]
        x11.XNextEvent.argtypes = [pointer, pointer]
        x11.XkbQueryExtension.argtypes = [pointer] * 6
        x11.XkbSelectEvents.argtypes = [pointer, *[ctypes.c_uint] * 3]
        self._display = x11.XOpenDisplay(display.encode())
        self._rung = 0
        first = ctypes.c_int()
        assert x11.XkbQueryExtension(self._display, None, ctypes.byref(first), None, None, None)
        self._first = first.value
        mask = 1 << self._BELL_NOTIFY
        assert x11.XkbSelectEvents(self._display, self._CORE_KEYBOARD, mask, mask)
        x11.XSync(self._display, 0)

    def rung(self) -> int:
        """How often it has rung so far."""
        self._x11.XSync(self._display, 0)
        while self._x11.XPending(self._display):
            event = _Bell()
            self._x11.XNextEvent(self._display, ctypes.byref(event))
            self._rung += (event.type, event.kind) == (self._first, self._BELL_NOTIFY)
        return self._rung

    def close(self) -> None:
        """Leave the display."""
        self._x11.XCloseDisplay(self._display)


class _Bell(ctypes.Structure):
    """Xlib's XkbAnyEvent, with room for the whole of the union XEvent behind it."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("time", ctypes.c_ulong),
        ("kind", ctypes.c_int),
        ("rest", ctypes.c_long * 20),
    )
