"""Watches whether the server can be reached: the lamp, the refusal of new payments, and the word that it is
back.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.events import ServerHeard, ServerSilent
from centara_giftcard.terminal.ports import Clock, Loyalty

CALM_S: Final = 30.0
"""Pause between two looks while the server answers."""

FIRST_S: Final = 1.0
"""Pause after the first look that failed; it doubles from there. No two looks are closer than this."""

LONGEST_S: Final = 15.0
"""The longest pause between two looks while it does not answer."""


class Watch:
    """Looks for the server: calmly while it answers; at once, and then ever more slowly, while it does not.

    `publish` hears what the lamp shows, `back` is called when the server answers again after an outage. An
    outage begins with a look that failed: one call in vain only makes the watch look at once.
    """

    def __init__(
        self,
        loyalty: Loyalty,
        clock: Clock,
        publish: Callable[[ServerHeard | ServerSilent], None],
        back: Callable[[], None],
    ) -> None:
        self._loyalty = loyalty
        self._clock = clock
        self._publish = publish
        self._back = back
        self._wanted = asyncio.Event()
        self.down = False

    def heard(self, round_trip_s: float) -> None:
        """Some call was answered."""
        self._publish(ServerHeard(round_trip_s))
        if self.down:
            self.down = False
            self._back()

    def silent(self, cause: Cause) -> None:
        """Some call did not reach the server, or was not answered."""
        self._publish(ServerSilent(cause))
        self.look()

    def look(self) -> None:
        """Look for the server now."""
        self._wanted.set()

    async def run(self) -> None:
        """Look for the server for ever."""
        pause_s = FIRST_S
        while True:
            self._wanted.clear()
            found = await self._loyalty.probe()
            if isinstance(found, StatusFailed):
                self.down = True
                self._publish(ServerSilent(found.cause))
                await self._wait(pause_s)
                pause_s = min(pause_s * 2, LONGEST_S)
            else:
                self.heard(found[0] / 1000)
                pause_s = FIRST_S
                await self._wait(CALM_S)

    async def _wait(self, pause_s: float) -> None:
        """Wait for `pause_s`, or until somebody wants a look, but never less than FIRST_S."""
        await self._clock.sleep(FIRST_S)
        wanted = asyncio.ensure_future(self._wanted.wait())
        rest = asyncio.ensure_future(self._clock.sleep(pause_s - FIRST_S))
        try:
            await asyncio.wait({wanted, rest}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wanted.cancel()
            rest.cancel()
