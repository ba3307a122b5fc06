"""What goes wrong on the way to a hold, through the window; the numbers are the failure catalogue's rows.

Rows that take half a minute are in `test_waiting.py`.
"""

from contextlib import closing
from pathlib import Path

import pytest
from e2e.cashier import Cashier, opened
from e2e.conftest import assert_all_is_well
from e2e.patience import wait_for
from e2e.program import Server, write_settings
from e2e.screen import Screen

pytestmark = pytest.mark.window


# --- the status --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "status_before", "status": 503, "times": 2},
        {"fault": "drop_before", "times": 2},
        {"fault": "status_before", "status": 429, "retry_after": "1"},
    ],
    ids=["5xx", "lost", "429"],
)
def test_a_status_that_fails_is_asked_for_again(
    cashier: Cashier, server: Server, fault: dict[str, object]
) -> None:
    """Row 4."""
    number = server.new_card()
    server.misbehave(number, "status", fault)
    cashier.scan(number)
    if fault["fault"] != "drop_before":  # a lost reply may be made up for before anyone has to be told
        cashier.sees("checking", f"Checking •••• {number[-4:]}")
    cashier.sees("card", "€100.00 available")


@pytest.mark.parametrize(
    ("fault", "headline"),
    [
        ({"fault": "status_before", "status": 500}, "No answer"),
        ({"fault": "drop_before"}, "No answer"),
        ({"fault": "delay_before", "seconds": 30}, "No answer"),
        ({"fault": "truncated"}, "Answer unreadable"),
        ({"fault": "garbage"}, "Answer unreadable"),
        ({"fault": "html"}, "Answer unreadable"),
        ({"fault": "huge"}, "Answer unreadable"),
        ({"fault": "nan_amount"}, "Answer unreadable"),
        ({"fault": "too_many_decimals"}, "Answer unreadable"),
        ({"fault": "redirect"}, "Answer unreadable"),
        ({"fault": "wrong_card"}, "Wrong answer from the server"),
        ({"fault": "status_before", "status": 401}, "This till is not accepted"),
    ],
    ids=lambda value: str(value["fault"]) if isinstance(value, dict) else "",
)
def test_a_status_that_cannot_be_had_starts_no_sale(
    cashier: Cashier, server: Server, fault: dict[str, object], headline: str
) -> None:
    """Rows 4, 6, 7 and 9; for long, since what may be another's answer (row 6b) is asked for again."""
    number = server.new_card()
    server.misbehave(number, "status", {**fault, "times": 9})
    cashier.scan(number)
    if fault["fault"] == "delay_before":
        cashier.sees("checking")
        cashier.press("Escape")  # nobody has to wait for it
        cashier.sees("ready", "Ready")
    else:
        cashier.sees("ready", headline)
    cashier.type("1")
    cashier.press("Escape")
    assert server.asked(number, "pay") == 0
    server.misbehave(number, "status")
    cashier.scan(number)
    cashier.sees("card", "")


def test_a_server_that_cannot_be_reached_charges_nothing(screen: Screen, tmp_path: Path) -> None:
    """Row 8, on a server and a display of its own."""
    server, other_screen = Server(tmp_path), Screen()
    settings = write_settings(tmp_path / "settings.toml", server.address)
    with closing(other_screen), opened(other_screen, settings) as cashier:
        number = server.new_card()
        cashier.scan(number)
        cashier.sees("card")
        server.stop()
        cashier.type("5")
        cashier.press("Return")
        cashier.sees("done", "Not paid. No connection", "not_paid")
        assert cashier.journal_of(number) == [("not_held", 500)]
        cashier.scan(number)
        cashier.sees("ready", "No connection")
        server.start()
        operation = cashier.holds(number, "5")
        server.stop()
        cashier.press("F12")
        cashier.sees("committing", "Confirming. Do not charge again", "unclear")
        server.start()
        assert cashier.sees("done", "Paid", "paid")["operation"] == operation
        assert server.states(number) == [("committed", 500)]
    assert_all_is_well(cashier, server)
    server.stop()


def test_a_status_that_is_sent_twice_is_not_the_next_cards_balance(cashier: Cashier, server: Server) -> None:
    """Row 6b."""
    doubled, next_card = server.new_card(), server.new_card()
    server.elsewhere_held(next_card, "40.00")
    server.misbehave(doubled, "status", {"fault": "doubled", "times": 9})
    for number, told in ((doubled, "€100.00 available"), (next_card, "€60.00 available")) * 2:
        cashier.scan(number)
        cashier.sees("card", told)
        cashier.press("Escape")
        cashier.sees("ready")


# --- the request -------------------------------------------------------------------------------------------


FREEZING = ("garbage", "no_auth_code")
"""Successes that cannot be read: the hold is there and nobody has its code (row 26c)."""


@pytest.mark.parametrize(
    ("faults", "headline", "outcome", "state", "hold"),
    [
        # the reply was lost and the hold stands: its code cannot be had
        (["drop_after"], "Not paid. An amount may be held", "unclear", "orphan_hold", "open"),  # 20
        (["garbage"], "Not paid. An amount may be held", "unclear", "orphan_hold", "open"),  # 7, 20
        (["no_auth_code"], "Not paid. An amount may be held", "unclear", "orphan_hold", "open"),
        ([{"fault": "status_after", "status": 500}], "Not paid. An amount", "unclear", "orphan_hold", "open"),
        ([{"fault": "status_after", "status": 504}], "Not paid. An amount", "unclear", "orphan_hold", "open"),
        ([{"fault": "status_after", "status": 409}], "Not paid. An amount", "unclear", "orphan_hold", "open"),
        ([{"fault": "status_after", "status": 422}], "Not paid. An amount", "unclear", "orphan_hold", "open"),
        # a refusal that is one
        (
            [{"fault": "status_before", "status": 422, "detail": "Card blocked by its issuer."}],
            *("Not paid. The server refused", "not_paid", "refused", None),
        ),  # 23
        (
            [{"fault": "status_before", "status": 403}],
            *("Not paid. This till is not accepted", "not_paid", "refused", None),
        ),  # 9
        # a code that can be read out of a spoilt reply is given back
        (["truncated"], "Not paid. Answer unreadable", "not_paid", "cancelled", "cancelled"),  # 25
        (["nan_amount"], "Not paid. Answer unreadable", "not_paid", "cancelled", "cancelled"),
        (["too_many_decimals"], "Not paid. Answer unreadable", "not_paid", "cancelled", "cancelled"),
        # never committed
        (["wrong_card"], "Mismatch. Nothing was taken", "unclear", "unclear", "open"),  # 26
    ],
)
def test_a_request_that_goes_wrong(
    cashier: Cashier,
    server: Server,
    faults: list[str | dict[str, object]],
    headline: str,
    outcome: str,
    state: str,
    hold: str | None,
) -> None:
    number = server.new_card()
    server.misbehave(number, "pay", *faults)
    cashier.asks(number, "5")
    cashier.sees("done", headline, outcome)
    cashier.press("F12")
    assert cashier.shows()["headline"].startswith(headline)
    assert cashier.journal_of(number) == [(state, 500)]
    assert server.states(number) == ([(hold, 500)] if hold else [])
    assert (server.asked(number, "pay"), server.asked(number, "commit")) == (1, 0)
    cashier.next_customer()
    if hold is not None:  # nothing is asked again by itself, and what else is on the card can be used
        cashier.scan(number)
        if faults[0] in FREEZING:
            cashier.sees("card", "No payments at this till. Call support")
            cashier.press("a")
        cashier.sees("card", "available")
        cashier.type("6")
        cashier.sees("amount")
        cashier.press("Return")
        cashier.sees("hold", "€6.00 is held")
        cashier.press("F12")
        cashier.sees("done", "Paid", "paid")
        assert server.states(number) == [(hold, 500), ("committed", 600)]
        assert cashier.journal_of(number) == [(state, 500), ("committed", 600)]


def test_an_orphan_hold_is_struck_off_when_the_card_shows_it_gone(cashier: Cashier, server: Server) -> None:
    """Row 20: the server lets it go in its own time; the next scan of the card tells."""
    number = server.new_card()
    server.misbehave(number, "pay", "drop_after")
    cashier.asks(number, "5")
    cashier.sees("done", "Not paid. An amount may be held", "unclear")
    cashier.next_customer()
    (hold,) = server.holds(number)
    server.elsewhere_released(hold)
    cashier.scan(number)
    cashier.sees("card", "€100.00 available")
    wait_for(lambda: cashier.journal_of(number) == [("not_held", 500)])


def test_more_than_was_asked_is_never_committed(cashier: Cashier, server: Server) -> None:
    """Row 26. The server says it holds more; what it holds is for a person to find out."""
    number = server.new_card()
    server.misbehave(number, "pay", "more_than_asked")
    cashier.asks(number, "5")
    cashier.sees("done", "Mismatch. Nothing was taken", "unclear")
    cashier.press("F12", "Return")
    cashier.sees("ready")
    assert [state for state, _ in cashier.journal_of(number)] == ["unclear"]
    assert server.states(number) == [("open", 500)]
    assert server.asked(number, "commit") == 0


def test_a_part_that_the_server_holds_is_the_cashiers_to_decide(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    server.misbehave(number, "pay", "part")
    cashier.asks(number, "5")
    cashier.sees("hold", "€2.50 is held, not taken")
    cashier.press("F12")
    cashier.sees("done", "€2.50 paid, €2.50 still to pay", "paid")
    assert (server.states(number), cashier.journal_of(number)) == ([("committed", 250)],) * 2


def test_a_code_that_is_a_number_is_as_good(cashier: Cashier, server: Server) -> None:
    number = server.new_card()
    server.misbehave(number, "pay", "auth_code_number")
    cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")


def test_a_lost_request_on_a_card_that_another_till_uses_is_unclear(cashier: Cashier, server: Server) -> None:
    """Row 21."""
    number = server.new_card()
    cashier.scan(number)
    cashier.sees("card")
    server.elsewhere_held(number, "7.00")
    server.misbehave(number, "pay", "drop_before")
    cashier.type("5")
    cashier.press("Return")
    cashier.sees("done", "Unclear. Nothing was taken", "unclear")
    assert cashier.journal_of(number) == [("unclear", 500)]
    assert server.states(number) == [("open", 700)]


@pytest.mark.parametrize(
    ("call", "waiting"),
    [("delay_before", True), ("delay_after", False)],
    ids=["placed late, the cashier waits", "answered late, the cashier has gone on"],
)
def test_a_hold_that_comes_too_late_is_released_by_itself(
    cashier: Cashier, server: Server, call: str, waiting: bool
) -> None:
    """Row 22. This till waits 2 s for a reply."""
    number = server.new_card()
    server.misbehave(number, "pay", {"fault": call, "seconds": 2.4 if waiting else 4.0})
    cashier.asks(number, "5")
    cashier.sees("requesting", "Requesting €5.00")
    if call == "delay_before":
        cashier.sees("requesting", "Checking the card", "unclear")
    else:
        cashier.sees("done", "Not paid. An amount may be held", "unclear")
    if waiting:
        cashier.sees("done", "Not paid. The answer came too late", "not_paid")
    else:
        cashier.press("Escape")
        cashier.sees("ready")
        wait_for(lambda: server.states(number) == [("cancelled", 500)])
        wait_for(lambda: cashier.journal_of(number) == [("cancelled", 500)])
        assert cashier.shows()["screen"] == "ready"
    assert server.states(number) == [("cancelled", 500)]
    assert cashier.journal_of(number) == [("cancelled", 500)]
    assert server.asked(number, "commit") == 0
