"""Cashiers: they follow the screen more or less, lose patience, press twice, press anything, walk away."""

import asyncio
from typing import TYPE_CHECKING, Final

from simulation.plan import LIVE, CardSale, Press, Sale, Undo
from simulation.till import OFF, Till

if TYPE_CHECKING:
    from simulation.world import World

_CARD: Final = frozenset({"card", "amount"})
_HOLD: Final = frozenset({"hold", "done"})
_INSISTS_S: Final = 1.3
_REACTS_S: Final = 0.05
"""Nobody is quicker; without it a fidget answered at once would go on for ever in no time."""
_DONE: Final = frozenset({"done"})
_READY: Final = frozenset({"ready"})
_LISTED: Final = frozenset({"sell scan"})
_AMOUNT: Final = frozenset({"sell amount"})
_SOLD: Final = frozenset({"sell done"})
_FOUND: Final = frozenset({"undo card"})
_UNDONE: Final = frozenset({"undo done"})


class Cashier:
    """Works through the sales of one till."""

    def __init__(self, world: "World", till: Till) -> None:
        self._world = world
        self._till = till
        self._sale: Sale | None = None
        self._wanted: frozenset[str] = frozenset()
        self._waits: asyncio.Future[None] | None = None
        till.seen = self._sees

    async def work(self) -> None:
        """Serve the customers of the plan, one after the other; those that come in vain go away."""
        plan = self._world.plan
        customers: tuple[Sale | CardSale | Undo, ...] = (*plan.sales, *plan.card_sales, *plan.undos)
        for it in sorted((it for it in customers if it.till == self._till.number), key=lambda it: it.at_s):
            await asyncio.sleep(max(0.0, it.at_s - self._world.now_s))
            if self._till.screen == OFF and not await self._sees_one_of(_READY, it.patience_s):
                continue
            match it:
                case Sale():
                    self._sale = it
                    await self._serve(it)
                    self._sale = None
                case CardSale():
                    await self._sell(it)
                case Undo():
                    await self._undo(it)

    async def _sell(self, sale: CardSale) -> None:
        self._press("f3")
        for card, minor in sale.cards:
            self._press("series 0" if card == LIVE else f"scan {card}", sale.twice)
            if not await self._sees_one_of(_AMOUNT, sale.patience_s):
                return self._press("escape")
            self._press(f"price {minor}", sale.twice)
            if not await self._sees_one_of(_LISTED, sale.patience_s):
                return self._press("escape")
        self._press("f12", sale.twice)
        sold = await self._sees_one_of(_SOLD, sale.patience_s)
        for card, _ in sale.cards if sold and sale.hands_over else ():
            if card == LIVE:
                self._press(f"scan {LIVE}", sale.twice)
        await asyncio.sleep(_REACTS_S)
        return self._press("escape")

    async def _undo(self, undo: Undo) -> None:
        self._press("f4")
        self._press(f"scan {undo.card}", undo.twice)
        if await self._sees_one_of(_FOUND, undo.patience_s):
            self._press("f12", undo.twice)
            await self._sees_one_of(_UNDONE, undo.patience_s)
        self._press("escape")

    async def _serve(self, sale: Sale) -> None:
        self._press("f2")
        self._press(f"scan {sale.card}", sale.twice)
        if not await self._sees_one_of(_CARD, sale.patience_s):
            return self._press("escape")
        if self._till.stops_payments and sale.insists:
            self._press("a")
            await asyncio.sleep(_INSISTS_S)
        self._type(f"{sale.minor // 100}.{sale.minor % 100:02}")
        self._press("enter", sale.twice)
        for _ in range(sale.insists):
            if (
                await self._sees_one_of(_HOLD, min(sale.patience_s, _INSISTS_S))
                or self._till.screen not in _CARD
            ):
                break
            self._press("enter")
        if not await self._sees_one_of(_HOLD, sale.patience_s):
            return self._press("enter" if sale.decision == "f12" else "escape")
        if self._till.screen == "hold":
            await asyncio.sleep(sale.think_s)
            if sale.decision == "walk":
                return None
            self._press(sale.decision, sale.twice)
            await self._sees_one_of(_DONE, sale.patience_s)
        await asyncio.sleep(sale.think_s)
        return self._press("enter")

    async def _sees_one_of(self, screens: frozenset[str], patience_s: float) -> bool:
        if self._till.screen not in screens:
            self._wanted = screens
            self._waits = asyncio.get_running_loop().create_future()
            timer = asyncio.get_running_loop().call_later(patience_s, self._gives_up, self._waits)
            await self._waits
            timer.cancel()
            self._waits = None
        return self._till.screen in screens

    def _gives_up(self, waits: asyncio.Future[None]) -> None:
        if not waits.done():
            waits.set_result(None)

    def _sees(self, screen: str) -> None:
        if self._waits is not None and screen in self._wanted:
            self._gives_up(self._waits)
        for fidget in self._sale.fidgets if self._sale else ():
            if fidget.screen == screen:
                asyncio.get_running_loop().call_later(max(fidget.delay_s, _REACTS_S), self._press, fidget.key)

    def _press(self, key: str, twice: bool = False) -> None:
        for _ in range(1 + twice):
            if not self._world.healed:  # then they are idle
                self._till.press(key)

    def _type(self, text: str) -> None:
        if not self._world.healed:
            self._till.type(text)


async def meddle(world: "World", press: Press) -> None:
    """One press of the plan, whatever the screen shows."""
    await asyncio.sleep(press.at_s)
    till = world.tills[press.till]
    if press.key == "restart":
        await till.restart()
    elif not world.healed:
        till.press(press.key)
