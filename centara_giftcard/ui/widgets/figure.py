"""The amount in play, large enough to read at arm's length."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from centara_giftcard.ui.presenters.views import Figure
from centara_giftcard.ui.theme import BOLD, MEDIUM
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing

TRACKING = -1.0
"""Large figures stand a little closer."""


class FigureView(Showing[Figure]):
    """Shows a Figure: caption over the amount, which shrinks until it fits."""

    large = False
    """Whether the figure stands alone on its panel and takes the size for that."""

    def taken(self, value: Figure) -> None:
        self.setAccessibleName(value.caption)
        self.setAccessibleDescription(value.amount)

    def needed_width(self) -> float:
        """The width in which nothing has to shrink."""
        if self.value is None:
            return 0.0
        amount = text.width_of(self.value.amount, self.theme.font(self._size(), BOLD, TRACKING))
        return max(amount, text.width_of(self.value.caption, self._caption_font())) + 2

    def needed_height(self) -> int:
        """The height of caption and amount."""
        return round(text.line_height(self._caption_font()) + self._gap() + self._size() * 1.14)

    def paint(self, painter: QPainter) -> None:
        figure = self.value
        if figure is None:
            return
        colours = self.theme.colours
        caption = text.line_height(self._caption_font())
        line = QRectF(0, 0, self.width(), caption)
        text.draw_line(painter, line, figure.caption, self._caption_font(), colours.ink2)
        font = text.fitted(self.theme, figure.amount, self.width(), self._size(), BOLD, TRACKING)
        room = QRectF(0, caption + self._gap(), self.width(), self._size() * 1.14)
        text.draw_line(painter, room, figure.amount, font, colours.tone(figure.tone))

    def _size(self) -> int:
        return self.theme.sizes.result if self.large else self.theme.sizes.figure

    def _gap(self) -> int:
        return self.theme.sizes.result // 4 if self.large else 0

    def _caption_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.lead if self.large else self.theme.sizes.label, MEDIUM)
