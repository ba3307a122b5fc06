"""The left panel when a sale is over."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import ResultPanel
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing
from centara_giftcard.ui.widgets.figure import FigureView
from centara_giftcard.ui.widgets.pairs import Pair, PairFlow

PARAGRAPH = 560
"""The measure of running text in pixels: longer lines are hard to read."""


class ResultPane(Showing[ResultPanel]):
    """What came of the sale: the amount in the outcome's colour, lines and one paragraph."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._figure = FigureView(theme, self)
        self._figure.large = True
        self._below = 0

    def taken(self, value: ResultPanel) -> None:
        self._figure.show_value(value.figure)
        self.setAccessibleDescription(value.paragraph)

    def arrange(self) -> None:
        indent = self._indent()
        figure = self._figure.needed_height()
        gap = self.theme.sizes.lead
        rest = sum(flow.height for flow in self._lines()) + self._paragraph_height()
        total = figure + (gap + rest if rest else 0)
        top = max(0, round((self.height() - total) / 2))
        self._figure.setGeometry(indent, top, self.width() - 2 * indent, figure)
        self._below = top + figure + gap

    def paint(self, painter: QPainter) -> None:
        colours, indent, top = self.theme.colours, self._indent(), float(self._below)
        for flow in self._lines():
            flow.draw(painter, indent, top, colours)
            top += flow.height
        if self.value is not None and self.value.paragraph:
            top += 6 if self.value.lines else 0
            at = QPointF(indent, top)
            text.draw_lines(painter, at, self._paragraph(), self._font(), colours.ink2, leading=text.LOOSE)

    def _lines(self) -> list[PairFlow]:
        lines = self.value.lines if self.value is not None else ()
        size = self.theme.sizes.lead
        return [
            PairFlow(self.theme, [Pair(*line)], self.width() - 2 * self._indent(), size) for line in lines
        ]

    def _paragraph(self) -> list[str]:
        words = self.value.paragraph if self.value is not None else ""
        room = min(PARAGRAPH, self.width() - 2 * self._indent())
        return text.broken(words, self._font(), room, 6) if words else []

    def _paragraph_height(self) -> float:
        return text.line_height(self._font(), text.LOOSE) * len(self._paragraph())

    def _font(self) -> QFont:
        return self.theme.font(self.theme.sizes.advice)

    def _indent(self) -> int:
        return max(0, self.theme.sizes.result_indent - self.theme.sizes.panel_pad)
