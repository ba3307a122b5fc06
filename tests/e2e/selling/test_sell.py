"""Selling cards through the window."""

import pytest
from e2e.cashier import Cashier
from e2e.selling.shop import BOX, CLASSIC, FIFTY, SOLD_ONCE, Shop, masked, put_on_list

pytestmark = pytest.mark.window


def test_a_card_is_sold_with_a_scan_an_amount_and_two_presses(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    put_on_list(cashier, number, "37.50")
    cashier.press("Return", "space", "KP_Enter", "Tab")  # nothing but F12 sells
    cashier.scan(number)
    cashier.sees("sell", "On the list already")
    assert shop.asked(number, "issue") == 0
    cashier.press("F12")
    line = cashier.sees("selling", "Sold", "sold")
    assert (line["card"], shop.worth(number)) == (masked(number), (True, 3750))
    assert [
        (r["kind"], r["state"], r["amount_minor"])
        for r in cashier.journal().values()
        if r["id"] == line["operation"]
    ] == [("issue", "done", 3750)]
    cashier.press("p")
    cashier.sees("receipt")
    cashier.press("Escape")
    cashier.sees("selling", "Sold", "sold")
    cashier.press("Return")
    cashier.sees("sell", "Sell gift cards")


def test_a_stack_of_cards_is_sold_in_one_go(cashier: Cashier, shop: Shop) -> None:
    """Typed, preset by Ctrl+2, fixed, after a package check; one is removed again."""
    typed, preset, fixed, boxed, removed = (
        shop.blank(series) for series in (CLASSIC, CLASSIC, FIFTY, BOX, CLASSIC)
    )
    put_on_list(cashier, typed, "10")
    cashier.scan(preset)
    cashier.sees("sell", "For how much?")
    cashier.press("ctrl+2", "Return")
    cashier.sees("sell", "2 cards on the list")
    cashier.scan(fixed)
    cashier.sees("sell", "3 cards on the list")
    cashier.scan(boxed)
    cashier.sees("sell", f"Scan the package of {masked(boxed)}")
    cashier.scan(boxed)
    cashier.sees("sell", "For how much?")
    cashier.type("7.25")
    cashier.press("Return")
    cashier.sees("sell", "4 cards on the list")
    put_on_list(cashier, removed, "5", 5)
    cashier.press("Delete")
    cashier.sees("sell", "4 cards on the list")
    cashier.press("F12")
    cashier.sees("selling", "Sold", "sold")
    cashier.wait(lambda line: line.get("outcome") == "sold" and "operation" not in line, "all are sold")
    cards = (typed, preset, fixed, boxed, removed)
    assert [shop.worth(it)[1] for it in cards] == [1000, 5000, 5000, 725, 0]
    told = {line.get("card"): line["outcome"] for line in cashier.screens() if "outcome" in line}
    assert {told[masked(it)] for it in cards[:4]} == {"sold"}


def test_a_card_is_sold_by_touch_alone(cashier: Cashier, shop: Shop) -> None:
    cashier.touch("Live")
    cashier.sees("sell", "For how much?")
    cashier.touch_pad("15")
    cashier.touch("Put on the list")
    cashier.sees("sell", "1 card on the list")
    cashier.touch("Sell the card €15.00")
    cashier.sees("selling", "Scan the printed card", "sold")
    cashier.scan(shop.newest_live())
    cashier.sees("selling", "Sold", "sold")


@pytest.mark.parametrize(
    ("typed", "headline"),
    [
        ("4.99", "Too little for this series"),
        ("500.01", "Too much for this series"),
        ("0", "Not zero"),
        ("", "Type"),
    ],
)
def test_an_amount_that_is_not_allowed_sends_nothing(
    cashier: Cashier, shop: Shop, typed: str, headline: str
) -> None:
    number = shop.blank()
    cashier.scan(number)
    cashier.sees("sell", "For how much?")
    cashier.type(typed)
    cashier.press("Return")
    cashier.sees("sell", headline)
    assert shop.asked(number, "issue") == 0


def test_cards_that_cannot_be_sold_say_why(cashier: Cashier, shop: Shop) -> None:
    for number, headline in (
        (SOLD_ONCE, f"{masked(SOLD_ONCE)}: Already active"),
        ("6091999999999999", "Card not known"),
        ("6092111122223333", "Card not known"),
        ("7777111122223333", "Not one of our cards"),
    ):
        cashier.scan(number)
        cashier.sees("sell", headline)


@pytest.mark.parametrize(
    "keys",
    [
        [*"4006381333931", "F12"],
        [*"4006381333931", "Return", "F12"],
        ["F12", "F12"],
        [*"400638", "Delete", *"1333931", "Return"],
        ["ctrl+1", *"500", "Return", "F12"],
    ],
)
def test_no_code_sells_a_list_or_changes_it(cashier: Cashier, shop: Shop, keys: list[str]) -> None:
    number = shop.blank()
    put_on_list(cashier, number, "10")
    cashier.wedge(keys)
    cashier.sees("sell", "Scan again")
    cashier.press("Down")  # read and answered
    cashier.sees("sell", "1 card on the list")
    assert shop.asked(number, "issue") == 0


def test_swapped_sleeves_are_found(cashier: Cashier, shop: Shop) -> None:
    card, sleeve = shop.blank(BOX), shop.blank(BOX)
    cashier.scan(card)
    cashier.sees("sell", "Scan the package")
    cashier.scan(sleeve)
    cashier.sees("sell", "Package and card do not match")
    assert (shop.asked(card, "issue"), shop.asked(sleeve, "issue")) == (0, 0)


def test_a_list_is_dropped_only_when_escape_is_pressed_twice(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    put_on_list(cashier, number, "20")
    cashier.press("Escape")
    cashier.sees("sell", "Drop the list?")
    cashier.press("Down")
    cashier.sees("sell", "1 card on the list")
    cashier.press("Escape", "Escape")  # a double press only asks
    cashier.sees("sell", "Drop the list?")
    cashier.press("Escape")
    cashier.sees("sell", "Sell gift cards")
    assert shop.asked(number, "issue") == 0


def test_an_amount_typed_while_the_card_is_checked_is_sold_whole(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    shop.misbehave(number, "status", {"fault": "delay_before", "seconds": 1.0, "times": 1})
    cashier.scan(number)
    cashier.type("12.50")
    cashier.sees("sell", "For how much?")
    cashier.press("Return")
    cashier.sees("sell", "1 card on the list")
    cashier.press("F12")
    cashier.sees("selling", "Sold", "sold")
    assert shop.worth(number) == (True, 1250)


def test_a_list_is_made_sold_and_left_by_touch_alone(cashier: Cashier, shop: Shop) -> None:
    number = shop.blank()
    cashier.touch_pad(number)
    cashier.touch("Check card")
    cashier.sees("sell", "For how much?")
    cashier.touch_pad("30")
    cashier.touch("Put on the list")
    cashier.sees("sell", "1 card on the list")
    cashier.touch("Drop the list")
    cashier.sees("sell", "Drop the list?")
    cashier.touch("Keep the list")
    cashier.sees("sell", "1 card on the list")
    cashier.touch("Sell the card €30.00")
    cashier.sees("selling", "Sold", "sold")
    cashier.touch("Next sale")
    cashier.sees("sell", "Sell gift cards")
    assert shop.worth(number) == (True, 3000)


def test_a_refused_scan_stays_over_the_list_until_it_is_answered(cashier: Cashier, shop: Shop) -> None:
    put_on_list(cashier, shop.blank(), "30")
    cashier.scan("4006381333931")
    refused = cashier.sees("sell", "Scan again")
    cashier.catch_up()
    cashier.press("Up")
    cashier.sees("sell", "1 card on the list")
    assert refused["screen"] == "sell"


def test_how_a_sale_ends_is_told_where_the_cashier_looks(cashier: Cashier, shop: Shop) -> None:
    """It was told nowhere: the customer left with a card that the server had refused to sell."""
    number = shop.blank()
    put_on_list(cashier, number, "30")
    shop.misbehave(number, "issue", {"fault": "delay_before", "seconds": 1.5, "times": 1})
    cashier.press("F12")
    cashier.sees("selling", "Selling 1 of 1")
    cashier.press("F2")
    told = cashier.sees("ready", f"{masked(number)}: Sold", "sold")
    assert told["card"] == masked(number)
