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
    Series,
    Standing,
    identify,
    luhn_valid,
    standing,
)
from centara_giftcard.domain.errors import CardNumberError
from centara_giftcard.domain.secrets import InstrumentId

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
