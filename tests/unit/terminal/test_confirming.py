"""A decision that is not confirmed at once: the till goes on until it is known what became of it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from unit.terminal.small_till import (
    CARD,
    OTHER_CARD,
    SmallTill,
    answers,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Accepted, Cause, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.terminal.events import (
    OpenChanged,
    PaymentShown,
    Ready,
    Reopened,
    Settled,
)

NOT_DONE = answers(OutcomeUnknown(Cause.LOST))


@in_virtual_time
async def test_a_lost_commit_is_confirmed_after_growing_pauses() -> None:
    """Row 28."""
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 4
        await till.hold()
        await till.take()
        await till.wait(60)
        assert till.payment.state is State.COMMITTED
        times = [at_s for call, at_s in till.server.sent if call == "commit"]
        assert [round(b - a) for a, b in pairwise(times)] == [1, 2, 4, 8]
        assert till.account().net == 7_500


@in_virtual_time
async def test_a_commit_that_was_done_though_its_reply_was_lost_is_proven_by_comparison() -> None:
    """Rows 28 and 30: both figures fell by exactly the amount, so that nothing need be asked again."""
    async with SmallTill() as till:
        till.server.faults["commit"] += [lost()] * 20
        await till.hold()
        await till.take()
        await till.wait(0.5)
        assert till.payment.state is State.COMMITTED
        assert till.server.calls("commit") == 1
        assert till.account().net == 7_500


@pytest.mark.parametrize("pays", [True, False], ids=["does it when asked again", "never does it"])
@in_virtual_time
async def test_a_yes_that_the_reading_after_it_contradicts_is_not_paid(pays: bool) -> None:
    """Row 28b."""
    async with SmallTill() as till:
        till.server.faults["commit"] += [answers(Accepted())] * (1 if pays else 9)
        await till.hold()
        await till.take()
        assert State.COMMITTED not in {event.payment.state for event in till.all(PaymentShown)}
        assert (till.payment.state, till.payment.doubtful) == (State.COMMITTING, True)
        await till.wait(40)
        assert till.payment.state is (State.COMMITTED if pays else State.UNCLEAR)
        assert till.account().net == (7_500 if pays else 10_000)


@in_virtual_time
async def test_a_yes_is_believed_where_no_reading_can_be_had_and_taken_back_when_one_contradicts() -> None:
    """Row 28b: told as paid after three seconds; then the till reads on, and says so."""
    async with SmallTill() as till:
        till.server.faults["commit"].append(answers(Accepted()))
        till.server.faults["status"] += [late(0.05)] * 2 + [answers(StatusFailed(Cause.TIMEOUT))] * 4
        await till.hold()
        await till.take()
        await till.wait(2.8)
        assert till.payment.state is State.COMMITTING
        await till.wait(0.4)
        assert (till.payment.state, till.payment.unread, till.payment.after) == (State.COMMITTED, True, None)
        await till.leave()
        assert [it.id for it in till.last(OpenChanged).operations] == [till.payment.id]
        await till.wait(15)
        reopened = till.last(Reopened).operation
        assert (reopened.id, reopened.state) == (till.payment.id, State.COMMITTING)
        await till.wait(2)
        assert till.last(Settled).operation.state is State.COMMITTED  # asked again, it was done
        assert till.last(OpenChanged).operations == ()
        assert till.account().net == 7_500


@in_virtual_time
async def test_a_paid_that_is_taken_back_is_told_also_while_it_is_in_front() -> None:
    """The cashier may be on another page, and has sent the customer away."""
    async with SmallTill() as till:
        till.server.faults["commit"].append(answers(Accepted()))
        till.server.faults["status"] += [late(0.05)] * 2 + [answers(StatusFailed(Cause.TIMEOUT))] * 4
        await till.hold()
        await till.take()
        await till.wait(3.2)
        assert (till.payment.state, till.all(Reopened)) == (State.COMMITTED, [])
        await till.wait(15)
        assert [it.operation.id for it in till.all(Reopened)] == [till.payment.id]
        assert till.last(Reopened).operation.state is State.COMMITTING


@in_virtual_time
async def test_a_person_is_asked_after_six_commits_and_the_till_goes_on_asking() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 8
        await till.hold()
        await till.take()
        await till.wait(40)
        assert (till.payment.state, till.server.calls("commit")) == (State.UNCLEAR, 6)
        await till.wait(200)
        assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_a_doubtful_payment_can_be_left_to_sell_on_and_settles_by_itself() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 3
        await till.hold()
        await till.take()
        await till.scan(OTHER_CARD)
        assert till.refusals() == ["finish_first"]
        await till.leave()
        assert till.all(Ready)
        await till.scan(OTHER_CARD)
        await till.request(100)
        await till.wait(20)
        assert till.payment.state is State.HELD
        assert till.last(Settled).operation.state is State.COMMITTED
        assert till.last(OpenChanged).operations == ()
        assert till.account(CARD).net == 7_500


@in_virtual_time
async def test_a_payment_that_is_going_well_cannot_be_left() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"].append(slow(5))
        await till.hold()
        await till.leave()
        till.controller.paying.take()
        await till.leave()
        assert len(till.all(Ready)) == 1  # at start
        await till.wait(6)
        assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_a_lost_cancel_is_repeated() -> None:
    """Row 31."""
    async with SmallTill() as till:
        till.server.faults["cancel"].append(lost())
        await till.hold()
        await till.release()
        await till.wait(5)
        assert till.payment.state is State.CANCELLED
        assert till.server.calls("cancel") == 1  # the hold is seen to be gone


@in_virtual_time
async def test_a_release_that_was_accepted_and_not_done_is_made_again() -> None:
    async with SmallTill() as till:
        till.server.faults["cancel"].append(answers(Accepted()))
        await till.hold()
        await till.release()
        assert till.payment.state is State.CANCELLING
        await till.wait(2)
        assert (till.payment.state, till.server.calls("cancel")) == (State.CANCELLED, 2)
        assert till.account().holds == {}


@in_virtual_time
async def test_a_reading_under_the_hold_that_comes_after_the_one_after_the_commit_is_out_of_date() -> None:
    async with SmallTill() as till:
        till.server.faults["status"] += [late(0.05), late(3), late(0.05)]
        await till.hold()
        await till.take()
        await till.wait(5)
        assert till.payment.after == Balance(eur(7_500), eur(0))


@in_virtual_time
async def test_a_reading_from_before_the_hold_does_not_prove_that_it_is_gone() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(slow(11))  # overdue after 10 s, placed at 11 s
        till.server.faults["status"] += [late(0.05), late(1.5)]  # read at 10 s, heard at 11.5 s
        till.server.faults["cancel"].append(answers(Refused(Cause.NOT_FOUND)))
        await till.scan()
        await till.request(2_500)
        till.server.faults["status"].append(late(1))
        await till.wait(11.5)
        assert till.payment.state is State.CANCELLING
        await till.wait(20)
        assert till.payment.state is State.CANCELLED
        assert till.account().holds == {}


@in_virtual_time
async def test_a_failed_reading_under_the_hold_does_not_disturb_the_commit() -> None:
    async with SmallTill() as till:
        till.server.faults["status"] += [late(0.05), slow(0.5)]
        till.server.faults["commit"].append(slow(3))
        await till.scan()
        till.server.faults["status"].clear()

        async def fails_late(do: object) -> StatusFailed:
            await till.wait(0.5)
            return StatusFailed(Cause.TIMEOUT)

        till.server.faults["status"].append(fails_late)
        await till.request(2_500)
        till.controller.paying.take()
        await till.wait(2)
        assert not till.payment.doubtful
        assert till.server.calls("status") == 3  # F12 waits for the reading that shows the hold
        await till.wait(3)
        assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_a_wall_clock_that_jumps_changes_nothing() -> None:
    """Row 39."""
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 2
        await till.hold()
        till.clock.wall_offset = timedelta(days=-400)
        await till.take()
        await till.wait(10)
        assert till.payment.state is State.COMMITTED
