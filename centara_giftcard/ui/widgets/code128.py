"""A Code 128 barcode, painted on whole device pixels so that a scanner reads it off the screen."""

import functools
import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from centara_giftcard.ui.widgets.base import fill

QUIET = 10
"""Modules of white on either side that the symbology asks for (ISO/IEC 15417)."""

# Bars are black on white in both themes: a scanner does not read a dark one.
BLACK, WHITE = QColor("#000000"), QColor("#FFFFFF")


@functools.lru_cache(maxsize=128)
def modules(number: str) -> str:
    """The bars of `number` as a string of "1" (bar) and "0" (space), without quiet zones."""
    # Imported here: the encoder brings writers along that only the demo pays for.
    from barcode.codex import Code128

    return str(Code128(number).build()[0])


def draw_code(painter: QPainter, rect: QRectF, number: str, ratio: float) -> None:
    """Paint `number` centred on a white ground over `rect`; `ratio` is device pixels per logical pixel."""
    fill(painter, rect, 6, WHITE)
    bars = modules(number)
    # One module is a whole number of device pixels: 2.4 pixels would make bars of two different widths.
    unit = max(1, math.floor(rect.width() * ratio / (len(bars) + 2 * QUIET))) / ratio
    left = math.floor((rect.center().x() - unit * len(bars) / 2) * ratio) / ratio
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for place, bar in enumerate(bars):
        if bar == "1":
            painter.fillRect(QRectF(left + place * unit, rect.top() + 8, unit, rect.height() - 16), BLACK)
    painter.restore()
