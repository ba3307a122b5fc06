"""The demo's tray: sample cards, each with a barcode that a real scanner reads; pressing one scans it."""

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import SampleTile, SampleTray
from centara_giftcard.ui.theme import BOLD, SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Drawn, fill
from centara_giftcard.ui.widgets.buttons import DrawnButton
from centara_giftcard.ui.widgets.code128 import draw_code
from centara_giftcard.ui.widgets.scroll import Column

PAD, GAP, CODE, HEAD = 14, 10, 58, 56
EXPLAIN_LINES = 2


class TileButton(DrawnButton):
    """One sample card: its label, what it shows, its barcode."""

    def __init__(self, theme: Theme, tile: SampleTile, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.tile = tile
        self.chosen = False
        self.setAccessibleName(tile.label)
        self.setAccessibleDescription(tile.explains)
        self.setObjectName(f"sample-{tile.number}")

    def height_for(self, width: int) -> int:
        """The height of the tile at `width`."""
        small = text.line_height(self.theme.font(text.MINIMUM))
        return round(12 + 22 + small * len(self._explanation(width)) + 8 + CODE + 12)

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        ground = self.state_of(colours.surface, colours.sunk, colours.sunk_press)
        if self.chosen:
            fill(painter, QRectF(self.rect()), 12, colours.brand_soft, colours.brand, 2)
        else:
            fill(painter, QRectF(self.rect()), 12, ground, colours.line)
        room = QRectF(self.rect()).adjusted(12, 12, -12, -12)
        line = QRectF(room.left(), room.top(), room.width(), 20)
        text.draw_line(painter, line, self.tile.label, self.theme.font(15, SEMIBOLD), colours.ink)
        font = self.theme.font(text.MINIMUM)
        lines = self._explanation(self.width())
        text.draw_lines(painter, QPointF(room.left(), line.bottom() + 2), lines, font, colours.ink2)
        code = QRectF(room.left(), room.bottom() - CODE, room.width(), CODE)
        draw_code(painter, code, self.tile.number, self.devicePixelRatioF())

    def _explanation(self, width: int) -> list[str]:
        font = self.theme.font(text.MINIMUM)
        return text.broken(self.tile.explains, font, width - 24, EXPLAIN_LINES) if self.tile.explains else []


class CloseButton(DrawnButton):
    """The cross that closes the tray."""

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        fill(
            painter, QRectF(self.rect()), 10, self.state_of(colours.surface, colours.sunk, colours.sunk_press)
        )
        icon = self.theme.icon("close", 20, colours.ink2, self.devicePixelRatioF())
        painter.drawPixmap(QRectF(self.rect()).center() - QPointF(10, 10), icon)


class Tray(Drawn):
    """Shows a SampleTray. Emits `scanned` with a card's number and `dismissed` when the cross is pressed.

    While a card is chosen, Up, Down and Enter are the tray's.
    """

    scanned = Signal(str)
    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._tray = SampleTray("", "", ())
        self._close = CloseButton(theme, self)
        self._close.clicked.connect(self.dismissed)
        self._list = QWidget()
        self._tiles: list[TileButton] = []
        self.column = Column(theme, self._list, self)

    def show_tray(self, tray: SampleTray) -> None:
        """Show `tray`. It comes once, at the start of a demo, so its tiles are made here."""
        if tray == self._tray:
            return
        self._tray = tray
        for tile in self._tiles:
            tile.deleteLater()
        self._tiles = [TileButton(self.theme, tile, self._list) for tile in tray.tiles]
        for button in self._tiles:
            button.clicked.connect(self._press)
            button.show()
        self._close.setAccessibleName(f"{tray.title} ({tray.key})")
        self.arrange()
        self.update()

    def choose(self, place: int | None) -> None:
        """Mark the card at `place`, counted from 0, or none."""
        for number, tile in enumerate(self._tiles):
            if tile.chosen is not (number == place):
                tile.chosen = number == place
                tile.update()
            if tile.chosen:
                self.column.reveal(tile)

    def key(self, key: str) -> bool:
        """Move on from the chosen card, or scan it; whether the key was meant for the tray."""
        place = next((number for number, tile in enumerate(self._tiles) if tile.chosen), None)
        if place is None or key not in {"up", "down", "enter"}:
            self.choose(None)
            return False
        if key == "enter":
            self.choose(None)
            self.scanned.emit(self._tiles[place].tile.number)
        else:
            self.choose(min(max(place + (1 if key == "down" else -1), 0), len(self._tiles) - 1))
        return True

    def arrange(self) -> None:
        self._close.setGeometry(self.width() - 48 - 4, (HEAD - 48) // 2, 48, 48)
        self.column.setGeometry(1, HEAD, self.width() - 1, self.height() - HEAD)
        wide = self.column.width() - 2 * PAD
        top = 2
        for tile in self._tiles:
            high = tile.height_for(wide)
            tile.setGeometry(PAD, top, wide, high)
            top += high + GAP
        self._list.resize(self.column.width(), max(1, top + PAD - GAP))

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        painter.fillRect(self.rect(), colours.surface)
        painter.fillRect(QRectF(0, 0, 1, self.height()), colours.line)
        font = self.theme.font(18, BOLD)
        title = text.width_of(self._tray.title, font)
        text.draw_line(
            painter, QRectF(PAD + 2, 0, self.width() - 130, HEAD), self._tray.title, font, colours.ink
        )
        left = min(PAD + 2 + title + 12, self.width() - 110.0)
        text.draw_cap(
            painter, self.theme, QPointF(left, (HEAD - text.CAP_HEIGHT) / 2), self._tray.key, colours.ink2
        )

    def _press(self) -> None:
        tile = self.sender()
        if isinstance(tile, TileButton):
            self.choose(None)
            self.scanned.emit(tile.tile.number)
