"""Whether the invariants catch deliberate bugs: `python tests/simulation/mutants.py [--seeds 4000] [--note]`.

Prints which invariant caught each, and at which seed; exit status 1 if one survives. The stories of `found`
are told before the seeds: what needs three things at once seldom comes by chance. The program without a bug
breaks some invariant too as long as it has bugs of its own, so a run counts only if it holds without the
mutant.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from simulation.chance import draw
from simulation.found import STORIES
from simulation.law import NAMES, Violation
from simulation.mutant import applied
from simulation.mutations import MUTANTS
from simulation.world import simulate

WITNESSES: Final = Path(__file__).with_name("witnesses.json")
"""A seed that showed each bug when it was noted; below 0 a story, from the end. One that no longer does costs
nothing but time."""


def hunt(number: int, seeds: int, anew: bool = False) -> tuple[int, Violation] | None:
    """The seed that catches one mutant, its witness before all others, and what did; None if it survived."""
    witness = None if anew else json.loads(WITNESSES.read_bytes()).get(MUTANTS[number].name)
    for seed in ([] if witness is None else [witness]) + list(range(-len(STORIES), seeds)):
        plan = draw(seed) if seed >= 0 else STORIES[seed].plan
        with applied(MUTANTS[number]):
            caught = simulate(plan).violation
        if caught is not None and simulate(plan).violation is None:
            return seed, caught
    return None


def _where(found: tuple[int, Violation] | None) -> str:
    if found is None:
        return "-"
    return str(found[0]) if found[0] >= 0 else f'"{STORIES[found[0]].name}"'


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=4000, help="after so many a mutant has survived")
    parser.add_argument(
        "--note", action="store_true", help="hunt from seed 0, and note the seeds as witnesses"
    )
    parser.add_argument("--jobs", type=int, default=0, help="processes; usually one for each processor")
    asked = parser.parse_args(arguments)
    survived, witnesses = 0, dict[str, int]()
    print(f"{'mutant':<48} {'caught by invariant':<20} seed")
    with ProcessPoolExecutor(asked.jobs or None, get_context("spawn")) as pool:
        for mutant, found in zip(
            MUTANTS,
            pool.map(partial(hunt, seeds=asked.seeds, anew=asked.note), range(len(MUTANTS))),
            strict=True,
        ):
            survived += found is None
            by = f"{found[1].number} {NAMES[found[1].number]}" if found else "SURVIVED"
            print(f"{mutant.name:<48} {by:<20} {_where(found)}", flush=True)
            witnesses |= {mutant.name: found[0]} if found else {}
    if asked.note:
        WITNESSES.write_text(json.dumps(witnesses, indent=1) + "\n", encoding="utf-8")
    print(f"{len(MUTANTS)} mutants, {survived} survived")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
