"""The day's totals and the history: what is money taken, what is cards sold, and what is neither."""

from msgspec.structs import replace
from unit.presenters.face import EUR, NOON, WORDS

from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters import pages


def record(kind: str, state: str, minor: int = 100, currency: Currency = EUR) -> Record:
    settled = state not in {"sending", "unclear"}
    return Record("op", kind, state, Money(minor, currency), "•••• 1111", "7", NOON, NOON, settled)


def test_payments_and_sales_have_totals_of_their_own() -> None:
    records = (
        record("payment", "committed", 1_000),
        record("payment", "committed", 250),
        record("payment", "refused"),
        record("issue", "done", 5_000),
        record("issue_live", "done", 2_000),
        record("issue", "refused", 9_000),
        record("unissue", "done", 5_000),
        record("unissue", "unclear"),
        record("issue", "done", 7_000, Currency.of("USD")),
    )
    view = pages.shift(WORDS, EUR, records, NOON, 1)
    assert dict(view.totals) == {
        "Taken": "€12.50",
        "Payments": "2",
        "Released": "0",
        "Not paid": "1",
        "Sold": "€70.00",
        "Sales undone": "€50.00",
        "Open": "1",
    }


def test_the_history_says_the_day_and_the_shift_its_own_once() -> None:
    it = record("payment", "committed")
    assert pages.history(WORDS, [it]).rows[0].cells[1] == "2 Mar 2026 12:00"
    shift = pages.shift(WORDS, EUR, [it], NOON, 0)
    assert (shift.subtitle, shift.rows[0].cells[1]) == ("Today on this till: 2 Mar 2026.", "12:00")


def test_a_card_that_was_not_scanned_back_is_not_just_sold() -> None:
    waiting = replace(record("issue_live", "done"), settled=False)
    assert [row.cells[0] for row in pages.history(WORDS, [waiting]).rows] == ["Not handed over"]


def test_every_row_says_what_became_of_it() -> None:
    kinds = ("payment", "refused"), ("issue", "done"), ("issue_live", "refused"), ("unissue", "done")
    rows = pages.history(WORDS, [record(*it) for it in (*kinds, ("unissue", "sending"))]).rows
    assert [row.cells[0] for row in rows] == ["Refused", "Sold", "Not sold", "Sale undone", "Sending"]
