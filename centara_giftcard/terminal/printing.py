"""Receipts on their way to paper: one after the other, never in the way of a sale (row 33).

Nothing here touches money or the journal. A receipt that could not be printed waits until somebody asks for
it again; what is printed a second time says that it is a copy.
"""

import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.domain.receipts import Receipt, as_copy, masked


class Trouble(Enum):
    """Why a receipt was not printed: a stable word that the face turns into a sentence."""

    OUT_OF_PAPER = "out_of_paper"
    COVER_OPEN = "cover_open"
    OFF = "off"  # it answers that it is offline, or has a fault
    UNREACHABLE = "unreachable"  # nothing answers at its address, or its device is not there
    LOST = "lost"  # the connection broke off half-way: the paper may be there, whole or in part
    GARBAGE = "garbage"  # what answers does not speak as a receipt printer does
    FAILED = "failed"


class PrintError(EnvironmentFault):
    """A receipt was not printed. `trouble` is for the cashier, the text (one sentence) for the log."""

    def __init__(self, trouble: Trouble, sentence: str) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class Printer(Protocol):
    """A receipt printer."""

    async def print(self, receipt: Receipt) -> None:
        """Print the receipt; returns once it is on paper, as far as the printer tells. Raises PrintError.

        It takes bounded time, whatever the device does.
        """


@dataclass(frozen=True)
class ReceiptPrinting:
    """A receipt is being printed."""

    operation: str


@dataclass(frozen=True)
class ReceiptPrinted:
    """A receipt, or a copy of one, is on paper."""

    operation: str
    copy: bool


@dataclass(frozen=True)
class ReceiptPending:
    """A receipt was not printed and waits; `count` receipts wait in all. `detail` is for the log."""

    operation: str
    trouble: Trouble
    count: int
    detail: str = ""


PrintEvent = ReceiptPrinting | ReceiptPrinted | ReceiptPending


class PrintQueue:
    """Prints receipts in the order they came. Publishes ReceiptPrinting, ReceiptPrinted and ReceiptPending.

    `run` does the work and must be spawned once; the other methods only take note and return at once.
    """

    def __init__(self, printer: Printer, publish: Callable[[PrintEvent], None]) -> None:
        import asyncio  # the face knows the events of this module, and its first paint does without it

        self._printer = printer
        self._publish = publish
        self._orders: asyncio.Queue[Receipt] = asyncio.Queue()
        self._pending: deque[Receipt] = deque()
        self._last: Receipt | None = None

    @property
    def pending(self) -> int:
        """How many receipts wait for `reprint`."""
        return len(self._pending)

    def print(self, receipt: Receipt) -> None:
        """Print `receipt` when its turn comes. For a copy of an old one, give `as_copy(receipt)`."""
        self._orders.put_nowait(receipt)

    def reprint(self) -> bool:
        """Print what waits, in its order; where nothing waits, the last printed one as a copy.

        Returns whether there was anything to print.
        """
        again = list(self._pending) or [as_copy(receipt) for receipt in (self._last,) if receipt]
        self._pending.clear()
        for receipt in again:
            self._orders.put_nowait(receipt)
        return bool(again)

    async def run(self) -> None:
        """Print whatever is ordered, until cancelled."""
        while True:
            receipt = await self._orders.get()
            try:
                await self._print(receipt)
            finally:
                self._orders.task_done()

    async def close(self, limit_s: float) -> None:
        """Wait until all orders were tried, at most `limit_s` seconds."""
        import asyncio

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._orders.join(), limit_s)

    async def _print(self, receipt: Receipt) -> None:
        self._publish(ReceiptPrinting(receipt.operation))
        try:
            await self._printer.print(receipt)
        except PrintError as fault:
            self._keep(receipt, fault.trouble, str(fault))
        except Exception as fault:  # noqa: BLE001 - a bug in an adapter must not cost the receipts behind it
            self._keep(receipt, Trouble.FAILED, f"{type(fault).__name__} in the printer's adapter.")
        else:
            self._last = receipt if masked(receipt) == receipt else self._last
            self._publish(ReceiptPrinted(receipt.operation, receipt.copy))

    def _keep(self, receipt: Receipt, trouble: Trouble, detail: str) -> None:
        if (
            masked(receipt) == receipt
        ):  # a card is not kept: it is printed by its own button, while it is wanted
            self._pending.append(receipt)
        self._publish(ReceiptPending(receipt.operation, trouble, max(1, len(self._pending)), detail))
