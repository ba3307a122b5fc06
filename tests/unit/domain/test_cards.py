"""Which card a number names, and whether a card can pay."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from unit.domain.samples import NOON, balance, eur

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
    is_number_of,
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
        ("609100000000111", "one_missing"),
        ("60910000000011111", "one_extra"),
        ("609100", "too_short"),
        ("60", "too_short"),
        ("609100000000111111", "too_long"),
        ("60910000001111", "too_short"),
        ("609170000000000", "one_missing"),
        ("60917000000", "one_extra"),
        ("79927398710", "check_digit"),
        ("609100000000111A", "letter"),
        ("7992739871A", "letter"),
    ],
)
def test_a_scan_that_went_wrong(text: str, reason: str) -> None:
    """Row 1."""
    with pytest.raises(CardNumberError) as caught:
        identify(text, ALL)
    assert caught.value.reason == reason
    assert text not in str(caught.value) or not text


TWELVE, FOURTEEN = Series("Twelve", "5", "51", 12), Series("Fourteen", "6", "51", 14)


def test_a_length_between_two_series_is_just_wrong() -> None:
    with pytest.raises(CardNumberError, match="length"):
        identify("5100000000000", (TWELVE, FOURTEEN))


UPPER, LOWER = Series("Upper", "7", "GC", 8), Series("Lower", "8", "gift", 10)
MIXED, HEX = Series("Mixed", "9", "Xy", 6), Series("Hex", "10", "77", 6, letters=True)


@pytest.mark.parametrize(
    ("text", "number", "series"),
    [
        ("gc12ab34", "GC12AB34", UPPER),
        ("GC12ab34", "GC12ab34", UPPER),
        ("GIFT12ABCD", "gift12abcd", LOWER),
        ("xY12Ab", "Xy12Ab", MIXED),
        ("7712aB", "7712aB", HEX),
    ],
)
def test_letters_in_either_case_match_a_series_and_its_own_is_asked(
    text: str, number: str, series: Series
) -> None:
    found = identify(text, (UPPER, LOWER, MIXED, HEX))
    assert (found.number.reveal(), found.series) == (number, series)


def test_of_two_series_that_differ_in_case_the_one_that_was_written_is_meant() -> None:
    capital, small = Series("Capital", "1", "AB", 6), Series("Small", "2", "ab", 6)
    assert identify("ab1234", (capital, small)).series is small
    assert identify("AB1234", (capital, small)).series is capital


def test_the_leading_zero_of_an_ean_may_be_missing_or_added() -> None:
    upc, ean = Series("UPC", "11", "71", 12), Series("EAN", "12", "06", 13)
    assert identify("0712345678904", (upc, ean)).number.reveal() == "712345678904"
    assert identify("612345678904", (upc, ean)).number.reveal() == "0612345678904"
    plain = Series("Twelve of its own", "13", "6", 12)
    assert identify("612345678904", (ean, plain)).number.reveal() == "612345678904"
    with pytest.raises(CardNumberError, match="one_extra"):
        identify("7123456789041", (upc, ean))
    with pytest.raises(CardNumberError, match="unknown_series"):
        identify("0812345678904", (upc, ean))


def test_whether_a_text_is_a_cards_number() -> None:
    assert is_number_of("6091000000001111", ALL)
    assert not is_number_of("4006381333931", ALL)
    assert not is_number_of("6091000000001111", ())


def test_without_series_any_plausible_number_is_asked_for() -> None:
    assert identify("AB12", ()).series is None
    with pytest.raises(CardNumberError, match="too_short"):
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


def test_a_server_that_names_no_series_says_nothing_against_the_sale() -> None:
    assert why_not_sellable(of(CLASSIC), replace(UNSOLD, series_number="")) is None


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


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("6092000000000014", True),
        ("6092000000000015", False),  # its check digit
        ("609200000000001", False),  # its length
        ("6093000000000013", False),  # its prefix
        ("609200000000001A", False),
        ("", False),
    ],
)
def test_a_number_fits_a_series_by_length_prefix_and_check_digit(number: str, fits: bool) -> None:
    assert Series("Live", "L", "6092", 16, CheckDigit.LUHN).fits(number) is fits


def test_a_prefix_fits_in_either_case() -> None:
    assert Series("Gift", "G", "GB", 6).fits("gb1234")
