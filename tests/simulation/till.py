"""A till: its disk, which stays, and its lives, each from power on to power cut. The code in a life is the
real one.

A life makes a step before and after each call, write and pause; a crash of the plan is armed at one of them
and strikes at once or a few turns of the event loop later, so that every await of the terminal can be the
last.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from simulation.disk import Disk, SimJournal
from simulation.ledger import EUR, SERIES, card_number
from simulation.network import REPLY_S, Line
from unit.terminal.virtual_time import EPOCH

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import SETTLED
from centara_giftcard.terminal.controller import Controller, Rules
from centara_giftcard.terminal.events import (
    LastSale,
    OpenChanged,
    PaymentShown,
    Ready,
    Refusal,
    Settled,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.ports import Scan, ScanSource
from centara_giftcard.ui.presenters.till import TillPresenter
from centara_giftcard.ui.presenters.views import TillView
from centara_giftcard.words import Words

if TYPE_CHECKING:
    from simulation.world import World

LIFE: Final[ContextVar["Life | None"]] = ContextVar("life", default=None)
"""Whose code is running: a task belongs to the life that made it."""

OFF: Final = "off"


class _PlainWords(Words):
    """English, with amounts written fast: babel's wording of them is not what is simulated."""

    def money(self, amount: Money) -> str:
        return _money(amount.minor)


@lru_cache(10_000)
def _money(minor: int) -> str:
    return f"EUR {minor / 100:.2f}"


WORDS: Final = _PlainWords()


class SimClock:
    """Port Clock on virtual time; waking up is a step at which the power may be cut."""

    def __init__(self, life: "Life") -> None:
        self._life = life
        self._time = asyncio.get_running_loop().time

    def now(self) -> datetime:
        return EPOCH

    def monotonic(self) -> float:
        return self._time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
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
        changed = screen != self.screen_name
        self.screen_name, self.operation = screen, operation
        told = f"{outcome} {operation}: " if outcome else ""
        life.note(f'screen {screen}: {told}"{headline}"')
        life.world.law.shown(life, screen, outcome, operation)
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
        self.tasks: list[asyncio.Task[Any]] = []
        self.ended = asyncio.Event()
        self.open_ids: frozenset[str] = frozenset()
        self.shows = Screen(self)
        rules = Rules(SERIES, may_key_numbers=True, reply_timeout_s=REPLY_S)
        journal, line, clock = SimJournal(self, till.disk), Line(world, self), SimClock(self)
        self.controller = Controller(line, journal, clock, world.ids, self.shows, rules, self._hear)
        self.presenter = TillPresenter(
            self.controller, WORDS, EUR, True, self.shows, self._painted, self._later
        )
        self.spawn(self.controller.run())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` as this life's own."""
        context = copy_context()
        context.run(LIFE.set, self)
        context.run(asyncio.ensure_future, work)

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
            self.till.power_off()

    def front(self) -> str | None:
        """The operation in front of the cashier, unless it is settled."""
        shown = self.presenter.payment
        return shown.payment.id if shown and shown.payment.state not in SETTLED else None

    def note(self, text: str) -> None:
        self.world.note(f"till {self.number}", text)

    def _hear(self, event: TerminalEvent) -> None:
        if not self.alive:
            return
        self.world.law.dirty = True
        match event:
            case OpenChanged():
                self.open_ids = frozenset(p.id for p in event.payments)
                self.note(f"lists {[f'{p.id} {p.state.value}' for p in event.payments]}")
            case PaymentShown():
                self.world.law.told(event.payment)
            case Settled():
                self.note(f"{event.payment.id} came to its end: {event.payment.state.value}")
                self.world.law.told(event.payment)
            case LastSale():
                pass  # PaymentShown says the same
            case Ready():
                self.ready = True
            case Refusal(why=Why.STOPPED):
                self.stopped = True
        self.presenter.told(event)

    def _painted(self, view: TillView) -> None:
        """Nobody looks at the pixels."""

    def _later(self, delay_s: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        def if_alive() -> None:
            if self.alive:
                call()

        return asyncio.get_running_loop().call_later(delay_s, if_alive)


class Till:
    """A machine at a counter. `life` is the program that runs on it, or None."""

    def __init__(self, world: "World", number: int) -> None:
        self.number = number
        self.disk = Disk(world, number)
        self.life: Life | None = None
        self.lives: list[Life] = []
        self.seen: Callable[[str], None] = lambda screen: None
        self._world = world
        self._crashes = {c.nth: c for c in world.plan.crashes if c.till == number}
        self._steps = 0
        self._down_s = 1.0

    @property
    def screen(self) -> str:
        """The name of the screen in view."""
        return self.life.shows.screen_name if self.life else OFF

    def boot(self) -> None:
        """Start the program, if it does not run."""
        if self.life is None and not self._world.over:
            self._world.note(f"till {self.number}", "starts")
            self.life = Life(self._world, self)
            self.lives.append(self.life)

    def power_off(self) -> None:
        """End everything at once; memory and screen are gone."""
        life, self.life = self.life, None
        if life is not None:
            life.alive = False
            life.ended.set()
            self.disk.power_off(life)
            self._world.law.dirty = True
            for task in life.tasks:
                task.cancel()
            self.sees(OFF)
            asyncio.get_running_loop().call_later(self._down_s, self.boot)

    async def restart(self) -> None:
        """Close the program in order, as at night, and start it again."""
        life = self.life
        if life is not None:
            life.note("is closed")
            life.spawn(self._close(life))
            await life.ended.wait()

    async def _close(self, life: Life) -> None:
        await life.controller.close(15.0)
        if life.alive:
            self.power_off()

    def armed(self) -> int | None:
        """Count a step; in how many turns of the loop a crash strikes, if one does."""
        crash = self._crashes.get(self._steps)
        self._steps += 1
        if crash is None or self._world.healed:
            return None
        self._down_s = crash.down_s
        return crash.ticks

    def sees(self, screen: str) -> None:
        """Tell who watches this till that another screen came."""
        self.seen(screen)

    def press(self, key: str) -> None:
        """One key, or a scan, by whoever stands at the till."""
        life = self.life
        if life is None:
            return
        life.note(f"cashier: {key}")
        if key.startswith("scan "):
            life.controller.scanned(Scan(card_number(int(key[5:])), ScanSource.SERIAL))
            return
        if key == "f12" and life.shows.screen_name == "hold" and life.shows.operation:
            self._world.law.f12(life.shows.operation)
        life.presenter.key(key)

    def type(self, text: str) -> None:
        """Many keys; what the screen shows between them is of no interest."""
        life = self.life
        if life is not None:
            life.note(f"cashier: types {text}")
            life.presenter.leave_view()
            for key in text:
                life.presenter.key(key)
            life.presenter.enter_view()
