"""Replies that get lost, come late or make no sense: what the till finds out by itself."""

import pytest
from unit.terminal.small_till import (
    CARD,
    OTHER_CARD,
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
from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown, Refused
from centara_giftcard.terminal.events import (
    OpenChanged,
    PaymentShown,
    ServerSilent,
    Settled,
)

NOT_DONE = answers(OutcomeUnknown(Cause.LOST))


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
async def test_three_hundred_sales_leave_nothing_behind() -> None:
    async with SmallTill() as till:
        till.server.tells_balance = False
        till.account().net = 10_000_000
        for number in range(300):
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
        assert len(till.journal.operations) == 300


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
