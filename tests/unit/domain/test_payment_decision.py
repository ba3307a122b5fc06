"""Taking a hold, and what taking and releasing have in common, row by row of the failure catalogue."""

import pytest
from msgspec.structs import replace
from unit.domain.samples import (
    CODE,
    NO_STATUS,
    READ_IN_TIME,
    RESTARTED,
    accepted,
    after,
    balance,
    cancelling,
    committing,
    eur,
    held,
    placed,
    refused,
    requested,
    seen,
    unknown,
)

from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    PAUSES_S,
    QUIET_S,
    WATCH_S,
    Call,
    Closed,
    Doubt,
    Effect,
    Reply,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Decision, Event, Payment, Release, State, Take, step
from centara_giftcard.domain.replies import Cause, NotSent


def test_f12_takes_the_hold_and_it_is_paid_once_a_reading_agrees() -> None:
    payment, effect = step(held(), Take())
    assert (payment.state, payment.decision, effect) == (State.COMMITTING, Decision.TAKE, Effect(Call.COMMIT))
    payment, effect = step(payment, accepted(Call.COMMIT))
    assert (payment.state, payment.doubtful, effect) == (State.COMMITTING, False, READ_IN_TIME)
    payment, effect = step(payment, seen(7_500, 500))
    assert (payment.state, payment.after, effect) == (State.COMMITTED, balance(7_500, 500), None)
    assert (payment.settled, payment.unread) == (True, False)


# --- row 28b: a yes, and what is read after it ---


def said_yes(read: bool = True) -> Payment:
    return step(committing(read), accepted(Call.COMMIT))[0]


@pytest.mark.parametrize("read", [True, False], ids=["read under the hold", "never read"])
def test_row_28b_a_yes_after_which_nothing_moved_is_not_believed_and_the_commit_is_made_again(
    read: bool,
) -> None:
    payment, effect = step(said_yes(read), seen(authorised=3_000))
    assert (payment.state, payment.doubtful, effect) == (
        State.COMMITTING,
        True,
        Effect(Call.COMMIT, PAUSES_S[0]),
    )
    payment, effect = step(payment, accepted(Call.COMMIT))
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.STATUS))  # no word is enough any more
    assert step(payment, Unread()) == (payment, None)
    assert step(payment, seen(7_500, 500))[0].state is State.COMMITTED


def test_row_28b_a_server_that_says_yes_for_ever_and_does_nothing_ends_with_a_person() -> None:
    payment = committing()
    for _ in range(ATTEMPTS):
        assert payment.state is State.COMMITTING
        payment, effect = after(payment, accepted(Call.COMMIT), seen(authorised=3_000))
    assert (payment.state, effect) == (State.UNCLEAR, Effect(Call.COMMIT, WATCH_S))
    assert payment.watched


def test_row_28b_yes_after_yes_while_the_card_stays_otherwise_than_was_said_ends_with_a_person() -> None:
    """The hold was never read, less of it was taken, and another's stands on the card since."""
    payment = committing(read=False)
    for _ in range(ATTEMPTS):
        assert payment.watched
        payment, effect = after(payment, accepted(Call.COMMIT), seen(12_000, 4_500))
        assert effect is not None
    payment, effect = after(payment, accepted(Call.COMMIT), seen(12_000, 4_500))
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


def test_row_28b_a_yes_and_the_hold_gone_and_nothing_taken_is_not_paid_once_the_card_is_quiet() -> None:
    payment, effect = step(said_yes(), seen(authorised=500, at_s=100))
    assert (payment.state, payment.doubtful, effect) == (
        State.COMMITTING,
        True,
        Effect(Call.STATUS, QUIET_S),
    )
    assert step(payment, Unread()) == (payment, None)
    lapsed, effect = step(payment, seen(authorised=500, at_s=100 + QUIET_S))
    assert (lapsed.state, lapsed.decision, effect) == (State.NOT_HELD, Decision.TAKE, None)
    booked, _ = step(payment, seen(7_500, 500, at_s=106))  # 6 s after the hold was gone
    assert booked.state is State.COMMITTED


def test_a_quiet_card_is_one_from_which_nothing_is_taken_for_so_long() -> None:
    payment, _ = step(said_yes(), seen(authorised=500, at_s=0))
    assert (
        step(payment, seen(authorised=400, at_s=QUIET_S))[0].state is State.NOT_HELD
    )  # another's hold ended


def lapsed_in_the_quiet_time() -> Payment:
    """Held and read under the hold; then nobody can say what became of the commit, and the hold is gone."""
    return after(committing(), unknown(Call.COMMIT), seen(authorised=0, at_s=100))[0]


def test_row_29_another_tills_hold_in_the_quiet_time_does_not_bring_ours_back() -> None:
    """Seed 210020130: the commit was asked for again and again for what had been seen to be gone."""
    quiet = lapsed_in_the_quiet_time()
    early, effect = step(quiet, seen(authorised=9_000, at_s=100 + QUIET_S / 3))  # the card was scanned again
    assert (early.state, early.seen, effect) == (
        quiet.state,
        quiet.seen,
        Effect(Call.STATUS, QUIET_S * 2 / 3),
    )
    over, effect = step(early, seen(authorised=9_500, at_s=100 + QUIET_S))
    assert (over.state, over.after, effect) == (State.NOT_HELD, balance(authorised=9_500), None)


def test_row_30_as_much_taken_in_the_quiet_time_is_our_commit_whatever_else_is_held() -> None:
    paid, _ = step(lapsed_in_the_quiet_time(), seen(7_500, 9_000, at_s=106))
    assert (paid.state, paid.after) == (State.COMMITTED, balance(7_500, 9_000))


def test_a_hold_that_only_may_have_been_gone_may_be_hidden_by_anothers() -> None:
    """As much less was held twice, which may have been another till's: then more is held again."""
    fallen = seen(authorised=3_000, at_s=100)
    payment = replace(committing(), holding=balance(authorised=5_500))
    quiet, _ = after(payment, unknown(Call.COMMIT), fallen)
    for _ in range(2):
        quiet, _ = after(quiet, unknown(Call.COMMIT), fallen)
    assert quiet.quiet_since_s is not None
    again, effect = step(quiet, seen(authorised=5_500, at_s=100 + QUIET_S))
    assert (again.state, again.quiet_since_s, effect is not None and effect.call) == (
        State.COMMITTING,
        None,
        Call.COMMIT,
    )


@pytest.mark.parametrize(
    "reading",
    [seen(7_500, 900), seen(7_500, 0), seen(7_000, 500), seen(5_000, 3_000)],
    ids=["holds more", "its hold ended", "took something", "took as much as it held"],
)
def test_row_28b_where_another_till_moved_the_card_a_yes_is_believed(reading: StatusSeen) -> None:
    payment, effect = step(said_yes(), reading)
    assert (payment.state, payment.after, effect) == (State.COMMITTED, reading.balance, None)


@pytest.mark.parametrize(
    "reading",
    [seen(10_000, 3_900), seen(9_000, 3_000), seen(9_000, 500)],
    ids=["holds", "took", "took, gone"],
)
def test_row_28b_but_not_where_less_was_taken_than_ours(reading: StatusSeen) -> None:
    """Nothing puts money back on a card: our commit lowers the balance by all of ours, whatever others do."""
    payment, effect = step(said_yes(), reading)
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, PAUSES_S[0]))


def test_row_28b_without_a_reading_in_time_the_servers_word_has_to_do() -> None:
    payment, effect = step(said_yes(), NO_STATUS)
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.STATUS, PAUSES_S[0]))
    paid, effect = step(payment, Unread())
    assert (paid.state, paid.after, paid.unread, effect) == (State.COMMITTED, None, True, None)
    assert (paid.told, paid.ended, paid.settled) == (True, True, False)
    for pause_s in (*PAUSES_S[1:], WATCH_S, WATCH_S):  # the reading is tried on, and nobody is alarmed
        paid, effect = step(paid, NO_STATUS)
        assert (paid.state, effect) == (State.COMMITTED, Effect(Call.STATUS, pause_s))
    settled, effect = step(paid, seen(7_500, 500))
    assert (settled.state, settled.settled, settled.unread, effect) == (State.COMMITTED, True, False, None)


@pytest.mark.parametrize(
    ("reading", "then"),
    [
        (seen(authorised=3_000), Effect(Call.COMMIT, PAUSES_S[0])),
        (seen(authorised=500), Effect(Call.STATUS, QUIET_S)),
    ],
    ids=["still held", "gone"],
)
def test_row_28b_a_later_reading_that_contradicts_opens_it_again(reading: StatusSeen, then: Effect) -> None:
    paid, _ = after(said_yes(), Unread(), NO_STATUS, NO_STATUS)
    payment, effect = step(paid, reading)
    assert (payment.state, payment.ended, payment.doubtful, effect) == (State.COMMITTING, False, True, then)


def test_row_28b_what_stands_on_a_word_is_read_after_a_restart_and_can_be_closed() -> None:
    paid, _ = after(said_yes(), Unread())
    assert step(paid, RESTARTED) == (paid, Effect(Call.STATUS))
    closed, effect = step(paid, Closed("Anna", "seen on the server"))
    assert (closed.state, closed.settled, effect) == (State.COMMITTED, True, None)
    assert step(closed, seen(authorised=3_000)) == (closed, None)


def test_a_word_that_is_proven_needs_no_more_readings() -> None:
    paid, _ = step(said_yes(), seen(7_500, 500))
    for event in (seen(authorised=3_000), NO_STATUS):
        assert step(paid, event) == (paid, None)


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
def test_a_reading_that_nothing_depends_on_changes_nothing(decided: Payment, event: Event) -> None:
    assert step(decided, event) == (decided, None)


@pytest.mark.parametrize(
    "cause", [Cause.BUSY, Cause.SERVER_ERROR, Cause.TIMEOUT, Cause.LOST, Cause.UNREADABLE]
)
def test_row_28_a_lost_commit_is_repeated_after_growing_pauses_and_a_person_is_asked_after_six(
    cause: Cause,
) -> None:
    payment, pauses = committing(), []
    readings: list[Event] = [seen(authorised=3_000), NO_STATUS] * (ATTEMPTS // 2)
    for reading in readings:
        assert (payment.state, payment.decision) == (State.COMMITTING, Decision.TAKE)
        payment, effect = step(payment, unknown(Call.COMMIT, cause))
        assert effect == Effect(Call.STATUS)
        payment, effect = step(payment, reading)  # the commit is made again, whether it can be read or not
        assert effect is not None
        assert effect.call is Call.COMMIT
        pauses.append(effect.after_s)
    assert (payment.state, pauses) == (State.UNCLEAR, [*PAUSES_S, WATCH_S])
    assert after(payment, accepted(Call.COMMIT), seen(7_500, 500))[0].state is State.COMMITTED


def test_row_28_a_lost_commit_that_was_done_is_proven_by_both_figures() -> None:
    payment, effect = after(committing(), unknown(Call.COMMIT), seen(7_500, 500))
    assert (payment.state, payment.settled, effect) == (State.COMMITTED, True, None)


def test_row_28_while_other_tills_move_the_card_a_lost_commit_is_made_again() -> None:
    payment, effect = after(committing(), unknown(Call.COMMIT), seen(9_000, 3_000))
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, PAUSES_S[0]))


def test_row_28_a_commit_that_was_not_sent_is_repeated_too() -> None:
    payment, effect = step(committing(), Reply(Call.COMMIT, NotSent(Cause.CONNECT)))
    assert (payment.problem, effect) == (Cause.CONNECT, Effect(Call.COMMIT, PAUSES_S[0]))


def test_row_10_a_busy_server_is_given_the_time_it_asks_for() -> None:
    _, effect = step(committing(), unknown(Call.COMMIT, Cause.BUSY, retry_after_s=9))
    assert effect == Effect(Call.STATUS, 9)


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


@pytest.mark.parametrize("lost_before", [False, True], ids=["row 29", "row 30"])
@pytest.mark.parametrize("read", [True, False], ids=["read under the hold", "never read"])
@pytest.mark.parametrize(
    ("net", "authorised", "state"),
    [
        (7_500, 500, None),
        (10_000, 500, State.NOT_HELD),
        (10_000, 3_000, State.UNCLEAR),
        (7_500, 3_000, State.UNCLEAR),
        (7_000, 500, State.UNCLEAR),
        (10_000, 0, State.NOT_HELD),
    ],
    ids=["both fell", "hold gone", "unmoved", "net only", "net fell more", "another hold ended"],
)
def test_rows_29_and_30_a_refused_commit_is_judged_by_comparison(
    net: int, authorised: int, state: State | None, read: bool, lost_before: bool
) -> None:
    """Both figures fell: after a plain no our hold may have lapsed, and another till have taken as much."""
    lost = (unknown(Call.COMMIT), NO_STATUS) * lost_before
    payment, effect = after(committing(read), *lost, refused(Call.COMMIT, words="gone"))
    assert (payment.doubt, effect) == (Doubt.REFUSED, Effect(Call.STATUS))
    payment, effect = step(payment, seen(net, authorised))
    if state is State.NOT_HELD:
        assert (payment.state, effect) == (State.COMMITTING, Effect(Call.STATUS, QUIET_S))
        payment, effect = step(payment, seen(net, authorised, QUIET_S))
    expected = state or (State.COMMITTED if lost_before else State.UNCLEAR)
    assert (payment.state, payment.decision, effect) == (expected, Decision.TAKE, None)


def test_a_yes_is_not_believed_where_the_hold_alone_explains_the_fall() -> None:
    """Never read under the hold, and `net_excludes_holds` set wrongly (seed 95003363)."""
    payment, _ = after(requested(), placed(), Unread(), Take(), accepted(Call.COMMIT))
    payment, effect = step(payment, seen(7_500, 2_500))
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, PAUSES_S[0]))
    assert after(payment, accepted(Call.COMMIT), seen(7_500, 0))[0].state is State.COMMITTED


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
    assert not after(committing(), unknown(Call.COMMIT), NO_STATUS, accepted(Call.COMMIT))[0].doubtful
    assert not after(committing(), *[unknown(Call.COMMIT), NO_STATUS] * ATTEMPTS)[0].doubtful


def test_what_was_told_is_opened_again_also_where_the_fall_may_be_another_tills() -> None:
    crowded = seen(10_000, 5_000)
    paid, _ = after(requested(), placed(), crowded, Take(), accepted(Call.COMMIT), Unread())
    payment, effect = step(paid, seen(10_000, 2_500))
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, PAUSES_S[0]))
