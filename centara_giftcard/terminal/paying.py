"""Paying with a card: a card is read, an amount asked for, its hold taken or released; a rest is carried on.

What the till is about is one value: nothing, a card that is being read, a card, a payment that is being
prepared, a payment. What becomes of the money is the payment machine's business (`domain.payment`).
"""

from typing import TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import CardStatus, KnownCard, Standing, accepted_here, standing
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import StatusSeen, Verdict, quiet_left_s
from centara_giftcard.domain.operators import Need, Permission
from centara_giftcard.domain.payment import Decision, Payment, Release, Take
from centara_giftcard.domain.replies import StatusFailed
from centara_giftcard.terminal.desk import Answer, CardReader, Desk
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    Offer,
    PaymentShown,
    Preparing,
    Ready,
    Refusal,
    StatusMissing,
    Why,
)
from centara_giftcard.terminal.ports import Operation
from centara_giftcard.terminal.sales import Sight


class _Waiting(Struct, frozen=True):
    """No card is on the till."""


class _Checking(Struct, frozen=True):
    """The first reading of a card is under way."""

    card: KnownCard


class _Card(Struct, frozen=True):
    """A card was read; `offer` is the part of an amount that it could pay, where it was asked for more."""

    sight: Sight
    offer: Offer | None = None


class _Preparing(Struct, frozen=True):
    """The card is read once more before the request."""

    sight: Sight


class _Paying(Struct, frozen=True):
    """A payment is in front of the cashier. `due` is all the customer owes."""

    sight: Sight
    payment: Payment
    due: Money

    @property
    def shown(self) -> PaymentShown:
        """The event that tells of it."""
        return PaymentShown(self.payment, self.sight.card, self.sight.status, self.due)


class Paying:
    """The use case behind the Till (F2). Its public methods are handled in the one queue's turn."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reader = CardReader(desk)
        self._now: _Waiting | _Checking | _Card | _Preparing | _Paying = _Waiting()
        self._carried: Money | None = None
        self._begun = False

    # --- what the cashier asks for ---

    def begin(self, begun: bool) -> None:
        """An amount was begun for the card on the till, or taken back: from then on the card is pinned."""
        self._desk.put(self._begin, begun)

    def request(self, due: Money) -> None:
        """Request a hold of `due`, all the customer owes; a card with less is offered to pay its part."""
        self._desk.access.ask([Need(Permission.PAY, due)], self._request, due)

    def accept(self, offer: Offer) -> None:
        """Request the part that was offered, if that offer still stands."""
        self._desk.access.ask([Need(Permission.PAY, offer.part)], self._accept, offer)

    def withdraw(self) -> None:
        """Take the offer back: another amount is being typed."""
        self._desk.put(self._withdraw)

    def allow(self) -> None:
        """Allow payments again: the person at the till was told why none is requested."""
        self._desk.access.ask([Need(Permission.CLOSE)], self._allow)

    def take(self) -> None:
        """Take the payment: the one call that moves value."""
        shown = self._in_front
        needs = [Need(Permission.PAY, shown.amount)] if shown is not None else []
        self._desk.access.ask(needs, self._decide, shown, Take())

    def release(self) -> None:
        """Release the hold."""
        self._desk.access.ask([Need(Permission.RELEASE)], self._decide, self._in_front, Release())

    def let_go(self) -> None:
        """Release the hold as the till ends, whoever is at it."""
        self._desk.put(self._decide, self._in_front, Release())

    def carry(self) -> None:
        """Go on with the next card for what is left to pay after a part was taken."""
        self._desk.put(self._carry)

    def leave(self) -> None:
        """Step back from a card or a carried rest, or on from a payment about which all is said by now."""
        self._desk.put(self._leave)

    # --- what the controller asks ---

    @property
    def _in_front(self) -> Payment | None:
        return self._now.payment if isinstance(self._now, _Paying) else None

    @property
    def holds(self) -> bool:
        """Whether a hold waits for its decision in front of the cashier."""
        payment = self._in_front
        return payment is not None and payment.verdict is Verdict.HELD

    @property
    def pinned(self) -> KnownCard | None:
        """The card that must be finished before any other (row 3); one that was only looked at is none."""
        match self._now:
            case _Card(sight=sight) if self._begun and self._is_good(sight):
                return sight.card
            case _Checking(card=card) if self._begun:
                return card
            case _Preparing(sight=sight):
                return sight.card
            case _Paying(sight=sight, payment=payment) if not payment.told:
                return sight.card
        return None

    def owns(self, operation: Operation) -> TypeGuard[Payment]:
        """Whether an operation is the payment in front of the cashier."""
        return self._in_front is not None and self._in_front.id == operation.id

    def stop(self) -> None:
        """Give up the reading under way: the till ends."""
        self._reader.stop()

    def show(self) -> None:
        """The till has started and waits for a card."""
        self._turn(_Waiting())
        self._ready()

    # --- cards ---

    async def named(self, card: KnownCard) -> None:
        """A card was scanned, or its number typed; the same once more is read once more."""
        self._turn(_Checking(card))
        self._desk.publish(Checking(card))
        self._reader.read(card, self._checked)

    async def _checked(self, card: KnownCard, result: Answer) -> None:
        if isinstance(result, StatusFailed):
            self._turn(_Waiting())
            return self._desk.publish(StatusMissing(card, result.cause, result.words, result.misfit))
        return self._show_card(await self._sighted(card, result))

    async def _sighted(self, card: KnownCard, status: CardStatus) -> Sight:
        """A card as it was just read; whoever waits for a reading of it is told (rows 19b, 20, 28b)."""
        seen = self._reader.seen(card, status)
        await self._desk.operations.sighted(card.number, StatusSeen(status.balance, seen.at_s), seen.asked_at)
        return seen

    def _show_card(self, sight: Sight, changed: bool = False, offer: Offer | None = None) -> None:
        self._now = _Card(sight, offer)
        card, status = sight.card, sight.status
        open_here = tuple(
            it
            for it in self._desk.operations.unsettled()
            if isinstance(it, Payment) and it.card == card.number
        )
        found, stopped = self._standing(card, status), self._desk.operations.brake.reason
        self._desk.publish(CardShown(card, status, found, changed, offer, self._carried, open_here, stopped))

    def _standing(self, card: KnownCard, status: CardStatus) -> Standing:
        found = standing(status, self._desk.clock.now())
        return found if accepted_here(card) or not status.issued else Standing.NOT_ACCEPTED

    def _is_good(self, sight: Sight) -> bool:
        return self._standing(sight.card, sight.status) is Standing.GOOD

    # --- an amount ---

    async def _begin(self, begun: bool) -> None:
        self._begun = begun

    async def _request(self, due: Money) -> None:
        now = self._now
        if not isinstance(now, _Card):
            return None
        sight = now.sight
        owed = due if self._carried is None else max(due, self._carried)  # less than a rest is a part of it
        if self._is_good(sight) and due > sight.status.available:
            return self._show_card(sight, offer=Offer(sight.status.available, owed))
        return await self._prepare(sight, due, owed)

    async def _accept(self, offer: Offer) -> None:
        if isinstance(self._now, _Card) and self._now.offer == offer:
            await self._prepare(self._now.sight, offer.part, offer.due)

    async def _allow(self) -> None:
        operations = self._desk.operations
        if isinstance(self._now, _Card) and operations.brake.on:
            try:
                await operations.allow_payments(self._desk.operator)
            except JournalError:
                return self._desk.publish(Refusal(Why.JOURNAL_FAILED))
            self._show_card(self._now.sight)
        return None

    async def _withdraw(self) -> None:
        if isinstance(self._now, _Card) and self._now.offer is not None:
            self._show_card(self._now.sight)

    async def _prepare(self, sight: Sight, amount: Money, due: Money) -> None:
        """Request a hold, on a balance that is fresh: it is what a lost reply is compared with."""
        if self._desk.operations.brake.on:
            self._show_card(sight)  # where it says why, and how to allow it
            return self._desk.publish(Refusal(Why.PAYMENTS_STOPPED))
        why = self._desk.barred(sight.card, amount)
        if why is None and not self._covered(sight, amount):
            why = Why.MORE_THAN_AVAILABLE
        if why is not None:
            return self._desk.publish(Refusal(why))
        if self._desk.fresh(sight):
            return await self._start(sight, amount, due)
        self._now = _Preparing(sight)
        self._desk.publish(Preparing(sight.card, sight.status, amount))

        async def read_again(card: KnownCard, result: Answer) -> None:
            if isinstance(result, StatusFailed):
                self._show_card(sight)  # as old as it was
                return self._desk.publish(Refusal(Why.BALANCE_UNKNOWN, result.cause))
            seen = await self._sighted(card, result)
            if not self._covered(seen, amount):
                return self._show_card(seen, changed=True)
            self._now = _Card(seen)
            return await self._prepare(seen, amount, due)  # a payment on the card may have gone on meanwhile

        return self._reader.read(sight.card, read_again)

    def _covered(self, sight: Sight, amount: Money) -> bool:
        return self._is_good(sight) and bool(amount) and amount <= sight.status.available

    # --- a payment ---

    async def _start(self, sight: Sight, amount: Money, due: Money) -> None:
        payment = Payment(
            id=self._desk.ids.operation(),
            card=sight.card.number,
            instrument=sight.status.instrument,
            asked=amount,
            before=sight.status.balance,
            operator=self._desk.operator,
            created_at=self._desk.clock.now(),
            due=due,
            floor=sight.status.floor,
            series=sight.card.series.number if sight.card.series is not None else "",
            expires=sight.status.expires,
        )
        self._now = _Paying(sight, payment, due)
        if not await self._desk.start(payment):
            self._show_card(sight)  # as old as it was
            self._desk.publish(Refusal(Why.JOURNAL_FAILED))

    async def _decide(self, shown: Payment | None, decision: Take | Release) -> None:
        if shown is not None and shown.verdict is Verdict.HELD:  # the hold that the cashier saw when pressing
            await self._desk.operations.apply(shown.id, decision)

    def changed(self, operation: Operation) -> bool:
        """An operation moved on; whether it is the payment in front."""
        if not isinstance(self._now, _Paying) or not self.owns(operation):
            return False
        payment = operation
        self._now = now = replace(self._now, payment=payment)
        if payment.taken:
            self._carried = None  # paid, or its rest is offered anew
        waits = payment.quiet_since_s is not None and payment.doubtful
        left_s = quiet_left_s(payment.quiet_since_s, self._desk.clock.monotonic()) if waits else None
        self._desk.publish(replace(now.shown, decided_in_s=left_s, carried=self._carried))
        return True

    # --- on to the next ---

    async def _carry(self) -> None:
        now = self._now
        rest = now.shown.still_to_pay if isinstance(now, _Paying) else None
        if rest is not None:
            self._carried = rest
            self._turn(_Waiting())
            self._ready()

    async def _leave(self) -> None:
        match self._now:
            case _Preparing(sight=sight):
                self._reader.stop()
                return self._show_card(sight)
            case _Paying(payment=payment) if not (payment.told or payment.doubtful):
                return None
            case _Waiting() if self._carried is None:
                return None
            case _Waiting():
                self._carried = None
            case _Card(offer=Offer()):
                return await self._withdraw()
        self._turn(_Waiting())
        return self._ready()

    def _turn(self, to: _Waiting | _Checking) -> None:
        """Nothing of what was on the till is there any more."""
        self._reader.stop()
        left = self._in_front
        if left is not None and left.decision is Decision.TAKE and not left.ended:
            self._carried = None  # it may have been taken: never an invitation to charge again
        self._now, self._begun = to, False

    def _ready(self) -> None:
        self._desk.publish(Ready(self._carried))
        if self._desk.operations.journal_failed:
            self._desk.publish(Refusal(Why.STOPPED))
