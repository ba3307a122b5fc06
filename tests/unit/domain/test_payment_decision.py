"""Taking and releasing a hold, row by row of the failure catalogue."""

from dataclasses import replace

import pytest
from samples import (
    CODE,
    RESTARTED,
    accepted,
    after,
    balance,
    eur,
    placed,
    refused,
    requested,
    seen,
    unknown,
)

from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.operation import ATTEMPTS, PAUSES_S, WATCH_S, Call, Doubt, Effect, Reply
from centara_giftcard.domain.payment import Decision, Payment, Release, State, Take, step
from centara_giftcard.domain.replies import Cause, NotSent, StatusFailed

NO_STATUS = Reply(Call.STATUS, StatusFailed(Cause.TIMEOUT))


def held(read: bool = True) -> Payment:
    """25.00 of 100.00 are held; beside them stand 5.00 of another till."""
    payment, _ = step(requested(authorised=500), placed())
    return step(payment, seen(authorised=3_000))[0] if read else payment


def committing(read: bool = True) -> Payment:
    return step(held(read), Take())[0]


def cancelling(read: bool = True) -> Payment:
    return step(held(read), Release())[0]


def test_f12_takes_the_hold_and_the_balance_is_read_again() -> None:
    payment, effect = step(held(), Take())
    assert (payment.state, payment.decision, effect) == (State.COMMITTING, Decision.TAKE, Effect(Call.COMMIT))
    payment, effect = step(payment, accepted(Call.COMMIT))
    assert (payment.state, effect) == (State.COMMITTED, Effect(Call.STATUS))
    payment, effect = step(payment, seen(7_500, 500))
    assert (payment.after, effect) == (balance(7_500, 500), None)


def test_a_taken_payment_needs_no_balance_to_be_over() -> None:
    payment, _ = step(committing(), accepted(Call.COMMIT))
    assert step(payment, NO_STATUS) == (payment, None)


def test_esc_releases_the_hold() -> None:
    payment, effect = step(held(), Release())
    assert (payment.state, payment.decision, effect) == (
        State.CANCELLING,
        Decision.RELEASE,
        Effect(Call.CANCEL),
    )
    payment, effect = step(payment, accepted(Call.CANCEL))
    assert (payment.state, effect) == (State.CANCELLED, None)


@pytest.mark.parametrize("state", [s for s in State if s is not State.HELD])
def test_only_a_hold_can_be_taken(state: State) -> None:
    with pytest.raises(IllegalTransition):
        step(replace(held(), state=state), Take())


@pytest.mark.parametrize("state", [s for s in State if s is not State.HELD])
@pytest.mark.parametrize("decided", [committing(), cancelling()], ids=["taken", "released"])
def test_what_was_decided_cannot_be_released(decided: Payment, state: State) -> None:
    with pytest.raises(IllegalTransition):
        step(replace(decided, state=state), Release())


def test_a_reading_under_the_hold_that_fails_does_no_harm() -> None:
    assert step(held(read=False), NO_STATUS) == (held(read=False), None)


@pytest.mark.parametrize("event", [NO_STATUS, seen(authorised=3_000), seen(1)])
@pytest.mark.parametrize("decided", [committing(), cancelling()])
def test_a_reading_that_nothing_depends_on_changes_nothing(decided: Payment, event: Reply) -> None:
    assert step(decided, event) == (decided, None)


@pytest.mark.parametrize(
    "cause", [Cause.BUSY, Cause.SERVER_ERROR, Cause.TIMEOUT, Cause.LOST, Cause.UNREADABLE]
)
def test_row_28_a_lost_commit_is_repeated_after_growing_pauses_and_a_person_is_asked_after_six(
    cause: Cause,
) -> None:
    payment, pauses = committing(), []
    for _ in range(ATTEMPTS):
        assert (payment.state, payment.decision) == (State.COMMITTING, Decision.TAKE)
        payment, effect = step(payment, unknown(Call.COMMIT, cause))
        assert effect is not None
        assert effect.call is Call.COMMIT
        pauses.append(effect.after_s)
    assert (payment.state, pauses) == (State.UNCLEAR, [*PAUSES_S, WATCH_S])
    assert step(payment, accepted(Call.COMMIT))[0].state is State.COMMITTED


def test_row_28_a_commit_that_was_not_sent_is_repeated_too() -> None:
    payment, effect = step(committing(), Reply(Call.COMMIT, NotSent(Cause.CONNECT)))
    assert (payment.problem, effect) == (Cause.CONNECT, Effect(Call.COMMIT, PAUSES_S[0]))


def test_row_10_a_busy_server_is_given_the_time_it_asks_for() -> None:
    _, effect = step(committing(), unknown(Call.COMMIT, Cause.BUSY, retry_after_s=9))
    assert effect == Effect(Call.COMMIT, 9)


def test_row_9_a_refused_token_proves_nothing_and_the_decision_waits_for_a_new_one() -> None:
    payment, effect = step(committing(), refused(Call.COMMIT, Cause.NOT_ACCEPTED))
    assert (payment.state, payment.doubt, effect) == (
        State.COMMITTING,
        None,
        Effect(Call.COMMIT, PAUSES_S[0]),
    )


def test_row_11_a_conflict_is_compared_before_the_commit_is_repeated() -> None:
    payment, effect = step(committing(), unknown(Call.COMMIT, Cause.CONFLICT))
    assert effect == Effect(Call.STATUS)
    assert step(payment, seen(7_500, 500))[0].state is State.COMMITTED
    payment, effect = step(payment, seen(authorised=3_000))
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, PAUSES_S[0]))


def test_row_11_a_conflict_for_ever_ends_with_a_person() -> None:
    payment = committing()
    for _ in range(ATTEMPTS):
        payment, _ = after(payment, unknown(Call.COMMIT, Cause.CONFLICT), seen(authorised=3_000))
    assert payment.state is State.UNCLEAR


@pytest.mark.parametrize("earlier_losses", [0, 2], ids=["row 29", "row 30"])
@pytest.mark.parametrize("read", [True, False], ids=["read under the hold", "never read"])
@pytest.mark.parametrize(
    ("net", "authorised", "state"),
    [
        (7_500, 500, State.COMMITTED),
        (10_000, 500, State.NOT_HELD),
        (10_000, 3_000, State.UNCLEAR),
        (7_500, 3_000, State.UNCLEAR),
        (7_000, 500, State.UNCLEAR),
        (10_000, 0, State.NOT_HELD),
    ],
    ids=["both fell", "hold gone", "unmoved", "net only", "net fell more", "another hold ended"],
)
def test_rows_29_and_30_a_refused_commit_is_judged_by_comparison(
    net: int, authorised: int, state: State, read: bool, earlier_losses: int
) -> None:
    payment, effect = after(
        committing(read), *[unknown(Call.COMMIT)] * earlier_losses, refused(Call.COMMIT, words="gone")
    )
    assert (payment.doubt, effect) == (Doubt.REFUSED, Effect(Call.STATUS))
    payment, effect = step(payment, seen(net, authorised))
    assert (payment.state, payment.decision, effect) == (state, Decision.TAKE, None)


@pytest.mark.parametrize("read", [True, False])
def test_row_31_a_refused_cancel_is_done_when_the_hold_fell_without_a_debit(read: bool) -> None:
    payment, effect = step(cancelling(read), refused(Call.CANCEL))
    assert effect == Effect(Call.STATUS)
    assert step(payment, seen(authorised=500))[0].state is State.CANCELLED


def test_row_31_a_refused_cancel_is_repeated_while_the_hold_stands() -> None:
    payment, effect = after(cancelling(), refused(Call.CANCEL), seen(authorised=3_000))
    assert (payment.state, payment.doubt, effect) == (
        State.CANCELLING,
        None,
        Effect(Call.CANCEL, PAUSES_S[0]),
    )


def test_row_31_a_cancelled_hold_that_was_debited_is_for_a_person() -> None:
    payment, effect = after(cancelling(), refused(Call.CANCEL), seen(7_500, 500))
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


@pytest.mark.parametrize("net", [10_000, 7_500], ids=["gone", "taken"])
def test_a_fall_that_may_be_another_tills_settles_only_when_a_repeat_is_refused_too(net: int) -> None:
    """Another till had 2 500 on hold on the same card: the fall may be its hold, not ours."""
    crowded = seen(10_000, 5_000)
    payment, _ = after(requested(), placed(), crowded, Take(), refused(Call.COMMIT))
    fallen = seen(net, 2_500)
    payment, effect = step(payment, fallen)
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, PAUSES_S[0]))
    assert step(payment, accepted(Call.COMMIT))[0].state is State.COMMITTED
    payment, _ = after(payment, refused(Call.COMMIT), fallen)
    assert payment.state is (State.NOT_HELD if net == 10_000 else State.COMMITTED)


def test_a_hold_that_lapsed_before_it_was_read_is_not_released_for_ever() -> None:
    payment, _ = after(requested(), placed(), seen(10_000, 0), Release(), refused(Call.CANCEL))
    assert step(payment, seen(10_000, 0))[0].state is State.CANCELLED


def test_row_31_a_lost_cancel_is_repeated_and_a_person_is_asked_after_six() -> None:
    payment, effect = after(cancelling(), *[unknown(Call.CANCEL)] * ATTEMPTS)
    assert (payment.state, effect) == (State.UNCLEAR, Effect(Call.CANCEL, WATCH_S))
    assert step(payment, accepted(Call.CANCEL))[0].state is State.CANCELLED


def test_a_comparison_that_cannot_be_made_is_tried_again() -> None:
    payment, effect = after(committing(), refused(Call.COMMIT), NO_STATUS)
    assert (payment.doubt, effect) == (Doubt.REFUSED, Effect(Call.STATUS, PAUSES_S[0]))


def test_row_36_a_hold_without_a_decision_is_released() -> None:
    payment, effect = step(held(), RESTARTED)
    assert (payment.decision, effect) == (Decision.RELEASE, Effect(Call.CANCEL))


@pytest.mark.parametrize(
    ("decided", "call"), [(committing(), Call.COMMIT), (cancelling(), Call.CANCEL)], ids=["take", "release"]
)
def test_row_36_a_decision_is_repeated(decided: Payment, call: Call) -> None:
    tried, _ = after(decided, unknown(call), refused(call))
    payment, effect = step(tried, RESTARTED)
    assert (payment.decision, payment.attempts, payment.doubt, effect) == (
        decided.decision,
        0,
        None,
        Effect(call),
    )


@pytest.mark.parametrize(("decided", "call"), [(committing(), Call.CANCEL), (cancelling(), Call.COMMIT)])
@pytest.mark.parametrize("state", [State.COMMITTING, State.CANCELLING, State.UNCLEAR])
def test_the_answer_to_the_other_decision_is_a_bug(decided: Payment, call: Call, state: State) -> None:
    with pytest.raises(IllegalTransition):
        step(replace(decided, state=state), accepted(call))


def test_a_decision_without_a_hold_is_a_bug() -> None:
    broken = replace(committing(), held=None, doubt=Doubt.REFUSED, auth_code=CODE)
    with pytest.raises(IllegalTransition, match="decided without a hold"):
        step(broken, seen())


def test_the_amount_in_play_is_what_is_held() -> None:
    assert committing().amount == eur(2_500)


def test_a_payment_is_doubtful_from_an_unclean_answer_until_all_is_told() -> None:
    assert not committing().doubtful
    assert after(committing(), unknown(Call.COMMIT))[0].doubtful
    assert after(committing(), refused(Call.COMMIT))[0].doubtful
    assert not after(committing(), unknown(Call.COMMIT), accepted(Call.COMMIT))[0].doubtful
    assert not after(committing(), *[unknown(Call.COMMIT)] * ATTEMPTS)[0].doubtful
