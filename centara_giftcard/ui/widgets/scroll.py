"""A column of drawn content taller than its place: flicked by touch, turned by wheel or by pages."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from centara_giftcard.ui.theme import Theme


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

    def _restyle(self) -> None:
        # The bar is the one thing Qt draws: a thumb in the hairline's colour on nothing.
        thumb = self.theme.colours.spent.name()
        self.verticalScrollBar().setStyleSheet(
            "QScrollBar{background:transparent;width:10px;margin:0}"
            f"QScrollBar::handle{{background:{thumb};border-radius:3px;margin:2px;min-height:40px}}"
            "QScrollBar::add-line,QScrollBar::sub-line{height:0}"
            "QScrollBar::add-page,QScrollBar::sub-page{background:transparent}"
        )
