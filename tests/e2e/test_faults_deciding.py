"""What goes wrong once the hold is there: taking and releasing; the numbers are the failure catalogue's."""

import pytest
from e2e.cashier import Cashier
from e2e.patience import wait_for
from e2e.program import Server

pytestmark = pytest.mark.window

Fault = str | dict[str, object]

CONFIRMING = "Confirming. Do not charge again"
RELEASING = "Releasing the hold"


@pytest.mark.parametrize(
    "fault",
    [
        "drop_before",
        "drop_after",
        {"fault": "status_before", "status": 500},
        {"fault": "status_before", "status": 409},  # row 11
        {"fault": "delay_after", "seconds": 2.5},  # this till waits 2 s
        "html",
    ],
    ids=str,
)
def test_taking_without_an_answer_is_confirmed_with_the_same_code(
    cashier: Cashier, server: Server, fault: Fault
) -> None:
    """Row 28."""
    number = server.new_card()
    server.misbehave(number, "commit", fault)
    operation = cashier.holds(number, "5")
    cashier.press("F12")
    done = cashier.wait(
        lambda line: (
            line["event"] == "screen" and line["screen"] in {"committing", "done"} and "outcome" in line
        ),
        "an outcome",
    )
    if done["outcome"] != "paid":
        assert done["headline"] in {CONFIRMING, "Checking the card"}
        done = cashier.sees("done", "Paid", "paid")
    assert done["operation"] == operation
    assert (server.states(number), cashier.journal_of(number)) == ([("committed", 500)],) * 2


def test_taking_on_a_till_that_is_not_accepted_keeps_the_sale(cashier: Cashier, server: Server) -> None:
    """Row 9."""
    number = server.new_card()
    server.misbehave(number, "commit", {"fault": "status_before", "status": 401})
    cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("committing", "This till is not accepted", "unclear")
    cashier.sees("done", "Paid", "paid")
    assert server.states(number) == [("committed", 500)]


def test_a_refused_commit_that_was_carried_out_is_for_the_supervisor(
    cashier: Cashier, server: Server
) -> None:
    """Row 29: both figures fell, but the server's first word was no: another till may have taken as much."""
    number = server.new_card()
    server.misbehave(number, "commit", {"fault": "status_after", "status": 422})
    cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("done", "Unclear. It may have been taken", "unclear")
    assert server.states(number) == [("committed", 500)]
    assert cashier.journal_of(number) == [("unclear", 500)]


def test_a_yes_to_a_commit_that_is_not_carried_out_is_not_paid_before_it_is(
    cashier: Cashier, server: Server
) -> None:
    """Row 28b: something else than the server answers, and the card is read right after."""
    number = server.new_card()
    server.misbehave(number, "commit", "not_done")
    cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("committing", CONFIRMING, "unclear")
    cashier.sees("done", "Paid", "paid")
    assert (server.states(number), cashier.journal_of(number)) == ([("committed", 500)],) * 2
    assert server.asked(number, "commit") == 2


def test_a_hold_that_somebody_let_go_cannot_be_taken(cashier: Cashier, server: Server) -> None:
    """Row 29: authorised fell, net did not, and it stays so for half a minute: a booking may come late."""
    number = server.new_card()
    cashier.holds(number, "5")
    (hold,) = server.holds(number)
    server.elsewhere_released(hold)
    cashier.press("F12")
    cashier.sees("committing", CONFIRMING, "unclear")
    cashier.sees("done", "Not paid. The hold is gone", "not_paid", within_s=90)
    assert server.states(number) == [("cancelled", 500)]
    assert cashier.journal_of(number) == [("not_held", 500)]


def test_a_refused_commit_of_a_hold_that_stands_is_for_the_supervisor(
    cashier: Cashier, server: Server
) -> None:
    """Row 29: nothing moved. It stays on the list of open holds, and the next customer may come."""
    number = server.new_card()
    server.misbehave(number, "commit", {"fault": "status_before", "status": 422, "times": None})
    cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("done", "Unclear. It may have been taken", "unclear")
    assert server.states(number) == [("open", 500)]
    assert cashier.journal_of(number) == [("unclear", 500)]
    cashier.press("F5")
    cashier.sees("holds", "Open holds")
    cashier.press("F2")
    cashier.sees("done", "Unclear", "unclear")
    cashier.next_customer()


def test_a_commit_without_an_answer_whose_repeat_is_refused_is_compared(
    cashier: Cashier, server: Server
) -> None:
    """Row 30: carried out the first time -> paid; nothing moved -> it stays unresolved."""
    taken, standing = server.new_card(), server.new_card()
    refused: Fault = {"fault": "status_before", "status": 422, "times": None}
    server.misbehave(taken, "commit", "drop_after", refused)
    cashier.holds(taken, "5")
    cashier.press("F12")
    cashier.sees("committing", CONFIRMING, "unclear")
    cashier.sees("done", "Paid", "paid")
    assert (server.states(taken), cashier.journal_of(taken)) == ([("committed", 500)],) * 2
    cashier.next_customer()
    server.misbehave(standing, "commit", "drop_before", refused)
    cashier.holds(standing, "5")
    cashier.press("F12")
    cashier.sees("committing", CONFIRMING, "unclear")
    cashier.sees("done", "Unclear. It may have been taken", "unclear")
    assert server.states(standing) == [("open", 500)]
    assert cashier.journal_of(standing) == [("unclear", 500)]


@pytest.mark.parametrize(
    "fault",
    [
        "drop_before",
        "drop_after",
        {"fault": "status_after", "status": 404},
        {"fault": "status_before", "status": 404},
    ],
    ids=str,
)
def test_releasing_without_an_answer_is_repeated_until_the_hold_is_gone(
    cashier: Cashier, server: Server, fault: Fault
) -> None:
    """Row 31."""
    number = server.new_card()
    server.misbehave(number, "cancel", fault)
    operation = cashier.holds(number, "5")
    cashier.press("Escape")
    assert cashier.sees("done", "Not paid. The hold was released", "not_paid")["operation"] == operation
    shown = [line for line in cashier.screens() if line.get("operation") == operation]
    assert all(line["headline"] == RELEASING for line in shown if line.get("outcome") == "unclear")
    assert (server.states(number), cashier.journal_of(number)) == ([("cancelled", 500)],) * 2
    assert server.asked(number, "commit") == 0


def test_the_next_customer_need_not_wait_for_a_confirmation(cashier: Cashier, server: Server) -> None:
    """Row 28: what was left under way is confirmed behind the next sale, and only then is the card free."""
    number, other = server.new_card(), server.new_card()
    server.misbehave(number, "commit", {"fault": "drop_before", "times": 2})
    operation = cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("committing", CONFIRMING, "unclear")
    cashier.press("Return")
    cashier.sees("ready")
    cashier.asks(number, "5")
    cashier.sees("amount", "This card has an open payment")
    cashier.press("Escape")
    cashier.sees("ready")
    cashier.holds(other, "6")
    cashier.wait(
        lambda line: line["event"] == "request" and (line["operation"], line["status"]) == (operation, 200),
        "the commit is answered",
    )
    assert cashier.shows()["screen"] == "hold"
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    assert (server.states(number), cashier.journal_of(number)) == ([("committed", 500)],) * 2
    assert (server.states(other), cashier.journal_of(other)) == ([("committed", 600)],) * 2


def test_the_power_fails_under_a_hold_and_after_a_decision(cashier: Cashier, server: Server) -> None:
    """Row 36, at the window: an undecided hold is released, a decision is repeated."""
    undecided, decided = server.new_card(), server.new_card()
    server.misbehave(decided, "commit", {"fault": "drop_before", "times": 1})
    cashier.holds(decided, "5")
    cashier.press("F12")
    cashier.sees("committing", CONFIRMING, "unclear")
    cashier.press("Return")
    cashier.sees("ready")
    cashier.holds(undecided, "6")
    cashier.kill()
    cashier.start()
    wait_for(lambda: cashier.journal_of(decided) == [("committed", 500)])
    wait_for(lambda: cashier.journal_of(undecided) == [("cancelled", 600)])
    assert server.states(decided) == [("committed", 500)]
    assert server.states(undecided) == [("cancelled", 600)]
