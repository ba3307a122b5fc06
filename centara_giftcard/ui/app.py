"""The Qt application: one window, its keys, and one asyncio loop under both. Nothing here knows of money."""

import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import (
    QEvent,
    QLocale,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCloseEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from centara_giftcard.domain.errors import DisplayGone
from centara_giftcard.ui.presenters.views import SampleTray
from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.theme import Mode, Theme

if TYPE_CHECKING:  # not needed for the first paint
    from asyncio import AbstractEventLoop, Event

    from centara_giftcard.ui.keys import KeyRouter

DESIGN_WIDTH: Final = 1280
DESIGN_HEIGHT: Final = 800
PAINT_LIMIT_MS: Final = 5000
_STOPPED: Final = "Event loop stopped before Future completed."
"""qasync's word for a loop that nobody of ours ended."""


_NOT_PASSED_ON: Final = ("propagateSizeHints", "X11 connection broke")
"""The offscreen platform's remark on window sizes, and what the program says in a sentence of its own."""

DISPLAY_GONE: Final = (
    "The display is gone, and the window with it. Start the till again: it settles what was open."
)


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    """Qt's own messages on standard error."""
    if message and not any(it in message for it in _NOT_PASSED_ON):
        sys.stderr.write(f"Qt: {message}\n")


def system_locale() -> str:
    """The locale of this machine's user: `de_AT`; `C` where none is set."""
    return QLocale.system().name()


def system_language() -> str:
    """The language of this machine's user, two letters."""
    return system_locale()[:2]


class Presenter(Protocol):
    """What hears the window: keys by name, buttons and places by name."""

    def key(self, key: str) -> None:
        """A key was typed or pressed on the keypad."""

    def press(self, name: str) -> None:
        """An action's button was pressed."""

    def go(self, name: str) -> None:
        """A place of the rail was pressed."""

    def render(self) -> None:
        """The clock has moved on."""


@contextmanager
def _signals_close(close: Callable[[], object]) -> Iterator[None]:
    """Have Ctrl+C and the end of the session close the window, so that no hold is left undecided.

    Python hears a signal only when Qt calls it next: the window's timer sees to that every second.
    """
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last is Windows': its console closes
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    former = {number: signal.signal(number, lambda *_: QTimer.singleShot(0, close)) for number in known}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def _generators_close_on(loop: "AbstractEventLoop") -> Iterator[None]:
    """Have a generator that was left half-way closed by the loop, as asyncio's own loops do and qasync's not.

    Each answer that is given up leaves one behind; unclosed, that is a traceback on standard error.
    """

    def close(generator: AsyncGenerator[object, None]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: loop.create_task(_closed(generator)))

    former = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=close)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*former)


async def _closed(generator: AsyncGenerator[object, None]) -> None:
    await generator.aclose()


class _Window(QMainWindow):
    """The top-level window. Tells `closing` instead of closing, and `painted` after its first paint."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.closing: Callable[[], None] | None = None
        self.painted = False

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self.closing is None:
            event.accept()
        else:
            event.ignore()
            self.closing()


class _PaintWatch(QObject):
    """Marks the window when the shell has got through its first paint."""

    def __init__(self, window: _Window) -> None:
        super().__init__(window)
        self._window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._mark)
        return False

    def _mark(self) -> None:
        self._window.painted = True


class App:
    """Owns QApplication, theme, window and loop: build it once, `open` it, then `run` the program's work."""

    def __init__(self, title: str, mode: str) -> None:
        qInstallMessageHandler(_pass_on)
        existing = QApplication.instance()
        self._qt = existing if isinstance(existing, QApplication) else QApplication([title])
        self._qt.setApplicationDisplayName(title)
        self.theme = Theme(Mode(mode))
        self.shell = Shell(self.theme)
        self._window = _Window(title)
        self._window.setCentralWidget(self.shell)
        self._close_wanted: Event | None = None
        self._router: KeyRouter | None = None
        self._minute = QTimer(self._window)
        self._minute.timeout.connect(lambda: None)  # Python must be called for signals, whoever else listens

    @property
    def qt(self) -> QApplication:
        """Qt's application object, for the key router."""
        return self._qt

    def open(self, fill: Callable[[Shell], object], fill_screen: bool) -> None:
        """Show the window as `fill` fills it and return when it has been painted."""
        fill(self.shell)
        self.shell.installEventFilter(_PaintWatch(self._window))
        self._place(self._qt.primaryScreen(), fill_screen)
        self._window.show()
        self._window.activateWindow()
        deadline = QTimer()
        deadline.setSingleShot(True)
        deadline.start(PAINT_LIMIT_MS)
        while not self._window.painted and deadline.isActive():
            self._qt.processEvents()

    def attach(self, presenter: Presenter, router: "KeyRouter", scanned: Callable[[str], None]) -> None:
        """From now on keys, buttons and scans reach the program."""
        router.typed.connect(presenter.key)
        router.scanned.connect(scanned)
        self.shell.key.connect(presenter.key)
        self.shell.action.connect(presenter.press)
        self.shell.go.connect(presenter.go)
        self._router = router
        self._minute.timeout.connect(presenter.render)

    def offer_samples(self, tray: SampleTray, scanned: Callable[[str], None]) -> None:
        """Give the demo its tray of sample cards."""
        self.shell.show_samples(tray)
        self.shell.sample.connect(scanned)

    @property
    def window(self) -> QWidget:
        """The top-level window, for what watches it."""
        return self._window

    def watch_session(self, reason: str) -> None:
        """From now on the end of a Windows session waits, showing `reason`, until the till has closed."""
        if sys.platform == "win32":
            from centara_giftcard.ui.session import SessionEnd

            self._session_end = SessionEnd(self._qt, self._window, self._window.close, reason)

    def close(self) -> None:
        """Have the window closed, as if somebody had."""
        self._window.close()

    async def closed(self) -> None:
        """Return when somebody wants the window closed, or has wanted it; it stays until `run` ends."""
        if self._close_wanted is not None:
            await self._close_wanted.wait()

    def run(self, work: Callable[[], Coroutine[None, None, int]]) -> int:
        """Run `work` on an asyncio loop under Qt until it returns the program's exit status.

        Raises DisplayGone when the display goes away: Qt then ends its loop by itself.
        """
        import asyncio  # both after the first paint

        from centara_giftcard.ui.loop import TillLoop

        loop = TillLoop(self._qt)
        asyncio.set_event_loop(loop)
        self._close_wanted = asyncio.Event()  # perhaps before anybody waits for it
        self._window.closing = self._close_wanted.set
        self._minute.start(1000)
        try:
            with _signals_close(self._window.close), _generators_close_on(loop), loop:
                status: int = loop.run_until_complete(work())
                return status
        except RuntimeError as fault:
            if str(fault) != _STOPPED:
                raise
            raise DisplayGone(DISPLAY_GONE) from fault
        finally:
            asyncio.set_event_loop(None)
            self._shut()

    def clipboard(self) -> str:
        """The text on the clipboard, for Ctrl+V."""
        return self._qt.clipboard().text()

    def tap(self, key: str) -> None:
        """Press one key as a person would, by its name, without the time it takes to tell who pressed it."""
        if self._router is not None:
            self._router.typed.emit(key)

    def wedge(self, key: str) -> None:
        """Have the system give the window one key of a keyboard wedge: a character or `enter`."""
        enter = key == "enter"
        code, text = (Qt.Key.Key_Return, "\r") if enter else (Qt.Key(ord(key.upper())), key)
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(self._window.windowHandle(), event)

    def picture(self, path: Path) -> None:
        """Save what the window shows as a PNG. Raises OSError when it cannot be written."""
        if not self.shell.grab().save(str(path), "PNG"):
            raise OSError(f"the picture {path} could not be written")

    def _place(self, screen: QScreen, fill_screen: bool) -> None:
        free = screen.availableGeometry()
        if self._qt.platformName() == "offscreen":  # its screen is a fiction of 800x800
            self._window.resize(DESIGN_WIDTH, DESIGN_HEIGHT)
        elif fill_screen or free.width() <= DESIGN_WIDTH or free.height() <= DESIGN_HEIGHT:
            self._window.setGeometry(free)
            if sys.platform == "win32":  # where the frame would come on top of it
                self._window.setWindowState(Qt.WindowState.WindowMaximized)
        else:
            self._window.resize(DESIGN_WIDTH, DESIGN_HEIGHT)

    def _shut(self) -> None:
        self._minute.stop()
        if self._router is not None:
            self._router.close()
        self._window.closing = None
        self._window.close()
        self._window.deleteLater()
        self._qt.sendPostedEvents(None, QEvent.Type.DeferredDelete)
