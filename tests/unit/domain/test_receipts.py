"""A receipt in plain text: nothing is cut."""

from centara_giftcard.domain.receipts import Pair, Receipt, Rule, Text, as_text


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
