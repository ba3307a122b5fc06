"""What Qt knows of this computer's screens and keyboard, for support."""

from collections.abc import Iterator

from PySide6.QtGui import QGuiApplication


def screens() -> Iterator[str]:
    """One line for each screen, and the keyboard's layout. Needs a display."""
    app = QGuiApplication.instance() or QGuiApplication(["screens"])
    assert isinstance(app, QGuiApplication)
    for screen in app.screens():
        at, ratio = screen.geometry(), screen.devicePixelRatio()
        dots = screen.logicalDotsPerInch()
        yield f"screen {screen.name()}: {at.width()}x{at.height()}, scale {ratio:g}, {dots:.0f} dots an inch"
    yield f"keyboard {app.inputMethod().locale().name()}, window system {app.platformName()}"
