"""Undoing a sale through the window; the numbers are the failure catalogue's rows."""

import json

import pytest
from e2e.cashier import Cashier
from e2e.program import call
from e2e.selling.shop import (
    USED,
    Shop,
    choose_live,
    masked,
    see_card_to_undo,
    sell,
    sell_again,
)

pytestmark = pytest.mark.window


def test_a_sale_is_undone(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    sell(cashier, number)
    see_card_to_undo(cashier, number, "€30.00")
    cashier.press("Return", "space", "Tab")
    cashier.scan(number)
    cashier.press("F1")
    cashier.sees("help")
    cashier.press("F4")
    cashier.sees("undo", "Undo the sale of €30.00?")
    assert shop.asked(number, "unissue") == 0
    cashier.press("F12")
    line = cashier.sees("undoing", "Sale undone", "undone")
    assert (line["card"], shop.worth(number)) == (masked(number), (False, 0))


def test_a_recent_sale_is_picked_with_the_arrows(cashier: Cashier, shop: Shop) -> None:
    first, second = shop.blank(), shop.blank()
    sell(cashier, first)
    sell_again(cashier, second)
    cashier.press("F4")
    cashier.sees("undo", "Undo a sale")
    cashier.press("Down", "Return")
    assert cashier.sees("undo", "Undo the sale of €30.00?")["card"] == masked(first)
    cashier.press("F12")
    cashier.sees("undoing", "Sale undone", "undone")
    assert [shop.worth(it)[0] for it in (first, second)] == [False, True]


def test_a_sale_that_cannot_be_undone_says_why(cashier: Cashier, shop: Shop) -> None:
    cashier.press("F4")
    for number, headline in ((USED, "Not as it was sold"), (shop.blank(), "Never sold")):
        cashier.scan(number)
        cashier.sees("undo", f"{masked(number)}: {headline}")
        cashier.press("F12")
        assert shop.asked(number, "unissue") == 0


def test_a_lost_reply_to_an_unissue_is_settled_by_reading_the_card(cashier: Cashier, shop: Shop) -> None:
    """Row 17."""
    number = shop.blank()
    sell(cashier, number)
    shop.misbehave(number, "unissue", "drop_after")
    see_card_to_undo(cashier, number, "€30.00")
    cashier.press("F12")
    cashier.sees("undoing", "Checking the card", "unclear")
    cashier.sees("undoing", "Sale undone", "undone")
    assert shop.asked(number, "unissue") == 1


def test_a_card_that_is_used_while_its_sale_is_undone_stays_sold(cashier: Cashier, shop: Shop) -> None:
    """Row 18: the server refuses, and the card shows why."""
    number = shop.blank()
    sell(cashier, number)
    see_card_to_undo(cashier, number, "€30.00")
    shop.elsewhere_held(number, "10.00")
    hold = shop.holds(number)[0]
    shop._post(f"giftcards/{number}/authorizations/{hold.code}/_commit")
    cashier.press("F12")
    cashier.sees("undoing", "Not undone. The card was used", "not_undone")
    assert shop.worth(number) == (True, 2000)


def test_the_sale_of_an_unprinted_card_can_be_undone(cashier: Cashier, shop: Shop) -> None:
    choose_live(cashier)
    cashier.sees("selling", "Scan the printed card", "sold")
    number = shop.newest_live()
    cashier.press("u")
    cashier.sees("undo", "Undo the sale of €15.00?")
    cashier.press("F12")
    cashier.sees("undoing", "Sale undone", "undone")
    assert shop.worth(number) == (False, 0)
    cashier.press("F3")
    cashier.sees("sell", "Sell gift cards")  # nothing waits to be printed any more


def test_a_live_card_that_is_undone_slowly_is_never_said_to_be_handed_over(
    cashier: Cashier, shop: Shop
) -> None:
    """The cashier is back on Sell when the answer comes: what is in view decides nothing."""
    choose_live(cashier)
    operation = cashier.sees("selling", "Scan the printed card", "sold")["operation"]
    number = shop.newest_live()
    cashier.press("Escape")
    cashier.sees("sell", "A card was not scanned back")
    shop.misbehave(number, "unissue", {"fault": "delay_after", "seconds": 1.5, "times": 1})
    cashier.press("u")
    cashier.sees("undo", "Undo the sale of €15.00?")
    cashier.press("F12")
    cashier.sees("undoing", "Undoing the sale")
    cashier.press("F3")
    cashier.sees("sell", "Sell gift cards")  # nothing waits to be printed any more
    assert shop.worth(number) == (False, 0)
    about = [line for line in cashier.screens() if line.get("card") == masked(number)]
    assert [line for line in about if "is handed over" in line["headline"]] == []
    cashier.press("F4")
    cashier.sees("undoing", "Sale undone", "undone")
    told = call(cashier.data_dir.parent, "journal", "events", operation, "--data-dir", cashier.data_dir)
    words = {json.loads(line)["event"].lower().replace("_", "") for line in told.stdout.splitlines()}
    assert "undone" in words
    assert "handedover" not in words
