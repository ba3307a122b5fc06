"""A running sandbox for the contract tests, and a plain HTTP client that is none of the product's code."""

from collections.abc import Iterator
from decimal import Decimal
from json import loads
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from centara_giftcard.sandbox import SandboxServer

GOOD = "6091000000000017"


class Pos:
    """A till that speaks raw HTTP: calls by address, documents with exact decimals."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.http = httpx.Client(headers={"Authorization": "Bearer till-3"}, timeout=10, trust_env=False)

    def url(self, tail: str) -> str:
        return f"{self.server.address}/loyaltyGroups/acme/{tail}"

    def get(self, tail: str) -> httpx.Response:
        return self.http.get(self.url(tail))

    def post(self, tail: str, body: str | None = None, key: str | None = None) -> httpx.Response:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.http.post(self.url(tail), content=body, headers=headers)

    def pay(self, number: str = GOOD, amount: str = "25.00", key: str | None = None) -> httpx.Response:
        return self.post(f"giftcards/{number}/_pay", f'{{"amount": {amount}}}', key)

    def hold(self, number: str = GOOD, amount: str = "25.00") -> str:
        return str(self.read(self.pay(number, amount))["authCode"])

    def commit(self, auth_code: str, number: str = GOOD, key: str | None = None) -> httpx.Response:
        return self.post(f"giftcards/{number}/authorizations/{auth_code}/_commit", key=key)

    def cancel(self, auth_code: str, number: str = GOOD, key: str | None = None) -> httpx.Response:
        return self.post(f"instruments/{self.card(number)['id']}/authorizations/{auth_code}/_cancel", key=key)

    def books(self) -> Any:
        return loads(self.http.get(f"{self.server.inspection_address}/ledger").content)

    def card(self, number: str = GOOD) -> Any:
        return next(card for card in self.books()["cards"] if card["number"] == number)

    def holds(self, number: str = GOOD) -> list[tuple[int, str]]:
        return [(h["amount"], h["state"]) for h in self.books()["holds"] if h["number"] == number]

    def fault(self, call: str, fault: str, number: str = GOOD, **more: object) -> None:
        body = {"number": number, "call": call, "fault": fault, **more}
        answer = self.http.post(f"{self.server.inspection_address}/faults", json=body)
        assert answer.status_code == 204, answer.text

    @staticmethod
    def read(answer: httpx.Response) -> Any:
        """The answer's JSON with exact decimals."""
        return loads(answer.content, parse_float=Decimal)

    @property
    def host_port(self) -> tuple[str, int]:
        parts = urlsplit(self.server.address)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    server = SandboxServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def pos(sandbox_server: SandboxServer) -> Iterator[Pos]:
    """A till at a sandbox that is as it was at its start."""
    till = Pos(sandbox_server)
    assert till.http.post(f"{sandbox_server.inspection_address}/reset").status_code == 204
    yield till
    till.http.close()
