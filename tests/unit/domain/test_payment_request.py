"""The request for a hold, row by row of the failure catalogue."""

import pytest
from msgspec.structs import replace
from unit.domain.samples import (
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
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    LOOKS_S,
    PAUSES_S,
    PROOF_S,
    QUIET_S,
    WATCH_S,
    AskedAgain,
    Call,
    Doubt,
    Effect,
    HeldForAnother,
    Overdue,
    Reply,
    Restarted,
    StatusSeen,
)
from centara_giftcard.domain.payment import Decision, Payment, State, Take, step
from centara_giftcard.domain.payment_request import MOST_LOST, late_holds
from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown, StatusFailed

NO_STATUS = Reply(Call.STATUS, StatusFailed(Cause.TIMEOUT))


def test_a_hold_is_placed_and_the_balance_under_it_is_read() -> None:
    payment, effect = step(requested(), placed())
    assert (payment.state, payment.held, payment.auth_code) == (State.HELD, eur(2_500), CODE)
    assert effect == Effect(Call.STATUS, unread_s=PROOF_S)
    assert (payment.confirmed, payment.doubtful) == (False, False)
    payment, effect = step(payment, seen(authorised=2_500))
    assert (payment.holding, payment.confirmed, effect) == (seen(authorised=2_500).balance, True, None)


# --- row 26b: a hold is what the reading under it shows ---


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
    assert (payment.state, payment.ended, effect) == (State.NOT_HELD, True, Effect(Call.STATUS, LOOKS_S[0]))
    assert (payment.settled, payment.listed) == (False, False)


# --- row 19b: what was not held is looked at for a while ---


def not_held(authorised: int = 0) -> Payment:
    quiet = (seen(authorised=authorised), seen(authorised=authorised, at_s=QUIET_S))
    return after(requested(authorised=authorised), unknown(Call.PAY), *quiet)[0]


def test_row_19b_a_hold_that_appears_late_is_an_orphan() -> None:
    payment, effect = step(not_held(500), seen(authorised=3_000))
    assert (payment.state, payment.listed, payment.ended, effect) == (State.ORPHAN_HOLD, True, False, None)


@pytest.mark.parametrize("look", [seen(), NO_STATUS, seen(9_000), seen(authorised=2_600)])
def test_row_19b_the_card_is_looked_at_ever_more_seldom_and_then_no_more(look: StatusSeen | Reply) -> None:
    payment = not_held()
    for pause_s in LOOKS_S[1:]:
        payment, effect = step(payment, look)
        assert (payment.state, effect) == (State.NOT_HELD, Effect(Call.STATUS, pause_s))
    payment, effect = step(payment, look)
    assert (payment.state, payment.settled, effect) == (State.NOT_HELD, True, None)
    for late in (seen(authorised=5_000), NO_STATUS):
        assert step(payment, late) == (payment, None)


def test_row_19b_a_late_hold_is_told_apart_from_another_tills_that_stands() -> None:
    payment, _ = step(not_held(), seen(authorised=2_600))
    assert step(payment, seen(authorised=5_100))[0].state is State.ORPHAN_HOLD


def test_row_19b_a_late_hold_is_found_though_another_hold_went_at_the_same_time() -> None:
    """As much as was asked for is held, and it was not before (seed 60019538)."""
    payment, _ = step(not_held(), seen(authorised=4_000))
    assert payment.state is State.NOT_HELD
    as_much = seen(authorised=2_500)
    assert step(payment, replace(as_much, alone=True))[0].state is State.ORPHAN_HOLD
    assert step(payment, as_much)[0].state is State.NOT_HELD  # an orphan of this till explains it


def test_row_19b_a_card_of_which_the_server_says_no_three_times_is_put_on_the_list() -> None:
    """A condition of the settings may match every reading under the late hold, and so hide it."""
    no = Reply(Call.STATUS, StatusFailed(Cause.REFUSED))
    payment, _ = after(not_held(), no, no)
    assert (payment.lingers, payment.listed) == (True, False)
    assert after(payment, seen(), no, no)[0].lingers
    payment, effect = step(payment, no)
    assert (payment.state, payment.listed, payment.watched, effect) == (State.UNCLEAR, True, False, None)
    assert payment.problem is Cause.HOLDS_UNTOLD


def named(id: str, asked: int, authorised: int = 0) -> Payment:
    lost = after(requested(asked, authorised), unknown(Call.PAY), seen(authorised=authorised))[0]
    return replace(step(lost, seen(authorised=authorised, at_s=QUIET_S))[0], id=id)


def test_row_19b_the_newest_of_the_lost_requests_that_explain_a_rise_are_held_after_all() -> None:
    newest, middle, oldest = named("op-3", 2_500), named("op-2", 1_000), named("op-1", 2_500)
    lost = (newest, middle, oldest)
    assert late_holds(lost, seen(10_000, 2_500)) == (newest,)
    assert late_holds(lost, seen(10_000, 3_500)) == (newest, middle)
    assert late_holds(lost, seen(10_000, 5_000)) == (newest, oldest)
    assert late_holds(lost, seen(10_000, 4_000)) == ()  # another till's
    assert late_holds(lost, seen()) == ()
    assert late_holds((newest, named("op-1", 1_000, 700)), seen(10_000, 3_500)) == ()  # not of one reading


def test_row_19b_of_very_many_lost_requests_the_newest_are_told_apart() -> None:
    lost = tuple(named(f"op-{n}", 100 * n) for n in range(MOST_LOST + 5, 0, -1))
    most = sum(it.asked.minor for it in lost[:MOST_LOST])
    assert late_holds(lost, seen(10_000, most)) == lost[:MOST_LOST]
    assert late_holds(lost, seen(10_000, most + 100)) == ()


def test_row_19b_what_another_lost_request_turns_out_to_hold_is_not_this_ones() -> None:
    others = replace(seen(authorised=2_500), others=eur(2_500))
    payment, effect = step(not_held(), others)
    assert (payment.state, effect) == (State.NOT_HELD, Effect(Call.STATUS, LOOKS_S[1]))
    assert step(payment, seen(authorised=5_000))[0].state is State.ORPHAN_HOLD
    both = replace(seen(authorised=5_000), others=eur(2_500))
    assert step(not_held(), both)[0].state is State.ORPHAN_HOLD


def test_row_19b_a_reading_made_for_another_reason_takes_no_look_away() -> None:
    payment, effect = step(not_held(), replace(seen(authorised=2_600), by_the_way=True))
    assert (payment.looks, payment.known, effect) == (len(LOOKS_S), balance(10_000, 2_600), None)


@pytest.mark.parametrize(
    ("authorised", "others", "state"),
    [
        (1_250, None, State.UNCLEAR),
        (2_250, 1_000, State.UNCLEAR),
        (2_501, None, State.NOT_HELD),  # another till's
        (1_000, 1_000, State.NOT_HELD),
    ],
)
def test_row_19b_a_rise_of_less_than_was_asked_may_be_a_part_of_it_and_is_for_a_person(
    authorised: int, others: int | None, state: State
) -> None:
    reading = replace(seen(authorised=authorised), others=None if others is None else eur(others))
    payment, _ = step(not_held(), reading)
    assert (payment.state, payment.listed) == (state, state is State.UNCLEAR)
    if payment.listed:  # and asked again when nothing is held any more it is not held
        asked, effect = step(payment, AskedAgain())
        assert effect == Effect(Call.STATUS)
        waiting, _ = step(asked, seen(at_s=1_000))
        assert step(waiting, seen(at_s=1_000 + QUIET_S))[0].state is State.NOT_HELD


def test_row_19b_what_a_closed_payment_holds_is_not_this_ones() -> None:
    payment, effect = step(not_held(), HeldForAnother(eur(2_500)))
    assert (payment.state, effect) == (State.NOT_HELD, None)
    assert step(payment, seen(authorised=2_500))[0].state is State.NOT_HELD
    assert step(payment, seen(authorised=5_000))[0].state is State.ORPHAN_HOLD


def test_row_19b_of_what_is_looked_at_no_more_nothing_is_noted() -> None:
    over = replace(not_held(), looks=0)
    assert step(over, HeldForAnother(eur(2_500))) == (over, None)


def test_row_19_an_older_request_that_is_held_late_is_no_part_of_the_comparison() -> None:
    late = replace(seen(authorised=1_000, at_s=5), others=eur(1_000))
    payment, effect = after(requested(), unknown(Call.PAY), seen(at_s=0), late)
    assert (payment.state, effect) == (State.REQUESTING, Effect(Call.STATUS, QUIET_S - 5))
    assert step(payment, seen(authorised=1_000, at_s=QUIET_S))[0].state is State.NOT_HELD
    assert step(payment, seen(authorised=3_500, at_s=9))[0].state is State.ORPHAN_HOLD


def test_row_19b_it_is_looked_at_after_a_restart() -> None:
    assert step(not_held(), RESTARTED) == (not_held(), Effect(Call.STATUS))


def test_row_19b_what_was_not_sent_need_not_be_looked_at() -> None:
    assert step(requested(), Reply(Call.PAY, NotSent(Cause.CONNECT)))[0].settled


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


@pytest.mark.parametrize("net", [7_500, 12_500])
def test_row_20_it_is_an_orphan_also_where_the_till_is_set_for_another_net(net: int) -> None:
    assert after(requested(), refused(Call.PAY), seen(net, 2_500))[0].state is State.ORPHAN_HOLD
    assert after(requested(), unknown(Call.PAY), seen(net, 2_500))[0].state is State.ORPHAN_HOLD


CHANGED = [seen(authorised=1), seen(9_000), seen(9_000, 2_500), seen(7_500)]


@pytest.mark.parametrize("reading", CHANGED)
def test_row_21_changed_in_another_way_is_for_a_person(reading: StatusSeen) -> None:
    payment, effect = after(requested(), unknown(Call.PAY), reading)
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


@pytest.mark.parametrize("reading", CHANGED)
def test_row_23_a_plain_no_while_another_till_is_at_work_on_the_card_is_a_no(reading: StatusSeen) -> None:
    payment, effect = after(requested(), refused(Call.PAY, words="Not enough on the card"), reading)
    assert (payment.state, payment.words, effect) == (State.REFUSED, "Not enough on the card", None)


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
    late = (unknown(Call.PAY), refused(Call.PAY), Reply(Call.PAY, NotSent(Cause.CONNECT)))
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
    ("reply", "cause"), [(placed(2_501), Cause.AMOUNT_DIFFERS), (placed(same_card=False), Cause.WRONG_CARD)]
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
        (8_000, 2_499, True),  # others moved, but so little is held that it cannot be there
    ],
)
def test_row_20_an_orphan_is_gone_when_the_server_shows_so(net: int, authorised: int, gone: bool) -> None:
    orphan, _ = after(requested(), unknown(Call.PAY), seen(authorised=2_500))
    payment, effect = step(orphan, seen(net=net, authorised=authorised))
    assert effect is None
    assert payment.state is (State.NOT_HELD if gone else State.ORPHAN_HOLD)


def test_row_20_an_orphan_that_went_with_as_much_of_the_balance_was_taken_and_that_is_told() -> None:
    orphan, _ = after(requested(), unknown(Call.PAY), seen(authorised=2_500))
    payment, effect = step(orphan, seen(7_500, 0))
    assert (payment.state, payment.problem, payment.listed, effect) == (
        State.UNCLEAR,
        Cause.TAKEN,
        True,
        None,
    )
    assert step(payment, AskedAgain()) == (payment, None)  # no reading brings it back
    paid_since, _ = step(orphan, seen(6_000, 2_500))  # something else was taken from the card
    assert step(paid_since, seen(6_000, 0))[0].state is State.NOT_HELD


def test_an_unclear_request_for_which_as_much_was_taken_is_not_told_as_not_held() -> None:
    unclear, _ = after(requested(), unknown(Call.PAY), seen(7_500))
    payment, effect = after(unclear, AskedAgain(), seen(7_500))
    assert (payment.state, payment.problem, effect) == (State.UNCLEAR, Cause.TAKEN, None)


def rescued() -> Payment:
    return step(requested(authorised=500), Reply(Call.PAY, OutcomeUnknown(Cause.UNREADABLE, auth_code=CODE)))[
        0
    ]


def test_row_25_of_a_hold_whose_amount_could_not_be_read_all_must_be_gone() -> None:
    half = seen(authorised=1_500)
    payment, effect = after(rescued(), refused(Call.CANCEL), half)
    assert (payment.state, effect) == (State.CANCELLING, Effect(Call.CANCEL, PAUSES_S[0]))
    payment, effect = after(payment, accepted(Call.CANCEL), half)
    assert (payment.state, effect) == (State.CANCELLING, Effect(Call.CANCEL, PAUSES_S[0]))
    assert after(payment, accepted(Call.CANCEL), seen(authorised=500))[0].state is State.CANCELLED
    assert after(rescued(), refused(Call.CANCEL), seen(authorised=0))[0].state is State.CANCELLED


def test_row_25_a_person_is_asked_where_the_release_is_refused_and_something_stays_held() -> None:
    payment = rescued()
    for _ in range(ATTEMPTS):
        assert payment.state is State.CANCELLING
        payment, effect = after(payment, refused(Call.CANCEL), seen(authorised=1_500))
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


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
