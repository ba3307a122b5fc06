"""Undoing a sale: rows 17 and 18 of the failure catalogue."""

import pytest
from msgspec.structs import replace
from unit.domain.issue_samples import (
    NO_STATUS,
    READ_IN_TIME,
    UNDONE_REPLY,
    UNKNOWN_CARD,
    after,
    lost,
    refused,
    sending,
    sold,
    unknown,
    unsold,
)
from unit.domain.samples import balance, eur

from centara_giftcard.domain.issue import Kind, State, step
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    PAUSES_S,
    QUIET_S,
    AskedAgain,
    Call,
    Effect,
    Reply,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.replies import Cause, StatusFailed


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


def test_a_card_that_counts_as_issued_and_has_nothing_was_not_surely_not_undone() -> None:
    empty = [StatusSeen(balance(0), at_s, issued=True, original=eur(0)) for at_s in (0, 1, 1 + QUIET_S)]
    issue, _ = after(sending(Kind.UNISSUE), UNDONE_REPLY, *empty)
    assert (issue.state, issue.problem) == (State.UNCLEAR, Cause.ISSUED_WHEN)
    spent = [StatusSeen(balance(0), at_s, issued=True, original=eur(5_000)) for at_s in (0, 1, 1 + QUIET_S)]
    assert after(sending(Kind.UNISSUE), UNDONE_REPLY, *spent)[0].state is State.REFUSED


def test_a_sale_that_was_undone_on_the_servers_word_is_opened_again_where_it_stands() -> None:
    told, _ = after(sending(Kind.UNISSUE), UNDONE_REPLY, Unread())
    assert (told.state, told.settled) == (State.DONE, False)
    assert step(told, sold())[0].state is State.UNCLEAR
    assert step(told, unsold())[0].settled


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
