"""Which of four sounds tells what happened, for a cashier who looks at the customer. No Qt here.

Driven by what the terminal tells, whatever page is in view: scanned, done, refused, and attention for what
comes about by itself.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    KeyboardChanged,
    PaymentShown,
    Refusal,
    ScannerChanged,
    ScanRefused,
    SellShown,
    Settled,
    StatusMissing,
    TerminalEvent,
    UndoShown,
)
from centara_giftcard.terminal.ports import SourceState
from centara_giftcard.terminal.sales import SaleStep


class Sound(Enum):
    """What a sound says; the value is when its beeps come, in milliseconds from the first."""

    SCANNED = (0,)
    DONE = (0, 150)
    REFUSED = (0, 90, 180)
    ATTENTION = (0, 400, 800)


class Sounds:
    """Hears the terminal and has `play` make a sound of what is new."""

    def __init__(self, play: Callable[[Sound], None]) -> None:
        self._play = play
        self._last: dict[type, object] = {}

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        sound = _sound(event)
        # A sale or a payment is shown again and again; what it says is told once.
        key, before = (type(event), _subject(event), sound), self._last.get(type(event))
        self._last[type(event)] = key
        if sound is not None and (key != before or isinstance(event, _MOMENTS)):
            self._play(sound)


_MOMENTS = (Checking, ScanRefused, Refusal, StatusMissing, CardShown, Settled)
"""The events that are news each time."""


def _sound(event: TerminalEvent) -> Sound | None:
    match event:
        case Checking() | SellShown(step=SaleStep.CHECKING):
            return Sound.SCANNED
        case ScanRefused() | Refusal() | StatusMissing():
            return Sound.REFUSED
        case CardShown(standing=standing):
            return None if standing is Standing.GOOD else Sound.REFUSED
        case PaymentShown(payment=payment):
            return OF_A_VERDICT[payment.verdict]
        case Settled():
            return Sound.ATTENTION
        case SellShown():
            return _of_sale(event)
        case UndoShown():
            return _of_undoing(event)
        case KeyboardChanged(here=False) | ScannerChanged(state=SourceState.LOST | SourceState.UNREADABLE):
            return Sound.ATTENTION
    return None


OF_A_VERDICT: Final[Mapping[Verdict, Sound | None]] = {
    Verdict.GOING_ON: None,
    Verdict.FINDING_OUT: None,
    Verdict.HELD: None,
    Verdict.TAKEN: Sound.DONE,
    Verdict.RELEASED: None,  # the cashier's own doing
    Verdict.SOLD: Sound.DONE,
    Verdict.TO_HAND_OVER: Sound.DONE,
    Verdict.UNDONE: Sound.DONE,
    Verdict.NOT_DONE: Sound.REFUSED,
    Verdict.MAY_BE_HELD: Sound.ATTENTION,
    Verdict.UNCLEAR: Sound.ATTENTION,
    Verdict.CLOSED: None,
}


def _of_sale(event: SellShown) -> Sound | None:
    if event.step is SaleStep.DONE and event.lines:
        issues = [line.issue for line in event.lines if line.issue is not None]
        done = len(issues) == len(event.lines) and {OF_A_VERDICT[it.verdict] for it in issues} == {Sound.DONE}
        return Sound.DONE if done else Sound.ATTENTION
    return Sound.REFUSED if event.trouble is not None else None


def _of_undoing(event: UndoShown) -> Sound | None:
    if event.checking is not None:
        return Sound.SCANNED
    if event.trouble is not None:
        return Sound.REFUSED
    return None if event.issue is None else OF_A_VERDICT[event.issue.verdict]


def _subject(event: TerminalEvent) -> object:
    match event:
        case PaymentShown(payment=payment):
            return payment.id
        case SellShown(step=SaleStep.CHECKING):
            return event.checking
        case SellShown():
            return event.step, event.trouble
        case UndoShown():
            return event.checking, event.trouble, event.issue.id if event.issue else None
    return event
