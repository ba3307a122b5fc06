"""The clock of a calm movement: it ticks only while something is going on and is in sight."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

TICK_MS = 33


class Pulse(QObject):
    """Emits `tick` about 30 times a second between `run(True)` and `run(False)`."""

    tick = Signal()

    def __init__(self, period_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._period_ms = period_ms
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def run(self, on: bool) -> None:
        """Start or stop; starting again does not restart the movement."""
        if on and not self._timer.isActive():
            self._since.start()
            self._timer.start()
        elif not on:
            self._timer.stop()

    @property
    def running(self) -> bool:
        """Whether the clock ticks."""
        return self._timer.isActive()

    @property
    def phase(self) -> float:
        """Where in the period the movement is, 0 to 1."""
        if not self.running:
            return 0.0
        return (self._since.elapsed() % self._period_ms) / self._period_ms
