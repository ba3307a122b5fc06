"""The power fails at every step of a payment, and at any moment; afterwards the three books agree.

A till on one data folder serves customers, is killed, and is started again, over and over: each start
recovers what the one before left behind, and then serves the next customer. At the end it is left alone until
everything is settled that can be. Set CENTARA_CRASHES to have it killed more often at random moments.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import StringIO
from json import loads
from pathlib import Path
from typing import Any, Final

import pytest
from e2e import unattended
from e2e.books import SETTLED, card_errors, disagreements
from e2e.program import FULL, TOKEN, Server, environment, export, write_settings

from centara_giftcard.journal.reader import export_json, verify

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

CRASHES: Final = int(os.environ.get("CENTARA_CRASHES", "20"))
SALES: Final = 8
"""How many customers a till is to serve before it dies."""

PATIENCE_S: Final = 20.0
AMOUNT: Final = 500

NOTHING: Final = (None, None)
"""Neither the journal nor the server knows of it."""

AT_ENTRIES: Final[dict[str, tuple[str | None, str | None]]] = {
    "before:requested": NOTHING,
    "after:requested": ("not_held", None),
    "before:pay HoldPlaced": ("orphan_hold", "open"),  # its code died with the till
    "after:pay HoldPlaced": ("cancelled", "cancelled"),
    "before:Take": ("cancelled", "cancelled"),  # a decision that is not written down is not made
    "after:Take": ("committed", "committed"),
    "before:commit Accepted": ("committed", "committed"),
    "after:commit Accepted": ("committed", "committed"),
    "before:Release": ("cancelled", "cancelled"),
    "after:Release": ("cancelled", "cancelled"),
    "before:cancel Accepted": ("cancelled", "cancelled"),
    "after:cancel Accepted": ("cancelled", "cancelled"),
}
"""Killed just before or after a journal entry: what journal and server say of that payment in the end."""

ON_THE_WAY: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("pay", "delay_before"): ("orphan_hold", "open"),  # placed when the till is dead already
    ("pay", "delay_after"): ("orphan_hold", "open"),
    ("commit", "delay_before"): ("committed", "committed"),
    ("commit", "delay_after"): ("committed", "committed"),
    ("cancel", "delay_before"): ("cancelled", "cancelled"),
    ("cancel", "delay_after"): ("cancelled", "cancelled"),
}
"""Killed while a call was under way: before the server did as it was asked, or after, with its reply lost."""


class Shop:
    """A data folder, the till that is killed on it, and what all the tills on it were asked to do."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.data_dir = folder / "data"
        self._settings = write_settings(folder / "settings.toml", server.address)
        self._errors = folder / "errors"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a till; `words` are KILL and the sales of `unattended`."""
        with self._errors.open("a") as errors:
            return subprocess.Popen(
                [sys.executable, unattended.__file__, str(self._settings), str(self.data_dir), *words],
                env=environment(self.data_dir.parent, CENTARA_GIFTCARD_TOKEN=TOKEN),
                stdout=errors,
                stderr=errors,
            )

    def settle(self) -> None:
        """Leave a till alone until nothing more can be found out, then close it."""
        before = len(self.lines())
        till = self.start("never")
        try:
            wait_for(lambda: any(line["event"] == "ready" for line in self.lines()[before:]))
            wait_for(lambda: self._states() <= SETTLED | {"orphan_hold", "unclear"})
            till.send_signal(signal.SIGTERM)
            assert till.wait(PATIENCE_S) == 0
        finally:
            till.kill()
            till.wait()

    def journal(self) -> dict[str, dict[str, Any]]:
        out = StringIO()
        export_json(self.data_dir, out)
        return {row["id"]: row for row in loads(out.getvalue())}

    def fate(self, number: str) -> tuple[str | None, str | None]:
        """What journal and server say of the one payment of a card."""
        rows = [row["state"] for row in self.journal().values() if row["card"] == f"•••• {number[-4:]}"]
        holds = [hold.state for hold in self.server.holds(number)]
        assert len(rows) <= 1, rows
        assert len(holds) <= 1, holds
        return (rows[0] if rows else None), (holds[0] if holds else None)

    def lines(self) -> list[dict[str, Any]]:
        recorder = self.data_dir / "log" / "till.jsonl"
        if not recorder.exists():
            return []
        whole = [line for line in recorder.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [loads(line) for line in whole]

    def errors(self) -> str:
        """What all the tills wrote on their standard streams."""
        return self._errors.read_text()

    def assert_books_agree(self) -> None:
        """Server, journal and screen say the same; every hold that is open is on a list of this till."""
        journal = {row["id"]: row for row in export(self.data_dir)}
        served = {row["card"] for row in journal.values()}
        ours = [hold for hold in self.server.holds() if hold.operation is not None]
        holds = [hold for hold in ours if f"•••• {hold.number[-4:]}" in served]
        screens = [line for line in self.lines() if line["event"] == "screen"]
        assert disagreements(holds, journal, screens) == []
        assert card_errors(self.server.books(), FULL) == []
        for hold in holds:
            if hold.state == "open":
                assert journal[str(hold.operation)]["state"] in {"orphan_hold", "unclear"}
        assert verify(self.data_dir).findings == ()
        assert [line for line in self.lines() if line["event"] in {"fault", "journal_failed"}] == []
        assert self.errors() == ""

    def _states(self) -> set[str]:
        return {row["state"] for row in self.journal().values()}


def wait_for(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.005)


def die_at_every_step(shop: Shop) -> dict[object, tuple[str, tuple[str | None, str | None]]]:
    """Kill a till at every step; return for each the card and what became of its payment."""
    cards: dict[object, str] = {}
    for kill in AT_ENTRIES:
        number = cards[kill] = shop.server.new_card()
        decision = "release" if kill.endswith(("Release", "cancel Accepted")) else "take"
        assert shop.start(kill, f"{number}:{decision}").wait(PATIENCE_S) == -signal.SIGKILL, kill
        assert verify(shop.data_dir).sound, kill
    for call, fault in ON_THE_WAY:
        number = cards[call, fault] = shop.server.new_card()
        shop.server.misbehave(number, call, {"fault": fault, "seconds": 0.8})
        till = shop.start("never", f"{number}:{'release' if call == 'cancel' else 'take'}")
        wait_for(lambda number=number, call=call: shop.server.asked(number, call) == 1)  # type: ignore[misc]
        till.kill()
        till.wait()
        assert verify(shop.data_dir).sound, (call, fault)
    shop.settle()
    return {step: (number, shop.fate(number)) for step, number in cards.items()}


def die_at_random(shop: Shop, seed: int) -> list[str]:
    """Kill a till at random moments of busy service; return the cards it was to serve."""
    chance = random.Random(seed)
    numbers: list[str] = []
    for _ in range(CRASHES):
        sales = []
        for _ in range(SALES):
            number = shop.server.new_card()
            numbers.append(number)
            sales.append(f"{number}:{chance.choice(('take', 'release'))}")
            for call in ("pay", "commit", "cancel"):
                name = chance.choice(("delay_before", "delay_after"))
                shop.server.misbehave(number, call, {"fault": name, "seconds": chance.choice((0.01, 0.03))})
        before = len(shop.lines())
        till = shop.start("never", *sales)
        wait_for(lambda before=before: len(shop.lines()) > before)  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 0.6))
        till.kill()
        till.wait()
        assert verify(shop.data_dir).sound
    shop.settle()
    return numbers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), cards=CRASHES * SALES + 50)
    yield server
    server.stop()


Fates = dict[object, tuple[str, tuple[str | None, str | None]]]


@pytest.fixture(scope="module")
def crashes(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, Future[Fates], Shop, Future[list[str]], int]]:
    """Two shops at a time, for there are mostly two processors."""
    steps, moments = (Shop(server, tmp_path_factory.mktemp(name)) for name in ("steps", "moments"))
    seed = random.SystemRandom().randrange(2**32)
    with ThreadPoolExecutor(2) as beside:
        yield (
            *(steps, beside.submit(die_at_every_step, steps)),
            *(moments, beside.submit(die_at_random, moments, seed), seed),
        )


def test_a_till_that_dies_at_any_step_settles_the_payment_at_its_next_start(crashes: Any) -> None:
    """Row 36: intent only -> what the server says; a hold without a decision -> released; decided -> done."""
    shop, fates, *_ = crashes
    found = {step: fate for step, (_, fate) in fates.result().items()}
    assert found == AT_ENTRIES | ON_THE_WAY
    shop.assert_books_agree()


def test_nothing_is_requested_twice_by_a_recovery(crashes: Any) -> None:
    shop, fates, *_ = crashes
    for step, (number, _) in fates.result().items():
        assert shop.server.asked(number, "pay") == (
            0 if step in {"before:requested", "after:requested"} else 1
        )
        (*_, card) = [card for card in shop.server.books()["cards"] if card["number"] == number]
        assert card["net"] in {FULL, FULL - AMOUNT}


def test_a_till_that_dies_at_random_moments_loses_nothing(crashes: Any) -> None:
    *_, shop, numbers, seed = crashes
    print(f"The seed was {seed}.")
    served = [shop.fate(number) for number in numbers.result()]
    shop.assert_books_agree()
    assert set(served) <= {
        NOTHING,
        ("committed", "committed"),
        ("cancelled", "cancelled"),
        ("orphan_hold", "open"),
        ("not_held", None),
    }
    assert len({*served}) > 2, "the till died too early each time to show anything"
