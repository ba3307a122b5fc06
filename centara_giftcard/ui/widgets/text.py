"""Setting text: shrinking an amount to its place, breaking lines, key caps. Nothing is cut silently."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from centara_giftcard.domain.secrets import unbroken
from centara_giftcard.ui.theme import REGULAR, SEMIBOLD, Theme
from centara_giftcard.ui.widgets.base import fill

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
MINIMUM = 13
"""No text is set smaller than this many pixels; below it, words are elided."""
BALANCE = 8
"""Lines of a title may be this many pixels further from one length than they need."""

MANY_DIGITS = 8
"""A text with more of them may be a card's number: nothing of it is remembered."""


def width_of(text: str, font: QFont) -> float:
    """The advance of one line of `text` in pixels."""
    if sum(map(str.isdecimal, text)) > MANY_DIGITS:
        return QFontMetricsF(font).horizontalAdvance(text)
    return _width_of(text, font)


# Each paint measures the same few words in the same few fonts, and measuring costs more than drawing.


@lru_cache(maxsize=2000)
def _width_of(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


@lru_cache(maxsize=500)
def _measures_of(font: QFont) -> tuple[float, float, float]:
    """Line spacing, height and ascent."""
    metrics = QFontMetricsF(font)
    return metrics.lineSpacing(), metrics.height(), metrics.ascent()


TIGHT, LOOSE = 1.08, 1.24
"""Leading as a share of the font's own: for lines in a panel, and for a paragraph to read."""


def line_height(font: QFont, leading: float = TIGHT) -> float:
    """The distance between two lines."""
    return _measures_of(font)[0] * leading


def fitted(
    theme: Theme, text: str, room: float, size: int, weight: QFont.Weight = REGULAR, spacing: float = 0.0
) -> QFont:
    """The font of at most `size` pixels in which `text` fits into `room` on one line, not under MINIMUM."""
    font = theme.font(size, weight, spacing)
    needed = width_of(text, font)
    while needed > room and size > MINIMUM:
        size = max(MINIMUM, min(size - 1, int(size * room / needed)))
        font = theme.font(size, weight, spacing)
        needed = width_of(text, font)
    return font


def draw_line(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    keep: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """One line of text in `rect`, LEFT, RIGHT or CENTRE, elided when it is too long."""
    wide = width_of(text, font)
    if wide > rect.width() + 0.5:
        text = QFontMetricsF(font).elidedText(text, keep, rect.width())
        wide = width_of(text, font)
    share = 0.0 if align is LEFT else 1.0 if align is RIGHT else 0.5
    _, height, ascent = _measures_of(font)
    at = QPointF(rect.x() + (rect.width() - wide) * share, rect.y() + (rect.height() - height) / 2 + ascent)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(at, text)  # at a point: into a rectangle Qt would lay a paragraph out, at twice the cost


def broken(text: str, font: QFont, room: float, limit: int) -> list[str]:
    """`text` in lines of at most `room` pixels; what does not fit into `limit` lines is elided."""
    lines = list(_lines(text, font, room))
    if len(lines) <= limit:
        return lines
    rest = " ".join(lines[limit - 1 :])
    return [*lines[: limit - 1], QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, room)]


def balanced(text: str, font: QFont, room: float, limit: int) -> list[str]:
    """As `broken`, with lines of about one length: no word stands alone beneath a title."""
    lines = broken(text, font, room, limit)
    whole = " ".join(lines)
    narrow, wide = 0.0, room
    while len(lines) > 1 and wide - narrow > BALANCE:
        middle = (narrow + wide) / 2
        tried = _lines(text, font, middle)
        if len(tried) == len(lines) and " ".join(tried) == whole:  # neither a word broken nor one elided
            lines, wide = list(tried), middle
        else:
            narrow = middle
    return lines


def draw_lines(
    painter: QPainter,
    at: QPointF,
    lines: list[str],
    font: QFont,
    colour: QColor,
    room: float = 0,
    centred: bool = False,
    leading: float = TIGHT,
) -> None:
    """Lines from `broken` from the top left corner `at`; `centred` within `room`."""
    painter.setFont(font)
    painter.setPen(colour)
    height = line_height(font, leading)
    _, own_height, ascent = _measures_of(font)
    lift = (height - own_height) / 2 + ascent
    for number, line in enumerate(lines):
        indent = (room - width_of(line, font)) / 2 if centred else 0.0
        painter.drawText(QPointF(at.x() + indent, at.y() + number * height + lift), line)


def cap_width(theme: Theme, key: str) -> float:
    """How wide the drawn key cap of `key` is."""
    return max(26.0, width_of(key, theme.font(13, SEMIBOLD)) + 16)


CAP_HEIGHT = 20.0


def draw_cap(painter: QPainter, theme: Theme, at: QPointF, key: str, colour: QColor) -> None:
    """A key cap: the key's name in a small outlined box with its top left corner at `at`."""
    rect = QRectF(at.x(), at.y(), cap_width(theme, key), CAP_HEIGHT)
    fill(painter, rect, 5, QColor(0, 0, 0, 0), colour, 1.2)
    draw_line(painter, rect, key, theme.font(13, SEMIBOLD), colour, CENTRE)


@lru_cache(maxsize=500)
def _lines(text: str, font: QFont, room: float) -> tuple[str, ...]:
    return tuple(line for part in text.split("\n") for line in _break_paragraph(part, font, room))


def _break_paragraph(text: str, font: QFont, room: float) -> list[str]:
    layout = QTextLayout(unbroken(text), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return lines or [""]
