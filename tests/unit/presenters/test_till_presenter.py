"""The Till: what is shown and noted of each step, and what its keys do."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, WORDS, Face, card, payment, shown, status

from centara_giftcard.domain.cards import Balance, Standing
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    Checking,
    Closing,
    JournalMissing,
    JournalSetAside,
    LastSale,
    OpenChanged,
    PaymentShown,
    Preparing,
    Ready,
    Recovered,
    Refusal,
    ScanRefused,
    StatusMissing,
    TerminalEvent,
    Why,
)
from centara_giftcard.ui.presenters.first import first_till
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
    face.timers.wait(0.1)
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


@pytest.mark.parametrize(
    ("decision", "under_way", "over"),
    [
        (Decision.TAKE, State.COMMITTING, State.COMMITTED),
        (Decision.RELEASE, State.CANCELLING, State.CANCELLED),
    ],
)
def test_a_swift_answer_is_the_result_at_once(decision: Decision, under_way: State, over: State) -> None:
    face = Face()
    face.tell(shown(HELD))
    before = len(face.views)
    face.tell(shown(payment(under_way, decision=decision)))
    face.timers.wait(0.05)
    face.tell(shown(payment(over, decision=decision)))
    assert (len(face.views), face.screen.screen) == (before + 1, "done")


def test_a_slower_one_shows_that_it_goes_on_and_doubt_is_told_at_once() -> None:
    face = Face()
    face.tell(shown(HELD), shown(payment(State.COMMITTING, decision=Decision.TAKE)))
    assert face.screen.screen == "hold"
    face.timers.wait(0.1)
    assert (face.screen.screen, face.view.band.busy) == ("committing", True)
    assert not any(action.enabled for action in face.view.actions)
    face.tell(shown(HELD), shown(payment(State.COMMITTING, decision=Decision.TAKE, attempts=1)))
    assert (face.screen.screen, face.screen.outcome) == ("committing", "unclear")


def test_a_payment_that_takes_long_says_what_it_waits_for() -> None:
    face = Face()
    face.tell(shown(payment(State.COMMITTING, decision=Decision.TAKE)))
    face.timers.wait(0.1)
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
    assert face.view.band.advice.endswith("Decided in 30\N{NO-BREAK SPACE}s.")
    face.timers.wait(12)
    assert face.view.band.advice.endswith("Decided in 18\N{NO-BREAK SPACE}s.")
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
    face.tell(LastSale(Money(320, EUR), "•••• 1111", NOON, Money(930, EUR)), Ready())
    assert face.view.band.advice.endswith(", €9.30 was still to pay.")
    face.tell(Recovered(2), Ready())
    assert "Recovering 2 operations" in face.view.band.advice
    face.tell(JournalSetAside("journal.1"), OpenChanged(()), Ready())
    assert face.view.band.headline == "Journal set aside"
    face.tell(JournalMissing(), OpenChanged(()), Ready())
    assert face.view.band.headline == "The journal is missing"


def live(id: str = "op-1") -> Issue:
    return Issue(
        id=id,
        kind=Kind.ISSUE_LIVE,
        series="7000",
        amount=Money(2_500, EUR),
        operator="7",
        created_at=NOON,
        card=CARD.number,
        state=IssueState.DONE,
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
    assert first_till(WORDS, True).band.headline == "Starting"


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


def test_where_the_server_does_not_tell_what_is_held_the_bar_says_so_and_takes_ours_off() -> None:
    face, none = Face(), Balance(Money(10_000, EUR), None)
    untold = replace(status(), balance=none)
    ours = payment(before=none, held=Money(2_500, EUR), holding=none)
    face.tell(PaymentShown(ours, CARD, untold, Money(2_500, EUR)))
    panel = face.view.panel
    assert isinstance(panel, CardPanel)
    assert panel.bar is not None
    assert (panel.bar.held.amount, panel.bar.available.amount) == ("not known", "€75.00")
