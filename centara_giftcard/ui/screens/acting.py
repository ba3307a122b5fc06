"""A page with buttons at its foot."""

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Action
from centara_giftcard.ui.screens.page import Body, Page
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.buttons import ActionButton
from centara_giftcard.ui.widgets.measure import stage_rect

SLOTS = 3
"""There are never more actions than this."""


class ActingPage(Page):
    """A page, and what may be done with it; without actions the panel reaches down to the foot.

    Emits `action` with an action's name.
    """

    action = Signal(str)

    def __init__(self, theme: Theme, body: Body, parent: QWidget | None = None) -> None:
        super().__init__(theme, body, parent)
        self._buttons: list[ActionButton] = []

    def show_actions(self, actions: Sequence[Action]) -> None:
        """Offer these from now on; the last stands on the right."""
        while len(self._buttons) < len(actions):
            button = ActionButton(self.theme, self)
            button.chosen.connect(self.action)
            self._buttons.append(button)
        for button, action in zip_longest(self._buttons, actions):
            if action is not None:
                button.show_action(action)
            button.setVisible(action is not None)

    def foot_height(self) -> int:
        return self._action_height() + self.theme.sizes.gap_y if self._shown() else 0

    def arrange(self) -> None:
        super().arrange()
        sizes, shown = self.theme.sizes, self._shown()
        room, high = stage_rect(self.rect(), sizes), self._action_height()
        wide = (room.width() - (SLOTS - 1) * sizes.gap) // SLOTS
        for place, button in enumerate(shown):
            slot = SLOTS - 1 if button is shown[-1] else place
            left = room.left() + slot * (wide + sizes.gap)
            button.setGeometry(left, room.bottom() + 1 - high, wide, high)

    def _shown(self) -> list[ActionButton]:
        return [button for button in self._buttons if not button.isHidden()]

    def _action_height(self) -> int:
        return max(48, self.theme.sizes.action - 8)
