"""The page of open holds and exceptions: a list to choose from, what may be done with it, the headline."""

from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Action, HoldRow, HoldsView, Role
from centara_giftcard.ui.screens.page import Page
from centara_giftcard.ui.screens.result import PARAGRAPH
from centara_giftcard.ui.screens.rows import RowButton, RowsBody
from centara_giftcard.ui.theme import BOLD, MEDIUM, SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.band import BandBar
from centara_giftcard.ui.widgets.base import fill
from centara_giftcard.ui.widgets.buttons import ActionButton
from centara_giftcard.ui.widgets.measure import stage_rect

ICON, INSET, RADIUS = 26, 8, 9
"""Pixels: a row keeps INSET clear of the panel's round corners."""

SLOTS = 3
"""There are never more actions than this, and each keeps its place."""


class HoldButton(RowButton[HoldRow]):
    """One row: kind, card and state with the sentence under them; amount, age and cashier on the right."""

    def named(self, row: HoldRow) -> tuple[str, tuple[str, ...], str]:
        told = (row.kind, row.card, row.state, row.amount, row.age, row.operator)
        return f"hold-{row.name}", told, row.known

    def height_for(self, width: int) -> int:
        """The height the row takes at `width`: its sentence may need a second line."""
        lines = max(1, len(self._sentence(width)))
        high = self._pad() * 2 + text.line_height(self._head_font()) + 4
        return max(48, round(high + text.line_height(self._small_font()) * lines))

    def paint(self, painter: QPainter) -> None:
        row = self.row
        if row is None:
            return
        colours, pad, wide = self.theme.colours, self._side(), self.width()
        ground = QRectF(self.rect()).adjusted(0, 1, 0, -2)
        if self.chosen:
            fill(painter, ground, RADIUS, colours.brand_soft, colours.brand, 2)
        else:
            fill(painter, ground, RADIUS, self.state_of(colours.surface, colours.sunk, colours.sunk_press))
        painter.fillRect(QRectF(pad, self.height() - 1, wide - 2 * pad, 1), colours.line)
        tone = colours.tone(row.tone)
        icon = self.theme.icon(row.tone.value, ICON, tone, self.devicePixelRatioF())
        head = text.line_height(self._head_font())
        top = float(self._pad())
        painter.drawPixmap(QPointF(pad, top + (head - ICON) / 2), icon)
        right = self._right_width()
        self._draw_right(painter, row, QRectF(wide - pad - right, top, right, head))
        left = self._left()
        self._draw_head(painter, row, QRectF(left, top, wide - pad - right - left, head))
        at = QPointF(left, top + head + 4)
        text.draw_lines(painter, at, self._sentence(wide), self._small_font(), colours.ink2)

    def _draw_head(self, painter: QPainter, row: HoldRow, room: QRectF) -> None:
        colours, sizes = self.theme.colours, self.theme.sizes
        parts = (
            (f"{row.kind} {row.card}".strip(), BOLD, colours.ink),
            (row.state, SEMIBOLD, colours.tone(row.tone)),
        )
        for words, weight, ink in parts:
            font = text.fitted(self.theme, words, max(60.0, room.width()), sizes.body + 1, weight)
            text.draw_line(painter, room, words, font, ink)
            room = room.adjusted(text.width_of(words, font) + 14, 0, 0, 0)

    def _draw_right(self, painter: QPainter, row: HoldRow, room: QRectF) -> None:
        colours = self.theme.colours
        text.draw_line(painter, room, row.amount, self._amount_font(), colours.ink, text.RIGHT)
        under = QRectF(room.left(), room.bottom() + 4, room.width(), text.line_height(self._small_font()))
        text.draw_line(painter, under, self._whence(), self._small_font(), colours.ink2, text.RIGHT)

    def _whence(self) -> str:
        return " · ".join(part for part in (self.row.operator, self.row.age) if part) if self.row else ""

    def _sentence(self, width: int) -> list[str]:
        if self.row is None:
            return []
        room = width - self._side() - self._right_width() - 20 - self._left()
        return text.broken(self.row.known, self._small_font(), max(120.0, room), 3)

    def _right_width(self) -> float:
        amount = text.width_of(self.row.amount, self._amount_font()) if self.row else 0.0
        return max(amount, text.width_of(self._whence(), self._small_font())) + 2

    def _left(self) -> float:
        return self._side() + ICON + 14

    def _side(self) -> int:
        return max(10, self.theme.sizes.panel_pad - INSET)

    def _pad(self) -> int:
        return self.theme.sizes.gap - 3

    def _head_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.body + 1, BOLD)

    def _amount_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.lead, BOLD)

    def _small_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.label)


class HoldsBody(RowsBody[HoldRow]):
    """The rows, or, where nothing is open, a tick and two lines."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, HoldButton, parent, INSET)
        self._calm = ("", "")

    def set_view(self, view: HoldsView) -> None:
        """Show the rows of `view` from now on."""
        self._calm = view.calm
        self.show_rows(view.rows, view.selected)
        self.setAccessibleDescription("" if view.rows else " ".join(view.calm))
        self.update()

    def paint(self, painter: QPainter) -> None:
        if self.count:
            return
        colours, sizes, wide = self.theme.colours, self.theme.sizes, self.width()
        size = round(sizes.prompt_bars * 0.8)
        title_font, font = self.theme.font(sizes.prompt, BOLD, -0.4), self.theme.font(sizes.advice, MEDIUM)
        title = text.balanced(self._calm[0], title_font, wide - 2 * sizes.panel_pad, 2)
        words = text.broken(self._calm[1], font, min(PARAGRAPH, wide - 2 * sizes.panel_pad), 3)
        gap = sizes.prompt * 0.6
        title_height = text.line_height(title_font) * len(title)
        top = (self.height() - size - gap - title_height - 8 - text.line_height(font) * len(words)) / 2
        icon = self.theme.icon("paid", size, colours.paid, self.devicePixelRatioF())
        painter.drawPixmap(QPointF((wide - size) / 2, top), icon)
        top += size + gap
        text.draw_lines(painter, QPointF(0, top), title, title_font, colours.ink, wide, centred=True)
        at = QPointF(0, top + title_height + 8)
        text.draw_lines(painter, at, words, font, colours.ink2, wide, centred=True)


class HoldsPage(Page):
    """Shows a HoldsView. Emits `action` with an action's name, or with a row's when it is touched."""

    action = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._rows = HoldsBody(theme)
        super().__init__(theme, self._rows, parent)
        self.band = BandBar(theme, self)
        self._buttons = [ActionButton(theme, self) for _ in range(SLOTS)]
        for button in self._buttons:
            button.hide()
            button.chosen.connect(self.action)
        self._rows.touched.connect(self.action)
        self._view: HoldsView | None = None

    def show_view(self, view: HoldsView) -> None:
        """Show `view`; the same one again does nothing. A row that is newly selected comes into sight."""
        if view == self._view:
            return
        before, self._view = self._view, view
        self.set_heading(view.title, view.subtitle)
        self._rows.set_view(view)
        self._show_actions(view.actions)
        self.band.show_value(view.band)
        if before is None or (before.rows, before.actions) != (view.rows, view.actions):
            self.arrange()
        self.update()
        if view.rows and (before is None or _chosen(before) != _chosen(view)):
            QTimer.singleShot(0, self, self._reveal)

    def panel_head(self) -> int:
        return INSET

    def foot_height(self) -> int:
        sizes = self.theme.sizes
        return sizes.band + sizes.gap_y + (self._action_height() + sizes.gap_y if self._has_actions() else 0)

    def arrange(self) -> None:
        super().arrange()
        self._rows.arrange()
        sizes = self.theme.sizes
        room = stage_rect(self.rect(), sizes)
        self.band.setGeometry(room.left(), room.bottom() + 1 - sizes.band, room.width(), sizes.band)
        top = self.band.y() - sizes.gap_y - self._action_height()
        wide = (room.width() - (SLOTS - 1) * sizes.gap) // SLOTS
        for place, button in enumerate(self._buttons):
            button.setGeometry(room.left() + place * (wide + sizes.gap), top, wide, self._action_height())

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        """The primary action stands on the left, the last one on the right, whatever is between."""
        slots = dict(zip((0, 1) if len(actions) == SLOTS else (0,), actions[:-1], strict=False))
        if actions:
            slots[0 if actions[-1].role is Role.PRIMARY else SLOTS - 1] = actions[-1]
        for place, button in enumerate(self._buttons):
            if place in slots:
                button.show_action(slots[place])
            button.setVisible(place in slots)

    def _has_actions(self) -> bool:
        return self._view is not None and bool(self._view.actions)

    def _action_height(self) -> int:
        return max(48, self.theme.sizes.action - 8)

    def _reveal(self) -> None:
        view = self._view
        if view is not None and view.rows:
            self.column.reveal(self._rows.button(view.selected))


def _chosen(view: HoldsView) -> str:
    return view.rows[view.selected].name if view.rows else ""
