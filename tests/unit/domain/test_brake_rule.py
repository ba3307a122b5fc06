"""Row 26c: the brake on payments."""

import pytest
from unit.domain.samples import CODE, after, placed, refused, requested, seen, unknown

from centara_giftcard.domain.brake import LOST_JOURNAL, Brake, Reason
from centara_giftcard.domain.operation import Call, Overdue, Reply
from centara_giftcard.domain.payment import Event, Payment, step
from centara_giftcard.domain.replies import Cause, OutcomeUnknown

UNREAD = unknown(Call.PAY, Cause.UNREADABLE)


def braked(brake: Brake, *events: Event) -> Brake:
    """The brake after a payment went through `events`."""
    payment: Payment = requested()
    for event in events:
        now, _ = step(payment, event)
        brake, payment = brake.after(payment, event, now), now
    return brake


@pytest.mark.parametrize("cause", [Cause.UNREADABLE, Cause.NOT_YET])
def test_a_success_that_could_not_be_read_and_is_held_puts_it_on(cause: Cause) -> None:
    read = unknown(Call.PAY, cause)
    assert braked(Brake(), read) == Brake(unread=1)
    assert braked(Brake(), read, seen(authorised=2_500)) == Brake(1, "op-1")
    assert braked(Brake(), read, seen(authorised=2_500)).on


def test_a_late_answer_that_cannot_be_read_tells_why_the_hold_is_an_orphan() -> None:
    assert braked(Brake(), Overdue(), seen(authorised=2_500), UNREAD).on


def test_two_in_a_row_that_could_not_be_read_put_it_on() -> None:
    assert braked(Brake(unread=1), UNREAD).on
    rescued = Reply(Call.PAY, OutcomeUnknown(Cause.UNREADABLE, auth_code=CODE))
    assert braked(Brake(unread=1), rescued).on


def test_a_success_that_was_read_begins_the_count_anew_and_takes_nothing_off() -> None:
    assert braked(Brake(unread=1), placed()) == Brake()
    assert braked(Brake(2, "op-0"), placed()) == Brake(0, "op-0")


@pytest.mark.parametrize(
    "event", [unknown(Call.PAY), refused(Call.PAY), unknown(Call.PAY, Cause.TIMEOUT), Overdue()]
)
def test_what_got_lost_or_was_refused_has_nothing_to_do_with_reading(event: Event) -> None:
    assert braked(Brake(unread=1), event, seen(authorised=2_500)) == Brake(unread=1)


def test_once_it_was_allowed_the_same_orphan_is_no_new_reason() -> None:
    orphan = after(requested(), UNREAD, seen(authorised=2_500))[0]
    again = seen(authorised=2_600)
    assert not Brake().after(orphan, again, step(orphan, again)[0]).on


def test_the_reason_is_what_somebody_is_told_before_allowing_payments() -> None:
    assert Brake(1).reason is None
    assert Brake(by="op-1").reason is Reason.UNREAD
    assert Brake(by=LOST_JOURNAL).reason is Reason.JOURNAL
