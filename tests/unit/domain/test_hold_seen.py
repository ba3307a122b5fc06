"""Row 26b: a hold is what the reading under it shows."""

import pytest
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
)

from centara_giftcard.domain.operation import (
    PAUSES_S,
    Call,
    Doubt,
    Effect,
    Reply,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Decision, Release, State, Take, step
from centara_giftcard.domain.replies import Cause, HoldPlaced, StatusFailed

NO_STATUS = Reply(Call.STATUS, StatusFailed(Cause.TIMEOUT))


def test_row_26b_f12_waits_for_the_reading_that_shows_the_hold() -> None:
    payment, effect = after(requested(), placed(), Take())
    assert (payment.state, payment.decision, payment.wanted, effect) == (State.HELD, None, True, None)
    payment, effect = step(payment, seen(authorised=2_500))
    assert (payment.state, payment.decision, effect) == (
        State.COMMITTING,
        Decision.TAKE,
        Effect(Call.COMMIT),
    )


def test_row_26b_a_hold_of_the_smallest_amount_there_is_is_no_hundredth_of_itself() -> None:
    payment, _ = after(requested(asked=1), placed(1), seen(authorised=1))
    assert (payment.state, payment.confirmed, payment.problem) == (State.HELD, True, None)


def test_row_26b_without_a_reading_in_time_the_commits_own_proof_decides() -> None:
    payment, effect = after(requested(), placed(), NO_STATUS)
    assert effect == Effect(Call.STATUS, PAUSES_S[0])
    offered, effect = step(payment, Unread())
    assert (offered.state, offered.confirmed, effect) == (State.HELD, False, None)
    assert step(offered, NO_STATUS) == (offered, None)
    assert step(offered, Take())[1] == Effect(Call.COMMIT)
    assert after(payment, Take(), Unread())[1] == Effect(Call.COMMIT)


@pytest.mark.parametrize(
    ("reading", "cause"),
    [
        (seen(7_500, 2_500), Cause.NET_FELL),
        (seen(12_500, 2_500), Cause.NET_ROSE),
        (seen(), Cause.NOT_SHOWN),
        (seen(authorised=25), Cause.UNITS),
        (seen(authorised=1_000), Cause.LESS_SHOWN),
        (seen(6_800, 3_200), Cause.NET_FELL),  # with another till's hold beside it
        (seen(13_200, 3_200), Cause.NET_ROSE),
        (seen(authorised=250_000), Cause.UNITS),
    ],
    ids=lambda it: it.value if isinstance(it, Cause) else "",
)
@pytest.mark.parametrize("pressed", [(), (Take(),)], ids=["", "F12 was pressed"])
def test_row_26b_a_hold_that_the_reading_contradicts_is_unclear_and_released(
    reading: StatusSeen, cause: Cause, pressed: tuple[Take, ...]
) -> None:
    payment, effect = after(requested(), placed(), *pressed, reading)
    assert (payment.state, effect) == (State.HELD, Effect(Call.STATUS, 0.3))  # once more: it may be late
    payment, effect = step(payment, reading)
    assert (payment.state, payment.decision, payment.problem, effect) == (
        State.UNCLEAR,
        Decision.RELEASE,
        cause,
        Effect(Call.CANCEL),
    )
    payment, _ = after(payment, accepted(Call.CANCEL), seen())
    assert (payment.state, payment.problem) == (State.CANCELLED, cause)


def test_row_26b_a_hold_that_is_shown_a_moment_late_is_a_hold() -> None:
    payment, _ = after(requested(), placed(), seen(), seen(authorised=2_500))
    assert (payment.state, payment.confirmed) == (State.HELD, True)


def test_row_26b_a_hold_that_a_reading_contradicted_is_never_offered_for_want_of_a_second() -> None:
    payment, _ = after(requested(), placed(), seen(authorised=25), Take())
    payment, effect = step(payment, Unread())
    assert (payment.state, payment.problem, effect) == (State.UNCLEAR, Cause.UNITS, Effect(Call.CANCEL))
    shown, _ = after(requested(), placed(), seen(), seen(authorised=2_500))
    assert (shown.confirmed, shown.problem) == (True, None)


def test_row_26b_a_hold_that_is_less_than_was_said_is_not_gone_for_it() -> None:
    less = seen(authorised=25)
    payment, _ = after(requested(), placed(), less, less, refused(Call.CANCEL), less)
    assert payment.state is not State.CANCELLED
    early, _ = after(requested(), placed(), Release(), unknown(Call.CANCEL), less)  # before it was read
    assert early.state is State.CANCELLING


def test_row_26b_a_hold_that_another_tills_release_hides_is_offered_when_no_reading_can_show_it() -> None:
    placed_beside = after(requested(authorised=800), placed())[0]
    payment, effect = step(placed_beside, seen(authorised=2_500))
    assert (payment.confirmed, payment.doubt, effect) == (
        False,
        Doubt.PLACED,
        Effect(Call.STATUS, PAUSES_S[0]),
    )
    offered, _ = step(payment, Unread())
    assert (offered.state, offered.confirmed, offered.doubt) == (State.HELD, False, None)
    assert step(offered, seen(authorised=2_500)) == (offered, None)


@pytest.mark.parametrize("reading", [seen(authorised=3_200), seen(9_000, 2_500)])
def test_row_26b_what_another_till_did_meanwhile_is_not_blamed_on_a_setting(reading: StatusSeen) -> None:
    payment, effect = after(requested(), placed(), reading)
    assert (payment.state, payment.confirmed, payment.amount, effect) == (State.HELD, True, eur(2_500), None)


def test_a_hold_whose_amount_the_server_did_not_say_is_what_the_reading_shows() -> None:
    untold = Reply(Call.PAY, HoldPlaced(CODE, eur(2_500), told=False))
    payment, effect = after(requested(), untold, Take(), seen(authorised=1_000))
    assert (payment.state, payment.amount, payment.wanted, effect) == (State.HELD, eur(1_000), False, None)
    whole, effect = after(requested(), untold, Take(), seen(authorised=2_500))
    assert (whole.amount, effect) == (eur(2_500), Effect(Call.COMMIT))


def test_a_rise_beside_another_hold_does_not_say_how_much_was_held() -> None:
    """An orphan of 10.00 lapsed meanwhile: 12.50 are held and 2.50 more are shown (seed 80031105)."""
    untold = Reply(Call.PAY, HoldPlaced(CODE, eur(2_500), told=False))
    less = seen(authorised=1_250)
    payment, effect = after(requested(authorised=1_000), untold, less, less)
    assert (payment.state, payment.decision, effect) == (State.UNCLEAR, Decision.RELEASE, Effect(Call.CANCEL))


def test_a_second_reading_under_a_hold_changes_nothing() -> None:
    payment, _ = after(requested(), placed(), seen(authorised=2_500))
    assert step(payment, seen(authorised=9)) == (payment, None)


def test_a_reply_that_brings_the_balance_saves_the_reading() -> None:
    told = seen(authorised=2_500).balance
    payment, effect = step(requested(), placed(told=told))
    assert (payment.holding, effect) == (told, None)
