"""What a printer says of itself: ESC/POS real-time status (DLE EOT) and the answer behind a receipt (GS r).

The fixed bits of an answer tell which kind it is: a real-time status is 0xx1xx10, an answer to GS r 0xx0xxxx.
Printers may also send, unasked, four bytes of automatic status (0xx1xx00, then 0xx0xxxx) and flow control.
"""

import time
from typing import Final

from centara_giftcard.printing.links import Link
from centara_giftcard.terminal.printing import PrintError, PrintTrouble

ANSWER_S: Final = 0.5
"""A printer that does not answer within this is taken as one that never does."""

FINISH_S: Final = 8.0
"""How long the printer may take to print a receipt before it answers the question behind it."""

_OFFLINE, _PAPER = b"\x10\x04\x02", b"\x10\x04\x04"
_BEHIND: Final = b"\x1dr\x01"
"""Transmit the paper sensor's status: taken in order, so its answer says that all before it was printed."""

_COVER, _PAPER_STOP, _ERROR, _NO_PAPER = 0x04, 0x20, 0x40, 0x60
_XON_XOFF: Final = b"\x11\x13"


class Talk:
    """One conversation with a printer over `link`; `name` is its address, for the sentences."""

    def __init__(self, link: Link, name: str) -> None:
        self._link = link
        self._name = name
        self._tail = 0  # bytes of an automatic status that are still to come
        self._behind: bool | None = None  # whether GS r was answered, None before it was asked
        link.read(0)  # what is left of an earlier conversation

    def check(self) -> bool:
        """Ask the printer how it is. Returns whether it answers at all; if so, it is fit to print.

        Raises PrintError: OUT_OF_PAPER, COVER_OPEN, OFF, GARBAGE, or LOST when the link breaks.
        """
        paper = self._ask(_PAPER)
        if paper is None:
            return False
        offline = self._ask(_OFFLINE) or 0
        if offline & _COVER:
            raise PrintError(PrintTrouble.COVER_OPEN, f"The cover of {self._name} is open.")
        if paper & _NO_PAPER or offline & _PAPER_STOP:
            raise PrintError(PrintTrouble.OUT_OF_PAPER, f"{self._name} is out of paper.")
        if offline & _ERROR:
            raise PrintError(PrintTrouble.OFF, f"{self._name} says that it has a fault.")
        return True

    def finish(self) -> None:
        """Wait until what was sent is printed, with a printer that answers. Raises as `check` does.

        One that knows no GS r has FINISH_S to complain and is then believed.
        """
        self._behind = False
        self._link.write(_BEHIND)
        end = time.monotonic() + FINISH_S
        while not self._behind and time.monotonic() < end:
            self._hear(ANSWER_S)
            if not self._behind:
                self.check()

    def _ask(self, question: bytes) -> int | None:
        self._link.write(question)
        end = time.monotonic() + ANSWER_S
        while (left_s := end - time.monotonic()) > 0:
            answers = self._hear(left_s)
            if answers:
                return answers[-1]
        return None

    def _hear(self, timeout_s: float) -> list[int]:
        """Return the real-time answers that come within `timeout_s`, and take note of the others."""
        found: list[int] = []
        for byte in self._link.read(timeout_s):
            if byte in _XON_XOFF:
                continue
            plain = byte & 0x90 == 0
            if self._tail and plain:
                self._tail -= 1
            elif byte & 0x93 == 0x12:
                found.append(byte)
            elif byte & 0x93 == 0x10:
                self._tail = 3
            elif plain and self._behind is not None:
                self._behind = True
            else:
                raise PrintError(
                    PrintTrouble.GARBAGE, f"{self._name} answers, but not as a receipt printer does."
                )
        return found
