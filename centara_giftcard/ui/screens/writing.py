"""Where letters may be typed: the question, the field with the decisions beside it, and all the keys."""

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.screens.decision import Writing
from centara_giftcard.ui.theme import BOLD, MEDIUM, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Panel
from centara_giftcard.ui.widgets.buttons import ActionButton
from centara_giftcard.ui.widgets.entry import EntryField
from centara_giftcard.ui.widgets.letters import KEY_MIN, ROWS, Letters

ACTION_WIDTH = 200
"""Pixels: each decision beside the field is at least this wide."""


class WritingPanel(Panel):
    """Shows a Writing. Emits `action` with an action's name, `key` with a key of the keyboard, and `closed`
    when, `closable`, the digits alone are wanted again."""

    action = Signal(str)
    key = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, closable: bool = False) -> None:
        super().__init__(theme, parent)
        self.entry = EntryField(theme, self)
        self.letters = Letters(theme, self, closable)
        self.letters.pressed.connect(self.key)
        self.letters.closed.connect(self.closed)
        self._buttons: list[ActionButton] = []
        self._shown: Writing | None = None
        self._paragraph: list[str] = []
        self._below = 0

    def show_writing(self, writing: Writing) -> None:
        """Show `writing`; only what differs from the last one is touched."""
        before, self._shown = self._shown, writing
        if writing == before:
            return
        self.setAccessibleName(writing.title)
        self.setAccessibleDescription(f"{writing.about} {writing.paragraph}".strip())
        self.letters.configure(writing.entry.letters)
        if before is None or before.entry.caption != writing.entry.caption:
            self.letters.start()
        self.entry.show_value(writing.entry)
        while len(self._buttons) < len(writing.actions):
            button = ActionButton(self.theme, self)
            button.chosen.connect(self.action)
            button.show()
            self._buttons.append(button)
        for button, action in zip(self._buttons, writing.actions, strict=False):
            button.show_action(action)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(writing.actions))
        if before is None or _shape(before) != _shape(writing):
            self.arrange()
            self.update()

    def arrange(self) -> None:
        if self._shown is None:
            return
        sizes = self.theme.sizes
        pad, gap = sizes.panel_pad, sizes.gap
        left, wide, top = pad, self.width() - 2 * pad, pad + self._heading_height() + gap // 2
        high = max(48, sizes.entry)
        buttons = self._buttons[: len(self._shown.actions)]
        widths = [max(ACTION_WIDTH, round(button.label_width())) for button in buttons]
        most = (wide // 2 - gap * len(widths)) // max(1, len(widths))
        widths = [min(width, most) for width in widths]
        field = wide - sum(widths) - gap * len(widths)
        self.entry.setGeometry(left, top, field, high)
        at = left + field + gap
        for button, width in zip(buttons, widths, strict=True):
            button.setGeometry(at, top, width, high)
            at += width + gap
        top += high + gap
        room = self.height() - pad - top
        line = round(text.line_height(self._font()))
        most = (room - gap // 2 - (ROWS * KEY_MIN + (ROWS - 1) * sizes.key_gap)) // line
        words = text.broken(self._shown.paragraph, self._font(), wide, min(2, most)) if most > 0 else []
        self._paragraph, self._below = words if self._shown.paragraph else [], top
        if self._paragraph:
            taken = line * len(words) + gap // 2
            top, room = top + taken, room - taken
        keys = self.letters.high_for(room)
        self.letters.setGeometry(left, top + (room - keys) // 2, wide, keys)

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        if self._shown is None:
            return
        colours, pad = self.theme.colours, self.theme.sizes.panel_pad
        room = QRectF(pad, pad, self.width() - 2 * pad, self._heading_height())
        title = text.fitted(self.theme, self._shown.title, room.width() * 0.7, self.theme.sizes.lead, BOLD)
        text.draw_line(painter, room, self._shown.title, title, colours.ink)
        room.setLeft(room.left() + text.width_of(self._shown.title, title) + 18)
        text.draw_line(painter, room, self._shown.about, self._font(), colours.ink2, text.RIGHT)
        text.draw_lines(painter, QPointF(pad, self._below), self._paragraph, self._font(), colours.ink2)

    def _heading_height(self) -> int:
        return round(text.line_height(self.theme.font(self.theme.sizes.lead, BOLD)))

    def _font(self) -> QFont:
        return self.theme.font(self.theme.sizes.body, MEDIUM)


def _shape(writing: Writing) -> tuple[object, ...]:
    return writing.title, writing.about, writing.paragraph, tuple(action.label for action in writing.actions)
