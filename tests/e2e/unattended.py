"""A till that serves customers by itself: the real program with the real window, offscreen, without hands.

the long pauses of the machines are short, so that a recovery takes seconds. A witness beside it keeps
what the screen said and what the journal accepted, on another disk than the till's: a file of one JSON object
a line, in the words of the flight recorder, and `{"event": "written", "operation": ..., "entry": ...}`.
"""

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from centara_giftcard.bootstrap import Plan, run
from centara_giftcard.config.settings import load
from centara_giftcard.domain import operation as machine
from centara_giftcard.serving import Till
from centara_giftcard.terminal.ports import Recorder

QUIET_S: Final = 1.5
PAUSES_S: Final = (0.1, 0.2, 0.3, 0.4, 0.5)
STOPPED: Final = ("No new sales", "Stop using this till")
"""Headlines after which a cashier calls support and serves nobody else."""
TO_BE_ALLOWED: Final = "No payments at this till. Call support"
"""Said after a journal was lost; support is called, and says that payments may be allowed."""

Field = str | int | float | bool | None


class Witness:
    """Writes down what it is told, at once; what it wrote outlives the till.

    A kill can cut a line short where two pages of the file meet, so each till's witness begins on a new one.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(self._file, b"\n")

    def note(self, event: str, **fields: Field) -> None:
        told = {name: value for name, value in {"event": event, **fields}.items() if value is not None}
        os.write(self._file, json.dumps(told).encode() + b"\n")


class Eyes:
    """Passes everything on to the flight recorder, tells the witness, and lets the hands wait for screens."""

    def __init__(self, witness: Witness) -> None:
        self._inner: Recorder | None = None
        self._witness = witness
        self.seen: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def wrap(self, inner: Recorder) -> Recorder:
        self._inner = inner
        return self

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        assert self._inner is not None
        self._inner.screen(screen, headline, outcome, operation, card)
        told = {"headline": headline, "outcome": outcome, "operation": operation, "card": card}
        self._witness.note("screen", screen=screen, **told)
        self.seen.put_nowait((screen, headline))

    def event(self, name: str, **fields: Field) -> None:
        assert self._inner is not None
        self._inner.event(name, **fields)
        self._witness.note(name, **fields)


def serve(settings: Path, data_dir: Path, sales: Sequence[str], witness: Witness) -> int:
    """Run a till until it is closed. A sale is `number:take` or `number:release`, each of 5.00.

    When all are done, or the till says that it must not be used, the witness notes `idle`.
    """
    machine.QUIET_S = QUIET_S  # type: ignore[misc]
    machine.PAUSES_S = PAUSES_S  # type: ignore[misc]
    eyes = Eyes(witness)

    async def work(till: Till) -> int:
        for sale in sales:
            number, _, decision = sale.partition(":")
            till.scan(number)
            if not await _one_sale(eyes.seen, till.app.tap, "f12" if decision == "take" else "escape"):
                break
        witness.note("idle")
        await till.app.closed()
        return 0

    return run(Plan(load(settings), data_dir, use_keyring=False, drive=work, wrap_recorder=eyes.wrap))


async def _one_sale(
    seen: "asyncio.Queue[tuple[str, str]]", tap: Callable[[str], object], decision: str
) -> bool:
    """Do what each screen asks for, to the end of the sale; False where the cashier must stop."""
    presses = {"card": "5", "amount": "enter", "hold": decision, "done": "enter"}
    ended = False
    while True:
        screen, headline = await seen.get()
        if headline in STOPPED:
            return False
        if ended and screen == "ready":
            return await _all_is_calm(seen)
        ended = ended or screen == "done"
        if headline == TO_BE_ALLOWED:
            tap("a")
        elif screen in presses:
            tap(presses.pop(screen))


async def _all_is_calm(seen: "asyncio.Queue[tuple[str, str]]") -> bool:
    """Read on a moment: a till that must stop says so right after it is ready."""
    await asyncio.sleep(0)
    while not seen.empty():
        if seen.get_nowait()[1] in STOPPED:
            return False
    return True
