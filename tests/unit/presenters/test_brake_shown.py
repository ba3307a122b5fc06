"""Row 26c on the Till: why no payment is requested, and the one press that allows it."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import Face, card

from centara_giftcard.domain.brake import Reason
from centara_giftcard.domain.cards import Standing
from centara_giftcard.terminal.events import Checking
from centara_giftcard.ui.presenters.views import Tone

STOPPED = replace(card(), stopped=Reason.UNREAD)


def names(face: Face) -> list[str]:
    return [action.name for action in face.view.actions]


def test_a_damaged_journal_is_another_reason() -> None:
    face = Face()
    face.tell(replace(STOPPED, stopped=Reason.JOURNAL))
    assert "journal was damaged" in face.view.band.advice
    assert names(face)[0] == "allow"


def test_a_good_card_says_why_no_payment_is_requested_and_asks_for_no_amount() -> None:
    face = Face()
    face.tell(STOPPED)
    assert face.view.band.tone is Tone.REFUSED
    assert "Call support" in face.view.band.headline
    assert face.view.entry is None
    assert names(face)[:2] == ["allow", "leave"]


@pytest.mark.parametrize("key", ["a", "A"])
def test_one_key_allows_payments_and_no_habit_does(key: str) -> None:
    face = Face()
    face.tell(STOPPED)
    face.type("12.50")
    for habit in ("enter", "f12", "backspace"):
        face.till.key(habit)
    assert face.asked.taken() == [("take",)]  # which no hold is there for
    face.till.key(key)
    assert face.asked.taken() == [("allow",)]
    face.till.press("allow")
    assert face.asked.taken() == [("allow",)]
    face.tell(card())
    assert face.view.entry is not None
    face.till.key("a")
    assert face.asked.taken() == []


def test_what_was_typed_ahead_of_such_a_card_is_not_kept() -> None:
    face = Face()
    face.tell(Checking(STOPPED.card))
    face.type("12")
    face.tell(STOPPED, card())
    assert face.view.entry is not None
    assert face.view.entry.text == ""


def test_a_card_that_cannot_pay_says_only_that() -> None:
    face = Face()
    face.tell(replace(card(0, standing=Standing.EMPTY), stopped=Reason.UNREAD))
    assert "allow" not in names(face)
