"""The top bar: whose till it is on the left; badge, lamps and clock on the right."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from centara_giftcard.ui.presenters.views import Lamp, ShellView, Tone
from centara_giftcard.ui.theme import BOLD, SEMIBOLD
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing, fill

DOT, DOT_GAP, GAP = 10, 8, 22
LEAST = 24
"""Words with less room than this are left out."""


class TopBar(Showing[ShellView]):
    """Shows the ShellView's words; what does not fit is elided, the name first of all."""

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
        share = (right - pad) * 0.62 / max(1, len(view.lamps))
        for lamp in reversed(view.lamps):
            right = self._draw_lamp(painter, right, lamp, share)
        if view.badge:
            right = self._draw_badge(painter, right, view.badge)
        self._draw_place(painter, QRectF(pad, 0, right - pad, self.height()), view)

    def _draw_place(self, painter: QPainter, room: QRectF, view: ShellView) -> None:
        colours, size = self.theme.colours, self.theme.sizes.label
        bold, plain = self.theme.font(size, BOLD), self.theme.font(size)
        operator = GAP + text.width_of(view.operator, plain) if view.operator else 0.0
        for words, font, colour, before, kept in (
            (view.store, bold, colours.ink, 0, 0.0),
            (view.till and f"· {view.till}", plain, colours.ink2, 5, 0.0),
            (view.name and f"· {view.name}", plain, colours.ink2, 5, operator),  # the first to be shortened
            (view.operator, plain, colours.ink2, GAP, 0.0),
        ):
            place = room.adjusted(before, 0, -kept, 0)
            if words and place.width() >= LEAST:
                text.draw_line(painter, place, words, font, colour)
                room.setLeft(place.left() + min(place.width(), text.width_of(words, font)))

    def _draw_clock(self, painter: QPainter, right: float, clock: str) -> float:
        font = self.theme.font(self.theme.sizes.label, BOLD)
        wide = text.width_of(clock, font)
        text.draw_line(
            painter, QRectF(right - wide, 0, wide + 1, self.height()), clock, font, self.theme.colours.ink
        )
        return right - wide - GAP

    def _draw_lamp(self, painter: QPainter, right: float, lamp: Lamp, share: float) -> float:
        colours = self.theme.colours
        font = self.theme.font(self.theme.sizes.label)
        wide = min(text.width_of(lamp.text, font), share - DOT - DOT_GAP - GAP)
        quiet = lamp.tone in (Tone.INFO, Tone.PAID)
        place = QRectF(right - wide, 0, wide + 1, self.height())
        text.draw_line(painter, place, lamp.text, font, colours.ink2 if quiet else colours.tone(lamp.tone))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.ink3 if lamp.tone is Tone.INFO else colours.tone(lamp.tone))
        painter.drawEllipse(QPointF(place.left() - DOT_GAP - DOT / 2, self.height() / 2), DOT / 2, DOT / 2)
        return place.left() - DOT_GAP - DOT - GAP

    def _draw_badge(self, painter: QPainter, right: float, badge: str) -> float:
        colours = self.theme.colours
        font = self.theme.font(13, SEMIBOLD if len(badge) > 8 else BOLD, 0.5)
        wide, high = text.width_of(badge, font) + 24, 26
        pill = QRectF(right - wide, (self.height() - high) / 2, wide, high)
        fill(painter, pill, high / 2, colours.held_soft)
        text.draw_line(painter, pill, badge, font, colours.held, text.CENTRE)
        return pill.left() - GAP
