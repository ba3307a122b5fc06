"""What became of a hold where the figures are not as was said: less, late, or read by another setting."""

import pytest
from msgspec.structs import replace
from unit.domain.samples import (
    NO_STATUS,
    accepted,
    after,
    balance,
    placed,
    refused,
    requested,
    seen,
    unknown,
)

from centara_giftcard.domain.operation import (
    ATTEMPTS,
    QUIET_S,
    WATCH_S,
    Call,
    Effect,
    Overdue,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Payment, Release, State, Take, step
from centara_giftcard.domain.replies import Cause


def held(read: bool = True) -> Payment:
    """25.00 of 100.00 are held; beside them stand 5.00 of another till."""
    payment, _ = step(requested(authorised=500), placed())
    return step(payment, seen(authorised=3_000) if read else Unread())[0]


def committing(read: bool = True) -> Payment:
    return step(held(read), Take())[0]


def cancelling(read: bool = True) -> Payment:
    return step(held(read), Release())[0]


def test_a_commit_that_meets_conflicts_is_made_on_and_on_while_its_hold_stands() -> None:
    payment = committing()
    for _ in range(ATTEMPTS):
        payment, effect = after(payment, unknown(Call.COMMIT, Cause.CONFLICT), seen(authorised=3_000))
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, True, Effect(Call.COMMIT, WATCH_S))


@pytest.mark.parametrize(
    ("often", "reading"),
    [(ATTEMPTS, seen(6_000, 3_500)), (4, seen(6_000, 1_000))],
    ids=["others moved the card", "and the hold is gone"],
)
def test_a_commit_that_meets_conflict_upon_conflict_is_for_a_person(often: int, reading: StatusSeen) -> None:
    payment, effect = committing(), None
    for _ in range(often):
        assert payment.watched
        payment, effect = after(payment, unknown(Call.COMMIT, Cause.CONFLICT), reading)
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


def test_a_payment_of_an_amount_that_was_neither_said_nor_seen_is_not_told_as_paid_on_a_word() -> None:
    said, _ = step(replace(committing(read=False), guessed=True), accepted(Call.COMMIT))
    assert step(said, Unread()) == (said, None)
    assert step(said, seen(7_500, 500))[0].state is State.COMMITTED


@pytest.mark.parametrize("guessed", [True, False], ids=["its amount was not told", "it was told otherwise"])
def test_of_a_hold_that_was_never_read_only_exactly_as_much_is_proof_of_a_yes(guessed: bool) -> None:
    """The server held a half of what was asked; this till took 50.00 of the card since."""
    said, _ = step(replace(committing(read=False), guessed=guessed), accepted(Call.COMMIT))
    payment, effect = step(said, seen(5_000, 500))
    assert (payment.state, effect) == (State.COMMITTING, Effect(Call.COMMIT, 1.0))


@pytest.mark.parametrize(("no", "end"), [(False, State.UNCLEAR), (True, State.NOT_HELD)])
def test_where_the_hold_itself_may_have_lowered_the_net_a_quiet_card_is_no_proof(
    no: bool, end: State
) -> None:
    """Another till took 40.00 before the hold was read; or 15.00, and the net is without what is held."""
    payment = replace(committing(), holding=balance(6_000, 3_000))
    answer = refused(Call.COMMIT) if no else accepted(Call.COMMIT)
    payment, _ = after(payment, answer, seen(6_000, 500, at_s=0))
    assert payment.state is State.COMMITTING
    payment, effect = step(payment, seen(6_000, 500, at_s=QUIET_S))
    assert (payment.state, effect) == (end, None)


def test_readings_that_failed_do_not_count_against_the_release_of_a_hold_of_unknown_size() -> None:
    payment = replace(cancelling(read=False), guessed=True)
    payment, _ = after(payment, refused(Call.CANCEL), *[NO_STATUS] * 5)
    payment, effect = step(payment, seen(authorised=3_000))
    assert effect is not None
    assert effect.call is Call.CANCEL


def test_less_than_was_held_was_taken_which_no_other_till_can_do_and_a_person_decides() -> None:
    """The server held a hundredth, and no reading could show it in time."""
    payment, _ = step(committing(read=False), accepted(Call.COMMIT))
    for _ in range(3):
        payment, _ = after(payment, seen(9_975, 500), accepted(Call.COMMIT))
        assert payment.state is State.COMMITTING
    payment, effect = step(payment, seen(9_975, 500))
    assert (payment.state, payment.watched, effect) == (State.UNCLEAR, False, None)


def test_a_conflict_after_a_yes_tells_of_the_release_that_is_done() -> None:
    """The hold that was guessed at is gone; beside those of other tills no reading can tell that."""
    late = replace(cancelling(read=False), guessed=True)
    payment, _ = step(late, accepted(Call.CANCEL))
    for _ in range(3):
        payment, _ = step(payment, seen(authorised=1_458))
        assert payment.state is State.CANCELLING
        payment, _ = step(payment, unknown(Call.CANCEL, Cause.CONFLICT))
    assert step(payment, seen(authorised=1_458))[0].state is State.CANCELLED


def test_a_release_in_vain_is_not_hidden_by_a_net_that_another_setting_would_read_otherwise() -> None:
    stands = seen(7_000, 3_000)  # its net excludes holds
    payment, _ = after(cancelling(read=False), accepted(Call.CANCEL), stands, refused(Call.CANCEL), stands)
    assert payment.state is State.CANCELLING


def test_a_late_hold_is_compared_with_the_last_reading_where_that_can_have_shown_it() -> None:
    """Another till held 14.58 on the card: what was read last, before the late answer, is what counts."""
    moved = after(requested(2), Overdue(), seen(authorised=1_460))[0]
    released, effect = after(moved, placed(2), accepted(Call.CANCEL), seen(authorised=1_458))
    assert (released.state, effect) == (State.CANCELLED, None)
    early = after(requested(2), Overdue(), seen(10_000, 1))[0]  # not yet
    assert step(early, placed(2))[0].holding is None
