"""The left panel as a list of cards: a row for each, and the total at the foot."""

from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import ListPanel, ListRow
from centara_giftcard.ui.screens.rows import RowButton, RowsBody
from centara_giftcard.ui.theme import BOLD, MEDIUM, SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing, fill
from centara_giftcard.ui.widgets.card_face import card_colours
from centara_giftcard.ui.widgets.scroll import TURN, Column, Turner

CARD_WIDE, CARD_ASPECT, ICON, MARK = 42, 372 / 216, 18, 5
"""Sizes of a row's small card, the icon of its state, and the mark of the row that is selected."""


class CardButton(RowButton[ListRow]):
    """One card: its series and number, what became of it under them, the amount on the right."""

    def named(self, row: ListRow) -> tuple[str, tuple[str, ...], str]:
        return f"row-{row.name}", (row.title, row.card, row.amount, row.state), row.note

    def height_for(self, width: int) -> int:
        """The height the row takes at `width`: what is said of the card may need a second line."""
        under = text.line_height(self._small_font()) * len(self._note(width))
        high = text.line_height(self._head_font()) + (under + 2 if under else 0)
        return max(48, self.theme.sizes.row, round(high + self.theme.sizes.gap * 1.4))

    def paint(self, painter: QPainter) -> None:
        row = self.row
        if row is None:
            return
        colours, pad, wide = self.theme.colours, self.theme.sizes.panel_pad, self.width()
        idle = colours.brand_soft if self.chosen else colours.surface
        painter.fillRect(self.rect(), self.state_of(idle, colours.brand_soft, colours.sunk))
        if self.chosen:
            painter.fillRect(QRectF(0, 0, MARK, self.height()), colours.brand)
        painter.fillRect(QRectF(pad, self.height() - 1, wide - 2 * pad, 1), colours.line)
        note = self._note(wide)
        head, small = text.line_height(self._head_font()), text.line_height(self._small_font())
        top = (self.height() - head - (small * len(note) + 2 if note else 0)) / 2
        high = min(CARD_WIDE / CARD_ASPECT, head + 2)
        card = QRectF(pad, top + (head - high) / 2, high * CARD_ASPECT, high)
        fill(painter, card, 4, card_colours(row.colour).stops[1])
        left, right = self._left(), self._amount_width()
        self._draw_head(painter, row, QRectF(left, top, wide - pad - right - left, head))
        place = QRectF(wide - pad - right, top, right, head)
        text.draw_line(painter, place, row.amount, self._amount_font(), colours.ink, text.RIGHT)
        if note:
            self._draw_note(painter, row, note, QPointF(left, top + head + 2))

    def _draw_head(self, painter: QPainter, row: ListRow, room: QRectF) -> None:
        colours, size = self.theme.colours, self.theme.sizes.body + 1
        for words, weight, ink in ((row.title, BOLD, colours.ink), (row.card, MEDIUM, colours.ink2)):
            font = text.fitted(self.theme, words, max(60.0, room.width()), size, weight)
            text.draw_line(painter, room, words, font, ink)
            room = room.adjusted(text.width_of(words, font) + 12, 0, 0, 0)

    def _draw_note(self, painter: QPainter, row: ListRow, note: list[str], at: QPointF) -> None:
        colours, font = self.theme.colours, self._small_font()
        high = text.line_height(font)
        first, rest = note[0], note[1:]
        if row.tone is not None and row.state:
            tone = colours.tone(row.tone)
            icon = self.theme.icon(row.tone.value, ICON, tone, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(at.x(), at.y() + (high - ICON) / 2), icon)
            at = QPointF(at.x() + ICON + 7, at.y())
            state = self._state_font()
            wide = text.width_of(row.state, state)
            text.draw_line(painter, QRectF(at.x(), at.y(), wide + 2, high), row.state, state, tone)
            line = QRectF(at.x() + wide + 8, at.y(), self.width(), high)
            text.draw_line(painter, line, first, font, colours.ink2)
        else:
            text.draw_line(painter, QRectF(at.x(), at.y(), self.width(), high), first, font, colours.ink2)
        text.draw_lines(painter, QPointF(at.x(), at.y() + high), rest, font, colours.ink2)

    def _note(self, width: int) -> list[str]:
        """The lines under the card; the state stands before the first of them."""
        row = self.row
        if row is None or not (row.state or row.note):
            return []
        font, room = self._small_font(), width - self._left() - self.theme.sizes.panel_pad
        lead = text.width_of(row.state, self._state_font()) + 8 if row.state else 0.0
        room -= ICON + 7 if row.tone is not None and row.state else 0
        if not row.note or text.width_of(row.note, font) <= room - lead:
            return [row.note]
        if not row.state:
            return text.broken(row.note, font, room, 3)
        return ["", *text.broken(row.note, font, room, 3)]

    def _amount_width(self) -> float:
        return text.width_of(self.row.amount, self._amount_font()) + 2 if self.row else 0.0

    def _left(self) -> float:
        return self.theme.sizes.panel_pad + CARD_WIDE + 14

    def _head_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.body + 1, BOLD)

    def _amount_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.lead, BOLD)

    def _small_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.label)

    def _state_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.label, SEMIBOLD)


class ListPane(Showing[ListPanel]):
    """Caption, rows that scroll, total. Emits `touched` with a row's name. The selected row is in sight."""

    touched = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._body = RowsBody[ListRow](theme, CardButton)
        self._column = Column(theme, self._body, self)
        self._turner = Turner(theme, self._column, self)
        self._body.touched.connect(self.touched)

    def taken(self, value: ListPanel) -> None:
        self.setAccessibleName(value.caption)
        self.setAccessibleDescription(" ".join(value.total or ()))
        self._body.show_rows(value.rows, value.selected)
        if value.selected >= 0:
            QTimer.singleShot(0, self, self._reveal)

    def arrange(self) -> None:
        head, foot = self._head(), self._foot()
        self._column.setGeometry(0, head, self.width(), max(0, self.height() - head - foot))
        wide = self._column.width()
        high = self._body.height_for(wide)
        if high > self._column.height():
            wide -= self._column.verticalScrollBar().sizeHint().width()
            high = self._body.height_for(wide)
        self._body.resize(wide, max(high, self._column.height()))
        self._body.arrange()
        self._turner.stand(self.width() - self.theme.sizes.panel_pad, (head - TURN) // 2)

    def paint(self, painter: QPainter) -> None:
        if self.value is None:
            return
        colours, sizes = self.theme.colours, self.theme.sizes
        pad, wide = sizes.panel_pad, self.width()
        font = self.theme.font(sizes.label, MEDIUM)
        place = QRectF(pad, 0, wide - 2 * pad, self._head())
        text.draw_line(painter, place, self.value.caption, font, colours.ink2)
        painter.fillRect(QRectF(pad, self._head() - 1, wide - 2 * pad, 1), colours.line)
        if self.value.total is None:
            return
        label, amount = self.value.total
        room = QRectF(pad, self.height() - self._foot(), wide - 2 * pad, self._foot())
        painter.fillRect(QRectF(pad, room.top(), room.width(), 1), colours.line)
        large = text.fitted(self.theme, amount, room.width() * 0.6, sizes.prompt, BOLD, -0.4)
        text.draw_line(painter, room, amount, large, colours.ink, text.RIGHT)
        words = self.theme.font(sizes.lead, MEDIUM)
        room.setWidth(room.width() - text.width_of(amount, large) - 16)
        text.draw_line(painter, room, label, words, colours.ink2)

    def _head(self) -> int:
        return max(TURN + 2, self.theme.sizes.row - 8)

    def _foot(self) -> int:
        if self.value is None or self.value.total is None:
            return 0
        return round(self.theme.sizes.prompt * 1.8)

    def _reveal(self) -> None:
        panel = self.value
        if panel is not None and 0 <= panel.selected < len(panel.rows):
            self._column.reveal(self._body.button(panel.selected))
