"""Which of four sounds tells what happened, for a cashier who looks at the customer. No Qt here.

Driven by what the terminal tells, whatever page is in view: scanned, done, refused, and attention for what
comes about by itself.
"""

from collections.abc import Callable
from enum import Enum

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.payment import State
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
from centara_giftcard.terminal.sales import Step


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
        case Checking() | SellShown(step=Step.CHECKING):
            return Sound.SCANNED
        case ScanRefused() | Refusal() | StatusMissing():
            return Sound.REFUSED
        case CardShown(standing=standing):
            return None if standing is Standing.GOOD else Sound.REFUSED
        case PaymentShown(payment=payment):
            return _of_payment(payment.state)
        case Settled():
            return Sound.ATTENTION
        case SellShown():
            return _of_sale(event)
        case UndoShown():
            return _of_undoing(event)
        case KeyboardChanged(here=False) | ScannerChanged(state=SourceState.LOST | SourceState.UNREADABLE):
            return Sound.ATTENTION
    return None


def _of_payment(state: State) -> Sound | None:
    if state is State.COMMITTED:
        return Sound.DONE
    if state in {State.REFUSED, State.NOT_HELD}:
        return Sound.REFUSED
    return Sound.ATTENTION if state in {State.UNCLEAR, State.ORPHAN_HOLD} else None


def _of_sale(event: SellShown) -> Sound | None:
    if event.step is Step.DONE and event.lines:
        done = all(line.issue is not None and line.issue.state is IssueState.DONE for line in event.lines)
        return Sound.DONE if done else Sound.ATTENTION
    return Sound.REFUSED if event.trouble is not None else None


_UNDONE = {
    IssueState.DONE: Sound.DONE,
    IssueState.REFUSED: Sound.REFUSED,
    IssueState.UNCLEAR: Sound.ATTENTION,
}


def _of_undoing(event: UndoShown) -> Sound | None:
    if event.checking is not None:
        return Sound.SCANNED
    if event.trouble is not None:
        return Sound.REFUSED
    if event.issue is None:
        return None
    return _UNDONE.get(event.issue.state)


def _subject(event: TerminalEvent) -> object:
    match event:
        case PaymentShown(payment=payment):
            return payment.id
        case SellShown(step=Step.CHECKING):
            return event.checking
        case SellShown():
            return event.step, event.trouble
        case UndoShown():
            return event.checking, event.trouble, event.issue.id if event.issue else None
    return event
