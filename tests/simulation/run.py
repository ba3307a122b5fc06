"""Runs the simulator: `python tests/simulation/run.py --seeds 5000 [--start N] [--jobs N]`, or replays one
seed.

`--seed S --trace` prints every line of one run. `--coincidence` lets several tills on one card sell for the
same few amounts, where a comparison of balances may take one till's movement for another's.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from simulation.chance import draw
from simulation.plan import Amounts, Plan
from simulation.shrink import shrink
from simulation.world import Result, calm_memory, simulate

CHUNK: Final = 50
TELLS_EVERY_S: Final = 5.0


@dataclass
class Tally:
    """The sums over many runs."""

    seeds: int = 0
    virtual_s: float = 0.0
    payments: int = 0
    paid: int = 0
    cards: int = 0
    sold: int = 0
    for_a_person: int = 0
    failed: tuple[tuple[int, str], ...] = ()

    def add(self, other: "Tally") -> None:
        for it in fields(self):
            setattr(self, it.name, getattr(self, it.name) + getattr(other, it.name))


def plan_of(seed: int, coincidence: bool = False) -> Plan:
    """The plan of a seed, with distinct amounts or, where asked for, with coincidences between tills."""
    if coincidence:
        return draw(seed, tills=2 + seed % 2, amounts=Amounts.FEW)
    return draw(seed)


def tally(seeds: range, coincidence: bool = False) -> Tally:
    """Run some seeds."""
    found = Tally()
    with calm_memory():
        for seed in seeds:
            it = simulate(plan_of(seed, coincidence))
            failed = ((seed, str(it.violation)),) if it.violation else ()
            found.add(
                Tally(1, it.virtual_s, it.payments, it.paid, it.cards, it.sold, it.for_a_person, failed)
            )
    return found


def told(result: Result) -> Iterator[str]:
    """The lines of a trace."""
    plan = result.plan
    yield f"seed {plan.seed}: {plan.tills} tills, {plan.amounts.value} amounts, again: {plan.again.value}"
    yield f"  {plan.dialect}"
    for part in ("faults", "crashes", "outages", "disk", "expiries", "jumps", "naps"):
        yield from (f"  {item}" for item in getattr(plan, part))
    yield from (f"{at_s:10.3f}  {who:<7} {what}" for at_s, who, what in result.trace)
    yield str(result.violation or "every invariant holds")


def series(start: int, number: int, jobs: int, coincidence: bool = False) -> Tally:
    """Run many seeds in several processes (0: as many as there are processors), telling how far it is."""
    chunks = [range(s, min(s + CHUNK, start + number)) for s in range(start, start + number, CHUNK)]
    total, said_s = Tally(), time.monotonic()
    with ProcessPoolExecutor(jobs or None, get_context("spawn")) as pool:
        for part in pool.map(partial(tally, coincidence=coincidence), chunks):
            total.add(part)
            for seed, what in part.failed:
                print(f"seed {seed}: {what}", flush=True)
            if time.monotonic() - said_s > TELLS_EVERY_S:
                said_s = time.monotonic()
                print(f"{total.seeds} seeds, {len(total.failed)} mismatches", flush=True)
    return total


def main(arguments: list[str]) -> int:
    """The command line; 1 where an invariant was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5000, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first one")
    parser.add_argument("--jobs", type=int, default=0, help="processes; usually one for each processor")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--trace", action="store_true", help="print the run of --seed, not shrunk")
    parser.add_argument("--coincidence", action="store_true", help="equal amounts at several tills")
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        plan = plan_of(asked.seed, asked.coincidence)
        result = simulate(plan)
        if result.violation is not None and not asked.trace:
            result = shrink(plan)
        if asked.trace or result.violation is not None:
            print("\n".join(told(result)))
        else:
            print(f"seed {asked.seed}: every invariant holds")
        return int(result.violation is not None)
    started_s = time.monotonic()
    total = series(asked.start, asked.seeds, asked.jobs, asked.coincidence)
    took_s = time.monotonic() - started_s
    if total.failed:
        print("The shortest trace of the first one:")
        print("\n".join(told(shrink(plan_of(total.failed[0][0], asked.coincidence)))))
    print(
        f"{total.seeds} seeds, {len(total.failed)} mismatches, {took_s:.1f} s, "
        f"{total.seeds / took_s:.0f} seeds/s, {total.virtual_s / 3600:.0f} virtual hours; "
        f"{total.payments} payments, {total.paid} paid, {total.cards} sales and undone sales of cards, "
        f"{total.sold} done, {total.for_a_person} left to a person"
    )
    return int(bool(total.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
