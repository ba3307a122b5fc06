"""Whatever is thrown at the sandbox, it answers 4xx problem+json and stays alive."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contract.conftest import Pos

GOOD = "6091000000000017"
PAY = f"/loyalty/api/v1/pos/loyaltyGroups/acme/giftcards/{GOOD}/_pay"


def send_raw(pos: Pos, data: bytes) -> bytes:
    with socket.create_connection(pos.host_port, timeout=60) as connection:
        received = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65_536):
                received += chunk
        except OSError:  # the server may close before it has read everything
            pass
        return received


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe\x00", 400),
        (b'{"amount": NaN}', 400),
        (b'{"amount": -Infinity}', 400),
        (b'{"amount": 1E99999999999999999999}', 400),
        (b'{"amount": ' + b"9" * 60_000 + b"}", 422),
        (b'{"amount": 1.' + b"0" * 60_000 + b"}", 200),
        (b'{"amount": 0.' + b"1" * 60_000 + b"}", 422),
        (b"[" * 60_000, 400),
        (b"[]", 422),
        (b"25.00", 422),
        (b"null", 422),
        (b"{}", 422),
        (b"", 422),
        (b'{"amount": {"amount": 1}}', 422),
        (b'{"amount": "\\ud800"}', 422),
        (b" " * 70_000, 413),
    ],
)
def test_hostile_bodies(pos: Pos, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = pos.http.post(pos.url(f"giftcards/{GOOD}/_pay"), content=body, headers=headers)
    assert answer.status_code == status
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_another_media_type_is_refused(pos: Pos) -> None:
    answer = pos.http.post(pos.url(f"giftcards/{GOOD}/_pay"), data={"amount": "25.00"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "/",
        "/loyaltyGroups",
        "/loyaltyGroups/acme/giftcards/",
        "/loyaltyGroups//giftcards/1",
        "/loyaltyGroups/acme/giftcards/%FF",
        "/loyaltyGroups/acme/giftcards/%2e%2e",
        f"/loyaltyGroups/acme/giftcards/{GOOD}/",
        f"/loyaltyGroups/acme/giftcards/{GOOD}%2F_pay",
        "/../../_sandbox",
        "/loyaltyGroups/acme/giftcards/" + "9" * 5000,
    ],
)
def test_strange_addresses_are_not_found(pos: Pos, tail: str) -> None:
    head = f"GET /loyalty/api/v1/pos{tail} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n"
    answer = send_raw(pos, head.encode())
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "BREW"])
def test_a_wrong_method_is_told_the_right_one(pos: Pos, method: str) -> None:
    answer = pos.http.request(method, pos.url(f"giftcards/{GOOD}/_pay"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert pos.http.request(method, f"{pos.server.inspection_address}/reset").status_code == 405


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_an_idempotency_key_of_a_wrong_length_is_refused(pos: Pos, key: str) -> None:
    assert pos.read(pos.pay(key=key))["code"] == "idempotency_key_invalid"
    assert pos.holds() == []


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        f"POST {PAY} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".encode(),
        f"POST {PAY} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nshort".encode(),
        f"POST {PAY} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".encode(),
        f"GET {PAY} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode(),
        b"A" * 200_000,
    ],
)
def test_what_is_no_http_does_no_harm(pos: Pos, data: bytes) -> None:
    assert b" 500 " not in send_raw(pos, data)
    assert pos.get(f"giftcards/{GOOD}").status_code == 200
    assert pos.holds() == []
