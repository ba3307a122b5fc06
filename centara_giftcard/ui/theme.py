"""The theme in force: which colours, which sizes, which fonts and icons. Widgets ask it each time they paint.

Every widget is drawn by hand from the tokens, which is both exact and fast; only scroll bars have a
style sheet.
"""

from collections.abc import Callable, Hashable
from enum import Enum

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from centara_giftcard.resources import resource
from centara_giftcard.ui.tokens import DARK, LIGHT, ROOMY, Colours, Sizes, sizes_for

REGULAR, MEDIUM, SEMIBOLD, BOLD = (
    QFont.Weight.Normal,
    QFont.Weight.Medium,
    QFont.Weight.DemiBold,
    QFont.Weight.Bold,
)


MOST_PICTURES = 150
"""More than all looks of a screen with the whole keyboard on it."""


class Mode(Enum):
    """Which colours to use; SYSTEM follows the desktop and changes with it."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Theme(QObject):
    """Colours, sizes, fonts and icons of one window. Emits `changed` when any of them did."""

    changed = Signal()

    def __init__(self, mode: Mode = Mode.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._fonts: dict[tuple[int, QFont.Weight, float], QFont] = {}
        self._icons: dict[tuple[str, int, int, float], QPixmap] = {}
        self._pictures: dict[Hashable, QPixmap] = {}
        self._family = QGuiApplication.font().families()
        self.sizes: Sizes = ROOMY
        self.colours: Colours = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._recolour)

    def set_mode(self, mode: Mode) -> None:
        """Switch between light, dark and the desktop's choice."""
        self._mode = mode
        self._recolour()

    def fit_to(self, width: int, height: int) -> None:
        """Take the density for a window of this many logical pixels."""
        sizes = sizes_for(width, height)
        if sizes is not self.sizes:
            self.sizes = sizes
            self.changed.emit()

    def palette(self) -> QPalette:
        """The same colours for the few things Qt draws itself: empty ground, tool tips."""
        palette = QPalette(self.colours.surface, self.colours.bg)
        palette.setColor(QPalette.ColorRole.WindowText, self.colours.ink)
        palette.setColor(QPalette.ColorRole.Text, self.colours.ink)
        palette.setColor(QPalette.ColorRole.Base, self.colours.surface)
        return palette

    def font(self, size: int, weight: QFont.Weight = REGULAR, spacing: float = 0.0) -> QFont:
        """A shared font of `size` pixels with tabular figures; `spacing` in pixels between letters."""
        found = self._fonts.get((size, weight, spacing))
        if found is None:
            found = self._fonts[size, weight, spacing] = self._make_font(size, weight, spacing)
        return found

    def icon(self, name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
        """The drawing `resources/icons/<name>.svg`, `size` logical pixels square, in `colour`."""
        key = (name, size, colour.rgba(), ratio)
        found = self._icons.get(key)
        if found is None:
            found = self._icons[key] = _draw_icon(name, size, colour, ratio)
        return found

    def picture(
        self, look: Hashable, size: QSize, ratio: float, ground: QColor, draw: Callable[[QPainter], None]
    ) -> QPixmap:
        """What `draw` draws on `ground`, antialiased: drawn once, and remembered by its `look`.

        For what comes in few looks and is painted often. `size` is in logical pixels, `ratio` the screen's.
        """
        key = (look, size.width(), size.height(), ratio, ground.rgba())
        if key not in self._pictures:
            if len(self._pictures) >= MOST_PICTURES:  # a window that is drawn out has many sizes
                self._pictures.clear()
            self._pictures[key] = pixmap = QPixmap(size * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(ground)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(painter)
            painter.end()
        return self._pictures[key]

    def _make_font(self, size: int, weight: QFont.Weight, spacing: float) -> QFont:
        font = QFont(["Inter", *self._family])
        font.setPixelSize(size)
        font.setWeight(weight)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        # Amounts must not jump while they are typed; Inter's one-storey a reads better at arm's length.
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setFeature(QFont.Tag("cv11"), 1)
        # Inter lifts a bullet that stands beside a digit; in a masked number all stand on one line.
        font.setFeature(QFont.Tag("calt"), 0)
        if spacing:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
        return font

    def _wanted(self) -> Colours:
        if self._mode is Mode.SYSTEM:
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self._mode is Mode.DARK
        return DARK if dark else LIGHT

    def _recolour(self) -> None:
        colours = self._wanted()
        if colours is not self.colours:
            self.colours = colours
            self.changed.emit()


def _draw_icon(name: str, size: int, colour: QColor, ratio: float) -> QPixmap:
    source = resource(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour.name())
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
