"""The left panel with a card on it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import CardPanel
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.balance import BalanceView
from centara_giftcard.ui.widgets.base import Showing
from centara_giftcard.ui.widgets.card_face import ASPECT, CardFaceView
from centara_giftcard.ui.widgets.figure import FigureView
from centara_giftcard.ui.widgets.pairs import Pair, PairFlow

SMALLEST_FACE = 196


class CardPane(Showing[CardPanel]):
    """The card's face with the amount in play beside it, the balance bar and the facts below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._face = CardFaceView(theme, self)
        self._figure = FigureView(theme, self)
        self._bar = BalanceView(theme, self)
        self._facts_top = 0

    def taken(self, value: CardPanel) -> None:
        self._face.show_value(value.face)
        self._figure.show_value(value.figure)
        self._bar.setVisible(value.bar is not None)
        if value.bar is not None:
            self._bar.show_value(value.bar)

    def arrange(self) -> None:
        if self.value is None:
            return
        gap = self.theme.sizes.panel_pad
        bar = self._bar.height_for(self.width()) if self.value.bar is not None else 0
        facts = round(self._facts().height)
        below = (bar + round(gap * 1.5) if bar else 0) + (facts + 2 * gap - 4 if facts else 0)
        face_wide, face_high = self._face_size(self.height() - below)
        top = max(0, (self.height() - face_high - below) // 2)
        self._face.setGeometry(0, top, face_wide, face_high)
        left = face_wide + self._between()
        figure = self._figure.needed_height()
        self._figure.setGeometry(left, top + (face_high - figure) // 2, self.width() - left, figure)
        top += face_high
        if bar:
            self._bar.setGeometry(0, top + round(gap * 1.5), self.width(), bar)
            top += round(gap * 1.5) + bar
        self._facts_top = top + gap - 2

    def paint(self, painter: QPainter) -> None:
        facts = self._facts()
        if not facts.height or self._facts_top + facts.height > self.height():
            return
        colours, gap = self.theme.colours, self.theme.sizes.panel_pad
        painter.fillRect(QRectF(0, self._facts_top, self.width(), 1), colours.line)
        facts.draw(painter, 0, self._facts_top + gap - 4, colours)

    def _face_size(self, room: int) -> tuple[int, int]:
        """The face gives way to the amount first, then to the height; it is never wider than its measure."""
        beside = self.width() - self._between() - self._figure.needed_width()
        wide = min(float(self.theme.sizes.face), max(float(SMALLEST_FACE), beside))
        high = min(wide / ASPECT, max(88.0, float(room)))
        return round(min(wide, max(SMALLEST_FACE, high * ASPECT))), round(high)

    def _between(self) -> int:
        return round(self.theme.sizes.panel_pad * 1.33)

    def _facts(self) -> PairFlow:
        facts = self.value.facts if self.value is not None else ()
        pairs = [Pair(label, value) for label, value in facts]
        return PairFlow(self.theme, pairs, self.width(), self.theme.sizes.label)
