"""Big buttons side by side under a line of words: the series to print, the usual amounts."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Action
from centara_giftcard.ui.theme import MEDIUM, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing
from centara_giftcard.ui.widgets.buttons import ActionButton

MOST_IN_A_ROW = 4


class ChoiceStrip(Showing[tuple[str, tuple[Action, ...]]]):
    """Shows (words, actions) in as many rows as they need. Emits `chosen` with an action's name."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._buttons: list[ActionButton] = []

    def taken(self, value: tuple[str, tuple[Action, ...]]) -> None:
        words, actions = value
        self.setAccessibleName(words)
        while len(self._buttons) < len(actions):
            button = ActionButton(self.theme, self)
            button.chosen.connect(self.chosen)
            self._buttons.append(button)
        for place, button in enumerate(self._buttons):
            if place < len(actions):
                button.show_action(actions[place])
            button.setVisible(place < len(actions))

    def height_needed(self) -> int:
        """The height of the words and all rows; 0 for no choices."""
        count = len(self.value[1]) if self.value is not None else 0
        if not count:
            return 0
        rows, _ = self._grid(count)
        return self._caption() + rows * self._high(rows) + (rows - 1) * self.theme.sizes.key_gap

    def arrange(self) -> None:
        count = len(self.value[1]) if self.value is not None else 0
        if not count:
            return
        rows, columns = self._grid(count)
        gap, top, high = self.theme.sizes.key_gap, self._caption(), self._high(rows)
        wide = (self.width() - gap * (columns - 1)) / columns
        for place, button in enumerate(self._buttons[:count]):
            row, column = divmod(place, columns)
            button.stacked = columns > 2
            left = round(column * (wide + gap))
            button.setGeometry(
                left, top + row * (high + gap), round(column * (wide + gap) + wide) - left, high
            )

    def paint(self, painter: QPainter) -> None:
        if self.value is not None:
            room = QRectF(0, 0, self.width(), self._caption() - 8)
            text.draw_line(painter, room, self.value[0], self._font(), self.theme.colours.ink2)

    def _grid(self, count: int) -> tuple[int, int]:
        rows = -(-count // MOST_IN_A_ROW)
        return rows, -(-count // rows)

    def _high(self, rows: int) -> int:
        return max(48, self.theme.sizes.action - (0 if rows == 1 else 12))

    def _caption(self) -> int:
        return round(text.line_height(self._font())) + 8

    def _font(self) -> QFont:
        return self.theme.font(self.theme.sizes.label, MEDIUM)
