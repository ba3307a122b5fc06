"""Replies that get lost, come late or make no sense: what the till finds out by itself."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from unit.terminal.small_till import (
    CARD,
    OTHER_CARD,
    Doing,
    Fault,
    SmallTill,
    answers,
    bug,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.operation import StatusSeen
from centara_giftcard.domain.payment import SETTLED, State
from centara_giftcard.domain.replies import Accepted, Cause, NotSent, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.terminal.events import (
    OpenChanged,
    PaymentShown,
    Ready,
    Reopened,
    ServerSilent,
    Settled,
)

NOT_DONE = answers(OutcomeUnknown(Cause.LOST))
NO_STATUS = answers(StatusFailed(Cause.TIMEOUT))


async def request(till: SmallTill) -> None:
    await till.scan()
    await till.request(2_500)


@in_virtual_time
async def test_a_request_that_was_not_sent_may_be_made_again() -> None:
    """Row 8."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(answers(NotSent(Cause.CONNECT)))
        await request(till)
        assert till.payment.state is State.NOT_HELD
        await till.hold()
        assert [p.id for p in till.journal.operations.values()] == ["op-1", "op-2"]


@in_virtual_time
async def test_a_request_that_was_lost_and_not_done_is_not_held_after_a_quiet_half_minute() -> None:
    """Row 19."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(NOT_DONE)
        await request(till)
        assert till.payment.doubtful
        await till.wait(29)
        assert till.payment.state is State.REQUESTING
        await till.wait(2)
        assert till.payment.state is State.NOT_HELD
        assert till.server.calls("pay") == 1


def carried_out_after(seconds: float) -> Fault:
    """A gateway gives up at once, and the server does it yet."""

    async def fault(do: Doing) -> OutcomeUnknown:
        asyncio.get_running_loop().call_later(seconds, do)
        return OutcomeUnknown(Cause.SERVER_ERROR)

    return fault


@in_virtual_time
async def test_a_request_that_is_carried_out_after_it_was_told_as_not_held_is_listed_and_told() -> None:
    """Row 19b: a gateway's 504, and the hold is there 36 s later."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(carried_out_after(36))
        await request(till)
        await till.wait(31)
        assert till.payment.state is State.NOT_HELD
        await till.leave()
        assert till.listed == []
        await till.wait(65)
        assert till.last(Reopened).operation.state is State.ORPHAN_HOLD
        assert till.listed == ["orphan_hold"]


@in_virtual_time
async def test_a_late_hold_is_seen_when_its_card_is_scanned_again_and_bars_nothing_before() -> None:
    """Row 19b: at its next scan."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(carried_out_after(40))
        await request(till)
        await till.wait(32)
        await till.leave()
        await till.scan()
        assert till.listed == []
        await till.leave()
        await till.wait(10)
        await till.scan()
        assert till.listed == ["orphan_hold"]


@in_virtual_time
async def test_a_server_that_is_back_is_not_asked_at_once_about_what_is_only_looked_at_now_and_then() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(answers(OutcomeUnknown(Cause.LOST)))
        await request(till)
        await till.wait(31)
        looked = till.server.calls("status")
        till.server.down = True
        await till.wait(31)
        till.server.down = False
        await till.wait(20)
        assert till.server.calls("status") == looked
        await till.wait(20)
        assert till.server.calls("status") == looked + 1


@in_virtual_time
async def test_ones_own_next_hold_of_the_same_amount_is_not_taken_for_the_late_one() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(answers(OutcomeUnknown(Cause.LOST)))
        await request(till)
        await till.wait(31)
        await till.leave()
        await till.hold()
        await till.wait(130)  # the card is looked at while it is held
        assert till.listed == []
        await till.take()
        assert till.payment.state is State.COMMITTED
        await till.wait(8 * 3600)
        assert till.listed == []
        assert till.server.calls("status") < 25


@in_virtual_time
async def test_a_request_that_was_lost_and_done_is_an_orphan_hold_and_stays_listed() -> None:
    """Row 20."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(lost())
        await request(till)
        assert till.payment.state is State.ORPHAN_HOLD
        await till.leave()
        await till.wait(600)
        assert [p.state for p in till.last(OpenChanged).operations] == [State.ORPHAN_HOLD]
        assert [call for call, _ in till.server.sent] == ["status", "pay", "status"]


@in_virtual_time
async def test_a_card_with_an_open_payment_takes_no_second_one() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(NOT_DONE)
        await request(till)
        await till.leave()
        await request(till)
        assert till.refusals() == ["open_on_card"]
        await till.leave()
        await till.scan(OTHER_CARD)
        await till.request(100)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_an_orphan_hold_leaves_the_rest_of_the_card_to_the_customer() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(lost())
        await request(till)
        await till.scan()
        await till.request(2_500)  # if the orphan lapsed meanwhile, nobody could tell the two apart
        assert till.refusals() == ["open_on_card"]
        await till.request(100)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_an_orphan_hold_is_off_the_list_once_a_scan_of_its_card_shows_it_gone() -> None:
    """Row 20."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(lost())
        await request(till)
        await till.scan()
        assert [p.state for p in till.last(OpenChanged).operations] == [State.ORPHAN_HOLD]
        till.account().holds.clear()  # the server let it lapse
        await till.leave()
        await till.scan()
        assert till.last(OpenChanged).operations == ()


@in_virtual_time
async def test_two_tills_on_one_card_make_it_unclear() -> None:
    """Row 21."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(lost())
        till.server.faults["status"] += [late(0.05)]
        await till.scan()
        till.account().holds["another till's"] = 700
        await till.request(2_500)
        assert till.payment.state is State.UNCLEAR


@in_virtual_time
async def test_a_late_hold_is_released() -> None:
    """Row 22."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(late(18))
        await request(till)
        await till.wait(11)
        assert till.all(ServerSilent)
        assert till.payment.state is State.ORPHAN_HOLD
        await till.wait(10)
        assert till.payment.state is State.CANCELLED
        assert till.account().holds == {}
        assert till.server.calls("cancel") == 1


@in_virtual_time
async def test_a_late_hold_is_released_though_the_till_had_settled_it_and_sold_on() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(slow(60))
        await request(till)
        await till.wait(45)
        assert till.payment.state is State.NOT_HELD
        await till.scan(OTHER_CARD)
        await till.request(100)
        await till.wait(30)
        assert till.payment.card.reveal() == OTHER_CARD
        assert till.last(Settled).operation.state is State.CANCELLED
        assert till.account(CARD).holds == {}


@in_virtual_time
async def test_a_refusal_is_told_once_the_status_agrees() -> None:
    """Row 23."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(answers(Refused(Cause.REFUSED, "Card blocked")))
        await request(till)
        assert (till.payment.state, till.payment.words) == (State.REFUSED, "Card blocked")


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
        await request(till)
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


@in_virtual_time
async def test_a_thousand_sales_leave_nothing_behind() -> None:
    async with SmallTill() as till:
        till.server.tells_balance = False
        till.account().net = 10_000_000
        for number in range(1_000):
            await till.hold(100)
            if number % 10 == 7:
                till.server.faults["commit"].append(lost())
            await (till.release() if number % 3 == 0 else till.take())
            till.server.faults["commit"].clear()
            await till.wait(2)
            assert till.payment.state in SETTLED
        payments = till.controller._operations
        assert not payments._live
        assert not payments._awaited
        assert not payments._readings
        assert not payments._tasks
        assert not payments._pauses
        assert len(till.journal.operations) == 1_000


@in_virtual_time
async def test_an_answer_for_a_payment_that_is_forgotten_is_dropped() -> None:
    async with SmallTill() as till:
        await till.hold()
        await till.take()
        shown = len(till.all(PaymentShown))
        till.controller._fed("op-1", StatusSeen(Balance(eur(1), eur(1)), 0.0), 1)
        await till.wait(1)
        assert len(till.all(PaymentShown)) == shown


@pytest.mark.parametrize("call", ["pay", "commit", "cancel", "status"])
def test_a_bug_in_the_adapter_is_a_lost_reply_and_is_noted_without_its_text(call: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with SmallTill() as till:
            till.faults_expected = True
            await till.scan()
            till.server.faults[call].append(bug)
            await till.request(2_500)
            if call in {"commit", "cancel", "status"}:
                assert till.payment.state is State.HELD
                await (till.release() if call == "cancel" else till.take())
            await till.wait(60)
            assert till.payment.state is (
                {"pay": State.NOT_HELD, "cancel": State.CANCELLED}.get(call, State.COMMITTED)
            )
            (fault,) = till.flight.faults()
            assert fault.startswith("RuntimeError in bug")
            assert CARD not in repr(till.flight.events)

    story()


@in_virtual_time
async def test_a_bug_while_a_card_is_checked_is_no_answer() -> None:
    async with SmallTill() as till:
        till.faults_expected = True
        till.server.faults["status"].append(bug)
        await till.scan()
        await till.scan()
        assert till.card
        assert CARD not in repr(till.flight.events)
