"""A receipt as it comes out of the printer, on the stage. A whole card number and its codes are not shown."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.domain.receipts import Receipt, masked
from centara_giftcard.ui.presenters.views import ReceiptView
from centara_giftcard.ui.screens.acting import ActingPage
from centara_giftcard.ui.screens.page import Body
from centara_giftcard.ui.sheets import Sheet, sheets
from centara_giftcard.ui.theme import Theme

PIXELS_PER_DOT = 0.65
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


class ReceiptScreen(ActingPage):
    """The page with the paper on it, and what may be done with it."""

    body: PaperBody

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, PaperBody(theme), parent)

    def show_view(self, view: ReceiptView) -> None:
        """Show a receipt on paper of its width."""
        self.set_heading(view.title, view.subtitle)
        self.body.set_receipt(view.receipt, view.width_mm)
        self.show_actions(view.actions)
        self.arrange()
        self.update()
