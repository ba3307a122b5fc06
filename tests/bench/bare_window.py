"""The least that a PySide6 program can show: the till's start and its changes of a page are held against it.

Without arguments, one window with one label. It prints its figure as `--quit-when-ready` does: the
milliseconds from the process's start, as the operating system knows it, to the first paint. Painted means
here what it means in the till's window: the first Paint event was seen and the event loop has come round once
more, so the picture was handed to the window system. The window has the till's size. The module that tells
the process's age is imported after the moment was taken, so it costs the bare window nothing.

`bare_window.py swaps N`: one window with two full pages; N times one takes the other's place, and the
milliseconds from there until the X server has the pixels are printed as a JSON list. A page has what the Till
has with a card on it, in plain widgets and Qt's own layouts: as many texts in the same sizes, a bar, a field,
a keypad, two buttons and four frames; a page of less would be no measure for a screen that is swapped for it.
"""

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QStackedWidget

SIZE = (1280, 800)


class PaintWatch(QObject):
    """Notes when a widget has got through its next paint."""

    painted_at_s: float | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._mark)
        return False

    def _mark(self) -> None:
        QGuiApplication.sync()
        self.painted_at_s = time.perf_counter()


def main() -> int:
    """Show, print, quit."""
    app = QApplication(["bare window"])
    window = QMainWindow()
    window.resize(*SIZE)
    if sys.argv[1:2] == ["swaps"]:
        return _swaps(app, window, int(sys.argv[2]))
    label, watch = QLabel("A bare window"), PaintWatch()
    window.setCentralWidget(label)
    label.installEventFilter(watch)
    window.show()
    while watch.painted_at_s is None:
        app.processEvents()

    from centara_giftcard.started import seconds_since_start

    painted_s = seconds_since_start() - (time.perf_counter() - watch.painted_at_s)
    sys.stdout.write(f"first paint: {painted_s * 1000:.0f} ms\n")
    return 0


def _swaps(app: QApplication, window: QMainWindow, count: int) -> int:
    from bare_page import page  # the start's figure does without

    stack = QStackedWidget()
    for spent in (10, 20):
        stack.addWidget(page(spent))
    window.setCentralWidget(stack)
    window.show()
    taken = []
    for number in range(count + 3):
        time.sleep(0.06)  # as before each scan that is measured: nothing is left to do from the one before
        app.processEvents()
        watch = PaintWatch()
        shown = stack.widget((number + 1) % 2)
        assert shown is not None
        shown.installEventFilter(watch)
        started = time.perf_counter()
        stack.setCurrentWidget(shown)
        while watch.painted_at_s is None:
            app.processEvents()
        taken.append((watch.painted_at_s - started) * 1000)
    sys.stdout.write(json.dumps(taken[3:]) + "\n")  # the first ones fill Qt's caches of glyphs
    return 0


if __name__ == "__main__":
    sys.exit(main())
