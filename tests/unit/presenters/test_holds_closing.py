"""Open holds and exceptions (F5): how a supervisor takes an entry off the list."""

import pytest
from msgspec.structs import replace
from unit.presenters.holds_page import DAMAGED, ORPHAN, UNCONFIRMED, Page

from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import State
from centara_giftcard.terminal.events import (
    Refusal,
    Settled,
    Why,
)
from centara_giftcard.ui.presenters.records import REASONS


def test_an_entry_is_closed_with_a_reason_and_a_supervisors_number() -> None:
    page = Page(ORPHAN)
    page.key("c")
    assert page.question.title == "Why is it closed?"
    assert page.question.store == "Payment •••• 1111 · €25.00 · 3 min"
    assert "nothing is sent" in page.question.band.advice
    assert [action.key for action in page.question.actions] == ["1", "2", "3", "4", "5", "Esc"]
    page.key("6", "0", "enter", "f12", "2")
    assert page.question.band.headline == f"Closing: {REASONS[1]}"
    page.key("enter", "1", "0", "x", "2", "backspace", "1")
    assert page.question.entry is not None
    assert page.question.entry.text == "101"
    assert page.did() == []
    page.key("enter", "enter", "escape")
    assert page.did() == [("close", "orphan", "101", REASONS[1])]
    assert page.question.band.busy
    page.holds.told(Settled(replace(ORPHAN, closed=Closed("101", REASONS[1]))))
    page.tell_open()
    assert page.rows.band.headline == "•••• 1111: Closed"
    assert {screen.screen for screen in page.flight.screens} == {"holds"}
    assert {screen.outcome for screen in page.flight.screens} == {None}


def test_it_is_closed_by_touch_alone() -> None:
    page = Page(DAMAGED)
    for name in ("close", "reason-4"):
        page.holds.press(name)
    page.key("7")  # the keypad's
    page.holds.press("confirm")
    assert page.did() == [("close", "damaged", "7", REASONS[3])]
    page.tell_open()
    assert page.rows.band.headline == "•••• 1111: Closed"  # nobody else tells of a damaged entry


@pytest.mark.parametrize("touch", [True, False], ids=["on the screen's keyboard", "by keyboard"])
def test_a_reason_of_its_own_is_typed(touch: bool) -> None:
    page = Page(ORPHAN)
    page.key("c")
    page.holds.press("reason-5") if touch else page.key("5")
    assert page.question.entry is not None
    assert page.question.entry.letters == "en"  # so that the screen shows letters
    page.holds.press("confirm")
    page.key("space", "enter")
    assert page.question.title == "Why is it closed?"  # nothing is no reason
    page.key(*"Paid  in cash", "x", "backspace")
    page.key("space", "f12", "up")
    page.holds.press("confirm") if touch else page.key("enter")
    assert page.question.band.headline == "Closing: Paid in cash"
    assert page.question.entry.caption == "Supervisor's number"
    assert page.question.entry.letters == ""
    page.key("7", "enter")
    assert page.did() == [("close", "orphan", "7", "Paid in cash")]


def test_a_reason_is_short_and_its_step_leads_back_to_the_usual_ones() -> None:
    page = Page(ORPHAN)
    page.key("c", "5", *"x" * 200)
    assert page.question.entry is not None
    assert len(page.question.entry.text) == 80
    page.key("delete")
    assert page.question.entry is not None
    assert page.question.entry.text == ""
    page.key("escape", "2", "9", "enter")
    assert page.did() == [("close", "orphan", "9", REASONS[1])]


def test_escape_steps_back_each_time() -> None:
    page = Page(ORPHAN)
    page.key("c", "1", "9", "escape")
    assert page.question.title == "Why is it closed?"
    page.key("1")
    assert page.question.entry is not None
    assert page.question.entry.text == ""
    page.holds.press("back")
    page.holds.press("back")
    assert page.selected == "orphan"
    assert page.did() == []


def test_a_number_that_is_no_supervisors_is_said_and_cleared() -> None:
    page = Page(ORPHAN)
    page.key("c", "1", "8", "enter")
    page.holds.told(Refusal(Why.NOT_A_SUPERVISOR))
    assert page.question.band.headline == "Not a supervisor"
    assert page.question.entry is not None
    assert page.question.entry.text == ""
    page.key("1")
    assert page.question.band.headline.startswith("Closing")
    page.key("enter")
    page.holds.told(Refusal(Why.NOT_CLOSED))
    assert page.question.band.headline == "Not closed"
    assert len(page.did()) == 2


def test_closing_what_the_till_still_asks_about_says_that_it_stops() -> None:
    page = Page(UNCONFIRMED)
    page.key("c")
    assert "the till stops asking" in page.question.band.advice


def test_an_entry_that_settles_by_itself_while_it_is_being_closed_is_not_closed() -> None:
    page = Page(UNCONFIRMED, ORPHAN)
    page.key("c", "1")
    page.holds.told(Settled(replace(ORPHAN, state=State.NOT_HELD)))  # another one: no matter
    page.tell_open(UNCONFIRMED)
    assert page.question.band.headline.startswith("Closing")
    page.holds.told(Settled(replace(UNCONFIRMED, state=State.COMMITTED)))
    page.tell_open()
    assert page.rows.band.headline == "•••• 1111: Paid"


def test_leaving_the_page_leaves_the_entry_open() -> None:
    page = Page(ORPHAN)
    page.key("c", "1", "9")
    page.holds.leave_view()
    page.holds.enter_view()
    assert page.selected == "orphan"
    assert page.did() == []
