"""What the papers and the printer's troubles say: true in every outcome, whole in every language."""

from itertools import product

import pytest
from msgspec.structs import replace
from unit.printing.receipt_samples import NOON, NUMBER, OPERATION, PLACES, papers

from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.papers import Item, Paper, PaperKind
from centara_giftcard.domain.receipts import Pair, Receipt, Text, as_text
from centara_giftcard.printing.templates import load_templates
from centara_giftcard.printing.typesetter import Typesetter
from centara_giftcard.terminal.printing import (
    PrintEvent,
    PrintTrouble,
    ReceiptPending,
    ReceiptPrinted,
    ReceiptPrinting,
)
from centara_giftcard.ui.presenters.paper import print_band
from centara_giftcard.words import Words

WORDS = Words()


def titles(receipt: Receipt) -> list[str]:
    return [line.text for line in receipt.lines if isinstance(line, Text) and line.strong and not line.large]


@pytest.mark.parametrize(
    ("name", "title", "told"),
    [
        (
            "payment",
            "Gift card payment",
            {"Paid": "€12.00", "Left on the card": "€45.00"},
        ),
        ("part payment", "Gift card, part payment", {"Paid": "€12.00", "Left to pay": "€8.00"}),
        ("released", "Not paid. The hold was released", {"Released": "€12.00"}),
        ("refused", "Not paid", {"Amount": "€12.00"}),
        ("sale", "Gift card sold", {"Classic •••• 0017": "€50.00", "Total": "€50.00"}),
        ("sale of three", "Gift cards sold", {"Classic •••• 1185": "€100.00", "Total": "€175.00"}),
        ("undone", "Sale undone", {"Amount": "€50.00"}),
        (
            "balance",
            "Balance",
            {"Available": "€45.00", "Held": "€5.00", "Spent": "€50.00", "Original": "€100.00"},
        ),
    ],
)
def test_every_paper_says_what_happened_and_how_much(name: str, title: str, told: dict[str, str]) -> None:
    receipt = papers("en")[name]
    assert titles(receipt) == [title]
    pairs = {line.label: line.value for line in receipt.lines if isinstance(line, Pair)}
    assert told.items() <= pairs.items()
    assert receipt.operation == OPERATION
    text = as_text(receipt)
    assert all(words in text for words in ("Store 12", "Till 3 · 2 Mar 2026", "Operator 7", OPERATION))


def test_a_refusal_carries_the_server_s_reason_and_that_nothing_was_taken() -> None:
    text = as_text(papers("de")["refused"])
    assert "Card is blocked since 1 March" in text
    assert "Von der Karte wurde nichts abgebucht." in text


def test_only_a_payment_that_was_taken_says_so() -> None:
    for name, receipt in papers("en").items():
        assert ("Paid " in as_text(receipt)) == (name in {"payment", "part payment", "copy"})


def test_what_is_not_known_is_not_printed() -> None:
    item = Item("op-1", str(NUMBER), Money(500, Currency.of("EUR")))
    bare = Paper(PaperKind.UNDONE, "op-1", NOON, "", (item,))
    text = as_text(Typesetter(WORDS, load_templates(), "12", "3").set(bare))
    assert "Operator" not in text
    assert "Valid" not in text
    assert "Gift card" in text


def test_a_copy_is_marked_in_the_language_of_the_paper() -> None:
    assert [as_text(papers(language)["copy"]).split()[0] for language in PLACES] == ["COPY", "KOPIE", "AFRIT"]


@pytest.mark.parametrize("language", PLACES)
def test_every_trouble_is_told_in_one_line_with_what_to_do(language: str) -> None:
    words = Words(language)
    bands = [print_band(words, ReceiptPending("op-1", trouble, 1)) for trouble in PrintTrouble]
    assert len({band.advice for band in bands}) == len(PrintTrouble)
    assert all(band.advice.endswith(".") and band.headline == bands[0].headline for band in bands)
    card = print_band(words, ReceiptPending("op-1", PrintTrouble.OFF, 0, card=True))
    assert card.headline != bands[0].headline
    others: list[PrintEvent] = [
        ReceiptPrinting("op-1"),
        ReceiptPrinted("op-1", copy=False),
        ReceiptPrinted("op-1", copy=True),
    ]
    assert len({print_band(words, event).headline for event in others}) == 3


def test_papers_differ_only_by_language_and_place() -> None:
    kinds = {language: [len(receipt.lines) for receipt in papers(language).values()] for language in PLACES}
    assert kinds["en"] == kinds["de"] == kinds["is"]
    for one, other in product(PLACES, PLACES):
        if one != other:
            assert as_text(papers(one)["payment"]) != as_text(papers(other)["payment"])


def test_a_sale_adds_up_in_its_own_currency() -> None:
    make = Typesetter(Words("is", "is_IS"), load_templates(), "12", "3")
    item = Item("op-1", str(NUMBER), Money(1500, Currency.of("ISK")))
    items = (item, replace(item, amount=Money(2500, Currency.of("ISK"))))
    receipt = make.set(Paper(PaperKind.SALE, "op-1", NOON, "", items))
    assert Pair("Samtals", "4.000\u00a0kr.", strong=True) in receipt.lines


def test_the_till_s_name_is_on_the_paper_where_it_has_one() -> None:
    paper = Paper(
        PaperKind.UNDONE, "op-1", NOON, "", (Item("op-1", str(NUMBER), Money(500, Currency.of("EUR"))),)
    )
    named = Typesetter(WORDS, load_templates(), "12", "3", "Front desk").set(paper)
    assert as_text(named).split("\n")[1].strip() == "Front desk"
