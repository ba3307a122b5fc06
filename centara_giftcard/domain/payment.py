"""The payment machine: `step(payment, event) -> (payment, effect)`, one pure function over one table.

A payment asks the server for a hold (an authorisation), and the hold is resolved exactly once: committed or
cancelled. Replies get lost, so every state says what to do with each answer, and with none. The row numbers
in the comments are those of the failure catalogue.

Words: *before* is the balance read before the request (S0); *holding* the one read under the hold (S1);
*quiet* means two equal readings at least QUIET_S apart. A doubt is settled only by comparing such readings
(`payment_request`: is there a hold?; `payment_decision`: what became of it?), and only where nothing else
moved; everything else is for a person.
"""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain import payment_decision as decision
from centara_giftcard.domain import payment_request as request
from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.operation import (
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    HeldForAnother,
    Key,
    Overdue,
    Overtaken,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
    key_of,
    misfit_of,
    told_as,
)
from centara_giftcard.domain.payment_data import (
    SETTLED,
    Decision,
    Event,
    Payment,
    Release,
    State,
    Step,
    Take,
    repeated,
)
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)

__all__ = [
    "NEXT",
    "SETTLED",
    "TABLE",
    "Decision",
    "Event",
    "Payment",
    "Release",
    "State",
    "Step",
    "Take",
    "step",
]


def step(payment: Payment, event: Event) -> Step:
    """Apply one event. Raises IllegalTransition where the table has no row for it, or NEXT no such step.

    The answer to a commit or a cancel belongs only to a payment that was decided so.
    """
    key = key_of(event)
    handler = TABLE.get((payment.state, key))
    if handler is None or (isinstance(event, Reply) and not _fits(payment, event.call)):
        told = f"payment {payment.id} is {payment.state.value}: {told_as(key)} does not belong here"
        raise IllegalTransition(told)
    if payment.closed and key not in _NEWS:
        return payment, None
    now, effect = handler(payment, event.result if isinstance(event, Reply) else event)
    if now.state is not payment.state and now.state not in NEXT[payment.state]:
        raise IllegalTransition(
            f"payment {payment.id}: {payment.state.value} never becomes {now.state.value}"
        )
    misfit = misfit_of(event)
    return (now if misfit is None else replace(now, misfit=misfit)), effect


def _fits(payment: Payment, call: Call) -> bool:
    needed = {Call.COMMIT: Decision.TAKE, Call.CANCEL: Decision.RELEASE}.get(call)
    return needed is None or payment.decision is needed


# --- readings, restarts, people ----------------------------------------------------------------------------


def _status_failed(payment: Payment, reply: StatusFailed) -> Step:
    if payment.doubt is None:
        return payment, None  # a reading that nothing depends on any more, such as the one under the hold
    if payment.decision is None:
        return repeated(payment, Call.STATUS, reply.retry_after_s)
    return decision.status_failed(payment, reply)


def _settle(payment: Payment, status: StatusSeen) -> Step:
    if payment.doubt is None:
        return payment, None  # a reading that was asked for before the doubt was settled
    return (request.settle_pay if payment.decision is None else decision.settle)(payment, status)


def _restarted(payment: Payment, _: Restarted) -> Step:
    """Row 36: doubt an intent without a reply, release an undecided hold, repeat a decision."""
    fresh = replace(payment, attempts=0, quiet_since_s=None)
    if not payment.watched:
        return payment, None
    if payment.decision is not None:
        return replace(fresh, doubt=None, lost=True), Effect(decision.resolving_call(payment))
    if payment.auth_code is not None:
        return decision.release(fresh)
    if payment.doubt is not None:
        return fresh, Effect(Call.STATUS)
    return request.doubt_pay(fresh, Cause.LOST)


def _look_again(payment: Payment, _: object) -> Step:
    return payment, Effect(Call.STATUS)


def _asked_again(payment: Payment, _: AskedAgain) -> Step:
    """A person had it and wants it tried once more: the decision again, or a comparison that is proof.

    A hold that is known and undecided (row 26) is for releasing, and what somebody took cannot come back: no
    reading tells more.
    """
    if payment.releasable or payment.problem is Cause.TAKEN:
        return payment, None
    fresh = replace(payment, attempts=0, quiet_since_s=None, watched=True)
    if payment.decision is not None:
        return replace(fresh, doubt=None, seen=None), Effect(decision.resolving_call(payment))
    return replace(fresh, doubt=Doubt.ASKED), Effect(Call.STATUS)


def _closed(payment: Payment, closed: Closed) -> Step:
    return replace(payment, closed=closed, watched=False, doubt=None), None


def _ignore(payment: Payment, _: object) -> Step:
    return payment, None


# --- the table ---------------------------------------------------------------------------------------------

NEXT: Final[dict[State, frozenset[State]]] = {
    # The request is under way; what becomes of it is an answer, or two readings that agree.
    State.REQUESTING: frozenset(
        {State.HELD, State.CANCELLING, State.REFUSED, State.NOT_HELD, State.ORPHAN_HOLD, State.UNCLEAR}
    ),
    # Here somebody decides, once: from now on it is either taken or released, whatever happens.
    State.HELD: frozenset({State.COMMITTING, State.CANCELLING, State.UNCLEAR}),
    State.COMMITTING: frozenset({State.COMMITTED, State.NOT_HELD, State.UNCLEAR}),
    State.CANCELLING: frozenset({State.CANCELLED, State.UNCLEAR}),
    # Ends that stood on the server's word alone, and that a reading contradicted.
    State.COMMITTED: frozenset({State.COMMITTING, State.UNCLEAR}),
    State.CANCELLED: frozenset({State.CANCELLING, State.UNCLEAR}),
    # A request that was given up, and was carried out after all: its hold is let go, or it is listed.
    State.REFUSED: frozenset({State.CANCELLING}),
    State.NOT_HELD: frozenset({State.CANCELLING, State.ORPHAN_HOLD, State.UNCLEAR}),
    State.ORPHAN_HOLD: frozenset({State.CANCELLING, State.NOT_HELD, State.UNCLEAR}),
    # Left to a person, and found out later.
    State.UNCLEAR: frozenset(
        {
            State.COMMITTED,
            State.CANCELLING,
            State.CANCELLED,
            State.REFUSED,
            State.NOT_HELD,
            State.ORPHAN_HOLD,
        }
    ),
}
"""What a state may become. A rule that went anywhere else would be a bug, and nothing comes of its step."""

_Handler = Callable[[Payment, object], Step]
_Row = tuple[Iterable[State], Key, Callable[..., Step]]

_RESOLVING = (State.COMMITTING, State.CANCELLING, State.UNCLEAR)
_DOUBTED = (State.REQUESTING, *_RESOLVING)
_TOLD = (State.COMMITTED, State.CANCELLED)
# What can still move a payment that a supervisor closed; a mere yes to its decision proves nothing:
_NEWS = frozenset({(Call.PAY, HoldPlaced), (Call.PAY, OutcomeUnknown)})
# Where a request that was given up may still be answered:
_LATE = (State.NOT_HELD, State.ORPHAN_HOLD, State.UNCLEAR)

_ROWS: tuple[_Row, ...] = (
    ([State.REQUESTING, *_LATE], (Call.PAY, HoldPlaced), request.held),
    ([State.REQUESTING], (Call.PAY, NotSent), request.pay_not_sent),
    ([State.REQUESTING], (Call.PAY, Refused), request.pay_refused),
    ([State.REQUESTING], (Call.PAY, OutcomeUnknown), request.pay_unknown),
    ([State.REQUESTING], Overdue, request.overdue),
    ([*_LATE, State.REFUSED], (Call.PAY, Refused), _ignore),
    ([*_LATE, State.REFUSED], (Call.PAY, NotSent), _ignore),
    ([*_LATE, State.REFUSED], (Call.PAY, OutcomeUnknown), request.late_pay_unknown),
    ([State.HELD], Take, request.taken_when_seen),
    ([State.HELD], Unread, request.hold_unread),
    ([State.HELD], Release, decision.release),
    ([State.HELD], StatusSeen, request.hold_seen),
    ([State.HELD], (Call.STATUS, StatusFailed), request.hold_not_seen),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, Accepted), decision.accepted),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, NotSent), decision.not_answered),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, OutcomeUnknown), decision.not_answered),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, Refused), decision.not_accepted),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, Accepted), decision.accepted),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, NotSent), decision.not_answered),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, OutcomeUnknown), decision.not_answered),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, Refused), decision.not_accepted),
    (_DOUBTED, StatusSeen, _settle),
    (_DOUBTED, (Call.STATUS, StatusFailed), _status_failed),
    (_RESOLVING, Unread, decision.unread),
    (_TOLD, StatusSeen, _settle),
    (_TOLD, (Call.STATUS, StatusFailed), _status_failed),
    ([State.REFUSED], StatusSeen, _ignore),
    ([State.REFUSED], (Call.STATUS, StatusFailed), _ignore),
    ([State.NOT_HELD], StatusSeen, request.late_hold_seen),
    ([State.NOT_HELD], (Call.STATUS, StatusFailed), request.not_looked_at),
    ([State.NOT_HELD], Restarted, _look_again),
    ([State.NOT_HELD], HeldForAnother, request.held_for_another),
    ([State.ORPHAN_HOLD], StatusSeen, request.orphan_seen),
    ([State.ORPHAN_HOLD], (Call.STATUS, StatusFailed), _ignore),
    ([State.REQUESTING, State.HELD, *_RESOLVING], Restarted, _restarted),
    ([State.ORPHAN_HOLD, *_TOLD], Restarted, _look_again),
    ([State.ORPHAN_HOLD], AskedAgain, _look_again),
    ([State.UNCLEAR], AskedAgain, _asked_again),
    ([State.UNCLEAR], Release, decision.release_known),
    ([State.UNCLEAR], Overtaken, decision.overtaken),
    ([State.ORPHAN_HOLD, State.UNCLEAR, *_TOLD], Closed, _closed),
)

TABLE: Final[dict[tuple[State, Key], _Handler]] = {
    (state, key): handler for states, key, handler in _ROWS for state in states
}
