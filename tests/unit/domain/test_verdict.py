"""What is true of an operation is said once, and whoever shows, prints or sounds it goes by that word."""

import pytest
from msgspec.structs import replace
from unit.domain.issue_samples import NUMBER, sending
from unit.domain.samples import requested

from centara_giftcard.domain import issue, payment
from centara_giftcard.domain.issue import Ending, Kind
from centara_giftcard.domain.operation import Closed, Doubt, Verdict

CLOSED = Closed("Anna", "the customer was paid out")

OF_A_PAYMENT = {
    payment.State.REQUESTING: Verdict.GOING_ON,
    payment.State.HELD: Verdict.HELD,
    payment.State.COMMITTING: Verdict.GOING_ON,
    payment.State.COMMITTED: Verdict.TAKEN,
    payment.State.CANCELLING: Verdict.GOING_ON,
    payment.State.CANCELLED: Verdict.RELEASED,
    payment.State.REFUSED: Verdict.NOT_DONE,
    payment.State.NOT_HELD: Verdict.NOT_DONE,
    payment.State.ORPHAN_HOLD: Verdict.MAY_BE_HELD,
    payment.State.UNCLEAR: Verdict.UNCLEAR,
}


@pytest.mark.parametrize("state", payment.State)
def test_each_state_of_a_payment_has_its_word(state: payment.State) -> None:
    assert replace(requested(), state=state).verdict is OF_A_PAYMENT[state]


@pytest.mark.parametrize("state", [it for it, word in OF_A_PAYMENT.items() if word is Verdict.GOING_ON])
def test_what_goes_on_in_doubt_is_being_found_out(state: payment.State) -> None:
    assert replace(requested(), state=state, doubt=Doubt.LOST).verdict is Verdict.FINDING_OUT


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (payment.State.ORPHAN_HOLD, Verdict.CLOSED),
        (payment.State.UNCLEAR, Verdict.CLOSED),
        (payment.State.COMMITTED, Verdict.TAKEN),  # closed before a reading could be had: it was told as paid
    ],
)
def test_what_a_person_closed_is_closed_unless_it_had_an_end(state: payment.State, word: Verdict) -> None:
    assert replace(requested(), state=state, closed=CLOSED).verdict is word


@pytest.mark.parametrize(
    ("kind", "state", "ending", "word"),
    [
        (Kind.ISSUE, issue.State.SENDING, None, Verdict.GOING_ON),
        (Kind.ISSUE, issue.State.DONE, None, Verdict.SOLD),
        (Kind.ISSUE, issue.State.REFUSED, None, Verdict.NOT_DONE),
        (Kind.ISSUE, issue.State.UNCLEAR, None, Verdict.UNCLEAR),
        (Kind.ISSUE_LIVE, issue.State.DONE, None, Verdict.TO_HAND_OVER),
        (Kind.ISSUE_LIVE, issue.State.DONE, Ending.HANDED_OVER, Verdict.SOLD),
        (Kind.ISSUE_LIVE, issue.State.DONE, Ending.UNDONE, Verdict.UNDONE),
        (Kind.UNISSUE, issue.State.DONE, None, Verdict.UNDONE),
        (Kind.UNISSUE, issue.State.REFUSED, None, Verdict.NOT_DONE),
        (Kind.UNISSUE, issue.State.UNCLEAR, None, Verdict.UNCLEAR),
    ],
)
def test_each_state_of_a_sale_and_of_its_undoing_has_its_word(
    kind: Kind, state: issue.State, ending: Ending | None, word: Verdict
) -> None:
    assert replace(sending(kind), state=state, ending=ending, card=NUMBER).verdict is word


@pytest.mark.parametrize(
    ("kind", "state", "word"),
    [
        (Kind.ISSUE, issue.State.UNCLEAR, Verdict.CLOSED),
        (Kind.ISSUE, issue.State.DONE, Verdict.SOLD),
        (Kind.ISSUE_LIVE, issue.State.DONE, Verdict.CLOSED),  # nobody has it
        (Kind.UNISSUE, issue.State.UNCLEAR, Verdict.CLOSED),
    ],
)
def test_a_closed_sale_is_not_said_to_be_more_than_is_known(
    kind: Kind, state: issue.State, word: Verdict
) -> None:
    assert replace(sending(kind), state=state, closed=CLOSED).verdict is word


def test_a_request_without_a_clean_answer_is_being_found_out() -> None:
    assert replace(sending(), doubt=Doubt.LOST).verdict is Verdict.FINDING_OUT


def test_a_sale_asks_for_no_hold() -> None:
    assert (sending().asked_hold, sending().hold_known, sending().taking) == (None, False, False)
    assert (requested().asked_hold, requested().hold_known) == (requested().asked, False)


def test_a_printed_card_ends_by_what_somebody_did_at_this_till() -> None:
    printed = replace(sending(Kind.ISSUE_LIVE), state=issue.State.DONE, card=NUMBER)

    assert not printed.ended_by_hand
    assert all(replace(printed, ending=ending).ended_by_hand for ending in Ending)
    assert not requested().ended_by_hand
