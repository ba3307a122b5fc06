"""The asyncio loop under Qt: qasync's, with quicker callbacks and with timers that end when cancelled.

qasync makes a Qt timer of every callback, so that each step of a request costs a round of Qt's event loop;
here the steps that are ready run in one go. It keeps a cancelled timer until it would have run out; each
request leaves some behind, with reply timeouts up to minutes, so that a busy till would drag hundreds along.
Its timers are coarse, too.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from functools import partial
from math import ceil
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from qasync import QEventLoop

BURST_S: Final = 0.004
"""After this long the callbacks let Qt paint and hear keys before they go on."""


class TillLoop(QEventLoop):  # type: ignore[misc]  # qasync has no types
    """qasync's loop; its `call_later` is precise to a millisecond, and `cancel` lets the timer go at once."""

    def __init__(self, *arguments: Any) -> None:
        self._timers: dict[int, QTimer] = {}
        self._soon: deque[asyncio.Handle] = deque()
        self._wake = QTimer()
        self._wake.setSingleShot(True)
        self._wake.timeout.connect(self._run_soon)
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
        timer = QTimer()
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(partial(self._run_out, handle))
        self._timers[id(handle)] = timer
        timer.start(ceil(delay * 1000))
        return handle

    def close(self) -> None:
        """Let all timers and callbacks go, then close."""
        for timer in (*self._timers.values(), self._wake):
            timer.stop()
        self._timers.clear()
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

    def _run_out(self, handle: asyncio.TimerHandle) -> None:
        del self._timers[id(handle)]
        handle._run()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio's own word to the loop that a timer handle was cancelled."""
        timer = self._timers.pop(id(handle), None)
        if timer is not None:
            timer.stop()
