"""The till is killed at any moment: what the journal said it had is there, and nothing else is broken.

This file is also the program that gets killed.
"""

import asyncio
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import SETTLED, Decision, Payment, State
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.journal.reader import list_operations, verify
from centara_giftcard.journal.store import open_journal
from centara_giftcard.terminal.ports import Operation, Record

KILLS = 20
KEY = bytes(range(32))
EUR = Currency.of("EUR")


def now() -> datetime:
    return datetime.now(UTC)


BEGUN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def way_of_a_payment(id_: str) -> list[Payment]:
    requested = Payment(
        id=id_,
        card=CardNumber("6091000000001234"),
        instrument=InstrumentId("instrument"),
        asked=Money(2500, EUR),
        before=Balance(Money(10000, EUR), Money(0, EUR)),
        operator="Anna",
        created_at=BEGUN,
    )
    held = replace(requested, state=State.HELD, auth_code=AuthCode("code"), held=requested.asked)
    decided = replace(held, state=State.COMMITTING, decision=Decision.TAKE)
    return [requested, held, decided, replace(decided, state=State.COMMITTED)]


async def sell_for_ever(folder: Path, run: str) -> None:
    journal = open_journal(folder, KEY, now)
    for n in range(10**6):
        for payment in way_of_a_payment(f"{run}-{n}"):
            await journal.record(payment, payment.state.value)
            sys.stdout.write(f"{payment.id} {payment.state.value}\n")
            sys.stdout.flush()


def test_twenty_kills_lose_nothing_that_was_said_to_be_written(tmp_path: Path) -> None:
    moments = random.Random(20)  # a seed, so that the pauses are the same in every run
    said: list[tuple[str, str]] = []
    for run in range(KILLS):
        with subprocess.Popen(
            [sys.executable, __file__, str(tmp_path), f"run{run}"], stdout=subprocess.PIPE, text=True
        ) as till:
            assert till.stdout is not None
            first = till.stdout.readline()
            time.sleep(moments.uniform(0, 0.08))
            till.kill()
            lines = [first, *till.stdout]
        # a kill may tear the last line of the output; the journal must have had it before
        new = [(id_, state) for id_, state in (line.split() for line in lines if line.endswith("\n"))]
        assert new
        said += new
        check(tmp_path, said)
    assert len(list_operations(tmp_path)) >= KILLS


def check(folder: Path, said: list[tuple[str, str]]) -> None:
    assert verify(folder).findings == ()  # beside the killed till's files, before anything mends them
    with closing(sqlite3.connect(f"{(folder / 'journal.sqlite3').as_uri()}?mode=ro", uri=True)) as db:
        written = db.execute("SELECT operation, state FROM events ORDER BY seq").fetchall()
    assert set(said) <= set(written)
    last = dict(written)

    async def reopen() -> tuple[Sequence[Operation], tuple[Record, ...], Path | None]:
        journal = open_journal(folder, KEY, now)
        unfinished, damaged = await journal.unfinished()
        await journal.close()
        return unfinished, damaged, journal.set_aside

    unfinished, damaged, set_aside = asyncio.run(reopen())
    assert (set_aside, damaged) == (None, ())
    settled = {state.value for state in SETTLED}
    assert {payment.id: payment.state.value for payment in unfinished} == {
        operation: state for operation, state in last.items() if state not in settled
    }
    assert all(payment.card == CardNumber("6091000000001234") for payment in unfinished)


if __name__ == "__main__":
    asyncio.run(sell_for_ever(Path(sys.argv[1]), sys.argv[2]))
