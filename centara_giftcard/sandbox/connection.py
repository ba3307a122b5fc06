"""What the sandbox adds to uvicorn: a server that says when it accepts, and connections lost on purpose.

ASGI has no word for losing a connection (an application that sends nothing gets a 500 sent in its name), so
the protocol hands the transport's `close` to the application, and the application waits until the
connection is gone before it returns; uvicorn then sees a client that went away and sends nothing.
"""

import asyncio
import socket
import threading
from functools import partial

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from centara_giftcard.sandbox.spoil import Rendered

_EXTENSION = "centara_giftcard.close"


class ReadyServer(uvicorn.Server):
    """A uvicorn server that sets `ready` once it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


class ClosableProtocol(H11Protocol):
    """HTTP/1.1 over h11 whose connections can be closed from inside the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = partial(_with_close, self.app, transport)


async def _with_close(
    app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send
) -> None:
    scope["extensions"] = {**scope.get("extensions", {}), _EXTENSION: transport.close}
    await app(scope, receive, send)


class Dropped:
    """An answer that never arrives; with `rendered`, its head and half of its body do."""

    def __init__(self, rendered: Rendered | None = None) -> None:
        self._rendered = rendered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._rendered is not None:
            await self._send_half(self._rendered, send)
        scope["extensions"][_EXTENSION]()
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
