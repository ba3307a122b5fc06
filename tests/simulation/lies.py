"""Deliberate bugs at a server that is another than the till takes it for: each makes one lie about money.

What a success is worth, how much is held, whose answer it is, and when the till must stop.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace
from simulation import network
from simulation.mutant import Mutant, in_issues, in_machine, is_reply

from centara_giftcard.domain import issue as issuing
from centara_giftcard.domain import payment_request
from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.operation import Call, Doubt, StatusSeen
from centara_giftcard.domain.payment import Decision, Event, Payment, State, Step
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, Refused
from centara_giftcard.loyalty import successes
from centara_giftcard.terminal import operations as core
from centara_giftcard.terminal.operations import Operations

_Bug = Callable[[Payment, Event], Step | None]


def _under(payment: Payment, event: Event) -> StatusSeen | None:
    """The reading under a hold."""
    return event if isinstance(event, StatusSeen) and payment.doubt is Doubt.PLACED else None


def _confirmed_anyway(payment: Payment, event: Event) -> Step | None:
    under = _under(payment, event)
    return None if under is None else (replace(payment, holding=under.balance, doubt=None), None)


def _but_for(*causes: Cause) -> _Bug:
    """What a reading says against a hold is not heard."""

    def bug(payment: Payment, event: Event) -> Step | None:
        under = _under(payment, event)
        if under is None or payment.held is None:
            return None
        heard = payment_request._misread(payment, under.balance, payment.held) not in causes
        return None if heard else _confirmed_anyway(payment, event)

    return bug


def _the_whole_for_a_part(payment: Payment, event: Event) -> Step | None:
    return _confirmed_anyway(replace(payment, guessed=False), event) if payment.guessed else None


def _a_part_is_gone(payment: Payment, event: Event) -> Step | None:
    """Less is held than was said, so it cannot be there any more."""
    if payment.decision is not Decision.RELEASE or payment.doubt is None or payment.held is None:
        return None
    left = event.balance.authorised if isinstance(event, StatusSeen) else None
    if left is not None and left < payment.held:
        return replace(payment, state=State.CANCELLED, doubt=None), None
    return None


def _paid_anyway(cause: Cause) -> _Bug:
    """A commit that was answered so is paid."""

    def bug(payment: Payment, event: Event) -> Step | None:
        said = is_reply(event, Call.COMMIT, OutcomeUnknown, Refused)
        if said and event.result.cause is cause:  # type: ignore[union-attr]
            return replace(payment, state=State.COMMITTED, doubt=None), None
        return None

    return bug


def _no_quiet_for_a_used_card(issue: Issue, event: Any) -> issuing.Step | None:
    """A lost undo of a used card is in vain at once, as one is that was answered by a conflict."""
    lost = isinstance(event, StatusSeen) and issue.doubt is Doubt.LOST and issue.kind is Kind.UNISSUE
    if lost and event.issued and event.balance != issuing._as_sold(issue):
        return replace(issue, state=issuing.State.REFUSED, doubt=None), None
    return None


_load = Operations.load
_after = Brake.after


async def _forgets_the_brake(self: Any) -> int:
    found = await _load(self)
    self.brake = Brake()
    return found


def _does_not_count(self: Brake, before: Payment, event: object, now: Payment) -> Brake:
    return replace(_after(self, before, event, now), unread=0)


def _one_at_most(lost: tuple[Payment, ...], seen: StatusSeen) -> tuple[Payment, ...]:
    return _late_holds(lost, seen) if len(_late_holds(lost, seen)) == 1 else ()


_late_holds = payment_request.late_holds

LIES: Final = (
    Mutant("two lost requests held together are none", ((core, "late_holds", _one_at_most),)),
    in_machine("a hold is believed whatever the reading shows", _confirmed_anyway),
    in_machine("a net without holds is not noticed", _but_for(Cause.NET_FELL, Cause.NET_ROSE)),
    in_machine("a hundredth is not noticed", _but_for(Cause.UNITS)),
    in_machine("a part held under another name is the whole", _the_whole_for_a_part),
    in_machine("a part that is held is gone", _a_part_is_gone),
    in_machine("202 is paid", _paid_anyway(Cause.NOT_YET)),
    in_machine("a no in a success is paid", _paid_anyway(Cause.REFUSED)),
    Mutant("202 is a success", ((successes, "NOT_YET", -1),)),
    Mutant("a success that says no is one", ((successes, "said_no", lambda *_: None),)),
    Mutant(
        "one Idempotency-Key for all calls", ((network, "idempotency_key", lambda operation, _: operation),)
    ),
    in_issues("a lost undo of a used card is in vain at once", _no_quiet_for_a_used_card),
    Mutant("there is no brake", ((Brake, "on", property(lambda self: False)),)),
    Mutant("the brake is forgotten at restart", ((Operations, "load", _forgets_the_brake),)),
    Mutant("successes that cannot be read are not counted", ((Brake, "after", _does_not_count),)),
)
