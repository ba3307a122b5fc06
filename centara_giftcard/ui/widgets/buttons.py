"""Buttons drawn from the theme. They act on release inside, by touch or mouse, and never take the focus.

A press counts only where the button meant the same when the finger came down.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from centara_giftcard.ui.presenters.views import Action, Role
from centara_giftcard.ui.theme import BOLD, Theme
from centara_giftcard.ui.tokens import Colours, mix
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import fill

RADIUS = 13


class DrawnButton(QAbstractButton):
    """A button without focus that repaints on hover and press; subclasses fill `paint`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.changed.connect(self.update)

    def paint(self, painter: QPainter) -> None:
        """Draw the button; antialiasing is on."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)
        painter.end()

    def enterEvent(self, _event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        self.hovered = True
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802 - Qt's name
        self.hovered = False
        self.update()

    def state_of(self, idle: QColor, hover: QColor, press: QColor) -> QColor:
        """The one of the three grounds for the button's present state."""
        if self.isDown():
            return press
        return hover if self.hovered and self.isEnabled() else idle


class ActionButton(DrawnButton):
    """A decision with its key cap: green TAKE, blue PRIMARY, outlined PLAIN. Emits `chosen` with its name."""

    chosen = Signal(str)
    stacked = False
    """Whether the key cap stands under the label though it would fit beside it, as with its neighbours."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.action_shown: Action | None = None
        self._pressed = ""
        self.pressed.connect(self._note_press)
        self.clicked.connect(self._choose)

    def show_action(self, action: Action) -> None:
        """Show `action`; the same one again does nothing."""
        if action == self.action_shown:
            return
        self.action_shown = action
        self.setEnabled(action.enabled)
        self.setAccessibleName(action.label)
        self.setObjectName(f"action-{action.name}")
        self.update()

    def label_width(self) -> float:
        """The width in which the label stands on one line with the key cap under it."""
        label = self.action_shown.label if self.action_shown is not None else ""
        return text.width_of(label, self.theme.font(self.theme.sizes.action_label, BOLD)) + 28

    def paint(self, painter: QPainter) -> None:
        action = self.action_shown
        if action is None:
            return
        ink = self._draw_ground(painter, action.role)
        inset = 4 if self.height() > 60 else 2
        side = 10 if self.height() > 60 else 6
        room = QRectF(self.rect()).adjusted(side, inset, -side, -inset)
        if self.isDown():
            room.translate(0, 1)
        sizes = self.theme.sizes
        size = sizes.take_label if action.role is Role.TAKE else sizes.action_label
        cap = text.cap_width(self.theme, action.key) if action.key else 0.0
        needed = text.width_of(action.label, self.theme.font(size, BOLD)) + (16 + cap if cap else 0)
        tall = self.stacked or action.role is Role.TAKE or needed > room.width()
        under = cap > 0 and room.height() >= 44 and tall
        if under:
            self._draw_over_cap(painter, room, action, size, ink)
        else:
            self._draw_beside_cap(painter, room, action, size, ink)

    def _draw_ground(self, painter: QPainter, role: Role) -> QColor:
        colours = self.theme.colours
        rect = QRectF(self.rect())
        if role is Role.PLAIN:
            ground = self.state_of(colours.surface, colours.sunk, colours.sunk_press)
            fill(painter, rect, RADIUS, ground, colours.line, 2)
            return colours.ink if self.isEnabled() else colours.ink3
        full = colours.paid if role is Role.TAKE else colours.brand
        if not self.isEnabled():
            fill(painter, rect, RADIUS, colours.sunk, colours.line)
            return colours.ink3
        fill(
            painter,
            rect,
            RADIUS,
            self.state_of(full, mix(full, colours.ink, 0.9), mix(full, colours.ink, 0.78)),
        )
        return colours.on_brand

    def _draw_beside_cap(
        self, painter: QPainter, room: QRectF, action: Action, size: int, ink: QColor
    ) -> None:
        cap = text.cap_width(self.theme, action.key) if action.key else 0.0
        gap = 16.0 if cap else 0.0
        font = text.fitted(self.theme, action.label, room.width() - cap - gap, size, BOLD)
        label = min(text.width_of(action.label, font), room.width() - cap - gap)
        left = room.center().x() - (label + gap + cap) / 2
        text.draw_line(painter, QRectF(left, room.top(), label, room.height()), action.label, font, ink)
        if cap:
            at = QPointF(left + label + gap, room.center().y() - text.CAP_HEIGHT / 2)
            text.draw_cap(painter, self.theme, at, action.key, _cap_ink(self.theme.colours, ink))

    def _draw_over_cap(self, painter: QPainter, room: QRectF, action: Action, size: int, ink: QColor) -> None:
        gap = 10.0 if room.height() > 80 else 3.0
        longest = max(action.label.split(" "), key=len)  # two lines, but never within a word
        font = text.fitted(self.theme, longest, room.width() - 2, size, BOLD)
        lines = text.broken(action.label, font, room.width(), 2)
        high = text.line_height(font) * len(lines) + gap + text.CAP_HEIGHT
        if high > room.height() or text.width_of(longest, font) > room.width():
            font = text.fitted(self.theme, action.label, room.width(), size, BOLD)
            lines = text.broken(action.label, font, room.width(), 1)
        height = text.line_height(font) * len(lines)
        top = room.center().y() - (height + gap + text.CAP_HEIGHT) / 2
        text.draw_lines(painter, QPointF(room.left(), top), lines, font, ink, room.width(), centred=True)
        left = room.center().x() - text.cap_width(self.theme, action.key) / 2
        text.draw_cap(
            painter,
            self.theme,
            QPointF(left, top + height + gap),
            action.key,
            _cap_ink(self.theme.colours, ink),
        )

    def _note_press(self) -> None:
        self._pressed = self.action_shown.name if self.action_shown is not None else ""

    def _choose(self) -> None:
        if self.action_shown is not None and self.action_shown.name == self._pressed:
            self.chosen.emit(self.action_shown.name)


def _cap_ink(colours: Colours, ink: QColor) -> QColor:
    """A key cap speaks a little lower than the label beside it."""
    if ink == colours.on_brand:
        return ink
    return colours.ink2 if ink == colours.ink else ink
