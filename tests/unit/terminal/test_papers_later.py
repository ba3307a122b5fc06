"""Receipts that were not printed in their time: closing, a restart, a power cut."""

from datetime import timedelta

import pytest
from unit.terminal.paper_till import NO_PAPER, PaperTill
from unit.terminal.small_till import (
    answers,
    late,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.receipts import Text
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.ports import PaperWord
from centara_giftcard.terminal.printing import PrintTrouble, ReceiptPending

DUE, SENT, WAITING, PRINTED = PaperWord


@in_virtual_time
async def test_closing_prints_what_is_due_and_does_not_wait_for_ever() -> None:
    async with PaperTill() as till:
        operation = (await till.hold()).id
        till.roll.gate.clear()
        await till.take()
        await till.papers.close(0.5)
        assert till.roll.told == []
        till.roll.gate.set()
        await till.papers.close(1)
        assert till.roll.told == [f"payment {operation}"]


@in_virtual_time
async def test_what_waited_for_paper_is_there_after_a_restart_and_is_no_copy() -> None:
    before = PaperTill()
    async with before:
        before.roll.fault = NO_PAPER
        operation = await before.pay(due=4_000)
    async with PaperTill(before) as till:
        await till.wait(1)
        assert till.roll.told == []  # the customer has gone: nothing comes out unasked
        assert till.printing == [ReceiptPending(operation, PrintTrouble.EARLIER, 1)]
        assert till.papers.waiting == 1
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == [f"payment {operation}"]
        assert till.roll.papers[0].lines[1] == Text("Classic")
        assert till.pairs() == {"•••• 1111": "2500", "rest": "1500", "left": "0"}


@in_virtual_time
async def test_what_was_in_the_printer_at_a_power_cut_is_a_copy_afterwards() -> None:
    before = PaperTill()
    async with before:
        before.roll.gate.clear()
        operation = await before.pay()
        await before.pull_the_plug()
    async with PaperTill(before) as till:
        await till.wait(1)
        assert till.roll.told == []
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == [f"payment {operation} copy"]


@in_virtual_time
@pytest.mark.parametrize("automatic", [True, False])
async def test_what_was_due_and_never_sent_comes_out_at_the_next_start(automatic: bool) -> None:
    before = PaperTill()
    async with before:
        await before.scan()
        before.roll.gate.clear()
        before.papers.print("till")  # a balance slip on which the printer hangs
        before.server.faults["status"] += [late(0.05), answers(StatusFailed(Cause.LOST))]
        operation = await before.pay()
        await before.wait(3)
        assert before.words(operation) == [DUE]
        await before.pull_the_plug()
    async with PaperTill(before, automatic) as till:
        await till.wait(1)
        assert till.roll.told == ([f"payment {operation}"] if automatic else [])


@in_virtual_time
async def test_a_receipt_that_is_a_week_old_is_missed_by_nobody() -> None:
    before = PaperTill()
    async with before:
        before.roll.fault = NO_PAPER
        await before.pay()
    till = PaperTill(before)
    till.clock.wall_offset = timedelta(days=8)
    async with till:
        assert till.papers.waiting == 0


@in_virtual_time
async def test_a_journal_that_cannot_be_read_costs_only_the_old_receipts() -> None:
    till = PaperTill()
    till.trail.fails = True
    async with till:
        operation = await till.pay()
        assert till.roll.told == [f"payment {operation}"]
