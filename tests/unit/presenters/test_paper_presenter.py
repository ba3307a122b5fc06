"""What is printed by itself and when, what P prints, and what the till says of its printer."""

import asyncio
from collections.abc import Callable

import pytest
from face import EUR, NOON, WORDS, Flight

from centara_giftcard.domain.cards import Series
from centara_giftcard.domain.issue import Issue, Kind, State
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.receipts import FullNumber, Receipt, Text
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.printing.templates import load_templates
from centara_giftcard.terminal.printing import PrintError, PrintQueue, Trouble
from centara_giftcard.ui.presenters.paper import PaperPresenter
from centara_giftcard.ui.presenters.receipt import Receipts
from centara_giftcard.ui.presenters.views import Tone

LIVE = Series("Live", "6092", "6092", 16)


class Printer:
    """Port Printer; it has paper until `trouble` is set."""

    def __init__(self) -> None:
        self.papers: list[Receipt] = []
        self.trouble: Trouble | None = None

    async def print(self, receipt: Receipt) -> None:
        if self.trouble is not None:
            raise PrintError(self.trouble, "No paper.")
        self.papers.append(receipt)


def receipt(operation: str, *lines: str) -> Receipt:
    return Receipt(operation, tuple(Text(line) for line in lines))


def printing(
    use: Callable[[PaperPresenter], None], printer: Printer | None, automatic: bool = True
) -> Flight:
    """Let `use` work with a presenter whose printer runs until nothing is left to print."""
    flight = Flight()

    async def run() -> None:
        queue = PrintQueue(printer, lambda event: papers.went(event)) if printer is not None else None
        make = Receipts(WORDS, load_templates(), "12", "3")
        papers = PaperPresenter(WORDS, make, {"6092": LIVE}, queue, automatic, 80, flight, lambda: None)
        running = asyncio.ensure_future(queue.run()) if queue is not None else None
        use(papers)
        if queue is not None and running is not None:
            await queue.close(1)
            running.cancel()
        last.append(papers)

    last: list[PaperPresenter] = []
    asyncio.run(run())
    flight.papers = last[0]  # type: ignore[attr-defined]
    return flight


def operations(printer: Printer) -> list[str]:
    return [paper.operation for paper in printer.papers]


def test_what_is_in_view_is_printed_by_itself_and_once() -> None:
    printer = Printer()

    def use(papers: PaperPresenter) -> None:
        for _ in range(3):
            papers.offer(receipt("op-1"))
        papers.offer(None)

    printing(use, printer)
    assert operations(printer) == ["op-1"]


def test_a_payment_waits_for_the_balance_that_is_read_after_it() -> None:
    printer = Printer()

    def use(papers: PaperPresenter) -> None:
        papers.offer(receipt("op-1", "paid"), better_to_come=True)
        papers.offer(receipt("op-1", "paid", "left"))

    printing(use, printer)
    assert printer.papers == [receipt("op-1", "paid", "left")]


@pytest.mark.parametrize("then", [None, receipt("op-2")])
def test_the_next_card_does_not_cost_the_receipt_of_the_one_before(then: Receipt | None) -> None:
    printer = Printer()

    def use(papers: PaperPresenter) -> None:
        papers.offer(receipt("op-1"), better_to_come=True)
        papers.offer(then)

    printing(use, printer)
    assert operations(printer) == ["op-1", *([then.operation] if then else [])]


def test_a_balance_that_cannot_be_read_does_not_hold_the_receipt_back() -> None:
    printer = Printer()

    def use(papers: PaperPresenter) -> None:
        papers.offer(receipt("op-1"), better_to_come=True)
        papers.offer(receipt("op-1"), better_to_come=True)
        assert papers.lamp is not None
        papers.offer(receipt("op-1"))

    printing(use, printer)
    assert operations(printer) == ["op-1"]


def test_where_receipts_are_not_wanted_unasked_p_prints_them_and_then_copies() -> None:
    printer = Printer()

    def use(papers: PaperPresenter) -> None:
        papers.offer(receipt("op-1"))
        assert papers.print(receipt("op-1"))
        assert papers.print(receipt("op-1"))

    printing(use, printer, automatic=False)
    assert [paper.copy for paper in printer.papers] == [False, True]


def test_a_receipt_that_was_not_printed_waits_and_is_said_so() -> None:
    printer = Printer()
    printer.trouble = Trouble.OUT_OF_PAPER
    flight = printing(lambda papers: papers.offer(receipt("op-1")), printer)
    papers: PaperPresenter = flight.papers  # type: ignore[attr-defined]

    assert printer.papers == []
    assert papers.pending
    assert papers.lamp is not None
    assert (papers.lamp.tone, papers.lamp.text) == (Tone.REFUSED, "Receipt not printed")
    assert papers.band is not None
    assert "out of paper" in papers.band.advice
    view = papers.view(receipt("op-1"))
    assert view is not None
    assert "out of paper" in view.subtitle


def test_a_live_card_is_printed_whole_and_again_without_being_called_a_copy() -> None:
    printer = Printer()
    issue = Issue(
        "op-1",
        Kind.ISSUE_LIVE,
        "6092",
        Money(5_000, EUR),
        "7",
        NOON,
        CardNumber("6092000000000933"),
        state=State.DONE,
    )

    def use(papers: PaperPresenter) -> None:
        papers.card(issue)
        papers.card(issue)

    printing(use, printer)
    assert [paper.copy for paper in printer.papers] == [False, False]
    numbers = [line.clear for line in printer.papers[1].lines if isinstance(line, FullNumber)]
    assert numbers == ["6092 0000 0000 0933"]


def test_a_till_without_a_printer_shows_its_receipts_only() -> None:
    def use(papers: PaperPresenter) -> None:
        papers.offer(receipt("op-1"))
        assert not papers.print(receipt("op-1"))
        assert papers.lamp is None
        assert papers.view(None) is None
        view = papers.view(receipt("op-1"))
        assert view is not None
        assert view.subtitle == "Esc goes back."

    printing(use, None)
