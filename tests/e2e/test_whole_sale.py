"""Whole sales at the real window: by scanner and keyboard, by keyboard alone, by touch alone, by swipe."""

import signal

import pytest
from e2e.books import disagreements
from e2e.cashier import Cashier
from e2e.program import (
    ALL_HELD,
    EMPTY,
    EXPIRED,
    FROM_LATER,
    FULL,
    NOT_SOLD,
    PARTLY_HELD,
    UNKNOWN,
    Server,
)

pytestmark = pytest.mark.window


def assert_sale(cashier: Cashier, server: Server, number: str, amount: int, state: str) -> None:
    """The server's ledger, the till's journal and the till's screen say the same of a card's one sale."""
    (hold,) = [hold for hold in server.holds(number) if hold.operation is not None]
    journal = cashier.journal()
    assert hold.operation is not None
    row = journal[hold.operation]
    assert (hold.amount, hold.state) == (amount, state)
    assert (row["kind"], row["state"], row["amount_minor"], row["currency"]) == (
        "payment",
        state,
        amount,
        "EUR",
    )
    assert row["card"] == f"•••• {number[-4:]}"
    told = [line.get("outcome") for line in cashier.screens() if line.get("operation") == hold.operation]
    assert told[-1] == {"committed": "paid", "cancelled": "not_paid"}[state]
    assert disagreements([hold], {hold.operation: row}, []) == []
    (card,) = [card for card in server.books()["cards"] if card["number"] == number]
    if card["original"] == FULL:
        assert (card["net"], card["authorised"]) == (FULL - amount if state == "committed" else FULL, 0)


def test_a_scan_the_amount_and_two_presses_take_a_payment(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.scan(number)
    assert cashier.sees("card", "€100.00 available")["card"] == f"•••• {number[-4:]}"
    cashier.type("12.50")
    cashier.sees("amount")
    cashier.press("Return")
    cashier.sees("hold", "€12.50 is held, not taken")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, number, 1250, "committed")
    cashier.press("p")
    cashier.sees("receipt", "Receipt")
    cashier.press("F2")
    cashier.sees("done", "Paid", "paid")
    cashier.next_customer()


def test_a_comma_is_as_good_as_a_point(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.holds(number, "1,05")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, number, 105, "committed")


def test_escape_in_the_hold_step_releases_the_hold(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.holds(number, "20")
    cashier.press("Escape")
    cashier.sees("done", "Not paid. The hold was released", "not_paid")
    assert_sale(cashier, server, number, 2000, "cancelled")
    cashier.press("F12")  # too late to take it
    assert cashier.shows()["headline"] == "Not paid. The hold was released"
    assert server.asked(number, "commit") == 0


def test_more_than_is_on_the_card_is_paid_in_part(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.pays_in_part(number, "130")
    cashier.press("F12")
    cashier.sees("done", "€100.00 paid, €30.00 still to pay", "paid")
    assert_sale(cashier, server, number, FULL, "committed")


def test_what_another_till_holds_is_not_available(cashier: Cashier, server: Server) -> None:
    cashier.scan(PARTLY_HELD)
    cashier.sees("card", "€40.00 available")
    cashier.press("Escape")
    cashier.sees("ready")
    cashier.pays_in_part(PARTLY_HELD, "50")
    cashier.press("F12")
    cashier.sees("done", "€40.00 paid, €10.00 still to pay", "paid")
    assert_sale(cashier, server, PARTLY_HELD, 4000, "committed")
    foreign = [hold for hold in server.holds(PARTLY_HELD) if hold.operation is None]
    assert [(hold.amount, hold.state) for hold in foreign] == [(2000, "open")]


def test_in_the_hold_step_only_f12_and_escape_do_anything(cashier: Cashier, server: Server) -> None:
    """Enter, Space, a scan of the same card or another, the terminator of a scan: the money stays held."""
    number, other = server.new_card(), server.new_card()
    operation = cashier.holds(number, "7")
    cashier.press("Return", "space", "KP_Enter", "Tab", "5", "BackSpace", "Delete", "F8", "F11")
    cashier.scan(number)
    cashier.scan(other)
    cashier.scan(f"{other}\n")  # a scanner that ends with two keys
    now = cashier.shows()
    assert (now["screen"], now["operation"]) == ("hold", operation)
    assert [hold.state for hold in server.holds(number)] == ["open"]
    assert (server.asked(number, "commit"), server.asked(number, "cancel")) == (0, 0)
    assert server.asked(number, "pay") == 1
    assert server.asked(other, "status") == 0
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, number, 700, "committed")


def test_another_card_in_the_middle_of_a_sale_is_ignored(cashier: Cashier, server: Server) -> None:
    number, other = server.new_card(), server.new_card()
    cashier.scan(number)
    cashier.sees("card")
    cashier.type("3")
    cashier.sees("amount")
    cashier.scan(other)
    assert cashier.sees("amount", "Finish this card first")["card"] == f"•••• {number[-4:]}"
    cashier.press("Return")
    cashier.sees("hold", "€3.00 is held")  # nothing of the scan fell into the amount
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, number, 300, "committed")
    assert server.asked(other, "status") == 0


def test_a_held_f12_takes_once_and_so_do_two_presses(cashier: Cashier, server: Server) -> None:
    held, twice = server.new_card(), server.new_card()
    cashier.holds(held, "4")
    cashier.hold_down("F12", 1)
    cashier.sees("done", "Paid", "paid")
    assert server.asked(held, "commit") == 1
    assert_sale(cashier, server, held, 400, "committed")
    cashier.next_customer()
    server.misbehave(twice, "commit", {"fault": "delay_before", "seconds": 0.4})
    cashier.holds(twice, "4")
    cashier.press("F12", "F12", "Escape", "F12")
    cashier.sees("committing", "Taking €4.00")
    cashier.sees("done", "Paid", "paid")
    assert (server.asked(twice, "commit"), server.asked(twice, "cancel")) == (1, 0)
    assert_sale(cashier, server, twice, 400, "committed")


def test_enter_pressed_twice_requests_once(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    server.misbehave(number, "pay", {"fault": "delay_before", "seconds": 0.3})
    cashier.scan(number)
    cashier.sees("card")
    cashier.type("5")
    cashier.press("Return", "Return", "Return")
    cashier.sees("hold", "€5.00 is held")
    assert server.asked(number, "pay") == 1
    cashier.press("Escape")
    cashier.sees("done", "", "not_paid")
    assert_sale(cashier, server, number, 500, "cancelled")


def test_the_next_scan_after_a_sale_starts_the_next_one(cashier: Cashier, server: Server) -> None:
    first, second = server.new_card(), server.new_card()
    cashier.holds(first, "6")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    cashier.scan(second)
    assert cashier.sees("card", "€100.00 available")["card"] == f"•••• {second[-4:]}"
    cashier.type("8")
    cashier.press("Return")
    cashier.sees("hold", "€8.00 is held")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, first, 600, "committed")
    assert_sale(cashier, server, second, 800, "committed")


def test_a_number_typed_by_hand_is_a_card(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.type(number)
    assert cashier.shows()["screen"] == "ready"  # nothing happens before Enter
    assert server.asked(number, "status") == 0
    cashier.press("Return")
    cashier.sees("card", "€100.00 available")
    cashier.type("2")
    cashier.press("Return")
    cashier.sees("hold")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, number, 200, "committed")


def test_a_whole_sale_by_touch_alone(cashier: Cashier, server: Server) -> None:
    taken, released = server.new_card(), server.new_card()
    cashier.touch_pad(taken)
    cashier.touch("Check card")
    cashier.sees("card", "€100.00 available")
    cashier.touch_pad("9.90")
    cashier.touch("Request payment")
    cashier.sees("hold", "€9.90 is held")
    cashier.touch("Take payment")
    cashier.sees("done", "Paid", "paid")
    cashier.touch("Next sale")
    cashier.sees("ready")
    assert_sale(cashier, server, taken, 990, "committed")
    cashier.scan(released)
    cashier.sees("card")
    cashier.touch_pad("8")
    cashier.touch("Request payment")
    cashier.sees("hold", "€8.00 is held")
    cashier.touch("Release the hold")
    cashier.sees("done", "Not paid", "not_paid")
    assert_sale(cashier, server, released, 800, "cancelled")


@pytest.mark.parametrize("track", [";{}=28121010000?", "%B{}^GIFT CARD^28121010000?\n;{}=28121010000?"])
def test_a_swiped_card_is_read_from_its_tracks(cashier: Cashier, server: Server, track: str) -> None:
    number = server.new_card()
    cashier.scan(track.replace("{}", number))
    cashier.sees("card", "€100.00 available")
    cashier.type("1")
    cashier.press("Return")
    cashier.sees("hold", "€1.00 is held")
    cashier.scan(track.replace("{}", number))
    assert cashier.shows()["screen"] == "hold"
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert_sale(cashier, server, number, 100, "committed")


def test_a_card_that_cannot_pay_says_why_and_the_next_may_come(cashier: Cashier, server: Server) -> None:
    for number, why in (
        (EMPTY, "Nothing available"),
        (ALL_HELD, "All of it is held"),
        (NOT_SOLD, "Not active"),
        (EXPIRED, "Expired"),
        (FROM_LATER, "Not valid yet"),
    ):
        cashier.scan(number)
        cashier.sees("card", why)
        cashier.type("1")
        cashier.press("Return", "F12")
        assert server.asked(number, "pay") == 0
    cashier.scan(UNKNOWN)
    cashier.sees("ready", "Card not known")  # row 5
    cashier.scan("4006381333931")
    cashier.sees("ready", "Scan again. Not one of our cards")
    cashier.scan(server.new_card()[:-2])
    cashier.sees("ready", "Scan again")  # row 1


def test_an_amount_of_nothing_requests_nothing(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card")
    cashier.press("Return")
    cashier.sees("card", "Type the amount")
    cashier.type("0.00")
    cashier.sees("amount")
    cashier.press("Return")
    cashier.sees("amount", "Type the amount")
    assert server.asked(number, "pay") == 0
    cashier.press("F12")
    assert cashier.shows()["screen"] == "amount"
    cashier.press("Escape")
    cashier.sees("ready")


@pytest.mark.parametrize("how", [None, signal.SIGTERM, signal.SIGINT], ids=["window", "session", "ctrl-c"])
def test_a_till_that_is_closed_lets_an_undecided_hold_go(
    till: Cashier, server: Server, how: signal.Signals | None
) -> None:
    """Row 37: by the window's button, by the end of the session, by Ctrl+C in a terminal."""
    till.begin()
    number = server.new_card()
    till.holds(number, "15")
    assert till.end(how) == 0
    assert till.lines()[-1]["event"] == "stopped"
    assert_sale(till, server, number, 1500, "cancelled")
    assert till.complaints() == ""
    till.start()


def test_no_secret_is_in_the_log_and_no_settled_one_in_the_data_folder(
    cashier: Cashier, server: Server
) -> None:
    number = server.new_card()
    cashier.holds(number, "11")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    (hold,) = server.holds(number)
    for file in (path for path in cashier.data_dir.rglob("*") if path.is_file()):
        text = file.read_bytes()
        for secret in (number, hold.code, "a-token-of-these-tests"):
            assert secret.encode() not in text, file.name
