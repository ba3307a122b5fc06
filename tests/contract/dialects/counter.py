"""A till at a server of another dialect: the real client and the real core, over a real socket, in a hurry.

The hands press what they are told, and `said` keeps what the screens said. The core's clock runs SPEED times
too fast, so that its long pauses are short; the client's and the server's are real.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from simulation.ledger import EUR, LIVE_SERIES, SERIES, eur
from simulation.life import WORDS

from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.operation import ATTEMPTS, PROOF_S, Closed
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.machine import SystemIds
from centara_giftcard.terminal.controller import Controller, Stage
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    CardShown,
    OpenChanged,
    PaymentShown,
    Ready,
    Refusal,
    SellShown,
    Settled,
    StatusMissing,
    TerminalEvent,
    UndoShown,
)
from centara_giftcard.terminal.ports import Operation, Record, Scan, ScanSource
from centara_giftcard.terminal.sales import SaleStep
from centara_giftcard.ui.presenters.sell import SellPresenter
from centara_giftcard.ui.presenters.till import TillPresenter
from centara_giftcard.ui.presenters.undo import UndoPresenter

SPEED: Final = 40.0
"""The till's half minutes take three quarters of a second."""

PATIENCE_S: Final = 60.0
"""Real seconds after which the hands go on, whatever the screen shows: then nothing was served."""

REPLY_S: Final = 5.0
ASKED: Final = 1250


class _HastyClock:
    """Port Clock, SPEED times too fast."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    async def sleep(self, seconds: float) -> None:
        # How long a reading may keep a word waiting is real, because the readings are.
        await asyncio.sleep(seconds if seconds == PROOF_S else seconds / SPEED)


class _Memory:
    """Port Journal: nothing is cut off here."""

    async def record(self, operation: Operation, event: str) -> None:
        """Kept by nobody."""

    async def unfinished(self) -> tuple[Sequence[Operation], tuple[Record, ...]]:
        return (), ()

    async def brake(self) -> Brake:
        return Brake()

    async def set_brake(self, brake: Brake, payment: str, event: str) -> None:
        """Each till here serves one customer."""

    async def write_off(self, id: str, closed: Closed) -> None:
        """No entry is damaged."""

    async def recent(self, limit: int) -> Sequence[Record]:
        return ()

    async def since(self, moment: datetime) -> Sequence[Record]:
        return ()

    async def close(self) -> None:
        """Nothing to close."""


class Counter:
    """One till for one customer. `said` are outcomes with their operations, in order; `operations` all that
    this till began, as they stand; `listed` the ids of those that are on its list."""

    def __init__(self, address: str, rules: WireRules, units_proven: bool) -> None:
        self.said: list[tuple[str, str]] = []
        self.operations: dict[str, Operation] = {}
        self.listed: frozenset[str] = frozenset()
        self.faults: list[str] = []
        self.troubles: set[str] = set()
        self._seen: dict[type, Any] = {}
        self._stir = asyncio.Event()
        token = AccessToken("till-3")
        self._loyalty = HttpLoyalty(
            address, "acme", token, EUR, rules, REPLY_S, REPLY_S, REPLY_S, series=SERIES, note=self._note
        )
        clock, desk = _HastyClock(), Rules(SERIES, EUR, True, REPLY_S, units_proven=units_proven)
        self.controller = Controller(self._loyalty, _Memory(), clock, SystemIds(), self, desk, self._hear)
        told = (self, lambda view: None, asyncio.get_running_loop().call_later)
        self._stages = (
            TillPresenter(self.controller, WORDS, EUR, True, *told),
            SellPresenter(self.controller, WORDS, EUR, SERIES, True, *told, lambda id: None),
            UndoPresenter(self.controller, WORDS, SERIES, True, *told),
        )
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._stages[0].enter_view()
        self._running = asyncio.ensure_future(self.controller.run())
        await self.controller.started()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.controller.close(PATIENCE_S * SPEED)
        assert self._running is not None
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await asyncio.sleep(0)  # the look for the server under way is called off first
        await self._loyalty.close()

    # --- what the hands do ---

    async def pay(self, number: str, take: bool, before_f12: Callable[[], Any] | None = None) -> None:
        """Scan, ask for ASKED, and take it or let it go; give up where the till does."""
        self.controller.scanned(Scan(number, ScanSource.SERIAL))
        await self._until(lambda: CardShown in self._seen or StatusMissing in self._seen)
        if CardShown not in self._seen:
            return
        self.controller.paying.request(eur(ASKED))
        await self._until(lambda: self._rests or (self._payment and self._payment.state is State.HELD))
        if self._payment is None or self._payment.state is not State.HELD:
            return
        if before_f12 is not None:
            await before_f12()
        (self.controller.paying.take if take else self.controller.paying.release)()
        await self._until(lambda: self._payment and self._payment.state is not State.HELD and self._rests)

    async def sell(self, number: str | None) -> None:
        """Sell a card for ASKED; None for one that is printed here, and is scanned back."""
        selling = self.controller.selling
        self._turn(Stage.SELL)
        if number is None:
            selling.choose(LIVE_SERIES)
        else:
            self.controller.scanned(Scan(number, ScanSource.SERIAL))
        if not await self._until(lambda: self._step() is SaleStep.AMOUNT or self._trouble()):
            return
        if self._step() is not SaleStep.AMOUNT:
            return
        selling.price(eur(ASKED))
        await self._until(lambda: self._sold().lines)
        selling.sell()
        await self._until(lambda: self._step() is SaleStep.DONE)
        for line in self._sold().lines if number is None else ():
            if line.issue is not None and line.issue.card is not None:
                self.controller.scanned(Scan(line.issue.card.reveal(), ScanSource.SERIAL))
                await self._until(lambda: all(_rests(it.issue) for it in self._sold().lines if it.issue))

    async def undo(self, number: str) -> None:
        """Undo the sale of a card."""
        self._turn(Stage.UNDO)
        self.controller.scanned(Scan(number, ScanSource.SERIAL))
        await self._until(lambda: self._undone().sight or self._undone().trouble)
        if self._undone().sight:
            self.controller.undoing.undo()
            await self._until(
                lambda: self._undone().trouble or (self._undone().issue and self._undone().issue.told)
            )

    async def rest(self) -> None:
        """Wait until the till has come to an end with all that it began, or a person has it."""
        await self._until(lambda: all(_rests(it) for it in self.operations.values()))

    async def lists(self, patience_s: float) -> None:
        """Wait until something stands on its list; no longer than a till in a hurry needs to look again."""
        await self._until(lambda: self.listed, patience_s)

    # --- what the screen shows ---

    @property
    def _payment(self) -> Payment | None:
        shown = self._seen.get(PaymentShown)
        return None if shown is None else shown.payment

    @property
    def _rests(self) -> bool:
        """Whether the request came to an end, or to nothing."""
        return _rests(self._payment) if self._payment else Refusal in self._seen or self._offered()

    def _offered(self) -> bool:
        return self._seen[CardShown].offer is not None

    def _sold(self) -> SellShown:
        return self._seen.get(SellShown, SellShown(SaleStep.SCAN, (), None, None, None, ()))

    def _step(self) -> SaleStep:
        return self._sold().step

    def _trouble(self) -> bool:
        return self._sold().trouble is not None or Refusal in self._seen

    def _undone(self) -> UndoShown:
        return self._seen.get(UndoShown, UndoShown(None, None, None, None, ()))

    def _turn(self, place: Stage) -> None:
        for stage in self._stages:
            stage.leave_view()
        self.controller.turn_to(place)
        self._stages[1 if place is Stage.SELL else 2].enter_view()

    async def _until(self, seen: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
        deadline = asyncio.get_running_loop().time() + patience_s
        while not seen():
            self._stir.clear()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._stir.wait()
            except TimeoutError:
                return False
        return True

    def _hear(self, event: TerminalEvent) -> None:
        self._seen[type(event)] = event
        match event:
            case PaymentShown():
                self._keep(event.payment)
            case Settled():
                self._keep(event.operation)
            case SellShown():
                for line in event.lines:
                    self._keep(line.issue)
            case UndoShown():
                self._keep(event.issue)
            case OpenChanged():
                for it in (*event.operations, *event.in_front):
                    self._keep(it)
                self.listed = frozenset(it.id for it in (*event.operations, *event.in_front))
            case StatusMissing():
                self.troubles.add(event.cause.value + (f" {event.misfit.member}" if event.misfit else ""))
            case Refusal():
                self.troubles.add(event.why.value)
            case Ready():
                self._seen.pop(PaymentShown, None)
        for stage in self._stages:
            stage.told(event)
        self._stir.set()

    def _keep(self, operation: Operation | None) -> None:
        if operation is not None:
            self.operations[operation.id] = operation
            if operation.problem is not None:
                self.troubles.add(operation.problem.value)
            if operation.state.value == "unclear":
                self.troubles.add("unclear")

    # --- port Recorder ---

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        it = self.operations.get(operation or "")
        # A yes of the server's is believed until a reading can be had, and a busy machine may take its time.
        if outcome is not None and it is not None and not it.unread:
            self.said.append((outcome, it.id))

    def event(self, name: str, **fields: str | int | float | bool | None) -> None:
        if name == "fault":
            self.faults.append(str(fields))

    def _note(self, name: str, facts: Any) -> None:
        if name == "unreadable":
            self.troubles.add(f"unreadable {facts['member']}")


def _rests(it: Operation) -> bool:
    if it.attempts > ATTEMPTS:  # a person was asked, and the till goes on in vain
        return True
    return not it.unread and (it.settled or it.ended or not it.watched)
