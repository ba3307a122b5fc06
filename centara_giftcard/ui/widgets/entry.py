"""The field above the keypad. It is drawn, not edited: keys arrive elsewhere and come back as text."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from centara_giftcard.ui.presenters.views import Entry
from centara_giftcard.ui.theme import BOLD, MEDIUM, REGULAR
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing, fill


class EntryField(Showing[Entry]):
    """Shows what was typed and a caret; an amount stands flush right with its unit before it."""

    def taken(self, value: Entry) -> None:
        self.setAccessibleName(value.caption)
        self.setAccessibleDescription(value.text or value.placeholder)

    def paint(self, painter: QPainter) -> None:
        entry = self.value
        if entry is None:
            return
        colours = self.theme.colours
        live = entry.enabled and (entry.large or bool(entry.text))
        ground = colours.surface if entry.enabled else colours.bg
        fill(painter, QRectF(self.rect()), 12, ground, colours.brand if live else colours.line, 2)
        room = QRectF(self.rect()).adjusted(20, 0, -20, 0)
        if entry.large:
            self._draw_amount(painter, room, entry)
        else:
            self._draw_number(painter, room, entry)

    def _draw_amount(self, painter: QPainter, room: QRectF, entry: Entry) -> None:
        colours = self.theme.colours
        if entry.unit:
            font = self.theme.font(min(22, self.theme.sizes.typed // 2 + 2))
            unit = QRectF(
                room.left(),
                room.top() + self.theme.sizes.typed * 0.18,
                text.width_of(entry.unit, font),
                room.height(),
            )
            text.draw_line(painter, unit, entry.unit, font, colours.ink2)
            room = room.adjusted(unit.width() + 14, 0, 0, 0)
        shown = entry.text or entry.placeholder
        font = text.fitted(self.theme, shown, room.width(), self.theme.sizes.typed, BOLD)
        colour = colours.ink if entry.text and entry.enabled else colours.ink3
        text.draw_line(painter, room, shown, font, colour, text.RIGHT, Qt.TextElideMode.ElideLeft)
        if entry.enabled:
            self._draw_caret(painter, room.right() + 3, font.pixelSize())

    def _draw_number(self, painter: QPainter, room: QRectF, entry: Entry) -> None:
        colours = self.theme.colours
        font = text.fitted(
            self.theme,
            entry.text or entry.placeholder,
            room.width(),
            22,
            MEDIUM if entry.text else REGULAR,
        )
        if not entry.text:
            text.draw_line(painter, room, entry.placeholder, font, colours.ink3)
            return
        text.draw_line(painter, room, entry.text, font, colours.ink, text.LEFT, Qt.TextElideMode.ElideLeft)
        if entry.enabled:
            self._draw_caret(
                painter, room.left() + min(room.width(), text.width_of(entry.text, font)) + 2, 22
            )

    def _draw_caret(self, painter: QPainter, left: float, size: int) -> None:
        middle = self.height() / 2
        painter.fillRect(QRectF(round(left), middle - size * 0.5, 2, size), self.theme.colours.brand)
