"""The seven calls, over real sockets, and what they do to the books."""

from __future__ import annotations

import time
from decimal import Decimal
from email.utils import parsedate_to_datetime
from json import loads
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from contract.conftest import Pos

GOOD = "6091000000000017"
FRESH = "6091000000000041"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = loads(answer.content)
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


def test_status_shows_amounts_with_exactly_the_currencys_decimals(pos: Pos) -> None:
    answer = pos.get(f"giftcards/{GOOD}")
    assert answer.status_code == 200
    assert '"amountNet": 50.00, "amountOriginal": 75.00, "amountFloor": 0.00' in answer.text
    body = pos.read(answer)
    assert body["seriesNumber"] == "6091"
    assert body["giftCardId"] != GOOD
    assert GOOD not in answer.text


def test_status_of_a_card_that_is_not_issued_has_no_created(pos: Pos) -> None:
    body = pos.read(pos.get(f"giftcards/{FRESH}"))
    assert "created" not in body
    assert body["startDate"] is None


def test_dates_come_in_three_shapes(pos: Pos) -> None:
    body = pos.read(pos.get(f"giftcards/{GOOD}"))
    assert body["created"].endswith(".000Z")
    assert body["startDate"].endswith("+00:00")
    assert body["expiryDate"].endswith("-12-31T23:59:59")


def test_every_reply_carries_the_servers_clock(pos: Pos) -> None:
    assert parsedate_to_datetime(pos.get(f"giftcards/{GOOD}").headers["date"]).tzinfo is not None


def test_a_payment_is_held_then_taken(pos: Pos) -> None:
    answer = pos.pay(amount="25", key="op-1")
    held = pos.read(answer)
    assert answer.text.startswith('{"authCode": "')
    assert held["amount"] == Decimal("25.00")
    assert held["account"]["amountAuthorized"] == Decimal("25.00")
    assert held["account"]["amountNet"] == Decimal("50.00")
    assert pos.books()["holds"][-1]["idempotency_key"] == "op-1"

    assert pos.commit(held["authCode"]).status_code == 200
    card = pos.card()
    assert (card["net"], card["authorised"], card["original"]) == (2500, 0, 7500)
    assert pos.holds() == [(2500, "committed")]


def test_a_payment_is_held_then_released_through_the_instrument(pos: Pos) -> None:
    auth_code = pos.hold()
    assert problem(pos.post(f"instruments/{GOOD}/authorizations/{auth_code}/_cancel"))[0] == 404
    answer = pos.cancel(auth_code)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (pos.card()["net"], pos.card()["authorised"]) == (5000, 0)
    assert pos.holds() == [(2500, "cancelled")]


def test_a_hold_resolves_once(pos: Pos) -> None:
    auth_code = pos.hold()
    assert pos.commit(auth_code, key="a").status_code == 200
    assert pos.commit(auth_code, key="a").status_code == 200
    assert problem(pos.commit(auth_code, key="b")) == (409, "authorization_resolved")
    assert problem(pos.cancel(auth_code)) == (409, "authorization_resolved")
    assert pos.card()["net"] == 2500


def test_a_hold_belongs_to_its_card(pos: Pos) -> None:
    auth_code = pos.hold()
    other = "6091000000000116"
    assert problem(pos.commit(auth_code, other)) == (404, "authorization_unknown")
    assert problem(pos.cancel(auth_code, other)) == (404, "authorization_unknown")
    assert pos.holds() == [(2500, "open")]


def test_the_same_key_gets_the_same_answer_and_one_hold(pos: Pos) -> None:
    first = pos.pay(key="op-7")
    again = pos.pay(amount="25.0", key="op-7")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert pos.holds() == [(2500, "open")]
    assert problem(pos.pay(amount="26.00", key="op-7")) == (422, "idempotency_key_reused")


def test_one_key_may_serve_the_steps_of_one_operation(pos: Pos) -> None:
    auth_code = pos.read(pos.pay(key="op-8"))["authCode"]
    assert pos.commit(auth_code, key="op-8").status_code == 200
    assert pos.card()["net"] == 2500


def test_without_a_key_two_requests_are_two_holds(pos: Pos) -> None:
    assert pos.hold() != pos.hold()
    assert pos.holds() == [(2500, "open"), (2500, "open")]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("6091000000000033", "insufficient_funds"),
        ("6091000000000041", "card_not_issued"),
        ("6091000000000058", "card_not_yet_valid"),
        ("6091000000000066", "card_expired"),
        ("6091000000000082", "insufficient_funds"),
    ],
)
def test_cards_that_cannot_pay_are_refused(pos: Pos, number: str, code: str) -> None:
    before = pos.card(number)
    assert problem(pos.pay(number, "1.00")) == (422, code)
    assert pos.card(number) == before


@pytest.mark.parametrize(
    ("number", "most"),
    [("6091000000000025", "3.20"), ("6091000000000074", "40.00"), ("6091000000000108", "35.00")],
)
def test_holds_and_the_floor_limit_what_can_be_held(pos: Pos, number: str, most: str) -> None:
    one_more = str(Decimal(most) + Decimal("0.01"))
    assert problem(pos.pay(number, one_more)) == (422, "insufficient_funds")
    assert pos.pay(number, most).status_code == 200


@pytest.mark.parametrize(
    "amount", ["0", "0.00", "-1.00", "25.001", '"25.00"', "true", "null", "[]", "1E12", "1E-9999", "1E999999"]
)
def test_bad_amounts_are_refused(pos: Pos, amount: str) -> None:
    assert problem(pos.pay(amount=amount))[0] == 422
    assert pos.holds() == []


@pytest.mark.parametrize("amount", ["25", "25.0", "25.50", "25.500", "2.55E1", "0.255e2"])
def test_amounts_are_read_in_every_notation(pos: Pos, amount: str) -> None:
    assert pos.read(pos.pay(amount=amount))["amount"] == Decimal(amount)


def test_a_pre_issued_card_is_issued_and_un_issued(pos: Pos) -> None:
    answer = pos.post(f"giftcards/{FRESH}/_issue", '{"amount": 50.00}')
    assert pos.read(answer)["account"]["amountOriginal"] == Decimal("50.00")
    assert pos.read(answer)["created"]
    assert problem(pos.post(f"giftcards/{FRESH}/_issue", '{"amount": 50.00}')) == (409, "already_issued")
    assert pos.pay(FRESH, "0.01").status_code == 200
    assert problem(pos.post(f"giftcards/{FRESH}/_unissue")) == (409, "card_used")

    second = "6091000000000124"
    assert pos.post(f"giftcards/{second}/_issue", '{"amount": 20}').status_code == 200
    assert pos.post(f"giftcards/{second}/_unissue").status_code == 204
    assert (pos.card(second)["created"], pos.card(second)["original"]) == (None, 0)
    assert problem(pos.post(f"giftcards/{second}/_unissue")) == (409, "card_not_issued")


def test_an_issue_needs_an_amount_above_zero(pos: Pos) -> None:
    assert problem(pos.post(f"giftcards/{FRESH}/_issue")) == (422, "amount_missing")
    assert problem(pos.post(f"giftcards/{FRESH}/_issue", '{"amount": 0}')) == (422, "amount_invalid")
    assert pos.card(FRESH)["created"] is None


def test_a_live_printed_card_gets_a_number_of_its_series(pos: Pos) -> None:
    first = pos.read(pos.post("giftCardSeries/6092/giftcards/_issue", '{"amount": 30.00}'))
    second = pos.read(pos.post("giftCardSeries/6092/giftcards/_issue", '{"amount": 30.00}'))
    number = first["giftCardNumber"]
    assert number.startswith("6092")
    assert len(number) == 16
    assert number not in (second["giftCardNumber"], first["giftCardId"])
    assert pos.pay(number, "30.00").status_code == 200


def test_what_is_not_known_is_404(pos: Pos) -> None:
    assert problem(pos.get("giftcards/6091999999999999")) == (404, "card_unknown")
    assert problem(pos.pay("6091999999999999")) == (404, "card_unknown")
    assert problem(pos.commit("1")) == (404, "authorization_unknown")
    answer = pos.post("giftCardSeries/7777/giftcards/_issue", '{"amount": 1}')
    assert problem(answer) == (404, "series_unknown")
    answer = pos.post("giftCardSeries/6091/giftcards/_issue", '{"amount": 1}')
    assert problem(answer) == (409, "series_pre_issued")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic abc", "Bearer refused"])
def test_a_till_without_an_accepted_token_gets_401(pos: Pos, authorization: str | None) -> None:
    del pos.http.headers["Authorization"]
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = pos.http.get(pos.url(f"giftcards/{GOOD}"), headers=headers)
    assert problem(answer) == (401, "token_refused")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_any_loyalty_group_is_the_same_ledger_also_one_with_a_slash(pos: Pos) -> None:
    address = f"{pos.server.address}/loyaltyGroups/caf%C3%A9%2F1%20%25/giftcards/{GOOD}"
    assert pos.http.get(address).status_code == 200


def test_requests_are_counted_by_call_and_by_card(pos: Pos) -> None:
    pos.get(f"giftcards/{GOOD}")
    pos.pay(amount="0")
    pos.get("giftcards/1")
    books = pos.books()
    assert (books["requests"]["status"], books["requests"]["pay"]) == (2, 1)
    assert books["requests_by_card"][GOOD]["status"] == 1
    assert "1" not in books["requests_by_card"]


def test_a_round_trip_is_not_held_up_by_the_network_stack(pos: Pos) -> None:
    # With Nagle's algorithm left on, every reply waits 40 ms for the client's delayed acknowledgement.
    took = []
    for _ in range(15):
        begun = time.perf_counter()
        pos.get(f"giftcards/{GOOD}")
        took.append(time.perf_counter() - begun)
    assert sorted(took)[7] < 0.030
