"""Connections that are open before they are needed.

A call that moves money has a connection of its own. While the cashier looks at what it will be about, there
is time to open that: over TLS it takes two round trips, which then are no part of the wait after the key.
"""

import asyncio
import ssl
from contextlib import suppress
from typing import Final

import httpx

from centara_giftcard.loyalty.line import Line

AFTER_S: Final = 0.02
"""So much later than they are wanted they are opened: the picture that the wish came with goes first."""

KEPT_S: Final = 10.0
"""One that nobody took is closed then. It does not show on it that the network has gone since: a call that
would have been known not to be sent is then an unclear one, as after any answer that is lost."""


class Ahead:
    """Opens lines to the server of `url` ahead of their use. Nothing was ever sent over one that it gives."""

    def __init__(self, tls: ssl.SSLContext, url: str, connect_timeout_s: float) -> None:
        self._tls = tls
        self._server = httpx.URL(url).copy_with(raw_path=b"/")
        self._connect_timeout_s = connect_timeout_s
        self._open: list[Line] = []
        self._opening: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def want(self, count: int) -> None:
        """Have so many open soon. What cannot be opened is left to the call that needs it."""
        self._open = [line for line in self._open if line.is_free]
        missing = count - len(self._open) - len(self._opening)
        for _ in range(0 if self._is_closed else missing):
            task = asyncio.create_task(self._add())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    def take(self) -> Line:
        """One that is open and over which nothing came, or else a new one."""
        while self._open:
            line = self._open.pop(0)
            if line.is_free:
                return line
            line.retire()
        return Line(self._tls)

    async def close(self) -> None:
        """Let go what nobody took, and open no more."""
        self._is_closed = True
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for line in self._open:
            await line.aclose()

    async def _add(self) -> None:
        await asyncio.sleep(AFTER_S)
        line = Line(self._tls)
        with suppress(httpx.TransportError):
            await line.open(self._server, self._connect_timeout_s)
            self._open.append(line)
            asyncio.get_running_loop().call_later(KEPT_S, line.retire)
