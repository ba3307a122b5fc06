"""Paper follows what became of an operation, whatever is in view: once, in its order, and truly marked."""

import pytest
from unit.terminal.paper_till import BROKE_OFF, LIVE, NO_PAPER, PaperTill, blank
from unit.terminal.small_till import (
    CARD,
    OTHER_CARD,
    answers,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.receipts import Text
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.events import OperatorChanged
from centara_giftcard.terminal.ports import PaperWord
from centara_giftcard.terminal.printing import PrintTrouble, ReceiptPending, ReceiptPrinted, ReceiptPrinting

DUE, SENT, WAITING, PRINTED = PaperWord


# --- payments ---


@in_virtual_time
async def test_a_payment_is_printed_by_itself_once_with_what_is_left() -> None:
    async with PaperTill() as till:
        operation = await till.pay(due=4_000)
        await till.leave()
        await till.scan(OTHER_CARD)
        assert till.roll.told == [f"payment {operation}"]
        assert till.pairs() == {"•••• 1111": "2500", "left": "0", "rest": "1500"}
        assert till.words(operation) == [DUE, SENT, PRINTED]
        told = till.printing
        assert told == [ReceiptPrinting(operation), ReceiptPrinted(operation)]


@in_virtual_time
async def test_a_balance_that_cannot_be_read_does_not_hold_the_receipt_back() -> None:
    async with PaperTill() as till:
        await till.hold()
        till.server.faults["status"] += [answers(StatusFailed(Cause.LOST))] * 4
        await till.take()
        await till.wait(3)
        assert till.pairs() == {"•••• 1111": "2500"}


@in_virtual_time
async def test_a_receipt_waits_for_the_balance_no_longer_than_the_screen_does() -> None:
    async with PaperTill() as till:
        operation = (await till.hold()).id
        till.server.faults["status"].append(slow(5))
        await till.take()
        await till.wait(2.5)
        assert till.roll.told == []
        await till.wait(0.5)
        assert till.roll.told == [f"payment {operation}"]
        await till.wait(10)
        assert len(till.roll.papers) == 1


@in_virtual_time
async def test_a_payment_that_is_confirmed_after_the_cashier_went_on_has_its_receipt() -> None:
    """Issue 8, B: a commit's reply is lost, the cashier goes on, it is confirmed later."""
    async with PaperTill() as till:
        operation = (await till.hold()).id
        till.server.faults["commit"].append(lost())
        till.server.down = True
        await till.take()
        await till.leave()
        till.server.down = False
        await till.wait(40)
        assert till.roll.told == [f"payment {operation}"]
        preview = till.papers.preview("till")
        assert preview is not None
        assert preview.operation == operation
        till.papers.print("till")
        await till.wait(1)
        assert till.roll.told[1:] == [f"payment {operation} copy"]


@in_virtual_time
async def test_what_is_in_view_stays_in_view_when_another_payment_is_confirmed() -> None:
    async with PaperTill() as till:
        operation = (await till.hold()).id
        till.server.faults["commit"].append(lost())
        till.server.down = True
        await till.take()
        await till.leave()
        till.server.down = False
        await till.scan(OTHER_CARD)
        await till.wait(40)
        assert till.roll.told == [f"payment {operation}"]
        till.papers.print("till")
        await till.wait(1)
        assert till.roll.told[1:] == ["balance "]


@in_virtual_time
async def test_a_payment_that_is_confirmed_after_a_power_cut_has_its_receipt_once() -> None:
    before = PaperTill()
    async with before:
        operation = (await before.hold()).id
        before.server.faults["commit"].append(late(60))
        await before.take()
        await before.pull_the_plug()
    async with PaperTill(before) as till:
        await till.wait(40)
        assert till.roll.told == [f"payment {operation}"]
        assert till.words(operation) == [DUE, SENT, PRINTED]
        assert till.roll.papers[0].lines[1] == Text("Classic")
        assert till.pairs() == {"•••• 1111": "2500", "left": "7500"}
    async with PaperTill(till) as again:
        await again.wait(1)
        assert again.roll.told == []


@in_virtual_time
async def test_a_series_that_the_settings_no_longer_name_costs_no_receipt() -> None:
    before = PaperTill()
    async with before:
        operation = (await before.hold()).id
        before.server.faults["commit"].append(late(60))
        await before.take()
        await before.pull_the_plug()
    async with PaperTill(before, series=(LIVE,)) as till:
        await till.wait(40)
        assert till.roll.told == [f"payment {operation}"]


@in_virtual_time
async def test_nothing_is_printed_unasked_of_what_was_not_taken() -> None:
    async with PaperTill() as till:
        till.papers.told(OperatorChanged("7", locked=False))
        payment = await till.hold()
        assert till.papers.preview("till") is None
        await till.release()
        await till.wait(1)
        assert till.roll.told == []
        till.papers.print("till")
        await till.wait(1)
        assert till.roll.told == [f"released {payment.id}"]


@in_virtual_time
async def test_a_balance_slip_is_never_a_copy_and_a_card_that_is_not_sold_has_none() -> None:
    async with PaperTill(server=blank(OTHER_CARD)) as till:
        await till.scan()
        for _ in range(2):
            till.papers.print("till")
            await till.wait(1)
        assert till.roll.told == ["balance ", "balance "]
        await till.leave()
        assert till.papers.preview("till") is None
        await till.scan(OTHER_CARD)
        assert till.papers.preview("till") is None
        till.papers.print("till")
        await till.wait(1)
        assert len(till.roll.papers) == 2


@in_virtual_time
async def test_a_payment_that_no_reading_showed_has_its_receipt_without_a_balance() -> None:
    """Row 28b: the server's word has to do for "Paid"; what is left on the card is not known."""
    async with PaperTill() as till:
        operation = await till.pay()
        assert till.pairs()["left"] == "7500"
        await till.leave()
        await till.hold()
        till.server.faults["status"] += [answers(StatusFailed(Cause.TIMEOUT))] * 9
        await till.take()
        await till.wait(4)
        assert (till.payment.unread, len(till.roll.papers)) == (True, 2)
        assert till.payment.id != operation
        assert till.roll.told[-1] == f"payment {till.payment.id}"
        assert "left" not in till.pairs()


# --- printing it, and printing it again ---


@in_virtual_time
async def test_what_was_printed_is_printed_again_as_a_copy() -> None:
    async with PaperTill() as till:
        assert not till.papers.copy_next("till")
        assert till.papers.in_view("till") is None
        operation = await till.pay()
        assert till.papers.in_view("till") == operation
        assert till.papers.copy_next("till")
        for _ in range(2):
            till.papers.print("till")
            await till.wait(1)
        assert till.roll.told == [f"payment {operation}", *[f"payment {operation} copy"] * 2]
        assert till.printing[-1] == ReceiptPrinted(operation, copy=True)


@in_virtual_time
async def test_p_during_printing_is_no_second_receipt() -> None:
    async with PaperTill() as till:
        till.roll.gate.clear()
        operation = await till.pay()
        till.papers.print("till")
        till.papers.print_waiting()
        till.roll.gate.set()
        await till.wait(1)
        assert till.roll.told == [f"payment {operation}"]


@in_virtual_time
async def test_where_receipts_are_not_wanted_unasked_p_prints_them_and_then_copies() -> None:
    async with PaperTill(automatic=False) as till:
        operation = await till.pay()
        assert till.roll.told == []
        for _ in range(2):
            till.papers.print("till")
            await till.wait(1)
        assert till.roll.told == [f"payment {operation}", f"payment {operation} copy"]


@in_virtual_time
async def test_a_till_without_a_printer_shows_its_papers_only() -> None:
    async with PaperTill(printer=False) as till:
        operation = await till.pay()
        preview = till.papers.preview("till")
        assert preview is not None
        assert preview.operation == operation
        assert not till.papers.can_print
        till.papers.print("till")
        till.papers.print_waiting()
        await till.papers.close(1)
        assert (till.printing, till.words(operation)) == ([], [])


@in_virtual_time
async def test_what_waits_is_printed_by_its_own_button_and_never_instead_of_what_is_in_view() -> None:
    async with PaperTill() as till:
        till.roll.fault = NO_PAPER
        first = await till.pay()
        await till.leave()
        second = await till.pay()
        assert till.papers.waiting == 2
        assert till.printing[-1] == ReceiptPending(second, PrintTrouble.OUT_OF_PAPER, 2, detail=str(NO_PAPER))
        till.roll.fault = None
        assert till.papers.waits("till")
        assert not till.papers.waits("sell")
        till.papers.print("till")
        await till.wait(1)
        assert till.roll.told == [f"payment {second}"]
        assert not till.papers.waits("till")
        assert till.papers.waiting == 1
        assert till.printing[-1] == ReceiptPrinted(second, waiting=1)
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told[1:] == [f"payment {first}"]
        assert till.papers.waiting == 0
        assert till.words(first) == [DUE, SENT, WAITING, SENT, PRINTED]


@in_virtual_time
async def test_what_waits_comes_out_in_the_order_of_the_operations() -> None:
    async with PaperTill() as till:
        till.roll.fault = NO_PAPER
        operations = []
        for _ in range(3):
            operations.append(await till.pay(500))
            await till.leave()
        till.papers.print_waiting()  # in vain
        await till.wait(1)
        assert till.papers.waiting == 3
        till.roll.fault = None
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == [f"payment {it}" for it in operations]


@in_virtual_time
async def test_where_nobody_can_know_what_came_out_the_second_says_copy() -> None:
    async with PaperTill() as till:
        till.roll.fault = BROKE_OFF
        operation = await till.pay()
        till.roll.fault = None
        till.papers.print("till")
        await till.wait(1)
        assert till.roll.told == [f"payment {operation} copy"]


@in_virtual_time
async def test_a_copy_that_fails_waits_as_a_copy() -> None:
    async with PaperTill() as till:
        operation = await till.pay()
        till.roll.fault = NO_PAPER
        till.papers.print("till")
        await till.wait(1)
        assert till.papers.waiting == 1
        till.roll.fault = None
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == [f"payment {operation}", f"payment {operation} copy"]


@in_virtual_time
async def test_a_bug_in_a_printers_adapter_costs_no_receipt() -> None:
    async with PaperTill() as till:
        till.roll.fault = KeyError(CARD)
        operation = await till.pay()
        (pending,) = [it for it in till.printing if isinstance(it, ReceiptPending)]
        assert (pending.trouble, CARD in pending.detail) == (PrintTrouble.FAILED, False)
        till.roll.fault = None
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == [f"payment {operation} copy"]


@in_virtual_time
async def test_only_what_was_printed_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("centara_giftcard.terminal.papers.REMEMBERED", 1)
    async with PaperTill() as till:
        till.roll.fault = NO_PAPER
        first = await till.pay(500)
        till.roll.fault = None
        for _ in range(2):
            await till.leave()
            await till.pay(500)
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told[-1] == f"payment {first}"


@in_virtual_time
async def test_a_journal_that_cannot_write_costs_no_receipt() -> None:
    async with PaperTill() as till:
        till.trail.fails = True
        operation = await till.pay()
        assert till.roll.told == [f"payment {operation}"]
        assert {name for name, _ in till.paper_flight.events} == {"journal_failed", "printed"}
        till.trail.bugs = True
        await till.leave()
        await till.pay()
        assert len(till.roll.papers) == 2
        assert CARD not in str(till.paper_flight.events)


@in_virtual_time
async def test_what_is_told_of_a_receipt_is_on_the_disk() -> None:
    async with PaperTill() as till:
        seen: list[tuple[type, PaperWord]] = []
        till.papers._publish = lambda it: seen.append((type(it), till.words(it.operation)[-1]))
        till.trail.takes_s = 0.1
        till.roll.fault = NO_PAPER
        await till.pay()
        await till.wait(1)
        till.roll.fault = None
        till.papers.print_waiting()
        await till.wait(1)
        assert [it for it in seen if it[0] is not ReceiptPrinting] == [
            *((ReceiptPending, WAITING), (ReceiptPrinted, PRINTED))
        ]


@in_virtual_time
async def test_a_bug_in_the_face_costs_no_receipt() -> None:
    def broken(_: object) -> None:
        raise RuntimeError(CARD)

    async with PaperTill() as till:
        till.papers._publish = broken
        operation = await till.pay()
        assert till.roll.told == [f"payment {operation}"]
        assert CARD not in str(till.paper_flight.events)
