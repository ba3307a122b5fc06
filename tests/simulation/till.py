"""A till: the machine at a counter, with its disk, which stays, and the program that may run on it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from simulation.disk import Disk
from simulation.ledger import LIVE_SERIES, card_number, eur
from simulation.life import SUPERVISOR, Life
from simulation.plan import LIVE

from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.ports import Scan, ScanSource

if TYPE_CHECKING:
    from simulation.world import World

OFF: Final = "off"

_PLACES: Final = {"f2": Stage.TILL, "f3": Stage.SELL, "f4": Stage.UNDO}


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
        self._unread = 0
        self._frozen: set[str] = set()
        self.braked = False
        self._crashes = {c.nth: c for c in world.plan.crashes if c.till == number}
        self._steps = 0
        self._down_s = 1.0

    @property
    def screen(self) -> str:
        """The name of the screen in view."""
        return self.life.screen if self.life and not self.life.asleep else OFF

    @property
    def stops_payments(self) -> bool:
        """Whether the card in view says that no payment is requested."""
        return self.life is not None and self.life.stopped_payments

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
            down_s = 0.1 if self._world.healed else self._down_s  # whoever heals it does not let it lie
            asyncio.get_running_loop().call_later(down_s, self.boot)

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
            life.turn_to(_PLACES[key])
        elif life.place is not Stage.TILL:
            self._pressed_elsewhere(life, key)
        else:
            if key == "f12" and life.screen == "hold" and life.shows.operation:
                self._world.law.f12(life.shows.operation)
            if key == "a":
                self._allows(life)
            life.presenter.key(key)

    def _pressed_elsewhere(self, life: Life, key: str) -> None:
        """F12 and Esc where cards are sold and sales undone."""
        selling, undoing = life.controller.selling, life.controller.undoing
        if key == "f12":
            selling.sell() if life.place is Stage.SELL else undoing.undo()
        elif key == "escape":
            selling.leave() if life.place is Stage.SELL else undoing.leave()

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
        if life.place is not Stage.TILL:
            return
        life.presenter.leave_view()
        for key in text:
            life.presenter.key(key)
        life.presenter.enter_view()

    def wrote(self, payment: Payment, event: str) -> None:
        """A payment was written down: whether another may be requested after it (row 26c)."""
        unread = payment.problem in {Cause.UNREADABLE, Cause.NOT_YET}
        if event == "pay held":
            self._unread = 0
        elif event == "pay unknown" and unread:
            self._unread += 1
        frozen = unread and payment.state is State.ORPHAN_HOLD and payment.id not in self._frozen
        self._frozen |= {payment.id} if frozen else set()
        self.braked = self.braked or frozen or self._unread > 1

    def _allows(self, life: Life) -> None:
        """Whoever stands here read why no payment is requested, and allows it."""
        if life.stopped_payments:
            self._unread, self.braked = 0, False

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
