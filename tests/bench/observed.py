"""What the measurements see of the running till: its screens, panes being painted, heartbeat and writes."""

import asyncio
import time
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.terminal.ports import Operation, Recorder

LIMIT_S: Final = 20.0
"""How long a screen is waited for."""


class Screens:
    """A recorder that passes everything on and lets the driver wait for screens.

    `painted_s` is the process's age at its first paint, from the program's own `ready` line.
    """

    def __init__(self) -> None:
        self._inner: Recorder | None = None
        self._shown: asyncio.Queue[str] = asyncio.Queue()
        self.painted_s = 0.0

    def wrap(self, inner: Recorder) -> Recorder:
        """Stand before `inner`."""
        self._inner = inner
        return self

    async def until(self, wanted: str) -> None:
        """Return when the next screen of that name is shown. Raises TimeoutError."""
        while await asyncio.wait_for(self._shown.get(), LIMIT_S) != wanted:
            pass

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        """The till shows something else."""
        self._shown.put_nowait(screen)
        if self._inner is not None:
            self._inner.screen(screen, headline, outcome, operation, card)

    def event(self, name: str, **fields: str | int | float | bool | None) -> None:
        """Anything else."""
        if name == "ready":
            self.painted_s = float(fields["painted_ms"] or 0) / 1000
        if self._inner is not None:
            self._inner.event(name, **fields)


class PanePainted(QObject):
    """Tells when a pane of the Till, such as the card's, which shows the balance, has been painted.

    Painted means: the pane and all in it were drawn and flushed to the window system (its Paint event came,
    and the event loop has come round once more), and the X server has answered that it took the pixels
    (QGuiApplication.sync). What a screen takes to show them is left out.
    """

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane
        self._painted: asyncio.Future[float] | None = None

    def expect(self) -> None:
        """The pane's next paint is the one; it must be out of view now."""
        if self._pane.isVisible():
            raise RuntimeError("the pane is in view already")
        self._painted = asyncio.get_running_loop().create_future()
        self._pane.installEventFilter(self)

    async def moment(self) -> float:
        """When it was painted, by perf_counter. Raises TimeoutError."""
        if self._painted is None:
            raise RuntimeError("nothing is expected")
        return await asyncio.wait_for(self._painted, LIMIT_S)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt's way in."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._flushed)
        return False

    def _flushed(self) -> None:
        QGuiApplication.sync()
        if self._painted is not None and not self._painted.done():
            self._painted.set_result(time.perf_counter())


class Writes:
    """Counts how long the program waits for the journal's synced writes, in ms, since `forget`."""

    def __init__(self) -> None:
        self.ms = 0.0
        record = SqliteJournal.record

        async def timed(journal: SqliteJournal, operation: Operation, event: str) -> None:
            started = time.perf_counter()
            await record(journal, operation, event)
            self.ms += (time.perf_counter() - started) * 1000

        SqliteJournal.record = timed  # type: ignore[assignment, method-assign] # in this process only

    def forget(self) -> None:
        """Count from now."""
        self.ms = 0.0


class Heartbeat:
    """A 1 ms timer on the program's loop; its longest silence is the loop's longest block.

    A block counts whole, whoever caused it: the till, a collection of garbage, another thread of the till
    that held the interpreter, or another program that had the processor.
    """

    def __init__(self) -> None:
        self._timer: QTimer | None = None
        self._last_s = 0.0
        self._longest_s = 0.0

    def start(self) -> None:
        """Begin to beat, on the thread that has the loop."""
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)
        self.forget()

    def stop(self) -> None:
        """Beat no more."""
        if self._timer is not None:
            self._timer.stop()

    def forget(self) -> None:
        """Count from now."""
        self._last_s = time.perf_counter()
        self._longest_s = 0.0

    def longest_ms(self) -> float:
        """The longest silence since `forget`, beyond the beat itself."""
        return max(self._longest_s, time.perf_counter() - self._last_s) * 1000 - 1

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest_s = max(self._longest_s, now - self._last_s)
        self._last_s = now
