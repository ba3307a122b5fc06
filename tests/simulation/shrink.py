"""Makes a failing plan smaller: leaves out whatever is not needed for the same invariant to break."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from simulation.plan import Plan, Sale
from simulation.world import Result, simulate

_PARTS: Final = ("crashes", "outages", "disk", "expiries", "presses", "faults", "sales")
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
    for part in _PARTS:
        items = getattr(plan, part)
        if len(items) > 2:  # many at a time first
            yield replace(plan, **{part: ()})
            yield replace(plan, **{part: items[len(items) // 2 :]})
            yield replace(plan, **{part: items[: len(items) // 2]})
        for i in range(len(items)):
            yield replace(plan, **{part: items[:i] + items[i + 1 :]})
    for i, sale in enumerate(plan.sales):
        for simpler in _simpler(sale):
            yield replace(plan, sales=(*plan.sales[:i], simpler, *plan.sales[i + 1 :]))
    if len(plan.calls_s) > 1:
        yield replace(plan, calls_s=(0.05,), writes_s=(0.005,))
    last = max((s.till for s in plan.sales), default=0) + 1
    if last < plan.tills:
        yield replace(plan, tills=last)


def _simpler(sale: Sale) -> Iterator[Sale]:
    if sale.twice:
        yield replace(sale, twice=False)
    if sale.insists:
        yield replace(sale, insists=0)
    for i in range(len(sale.fidgets)):
        yield replace(sale, fidgets=sale.fidgets[:i] + sale.fidgets[i + 1 :])
