"""Money: exact both ways, in currencies with no, two and three decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.domain.samples import EUR, ISK, KWD, eur

from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.money import MAX_DIGITS, Currency, Money

currencies = st.sampled_from((EUR, ISK, KWD))
minors = st.integers(min_value=-(10**MAX_DIGITS) + 1, max_value=10**MAX_DIGITS - 1)


@given(minors, currencies)
def test_an_amount_survives_the_way_out_and_back(minor: int, currency: Currency) -> None:
    amount = Money(minor, currency)
    assert Money.of(amount.decimal, currency) == amount
    assert Money.of(Decimal(str(amount.decimal)), currency) == amount


@given(st.integers(min_value=1, max_value=10**MAX_DIGITS - 1), currencies, st.sampled_from(".,"))
def test_what_is_shown_can_be_typed(minor: int, currency: Currency, mark: str) -> None:
    amount = Money(minor, currency)
    assert Money.typed(str(amount.decimal).replace(".", mark), currency) == amount


@given(minors, minors)
def test_sums_and_differences_are_exact(a: int, b: int) -> None:
    assert eur(a) + eur(b) - eur(b) == eur(a)
    assert (eur(a) < eur(b)) is (a < b)
    assert (eur(a) >= eur(b)) is (a >= b)


def test_an_amount_is_written_with_exactly_the_currencys_decimals() -> None:
    assert str(eur(2_500)) == "EUR 25.00"
    assert str(Money(1_500, ISK)) == "ISK 1500"
    assert str(Money(1_250, KWD)) == "KWD 1.250"


def test_an_amount_of_nothing_counts_as_none() -> None:
    assert not eur(0)
    assert eur(-1)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="EUR and ISK do not mix"):
        eur(1) + Money(1, ISK)


def test_an_unknown_currency_is_no_currency() -> None:
    with pytest.raises(ValueError, match="'EURO' is not an ISO 4217"):
        Currency.of("EURO")


@pytest.mark.parametrize(
    ("text", "grouping", "minor"),
    [
        ("1.250,00", "", 125_000),
        ("1,250.00", "", 125_000),
        ("1.250,5", ".", 125_050),
        ("1,250.", ",", 125_000),
        ("1.250.000", "", 125_000_000),
        ("1,250,000.99", ".", 125_000_099),
        ("1.250", ".", 125_000),
        ("1,250", ",", 125_000),
        ("1250,00", ".", 125_000),
        ("12.50", ".", 1_250),
        ("12,50", ".", 1_250),
        (".5", ".", 50),
    ],
)
def test_thousands_may_be_grouped_where_that_cannot_be_mistaken(text: str, grouping: str, minor: int) -> None:
    assert Money.typed(text, EUR, grouping) == eur(minor)


def test_a_currency_without_decimals_has_grouped_thousands_too() -> None:
    assert Money.typed("1.250", ISK, ".") == Money(1_250, ISK)
    assert Money.typed("12.500.000", ISK) == Money(12_500_000, ISK)


@pytest.mark.parametrize(
    ("text", "currency", "grouping", "reason"),
    [
        ("1.250", EUR, "", "decimals"),
        ("1.250", EUR, ",", "decimals"),
        ("1,250", ISK, ".", "decimals"),
        ("1.250", KWD, ".", "malformed"),
        ("1.25,00", EUR, ".", "malformed"),
        ("1.250,00,0", EUR, ".", "malformed"),
        ("1.250.00", EUR, ".", "malformed"),
        ("1,250.000", EUR, "", "decimals"),
        ("0.250,00", EUR, ".", "malformed"),
        ("1250,00.", EUR, "", "malformed"),
        (".,", EUR, "", "malformed"),
        ("1 250", EUR, "", "malformed"),
        ("12..50", EUR, "", "malformed"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_as_a_whole(
    text: str, currency: Currency, grouping: str, reason: str
) -> None:
    with pytest.raises(AmountError) as refused:
        Money.typed(text, currency, grouping)
    assert refused.value.reason == reason


@given(
    st.integers(min_value=1, max_value=10**MAX_DIGITS - 1), st.sampled_from((EUR, ISK)), st.sampled_from(".,")
)
def test_what_the_till_writes_for_people_can_be_typed(minor: int, currency: Currency, mark: str) -> None:
    amount = Money(minor, currency)
    marks: dict[str, str | int | None] = {",": mark, ".": ".,"[mark == "."]}
    written = f"{amount.decimal:,}".translate(str.maketrans(marks))
    assert Money.typed(written, currency, mark) == amount


@pytest.mark.parametrize("text", ["25", "25.0", "25.00", "2.5E1", "25.000000000000000000000000000000000"])
def test_one_amount_in_many_spellings(text: str) -> None:
    assert Money.of(Decimal(text), EUR) == eur(2_500)


@pytest.mark.parametrize("text", ["0", "-0", "0.00", "0E-99999999"])
def test_zero_in_many_spellings(text: str) -> None:
    assert Money.of(Decimal(text), EUR) == eur(0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "malformed"),
        ("-Infinity", "malformed"),
        ("0.001", "decimals"),
        ("1.005", "decimals"),
        ("1E-999999999", "decimals"),
        ("1.00000000000000000000000000000000000000001", "decimals"),
        ("10000000000", "too_large"),
        ("-10000000000", "too_large"),
        ("1E999999999", "too_large"),
    ],
)
def test_no_amount_of_euros(text: str, reason: str) -> None:
    with pytest.raises(AmountError) as caught:
        Money.of(Decimal(text), EUR)
    assert caught.value.reason == reason


@given(st.decimals(allow_nan=False, allow_infinity=False), currencies)
def test_an_amount_is_read_exactly_or_not_at_all(value: Decimal, currency: Currency) -> None:
    try:
        amount = Money.of(value, currency)
    except AmountError:
        return
    assert amount.decimal == value


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12", EUR, 1_200), ("12,5", EUR, 1_250), (".5", EUR, 50), ("5.", EUR, 500), ("007", ISK, 7)],
)
def test_typed_amounts(text: str, currency: Currency, minor: int) -> None:
    assert Money.typed(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", EUR, "empty"),
        (".", EUR, "malformed"),
        ("1.2.3", EUR, "malformed"),
        ("-1", EUR, "malformed"),
        ("1e3", EUR, "malformed"),
        ("١", EUR, "malformed"),
        ("1\n", EUR, "malformed"),
        ("1.001", EUR, "decimals"),
        ("1.5", ISK, "decimals"),
        ("1.2345", KWD, "decimals"),
        ("0.00", EUR, "zero"),
        ("99999999999", EUR, "too_large"),
        ("9" * 5_000, ISK, "too_large"),
    ],
)
def test_typed_text_that_is_no_amount(text: str, currency: Currency, reason: str) -> None:
    with pytest.raises(AmountError) as caught:
        Money.typed(text, currency)
    assert caught.value.reason == reason
