"""Selling a card and undoing a sale, row by row of the failure catalogue."""

import pytest
from msgspec.structs import replace
from unit.domain.issue_samples import (
    INSTRUMENT,
    NUMBER,
    after,
    done,
    no_status,
    refused,
    sending,
    sold,
    status,
    unknown,
    unsold,
)
from unit.domain.samples import RESTARTED, balance, eur

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.issue import HandedOver, Issue, Kind, State, Undone, step
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    PAUSES_S,
    PROOF_S,
    QUIET_S,
    WATCH_S,
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    Overdue,
    Reply,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.replies import Accepted, Cause, Issued, NotSent, Refused, StatusFailed

BY_ANNA = Closed("Anna", "card found in the drawer")
NUMBERED = [Kind.ISSUE, Kind.UNISSUE]
"""The kinds whose card can be read."""

UNKNOWN_CARD = Reply(Call.STATUS, no_status(Cause.NOT_FOUND))
UNDONE_REPLY = Reply(Call.UNISSUE, Accepted())
NO_STATUS = Reply(Call.STATUS, no_status())
READ_IN_TIME = Effect(Call.STATUS, unread_s=PROOF_S)


def live() -> Issue:
    """A card that exists and is to be printed."""
    issue = sending(Kind.ISSUE_LIVE)
    return after(issue, done(issue, status()), sold())[0]


# --- when all goes well ---


@pytest.mark.parametrize("told", [status(), None], ids=["with its document", "without a word"])
def test_a_card_is_sold_once_a_reading_agrees(told: CardStatus | None) -> None:
    issue, effect = step(sending(), done(sending(), told))
    assert (issue.state, issue.doubtful, effect) == (State.SENDING, False, READ_IN_TIME)
    issue, effect = step(issue, sold())
    assert (issue.state, issue.worth, issue.settled, effect) == (State.DONE, balance(5_000), True, None)
    assert step(issue, unsold()) == (issue, None)


@pytest.mark.parametrize("told", [status(), None], ids=["with its document", "without a word"])
def test_without_a_reading_in_time_the_servers_word_has_to_do_and_the_card_is_read_on(
    told: CardStatus | None,
) -> None:
    issue, effect = after(sending(), done(sending(), told), NO_STATUS)
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, PAUSES_S[0]))
    issue, effect = step(issue, Unread())
    assert (issue.state, issue.unread, issue.ended, issue.settled, effect) == (
        State.DONE,
        True,
        True,
        False,
        None,
    )
    for pause_s in (*PAUSES_S[1:], WATCH_S, WATCH_S):
        issue, effect = step(issue, NO_STATUS)
        assert (issue.state, effect) == (State.DONE, Effect(Call.STATUS, pause_s))
    assert step(issue, RESTARTED) == (issue, Effect(Call.STATUS))
    assert step(issue, sold())[0].settled
    reopened, effect = step(issue, unsold())
    assert (reopened.state, reopened.ended, effect) == (State.UNCLEAR, False, Effect(Call.STATUS, 1.0))
    assert after(reopened, unsold(at_s=1), unsold(at_s=1 + QUIET_S))[0].state is State.REFUSED


def test_a_word_that_comes_after_the_reading_was_made_means_nothing() -> None:
    doubted, _ = after(sending(), done(sending()), unsold())
    assert step(doubted, Unread()) == (doubted, None)


def test_a_card_that_was_accepted_and_is_not_active_is_looked_at_until_it_is() -> None:
    issue, effect = step(sending(), done(sending(), status(issued=False)))
    assert (issue.state, issue.doubtful, effect) == (State.SENDING, True, Effect(Call.STATUS, 1.0))
    assert step(issue, sold())[0].state is State.DONE


def test_a_card_that_is_read_back_as_not_active_was_not_surely_sold() -> None:
    issue, effect = after(sending(), done(sending(), None), unsold())
    assert (issue.state, issue.doubtful, effect) == (State.SENDING, True, Effect(Call.STATUS, 1.0))
    assert step(issue, sold())[0].state is State.DONE


def test_a_printed_card_is_read_again_until_it_is_known_what_is_on_it() -> None:
    printed = replace(live(), worth=None)
    assert step(printed, RESTARTED) == (printed, Effect(Call.STATUS))
    assert step(printed, sold())[0].worth == balance(5_000)
    doubted, effect = step(printed, unsold())
    assert (doubted.state, effect) == (State.UNCLEAR, Effect(Call.STATUS, 1.0))
    assert step(printed, NO_STATUS) == (printed, None)


def test_the_server_tells_the_amount_that_its_series_fixes() -> None:
    fixed = sending(amount=0, fixed=True)
    assert step(fixed, done(fixed, status(3_000)))[0].amount == eur(3_000)
    assert after(fixed, done(fixed), sold(3_000))[0].amount == eur(3_000)
    untold, _ = after(fixed, done(fixed), Unread())
    assert untold.amount == eur(0)


@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.ISSUE_LIVE])
def test_another_amount_on_the_card_than_was_paid_for_is_for_a_person(kind: Kind) -> None:
    issue, effect = step(sending(kind), done(sending(kind), status(9_000)))
    assert (issue.state, issue.problem, issue.watched, effect) == (
        State.UNCLEAR,
        Cause.MORE_HELD,
        False,
        None,
    )
    assert not issue.settled


def test_another_amount_is_noticed_when_the_card_is_read_back_too() -> None:
    issue, _ = after(sending(), done(sending()), sold(9_000))
    assert (issue.state, issue.problem) == (State.UNCLEAR, Cause.MORE_HELD)


@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.ISSUE_LIVE])
def test_a_card_with_another_amount_that_is_asked_about_again_stays_for_a_person_until_it_is_right(
    kind: Kind,
) -> None:
    wrong, _ = step(sending(kind), done(sending(kind), status(9_000)))
    asked, effect = step(wrong, AskedAgain())
    assert effect == Effect(Call.STATUS)
    assert step(asked, sold(9_000))[0].state is State.UNCLEAR
    assert step(asked, sold(5_000))[0].state is State.DONE
    restarted, effect = step(asked, RESTARTED)
    assert effect == Effect(Call.STATUS)
    assert step(restarted, sold(9_000))[0].state is State.UNCLEAR


def test_a_sale_is_undone() -> None:
    issue, effect = step(sending(Kind.UNISSUE), UNDONE_REPLY)
    assert (issue.state, issue.doubtful, effect) == (State.SENDING, False, READ_IN_TIME)
    for reading in (unsold(), UNKNOWN_CARD):
        undone, effect = step(issue, reading)
        assert (undone.state, undone.settled, effect) == (State.DONE, True, None)
        assert step(undone, sold()) == (undone, None)


def test_a_sale_whose_undoing_was_accepted_and_that_stands_is_not_undone() -> None:
    issue, effect = after(sending(Kind.UNISSUE), UNDONE_REPLY, sold(at_s=0))
    assert (issue.state, issue.doubtful, effect) == (State.SENDING, True, Effect(Call.STATUS, 1.0))
    assert step(issue, unsold())[0].state is State.DONE  # it took its time
    assert after(issue, sold(at_s=1), sold(at_s=1 + QUIET_S))[0].state is State.REFUSED


def test_a_sale_that_was_undone_on_the_servers_word_is_opened_again_where_it_stands() -> None:
    told, _ = after(sending(Kind.UNISSUE), UNDONE_REPLY, Unread())
    assert (told.state, told.settled) == (State.DONE, False)
    assert step(told, sold())[0].state is State.UNCLEAR
    assert step(told, unsold())[0].settled


# --- rows 8 to 11 ---


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("cause", [Cause.NAME, Cause.CONNECT, Cause.TLS])
def test_row_8_what_was_not_sent_did_not_happen(kind: Kind, cause: Cause) -> None:
    issue = sending(kind)
    reply = Reply(done(issue).call if kind is not Kind.UNISSUE else Call.UNISSUE, NotSent(cause))
    issue, effect = step(issue, reply)
    assert (issue.state, issue.problem, issue.settled, effect) == (State.REFUSED, cause, True, None)


@pytest.mark.parametrize("kind", NUMBERED)
def test_row_9_a_till_that_is_not_accepted_reads_the_card_until_it_is(kind: Kind) -> None:
    issue, effect = after(
        sending(kind),
        refused(sending(kind), Cause.NOT_ACCEPTED),
        Reply(Call.STATUS, no_status(Cause.NOT_ACCEPTED)),
    )
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, PAUSES_S[0]))
    issue, _ = step(issue, unsold() if kind is Kind.ISSUE else sold())
    assert (issue.state, issue.problem) == (State.REFUSED, Cause.NOT_ACCEPTED)


def test_row_10_a_busy_server_is_left_alone_then_read() -> None:
    issue, effect = step(sending(), unknown(sending(), Cause.BUSY, retry_after_s=7))
    assert (issue.doubt, effect) == (Doubt.LOST, Effect(Call.STATUS, 7))
    _, effect = step(sending(), unknown(sending(), Cause.BUSY, retry_after_s=9_999))
    assert effect == Effect(Call.STATUS, 30)


def test_row_10_a_live_card_that_a_busy_server_did_not_make_waits_for_a_new_press() -> None:
    issue, effect = step(sending(Kind.ISSUE_LIVE), unknown(sending(Kind.ISSUE_LIVE), Cause.BUSY))
    assert (issue.state, issue.problem, effect) == (State.REFUSED, Cause.BUSY, None)


@pytest.mark.parametrize("kind", NUMBERED)
def test_row_11_a_conflict_is_a_lost_reply(kind: Kind) -> None:
    issue, effect = step(sending(kind), unknown(sending(kind), Cause.CONFLICT))
    assert (issue.doubtful, issue.problem, effect) == (True, Cause.CONFLICT, Effect(Call.STATUS))


@pytest.mark.parametrize(
    "no", [refused(sending(Kind.UNISSUE)), unknown(sending(Kind.UNISSUE), Cause.CONFLICT)]
)
def test_a_sale_that_was_undone_while_the_server_said_no_is_not_paid_out_twice(no: Reply) -> None:
    issue, _ = after(sending(Kind.UNISSUE), no, unsold())
    assert (issue.state, issue.watched) == (State.UNCLEAR, False)
    asked, effect = step(issue, AskedAgain())
    assert effect == Effect(Call.STATUS)
    assert step(asked, unsold())[0].state is State.UNCLEAR
    assert (
        after(asked, *[Reply(Call.STATUS, StatusFailed(Cause.NOT_FOUND))] * ATTEMPTS)[0].state
        is State.UNCLEAR
    )


@pytest.mark.parametrize("kind", NUMBERED)
def test_an_answer_that_is_overdue_is_a_lost_one(kind: Kind) -> None:
    issue, effect = step(sending(kind), Overdue())
    assert (issue.doubt, issue.problem, effect) == (Doubt.LOST, Cause.TIMEOUT, Effect(Call.STATUS))


# --- row 13: a lost issue ---


def lost(kind: Kind = Kind.ISSUE, amount: int = 5_000) -> Issue:
    issue, effect = step(sending(kind, amount), unknown(sending(kind)))
    assert effect == Effect(Call.STATUS)
    assert issue.doubtful
    return issue


def test_row_13_a_card_that_is_issued_with_our_amount_was_sold_by_us() -> None:
    issue, effect = step(lost(), sold())
    assert (issue.state, issue.worth, issue.doubt, effect) == (State.DONE, balance(5_000), None, None)


def test_row_13_our_amount_is_what_was_put_on_it_not_what_is_left() -> None:
    assert step(lost(), sold(5_000, net=1_000))[0].state is State.DONE


def test_row_13_a_card_that_stays_unissued_and_quiet_may_be_sold_again() -> None:
    issue, effect = step(lost(), unsold(at_s=100))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S))
    assert (sending().quiet_until_s, issue.quiet_until_s) == (None, 100 + QUIET_S)
    issue, effect = step(issue, unsold(at_s=110))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S - 10))
    issue, effect = step(issue, unsold(at_s=100 + QUIET_S))
    assert (issue.state, issue.settled, effect) == (State.REFUSED, True, None)


def test_row_13_an_issue_that_arrives_late_in_the_quiet_time_is_seen() -> None:
    assert after(lost(), unsold(at_s=0), sold(at_s=30))[0].state is State.DONE


def test_row_13_a_card_that_cannot_be_read_is_left_to_a_person_after_six_and_watched_on() -> None:
    issue, pauses = lost(), []
    for _ in range(ATTEMPTS):
        assert issue.state is State.SENDING
        issue, effect = step(issue, NO_STATUS)
        pauses.append(effect.after_s if effect else None)
    assert (issue.state, issue.watched, pauses) == (State.UNCLEAR, True, [*PAUSES_S, WATCH_S])
    assert step(issue, sold())[0].state is State.DONE


def test_a_servers_wish_to_wait_is_honoured_between_readings() -> None:
    _, effect = step(lost(), Reply(Call.STATUS, no_status(Cause.BUSY, retry_after_s=20)))
    assert effect == Effect(Call.STATUS, 20)


# --- row 14: already issued ---


def test_row_14_a_card_that_stays_issued_with_another_amount_is_another_tills() -> None:
    """Not before it is quiet: where that till undoes its sale, ours can be carried out yet."""
    issue, effect = step(lost(), sold(9_000, at_s=5))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S))
    assert step(issue, sold(at_s=35))[0].state is State.DONE
    issue, effect = step(issue, sold(9_000, at_s=35))
    assert (issue.state, issue.settled, effect) == (State.REFUSED, True, None)


def test_row_14_a_conflict_about_a_card_that_another_till_sold_is_told_at_once() -> None:
    """The server answered: nothing of ours is on its way any more."""
    issue, effect = after(sending(), unknown(sending(), Cause.CONFLICT), sold(9_000))
    assert (issue.state, effect) == (State.REFUSED, None)


def test_row_14_already_issued_is_ours_only_with_our_amount() -> None:
    doubted, effect = step(sending(), refused(sending(), words="Already issued"))
    assert (doubted.state, doubted.doubt, effect) == (State.SENDING, Doubt.REFUSED, Effect(Call.STATUS))
    assert step(doubted, sold())[0].state is State.DONE
    refusal, _ = step(doubted, sold(9_000))
    assert (refusal.state, refusal.words) == (State.REFUSED, "Already issued")


def test_a_refusal_is_final_when_the_card_is_still_unissued() -> None:
    issue, effect = after(sending(), refused(sending(), words="Series closed"), unsold())
    assert (issue.state, issue.words, effect) == (State.REFUSED, "Series closed", None)


def test_row_14_where_the_series_fixes_the_amount_any_is_ours() -> None:
    issue, _ = step(lost(amount=0), sold(3_000))
    assert (issue.state, issue.amount) == (State.DONE, eur(3_000))


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


# --- rows 17 and 18: undoing a sale ---


def test_row_17_a_card_that_is_no_longer_issued_was_undone() -> None:
    issue, effect = step(lost(Kind.UNISSUE), unsold())
    assert (issue.state, issue.doubt, effect) == (State.DONE, None, None)


def test_row_17_a_card_that_the_server_no_longer_knows_and_goes_on_not_knowing_was_undone() -> None:
    issue, effect = after(lost(Kind.UNISSUE), *[UNKNOWN_CARD] * (ATTEMPTS - 1))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, PAUSES_S[-1]))
    assert sum(PAUSES_S) >= QUIET_S
    issue, effect = step(issue, UNKNOWN_CARD)
    assert (issue.state, issue.doubt, effect) == (State.DONE, None, None)


def test_row_17_any_other_word_in_between_begins_that_anew() -> None:
    issue, _ = after(lost(Kind.UNISSUE), *[UNKNOWN_CARD] * (ATTEMPTS - 1), NO_STATUS, UNKNOWN_CARD)
    assert issue.state is not State.DONE
    issue, _ = after(lost(Kind.UNISSUE), *[NO_STATUS] * (ATTEMPTS - 1), UNKNOWN_CARD)
    assert issue.state is State.SENDING


def test_row_13_a_card_that_the_server_does_not_know_is_no_proof_that_it_was_not_sold() -> None:
    issue, effect = after(lost(), *[UNKNOWN_CARD] * ATTEMPTS)
    assert (issue.state, effect) == (State.UNCLEAR, Effect(Call.STATUS, WATCH_S))


def test_row_17_a_card_that_stays_issued_and_quiet_may_be_undone_again() -> None:
    issue, effect = step(lost(Kind.UNISSUE), sold(at_s=5))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S))
    assert step(issue, unsold(at_s=35))[0].state is State.DONE
    assert step(issue, sold(at_s=35))[0].state is State.REFUSED


def test_row_17_a_refusal_is_final_while_the_card_is_as_it_was_sold() -> None:
    issue, _ = after(sending(Kind.UNISSUE), refused(sending(Kind.UNISSUE)), sold())
    assert issue.state is State.REFUSED


USED = pytest.mark.parametrize("used", [sold(net=4_000), sold(authorised=100)], ids=["taken", "on hold"])


@USED
def test_row_18_a_card_that_was_used_cannot_be_undone(used: StatusSeen) -> None:
    issue, effect = after(sending(Kind.UNISSUE), refused(sending(Kind.UNISSUE)), used)
    assert (issue.state, issue.worth, effect) == (State.REFUSED, used.balance, None)


@USED
def test_row_18_a_conflict_about_a_card_that_was_used_is_told_at_once(used: StatusSeen) -> None:
    issue, effect = after(sending(Kind.UNISSUE), unknown(sending(Kind.UNISSUE), Cause.CONFLICT), used)
    assert (issue.state, effect) == (State.REFUSED, None)


@USED
def test_row_18_a_lost_undo_of_a_used_card_is_told_once_it_is_quiet(used: StatusSeen) -> None:
    """A hold can be released again, and then what was lost on the way can be carried out yet."""
    issue, effect = step(lost(Kind.UNISSUE), used)
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S))
    assert step(issue, unsold(at_s=QUIET_S))[0].state is State.DONE
    issue, effect = step(issue, replace(used, at_s=QUIET_S))
    assert (issue.state, issue.worth, effect) == (State.REFUSED, used.balance, None)


# --- row 36 and people ---


@pytest.mark.parametrize("doubt", [None, Doubt.LOST, Doubt.REFUSED])
@pytest.mark.parametrize("kind", NUMBERED)
def test_row_36_an_intent_without_a_reply_is_read(kind: Kind, doubt: Doubt | None) -> None:
    found = replace(sending(kind), doubt=doubt, attempts=4, quiet_since_s=3.0)
    issue, effect = step(found, RESTARTED)
    assert (issue.doubt, issue.attempts, issue.quiet_since_s) == (doubt or Doubt.LOST, 0, None)
    assert effect == Effect(Call.STATUS)


def test_a_reading_that_nothing_depends_on_changes_nothing() -> None:
    assert step(sending(), sold()) == (sending(), None)
    assert step(sending(), NO_STATUS) == (sending(), None)
    ended, _ = after(sending(), refused(sending()), unsold())
    assert step(ended, sold()) == (ended, None)
    assert step(ended, NO_STATUS) == (ended, None)


def test_what_is_closed_stays_closed() -> None:
    unclear, _ = after(lost(), *[NO_STATUS] * ATTEMPTS)
    closed, effect = step(unclear, BY_ANNA)
    assert (closed.state, closed.settled, closed.closed, effect) == (State.UNCLEAR, True, BY_ANNA, None)
    assert closed.told
    assert not closed.doubtful
    for event in (sold(), NO_STATUS, AskedAgain(), Closed("Bea", "again"), RESTARTED):
        assert step(closed, event) == (closed, None)


def test_a_closed_live_card_whose_number_comes_after_all_is_open_again() -> None:
    closed, _ = after(sending(Kind.ISSUE_LIVE), Overdue(), BY_ANNA)
    assert closed.settled
    issue, _ = step(closed, done(closed, status()))
    assert (issue.closed, issue.settled) == (None, False)
    assert step(issue, sold())[0].unprinted


def test_an_answer_to_another_call_is_a_bug() -> None:
    with pytest.raises(IllegalTransition, match="issue op-1 is sending: unissue Accepted"):
        step(sending(), UNDONE_REPLY)
    with pytest.raises(IllegalTransition, match="unissue op-1 is sending: issue Issued"):
        step(sending(Kind.UNISSUE), done(sending()))
