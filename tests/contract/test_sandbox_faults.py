"""Every way the server can misbehave: what goes over the socket, and what it does to the books."""

from __future__ import annotations

import socket
import time
from decimal import Decimal
from json import JSONDecodeError, dumps, loads
from typing import TYPE_CHECKING

import httpx
import pytest

from centara_giftcard.sandbox import SAMPLE_CARDS, fault_table
from centara_giftcard.sandbox.faults import KINDS, MISBEHAVING, FaultName

if TYPE_CHECKING:
    from contract.conftest import Pos

GOOD = "6091000000000017"


def raw_pay(pos: Pos, number: str) -> bytes:
    """Send a payment over a bare socket and return every byte that comes back until the server closes."""
    body = b'{"amount": 25.00}'
    head = (
        f"POST /loyalty/api/v1/pos/loyaltyGroups/acme/giftcards/{number}/_pay HTTP/1.1\r\nHost: sandbox\r\n"
        f"Authorization: Bearer t\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(pos.host_port, timeout=60) as connection:
        connection.sendall(head.encode() + body)
        received = b""
        try:
            while chunk := connection.recv(65_536):
                received += chunk
        except ConnectionResetError:
            pass
        return received


def test_a_reply_lost_with_nothing_applied_is_a_close_without_a_byte(pos: Pos) -> None:
    assert raw_pay(pos, "6091000000009203") == b""
    assert pos.holds("6091000000009203") == []


def test_a_reply_lost_after_applying_is_a_close_without_a_byte(pos: Pos) -> None:
    assert raw_pay(pos, "6091000000009202") == b""
    assert pos.holds("6091000000009202") == [(2500, "open")]


def test_a_connection_can_be_lost_in_the_middle_of_the_reply(pos: Pos) -> None:
    pos.fault("pay", "drop_midway")
    received = raw_pay(pos, GOOD)
    head, _, body = received.partition(b"\r\n\r\n")
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < promised
    assert pos.holds() == [(2500, "open")]


@pytest.mark.parametrize("call", ["commit", "cancel"])
def test_a_lost_reply_on_a_keep_alive_connection_is_a_client_error_and_the_repeat_is_answered(
    pos: Pos, call: str
) -> None:
    number = {"commit": "6091000000009301", "cancel": "6091000000009401"}[call]
    send = {"commit": pos.commit, "cancel": pos.cancel}[call]
    for _ in range(2):  # the first time, for each authorisation
        auth_code = pos.hold(number)
        with pytest.raises(httpx.RemoteProtocolError):
            send(auth_code, number, key=auth_code)
        assert pos.holds(number)[-1][1] == {"commit": "committed", "cancel": "cancelled"}[call]
        assert send(auth_code, number, key=auth_code).is_success
        assert send(auth_code, number, key="another").status_code == 409


def test_a_commit_that_never_answers_takes_nothing(pos: Pos) -> None:
    number = "6091000000009302"
    auth_code = pos.hold(number)
    for _ in range(3):
        with pytest.raises(httpx.RemoteProtocolError):
            pos.commit(auth_code, number)
    assert pos.holds(number) == [(2500, "open")]


def test_a_commit_error_happens_once(pos: Pos) -> None:
    number = "6091000000009303"
    auth_code = pos.hold(number)
    assert pos.commit(auth_code, number, key="k").status_code == 500
    assert pos.commit(auth_code, number, key="k").status_code == 200
    assert pos.card(number)["net"] == 7500


def test_a_busy_status_says_when_to_come_back(pos: Pos) -> None:
    answer = pos.get("giftcards/6091000000009102")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert pos.get("giftcards/6091000000009102").status_code == 200


@pytest.mark.parametrize(
    ("number", "status", "holds"),
    [
        ("6091000000009204", 500, []),
        ("6091000000009205", 500, [(2500, "open")]),
        ("6091000000009206", 429, []),
        ("6091000000009210", 422, []),
    ],
)
def test_payment_errors_before_and_after_applying(
    pos: Pos, number: str, status: int, holds: list[tuple[int, str]]
) -> None:
    answer = pos.pay(number)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert pos.holds(number) == holds


def test_a_refusal_gives_a_short_reason(pos: Pos) -> None:
    assert pos.read(pos.pay("6091000000009210"))["detail"] == "Card blocked by its issuer."


def test_an_unreadable_payment_reply_still_shows_the_auth_code(pos: Pos) -> None:
    answer = pos.pay("6091000000009207")
    with pytest.raises(JSONDecodeError):
        loads(answer.content)
    auth_code = next(h["auth_code"] for h in pos.books()["holds"] if h["number"] == "6091000000009207")
    assert f'"authCode": "{auth_code}"' in answer.text


def test_a_payment_reply_for_more_than_was_asked(pos: Pos) -> None:
    assert pos.read(pos.pay("6091000000009208"))["amount"] > Decimal("25.00")
    assert pos.holds("6091000000009208") == [(2500, "open")]


def test_a_partial_authorisation_holds_half_and_says_so(pos: Pos) -> None:
    assert pos.read(pos.pay("6091000000009209"))["amount"] == Decimal("12.50")
    assert pos.holds("6091000000009209") == [(1250, "open")]


def test_a_status_about_another_card(pos: Pos) -> None:
    body = pos.read(pos.get("giftcards/6091000000009104"))
    assert body["giftCardId"] != pos.card("6091000000009104")["id"]
    assert body["seriesNumber"] != "6091"


def test_an_unreadable_status(pos: Pos) -> None:
    with pytest.raises(JSONDecodeError):
        loads(pos.get("giftcards/6091000000009103").content)


def pay_and_give_up(pos: Pos) -> None:
    with pytest.raises(httpx.ReadTimeout):
        pos.http.post(pos.url(f"giftcards/{GOOD}/_pay"), json={"amount": 25}, timeout=0.3)


def test_a_late_reply_finds_the_hold_placed_at_once(pos: Pos) -> None:
    pos.fault("pay", "delay_after", seconds=30)
    pay_and_give_up(pos)
    assert pos.holds() == [(2500, "open")]


def test_a_slow_request_is_applied_when_the_wait_is_over_also_with_nobody_waiting(pos: Pos) -> None:
    pos.fault("pay", "delay_before", seconds=1)
    pay_and_give_up(pos)
    assert pos.holds() == []
    deadline = time.monotonic() + 60
    while not pos.holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert pos.holds() == [(2500, "open")]


@pytest.mark.parametrize(
    "status", [400, 401, 402, 403, 404, 408, 409, 410, 418, 422, 429, 500, 502, 503, 504]
)
@pytest.mark.parametrize(("fault", "holds"), [("status_before", []), ("status_after", [(2500, "open")])])
def test_any_error_status_can_be_answered(
    pos: Pos, status: int, fault: str, holds: list[tuple[int, str]]
) -> None:
    pos.fault("pay", fault, status=status, retry_after="2")
    answer = pos.pay()
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "2")
    assert pos.holds() == holds
    assert pos.pay().status_code == 200


def test_garbage_html_and_huge_replies(pos: Pos) -> None:
    pos.fault("status", "garbage")
    with pytest.raises(UnicodeDecodeError):
        pos.get(f"giftcards/{GOOD}").content.decode()
    pos.fault("status", "html")
    assert pos.get(f"giftcards/{GOOD}").headers["content-type"].startswith("text/html")
    pos.fault("status", "huge")
    answer = pos.get(f"giftcards/{GOOD}")
    assert len(answer.content) > 1 << 20
    assert pos.read(answer)["account"]["amountNet"] == Decimal("50.00")


def test_a_huge_reply_to_a_call_whose_reply_is_empty_is_still_json(pos: Pos) -> None:
    auth_code = pos.hold()
    pos.fault("cancel", "huge")
    assert list(pos.read(pos.cancel(auth_code))) == ["padding"]


@pytest.mark.parametrize("call", ["status", "pay"])
def test_amounts_that_are_no_amounts(pos: Pos, call: str) -> None:
    def text() -> str:
        return pos.get(f"giftcards/{GOOD}").text if call == "status" else pos.pay(amount="5.00").text

    pos.fault(call, "nan_amount")
    assert ": NaN" in text()
    pos.fault(call, "too_many_decimals")
    assert ".0012345" in text()


def test_a_payment_reply_without_an_auth_code_or_with_a_number(pos: Pos) -> None:
    pos.fault("pay", "no_auth_code")
    assert "authCode" not in pos.read(pos.pay(amount="5.00"))
    pos.fault("pay", "auth_code_number")
    auth_code = pos.read(pos.pay(amount="5.00"))["authCode"]
    assert isinstance(auth_code, int)
    assert pos.commit(str(auth_code)).status_code == 200


def test_a_payment_reply_about_another_card(pos: Pos) -> None:
    pos.fault("pay", "wrong_card")
    assert pos.read(pos.pay())["giftCardId"] != pos.card()["id"]
    assert pos.holds() == [(2500, "open")]


def test_a_redirect_applies_nothing(pos: Pos) -> None:
    pos.fault("pay", "redirect")
    answer = pos.pay()
    assert answer.status_code == 302
    assert answer.headers["location"]
    assert pos.holds() == []


def test_faults_follow_in_order_and_then_end(pos: Pos) -> None:
    rows = [
        {"number": GOOD, "call": "pay", "fault": "status_before", "status": 503, "times": 2},
        {"number": GOOD, "call": "pay", "fault": "status_before", "status": 409},
    ]
    assert pos.http.post(f"{pos.server.inspection_address}/faults", json=rows).status_code == 204
    assert [pos.pay().status_code for _ in range(4)] == [503, 503, 409, 200]


def test_a_fault_for_any_card_can_be_set_and_taken_back(pos: Pos) -> None:
    pos.fault("status", "status_before", "*", status=401, times=None)
    assert [pos.get(f"giftcards/{GOOD}").status_code for _ in range(3)] == [401] * 3
    pos.fault("status", "status_before", "*", times=0)
    assert pos.get(f"giftcards/{GOOD}").status_code == 200


def test_a_fault_at_a_live_issue_goes_by_the_series(pos: Pos) -> None:
    pos.fault("issue_live", "drop_after", "6092")
    with pytest.raises(httpx.RemoteProtocolError):
        pos.post("giftCardSeries/6092/giftcards/_issue", '{"amount": 10}')
    assert [c["net"] for c in pos.books()["cards"] if c["series"] == "6092"] == [1000]


def test_reset_takes_set_faults_away_and_puts_the_samples_back(pos: Pos) -> None:
    pos.fault("pay", "status_before", times=None)
    pos.fault("pay", "status_before", "6091000000009202", times=0)
    pos.http.post(f"{pos.server.inspection_address}/reset")
    assert pos.pay().status_code == 200
    assert raw_pay(pos, "6091000000009202") == b""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], None),
        ("x", "must be an object"),
        ({"number": GOOD, "call": "pay", "fault": "explode"}, "explode"),
        ({"number": GOOD, "call": "sing", "fault": "html"}, "sing"),
        ({"call": "pay", "fault": "html"}, "number is required"),
        ({"number": GOOD, "call": "pay", "fault": "html", "time": 1}, "unknown key 'time'"),
        ({"number": GOOD, "call": "pay", "fault": "html", "times": -1}, "times"),
        ({"number": GOOD, "call": "pay", "fault": "status_before", "status": 200}, "status"),
        ({"number": GOOD, "call": "pay", "fault": "delay_before", "seconds": 1e9}, "seconds"),
        ({"number": GOOD, "call": "pay", "fault": "html", "retry_after": "1\r\nX: y"}, "retry_after"),
        ({"number": GOOD, "call": "commit", "fault": "part"}, "makes no sense at commit"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(
    pos: Pos, row: object, said: str | None
) -> None:
    answer = pos.http.post(f"{pos.server.inspection_address}/faults", content=dumps(row))
    assert answer.status_code == (204 if said is None else 422)
    assert (said or "") in answer.text


def test_every_fault_has_words_and_the_table_shows_every_misbehaving_card() -> None:
    assert set(KINDS) == set(FaultName)
    rows = fault_table().splitlines()
    assert len(rows) == 2 + len(MISBEHAVING)
    assert all(row.count("|") == 6 for row in rows)
    samples = {sample.number for sample in SAMPLE_CARDS}
    assert len(samples) == len(SAMPLE_CARDS)
    assert {m.number for m in MISBEHAVING} <= samples
    assert all(
        len(sample.number) == 16 and sample.number.startswith(sample.series) for sample in SAMPLE_CARDS
    )


def test_a_success_that_was_not_done(pos: Pos) -> None:
    auth_code = pos.hold()
    pos.fault("commit", "not_done")
    assert pos.commit(auth_code, key="op-commit").status_code == 200
    assert pos.holds() == [(2500, "open")]
    assert pos.commit(auth_code, key="op-commit").status_code == 200
    assert pos.holds() == [(2500, "committed")]


def test_a_promise_is_kept_later(pos: Pos) -> None:
    auth_code = pos.hold()
    pos.fault("commit", "promised", seconds=0.3)
    assert pos.commit(auth_code).status_code == 202
    assert pos.holds() == [(2500, "open")]
    deadline = time.monotonic() + 60
    while pos.holds() != [(2500, "committed")]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_success_that_says_no(pos: Pos) -> None:
    pos.fault("pay", "says_no", detail="Not today.")
    answer = pos.pay()
    assert answer.status_code == 200
    assert pos.read(answer) == {"success": False, "message": "Not today."}
    assert pos.holds() == []


def test_an_answer_that_is_sent_twice(pos: Pos) -> None:
    pos.fault("status", "doubled")
    path = f"/loyalty/api/v1/pos/loyaltyGroups/acme/giftcards/{GOOD}"
    received = b""
    with socket.create_connection(pos.host_port, timeout=60) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer t\r\n\r\n".encode()
        )
        while received.count(b'"seriesNumber": "6091"') < 2:
            received += connection.recv(65_536)
    assert received.count(b"HTTP/1.1 200") == 2
