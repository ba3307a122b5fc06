"""What the cashier does next. One queue, one writer: every press, scan and reply is handled in its turn.

The controller knows which card is on the till and which payment is in front of the cashier; what happens to
the money is the payment machine's business, and how it is written down and sent is `Operations`'. Selling,
undoing a sale and the list of exceptions are use cases of their own on the same queue.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from functools import partial

from centara_giftcard.domain.cards import (
    CardStatus,
    KnownCard,
    Standing,
    accepted_here,
    identify,
    standing,
)
from centara_giftcard.domain.errors import CardNumberError, JournalError
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import StatusSeen
from centara_giftcard.domain.payment import Payment, Release, State, Take
from centara_giftcard.domain.replies import StatusFailed
from centara_giftcard.terminal.calls import Calls
from centara_giftcard.terminal.desk import Answer, CardReader, Desk, Rules
from centara_giftcard.terminal.events import (
    Asked,
    CardShown,
    Checking,
    Closing,
    LastSale,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    Preparing,
    Ready,
    Recovered,
    Refusal,
    Reopened,
    ScanRefused,
    Settled,
    StatusMissing,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.exceptions import Exceptions
from centara_giftcard.terminal.operations import Event, Operations, where
from centara_giftcard.terminal.ports import Clock, Ids, Journal, Loyalty, Operation, Recorder, Scan
from centara_giftcard.terminal.sales import Sight
from centara_giftcard.terminal.selling import Selling
from centara_giftcard.terminal.undoing import Undoing
from centara_giftcard.terminal.watch import CALM_S, Watch


class Place(Enum):
    """Which screen's use case a scanned card is for."""

    TILL = "till"
    SELL = "sell"
    UNDO = "undo"


class _Phase(Enum):
    STARTING = "starting"
    READY = "ready"
    CHECKING = "checking"
    CARD = "card"
    PREPARING = "preparing"
    PAYMENT = "payment"


_Message = Callable[[], Awaitable[None]]


class Controller:
    """The till's use cases. Call the public methods from the loop's thread; `publish` hears what to show."""

    def __init__(
        self,
        loyalty: Loyalty,
        journal: Journal,
        clock: Clock,
        ids: Ids,
        recorder: Recorder,
        rules: Rules,
        publish: Callable[[TerminalEvent], None],
    ) -> None:
        self._hear = publish
        self._recorder = recorder
        self._clock = clock
        self._watch = Watch(loyalty, clock, self._publish, lambda: self._operations.hurry())
        calls = Calls(loyalty, clock, ids, rules.reply_timeout_s, self._watch)
        self._operations = Operations(
            calls,
            journal,
            clock,
            recorder,
            self._fed,
            self._changed,
            lambda *told: self._publish(Asked(*told)),
        )
        self._desk = Desk(
            rules, calls, self._operations, self._watch, clock, ids, recorder, self._put, self._publish
        )
        self._reader = CardReader(self._desk)
        self.selling = Selling(self._desk)
        self.undoing = Undoing(self._desk)
        self.exceptions = Exceptions(self._operations, rules.supervisors, self._put, self._publish)
        self._queue: asyncio.Queue[_Message] = asyncio.Queue()
        self._phase = _Phase.STARTING
        self._place = Place.TILL
        self._on_till: Sight | None = None
        self._payment: Payment | None = None
        self._due: Money | None = None
        self._locked = False
        self._open = OpenChanged(())
        self._started = asyncio.Event()
        self._handling = self._closed = False

    # --- what the cashier, the scanner and the program ask for; each is handled in its turn ---

    def scanned(self, scan: Scan) -> None:
        """A card was scanned or swiped."""
        self._put(self._card_named, scan.number, False)

    def keyed(self, number: str) -> None:
        """A card number was typed (needs the permission to key a number)."""
        self._put(self._card_named, number, True)

    def request(self, amount: Money, due: Money) -> None:
        """Request a hold of `amount` from the card on the till; the customer owes `due` in all."""
        self._put(self._request, amount, due)

    def take(self) -> None:
        """Take the payment: the one call that moves value."""
        self._put(self._decide, self._payment, Take())

    def release(self) -> None:
        """Release the hold."""
        self._put(self._decide, self._payment, Release())

    def leave(self) -> None:
        """Step back from a card, or on from a payment about which all is said that can be said now."""
        self._put(self._leave)

    def turn_to(self, place: Place) -> None:
        """From now on scanned cards are for another screen, but for those of a payment under way."""
        self._put(self._turn_to, place)

    def lock(self) -> None:
        """Lock the till until somebody signs on."""
        self._put(self._lock)

    def sign_on(self, operator: str) -> None:
        """Unlock the till for `operator`."""
        self._put(self._sign_on, operator)

    async def run(self) -> None:
        """Settle what the last run left, then handle one message after the other, for ever."""
        watching = asyncio.ensure_future(self._look_out())
        try:
            await self._handle(self._start)
            self._started.set()
            while True:
                message = await self._queue.get()
                if self._closed:  # nothing is sent that nobody would wait for
                    return
                await self._handle(message)
        finally:
            watching.cancel()

    async def _look_out(self) -> None:
        while True:
            try:
                await self._watch.run()
            except Exception as fault:  # noqa: BLE001 - a bug in an adapter must not end the watch
                self._recorder.event("fault", fault=where(fault))
                await self._clock.sleep(CALM_S)

    async def _handle(self, message: _Message) -> None:
        self._handling = True
        try:
            await message()
            self._tell_open()  # what a use case let go of is on the list now
        except Exception as fault:  # noqa: BLE001 - a bug must not freeze a till that holds money
            self._recorder.event("fault", fault=where(fault))
            self._publish(Refusal(Why.STOPPED))
        finally:
            self._handling = False

    async def started(self) -> None:
        """Return when the till is ready for a card."""
        await self._started.wait()

    async def close(self, limit_s: float) -> None:
        """Release an undecided hold, wait up to `limit_s` for calls under way, and stop (row 37).

        `run` must be running still. What remains is settled at the next start.
        """
        if self._under_way() or self._holds():
            self._publish(Closing())
        until_s = self._clock.monotonic() + limit_s
        while (self._under_way() or self._holds()) and self._clock.monotonic() < until_s:
            if self._holds():
                self.release()  # also a hold that is placed only now
            await self._clock.sleep(0.02)
        self._closed = True
        self._reader.stop()
        await self._operations.close()

    def _under_way(self) -> bool:
        return self._handling or self._queue.qsize() > 0 or self._operations.busy()

    def _holds(self) -> bool:
        return self._payment is not None and self._payment.state is State.HELD

    # --- cards ---

    async def _turn_to(self, place: Place) -> None:
        self._place = place

    async def _card_named(self, text: str, keyed: bool) -> None:
        if self._locked:
            return None
        if self._operations.journal_failed or self._phase is _Phase.STARTING:  # row 35, or recovery failed
            return self._publish(Refusal(Why.STOPPED))
        if keyed and not self._desk.rules.may_key_numbers:
            return self._publish(Refusal(Why.KEYING_NOT_ALLOWED))
        try:
            card = identify(text, self._desk.rules.series)
        except CardNumberError as error:
            return self._publish(ScanRefused(error.reason))
        if self._in_sale():
            if self._on_till is None or card != self._on_till.card:
                self._publish(Refusal(Why.FINISH_FIRST))
            return None
        if self._place is Place.SELL:
            return await self.selling.named(card)
        if self._place is Place.UNDO:
            return await self.undoing.named(card)
        self._clear(_Phase.CHECKING)
        self._publish(Checking(card))
        return self._reader.read(card, self._checked)

    async def _checked(self, card: KnownCard, result: Answer) -> None:
        if isinstance(result, StatusFailed):
            self._clear(_Phase.READY)
            return self._publish(StatusMissing(card, result.cause, result.words, result.misfit))
        seen = self._reader.seen(card, result)
        if not self._operations.moved_since(card.number, seen.asked_at):  # else it may be from before
            await self._operations.sighted(card.number, StatusSeen(result.balance, seen.at_s))
        return self._show_card(card, result)

    def _show_card(self, card: KnownCard, status: CardStatus, changed: bool = False) -> None:
        self._on_till = self._reader.seen(card, status)
        self._phase = _Phase.CARD
        self._publish(CardShown(card, status, self._standing(card, status), changed))

    # --- payments ---

    async def _request(self, amount: Money, due: Money) -> None:
        now = self._on_till
        if self._phase is not _Phase.CARD or now is None:
            return None
        why = self._desk.barred(now.card, amount)
        if why is not None:
            return self._publish(Refusal(why))
        if not self._covered(now.card, now.status, amount):
            return self._publish(Refusal(Why.MORE_THAN_AVAILABLE))
        if self._desk.fresh(now):
            return await self._start_payment(now, amount, due)
        self._phase = _Phase.PREPARING
        self._publish(Preparing(now.card, now.status, amount))

        async def read_again(card: KnownCard, result: Answer) -> None:
            if isinstance(result, StatusFailed):
                self._show_card(card, now.status)
                self._on_till = now  # as old as it was
                return self._publish(Refusal(Why.BALANCE_UNKNOWN, result.cause))
            if not self._covered(card, result, amount):
                return self._show_card(card, result, changed=True)
            self._on_till = self._reader.seen(card, result)
            self._phase = _Phase.CARD
            return await self._request(amount, due)  # a payment on the card may have gone on meanwhile

        return self._reader.read(now.card, read_again)

    def _standing(self, card: KnownCard, status: CardStatus) -> Standing:
        found = standing(status, self._clock.now())
        return found if accepted_here(card) or not status.issued else Standing.NOT_ACCEPTED

    def _covered(self, card: KnownCard, status: CardStatus, amount: Money) -> bool:
        can_pay = self._standing(card, status) is Standing.GOOD
        return can_pay and bool(amount) and amount <= status.available

    async def _start_payment(self, on_till: Sight, amount: Money, due: Money) -> None:
        self._on_till, self._due = on_till, due
        self._phase = _Phase.PAYMENT
        payment = Payment(
            id=self._desk.ids.operation(),
            card=on_till.card.number,
            instrument=on_till.status.instrument,
            asked=amount,
            before=on_till.status.balance,
            operator=self._desk.operator,
            created_at=self._clock.now(),
            due=due,
        )
        self._payment = payment
        if not await self._desk.start(payment):
            self._payment = None
            self._show_card(on_till.card, on_till.status)
            self._on_till = on_till  # as old as it was
            self._publish(Refusal(Why.JOURNAL_FAILED))

    async def _decide(self, shown: Payment | None, decision: Take | Release) -> None:
        if shown is not None and shown.state is State.HELD:  # the hold that the cashier saw when pressing
            await self._operations.apply(shown.id, decision)

    def _fed(self, id: str, event: Event, number: int) -> None:
        self._put(self._operations.apply, id, event, number)

    def _changed(self, operation: Operation, before: Operation | None) -> None:
        shown = self._payment
        had_ended = before is not None and before.ended
        if (
            isinstance(operation, Payment)
            and shown is not None
            and shown.id == operation.id
            and self._on_till is not None
            and self._due is not None
        ):
            self._payment = operation
            if operation.state is State.COMMITTED and shown.state is not State.COMMITTED:
                self._publish(LastSale(operation.amount, str(operation.card), self._clock.now()))
            self._publish(PaymentShown(operation, self._on_till.card, self._on_till.status, self._due))
        elif isinstance(operation, Issue) and self._issue_changed(operation):
            pass  # it is in front of the cashier
        elif operation.ended and not had_ended:
            self._recorder.event("settled", operation=operation.id, state=operation.state.value)
            self._publish(Settled(operation))
        elif had_ended and not operation.ended:
            self._recorder.event("reopened", operation=operation.id, state=operation.state.value)
            self._publish(Reopened(operation))
        self._tell_open()

    def _issue_changed(self, issue: Issue) -> bool:
        if issue.state is IssueState.DONE and issue.kind is Kind.UNISSUE and not issue.unread:
            self._put(self.undoing.done, issue)
            self._put(self.selling.undone, issue)
        elif issue.state is IssueState.DONE and issue.card is not None:
            series = next((s for s in self._desk.rules.series if s.number == issue.series), None)
            self.undoing.sold(issue, KnownCard(issue.card, series))
        for front in (self.selling, self.undoing):
            if front.owns(issue):
                front.changed(issue)
                return True
        return False

    def _tell_open(self) -> None:
        unsettled = self._operations.unsettled()
        in_front = tuple(it for it in unsettled if not it.told and self._in_front(it))
        waiting = tuple(it for it in unsettled if it not in in_front)
        now = OpenChanged(waiting, self._operations.damaged, in_front)
        if now != self._open:
            self._open = now
            self._publish(now)

    def _in_front(self, operation: Operation) -> bool:
        paying = self._payment is not None and self._payment.id == operation.id
        return paying or self.selling.owns(operation) or self.undoing.owns(operation)

    async def _leave(self) -> None:
        if self._phase is _Phase.PREPARING and self._on_till:
            self._reader.stop()
            self._phase = _Phase.CARD
            now = self._on_till
            self._publish(CardShown(now.card, now.status, self._standing(now.card, now.status)))
        elif self._phase in {_Phase.CHECKING, _Phase.CARD} or (
            self._payment is not None and (self._payment.told or self._payment.doubtful)
        ):
            self._clear(_Phase.READY)
            self._ready()

    # --- the till itself ---

    async def _start(self) -> None:
        try:
            found = await self._operations.load()
        except JournalError as error:
            self._recorder.event("journal_failed", fault=str(error))
            self._operations.journal_failed = True
            self._publish(Refusal(Why.STOPPED))
            return
        self._tell_open()
        if found:
            self._publish(Recovered(found))
        self._phase = _Phase.READY
        self._ready()

    def _ready(self) -> None:
        self._publish(Ready())
        if self._operations.journal_failed:
            self._publish(Refusal(Why.STOPPED))

    async def _lock(self) -> None:
        if self._in_sale() or self._elsewhere_busy():
            return self._publish(Refusal(Why.FINISH_FIRST))
        if self._phase is not _Phase.STARTING:
            self._clear(_Phase.READY)
        self._locked = True
        return self._publish(OperatorChanged("", locked=True))

    async def _sign_on(self, operator: str) -> None:
        self._desk.operator = operator
        self._locked = False
        self._publish(OperatorChanged(operator, locked=False))
        if self._phase is _Phase.READY:
            self._ready()

    def _in_sale(self) -> bool:
        """Whether the card on the till is pinned: it can pay, and its sale is not over."""
        if self._phase is _Phase.PAYMENT:
            return self._payment is not None and not self._payment.told
        if self._phase is _Phase.CARD and self._on_till is not None:
            return self._standing(self._on_till.card, self._on_till.status) is Standing.GOOD
        return self._phase is _Phase.PREPARING

    def _elsewhere_busy(self) -> bool:
        return self.selling.busy or self.undoing.busy

    def _clear(self, phase: _Phase) -> None:
        self._reader.stop()
        self._phase = phase
        self._on_till = self._payment = self._due = None
        self._tell_open()

    def _publish(self, event: TerminalEvent) -> None:
        try:
            self._hear(event)
        except Exception as fault:  # noqa: BLE001 - a bug in the face must not cost an answer or an effect
            self._recorder.event("fault", fault=where(fault))

    def _put(self, handle: Callable[..., Awaitable[None]], *arguments: object) -> None:
        self._queue.put_nowait(partial(handle, *arguments))
