"""Paper follows what became of an operation, whatever is in view: once, in its order, and truly marked."""

from datetime import timedelta

import pytest
from unit.terminal.paper_till import BROKE_OFF, LIVE, NO_PAPER, PaperTill
from unit.terminal.small_till import (
    CARD,
    LIVE_CARD,
    OTHER_CARD,
    Account,
    Server,
    answers,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.replies import Cause, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.terminal.controller import Place
from centara_giftcard.terminal.events import OperatorChanged
from centara_giftcard.terminal.ports import PaperWord
from centara_giftcard.terminal.printing import ReceiptPending, ReceiptPrinted, ReceiptPrinting, Trouble

DUE, SENT, WAITING, PRINTED = PaperWord
THIRD = "6091000000004444"


def blank(*numbers: str) -> Server:
    """A server with cards that are not sold yet."""
    server = Server([])
    for number in numbers:
        server.accounts[number] = Account(0, issued=False, original=0)
    return server


async def put(till: PaperTill, *numbers: str, minor: int = 2_500) -> None:
    """Lay cards on the list of Sell."""
    for number in numbers:
        await till.scan(number)
        till.controller.selling.price(eur(minor))
        await till.wait(0.05)


async def sell(till: PaperTill, seconds: float = 1) -> None:
    till.controller.selling.sell()
    await till.wait(seconds)


async def live(till: PaperTill, minor: int = 4_000) -> None:
    till.controller.selling.choose(LIVE.number)
    till.controller.selling.price(eur(minor))
    await till.wait(0.05)


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
async def test_only_the_newest_payments_are_remembered_with_their_cards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("centara_giftcard.terminal.papers.UNDER_WAY", 1)
    async with PaperTill() as till:
        first = (await till.hold()).id
        till.server.faults["commit"].append(lost())
        till.server.down = True
        await till.take()
        await till.leave()
        till.server.down = False
        await till.scan(OTHER_CARD)
        await till.request(1_000)
        await till.wait(40)
        assert f"payment {first}" in till.roll.told  # of what the payment itself knows


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
        assert till.printing[-1] == ReceiptPending(second, Trouble.OUT_OF_PAPER, 2, detail=str(NO_PAPER))
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
        assert (pending.trouble, CARD in pending.detail) == (Trouble.FAILED, False)
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


# --- closing and starting anew ---


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
        assert till.printing == [ReceiptPending(operation, Trouble.EARLIER, 1)]
        assert till.papers.waiting == 1
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == [f"payment {operation}"]
        assert till.pairs() == {"•••• 1111": "2500", "rest": "1500"}


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


# --- selling, undoing ---


@in_virtual_time
async def test_the_receipt_of_a_list_waits_for_all_of_it() -> None:
    async with PaperTill(server=blank(CARD, OTHER_CARD, THIRD)) as till:
        till.controller.turn_to(Place.SELL)
        await put(till, CARD, OTHER_CARD, THIRD)
        till.server.faults["issue"] += [late(0.1), lost(), answers(Refused(Cause.REFUSED, "no"))]
        till.server.faults["status"].append(slow(5))
        await sell(till, 3)
        assert till.roll.told == []
        await till.wait(60)
        (told,) = till.roll.told
        assert till.pairs() == {"•••• 1111": "2500", "•••• 2222": "2500"}
        till.papers.print("sell")
        await till.wait(1)
        assert till.roll.told[1:] == [f"{told} copy"]
        till.controller.selling.leave()
        await till.wait(0.1)
        assert till.papers.preview("sell") is None


@in_virtual_time
async def test_a_list_that_is_left_prints_what_was_sold_and_the_rest_when_it_is_known() -> None:
    async with PaperTill(server=blank(CARD, OTHER_CARD)) as till:
        till.controller.turn_to(Place.SELL)
        await put(till, CARD, OTHER_CARD)
        till.server.faults["issue"] += [late(0.1), lost()]
        till.server.faults["status"] += [late(0.05), slow(9)]
        await sell(till, 3)
        till.controller.selling.leave()
        await till.wait(0.1)
        assert till.pairs() == {"•••• 1111": "2500"}
        await till.wait(60)
        assert len(till.roll.papers) == 2
        assert till.pairs() == {"•••• 2222": "2500"}


@in_virtual_time
async def test_closing_prints_a_list_as_far_as_it_is_known() -> None:
    async with PaperTill(server=blank(CARD, OTHER_CARD)) as till:
        till.controller.turn_to(Place.SELL)
        await put(till, CARD, OTHER_CARD)
        till.server.faults["issue"] += [late(0.1), lost()]
        till.server.faults["status"] += [late(0.05), slow(9)]
        await sell(till, 3)
        assert till.roll.told == []
        await till.papers.close(1)
        assert till.pairs() == {"•••• 1111": "2500"}


@in_virtual_time
async def test_a_list_that_was_printed_while_a_card_was_in_doubt_prints_that_card_when_it_is_known() -> None:
    async with PaperTill(server=blank(CARD, OTHER_CARD)) as till:
        till.controller.turn_to(Place.SELL)
        await put(till, CARD, OTHER_CARD)
        till.server.faults["issue"] += [late(0.1), lost()]
        till.server.faults["status"] += [late(0.1), slow(9)]
        await sell(till, 3)
        till.papers.print("sell")
        await till.wait(1)
        assert till.pairs() == {"•••• 1111": "2500"}
        await till.wait(60)
        assert len(till.roll.papers) == 2
        assert till.pairs() == {"•••• 2222": "2500"}
        assert not till.roll.papers[1].copy


@in_virtual_time
async def test_a_list_whose_first_card_was_refused_is_one_receipt_all_the_same() -> None:
    async with PaperTill(server=blank(CARD, OTHER_CARD, THIRD)) as till:
        till.controller.turn_to(Place.SELL)
        await put(till, CARD, OTHER_CARD, THIRD)
        till.server.faults["issue"] += [answers(Refused(Cause.REFUSED, "no")), late(0.1), lost()]
        await sell(till, 120)
        assert len(till.roll.papers) == 1
        assert till.pairs() == {"•••• 2222": "2500", "•••• 4444": "2500"}
        till.papers.print("sell")
        await till.wait(1)
        assert till.roll.papers[1].copy


@in_virtual_time
async def test_a_list_of_which_nothing_was_sold_has_no_receipt() -> None:
    async with PaperTill(server=blank(CARD)) as till:
        till.controller.turn_to(Place.SELL)
        await put(till, CARD)
        till.server.faults["issue"].append(answers(OutcomeUnknown(Cause.LOST)))
        await sell(till, 90)
        till.controller.selling.leave()
        await till.wait(1)
        assert till.roll.told == []
        assert till.papers.preview("sell") is None


@in_virtual_time
async def test_a_live_card_is_printed_whole_and_again_and_its_receipt_waits_for_the_handing_over() -> None:
    async with PaperTill() as till:
        till.controller.turn_to(Place.SELL)
        await live(till)
        await sell(till)
        operation = till.ids.made
        assert till.roll.told == [f"card op-{operation}"]
        assert till.papers.preview("sell") is None
        till.controller.selling.print(f"op-{operation}")
        await till.wait(1)
        assert till.roll.told[1:] == [f"card op-{operation}"]  # no copy: the first may lie in the bin
        await till.scan(LIVE_CARD)
        await till.wait(1)
        assert till.roll.told[2:] == [f"sale op-{operation}"]
        assert till.papers.preview("sell") is not None


@in_virtual_time
async def test_a_live_card_that_was_not_printed_waits_nowhere_but_with_its_own_button() -> None:
    async with PaperTill() as till:
        till.roll.fault = NO_PAPER
        till.controller.turn_to(Place.SELL)
        await live(till)
        await sell(till)
        (pending,) = [it for it in till.printing if isinstance(it, ReceiptPending)]
        assert (pending.card, pending.waiting) == (True, 0)
        till.papers.print_waiting()
        await till.wait(1)
        assert till.roll.told == []


@in_virtual_time
async def test_without_a_printer_no_live_card_is_printed() -> None:
    async with PaperTill(printer=False) as till:
        till.controller.turn_to(Place.SELL)
        await live(till)
        await sell(till)
        assert till.roll.told == []


@in_virtual_time
async def test_a_live_card_that_is_handed_over_after_a_restart_has_its_receipt_then() -> None:
    before = PaperTill()
    async with before:
        before.controller.turn_to(Place.SELL)
        await live(before)
        await sell(before)
    async with PaperTill(before) as till:
        till.controller.turn_to(Place.SELL)
        await till.wait(1)
        assert till.roll.told == []
        await till.scan(LIVE_CARD)
        await till.wait(1)
        assert [it.split()[0] for it in till.roll.told] == ["sale"]


@in_virtual_time
async def test_a_live_card_that_is_scanned_back_after_its_list_was_left_has_no_second_receipt() -> None:
    async with PaperTill() as till:
        till.controller.turn_to(Place.SELL)
        await live(till)
        await sell(till)
        till.controller.selling.leave()
        await till.wait(1)
        assert [it.split()[0] for it in till.roll.told] == ["card", "sale"]
        await till.scan(LIVE_CARD)
        await till.wait(1)
        assert len(till.roll.papers) == 2


@in_virtual_time
async def test_a_live_card_whose_sale_is_undone_after_a_restart_is_not_told_as_sold() -> None:
    before = PaperTill()
    async with before:
        before.controller.turn_to(Place.SELL)
        await live(before)
        await sell(before)
    async with PaperTill(before) as till:
        till.controller.turn_to(Place.UNDO)
        till.controller.undoing.pick("op-1")
        await till.wait(1)
        till.controller.undoing.undo()
        await till.wait(1)
        assert [it.split()[0] for it in till.roll.told] == ["undone"]


@in_virtual_time
async def test_a_live_card_that_is_closed_unprinted_has_no_receipt() -> None:
    before = PaperTill()
    async with before:
        before.controller.turn_to(Place.SELL)
        await live(before)
        await sell(before)
    async with PaperTill(before) as till:
        till.controller.exceptions.close("op-1", "7", "torn up")
        await till.wait(1)
        assert till.roll.told == []


@in_virtual_time
async def test_an_undone_sale_is_printed_at_once() -> None:
    async with PaperTill() as till:
        till.controller.turn_to(Place.UNDO)
        await till.scan()
        assert till.papers.preview("undo") is None
        till.controller.undoing.undo()
        await till.wait(1)
        assert [it.split()[0] for it in till.roll.told] == ["undone"]
        assert till.papers.preview("undo") is not None
        till.controller.undoing.leave()
        await till.wait(1)
        assert till.papers.preview("undo") is None
        assert len(till.roll.papers) == 1


@in_virtual_time
async def test_an_undoing_that_is_confirmed_after_the_cashier_went_on_is_printed() -> None:
    async with PaperTill() as till:
        till.controller.turn_to(Place.UNDO)
        await till.scan()
        till.server.faults["unissue"].append(lost())
        till.server.faults["status"].append(slow(5))
        till.controller.undoing.undo()
        await till.wait(1)
        till.controller.undoing.leave()
        await till.wait(60)
        assert [it.split()[0] for it in till.roll.told] == ["undone"]


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
