"""One HTTP/1.1 connection to the Loyalty server: a transport of httpx's over asyncio and h11.

h11 speaks the protocol; asyncio connects, to the first of the server's addresses that answers, and does TLS.
What is left for here is that a connection is one connection: it is opened once, never again behind the
caller's back, carries one exchange at a time, and is of no more use once anything came that nobody asked for.
httpx's own transport has a pool in that place, which costs every exchange and every start more.
"""

import asyncio
import select
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from typing import Final, cast

import h11
import httpx

KEEP_ALIVE_S: Final = 30.0
"""How long a connection may be idle and still be used; shorter than most servers keep it."""

MAX_HEAD_BYTES: Final = 100 * 1024
"""Of status line and headers, or of whatever else comes that is no body."""

READ_AHEAD_BYTES: Final = 64 * 1024
"""What may wait unread before the server has to wait."""

_NEXT_ADDRESS_S: Final = 0.25
"""The head start of one address before the next is tried beside it (RFC 8305)."""


class Line(httpx.AsyncBaseTransport):
    """A connection to the server of its first request's address.

    A request may be sent where `is_free`; the answer's stream is to be closed. It is sent at most once, and
    the exception says how far it got. ConnectError, ConnectTimeout: nothing was sent. ReadTimeout, ReadError,
    RemoteProtocolError, LocalProtocolError: perhaps all of it. Timeouts are the request's own `connect` and,
    for every piece of the answer, `read`, in seconds. `tls` is used for https alone.
    """

    was_used: bool = False
    """Whether an answer was read from it to its end."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._wire: _Wire | None = None
        self._is_taken = False
        self._is_retired = False
        self._idle_since_s = 0.0

    @property
    def is_free(self) -> bool:
        """Whether the next request may be sent here: nothing is under way, and nothing came unasked."""
        if self._is_taken or self._is_retired:
            return False
        is_fresh = asyncio.get_running_loop().time() - self._idle_since_s < KEEP_ALIVE_S
        return self._wire is None or (is_fresh and self._wire.is_quiet)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Connect if need be, send, and read the answer's head; the body comes by the response's stream."""
        limits = request.extensions["timeout"]
        self._is_taken = True
        try:
            wire = self._wire or await self._connected(request.url, limits["connect"])
            wire.write(self._worded(request))
            answer = _Answer(self, wire, self._http, limits["read"])
            head = await answer.head()
        except BaseException:
            await self.aclose()
            raise
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=answer)

    async def open(self, url: httpx.URL, limit_s: float) -> None:
        """Connect already, for a request to come. Raises ConnectError, ConnectTimeout."""
        await self._connected(url, limit_s)

    def retire(self) -> None:
        """Send nothing more over it: close it, if an exchange is under way after that."""
        self._is_retired = True
        if self._wire is not None and not self._is_taken:
            self._wire.close()

    async def aclose(self) -> None:
        """Close it at once."""
        self._is_taken = False
        self.retire()
        await asyncio.sleep(0)  # asyncio lets go of the socket in the loop's next round

    async def _connected(self, url: httpx.URL, limit_s: float) -> "_Wire":
        host, is_secure = url.raw_host.decode("ascii"), url.scheme == "https"
        try:
            async with asyncio.timeout(limit_s):
                _, wire = await asyncio.get_running_loop().create_connection(
                    _Wire,
                    host,
                    url.port or (443 if is_secure else 80),
                    ssl=self._tls if is_secure else None,
                    happy_eyeballs_delay=None if _is_number(host) else _NEXT_ADDRESS_S,
                )
        except TimeoutError as fault:
            raise httpx.ConnectTimeout("no connection in time") from fault
        except Exception as fault:  # whatever it is, nothing was sent
            raise httpx.ConnectError("no connection") from fault
        self._wire, self._idle_since_s = wire, asyncio.get_running_loop().time()
        return wire

    def _worded(self, request: httpx.Request) -> bytes:
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        try:
            events = (head, h11.Data(data=request.content), h11.EndOfMessage())
            return b"".join(self._http.send(event) or b"" for event in events)
        except h11.LocalProtocolError as fault:
            raise httpx.LocalProtocolError(str(fault)) from fault

    async def done(self) -> None:
        """The answer is read, or nobody wants the rest of it: be free again, or close."""
        if self._http.our_state is self._http.their_state is h11.DONE and not self._http.trailing_data[0]:
            self._http.start_next_cycle()
            self._is_taken, self.was_used = False, True
            self._idle_since_s = asyncio.get_running_loop().time()
            if not self._is_retired:
                return
        await self.aclose()


class _Answer(httpx.AsyncByteStream):
    """One answer as it comes: its head, then, as the stream, its body."""

    def __init__(self, line: Line, wire: "_Wire", http: h11.Connection, limit_s: float) -> None:
        self._line = line
        self._wire = wire
        self._http = http
        self._limit_s = limit_s

    async def head(self) -> h11.Response:
        """The answer's status and headers, after whatever the server says in between (1xx)."""
        while not isinstance(event := await self._event(), h11.Response):
            pass
        return event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        await self._line.done()

    async def _event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        try:
            while True:
                event = self._http.next_event()
                if event is not h11.NEED_DATA:
                    return event
                async with asyncio.timeout(self._limit_s):
                    data = await self._wire.read()
                if not data and self._http.their_state is h11.SEND_RESPONSE:
                    raise httpx.RemoteProtocolError("closed without an answer")
                self._http.receive_data(data)
        except h11.RemoteProtocolError as fault:
            raise httpx.RemoteProtocolError(str(fault)) from fault
        except TimeoutError as fault:
            raise httpx.ReadTimeout("nothing more came in time") from fault
        except OSError as fault:
            raise httpx.ReadError("the connection broke") from fault


class _Wire(asyncio.Protocol):
    """The bytes of one connection: what arrives waits until it is read."""

    def __init__(self) -> None:
        self._arrived = bytearray()
        self._has_ended = False
        self._fault: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._arrived += data
        if len(self._arrived) > READ_AHEAD_BYTES:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_ended, self._fault = True, exc
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def read(self) -> bytes:
        """Wait for what arrives; nothing is the end. Raises what broke the connection."""
        if not (self._arrived or self._has_ended):
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        data = bytes(self._arrived)
        self._arrived.clear()
        if not data and self._fault is not None:
            raise self._fault
        self._transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send. What goes wrong is told by `read`, for a server may answer before it has heard all."""
        self._transport.write(data)

    def close(self) -> None:
        """Close at once."""
        self._transport.abort()

    @property
    def is_quiet(self) -> bool:
        """Whether it is open, and nothing waits to be read: not here, and not in the system."""
        return not (self._arrived or self._has_ended or _is_readable(self._transport))


def _is_number(host: str) -> bool:
    """Whether a host is an address and no name: then there is no other to try."""
    return ":" in host or host.replace(".", "").isdigit()


def _is_readable(transport: asyncio.Transport) -> bool:
    it = cast(socket.socket, transport.get_extra_info("socket"))
    if it.fileno() < 0:
        return True
    if sys.platform == "win32":
        return bool(select.select([it], [], [], 0)[0])
    poll = select.poll()  # `select` knows no file of a number beyond 1023
    poll.register(it, select.POLLIN)
    return bool(poll.poll(0))
