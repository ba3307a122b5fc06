"""The Till stage: steps on top, subject on the left, decision on the right, headline at the foot."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import TillView
from centara_giftcard.ui.screens.decision import Decision, DecisionPanel
from centara_giftcard.ui.screens.subject import SubjectPanel
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.band import BandBar
from centara_giftcard.ui.widgets.base import Drawn
from centara_giftcard.ui.widgets.measure import stage_rect
from centara_giftcard.ui.widgets.steps import StepsBar


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
        self.subject.samples.connect(self.samples)
        self.subject.action.connect(self.action)

    def show_view(self, view: TillView) -> None:
        """Show `view`; each part compares with what it shows and repaints only on a difference."""
        self.steps.show_value((view.steps, view.step))
        self.subject.show_view(view)
        self.decision.show_decision(Decision(view.question, view.entry, view.actions, view.hint))
        self.band.show_value(view.band)

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
