"""The balance bar: available, held and spent as parts of the original, with a legend in words."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath

from centara_giftcard.ui.presenters.views import BalanceBar
from centara_giftcard.ui.widgets.base import Showing
from centara_giftcard.ui.widgets.pairs import Pair, PairFlow

GAP = 10


class BalanceView(Showing[BalanceBar]):
    """Shows a BalanceBar; its height follows from the width, as the legend may need a second line."""

    def taken(self, value: BalanceBar) -> None:
        parts = (value.available, value.held, value.spent, value.original)
        self.setAccessibleName(", ".join(f"{part.label} {part.amount}" for part in parts))

    def height_for(self, width: float) -> int:
        """The height the bar and its legend take at `width`."""
        return round(self.theme.sizes.bar_height + GAP + self._legend(width).height)

    def paint(self, painter: QPainter) -> None:
        if self.value is None:
            return
        bar = self.theme.sizes.bar_height
        self._draw_bar(painter, QRectF(0, 0, self.width(), bar), self.value)
        self._legend(self.width()).draw(painter, 0, bar + GAP, self.theme.colours)

    def _draw_bar(self, painter: QPainter, rect: QRectF, value: BalanceBar) -> None:
        colours = self.theme.colours
        clip = QPainterPath()
        clip.addRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.fillPath(clip, colours.spent)
        painter.setClipPath(clip)
        parts = [(value.available.minor, colours.brand), (value.held.minor, colours.held)]
        whole = max(
            1, value.original.minor, sum(part.minor for part in (value.available, value.held, value.spent))
        )
        left = rect.left()
        for minor, colour in parts:
            # A part that exists is never too thin to be seen.
            wide = max(3.0, rect.width() * minor / whole) if minor > 0 else 0.0
            painter.fillRect(QRectF(left, rect.top(), wide, rect.height()), colour)
            left += wide
        painter.setClipping(False)

    def _legend(self, width: float) -> PairFlow:
        colours = self.theme.colours
        value = self.value
        pairs = []
        if value is not None:
            pairs = [
                Pair(value.available.label, value.available.amount, colours.brand),
                Pair(value.held.label, value.held.amount, colours.held),
                Pair(value.spent.label, value.spent.amount, colours.spent),
                Pair(value.original.label, value.original.amount),
            ]
        return PairFlow(self.theme, pairs, width, self.theme.sizes.label)
