"""Receipts wait their turn, wait for paper, and are never in the way (row 33)."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from centara_giftcard.domain.receipts import Code128, Receipt, Text
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.printing import (
    PrintError,
    PrintEvent,
    PrintQueue,
    ReceiptPending,
    ReceiptPrinted,
    ReceiptPrinting,
    Trouble,
)


class Paper:
    """A printer in memory: `fault` is what it raises, `gate` what it waits for."""

    def __init__(self) -> None:
        self.printed: list[Receipt] = []
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def print(self, receipt: Receipt) -> None:
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.printed.append(receipt)


Story = Callable[[PrintQueue, Paper, list[PrintEvent]], Coroutine[None, None, None]]


def tell(story: Story) -> None:
    async def run() -> None:
        paper, told = Paper(), list[PrintEvent]()
        queue = PrintQueue(paper, told.append)
        work = asyncio.create_task(queue.run())
        await story(queue, paper, told)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(run())


def receipt(name: str) -> Receipt:
    return Receipt(name, (Text(name),))


NO_PAPER = PrintError(Trouble.OUT_OF_PAPER, "The printer is out of paper.")


def test_receipts_are_printed_in_the_order_they_came() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        for name in "abc":
            queue.print(receipt(name))
        assert paper.printed == []  # nothing was done in the caller's time
        await queue.close(1)
        assert [it.operation for it in paper.printed] == ["a", "b", "c"]
        assert told[:2] == [ReceiptPrinting("a"), ReceiptPrinted("a", copy=False)]

    tell(story)


def test_a_receipt_waits_until_somebody_asks_again_and_is_then_no_copy() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        paper.fault = NO_PAPER
        queue.print(receipt("a"))
        queue.print(receipt("b"))
        await queue.close(1)
        assert queue.pending == 2
        assert told[-1] == ReceiptPending("b", Trouble.OUT_OF_PAPER, 2, "The printer is out of paper.")
        paper.fault = None
        assert queue.reprint()
        await queue.close(1)
        assert paper.printed == [receipt("a"), receipt("b")]
        assert queue.pending == 0

    tell(story)


def test_a_receipt_that_fails_again_goes_on_waiting() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        paper.fault = NO_PAPER
        queue.print(receipt("a"))
        await queue.close(1)
        queue.reprint()
        await queue.close(1)
        assert queue.pending == 1
        assert [event.count for event in told if isinstance(event, ReceiptPending)] == [1, 1]

    tell(story)


def test_what_was_printed_is_printed_again_as_a_copy() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        assert not queue.reprint()
        queue.print(receipt("a"))
        await queue.close(1)
        for _ in range(2):
            assert queue.reprint()
            await queue.close(1)
        assert [it.copy for it in paper.printed] == [False, True, True]
        assert [line.text for line in paper.printed[2].lines if isinstance(line, Text)] == ["COPY", "a"]
        assert told[-1] == ReceiptPrinted("a", copy=True)

    tell(story)


def test_the_next_receipt_is_tried_although_one_waits() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        paper.fault = NO_PAPER
        queue.print(receipt("a"))
        await queue.close(1)
        paper.fault = None
        queue.print(receipt("b"))
        await queue.close(1)
        assert (queue.pending, paper.printed) == (1, [receipt("b")])

    tell(story)


def test_a_bug_in_a_printer_s_adapter_costs_no_receipt() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        paper.fault = KeyError("6091000000001111")
        queue.print(receipt("a"))
        await queue.close(1)
        assert told[-1] == ReceiptPending("a", Trouble.FAILED, 1, "KeyError in the printer's adapter.")
        paper.fault = None
        queue.reprint()
        await queue.close(1)
        assert paper.printed == [receipt("a")]

    tell(story)


def test_closing_waits_for_a_slow_printer_but_not_for_ever() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        paper.gate.clear()
        queue.print(receipt("a"))
        await queue.close(0.05)
        assert told == [ReceiptPrinting("a")]
        paper.gate.set()
        await queue.close(1)
        assert paper.printed == [receipt("a")]

    tell(story)


def test_a_card_that_was_not_printed_does_not_wait_it_is_printed_anew_while_it_is_wanted() -> None:
    async def story(queue: PrintQueue, paper: Paper, told: list[PrintEvent]) -> None:
        card = Receipt("op-1", (Text("Live"), Code128(CardNumber("6092000000000933"))))
        paper.fault = NO_PAPER
        queue.print(card)
        await queue.close(1)
        assert told[-1] == ReceiptPending("op-1", Trouble.OUT_OF_PAPER, 1, str(NO_PAPER))
        paper.fault = None
        assert queue.pending == 0
        assert not queue.reprint()
        queue.print(card)
        queue.print(receipt("sale"))
        await queue.close(1)
        queue.reprint()
        await queue.close(1)
        assert [(it.operation, it.copy) for it in paper.printed] == [
            ("op-1", False),
            ("sale", False),
            ("sale", True),
        ]

    tell(story)
