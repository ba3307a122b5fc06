"""What a person can do about a payment that the till could not settle: ask again, release it, close it."""

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
    QUIET_S,
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    Overdue,
    Overtaken,
    Reply,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Decision, Event, Payment, Release, State, Take, step
from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown, StatusFailed

BY_ANNA = Closed("Anna", "the customer was paid out in cash")
NO_STATUS = Reply(Call.STATUS, StatusFailed(Cause.TIMEOUT))


def orphan() -> Payment:
    return after(requested(), Overdue(), seen(authorised=2_500))[0]


def unclear() -> Payment:
    """Row 21: another till was at work on the card."""
    return after(requested(), Overdue(), seen(authorised=700))[0]


def mismatch(reply: Reply | None = None) -> Payment:
    """Row 26: more is held than was asked."""
    return step(requested(), reply or placed(3_000))[0]


def given_up(decision: Take | Release) -> Payment:
    """Six answers in vain; the till goes on by itself."""
    call = Call.COMMIT if isinstance(decision, Take) else Call.CANCEL
    return after(requested(), placed(), Unread(), decision, *[unknown(call), NO_STATUS] * ATTEMPTS)[0]


# --- asking again ---


def test_an_orphan_is_looked_at_again() -> None:
    payment, effect = step(orphan(), AskedAgain())
    assert (payment, effect) == (orphan(), Effect(Call.STATUS))
    assert step(payment, seen())[0].state is State.NOT_HELD


def test_an_unclear_request_is_not_held_once_nothing_is_held_on_the_card_and_it_stays_so() -> None:
    payment, effect = step(unclear(), AskedAgain())
    assert (payment.doubt, payment.watched, effect) == (Doubt.ASKED, True, Effect(Call.STATUS))
    payment, effect = step(payment, seen(9_000, at_s=100))  # another till took something: no matter
    assert (payment.state, effect) == (State.UNCLEAR, Effect(Call.STATUS, QUIET_S))
    payment, effect = step(payment, seen(8_000, at_s=100 + QUIET_S))
    assert (payment.state, payment.listed, effect) == (State.NOT_HELD, False, Effect(Call.STATUS, LOOKS_S[0]))


@pytest.mark.parametrize("authorised", [1, 700, 2_500, 3_200])
def test_an_unclear_request_stays_so_while_anything_is_held_for_it_may_be_a_part_of_ours(
    authorised: int,
) -> None:
    payment, effect = after(unclear(), AskedAgain(), seen(authorised=authorised))
    assert (payment.state, payment.watched, payment.doubt, effect) == (State.UNCLEAR, False, None, None)


def test_a_hold_that_appears_in_the_quiet_time_is_not_overlooked() -> None:
    payment, _ = after(unclear(), AskedAgain(), seen(at_s=0), seen(authorised=2_500, at_s=30))
    assert (payment.state, payment.watched) == (State.UNCLEAR, False)


def test_asking_again_goes_on_after_a_restart_and_while_the_card_cannot_be_read() -> None:
    payment, effect = after(unclear(), AskedAgain(), NO_STATUS, NO_STATUS)
    assert (payment.attempts, effect) == (2, Effect(Call.STATUS, 2.0))
    payment, effect = step(payment, RESTARTED)
    assert (payment.doubt, payment.attempts, effect) == (Doubt.ASKED, 0, Effect(Call.STATUS))


def test_a_decision_that_was_left_to_a_person_is_made_again() -> None:
    stuck, _ = after(requested(), placed(), seen(authorised=2_500), Take(), refused(Call.COMMIT), seen(1))
    assert (stuck.state, stuck.watched) == (State.UNCLEAR, False)
    payment, effect = step(stuck, AskedAgain())
    assert (payment.decision, payment.doubt, effect) == (Decision.TAKE, None, Effect(Call.COMMIT))
    assert after(payment, accepted(Call.COMMIT), seen(7_500))[0].state is State.COMMITTED


# --- releasing a mismatch (row 26) ---


@pytest.mark.parametrize(
    ("left", "answer", "proven_alone", "proven_overtaken"),
    [
        pytest.param({"holding": None}, accepted(Call.COMMIT), True, False, id="hold never read"),
        pytest.param({"contradicted": True}, accepted(Call.COMMIT), True, False, id="yes without effect"),
        pytest.param({"lost": True}, refused(Call.COMMIT), True, False, id="answer lost, now no"),
        pytest.param({"lost": True}, accepted(Call.COMMIT), True, True, id="answer lost, now yes"),
    ],
)
def test_what_this_till_took_of_the_card_meanwhile_proves_nothing_of_what_was_unclear(
    left: dict[str, object], answer: Reply, proven_alone: bool, proven_overtaken: bool
) -> None:
    hold: dict[str, object] = {"held": eur(2_500), "auth_code": CODE, "holding": balance(10_000, 2_500)}
    decided: dict[str, object] = {"state": State.UNCLEAR, "decision": Decision.TAKE, "watched": False}
    unclear = replace(requested(), **{**hold, **decided, **left})  # type: ignore[arg-type]
    fell: list[Event] = [answer, seen(7_500, at_s=1.0), answer, seen(7_500, at_s=2.0)]

    alone = _until_settled(step(unclear, AskedAgain())[0], fell)
    overtaken = _until_settled(after(unclear, Overtaken(), AskedAgain())[0], fell)

    assert (alone.taken, overtaken.taken) == (proven_alone, proven_overtaken)


def _until_settled(payment: Payment, events: list[Event]) -> Payment:
    for event in events:
        if payment.settled or not payment.watched:
            break
        payment, _ = step(payment, event)
    return payment


def test_a_hold_of_more_than_was_asked_can_be_released() -> None:
    assert mismatch().releasable
    payment, effect = step(mismatch(), Release())
    assert (payment.state, payment.decision, effect) == (
        State.CANCELLING,
        Decision.RELEASE,
        Effect(Call.CANCEL),
    )
    payment, effect = after(payment, accepted(Call.CANCEL), seen())
    assert (payment.state, payment.problem, effect) == (State.CANCELLED, Cause.AMOUNT_DIFFERS, None)


@pytest.mark.parametrize("known", [placed(3_000), placed(same_card=False)])
def test_a_known_hold_is_for_releasing_and_not_for_asking_again(known: Reply) -> None:
    """A card that shows nothing held is no proof: the hold may be on another card."""
    assert step(mismatch(known), AskedAgain()) == (mismatch(known), None)


@pytest.mark.parametrize("before", [[], [refused(Call.CANCEL, Cause.NOT_ACCEPTED)]])
def test_a_hold_on_another_card_is_never_settled_by_reading_ours(before: list[Reply]) -> None:
    payment, effect = after(mismatch(placed(same_card=False)), Release(), *before, refused(Call.CANCEL))
    assert effect == Effect(Call.STATUS)
    payment, effect = step(payment, seen())
    assert (payment.state, payment.problem, payment.watched, effect) == (
        State.UNCLEAR,
        Cause.WRONG_CARD,
        False,
        None,
    )
    payment, effect = step(payment, AskedAgain())
    assert effect == Effect(Call.CANCEL)
    payment, _ = step(payment, accepted(Call.CANCEL))
    assert step(payment, seen())[0].state is State.CANCELLED
    again, effect = step(payment, seen(authorised=2_500))  # it was on ours after all, and stands
    assert (again.state, effect) == (State.UNCLEAR, Effect(Call.CANCEL, 1.0))


def test_what_has_no_known_hold_cannot_be_released() -> None:
    for payment in (unclear(), given_up(Take()), given_up(Release())):
        assert not payment.releasable
        with pytest.raises(IllegalTransition, match="no hold that could be released"):
            step(payment, Release())


def test_a_fresh_hold_is_releasable_a_settled_payment_is_not() -> None:
    held, _ = after(requested(), placed(), seen(authorised=2_500))
    assert held.releasable
    assert not after(held, Take(), accepted(Call.COMMIT))[0].releasable
    assert not requested().releasable


# --- closing ---


LATER: list[Reply | StatusSeen | AskedAgain | Closed] = [
    seen(),
    seen(authorised=2_500),
    NO_STATUS,
    AskedAgain(),
    Closed("Bea", "again"),
    unknown(Call.PAY),
    refused(Call.PAY),
    Reply(Call.PAY, NotSent(Cause.CONNECT)),
]


@pytest.mark.parametrize("listed", [orphan(), unclear()], ids=["orphan", "unclear"])
def test_a_closed_payment_is_settled_and_stays_closed(listed: Payment) -> None:
    assert not listed.settled
    closed, effect = step(listed, BY_ANNA)
    assert (closed.state, closed.closed, closed.settled, effect) == (listed.state, BY_ANNA, True, None)
    for event in LATER:
        assert step(closed, event) == (closed, None)


@pytest.mark.parametrize("listed", [orphan(), unclear()], ids=["orphan", "unclear"])
@pytest.mark.parametrize(
    "late", [placed(), Reply(Call.PAY, OutcomeUnknown(Cause.UNREADABLE, auth_code=CODE))]
)
def test_a_late_hold_of_a_closed_payment_is_released_all_the_same(listed: Payment, late: Reply) -> None:
    payment, effect = after(listed, BY_ANNA, late)
    assert (payment.state, payment.closed, effect) == (State.CANCELLING, None, Effect(Call.CANCEL))
    assert not payment.settled  # it is on the list again until the hold is gone


@pytest.mark.parametrize("late", [placed(2_501), placed(same_card=False)])
def test_a_late_hold_that_does_not_fit_is_listed_again(late: Reply) -> None:
    payment, effect = after(orphan(), BY_ANNA, late)
    assert (payment.state, payment.closed, payment.releasable, effect) == (State.UNCLEAR, None, True, None)
    assert not payment.settled


@pytest.mark.parametrize("decision", [Take(), Release()])
def test_a_closed_decision_sends_nothing_more(decision: Take | Release) -> None:
    payment, _ = step(given_up(decision), BY_ANNA)
    assert payment.settled
    call = Call.COMMIT if isinstance(decision, Take) else Call.CANCEL
    for event in (unknown(call), refused(call), Reply(call, NotSent(Cause.CONNECT)), seen(), AskedAgain()):
        assert step(payment, event) == (payment, None)


def test_a_yes_that_was_under_way_when_it_was_closed_moves_nothing() -> None:
    """No reading follows that could prove it (seed 180006136): what a supervisor closed stands still."""
    taken, released = given_up(Take()), given_up(Release())
    for payment, call in ((taken, Call.COMMIT), (released, Call.CANCEL)):
        closed, _ = step(payment, BY_ANNA)
        assert step(closed, accepted(call)) == (closed, None)


@pytest.mark.parametrize(
    "state", [State.REQUESTING, State.HELD, State.COMMITTING, State.CANCELLING, State.REFUSED, State.NOT_HELD]
)
def test_only_what_was_left_to_a_person_can_be_closed(state: State) -> None:
    with pytest.raises(IllegalTransition):
        step(replace(requested(), state=state), BY_ANNA)


def test_what_is_held_is_known_even_where_it_is_closed() -> None:
    closed, _ = step(mismatch(), BY_ANNA)
    assert (closed.amount, closed.before, closed.settled) == (eur(3_000), balance(), True)
