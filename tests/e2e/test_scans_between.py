"""A scan, or two scanners at once, at any moment of a sale: in a change of screens, over the lock."""

import random
import time

import pytest
from e2e.cashier import Cashier
from e2e.program import Server

GOODS = "4006381333931"
pytestmark = pytest.mark.window


def two_at_once(one: str, other: str) -> list[str]:
    """The keys of two codes, each ended and followed by F12, as they come where both scanners type."""
    order = random.Random(one + other)
    rows = [[*one, "Return", "F12"], [*other, "Return", "F12"]]
    keys: list[str] = []
    while any(rows):
        keys.append(order.choice([row for row in rows if row]).pop(0))
    return keys


@pytest.mark.parametrize("after_s", [0.0, 0.04, 0.12, 0.3])
def test_what_scanners_type_moves_nothing_in_whatever_moment_it_comes(
    cashier: Cashier, server: Server, after_s: float
) -> None:
    number, other = server.new_card(), server.new_card()

    def storm(key: str) -> str:
        """A key by hand, and so long after it what two scanners type at once; the screen that is left."""
        cashier.press(key)
        time.sleep(after_s)
        cashier.wedge_at_once(two_at_once(GOODS, other))
        return str(cashier.shows()["screen"])

    cashier.scan(number)
    cashier.sees("card", "available")
    cashier.type("5")
    cashier.sees("amount")
    if storm("Return") == "amount":  # so soon before a code a key is the scanner's, and the hand's in vain
        cashier.press("Return")
    assert cashier.shows()["screen"] == "hold"
    cashier.press("F10")
    cashier.sees("lock")
    cashier.wedge_at_once(two_at_once("7", GOODS))  # a code is no operator
    assert cashier.screens()[-1]["screen"] == "lock"
    cashier.type("7")
    cashier.press("Return")
    assert cashier.shows()["screen"] == "hold"
    assert (server.asked(number, "commit"), server.asked(number, "cancel")) == (0, 0)
    if storm("F12") == "hold":
        cashier.press("F12")
    now = cashier.shows()
    assert (now["screen"], now["outcome"]) == ("done", "paid")
    assert (server.asked(number, "pay"), server.asked(number, "commit")) == (1, 1)
    storm("F3")
    assert (server.asked(other, "issue"), server.asked(other, "pay")) == (0, 0)
