"""What is printed, and when: cards as they are issued, receipts of what came to its end. No Qt here.

Nothing here touches money. A till without a printer shows its receipts on the screen.
"""

from collections.abc import Callable, Mapping
from typing import Final

from centara_giftcard.domain.cards import KnownCard, Series
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.receipts import Receipt, as_copy
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.terminal.printing import PrintEvent, PrintQueue, ReceiptPending, ReceiptPrinted
from centara_giftcard.ui.presenters.receipt import Receipts, SoldCard, print_band
from centara_giftcard.ui.presenters.views import Band, Lamp, ReceiptView, Tone
from centara_giftcard.words import Words

REMEMBERED: Final = 100
"""Receipts that were ordered: many more than are in front of the cashier at once."""


class PaperPresenter:
    """Orders papers of `queue`, where the till has a printer. `changed` hears that the lamp may change."""

    def __init__(
        self,
        words: Words,
        receipts: Receipts,
        series: Mapping[str, Series],
        queue: PrintQueue | None,
        automatic: bool,
        width_mm: int,
        recorder: Recorder,
        changed: Callable[[], None],
    ) -> None:
        self.receipts = receipts
        self._words = words
        self._series = series
        self._queue = queue
        self._automatic = automatic
        self._width_mm = width_mm
        self._recorder = recorder
        self._changed = changed
        self._ordered: dict[str, None] = {}
        self._due: Receipt | None = None
        self._last: PrintEvent | None = None

    @property
    def lamp(self) -> Lamp | None:
        """The printer in the top bar; None where the till has none."""
        if self._queue is None:
            return None
        if isinstance(self._last, ReceiptPending):
            return Lamp(Tone.REFUSED, self._words.say("Receipt not printed"))
        return Lamp(Tone.INFO if self._last is None else Tone.PAID, self._words.say("Printer"))

    @property
    def band(self) -> Band | None:
        """How the last printing goes; None where nothing was printed yet."""
        return None if self._last is None else print_band(self._words, self._last)

    @property
    def pending(self) -> bool:
        """Whether a receipt waits for its printer."""
        return self._queue is not None and self._queue.pending > 0

    def view(self, receipt: Receipt | None) -> ReceiptView | None:
        """The page that shows a receipt: how its printing goes, or what P does."""
        if receipt is None:
            return None
        say, band = self._words.say, self.band
        told = f"{band.headline}. {band.advice} ".replace("  ", " ") if band else ""
        keys = say("P prints it. Esc goes back.") if self._queue else say("Esc goes back.")
        return ReceiptView(say("Receipt"), told + keys, receipt, self._width_mm)

    def offer(self, receipt: Receipt | None, better_to_come: bool = False) -> None:
        """Print by itself what is in view now, once; one that may still grow once it is whole or left."""
        if self._queue is None or not self._automatic:
            return
        due, self._due = self._due, None
        if due is not None and (receipt is None or receipt.operation != due.operation):
            self._order(due)  # the cashier went on before the rest came
        if receipt is None or receipt.operation in self._ordered:
            return
        if better_to_come:
            self._due = receipt
        else:
            self._order(receipt)

    def print(self, receipt: Receipt) -> bool:
        """Print a receipt that was asked for: what waits first, else this one, again as a copy.

        Returns whether there is a printer.
        """
        if self._queue is None:
            return False
        if self.pending:
            self._queue.reprint()
        elif receipt.operation and receipt.operation in self._ordered:
            self._queue.print(as_copy(receipt))
        else:
            self._order(receipt)
        return True

    def card(self, issue: Issue) -> None:
        """Print a live card; until it is scanned back another print of it is no copy."""
        if self._queue is None or issue.card is None:
            return
        card = KnownCard(issue.card, self._series.get(issue.series))
        sold = SoldCard(card, issue.amount, issue.expires)
        self._queue.print(self.receipts.live_card(issue.id, issue.created_at, issue.operator, sold))

    def went(self, event: PrintEvent) -> None:
        """Take in how a printing goes."""
        self._last = event
        match event:
            case ReceiptPending():
                detail = {"why": event.trouble.value, "detail": event.detail}
                self._recorder.event("not_printed", operation=event.operation, **detail)
            case ReceiptPrinted():
                self._recorder.event("printed", operation=event.operation, copy=event.copy)
        self._changed()

    def _order(self, receipt: Receipt) -> None:
        if self._queue is not None:
            self._ordered[receipt.operation] = None
            if len(self._ordered) > REMEMBERED:
                del self._ordered[next(iter(self._ordered))]
            self._queue.print(receipt)
