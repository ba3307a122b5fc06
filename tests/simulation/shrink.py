"""Makes a failing plan smaller: leaves out whatever is not needed for the same invariant to break."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from simulation.plan import CardSale, Plan, Sale
from simulation.world import Result, simulate

_PARTS: Final = (
    "crashes",
    "outages",
    "disk",
    "expiries",
    "jumps",
    "naps",
    "presses",
    "faults",
    "undos",
    "card_sales",
    "sales",
)
_MOST: Final = 600
"""Runs that a shrinking may take."""


def shrink(plan: Plan, run: Callable[[Plan], Result] = simulate) -> Result:
    """Return the failing run with the shortest trace that was found; the plan must fail."""
    best = run(plan)
    if best.violation is None:
        raise ValueError("the plan does not fail")
    runs, smaller = 0, True
    while smaller:
        smaller = False
        for candidate in _smaller(best.plan):
            runs += 1
            if runs > _MOST:
                return best
            found = run(candidate)
            if found.violation is not None and found.violation.number == best.violation.number:
                best, smaller = found, True
                break
    return best


def _smaller(plan: Plan) -> Iterator[Plan]:
    for i, sale in enumerate(plan.sales):  # without it, the calls that come later are the earlier ones
        rest = plan.sales[:i] + plan.sales[i + 1 :]
        faults = tuple(
            replace(f, nth=f.nth - 1) if f.till == sale.till and f.nth and f.call != "status" else f
            for f in plan.faults
        )
        yield replace(plan, sales=rest, faults=faults)
    for part in _PARTS:
        items: tuple[Any, ...] = getattr(plan, part)
        if len(items) > 2:  # many at a time first
            yield _with(plan, part, ())
            yield _with(plan, part, items[len(items) // 2 :])
            yield _with(plan, part, items[: len(items) // 2])
        for i in range(len(items)):
            yield _with(plan, part, items[:i] + items[i + 1 :])
    for i, fault in enumerate(plan.faults):
        if fault.nth:
            earlier = replace(fault, nth=fault.nth - 1)
            yield replace(plan, faults=(*plan.faults[:i], earlier, *plan.faults[i + 1 :]))
    for i, sale in enumerate(plan.sales):
        for simpler in _simpler(sale):
            yield replace(plan, sales=(*plan.sales[:i], simpler, *plan.sales[i + 1 :]))
    if len(plan.calls_s) > 1:
        yield replace(plan, calls_s=(0.05,), writes_s=(0.005,))
    for i, cards in enumerate(plan.card_sales):
        for fewer in _fewer(cards):
            yield replace(plan, card_sales=(*plan.card_sales[:i], fewer, *plan.card_sales[i + 1 :]))
    at_work = {s.till for s in plan.sales} | {s.till for s in plan.card_sales} | {u.till for u in plan.undos}
    last = max(at_work, default=0) + 1
    if last < plan.tills:
        yield replace(plan, tills=last)


def _with(plan: Plan, part: str, items: tuple[Any, ...]) -> Plan:
    changed: dict[str, Any] = {part: items}
    return replace(plan, **changed)


def _simpler(sale: Sale) -> Iterator[Sale]:
    if sale.twice:
        yield replace(sale, twice=False)
    if sale.insists:
        yield replace(sale, insists=0)
    for i in range(len(sale.fidgets)):
        yield replace(sale, fidgets=sale.fidgets[:i] + sale.fidgets[i + 1 :])


def _fewer(sale: CardSale) -> Iterator[CardSale]:
    if sale.twice:
        yield replace(sale, twice=False)
    for i in range(len(sale.cards)) if len(sale.cards) > 1 else ():
        yield replace(sale, cards=sale.cards[:i] + sale.cards[i + 1 :])
