"""A column of drawn content taller than its place: flicked by touch, turned by wheel, key or button."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.base import Drawn, fill
from centara_giftcard.ui.widgets.buttons import DrawnButton

TURN, TURN_GAP = 48, 8
"""Pixels: the side of a button that turns the page, and what is between the two."""


class Column(QScrollArea):
    """Holds one widget at its own height. It takes no focus; `turn` moves it by pages."""

    def __init__(self, theme: Theme, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self.verticalScrollBar().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme.changed.connect(self._restyle)
        self._restyle()

    def turn(self, pages: float) -> None:
        """Scroll by a share of the visible height; negative is up."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * self.viewport().height() * 0.9))

    def reveal(self, row: QWidget) -> None:
        """Bring `row` of the content into sight, the whole of it."""
        self.ensureVisible(0, row.y() + row.height() // 2, 0, row.height() // 2 + 1)

    def _restyle(self) -> None:
        # The bar is the one thing Qt draws: a thumb in the hairline's colour on nothing.
        thumb = self.theme.colours.spent.name()
        self.verticalScrollBar().setStyleSheet(
            "QScrollBar{background:transparent;width:10px;margin:0}"
            f"QScrollBar::handle{{background:{thumb};border-radius:3px;margin:2px;min-height:40px}}"
            "QScrollBar::add-line,QScrollBar::sub-line{height:0}"
            "QScrollBar::add-page,QScrollBar::sub-page{background:transparent}"
        )


class _TurnButton(DrawnButton):
    """Up or down by a page."""

    def __init__(self, theme: Theme, name: str, up: bool, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._up = up
        self.setAccessibleName(name)
        self.setObjectName(f"turn-{'up' if up else 'down'}")

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        ground = self.state_of(colours.surface, colours.sunk_hover, colours.sunk_press)
        fill(painter, QRectF(self.rect()), 10, ground, colours.line, 2)
        middle, half = QRectF(self.rect()).center(), 8.0
        tip = -half / 2 if self._up else half / 2
        painter.setPen(QPen(colours.ink if self.isEnabled() else colours.ink3, 2.4))
        painter.drawPolyline(
            QPolygonF(
                [middle + QPointF(-half, -tip), middle + QPointF(0.0, tip), middle + QPointF(half, -tip)]
            )
        )


class Turner(Drawn):
    """Two buttons that turn a column by pages; hidden while all of it is in sight.

    A finger cannot flick where the screen tells the program of a mouse, and the bar is too thin for it.
    """

    WIDE = 2 * TURN + TURN_GAP

    def __init__(self, theme: Theme, column: Column, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._column = column
        self._up = _TurnButton(theme, "Page up", True, self)
        self._down = _TurnButton(theme, "Page down", False, self)
        self._up.clicked.connect(lambda: column.turn(-1))
        self._down.clicked.connect(lambda: column.turn(1))
        self._up.setGeometry(0, 0, TURN, TURN)
        self._down.setGeometry(TURN + TURN_GAP, 0, TURN, TURN)
        bar = column.verticalScrollBar()
        bar.valueChanged.connect(self._follow)
        bar.rangeChanged.connect(self._follow)
        self.hide()

    def stand(self, right: int, top: int) -> None:
        """Stand with the upper right corner here."""
        self.setGeometry(right - self.WIDE, top, self.WIDE, TURN)
        self._follow()

    def _follow(self, *_: int) -> None:
        bar = self._column.verticalScrollBar()
        self._up.setEnabled(bar.value() > bar.minimum())
        self._down.setEnabled(bar.value() < bar.maximum())
        self.setVisible(bar.maximum() > bar.minimum())
