"""An event loop in which waiting costs nothing: time jumps to the next timer as soon as all is done.

Deterministic, so that a run is replayed from its seed. It has no sockets and no threads; a program in which
nothing can ever happen again is an error (`Stuck`), not a test that hangs.
"""

import asyncio
import functools
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

T = TypeVar("T")

EPOCH: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""What the wall clock shows when virtual time begins."""


class Stuck(RuntimeError):
    """Every task waits for something that nobody will ever do."""


class _Jump(selectors.SelectSelector):
    """Registers files as any selector does (the loop wants that of one) but never looks at them."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck("nothing is left that could happen")
        self.now_s += max(timeout, 0.0)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An asyncio loop on virtual time, beginning at 0 s."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now_s


class VirtualClock:
    """Port Clock on the running loop's virtual time; `wall_offset` is the wall clock's error."""

    def __init__(self) -> None:
        self.wall_offset = timedelta()

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.monotonic()) + self.wall_offset

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def in_virtual_time(story: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Make a test of an async story."""

    @functools.wraps(story)
    def test(*arguments: object, **fixtures: object) -> None:
        async def tell() -> None:
            await story(*arguments, **fixtures)

        run(tell())

    return test
