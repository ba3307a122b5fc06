"""Watches whether the server can be reached while nobody asks it anything, so that the lamp is true."""

from collections.abc import Callable
from typing import Final

from centara_giftcard.domain.replies import StatusFailed
from centara_giftcard.terminal.events import ServerHeard, ServerSilent
from centara_giftcard.terminal.ports import Clock, Loyalty

CALM_S: Final = 30.0
"""Pause between two looks while the server answers; also the longest while it does not."""

FIRST_S: Final = 1.0
"""Pause after the first look that failed; it doubles from there."""


async def watch(
    loyalty: Loyalty, clock: Clock, publish: Callable[[ServerHeard | ServerSilent], None]
) -> None:
    """Look for the server for ever: calmly while it answers, at once and then ever more slowly while not."""
    pause_s = FIRST_S
    while True:
        found = await loyalty.probe()
        if isinstance(found, StatusFailed):
            publish(ServerSilent(found.cause))
            await clock.sleep(pause_s)
            pause_s = min(pause_s * 2, CALM_S)
        else:
            publish(ServerHeard(found[0] / 1000))
            pause_s = FIRST_S
            await clock.sleep(CALM_S)
