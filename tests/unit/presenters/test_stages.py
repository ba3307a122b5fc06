"""Till, Sell and Undo as three stages of one till: whose a scan is, what calls back, where Esc leads."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, card, payment, shown
from unit.presenters.shell_till import Till
from unit.presenters.test_sale_told import SOLD
from unit.presenters.test_sell_presenter import AMOUNT, PRINTED, UNPRINTED, line, sale, sold
from unit.presenters.test_undo_presenter import SIGHT, issue, now

from centara_giftcard.domain.issue import Ending
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.events import (
    KeyboardChanged,
    Ready,
    Refusal,
    ScanRefused,
    Settled,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.sales import SaleStep


def on(till: Till) -> tuple[str, str]:
    """The screen noted last, and its headline."""
    last = till.flight.screens[-1]
    return last.screen, last.headline


def asked(till: Till) -> list[tuple[object, ...]]:
    return [call for call in till.asked.taken() if call[0] == "turn_to"]


def at(place: str, *events: TerminalEvent) -> Till:
    till = Till()
    till.tell(Ready())
    till.key(place)
    till.tell(*events)
    return till


def test_scans_are_for_the_stage_in_view() -> None:
    till = at("f3")
    till.key("f4", "f2", "f3", "f5")
    turns = [Stage.SELL, Stage.UNDO, Stage.TILL, Stage.SELL, Stage.TILL]
    assert asked(till) == [("turn_to", place) for place in turns]


def test_a_glance_at_help_does_not_turn_the_scans_away() -> None:
    till = at("f3", sale(SaleStep.SCAN, line()))
    asked(till)
    till.key("f1")
    assert asked(till) == []
    till.tell(AMOUNT)  # a card was scanned
    assert on(till) == ("sell", "For how much?")
    till.key("f1", "escape")
    assert on(till) == ("sell", "For how much?")
    till = at("f4")
    till.key("f1")
    till.tell(now(checking=CARD))
    assert on(till)[0] == "undo"


def test_what_is_refused_is_said_where_the_cashier_is_at_work() -> None:
    till = at("f3", Refusal(Why.ALREADY_LISTED))
    assert on(till) == ("sell", "On the list already")
    till.tell(ScanRefused("length"))
    assert on(till) == ("sell", "Scan again")
    till = at("f4", Refusal(Why.FINISH_FIRST))
    assert on(till) == ("undo", "Finish this card first")
    till.tell(Refusal(Why.STOPPED))
    assert on(till) == ("undo", "Stop using this till")
    till.key("f2")
    assert on(till) == ("ready", "Stop using this till")


def test_a_card_that_pays_must_be_finished_at_the_till() -> None:
    """Row 3."""
    till = Till()
    till.tell(card())
    till.key("1", "f3")
    till.tell(Refusal(Why.FINISH_FIRST))
    assert on(till) == ("sell", "Finish the card on the Till first")
    till.key("f2")
    assert on(till) == ("amount", "€100.00 available")


@pytest.mark.parametrize("place", ["f1", "f3", "f4", "f5", "f6", "f7", "f9"])
def test_a_refused_scan_brings_no_hold_under_an_f12_that_is_meant_for_a_sale(place: str) -> None:
    """A hold was left, a card scanned on Sell and F12 pressed: the window had jumped, and it was taken."""
    till = Till()
    till.tell(shown(payment(State.HELD, held=payment().asked)))
    till.key(place)
    screen = on(till)[0]
    till.tell(Refusal(Why.FINISH_FIRST))
    assert on(till) == (screen, "Finish the card on the Till first")
    till.key("f12")
    assert ("take",) not in till.asked.taken()


def test_what_a_sale_refuses_is_told_on_the_page_that_is_in_view() -> None:
    till = at("f3", sale(SaleStep.SCAN, line()))
    till.key("f1")
    till.tell(Refusal(Why.OPEN_ON_CARD))
    assert on(till) == ("help", "This card has an open entry")


def test_a_stage_that_was_left_does_not_come_back_by_itself() -> None:
    """An F12 that was meant for the sale took the payment."""
    till = at("f3", sale(SaleStep.SCAN, line()))
    till.tell(shown(payment(State.HELD, held=payment().asked)))
    assert on(till) == ("sell", "•••• 1111: €25.00 is held, not taken")
    assert till.bars.notice is not None
    assert "F2" in till.bars.notice.advice
    assert {it.name: it.count for it in till.bars.destinations}["till"] == 1
    till.key("f12")
    assert ("take",) not in till.asked.taken()
    till.tell(shown(payment(State.COMMITTED, decision=Decision.TAKE)))
    assert on(till) == ("sell", "•••• 1111: Paid")
    assert till.flight.screens[-1].outcome == "paid"
    till.key("f2")
    assert on(till) == ("done", "Paid")
    assert till.bars.notice is None


@pytest.mark.parametrize("place", ["f1", "f3", "f4", "f5", "f6", "f7", "f9"])
def test_a_payment_that_ends_while_the_cashier_looks_elsewhere_is_told_there_once(place: str) -> None:
    till = Till()
    till.tell(shown(payment(State.COMMITTING, decision=Decision.TAKE)))
    till.key(place)
    screen = on(till)[0]
    paid = shown(payment(State.COMMITTED, decision=Decision.TAKE))
    till.tell(paid, paid)
    told = [it for it in till.flight.screens if it.outcome == "paid"]
    assert [(it.screen, it.operation) for it in told] == [(screen, "op-1")]


def counts(till: Till) -> dict[str, int]:
    return {it.name: it.count for it in till.bars.destinations if it.count}


@pytest.mark.parametrize("place", ["f1", "f2", "f4", "f5", "f6"])
def test_a_sale_that_ends_while_the_cashier_looks_elsewhere_is_told_there_once(place: str) -> None:
    """The server refused, and the customer was let go with a card of no worth."""
    sending, refused = sold(line(), IssueState.SENDING), sold(line(), IssueState.REFUSED)
    till = at("f3", sale(SaleStep.SELLING, sending))
    till.key(place)
    screen = on(till)[0]
    assert counts(till)["sell"] == 1
    till.tell(sale(SaleStep.DONE, refused), sale(SaleStep.DONE, refused))
    told = [it for it in till.flight.screens if it.outcome == "not_sold"]
    assert [(it.screen, it.headline) for it in told] == [(screen, "•••• 1111: Not sold")]
    assert till.bars.notice is not None
    assert counts(till)["sell"] == 1
    till.key("f3")
    till.tell(sale(SaleStep.DONE, refused))  # as asked for by its page
    assert (on(till), till.bars.notice, counts(till)) == (("selling", "Not sold"), None, {})


def test_a_list_whose_end_is_still_found_out_is_told_elsewhere_when_it_is() -> None:
    till = at("f3", sale(SaleStep.SELLING, line(), line(2222)))
    till.key("f2")
    doubtful = sold(line(), IssueState.SENDING, doubt=Doubt.LOST)
    till.tell(sale(SaleStep.DONE, doubtful, sold(line(2222), id="op-2")))
    assert on(till)[0] == "ready"
    till.tell(sale(SaleStep.DONE, sold(line()), sold(line(2222), id="op-2")))
    assert on(till) == ("ready", "Sold")
    till.tell(sale(SaleStep.SCAN), sale(SaleStep.DONE, sold(line()), sold(line(2222), id="op-2")))
    assert [it.headline for it in till.flight.screens].count("Sold") == 2


def test_an_undone_sale_is_told_where_the_cashier_looks_and_counted_until_it_was_seen() -> None:
    till = at("f4", now(sight=SIGHT, issue=issue(IssueState.SENDING)))
    till.key("f2")
    assert counts(till) == {"undo": 1}
    till.tell(now(sight=SIGHT, issue=issue()))
    assert on(till) == ("ready", "•••• 1111: Sale undone")
    assert counts(till) == {"undo": 1}
    till.key("f4")
    assert (on(till), counts(till)) == (("undoing", "Sale undone"), {})


def test_keys_and_buttons_reach_the_stage_in_view() -> None:
    till = at("f3", sale(SaleStep.SCAN, line()))
    till.key("f12")
    till.shell.press("remove")
    till.key("f4")
    till.tell(now(sight=SIGHT))
    till.key("f12")
    till.shell.press("undo_sale")
    selling, undoing = till.asked.selling.taken(), till.asked.undoing.taken()
    assert selling == [("show",), ("sell",), ("remove", 0)]
    assert undoing == [("show",), ("undo",), ("undo",)]


def test_escape_on_an_empty_stage_leads_to_the_till() -> None:
    for place in ("f3", "f4"):
        till = at(place)
        till.key("escape")
        assert on(till)[0] == "ready"


def test_what_is_over_is_put_away_when_the_cashier_turns_elsewhere() -> None:
    till = at("f3", sale(SaleStep.DONE, SOLD))
    till.key("f5")
    assert ("leave",) in till.asked.selling.taken()
    till = at("f4", now(sight=SIGHT))
    till.key("f2")
    assert ("leave",) in till.asked.undoing.taken()


def test_the_sale_of_a_printed_card_is_undone_at_undo() -> None:
    till = at("f3", sale(SaleStep.DONE, PRINTED, unprinted=(UNPRINTED,)))
    till.key("u")
    assert on(till)[0] == "undo"
    assert till.asked.undoing.taken()[-1] == ("pick", "op-1")


def test_a_printed_card_whose_sale_was_undone_is_not_told_as_sold() -> None:
    till = at("f4", now(sight=SIGHT, issue=issue()), Settled(replace(UNPRINTED, ending=Ending.HANDED_OVER)))
    till.key("f2")
    assert on(till) == ("ready", "Ready")


def test_p_shows_the_receipt_of_the_stage_in_view() -> None:
    till = at("f3", sale(SaleStep.DONE, SOLD))
    till.papers.of["sell"] = Receipt("op-1", ())
    till.key("p")
    assert on(till)[0] == "receipt"
    till.key("p")
    assert till.papers.asked == ["sell"]
    till.key("escape")
    assert on(till) == ("selling", "Sold")
    till = at("f4", now(sight=SIGHT, issue=issue()))
    till.papers.of["undo"] = Receipt("op-9", ())
    till.key("f6", "p")
    assert on(till)[0] != "receipt"


def test_a_payment_that_is_taken_while_the_cashier_sells_leaves_the_sale_in_view() -> None:
    till = at("f3")
    till.tell(shown(payment(State.COMMITTED, decision=Decision.TAKE)))
    assert on(till)[0] == "sell"


def test_a_lost_keyboard_is_said_wherever_the_cashier_is_until_it_is_back() -> None:
    for place, screen in (("f2", "ready"), ("f3", "sell"), ("f4", "undo")):
        till = at(place)
        till.tell(KeyboardChanged(here=False))
        assert on(till) == (screen, "Another window has the keyboard")
        assert "No keyboard" in [lamp.text for lamp in till.window.bars.lamps]
        till.tell(KeyboardChanged(here=True))
        assert on(till)[1] != "Another window has the keyboard"
        assert "No keyboard" not in [lamp.text for lamp in till.window.bars.lamps]
