"""A life: one run of the program on a till, from power on to power cut. The code in it is the real one.

A life makes a step before and after each call, write and pause; a crash of the plan is armed at one of them
and strikes at once or a few turns of the event loop later, so that every await of the terminal can be the
last.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from simulation.disk import SimJournal
from simulation.ledger import EUR, SERIES
from simulation.loop import LIFE
from simulation.network import REPLY_S, Line
from unit.terminal.virtual_time import EPOCH

from centara_giftcard.domain.money import Money
from centara_giftcard.terminal.controller import Controller, Stage
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    CardShown,
    OpenChanged,
    PaymentShown,
    Ready,
    Refusal,
    ScanRefused,
    SellShown,
    ServerHeard,
    ServerSilent,
    Settled,
    TerminalEvent,
    UndoShown,
    Why,
)
from centara_giftcard.terminal.ports import Operation
from centara_giftcard.terminal.sales import SaleStep
from centara_giftcard.ui.presenters.holds import OWN_REFUSALS
from centara_giftcard.ui.presenters.sell import SellPresenter
from centara_giftcard.ui.presenters.till import TillPresenter
from centara_giftcard.ui.presenters.undo import UndoPresenter
from centara_giftcard.words import Words

if TYPE_CHECKING:
    from simulation.till import Till
    from simulation.world import World

SUPERVISOR: Final = "900"

_SHORTEST_S: Final = 0.1
"""No pause is shorter: a till that closes looks every 0.02 s whether it may, which proves no more."""


class _PlainWords(Words):
    """English, with amounts written fast: babel's wording of them is not what is simulated."""

    def say(self, sentence: str, **fields: object) -> str:
        return sentence.format(**fields) if fields else sentence

    def money(self, amount: Money) -> str:
        return _money(amount.minor)


@lru_cache(10_000)
def _money(minor: int) -> str:
    return f"EUR {minor / 100:.2f}"


WORDS: Final = _PlainWords()


class SimClock:
    """Port Clock on virtual time; the end of a pause is a step at which the power may be cut."""

    def __init__(self, life: "Life") -> None:
        self._life = life
        self._time = asyncio.get_running_loop().time

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self._time() + self._life.till.wall_error_s)

    def monotonic(self) -> float:
        return self._time() - self._life.unslept_s

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, _SHORTEST_S))
        await self._life.step("after a pause")


class SimIds:
    """Port Ids: counting, over all tills."""

    def __init__(self) -> None:
        self._made = 0

    def operation(self) -> str:
        self._made += 1
        return f"op-{self._made}"

    def jitter(self) -> float:
        return 0.5


class Screen:
    """Port Recorder: what the cashier of one life is shown, and the faults that nobody may have."""

    def __init__(self, life: "Life") -> None:
        self._life = life
        self.screen_name = "starting"
        self.operation: str | None = None

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        life = self._life
        if not life.alive:
            return
        told = f"{outcome} {operation}: " if outcome else ""
        life.note(f'screen {screen}: {told}"{headline}"')
        life.world.law.shown(life, screen, outcome, operation)
        if life.place is Stage.TILL:
            changed = screen != self.screen_name
            self.screen_name, self.operation = screen, operation
            if changed:
                life.till.sees(screen)

    def event(self, name: str, **fields: object) -> None:
        if name == "fault" and self._life.alive:
            self._life.world.law.broken(7, f"a fault was recorded: {fields}")


class Life:
    """One run of the program on a till."""

    def __init__(self, world: "World", till: "Till") -> None:
        self.world, self.till, self.number = world, till, till.number
        self.alive, self.ready, self.stopped, self.journal_failed = True, False, False, False
        self.asleep, self.unslept_s = False, 0.0
        self.looked_at_s: float | None = None
        self.must_stop = False
        self.stopped_payments = False
        self.silent_since_s: float | None = None
        self.tasks: list[asyncio.Task[Any]] = []
        self.ended = asyncio.Event()
        self.place = Stage.TILL
        self.listed: tuple[Operation, ...] = ()
        self._selling = self._undoing = frozenset[str]()
        self._step = SaleStep.SCAN.value
        self._undo = "ready"
        self.shows = Screen(self)
        self._context = copy_context()
        self._context.run(LIFE.set, self)
        rules = Rules(SERIES, EUR, True, REPLY_S, frozenset({SUPERVISOR}))
        journal, line, clock = SimJournal(self, till.disk), Line(world, self), SimClock(self)
        self.controller = Controller(line, journal, clock, world.ids, self.shows, rules, self._hear)
        self.presenter = TillPresenter(
            self.controller, WORDS, EUR, True, self.shows, self._painted, self._later
        )
        self._stages: dict[Stage, TillPresenter | SellPresenter | UndoPresenter] = {
            Stage.TILL: self.presenter
        }
        self.spawn(self.controller.run())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` as this life's own."""
        self._context.run(asyncio.ensure_future, work)

    def own(self, call: Callable[..., None], *arguments: object) -> None:
        """Make a call from outside one that belongs to this life."""
        self._context.run(call, *arguments)

    async def step(self, what: str) -> None:
        """A moment at which the power may be cut; then this never returns."""
        ticks = self.till.armed()
        if ticks is not None:
            self._cut_in(ticks, what)
        if not self.alive:
            await asyncio.get_running_loop().create_future()

    def _cut_in(self, ticks: int, what: str) -> None:
        if ticks:
            asyncio.get_running_loop().call_soon(self._cut_in, ticks - 1, f"{what}, later")
        elif self.alive:
            self.note(f"power cut {what}")
            self.world.law.power_failed(self)
            self.till.power_off()

    @property
    def screen(self) -> str:
        """The screen in view; of selling and undoing, with what it waits for."""
        if self.place is Stage.TILL:
            return self.shows.screen_name
        return f"sell {self._step}" if self.place is Stage.SELL else f"undo {self._undo}"

    def turn_to(self, place: Stage) -> None:
        """Another page comes to the front."""
        if place is not self.place:
            before = self._stages[self.place]
            before.leave_view()
            if not isinstance(before, TillPresenter):
                before.put_away()
            self.place = place
            self.controller.turn_to(place)
            self._stage(place).enter_view()
            self.till.sees(self.screen)

    def _stage(self, place: Stage) -> "TillPresenter | SellPresenter | UndoPresenter":
        if place not in self._stages:
            said = (self.shows, self._painted, self._later)
            self._stages[place] = (
                SellPresenter(self.controller, WORDS, EUR, SERIES, True, *said, lambda id: None)
                if place is Stage.SELL
                else UndoPresenter(self.controller, WORDS, SERIES, True, *said)
            )
        return self._stages[place]

    def front(self) -> frozenset[str]:
        """The operations in front of the cashier that are not settled."""
        shown = self.presenter.payment
        paying = {shown.payment.id} if shown and not shown.payment.settled else frozenset[str]()
        return self._selling | self._undoing | paying

    def listed_ids(self) -> frozenset[str]:
        """What the till says is open: in front of the cashier, or on its list."""
        return self.front().union(it.id for it in self.listed)

    def note(self, text: str) -> None:
        self.world.note(f"till {self.number}", text)

    def _hear(self, event: TerminalEvent) -> None:
        if not self.alive:
            return
        self.world.law.dirty = True
        match event:
            case OpenChanged():
                self.listed = event.operations
                self.note(f"lists {[f'{it.id} {it.state.value}' for it in event.operations]}")
                self.world.law.lists(event.operations)
            case PaymentShown():
                self.world.law.told(event.payment)
            case CardShown():
                self.world.law.shows(event)
                self.stopped_payments = event.stopped is not None
            case Settled():
                self.note(f"{event.operation.id} came to its end: {event.operation.state.value}")
                self.world.law.told(event.operation)
            case SellShown():
                self._sells(event)
            case UndoShown():
                self._undoes(event)
            case ServerHeard():
                self.silent_since_s = None
            case ServerSilent():
                self.silent_since_s = self.silent_since_s or self.world.now_s
            case Ready():
                self.ready = True
            case Refusal(why=Why.STOPPED):
                self.stopped = True
        self._show(event)

    def _show(self, event: TerminalEvent) -> None:
        """Tell the pages; what was refused is told where the cashier is at work."""
        if isinstance(event, Refusal) and event.why in OWN_REFUSALS:
            return  # the page of open holds shows it
        for place, stage in list(self._stages.items()):
            if place is self.place or not isinstance(event, Refusal | ScanRefused):
                stage.told(event)

    def _sells(self, event: SellShown) -> None:
        issues = [line.issue for line in event.lines if line.issue is not None]
        self.note(f"sell {event.step.value}: {[f'{it.id} {it.state.value}' for it in issues]}")
        self._selling = frozenset(it.id for it in issues if not it.settled)
        for it in issues:
            self.world.law.told(it)
        self._step = event.step.value
        self.till.sees(self.screen)

    def _undoes(self, event: UndoShown) -> None:
        it = event.issue
        self._undo = "checking" if event.checking else "card" if event.sight else "ready"
        if it is not None:
            self.world.law.told(it)
            self._undo = "done" if it.told else "undoing"
        self._undoing = frozenset({it.id}) if it is not None and not it.settled else frozenset()
        self.note(f"undo {self._undo}{f': {it.id} {it.state.value}' if it else ''}")
        self.till.sees(self.screen)

    def _painted(self, view: object) -> None:
        """Nobody looks at the pixels."""

    def _later(self, delay_s: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        def if_alive() -> None:
            if self.alive:
                call()

        return asyncio.get_running_loop().call_later(delay_s, if_alive)
