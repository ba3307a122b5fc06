"""Which papers are due, in what order, first or as a copy: because of what became of an operation.

Never because of a page: a receipt comes out whatever is in view, whoever has gone on, and also when the
outcome is known only after a restart. What is due, sent and printed is noted in the journal, so that what
could not be printed is made anew from there after a restart. Nothing here touches money, and no fault here
keeps a sale waiting (row 33).
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import Series
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import Issue, Kind, State
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.papers import (
    Item,
    Paper,
    PaperKind,
    is_sold,
    item_of_issue,
    paper_of_issues,
    paper_of_payment,
)
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.payment import State as PaymentState
from centara_giftcard.domain.receipts import Receipt, as_copy
from centara_giftcard.terminal.events import (
    CardShown,
    CardToPrint,
    Checking,
    OperatorChanged,
    PaymentShown,
    Ready,
    SellShown,
    Settled,
    TerminalEvent,
    UndoShown,
)
from centara_giftcard.terminal.ports import Clock, PaperTrace, PaperTrail, PaperWord, Printer, Recorder
from centara_giftcard.terminal.printing import (
    PrintError,
    PrintEvent,
    PrintTrouble,
    ReceiptPending,
    ReceiptPrinted,
    ReceiptPrinting,
)
from centara_giftcard.terminal.sales import SaleStep
from centara_giftcard.terminal.tasks import where

REMEMBERED: Final = 100
"""Papers: many more than are in front of the cashier at once."""

TAKEN_UP: Final = timedelta(days=7)
"""A receipt that is older was missed by nobody."""

_ENDS: Final = frozenset({PaymentState.COMMITTED.value, State.DONE.value})


class _Fate(Enum):
    """Where a paper is. What is LOST may be on the counter or not, so the next one is a copy."""

    DUE = "due"
    UNDER_WAY = "under_way"
    WAITING = "waiting"
    LOST = "lost"
    PRINTED = "printed"


_SECOND: Final = frozenset({_Fate.LOST, _Fate.PRINTED})
"""After these the paper may be on the counter already."""


class _Slip(Struct):
    """One paper on its way. `better_to_come`: it waits for the rest of its list."""

    paper: Paper
    fate: _Fate = _Fate.DUE
    better_to_come: bool = False


class _Order(Struct, frozen=True):
    """One thing to print; a live card and a balance slip have no slip: they are made anew when wanted."""

    paper: Paper
    slip: _Slip | None = None
    copy: bool = False


class Papers:
    """Hears the terminal's events and prints what they make due. Publishes the events of `printing`.

    `run` does the printing and must be spawned once; the other methods only take note and return at once.
    A till without a printer shows its papers only.
    """

    def __init__(
        self,
        printer: Printer | None,
        typeset: Callable[[Paper], Receipt],
        journal: PaperTrail,
        clock: Clock,
        recorder: Recorder,
        series: tuple[Series, ...],
        automatic: bool,
        publish: Callable[[PrintEvent], None],
    ) -> None:
        self._printer = printer
        self._typeset = typeset
        self._journal = journal
        self._clock = clock
        self._recorder = recorder
        self._series = series
        self._automatic = automatic and printer is not None
        self._publish = publish
        self._operator = ""
        self._in_view: dict[str, Paper | None] = {}
        self._slips: dict[str, _Slip] = {}
        self._orders: asyncio.Queue[_Order | None] = asyncio.Queue()  # None: a sale was undone
        self._notes: asyncio.Queue[tuple[str, PaperWord]] = asyncio.Queue()  # written in their order

    # --- what the face asks for ---

    @property
    def can_print(self) -> bool:
        """Whether the till has a printer."""
        return self._printer is not None

    @property
    def waiting(self) -> int:
        """How many papers were not printed, or perhaps not, and wait for `print_waiting`."""
        return len(self._waiting())

    def in_view(self, place: str) -> str | None:
        """The operation of the paper there, empty for a balance; None where there is no paper."""
        paper = self._in_view.get(place)
        return None if paper is None else paper.operation

    def preview(self, place: str) -> Receipt | None:
        """The paper of what is in view at the `till`, at `sell` or at `undo`; None where there is none."""
        paper = self._in_view.get(place)
        return None if paper is None else self._typeset(paper)

    def waits(self, place: str) -> bool:
        """Whether the paper of what is in view there is one of those that wait."""
        paper = self._in_view.get(place)
        return paper is not None and any(it.paper.operation == paper.operation for it in self._waiting())

    def copy_next(self, place: str) -> bool:
        """Whether the next print of what is in view there would be a copy."""
        paper = self._in_view.get(place)
        slip = self._slips.get(paper.operation) if paper is not None else None
        return slip is not None and slip.fate in _SECOND

    def print(self, place: str) -> None:
        """Print the paper of what is in view there: as a copy where the first is printed, or may be."""
        paper = self._in_view.get(place)
        if paper is None or self._printer is None:
            return
        slip = self._slips.get(paper.operation) if paper.operation else None
        if slip is not None:
            slip.paper = paper
            self._order_again(slip)
        elif paper.operation:
            self._order(self._keep(paper))
        else:
            self._orders.put_nowait(_Order(paper))

    def print_waiting(self) -> None:
        """Print everything that waits, in the order of the operations."""
        for slip in self._waiting():
            self._order_again(slip)

    # --- what is due ---

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case OperatorChanged():
                self._operator = event.operator
            case Ready() | Checking():
                self._in_view["till"] = None
            case CardShown():
                self._in_view["till"] = self._balance(event)
            case PaymentShown():
                self._in_view["till"] = paper = self._of_payment(event.payment)
                self._offer_payment(paper)
            case SellShown():
                self._selling(event)
            case UndoShown():
                self._undoing(event)
            case CardToPrint():
                self._card(event.issue)
            case Settled(operation=Payment() as payment):
                self._paid_later(payment)
            case Settled(operation=Issue() as issue):
                self._done_later(issue)
            case _:
                pass

    def _balance(self, event: CardShown) -> Paper | None:
        if not event.status.issued:
            return None
        card, status = event.card, event.status
        item = Item("", str(card.number), status.available, card.series, status.expires)
        return Paper(PaperKind.BALANCE, "", self._clock.now(), self._operator, (item,), status=status)

    def _paid_later(self, payment: Payment) -> None:
        """A payment came to its end after the cashier went on, or after a restart."""
        paper = self._of_payment(payment)
        if self._in_view.get("till") is None:
            self._in_view["till"] = paper  # the till waits for a card, and says how this one ended
        self._offer_payment(paper)

    def _of_payment(self, payment: Payment) -> Paper | None:
        return paper_of_payment(payment, self._series_of(payment.series))

    def _offer_payment(self, paper: Paper | None) -> None:
        """What is told as taken was read after it, or could not be: there is no balance to wait for."""
        if paper is not None and paper.kind is PaperKind.PAYMENT:
            self._offer(paper)

    def _selling(self, event: SellShown) -> None:
        lines = event.lines if event.step is SaleStep.DONE else ()
        issues = [line.issue for line in lines if line.issue is not None]
        items = [
            item_of_issue(line.issue, line.series)
            for line in lines
            if line.issue is not None and is_sold(line.issue) and not line.undone
        ]
        paper = paper_of_issues(PaperKind.SALE, issues[0], *items) if items else None
        self._in_view["sell"] = None if any(it.unprinted for it in issues) else paper
        self._let_go(paper)
        if paper is not None:
            self._offer(paper, any(map(_unsure, issues)))

    def _undoing(self, event: UndoShown) -> None:
        issue = event.issue
        if issue is None or issue.verdict is not Verdict.UNDONE:
            self._in_view["undo"] = None
            return
        self._in_view["undo"] = paper = self._of_issue(issue)
        self._orders.put_nowait(None)
        self._offer(paper)

    def _done_later(self, issue: Issue) -> None:
        """A sale, or its undoing, came to its end after the cashier went on, or after a restart."""
        if issue.state is State.DONE and not (issue.closed or issue.undone):
            if issue.verdict is Verdict.UNDONE:
                self._orders.put_nowait(None)
            self._offer(self._of_issue(issue))

    def _of_issue(self, issue: Issue) -> Paper:
        """The paper of one issue that is done."""
        kind = PaperKind.UNDONE if issue.verdict is Verdict.UNDONE else PaperKind.SALE
        return paper_of_issues(kind, issue, item_of_issue(issue, self._series_of(issue.series)))

    def _card(self, issue: Issue) -> None:
        """A live card; until it is scanned back another print of it is no copy."""
        if self._printer is not None:
            card = replace(item_of_issue(issue, self._series_of(issue.series)), number=issue.card)
            self._orders.put_nowait(_Order(paper_of_issues(PaperKind.CARD, issue, card)))

    def _series_of(self, number: str) -> Series | None:
        """The series with this number; the settings may have changed since."""
        return next((it for it in self._series if it.number == number), None)

    def _anew(self, trace: PaperTrace) -> Paper:
        """The paper of an operation as the journal remembers it."""
        record, told = trace.record, trace.on_paper
        item = Item(record.id, record.card, record.amount, self._series_of(told.series), told.expires)
        kind = _KINDS.get(record.kind, PaperKind.SALE)
        whence = (record.id, record.created_at, record.operator)
        return Paper(kind, *whence, (item,), rest=told.rest or None, left=told.left)

    def _offer(self, paper: Paper, better_to_come: bool = False) -> None:
        """Print by itself, once; what may still grow once it is whole, or left."""
        if not self._automatic:
            return
        slip, rest = self._slips.get(paper.operation), self._untold(paper)
        if slip is not None and slip.better_to_come:
            slip.paper = paper
            self._note(rest, PaperWord.DUE)
        elif rest:
            slip = self._keep(paper if rest == paper.operations else _part_of(paper, rest))
        else:
            return
        slip.better_to_come = better_to_come
        if not better_to_come:
            self._order(slip)

    def _untold(self, paper: Paper) -> tuple[str, ...]:
        """The operations that are on no paper yet: of a list that was printed as it was, what came after."""
        told = {operation for slip in self._slips.values() for operation in slip.paper.operations}
        return tuple(operation for operation in paper.operations if operation not in told)

    def _let_go(self, now: Paper | None) -> None:
        """The cashier went on from a list before the rest of it came: its receipt is printed as it is."""
        for slip in self._slips.values():
            if slip.better_to_come and (now is None or slip.paper.operation != now.operation):
                self._order(slip)

    # --- slips and orders ---

    def _keep(self, paper: Paper) -> _Slip:
        slip = self._slips[paper.operation] = _Slip(paper)
        printed = [name for name, it in self._slips.items() if it.fate is _Fate.PRINTED]
        for name in printed[: max(0, len(self._slips) - REMEMBERED)]:
            del self._slips[name]
        self._note(paper.operations, PaperWord.DUE)
        return slip

    def _waiting(self) -> list[_Slip]:
        return [slip for slip in self._slips.values() if slip.fate in {_Fate.WAITING, _Fate.LOST}]

    def _order(self, slip: _Slip, copy: bool = False) -> None:
        slip.better_to_come, slip.fate = False, _Fate.UNDER_WAY
        self._orders.put_nowait(_Order(slip.paper, slip, copy))

    def _order_again(self, slip: _Slip) -> None:
        if slip.fate is not _Fate.UNDER_WAY:  # else it is on its way: one press is one paper
            self._order(slip, copy=slip.fate in _SECOND)

    # --- printing ---

    async def run(self) -> None:
        """Take up what the last run left unprinted, then print whatever is ordered, until cancelled."""
        if self._printer is None:
            return
        await self._take_up()
        writing = asyncio.ensure_future(self._write_notes())
        try:
            while True:
                order = await self._orders.get()
                try:
                    await (self._print(order, self._printer) if order else self._forget_undone())
                finally:
                    self._orders.task_done()
        finally:
            writing.cancel()

    async def close(self, limit_s: float) -> None:
        """Order what is still due and wait until all was tried, at most `limit_s` seconds."""
        for slip in self._slips.values():
            if slip.better_to_come:
                self._order(slip)
        if self._printer is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_tried(), limit_s)

    async def _take_up(self) -> None:
        try:
            found = await self._journal.papers(self._clock.now() - TAKEN_UP)
        except JournalError as error:
            return self._recorder.event("journal_failed", fault=str(error))
        for trace in found:
            id = trace.record.id
            told = any(id in slip.paper.operations for slip in self._slips.values())  # in this run already
            if told or (trace.word is PaperWord.DUE and not _ended(trace)):  # its end makes it due again
                continue
            self._slips[id] = _Slip(self._anew(trace), _FATES[trace.word])
        await self._forget_undone()
        for slip in self._slips.values():
            if slip.fate is _Fate.DUE and not slip.better_to_come and self._automatic:
                self._order(slip)
        if waiting := self._waiting():
            operation = waiting[0].paper.operation
            self._tell(ReceiptPending(operation, PrintTrouble.EARLIER, len(waiting)))
        return None

    async def _forget_undone(self) -> None:
        """Of a sale that was undone no receipt is printed any more: it would say that the card is sold."""
        sales = {
            name: slip
            for name, slip in self._slips.items()
            if slip.paper.kind is PaperKind.SALE and slip.fate not in {_Fate.UNDER_WAY, _Fate.PRINTED}
        }
        try:
            undone = await self._journal.undone(
                {it for slip in sales.values() for it in slip.paper.operations}
            )
        except JournalError as error:
            return self._recorder.event("journal_failed", fault=str(error))
        for name, slip in sales.items():
            items = tuple(item for item in slip.paper.items if item.operation not in undone)
            slip.paper = replace(slip.paper, items=items)
            if not items:
                del self._slips[name]
        return None

    async def _print(self, order: _Order, printer: Printer) -> None:
        paper, slip = order.paper, order.slip
        self._tell(ReceiptPrinting(paper.operation))
        if slip is not None and not order.copy:
            await self._noted(paper, PaperWord.SENT)  # before anything can come out
        try:
            receipt = self._typeset(paper)
            await printer.print(as_copy(receipt) if order.copy else receipt)
        except PrintError as fault:
            await self._failed(order, fault.trouble, fault.begun, str(fault))
        except Exception as fault:  # noqa: BLE001 - a bug in an adapter must not cost the papers behind it
            await self._failed(order, PrintTrouble.FAILED, True, where(fault))
        else:
            if slip is not None:
                slip.fate = _Fate.PRINTED
                await self._noted(paper, PaperWord.PRINTED)
            self._recorder.event("printed", operation=paper.operation, copy=order.copy)
            self._tell(ReceiptPrinted(paper.operation, order.copy, self.waiting))

    async def _failed(self, order: _Order, trouble: PrintTrouble, begun: bool, detail: str) -> None:
        paper, slip = order.paper, order.slip
        if slip is not None:
            slip.fate = _Fate.LOST if begun or order.copy else _Fate.WAITING
            if slip.fate is _Fate.WAITING:
                await self._noted(paper, PaperWord.WAITING)
        told = {"operation": paper.operation, "why": trouble.value, "detail": detail}
        self._recorder.event("not_printed", **told)
        card = paper.kind is PaperKind.CARD
        self._tell(ReceiptPending(paper.operation, trouble, self.waiting, card, detail))

    def _tell(self, event: PrintEvent) -> None:
        try:
            self._publish(event)
        except Exception as fault:  # noqa: BLE001 - a bug in the face must not cost the papers to come
            self._recorder.event("fault", fault=where(fault))

    async def _noted(self, paper: Paper, word: PaperWord) -> None:
        """Return once it is written: what is told of a paper is on the disk, as all else is."""
        self._note(paper.operations, word)
        await self._notes.join()

    def _note(self, operations: tuple[str, ...], word: PaperWord) -> None:
        """Have it noted of every operation on a paper."""
        for operation in operations:
            self._notes.put_nowait((operation, word))

    async def _write_notes(self) -> None:
        """Write notes down, one after the other; where that fails, the paper is printed all the same."""
        while True:
            operation, word = await self._notes.get()
            try:
                await self._journal.note(operation, word)
            except JournalError as error:
                self._recorder.event("journal_failed", operation=operation, fault=str(error))
            except Exception as fault:  # noqa: BLE001 - a bug in an adapter must not cost the papers to come
                self._recorder.event("fault", operation=operation, fault=where(fault))
            finally:
                self._notes.task_done()

    async def _all_tried(self) -> None:
        await self._orders.join()
        await self._notes.join()


_FATES: Final = {
    PaperWord.DUE: _Fate.DUE,
    PaperWord.SENT: _Fate.LOST,
    PaperWord.WAITING: _Fate.WAITING,
    PaperWord.PRINTED: _Fate.PRINTED,
}
_KINDS: Final = {"payment": PaperKind.PAYMENT, Kind.UNISSUE.value: PaperKind.UNDONE}


def _ended(trace: PaperTrace) -> bool:
    """Whether it came to its end, if only on the server's word: what ended is not told of a second time."""
    waits = trace.record.kind == Kind.ISSUE_LIVE.value  # until it is handed over
    return trace.settled or (trace.record.state in _ENDS and not waits)


def _part_of(paper: Paper, operations: tuple[str, ...]) -> Paper:
    items = tuple(item for item in paper.items if item.operation in operations)
    return replace(paper, operation=operations[0], items=items)


def _unsure(issue: Issue) -> bool:
    """Whether the receipt of its list may still grow: it is in doubt, not read back, or not handed over."""
    unread = issue.state is State.DONE and issue.worth is None
    return unread or not issue.told or issue.unprinted
