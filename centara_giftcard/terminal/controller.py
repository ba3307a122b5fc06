"""What the cashier does next. One queue, one writer: every press, scan and reply is handled in its turn.

The controller knows which card is on the till and which payment is in front of the cashier; what happens to
the money is the payment machine's business, and how it is written down and sent is `Payments`'.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from centara_giftcard.domain.cards import (
    CardStatus,
    KnownCard,
    Series,
    Standing,
    identify,
    standing,
)
from centara_giftcard.domain.errors import CardNumberError, JournalError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import SETTLED, Event, Payment, Release, State, StatusSeen, Take
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.calls import Calls
from centara_giftcard.terminal.events import (
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
    ScanRefused,
    Settled,
    StatusMissing,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.payments import Payments, where
from centara_giftcard.terminal.ports import Clock, Ids, Journal, Loyalty, Recorder, Scan

FRESH_S: Final = 10.0
"""Older than this, a balance is read again before a payment: it is what a lost reply is compared with."""


@dataclass(frozen=True)
class Rules:
    """What the settings allow at this till."""

    series: tuple[Series, ...]
    may_key_numbers: bool
    reply_timeout_s: float


class _Phase(Enum):
    STARTING = "starting"
    READY = "ready"
    CHECKING = "checking"
    CARD = "card"
    PREPARING = "preparing"
    PAYMENT = "payment"


@dataclass(frozen=True)
class _OnTill:
    """The card in play, its latest reading, the payments' mark when it was asked for, and when it came."""

    card: KnownCard
    status: CardStatus
    asked_at: int
    read_at_s: float


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
        self._clock = clock
        self._ids = ids
        self._recorder = recorder
        self._rules = rules
        self._hear = publish
        self._calls = Calls(loyalty, clock, ids, rules.reply_timeout_s, self._publish)
        self._payments = Payments(self._calls, journal, clock, recorder, self._fed, self._changed)
        self._queue: asyncio.Queue[_Message] = asyncio.Queue()
        self._phase = _Phase.STARTING
        self._on_till: _OnTill | None = None
        self._payment: Payment | None = None
        self._due: Money | None = None
        self._operator = ""
        self._locked = False
        self._reading: asyncio.Task[None] | None = None
        self._asked_at = 0
        self._open: tuple[Payment, ...] = ()
        self._started = asyncio.Event()
        self._handling = False

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

    def lock(self) -> None:
        """Lock the till until somebody signs on."""
        self._put(self._lock)

    def sign_on(self, operator: str) -> None:
        """Unlock the till for `operator`."""
        self._put(self._sign_on, operator)

    async def run(self) -> None:
        """Settle what the last run left, then handle one message after the other, for ever."""
        await self._handle(self._start)
        self._started.set()
        while True:
            await self._handle(await self._queue.get())

    async def _handle(self, message: _Message) -> None:
        self._handling = True
        try:
            await message()
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
        self._stop_reading()
        await self._payments.close()

    def _under_way(self) -> bool:
        return self._handling or self._queue.qsize() > 0 or self._payments.busy()

    def _holds(self) -> bool:
        return self._payment is not None and self._payment.state is State.HELD

    # --- cards ---

    async def _card_named(self, text: str, keyed: bool) -> None:
        if self._locked:
            return None
        if self._payments.journal_failed or self._phase is _Phase.STARTING:  # row 35, or recovery failed
            return self._publish(Refusal(Why.STOPPED))
        if keyed and not self._rules.may_key_numbers:
            return self._publish(Refusal(Why.KEYING_NOT_ALLOWED))
        try:
            card = identify(text, self._rules.series)
        except CardNumberError as error:
            if self._in_sale():
                return None
            self._clear(_Phase.READY)
            return self._publish(ScanRefused(error.reason))
        if self._in_sale():
            if self._on_till is None or card != self._on_till.card:
                self._publish(Refusal(Why.FINISH_FIRST))
            return None
        self._clear(_Phase.CHECKING)
        self._publish(Checking(card))
        self._read(card, self._checked)
        return None

    async def _checked(self, card: KnownCard, result: CardStatus | StatusFailed) -> None:
        if isinstance(result, StatusFailed):
            self._clear(_Phase.READY)
            return self._publish(StatusMissing(card, result.cause, result.words))
        await self._payments.sighted(card.number, StatusSeen(result.balance, self._clock.monotonic()))
        return self._show_card(card, result)

    def _show_card(self, card: KnownCard, status: CardStatus, changed: bool = False) -> None:
        self._on_till = self._reading_of(card, status)
        self._phase = _Phase.CARD
        self._publish(CardShown(card, status, standing(status, self._clock.now()), changed))

    def _reading_of(self, card: KnownCard, status: CardStatus) -> _OnTill:
        return _OnTill(card, status, self._asked_at, self._clock.monotonic())

    def _read(
        self,
        card: KnownCard,
        then: Callable[[KnownCard, CardStatus | StatusFailed], Coroutine[None, None, None]],
    ) -> None:
        async def read() -> None:
            result: CardStatus | StatusFailed
            try:
                result = await self._calls.read(card.number)
            except Exception as fault:  # noqa: BLE001 - a bug in an adapter is no answer
                self._recorder.event("fault", fault=where(fault))
                result = StatusFailed(Cause.LOST)
            self._put(then_if_wanted, result)

        async def then_if_wanted(result: CardStatus | StatusFailed) -> None:
            if self._reading is task:  # the cashier has not stepped back or scanned another meanwhile
                await then(card, result)

        self._stop_reading()
        self._asked_at = self._payments.mark()
        task = self._reading = asyncio.ensure_future(read())

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    # --- payments ---

    async def _request(self, amount: Money, due: Money) -> None:
        now = self._on_till
        if self._phase is not _Phase.CARD or now is None:
            return None
        if self._payments.journal_failed:
            return self._publish(Refusal(Why.STOPPED))
        if self._payments.open_on(now.card.number, amount):
            return self._publish(Refusal(Why.OPEN_ON_CARD))
        if not self._covered(now.status, amount):
            return self._publish(Refusal(Why.MORE_THAN_AVAILABLE))
        fresh = self._clock.monotonic() - now.read_at_s <= FRESH_S
        if fresh and not self._payments.moved_since(now.card.number, now.asked_at):
            return await self._start_payment(now, amount, due)
        self._phase = _Phase.PREPARING
        self._publish(Preparing(now.card, now.status, amount))

        async def read_again(card: KnownCard, result: CardStatus | StatusFailed) -> None:
            if isinstance(result, StatusFailed):
                self._show_card(card, now.status)
                self._on_till = now  # as old as it was
                return self._publish(Refusal(Why.BALANCE_UNKNOWN, result.cause))
            if not self._covered(result, amount):
                return self._show_card(card, result, changed=True)
            self._on_till = self._reading_of(card, result)
            self._phase = _Phase.CARD
            return await self._request(amount, due)  # a payment on the card may have gone on meanwhile

        return self._read(now.card, read_again)

    def _covered(self, status: CardStatus, amount: Money) -> bool:
        can_pay = standing(status, self._clock.now()) is Standing.GOOD
        return can_pay and bool(amount) and amount <= status.available

    async def _start_payment(self, on_till: _OnTill, amount: Money, due: Money) -> None:
        self._on_till, self._due = on_till, due
        self._phase = _Phase.PAYMENT
        payment = Payment(
            id=self._ids.operation(),
            card=on_till.card.number,
            instrument=on_till.status.instrument,
            asked=amount,
            before=on_till.status.balance,
            operator=self._operator,
            created_at=self._clock.now(),
        )
        self._payment = payment
        try:
            await self._payments.start(payment)
        except JournalError as error:
            self._recorder.event("journal_failed", fault=str(error))
            self._payment = None
            self._show_card(on_till.card, on_till.status)
            self._on_till = on_till  # as old as it was
            self._publish(Refusal(Why.JOURNAL_FAILED))

    async def _decide(self, shown: Payment | None, decision: Take | Release) -> None:
        if shown is not None and shown.state is State.HELD:  # the hold that the cashier saw when pressing
            await self._payments.apply(shown.id, decision)

    def _fed(self, id: str, event: Event, number: int) -> None:
        self._put(self._payments.apply, id, event, number)

    def _changed(self, payment: Payment) -> None:
        shown = self._payment
        if shown and shown.id == payment.id and self._on_till is not None and self._due is not None:
            self._payment = payment
            if payment.state is State.COMMITTED and shown.state is not State.COMMITTED:
                self._publish(LastSale(payment.amount, str(payment.card), self._clock.now()))
            self._publish(PaymentShown(payment, self._on_till.card, self._on_till.status, self._due))
        elif payment.state in SETTLED:
            self._recorder.event("settled", operation=payment.id, state=payment.state.value)
            self._publish(Settled(payment))
        self._tell_open()

    def _tell_open(self) -> None:
        shown = self._payment.id if self._payment and not self._payment.told else None
        open_now = tuple(p for p in self._payments.unsettled() if p.id != shown)
        if open_now != self._open:
            self._open = open_now
            self._publish(OpenChanged(open_now))

    async def _leave(self) -> None:
        if self._phase is _Phase.PREPARING and self._on_till:
            self._stop_reading()
            self._phase = _Phase.CARD
            now = self._on_till
            self._publish(CardShown(now.card, now.status, standing(now.status, self._clock.now())))
        elif self._phase in {_Phase.CHECKING, _Phase.CARD} or (
            self._payment is not None and (self._payment.told or self._payment.doubtful)
        ):
            self._clear(_Phase.READY)
            self._ready()

    # --- the till itself ---

    async def _start(self) -> None:
        try:
            found = await self._payments.load()
        except JournalError as error:
            self._recorder.event("journal_failed", fault=str(error))
            self._payments.journal_failed = True
            self._publish(Refusal(Why.STOPPED))
            return
        if found:
            self._publish(Recovered(found))
        self._phase = _Phase.READY
        self._ready()

    def _ready(self) -> None:
        self._publish(Ready())
        if self._payments.journal_failed:
            self._publish(Refusal(Why.STOPPED))

    async def _lock(self) -> None:
        if self._in_sale():
            return self._publish(Refusal(Why.FINISH_FIRST))
        if self._phase is not _Phase.STARTING:
            self._clear(_Phase.READY)
        self._locked = True
        return self._publish(OperatorChanged("", locked=True))

    async def _sign_on(self, operator: str) -> None:
        self._operator = operator
        self._locked = False
        self._publish(OperatorChanged(operator, locked=False))
        if self._phase is _Phase.READY:
            self._ready()

    def _in_sale(self) -> bool:
        """Whether the card on the till is pinned: it can pay, and its sale is not over."""
        if self._phase is _Phase.PAYMENT:
            return self._payment is not None and not self._payment.told
        if self._phase is _Phase.CARD and self._on_till is not None:
            return standing(self._on_till.status, self._clock.now()) is Standing.GOOD
        return self._phase is _Phase.PREPARING

    def _clear(self, phase: _Phase) -> None:
        self._stop_reading()
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
