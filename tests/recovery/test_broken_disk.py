"""The disk fails under the real program and the real SQLite, at every step; then it is mended (rows 34, 35).

What the screen said, what the journal says after the next start, and what the server did must agree, or the
till must have said that something is wrong. On a real small disk, with the real window, see `e2e`.
"""

from typing import Final

import pytest
from e2e.unattended import STOPPED
from recovery import broken_disk
from recovery.shop import Shop

pytestmark = pytest.mark.skipif(not broken_disk.possible(), reason="the faults are asked of Linux by number")

NO_NEW_SALES, STOP = STOPPED
ENTRIES: Final = ("requested", "pay held", "take", "commit accepted", "release", "cancel accepted")

SAID_THEN: Final = {
    "requested": None,
    "pay held": "not_paid",  # row 35: the hold is released from memory
    "take": "not_paid",  # a decision that is not written down is not made
    "commit accepted": "paid",
    "release": "not_paid",
    "cancel accepted": "not_paid",
}
"""The disk fails before this entry of a sale is written: what the cashier is told of that sale."""


def two_customers(shop: Shop, fault: str, entry: str) -> tuple[str, str]:
    """The disk breaks in the sale to the first; the cashier goes on to the second, if the till lets them."""
    first, second = shop.server.new_card(), shop.server.new_card()
    decision = "release" if entry in {"release", "cancel accepted"} else "take"
    shop.start(f"{first}:{decision}", f"{second}:take", moment=f"before:{entry}", fault=fault)
    shop.wait_for("idle")
    return first, second


def outcomes(shop: Shop) -> list[str]:
    """What the till that was started last has told of its sales; it may say so again with a newer balance."""
    told = [(line["operation"], line["outcome"]) for line in shop.told() if "outcome" in line]
    return [outcome for _, outcome in dict.fromkeys(told)]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("fault", [*broken_disk.CALL_FAULTS, "moved"])
def test_when_the_disk_fails_the_sale_is_ended_from_memory_and_the_books_agree_once_it_is_mended(
    shop: Shop, fault: str, entry: str
) -> None:
    first, second = two_customers(shop, fault, entry)
    said = SAID_THEN[entry]
    assert outcomes(shop) == ([said] if said else [])
    assert shop.headlines()[-1] == (STOP if said else NO_NEW_SALES)
    shop.kill()
    if fault == "moved":
        broken_disk.elsewhere(shop.data_dir).rename(shop.data_dir)
    shop.settle()
    shop.kill()
    assert shop.compare() == ([], [])
    taken = {None: [], "paid": [("committed", 500)], "not_paid": [("cancelled", 500)]}[said]
    assert shop.server.states(first) == taken
    assert shop.server.states(second) == []
    assert not [line for line in shop.witnessed() if line["event"] == "fault"]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("fault", ["deleted", "file deleted"])
def test_a_journal_that_is_deleted_under_the_till_stops_it_with_no_hold_left(
    shop: Shop, fault: str, entry: str
) -> None:
    first, second = two_customers(shop, fault, entry)
    said = SAID_THEN[entry]
    assert outcomes(shop) == ([said] if said else [])
    assert shop.headlines()[-1] == (STOP if said else NO_NEW_SALES)
    shop.kill()
    taken = {None: [], "paid": [("committed", 500)], "not_paid": [("cancelled", 500)]}[said]
    assert shop.server.states(first) == taken
    assert shop.server.states(second) == []
    shop.start(f"{second}:take")  # it begins anew
    shop.wait_for("idle")
    shop.kill()
    assert shop.fate(second) == ("committed", "committed")


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_journal_whose_pages_are_damaged_under_the_till_is_set_aside_at_the_next_start(
    shop: Shop, entry: str
) -> None:
    """SQLite goes on from its memory; what was said stays true, and the next start says what it found."""
    first, second = two_customers(shop, "damaged", entry)
    assert not shop.unlisted()
    shop.kill()
    end = "cancelled" if entry in {"release", "cancel accepted"} else "committed"
    assert shop.server.states(first) == [(end, 500)]
    assert shop.server.states(second) == [("committed", 500)]
    said = "paid" if end == "committed" else "not_paid"
    assert outcomes(shop) == [said, "paid"]
    shop.start(f"{shop.server.new_card()}:take")
    shop.wait_for("idle")
    assert "Journal set aside" in shop.headlines()
    assert outcomes(shop) == ["paid"]
    shop.kill()
    assert len(list(shop.data_dir.glob("journal.damaged-*.sqlite3"))) == 1
    assert not [line for line in shop.witnessed() if line["event"] == "fault"]
