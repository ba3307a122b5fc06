"""A raw-socket HTTP server that replies what a test scripted: bytes, silence, half an answer, a cut line."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.secrets import AccessToken, AuthCode, CardNumber, InstrumentId
from centara_giftcard.loyalty.client import HttpLoyalty

EUR = Currency.of("EUR")
CARD = CardNumber("6091000000000017")
INSTRUMENT = InstrumentId("gc_0017_internal")
CODE = AuthCode("A-77-secret/1")
TOKEN = AccessToken("till-token-9c1f")

ACCOUNT = '{"amountNet": 50.00, "amountOriginal": 75, "amountFloor": 0, "amountAuthorized": 5.5}'
STATUS = (
    f'{{"giftCardId": "{INSTRUMENT.reveal()}", "created": "2026-01-05T09:30:00Z", '
    f'"seriesNumber": "6091", "account": {ACCOUNT}}}'
)


def card_and_status(nth: int) -> tuple[CardNumber, str]:
    """The nth other card, and its document: the server tells its id, not its number."""
    number, id_ = f"60910000000{nth:05}", f"gc_{nth:05}"
    return CardNumber(number), STATUS.replace(INSTRUMENT.reveal(), id_).replace("50.00", f"{nth}.00")


def http(code: int, body: str | bytes = b"", **headers: str) -> bytes:
    """An HTTP answer; header names are written with underscores."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Cut:
    """Write this much, then close the connection."""

    first: bytes = b""


@dataclass(frozen=True)
class Stall:
    """Write this much, then say nothing more."""

    first: bytes = b""


@dataclass(frozen=True)
class Dribble:
    """A byte every 20 ms for ever: no single read takes long."""

    first: bytes


Reply = bytes | Cut | Stall | Dribble


def patience_s(reply: Reply) -> float:
    """How long to wait for a connection: long on a busy machine, short where it bounds an endless answer."""
    return 0.4 if isinstance(reply, Dribble) else 5.0


@dataclass
class Asked:
    """A request as it came over the wire; `connection` counts from 1."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class ScriptedServer:
    """Plays `script` in order, the last reply for ever, or what `answer` gives for the request's first line;
    keeps what it was asked. `doubles`: says everything twice, in a write of its own."""

    script: list[Reply]
    answer: Callable[[str], Reply] | None = None
    doubles: bool = False
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    address: str = ""
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        number = self.connections
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:-2])}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.asked.append(Asked(head[0], headers, body, number))
                reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                reply = self.answer(head[0]) if self.answer else reply
                if self.doubles:
                    await play(reply, writer)
                if not await play(reply, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def hang_up(self) -> None:
        """Close every open connection, as a server does with idle ones."""
        for writer in self.writers:
            writer.close()
        await asyncio.sleep(0.02)


async def play(reply: Reply, writer: asyncio.StreamWriter) -> bool:
    """Perform a reply; True when the connection may be used again."""
    writer.write(reply if isinstance(reply, bytes) else reply.first)
    await writer.drain()
    if isinstance(reply, Stall):
        await asyncio.sleep(30)
    while isinstance(reply, Dribble):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)
    return isinstance(reply, bytes)


@asynccontextmanager
async def serving(*script: Reply, tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedServer]:
    """Run a scripted server on a free loopback port."""
    scripted = ScriptedServer(list(script))
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(scripted.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    scripted.address = f"{'https' if tls else 'http'}://127.0.0.1:{port}/api"
    try:
        yield scripted
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in scripted.writers:
            writer.close()
        await asyncio.sleep(0)


def client(address: str, **changes: Any) -> HttpLoyalty:
    """A client with short timeouts."""
    wanted: dict[str, Any] = {
        "server": address, "group": "acme", "token": TOKEN, "currency": EUR, "rules": WireRules(),
        "connect_timeout_s": 5.0, "reply_timeout_s": 0.4, "listen_timeout_s": 0.8,
    }  # fmt: skip
    return HttpLoyalty(**{**wanted, **changes})


@asynccontextmanager
async def talking(*script: Reply, **changes: Any) -> AsyncIterator[tuple[HttpLoyalty, ScriptedServer]]:
    """A client and the scripted server it talks to."""
    async with serving(*script) as server:
        loyalty = client(server.address, **changes)
        try:
            yield loyalty, server
        finally:
            await loyalty.close()


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine; nothing may be left over on its loop."""
    asyncio.run(body())


PAY = '{"authCode": "A1", "amount": 25.00}'
TWENTY_FIVE = Money(2500, EUR)


async def pay(loyalty: HttpLoyalty, amount: Money = TWENTY_FIVE) -> object:
    return await loyalty.request_payment("op-1", CARD, INSTRUMENT, amount)


async def all_calls(loyalty: HttpLoyalty) -> list[object]:
    """The six POSTs, then the two GETs."""
    return [
        await pay(loyalty),
        await loyalty.commit("op-1", CARD, INSTRUMENT, CODE),
        await loyalty.cancel("op-1", CARD, INSTRUMENT, CODE),
        await loyalty.issue("op-1", CARD, INSTRUMENT, TWENTY_FIVE),
        await loyalty.issue_live("op-1", "6092", TWENTY_FIVE),
        await loyalty.unissue("op-1", CARD, INSTRUMENT),
        await loyalty.status(CARD),
        await loyalty.probe(),
    ]
