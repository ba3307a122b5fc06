"""The keypad: ten digits, backspace, and the decimal key of the currency or the way to the letters."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.theme import SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Drawn, fill
from centara_giftcard.ui.widgets.buttons import DrawnButton

ROWS = 4
LONG_PRESS_MS = 600


LETTERS = "letters"


class LongPress(QObject):
    """Has a button do one thing when it is pressed, and another when it is pressed long."""

    def __init__(self, button: DrawnButton, short: Callable[[], object], long: Callable[[], object]) -> None:
        super().__init__(button)
        self._short = short
        self._long = long
        self._was_long = False
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(LONG_PRESS_MS)
        self._hold.timeout.connect(self._held)
        button.pressed.connect(self._begin)
        button.released.connect(self._hold.stop)
        button.clicked.connect(self._release)

    def _begin(self) -> None:
        self._was_long = False
        self._hold.start()

    def _held(self) -> None:
        self._was_long = True
        self._long()

    def _release(self) -> None:
        if not self._was_long:
            self._short()


class Key(DrawnButton):
    """One key of the pad, on a panel: a figure, or the backspace drawing."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.name = name
        self.face = name
        self.setAccessibleName("Backspace" if name == "backspace" else name)
        self.setObjectName(f"key-{name}")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paint(self, painter: QPainter) -> None:
        # A dozen keys come and go with every card: each of their looks is drawn once.
        ratio, ground = self.devicePixelRatioF(), self.theme.colours.surface
        painter.drawPixmap(0, 0, self.theme.picture(self.look(), self.size(), ratio, ground, self.draw))

    def look(self) -> tuple[object, ...]:
        """All that `draw` depends on, beside the size and the colours."""
        return (type(self), self.face, self.isEnabled(), self.isDown(), self.hovered)

    def draw(self, painter: QPainter) -> None:
        """Draw the key as it is now."""
        colours = self.theme.colours
        rect = QRectF(self.rect())
        fill(painter, rect, 12, self.state_of(colours.sunk, colours.sunk_hover, colours.sunk_press))
        ink = colours.ink if self.isEnabled() else colours.ink3
        if self.name == "backspace":
            icon = self.theme.icon("backspace", 26, ink, self.devicePixelRatioF())
            painter.drawPixmap(rect.center() - QPointF(13, 13), icon)
        else:
            size = 24 if len(self.face) == 1 else 18
            text.draw_line(painter, rect, self.face, self.theme.font(size, SEMIBOLD), ink, text.CENTRE)


class Keypad(Drawn):
    """Twelve keys in four rows. Emits `pressed`: "0".."9", ".", "backspace", "clear" for a long backspace,
    and "letters" where letters may be typed too."""

    pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._keys = {name: Key(theme, name, self) for name in [*"1234567890.", "backspace"]}
        for name, key in self._keys.items():
            if name != "backspace":
                key.clicked.connect(self._press)
        LongPress(
            self._keys["backspace"],
            lambda: self.pressed.emit("backspace"),
            lambda: self.pressed.emit("clear"),
        )

    def configure(self, decimal_key: str, enabled: bool, letters: bool = False) -> None:
        """Show `decimal_key`, the way to the letters, or a wide zero where neither is wanted."""
        point = self._keys["."]
        face = decimal_key or ("ABC" if letters else "")
        if (face, enabled) == (point.face, point.isEnabled()):
            return
        point.face = face
        point.setAccessibleName("Letters" if face == "ABC" else face)
        for key in self._keys.values():
            key.setEnabled(enabled)
        self.arrange()
        self.update()

    def arrange(self) -> None:
        gap = self.theme.sizes.key_gap
        wide, high = (self.width() - 2 * gap) / 3, (self.height() - (ROWS - 1) * gap) / ROWS
        whole = not self._keys["."].face
        self._keys["."].setVisible(not whole)
        for place, name in enumerate([*"123456789", ".", "0", "backspace"]):
            row, column = divmod(place, 3)
            span = 1
            if whole and name == "0":
                column, span = 0, 2
            left, top = round(column * (wide + gap)), round(row * (high + gap))
            right = round((column + span - 1) * (wide + gap) + wide)
            self._keys[name].setGeometry(left, top, right - left, round(row * (high + gap) + high) - top)

    def _press(self) -> None:
        key = self.sender()
        if isinstance(key, Key):
            self.pressed.emit(LETTERS if key.face == "ABC" else key.face)
