"""Nothing changes under the finger: timings of presses against changes, in table and in general."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centara_giftcard.ui.presenters.guard import DEAD_S, DOUBLE_S, SWIFT_S, Guard, Offered

AMOUNT = Offered(frozenset({("enter", "request"), ("escape", "leave")}), ("request", "leave"), "Amount due")
WAITING = Offered(frozenset(), ("request",))
HOLD = Offered(frozenset({("f12", "take"), ("escape", "release")}), ("take", "release"))
DONE = Offered(frozenset({("enter", "leave")}), ("leave", "receipt"))
A_MOMENT = 0.001


class Hand:
    """A hand on a guarded till: `at` is the time, kept by the test."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.guard = Guard(lambda: self.now_s)
        self.guard.acted()
        self.guard.shows(AMOUNT)
        self.wait(10)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def request(self, answered_after_s: float) -> None:
        assert self.guard.lets_key("enter")
        self.guard.shows(WAITING)
        self.wait(answered_after_s)
        self.guard.shows(HOLD)


def test_a_trained_cashier_is_not_slowed() -> None:
    hand = Hand()
    hand.request(SWIFT_S)
    hand.wait(0.2)
    assert hand.guard.lets_key("f12")


def test_a_hold_that_comes_late_is_not_taken_by_a_press_that_was_on_its_way() -> None:
    hand = Hand()
    hand.request(2.0)
    for key in ("f12", "enter", "escape", "delete", "ctrl+1"):
        assert not hand.guard.lets_key(key)
    assert not hand.guard.lets_touch()
    hand.wait(DEAD_S)
    assert hand.guard.lets_key("f12")


def test_what_was_dead_on_one_screen_is_not_on_the_next_that_the_cashier_asked_for() -> None:
    hand = Hand()
    hand.guard.shows(WAITING)  # by itself
    hand.wait(0.1)
    hand.guard.acted()  # a card is scanned
    hand.guard.shows(AMOUNT)
    assert hand.guard.lets_key("enter")


def test_drumming_on_a_key_does_not_make_its_answer_expected() -> None:
    hand = Hand()
    assert hand.guard.lets_key("enter")
    hand.guard.shows(WAITING)
    for _ in range(20):
        hand.wait(0.1)
        hand.guard.lets_key("f12")
    hand.guard.shows(HOLD)
    hand.wait(A_MOMENT)
    assert not hand.guard.lets_key("f12")


def test_characters_corrections_and_places_always_pass() -> None:
    hand = Hand()
    hand.request(2.0)
    for key in ("1", ",", "backspace", "clear", "f3", "f10", "up", "a"):
        assert hand.guard.lets_key(key)


def test_a_letter_that_acts_is_held_back_like_any_other_action() -> None:
    hand = Hand()
    hand.guard.shows(Offered(frozenset({("c", "close")}), ("close",)))
    assert not hand.guard.lets_key("C")
    hand.wait(DEAD_S)
    assert hand.guard.lets_key("C")


def test_a_notice_that_comes_by_itself_holds_everything_back() -> None:
    hand = Hand()
    hand.guard.lets_key("1")
    hand.guard.startled()
    assert not hand.guard.lets_key("enter")
    assert not hand.guard.lets_touch()
    hand.wait(DEAD_S)
    assert hand.guard.lets_key("enter")


def test_a_double_tap_never_means_the_next_screens_action() -> None:
    hand = Hand()
    hand.request(0.1)
    hand.wait(DEAD_S)
    assert hand.guard.lets_touch()  # Take payment
    hand.wait(0.1)
    hand.guard.shows(DONE)
    hand.wait(0.15)
    assert not hand.guard.lets_touch()  # not Next sale
    hand.wait(DEAD_S)
    assert hand.guard.lets_touch()


def test_what_can_be_pressed_as_before_can_be_touched_at_once() -> None:
    hand = Hand()
    hand.guard.lets_key("backspace")
    hand.guard.shows(Offered(frozenset(), AMOUNT.under, AMOUNT.field))  # nothing to request without an amount
    hand.guard.lets_key("1")
    hand.guard.shows(AMOUNT)
    assert hand.guard.lets_touch()


OFFER = Offered(frozenset({("enter", "accept")}), ("accept", "leave"), "Amount due", frozenset({"accept"}))


def test_the_second_enter_of_a_double_press_does_not_accept_an_offer() -> None:
    hand = Hand()
    assert hand.guard.lets_key("enter")
    hand.wait(0.01)
    hand.guard.shows(OFFER)
    hand.wait(0.2)
    assert not hand.guard.lets_key("enter")
    hand.wait(DOUBLE_S)
    assert hand.guard.lets_key("enter")


@pytest.mark.parametrize("key", ["enter", "escape"])
def test_the_second_press_of_a_double_press_does_not_mean_the_next_screen(key: str) -> None:
    """Enter requests and is refused at once, Esc steps back: what came of it is seen before it is left."""
    hand = Hand()
    assert hand.guard.lets_key(key)
    hand.guard.shows(DONE)
    hand.wait(0.2)
    assert not hand.guard.lets_key(key)
    hand.wait(DOUBLE_S)
    assert hand.guard.lets_key(key)


def test_one_key_for_one_thing_is_pressed_as_quickly_as_one_likes() -> None:
    """Del takes one card after another off a list."""
    hand = Hand()
    hand.guard.acted()
    for typed in ("", "6", "60"):
        hand.guard.shows(Offered(frozenset({("delete", "remove")}), ("remove",), typed))
        assert hand.guard.lets_key("delete")


@given(
    answer_s=st.floats(0, 5),
    drums=st.lists(st.floats(0.01, 2), max_size=8),
    press_s=st.floats(0, 2),
    touch=st.booleans(),
)
def test_no_press_within_the_dead_time_after_a_late_answer_takes_a_payment(
    answer_s: float, drums: list[float], press_s: float, touch: bool
) -> None:
    """However long the answer took and whatever was drummed meanwhile on keys that meant nothing then."""
    hand = Hand()
    asked_s = hand.now_s
    assert hand.guard.lets_key("enter")
    hand.guard.shows(WAITING)
    for pause_s in drums:
        hand.wait(pause_s)
        hand.guard.lets_key("f12")
    hand.wait(answer_s)
    hand.guard.shows(HOLD)
    late = hand.now_s - asked_s > SWIFT_S
    came_s = hand.now_s
    hand.wait(press_s)
    passes = hand.guard.lets_touch() if touch else hand.guard.lets_key("f12")
    dead = touch or late
    if hand.now_s < came_s + DEAD_S and dead:
        assert not passes
    if hand.now_s >= came_s + DEAD_S or not (dead or drums):
        assert passes
