"""What the cashier does next. One queue, one writer: every press, scan and reply is handled in its turn.

The controller has the way of a scan to the use case it is for, the start and the end. The lock, paying,
selling, undoing a sale and the list of exceptions are use cases of their own on the same queue; what happens
to the money is the machines' business, how it is written down and sent is `Operations`', and where it is told
what became of it `Outcomes`'.
"""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Final

from centara_giftcard.domain.cards import identify
from centara_giftcard.domain.errors import CardNumberError, JournalError
from centara_giftcard.domain.operators import Need, Permission
from centara_giftcard.terminal.access import Access
from centara_giftcard.terminal.calls import Calls
from centara_giftcard.terminal.desk import Desk, Rules
from centara_giftcard.terminal.events import (
    Asked,
    Closing,
    Recovered,
    Refusal,
    ScanRefused,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.exceptions import Exceptions
from centara_giftcard.terminal.journal_words import Event
from centara_giftcard.terminal.operations import Operations
from centara_giftcard.terminal.outcomes import Outcomes
from centara_giftcard.terminal.paying import Paying
from centara_giftcard.terminal.ports import Clock, Ids, Journal, Locksmith, Loyalty, Recorder, Scan
from centara_giftcard.terminal.selling import Selling
from centara_giftcard.terminal.tasks import where
from centara_giftcard.terminal.turns import Turns
from centara_giftcard.terminal.undoing import Undoing
from centara_giftcard.terminal.watch import CALM_S, Watch

_BACK: Final = 20
"""The last payment before a start is looked for among so many operations."""


class Stage(Enum):
    """Which screen's use case a scanned card is for."""

    TILL = "till"
    SELL = "sell"
    UNDO = "undo"


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
        locksmith: Locksmith | None = None,
    ) -> None:
        """`locksmith` knows the operators, where somebody has to sign on."""
        self._hear = publish
        self._recorder = recorder
        self._journal = journal
        self._clock = clock
        self._watch = Watch(loyalty, clock, self._publish, lambda: self._operations.hurry())
        calls = Calls(loyalty, clock, ids, rules.reply_timeout_s, self._watch)
        self._turns = Turns(lambda: self._outcomes.tell_open(), self._failed)
        self._put = self._turns.put
        self._operations = Operations(
            calls,
            journal,
            clock,
            recorder,
            self._fed,
            lambda *step: self._outcomes.changed(*step),
            lambda *told: self._publish(Asked(*told)),
        )
        self.access = Access(locksmith, self._turns, self._publish, recorder)
        self._desk = Desk(
            rules,
            calls,
            self._operations,
            self._watch,
            clock,
            ids,
            recorder,
            self._put,
            self._publish,
            self.access,
        )
        self.paying = Paying(self._desk)
        self.selling = Selling(self._desk)
        self.undoing = Undoing(self._desk)
        self.exceptions = Exceptions(
            self._operations, self.access, rules.supervisors, self._put, self._publish
        )
        fronts = (self.paying, self.undoing, self.selling)
        self._outcomes = Outcomes(self._operations, fronts, clock, recorder, self._publish)
        self._stage = Stage.TILL
        self._started = asyncio.Event()
        self._takes_cards = False

    # --- what the cashier, the scanner and the program ask for; each is handled in its turn ---

    def scanned(self, scan: Scan) -> None:
        """A card was scanned or swiped."""
        self._put(self._card_named, scan.number, False)

    def keyed(self, number: str) -> None:
        """A card number was typed (needs the permission to key a number)."""
        self._put(self._card_named, number, True)

    def turn_to(self, stage: Stage) -> None:
        """From now on scanned cards are for another screen, but for those of a payment under way."""
        self._put(self._turn_to, stage)

    async def run(self) -> None:
        """Settle what the last run left, then handle one message after the other, for ever."""
        watching = asyncio.ensure_future(self._look_out())
        try:
            await self._turns.run(self._start, self._started)
        finally:
            watching.cancel()

    async def _look_out(self) -> None:
        while True:
            try:
                await self._watch.run()
            except Exception as fault:  # noqa: BLE001 - a bug in an adapter must not end the watch
                self._recorder.event("fault", fault=where(fault))
                await self._clock.sleep(CALM_S)

    async def started(self) -> None:
        """Return when the till is ready for a card."""
        await self._started.wait()

    # --- the end ---

    async def close(self, limit_s: float) -> None:
        """Release an undecided hold, wait up to `limit_s` for calls under way, and stop (row 37).

        `run` must be running still. What remains is settled at the next start.
        """
        if self._under_way():
            self._publish(Closing())
        limit = asyncio.ensure_future(self._clock.sleep(limit_s))
        while self._under_way() and not limit.done():
            if self.paying.holds:
                self.paying.let_go()  # also a hold that is placed only now
            over = self._turns.next_over()
            await asyncio.wait({limit, over}, return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
        limit.cancel()
        self._turns.close()
        self.paying.stop()
        await self._operations.close()

    def _under_way(self) -> bool:
        return self._turns.busy or self._operations.busy() or self.paying.holds

    # --- cards ---

    async def _turn_to(self, stage: Stage) -> None:
        self._stage = stage

    async def _card_named(self, text: str, keyed: bool) -> None:
        if self.access.locked or self.access.busy:
            return None
        if self._operations.journal_failed or not self._takes_cards:  # row 35, or recovery failed
            return self._publish(Refusal(Why.STOPPED))
        if keyed and not self._desk.rules.may_key_numbers:
            return self._publish(Refusal(Why.KEYING_NOT_ALLOWED))
        try:
            card = identify(text, self._desk.rules.series)
        except CardNumberError as error:
            return self._publish(ScanRefused(error.reason, keyed))  # what is in view stays
        pinned = self.paying.pinned
        if pinned is not None:
            return self._publish(Refusal(Why.FINISH_FIRST)) if card != pinned else None
        stage, name = self._stage, {Stage.SELL: self.selling.named, Stage.UNDO: self.undoing.named}
        needs = [Need(Permission.KEY_NUMBER)] if keyed else []
        if stage is Stage.TILL:
            needs.append(Need(Permission.BALANCE))
        return await self.access.unless_denied(needs, name.get(stage, self.paying.named), card)

    # --- the till itself ---

    async def _start(self) -> None:
        """Take up what the last run left, and tell what may be shown of it.

        That is what is open (the list), that it is being settled, and the last payment while its customer may
        still be there; never a card or a hold in front of the cashier. What is due on paper is `Papers`'.
        """
        try:
            found = await self._operations.load()
            last = await self._journal.recent(_BACK)
        except JournalError as error:
            self._operations.journal_lost(error)
            self._publish(Refusal(Why.STOPPED))
            return
        self._outcomes.tell_open()
        self._outcomes.tell_last(last)
        if found:
            self._publish(Recovered(found))
        self._takes_cards = True
        self.access.begin()
        self.paying.show()

    def _publish(self, event: TerminalEvent) -> None:
        try:
            self._hear(event)
        except Exception as fault:  # noqa: BLE001 - a bug in the face must not cost an answer or an effect
            self._recorder.event("fault", fault=where(fault))

    def _fed(self, id: str, event: Event, number: int) -> None:
        self._put(self._operations.apply, id, event, number)

    def _failed(self, fault: Exception) -> None:
        self._recorder.event("fault", fault=where(fault))
        self._publish(Refusal(Why.STOPPED))
