"""A card that the till prints: rows 15 and 16 of the failure catalogue."""

import pytest
from msgspec.structs import replace
from unit.domain.issue_samples import (
    INSTRUMENT,
    NO_STATUS,
    NUMBER,
    READ_IN_TIME,
    after,
    done,
    refused,
    sending,
    sold,
    status,
    unknown,
    unsold,
)
from unit.domain.samples import RESTARTED, balance

from centara_giftcard.domain.issue import HandedOver, Issue, Kind, State, Undone, step
from centara_giftcard.domain.operation import (
    AskedAgain,
    Call,
    Closed,
    Effect,
    Overdue,
    Reply,
)
from centara_giftcard.domain.replies import Cause, Issued, NotSent, Refused

BY_ANNA = Closed("Anna", "card found in the drawer")


def live() -> Issue:
    """A card that exists and is to be printed."""
    issue = sending(Kind.ISSUE_LIVE)
    return after(issue, done(issue, status()), sold())[0]


def test_a_printed_card_is_read_again_until_it_is_known_what_is_on_it() -> None:
    printed = replace(live(), worth=None)
    assert step(printed, RESTARTED) == (printed, Effect(Call.STATUS))
    assert step(printed, sold())[0].worth == balance(5_000)
    doubted, effect = step(printed, unsold())
    assert (doubted.state, effect) == (State.UNCLEAR, Effect(Call.STATUS, 1.0))
    assert step(printed, NO_STATUS) == (printed, None)


def test_row_10_a_live_card_that_a_busy_server_did_not_make_waits_for_a_new_press() -> None:
    issue, effect = step(sending(Kind.ISSUE_LIVE), unknown(sending(Kind.ISSUE_LIVE), Cause.BUSY))
    assert (issue.state, issue.problem, effect) == (State.REFUSED, Cause.BUSY, None)


# --- row 15: a lost live issue ---


@pytest.mark.parametrize(
    "event",
    [
        unknown(sending(Kind.ISSUE_LIVE)),
        unknown(sending(Kind.ISSUE_LIVE), Cause.CONFLICT),
        unknown(sending(Kind.ISSUE_LIVE), Cause.UNREADABLE),
        Reply(Call.ISSUE_LIVE, Issued(status(), None)),
        Overdue(),
        RESTARTED,
    ],
    ids=["lost", "conflict", "unreadable", "without a number", "overdue", "restarted"],
)
def test_row_15_a_live_card_whose_number_is_not_known_is_for_a_person(event: Reply) -> None:
    issue, effect = step(sending(Kind.ISSUE_LIVE), event)
    assert (issue.state, issue.watched, issue.settled, effect) == (State.UNCLEAR, False, False, None)
    assert step(issue, RESTARTED) == (issue, None)
    assert step(issue, AskedAgain()) == (issue, None)  # there is no number to ask for


def test_row_15_a_reply_that_comes_after_all_brings_the_card_to_be_printed() -> None:
    overdue, _ = step(sending(Kind.ISSUE_LIVE), Overdue())
    issue, effect = step(overdue, done(overdue, status()))
    assert (issue.card, issue.instrument, effect) == (NUMBER, INSTRUMENT, READ_IN_TIME)
    assert step(issue, sold())[0].unprinted
    assert step(issue, RESTARTED)[1] == Effect(Call.STATUS)


def test_row_15_other_late_answers_leave_it_to_the_person() -> None:
    overdue, _ = step(sending(Kind.ISSUE_LIVE), Overdue())
    for late in (
        unknown(overdue),
        NO_STATUS,
        sold(),
    ):
        assert step(overdue, late) == (overdue, None)


@pytest.mark.parametrize("late", [Refused(Cause.REFUSED), NotSent(Cause.CONNECT)])
def test_a_late_no_to_a_live_issue_settles_it(late: Refused | NotSent) -> None:
    overdue, _ = step(sending(Kind.ISSUE_LIVE), Overdue())
    assert step(overdue, Reply(Call.ISSUE_LIVE, late))[0].state is State.REFUSED
    known = replace(overdue, card=NUMBER)
    assert step(known, Reply(Call.ISSUE_LIVE, late)) == (known, None)


def test_row_9_a_late_refusal_of_the_token_proves_nothing_of_a_live_issue() -> None:
    """A proxy that sends a request twice passes the second answer on; the first was carried out."""
    overdue, _ = step(sending(Kind.ISSUE_LIVE), Overdue())
    assert step(overdue, Reply(Call.ISSUE_LIVE, Refused(Cause.NOT_ACCEPTED))) == (overdue, None)


def test_a_plain_no_to_a_live_issue_is_believed_for_nothing_can_be_read() -> None:
    issue, effect = step(sending(Kind.ISSUE_LIVE), refused(sending(Kind.ISSUE_LIVE), words="Sold out"))
    assert (issue.state, issue.words, effect) == (State.REFUSED, "Sold out", None)


# --- row 16: a live card is there until somebody has it ---


def test_row_16_a_live_card_is_open_until_it_was_scanned_back() -> None:
    issue = live()
    assert issue.unprinted
    assert not issue.settled
    assert step(issue, RESTARTED) == (issue, None)
    issue, effect = step(issue, HandedOver())
    assert (issue.settled, issue.unprinted, effect) == (True, False, None)


@pytest.mark.parametrize("event", [Undone(), BY_ANNA])
def test_row_16_or_until_its_sale_was_undone_or_a_supervisor_closed_it(event: Undone | Closed) -> None:
    issue, _ = step(live(), event)
    assert (issue.state, issue.settled, issue.unprinted) == (State.DONE, True, False)


def test_handed_over_and_undone_are_two_ends() -> None:
    given, undone = step(live(), HandedOver())[0], step(live(), Undone())[0]
    assert (given.handed_over, given.undone) == (True, False)
    assert (undone.handed_over, undone.undone) == (False, True)


@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.ISSUE_LIVE])
def test_only_a_live_card_is_unprinted(kind: Kind) -> None:
    sale, _ = after(sending(kind), done(sending(kind), status()), sold())
    assert sale.unprinted is (kind is Kind.ISSUE_LIVE)


def test_a_closed_live_card_whose_number_comes_after_all_is_open_again() -> None:
    closed, _ = after(sending(Kind.ISSUE_LIVE), Overdue(), BY_ANNA)
    assert closed.settled
    issue, _ = step(closed, done(closed, status()))
    assert (issue.closed, issue.settled) == (None, False)
    assert step(issue, sold())[0].unprinted
