"""A till's disk: what a `record` returned for is durable; what was cut off in the middle may be there or not.

A write that failed may have reached the disk yet: after a power cut it is there, unless a later one
succeeded (a failed transaction's frames in SQLite's -wal file are overwritten by the next).
The entries go through the journal's real codec, so that what it forgets is forgotten after a restart.
SQLite's own file is not simulated (tests/recovery cuts and kills the real one).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.payment import Decision, Payment
from centara_giftcard.journal import codec
from centara_giftcard.terminal.ports import Record

if TYPE_CHECKING:
    from simulation.till import Life
    from simulation.world import World


@dataclass
class Row:
    """The durable state of one operation; `payment` is what was asked to be written, for the invariants."""

    entry: codec.Entry
    payment: Payment


class Disk:
    """What outlives a power cut."""

    def __init__(self, world: "World", number: int) -> None:
        self.rows: dict[str, Row] = {}
        self.ghost: tuple[Payment, str] | None = None
        self._world = world
        self._faults = tuple(f for f in world.plan.disk if f.till == number)
        self._accesses = 0

    def failing(self) -> tuple[bool, bool]:
        """Count one access: whether it fails, and whether it is written all the same."""
        nth, self._accesses = self._accesses, self._accesses + 1
        if not self._world.healed:
            for fault in self._faults:
                if fault.nth <= nth <= fault.nth + fault.more:
                    return True, fault.written
        return False, False

    def pause_s(self) -> float:
        """How long this access takes."""
        tape = self._world.plan.writes_s
        return tape[self._accesses % len(tape)]

    def write(self, life: "Life", payment: Payment, event: str) -> None:
        """Make `payment` the durable state of its operation."""
        self.rows[payment.id] = Row(codec.payment_entry(payment), payment)
        self._world.law.written(life, payment, event)

    def power_off(self, life: "Life") -> None:
        """What failed and reached the disk yet comes to light, unless a later write took its place."""
        if self.ghost is not None:
            self.write(life, *self.ghost)
            self.ghost = None

    def unfinished(self) -> list[str]:
        """The operations that a restart would take up."""
        return [id for id, row in self.rows.items() if not row.entry.settled]

    def decision(self, operation: str) -> Decision | None:
        """What the disk says was decided."""
        row = self.rows.get(operation)
        return row.payment.decision if row else None


class SimJournal:
    """Port Journal of one running till over its disk."""

    def __init__(self, life: "Life", disk: Disk) -> None:
        self._life = life
        self._disk = disk

    async def record(self, payment: Payment, event: str) -> None:
        await self._life.step(f"before writing {event}")
        fails, written = self._disk.failing()
        await asyncio.sleep(self._disk.pause_s())
        if fails:
            self._disk.ghost = (payment, event) if written else None
            self._life.note(
                f"disk error at {event} of {payment.id}{', yet on its way to the disk' if written else ''}"
            )
            self._life.journal_failed = True
            raise JournalError("the disk has an error")
        self._disk.ghost = None
        self._disk.write(self._life, payment, event)
        self._life.world.law.confirmed(payment)
        await self._life.step(f"written {event}")

    async def unfinished(self) -> Sequence[Payment]:
        await self._life.step("before reading the journal")
        if self._disk.failing()[0]:
            self._life.journal_failed = True
            raise JournalError("the disk has an error")
        await asyncio.sleep(self._disk.pause_s())
        rows = [(id, self._disk.rows[id].entry) for id in self._disk.unfinished()]
        return [codec.read_payment(id, entry.body, entry.secrets) for id, entry in rows]

    async def recent(self, limit: int) -> Sequence[Record]:
        return ()

    async def since(self, moment: datetime) -> Sequence[Record]:
        return ()

    async def close(self) -> None:
        """Nothing to close."""
