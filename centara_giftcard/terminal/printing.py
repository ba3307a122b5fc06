"""What is told of a printing, and what goes wrong with one. Nothing here touches money."""

from enum import Enum

from msgspec import Struct

from centara_giftcard.domain.errors import EnvironmentFault


class PrintTrouble(Enum):
    """Why a receipt was not printed: a stable word that the face turns into a sentence."""

    OUT_OF_PAPER = "out_of_paper"
    COVER_OPEN = "cover_open"
    OFF = "off"  # it answers that it is offline, or has a fault
    UNREACHABLE = "unreachable"  # nothing answers at its address, or its device is not there
    LOST = "lost"  # the connection broke off half-way: the paper may be there, whole or in part
    GARBAGE = "garbage"  # what answers does not speak as a receipt printer does
    FAILED = "failed"
    EARLIER = "earlier"  # before the till was started this time


class PrintError(EnvironmentFault):
    """A receipt was not printed. `trouble` is for the cashier, the text (one sentence) for the log.

    `begun` says that some of it was sent, so that nobody can know what came out.
    """

    def __init__(self, trouble: PrintTrouble, sentence: str, begun: bool = False) -> None:
        super().__init__(sentence)
        self.trouble = trouble
        self.begun = begun


class ReceiptPrinting(Struct, frozen=True):
    """A receipt is being printed."""

    operation: str


class ReceiptPrinted(Struct, frozen=True):
    """A receipt, or a copy of one, is on paper; `waiting` others are not."""

    operation: str
    copy: bool = False
    waiting: int = 0


class ReceiptPending(Struct, frozen=True):
    """A receipt was not printed; `waiting` wait in all. `card` where it is a live card, which waits nowhere.

    `detail` is for the log.
    """

    operation: str
    trouble: PrintTrouble
    waiting: int
    card: bool = False
    detail: str = ""


PrintEvent = ReceiptPrinting | ReceiptPrinted | ReceiptPending
