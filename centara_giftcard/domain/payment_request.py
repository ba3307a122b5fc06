"""Is there a hold? The rules of a request for payment and of what its answer, or none, leaves in doubt.

*Before* is the balance read before the request (S0). A doubt is settled only by comparing readings with it,
and only where nothing else moved; everything else is for a person. The row numbers are the catalogue's.
"""

from dataclasses import replace

from centara_giftcard.domain.operation import (
    LONGEST_WISH_S,
    Call,
    Doubt,
    Effect,
    Overdue,
    StatusSeen,
    quiet_left_s,
)
from centara_giftcard.domain.payment_data import Payment, State, Step, for_a_person
from centara_giftcard.domain.payment_decision import release
from centara_giftcard.domain.replies import Cause, HoldPlaced, NotSent, OutcomeUnknown, Refused


def held(payment: Payment, reply: HoldPlaced) -> Step:
    if payment.auth_code is not None:
        return payment, None  # row 12: a duplicate never touches a hold that is known, least its decision
    known = replace(payment, held=reply.amount, auth_code=reply.auth_code, holding=reply.balance, closed=None)
    if not reply.same_card or reply.amount > payment.asked:  # row 26: never commit
        cause = Cause.MORE_HELD if reply.same_card else Cause.WRONG_CARD
        return replace(known, state=State.UNCLEAR, problem=cause, watched=False, doubt=None), None
    if payment.state is not State.REQUESTING or payment.doubt:  # row 22: too late, the screen gave up
        return release(replace(known, problem=Cause.TIMEOUT))
    return replace(known, state=State.HELD), None if reply.balance else Effect(Call.STATUS)


def pay_not_sent(payment: Payment, reply: NotSent) -> Step:
    return replace(payment, state=State.NOT_HELD, problem=reply.cause, doubt=None), None


def pay_refused(payment: Payment, reply: Refused) -> Step:
    refused = replace(payment, problem=reply.cause, words=reply.words)
    if payment.doubt:  # a late word, and the status is being read: that reading may be from before it
        return refused, None
    return replace(refused, doubt=Doubt.REFUSED), Effect(Call.STATUS)


def pay_unknown(payment: Payment, reply: OutcomeUnknown) -> Step:
    if payment.auth_code is not None:
        return payment, None  # row 12
    if reply.auth_code is not None:  # row 25: rescue the code, cancel
        rescued = replace(payment, auth_code=reply.auth_code, held=payment.asked, problem=reply.cause)
        return release(rescued)
    if payment.doubt:
        return payment, None  # the status is being read already
    return doubt_pay(payment, reply.cause, min(reply.retry_after_s or 0.0, LONGEST_WISH_S))


def late_pay_unknown(payment: Payment, reply: OutcomeUnknown) -> Step:
    return pay_unknown(payment, reply) if reply.auth_code is not None else (payment, None)


def overdue(payment: Payment, _: Overdue) -> Step:
    return doubt_pay(payment, Cause.TIMEOUT)


def doubt_pay(payment: Payment, cause: Cause | None, after_s: float = 0.0) -> Step:
    doubtful = replace(payment, doubt=Doubt.LOST, problem=cause, attempts=0, quiet_since_s=None, watched=True)
    return doubtful, Effect(Call.STATUS, after_s)


def settle_pay(payment: Payment, status: StatusSeen) -> Step:
    """Rows 19 to 21, 23 and 24: what the authorised total says about a request without a clean reply."""
    seen = replace(payment, seen=status.balance, attempts=0)
    grown = status.balance.authorised - payment.before.authorised
    if payment.doubt is Doubt.ASKED:
        # Asked about once more: only a card on which nothing is held cannot hold ours, or a part of it.
        if status.balance.authorised:
            return for_a_person(seen)
    elif status.balance.net != payment.before.net or (grown and grown != payment.asked):
        return for_a_person(seen)
    elif grown:
        return replace(seen, state=State.ORPHAN_HOLD, doubt=None, watched=False), None
    elif payment.doubt is Doubt.REFUSED:
        return replace(seen, state=State.REFUSED, doubt=None), None
    left_s = quiet_left_s(payment.quiet_since_s, status.at_s)
    if not left_s:
        return replace(seen, state=State.NOT_HELD, doubt=None), None
    since_s = status.at_s if payment.quiet_since_s is None else payment.quiet_since_s
    return replace(seen, quiet_since_s=since_s), Effect(Call.STATUS, left_s)


def orphan_seen(payment: Payment, status: StatusSeen) -> Step:
    """Row 20: an orphan stays listed until so little is held that it cannot be there any more."""
    seen = replace(payment, seen=status.balance)
    if status.balance.authorised < payment.asked:
        return replace(seen, state=State.NOT_HELD), None
    return seen, None
