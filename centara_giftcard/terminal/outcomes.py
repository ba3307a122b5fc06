"""What becomes of operations, and where it is told: in front of the cashier, on the list, or as news.

A use case is a front: it shows the steps of what it has in view. What no front shows is told when it ends.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, Protocol

from centara_giftcard.domain.payment import State
from centara_giftcard.terminal.events import (
    LastSale,
    OpenChanged,
    Reopened,
    Settled,
    TerminalEvent,
)
from centara_giftcard.terminal.operations import Operations
from centara_giftcard.terminal.ports import Clock, Operation, Record, Recorder

_STILL_HERE: Final = timedelta(hours=1)
"""For so long a start tells of the last payment before it."""


class UseCase(Protocol):
    """A use case that has operations in front of the cashier."""

    def owns(self, operation: Operation) -> bool:
        """Whether an operation is one that it has in view."""

    def changed(self, operation: Operation) -> bool:
        """Take in a step of any operation, and show it where it is in view; whether it is."""


class Outcomes:
    """Tells of every step of every operation. Publishes LastSale, OpenChanged, Settled and Reopened."""

    def __init__(
        self,
        operations: Operations,
        fronts: tuple[UseCase, ...],
        clock: Clock,
        recorder: Recorder,
        publish: Callable[[TerminalEvent], None],
    ) -> None:
        self._operations = operations
        self._fronts = fronts
        self._clock = clock
        self._recorder = recorder
        self._publish = publish
        self._open = OpenChanged(())

    def changed(self, operation: Operation, before: Operation | None) -> None:
        """An operation made a step; `before` is None for one that is new."""
        had_ended = before is not None and before.ended
        if operation.taken and not (before is not None and before.taken):
            self._publish(LastSale(operation.amount, str(operation.card), self._clock.now(), operation.rest))
        shown = [front.changed(operation) for front in self._fronts]
        if operation.ended and not had_ended and not any(shown):
            self._recorder.event("settled", operation=operation.id, state=operation.state.value)
            self._publish(Settled(operation))
        if had_ended and not operation.ended:  # told wherever the cashier is, also of what is in front
            self._recorder.event("reopened", operation=operation.id, state=operation.state.value)
            self._publish(Reopened(operation))
        self.tell_open()

    def tell_open(self) -> None:
        """Tell what is open now, where that is not what was told last."""
        unsettled = self._operations.unsettled()
        in_front = tuple(it for it in unsettled if not it.told and self._in_front(it))
        waiting = tuple(it for it in unsettled if it not in in_front)
        now = OpenChanged(waiting, self._operations.damaged, in_front)
        if now != self._open:
            self._open = now
            self._publish(now)

    def tell_last(self, records: Sequence[Record]) -> None:
        """After a power cut the customer may still be there, with a rest to pay. `records`: newest first."""
        taken = (it for it in records if it.kind == "payment" and it.state == State.COMMITTED.value)
        last = next(taken, None)
        if last is not None and self._clock.now() - last.updated_at < _STILL_HERE:
            self._publish(LastSale(last.amount, last.card, last.updated_at, last.rest))

    def _in_front(self, operation: Operation) -> bool:
        return any(front.owns(operation) for front in self._fronts)
