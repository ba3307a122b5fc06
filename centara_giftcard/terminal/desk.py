"""What the use cases of one till share: the server, the operations, the one queue, and how a card is read."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final, ParamSpec, Protocol

from msgspec import Struct

from centara_giftcard.domain.cards import CardStatus, KnownCard, Series
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.access import Access
from centara_giftcard.terminal.calls import Calls
from centara_giftcard.terminal.events import TerminalEvent, Why
from centara_giftcard.terminal.operations import Operations
from centara_giftcard.terminal.ports import Clock, Ids, Operation, Recorder
from centara_giftcard.terminal.sales import Sight
from centara_giftcard.terminal.tasks import where
from centara_giftcard.terminal.watch import Watch

FRESH_S: Final = 2.0
"""Older than this, a card is read again before a request: another till must not have moved what a lost reply,
or a no, is compared with."""

Answer = CardStatus | StatusFailed
P = ParamSpec("P")


class Rules(Struct, frozen=True):
    """What the settings allow at this till. With no `supervisors` named, anybody may be one.

    `units_proven`: how the server writes amounts is known, and not only set. `signs_on`: the till knows its
    operators and what each may do. After `lock_after_s` without a press it locks itself; 0 is never.
    """

    series: tuple[Series, ...]
    currency: Currency
    may_key_numbers: bool
    reply_timeout_s: float
    supervisors: frozenset[str] = frozenset()
    can_print: bool = True
    units_proven: bool = True
    signs_on: bool = False
    lock_after_s: float = 0.0


class Put(Protocol):
    """Has a use case's step done in its turn, with its arguments."""

    def __call__(self, handle: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue `handle`."""


class Desk(Struct):
    """The till's common ground."""

    rules: Rules
    calls: Calls
    operations: Operations
    watch: Watch
    clock: Clock
    ids: Ids
    recorder: Recorder
    put: Put
    publish: Callable[[TerminalEvent], None]
    access: Access

    @property
    def operator(self) -> str:
        """The number of whoever is at the till; empty for nobody."""
        return self.access.operator

    def fresh(self, sight: Sight) -> bool:
        """Whether a reading is young enough to compare with, and nothing of ours moved the card since."""
        young = self.clock.monotonic() - sight.at_s <= FRESH_S
        return young and not self.operations.moved_since(sight.card.number, sight.asked_at)

    def barred(self, card: KnownCard | None, amount: Money | None = None) -> Why | None:
        """Why nothing new may be requested now, for `card` or, where its number is not known yet, at all."""
        if self.operations.journal_failed:
            return Why.STOPPED
        if not self.rules.units_proven:
            return Why.UNITS_NOT_PROVEN
        if card is not None and self.operations.open_on(card.number, amount):
            return Why.OPEN_ON_CARD
        if self.watch.down:
            self.watch.look()
            return Why.SERVER_DOWN
        return None

    async def start(self, operation: Operation) -> bool:
        """Write an intent down and make its request; False where it cannot be written: nothing was sent.

        Once the journal failed nothing new is begun, also what was prepared before it did.
        """
        if self.operations.journal_failed:
            return False
        try:
            await self.operations.start(operation)
        except JournalError as error:
            self.recorder.event("journal_failed", fault=str(error))
            return False
        return True


class CardReader:
    """Reads one card at a time for a use case; a new reading, or `stop`, makes the one before it void."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reading: asyncio.Task[None] | None = None
        self._asked_at = 0

    def read(self, card: KnownCard, then: Callable[[KnownCard, Answer], Coroutine[None, None, None]]) -> None:
        """Read `card` and call `then` in its turn."""
        desk = self._desk

        async def read() -> None:
            result: Answer
            try:
                result = await desk.calls.read(card.number)
            except Exception as fault:  # noqa: BLE001 - a bug in an adapter is no answer
                desk.recorder.event("fault", fault=where(fault))
                result = StatusFailed(Cause.LOST)
            desk.put(then_if_wanted, result)

        async def then_if_wanted(result: Answer) -> None:
            if self._reading is task:  # the cashier has not stepped back or scanned another meanwhile
                await then(card, result)

        self.stop()
        self._asked_at = desk.operations.mark()
        task = self._reading = asyncio.ensure_future(read())

    def seen(self, card: KnownCard, status: CardStatus) -> Sight:
        """What the reading that just ended showed."""
        return Sight(card, status, self._asked_at, self._desk.clock.monotonic())

    def stop(self) -> None:
        """Give up the reading under way."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
