"""What the face says of paper: the lamp, how a printing goes, the page with the receipt. No Qt here.

What is due, and whether it is a copy, is decided by `terminal.papers`.
"""

from typing import Final

from msgspec.structs import replace

from centara_giftcard.terminal.papers import Papers
from centara_giftcard.terminal.printing import PrintEvent, PrintTrouble, ReceiptPending, ReceiptPrinted
from centara_giftcard.ui.presenters.views import (
    Action,
    Band,
    Lamp,
    ReceiptView,
    ResultPanel,
    Role,
    ScanPrompt,
    TillView,
    Tone,
)
from centara_giftcard.words import Words

_ADVICE: Final[dict[PrintTrouble, str]] = {
    PrintTrouble.OUT_OF_PAPER: "The printer is out of paper. Put in a new roll, then print again.",
    PrintTrouble.COVER_OPEN: "The printer's cover is open. Close it, then print again.",
    PrintTrouble.OFF: "The printer is offline or has a fault. Look at its lamps, then print again.",
    PrintTrouble.UNREACHABLE: (
        "The printer cannot be reached. Check its power and its cable, then print again."
    ),
    PrintTrouble.LOST: "The printer broke off. Check what came out, then print again.",
    PrintTrouble.GARBAGE: "What answers is no receipt printer. Check the printer's address in the settings.",
    PrintTrouble.FAILED: "The receipt could not be printed. Try again, then call support.",
    PrintTrouble.EARLIER: "It was not printed when the till was last open. Print it now.",
}

WAITING_KEY: Final = "ctrl+p"
"""The key that prints what waits, on every page."""


class PaperPresenter:
    """Shows what `papers` knows; `width_mm` is the paper's."""

    def __init__(self, words: Words, papers: Papers, width_mm: int) -> None:
        self._words = words
        self._papers = papers
        self._width_mm = width_mm
        self._last: PrintEvent | None = None

    @property
    def lamp(self) -> Lamp | None:
        """The printer in the top bar; None where the till has none."""
        if not self._papers.can_print:
            return None
        if self._papers.waiting:
            return Lamp(Tone.REFUSED, self._not_printed(self._papers.waiting))
        if isinstance(self._last, ReceiptPending):
            return Lamp(Tone.REFUSED, print_band(self._words, self._last).headline)
        return Lamp(Tone.INFO if self._last is None else Tone.PAID, self._words.say("Printer"))

    def told(self, event: PrintEvent) -> None:
        """Take in how a printing goes."""
        self._last = event

    def has(self, place: str) -> bool:
        """Whether there is a paper of what is in view at a place."""
        return self._papers.in_view(place) is not None

    def waits(self, place: str) -> bool:
        """Whether that paper could not be printed."""
        return self._papers.waits(place)

    def copy_next(self, place: str) -> bool:
        """Whether its next print would be a copy."""
        return self._papers.copy_next(place)

    def print(self, place: str) -> None:
        """Print the paper of what is in view."""
        self._papers.print(place)

    def print_waiting(self) -> None:
        """Print what could not be printed before."""
        self._papers.print_waiting()

    def dressed(self, view: TillView, place: str) -> TillView:
        """A stage with what there is to say of paper under its result, and the button for what waits.

        The button stands only where nothing is to be decided: beside a result, or while a card is waited for.
        """
        operation = self._papers.in_view(place)
        if operation is not None and not view.hint:
            view = replace(view, hint=self._told_of(operation))
        if not self._papers.waiting or view.band.busy:
            return view
        if isinstance(view.panel, ResultPanel):
            return replace(view, actions=(*view.actions, *self._waiting()))
        if isinstance(view.panel, ScanPrompt) and not view.choices:
            return replace(view, choices=self._waiting(), offer=self._not_printed(self._papers.waiting))
        return view

    def view(self, place: str) -> ReceiptView | None:
        """The page with the paper of what is in view there; None where there is none."""
        receipt = self._papers.preview(place)
        if receipt is None:
            return None
        say = self._words.say
        label = say("Print a copy") if self._papers.copy_next(place) else say("Print")
        printing = (Action("print", label, "P", Role.PRIMARY),) if self._papers.can_print else ()
        actions = (*printing, *self._waiting(), Action("back", say("Back"), say("Esc")))
        return ReceiptView(say("Receipt"), self._told_of(receipt.operation), receipt, self._width_mm, actions)

    def _told_of(self, operation: str) -> str:
        """How the printing of its receipt goes; nothing where the last one was of another."""
        last = self._last
        return "" if last is None or last.operation != operation else _line(print_band(self._words, last))

    def _waiting(self) -> tuple[Action, ...]:
        """The button that prints what waits, where something does."""
        count = self._papers.waiting
        if not count:
            return ()
        one = self._words.say("Print the waiting receipt")
        label = one if count == 1 else self._words.say("Print {count} waiting receipts", count=count)
        return (Action("print_waiting", label, self._words.say("Ctrl+P")),)

    def _not_printed(self, count: int) -> str:
        if count < 2:
            return self._words.say("Receipt not printed")
        return self._words.say("{count} receipts not printed", count=count)


def print_band(words: Words, event: PrintEvent) -> Band:
    """How a printing goes."""
    match event:
        case ReceiptPending():
            told = "Card not printed" if event.card else "Receipt not printed"
            return Band(Tone.ATTENTION, words.say(told), words.say(_ADVICE[event.trouble]))
        case ReceiptPrinted(copy=True):
            return Band(Tone.INFO, words.say("Copy printed"))
        case ReceiptPrinted():
            return Band(Tone.INFO, words.say("Receipt printed"))
        case _:
            return Band(Tone.INFO, words.say("Printing the receipt"), busy=True)


def _line(band: Band) -> str:
    return f"{band.headline}. {band.advice}".rstrip()
