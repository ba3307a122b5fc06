"""The papers of cards that are sold and undone: a list's receipt, a live card, an undone sale."""

import pytest
from unit.terminal.paper_till import LIVE, NO_PAPER, PaperTill, blank
from unit.terminal.small_till import (
    CARD,
    LIVE_CARD,
    OTHER_CARD,
    answers,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.replies import Cause, OutcomeUnknown, Refused
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.printing import ReceiptPending

THIRD = "6091000000004444"


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


@in_virtual_time
async def test_the_receipt_of_a_list_waits_for_all_of_it() -> None:
    async with PaperTill(server=blank(CARD, OTHER_CARD, THIRD)) as till:
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
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
        till.controller.turn_to(Stage.SELL)
        await live(till)
        await sell(till)
        assert till.roll.told == []


@in_virtual_time
async def test_a_live_card_that_is_handed_over_after_a_restart_has_its_receipt_then() -> None:
    before = PaperTill()
    async with before:
        before.controller.turn_to(Stage.SELL)
        await live(before)
        await sell(before)
    async with PaperTill(before) as till:
        till.controller.turn_to(Stage.SELL)
        await till.wait(1)
        assert till.roll.told == []
        await till.scan(LIVE_CARD)
        await till.wait(1)
        assert [it.split()[0] for it in till.roll.told] == ["sale"]


@in_virtual_time
async def test_a_live_card_that_is_scanned_back_after_its_list_was_left_has_no_second_receipt() -> None:
    async with PaperTill() as till:
        till.controller.turn_to(Stage.SELL)
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
        before.controller.turn_to(Stage.SELL)
        await live(before)
        await sell(before)
    async with PaperTill(before) as till:
        till.controller.turn_to(Stage.UNDO)
        till.controller.undoing.pick("op-1")
        await till.wait(1)
        till.controller.undoing.undo()
        await till.wait(1)
        assert [it.split()[0] for it in till.roll.told] == ["undone"]


@in_virtual_time
async def test_a_live_card_that_is_closed_unprinted_has_no_receipt() -> None:
    before = PaperTill()
    async with before:
        before.controller.turn_to(Stage.SELL)
        await live(before)
        await sell(before)
    async with PaperTill(before) as till:
        till.controller.exceptions.close("op-1", "7", "torn up")
        await till.wait(1)
        assert till.roll.told == []


async def undo(till: PaperTill, number: str) -> None:
    till.controller.turn_to(Stage.UNDO)
    await till.scan(number)
    till.controller.undoing.undo()
    await till.wait(1)


@in_virtual_time
@pytest.mark.parametrize("restart", [False, True])
async def test_a_waiting_receipt_of_a_sale_that_was_undone_says_no_longer_that_it_is_sold(
    restart: bool,
) -> None:
    before = PaperTill(server=blank(CARD, OTHER_CARD))
    async with before:
        before.roll.fault = NO_PAPER
        before.controller.turn_to(Stage.SELL)
        await put(before, CARD, OTHER_CARD)
        await sell(before)
        before.controller.selling.leave()
        if not restart:
            await undo(before, CARD)
            before.roll.fault = None
            before.papers.print_waiting()
            await before.wait(1)
            assert before.sold() == [{"•••• 2222": "2500"}]
            assert before.papers.waiting == 0
            return
        await before.pull_the_plug()
    async with PaperTill(before) as till:
        assert till.papers.waiting == 2
        await undo(till, CARD)
        assert till.papers.waiting == 1
        await till.pull_the_plug()
    async with PaperTill(till) as again:
        assert again.papers.waiting == 1
        again.papers.print_waiting()
        await again.wait(1)
        assert again.sold() == [{"•••• 2222": "2500"}]


@in_virtual_time
async def test_an_undoing_known_later_and_a_journal_that_cannot_be_read_then() -> None:
    async with PaperTill(server=blank(CARD)) as till:
        till.roll.fault = NO_PAPER
        till.controller.turn_to(Stage.SELL)
        await put(till, CARD)
        await sell(till)
        till.trail.fails = True
        till.server.faults["unissue"].append(lost())
        till.server.faults["status"] += [late(0), slow(5)]
        await undo(till, CARD)
        till.controller.undoing.leave()
        await till.wait(60)
        assert "journal_failed" in [name for name, _ in till.paper_flight.events]
        assert till.papers.waiting == 2  # what the journal cannot tell is not dropped


@in_virtual_time
async def test_an_undone_sale_is_printed_at_once() -> None:
    async with PaperTill() as till:
        till.controller.turn_to(Stage.UNDO)
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
        till.controller.turn_to(Stage.UNDO)
        await till.scan()
        till.server.faults["unissue"].append(lost())
        till.server.faults["status"].append(slow(5))
        till.controller.undoing.undo()
        await till.wait(1)
        till.controller.undoing.leave()
        await till.wait(60)
        assert [it.split()[0] for it in till.roll.told] == ["undone"]
