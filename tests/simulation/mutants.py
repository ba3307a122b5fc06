"""Whether the invariants catch deliberate bugs: `python tests/simulation/mutants.py [--seeds 4000]`.

Prints which invariant caught each, and how many seeds that took; exit status 1 if one survives. The program
without a bug breaks some invariant too as long as it has bugs of its own, so a seed counts only if it holds
without the mutant.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from simulation.chance import draw
from simulation.law import NAMES, Violation
from simulation.mutations import MUTANTS, applied
from simulation.world import simulate


def hunt(number: int, seeds: int) -> tuple[int, Violation] | None:
    """Run seeds from 0 with one mutant: how many it took to catch it, and what did; None if it survived."""
    for seed in range(seeds):
        plan = draw(seed)
        with applied(MUTANTS[number]):
            caught = simulate(plan).violation
        if caught is not None and simulate(plan).violation is None:
            return seed + 1, caught
    return None


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=4000, help="after so many a mutant has survived")
    parser.add_argument("--jobs", type=int, default=0, help="processes; usually one for each processor")
    asked = parser.parse_args(arguments)
    survived = 0
    print(f"{'mutant':<48} {'caught by invariant':<20} seeds needed")
    with ProcessPoolExecutor(asked.jobs or None, get_context("spawn")) as pool:
        for mutant, found in zip(
            MUTANTS, pool.map(partial(hunt, seeds=asked.seeds), range(len(MUTANTS))), strict=True
        ):
            survived += found is None
            by = f"{found[1].number} {NAMES[found[1].number]}" if found else "SURVIVED"
            print(f"{mutant.name:<48} {by:<20} {found[0] if found else asked.seeds}", flush=True)
    print(f"{len(MUTANTS)} mutants, {survived} survived")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
