"""Which card a number names, and whether a card can pay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, balance, eur

from centara_giftcard.domain.cards import (
    CardStatus,
    CheckDigit,
    KnownCard,
    NotUndoable,
    SaleRules,
    Series,
    SeriesKind,
    Standing,
    Unsellable,
    accepted_here,
    identify,
    luhn_valid,
    standing,
    why_not_sellable,
    why_not_undoable,
)
from centara_giftcard.domain.errors import AmountError, CardNumberError
from centara_giftcard.domain.secrets import CardNumber, InstrumentId

CLASSIC = Series("Classic", "1", "6091", 16)
GOLD = Series("Gold", "2", "60917", 16)
SHORT = Series("Short", "3", "60917", 10)
CHECKED = Series("Checked", "4", "79", 11, CheckDigit.LUHN)
ALL = (CLASSIC, GOLD, SHORT, CHECKED)

GOOD = CardStatus(InstrumentId("gc-1"), "1", True, balance(7_500), eur(10_000), eur(0))


def named(text: str) -> Series | None:
    return identify(text, ALL).series


def test_the_longest_matching_prefix_decides() -> None:
    assert named("6091000000000000") is CLASSIC
    assert named("6091700000000000") is GOLD


def test_of_equal_prefixes_the_length_decides() -> None:
    assert named("6091700000") is SHORT


def test_spaces_and_hyphens_do_not_count() -> None:
    assert identify(" 6091-0000 0000 1111 ", ALL).number.reveal() == "6091000000001111"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("6091;000000001111", "malformed"),
        ("٦٠٩١000000001111", "malformed"),
        ("6" * 65, "malformed"),
        ("5000000000000000", "unknown_series"),
        ("609100000000111", "length"),
        ("60910000000011111", "length"),
        ("79927398710", "check_digit"),
    ],
)
def test_a_scan_that_went_wrong(text: str, reason: str) -> None:
    """Row 1."""
    with pytest.raises(CardNumberError) as caught:
        identify(text, ALL)
    assert caught.value.reason == reason
    assert text not in str(caught.value) or not text


def test_without_series_any_plausible_number_is_asked_for() -> None:
    assert identify("AB12", ()).series is None
    with pytest.raises(CardNumberError, match="length"):
        identify("123", ())


def test_luhn() -> None:
    assert named("79927398713") is CHECKED
    assert not luhn_valid("7992739871A")


@given(st.text("0123456789", min_size=1, max_size=20), st.data())
def test_luhn_notices_one_wrong_digit(digits: str, data: st.DataObject) -> None:
    valid = next(digits + check for check in "0123456789" if luhn_valid(digits + check))
    place = data.draw(st.integers(0, len(valid) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != valid[place]]))
    assert not luhn_valid(valid[:place] + wrong + valid[place + 1 :])


def test_available_is_what_neither_a_hold_nor_the_floor_keeps() -> None:
    assert GOOD.available == eur(7_500)
    assert replace(GOOD, balance=balance(7_500, 2_000), floor=eur(500)).available == eur(5_000)
    assert replace(GOOD, balance=balance(1_000, 2_000)).available == eur(0)


def test_spent_is_never_below_nothing() -> None:
    assert GOOD.spent == eur(2_500)
    assert replace(GOOD, original=eur(5_000)).spent == eur(0)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (GOOD, Standing.GOOD),
        (replace(GOOD, issued=False), Standing.NOT_ISSUED),
        (replace(GOOD, starts=NOON + timedelta(seconds=1)), Standing.NOT_YET_VALID),
        (replace(GOOD, starts=NOON), Standing.GOOD),
        (replace(GOOD, expires=NOON - timedelta(seconds=1)), Standing.EXPIRED),
        (replace(GOOD, expires=NOON), Standing.GOOD),
        (replace(GOOD, balance=balance(0)), Standing.EMPTY),
        (replace(GOOD, balance=balance(500), floor=eur(500)), Standing.EMPTY),
        (replace(GOOD, balance=balance(500, 500)), Standing.ALL_HELD),
    ],
)
def test_whether_a_card_can_pay(status: CardStatus, expected: Standing) -> None:
    assert standing(status, NOON) is expected


def test_validity_goes_by_the_servers_clock() -> None:
    """Row 39: the till's own clock may be wrong."""
    expiring = replace(GOOD, expires=NOON, server_time=NOON)
    assert standing(expiring, NOON + timedelta(days=400)) is Standing.GOOD
    assert standing(replace(expiring, server_time=NOON + timedelta(1)), NOON) is Standing.EXPIRED


UNSOLD = replace(GOOD, issued=False, balance=balance(0), original=eur(0))


def of(series: Series | None) -> KnownCard:
    return KnownCard(CardNumber("6091000000000041"), series)


@pytest.mark.parametrize(
    ("minimum", "maximum", "amount", "reason"),
    [
        (500, 50_000, 499, "below_minimum"),
        (500, 50_000, 500, None),
        (500, 50_000, 50_000, None),
        (500, 50_000, 50_001, "above_maximum"),
        (None, 50_000, 1, None),
        (500, None, 10**11, None),
    ],
)
def test_a_card_is_sold_within_the_limits_of_its_series(
    minimum: int | None, maximum: int | None, amount: int, reason: str | None
) -> None:
    rules = SaleRules(
        minimum=None if minimum is None else eur(minimum), maximum=None if maximum is None else eur(maximum)
    )
    if reason is None:
        rules.check(eur(amount))
    else:
        with pytest.raises(AmountError) as caught:
            rules.check(eur(amount))
        assert caught.value.reason == reason


def test_a_printed_card_that_was_never_sold_can_be_sold() -> None:
    assert why_not_sellable(of(CLASSIC), UNSOLD) is None


def test_where_the_settings_name_no_series_any_card_can_be_sold() -> None:
    assert why_not_sellable(of(None), UNSOLD) is None


OBSTACLES = {
    Unsellable.ALREADY_ISSUED: (CLASSIC, GOOD),
    Unsellable.WRONG_SERIES: (CLASSIC, replace(UNSOLD, series_number="2")),
    Unsellable.NOT_SOLD_HERE: (replace(CLASSIC, sale=SaleRules(may_sell=False)), UNSOLD),
    Unsellable.LIVE_PRINTED: (replace(CLASSIC, kind=SeriesKind.LIVE_PRINTED), UNSOLD),
}


@pytest.mark.parametrize("why", Unsellable)
def test_a_card_that_cannot_be_sold_says_why(why: Unsellable) -> None:
    series, status = OBSTACLES[why]
    assert why_not_sellable(of(series), status) is why


def test_of_several_reasons_the_one_that_the_cashier_can_act_on_is_told() -> None:
    never_here = replace(CLASSIC, sale=SaleRules(may_sell=False), kind=SeriesKind.LIVE_PRINTED)
    strange = replace(UNSOLD, series_number="2")
    assert why_not_sellable(of(never_here), replace(strange, issued=True)) is Unsellable.ALREADY_ISSUED
    assert why_not_sellable(of(never_here), strange) is Unsellable.WRONG_SERIES
    assert why_not_sellable(of(never_here), UNSOLD) is Unsellable.NOT_SOLD_HERE


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (replace(GOOD, original=eur(7_500)), None),
        (replace(GOOD, original=eur(7_500), expires=NOON - timedelta(days=1)), None),
        (UNSOLD, NotUndoable.NOT_ISSUED),
        (GOOD, NotUndoable.USED),
        (replace(GOOD, original=eur(5_000)), NotUndoable.USED),
        (replace(GOOD, original=eur(7_500), balance=balance(7_500, 1)), NotUndoable.HELD),
        (replace(GOOD, balance=balance(7_500, 1)), NotUndoable.USED),
    ],
)
def test_a_sale_can_be_undone_while_the_card_is_as_it_was_sold(
    status: CardStatus, why: NotUndoable | None
) -> None:
    """Row 18."""
    assert why_not_undoable(status) is why


def test_a_till_takes_payments_only_from_the_series_it_accepts() -> None:
    assert accepted_here(of(CLASSIC))
    assert accepted_here(of(None))
    assert not accepted_here(of(replace(CLASSIC, may_accept=False)))
