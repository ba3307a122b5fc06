"""The lock: always allowed, covers what is in view, gives it back."""

import pytest
from unit.presenters.face import CARD, EUR, card, payment, shown
from unit.presenters.shell_till import Till

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import State
from centara_giftcard.terminal.events import (
    Checking,
    OpenChanged,
    OperatorChanged,
    Ready,
    Settled,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Scan, ScanSource
from centara_giftcard.ui.presenters.views import (
    LockView,
    TillView,
)


@pytest.mark.parametrize(
    ("before", "screen"),
    [
        ((card(),), "card"),
        ((shown(payment(State.HELD, held=Money(2_500, EUR))),), "hold"),
        ((shown(payment(State.REQUESTING)),), "requesting"),
        ((Checking(CARD),), "checking"),
    ],
)
def test_the_lock_is_always_allowed_covers_what_is_in_view_and_gives_it_back(
    before: tuple[TerminalEvent, ...], screen: str
) -> None:
    till = Till()
    till.tell(*before)
    if screen == "card":
        till.key("1")  # an amount is begun
        screen = "amount"
    till.asked.taken()
    till.key("f10")
    assert isinstance(till.window.front, LockView)
    assert till.asked.taken() == [("lock",)]
    till.key("f5", "enter", "f12", "a", "4", "3", "backspace", "2")
    assert isinstance(till.window.front, LockView)
    till.tell(OperatorChanged("", locked=True))
    till.shell.go("history")
    assert till.window.front.entry is not None
    assert till.window.front.entry.text == "42"
    till.shell.press("sign_on")
    till.key("7", "enter")  # what is typed at the lock never reaches the stage
    assert till.asked.taken() == [("sign_on", "42", None), ("sign_on", "7", None)]
    till.tell(OperatorChanged("42", locked=False))
    assert isinstance(till.window.front, TillView)
    assert till.flight.screens[-1].screen == screen
    assert till.bars.operator == "Operator 42"
    if screen == "amount":
        assert till.window.front.entry is not None
        assert till.window.front.entry.text == "1"


@pytest.mark.parametrize("place", ["f1", "f3", "f4", "f5", "f6", "f7", "f9"])
def test_the_lock_gives_back_whatever_page_it_covered(place: str) -> None:
    till = Till()
    till.key(place)
    before, screen = till.window.front, till.flight.screens[-1].screen
    till.key("f10")
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    till.key("up")
    assert (till.window.front, till.flight.screens[-1].screen) == (before, screen)


def test_a_closing_that_was_begun_is_there_after_the_lock() -> None:
    till = Till()
    till.tell(OpenChanged((payment(State.UNCLEAR),)))
    till.key("f5", "c", "1")
    before = till.window.front
    till.key("f10", "9")
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    assert till.window.front == before


def test_what_comes_under_the_lock_is_told_at_sign_on_and_a_scan_does_nothing() -> None:
    till = Till()
    till.tell(Ready())
    till.key("f3", "f10")
    till.asked.taken()
    till.tell(
        shown(payment(State.HELD, held=Money(2_500, EUR))), Settled(payment(State.COMMITTED, id="op-2"))
    )
    till.shell.scanned(Scan("6091000000001111", ScanSource.SERIAL))
    assert till.asked.taken() == []
    assert isinstance(till.window.front, LockView)
    assert "The scan was not used" in till.window.front.band.advice
    assert till.bars.notice is None
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    assert [it.operation for it in till.flight.screens[-2:]] == ["op-1", "op-2"]
    assert till.bars.notice is not None


def test_the_number_of_an_operator_can_be_cleared_and_is_short() -> None:
    till = Till()
    till.tell(OperatorChanged("", locked=True))
    till.key("1", "escape", *"1234567890")
    assert isinstance(till.window.front, LockView)
    assert till.window.front.entry.text == "12345678"
