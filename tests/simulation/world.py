"""Runs a plan: the event loop, the order of the day, healing, and what must be settled after it.

Invariant 5, in its exact reading. At `heals_s` every fault ends, every till that is off is started, every
till that stopped over its disk is restarted (support came), and the cashiers are idle. Then, for each
payment that is not settled, not undecided in front of a cashier (HELD), and not left to a person (an orphan
hold; unclear and not watched): the till asks the server about it again within CALL_S (the pause that runs at
that moment: 60 s at most, and the reply timeout of a call under way), and it is settled within SETTLE_S (60
s) of that. With one till nothing is left to a person without a reason: an orphan is a hold the server made;
unclear are only what the server said wrong or half, a commit that it refused though it could, what the disk
or the expiry of a hold made unknowable, and a card on which a hold stands that is left to a person already.
In the end every till is closed and started again ("next morning"): then nobody's undecided hold is open any
more. With several tills an unclear payment is left to a person, watched or not: others may move the card.
"""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from simulation.cashier import Cashier, meddle
from simulation.law import Law, Violation
from simulation.ledger import Fate, Hold, Ledger
from simulation.network import Network
from simulation.plan import Plan
from simulation.till import LIFE, SimIds, Till
from unit.terminal.virtual_time import VirtualTimeLoop

from centara_giftcard.domain.payment import SETTLED, State

CALL_S: Final = 75.0
SETTLE_S: Final = 60.0

Line = tuple[float, str, str]


@dataclass(frozen=True)
class Result:
    """What came of a run. `trace` holds (time, who, what)."""

    plan: Plan
    violation: Violation | None
    trace: tuple[Line, ...]
    virtual_s: float
    payments: int
    paid: int
    for_a_person: int


class SimLoop(VirtualTimeLoop):
    """Virtual time, with a look at the invariants after each turn in which something happened."""

    look: Callable[[], None] = staticmethod(lambda: None)

    def _run_once(self) -> None:
        super()._run_once()  # type: ignore[misc]
        self.look()


class World:
    """Everything there is in a run."""

    def __init__(self, plan: Plan, loop: SimLoop) -> None:
        self.plan = plan
        self.trace: list[Line] = []
        self.healed = self.over = False
        self.ids = SimIds()
        self.ledger = Ledger(plan.cards)
        self.law = Law(self)
        self.network = Network(self)
        self.tills = [Till(self, i) for i in range(plan.tills)]
        self._loop = loop
        self._stopped = asyncio.Event()
        self._background: list[asyncio.Task[None]] = []
        loop.look = self._look

    @property
    def now_s(self) -> float:
        """Virtual seconds since the start."""
        return self._loop.time()

    def note(self, who: str, what: str) -> None:
        """Add a line to the trace."""
        self.trace.append((self._loop.time(), who, what))

    def stop(self) -> None:
        """End the run: an invariant is broken."""
        self._stopped.set()

    def _look(self) -> None:
        if self.law.dirty and not self.over:
            self.law.look()

    async def live(self) -> None:
        """The whole run."""
        days = asyncio.ensure_future(self._days())
        stopped = asyncio.ensure_future(self._stopped.wait())
        await asyncio.wait({days, stopped}, return_when=asyncio.FIRST_COMPLETED)
        self.over = True
        for task in (days, stopped, *self._background):
            task.cancel()
        for till in self.tills:
            till.power_off()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if days.done() and not days.cancelled() and (error := days.exception()) is not None:
            raise error
        self._no_task_died()

    async def _days(self) -> None:
        for till in self.tills:
            till.boot()
            self._background.append(asyncio.ensure_future(Cashier(self, till).work()))
        self._background += [asyncio.ensure_future(meddle(self, press)) for press in self.plan.presses]
        await asyncio.sleep(self.plan.heals_s)
        await self._heal()
        await asyncio.sleep(CALL_S + SETTLE_S)
        self._all_is_settled()
        self.note("world", "the next morning")
        await self._restart_all(self.tills)
        await asyncio.sleep(SETTLE_S)
        self._all_is_settled(next_morning=True)

    async def _heal(self) -> None:
        self.healed = True
        self.note("world", "heals")
        for till in self.tills:
            till.boot()
        await self._restart_all(
            [t for t in self.tills if t.life and (t.life.stopped or t.life.journal_failed)]
        )

    async def _restart_all(self, tills: list[Till]) -> None:
        if tills:
            await asyncio.gather(*(till.restart() for till in tills))
            await asyncio.sleep(1.5)
            for till in tills:
                till.boot()

    def placed(self, hold: Hold) -> None:
        """A hold was placed: it may go by itself some time."""
        self.law.dirty = True
        for expiry in self.plan.expiries:
            if expiry.nth == len(self.ledger.holds) - 1:
                self._loop.call_later(expiry.after_s, self._expire, hold)

    def _expire(self, hold: Hold) -> None:
        if not self.healed and self.ledger.resolve(hold.code, Fate.EXPIRED):
            self.note("server", f"{hold.operation} expires")
            self.law.resolved(hold)

    # --- invariants 5 and 7, at the end ---

    def _all_is_settled(self, next_morning: bool = False) -> None:
        for id, payment in self.law.undone():
            if payment.state is State.ORPHAN_HOLD:
                if self.plan.tills == 1 and not any(h.operation == id for h in self.ledger.holds.values()):
                    self.law.broken(5, f"{id} is listed as an orphan hold and the server never held it")
            elif payment.state is State.UNCLEAR and (not payment.watched or self.plan.tills > 1):
                if self.plan.tills == 1 and not self._excused(id):
                    self.law.broken(5, f"{id} is left to a person without a reason")
            elif payment.state is not State.HELD or next_morning or not self._in_front(id):
                self.law.broken(5, f"{id} is still {payment.state.value}")
        for id, deal in self.law.deals.items():
            asked_s, done_s = deal.asked_again_at_s, deal.settled_at_s
            if asked_s is None or next_morning:
                continue
            if asked_s - self.plan.heals_s > CALL_S or (done_s is not None and done_s - asked_s > SETTLE_S):
                self.law.broken(5, f"{id} was asked about at {asked_s:.1f} s and settled at {done_s} s")

    def _in_front(self, id: str) -> bool:
        return any(till.life is not None and till.life.front() == id for till in self.tills)

    def _excused(self, id: str) -> bool:
        if self.plan.expiries or self.plan.disk or self.law.deals[id].deserves_a_person:
            return True
        rows = self.tills[0].disk.rows
        return any(
            other != id and row.payment.card == rows[id].payment.card
            for other, row in rows.items()
            if self.law.deals[other].deserves_a_person
            or row.payment.state in {State.ORPHAN_HOLD, State.UNCLEAR}
        )

    def _no_task_died(self) -> None:
        for till in self.tills:
            for life in till.lives:
                for task in life.tasks:
                    if task.done() and not task.cancelled() and task.exception() is not None:
                        self.law.broken(7, f"a task died: {task.exception()!r}")


def simulate(plan: Plan) -> Result:
    """Run one plan to its end, or to the first broken invariant."""
    loop = SimLoop()
    loop.set_task_factory(_owned)
    try:
        asyncio.set_event_loop(loop)
        world = loop.run_until_complete(_run(plan, loop))
        return _result(plan, world)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _run(plan: Plan, loop: SimLoop) -> World:
    world = World(plan, loop)
    await world.live()
    return world


def _owned(loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
    task = asyncio.Task(work, loop=loop, **named)
    life = LIFE.get()
    if life is not None:
        life.tasks.append(task)
    return task


def _result(plan: Plan, world: World) -> Result:
    rows = [row.payment for till in world.tills for row in till.disk.rows.values()]
    return Result(
        plan=plan,
        violation=world.law.violation,
        trace=tuple(world.trace),
        virtual_s=world.now_s,
        payments=len(rows),
        paid=sum(payment.state is State.COMMITTED for payment in rows),
        for_a_person=sum(payment.state not in SETTLED for payment in rows),
    )


def calm_memory() -> None:
    """For long series of runs: what a run leaves behind is collected rarely."""
    gc.set_threshold(50_000, 20, 20)
