"""The real clock and the real ids, and the one place where background work is kept and watched."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime


class SystemClock:
    """Port Clock on this machine's clocks."""

    def now(self) -> datetime:
        """The wall clock, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait on the loop's clock."""
        await asyncio.sleep(seconds)


class SystemIds:
    """Port Ids from the operating system's randomness."""

    def operation(self) -> str:
        """A random UUID, 36 characters."""
        return str(uuid.uuid4())

    def jitter(self) -> float:
        """A random number in [0, 1)."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing


class Tasks:
    """Keeps background tasks alive and tells `failed` of every error one ends with. Ends them at `close`.

    A bare task can be collected half-way and its error is noticed by nobody, so everything that is not
    awaited on the spot is spawned here.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run `work` in the background."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
