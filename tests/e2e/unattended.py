"""A till that serves customers by itself, in a process of its own, and that can be told to die on the way.

    python unattended.py SETTINGS DATA_DIR KILL SALE...

It is the real program with the real window, offscreen; only the hands are missing, and the long pauses of the
payment machine are short, so that a recovery takes seconds. A SALE is `number:take` or `number:release`.

KILL is `before` or `after`, a colon, and the name of a journal entry: the process kills itself at that moment
of the first such entry for a sale of its own. `never` lets it live; when all sales are done it waits for
SIGTERM.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from centara_giftcard.bootstrap import Plan, Till, run
from centara_giftcard.config.settings import load
from centara_giftcard.domain import payment as machine
from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.terminal.ports import Recorder

QUIET_S = 1.5
PAUSES_S = (0.1, 0.2, 0.3, 0.4, 0.5)


def die() -> None:
    """What a power cut leaves of a process: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(kill: str) -> None:
    """Have the process die at a moment of its journal, but not over a payment that it only recovers."""
    moment, _, name = kill.partition(":")
    record = SqliteJournal.record
    own: set[str] = set()

    async def deadly(self: SqliteJournal, payment: machine.Payment, event: str) -> None:
        if event == "requested":
            own.add(payment.id)
        deadly_entry = payment.id in own and name == event
        if deadly_entry and moment == "before":
            die()
        await record(self, payment, event)
        if deadly_entry and moment == "after":
            die()

    SqliteJournal.record = deadly  # type: ignore[method-assign]


class Eyes:
    """Passes everything on to the flight recorder, and lets the hands wait for screens."""

    def __init__(self) -> None:
        self._inner: Recorder | None = None
        self.seen: asyncio.Queue[str] = asyncio.Queue()

    def wrap(self, inner: Recorder) -> Recorder:
        self._inner = inner
        return self

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        assert self._inner is not None
        self._inner.screen(screen, headline, outcome, operation, card)
        self.seen.put_nowait(screen)

    def event(self, name: str, **fields: str | int | float | bool | None) -> None:
        assert self._inner is not None
        self._inner.event(name, **fields)

    async def wait_for(self, screen: str) -> None:
        while await self.seen.get() != screen:
            pass


def main(settings_file: str, data_dir: str, kill: str, *sales: str) -> int:
    machine.QUIET_S = QUIET_S  # type: ignore[misc]
    machine.PAUSES_S = PAUSES_S  # type: ignore[misc]
    die_at(kill)
    eyes = Eyes()

    async def serve(till: Till) -> int:
        for sale in sales:
            number, decision = sale.split(":")
            till.scan(number)
            await eyes.wait_for("card")
            till.app.tap("5")
            await eyes.wait_for("amount")
            till.app.tap("enter")
            await eyes.wait_for("hold")
            till.app.tap("f12" if decision == "take" else "escape")
            await eyes.wait_for("done")
        await till.app.closed()
        return 0

    settings = load(Path(settings_file))
    return run(Plan(settings, Path(data_dir), use_keyring=False, drive=serve, wrap_recorder=eyes.wrap))


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.exit(main(*sys.argv[1:]))
