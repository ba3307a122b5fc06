"""The least that a PySide6 program can show, one window with one label: the till's start is held against it.

It prints its figure as `--quit-when-ready` does: the milliseconds from the process's start, as the operating
system knows it, to the first paint. Painted means here what it means in the till's window: the first Paint
event was seen and the event loop has come round once more, so the picture was handed to the window system.
The window has the till's size. The module that tells the process's age is imported after the moment was
taken, so it costs the bare window nothing.
"""

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow


class PaintWatch(QObject):
    """Notes when the label has got through its first paint."""

    painted_at_s: float | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._mark)
        return False

    def _mark(self) -> None:
        self.painted_at_s = time.perf_counter()


def main() -> int:
    """Show, print, quit."""
    app = QApplication(["bare window"])
    window, label, watch = QMainWindow(), QLabel("A bare window"), PaintWatch()
    window.setCentralWidget(label)
    label.installEventFilter(watch)
    window.resize(1280, 800)
    window.show()
    while watch.painted_at_s is None:
        app.processEvents()

    from centara_giftcard.started import seconds_since_start

    painted_s = seconds_since_start() - (time.perf_counter() - watch.painted_at_s)
    sys.stdout.write(f"first paint: {painted_s * 1000:.0f} ms\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
