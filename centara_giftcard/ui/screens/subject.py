"""The left panel of the Till and of what has its shape: waiting for a card, a card, cards, a result."""

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.presenters.views import CardPanel, ListPanel, ResultPanel, ScanPrompt, TillView
from centara_giftcard.ui.screens import rest_of_it
from centara_giftcard.ui.screens.prompt import PromptPane
from centara_giftcard.ui.theme import Theme
from centara_giftcard.ui.widgets.base import Drawn, Panel

if TYPE_CHECKING:
    from centara_giftcard.ui.screens.card import CardPane
    from centara_giftcard.ui.screens.listing import ListPane
    from centara_giftcard.ui.screens.result import ResultPane
    from centara_giftcard.ui.widgets.choices import ChoiceStrip

D = TypeVar("D", bound=Drawn)


class SubjectPanel(Panel):
    """Shows one of the four panes, with choices under it where there are any.

    Emits `samples` when the sample cards are asked for, and `action` with the name of a choice or of a row.
    """

    samples = Signal()
    action = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.prompt = PromptPane(theme, self)
        self.prompt.samples.connect(self.samples)
        self._panes: list[Drawn] = [self.prompt]
        self._listing: ListPane | None = None  # those that were made
        self._choices: ChoiceStrip | None = None

    # The first picture has the prompt: the others are made when they are first shown.

    @cached_property
    def card(self) -> "CardPane":
        """A card."""
        return self._pane(rest_of_it().card(self.theme, self))

    @cached_property
    def result(self) -> "ResultPane":
        """What came of a sale."""
        return self._pane(rest_of_it().result(self.theme, self))

    @cached_property
    def listing(self) -> "ListPane":
        """The list of cards."""
        pane = self._pane(rest_of_it().listing(self.theme, self))
        pane.touched.connect(self.action)
        self._listing = pane
        return pane

    @cached_property
    def choices(self) -> "ChoiceStrip":
        """The big buttons at the foot."""
        strip = rest_of_it().choices(self.theme, self)
        strip.chosen.connect(self.action)
        self._choices = strip
        return strip

    def show_view(self, view: TillView) -> None:
        """Show the panel of `view` in the pane made for it, and its choices."""
        panel = view.panel
        shown: Drawn
        match panel:
            case ScanPrompt():
                self.prompt.show_value(panel)
                shown = self.prompt
            case CardPanel():
                self.card.show_value(panel)
                shown = self.card
            case ResultPanel():
                self.result.show_value(panel)
                shown = self.result
            case ListPanel():
                shown = self.listing
                self.arrange()
                self.listing.show_value(panel)
        if view.choices or self._choices is not None:
            self.choices.show_value((view.offer, view.choices))
            self.choices.setVisible(bool(view.choices))
            self.arrange()
        for pane in self._panes:
            pane.setVisible(pane is shown)

    def arrange(self) -> None:
        pad = self.theme.sizes.panel_pad
        room = self.rect().adjusted(pad, pad, -pad, -pad)
        high = self._choices.height_needed() if self._choices is not None else 0
        if high:
            self.choices.setGeometry(room.left(), room.bottom() + 1 - high, room.width(), high)
            room.adjust(0, 0, 0, -high - pad)
        whole = self.rect().adjusted(1, 8, -1, -1)
        whole.setBottom(room.bottom() if high else whole.bottom())
        for pane in self._panes:
            pane.setGeometry(whole if pane is self._listing else room)

    def _pane(self, pane: D) -> D:
        pane.hide()
        self._panes.append(pane)
        self.arrange()
        return pane
