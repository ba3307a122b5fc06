"""Row 26c at the till: one frozen hold, not one on every card."""

import pytest
from unit.terminal.small_till import OTHER_CARD, SmallTill, answers, lost
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown


async def freeze(till: SmallTill) -> None:
    """A payment is held, and its answer cannot be read."""
    till.server.faults["pay"].append(lost(Cause.UNREADABLE))
    await till.scan()
    await till.request(2_500)
    assert till.payment.state is State.ORPHAN_HOLD
    await till.leave()


@in_virtual_time
async def test_after_a_frozen_hold_no_card_is_asked_for_a_payment_until_somebody_allows_it() -> None:
    async with SmallTill() as till:
        await freeze(till)
        await till.scan(OTHER_CARD)
        assert till.card.stopped
        assert not till.card.takes_amount
        await till.request(1_000)
        assert till.refusals() == ["payments_stopped"]
        assert till.server.calls("pay") == 1
        till.controller.access.sign_on("7")
        till.controller.paying.allow()
        await till.wait(0.1)
        assert not till.card.stopped
        assert till.card.takes_amount
        assert till.log.count("journal payments allowed by 7") == 1
        await till.request(1_000)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_it_is_on_after_a_restart() -> None:
    till = SmallTill()
    async with till:
        await freeze(till)
        await till.pull_the_plug()
    again = SmallTill(journal=till.journal, server=till.server)
    async with again:
        await again.scan(OTHER_CARD)
        assert again.card.stopped


@in_virtual_time
async def test_a_request_that_was_typed_before_it_went_on_is_not_made() -> None:
    async with SmallTill() as till:
        await till.scan()
        till.controller._operations.brake = Brake(2, "op-0")
        await till.request(1_000)
        assert till.card.stopped
        assert till.server.calls("pay") == 0


@in_virtual_time
async def test_a_success_that_is_read_after_one_that_was_not_begins_the_count_anew() -> None:
    async with SmallTill() as till:
        for unread in (True, False, True):
            if unread:
                till.server.faults["pay"].append(answers(OutcomeUnknown(Cause.UNREADABLE)))
            await till.scan()
            await till.request(100)
            await till.wait(31)
            await till.release()
            await till.leave()
        await till.scan()
        assert not till.card.stopped
        assert till.journal.braked == Brake(unread=1)
        assert [it for it in till.log if "success" in it] == [
            "journal success unread",
            "journal success read",
            "journal success unread",
        ]


@in_virtual_time
async def test_it_is_allowed_only_where_its_reason_stands_on_the_screen() -> None:
    async with SmallTill() as till:
        await freeze(till)
        till.controller.paying.allow()
        await till.scan(OTHER_CARD)
        assert till.card.stopped
        till.controller.paying.allow()
        till.controller.paying.allow()
        await till.wait(0.1)
        assert [it for it in till.log if "allowed" in it] == ["journal payments allowed"]


@pytest.mark.parametrize("word", ["payments stopped", "payments allowed"])
@in_virtual_time
async def test_a_brake_that_cannot_be_written_down_lets_no_payment_through(word: str) -> None:
    async with SmallTill() as till:
        till.journal.fails.add(word)
        await freeze(till)
        await till.scan(OTHER_CARD)
        till.controller.paying.allow()
        await till.wait(0.1)
        assert till.refusals()[-1] in {"stopped", "journal_failed"}
        await till.request(1_000)
        assert till.server.calls("pay") == 1
