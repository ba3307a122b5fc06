"""The one queue: every press, scan and reply is handled in its turn, and a fault in one costs no other."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, ParamSpec

P = ParamSpec("P")


class Turns:
    """Handles one thing after the other. `done` is called after each, `failed` with the fault of one."""

    def __init__(self, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self._done = done
        self._failed = failed
        self._queue: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._over = asyncio.Event()
        self._handling = self._closed = False

    def put(self, handle: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have `handle` called with its arguments when it is its turn."""
        self._queue.put_nowait(partial(handle, *args, **kwargs))

    @property
    def busy(self) -> bool:
        """Whether something is being handled, or waits for its turn."""
        return self._handling or self._queue.qsize() > 0

    async def run(self, first: Callable[[], Awaitable[None]], begun: asyncio.Event) -> None:
        """Handle `first`, set `begun`, then handle what is put in here until `close`."""
        await self._handle(first)
        begun.set()
        while True:
            handle = await self._queue.get()
            if self._closed:  # nothing is sent that nobody would wait for
                return
            await self._handle(handle)

    def next_over(self) -> asyncio.Task[Literal[True]]:
        """Is done when the next turn that ends after this call is over."""
        self._over.clear()
        return asyncio.ensure_future(self._over.wait())

    def close(self) -> None:
        """Handle nothing more."""
        self._closed = True

    async def _handle(self, handle: Callable[[], Awaitable[None]]) -> None:
        self._handling = True
        try:
            await handle()
            self._done()
        except Exception as fault:  # noqa: BLE001 - a bug must not freeze a till that holds money
            self._failed(fault)
        finally:
            self._handling = False
            self._over.set()
