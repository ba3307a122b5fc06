"""Selling a card, row by row of the failure catalogue; what holds for both is told of undoing a sale too."""

import pytest
from msgspec.structs import replace
from unit.domain.issue_samples import (
    NO_STATUS,
    READ_IN_TIME,
    UNDONE_REPLY,
    UNKNOWN_CARD,
    after,
    done,
    lost,
    no_status,
    refused,
    sending,
    sold,
    status,
    unknown,
    unsold,
)
from unit.domain.samples import RESTARTED, balance, eur, requested

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.issue import Kind, State, step
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    PAUSES_S,
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
from centara_giftcard.domain.replies import Cause, NotSent

BY_ANNA = Closed("Anna", "card found in the drawer")
NUMBERED = [Kind.ISSUE, Kind.UNISSUE]
"""The kinds whose card can be read."""


# --- what it is beside a payment ---


@pytest.mark.parametrize("kind", Kind)
def test_on_a_sale_nothing_is_held_taken_or_left_to_pay(kind: Kind) -> None:
    issue = sending(kind)
    assert (issue.standing, issue.rest, issue.releasable, issue.taken) == (None, None, False, False)


def test_every_operation_is_called_as_the_export_calls_it() -> None:
    assert [sending(kind).kind_name for kind in Kind] == ["issue", "issue_live", "unissue"]
    assert requested().kind_name == "payment"


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
        Cause.AMOUNT_DIFFERS,
        False,
        None,
    )
    assert not issue.settled


def test_another_amount_is_noticed_when_the_card_is_read_back_too() -> None:
    issue, _ = after(sending(), done(sending()), sold(9_000))
    assert (issue.state, issue.problem) == (State.UNCLEAR, Cause.AMOUNT_DIFFERS)


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


@pytest.mark.parametrize("kind", NUMBERED)
def test_row_11_a_conflict_is_a_lost_reply(kind: Kind) -> None:
    issue, effect = step(sending(kind), unknown(sending(kind), Cause.CONFLICT))
    assert (issue.doubtful, issue.problem, effect) == (True, Cause.CONFLICT, Effect(Call.STATUS))


@pytest.mark.parametrize("kind", NUMBERED)
def test_an_answer_that_is_overdue_is_a_lost_one(kind: Kind) -> None:
    issue, effect = step(sending(kind), Overdue())
    assert (issue.doubt, issue.problem, effect) == (Doubt.LOST, Cause.TIMEOUT, Effect(Call.STATUS))


# --- row 13: a lost issue ---


def test_row_13_a_card_that_is_issued_with_our_amount_was_sold_by_us() -> None:
    issue, effect = step(lost(), sold())
    assert (issue.state, issue.worth, issue.doubt, effect) == (State.DONE, balance(5_000), None, None)


def test_row_13_our_amount_is_what_was_put_on_it_not_what_is_left() -> None:
    assert step(lost(), sold(5_000, net=1_000))[0].state is State.DONE


def test_row_13_a_card_that_stays_unissued_and_quiet_may_be_sold_again() -> None:
    issue, effect = step(lost(), unsold(at_s=100))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S))
    issue, effect = step(issue, unsold(at_s=110))
    assert (issue.state, effect) == (State.SENDING, Effect(Call.STATUS, QUIET_S - 10))
    issue, effect = step(issue, unsold(at_s=100 + QUIET_S))
    assert (issue.state, issue.settled, effect) == (State.REFUSED, True, None)


@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.ISSUE_LIVE])
def test_a_card_that_has_money_and_counts_as_not_issued_was_not_surely_not_sold(kind: Kind) -> None:
    """The server said yes, or nobody knows; `issued_when` is wrong, and no reading tells."""
    said_yes = step(sending(kind), done(sending(kind)))[0]
    rich = [StatusSeen(balance(5_000), at_s, False, eur(5_000)) for at_s in (0, 1, 1 + QUIET_S)]
    for it in (said_yes, lost()):
        issue, effect = after(it, *rich)
        assert (issue.state, issue.problem, issue.listed) == (State.UNCLEAR, Cause.ISSUED_WHEN, True)
        assert (issue.watched, effect) == (False, None)


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


def test_row_13_a_card_that_the_server_does_not_know_is_no_proof_that_it_was_not_sold() -> None:
    issue, effect = after(lost(), *[UNKNOWN_CARD] * ATTEMPTS)
    assert (issue.state, effect) == (State.UNCLEAR, Effect(Call.STATUS, WATCH_S))


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


def test_an_answer_to_another_call_is_a_bug() -> None:
    with pytest.raises(IllegalTransition, match="issue op-1 is sending: unissue Accepted"):
        step(sending(), UNDONE_REPLY)
    with pytest.raises(IllegalTransition, match="unissue op-1 is sending: issue Issued"):
        step(sending(Kind.UNISSUE), done(sending()))
