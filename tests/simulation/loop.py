"""The event loop of a run: virtual time, a look after each turn, and programs that can be put to sleep.

Every task and timer belongs to the life (see `life`) in whose context it was made, or to nobody: the network,
the server and the cashiers. What belongs to a life that is asleep waits; the rest of the world goes on.
"""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from unit.terminal.virtual_time import Stuck, VirtualTimeLoop

if TYPE_CHECKING:
    from simulation.life import Life

LIFE: Final[ContextVar["Life | None"]] = ContextVar("life", default=None)
"""Whose code is running."""


class SimLoop(VirtualTimeLoop):
    """Virtual time; `look` is called after each turn. Without files and threads a turn is short."""

    look: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self) -> None:
        super().__init__()
        self._asleep: dict[Life, list[asyncio.Handle]] = {}

    def _run_once(self) -> None:
        ready, scheduled = self._ready, self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heappop(scheduled)._scheduled = False
        if not ready:
            if not scheduled:
                raise Stuck("nothing is left that could happen")
            self._jump.now_s = max(self._jump.now_s, scheduled[0]._when)
        while scheduled and scheduled[0]._when <= self._jump.now_s:
            timer = heappop(scheduled)
            timer._scheduled = False
            ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            if self._asleep and (life := handle._context.get(LIFE)) in self._asleep:
                self._asleep[life].append(handle)
            else:
                handle._run()
        self.look()

    def put_to_sleep(self, life: "Life") -> None:
        """From now on nothing of `life` runs."""
        self._asleep[life] = []

    def wake(self, life: "Life", unslept_s: float) -> None:
        """Go on with `life`; its timers are late by what its clock did not count of the sleep."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        waited = self._asleep.pop(life)
        if unslept_s:
            for timer in scheduled:
                if timer._context.get(LIFE) is life:  # type: ignore[attr-defined]
                    timer._when += unslept_s  # type: ignore[attr-defined]
            heapify(scheduled)
        for handle in waited:
            if unslept_s and isinstance(handle, asyncio.TimerHandle):
                handle._when += unslept_s  # type: ignore[attr-defined]
                handle._scheduled = True  # type: ignore[attr-defined]
                heappush(scheduled, handle)
            else:
                self._ready.append(handle)  # type: ignore[attr-defined]
