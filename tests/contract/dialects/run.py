"""Tries a till at every server of the table: `python tests/contract/dialects/run.py`.

Each is tried with nothing set, with the settings that fit, and with each setting wrong in its turn, but for
those that the settings' reader refuses; what the till said is compared with the server's books. `--quick`
leaves the wrong settings out, `--jobs N` is how many processes, and any other word picks variants by a part
of their names. Prints the table; 1 where anything was a lie.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]
    sys.path.remove(str(Path(__file__).parent))

from contract.dialects.trial import AT_ONCE, EVERYWHERE, STORIES, Ending, Server, Story, seed_file, trial
from contract.dialects.variants import VARIANTS, Variant
from contract.dialects.wrong import can_be_set, wrong_settings

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.sandbox import SandboxServer

AT_A_TIME: Final = 4


@dataclass(frozen=True)
class Row:
    """What came of one variant: what the till complains of where nothing is set, which stories failed with
    what fits, and under which settings and in which story something was a lie."""

    variant: Variant
    at_once: bool
    when_set: bool
    complains: tuple[str, ...]
    failed: tuple[str, ...]
    wrong: int
    lies: tuple[str, ...]

    @property
    def served(self) -> str:
        """In a word."""
        return "at once" if self.at_once else "when set" if self.when_set else "refused"


async def row(variant: Variant, quick: bool, stories: Sequence[Story] = ()) -> Row:
    """Try one variant in all ways, with all stories unless some are named.

    `quick`: no setting is wrong, nothing comes late, and with nothing set only what must succeed is tried.
    """
    usual = STORIES if "lapse_s" in variant.behaves else AT_ONCE if quick else EVERYWHERE
    stories = stories or usual
    short = [it for it in stories if it.must] if quick and variant.wire else stories
    wrong = [] if quick else [it for it in wrong_settings(variant.fitting) if can_be_set(it[1])]
    with tempfile.TemporaryDirectory() as folder:
        sandbox = SandboxServer(seed=seed_file(Path(folder), 2 + len(wrong)), dialect=variant.spoken)
    sandbox.start()
    server, room = Server.of(sandbox), asyncio.Semaphore(AT_A_TIME)

    async def tried(rules: WireRules) -> list[Ending]:
        async with room:
            told = short if rules == WireRules() else stories
            # What a probe of a card whose balance is known would find.
            proven = rules.amounts in ("major", variant.fitting.amounts)
            return await trial(server, rules, told, variant.late_s, proven)

    try:
        ways = dict.fromkeys([WireRules(), variant.fitting, *(rules for _, rules in wrong)])
        came = dict(zip(ways, await asyncio.gather(*map(tried, ways)), strict=True))
    finally:
        await server.http.aclose()
        await asyncio.to_thread(sandbox.stop)
    nothing, fitting = came[WireRules()], came[variant.fitting]
    told = [("nothing set", nothing), ("what fits", fitting), *((what, came[rules]) for what, rules in wrong)]
    lies = [f"{what}: {it.story}: {lie}" for what, endings in told for it in endings for lie in it.lies]
    complains = sorted(frozenset[str]().union(*(it.troubles for it in nothing if not it.served)))
    return Row(
        variant,
        all(it.served for it in nothing),
        all(it.served for it in fitting),
        tuple(complains),
        tuple(f"{it.story}: {it.end}" for it in fitting if not it.served),
        len(wrong),
        tuple(lies),
    )


def tried(variant: Variant, quick: bool) -> Row:
    """Try one variant, in a process of its own."""
    return asyncio.run(row(variant, quick))


def table(rows: Sequence[Row]) -> str:
    """What was found, as a table with a line of sums."""
    lines = [
        "| dialect | variant | served | why not with nothing set | wrong | lies |",
        "|---|---|---|---|---|---|",
    ]
    for it in rows:
        says = "" if it.at_once else ", ".join(it.complains)
        cells = it.variant.dialect, it.variant.name, it.served, says, it.wrong, len(it.lies)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    kinds = [it.served for it in rows]
    lies = sum(len(it.lies) for it in rows)
    dialects, wrong = len({it.variant.dialect for it in rows}), sum(it.wrong for it in rows)
    sums = f"{len(rows)} variants of {dialects} dialects: {kinds.count('at once')} served with nothing set, "
    sums += f"{kinds.count('when set')} with the settings that fit, {kinds.count('refused')} refused; "
    lines += ["", f"{sums}{wrong} settings wrong, {lies} lies"]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """The command line; 1 where anything was a lie."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="parts of names; all unless given")
    parser.add_argument("--quick", action="store_true", help="without the wrong settings")
    parser.add_argument("--jobs", type=int, default=0, help="processes; usually one for each processor")
    asked = parser.parse_args(arguments)
    picked = [
        it for it in VARIANTS if not asked.names or any(n in f"{it.dialect} {it.name}" for n in asked.names)
    ]
    started_s = time.monotonic()
    with ProcessPoolExecutor(asked.jobs or None, get_context("spawn")) as pool:
        rows = []
        for it in pool.map(partial(tried, quick=asked.quick), picked):
            rows.append(it)
            for lie in it.lies:
                print(f"LIE {it.variant.dialect}: {it.variant.name}: {lie}", flush=True)
    print(table(rows))
    print(f"{time.monotonic() - started_s:.0f} s")
    return int(any(it.lies for it in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
