"""Whether keys reach the till: another window may have the keyboard, and a scan then goes there."""

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

SURE_MS: Final = 200
"""The keyboard is nobody's for a moment while it passes between two windows of our own."""

START_MS: Final = 2000
"""A window that was just opened has the keyboard by then."""

TAKE_MS: Final = 1500
"""Then the keyboard is taken back, where nobody means it to be elsewhere."""

MEANT_MS: Final = 60_000
"""Who takes the keyboard away again within this time means it."""


class KeyboardWatch(QObject):
    """Tells whether keys reach the program's windows, and asks once for the keyboard when they do not.

    Emits `changed` with False when another program's window has had the keyboard for a moment, and with True
    when it is back. A window that somebody put away, and a dialogue of our own, are left alone.
    """

    changed = Signal(bool)

    def __init__(self, app: QGuiApplication, window: QWidget) -> None:
        super().__init__(window)
        self._app = app
        self._window = window
        self._here = True
        self._sure, self._take, self._meant = QTimer(self), QTimer(self), QTimer(self)
        for timer, pause_ms in ((self._sure, SURE_MS), (self._take, TAKE_MS), (self._meant, MEANT_MS)):
            timer.setSingleShot(True)
            timer.setInterval(pause_ms)
        self._sure.timeout.connect(self._tell)
        self._take.timeout.connect(self._ask)
        app.applicationStateChanged.connect(lambda _state: self._sure.start())
        if app.platformName() != "offscreen":  # which has no keyboard
            QTimer.singleShot(START_MS, self, self._tell)

    def _tell(self) -> None:
        here = self._app.applicationState() is Qt.ApplicationState.ApplicationActive
        if here is self._here:
            return
        self._here = here
        self.changed.emit(here)
        if here:
            self._take.stop()
        elif not self._meant.isActive():
            self._take.start()

    def _ask(self) -> None:
        if self._here or self._window.isMinimized() or QApplication.activeModalWidget() is not None:
            return
        self._meant.start()
        self._window.raise_()
        # X11 heeds no wish that is older than the last change of focus, and Qt dates its wishes by the last
        # event it had: a change of the window's own title makes a new one.
        title = self._window.windowTitle()
        self._window.setWindowTitle(f"{title}\N{ZERO WIDTH SPACE}")
        QTimer.singleShot(SURE_MS, self, lambda: self._activate(title))

    def _activate(self, title: str) -> None:
        self._window.setWindowTitle(title)
        self._window.activateWindow()
