"""The left panel while no card is in play: a drawn barcode and what to do."""

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QFont, QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import Action, ScanPrompt
from centara_giftcard.ui.theme import BOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Showing
from centara_giftcard.ui.widgets.buttons import ActionButton
from centara_giftcard.ui.widgets.pulse import Pulse

# Widths of bar and space in turn; it looks like a code and deliberately is none.
BARS = tuple(int(width) for width in "12112122112311111212331222112311221211221311211332112212211113211")
UNIT = 2.1
"""Pixels per module at the roomy size."""


class Words(Struct, frozen=True):
    """The broken lines of the prompt in their fonts, and the heights they take."""

    title: list[str]
    hint: list[str]
    title_font: QFont
    hint_font: QFont

    @property
    def title_height(self) -> float:
        """The height of the title's lines."""
        return text.line_height(self.title_font) * len(self.title)

    @property
    def height(self) -> float:
        """The height of title and hint together."""
        return self.title_height + 8 + text.line_height(self.hint_font) * len(self.hint)


class PromptPane(Showing[ScanPrompt]):
    """Asks for a card; the scan line moves while one is being checked. Emits `samples`."""

    samples = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.pulse = Pulse(1400, self)
        self.pulse.tick.connect(self._move_line)
        self._button = ActionButton(theme, self)
        self._button.hide()
        self._button.chosen.connect(self.samples)

    def offer_samples(self, label: str, key: str) -> None:
        """Put the button that opens the tray of sample cards under the hint."""
        self._button.show_action(Action("samples", label, key))
        self._button.show()
        self.arrange()
        self.update()

    def taken(self, value: ScanPrompt) -> None:
        self.setAccessibleName(value.title)
        self.setAccessibleDescription(value.hint)
        self.pulse.run(value.busy and self.isVisible())

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        self.pulse.run(self.value is not None and self.value.busy)

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self.pulse.run(False)

    def arrange(self) -> None:
        sizes = self.theme.sizes
        wide, high = min(270, self.width()), max(48, sizes.action - 16)
        self._button.setGeometry((self.width() - wide) // 2, self.height() - high, wide, high)

    def paint(self, painter: QPainter) -> None:
        if self.value is None:
            return
        colours, words = self.theme.colours, self._words(self.value)
        bars = self._bars_rect(words)
        self._draw_bars(painter, bars)
        at = QPointF(0, bars.bottom() + self._gap())
        text.draw_lines(painter, at, words.title, words.title_font, colours.ink, self.width(), centred=True)
        at.setY(at.y() + words.title_height + 8)
        text.draw_lines(painter, at, words.hint, words.hint_font, colours.ink2, self.width(), centred=True)

    def _words(self, prompt: ScanPrompt) -> Words:
        sizes = self.theme.sizes
        title, hint = self.theme.font(sizes.prompt, BOLD, -0.4), self.theme.font(sizes.advice)
        return Words(
            text.balanced(prompt.title, title, self.width(), 2),
            text.broken(prompt.hint, hint, self.width(), 3),
            title,
            hint,
        )

    def _bars_rect(self, words: Words) -> QRectF:
        """Where the barcode stands so that it and the words are centred in the room above the button."""
        below = 0 if self._button.isHidden() else self._button.height() + 12
        high = float(self.theme.sizes.prompt_bars)
        wide = sum(BARS) * self._unit()
        top = max(0.0, (self.height() - below - high - self._gap() - words.height) / 2)
        return QRectF(round((self.width() - wide) / 2), round(top), wide, high)

    def _unit(self) -> float:
        return UNIT * self.theme.sizes.prompt_bars / 104

    def _gap(self) -> float:
        return self.theme.sizes.prompt * 0.8

    def _draw_bars(self, painter: QPainter, rect: QRectF) -> None:
        colours = self.theme.colours
        modules = 0
        for place, width in enumerate(BARS):
            if place % 2 == 0:
                left, right = round(modules * self._unit()), round((modules + width) * self._unit())
                painter.fillRect(
                    QRectF(rect.left() + left, rect.top(), right - left, rect.height()), colours.ink
                )
            modules += width
        swing = abs(1 - 2 * self.pulse.phase) if self.pulse.running else 0.5
        at = rect.top() + 6 + (rect.height() - 12) * swing
        line = QColor(colours.refused)
        line.setAlphaF(0.85)
        painter.fillRect(QRectF(rect.left() - 6, round(at) - 2, rect.width() + 12, 4), line)

    def _move_line(self) -> None:
        if self.value is not None:
            bars = self._bars_rect(self._words(self.value))
            self.update(bars.toAlignedRect().adjusted(-8, -2, 8, 2))
