"""The amount of a card that is sold: typed, chosen, refused as a whole."""

import pytest
from msgspec.structs import replace
from unit.presenters.face import EUR
from unit.presenters.test_sell_presenter import AMOUNT, CLASSIC, ISK, Stage, eur, line, sale

from centara_giftcard.domain.cards import SaleRules
from centara_giftcard.domain.money import Currency
from centara_giftcard.terminal.sales import SaleLine, SaleStep
from centara_giftcard.ui.presenters.views import CardPanel


def test_the_amount_is_typed_and_enter_puts_the_card_on_the_list() -> None:
    stage = Stage()
    stage.tell(replace(AMOUNT, lines=(line(2222),)))
    assert isinstance(stage.view.panel, CardPanel)
    assert stage.view.panel.facts == (("On the list", "1 card · €25.00"),)
    assert stage.view.band.advice.startswith("From €5.00 to €500.00.")
    stage.keys(*"12a,5", "enter")
    assert stage.selling.taken() == [("price", eur(1_250))]


def test_usual_amounts_are_a_button_or_a_key_away() -> None:
    stage = Stage()
    stage.tell(AMOUNT)
    assert [it.label for it in stage.view.choices] == ["€10.00", "€25.50"]
    stage.keys("ctrl+2", "ctrl+9", "enter")
    stage.sell.press("preset-0")
    stage.sell.press("price")
    assert stage.selling.taken() == [("price", eur(2_550)), ("price", eur(1_000))]


def test_what_is_typed_takes_the_place_of_a_usual_amount() -> None:
    stage = Stage()
    stage.tell(AMOUNT)
    stage.keys("ctrl+2", "1", "5", "enter", "ctrl+1", "backspace", "2", "0", "enter")
    assert stage.selling.taken() == [("price", eur(1_500)), ("price", eur(2_000))]


@pytest.mark.parametrize(
    ("typed", "headline"),
    [
        ("", "Type the amount"),
        (".", "Type the amount"),
        ("0", "Not zero"),
        ("0.00", "Not zero"),
        ("4.99", "Too little for this series"),
        ("500.01", "Too much for this series"),
    ],
)
def test_an_amount_that_is_not_allowed_is_said_and_not_sent(typed: str, headline: str) -> None:
    stage = Stage()
    stage.tell(AMOUNT)
    stage.keys(*typed, "enter")
    assert (stage.headline, stage.selling.taken()) == (headline, [])
    stage.keys("backspace")
    assert stage.headline == "For how much?"


@pytest.mark.parametrize(
    ("currency", "typed", "headline", "left"),
    [
        (EUR, "1.234", "1.234 is no amount", "1.234"),
        (EUR, "1..5", "1..5 is no amount", "1..5"),
        (ISK, "1.5", "1.5 is no amount", "1.5"),
        (EUR, "12345678901", "Too large", "12345678901"),
    ],
)
def test_what_is_no_amount_is_refused_as_a_whole(
    currency: Currency, typed: str, headline: str, left: str
) -> None:
    stage = Stage(currency)
    rules = SaleRules()
    stage.tell(sale(SaleStep.AMOUNT, pending=SaleLine(replace(CLASSIC, sale=rules), None, line().sight)))
    stage.keys(*typed, "enter")
    assert stage.view.entry is not None
    assert (stage.headline, stage.view.entry.text) == (headline, left)
    assert stage.selling.taken() == []
    stage.keys("backspace")
    assert stage.headline == "For how much?"


@pytest.mark.parametrize("typed", ["1250.00", "1250,00", "1,250.00", "1.250,00", "1,250"])
def test_thousands_are_read_right(typed: str) -> None:
    stage = Stage()
    stage.tell(
        sale(SaleStep.AMOUNT, pending=SaleLine(replace(CLASSIC, sale=SaleRules()), None, line().sight))
    )
    stage.keys(*typed, "enter")
    assert stage.selling.taken() == [("price", eur(125_000))]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (SaleRules(minimum=eur(500)), "At least €5.00."),
        (SaleRules(maximum=eur(500)), "At most €5.00."),
        (SaleRules(), "Type the amount, then Enter puts the card on the list."),
    ],
)
def test_the_limits_are_told_beforehand(rules: SaleRules, told: str) -> None:
    stage = Stage()
    stage.tell(sale(SaleStep.AMOUNT, pending=SaleLine(replace(CLASSIC, sale=rules), None, line().sight)))
    assert stage.view.band.advice.startswith(told)
