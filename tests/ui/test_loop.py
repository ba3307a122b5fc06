"""The loop under Qt: a timer that is cancelled leaves nothing behind, one that is not comes in time."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from centara_giftcard.ui.loop import TillLoop


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[TillLoop]:
    loop = TillLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()
    asyncio.set_event_loop(None)


def test_a_thousand_timeouts_that_were_not_needed_leave_no_timer(loop: TillLoop) -> None:
    async def work() -> int:
        for _ in range(1000):
            async with asyncio.timeout(60):
                await asyncio.sleep(0)
        return len(loop._later)

    assert loop.run_until_complete(work()) == 0


def test_timers_come_in_their_order_and_never_early(loop: TillLoop) -> None:
    came: list[str] = []

    async def after(seconds: float, name: str) -> float:
        started = time.perf_counter()
        await asyncio.sleep(seconds)
        came.append(name)
        return time.perf_counter() - started - seconds

    async def work() -> tuple[float, ...]:
        return await asyncio.gather(after(0.06, "last"), after(0.0005, "first"), after(0.03, "second"))

    late = loop.run_until_complete(work())
    assert came == ["first", "second", "last"]
    assert min(late) >= -0.001


def test_a_cancelled_wait_does_not_come_back(loop: TillLoop) -> None:
    came: list[str] = []

    async def work() -> None:
        handle = loop.call_later(0.01, came.append, "cancelled")
        handle.cancel()
        handle.cancel()
        loop.call_later(0.01, came.append, "kept")
        loop.call_later(-1, came.append, "at once")
        await asyncio.sleep(0.05)

    loop.run_until_complete(work())
    assert came == ["at once", "kept"]
    assert loop._later == []
