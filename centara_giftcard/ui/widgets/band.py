"""The headline at the foot of the stage: an icon of its own shape, what happened, what to do."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPainterPath, QShowEvent
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Band, Tone
from centara_giftcard.ui.theme import BOLD, Theme
from centara_giftcard.ui.tokens import mix
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing, fill
from centara_giftcard.ui.widgets.pulse import Pulse

LINE = 4
CLOSE = 22


class BandBar(Showing[Band]):
    """Shows a Band; while it is busy a thin line wanders to and fro along its foot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.pulse = Pulse(2600, self)
        self.pulse.tick.connect(self._move_line)

    def taken(self, value: Band) -> None:
        self.setAccessibleName(value.headline)
        self.setAccessibleDescription(value.advice)
        self.pulse.run(value.busy and self.isVisible())

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        self.pulse.run(self.value is not None and self.value.busy)

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self.pulse.run(False)

    def room_right(self) -> int:
        """What stands to the right of the words, beside the padding."""
        return 0

    def paint(self, painter: QPainter) -> None:
        band = self.value
        if band is None:
            return
        colours, sizes = self.theme.colours, self.theme.sizes
        whole = QRectF(self.rect())
        fill(painter, whole, 14, colours.soft(band.tone))
        ink = colours.tone(band.tone)
        icon = self.theme.icon(band.tone.value, sizes.band_icon, ink, self.devicePixelRatioF())
        middle = QPointF(sizes.band_indent * 0.54, self.height() / 2)
        painter.drawPixmap(middle - QPointF(sizes.band_icon / 2, sizes.band_icon / 2), icon)
        right = sizes.panel_pad + self.room_right()
        self._draw_words(painter, whole.adjusted(sizes.band_indent, 0, -right, 0), band)
        if self.pulse.running:
            self._draw_line(painter, whole)

    def _draw_words(self, painter: QPainter, room: QRectF, band: Band) -> None:
        colours, sizes = self.theme.colours, self.theme.sizes
        head_font = text.fitted(self.theme, band.headline, room.width(), sizes.headline, BOLD)
        head = text.line_height(head_font)
        # Long advice may take two lines, in the smaller body size when the band is low.
        font, most = self.theme.font(sizes.advice), 1
        if text.width_of(band.advice, font) > room.width():
            font = self.theme.font(max(text.MINIMUM, sizes.body - 1))
            most = max(1, int((self.height() - head - 4) / text.line_height(font)))
        lines = text.balanced(band.advice, font, room.width(), most) if band.advice else []
        height = head + text.line_height(font) * len(lines)
        top = room.center().y() - height / 2
        head_room = QRectF(room.left(), top, room.width(), head)
        text.draw_line(painter, head_room, band.headline, head_font, colours.tone(band.tone))
        text.draw_lines(painter, QPointF(room.left(), top + head), lines, font, colours.ink)

    def _draw_line(self, painter: QPainter, whole: QRectF) -> None:
        tone = self.value.tone if self.value is not None else None
        if tone is None:
            return
        clip = QPainterPath()
        clip.addRoundedRect(whole, 14, 14)
        painter.setClipPath(clip)
        colour = self.theme.colours.brand if tone is Tone.INFO else self.theme.colours.tone(tone)
        foot = QRectF(whole.left(), whole.bottom() - LINE, whole.width(), LINE)
        painter.fillRect(foot, mix(colour, self.theme.colours.soft(tone), 0.2))
        length = whole.width() * 0.25
        there_and_back = (1 - math.cos(2 * math.pi * self.pulse.phase)) / 2
        foot.setLeft((whole.width() - length) * there_and_back)
        foot.setWidth(length)
        painter.fillRect(foot, colour)

    def _move_line(self) -> None:
        self.update(QRect(0, self.height() - LINE - 1, self.width(), LINE + 1))


class NoticeBar(BandBar):
    """A band over any page: something came to pass by itself. Emits `touched` when it is pressed away."""

    touched = Signal()

    def paint(self, painter: QPainter) -> None:
        colours, sizes = self.theme.colours, self.theme.sizes
        painter.fillRect(self.rect(), colours.bg)  # what it covers must not shine through at its corners
        super().paint(painter)
        if self.value is None:
            return
        ink = colours.tone(self.value.tone)
        fill(painter, QRectF(self.rect()), 14, QColor(Qt.GlobalColor.transparent), ink, 2)
        icon = self.theme.icon("close", CLOSE, ink, self.devicePixelRatioF())
        at = QPointF(self.width() - sizes.panel_pad - CLOSE, (self.height() - CLOSE) / 2)
        painter.drawPixmap(at, icon)

    def room_right(self) -> int:
        return self.theme.sizes.panel_pad + CLOSE

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing below it is pressed."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self.rect().contains(event.position().toPoint()):
            self.touched.emit()
