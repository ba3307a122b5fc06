"""Runs of (label, value) words that flow into as many lines as the room needs: legends, facts, totals."""

from msgspec import Struct
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from centara_giftcard.ui.theme import REGULAR, SEMIBOLD, Theme
from centara_giftcard.ui.tokens import Colours
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import fill

SWATCH, SWATCH_GAP, WORD_GAP, PAIR_GAP = 12, 8, 5, 26


class Pair(Struct, frozen=True):
    """A label and its value; `swatch` is the colour of the square before them."""

    label: str
    value: str
    swatch: QColor | None = None


class PairFlow:
    """Sets pairs in lines of `room` pixels; ask `height`, then `draw`."""

    def __init__(self, theme: Theme, pairs: list[Pair], room: float, size: int) -> None:
        self._label_font, self._value_font = theme.font(size, REGULAR), theme.font(size, SEMIBOLD)
        self._line = text.line_height(self._label_font) + 4
        self._room = room
        self._places = self._flow(pairs)

    @property
    def height(self) -> float:
        """The height of all lines together."""
        return (self._places[-1][1] + 1) * self._line if self._places else 0.0

    def draw(self, painter: QPainter, left: float, top: float, colours: Colours) -> None:
        """Draw the pairs with their top left corner at (left, top)."""
        for pair, row, x in self._places:
            self._draw_pair(painter, pair, left + x, top + row * self._line, self._room - x, colours)

    def _flow(self, pairs: list[Pair]) -> list[tuple[Pair, int, float]]:
        places: list[tuple[Pair, int, float]] = []
        row, x = 0, 0.0
        for pair in pairs:
            wide = self._width(pair)
            if x and x + wide > self._room:
                row, x = row + 1, 0.0
            places.append((pair, row, x))
            x += wide + PAIR_GAP
        return places

    def _width(self, pair: Pair) -> float:
        words = _advance(pair.label, self._label_font) + WORD_GAP + _advance(pair.value, self._value_font)
        return words + (SWATCH + SWATCH_GAP if pair.swatch else 0)

    def _draw_pair(
        self, painter: QPainter, pair: Pair, x: float, top: float, room: float, colours: Colours
    ) -> None:
        if pair.swatch is not None:
            fill(painter, QRectF(x, top + (self._line - SWATCH) / 2, SWATCH, SWATCH), 3, pair.swatch)
            x, room = x + SWATCH + SWATCH_GAP, room - SWATCH - SWATCH_GAP
        label = _advance(pair.label, self._label_font)
        text.draw_line(
            painter, QRectF(x, top, label + 1, self._line), pair.label, self._label_font, colours.ink2
        )
        gap = WORD_GAP if pair.label else 0
        place = QRectF(x + label + gap, top, max(20.0, room - label - gap), self._line)
        text.draw_line(painter, place, pair.value, self._value_font, colours.ink)


def _advance(words: str, font: QFont) -> float:
    return text.width_of(words, font) if words else 0.0
