"""The way of a sale: numbered places, a tick on those passed."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from centara_giftcard.ui.theme import BOLD, SEMIBOLD
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing


class StepsBar(Showing[tuple[tuple[str, ...], int]]):
    """Shows (names, place in view): circles joined by lines, on one row at every density.

    It stands on the window's ground; each place of each way is drawn once.
    """

    def taken(self, value: tuple[tuple[str, ...], int]) -> None:
        names, here = value
        self.setAccessibleName(" · ".join(names))
        self.setAccessibleDescription(names[here] if here < len(names) else "")

    def paint(self, painter: QPainter) -> None:
        if self.value is None:
            return
        look, ratio = (type(self), self.value, self.theme.sizes), self.devicePixelRatioF()
        ground = self.theme.colours.bg
        painter.drawPixmap(0, 0, self.theme.picture(look, self.size(), ratio, ground, self._draw))

    def _draw(self, painter: QPainter) -> None:
        names, here = self.value or ((), 0)
        sizes = self.theme.sizes
        font = self.theme.font(sizes.label, SEMIBOLD)
        fixed = sum(sizes.step + 10 + text.width_of(name, font) for name in names)
        joints = max(1, len(names) - 1)
        line = max(8.0, min(float(sizes.step_line), (self.width() - fixed) / joints - 20))
        left = 0.0
        for place, name in enumerate(names):
            self._draw_circle(painter, left, place, here)
            left += sizes.step + 10
            wide = text.width_of(name, font)
            colour = self._ink(place, here)
            text.draw_line(painter, QRectF(left, 0, wide + 1, self.height()), name, font, colour)
            left += wide + 10
            if place < joints:
                painter.fillRect(QRectF(left, self.height() / 2 - 1, line, 2), self.theme.colours.line)
                left += line + 10

    def _ink(self, place: int, here: int) -> QColor:
        colours = self.theme.colours
        if place == here:
            return colours.ink
        return colours.ink2 if place < here else colours.ink3

    def _draw_circle(self, painter: QPainter, left: float, place: int, here: int) -> None:
        colours, size = self.theme.colours, self.theme.sizes.step
        circle = QRectF(left, (self.height() - size) / 2, size, size)
        if place < here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.paid)
            painter.drawEllipse(circle)
            mark = size // 2
            icon = self.theme.icon("tick", mark, colours.on_brand, self.devicePixelRatioF())
            painter.drawPixmap(circle.center() - QPointF(mark / 2, mark / 2), icon)
            return
        painter.setPen(QPen(colours.brand if place == here else colours.line, 2))
        painter.setBrush(colours.surface if place == here else colours.bg)
        painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        font = self.theme.font(min(14, size - 11), BOLD)
        text.draw_line(
            painter,
            circle,
            str(place + 1),
            font,
            colours.brand if place == here else colours.ink3,
            text.CENTRE,
        )
