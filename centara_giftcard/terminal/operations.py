"""The operations that are alive on this till: each step is journaled, then its effect is carried out.

The order never changes: the machine decides, the journal writes it down (synced), only then is anything
sent or shown. Only the controller's one task calls in here, so there is one writer.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count, takewhile
from typing import Final, TypeGuard, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from centara_giftcard.domain import issue as issuing
from centara_giftcard.domain import payment as paying
from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import HandedOver, Issue, Undone
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import (
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    HeldForAnother,
    Overtaken,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
    Verdict,
)
from centara_giftcard.domain.papers import is_sold
from centara_giftcard.domain.payment import Payment, Release, State, Take
from centara_giftcard.domain.payment_request import late_holds
from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.calls import Calls
from centara_giftcard.terminal.journal_words import JOURNAL_FAULT, Event, word_of
from centara_giftcard.terminal.misreads import note_misread
from centara_giftcard.terminal.ports import Clock, Journal, Operation, Record, Recorder
from centara_giftcard.terminal.tasks import where

CARDS_REMEMBERED: Final = 32
"""Cards whose last movement is remembered: many more than pass while one reading is fresh."""

T = TypeVar("T")

_NOTHING: Final = 0
"""The number of no call."""


def step(operation: Operation, event: Event) -> tuple[Operation, Effect | None]:
    """Apply one event by the machine of the operation's kind. Raises IllegalTransition."""
    machine: Callable[..., tuple[Operation, Effect | None]] = (
        paying.step if isinstance(operation, Payment) else issuing.step
    )
    return machine(operation, event)


class _Pause(Struct, eq=False):
    """An effect that waits for its time: whose, the task that waits, and what wakes it before."""

    operation: str
    task: asyncio.Task[None]
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Operations:
    """Live operations by id. `changed` hears every new state and the one before; `feed` brings an event back
    into the queue; `answered` is told when what a person asked about by id was asked, and why in vain.

    `feed` is given the operation's id, the event, and the number of the call that it answers.
    """

    def __init__(
        self,
        calls: Calls,
        journal: Journal,
        clock: Clock,
        recorder: Recorder,
        feed: Callable[[str, Event, int], None],
        changed: Callable[[Operation, Operation | None], None],
        answered: Callable[[str, Cause | None], None],
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._clock = clock
        self._recorder = recorder
        self._feed = feed
        self._changed = changed
        self._answered = answered
        self._live: dict[str, Operation] = {}
        self._awaited: Counter[str] = Counter()  # answers still to come; a late one must find its operation
        self._readings: dict[str, int] = {}  # the newest status call of each: an older one is out of date
        self._asked_at: dict[str, int] = {}  # the mark at which it was sent
        self._asks: dict[str, int] = {}  # of what a person had asked about: the call that one waits for
        self._newest: dict[str, int] = {}  # the newest call of each
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarms: set[asyncio.Task[None]] = set()  # of readings that others wait for: see Effect.unread_s
        self._pauses: dict[int, _Pause] = {}
        self._movements = 0  # counted, not timed: clocks are too coarse to order what follows at once
        self._moved: dict[CardNumber, int] = {}
        self.damaged: tuple[Record, ...] = ()
        self.brake = Brake()
        self.journal_failed = False

    def unsettled(self) -> tuple[Operation, ...]:
        """Every operation that belongs on the list of what is open, oldest first."""
        return tuple(it for it in self._live.values() if it.listed)

    def unprinted(self) -> tuple[Issue, ...]:
        """The live cards that nobody was given yet, oldest first; also from before the last start."""
        return tuple(it for it in self._live.values() if is_sold(it) and it.unprinted)

    def open_on(self, card: CardNumber, amount: Money | None = None) -> bool:
        """Whether an open operation of this till on `card` would blur the readings of a new one.

        One that is being found out about always does; an orphan only where its going could be taken for that
        of a hold of `amount`.
        """
        return any(it.card == card and self._blurs(it, amount) for it in self._live.values())

    def _blurs(self, it: Operation, amount: Money | None) -> bool:
        if it.lingers:
            return False
        if self._awaited[it.id]:
            return True
        same = amount is not None and it.asked_hold == amount
        finding_out = it.watched and not it.unprinted
        return not it.settled and (finding_out or same)

    def mark(self) -> int:
        """The present, for `moved_since`."""
        return self._movements

    def moved_since(self, card: CardNumber, mark: int) -> bool:
        """Whether an operation of this till on `card` went on after `mark`: older readings are stale."""
        return self._moved.get(card, 0) > mark

    async def start(self, operation: Operation) -> None:
        """Write the intent down, then make the request.

        Raises JournalError when it could not be written: then nothing was sent (row 34).
        """
        for it in tuple(self._live.values()):
            if it.card == operation.card and it.taking and it.verdict is Verdict.UNCLEAR:
                overtaken, _ = step(it, Overtaken())
                await self._written(self._journal.record(overtaken, word_of(Overtaken())))
                self._keep(overtaken, None)
        await self._written(self._journal.record(operation, "requested"))
        self._keep(operation, Effect(operation.request))

    async def load(self) -> int:
        """Take up what the last run left unfinished (row 36) and say how many. Raises JournalError."""
        found, self.damaged = await self._written(self._journal.unfinished())
        self.brake = await self._written(self._journal.brake())
        self._live.update((operation.id, operation) for operation in found)
        for operation in found:
            await self.apply(operation.id, Restarted())
        return sum(not it.lingers for it in found)

    def journal_lost(self, fault: JournalError, **context: str) -> None:
        """The journal failed: nothing new is begun from now on (row 35)."""
        self._recorder.event("journal_failed", **context, fault=str(fault))
        self.journal_failed = True

    async def apply(self, id: str, event: Event, number: int = 0) -> None:
        """Bring one event to its operation.

        Dropped are an event for an operation that is forgotten, a decision about a hold that was decided
        meanwhile, and a reading that a newer one was asked for since.
        """
        before = self._live.get(id)
        if before is None or not _still_means(event, before):
            return
        await self._take_in(before, event, number)
        if isinstance(event, Reply | StatusSeen) and self._asks.get(id) == number:
            self._asked(id, _in_vain(event))  # and nothing more is asked at once

    async def _take_in(self, before: Operation, event: Event, number: int) -> None:
        id = before.id
        if isinstance(event, Reply | StatusSeen):
            self._awaited[id] -= 1
        lost: tuple[Payment, ...] = ()
        if isinstance(event, StatusSeen) and before.card is not None:
            lost = self._lost_on(before.card, self._asked_at.get(id, 0), before)
        only_read = before.lingers or (before.state is State.ORPHAN_HOLD and isinstance(event, StatusSeen))
        if before.card is not None and not only_read:
            self._note_movement(before.card)
        if _is_reading(event) and number != self._readings.get(id):
            return self._forget_settled(before)
        if isinstance(event, Closed):
            self._call_off(id)
            await self._explain(before)
        if isinstance(event, StatusSeen):
            return await self._read(before, event, lost)
        return await self._advance(before, event)

    async def _explain(self, closing: Operation) -> None:
        """What is held for a payment that a person closes is no late hold of an older one on that card."""
        held = closing.standing
        older = takewhile(lambda it: it.id != closing.id, tuple(self._live.values()))
        for it in older:  # a newer one began with that hold in view
            if held is not None and it.card == closing.card and it.lingers:
                await self._advance(it, HeldForAnother(held))

    async def ask_again(self, id: str) -> None:
        """Find out now about an operation that waits for its time, or for a person."""
        for pause in self._pauses.values():
            if pause.operation == id:
                pause.woken.set()
        operation = self._live.get(id)
        if operation is None:
            return None
        if self._awaited[id]:
            self._asks[id] = self._newest[id]
            return None
        return await self._ask(id, AskedAgain())

    async def let_go(self, id: str) -> None:
        """Release a hold that nobody decided about, because a person asks for it on the list."""
        await self._ask(id, Release())

    async def _ask(self, id: str, event: AskedAgain | Release) -> None:
        self._asks[id] = _NOTHING
        await self.apply(id, event)
        if self._asks.get(id) == _NOTHING:  # there was nothing to ask for
            self._asked(id, None)

    def _asked(self, id: str, in_vain: Cause | None) -> None:
        del self._asks[id]
        self._answered(id, in_vain)

    def hurry(self) -> None:
        """Make every call that waits for its time now: the server is back."""
        for pause in self._pauses.values():
            if not self._live[pause.operation].lingers:
                pause.woken.set()

    async def write_off(self, id: str, closed: Closed) -> None:
        """Take an operation whose entry is damaged off the list. Raises JournalError."""
        await self._written(self._journal.write_off(id, closed))
        self.damaged = tuple(record for record in self.damaged if record.id != id)

    async def sighted(self, card: CardNumber, seen: StatusSeen, asked_at: int) -> None:
        """Tell of a reading that had another reason whoever waits for one on `card` (rows 19b, 20, 28b).

        Not where the card moved since the mark at which it was asked for: then it may be from before.
        """
        if self.moved_since(card, asked_at):
            return
        lost = self._lost_on(card, asked_at)
        for operation in tuple(self._live.values()):
            waits = operation.state is State.ORPHAN_HOLD or operation.doubt is Doubt.ACCEPTED
            if operation.card == card and waits:
                self._call_off(operation.id)  # the reading that it waits for is here
                await self._advance(operation, seen)
        await self._tell_lost(lost, seen)

    async def _read(self, asker: Operation, seen: StatusSeen, lost: tuple[Payment, ...]) -> None:
        """A reading is told to whom it was made for, and to the lost requests whose holds it would show."""
        if asker in lost:
            return await self._tell_lost(lost, seen, asker)
        hidden = Reply(Call.STATUS, StatusFailed(Cause.CONFLICT))
        return await self._advance(asker, hidden if asker.lingers else seen)

    async def _tell_lost(
        self, lost: tuple[Payment, ...], seen: StatusSeen, asker: Operation | None = None
    ) -> None:
        card = {it.card for it in lost}
        alone = not any(it.card in card and it.listed for it in self._live.values())
        seen = replace(seen, alone=alone)
        late = late_holds(lost, seen)
        for it in sorted(lost, key=late.__contains__):  # a power cut after the first: explained before blamed
            others = sum(other.asked.minor for other in late if other is not it)
            told = replace(seen, others=Money(others, it.asked.currency), by_the_way=it is not asker)
            if it in late and it is not asker:
                self._call_off(it.id)  # no look is needed any more
            await self._advance(it, told)

    def _lost_on(
        self, card: CardNumber, asked_at: int, asker: Operation | None = None
    ) -> tuple[Payment, ...]:
        """The requests without an answer on a card whose late holds a reading shows, newest first.

        Nothing where they could not be told from what else this till does, or did since, on the card.
        """
        here = [it for it in self._live.values() if it.card == card]
        lost = tuple(it for it in reversed(here) if _is_lost(it) and (it is asker or it.lingers))
        moves = any(self._moves(it) for it in here if it not in lost)
        return () if moves or self.moved_since(card, asked_at) else lost

    def _moves(self, it: Operation) -> bool:
        """Whether what an operation does, or may do yet, could be taken for another's late hold.

        An orphan is only ever read.
        """
        if it.state is State.ORPHAN_HOLD:
            return False
        return bool(self._awaited[it.id]) or (it.listed and (it.watched or it.hold_known))

    async def _advance(self, before: Operation, event: Event) -> None:
        operation, effect = step(before, event)
        note_misread(self._recorder, before, operation)
        # Perhaps what was not written is what explains a late hold: the next start reads that anew.
        read_anew = self.journal_failed and isinstance(event, StatusSeen) and _is_lost(before)
        if operation != before and not read_anew:
            try:
                await self._brake(before, event, operation)
                await self._written(self._journal.record(operation, word_of(event)))
            except JournalError as error:
                self.journal_lost(error, operation=before.id)
                if operation.taking and not before.taking:
                    operation, effect = step(before, Release())  # a decision that is not on disk is not made
                    operation = await self._overwritten(operation)
        self._keep(operation, effect)
        if self.journal_failed and operation.state is State.HELD:
            self._feed(before.id, Release(), 0)  # row 35: finish from memory, leave no hold undecided

    async def allow_payments(self, operator: str) -> None:
        """Take the brake off: somebody read why it is on. Raises JournalError."""
        by = f" by {operator}" if operator else ""
        await self._set_brake(Brake(), self.brake.by, f"payments allowed{by}")

    async def _brake(self, before: Operation, event: Event, now: Operation) -> None:
        """Put the brake on before anything else can go on. Raises JournalError."""
        brake = self.brake.after(before, event, now)
        if brake != self.brake:
            word = "success unread" if brake.unread else "success read"
            word = word if brake.by == self.brake.by else "payments stopped"
            await self._set_brake(brake, now.id, word)

    async def _set_brake(self, brake: Brake, payment: str, event: str) -> None:
        await self._written(self._journal.set_brake(brake, payment, event))
        self.brake = brake
        self._recorder.event("brake", operation=payment, what=event)

    async def _overwritten(self, released: Operation) -> Operation:
        """Write a release over a decision to take that failed to be written, and may be on the disk yet.

        Where that fails too, the next start may find either: then nobody may be told that it was not taken.
        """
        try:
            await self._written(self._journal.record(released, word_of(Release())))
        except JournalError:
            return replace(released, problem=Cause.JOURNAL)
        return released

    def _note_movement(self, card: CardNumber) -> None:
        self._movements += 1
        self._moved.pop(card, None)
        self._moved[card] = self._movements  # at the end: the newest
        if len(self._moved) > CARDS_REMEMBERED:
            del self._moved[next(iter(self._moved))]

    def busy(self) -> bool:
        """Whether a call is under way that will bring its answer soon (pauses do not count)."""
        return len(self._tasks) > len(self._pauses)

    async def close(self) -> None:
        """Stop calls and pauses; the next start settles what they were about (row 37)."""
        running = self._tasks | self._alarms
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _keep(self, operation: Operation, effect: Effect | None) -> None:
        before = self._live.get(operation.id)
        self._live[operation.id] = operation
        if effect is not None:
            self._awaited[operation.id] += 1
            number = self._newest[operation.id] = next(self._numbers)
            if operation.id in self._asks and not effect.after_s:
                self._asks[operation.id] = number
            if effect.call is Call.STATUS:
                self._readings[operation.id] = number
            task = asyncio.ensure_future(self._carry_out(effect, operation, number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if effect.after_s:
                self._pauses[number] = _Pause(operation.id, task)
            if effect.unread_s is not None:
                alarm = asyncio.ensure_future(self._alarm(operation, effect.unread_s))
                self._alarms.add(alarm)
                alarm.add_done_callback(self._alarms.discard)
        self._forget_settled(operation)
        self._changed(operation, before)

    def _call_off(self, id: str) -> None:
        """Drop the calls for an operation that still wait for their time."""
        for number, pause in list(self._pauses.items()):
            if pause.operation == id:
                pause.task.cancel()
                del self._pauses[number]
                self._awaited[id] -= 1
                if self._asks.get(id) == number:
                    self._asked(id, None)

    def _forget_settled(self, operation: Operation) -> None:
        if operation.settled and not self._awaited[operation.id]:
            self._look_behind(operation)
            del self._live[operation.id], self._awaited[operation.id]
            self._readings.pop(operation.id, None)
            self._asked_at.pop(operation.id, None)
            self._newest.pop(operation.id, None)

    def _look_behind(self, operation: Operation) -> None:
        """What is over on a card no longer hides a late hold there: the card is looked at now (row 19b)."""
        for pause in self._pauses.values():
            waits = self._live[pause.operation]
            if waits.lingers and waits.card == operation.card:
                pause.woken.set()

    async def _carry_out(self, effect: Effect, operation: Operation, number: int) -> None:
        def feed(event: Event) -> None:
            self._feed(operation.id, event, number)

        if effect.after_s:
            await self._wait(effect.after_s, self._pauses[number].woken)
            del self._pauses[number]
        if effect.call is Call.STATUS:
            self._asked_at[operation.id] = self._movements
        self._recorder.event("call", call=effect.call.value, operation=operation.id)
        try:
            await self._calls.make(effect.call, operation, feed)
        except Exception as fault:  # noqa: BLE001 - a bug in an adapter: the outcome is unknown indeed
            self._recorder.event("fault", operation=operation.id, fault=where(fault))
            lost = StatusFailed if effect.call is Call.STATUS else OutcomeUnknown
            feed(Reply(effect.call, lost(Cause.LOST)))

    async def _alarm(self, operation: Operation, unread_s: float) -> None:
        await self._clock.sleep(unread_s)
        now = self._live.get(operation.id)
        if now is not None and now.doubt is operation.doubt:  # it still waits for that reading
            self._feed(operation.id, Unread(), 0)

    async def _wait(self, pause_s: float, woken: asyncio.Event) -> None:
        over = asyncio.ensure_future(self._clock.sleep(pause_s))
        called = asyncio.ensure_future(woken.wait())
        try:
            await asyncio.wait({over, called}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            called.cancel()

    async def _written(self, access: Awaitable[T]) -> T:
        """Await the journal. A bug in it is a journal that fails: nothing may go on without it."""
        try:
            return await access
        except JournalError:
            raise
        except Exception as fault:  # noqa: BLE001 - see above
            self._recorder.event("fault", fault=where(fault))
            raise JournalError(JOURNAL_FAULT) from None


def _still_means(event: Event, operation: Operation) -> bool:
    """Whether what a person pressed fits what the operation has become since the press."""
    match event:
        case Take():
            return operation.state is State.HELD
        case Release():
            return operation.releasable
        case Closed():
            return operation.told and operation.listed
        case AskedAgain():
            finds_out = operation.watched or operation.card is None
            return operation.told and operation.listed and not finds_out and not operation.unprinted
        case HandedOver() | Undone():
            return operation.unprinted
        case Unread():
            return operation.doubt in {Doubt.PLACED, Doubt.ACCEPTED} and not operation.ended
    return True


def _is_lost(operation: Operation) -> TypeGuard[Payment]:
    """Whether nobody answered for it, and its hold may be there yet."""
    if not isinstance(operation, Payment):
        return False
    return operation.lingers or (operation.state is State.REQUESTING and operation.doubt is not None)


def _in_vain(event: Reply | StatusSeen) -> Cause | None:
    """Why a call brought no answer, None where it did."""
    result = event.result if isinstance(event, Reply) else None
    return result.cause if isinstance(result, NotSent | OutcomeUnknown | StatusFailed) else None


def _is_reading(event: Event) -> bool:
    return isinstance(event, StatusSeen) or (isinstance(event, Reply) and event.call is Call.STATUS)
