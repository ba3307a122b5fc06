"""A receipt as a document: set in plain text, marked as a copy, masked."""

from centara_giftcard.domain.receipts import (
    Blank,
    Code128,
    Cut,
    FullNumber,
    Logo,
    Pair,
    QrCode,
    Receipt,
    Rule,
    Text,
    as_copy,
    as_text,
    masked,
    parts,
)
from centara_giftcard.domain.secrets import CardNumber

NUMBER = CardNumber("6092417700031185")
CARD = Receipt(
    "op-1",
    (Logo(b"png"), Text("Classic"), Code128(NUMBER), FullNumber(NUMBER), QrCode(NUMBER), Blank(), Cut()),
    copy_mark="KOPIE",
)


def test_a_receipt_is_set_in_columns() -> None:
    receipt = Receipt("op-1", (Text("Store 12", strong=True), Rule(), Pair("Paid", "€25.00"), Text("")))
    assert as_text(receipt, 20) == "      Store 12\n--------------------\nPaid          €25.00\n\n"


def test_what_is_too_long_for_a_line_is_broken_not_cut() -> None:
    receipt = Receipt("op-1", (Pair("Left on the card", "€1,000.00"), Text("Thank you for coming here")))
    assert as_text(receipt, 16).split("\n") == [
        "Left on the card",
        "       €1,000.00",
        " Thank you for",
        "  coming here",
        "",
    ]


def test_a_masked_number_is_never_broken_between_its_bullets_and_its_digits() -> None:
    for width in range(10, 40):
        taken, pair = Text("Taken from •••• 0017."), Pair("Card", "No. •••• 0018 of Gudrun")
        rows = as_text(Receipt("op-1", (taken, pair)), width).split("\n")
        for number in ("••••\u00a00017", "••••\u00a00018"):
            assert sum(number in row.replace(" ", "\u00a0") for row in rows) == 1, rows


def test_a_card_in_plain_text_shows_four_digits_of_its_number() -> None:
    assert as_text(CARD, 11) == "  Classic\n ••••\u00a01185\n\n"
    assert as_text(Receipt("op-1", (Text("x", left=True),)), 9) == "x\n"


def test_a_screen_is_shown_nothing_that_could_be_scanned() -> None:
    assert masked(CARD).lines == (Logo(b"png"), Text("Classic"), Text("•••• 1185"), Blank(), Cut())


def test_no_trace_of_a_document_holds_the_number() -> None:
    assert NUMBER.reveal() not in repr(CARD)
    assert "png" not in repr(CARD)
    assert FullNumber(NUMBER).clear == "6092 4177 0003 1185"


def test_every_part_of_a_copy_says_so_once() -> None:
    mark = Text("KOPIE", strong=True, large=True)
    receipt = Receipt("op-1", (Text("one"), Cut(), Text("two"), Cut()), "KOPIE")
    copy = as_copy(receipt)
    assert copy.lines == (mark, Text("one"), Cut(), mark, Text("two"), Cut())
    assert copy.copy
    assert as_copy(copy) == copy
    assert parts(receipt) == [[Text("one"), Cut()], [Text("two"), Cut()]]
    assert parts(Receipt("op-1", ())) == [[]]
