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

from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import Decision, Payment
from centara_giftcard.journal import codec
from centara_giftcard.terminal.ports import Operation, Record

if TYPE_CHECKING:
    from simulation.life import Life
    from simulation.world import World


@dataclass
class Row:
    """The durable state of one operation; `operation` is what was asked to be written, for the invariants."""

    entry: codec.JournalRow
    operation: Operation


class Disk:
    """What outlives a power cut."""

    def __init__(self, world: "World", number: int) -> None:
        self.rows: dict[str, Row] = {}
        self.ghost: tuple[Operation, str] | None = None
        self.brake = Brake()
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

    def write(self, life: "Life", operation: Operation, event: str) -> None:
        """Make this the durable state of an operation."""
        self.rows[operation.id] = Row(codec.row_of(operation), operation)
        self._world.law.written(life, operation, event)

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
        return row.operation.decision if row and isinstance(row.operation, Payment) else None


class SimJournal:
    """Port Journal of one running till over its disk."""

    def __init__(self, life: "Life", disk: Disk) -> None:
        self._life = life
        self._disk = disk

    async def record(self, operation: Operation, event: str) -> None:
        await self._life.step(f"before writing {event}")
        fails, written = self._disk.failing()
        self._life.journal_failed |= fails  # at once: what heals meanwhile starts this till anew
        await asyncio.sleep(self._disk.pause_s())
        new = operation.id not in self._disk.rows
        if fails:
            self._disk.ghost = (operation, event) if written else None
            self._life.note(
                f"disk error at {event} of {operation.id}{', yet on its way to the disk' if written else ''}"
            )
            before_sending = (
                new or event == "overtaken"
            )  # nothing was sent, and what is known is as on the disk
            self._life.must_stop = self._life.must_stop or not before_sending
            raise JournalError("the disk has an error")
        if new:
            self._life.world.law.begun(self._life, operation.id)
        self._disk.ghost = None
        self._disk.write(self._life, operation, event)
        self._life.world.law.confirmed(operation)
        await self._life.step(f"written {event}")

    async def unfinished(self) -> tuple[Sequence[Operation], tuple[Record, ...]]:
        await self._life.step("before reading the journal")
        if self._disk.failing()[0]:
            self._life.journal_failed = True
            raise JournalError("the disk has an error")
        await asyncio.sleep(self._disk.pause_s())
        rows = [(id, self._disk.rows[id].entry) for id in self._disk.unfinished()]
        return [codec.read_operation(id, it.kind, it.body, it.secrets) for id, it in rows], ()

    async def brake(self) -> Brake:
        return self._disk.brake

    async def set_brake(self, brake: Brake, payment: str, event: str) -> None:
        await asyncio.sleep(self._disk.pause_s())
        self._disk.brake = brake
        self._life.note(f"disk: {event} ({payment})")
        await self._life.step(f"written {event}")

    async def write_off(self, id: str, closed: Closed) -> None:
        raise AssertionError("no entry is damaged here")

    async def recent(self, limit: int) -> Sequence[Record]:
        return ()

    async def since(self, moment: datetime) -> Sequence[Record]:
        return ()

    async def close(self) -> None:
        """Nothing to close."""
