"""What is said and noted of a sale (F3) while cards are sold and after, and of cards printed here."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import status
from unit.presenters.test_sell_presenter import LIVE_LINE, PRINTED, UNPRINTED, Stage, eur, line, sale, sold

from centara_giftcard.domain.cards import Balance, Unsellable
from centara_giftcard.domain.issue import Ending, State
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.events import OpenChanged, Settled
from centara_giftcard.terminal.sales import SaleLine, SaleStep, Unfit
from centara_giftcard.ui.presenters.views import CardPanel, ListPanel, ResultPanel

# --- selling ---


def test_while_cards_are_sold_each_line_tells_how_it_stands() -> None:
    stage = Stage()
    lines = (sold(line()), sold(line(2222), State.SENDING, "op-2"), line(3333))
    stage.tell(sale(SaleStep.SELLING, *lines))
    assert (stage.headline, stage.view.band.busy) == ("Selling 2 of 3", True)
    assert isinstance(stage.view.panel, ListPanel)
    assert [row.state or row.note for row in stage.view.panel.rows] == [
        "Sold",
        "Being sold",
        "Waiting for its turn.",
    ]
    stage.timers.wait(4)
    assert stage.view.band.advice == "Waiting for the server's answer. Please keep the cards at hand."
    stage.keys("escape", "enter", "delete", "up", "5")
    assert ("drop",) not in stage.selling.taken()


DOUBTFUL = sold(line(), State.SENDING, doubt=Doubt.LOST)
REASONS: list[tuple[SaleLine, str, str, str]] = [
    (sold(line()), "sold", "Sold", "The card is active with €25.00."),
    (PRINTED, "sold", "Scan the printed card", "€25.00 was sold."),
    (sold(line(), State.REFUSED, problem=Cause.CONNECT), "not_sold", "Not sold", "No connection: nothing"),
    (sold(line(), State.REFUSED, words="Blocked."), "not_sold", "Not sold", "Blocked."),
    (
        sold(line(), State.REFUSED, worth=Balance(eur(8_000), eur(0))),
        *("not_sold", "Not sold", "It was active already"),
    ),
    (sold(line(), State.REFUSED), "not_sold", "Not sold", "Nothing was put on the card."),
    (DOUBTFUL, "unclear", "Checking the card", "No clear answer"),
    (sold(line(), State.UNCLEAR), "unclear", "Unclear", "It may be active."),
    (
        sold(line(), State.UNCLEAR, problem=Cause.AMOUNT_DIFFERS),
        "unclear",
        "Unclear",
        "The server put another",
    ),
    (sold(LIVE_LINE, State.UNCLEAR, card=None), "unclear", "Unclear", "A card may exist"),
]


@pytest.mark.parametrize(("line", "outcome", "headline", "advice"), REASONS)
def test_how_one_card_ended_is_one_headline_and_one_record(
    line: SaleLine, outcome: str, headline: str, advice: str
) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, line, unprinted=(UNPRINTED,) if line is PRINTED else ()))
    assert stage.noted == ("selling", headline, outcome, "op-1")
    assert stage.view.band.advice.startswith(advice)


@pytest.mark.parametrize(
    "line", [line(), replace(line(), trouble=StatusFailed(Cause.TIMEOUT)), replace(LIVE_LINE, issue=None)]
)
def test_a_card_that_nothing_was_sent_for_was_not_sold(line: SaleLine) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, line))
    assert stage.noted == ("selling", "Not sold", "not_sold", None)


SOLD, NOT_SOLD = sold(line()), sold(line(2222), State.REFUSED, "op-2")
UNFIT = replace(line(3333), trouble=Unfit(Unsellable.ALREADY_ISSUED, status()))


@pytest.mark.parametrize(
    ("lines", "headline", "outcome"),
    [
        ((SOLD, sold(line(2222), id="op-2")), "Sold", "sold"),
        ((SOLD, NOT_SOLD), "1 of 2 cards were sold", None),
        ((UNFIT, NOT_SOLD), "Nothing was sold", "not_sold"),
        ((SOLD, NOT_SOLD, sold(line(3333), State.UNCLEAR, "op-3")), "1 of 3 cards are unclear", None),
        ((SOLD, replace(PRINTED, issue=replace(UNPRINTED, id="op-2"))), "Scan the printed card", "sold"),
    ],
)
def test_how_a_list_ended_is_one_headline(
    lines: tuple[SaleLine, ...], headline: str, outcome: str | None
) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, *lines))
    assert stage.noted == ("selling", headline, outcome, None)


def test_every_operation_of_a_list_has_a_last_word_of_its_own() -> None:
    stage = Stage()
    doubtful = sold(line(2222), State.SENDING, "op-2", doubt=Doubt.LOST)
    stage.tell(sale(SaleStep.SELLING, SOLD, line(2222)), sale(SaleStep.DONE, SOLD, doubtful))
    stage.tell(sale(SaleStep.DONE, SOLD, NOT_SOLD))
    words = [(it.operation, it.outcome, it.card) for it in stage.flight.screens if it.operation]
    assert words == [
        ("op-1", "sold", "•••• 1111"),
        ("op-2", "unclear", "•••• 2222"),
        ("op-2", "not_sold", "•••• 2222"),
    ]


def test_after_a_sale_enter_or_escape_begins_the_next() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, SOLD))
    assert isinstance(stage.view.panel, ResultPanel)
    assert stage.offered == ["leave", "receipt"]
    stage.keys("enter", "escape")
    stage.sell.press("leave")
    assert stage.selling.taken() == [("leave",)] * 3


def test_an_unclear_sale_leads_to_the_open_holds() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, DOUBTFUL))
    assert stage.offered == ["leave", "holds"]


def test_a_card_of_an_earlier_sale_that_is_scanned_back_is_handed_over() -> None:
    """Row 16."""
    stage = Stage()
    stage.tell(Settled(replace(UNPRINTED, ending=Ending.HANDED_OVER)))
    assert stage.noted == ("sell", "•••• 3333 is handed over", None, None)
    stage.keys("up")
    assert stage.headline == "Sell gift cards"


def test_a_card_whose_sale_was_undone_is_never_called_handed_over_whatever_is_in_view() -> None:
    stage = Stage()
    stage.tell(sale(unprinted=(UNPRINTED,)), OpenChanged((UNPRINTED,)))
    assert stage.headline == "An unprinted card was found"
    stage.tell(Settled(replace(UNPRINTED, ending=Ending.UNDONE)), OpenChanged(()))
    assert stage.headline == "Sell gift cards"
    assert not [
        it for it in stage.flight.screens if "handed over" in it.headline and "not" not in it.headline
    ]


def test_out_of_view_nothing_is_shown_or_noted() -> None:
    stage = Stage()
    stage.sell.leave_view()
    before = (len(stage.views), len(stage.flight.screens))
    stage.tell(sale(SaleStep.DONE, SOLD))
    assert (len(stage.views), len(stage.flight.screens)) == before
    stage.sell.put_away()
    assert stage.selling.taken() == [("leave",)]
    stage.sell.enter_view()
    assert stage.noted == ("selling", "Sold", "sold", "op-1")


def test_a_list_is_not_put_away() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line()))
    stage.sell.put_away()
    assert stage.selling.taken() == []


# --- cards that are printed here ---


def test_a_printed_card_waits_to_be_scanned_back() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, PRINTED, unprinted=(UNPRINTED,)))
    assert isinstance(stage.view.panel, CardPanel)
    assert stage.view.panel.face.masked.endswith("3333")
    assert stage.offered == ["print", "undo_card", "leave"]
    stage.keys("enter")  # not on to the next sale by accident
    assert stage.selling.taken() == []
    stage.keys("p", "u")
    stage.sell.press("print")
    assert (stage.selling.taken(), stage.undone) == ([("print", "op-1")] * 2, ["op-1"])
    stage.keys("escape")
    assert stage.selling.taken() == [("leave",)]
    stage.tell(sale(SaleStep.DONE, sold(LIVE_LINE, ending=Ending.HANDED_OVER)))
    assert stage.headline == "Sold"


def test_of_several_the_selected_card_is_printed() -> None:
    stage = Stage()
    first, second = PRINTED, replace(PRINTED, issue=replace(UNPRINTED, id="op-2"))
    stage.tell(sale(SaleStep.DONE, SOLD, first, second))
    stage.keys("p")
    stage.keys("down", "down", "p")
    assert stage.selling.taken() == [("print", "op-1"), ("print", "op-2")]


def test_cards_found_unprinted_are_offered() -> None:
    """Row 16."""
    stage = Stage()
    stage.tell(sale(unprinted=(UNPRINTED, replace(UNPRINTED, id="op-2", series="?"))))
    assert stage.headline == "An unprinted card was found"
    assert isinstance(stage.view.panel, ListPanel)
    assert [(row.title, row.card) for row in stage.view.panel.rows] == [
        ("Live", "•••• 3333"),
        ("?", "•••• 3333"),
    ]
    stage.keys("p")
    stage.sell.press("unprinted-op-2")
    stage.keys("P", "u")
    assert stage.selling.taken() == [("print", "op-1"), ("print", "op-2")]
    assert stage.undone == ["op-2"]
    stage.keys("6", "p")  # now letters are typed
    assert stage.view.entry is not None
    assert stage.view.entry.text == "6p"


def test_no_whole_number_is_ever_shown_or_noted() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.DONE, PRINTED), sale(SaleStep.SCAN, line()), sale(SaleStep.DONE, SOLD, NOT_SOLD))
    assert "6091000000001111" not in f"{stage.views}{stage.flight.screens}"
    assert "7000000000003333" not in f"{stage.views}{stage.flight.screens}"
