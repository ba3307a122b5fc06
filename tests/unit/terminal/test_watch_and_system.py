"""The watch on the server, the real clock and ids, and the place where background work is kept."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from virtual_time import Stuck, VirtualClock, in_virtual_time, run

from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.events import ServerHeard, ServerSilent
from centara_giftcard.terminal.payments import where
from centara_giftcard.terminal.ports import Scan, ScanSource
from centara_giftcard.terminal.system import SystemClock, SystemIds, Tasks
from centara_giftcard.terminal.watch import watch


class Probed:
    def __init__(self, answers: list[tuple[float, datetime | None] | StatusFailed]) -> None:
        self.answers = answers
        self.times: list[float] = []

    async def probe(self) -> tuple[float, datetime | None] | StatusFailed:
        self.times.append(asyncio.get_running_loop().time())
        return self.answers.pop(0) if self.answers else StatusFailed(Cause.CONNECT)


@in_virtual_time
async def test_a_silent_server_is_looked_for_ever_more_slowly_and_never_faster_than_once_a_second() -> None:
    server, heard = Probed([(12.0, None)]), []
    with suppress(TimeoutError):
        await asyncio.wait_for(watch(server, VirtualClock(), heard.append), 130)  # type: ignore[arg-type]
    assert server.times == [0, 30, 31, 33, 37, 45, 61, 91, 121]
    assert heard[:2] == [ServerHeard(0.012), ServerSilent(Cause.CONNECT)]


@in_virtual_time
async def test_a_server_that_is_back_is_looked_at_calmly() -> None:
    down, up = StatusFailed(Cause.CONNECT), (9.0, None)
    server = Probed([down, up, up, down, up])
    with suppress(TimeoutError):
        await asyncio.wait_for(watch(server, VirtualClock(), lambda event: None), 62.5)  # type: ignore[arg-type]
    assert server.times == [0, 1, 31, 61, 62]


def test_the_systems_clock_and_ids() -> None:
    clock, ids = SystemClock(), SystemIds()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.monotonic() <= clock.monotonic()
    assert len({ids.operation() for _ in range(100)}) == 100
    assert all(0 <= ids.jitter() < 1 for _ in range(100))
    run(clock.sleep(3_600))


@in_virtual_time
async def test_background_work_ends_with_its_error_told_or_cancelled() -> None:
    failed: list[BaseException] = []
    tasks = Tasks(failed.append)

    async def breaks() -> None:
        raise ZeroDivisionError

    async def ends() -> None:
        await asyncio.sleep(0)

    async def goes_on() -> None:
        await asyncio.sleep(1_000)

    for work in (breaks(), ends(), goes_on()):
        tasks.spawn(work)
    await asyncio.sleep(1)
    assert [type(error) for error in failed] == [ZeroDivisionError]
    assert len(tasks._tasks) == 1
    await tasks.close()
    await asyncio.sleep(0)
    assert not tasks._tasks


def test_a_bug_is_named_by_its_place_and_never_by_its_text() -> None:
    assert where(RuntimeError("6091000000001111")) == "RuntimeError"


def test_a_scan_shows_its_length_only() -> None:
    assert repr(Scan("6091000000001111", ScanSource.SERIAL)) == "Scan(16 characters, serial)"


def test_a_program_in_which_nothing_can_happen_any_more_is_an_error() -> None:
    async def waits_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        run(waits_for_ever())
