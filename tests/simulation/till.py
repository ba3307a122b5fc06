"""A till: its disk, which stays, and its lives, each from power on to power cut. The code in a life is the
real one.

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

from simulation.disk import Disk, SimJournal
from simulation.ledger import EUR, LIVE_SERIES, SERIES, card_number, eur
from simulation.loop import LIFE
from simulation.network import REPLY_S, Line
from simulation.plan import LIVE
from unit.terminal.virtual_time import EPOCH

from centara_giftcard.domain.money import Money
from centara_giftcard.terminal.controller import Controller, Place
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    OpenChanged,
    PaymentShown,
    Ready,
    Refusal,
    SellShown,
    ServerHeard,
    ServerSilent,
    Settled,
    TerminalEvent,
    UndoShown,
    Why,
)
from centara_giftcard.terminal.ports import Operation, Scan, ScanSource
from centara_giftcard.terminal.sales import Step
from centara_giftcard.ui.presenters.till import TillPresenter
from centara_giftcard.ui.presenters.views import TillView
from centara_giftcard.words import Words

if TYPE_CHECKING:
    from simulation.world import World

OFF: Final = "off"
SUPERVISOR: Final = "900"

_PLACES: Final = {"f2": Place.TILL, "f3": Place.SELL, "f4": Place.UNDO}

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
        changed = screen != self.screen_name
        self.screen_name, self.operation = screen, operation
        told = f"{outcome} {operation}: " if outcome else ""
        life.note(f'screen {screen}: {told}"{headline}"')
        life.world.law.shown(life, screen, outcome, operation)
        if changed and life.place is Place.TILL:
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
        self.must_stop = self.silent = False
        self.tasks: list[asyncio.Task[Any]] = []
        self.ended = asyncio.Event()
        self.place = Place.TILL
        self.listed: tuple[Operation, ...] = ()
        self._selling = self._undoing = frozenset[str]()
        self._step = Step.SCAN.value
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
            self.till.power_off()

    @property
    def screen(self) -> str:
        """The screen in view; of selling and undoing, with what it waits for."""
        if self.place is Place.TILL:
            return self.shows.screen_name
        return f"sell {self._step}" if self.place is Place.SELL else f"undo {self._undo}"

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
            case Settled():
                self.note(f"{event.operation.id} came to its end: {event.operation.state.value}")
                self.world.law.told(event.operation)
            case SellShown():
                self._sells(event)
            case UndoShown():
                self._undoes(event)
            case ServerHeard():
                self.silent = False
            case ServerSilent():
                self.silent = True
            case Ready():
                self.ready = True
            case Refusal(why=Why.STOPPED):
                self.stopped = True
        self.presenter.told(event)

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
        self.wall_error_s = 0.0
        self._world = world
        self._crashes = {c.nth: c for c in world.plan.crashes if c.till == number}
        self._steps = 0
        self._down_s = 1.0

    @property
    def screen(self) -> str:
        """The name of the screen in view."""
        return self.life.screen if self.life and not self.life.asleep else OFF

    def listed(self) -> frozenset[str]:
        """What this till says is open: while it is off or starts, what its journal has not settled."""
        if self.life is None or not self.life.ready:
            return frozenset(self.disk.unfinished())
        return self.life.listed_ids()

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
        if life is not None and not life.asleep:
            life.note(f"cashier: {key}")
            life.own(self._pressed, life, key)

    def _pressed(self, life: Life, key: str) -> None:
        word, _, number = key.rpartition(" ")
        if word in {"scan", "series", "price"}:
            self._hands_on(life, word, int(number))
        elif word:
            self._at_the_list(life, word, int(number))
        elif key in _PLACES:
            life.place = _PLACES[key]
            life.controller.turn_to(life.place)
            self.sees(life.screen)
        elif life.place is not Place.TILL:
            self._pressed_elsewhere(life, key)
        else:
            if key == "f12" and life.screen == "hold" and life.shows.operation:
                self._world.law.f12(life.shows.operation)
            life.presenter.key(key)

    def _pressed_elsewhere(self, life: Life, key: str) -> None:
        """F12 and Esc where cards are sold and sales undone."""
        selling, undoing = life.controller.selling, life.controller.undoing
        if key == "f12":
            selling.sell() if life.place is Place.SELL else undoing.undo()
        elif key == "escape":
            selling.leave() if life.place is Place.SELL else undoing.leave()

    def _hands_on(self, life: Life, word: str, number: int) -> None:
        if word == "series":
            life.controller.selling.choose(LIVE_SERIES)
        elif word == "price":
            life.controller.selling.price(eur(number))
        elif (card := self._newest() if number == LIVE else card_number(number)) is not None:
            self._world.law.scanned(card)
            life.controller.scanned(Scan(card, ScanSource.SERIAL))

    def _newest(self) -> str | None:
        """The number on the newest paper that this till could print."""
        made = [it for it in self._world.ledger.live.values() if it.till == self.number]
        return made[-1].account.number if made else None

    def _at_the_list(self, life: Life, word: str, number: int) -> None:
        """What a person does about one of the open holds and exceptions that are listed."""
        if not life.listed:
            return
        id, can = life.listed[number % len(life.listed)].id, life.controller.exceptions
        match word:
            case "ask":
                can.ask_again(id)
            case "let go":
                can.release(id)
            case "close":
                self._world.law.may_close(id)
                can.close(id, SUPERVISOR, "The guest was called")
            case "sneak":
                can.close(id, "7", "I am tired of it")

    def type(self, text: str) -> None:
        """Many keys; what the screen shows between them is of no interest."""
        life = self.life
        if life is not None and not life.asleep:
            life.note(f"cashier: types {text}")
            life.own(self._typed, life, text)

    def _typed(self, life: Life, text: str) -> None:
        if life.place is not Place.TILL:
            return
        life.presenter.leave_view()
        for key in text:
            life.presenter.key(key)
        life.presenter.enter_view()

    def fall_asleep(self) -> Life | None:
        """Let what runs here sleep, and say what that is; None where nothing does or it sleeps already."""
        life = self.life
        if life is None or life.asleep:
            return None
        life.note("falls asleep")
        life.asleep = True
        self.sees(OFF)
        return life

    def wake(self, life: Life, unslept_s: float) -> None:
        """The sleep of `life` is over; its clock did not count so much of it."""
        life.note("wakes")
        life.asleep = False
        life.unslept_s += unslept_s
        self.sees(self.screen)
