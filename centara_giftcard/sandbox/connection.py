"""What the sandbox adds to uvicorn: a server that says when it accepts, connections lost and answers doubled
on purpose.

ASGI has no word for either (an application that sends nothing gets a 500 sent in its name), so the protocol
hands its transport to the application. To lose a connection the application closes it and waits until it is
gone before it returns; uvicorn then sees a client that went away and sends nothing.
"""

import asyncio
import socket
import threading
from functools import partial

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from centara_giftcard.sandbox.voice import Rendered

_EXTENSION = "centara_giftcard.transport"
_TURNS = 5
"""Turns of the loop from an accepted connection to its protocol, and from its end to the closed socket."""


class ReadyServer(uvicorn.Server):
    """A uvicorn server that sets `ready` once it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Leave no connection open, also none that was accepted in the very moment of the end."""
        await super().shutdown(sockets)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
            for it in list(self.server_state.connections):
                it.shutdown()


class ClosableProtocol(H11Protocol):
    """HTTP/1.1 over h11 whose connections can be closed from inside the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = partial(_with_transport, self.app, transport)


async def _with_transport(
    app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send
) -> None:
    scope["extensions"] = {**scope.get("extensions", {}), _EXTENSION: transport}
    await app(scope, receive, send)


class Dropped:
    """An answer that never arrives; with `rendered`, its head and half of its body do."""

    def __init__(self, rendered: Rendered | None = None) -> None:
        self._rendered = rendered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._rendered is not None:
            await self._send_half(self._rendered, send)
        scope["extensions"][_EXTENSION].close()
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _send_half(self, rendered: Rendered, send: Send) -> None:
        body = rendered.body or b"{}"
        headers = {
            "content-type": rendered.media_type or "application/json",
            "content-length": str(len(body)),
        }
        await send(
            {
                "type": "http.response.start",
                "status": 200 if rendered.status == 204 else rendered.status,
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


class Doubled:
    """An answer that arrives twice: once as it should, and once more behind it."""

    def __init__(self, rendered: Rendered) -> None:
        self._rendered = rendered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = self._rendered.status, self._rendered.body
        headers = {**self._rendered.headers, "content-length": str(len(body))}
        if self._rendered.media_type is not None:
            headers["content-type"] = self._rendered.media_type
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        again = f"HTTP/1.1 {status} Again\r\n{lines}\r\n".encode() + body
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": body})
        transport: asyncio.Transport = scope["extensions"][_EXTENSION]
        if not transport.is_closing():  # whoever asked for one answer and an end gets no more
            transport.write(again)
