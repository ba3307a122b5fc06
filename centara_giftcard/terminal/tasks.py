"""The one place where background work is kept and watched."""

import asyncio
import traceback
from collections.abc import Callable, Coroutine


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


def where(fault: BaseException) -> str:
    """Name a bug by its type and place; never by its text, which may hold a card number."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"
