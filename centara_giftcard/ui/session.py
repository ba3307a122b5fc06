"""The end of a Windows session (log-off, shutdown, an update's restart): the till asks for time to let go.

Windows asks every window first and ends the process soon after it agreed. The till refuses with a reason,
which Windows shows beside its name, closes as it always does (a hold is released or noted), and is then out
of the way. Elsewhere the session's end is a signal, or the closing of the display.
"""

import ctypes
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QWidget


class SessionEnd:
    """Closes the till by `close` when Windows wants to end the session; `reason` is what Windows shows."""

    def __init__(
        self, app: QGuiApplication, window: QWidget, close: Callable[[], object], reason: str
    ) -> None:
        self._window = window
        self._close = close
        self._reason = reason
        app.commitDataRequest.connect(self._asked)

    def _asked(self, session: QSessionManager) -> None:
        user: Any = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
        user.ShutdownBlockReasonCreate.argtypes = (wintypes.HWND, wintypes.LPCWSTR)
        user.ShutdownBlockReasonCreate(int(self._window.winId()), self._reason)  # ends with its window
        session.cancel()
        self._close()
