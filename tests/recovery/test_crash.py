"""The power fails at every step of a payment, and at any moment; afterwards the three books agree.

A till on one data folder serves customers, is killed, and is started again, over and over: each start
recovers what the one before left behind, and then serves the next customer. `run.py` kills more often.
"""

import os
import random
import signal
import sys
from typing import Final

import pytest
from e2e.program import FULL, Server
from recovery.nursery import Nursery
from recovery.run import MOMENTS, Tally, kill_tills
from recovery.shop import Shop, wait_for

from centara_giftcard.journal.reader import verify

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is neither fork nor SIGKILL")

KILLS: Final = int(os.environ.get("CENTARA_KILLS", "300"))
AMOUNT: Final = 500

NOTHING: Final = (None, None)
"""Neither the journal nor the server knows of it."""

Fate = tuple[str | None, str | None]

AT_ENTRIES: Final[dict[str, Fate]] = {
    "before:requested": NOTHING,
    "after:requested": ("not_held", None),
    "before:pay held": ("orphan_hold", "open"),  # its code died with the till
    "after:pay held": ("cancelled", "cancelled"),
    "before:take": ("cancelled", "cancelled"),  # a decision that is not written down is not made
    "after:take": ("committed", "committed"),
    "before:commit accepted": ("committed", "committed"),
    "after:commit accepted": ("committed", "committed"),
    "before:release": ("cancelled", "cancelled"),
    "after:release": ("cancelled", "cancelled"),
    "before:cancel accepted": ("cancelled", "cancelled"),
    "after:cancel accepted": ("cancelled", "cancelled"),
}
"""Killed just before or after a journal entry: what journal and server say of that payment in the end."""

ON_THE_WAY: Final[dict[str, tuple[str, str, Fate]]] = {
    "pay under way": ("pay", "delay_before", ("orphan_hold", "open")),  # placed when the till is dead already
    "pay answered": ("pay", "delay_after", ("orphan_hold", "open")),
    "commit under way": ("commit", "delay_before", ("committed", "committed")),
    "commit answered": ("commit", "delay_after", ("committed", "committed")),
    "cancel under way": ("cancel", "delay_before", ("cancelled", "cancelled")),
    "cancel answered": ("cancel", "delay_after", ("cancelled", "cancelled")),
}
"""Killed while a call was under way: before the server did as it was asked, or after, with its reply lost."""


@pytest.fixture(scope="module")
def killed(server: Server, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(server, tmp_path_factory.mktemp("killed"), nursery)


@pytest.fixture(scope="module")
def cards(killed: Shop) -> dict[str, str]:
    """The card of each step at which a till was killed; the last till has settled what could be."""
    cards: dict[str, str] = {}
    for moment in AT_ENTRIES:
        number = cards[moment] = killed.server.new_card()
        decision = "release" if moment.endswith(("release", "cancel accepted")) else "take"
        killed.start(f"{number}:{decision}", moment=moment)
        assert killed.wait() == -signal.SIGKILL, moment
        assert verify(killed.data_dir).sound, moment
    for step, (call, fault, _) in ON_THE_WAY.items():
        number = cards[step] = killed.server.new_card()
        killed.server.misbehave(number, call, {"fault": fault, "seconds": 0.8})
        killed.start(f"{number}:{'release' if call == 'cancel' else 'take'}")
        wait_for(lambda number=number, call=call: killed.server.asked(number, call) == 1)  # type: ignore[misc]
        killed.kill()
        assert verify(killed.data_dir).sound, step
    killed.settle()
    assert killed.close() == 0
    return cards


def test_a_till_that_dies_at_any_step_settles_the_payment_at_its_next_start(
    killed: Shop, cards: dict[str, str]
) -> None:
    """Row 36: intent only -> what the server says; a hold without a decision -> released; decided -> done."""
    fates = AT_ENTRIES | {step: fate for step, (_, _, fate) in ON_THE_WAY.items()}
    assert {step: killed.fate(number) for step, number in cards.items()} == fates
    assert killed.compare() == ([], [])
    assert killed.unlisted() == []
    assert killed.troubles() == []


def test_nothing_is_requested_twice_by_a_recovery(killed: Shop, cards: dict[str, str]) -> None:
    balances = {card["number"]: card["net"] for card in killed.server.books()["cards"]}
    for step, number in cards.items():
        unsent = step in {"before:requested", "after:requested"}
        assert killed.server.asked(number, "pay") == (0 if unsent else 1), step
        assert balances[number] in {FULL, FULL - AMOUNT}


def test_hundreds_of_kills_at_named_and_at_random_moments_lose_nothing() -> None:
    seed = random.SystemRandom().randrange(2**32)
    sums = Tally()
    for tally in kill_tills(KILLS, 1, seed):
        sums.add(tally)
    print(f"python tests/recovery/run.py --kills {KILLS} --seed {seed}")
    assert (sums.kills, sums.lost, sums.disagreements) == (KILLS, [], [])
    assert sums.states.keys() <= {"committed", "cancelled", "not_held", "orphan_hold"}
    assert sums.states["committed"] > KILLS / 10, "the tills died too early to show anything"
    assert len(sums.moments) > len(MOMENTS) / 2
