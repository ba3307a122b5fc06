"""What a scanner can press at the real window: no code moves money, becomes an amount or opens a page."""

import pytest
from e2e.cashier import Cashier
from e2e.program import Server

GOODS = "4006381333931"
WORDS = "Scan again"
pytestmark = pytest.mark.window


@pytest.mark.parametrize(
    "keys",
    [
        [*GOODS, "F12"],
        [*GOODS, "Return", "F12"],
        ["F12", *GOODS, "Return"],
        [*GOODS[:6], "F12", *GOODS[6:], "Return"],
        [*GOODS[:6], "Escape", *GOODS[6:], "Return"],
        ["F12", "F12"],
        [*"500", "Return", "F12"],
        ["Escape", "F12"],
    ],
)
def test_no_code_takes_or_releases_a_hold(cashier: Cashier, server: Server, keys: list[str]) -> None:
    number = server.new_card()
    operation = cashier.holds(number, "12.50")
    cashier.wedge(keys)
    cashier.sees("hold", WORDS)
    now = cashier.shows()
    assert (now["screen"], now["operation"]) == ("hold", operation)
    assert (server.asked(number, "commit"), server.asked(number, "cancel")) == (0, 0)
    cashier.press("Escape")
    cashier.sees("done", "Not paid", "not_paid")


@pytest.mark.parametrize(
    ("keys", "gap_ms", "pauses"),
    [
        (GOODS, 4, {9: 0.06}),
        (GOODS, 45, {}),
        (GOODS, 55, {}),
        (GOODS, 4, {6: 0.08}),
        (GOODS, 4, {6: 0.15}),
        (GOODS, 45, {3: 0.12}),
        ("1234", 4, {}),
        ("12345", 4, {}),
        ("50", 4, {}),
        ("5", 4, {}),
    ],
)
def test_no_code_becomes_an_amount(
    cashier: Cashier, server: Server, keys: str, gap_ms: int, pauses: dict[int, float]
) -> None:
    """A goods code, a price label, whole or with a stutter: nothing is typed, nothing requested."""
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card", "available")
    cashier.type("1")
    cashier.sees("amount")
    cashier.wedge([*keys, "Return"], gap_ms, pauses)
    cashier.sees("amount", WORDS)
    assert server.asked(number, "pay") == 0
    cashier.type("2")
    cashier.press("Return")
    cashier.sees("hold", "€12.00 is held")  # what was typed stayed, and nothing of the code came to it
    cashier.press("Escape")
    cashier.sees("done", "Not paid", "not_paid")


@pytest.mark.parametrize("named", ["Escape", "Delete", "F10", "F3", "ctrl+bracketright", "ctrl+1"])
def test_a_named_key_inside_a_code_does_nothing(cashier: Cashier, server: Server, named: str) -> None:
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card", "available")
    cashier.type("7")
    cashier.sees("amount")
    cashier.wedge([*GOODS[:5], named, *GOODS[5:], "Return"])
    cashier.sees("amount", WORDS)
    cashier.press("Return")
    cashier.sees("hold", "€7.00 is held")
    cashier.press("Escape")
    cashier.sees("done", "Not paid", "not_paid")


def test_two_codes_that_a_customer_can_bring_along_make_no_card(cashier: Cashier, server: Server) -> None:
    before = server.books()["cards"]
    cashier.wedge(["F3", "ctrl+1"])
    cashier.sees("ready", WORDS)
    cashier.wedge([*"500", "Return", "F12"])
    cashier.sees("ready", WORDS)
    assert cashier.shows()["screen"] == "ready"
    assert server.books()["cards"] == before


@pytest.mark.parametrize(
    ("code", "headline"),
    [("6091000000001", WORDS), ("", WORDS), ("7", WORDS), (GOODS, "Scan again. Not one of our cards")],
)
def test_a_code_that_is_no_card_is_told(cashier: Cashier, code: str, headline: str) -> None:
    cashier.type("60")
    cashier.wedge([*code, "Return", *([] if code else ["Tab"])])
    cashier.sees("ready", headline)
    cashier.press("Escape")


def test_a_card_is_read_at_any_scanners_pace(cashier: Cashier, server: Server) -> None:
    for gap_ms, pauses in ((4, {}), (30, {}), (55, {}), (4, {1: 0.1}), (45, {7: 0.15})):
        number = server.new_card()
        cashier.wedge([*number, "Return"], gap_ms, pauses)
        assert cashier.sees("card", "available")["card"] == f"•••• {number[-4:]}"
        cashier.press("Escape")
        cashier.sees("ready")


def test_a_key_that_is_held_down_is_one_press(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card", "available")
    cashier.type("5")
    cashier.hold_down("Return", 1.2)
    cashier.sees("hold", "€5.00 is held")
    cashier.hold_down("F12", 1.2)
    cashier.sees("done", "Paid", "paid")
    assert cashier.shows()["screen"] == "done"
    assert (server.asked(number, "pay"), server.asked(number, "commit")) == (1, 1)
