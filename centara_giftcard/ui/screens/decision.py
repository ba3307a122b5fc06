"""The right panel: the question, the entry with its keypad, the decisions, a hint."""

from msgspec import Struct
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Action, Entry, Role
from centara_giftcard.ui.theme import MEDIUM, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Panel
from centara_giftcard.ui.widgets.buttons import ActionButton
from centara_giftcard.ui.widgets.entry import EntryField
from centara_giftcard.ui.widgets.keypad import LETTERS, ROWS, Keypad

KEY_MIN = 48


class Decision(Struct, frozen=True):
    """What the right panel shows: the parts of a view that belong to it."""

    question: str
    entry: Entry | None
    actions: tuple[Action, ...]
    hint: str


class Writing(Struct, frozen=True):
    """What is asked for, and about whom or what; the field, and what may be done with what was typed.

    `paragraph` says more of it, under the field, as far as the keys leave room.
    """

    title: str
    about: str
    entry: Entry
    actions: tuple[Action, ...]
    paragraph: str = ""


class DecisionPanel(Panel):
    """Shows a Decision. Emits `action` with an action's name, `key` with a key of the pad, and `letters` when
    the keyboard with letters is wanted."""

    action = Signal(str)
    key = Signal(str)
    letters = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.entry = EntryField(theme, self)
        self.keypad = Keypad(theme, self)
        self.keypad.pressed.connect(self._pressed)
        self._buttons: list[ActionButton] = []
        self._shown = Decision("", None, (), "")
        self.entry.hide()
        self.keypad.hide()

    def show_decision(self, decision: Decision) -> None:
        """Show `decision`; only what differs from the last one is touched."""
        if decision == self._shown:
            return
        before, self._shown = self._shown, decision
        if decision.entry is not None:
            self.entry.show_value(decision.entry)
            entry = decision.entry
            self.keypad.configure(entry.decimal_key, entry.enabled, bool(entry.letters))
        self.entry.setVisible(decision.entry is not None)
        self.keypad.setVisible(decision.entry is not None)
        self._show_actions(decision.actions)
        # Typing an amount changes the entry's text only: nothing moves then.
        if _shape(before) != _shape(decision):
            self.arrange()
            self.update()

    def arrange(self) -> None:
        sizes, shown = self.theme.sizes, self._shown
        pad = sizes.panel_pad
        wide, top, foot = self.width() - 2 * pad, pad, self.height() - pad
        top += self._caption_height()
        if shown.entry is None:
            self._stack_actions(pad, top, wide)
            return
        field = sizes.entry_large if shown.entry.large else sizes.entry
        self.entry.setGeometry(pad, top, wide, field)
        top += field + sizes.gap
        action = sizes.action if shown.actions else 0
        room = foot - top - (action + sizes.gap if action else 0)
        # In a window lower than any we design for, keys shrink below a finger's width before one is cut.
        key = min(sizes.key, (room - (ROWS - 1) * sizes.key_gap) // ROWS)
        keys = ROWS * key + (ROWS - 1) * sizes.key_gap
        self.keypad.setGeometry(pad, top, wide, keys)
        top += keys + sizes.gap
        if action:
            self._row_actions(pad, top, wide, action)

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        sizes, colours, shown = self.theme.sizes, self.theme.colours, self._shown
        pad = sizes.panel_pad
        wide = self.width() - 2 * pad
        lines = self._caption_lines()
        text.draw_lines(painter, QPointF(pad, pad), lines, self._font(), colours.ink2)
        foot = self._foot()
        most = int((self.height() - pad - foot - sizes.gap) / text.line_height(self._font()))
        if not shown.hint or most < 1:
            return
        hint = text.broken(shown.hint, self._font(), wide, min(4, most))
        top = self.height() - pad - text.line_height(self._font()) * len(hint)
        text.draw_lines(painter, QPointF(pad, top), hint, self._font(), colours.ink2)

    def _pressed(self, key: str) -> None:
        if key == LETTERS:
            self.letters.emit()
        else:
            self.key.emit(key)

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        while len(self._buttons) < len(actions):
            button = ActionButton(self.theme, self)
            button.chosen.connect(self.action)
            self._buttons.append(button)
        for place, button in enumerate(self._buttons):
            if place < len(actions):
                button.show_action(actions[place])
            button.setVisible(place < len(actions))

    def _stack_actions(self, left: int, top: int, wide: int) -> None:
        """Without a keypad the decisions stand under each other, the weightiest tallest."""
        sizes, actions = self.theme.sizes, self._shown.actions
        take = any(action.role is Role.TAKE for action in actions)
        plain = max(KEY_MIN, sizes.action + 16) if take else sizes.action
        heights = [
            {Role.TAKE: sizes.take, Role.PRIMARY: sizes.action_alone, Role.PLAIN: plain}[a.role]
            for a in actions
        ]
        room = self.height() - sizes.panel_pad - top - sizes.gap * (len(heights) - 1)
        if heights and sum(heights) > room:
            heights = [max(KEY_MIN, height * room // sum(heights)) for height in heights]
        for button, height in zip(self._buttons, heights, strict=False):
            button.setGeometry(left, top, wide, height)
            top += height + sizes.gap

    def _row_actions(self, left: int, top: int, wide: int, high: int) -> None:
        """Under a keypad the decisions share one row, each as its label needs."""
        actions, gap = self._shown.actions, self.theme.sizes.key_gap
        buttons = self._buttons[: len(actions)]
        shares = [button.label_width() for button in buttons]
        unit = (wide - gap * (len(actions) - 1)) / sum(shares)
        at = float(left)
        for button, share in zip(buttons, shares, strict=True):
            button.setGeometry(round(at), top, round(unit * share), high)
            at += unit * share + gap

    def _caption(self) -> str:
        shown = self._shown
        return shown.question or (shown.entry.caption if shown.entry is not None else "")

    def _caption_lines(self) -> list[str]:
        limit = 1 if self._shown.entry is not None else 3
        caption = self._caption()
        return (
            text.broken(caption, self._font(), self.width() - 2 * self.theme.sizes.panel_pad, limit)
            if caption
            else []
        )

    def _caption_height(self) -> int:
        lines = len(self._caption_lines())
        if not lines:
            return 0
        after = self.theme.sizes.gap // 2 + 1 if self._shown.entry is not None else self.theme.sizes.gap
        return round(text.line_height(self._font()) * lines + after)

    def _foot(self) -> int:
        """The lower edge of the lowest child in view."""
        shown = [button for button in (*self._buttons, self.keypad) if not button.isHidden()]
        return max((child.geometry().bottom() for child in shown), default=self.theme.sizes.panel_pad)

    def _font(self) -> QFont:
        return self.theme.font(self.theme.sizes.label, MEDIUM)


def _shape(decision: Decision) -> tuple[object, ...]:
    entry = decision.entry
    field = (entry.caption, entry.large) if entry is not None else None
    return (
        decision.question,
        field,
        tuple((action.role, action.label) for action in decision.actions),
        decision.hint,
    )
