"""The payments that are alive on this till: each step is journaled, then its effect is carried out.

The order never changes: the machine decides, the journal writes it down (synced), only then is anything
sent or shown. Only the controller's one task calls in here, so there is one writer.
"""

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import Final, TypeVar

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import (
    SETTLED,
    Call,
    Effect,
    Event,
    Payment,
    Release,
    Reply,
    Restarted,
    State,
    StatusSeen,
    Take,
    step,
)
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.calls import Calls
from centara_giftcard.terminal.ports import Clock, Journal, Recorder

CARDS_REMEMBERED: Final = 32
"""Cards whose last movement is remembered: many more than pass while one reading is fresh."""

T = TypeVar("T")


class Payments:
    """Live payments by id. `changed` hears every new state; `feed` brings an event back into the queue.

    `feed` is given the payment's id, the event, and the number of the call that it answers.
    """

    def __init__(
        self,
        calls: Calls,
        journal: Journal,
        clock: Clock,
        recorder: Recorder,
        feed: Callable[[str, Event, int], None],
        changed: Callable[[Payment], None],
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._clock = clock
        self._recorder = recorder
        self._feed = feed
        self._changed = changed
        self._live: dict[str, Payment] = {}
        self._awaited: Counter[str] = Counter()  # answers still to come; a late one must find its payment
        self._readings: dict[str, int] = {}  # the newest status call of each: an older one is out of date
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._pausing: set[int] = set()
        self._movements = 0  # counted, not timed: clocks are too coarse to order what follows at once
        self._moved: dict[CardNumber, int] = {}
        self.journal_failed = False

    def unsettled(self) -> tuple[Payment, ...]:
        """Every payment that is not settled, oldest first."""
        return tuple(p for p in self._live.values() if p.state not in SETTLED)

    def open_on(self, card: CardNumber, amount: Money) -> bool:
        """Whether an open payment of this till on `card` would blur the readings of a new one of `amount`.

        One that is being found out about always does; an orphan only where its going could be taken for ours.
        """
        return any(
            p.card == card
            and (self._awaited[p.id] or (p.state not in SETTLED and (p.watched or p.asked == amount)))
            for p in self._live.values()
        )

    def mark(self) -> int:
        """The present, for `moved_since`."""
        return self._movements

    def moved_since(self, card: CardNumber, mark: int) -> bool:
        """Whether a payment of this till on `card` went on after `mark`: readings from before are stale."""
        return self._moved.get(card, 0) > mark

    async def start(self, payment: Payment) -> None:
        """Write the intent down, then request the payment.

        Raises JournalError when it could not be written: then nothing was sent (row 34).
        """
        await self._written(self._journal.record(payment, "requested"))
        self._keep(payment, Effect(Call.PAY))

    async def load(self) -> int:
        """Take up what the last run left unfinished (row 36) and say how many. Raises JournalError."""
        found = await self._written(self._journal.unfinished())
        for payment in found:
            self._live[payment.id] = payment
        for payment in found:
            await self.apply(payment.id, Restarted())
        return len(found)

    async def apply(self, id: str, event: Event, number: int = 0) -> None:
        """Bring one event to its payment.

        Dropped are an event for a payment that is forgotten, a decision about a hold that was decided
        meanwhile, and a reading that a newer one was asked for since.
        """
        before = self._live.get(id)
        if before is None or (isinstance(event, Take | Release) and before.state is not State.HELD):
            return None
        if isinstance(event, Reply | StatusSeen):
            self._awaited[id] -= 1
        self._note_movement(before.card)
        if _is_reading(event) and number != self._readings.get(id):
            return self._forget_settled(before)
        return await self._advance(before, event)

    async def sighted(self, card: CardNumber, seen: StatusSeen) -> None:
        """Tell the orphan holds on `card` of a reading that was made for another reason (row 20)."""
        for payment in self.unsettled():
            if payment.card == card and payment.state is State.ORPHAN_HOLD:
                await self._advance(payment, seen)

    async def _advance(self, before: Payment, event: Event) -> None:
        payment, effect = step(before, event)
        if payment != before:
            try:
                await self._written(self._journal.record(payment, _name(event)))
            except JournalError as error:
                self._recorder.event("journal_failed", operation=before.id, fault=str(error))
                self.journal_failed = True
                if isinstance(event, Take):
                    payment, effect = step(before, Release())  # a decision that is not on disk is not made
                    with suppress(JournalError):  # what failed may be on the disk all the same: write over it
                        await self._written(self._journal.record(payment, _name(Release())))
        self._keep(payment, effect)
        if self.journal_failed and payment.state is State.HELD:
            self._feed(before.id, Release(), 0)  # row 35: finish from memory, leave no hold undecided

    def _note_movement(self, card: CardNumber) -> None:
        self._movements += 1
        self._moved.pop(card, None)
        self._moved[card] = self._movements  # at the end: the newest
        if len(self._moved) > CARDS_REMEMBERED:
            del self._moved[next(iter(self._moved))]

    def busy(self) -> bool:
        """Whether a call is under way that will bring its answer soon (pauses do not count)."""
        return len(self._tasks) > len(self._pausing)

    async def close(self) -> None:
        """Stop calls and pauses; the next start settles what they were about (row 37)."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, payment: Payment, effect: Effect | None) -> None:
        self._live[payment.id] = payment
        if effect is not None:
            self._awaited[payment.id] += 1
            number = next(self._numbers)
            if effect.call is Call.STATUS:
                self._readings[payment.id] = number
            task = asyncio.ensure_future(self._carry_out(effect, payment, number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if effect.after_s:
                self._pausing.add(number)
        self._forget_settled(payment)
        self._changed(payment)

    def _forget_settled(self, payment: Payment) -> None:
        if payment.state in SETTLED and not self._awaited[payment.id]:
            del self._live[payment.id], self._awaited[payment.id]
            self._readings.pop(payment.id, None)

    async def _carry_out(self, effect: Effect, payment: Payment, number: int) -> None:
        def feed(event: Event) -> None:
            self._feed(payment.id, event, number)

        if effect.after_s:
            await self._clock.sleep(effect.after_s)
            self._pausing.discard(number)
        self._recorder.event("call", call=effect.call.value, operation=payment.id)
        try:
            await self._calls.make(effect.call, payment, feed)
        except Exception as fault:  # noqa: BLE001 - a bug in an adapter: the outcome is unknown indeed
            self._recorder.event("fault", operation=payment.id, fault=where(fault))
            lost = StatusFailed if effect.call is Call.STATUS else OutcomeUnknown
            feed(Reply(effect.call, lost(Cause.LOST)))

    async def _written(self, access: Awaitable[T]) -> T:
        """Await the journal. A bug in it is a journal that fails: nothing may go on without it."""
        try:
            return await access
        except JournalError:
            raise
        except Exception as fault:  # noqa: BLE001 - see above
            self._recorder.event("fault", fault=where(fault))
            raise JournalError("The journal has a fault.") from None


def where(fault: BaseException) -> str:
    """Name a bug by its type and place; never by its text, which may hold a card number."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"


def _is_reading(event: Event) -> bool:
    return isinstance(event, StatusSeen) or (isinstance(event, Reply) and event.call is Call.STATUS)


def _name(event: Event) -> str:
    if isinstance(event, Reply):
        return f"{event.call.value} {type(event.result).__name__}"
    return type(event).__name__
