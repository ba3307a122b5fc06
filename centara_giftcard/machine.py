"""This computer's clocks and its chance: the ports Clock and Ids."""

import asyncio
import random
import sys
import time
import uuid
from datetime import UTC, datetime


class SystemClock:
    """Port Clock on this machine's clocks."""

    def now(self) -> datetime:
        """The wall clock, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back, with those in which this computer slept: what was read ages then."""
        if sys.platform == "linux":  # its monotonic clock stands still in a sleep, Windows' goes on
            return time.clock_gettime(time.CLOCK_BOOTTIME)
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
