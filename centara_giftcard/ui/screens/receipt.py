"""A receipt as it comes out of the printer, on the stage. A whole card number and its codes are not shown."""

from itertools import zip_longest

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.domain.receipts import Receipt, masked
from centara_giftcard.ui.paper import Sheet, sheets
from centara_giftcard.ui.presenters.views import ReceiptView
from centara_giftcard.ui.screens.page import Body, Page
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.buttons import ActionButton
from centara_giftcard.ui.widgets.measure import stage_rect

PIXELS_PER_DOT = 0.65
SLOTS = 3
"""There are never more actions than this."""

GAP = 12
"""Between two pieces of paper."""


class PaperBody(Body):
    """Draws the pieces of paper below each other, each in the middle."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._sheets: list[Sheet] = []

    def set_receipt(self, receipt: Receipt, width_mm: int) -> None:
        """Draw `receipt` from now on."""
        self._sheets = sheets(masked(receipt), width_mm)
        self.update()

    def height_for(self, width: int) -> int:
        pad = self.theme.sizes.panel_pad
        high = sum(sheet.height * self._scale(sheet, width) + GAP for sheet in self._sheets)
        return round(2 * pad + high)

    def paint(self, painter: QPainter) -> None:
        top = float(self.theme.sizes.panel_pad)
        for sheet in self._sheets:
            scale = self._scale(sheet, self.width())
            wide, high = sheet.width * scale, sheet.height * scale
            left = (self.width() - wide) / 2
            painter.save()
            painter.translate(left, top)
            painter.scale(scale, scale)
            sheet.paint(painter)
            painter.restore()
            painter.setPen(self.theme.colours.line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(left - 0.5, top - 0.5, wide + 1, high + 1))
            top += high + GAP

    def _scale(self, sheet: Sheet, width: int) -> float:
        return min(PIXELS_PER_DOT, (width - 2 * self.theme.sizes.panel_pad) / sheet.width)


class ReceiptScreen(Page):
    """The page with the paper on it, and what may be done with it. Emits `action` with an action's name."""

    body: PaperBody
    action = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, PaperBody(theme), parent)
        self._buttons: list[ActionButton] = []

    def show_view(self, view: ReceiptView) -> None:
        """Show a receipt on paper of its width."""
        self.set_heading(view.title, view.subtitle)
        self.body.set_receipt(view.receipt, view.width_mm)
        while len(self._buttons) < len(view.actions):
            button = ActionButton(self.theme, self)
            button.chosen.connect(self.action)
            self._buttons.append(button)
        for button, action in zip_longest(self._buttons, view.actions):
            if action is not None:
                button.show_action(action)
            button.setVisible(action is not None)
        self.arrange()
        self.update()

    def foot_height(self) -> int:
        return self._action_height() + self.theme.sizes.gap_y

    def arrange(self) -> None:
        super().arrange()
        sizes, shown = self.theme.sizes, [button for button in self._buttons if not button.isHidden()]
        room, high = stage_rect(self.rect(), sizes), self._action_height()
        wide = (room.width() - (SLOTS - 1) * sizes.gap) // SLOTS
        for place, button in enumerate(shown):
            slot = SLOTS - 1 if button is shown[-1] else place  # the way back stands on the right
            left = room.left() + slot * (wide + sizes.gap)
            button.setGeometry(left, room.bottom() + 1 - high, wide, high)

    def _action_height(self) -> int:
        return max(48, self.theme.sizes.action - 8)
