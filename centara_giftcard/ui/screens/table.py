"""A page that is a list: holds, history, the shift."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import TableRow, TableView
from centara_giftcard.ui.screens.page import Body, Page
from centara_giftcard.ui.theme import BOLD, MEDIUM, REGULAR, SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Drawn, fill
from centara_giftcard.ui.widgets.measure import stage_rect

COLUMN_GAP, ICON, ICON_GAP = 20, 20, 10


class Columns:
    """Where the columns of a table stand for a width: as wide as their widest cell, the rest shared out."""

    def __init__(self, theme: Theme, view: TableView, width: int) -> None:
        self.pad = theme.sizes.panel_pad
        room = width - 2 * self.pad - COLUMN_GAP * (len(view.columns) - 1)
        wanted = [self._wanted(theme, view, place) for place in range(len(view.columns))]
        total = sum(wanted) or 1.0
        spare = room - total
        self.places: list[tuple[float, float]] = []
        left = float(self.pad)
        for wish in wanted:
            wide = wish + spare / len(wanted) if spare >= 0 else wish * room / total
            self.places.append((left, wide))
            left += wide + COLUMN_GAP

    @staticmethod
    def _wanted(theme: Theme, view: TableView, place: int) -> float:
        weight = SEMIBOLD if place == 0 else REGULAR
        font = theme.font(theme.sizes.body, weight)
        cells = [text.width_of(row.cells[place], font) for row in view.rows[:60] if place < len(row.cells)]
        head = text.width_of(view.columns[place], theme.font(theme.sizes.small, MEDIUM))
        mark = ICON + ICON_GAP if place == 0 and any(row.tone for row in view.rows) else 0
        return max([head, *cells]) + mark + 2


class TableBody(Body):
    """Draws the rows in sight only, so that a long history costs no more than a short one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._view: TableView | None = None
        self._tops: list[int] = [0]
        self._columns: Columns | None = None

    def set_view(self, view: TableView) -> None:
        """Draw `view` from now on."""
        self._view = view
        self._columns = None
        names = (" ".join(row.cells) for row in view.rows[:60])
        self.setAccessibleDescription("\n".join(names) or view.empty)
        self.update()

    def height_for(self, width: int) -> int:
        view = self._view
        if view is None:
            return 0
        self._columns = Columns(self.theme, view, width)
        row, detail = self.theme.sizes.row, round(text.line_height(self._detail_font()))
        self._tops = [0]
        for line in view.rows:
            self._tops.append(self._tops[-1] + row + (detail if line.detail else 0))
        return self._tops[-1]

    def columns(self) -> Columns | None:
        """Where the columns stand, for the head above the rows."""
        return self._columns

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        view, columns = self._view, self._columns
        if view is None or columns is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not view.rows:
            font = self.theme.font(self.theme.sizes.lead, MEDIUM)
            room = QRectF(self.rect()).adjusted(columns.pad, 0, -columns.pad, 0)
            lines = text.broken(view.empty, font, room.width(), 3)
            top = (self.height() - text.line_height(font) * len(lines)) / 2
            text.draw_lines(
                painter, QPointF(room.left(), top), lines, font, self.theme.colours.ink2, room.width(), True
            )
        for place, row in enumerate(view.rows):
            top, foot = self._tops[place], self._tops[place + 1]
            if foot >= event.rect().top() and top <= event.rect().bottom():
                self._draw_row(painter, row, columns, top, foot)
        painter.end()

    def _draw_row(self, painter: QPainter, row: TableRow, columns: Columns, top: int, foot: int) -> None:
        sizes, colours = self.theme.sizes, self.theme.colours
        view = self._view
        numeric = view.numeric if view is not None else frozenset()
        painter.fillRect(QRectF(columns.pad, foot - 1, self.width() - 2 * columns.pad, 1), colours.line)
        height = sizes.row - (6 if row.detail else 0)
        for place, (cell, (left, wide)) in enumerate(zip(row.cells, columns.places, strict=False)):
            ink = colours.ink if place == 0 or place in numeric else colours.ink2
            weight = SEMIBOLD if place == 0 or place in numeric else REGULAR
            room = QRectF(left, top, wide, height)
            if place == 0 and row.tone is not None:
                ink = colours.tone(row.tone)
                icon = self.theme.icon(row.tone.value, ICON, ink, self.devicePixelRatioF())
                painter.drawPixmap(QPointF(left, top + (height - ICON) / 2), icon)
                room.setLeft(left + ICON + ICON_GAP)
            font = text.fitted(self.theme, cell, room.width(), sizes.body, weight)
            text.draw_line(painter, room, cell, font, ink, text.RIGHT if place in numeric else text.LEFT)
        if row.detail:
            left = columns.pad + (ICON + ICON_GAP if row.tone is not None else 0)
            line = QRectF(left, top + height - 8, self.width() - columns.pad - left, foot - top - height)
            text.draw_line(painter, line, row.detail, self._detail_font(), colours.ink2)

    def _detail_font(self) -> QFont:
        return self.theme.font(self.theme.sizes.small)


class TablePage(Page):
    """Shows a TableView: heading, totals as tiles, column heads, and the rows in a column that scrolls."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._rows = TableBody(theme)
        super().__init__(theme, self._rows, parent)
        self._head = TableHead(theme, self._rows, self.panel)
        self._view: TableView | None = None

    def show_view(self, view: TableView) -> None:
        """Show `view`; the same one again does nothing."""
        if view == self._view:
            return
        self._view = view
        self.set_heading(view.title, view.subtitle)
        self._rows.set_view(view)
        self._head.set_view(view)
        self.arrange()
        self.update()

    def arrange(self) -> None:
        super().arrange()
        self._head.setGeometry(1, 1, self.body.width(), self.panel_head())
        self._head.update()

    def extra_height(self) -> int:
        rows = self._tile_rows()
        return rows * (self._tile_height() + self.theme.sizes.gap) if rows else 0

    def panel_head(self) -> int:
        return self.theme.sizes.row - 8

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        totals = self._view.totals if self._view is not None else ()
        if not totals:
            return
        sizes, colours = self.theme.sizes, self.theme.colours
        panel = self.panel.geometry()
        columns = -(-len(totals) // self._tile_rows())
        wide, high = self._tile_width(columns), self._tile_height()
        for place, (label, value) in enumerate(totals):
            row, column = divmod(place, columns)
            left = panel.left() + column * (wide + sizes.gap)
            top = panel.top() - self.extra_height() + row * (high + sizes.gap)
            tile = QRectF(left, top, wide, high)
            fill(painter, tile, 12, colours.surface, colours.line)
            room = tile.adjusted(sizes.gap, 0, -sizes.gap, 0)
            label_font = self.theme.font(sizes.small, MEDIUM)
            value_font = text.fitted(self.theme, value, room.width(), sizes.headline + 2, BOLD)
            middle = tile.center().y()
            text.draw_line(
                painter, QRectF(room.left(), middle - 25, room.width(), 20), label, label_font, colours.ink2
            )
            text.draw_line(
                painter, QRectF(room.left(), middle - 5, room.width(), 30), value, value_font, colours.ink
            )

    def _tile_rows(self) -> int:
        """One row of tiles, or two where an amount would be cut in one."""
        totals = self._view.totals if self._view is not None else ()
        if not totals:
            return 0
        sizes = self.theme.sizes
        label, value = self.theme.font(sizes.small, MEDIUM), self.theme.font(sizes.headline, BOLD)
        needed = max(max(text.width_of(it[0], label), text.width_of(it[1], value)) for it in totals)
        return 1 if needed <= self._tile_width(len(totals)) - 2 * sizes.gap else 2

    def _tile_width(self, columns: int) -> float:
        room, gap = stage_rect(self.rect(), self.theme.sizes).width(), self.theme.sizes.gap
        return (room - gap * (columns - 1)) / columns

    def _tile_height(self) -> int:
        return max(56, self.theme.sizes.row + 20)


class TableHead(Drawn):
    """The names of the columns over the rows."""

    def __init__(self, theme: Theme, rows: TableBody, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._rows = rows
        self._view: TableView | None = None

    def set_view(self, view: TableView) -> None:
        """Name the columns of `view`; an empty list has no heads."""
        self._view = view
        self.setVisible(bool(view.rows))

    def paint(self, painter: QPainter) -> None:
        view, columns = self._view, self._rows.columns()
        if view is None or columns is None:
            return
        colours = self.theme.colours
        font = self.theme.font(self.theme.sizes.small, MEDIUM)
        for place, (name, (left, wide)) in enumerate(zip(view.columns, columns.places, strict=False)):
            room = QRectF(left, 0, wide, self.height())
            text.draw_line(
                painter, room, name, font, colours.ink3, text.RIGHT if place in view.numeric else text.LEFT
            )
        painter.fillRect(
            QRectF(columns.pad, self.height() - 1, self.width() - 2 * columns.pad, 1), colours.line
        )
