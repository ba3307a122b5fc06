"""One connection, one exchange at a time: the till's own transport reads what httpx's own reads."""

import asyncio
import ssl
import struct
from collections.abc import Callable
from socket import SO_LINGER, SOL_SOCKET, AddressFamily, gaierror
from typing import Any

import httpx
import pytest
from unit.loyalty import loyalty_server
from unit.loyalty.loyalty_server import Cut, Reply, ScriptedServer, Stall, http, run, serving

from centara_giftcard.loyalty import line
from centara_giftcard.loyalty.line import MAX_HEAD_BYTES, Line

TLS = ssl.create_default_context()
LIMIT_S = 0.5


def asking(server: ScriptedServer, method: str = "POST") -> httpx.Request:
    limits = {"connect": 5.0, "read": LIMIT_S, "write": LIMIT_S, "pool": 5.0}
    return httpx.Request(method, server.address, content=b'{"a": 1}', extensions={"timeout": limits})


async def heard(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> object:
    """Status, headers and body of the answer, or the kind of error and how much of the body came before."""
    body = b""
    try:
        answer = await transport.handle_async_request(request)
        try:
            assert isinstance(answer.stream, httpx.AsyncByteStream)
            async for piece in answer.stream:
                body += piece
        finally:
            await answer.aclose()
        return answer.status_code, answer.headers.raw, body
    except httpx.HTTPError as error:
        return type(error), body


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWERS: dict[str, Reply] = {
    "plain": http(200, "yes"),
    "empty": http(204),
    "no length, to the end": Cut(b"HTTP/1.1 200 OK\r\n\r\nall of it"),
    "HTTP/1.0": Cut(b"HTTP/1.0 200 OK\r\nX-Old: yes\r\n\r\nall of it"),
    "in chunks": CHUNKED + b"3\r\nyes\r\n2;x=y\r\n!!\r\n0\r\nT: x\r\n\r\n",
    "a chunk cut off": Cut(CHUNKED + b"9\r\nyes"),
    "a chunk of no length": Cut(CHUNKED + b"-1\r\nyes"),
    "early hints, then yes": b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 On\r\n\r\n"
    + http(200, "yes"),
    "another protocol": Cut(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    "twice": http(200, "yes") * 2,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nyes!",
    "a header folded": b"HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "a header without a name": Cut(b"HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 0\r\n\r\n"),
    "a header without end": Cut(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * (MAX_HEAD_BYTES + 1)),
    "many headers": Cut(b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * (MAX_HEAD_BYTES // 8 + 1)),
    "no HTTP": Cut(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "nothing": Cut(),
    "half a head": Cut(b"HTTP/1.1 200 OK\r\nContent-"),
    "half a body": Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes"),
    "silence": Stall(),
    "half a head, then silence": Stall(b"HTTP/1.1 200 OK\r\nContent-"),
    "half a body, then silence": Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes"),
    "much": http(200, b"x" * 3_000_000),
}


@pytest.mark.parametrize("reply", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_what_httpx_takes_it_for(reply: Reply) -> None:
    async def body() -> None:
        async with serving(reply) as server:
            theirs, ours = httpx.AsyncHTTPTransport(verify=TLS), Line(TLS)
            assert await heard(ours, asking(server)) == await heard(theirs, asking(server))
            assert server.asked[0].line == server.asked[1].line
            assert server.asked[0].headers == server.asked[1].headers
            assert server.asked[0].body == server.asked[1].body
            for it in (theirs, ours):
                await it.aclose()

    run(body)


def test_a_connection_that_is_reset_leaves_what_was_asked_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reset(reply: Reply, writer: asyncio.StreamWriter) -> bool:
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False

    async def body() -> None:
        async with serving(b"") as server:
            assert await heard(Line(TLS), asking(server)) == (httpx.ReadError, b"")

    monkeypatch.setattr(loyalty_server, "play", reset)
    run(body)


def test_one_connection_carries_one_exchange_after_the_other() -> None:
    async def body() -> None:
        async with serving(http(200, "yes")) as server:
            it = Line(TLS)
            assert (it.is_free, it.was_used) == (True, False)
            for _ in range(3):
                assert isinstance(await heard(it, asking(server)), tuple)
                assert (it.is_free, it.was_used) == (True, True)
            assert [asked.connection for asked in server.asked] == [1, 1, 1]
            await it.aclose()
            assert not it.is_free

    run(body)


def test_while_an_exchange_is_under_way_the_line_is_not_free() -> None:
    async def body() -> None:
        async with serving(http(200, "yes")) as server:
            it = Line(TLS)
            answer = await it.handle_async_request(asking(server))
            assert not it.is_free
            it.retire()
            assert await answer.aread() == b"yes"
            await answer.aclose()
            assert not it.is_free
        await asyncio.sleep(0)

    run(body)


@pytest.mark.parametrize(
    "reply",
    [
        http(200, "yes") * 2,
        http(200, "yes", Connection="close"),
        Cut(http(200, "yes")),
        Cut(b"HTTP/1.1 200 OK\r\n\r\nyes"),
        http(500, b"x" * 200_000),
    ],
)
def test_a_line_that_has_said_more_or_is_closed_is_not_free(reply: Reply) -> None:
    async def body() -> None:
        async with serving(reply) as server:
            it = Line(TLS)
            answer = await it.handle_async_request(asking(server))
            if answer.status_code == 200:  # nobody wants the rest of the other
                await answer.aread()
            await answer.aclose()
            await until(lambda: not it.is_free)
            await it.aclose()

    run(body)


def test_what_comes_unasked_is_seen_before_the_loop_has_heard_it() -> None:
    async def body() -> None:
        async with serving(http(200, "yes")) as server:
            it = Line(TLS)
            await heard(it, asking(server))
            assert it.is_free
            server.writers[0].write(http(200, "no"))  # loopback: it is there when this returns
            assert not it.is_free
            await it.aclose()

    run(body)


def test_a_line_that_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body() -> None:
        async with serving(http(200, "yes")) as server:
            it = Line(TLS)
            await heard(it, asking(server))
            monkeypatch.setattr(line, "KEEP_ALIVE_S", 0.0)
            assert not it.is_free
            await it.aclose()

    run(body)


def test_an_address_that_does_not_answer_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop whose IPv6 leads nowhere: the name has an address of each kind, and only the second answers."""

    async def body() -> None:
        async with serving(http(200, "yes")) as server:
            loop, port = asyncio.get_running_loop(), httpx.URL(server.address).port
            connect, look_up = loop.sock_connect, loop.getaddrinfo

            async def both(host: str, *about: Any, **more: Any) -> Any:
                return [it for number in ("::1", "127.0.0.1") for it in await look_up(number, *about, **more)]

            async def only_old(socket: Any, address: Any) -> None:
                if socket.family == AddressFamily.AF_INET6:
                    await asyncio.sleep(30)
                await connect(socket, address)

            monkeypatch.setattr(loop, "getaddrinfo", both)
            monkeypatch.setattr(loop, "sock_connect", only_old)
            server.address = f"http://shop.example:{port}/api"
            it = Line(TLS)
            assert (await heard(it, asking(server)))[0] == 200  # type: ignore[index]
            await it.aclose()

    run(body)


def refused(error: Exception) -> Callable[..., Any]:
    async def connect(*_: object, **__: object) -> None:
        raise error

    return connect


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionRefusedError(), httpx.ConnectError),
        (gaierror(-2, "unknown"), httpx.ConnectError),
        (ssl.SSLCertVerificationError("another's"), httpx.ConnectError),
        (UnicodeError("label too long"), httpx.ConnectError),
        (AssertionError("two addresses at once"), httpx.ConnectError),
        (TimeoutError(), httpx.ConnectTimeout),
    ],
)
def test_whatever_goes_wrong_while_connecting_nothing_was_sent(
    error: Exception, told: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        async with serving(http(200)) as server:
            monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", refused(error))
            it = Line(TLS)
            with pytest.raises(told) as raised:
                await it.handle_async_request(asking(server))
            assert raised.value.__cause__ is error
            assert not it.is_free
            assert server.asked == []

    run(body)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - it is the loop that sees it
            await asyncio.sleep(0)
