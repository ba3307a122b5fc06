"""What the pages share: a title with a subtitle on top, and one panel with a column that scrolls."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.theme import BOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Drawn, Panel
from centara_giftcard.ui.widgets.measure import stage_rect
from centara_giftcard.ui.widgets.scroll import Column, Turner


class Body(Drawn):
    """The content of a column: it knows its height at a width."""

    def height_for(self, _width: int) -> int:
        """The height the content takes at this width."""
        raise NotImplementedError


class Page(Drawn):
    """Draws title and subtitle; subclasses give the body and may keep room between title and panel."""

    def __init__(self, theme: Theme, body: Body, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.title = ""
        self.subtitle = ""
        self.panel = Panel(theme, self)
        self.body = body
        self.column = Column(theme, body, self.panel)
        self.turner = Turner(theme, self.column, self)

    def set_heading(self, title: str, subtitle: str) -> None:
        """Name the page; a page of another name begins at its top."""
        if title != self.title:
            self.column.verticalScrollBar().setValue(0)
        self.title, self.subtitle = title, subtitle
        self.setAccessibleName(title)
        self.setAccessibleDescription(subtitle)

    def extra_height(self) -> int:
        """Room between the heading and the panel."""
        return 0

    def panel_head(self) -> int:
        """Room at the panel's top that does not scroll."""
        return 0

    def foot_height(self) -> int:
        """Room under the panel, with the gap."""
        return 0

    def arrange(self) -> None:
        room = stage_rect(self.rect(), self.theme.sizes)
        top = room.top() + self.heading_height() + self.extra_height()
        high = room.bottom() + 1 - top - self.foot_height()
        self.panel.setGeometry(room.left(), top, room.width(), high)
        head = self.panel_head()
        self.column.setGeometry(1, head + 1, self.panel.width() - 2, self.panel.height() - head - 2)
        wide = self.column.width()
        high = self.body.height_for(wide)
        if high > self.column.height():
            wide -= self.column.verticalScrollBar().sizeHint().width()
            high = self.body.height_for(wide)
        self.body.resize(wide, max(high, self.column.height()))
        self.turner.stand(room.right() + 1, room.top() - 6)

    def paint(self, painter: QPainter) -> None:
        room = QRectF(stage_rect(self.rect(), self.theme.sizes))
        colours, font = self.theme.colours, self._title_font()
        line = QRectF(room.left(), room.top() - 4, room.width(), text.line_height(font))
        text.draw_line(painter, line, self.title, font, colours.ink)
        small = self.theme.font(self.theme.sizes.body)
        beside = room.width() - self.turner.WIDE - 16
        words = text.broken(self.subtitle, small, beside, 1) if self.subtitle else []
        text.draw_lines(painter, QPointF(room.left(), line.bottom()), words, small, colours.ink2)

    def heading_height(self) -> int:
        """The height of title and subtitle with the gap below."""
        small = text.line_height(self.theme.font(self.theme.sizes.body)) if self.subtitle else 0
        return round(text.line_height(self._title_font()) - 4 + small + self.theme.sizes.gap_y * 0.8)

    def _title_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.title, BOLD)
