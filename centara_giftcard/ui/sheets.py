"""A receipt on paper, by one routine for the preview on the screen, for PDF and for pictures.

Everything is laid out in dots of a receipt printer, eight a millimetre, so that the modules of barcodes and
QR codes are whole dots; a painter that is scaled by a whole number keeps them so.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageSize, QPainter, QPdfWriter, QPen

from centara_giftcard.domain.receipts import (
    Blank,
    Code128,
    Cut,
    FullNumber,
    Logo,
    Pair,
    QrCode,
    Receipt,
    ReceiptLine,
    Rule,
    Text,
    parts,
)
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.code128 import QUIET, modules

DOTS_PER_MM: Final = 8
DPI: Final = 203
"""The same as dots an inch, for a PDF."""

_PRINTABLE_MM: Final = {58: 48, 80: 72}
"""What a print head reaches."""

_TOP, _GAP = 24, 6
_NORMAL, _LARGE = 24, 42
"""Letter sizes: those of a receipt printer's normal and doubled font."""

_BAR_HEIGHT, _QR_DOTS, _QR_QUIET = 96, 192, 4
_INK, _PALE = QColor("#000000"), QColor("#8A8F98")

_Block = tuple[float, Callable[[QPainter, float], None]]
"""A height, and what paints it when told its top."""


class Sheet:
    """One piece of paper with `lines` on it; `width_mm` is 58 or 80, all other sizes are in dots."""

    def __init__(self, lines: list[ReceiptLine], width_mm: int) -> None:
        self.width = width_mm * DOTS_PER_MM
        self._wide = _PRINTABLE_MM[width_mm] * DOTS_PER_MM
        self._left = (self.width - self._wide) // 2
        self._blocks = [block for line in lines for block in self._set(line)]
        self.height = round(sum(high for high, _ in self._blocks)) + 2 * _TOP

    def paint(self, painter: QPainter) -> None:
        """Paint the sheet, white ground and all, with its top left corner at the painter's origin."""
        painter.fillRect(QRectF(0, 0, self.width, self.height), Qt.GlobalColor.white)
        top = float(_TOP)
        for high, draw in self._blocks:
            draw(painter, top)
            top += high

    def _set(self, line: ReceiptLine) -> list[_Block]:
        match line:
            case Text(words):
                size = _LARGE if line.large else _NORMAL
                align = Qt.AlignmentFlag.AlignLeft if line.left else Qt.AlignmentFlag.AlignHCenter
                return self._rows(words, _font(size, line.strong), align)
            case Pair():
                return self._pair(line)
            case FullNumber():
                return self._rows(line.clear, _font(_NORMAL + 4, True), Qt.AlignmentFlag.AlignHCenter)
            case Rule():
                return [(_NORMAL * 0.8, self._rule)]
            case Blank():
                return [(_NORMAL * 0.7, lambda painter, top: None)]
            case Logo(png):
                return self._logo(png)
            case Code128(number):
                return self._barcode(number)
            case QrCode(number):
                return self._qr(number)
            case Cut():
                return []

    def _rows(self, words: str, font: QFont, align: Qt.AlignmentFlag) -> list[_Block]:
        high = QFontMetricsF(font).height()

        def row(part: str) -> _Block:
            def draw(painter: QPainter, top: float) -> None:
                self._write(painter, top, high, part, font, align)

            return high, draw

        return [row(part) for part in text.broken(words, font, self._wide, 99)]

    def _pair(self, pair: Pair) -> list[_Block]:
        font = _font(_NORMAL + 2 if pair.strong else _NORMAL, pair.strong)
        measure = QFontMetricsF(font)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if measure.horizontalAdvance(f"{pair.label}  {pair.value}") > self._wide:
            return [*self._rows(pair.label, font, left), *self._rows(pair.value, font, right)]
        high = measure.height() + _GAP

        def draw(painter: QPainter, top: float) -> None:
            self._write(painter, top, high, pair.label, font, left)
            self._write(painter, top, high, pair.value, font, right)

        return [(high, draw)]

    def _write(
        self, painter: QPainter, top: float, high: float, words: str, font: QFont, align: Qt.AlignmentFlag
    ) -> None:
        painter.setPen(_INK)
        painter.setFont(font)
        room = QRectF(self._left, top, self._wide, high)
        painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)

    def _rule(self, painter: QPainter, top: float) -> None:
        painter.setPen(QPen(_INK, 2, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap))
        middle = round(top + _NORMAL * 0.4)
        painter.drawLine(QPointF(self._left, middle), QPointF(self._left + self._wide, middle))

    def _logo(self, png: bytes) -> list[_Block]:
        picture = QImage.fromData(png)
        if picture.isNull():
            return []
        size = QSizeF(picture.size())
        if size.width() > self._wide / 2 or size.height() > self._wide / 2:
            size.scale(self._wide / 2, self._wide / 2, Qt.AspectRatioMode.KeepAspectRatio)

        def draw(painter: QPainter, top: float) -> None:
            painter.drawImage(QRectF(QPointF((self.width - size.width()) / 2, top), size), picture)

        return [(size.height() + 2 * _GAP, draw)]

    def _barcode(self, number: CardNumber) -> list[_Block]:
        bars = modules(number.reveal())
        unit = min(3, self._wide // len(bars), self.width // (len(bars) + 2 * QUIET))
        if unit < 2:
            return []  # too long for this paper: the QR code and the number are there
        return [self._grid([[bar == "1" for bar in bars]], unit, _BAR_HEIGHT)]

    def _qr(self, number: CardNumber) -> list[_Block]:
        matrix = qr_matrix(number.reveal())
        unit = max(3, min(8, _QR_DOTS // len(matrix)))
        return [self._grid(matrix, unit, unit)]

    def _grid(self, matrix: list[list[bool]], wide: int, high: int) -> _Block:
        left = (self.width - wide * len(matrix[0])) // 2
        quiet = _QR_QUIET * min(wide, high)

        def draw(painter: QPainter, top: float) -> None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            above = round(top) + quiet
            for y, row in enumerate(matrix):
                for x, module in enumerate(row):
                    if module:
                        painter.fillRect(QRectF(left + x * wide, above + y * high, wide, high), _INK)
            painter.restore()

        return high * len(matrix) + 2 * quiet, draw


def sheets(receipt: Receipt, width_mm: int) -> list[Sheet]:
    """Lay out a receipt: a sheet for each part between two cuts."""
    return [Sheet(part, width_mm) for part in parts(receipt)]


def to_pdf(receipt: Receipt, width_mm: int) -> bytes:
    """Return the receipt as a PDF with a page for each part, as wide and as long as its paper."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(receipt.operation)
    painter = QPainter()
    for number, sheet in enumerate(sheets(receipt, width_mm)):
        size = QSizeF(width_mm, sheet.height / DOTS_PER_MM)
        writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter))
        writer.setPageMargins(QMarginsF())
        if number:
            writer.newPage()
        else:
            painter.begin(writer)
        sheet.paint(painter)
    painter.end()
    return bytes(buffer.data().data())


def to_picture(receipt: Receipt, width_mm: int, scale: int = 1) -> QImage:
    """Return the receipt as a picture, its parts below each other with a gap where the paper is cut."""
    found = sheets(receipt, width_mm)
    high = sum(sheet.height for sheet in found) + _GAP * (len(found) - 1)
    picture = QImage(found[0].width * scale, high * scale, QImage.Format.Format_RGB32)
    picture.fill(_PALE)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    for sheet in found:
        sheet.paint(painter)
        painter.translate(0, sheet.height + _GAP)
    painter.end()
    return picture


@lru_cache(maxsize=16)
def qr_matrix(number: str) -> list[list[bool]]:
    """Return the modules of a QR code at error correction level M, without the quiet zone."""
    import qrcode

    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(number)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _font(size: int, strong: bool) -> QFont:
    font = QFont(["Inter", "DejaVu Sans", "Arial"])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.Bold if strong else QFont.Weight.Medium)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)  # amounts stand below each other
    font.setFeature(QFont.Tag("calt"), 0)  # bullets beside digits stay on the line
    return font
