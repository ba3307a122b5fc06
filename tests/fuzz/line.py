"""A line to a server that is not there: httpx, httpcore and h11 are real, only the socket is a script."""

# ruff: noqa: ASYNC109 - the signatures are httpcore's

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx
from fuzz.hostile import Answer
from fuzz.secrets_planted import TOKEN

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency
from centara_giftcard.loyalty.client import HttpLoyalty

EUR = Currency.of("EUR")


@dataclass(frozen=True)
class Asked:
    """A request as it was written: `target` as in its first line, `operation` from its Idempotency-Key."""

    method: str
    target: str
    operation: str


@dataclass
class Line(httpcore.AsyncNetworkBackend):
    """Answers each request with what `choose` gives for it; `refuses` is raised instead of connecting."""

    choose: Callable[[Asked], Answer]
    refuses: Exception | None = None
    asked: list[Asked] = field(default_factory=list)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if self.refuses is not None:
            raise self.refuses
        return _Stream(self)

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError("httpcore sleeps between retries, and there are none")


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, line: Line) -> None:
        self._line = line
        self._pieces: list[bytes] = []
        self._end: Exception | None = None
        self._after_s = 0.0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        after_s, self._after_s = self._after_s, 0.0
        if after_s:
            async with self._in_time(timeout):
                await asyncio.sleep(after_s)
        if self._pieces:
            return self._pieces.pop(0)
        if self._end is not None:
            raise self._end
        return b""

    @asynccontextmanager
    async def _in_time(self, limit_s: float | None) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(limit_s):
                yield
        except TimeoutError:
            raise httpcore.ReadTimeout from None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer.startswith((b"GET ", b"POST ")):
            method, target, _ = buffer.split(b"\r\n", 1)[0].decode().split(" ")
            asked = Asked(method, target, _header(buffer, b"idempotency-key").rpartition("-")[0])
            self._line.asked.append(asked)
            answer = self._line.choose(asked)
            self._pieces, self._end = list(answer.pieces), answer.end
            self._after_s = answer.after_s

    async def aclose(self) -> None:
        """Nothing to close."""

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise NotImplementedError("the address is http")

    def get_extra_info(self, info: str) -> Any:
        return None


def _header(head: bytes, name: bytes) -> str:
    lines = head.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]
    found = [value for key, _, value in (line.partition(b": ") for line in lines) if key.lower() == name]
    return found[0].decode() if found else ""


class LineLoyalty(HttpLoyalty):
    """The real client on a scripted line; `noted` holds what it told the flight recorder."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.noted: list[Any] = []
        super().__init__(
            "http://127.0.0.1:9/api",
            "acme",
            TOKEN,
            EUR,
            WireRules(),
            connect_timeout_s=5.0,
            reply_timeout_s=10.0,
            note=lambda name, facts: self.noted.append((name, dict(facts))),
        )

    def _transport(self, keep_alive: bool) -> httpx.AsyncHTTPTransport:
        transport = super()._transport(keep_alive)
        pool = transport._pool
        assert isinstance(pool, httpcore.AsyncConnectionPool)
        pool._network_backend = self._line
        return transport


def targets(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """Method and target of each request."""
    return [(it.method, it.target) for it in asked]
