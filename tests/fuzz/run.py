"""Fuzzes the parsers of replies and scans.

`python tests/fuzz/run.py --examples 200000 [--jobs 2] [--seed N]`

The examples are shared out over all properties by their weights; a failing one prints its falsifying example
and the chunk's seed, and the exit status is 1. The same seed draws the same examples.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from fuzz.hunt import Hunted, hunt
from fuzz.properties import PROPERTIES

CHUNK: Final = 2_000
CALM_S: Final = 5.0
"""Pause between two lines of progress."""


def chunks(examples: int, seed: int) -> Iterator[tuple[int, int, int]]:
    """The number of a property, how many examples of it, and their seed; together at least `examples`."""
    weights = sum(it.weight for it in PROPERTIES)
    for number, it in enumerate(PROPERTIES):
        share = -(-examples * it.weight // weights)
        for start in range(0, share, CHUNK):
            yield number, min(CHUNK, share - start), seed * 1_000_003 + start + number


def hunt_chunk(chunk: tuple[int, int, int]) -> Hunted:
    """Check one chunk, topped up where hypothesis ends before all are checked."""
    number, wanted, seed = chunk
    checked = 0
    while checked < wanted:
        found = hunt(PROPERTIES[number], wanted - checked, seed + 7919 * checked)
        checked += found.examples
        if found.failure is not None:
            return Hunted(checked, f"--seed of the chunk: {seed}\n{found.failure}")
    return Hunted(checked)


def main(arguments: list[str]) -> int:
    """The command line; 1 where a property was falsified."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--examples", type=int, default=200_000, help="how many at least, over all properties"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=0, help="which examples")
    asked = parser.parse_args(arguments)
    started_s = said_s = time.monotonic()
    checked: Counter[str] = Counter()
    failures: list[tuple[str, str]] = []
    with ProcessPoolExecutor(asked.jobs) as pool:
        work = {pool.submit(hunt_chunk, chunk): chunk for chunk in chunks(asked.examples, asked.seed)}
        for done in as_completed(work):
            name, found = PROPERTIES[work[done][0]].name, done.result()
            checked[name] += found.examples
            if found.failure is not None:
                failures.append((name, found.failure))
                print(f"FALSIFIED: {name}\n{found.failure}", flush=True)
            if time.monotonic() - said_s > CALM_S:
                said_s = time.monotonic()
                print(f"{checked.total()} examples, {len(failures)} failures", flush=True)
    for it in PROPERTIES:
        print(f"{checked[it.name]:>8}  {it.name}")
    took_s = time.monotonic() - started_s
    print(
        f"{checked.total()} examples of {len(PROPERTIES)} properties, {len(failures)} failures, "
        f"{took_s:.1f} s, {checked.total() / took_s:.0f} examples/s, seed {asked.seed}"
    )
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
