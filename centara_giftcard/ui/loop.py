"""The asyncio loop under Qt: qasync's, with timers that end when they are cancelled.

qasync keeps a cancelled timer until it would have run out. Each request leaves some behind, with reply
timeouts up to minutes, so that a busy till would drag hundreds along. Its timers are coarse, too.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from math import ceil
from typing import Any

from PySide6.QtCore import Qt, QTimer
from qasync import QEventLoop


class TillLoop(QEventLoop):  # type: ignore[misc]  # qasync has no types
    """qasync's loop; its `call_later` is precise to a millisecond, and `cancel` lets the timer go at once."""

    def __init__(self, *arguments: Any) -> None:
        self._timers: dict[int, QTimer] = {}
        super().__init__(*arguments)

    def call_later(
        self, delay: float, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back after `delay` seconds, never before."""
        if delay <= 0:
            soon: asyncio.Handle = super().call_later(0, callback, *arguments, context=context)
            return soon
        handle = asyncio.TimerHandle(self.time() + delay, callback, arguments, self, context)
        timer = QTimer()
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(partial(self._run_out, handle))
        self._timers[id(handle)] = timer
        timer.start(ceil(delay * 1000))
        return handle

    def close(self) -> None:
        """Let all timers go, then close."""
        for timer in self._timers.values():
            timer.stop()
        self._timers.clear()
        super().close()

    def _run_out(self, handle: asyncio.TimerHandle) -> None:
        del self._timers[id(handle)]
        handle._run()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio's own word to the loop that a timer handle was cancelled."""
        timer = self._timers.pop(id(handle), None)
        if timer is not None:
            timer.stop()
