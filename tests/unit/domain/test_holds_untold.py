"""A server that does not tell what is held: the net proves what it can, and the rest is for a person."""

import pytest
from msgspec.structs import replace
from unit.domain.samples import (
    CODE,
    accepted,
    after,
    eur,
    placed,
    refused,
    requested,
    seen,
    unknown,
    untold,
)

from centara_giftcard.domain.operation import (
    ATTEMPTS,
    QUIET_S,
    AskedAgain,
    Call,
    Effect,
    Overdue,
    Reply,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Payment, Release, State, Take, step
from centara_giftcard.domain.payment_request import late_holds
from centara_giftcard.domain.replies import Cause, HoldPlaced


def asked() -> Payment:
    return replace(requested(), before=untold().balance)


def held(*more: StatusSeen) -> Payment:
    return after(asked(), placed(), *(more or (untold(),)))[0]


def test_what_is_not_told_is_not_nothing() -> None:
    balance = untold(1_000).balance
    assert balance.available(eur(300)) == eur(700)
    assert not balance.nothing_held
    assert balance.risen_since(seen().balance) is None
    assert seen().balance.risen_since(balance) is None


def test_f12_waits_for_no_reading_that_cannot_come_and_the_net_proves_the_commit() -> None:
    payment, effect = after(asked(), placed(), Take(), untold())
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT))
    paid, _ = after(payment, accepted(Call.COMMIT), untold(7_500))
    assert (paid.state, paid.unread) == (State.COMMITTED, False)


def test_a_yes_to_the_commit_that_moved_nothing_is_not_believed() -> None:
    payment, effect = after(held(), Take(), accepted(Call.COMMIT), untold())
    assert (payment.state, payment.contradicted) == (State.COMMITTING, True)
    assert effect is not None
    assert effect.call is Call.COMMIT


def test_a_lost_commit_is_proven_by_the_fall_of_the_net_seen_twice() -> None:
    payment, effect = after(held(), Take(), unknown(Call.COMMIT), untold(7_500))
    assert (payment.state, effect and effect.call) == (State.COMMITTING, Call.COMMIT)
    assert after(payment, unknown(Call.COMMIT), untold(7_500))[0].state is State.COMMITTED


def test_without_a_reading_under_the_hold_the_fall_of_the_net_may_be_the_hold_itself() -> None:
    payment, _ = after(asked(), placed(), Unread(), Take())
    for _ in range(ATTEMPTS):
        payment, _ = after(payment, unknown(Call.COMMIT), untold(7_500))
    assert payment.state is State.UNCLEAR


def test_a_plain_no_to_the_commit_is_for_a_person() -> None:
    payment, effect = after(held(), Take(), refused(Call.COMMIT), untold())
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


@pytest.mark.parametrize(
    ("net", "cause"), [(7_500, Cause.NET_FELL), (9_975, Cause.UNITS), (9_000, None), (10_500, None)]
)
def test_only_the_net_speaks_against_a_hold(net: int, cause: Cause | None) -> None:
    payment, _ = after(held(untold(net)), untold(net))
    expected = State.HELD if cause is None else State.UNCLEAR
    assert (payment.state, payment.problem) == (expected, cause)


def test_how_much_is_held_stays_a_guess_where_neither_answer_nor_reading_tells_it() -> None:
    said = Reply(Call.PAY, HoldPlaced(CODE, eur(2_500), told=False))
    payment, _ = after(asked(), said, untold())
    assert (payment.state, payment.guessed, payment.held) == (State.HELD, True, eur(2_500))


@pytest.mark.parametrize("doubt", [Overdue(), refused(Call.PAY, words="Not enough")])
def test_whether_something_is_held_after_no_clean_yes_cannot_be_told(doubt: Overdue | Reply) -> None:
    payment, effect = after(asked(), doubt, untold())
    assert (payment.state, payment.problem, effect) == (State.UNCLEAR, Cause.HOLDS_UNTOLD, None)
    assert step(payment, AskedAgain())[1] == Effect(Call.STATUS)
    again, _ = after(payment, AskedAgain(), untold())
    assert again.state is State.UNCLEAR


def test_what_others_hold_is_no_matter_where_it_was_not_known_before() -> None:
    lost, _ = step(asked(), unknown(Call.PAY))
    reading = replace(seen(authorised=2_500), others=eur(2_500))
    assert step(lost, reading)[0].problem is Cause.HOLDS_UNTOLD


def test_a_yes_to_a_release_has_to_do() -> None:
    payment, _ = after(held(), Release(), accepted(Call.CANCEL), untold())
    assert (payment.state, payment.unread) == (State.CANCELLED, False)


def test_a_yes_to_a_release_after_which_as_much_is_gone_is_for_a_person() -> None:
    payment, _ = after(held(), Release(), accepted(Call.CANCEL), untold(7_500))
    assert payment.state is State.UNCLEAR


def test_a_release_that_is_refused_six_times_is_for_a_person_and_asked_no_more() -> None:
    payment, _ = step(held(), Release())
    for _ in range(ATTEMPTS):
        assert payment.watched
        payment, effect = after(payment, refused(Call.CANCEL), untold())
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


def test_a_late_hold_and_the_end_of_an_orphan_are_not_seen_where_they_are_not_told() -> None:
    quiet = (seen(), seen(at_s=QUIET_S))
    gone, _ = after(requested(), Overdue(), *quiet)
    assert gone.lingers
    assert late_holds((gone,), untold()) == ()
    before = replace(gone, seen=untold().balance)
    assert late_holds((before,), seen(authorised=2_500)) == ()
    orphan, _ = after(requested(), Overdue(), seen(authorised=2_500))
    assert step(orphan, untold())[0].state is State.ORPHAN_HOLD
