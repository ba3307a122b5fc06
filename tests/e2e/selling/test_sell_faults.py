"""What goes wrong when cards are sold, through the window; the numbers are the failure catalogue's rows."""

import pytest
from e2e.cashier import Cashier
from e2e.selling.shop import LIVE, TWICE, Shop, choose_live, masked, put_on_list, sell, sell_again

pytestmark = pytest.mark.window


def test_a_lost_reply_to_an_issue_is_settled_by_reading_the_card(cashier: Cashier, shop: Shop) -> None:
    """Row 13: issued with our amount."""
    number = shop.blank()
    shop.misbehave(number, "issue", "drop_after")
    assert sell(cashier, number)["outcome"] == "unclear"
    cashier.sees("selling", "Sold", "sold")
    assert (shop.asked(number, "issue"), shop.worth(number)) == (1, (True, 3000))


def test_an_issue_that_never_arrived_may_be_sold_again(cashier: Cashier, shop: Shop) -> None:
    """Row 13: still not issued after half a minute; the till itself sends nothing twice."""
    number = shop.blank()
    shop.misbehave(number, "issue", "drop_before")
    assert sell(cashier, number)["outcome"] == "unclear"
    cashier.sees("selling", "Not sold", "not_sold", within_s=90)
    assert shop.asked(number, "issue") == 1
    assert sell_again(cashier, number)["outcome"] == "sold"
    assert shop.worth(number) == (True, 3000)


def test_a_card_that_another_till_sold_meanwhile_is_not_ours(cashier: Cashier, shop: Shop) -> None:
    """Row 14."""
    put_on_list(cashier, TWICE, "30")
    shop._post(f"giftcards/{TWICE}/_issue", b'{"amount": 80.00}')
    cashier.press("F12")
    cashier.sees("selling", "Not sold", "not_sold")
    assert shop.worth(TWICE) == (True, 8000)


def test_a_lost_live_card_is_for_a_supervisor(cashier: Cashier, shop: Shop) -> None:
    """Row 15: never repeated; it is on the list of exceptions."""
    made = shop.books()["requests"]["issue_live"]
    shop.misbehave(LIVE, "issue_live", "drop_after")
    choose_live(cashier)
    line = cashier.sees("selling", "Unclear", "unclear")
    assert shop.books()["requests"]["issue_live"] == made + 1
    cashier.press("F5")
    assert "Open holds" in cashier.sees("holds")["headline"]
    assert cashier.journal()[line["operation"]]["state"] == "unclear"


def test_an_unprinted_card_is_offered_again_after_a_power_cut(cashier: Cashier, shop: Shop) -> None:
    """Row 16."""
    choose_live(cashier)
    cashier.sees("selling", "Scan the printed card", "sold")
    cashier.kill()
    cashier.start()
    cashier.press("F3")
    cashier.sees("sell", "An unprinted card was found")
    number = shop.newest_live()
    cashier.scan(number)
    cashier.sees("sell", f"{masked(number)} is handed over")
    cashier.press("Up")
    cashier.sees("sell", "Sell gift cards")
