"""The Till stage: steps on top, subject on the left, decision on the right, headline at the foot."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import TillView
from centara_giftcard.ui.screens import rest_of_it
from centara_giftcard.ui.screens.decision import Decision, DecisionPanel, Writing
from centara_giftcard.ui.screens.subject import SubjectPanel
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.band import BandBar
from centara_giftcard.ui.widgets.base import Drawn
from centara_giftcard.ui.widgets.measure import stage_rect
from centara_giftcard.ui.widgets.steps import StepsBar

if TYPE_CHECKING:  # not needed for the first paint
    from centara_giftcard.ui.screens.writing import WritingPanel


class TillScreen(Drawn):
    """Shows a TillView. Emits `action` (a name), `key` (of the keypad) and `samples` (the tray is wanted)."""

    action = Signal(str)
    key = Signal(str)
    samples = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.steps = StepsBar(theme, self)
        self.subject = SubjectPanel(theme, self)
        self.decision = DecisionPanel(theme, self)
        self.band = BandBar(theme, self)
        self.decision.action.connect(self.action)
        self.decision.key.connect(self.key)
        self.decision.letters.connect(self._write)
        self._writes = False
        self._view: TillView | None = None
        self.subject.samples.connect(self.samples)
        self.subject.action.connect(self.action)

    @cached_property
    def writing(self) -> "WritingPanel":
        """The keyboard with letters, over the stage while a card's number is typed with it."""
        panel = rest_of_it().writing(self.theme, self, closable=True)
        panel.action.connect(self.action)
        panel.key.connect(self.key)
        panel.closed.connect(self._read)
        return panel

    def show_view(self, view: TillView) -> None:
        """Show `view`; each part compares with what it shows and repaints only on a difference."""
        self.steps.show_value((view.steps, view.step))
        self.subject.show_view(view)
        self.decision.show_decision(Decision(view.question, view.entry, view.actions, view.hint))
        self.band.show_value(view.band)
        self._view = view
        if self._writes:
            self._show_writing(view)

    def _write(self) -> None:
        """Letters are wanted."""
        self._writes = True
        self.arrange()
        if self._view is not None:
            self._show_writing(self._view)

    def _read(self) -> None:
        """Digits are enough again, or something else is in view."""
        self._writes = False
        self.writing.hide()
        self._cover(False)

    def _show_writing(self, view: TillView) -> None:
        entry = view.entry
        if entry is None or not (entry.letters and entry.enabled):
            return self._read()
        self.writing.show_writing(Writing(entry.caption, "", entry, view.actions))
        self.writing.show()
        return self._cover(True)

    def _cover(self, covered: bool) -> None:
        self.subject.setVisible(not covered)
        self.decision.setVisible(not covered)

    def arrange(self) -> None:
        sizes = self.theme.sizes
        room = stage_rect(self.rect(), sizes)
        self.steps.setGeometry(room.left(), room.top(), room.width(), sizes.step)
        self.band.setGeometry(room.left(), room.bottom() + 1 - sizes.band, room.width(), sizes.band)
        top = room.top() + sizes.step + sizes.gap_y
        high = self.band.y() - sizes.gap_y - top
        right = min(sizes.decision, room.width() // 2)
        left = room.width() - right - sizes.gap_x
        self.subject.setGeometry(room.left(), top, left, high)
        self.decision.setGeometry(room.right() + 1 - right, top, right, high)
        if self._writes:
            self.writing.setGeometry(room.left(), top, room.width(), high)
