"""The drawn gift card: its series' colour, name, masked number and dates."""

import functools

from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import CardFace
from centara_giftcard.ui.theme import BOLD, MEDIUM, REGULAR, SEMIBOLD, Theme
from centara_giftcard.ui.tokens import LIGHT, contrast, mix
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing

BRAND = QColor("#0B5FA5")
WHITE, BLACK, INK = QColor("#FFFFFF"), QColor("#000000"), LIGHT.ink
ASPECT = 372 / 216


class CardColours(Struct, frozen=True):
    """The three stops of the card's ground, and the ink that reaches 4.5:1 on each of them."""

    stops: tuple[QColor, QColor, QColor]
    ink: QColor


@functools.lru_cache(maxsize=64)
def card_colours(colour: str) -> CardColours:
    """The colours of a card for `colour` (#RRGGBB or empty): white on a dark series, ink on a light one."""
    base = QColor(colour) if QColor.isValidColorName(colour) else BRAND
    if contrast(WHITE, base) < 3:
        return CardColours((base.darker(112), base, mix(base, WHITE, 0.65)), INK)
    middle = _readable(base)
    return CardColours((middle.darker(160), middle, _readable(mix(middle.lighter(125), WHITE, 0.9))), WHITE)


def _readable(colour: QColor) -> QColor:
    """`colour`, darkened as far as white text on it asks for."""
    while contrast(WHITE, colour) < 4.5:
        colour = mix(colour, BLACK, 0.97)
    return colour


class CardFaceView(Showing[CardFace]):
    """Shows a CardFace at any size; on a small face the dates go before the number and the name do."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._ground = QPixmap()
        self._ground_for: tuple[str, int, int, float] | None = None

    def taken(self, value: CardFace) -> None:
        self.setAccessibleName(f"{value.series} {value.masked}")
        self.setAccessibleDescription(f"{value.valid} {value.issued}".strip())

    def paint(self, painter: QPainter) -> None:
        face = self.value
        if face is None:
            return
        painter.drawPixmap(0, 0, self._ground_of(face.colour))
        scale = min(1.0, self.width() / 372)
        ink = card_colours(face.colour).ink
        pad = max(12.0, 26 * scale)
        room = QRectF(self.rect()).adjusted(pad, pad * 0.85, -pad, -pad * 0.85)
        self._draw_name(painter, room, face, scale, ink)
        self._draw_number(painter, room, face, scale, ink)
        self._draw_dates(painter, room, face, scale, ink)

    def _draw_name(self, painter: QPainter, room: QRectF, face: CardFace, scale: float, ink: QColor) -> None:
        size = max(14, round(19 * scale))
        line = QRectF(room.left(), room.top(), room.width(), size * 1.35)
        kind_font = self.theme.font(max(text.MINIMUM, round(14 * scale)))
        kind = text.width_of(face.kind, kind_font)
        name_font = text.fitted(self.theme, face.series, room.width(), size, BOLD)
        if text.width_of(face.series, name_font) + kind + 12 <= room.width():
            text.draw_line(painter, line, face.kind, kind_font, ink, text.RIGHT)
        text.draw_line(painter, line, face.series, name_font, ink)

    def _draw_number(
        self, painter: QPainter, room: QRectF, face: CardFace, scale: float, ink: QColor
    ) -> None:
        size, masked = max(14, round(25 * scale)), face.masked
        font = text.fitted(self.theme, masked, room.width(), size, SEMIBOLD, 2.5 * scale)
        # A masked number tells by its end: on a narrow face whole groups of bullets go first.
        while " " in masked and text.width_of(masked, font) > room.width():
            masked = masked.partition(" ")[2]
        middle = room.top() + room.height() * 0.52
        text.draw_line(painter, QRectF(room.left(), middle - 20, room.width(), 40), masked, font, ink)

    def _draw_dates(self, painter: QPainter, room: QRectF, face: CardFace, scale: float, ink: QColor) -> None:
        font = self.theme.font(max(text.MINIMUM, round(14 * scale)), MEDIUM if scale < 0.7 else REGULAR)
        line = QRectF(room.left(), room.bottom() - 20, room.width(), 20)
        valid, issued = text.width_of(face.valid, font), text.width_of(face.issued, font)
        text.draw_line(painter, line, face.valid, font, ink)
        if valid + issued + 16 <= room.width():
            text.draw_line(painter, line, face.issued, font, ink, text.RIGHT)

    def _ground_of(self, colour: str) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = (colour, self.width(), self.height(), ratio)
        if key != self._ground_for:
            self._ground_for = key
            self._ground = self._draw_ground(colour, ratio)
        return self._ground

    def _draw_ground(self, colour: str, ratio: float) -> QPixmap:
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        gradient = QLinearGradient(0, 0, self.width(), self.height())
        gradient.setStops(list(zip((0.0, 0.55, 1.0), card_colours(colour).stops, strict=True)))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        radius = 18 if self.width() > 250 else 12
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()
        return pixmap
