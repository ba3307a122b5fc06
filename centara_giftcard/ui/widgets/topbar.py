"""The top bar: whose till it is on the left; badge, lamps and clock on the right."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from centara_giftcard.ui.presenters.views import Lamp, ShellView, Tone
from centara_giftcard.ui.theme import BOLD, SEMIBOLD
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing, fill

DOT, DOT_GAP, GAP = 10, 8, 22


class TopBar(Showing[ShellView]):
    """Shows the ShellView's words; what does not fit is elided, the clock and the badge last."""

    def taken(self, value: ShellView) -> None:
        self.setAccessibleName(f"{value.store} · {value.till} · {value.operator}")
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
        for words, weight, colour, gap in (
            (view.store, BOLD, colours.ink, 5),
            (f"· {view.till}" if view.till else "", None, colours.ink2, GAP),
            (view.operator, None, colours.ink2, 0),
        ):
            if not words or room.width() < 24:
                continue
            font = self.theme.font(size, weight) if weight is not None else self.theme.font(size)
            text.draw_line(painter, room, words, font, colour)
            room.setLeft(room.left() + text.width_of(words, font) + gap)

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
