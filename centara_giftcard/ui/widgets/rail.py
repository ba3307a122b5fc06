"""The rail of destinations: icon, name and key, with a count where something waits."""

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Destination
from centara_giftcard.ui.theme import BOLD, MEDIUM, SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Drawn, fill
from centara_giftcard.ui.widgets.buttons import DrawnButton

TOP, ICON = 10, 22


class RailButton(DrawnButton):
    """One destination. `here` marks the place in view."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.destination: Destination | None = None
        self.here = False

    def show_destination(self, destination: Destination, here: bool) -> None:
        """Show `destination`; the same one again does nothing."""
        if (destination, here) == (self.destination, self.here):
            return
        self.destination, self.here = destination, here
        self.setEnabled(destination.enabled)
        count = f" ({destination.count})" if destination.count else ""
        self.setAccessibleName(f"{destination.label}{count}")
        self.setToolTip(f"{destination.label} ({destination.key})")
        self.setObjectName(f"go-{destination.name}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        shown = self.destination
        if shown is None:
            return
        colours, sizes = self.theme.colours, self.theme.sizes
        room = QRectF(self.rect())
        ground = (
            colours.brand_soft
            if self.here
            else self.state_of(colours.surface, colours.sunk, colours.sunk_press)
        )
        fill(painter, room, 10, ground)
        ink = colours.brand if self.here else colours.ink2
        faint = colours.ink2 if self.here else colours.ink3
        if not self.isEnabled():
            painter.setOpacity(0.4)
        name = 18.0 if sizes.rail_labels else 0.0
        key_font = self.theme.font(text.MINIMUM)
        height = ICON + 4 + name + 17
        top = (room.height() - height) / 2
        icon = self.theme.icon(shown.name, ICON, ink, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(room.center().x() - ICON / 2, top), icon)
        if sizes.rail_labels:
            font = text.fitted(self.theme, shown.label, room.width() - 4, 14, BOLD if self.here else MEDIUM)
            line = QRectF(2, top + ICON + 4, room.width() - 4, name)
            text.draw_line(painter, line, shown.label, font, ink, text.CENTRE)
        line = QRectF(0, top + ICON + 4 + name, room.width(), 17)
        text.draw_line(painter, line, shown.key, key_font, faint, text.CENTRE)
        if shown.count > 0:
            self._draw_count(painter, QPointF(room.center().x() + 5, top - 4), shown.count)

    def _draw_count(self, painter: QPainter, at: QPointF, count: int) -> None:
        words = str(count) if count < 100 else "99+"
        font = self.theme.font(text.MINIMUM, SEMIBOLD)
        wide = max(20.0, text.width_of(words, font) + 12)
        pill = QRectF(min(at.x(), self.width() - wide - 1), max(0.0, at.y()), wide, 18)
        fill(painter, pill, 9, self.theme.colours.held)
        text.draw_line(painter, pill, words, font, self.theme.colours.on_brand, text.CENTRE)


class Rail(Drawn):
    """Shows the destinations under each other. Emits `go` with a destination's name."""

    go = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._buttons: list[RailButton] = []

    def show_destinations(self, destinations: tuple[Destination, ...], current: str) -> None:
        """Show `destinations` with `current` marked."""
        while len(self._buttons) < len(destinations):
            button = RailButton(self.theme, self)
            button.clicked.connect(self._press)
            self._buttons.append(button)
        for place, button in enumerate(self._buttons):
            if place < len(destinations):
                button.show_destination(destinations[place], destinations[place].name == current)
            was = button.isHidden()
            button.setVisible(place < len(destinations))
            if was != button.isHidden():
                self.arrange()

    def arrange(self) -> None:
        sizes = self.theme.sizes
        shown = [button for button in self._buttons if not button.isHidden()]
        if not shown:
            return
        top = min(TOP, sizes.pad_y // 2)
        pitch = min(sizes.rail_item + sizes.rail_gap, (self.height() - 2 * top) // len(shown))
        side = 8 if sizes.rail_labels else 5
        for place, button in enumerate(shown):
            button.setGeometry(side, top + place * pitch, self.width() - 2 * side - 1, pitch - sizes.rail_gap)

    def paint(self, painter: QPainter) -> None:
        colours = self.theme.colours
        painter.fillRect(self.rect(), colours.surface)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), colours.line)

    def _press(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton) and button.destination is not None:
            self.go.emit(button.destination.name)
