"""What every drawn widget shares: the theme, one value to show, and no keyboard focus.

Keys are handled in one place above the widgets; a widget that took the focus would swallow a scan.
"""

from typing import Generic, TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.theme import Theme

V = TypeVar("V")


class Drawn(QWidget):
    """A widget painted from the theme. Subclasses fill `paint`, and `arrange` when they have children."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.changed.connect(self.restyle)

    def paint(self, painter: QPainter) -> None:
        """Draw the widget; antialiasing is on."""

    def arrange(self) -> None:
        """Place the children for the present size, content and density."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)
        painter.end()

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.arrange()

    def restyle(self) -> None:
        """The theme has changed: place and paint everything anew."""
        self.arrange()
        self.update()


class Showing(Drawn, Generic[V]):
    """A drawn widget with one frozen value; showing the same value again costs one comparison."""

    value: V | None = None

    def show_value(self, value: V) -> bool:
        """Show `value` from now on. Returns whether anything changed."""
        if value == self.value:
            return False
        self.value = value
        self.taken(value)
        self.arrange()
        self.update()
        return True

    def taken(self, value: V) -> None:
        """Called with a new value before the children are placed and the widget is painted."""


def fill(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    ground: QColor,
    line: QColor | None = None,
    width: float = 1,
) -> None:
    """A rounded rectangle; a border lies wholly inside `rect`."""
    painter.setBrush(ground)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
        return
    painter.setPen(QPen(line, width))
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


class Panel(Drawn):
    """A surface with a hairline and round corners that other widgets stand on."""

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        fill(painter, QRectF(self.rect()), 14, colours.surface, colours.line)
