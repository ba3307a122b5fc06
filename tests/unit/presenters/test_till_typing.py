"""What is typed at the Till is taken whole or not at all; more than is on the card is offered first."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, ISK, KWD, Face, card, payment, shown, status

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    Offer,
    Preparing,
    Ready,
    ScanRefused,
    StatusMissing,
    TerminalEvent,
)


def offered(due: int = 2_500, net: int = 1_000) -> CardShown:
    return replace(card(net), offer=Offer(Money(net, EUR), Money(due, EUR)))


def test_more_than_is_available_is_an_offer_first_and_requested_by_a_second_enter() -> None:
    face = Face()
    face.tell(card(1_000))
    face.type("25")
    assert face.view.band.headline == "Only €10.00 is available"
    assert face.view.actions[0].name == "request"
    face.till.key("enter")
    assert face.asked.taken()[1:] == [("request", Money(2_500, EUR))]  # the terminal says what it can pay
    face.tell(offered())
    band = face.view.band
    assert band.headline == "Pay €10.00 with this card?"
    assert "€15.00 stays to pay" in band.advice
    assert (face.view.actions[0].name, face.view.actions[0].label) == ("accept", "Request €10.00")
    face.till.key("enter")
    assert face.asked.taken() == [("accept", Offer(Money(1_000, EUR), Money(2_500, EUR)))]


@pytest.mark.parametrize(
    ("watched", "advice"), [(True, "finding out"), (False, "Another amount can be paid")]
)
def test_an_orphan_hold_is_told_at_the_scan_with_what_can_be_done(watched: bool, advice: str) -> None:
    face = Face()
    orphan = payment(State.ORPHAN_HOLD, watched=watched)
    face.tell(replace(card(), open_here=(orphan,)))
    assert face.view.band.headline == "€100.00 available, €25.00 open here"
    assert advice in face.view.band.advice


def test_another_amount_takes_the_offer_back_at_once() -> None:
    face = Face()
    face.tell(card(1_000))
    face.type("25")
    face.tell(offered())
    face.asked.taken()
    face.till.key("backspace")
    assert face.view.actions[0].name == "request"
    face.till.key("enter")
    face.till.press("accept")
    assert face.asked.taken() == [("withdraw",), ("request", Money(200, EUR))]


@pytest.mark.parametrize("typed", ["", "0", "."])
def test_without_an_amount_nothing_is_requested(typed: str) -> None:
    face = Face()
    face.tell(card())
    face.type(typed)
    face.till.key("enter")
    assert "request" not in [name for name, *_ in face.asked.taken()]
    assert face.view.band.headline == "Type the amount"
    face.till.key("1")
    assert "available" in face.view.band.headline


@pytest.mark.parametrize(
    ("currency", "typed", "kept"),
    [
        (EUR, "12.345", "12.345"),  # no digit is left out: another amount would come of the rest
        (EUR, "1..2,3", "1..2,3"),
        (EUR, "1.250,00", "1.250,00"),
        (EUR, "1,5", "1,5"),
        (EUR, "1a-2 e3", "123"),
        (EUR, "99999999999", "99999999999"),
        (ISK, "1500", "1500"),
        (ISK, ".1.5,", ".1.5,"),
        (KWD, "1.2345", "1.2345"),
        (EUR, "0" * 100, "0" * 20),
    ],
)
def test_what_can_be_typed_as_an_amount(currency: Currency, typed: str, kept: str) -> None:
    face = Face(currency)
    face.tell(card(currency=currency))
    face.type(typed)
    assert face.view.entry is not None
    assert face.view.entry.text == kept
    assert bool(face.view.entry.decimal_key) is (currency is not ISK)
    face.till.key("backspace")
    assert face.view.entry.text == kept[:-1]
    face.till.key("delete")
    assert face.view.entry.text == ""


@pytest.mark.parametrize(
    ("currency", "typed"), [(EUR, "1.250"), (EUR, "12.345"), (EUR, "1..2"), (ISK, "1.5")]
)
def test_what_is_no_amount_is_refused_as_a_whole(currency: Currency, typed: str) -> None:
    face = Face(currency)
    face.tell(card(currency=currency))
    face.type(typed)
    face.till.key("enter")
    assert face.asked.taken() == [("begin", True)]
    assert face.view.band.headline == f"{typed} is no amount"
    assert face.view.entry is not None
    assert face.view.entry.text == typed  # there to be corrected


def test_a_card_that_cannot_pay_takes_no_amount_and_enter_does_nothing() -> None:
    face = Face()
    face.tell(card(0, standing=Standing.EMPTY))
    before = face.view
    face.type("25")
    face.till.key("enter")
    assert (face.view, face.asked.taken()) == (before, [])
    face.till.key("escape")
    assert face.asked.taken() == [("leave",)]


def test_a_number_is_typed_with_letters_too_and_checked_with_enter() -> None:
    face = Face()
    face.till.key("enter")
    face.type("60p1 P-2")
    assert face.view.entry is not None
    assert face.view.entry.text == "60p1 P2"  # set in fours
    face.till.key("enter")
    assert face.asked.taken() == [("keyed", "60p1P2")]
    face.tell(ScanRefused("length"))
    assert face.view.entry.text == "60p1 P2"  # one mistyped digit does not cost the others
    face.till.key("backspace")
    assert face.view.entry.text == "60p1 P"
    face.till.key("escape")
    assert face.view.entry.text == ""
    face.till.key("escape")
    assert face.asked.taken() == [("leave",)]


@pytest.mark.parametrize("cause", [Cause.NOT_FOUND, Cause.TIMEOUT])
def test_a_number_that_was_typed_stays_when_its_card_cannot_be_read(cause: Cause) -> None:
    face = Face()
    face.type("609111")
    face.till.key("enter")
    face.tell(Checking(CARD), StatusMissing(CARD, cause, ""))
    assert face.view.entry is not None
    assert face.view.entry.text == "6091 11"
    face.tell(Ready())
    assert face.view.entry.text == ""


def test_what_is_typed_while_a_card_is_read_is_its_amount_whole() -> None:
    face = Face()
    face.till.expect()  # scanned; the terminal has not told of it yet
    face.type("1")
    face.tell(Checking(CARD))
    face.type("2.5")
    assert face.view.entry is not None
    assert (face.view.entry.caption, face.view.entry.text) == ("Amount due", "12.5")
    face.till.key("enter")  # requests nothing yet
    assert face.asked.taken() == [("begin", True)]
    face.tell(card())
    face.type("0")
    assert face.view.entry.text == "12.50"
    face.till.key("enter")
    assert face.asked.taken() == [("request", Money(1_250, EUR))]


@pytest.mark.parametrize(
    "before",
    [card(), shown(payment(State.CANCELLED)), Checking(CARD), StatusMissing(CARD, Cause.LOST, "")],
    ids=lambda it: type(it).__name__,
)
def test_wherever_a_card_is_scanned_what_is_typed_next_is_whole(before: TerminalEvent) -> None:
    """The terminal may be busy for a moment before it tells of the scan."""
    face = Face()
    face.tell(before)
    face.till.expect()
    face.type("12")
    face.tell(Checking(CARD), card())
    face.type(".5")
    assert face.view.entry is not None
    assert face.view.entry.text == "12.5"


def test_a_card_that_is_pinned_expects_no_other() -> None:
    face = Face()
    face.tell(card())
    face.type("1")
    face.till.expect()
    face.type("2")
    assert face.view.entry is not None
    assert face.view.entry.text == "12"


@pytest.mark.parametrize(
    "event",
    [
        StatusMissing(CARD, Cause.TIMEOUT, ""),
        card(0, standing=Standing.EMPTY),
        ScanRefused("length"),
        Ready(),
    ],
    ids=lambda it: type(it).__name__,
)
def test_what_was_typed_ahead_goes_whole_where_no_amount_is_asked_for(event: TerminalEvent) -> None:
    face = Face()
    face.till.expect()
    face.type("12")
    if not isinstance(event, ScanRefused):
        face.tell(Checking(CARD))
    face.tell(event)
    face.type(".50")  # the rest of it, typed in one go
    assert face.view.entry is None or face.view.entry.text == ""


def test_what_is_typed_while_a_request_is_under_way_is_refused_whole() -> None:
    face = Face()
    face.tell(card(), Preparing(CARD, status(), Money(2_500, EUR)))
    face.type("1")
    assert face.view.band.headline == "A request is under way"
    face.tell(card())
    face.type("2.50")
    assert face.view.entry is not None
    assert face.view.entry.text == ""
    face.timers.wait(2)
    face.type("3")
    assert face.view.entry.text == "3"
    face.tell(shown(payment(State.REQUESTING)))
    face.type("1")
    assert face.view.band.headline == "A request is under way"
