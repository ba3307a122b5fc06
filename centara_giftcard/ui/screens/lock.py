"""A page with one question: who signs on, a step of the set-up, why an entry is closed."""

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import LockView
from centara_giftcard.ui.screens.decision import Decision, DecisionPanel, Writing
from centara_giftcard.ui.screens.result import PARAGRAPH
from centara_giftcard.ui.screens.writing import WritingPanel
from centara_giftcard.ui.theme import BOLD, MEDIUM, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.band import BandBar
from centara_giftcard.ui.widgets.base import Drawn, Panel, Showing
from centara_giftcard.ui.widgets.measure import stage_rect


class LockPane(Showing[LockView]):
    """The icon with what is asked for, what it is about, and the paragraph."""

    def taken(self, value: LockView) -> None:
        self.setAccessibleName(value.title)
        self.setAccessibleDescription(f"{value.store} {value.paragraph}".strip())

    def paint(self, painter: QPainter) -> None:
        view = self.value
        if view is None:
            return
        colours, sizes, wide = self.theme.colours, self.theme.sizes, self.width()
        title_font = self.theme.font(sizes.prompt, BOLD, -0.4)
        store_font = self.theme.font(sizes.lead, MEDIUM)
        small = self.theme.font(sizes.advice)
        measure = min(wide, PARAGRAPH)
        title = text.balanced(view.title, title_font, wide, 2)
        store = text.broken(view.store, store_font, wide, 2)
        icon_size = round(sizes.prompt_bars * 0.8)
        gap = sizes.prompt * 0.6
        above = icon_size + 2 * gap
        above += text.line_height(title_font) * len(title) + text.line_height(store_font) * len(store)
        most = max(1, int((self.height() - above) / text.line_height(small, text.LOOSE)))
        words = text.broken(view.paragraph, small, measure, most) if view.paragraph else []
        heights = (
            text.line_height(title_font) * len(title),
            text.line_height(store_font) * len(store),
            gap + text.line_height(small, text.LOOSE) * len(words) if words else 0,
        )
        top = (self.height() - icon_size - gap - sum(heights)) / 2
        icon = self.theme.icon(view.icon, icon_size, colours.brand, self.devicePixelRatioF())
        painter.drawPixmap(QPointF((wide - icon_size) / 2, top), icon)
        top += icon_size + gap
        text.draw_lines(painter, QPointF(0, top), title, title_font, colours.ink, wide, centred=True)
        top += heights[0]
        text.draw_lines(painter, QPointF(0, top), store, store_font, colours.ink2, wide, centred=True)
        at = QPointF((wide - measure) / 2, top + heights[1] + gap)
        prose = "\n" not in view.paragraph  # a list reads down its left side
        text.draw_lines(painter, at, words, small, colours.ink2, measure, centred=prose, leading=text.LOOSE)


class LockPage(Drawn):
    """Shows a LockView on the Till's grid, or with the whole keyboard where letters may be typed.

    Emits `action` and `key` as the Till does.
    """

    action = Signal(str)
    key = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._panel = Panel(theme, self)
        self._pane = LockPane(theme, self._panel)
        self._decision = DecisionPanel(theme, self)
        self._band = BandBar(theme, self)
        self._writing = WritingPanel(theme, self)
        self._writing.hide()
        for panel in (self._decision, self._writing):
            panel.action.connect(self.action)
            panel.key.connect(self.key)

    def show_view(self, view: LockView) -> None:
        """Show `view`; only what differs is touched."""
        entry = view.entry
        if entry is not None and entry.letters:
            self._writing.show_writing(Writing(view.title, view.store, entry, view.actions, view.paragraph))
        else:
            self._pane.show_value(view)
            self._decision.show_decision(Decision("", entry, view.actions, view.hint))
        writes = entry is not None and bool(entry.letters)
        self._writing.setVisible(writes)
        self._panel.setVisible(not writes)
        self._decision.setVisible(not writes)
        self._band.show_value(view.band)

    def arrange(self) -> None:
        sizes = self.theme.sizes
        room = stage_rect(self.rect(), sizes)
        band = room.bottom() + 1 - sizes.band
        self._band.setGeometry(room.left(), band, room.width(), sizes.band)
        high = band - sizes.gap_y - room.top()
        self._writing.setGeometry(room.left(), room.top(), room.width(), high)
        right = min(sizes.decision, room.width() // 2)
        left = room.width() - right - sizes.gap_x
        self._panel.setGeometry(room.left(), room.top(), left, high)
        pad = sizes.panel_pad
        self._pane.setGeometry(self._panel.rect().adjusted(pad, pad, -pad, -pad))
        self._decision.setGeometry(room.right() + 1 - right, room.top(), right, high)
