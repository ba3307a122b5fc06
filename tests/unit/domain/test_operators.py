"""Who may do what, which PINs are refused, and how long a wrong one makes somebody wait."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from centara_giftcard.domain import operators
from centara_giftcard.domain.errors import StaffError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operators import (
    LOCKED_AFTER,
    READY_MADE,
    Group,
    Need,
    Operator,
    Permission,
    Staff,
    Tries,
    check_badge,
    check_id,
    check_name,
    check_pin,
    is_bank_card,
    may_be_badge,
)
from centara_giftcard.domain.secrets import Pin, PinHash

EUR = Currency.of("EUR")
ANNA = Operator("1", "Anna", "manager", PinHash("a"), PinHash("badge of Anna"))
BO = Operator("7", "Bo", "cashier", PinHash("b"))
TRAINEE = Group("trainee", frozenset({Permission.PAY}), {Permission.PAY: 2_000})
STAFF = Staff({it.name: it for it in (*READY_MADE, TRAINEE)}, {"1": ANNA, "7": BO})
UNDO, PAY = Need(Permission.UNDO), Need(Permission.PAY, Money(5_000, EUR))


def test_each_may_do_what_their_group_may() -> None:
    assert STAFF.may_all("7", [PAY])
    assert not STAFF.may_all("7", [PAY, UNDO])
    assert STAFF.may_all("1", [PAY, UNDO, *map(Need, Permission)])
    assert not STAFF.may_all("", [PAY])
    assert STAFF.groups_that_may([UNDO]) == ("supervisor", "manager")


@given(limit=st.integers(0, 10_000), amount=st.integers(0, 20_000))
def test_a_limit_holds_to_the_cent_and_only_where_there_is_an_amount(limit: int, amount: int) -> None:
    group = Group("trainee", frozenset({Permission.PAY}), {Permission.PAY: limit})
    assert group.allows([Need(Permission.PAY, Money(amount, EUR))]) == (amount <= limit)
    assert group.allows([Need(Permission.PAY)])
    assert group.allows([])


def test_who_left_keeps_the_name_and_the_number_and_may_nothing() -> None:
    left = STAFF.removed("7")
    assert left.operators["7"].name == "Bo"
    assert left.at_work("7") is None
    assert not left.may_all("7", [PAY])
    without = replace(STAFF, operators={**STAFF.operators, "2": replace(ANNA, id="2", badge=None)})
    assert without.removed("1").wearing(PinHash("badge of Anna")) is None
    assert STAFF.wearing(PinHash("badge of Anna")) == ANNA
    with pytest.raises(StaffError, match="There is no operator 7"):
        left.named("7")


def test_somebody_can_always_change_the_operators() -> None:
    for change in (lambda: STAFF.removed("1"), lambda: STAFF.changed(replace(ANNA, group="cashier"))):
        with pytest.raises(StaffError, match="Nobody could change"):
            change()
    begun = Staff(STAFF.groups).changed(BO)  # a list may begin with a cashier
    assert begun.at_work("7") == BO


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        (replace(STAFF, operators={"7": replace(BO, group="boss")}), "in the group boss, which there is not"),
        (replace(STAFF, operators={"x": replace(BO, id="x")}), "1 to 8 digits"),
        (replace(STAFF, operators={"7": replace(BO, name="B\no")}), "printable letters"),
        (
            replace(STAFF, operators={**STAFF.operators, "7": replace(BO, badge=ANNA.badge)}),
            "Operators 1 and 7 have the same badge",
        ),
        (replace(STAFF, groups={**STAFF.groups, "No!": Group("No!", frozenset())}), "A group's name"),
        (
            replace(STAFF, groups={**STAFF.groups, "a": Group("a", frozenset(), {Permission.PAY: -1})}),
            "a limit that makes no sense, for pay",
        ),
        (
            replace(STAFF, groups={**STAFF.groups, "a": Group("a", frozenset(), {Permission.BALANCE: 1})}),
            "a limit that makes no sense, for balance",
        ),
    ],
)
def test_a_list_that_makes_no_sense_is_told(staff: Staff, words: str) -> None:
    with pytest.raises(StaffError, match=words):
        staff.check()


def test_too_many_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators, "MOST_OPERATORS", 1)
    with pytest.raises(StaffError, match="More than 1 operators"):
        STAFF.check()


@pytest.mark.parametrize("pin", ["8462", "7391", "902817", "120956"])
def test_a_pin_that_nobody_would_try_first_is_taken(pin: str) -> None:
    check_pin(Pin(pin), "7")


@pytest.mark.parametrize(
    ("pin", "id", "words"),
    [
        ("123", "7", "4 to 12 digits"),
        ("1234567890123", "7", "4 to 12 digits"),
        ("12a4", "7", "4 to 12 digits"),
        ("١٢٣٥", "7", "4 to 12 digits"),
        ("1234", "7", "tried first"),
        ("9876", "7", "tried first"),
        ("7890", "7", "tried first"),
        ("0000", "7", "tried first"),
        ("1212", "7", "tried first"),
        ("1984", "7", "must not be a year"),
        ("0417", "417", "the operator's number"),
        ("4170", "417", "the operator's number"),
        ("830429", "8304", "the operator's number"),
    ],
)
def test_a_pin_that_is_tried_first_is_refused(pin: str, id: str, words: str) -> None:
    with pytest.raises(StaffError, match=words):
        check_pin(Pin(pin), id)


@pytest.mark.parametrize(
    ("check", "text"),
    [(check_id, ""), (check_id, "123456789"), (check_name, " Bo"), (check_name, ""), (check_badge, "abc")],
)
def test_what_is_no_number_name_or_badge_is_refused(check: Callable[[str], None], text: str) -> None:
    with pytest.raises(StaffError):
        check(text)


def test_a_bank_cards_number_is_never_a_badge() -> None:
    assert is_bank_card("4111111111111111")
    assert not is_bank_card("4111111111111112")
    assert not is_bank_card("41111111")
    assert not may_be_badge("4111111111111111")
    check_badge("STAFF-00417")
    assert may_be_badge("STAFF-00417")
    with pytest.raises(StaffError, match="bank card"):
        check_badge("4111111111111111")


def test_wrong_pins_make_one_wait_ever_longer_and_a_clock_set_back_for_no_longer() -> None:
    tries, waits = Tries(), []
    for _ in range(LOCKED_AFTER):
        assert not tries.locked
        waits.append(tries.wait_s(1_000.0))
        tries = tries.failed(1_000.0)
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128]
    assert tries.locked
    three = Tries(3, 1_000.0)
    assert three.wait_s(1_001.0) == 1.0
    assert three.wait_s(1_002.0) == 0.0
    assert three.wait_s(0.0) == 2.0
