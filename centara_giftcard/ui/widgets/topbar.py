"""The top bar: whose till it is on the left; badge, lamps and clock on the right.

Where it is narrow the left goes into two lines, then the lamps' words too: only then is anything cut.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from centara_giftcard.ui.presenters.views import Lamp, ShellView, Tone
from centara_giftcard.ui.theme import BOLD, SEMIBOLD
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing, fill

DOT, DOT_GAP, GAP = 10, 8, 22
BESIDE = DOT_GAP + DOT + GAP
"""What a lamp takes beside its words."""
LAMPS = 0.72
"""The share of the room that lamps may take where not all of it fits."""


class TopBar(Showing[ShellView]):
    """Shows the ShellView's words; what does not fit even so is elided, the till's name first of all."""

    def taken(self, value: ShellView) -> None:
        place = filter(None, (value.store, value.till, value.name, value.operator))
        self.setAccessibleName(" · ".join(place))
        self.setAccessibleDescription(" · ".join([value.badge, *(lamp.text for lamp in value.lamps)]))

    def paint(self, painter: QPainter) -> None:
        view = self.value
        colours, pad = self.theme.colours, self.theme.sizes.bar_pad
        painter.fillRect(self.rect(), colours.surface)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), colours.line)
        if view is None:
            return
        right = self._draw_clock(painter, self.width() - pad, view.clock)
        room = right - pad - (self._badge_width(view.badge) + GAP if view.badge else 0)
        for rows, lines in ((1, 1), (2, 1), (2, 2)):
            lamps = [self._broken(lamp.text, lines) for lamp in view.lamps]
            widths = [self._width(words) + BESIDE for words in lamps]
            if self._place_width(view, rows) + sum(widths) <= room:
                share = 1.0
                break
        else:
            share = min(1.0, room * LAMPS / sum(widths))
        for lamp, words, wide in reversed(list(zip(view.lamps, lamps, widths, strict=True))):
            right = self._draw_lamp(painter, right, lamp, words, wide * share - BESIDE)
        if view.badge:
            right = self._draw_badge(painter, right, view.badge)
        self._draw_place(painter, QRectF(pad, 0, right - pad, self.height()), view, rows)

    def _rows(self, view: ShellView, rows: int) -> list[list[tuple[str, QFont, QColor, int]]]:
        """Words with font, ink and the space before them, in one row or in two."""
        colours, size = self.theme.colours, self.theme.sizes.label if rows == 1 else text.MINIMUM
        bold, plain = self.theme.font(size, BOLD), self.theme.font(size)
        store = (view.store, bold, colours.ink, 0)
        till = (f"· {view.till}" if view.till else "", plain, colours.ink2, 5)
        name = (f"· {view.name}" if view.name else "", plain, colours.ink2, 5)
        operator = (view.operator, plain, colours.ink2, GAP if rows == 1 else 0)
        told = [[store, till, name, operator]] if rows == 1 else [[store, till], [operator, name]]
        return [[part for part in row if part[0]] for row in told]

    def _place_width(self, view: ShellView, rows: int) -> float:
        every = self._rows(view, rows)
        return max(sum(gap + text.width_of(words, font) for words, font, _, gap in row) for row in every)

    def _draw_place(self, painter: QPainter, room: QRectF, view: ShellView, rows: int) -> None:
        every = self._rows(view, rows)
        high = room.height() if rows == 1 else text.line_height(self._small())
        top = (room.height() - high * rows) / 2
        for number, row in enumerate(every):
            left = room.left()
            for words, font, ink, gap in row:
                place = QRectF(left + gap, top + number * high, room.right() - left - gap, high)
                if place.width() > 0:
                    text.draw_line(painter, place, words, font, ink)
                left = place.left() + text.width_of(words, font)

    def _draw_clock(self, painter: QPainter, right: float, clock: str) -> float:
        font = self.theme.font(self.theme.sizes.label, BOLD)
        wide = text.width_of(clock, font)
        text.draw_line(
            painter, QRectF(right - wide, 0, wide + 1, self.height()), clock, font, self.theme.colours.ink
        )
        return right - wide - GAP

    def _draw_lamp(self, painter: QPainter, right: float, lamp: Lamp, words: list[str], wide: float) -> float:
        colours = self.theme.colours
        font = self._font(words)
        quiet = lamp.tone in (Tone.INFO, Tone.PAID)
        high = text.line_height(font)
        top = (self.height() - high * len(words)) / 2
        for number, line in enumerate(words):
            place = QRectF(right - wide, top + number * high, wide + 1, high)
            text.draw_line(painter, place, line, font, colours.ink2 if quiet else colours.tone(lamp.tone))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.ink3 if lamp.tone is Tone.INFO else colours.tone(lamp.tone))
        left = right - wide - DOT_GAP
        painter.drawEllipse(QPointF(left - DOT / 2, self.height() / 2), DOT / 2, DOT / 2)
        return left - DOT - GAP

    def _draw_badge(self, painter: QPainter, right: float, badge: str) -> float:
        colours = self.theme.colours
        wide, high = self._badge_width(badge), 26
        pill = QRectF(right - wide, (self.height() - high) / 2, wide, high)
        fill(painter, pill, high / 2, colours.held_soft)
        text.draw_line(painter, pill, badge, self._badge_font(badge), colours.held, text.CENTRE)
        return pill.left() - GAP

    def _badge_width(self, badge: str) -> float:
        return text.width_of(badge, self._badge_font(badge)) + 24

    def _badge_font(self, badge: str) -> QFont:
        return self.theme.font(13, SEMIBOLD if len(badge) > 8 else BOLD, 0.5)

    def _broken(self, words: str, lines: int) -> list[str]:
        """The words in one line, or in two of which the longer is as short as can be."""
        parts = words.split(" ")
        if lines == 1 or len(parts) == 1:
            return [words]
        ways = [[" ".join(parts[:n]), " ".join(parts[n:])] for n in range(1, len(parts))]
        return min(ways, key=self._width)

    def _width(self, words: list[str]) -> float:
        return max(text.width_of(line, self._font(words)) for line in words)

    def _font(self, words: list[str]) -> QFont:
        return self.theme.font(self.theme.sizes.label) if len(words) == 1 else self._small()

    def _small(self) -> QFont:
        return self.theme.font(text.MINIMUM)
