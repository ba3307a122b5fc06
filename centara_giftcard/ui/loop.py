"""The asyncio loop under Qt: qasync's, with quicker callbacks and with timers that end when cancelled.

qasync makes a Qt timer of every callback, so that each step of a request costs a round of Qt's event loop;
here the steps that are ready run in one go, and one Qt timer rings for whatever is due next: a request begins
and cancels seven timeouts, and a Qt timer for each is dear. qasync's are coarse, too, and a cancelled one
stays until it would have run out, with reply timeouts up to minutes.
"""

import asyncio
import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from contextvars import Context
from math import ceil
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from qasync import QEventLoop

BURST_S: Final = 0.004
"""After this long the callbacks let Qt paint and hear keys before they go on."""


class TillLoop(QEventLoop):  # type: ignore[misc]  # qasync has no types
    """qasync's loop; its `call_later` is precise to a millisecond, and `cancel` lets the timer go at once."""

    def __init__(self, *arguments: Any) -> None:
        self._later: list[asyncio.TimerHandle] = []  # the earliest first
        self._alarm = _timer(self._run_due)
        self._soon: deque[asyncio.Handle] = deque()
        self._wake = _timer(self._run_soon)
        super().__init__(*arguments)

    def call_soon(
        self, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back as soon as Qt is idle or the callbacks before are done, in order."""
        handle = asyncio.Handle(callback, arguments, self, context)
        self._soon.append(handle)
        if len(self._soon) == 1:
            self._wake.start(0)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back after `delay` seconds, never before."""
        if delay <= 0:
            return self.call_soon(callback, *arguments, context=context)
        handle = asyncio.TimerHandle(self.time() + delay, callback, arguments, self, context)
        insort(self._later, handle)
        if self._later[0] is handle:
            self._set_alarm()
        return handle

    def close(self) -> None:
        """Let all timers and callbacks go, then close."""
        self._alarm.stop()
        self._wake.stop()
        self._later.clear()
        self._soon.clear()
        super().close()

    def _run_soon(self) -> None:
        until_s = time.perf_counter() + BURST_S
        while self._soon:
            handle = self._soon[0]
            if not handle.cancelled():
                handle._run()
            if self._soon:  # empty only when the callback closed the loop
                self._soon.popleft()
            if time.perf_counter() > until_s and self._soon:
                self._wake.start(0)
                return

    def _set_alarm(self) -> None:
        if self._later:
            self._alarm.start(max(0, ceil((self._later[0].when() - self.time()) * 1000)))

    def _run_due(self) -> None:
        while self._later and self._later[0].when() <= self.time():
            self._later.pop(0)._run()
        self._set_alarm()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio's own word to the loop that a timer handle was cancelled."""
        self._later = [it for it in self._later if it is not handle]


def _timer(ring: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(ring)
    return timer
