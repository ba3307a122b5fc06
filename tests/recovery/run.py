"""Kills tills: `python tests/recovery/run.py --kills 3000 [--jobs 2] [--seed N]`.

Half of them die at a named moment of the journal (see `moments`), each in its turn, half at any moment of
busy service. After each death the books are compared, and the next till starts on what the one before left
behind; at the end of a day it is left alone until all is settled that can be. Exit status 1 if an intent was
lost or two books disagree. A seed gives the same tills, customers, moments and pauses again; where exactly a
pause ends in the till's work is up to the machine.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from e2e.program import Server
from recovery.moments import CHECKPOINT, WHENS
from recovery.nursery import Nursery
from recovery.shop import Shop

DAY: Final = 50
"""Kills on one data folder."""

MOMENTS_A_DAY: Final = 17
"""About as many as a day gets through: the next day goes on from there."""

BUSY: Final = 8
"""Customers at a till that dies at any moment: more than it can serve before."""

DELAYED: Final = 3
"""Customers whose calls take a little longer, so that a death falls more often between call and answer."""

LATEST: Final = 2.0
"""The latest death of a busy till after it was ready, in units of the time that it took to get ready."""

SHOWN: Final = 20
CALM_S: Final = 5.0

_DECISION: Final = {"release": "release", "cancel accepted": "release"}
_ENTRIES: Final = ("requested", "pay held", "take", "commit accepted", "release", "cancel accepted")
_OPENING: Final = ("PRAGMA journal_mode", "PRAGMA quick_check", "SELECT value FROM meta", CHECKPOINT)
_FIRST_OPENING: Final = ("CREATE TABLE operations", "PRAGMA user_version = 1", "COMMIT", "INSERT INTO meta")
_LEFT_BEHIND: Final = {
    "after:requested": ("restarted", "status read"),
    "after:pay held": ("restarted", "cancel accepted"),
    "after:take": ("commit accepted",),
    "after:release": ("cancel accepted",),
}
"""How to leave a payment behind so that a recovery writes these entries."""

MOMENTS: Final[tuple[tuple[str, ...], ...]] = (
    *((f"{when}:{entry}",) for entry in _ENTRIES for when in WHENS),
    *((f"{CHECKPOINT}:{entry}",) for entry in ("commit accepted", "cancel accepted")),
    *((f"{statement}:open",) for statement in _OPENING),
    *(
        (before, f"recovery:{when}:{entry}")
        for before, entries in _LEFT_BEHIND.items()
        for entry in entries
        for when in ("before", "COMMIT", "after")
    ),
)
"""Moments to die at, one till after the other."""


@dataclass
class Tally:
    """What came of the kills. The sentences name the day and the kill after which they were found."""

    kills: int = 0
    lost: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    moments: set[str] = field(default_factory=set)
    states: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.kills += other.kills
        self.lost += other.lost
        self.disagreements += other.disagreements
        self.moments |= other.moments
        self.states += other.states


def kill_tills(kills: int, jobs: int, seed: int) -> Iterator[Tally]:
    """Give what came of each day, as the days end."""
    local = threading.local()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as beside:
        nurseries: list[Nursery] = []

        def day(number: int) -> Tally:
            if not hasattr(local, "nursery"):
                local.nursery = Nursery(Path(name))
                nurseries.append(local.nursery)
            folder = Path(name) / str(number)
            folder.mkdir()
            return _Day(folder, local.nursery, seed, number, min(DAY, kills - number * DAY)).work()

        try:
            yield from beside.map(day, range(-(-kills // DAY)))
        finally:
            beside.shutdown(cancel_futures=True)
            for nursery in nurseries:
                nursery.close()


class _Day:
    """Kills on one data folder with one server."""

    def __init__(self, folder: Path, nursery: Nursery, seed: int, number: int, kills: int) -> None:
        self._chance = random.Random(f"{seed} {number}")
        self._name = f"Seed {seed}, day {number}"
        self._server = Server(folder, cards=kills * BUSY)
        self._shop = Shop(self._server, folder, nursery)
        self._kills = kills
        self._tally = Tally()
        order = random.Random(seed).sample(MOMENTS, len(MOMENTS))
        first = number * MOMENTS_A_DAY
        self._moments = (moment for turn in islice(cycle(order), first, None) for moment in turn)
        self._first = _FIRST_OPENING[number % len(_FIRST_OPENING)]
        self._getting_ready_s = (
            0.1  # until it was measured: a slow machine's till dies as busy as a fast one's
        )

    def work(self) -> Tally:
        """All kills of the day, and the evening."""
        try:
            self._die_at(f"{self._first}:open")
            for place in range(1, self._kills):
                if place % 2:
                    self._die_at(next(self._moments))
                else:
                    self._die_at_any_moment()
            self._shop.settle()
            assert self._shop.close() == 0
            self._compare("in the evening")
            evening = [*self._shop.unlisted(), *self._shop.troubles()]
            self._tally.disagreements += [f"{self._name}: {it}" for it in evening]
            self._tally.states = Counter(row["state"] for row in self._shop.journal().values())
        finally:
            self._server.stop()
        return self._tally

    def _die_at(self, moment: str) -> None:
        decision = _DECISION.get(moment.partition(":")[2], "take")
        self._shop.start(f"{self._server.new_card()}:{decision}", moment=moment)
        self._shop.wait_for_end()
        self._tally.moments |= {line["name"] for line in self._shop.told() if line["event"] == "moment"}
        self._died(moment)

    def _die_at_any_moment(self) -> None:
        numbers = [self._server.new_card() for _ in range(BUSY)]
        sales = [f"{number}:{self._chance.choice(('take', 'release'))}" for number in numbers]
        for number in numbers[:DELAYED]:
            for call in ("pay", "commit", "cancel"):
                name = self._chance.choice(("delay_before", "delay_after"))
                seconds = self._chance.choice((0.01, 0.03))
                self._server.misbehave(number, call, {"fault": name, "seconds": seconds})
        part = self._chance.uniform(0.0, LATEST)
        since = self._chance.choice(("start", "ready", "ready", "ready"))
        began_s = time.monotonic()
        self._shop.start(*sales)
        if since == "ready":
            self._shop.wait_for("ready")
            self._getting_ready_s = time.monotonic() - began_s
        pause_s = part * self._getting_ready_s
        time.sleep(pause_s)
        self._shop.kill()
        self._died(f"{pause_s:.3f} s after {since}")

    def _died(self, when: str) -> None:
        self._tally.kills += 1
        self._compare(f"kill {self._tally.kills} {when}")

    def _compare(self, when: str) -> None:
        lost, disagreements = self._shop.compare()
        self._tally.lost += [f"{self._name}, {when}: {it}" for it in lost]
        self._tally.disagreements += [f"{self._name}, {when}: {it}" for it in disagreements]


def main() -> int:
    """Kill, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Kill tills; exit status 1 if anything was lost.")
    parser.add_argument("--kills", type=int, default=300, help="how many (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="tills at a time (%(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="the seed of an earlier run")
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if chosen.seed is None else chosen.seed
    sys.stdout.write(f"seed {seed}\n")
    began_s = last_s = time.monotonic()
    sums = Tally()
    for tally in kill_tills(chosen.kills, chosen.jobs, seed):
        sums.add(tally)
        if time.monotonic() - last_s > CALM_S and sums.kills < chosen.kills:
            last_s = time.monotonic()
            sys.stdout.write(f"  {sums.kills} kills …\n")
            sys.stdout.flush()
    for sentence in (*sums.lost, *sums.disagreements)[:SHOWN]:
        sys.stdout.write(f"{sentence}\n")
    took_s = time.monotonic() - began_s
    sys.stdout.write(
        f"{sums.kills} kills at {len(sums.moments)} named moments and at random,"
        f" {sums.states.total()} payments: {len(sums.lost)} lost intents,"
        f" {len(sums.disagreements)} disagreements, {took_s:.0f} s\n"
    )
    return 1 if sums.lost or sums.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
