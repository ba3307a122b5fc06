"""Sell: its list, its keys, and what may be on it."""

from typing import Any

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, WORDS, Asked, Flight, Timers, status

from centara_giftcard.domain.cards import KnownCard, SaleRules, Series, SeriesKind, Unsellable
from centara_giftcard.domain.issue import Issue, Kind, State
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.events import (
    Closing,
    OpenChanged,
    Refusal,
    ScanRefused,
    SellShown,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.sales import SaleLine, SaleStep, Sight, Unfit
from centara_giftcard.ui.presenters.sell import SellPresenter
from centara_giftcard.ui.presenters.views import ListPanel, Role, ScanPrompt, TillView, Tone

ISK = Currency.of("ISK")


def eur(minor: int) -> Money:
    return Money(minor, EUR)


RULES = SaleRules(minimum=eur(500), maximum=eur(50_000), presets=(eur(1_000), eur(2_550)))


CLASSIC = Series("Classic", "6091", "6091", 16, sale=RULES)


LIVE = Series("Live", "7000", "7000", 16, kind=SeriesKind.LIVE_PRINTED)


HIDDEN = replace(LIVE, name="Hidden", number="7001", sale=SaleRules(may_sell=False))


def line(last: int = 1111, minor: int | None = 2_500, series: Series | None = CLASSIC) -> SaleLine:
    card = KnownCard(CardNumber(f"609100000000{last}"), series)
    return SaleLine(series, None if minor is None else eur(minor), Sight(card, status(0), 0, 0.0))


LIVE_LINE = SaleLine(LIVE, eur(2_500))


def sold(line: SaleLine, state: State = State.DONE, id: str = "op-1", **known: Any) -> SaleLine:
    live = line.sight is None
    issue = Issue(
        id=id,
        kind=Kind.ISSUE_LIVE if live else Kind.ISSUE,
        series=line.series.number if line.series else "",
        amount=line.amount or eur(0),
        operator="7",
        created_at=NOON,
        card=CardNumber("7000000000003333") if line.sight is None else line.sight.card.number,
        state=state,
    )
    return replace(line, issue=replace(issue, **known))


def sale(step: SaleStep = SaleStep.SCAN, *lines: SaleLine, **known: Any) -> SellShown:
    return replace(SellShown(step, lines, None, None, None, ()), **known)


AMOUNT = sale(SaleStep.AMOUNT, pending=line(minor=None))


PRINTED = sold(LIVE_LINE)


(UNPRINTED,) = [it for it in [PRINTED.issue] if it is not None]


class Stage:
    """A Sell presenter with its surroundings, in view."""

    def __init__(self, currency: Currency = EUR, keying: bool = True) -> None:
        self.asked, self.timers, self.flight = Asked(), Timers(), Flight()
        self.asked.selling = self.selling = Asked()
        self.undone: list[str] = []
        self.views: list[TillView] = []
        series = (CLASSIC, LIVE, HIDDEN)
        self.sell = SellPresenter(
            self.asked,  # type: ignore[arg-type]
            WORDS,
            currency,
            series,
            keying,
            self.flight,
            self.views.append,
            self.timers.later,
            self.undone.append,
        )
        self.sell.enter_view()
        self.selling.taken()

    def tell(self, *events: TerminalEvent) -> None:
        for event in events:
            self.sell.told(event)

    def keys(self, *keys: str) -> list[bool]:
        return [self.sell.key(key) for key in keys]

    @property
    def view(self) -> TillView:
        return self.views[-1]

    @property
    def headline(self) -> str:
        return self.view.band.headline

    @property
    def noted(self) -> tuple[str, str, str | None, str | None]:
        last = self.flight.screens[-1]
        return last.screen, last.headline, last.outcome, last.operation

    @property
    def offered(self) -> list[str]:
        return [action.name for action in self.view.actions]


def test_the_empty_page_asks_for_a_card_and_offers_what_is_printed_here() -> None:
    stage = Stage()
    assert isinstance(stage.view.panel, ScanPrompt)
    assert [(it.name, it.label, it.key) for it in stage.view.choices] == [("series-7000", "Live", "Ctrl+1")]
    stage.keys("ctrl+1", "ctrl+2", "ctrl+v")
    stage.sell.press("series-7000")
    assert stage.selling.taken() == [("choose", "7000"), ("choose", "7000")]


def test_a_number_is_typed_and_checked() -> None:
    stage = Stage()
    stage.keys(*"60-91", "backspace", *"55", "enter")
    assert stage.view.entry is not None
    assert stage.view.entry.text == "6095 5"
    assert stage.asked.taken() == [("keyed", "60955")]


def test_escape_clears_what_was_typed_and_then_has_no_meaning() -> None:
    stage = Stage()
    assert stage.keys("6", "escape", "escape") == [True, True, False]
    assert stage.selling.taken() == []


def test_the_list_shows_each_card_and_the_total() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line(), line(2222, 1_000), LIVE_LINE, line(3333, None)))
    panel = stage.view.panel
    assert isinstance(panel, ListPanel)
    assert [(row.card, row.amount) for row in panel.rows] == [
        ("•••• 1111", "€25.00"),
        ("•••• 2222", "€10.00"),
        ("printed here", "€25.00"),
        ("•••• 3333", "–"),
    ]
    assert (panel.selected, panel.total) == (3, ("4 cards", "€60.00"))
    assert panel.rows[3].note == "The series fixes the amount."
    take = [action for action in stage.view.actions if action.role is Role.TAKE]
    assert [(it.label, it.key) for it in take] == [("Sell 4 cards €60.00", "F12")]


@pytest.mark.parametrize("key", ["enter", "space", "tab", "ctrl+1", "right"])
def test_nothing_but_f12_sells(key: str) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line()))
    stage.keys(key)
    assert ("sell",) not in stage.selling.taken()
    stage.keys("f12")
    assert stage.selling.taken() == [("sell",)]


def test_f12_sells_only_what_is_in_view() -> None:
    stage = Stage()
    for now in (sale(), AMOUNT, sale(SaleStep.SELLING, line()), sale(SaleStep.DONE, sold(line()))):
        stage.tell(now)
        stage.keys("f12")
    stage.tell(sale(SaleStep.SCAN, line()))
    stage.keys("6", "f12")  # a number is being typed
    stage.sell.press("back")
    stage.sell.press("keypad")
    stage.keys("f12", "escape")
    assert stage.selling.taken() == []
    stage.keys("f12")
    assert stage.selling.taken() == [("sell",)]


def test_lines_are_selected_and_removed() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line(), line(2222), line(3333)))
    stage.keys("up", "up", "up", "down", "delete")
    stage.sell.press("line-0")
    stage.sell.press("remove")
    assert stage.selling.taken() == [("remove", 1), ("remove", 0)]
    stage.tell(sale(SaleStep.SCAN, line(2222), line(3333)))
    assert isinstance(stage.view.panel, ListPanel)
    assert stage.view.panel.selected == 0
    stage.keys("6", "delete")  # clears what was typed
    assert stage.selling.taken() == []


def test_a_list_is_dropped_by_the_second_press_only() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line()))
    stage.keys("escape")
    assert stage.headline == "Drop the list?"
    stage.keys("up")
    assert (stage.headline, stage.selling.taken()) == ("1 card on the list", [])
    stage.keys("escape", "escape")
    assert stage.selling.taken() == [("drop",)]
    stage.sell.press("line-0")
    stage.sell.press("drop")
    stage.sell.press("drop")  # a double press: another action stands there now
    assert stage.selling.taken() == []
    assert stage.offered == ["keep", "drop_now"]
    stage.sell.press("drop_now")
    assert stage.selling.taken() == [("drop",)]


@pytest.mark.parametrize("key", ["f12", "enter", "delete", "ctrl+1"])
def test_a_key_at_the_question_whether_to_drop_the_list_only_keeps_it(key: str) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line()))
    stage.keys("escape", key)
    assert (stage.headline, stage.selling.taken()) == ("1 card on the list", [])


@pytest.mark.parametrize("typed_before", range(6))
def test_an_amount_typed_while_the_card_is_checked_is_kept_whole(typed_before: int) -> None:
    stage = Stage()
    amount = "12.50"
    stage.tell(sale(SaleStep.CHECKING, checking=CARD))
    stage.keys(*amount[:typed_before], "enter")
    stage.timers.wait(1)
    assert stage.view.entry is not None
    assert stage.view.entry.text == amount[:typed_before]  # and it is seen meanwhile
    stage.tell(AMOUNT)
    stage.keys(*amount[typed_before:])
    assert stage.view.entry is not None
    assert stage.view.entry.text == amount
    assert stage.selling.taken() == []
    stage.keys("enter")
    assert stage.selling.taken() == [("price", eur(1_250))]


@pytest.mark.parametrize("typed_before", range(1, 6))
@pytest.mark.parametrize(
    "then",
    [
        sale(trouble=(CARD, StatusFailed(Cause.TIMEOUT))),
        sale(SaleStep.PACKAGE, pending=line()),
        sale(SaleStep.SCAN, line()),
        sale(SaleStep.CHECKING, checking=KnownCard(CardNumber("6091000000002222"), CLASSIC)),
    ],
    ids=["no answer", "its package is wanted", "its series fixes the amount", "another card was scanned"],
)
def test_an_amount_that_is_not_wanted_is_dropped_whole(then: SellShown, typed_before: int) -> None:
    stage = Stage()
    amount = "12.50"
    stage.tell(sale(SaleStep.CHECKING, checking=CARD))
    stage.keys(*amount[:typed_before])
    stage.tell(then)
    if then.trouble is None:
        assert stage.headline == f"{amount[:typed_before]} was not taken"
    stage.keys(*amount[typed_before:], "enter")
    assert stage.asked.taken() == []  # the rest of it is no card number
    assert stage.selling.taken() == []
    stage.timers.wait(2)
    stage.keys("6")
    assert stage.view.entry is not None
    assert stage.view.entry.text == "6"


def test_what_is_typed_while_cards_are_sold_is_refused_whole_and_this_is_said() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SELLING, sold(line(), State.SENDING)))
    stage.keys("6", "0")
    assert stage.headline == "Cards are being sold"
    stage.tell(sale(SaleStep.DONE, sold(line())), sale())
    stage.keys("9", "1", "enter")
    assert stage.asked.taken() == []


def test_a_number_half_typed_when_a_card_is_scanned_is_no_amount() -> None:
    stage = Stage()
    stage.keys("6", "0")
    stage.tell(sale(SaleStep.CHECKING, checking=CARD))
    stage.keys("9", "1")
    stage.tell(AMOUNT)
    assert stage.view.entry is not None
    assert stage.view.entry.text == ""


def test_a_typed_number_and_then_its_amount_are_both_taken() -> None:
    stage = Stage()
    stage.keys("6", "0", "9", "1", "enter")
    assert stage.asked.taken() == [("keyed", "6091")]
    stage.tell(sale(SaleStep.CHECKING, checking=CARD))
    stage.keys("5", "0")
    stage.tell(AMOUNT)
    stage.keys("enter")
    assert stage.selling.taken() == [("price", eur(5_000))]


@pytest.mark.parametrize("event", [ScanRefused("check_digit"), Refusal(Why.ALREADY_LISTED)])
def test_a_refused_scan_stays_visible_until_it_is_answered_and_the_list_stays(event: TerminalEvent) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line()), event)
    said = stage.headline
    assert said != "1 card on the list"
    stage.timers.wait(600)
    assert stage.headline == said
    assert isinstance(stage.view.panel, ListPanel)
    stage.keys("up")
    assert stage.headline == "1 card on the list"


def test_what_waits_on_sell_is_counted() -> None:
    stage = Stage()
    assert stage.sell.waiting == 0
    stage.tell(sale(SaleStep.AMOUNT, line(), line(2222), pending=line(3333)))
    assert stage.sell.waiting == 3
    stage.tell(OpenChanged((UNPRINTED,)))
    assert stage.sell.waiting == 4
    stage.tell(sale(SaleStep.DONE, sold(line())), OpenChanged(()))
    assert stage.sell.waiting == 0


def test_a_step_that_was_not_done_has_no_tick_and_no_padlock_stands_for_anything_but_a_hold() -> None:
    stage = Stage()
    for state in (State.REFUSED, State.UNCLEAR):
        stage.tell(sale(SaleStep.DONE, sold(line(), state)))
        assert stage.view.step == 2  # "Sell" is where it stands, and "Done" is not reached
    stage.tell(sale(SaleStep.DONE, sold(line())))
    assert stage.view.step == 3
    stage.tell(sale(unprinted=(UNPRINTED,)))
    assert stage.view.step == 0
    for shown in (
        sale(unprinted=(UNPRINTED,)),
        sale(SaleStep.PACKAGE, pending=line()),
        sale(SaleStep.DONE, PRINTED),
    ):
        stage.tell(shown)
        assert stage.view.band.tone is Tone.ATTENTION


def test_without_the_permission_no_number_is_typed() -> None:
    stage = Stage(keying=False)
    stage.keys("6", "enter")
    stage.tell(sale(SaleStep.SCAN, line()))
    stage.sell.press("keypad")
    assert stage.asked.taken() == []
    assert stage.view.entry is None


def test_a_card_that_cannot_be_sold_says_why() -> None:
    stage = Stage()
    stage.tell(sale(trouble=(CARD, Unfit(Unsellable.ALREADY_ISSUED, status()))))
    assert stage.headline == "•••• 1111: Already active"
    assert stage.view.band.advice == "It was sold on 2 Mar 2026. Take another card."
    stage.tell(sale(trouble=(CARD, StatusFailed(Cause.NOT_FOUND))))
    assert stage.headline == "•••• 1111: Card not known"
    stage.keys("escape")
    assert stage.selling.taken() == [("leave",)]


@pytest.mark.parametrize("why", Unsellable)
def test_every_reason_has_its_sentence(why: Unsellable) -> None:
    stage = Stage()
    stage.tell(sale(trouble=(CARD, Unfit(why, replace(status(), created=None)))))
    assert stage.view.band.advice


def test_checking_shows_only_when_it_takes_a_while() -> None:
    stage = Stage()
    before = len(stage.views)
    stage.tell(sale(SaleStep.CHECKING, checking=CARD))
    stage.timers.wait(0.2)
    assert len(stage.views) == before
    stage.timers.wait(0.2)
    assert (stage.headline, stage.view.band.busy) == ("Checking •••• 1111", True)
    stage.timers.wait(3)
    assert stage.view.band.advice.startswith("Waiting for the server's answer.")
    stage.keys("escape")
    assert stage.selling.taken() == [("leave",)]
    stage.tell(sale(SaleStep.CHECKING, line(2222), checking=CARD))
    stage.timers.wait(1)
    assert isinstance(stage.view.panel, ListPanel)


def test_the_package_is_asked_for() -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.PACKAGE, pending=line(minor=None)))
    assert stage.headline == "Scan the package of •••• 1111"
    stage.keys(*"6091", "enter", "escape", "escape")
    assert stage.asked.taken() == [("keyed", "6091")]
    assert stage.selling.taken() == [("leave",)]


@pytest.mark.parametrize(
    ("event", "headline"),
    [
        (Refusal(Why.ALREADY_LISTED), "On the list already"),
        (Refusal(Why.OPEN_ON_CARD), "This card has an open entry"),
        (Refusal(Why.SERVER_DOWN), "No answer from the server"),
        (Refusal(Why.UNITS_NOT_PROVEN), "The server is not proven"),
        (Refusal(Why.PACKAGE_DIFFERS), "Package and card do not match"),
        (Refusal(Why.STOPPED), "Stop using this till"),
        (ScanRefused("length"), "Scan again"),
        (Closing(), "Closing after confirmation"),
    ],
)
def test_what_was_refused_is_said(event: TerminalEvent, headline: str) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.SCAN, line()), event)
    assert stage.noted[:2] == ("sell", headline)
