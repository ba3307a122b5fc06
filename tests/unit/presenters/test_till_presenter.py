"""The Till screen: what each key does, what is typed, when work shows, and what the recorder notes."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, ISK, KWD, NOON, WORDS, Face, card, payment, shown, status

from centara_giftcard.domain.cards import Balance, Standing
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    Closing,
    JournalSetAside,
    LastSale,
    Offer,
    OpenChanged,
    Preparing,
    Ready,
    Recovered,
    Refusal,
    ScanRefused,
    StatusMissing,
    TerminalEvent,
    Why,
)
from centara_giftcard.ui.presenters.till_views import first_till
from centara_giftcard.ui.presenters.views import Band, CardPanel, ResultPanel, Tone

HELD = payment(State.HELD, held=Money(2_500, EUR))


@pytest.mark.parametrize(
    ("event", "screen", "outcome"),
    [
        (Ready(), "ready", None),
        (ScanRefused("length"), "card", None),
        (StatusMissing(CARD, Cause.NOT_FOUND, ""), "ready", None),
        (card(), "card", None),
        (card(0, standing=Standing.EMPTY), "card", None),
        (Preparing(CARD, status(), Money(2_500, EUR)), "requesting", None),
        (shown(payment(State.REQUESTING)), "requesting", None),
        (shown(HELD), "hold", None),
        (shown(payment(State.COMMITTING, decision=Decision.TAKE)), "committing", None),
        (shown(payment(State.CANCELLING, decision=Decision.RELEASE)), "cancelling", None),
        (shown(payment(State.COMMITTING, decision=Decision.TAKE, attempts=1)), "committing", "unclear"),
        (shown(payment(State.COMMITTED, decision=Decision.TAKE)), "done", "paid"),
        (shown(payment(State.CANCELLED)), "done", "not_paid"),
        (shown(payment(State.REFUSED)), "done", "not_paid"),
        (shown(payment(State.NOT_HELD)), "done", "not_paid"),
        (shown(payment(State.ORPHAN_HOLD)), "done", "unclear"),
        (shown(payment(State.UNCLEAR)), "done", "unclear"),
    ],
)
def test_what_the_flight_recorder_notes(event: object, screen: str, outcome: str | None) -> None:
    face = Face()
    face.tell(card(), event)  # type: ignore[arg-type]
    noted = face.screen
    assert (noted.screen, noted.outcome, noted.headline) == (screen, outcome, face.view.band.headline)
    assert noted.operation == ("op-1" if "PaymentShown" in type(event).__name__ else None)
    assert noted.card in {None, "•••• 1111"}


def test_a_typed_amount_is_the_screen_amount() -> None:
    face = Face()
    face.tell(card())
    face.type("1")
    assert face.screen.screen == "amount"


def test_the_same_thing_is_noted_once() -> None:
    face = Face()
    face.tell(card(), card())
    assert [noted.screen for noted in face.flight.screens] == ["ready", "card"]


ALL_KEYS = ["enter", "space", "backspace", "delete", "clear", "tab", "up", "1", ".", "p", "P", "f2", "ctrl+1"]


def test_nothing_but_f12_takes_and_nothing_but_esc_releases() -> None:
    face = Face()
    face.tell(shown(HELD))
    for key in ALL_KEYS:
        face.till.key(key)
    assert {name for name, *_ in face.asked.taken()} <= {"leave"}  # which the controller ignores in a hold
    face.till.key("f12")
    face.till.key("escape")
    face.till.press("take")
    face.till.press("release")
    assert [name for name, *_ in face.asked.taken()] == ["take", "release", "take", "release"]


@pytest.mark.parametrize("text", ["25", "25.00", "25,00"])
def test_enter_requests_what_was_typed(text: str) -> None:
    face = Face()
    face.tell(card())
    face.type(text)
    face.till.key("enter")
    assert face.asked.taken() == [("begin", True), ("request", Money(2_500, EUR))]


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


def test_the_rest_of_a_part_payment_is_filled_in_for_the_next_card() -> None:
    due = Money(1_500, EUR)
    face = Face()
    face.tell(Ready(due))
    assert face.view.band.headline == "€15.00 still to pay"
    assert [it.name for it in face.view.actions] == ["check", "leave"]
    face.tell(Checking(CARD), replace(card(), due=due))
    assert face.view.entry is not None
    assert face.view.entry.text == "15.00"
    face.till.key("enter")
    assert face.asked.taken() == [("request", due)]
    face.type("7")  # takes its place
    assert face.view.entry.text == "7"
    assert face.asked.taken() == [("begin", True)]
    assert face.till.waiting == 1


def test_a_rest_that_is_dropped_is_said() -> None:
    face = Face()
    face.tell(Ready(Money(1_500, EUR)))
    assert face.till.waiting == 1
    face.till.key("escape")
    assert face.asked.taken() == [("leave",)]
    face.tell(Ready())
    assert face.view.band.headline == "€15.00 is not asked for any more"
    assert face.till.waiting == 0


def test_an_unreachable_server_is_over_when_it_answers_again() -> None:
    face = Face()
    face.till.outage(Band(Tone.INFO, "No answer from the server since 12:00"))
    face.tell(Checking(CARD), StatusMissing(CARD, Cause.CONNECT, ""))
    assert face.view.band.headline == "No connection"
    face.till.outage(None)
    assert face.view.band.headline == "The server answers again"


def test_a_misread_scan_stands_until_the_next_key_and_changes_nothing() -> None:
    face = Face()
    face.type("60")
    face.tell(ScanRefused("length"))
    face.timers.wait(60)
    assert face.view.band.headline == "Scan again"
    face.type("9")
    assert face.view.band.headline == "Ready"
    assert face.view.entry is not None
    assert face.view.entry.text == "609"


def test_a_misread_scan_covers_a_hold_for_a_moment_only() -> None:
    face = Face()
    face.tell(card(), shown(HELD), ScanRefused("unknown_series"))
    assert face.view.band.headline == "Scan again. Not one of our cards"
    face.timers.wait(6)
    assert "is held" in face.view.band.headline


def test_a_digit_that_was_a_scanners_is_taken_back_and_no_other() -> None:
    face = Face()
    face.tell(card())
    face.type("12.5")
    face.till.key("4")
    face.till.key("0")  # refused: three decimals
    for _ in "40":
        face.till.key("take_back")
    assert face.view.entry is not None
    assert face.view.entry.text == "12.5"
    face.till.key("backspace")
    face.till.key("take_back")  # what a person did stays done
    assert face.view.entry.text == "12."


def test_without_the_permission_there_is_no_field_to_type_in() -> None:
    face = Face(keying=False)
    assert face.view.entry is not None
    assert not face.view.entry.enabled


def test_a_check_is_shown_after_a_third_of_a_second_and_explained_after_three() -> None:
    face = Face()
    face.tell(Checking(CARD))
    face.timers.wait(0.2)
    assert face.view.band.headline == "Ready"
    face.timers.wait(0.1)
    assert (face.view.band.headline, face.view.band.busy) == ("Checking •••• 1111", True)
    assert face.screen.screen == "checking"
    face.timers.wait(2.6)
    assert "Waiting" not in face.view.band.advice
    face.timers.wait(0.1)
    assert face.view.band.advice == "Waiting for the server's answer. Esc stops waiting; nothing was charged."
    assert [it.name for it in face.view.actions] == ["leave"]
    face.till.key("escape")
    assert face.asked.taken() == [("leave",)]


def test_a_quick_answer_shows_no_check_at_all() -> None:
    face = Face()
    face.tell(Checking(CARD))
    face.timers.wait(0.2)
    face.tell(card())
    face.timers.wait(10)
    assert [noted.screen for noted in face.flight.screens] == ["ready", "card"]


def test_a_payment_that_takes_long_says_what_it_waits_for() -> None:
    face = Face()
    face.tell(shown(payment(State.COMMITTING, decision=Decision.TAKE)))
    assert face.view.band.busy
    face.timers.wait(3)
    assert face.view.band.advice == "Waiting for the server's answer. Please keep the card at hand."
    face.tell(shown(payment(State.COMMITTING, decision=Decision.TAKE, attempts=1)))
    face.timers.wait(3)
    assert face.view.band.headline == "Confirming. Do not charge again"


def test_a_lost_request_says_how_long_its_check_takes_and_counts_down() -> None:
    face = Face()
    doubtful = shown(payment(State.REQUESTING, doubt=Doubt.LOST))
    face.tell(replace(doubtful, decided_in_s=29.95))
    assert face.view.band.advice.endswith("Decided in 30 s.")
    face.timers.wait(12)
    assert face.view.band.advice.endswith("Decided in 18 s.")
    face.tell(shown(payment(State.NOT_HELD)))
    face.timers.wait(60)
    assert "Decided" not in face.view.band.advice


def test_a_notice_covers_the_headline_for_a_while_and_is_no_outcome() -> None:
    face = Face()
    face.tell(shown(HELD), Refusal(Why.FINISH_FIRST), Refusal(Why.FINISH_FIRST))
    assert (face.view.band.headline, face.screen.outcome) == ("Finish this card first", None)
    face.timers.wait(5)
    assert face.view.band.headline == "€25.00 is held, not taken"


def test_a_till_that_must_stop_says_so_until_somebody_acts() -> None:
    face = Face()
    face.tell(Refusal(Why.STOPPED))
    face.timers.wait(600)
    assert face.view.band.headline == "Stop using this till"


def test_closing_says_what_it_waits_for() -> None:
    face = Face()
    face.tell(shown(HELD), Closing())
    assert face.view.band.headline == "Closing after confirmation"


def test_the_idle_till_tells_of_the_last_sale_the_recovery_and_a_damaged_journal() -> None:
    face = Face()
    face.tell(LastSale(Money(2_500, EUR), "•••• 1111", NOON), Ready())
    assert "€25.00 taken from •••• 1111" in face.view.band.advice
    face.tell(Recovered(2), Ready())
    assert "Recovering 2 operations" in face.view.band.advice
    face.tell(JournalSetAside("journal.1"), OpenChanged(()), Ready())
    assert face.view.band.headline == "Journal set aside"


def live(id: str = "op-1") -> Issue:
    return Issue(
        id, Kind.ISSUE_LIVE, "7000", Money(2_500, EUR), "7", NOON, CARD.number, state=IssueState.DONE
    )


def test_an_unprinted_card_that_is_found_at_the_start_is_said_on_the_first_screen() -> None:
    face = Face()
    face.tell(OpenChanged((live(),)), Recovered(1), Ready())
    assert face.view.band.headline == "An unprinted card was found"
    assert "Sell (F3)" in face.view.band.advice
    face.tell(LastSale(Money(2_500, EUR), "•••• 1111", NOON), Ready())
    assert face.view.band.headline == "An unprinted card was found"
    face.till.outage(Band(Tone.UNCLEAR, "The server does not answer"))
    assert face.view.band.headline == "An unprinted card was found"
    assert face.view.band.advice.endswith("The server does not answer.")
    face.till.outage(None)
    face.tell(OpenChanged((live(), live("op-2"))))
    assert face.view.band.headline == "2 cards were not scanned back"
    face.tell(OpenChanged((live("op-2"),)))
    assert face.view.band.headline == "A card was not scanned back"
    face.tell(OpenChanged(()))
    assert face.view.band.headline == "Ready"


def test_out_of_view_nothing_is_shown_and_coming_back_is_noted_anew() -> None:
    face = Face()
    face.till.leave_view()
    face.tell(card())
    assert len(face.views) == 1
    face.till.enter_view()
    face.till.enter_view()
    assert [noted.screen for noted in face.flight.screens] == ["ready", "card", "card"]


def test_a_part_that_the_server_held_is_named_before_it_is_taken() -> None:
    face = Face()
    part = payment(State.HELD, held=Money(1_000, EUR), holding=Balance(Money(10_000, EUR), Money(1_000, EUR)))
    face.tell(shown(part, due=2_500))
    assert face.view.actions[0].label == "Take payment €10.00"
    assert "less than was asked" in face.view.band.advice
    assert "€15.00" in face.view.hint
    panel = face.view.panel
    assert isinstance(panel, CardPanel)
    assert panel.bar is not None
    assert (panel.bar.available.amount, panel.bar.held.amount) == ("€90.00", "€10.00")


def test_a_part_payment_is_never_headed_paid_and_its_rest_is_carried_by_enter() -> None:
    face = Face()
    done = payment(State.COMMITTED, decision=Decision.TAKE, after=Balance(Money(0, EUR), Money(0, EUR)))
    face.tell(shown(done, due=4_000))
    assert isinstance(face.view.panel, ResultPanel)
    assert face.view.panel.lines[-1] == ("Left to pay", "€15.00")
    assert face.view.band.headline == "€25.00 paid, €15.00 still to pay"
    assert face.screen.outcome == "paid"
    assert [it.name for it in face.view.actions] == ["carry", "leave", "receipt"]
    face.till.key("enter")
    face.till.key("escape")
    assert face.asked.taken() == [("carry",), ("leave",)]


def test_a_rest_that_was_not_paid_goes_on_to_the_next_card_and_its_button_says_so() -> None:
    face = Face()
    face.tell(replace(shown(payment(State.CANCELLED, decision=Decision.RELEASE)), carried=Money(1_500, EUR)))
    assert [it.label for it in face.view.actions] == ["Next card for €15.00", "Show receipt"]
    assert face.view.band.headline == "Not paid. The hold was released"
    assert face.view.band.advice == "Nothing was taken from the card. €15.00 still to pay."
    assert isinstance(face.view.panel, ResultPanel)
    assert face.view.panel.lines == (("Left to pay", "€15.00"),)
    face.tell(shown(payment(State.CANCELLED, decision=Decision.RELEASE)))
    assert [it.label for it in face.view.actions] == ["Next sale", "Show receipt"]


def test_a_paid_sale_shows_what_is_left_on_the_card() -> None:
    face = Face()
    done = payment(State.COMMITTED, decision=Decision.TAKE, after=Balance(Money(7_500, EUR), Money(0, EUR)))
    face.tell(shown(done))
    assert isinstance(face.view.panel, ResultPanel)
    assert face.view.panel.lines == (("Left on the card", "€75.00"),)
    assert face.view.band.headline == "Paid"
    assert face.till.payment is not None
    face.till.key("enter")
    assert face.asked.taken() == [("leave",)]
    face.tell(Ready())
    assert face.till.payment is None


@pytest.mark.parametrize("state", [State.CANCELLED, State.REFUSED, State.UNCLEAR, State.COMMITTED])
def test_no_step_that_was_not_done_has_a_tick(state: State) -> None:
    face = Face()
    face.tell(shown(payment(state)))
    assert face.view.step == (3 if state is State.COMMITTED else 2)


def test_a_paid_that_no_reading_showed_says_that_the_balance_is_not_known() -> None:
    """Row 28b: three seconds without a reading, and the server's word has to do."""
    said = "The card could not be read since: its balance is not known."
    face = Face()
    face.tell(shown(payment(State.COMMITTED, decision=Decision.TAKE, doubt=Doubt.ACCEPTED)))
    assert (face.screen.headline, face.screen.outcome) == ("Paid", "paid")
    assert isinstance(face.view.panel, ResultPanel)
    assert (face.view.panel.lines, face.view.panel.paragraph) == ((), said)
    after = Balance(Money(7_500, EUR), Money(0, EUR))
    face.tell(shown(payment(State.COMMITTED, decision=Decision.TAKE, after=after)))
    assert isinstance(face.view.panel, ResultPanel)
    assert (len(face.view.panel.lines), face.view.panel.paragraph) == (1, "")


def test_a_balance_that_cannot_be_spent_is_not_called_available() -> None:
    face = Face()
    face.tell(card(2_500, standing=Standing.EXPIRED))
    panel = face.view.panel
    assert isinstance(panel, CardPanel)
    assert panel.bar is not None
    assert (panel.figure.caption, panel.bar.available.label) == ("On the card", "On the card")


@pytest.mark.parametrize(
    "event",
    [card(), card(0, standing=Standing.EMPTY), Checking(CARD), Preparing(CARD, status(), Money(2_500, EUR))],
    ids=lambda it: type(it).__name__,
)
def test_every_step_has_its_way_back_on_the_screen(event: TerminalEvent) -> None:
    face = Face()
    face.tell(event)
    face.timers.wait(1)
    back = [it for it in face.view.actions if it.name == "leave"]
    assert [(it.key, it.enabled) for it in back] == [("Esc", True)]


def test_the_first_paint_is_a_till_that_is_starting() -> None:
    assert first_till(WORDS, True, EUR).band.headline == "Starting"


def test_a_button_without_a_meaning_here_does_nothing() -> None:
    face = Face()
    face.till.press("request")
    face.till.press("check")
    face.till.press("nothing")
    assert face.asked.taken() == []


def test_row_27_a_balance_that_changed_is_told_with_what_is_left() -> None:
    face = Face()
    face.tell(card())
    face.type("75")
    face.tell(replace(card(net=400), changed=True))
    assert face.view.band.headline == "The balance changed: €4.00 is available"
