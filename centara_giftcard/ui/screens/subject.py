"""The left panel of the Till in its three shapes: waiting for a card, a card, a result."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import CardPanel, ResultPanel, ScanPrompt
from centara_giftcard.ui.screens.card import CardPane
from centara_giftcard.ui.screens.prompt import PromptPane
from centara_giftcard.ui.screens.result import ResultPane
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.base import Panel


class SubjectPanel(Panel):
    """The left panel: shows one of the three panes. Emits `samples` when the sample cards are asked for."""

    samples = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.prompt = PromptPane(theme, self)
        self.card = CardPane(theme, self)
        self.result = ResultPane(theme, self)
        self.prompt.samples.connect(self.samples)
        self.card.hide()
        self.result.hide()

    def show_panel(self, panel: ScanPrompt | CardPanel | ResultPanel) -> None:
        """Show `panel` in the pane made for it."""
        match panel:
            case ScanPrompt():
                self.prompt.show_value(panel)
            case CardPanel():
                self.card.show_value(panel)
            case ResultPanel():
                self.result.show_value(panel)
        self.prompt.setVisible(isinstance(panel, ScanPrompt))
        self.card.setVisible(isinstance(panel, CardPanel))
        self.result.setVisible(isinstance(panel, ResultPanel))

    def arrange(self) -> None:
        pad = self.theme.sizes.panel_pad
        room = self.rect().adjusted(pad, pad, -pad, -pad)
        for pane in (self.prompt, self.card, self.result):
            pane.setGeometry(room)
