"""What is written down comes back as it was, and what must not be readable is not."""

import json

import pytest
from hypothesis import given
from msgspec.structs import replace
from unit.journal.journal_samples import CODE, INSTRUMENT, KEY, NUMBER, issue, issues, payment, payments

from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.payment import SETTLED, State
from centara_giftcard.domain.secrets import AuthCode, CardNumber
from centara_giftcard.journal.codec import (
    MAY_BE_SETTLED,
    MUST_BE_SETTLED,
    PAYMENT,
    STATES,
    read_operation,
    row_of,
)
from centara_giftcard.journal.seal import Seal, Unsealable
from centara_giftcard.terminal.ports import Operation


@given(payments | issues)
def test_an_operation_in_any_state_comes_back_exactly_but_for_its_monotonic_time(written: Operation) -> None:
    row = row_of(written)
    seal = Seal(KEY)
    secrets = seal.unwrap(row.id, seal.wrap(row.id, row.secrets))
    assert read_operation(row.id, row.kind, row.body, secrets) == replace(written, quiet_since_s=None)


def test_the_public_body_holds_no_secret_even_where_the_server_repeats_one() -> None:
    row = row_of(payment(words=f"card {NUMBER} ({INSTRUMENT}) has {CODE}"))
    for secret in (NUMBER, INSTRUMENT, CODE):
        assert secret not in row.body
        assert secret not in repr(row)
    assert json.loads(row.body)["words"] == "card •••• 1234 (••••) has ••••"


def test_the_public_body_of_a_sale_holds_no_secret_either() -> None:
    row = row_of(issue(words=f"card {NUMBER} ({INSTRUMENT}) is active"))
    for secret in (NUMBER, INSTRUMENT):
        assert secret not in row.body
        assert secret not in repr(row)


def test_a_live_card_has_no_number_until_its_reply_came() -> None:
    row = row_of(issue(kind=Kind.ISSUE_LIVE, card=None, instrument=None))
    assert (row.card, row.settled, set(row.secrets)) == (None, False, {"words"})


def test_a_code_inside_the_number_does_not_leave_the_rest_of_it_behind() -> None:
    row = row_of(
        payment(card=CardNumber("60915512001234"), auth_code=AuthCode("5512"), words="60915512001234")
    )
    assert json.loads(row.body)["words"] == "•••• 1234"


def test_the_export_knows_every_state_of_a_payment() -> None:
    assert STATES[PAYMENT] == {state.value for state in State}
    for kind in Kind:
        assert STATES[kind.value] == {state.value for state in IssueState}
    assert MUST_BE_SETTLED[PAYMENT] < {state.value for state in SETTLED} < MAY_BE_SETTLED[PAYMENT]
    assert MUST_BE_SETTLED.keys() == MAY_BE_SETTLED.keys() == STATES.keys()
    assert all(MUST_BE_SETTLED[kind] < MAY_BE_SETTLED[kind] < states for kind, states in STATES.items())


def test_sealed_secrets_open_only_with_their_key_for_their_operation_and_unchanged() -> None:
    seal = Seal(KEY)
    sealed = seal.wrap("op-1", {"card": NUMBER})
    assert NUMBER.encode() not in sealed
    assert seal.wrap("op-1", {"card": NUMBER}) != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, operation, text in (
        (Seal(bytes(32)), "op-1", sealed),
        (seal, "op-2", sealed),
        (seal, "op-1", changed),
        (seal, "op-1", sealed[:20]),
        (seal, "op-1", b""),
    ):
        with pytest.raises(Unsealable):
            other.unwrap(operation, text)


def test_one_key_gives_three_different_ones() -> None:
    seal, other = Seal(KEY), Seal(bytes(32))
    card = CardNumber(NUMBER)
    assert seal.card_hash(card) == Seal(KEY).card_hash(card) != other.card_hash(card)
    assert seal.check_value == Seal(KEY).check_value != other.check_value


def test_a_key_of_another_length_is_a_bug() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(b"short")
