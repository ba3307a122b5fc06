"""Row 19b: nothing was held after a lost answer, and the server carries it out later all the same."""

import asyncio

from unit.terminal.small_till import OTHER_CARD, Doing, Fault, SmallTill, answers, late
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, Refused
from centara_giftcard.terminal.events import Reopened


async def request(till: SmallTill, minor: int = 2_500) -> None:
    await till.scan()
    await till.request(minor)


async def request_in_vain(till: SmallTill) -> None:
    """Its answer is lost, and nothing is held for it."""
    till.server.faults["pay"].append(answers(OutcomeUnknown(Cause.LOST)))
    await request(till)
    await till.wait(32)
    await till.leave()


async def hold_that_is_unclear(till: SmallTill) -> Payment:
    """The server will not commit it, and it stands."""
    hold = await till.hold()
    till.server.faults["commit"].append(answers(Refused(Cause.REFUSED)))
    await till.take()
    return hold


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
async def test_a_late_hold_of_a_part_is_listed_for_a_person() -> None:
    async with SmallTill() as till:
        await request_in_vain(till)
        till.account().holds["a part"] = 1_250
        await till.scan()
        assert till.last(Reopened).operation.state is State.UNCLEAR
        assert till.listed == ["unclear"]


@in_virtual_time
async def test_the_hold_of_a_payment_that_a_person_closed_is_not_taken_for_the_late_one() -> None:
    async with SmallTill() as till:
        await request_in_vain(till)
        closed = await hold_that_is_unclear(till)
        assert till.listed == ["unclear"]
        till.controller.exceptions.close(closed.id, "7", "looked up")
        await till.wait(8 * 3600)
        assert till.account().holds
        assert till.listed == []


@in_virtual_time
async def test_a_late_hold_is_seen_beside_that_of_an_older_payment_that_a_person_closed() -> None:
    async with SmallTill() as till:
        closed = await hold_that_is_unclear(till)
        await till.leave()
        till.server.faults["pay"].append(carried_out_after(40))
        await request(till, 1_000)
        await till.wait(32)
        till.controller.exceptions.close(closed.id, "7", "looked up")
        await till.wait(200)
        assert till.listed == ["orphan_hold"]


@in_virtual_time
async def test_a_late_hold_is_seen_in_the_reading_before_the_next_request_on_its_card() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(carried_out_after(40))
        await request(till)
        await till.wait(32)
        await till.leave()
        await till.scan()
        await till.wait(10)  # the cashier types; meanwhile it is held
        await till.request(1_000)
        assert till.payment.state is State.HELD
        assert till.payment.before.authorised.minor == 2_500
        assert till.listed == ["orphan_hold"]


@in_virtual_time
async def test_two_lost_requests_that_are_carried_out_together_are_both_listed() -> None:
    """A gateway kept both, and the server is back."""
    async with SmallTill() as till:
        till.server.faults["pay"] += [carried_out_after(100), carried_out_after(60)]
        await request(till)
        await till.wait(40)
        await till.leave()
        await request(till)
        await till.wait(140)
        assert sum(till.account().holds.values()) == 5_000
        assert till.listed == ["orphan_hold", "orphan_hold"]


@in_virtual_time
async def test_of_two_lost_requests_of_one_amount_one_late_hold_lists_the_newest_alone() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"] += [answers(OutcomeUnknown(Cause.LOST)), carried_out_after(36)]
        await request(till)
        await till.wait(40)
        await till.leave()
        await request(till)
        newest = till.payment.id
        await till.wait(600)
        assert till.listed == ["orphan_hold"]
        assert [it.operation.id for it in till.all(Reopened)] == [newest]


@in_virtual_time
async def test_an_older_request_that_is_held_while_a_newer_one_is_doubted_is_told_apart() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"] += [carried_out_after(50), answers(OutcomeUnknown(Cause.LOST))]
        await request(till)
        await till.wait(40)
        await till.leave()
        await request(till, 1_000)
        await till.wait(35)
        assert till.payment.state is not State.UNCLEAR
        await till.wait(40)
        assert till.payment.state is State.NOT_HELD
        assert till.listed == ["orphan_hold"]


@in_virtual_time
async def test_scanning_a_card_often_does_not_end_the_looks_at_it() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(carried_out_after(3_000))
        await request(till)
        await till.wait(32)
        for _ in range(20):
            await till.leave()
            await till.scan()
        await till.leave()
        await till.scan(OTHER_CARD)
        await till.wait(7_200)
        assert till.listed == ["orphan_hold"]


@in_virtual_time
async def test_what_explains_a_late_hold_was_not_written_and_the_next_start_finds_it_out_anew() -> None:
    """Else the older request would be blamed for the hold of the newest, which alone was written."""
    async with SmallTill() as till:
        await request_in_vain(till)
        oldest = till.payment.id
        till.server.faults["pay"].append(carried_out_after(5))
        await till.scan()
        till.server.faults["status"] += [late(0.05), late(5.5)]
        await till.request(2_500)
        till.journal.fails_once.add("status read")
        await till.wait(40)
        assert till.listed == ["orphan_hold"]
        await till.pull_the_plug()
        async with SmallTill(till.journal, till.server) as again:
            await again.wait(40)
            assert again.listed == ["orphan_hold"]
            assert again.journal.operations[oldest].state is State.NOT_HELD
