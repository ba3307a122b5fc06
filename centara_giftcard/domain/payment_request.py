"""Is there a hold? The rules of a request for payment and of what its answer, or none, leaves in doubt.

*Before* is the balance read before the request (S0). A doubt is settled only by comparing readings with it,
and only where nothing else moved; everything else is for a person. The row numbers are the catalogue's.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import (
    LONGEST_WISH_S,
    LOOKS_S,
    PAUSES_S,
    PROOF_S,
    Call,
    Doubt,
    Effect,
    HeldForAnother,
    Overdue,
    StatusSeen,
    Unread,
    quiet_left_s,
)
from centara_giftcard.domain.payment_data import Payment, State, Step, Take, for_a_person
from centara_giftcard.domain.payment_decision import release, take
from centara_giftcard.domain.replies import Cause, HoldPlaced, NotSent, OutcomeUnknown, Refused, StatusFailed

_ONCE_MORE_S: Final = 0.3
"""Pause before a hold that the reading does not show is looked for once more."""

_NOES: Final = 3
"""A card of which the server said so often no was never only busy."""

MOST_LOST: Final = 10
"""So many requests without an answer on one card are told apart."""


def held(payment: Payment, reply: HoldPlaced) -> Step:
    if payment.auth_code is not None:
        return payment, None  # row 12: a duplicate never touches a hold that is known, least its decision
    known = replace(
        payment, held=reply.amount, guessed=not reply.told, auth_code=reply.auth_code, closed=None
    )
    if not reply.same_card or reply.amount > payment.asked:  # row 26: never commit
        cause = Cause.AMOUNT_DIFFERS if reply.same_card else Cause.WRONG_CARD
        return replace(known, state=State.UNCLEAR, problem=cause, watched=False, doubt=None), None
    if payment.state is not State.REQUESTING or payment.doubt:  # row 22: too late, the screen gave up
        return release(replace(known, problem=Cause.TIMEOUT))
    placed = replace(known, state=State.HELD, doubt=Doubt.PLACED)
    if reply.balance is not None and _shows(placed, reply.balance, reply.amount):
        return _confirmed(placed, reply.balance)
    return placed, Effect(Call.STATUS, unread_s=PROOF_S)


def hold_seen(payment: Payment, status: StatusSeen) -> Step:
    """Row 26b: a hold is what the reading under it shows; F12 waits for it."""
    held, now = payment.held, status.balance
    if held is None or payment.holding is not None:
        return payment, None
    cause = _misread(payment, now, held)
    if _shows(payment, now, held):
        return _confirmed(payment, now)
    if cause is None:  # another till let go of something meanwhile, which hides it
        return payment, Effect(Call.STATUS, PAUSES_S[0]) if payment.doubt is Doubt.PLACED else None
    doubted = replace(payment, problem=cause, held=_held_by(payment, now, held))
    if not payment.attempts:  # once more: perhaps it is a moment late
        return replace(doubted, attempts=1), Effect(Call.STATUS, _ONCE_MORE_S)
    return _contradicted(doubted, now)


def _contradicted(payment: Payment, now: Balance | None = None) -> Step:
    """Let it go. Where its amount alone is not as was said, the release is compared with what is shown."""
    under = now if payment.problem in {Cause.UNITS, Cause.LESS_SHOWN} else None
    unclear, effect = release(replace(payment, guessed=False, holding=under))
    return replace(unclear, state=State.UNCLEAR), effect


def hold_not_seen(payment: Payment, reply: StatusFailed) -> Step:
    if payment.doubt is not Doubt.PLACED:
        return payment, None
    return payment, Effect(Call.STATUS, max(PAUSES_S[0], min(reply.retry_after_s or 0.0, LONGEST_WISH_S)))


def hold_unread(payment: Payment, _: Unread) -> Step:
    """No reading in time: F12 is offered, and the commit's own proof decides; not where one contradicted."""
    if payment.attempts:
        return _contradicted(payment)
    offered = replace(payment, doubt=None)
    return take(offered, Take()) if payment.wanted else (offered, None)


def taken_when_seen(payment: Payment, press: Take) -> Step:
    """F12: at once where the hold is seen, else as soon as it is."""
    if payment.doubt is Doubt.PLACED:
        return replace(payment, wanted=True), None
    return take(payment, press)


def _shows(payment: Payment, now: Balance, told: Money) -> bool:
    """Whether a reading agrees with a hold: it rose by that at least, and nothing contradicts.

    Where the server does not tell what is held nothing can be awaited: the commit's own proof decides.
    """
    risen = now.risen_since(payment.before)
    if _misread(payment, now, told) is not None:
        return False
    return risen is None or risen >= _held_by(payment, now, told)


def _misread(payment: Payment, now: Balance, told: Money) -> Cause | None:
    """What the reading says against the hold, and so of the settings; None where another till explains it.

    Another till's doings are never blamed on a setting: only what no till does is. A commit lowers both
    figures, a hold or its release moves one; and no more can be let go than was held before.
    """
    before, held = payment.before, _held_by(payment, now, told).minor
    more, fell = now.risen_since(before), (before.net - now.net).minor
    hundredths = {told.minor // 100, -(-told.minor // 100)} - {0, told.minor}  # a cent's is a cent
    if before.authorised is None or more is None:
        units = fell == told.minor * 100 or fell in hundredths
        return Cause.UNITS if units else Cause.NET_FELL if fell == held else None
    risen = more.minor
    if now == before:
        return Cause.NOT_SHOWN
    if risen == told.minor * 100 or risen in hundredths:
        return Cause.UNITS
    if risen and fell == risen and 2 * fell != held:
        return Cause.NET_FELL
    if risen and fell == -risen:
        return Cause.NET_ROSE
    return Cause.LESS_SHOWN if risen < held - before.authorised.minor and not fell else None


def _held_by(payment: Payment, now: Balance, told: Money) -> Money:
    """What a reading shows as held, where the server did not say how much it is; else what it said.

    Only where nothing was held before: a hold that went meanwhile would make ours look smaller.
    """
    risen = now.risen_since(payment.before)
    shown = payment.guessed and not payment.before.authorised
    return risen if risen and shown and Money(0, risen.currency) < risen < told else told


def _confirmed(payment: Payment, now: Balance) -> Step:
    held = None if payment.held is None else _held_by(payment, now, payment.held)
    guessed = payment.guessed and now.risen_since(payment.before) is None
    seen = replace(payment, held=held, guessed=guessed, holding=now, doubt=None, attempts=0, problem=None)
    return (
        take(seen, Take()) if payment.wanted and held == payment.held else (replace(seen, wanted=False), None)
    )


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
        known = replace(payment, auth_code=reply.auth_code, problem=reply.cause)
        return release(replace(known, held=payment.asked, guessed=True))
    if payment.doubt:
        return payment, None  # the status is being read already
    return doubt_pay(payment, reply.cause, min(reply.retry_after_s or 0.0, LONGEST_WISH_S))


def late_pay_unknown(payment: Payment, reply: OutcomeUnknown) -> Step:
    if reply.auth_code is not None:
        return pay_unknown(payment, reply)
    if reply.cause is not Cause.UNREADABLE or payment.auth_code is not None:
        return payment, None
    return replace(payment, problem=reply.cause), None  # it was a success: that matters to the next card


def overdue(payment: Payment, _: Overdue) -> Step:
    return doubt_pay(payment, Cause.TIMEOUT)


def doubt_pay(payment: Payment, cause: Cause | None, after_s: float = 0.0) -> Step:
    doubtful = replace(payment, doubt=Doubt.LOST, problem=cause, attempts=0, quiet_since_s=None, watched=True)
    return doubtful, Effect(Call.STATUS, after_s)


def settle_pay(payment: Payment, status: StatusSeen) -> Step:
    """Rows 19 to 21, 23 and 24: what the authorised total says about a request without a clean reply."""
    known = payment.before.authorised
    if status.others and known is not None:  # held for others of our own: no part of what is compared
        before = replace(payment.before, authorised=known + status.others)
        payment = replace(payment, before=before)
    seen = replace(payment, seen=status.balance, attempts=0)
    grown = status.balance.risen_since(payment.before)
    if payment.doubt is Doubt.ASKED:
        if payment.before.net - status.balance.net >= payment.asked:
            return for_a_person(replace(seen, problem=Cause.TAKEN))
        # Asked about once more: only a card on which nothing is held cannot hold ours, or a part of it.
        if not status.balance.nothing_held:
            return for_a_person(seen)
    elif grown is None:
        return for_a_person(replace(seen, problem=Cause.HOLDS_UNTOLD))
    elif grown == payment.asked and abs((status.balance.net - payment.before.net).minor) in {0, grown.minor}:
        return _orphan(seen)  # net stands, or follows what is held: then a setting is wrong, and it is held
    elif payment.doubt is Doubt.REFUSED:
        # Row 23: the server said no, and what else moved on the card is not ours in amount: another till's.
        return replace(seen, state=State.REFUSED, doubt=None), None
    elif grown or status.balance.net != payment.before.net:
        return for_a_person(seen)
    left_s = quiet_left_s(payment.quiet_since_s, status.at_s)
    if not left_s:
        return _look_on(replace(seen, state=State.NOT_HELD, doubt=None, looks=len(LOOKS_S)))
    since_s = status.at_s if payment.quiet_since_s is None else payment.quiet_since_s
    return replace(seen, quiet_since_s=since_s), Effect(Call.STATUS, left_s)


def _orphan(seen: Payment) -> Step:
    return replace(seen, state=State.ORPHAN_HOLD, doubt=None, watched=False, looks=0), None


def _look_on(payment: Payment) -> Step:
    """Row 19b: the card is read again, ever more seldom, and then no more."""
    if not payment.looks:
        return payment, None
    return payment, Effect(Call.STATUS, LOOKS_S[-payment.looks])


def late_holds(lost: Sequence[Payment], seen: StatusSeen) -> tuple[Payment, ...]:
    """Which of the `lost` requests of this till on one card are held after all; the newest come first.

    So much more is held as some of them asked for, or so much in all where something else went meanwhile: the
    fewest, and of those the newest. Of two of one amount nothing tells which it is; what counts is that as
    many are listed as are held. Of more than MOST_LOST only the newest are thought of: their number doubles
    the sums to try, and nobody waits for so many answers on one card.
    """
    newest = lost[:MOST_LOST]
    for number in range(1, len(newest) + 1):
        for some in combinations(newest, number):
            known = {it.known.authorised for it in some}
            if len(known) == 1 and sum(it.asked.minor for it in some) in _come(known.pop(), seen):
                return some
    return ()


def _come(known: Money | None, seen: StatusSeen) -> set[int]:
    """What may have been placed since `known` was held, minor units.

    All that is held, too, where another hold went meanwhile and none of this till explains what is left.
    """
    now = seen.balance.authorised
    if known is None or now is None:
        return set()
    more = (now - known).minor
    return {more, now.minor} if more and seen.alone else {more}


def late_hold_seen(payment: Payment, status: StatusSeen) -> Step:
    """Row 19b: nothing was held, and the server may yet do it: then so much more is held, all at once."""
    if not payment.lingers:
        return payment, None
    others = status.others.minor if status.others else 0
    seen = replace(payment, seen=status.balance, attempts=0)
    if payment.asked.minor + others in _come(payment.known.authorised, status):
        return _orphan(seen)
    risen = status.balance.risen_since(payment.known)
    if risen is not None and others < risen.minor < payment.asked.minor + others:  # row 21: perhaps a part
        return for_a_person(replace(seen, looks=0))
    return (seen, None) if status.by_the_way else _look_on(replace(seen, looks=payment.looks - 1))


def held_for_another(payment: Payment, event: HeldForAnother) -> Step:
    """Row 19b: so much more is held from now on, and it is not ours."""
    known = payment.known.authorised
    if not payment.lingers or known is None:
        return payment, None
    return replace(payment, seen=replace(payment.known, authorised=known + event.held)), None


def not_looked_at(payment: Payment, reply: StatusFailed) -> Step:
    """Row 19b: no outage lasts for ever, but a server that says no to each reading may do so because of what
    it holds: that is for a person."""
    if not payment.lingers:
        return payment, None
    noes = payment.attempts + 1 if reply.cause is Cause.REFUSED else 0
    if noes >= _NOES:
        return for_a_person(replace(payment, problem=Cause.HOLDS_UNTOLD, looks=0, attempts=0))
    return _look_on(replace(payment, looks=payment.looks - 1, attempts=noes))


def orphan_seen(payment: Payment, status: StatusSeen) -> Step:
    """Row 20: an orphan stays listed until so little is held that it cannot be there any more.

    Where it went together with as much of the balance somebody took it, on the server perhaps: that is told.
    """
    known, now = payment.seen or payment.before, status.balance
    seen = replace(payment, seen=now)
    if now.authorised is None or now.authorised >= payment.asked:
        return seen, None
    if known.net - now.net >= payment.asked:
        return replace(seen, state=State.UNCLEAR, problem=Cause.TAKEN), None
    return replace(seen, state=State.NOT_HELD), None
