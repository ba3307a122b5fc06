"""At the real window: nothing changes under the cashier's finger, nothing typed is taken by halves."""

import time

from e2e.cashier import LOOK_S, Cashier
from e2e.patience import wait_for
from e2e.program import NOT_SOLD, Server


def test_a_hold_that_comes_while_the_cashier_sells_is_not_taken_by_f12(
    cashier: Cashier, server: Server
) -> None:
    number = server.new_card()
    server.misbehave(number, "pay", {"fault": "delay_before", "seconds": 1.5})
    cashier.asks(number, "5")
    cashier.sees("requesting")
    cashier.press("F3")
    cashier.sees("sell", "is held, not taken")
    cashier.screen.do("key", "F12")  # at once: it was meant for the sale
    assert cashier.shows_again() == "sell"
    assert server.states(number) == [("open", 500)]
    cashier.press("F2")
    cashier.sees("hold", "is held, not taken")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")


def test_a_hold_that_was_left_is_not_taken_by_the_f12_for_a_card_that_is_scanned_on_sell(
    cashier: Cashier, server: Server
) -> None:
    """The refused scan brought the hold to the front, and the F12 that followed it took the payment."""
    number = server.new_card()
    cashier.holds(number, "5")
    cashier.press("F3")
    cashier.sees("sell")
    cashier.scan(NOT_SOLD)
    cashier.sees("sell", "Finish the card on the Till first")
    cashier.press("F12")
    assert cashier.shows_again() == "sell"
    assert server.states(number) == [("open", 500)]
    cashier.press("F2")
    cashier.sees("hold", "is held, not taken")


def test_a_hold_that_comes_late_is_not_taken_by_a_press_that_was_on_its_way(
    cashier: Cashier, server: Server
) -> None:
    number = server.new_card()
    server.misbehave(number, "pay", {"fault": "delay_before", "seconds": 1.5})
    cashier.asks(number, "5")
    cashier.sees("hold")
    cashier.screen.do("key", "F12")
    time.sleep(LOOK_S)  # a press that had an effect would have shown by now
    assert server.states(number) == [("open", 500)]
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")


def test_a_trained_cashiers_own_pace_is_not_slowed(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.asks(number, "5")
    cashier.sees("hold")
    time.sleep(0.2)
    cashier.screen.do("key", "F12")
    cashier.sees("done", "Paid", "paid")


def test_a_double_tap_on_take_payment_leaves_the_rest_to_pay_in_view(
    cashier: Cashier, server: Server
) -> None:
    number = server.new_card()
    cashier.pays_in_part(number, "130")
    spot = cashier.spot("Take payment")
    time.sleep(LOOK_S)
    cashier.screen.do("mousemove", *spot.middle, "click", "--repeat", 2, "--delay", 150, 1)
    cashier.sees("done", "€100.00 paid, €30.00 still to pay", "paid")
    time.sleep(LOOK_S)
    assert cashier.screens()[-1]["screen"] == "done"


def test_what_is_typed_while_the_till_checks_is_the_amount_whole(cashier: Cashier, server: Server) -> None:
    """It was a hold of €0.50."""
    number = server.new_card()
    server.misbehave(number, "status", {"fault": "delay_before", "seconds": 1.0})
    cashier.scan(number)
    time.sleep(0.6)
    cashier.type("12.50")
    cashier.sees("amount")
    cashier.press("Return")
    cashier.sees("hold", "€12.50 is held")


def test_the_rest_of_a_part_payment_is_carried_to_the_next_card(cashier: Cashier, server: Server) -> None:
    first, second = server.new_card(), server.new_card()
    cashier.pays_in_part(first, "130")
    cashier.press("F12")
    cashier.sees("done", "€100.00 paid, €30.00 still to pay", "paid")
    cashier.press("Return")
    cashier.sees("ready", "€30.00 still to pay")
    cashier.scan(second)
    cashier.sees("amount", "€100.00 available")
    cashier.press("Return")
    cashier.sees("hold", "€30.00 is held")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert cashier.journal_of(second) == [("committed", 3000)]


def test_two_enters_in_one_go_accept_no_offer(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card")
    cashier.type("130")
    cashier.sees("amount")
    cashier.press("Return", "Return")
    cashier.sees("amount", "Pay €100.00 with this card?")
    time.sleep(LOOK_S)
    assert server.asked(number, "pay") == 0


def test_what_is_typed_at_the_lock_never_reaches_the_stage(cashier: Cashier, server: Server) -> None:
    """An operator's 7 and Enter held €7."""
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card")
    cashier.press("F10")
    cashier.sees("lock")
    cashier.press("7", "Return")
    cashier.sees("card")
    assert server.asked(number, "pay") == 0
    cashier.type("5")
    cashier.sees("amount")
    cashier.press("Return")
    cashier.sees("hold")
    cashier.press("F10")
    cashier.sees("lock")
    cashier.press("F12", "8", "Return")
    cashier.sees("hold", "€5.00 is held")
    assert server.states(number) == [("open", 500)]


def test_a_payment_that_is_confirmed_while_another_card_is_in_view_is_told(
    cashier: Cashier, server: Server
) -> None:
    first, second = server.new_card(), server.new_card()
    server.misbehave(first, "commit", {"fault": "drop_before", "times": 2})
    cashier.holds(first, "5")
    cashier.press("F12")
    cashier.sees("committing", "Confirming. Do not charge again", "unclear")
    cashier.press("Escape")
    cashier.sees("ready")
    cashier.scan(second)
    cashier.sees("card")
    told = cashier.sees("card", "Paid", "paid")
    wait_for(lambda: cashier.journal_of(first) == [("committed", 500)])
    assert told["operation"] in cashier.journal()


def test_one_balance_after_another_needs_no_key_between(cashier: Cashier, server: Server) -> None:
    for number in (server.new_card(), server.new_card()):
        cashier.scan(number)
        card = cashier.sees("card", "€100.00 available")
        assert card["card"].endswith(number[-4:])
