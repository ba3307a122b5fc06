"""The request for a hold, row by row of the failure catalogue."""

from dataclasses import replace

import pytest
from samples import CODE, RESTARTED, after, eur, placed, refused, requested, seen, unknown

from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    PAUSES_S,
    QUIET_S,
    WATCH_S,
    Call,
    Doubt,
    Effect,
    Overdue,
    Reply,
    Restarted,
    StatusSeen,
)
from centara_giftcard.domain.payment import Decision, State, Take, step
from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown, StatusFailed

NO_STATUS = Reply(Call.STATUS, StatusFailed(Cause.TIMEOUT))


def test_a_hold_is_placed_and_the_balance_under_it_is_read() -> None:
    payment, effect = step(requested(), placed())
    assert (payment.state, payment.held, payment.auth_code) == (State.HELD, eur(2_500), CODE)
    assert effect == Effect(Call.STATUS)
    payment, effect = step(payment, seen(authorised=2_500))
    assert (payment.holding, effect) == (seen(authorised=2_500).balance, None)


def test_a_reply_that_brings_the_balance_saves_the_reading() -> None:
    told = seen(authorised=2_500).balance
    payment, effect = step(requested(), placed(told=told))
    assert (payment.holding, effect) == (told, None)


def test_a_part_may_be_held() -> None:
    payment, _ = step(requested(2_500), placed(1_000))
    assert (payment.state, payment.amount) == (State.HELD, eur(1_000))


def test_a_hold_of_nothing_is_not_shown_as_what_was_asked() -> None:
    payment, _ = step(requested(2_500), placed(0))
    assert payment.amount == eur(0)


@pytest.mark.parametrize("cause", [Cause.NAME, Cause.CONNECT, Cause.TLS])
def test_row_8_not_sent_is_not_held(cause: Cause) -> None:
    payment, effect = step(requested(), Reply(Call.PAY, NotSent(cause)))
    assert (payment.state, payment.problem, effect) == (State.NOT_HELD, cause, None)


def test_row_9_a_till_that_is_not_accepted_reads_the_status_until_it_is() -> None:
    payment, effect = after(
        requested(),
        refused(Call.PAY, Cause.NOT_ACCEPTED),
        Reply(Call.STATUS, StatusFailed(Cause.NOT_ACCEPTED)),
    )
    assert (payment.state, effect) == (State.REQUESTING, Effect(Call.STATUS, PAUSES_S[0]))
    payment, effect = step(payment, seen())
    assert (payment.state, payment.problem, effect) == (State.REFUSED, Cause.NOT_ACCEPTED, None)


def test_row_10_a_busy_server_is_left_alone_then_read() -> None:
    payment, effect = step(requested(), unknown(Call.PAY, Cause.BUSY, retry_after_s=7))
    assert (payment.doubt, effect) == (Doubt.LOST, Effect(Call.STATUS, 7))


def test_row_11_a_conflict_is_a_lost_reply() -> None:
    payment, effect = step(requested(), unknown(Call.PAY, Cause.CONFLICT))
    assert (payment.doubt, effect) == (Doubt.LOST, Effect(Call.STATUS))


@pytest.mark.parametrize("decision", list(Decision))
def test_row_12_a_duplicate_reply_never_touches_a_decision(decision: Decision) -> None:
    decided = replace(requested(), state=State.UNCLEAR, decision=decision, auth_code=CODE, held=eur(2_500))
    again = Reply(Call.PAY, OutcomeUnknown(Cause.UNREADABLE, auth_code=CODE))
    for duplicate in (placed(), again):
        assert step(decided, duplicate) == (decided, None)


def test_row_19_unchanged_and_quiet_is_not_held() -> None:
    payment, effect = after(requested(), unknown(Call.PAY), seen(at_s=100))
    assert (payment.state, effect) == (State.REQUESTING, Effect(Call.STATUS, QUIET_S))
    payment, effect = step(payment, seen(at_s=100 + QUIET_S))
    assert (payment.state, effect) == (State.NOT_HELD, None)


def test_row_19_a_second_look_that_comes_too_early_is_no_proof() -> None:
    payment, effect = after(requested(), unknown(Call.PAY), seen(at_s=100), seen(at_s=110))
    assert (payment.state, effect) == (State.REQUESTING, Effect(Call.STATUS, QUIET_S - 10))


def test_row_19_a_hold_that_appears_in_the_quiet_window_is_seen() -> None:
    payment, _ = after(requested(), unknown(Call.PAY), seen(at_s=0), seen(authorised=2_500, at_s=30))
    assert payment.state is State.ORPHAN_HOLD


def test_row_20_grown_by_our_amount_is_an_orphan_hold() -> None:
    payment, effect = after(requested(authorised=500), unknown(Call.PAY), seen(authorised=3_000))
    assert (payment.state, payment.decision, effect) == (State.ORPHAN_HOLD, None, None)
    assert payment.told


@pytest.mark.parametrize("reading", [seen(authorised=1), seen(9_000), seen(9_000, 2_500), seen(7_500)])
@pytest.mark.parametrize("doubt", [unknown(Call.PAY), refused(Call.PAY)])
def test_row_21_changed_in_another_way_is_for_a_person(doubt: Reply, reading: StatusSeen) -> None:
    payment, effect = after(requested(), doubt, reading)
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


def test_row_21_a_hold_of_another_till_that_ended_is_for_a_person_too() -> None:
    payment, _ = after(requested(authorised=500), unknown(Call.PAY), seen(authorised=0))
    assert payment.state is State.UNCLEAR


def test_row_22_after_the_screen_gave_up_a_late_hold_is_released() -> None:
    payment, effect = step(requested(), Overdue())
    assert (payment.problem, effect) == (Cause.TIMEOUT, Effect(Call.STATUS))
    payment, effect = step(payment, placed())
    assert (payment.state, payment.decision, effect) == (
        State.CANCELLING,
        Decision.RELEASE,
        Effect(Call.CANCEL),
    )


@pytest.mark.parametrize(
    "readings",
    [(seen(), seen(at_s=QUIET_S)), (seen(authorised=2_500),), (seen(9_000),)],
    ids=["not held", "orphan", "unclear"],
)
def test_row_22_a_hold_is_released_however_late_it_is_known(readings: tuple[StatusSeen, ...]) -> None:
    told, _ = after(requested(), Overdue(), *readings)
    assert told.told
    payment, effect = step(told, placed())
    assert (payment.state, effect, payment.watched) == (State.CANCELLING, Effect(Call.CANCEL), True)


def test_row_22_other_late_answers_change_nothing() -> None:
    told, _ = after(requested(), Overdue(), seen(), seen(at_s=QUIET_S))
    late = (unknown(Call.PAY), refused(Call.PAY), Reply(Call.PAY, NotSent(Cause.CONNECT)), NO_STATUS, seen())
    for event in late:
        assert step(told, event) == (told, None)


def test_row_22_a_late_refusal_still_waits_for_the_status_that_is_under_way() -> None:
    payment, effect = after(requested(), Overdue(), refused(Call.PAY, words="no"))
    assert (payment.doubt, effect) == (Doubt.LOST, None)  # that status may be from before the refusal
    payment, _ = after(payment, seen(), seen(at_s=QUIET_S))
    assert (payment.state, payment.words) == (State.NOT_HELD, "no")


def test_row_22_a_late_loss_adds_nothing_to_the_doubt() -> None:
    payment, _ = step(requested(), Overdue())
    assert step(payment, unknown(Call.PAY)) == (payment, None)


def test_row_23_a_refusal_is_final_only_when_nothing_moved() -> None:
    payment, effect = step(requested(), refused(Call.PAY, words="Blocked"))
    assert (payment.state, effect) == (State.REQUESTING, Effect(Call.STATUS))
    assert step(payment, seen())[0].state is State.REFUSED
    assert step(payment, seen(authorised=2_500))[0].state is State.ORPHAN_HOLD


def test_row_24_a_server_error_is_a_lost_reply() -> None:
    payment, effect = step(requested(), unknown(Call.PAY, Cause.SERVER_ERROR))
    assert (payment.doubt, payment.problem, effect) == (Doubt.LOST, Cause.SERVER_ERROR, Effect(Call.STATUS))


@pytest.mark.parametrize("given_up", [False, True])
def test_row_25_a_code_in_an_unreadable_reply_is_rescued_and_cancelled(given_up: bool) -> None:
    payment = step(requested(), Overdue())[0] if given_up else requested()
    if given_up:
        payment, _ = after(payment, seen(), seen(at_s=QUIET_S))
    payment, effect = step(payment, Reply(Call.PAY, OutcomeUnknown(Cause.UNREADABLE, auth_code=CODE)))
    assert (payment.state, payment.auth_code, effect) == (State.CANCELLING, CODE, Effect(Call.CANCEL))


@pytest.mark.parametrize(
    ("reply", "cause"), [(placed(2_501), Cause.MORE_HELD), (placed(same_card=False), Cause.WRONG_CARD)]
)
def test_row_26_a_mismatch_is_never_committed(reply: Reply, cause: Cause) -> None:
    payment, effect = step(requested(), reply)
    assert (payment.state, payment.problem, effect) == (State.UNCLEAR, cause, None)
    assert step(payment, RESTARTED) == (payment, None)
    with pytest.raises(IllegalTransition):
        step(payment, Take())


@pytest.mark.parametrize("doubt", [None, Doubt.LOST])
def test_row_36_an_intent_without_a_reply_is_doubted(doubt: Doubt | None) -> None:
    payment, effect = step(replace(requested(), doubt=doubt, quiet_since_s=5.0), Restarted())
    assert (payment.doubt, payment.quiet_since_s, effect) == (Doubt.LOST, None, Effect(Call.STATUS))


def test_row_36_an_orphan_stays_listed_and_is_looked_at_again() -> None:
    orphan, _ = after(requested(), unknown(Call.PAY), seen(authorised=2_500))
    assert step(orphan, RESTARTED) == (orphan, Effect(Call.STATUS))
    assert step(orphan, NO_STATUS) == (orphan, None)


@pytest.mark.parametrize(
    ("net", "authorised", "gone"),
    [
        (10_000, 2_500, False),
        (10_000, 4_000, False),  # another till's hold on top
        (9_000, 2_500, False),
        (10_000, 0, True),  # all as before
        (7_000, 2_499, True),  # others moved, but so little is held that it cannot be there
    ],
)
def test_row_20_an_orphan_is_gone_when_the_server_shows_so(net: int, authorised: int, gone: bool) -> None:
    orphan, _ = after(requested(), unknown(Call.PAY), seen(authorised=2_500))
    payment, effect = step(orphan, seen(net=net, authorised=authorised))
    assert effect is None
    assert payment.state is (State.NOT_HELD if gone else State.ORPHAN_HOLD)


def test_without_any_status_a_person_is_asked_after_six_and_the_till_watches_on() -> None:
    payment, effect = step(requested(), unknown(Call.PAY))
    pauses = []
    for _ in range(ATTEMPTS):
        assert payment.state is State.REQUESTING
        payment, effect = step(payment, NO_STATUS)
        pauses.append(effect.after_s if effect else None)
    assert (payment.state, pauses) == (State.UNCLEAR, [*PAUSES_S, WATCH_S])
    assert payment.watched
    payment, effect = step(payment, seen(at_s=500))
    assert effect == Effect(Call.STATUS, QUIET_S)
    assert step(payment, seen(at_s=530))[0].state is State.NOT_HELD


def test_a_servers_wish_to_wait_is_honoured_between_readings() -> None:
    payment, _ = step(requested(), unknown(Call.PAY))
    _, effect = step(payment, Reply(Call.STATUS, StatusFailed(Cause.BUSY, retry_after_s=20)))
    assert effect == Effect(Call.STATUS, 20)
