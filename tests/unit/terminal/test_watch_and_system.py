"""The watch on the server, the real clock and ids, and the place where background work is kept."""

import asyncio
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from unit.terminal.virtual_time import Stuck, VirtualClock, in_virtual_time, run

from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.machine import SystemClock, SystemIds
from centara_giftcard.terminal.events import ServerHeard, ServerSilent
from centara_giftcard.terminal.ports import Scan, ScanSource
from centara_giftcard.terminal.tasks import Tasks, where
from centara_giftcard.terminal.watch import Watch

DOWN, UP = StatusFailed(Cause.CONNECT), (9.0, None)


class Probed:
    def __init__(self, answers: list[tuple[float, datetime | None] | StatusFailed]) -> None:
        self.answers = answers
        self.times: list[float] = []

    async def probe(self) -> tuple[float, datetime | None] | StatusFailed:
        self.times.append(asyncio.get_running_loop().time())
        return self.answers.pop(0) if self.answers else StatusFailed(Cause.CONNECT)


@in_virtual_time
async def test_a_silent_server_is_looked_for_ever_more_slowly_and_never_faster_than_once_a_second() -> None:
    server, heard = Probed([UP]), list[object]()
    watch = Watch(server, VirtualClock(), heard.append, lambda: None)  # type: ignore[arg-type]
    with suppress(TimeoutError):
        await asyncio.wait_for(watch.run(), 100)
    assert server.times == [0, 30, 31, 33, 37, 45, 60, 75, 90]
    assert heard[:2] == [ServerHeard(0.009), ServerSilent(Cause.CONNECT)]
    assert watch.down


@in_virtual_time
async def test_a_server_that_is_back_is_looked_at_calmly_and_its_return_is_told_once_an_outage() -> None:
    server, returns = Probed([DOWN, UP, UP, DOWN, UP]), []
    watch = Watch(server, VirtualClock(), lambda event: None, lambda: returns.append(server.times[-1]))  # type: ignore[arg-type]
    with suppress(TimeoutError):
        await asyncio.wait_for(watch.run(), 62.5)
    assert server.times == [0, 1, 31, 61, 62]
    assert returns == [1, 62]
    assert not watch.down


@in_virtual_time
async def test_a_call_in_vain_makes_the_watch_look_at_once_but_never_twice_in_a_second() -> None:
    server, heard = Probed([UP, UP]), list[object]()
    watch = Watch(server, VirtualClock(), heard.append, lambda: None)  # type: ignore[arg-type]
    looking = asyncio.ensure_future(watch.run())
    await asyncio.sleep(10)
    watch.silent(Cause.TIMEOUT)
    assert heard[-1] == ServerSilent(Cause.TIMEOUT)
    assert not watch.down  # one call in vain is no outage yet
    await asyncio.sleep(0.1)
    assert server.times == [0, 10]
    server.answers = [DOWN]
    for _ in range(8):  # many calls in vain, all within that second
        watch.silent(Cause.TIMEOUT)
        await asyncio.sleep(0.1)
    assert server.times == [0, 10]
    await asyncio.sleep(0.2)
    assert (server.times, watch.down) == ([0, 10, 11], True)
    looking.cancel()


@in_virtual_time
async def test_any_answer_ends_the_outage() -> None:
    server, returns = Probed([]), []
    watch = Watch(server, VirtualClock(), lambda event: None, lambda: returns.append("back"))  # type: ignore[arg-type]
    looking = asyncio.ensure_future(watch.run())
    await asyncio.sleep(5)
    assert watch.down
    watch.heard(0.2)
    watch.heard(0.2)
    assert (watch.down, returns) == (False, ["back"])
    looking.cancel()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the monotonic clock goes on in a sleep")
def test_a_sleep_of_the_computer_ages_what_was_read_before_it() -> None:
    hour_later = [
        "unshare",
        "--time",
        "--fork",
        "--boottime",
        "3600",
    ]  # a sleep adds to that clock and no other
    if subprocess.run([*hour_later, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a clock of its own needs Linux 5.6 and the rights to it")
    program = "from centara_giftcard.machine import SystemClock; print(SystemClock().monotonic())"
    began_s = SystemClock().monotonic()
    told = subprocess.run(
        [*hour_later, sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True
    )
    assert 3600 <= float(told.stdout) - began_s < 3700


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
