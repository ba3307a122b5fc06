"""The payment machine: `step(payment, event) -> (payment, effect)`, one pure function over one table.

A payment asks the server for a hold (an authorisation), and the hold is resolved exactly once: committed or
cancelled. Replies get lost, so every state says what to do with each answer, and with none. The row numbers
in the comments are those of the failure catalogue.

Words: *before* is the balance read before the request (S0); *holding* the one read under the hold (S1);
*quiet* means two equal readings at least QUIET_S apart. A doubt is settled only by comparing such readings,
and only where nothing else moved; everything else is for a person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    LONGEST_WISH_S,
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    Key,
    Overdue,
    Reply,
    Restarted,
    StatusSeen,
    key_of,
    pause_s,
    quiet_left_s,
    told_as,
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
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId


class State(Enum):
    """Where a payment stands; the values are the journal export's (a contract)."""

    REQUESTING = "requesting"
    HELD = "held"
    COMMITTING = "committing"
    COMMITTED = "committed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    NOT_HELD = "not_held"
    ORPHAN_HOLD = "orphan_hold"
    UNCLEAR = "unclear"


SETTLED: Final = frozenset({State.COMMITTED, State.CANCELLED, State.REFUSED, State.NOT_HELD})
"""Nothing is left to find out: the journal forgets the full number and the auth code."""


class Decision(Enum):
    """What became of the hold, decided once: it never flips by itself."""

    TAKE = "take"
    RELEASE = "release"


@dataclass(frozen=True)
class Payment:
    """One payment and all that is known of it. `id` is made before anything is sent and never reused.

    `held` is what the server holds, `attempts` counts sends (or status readings) without a usable answer,
    `problem` and `words` say why the last one was not clean, `watched` whether the till still finds out by
    itself. `quiet_since_s` is monotonic and means nothing after a restart. `closed` stands only on a payment
    that was left to a person. `due` is all that the customer owed, for the receipt.
    """

    id: str
    card: CardNumber
    instrument: InstrumentId
    asked: Money
    before: Balance
    operator: str
    created_at: datetime
    state: State = State.REQUESTING
    held: Money | None = None
    auth_code: AuthCode | None = None
    holding: Balance | None = None
    decision: Decision | None = None
    after: Balance | None = None
    seen: Balance | None = None
    doubt: Doubt | None = None
    problem: Cause | None = None
    words: str = ""
    attempts: int = 0
    watched: bool = True
    quiet_since_s: float | None = None
    closed: Closed | None = None
    due: Money | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to find out, or a supervisor took it off the list."""
        return self.state in SETTLED or self.closed is not None

    @property
    def amount(self) -> Money:
        """The amount in play: what is held, or what was asked while nothing is."""
        return self.asked if self.held is None else self.held

    @property
    def told(self) -> bool:
        """Whether the till has told the cashier all it can tell now: the next card may come."""
        return self.state in SETTLED or self.state in {State.ORPHAN_HOLD, State.UNCLEAR}

    @property
    def releasable(self) -> bool:
        """Whether there is a hold that nobody decided about: the till can let it go."""
        known = self.auth_code is not None and self.decision is None
        return self.state is State.HELD or (self.state is State.UNCLEAR and known)

    @property
    def doubtful(self) -> bool:
        """Whether the last answer was not a clean one and the till is finding out what became of it."""
        return not self.told and (self.doubt is not None or self.attempts > 0)


@dataclass(frozen=True)
class Take:
    """The cashier takes the payment (F12)."""


@dataclass(frozen=True)
class Release:
    """The cashier, or the till itself, lets the hold go."""


Event = Take | Release | Restarted | Overdue | AskedAgain | Closed | StatusSeen | Reply
Step = tuple[Payment, Effect | None]


def step(payment: Payment, event: Event) -> Step:
    """Apply one event. Raises IllegalTransition where the table has no row for it.

    The answer to a commit or a cancel belongs only to a payment that was decided so.
    """
    key = key_of(event)
    handler = TABLE.get((payment.state, key))
    if handler is None or (isinstance(event, Reply) and not _fits(payment, event.call)):
        told = f"payment {payment.id} is {payment.state.value}: {told_as(key)} does not belong here"
        raise IllegalTransition(told)
    if payment.closed and key not in _NEWS:
        return payment, None
    return handler(payment, event.result if isinstance(event, Reply) else event)


def _fits(payment: Payment, call: Call) -> bool:
    needed = {Call.COMMIT: Decision.TAKE, Call.CANCEL: Decision.RELEASE}.get(call)
    return needed is None or payment.decision is needed


# --- the request -------------------------------------------------------------------------------------------


def _held(payment: Payment, reply: HoldPlaced) -> Step:
    if payment.auth_code is not None:
        return payment, None  # row 12: a duplicate never touches a hold that is known, least its decision
    known = replace(payment, held=reply.amount, auth_code=reply.auth_code, holding=reply.balance, closed=None)
    if not reply.same_card or reply.amount > payment.asked:  # row 26: never commit
        cause = Cause.MORE_HELD if reply.same_card else Cause.WRONG_CARD
        return replace(known, state=State.UNCLEAR, problem=cause, watched=False, doubt=None), None
    if payment.state is not State.REQUESTING or payment.doubt:  # row 22: too late, the screen gave up
        return _release(replace(known, problem=Cause.TIMEOUT))
    return replace(known, state=State.HELD), None if reply.balance else Effect(Call.STATUS)


def _pay_not_sent(payment: Payment, reply: NotSent) -> Step:
    return replace(payment, state=State.NOT_HELD, problem=reply.cause, doubt=None), None


def _pay_refused(payment: Payment, reply: Refused) -> Step:
    refused = replace(payment, problem=reply.cause, words=reply.words)
    if payment.doubt:  # a late word, and the status is being read: that reading may be from before it
        return refused, None
    return replace(refused, doubt=Doubt.REFUSED), Effect(Call.STATUS)


def _pay_unknown(payment: Payment, reply: OutcomeUnknown) -> Step:
    if payment.auth_code is not None:
        return payment, None  # row 12
    if reply.auth_code is not None:  # row 25: rescue the code, cancel
        rescued = replace(payment, auth_code=reply.auth_code, held=payment.asked, problem=reply.cause)
        return _release(rescued)
    if payment.doubt:
        return payment, None  # the status is being read already
    return _doubt_pay(payment, reply.cause, min(reply.retry_after_s or 0.0, LONGEST_WISH_S))


def _late_pay_unknown(payment: Payment, reply: OutcomeUnknown) -> Step:
    return _pay_unknown(payment, reply) if reply.auth_code is not None else (payment, None)


def _overdue(payment: Payment, _: Overdue) -> Step:
    return _doubt_pay(payment, Cause.TIMEOUT)


def _doubt_pay(payment: Payment, cause: Cause | None, after_s: float = 0.0) -> Step:
    doubtful = replace(payment, doubt=Doubt.LOST, problem=cause, attempts=0, quiet_since_s=None, watched=True)
    return doubtful, Effect(Call.STATUS, after_s)


def _settle_pay(payment: Payment, status: StatusSeen) -> Step:
    """Rows 19 to 21, 23 and 24: what the authorised total says about a request without a clean reply."""
    seen = replace(payment, seen=status.balance, attempts=0)
    grown = status.balance.authorised - payment.before.authorised
    if payment.doubt is Doubt.ASKED:
        # Asked about once more: only a card on which nothing is held cannot hold ours, or a part of it.
        if status.balance.authorised:
            return _for_a_person(seen)
    elif status.balance.net != payment.before.net or (grown and grown != payment.asked):
        return _for_a_person(seen)
    elif grown:
        return replace(seen, state=State.ORPHAN_HOLD, doubt=None, watched=False), None
    elif payment.doubt is Doubt.REFUSED:
        return replace(seen, state=State.REFUSED, doubt=None), None
    left_s = quiet_left_s(payment.quiet_since_s, status.at_s)
    if not left_s:
        return replace(seen, state=State.NOT_HELD, doubt=None), None
    since_s = status.at_s if payment.quiet_since_s is None else payment.quiet_since_s
    return replace(seen, quiet_since_s=since_s), Effect(Call.STATUS, left_s)


# --- the decision ------------------------------------------------------------------------------------------


def _take(payment: Payment, _: Take) -> Step:
    decided = replace(payment, state=State.COMMITTING, decision=Decision.TAKE, attempts=0)
    return decided, Effect(Call.COMMIT)


def _release(payment: Payment, _: object = None) -> Step:
    decided = replace(
        payment,
        state=State.CANCELLING,
        decision=Decision.RELEASE,
        attempts=0,
        doubt=None,
        seen=None,
        watched=True,
        closed=None,
    )
    return decided, Effect(Call.CANCEL)


def _release_known(payment: Payment, _: Release) -> Step:
    if not payment.releasable:
        raise IllegalTransition(f"payment {payment.id} has no hold that could be released")
    return _release(payment)


def _accepted(payment: Payment, _: Accepted) -> Step:
    if payment.decision is Decision.TAKE:
        return replace(payment, state=State.COMMITTED, doubt=None), Effect(Call.STATUS)
    return replace(payment, state=State.CANCELLED, doubt=None), None


def _not_answered(payment: Payment, reply: NotSent | OutcomeUnknown) -> Step:
    """Rows 28 and 31: the same call with the same code again, growing pauses, a person after six."""
    if reply.cause is Cause.CONFLICT:  # row 11
        return replace(_troubled(payment, reply.cause), doubt=Doubt.LOST), Effect(Call.STATUS)
    retry_after_s = reply.retry_after_s if isinstance(reply, OutcomeUnknown) else None
    return _repeat(_troubled(payment, reply.cause), _resolving_call(payment), retry_after_s)


def _not_accepted(payment: Payment, reply: Refused) -> Step:
    """Rows 29 to 31: compare first. A refused token (row 9) proves nothing and is mended by a person."""
    refused = replace(_troubled(payment, reply.cause), words=reply.words)
    if reply.cause is Cause.NOT_ACCEPTED:
        return _repeat(refused, _resolving_call(payment))
    return replace(refused, doubt=Doubt.REFUSED), Effect(Call.STATUS)


def _troubled(payment: Payment, cause: Cause) -> Payment:
    """Note why an answer was not clean; a release keeps the reason for which it was begun."""
    begun_for_a_reason = payment.decision is Decision.RELEASE and cause is not Cause.NOT_ACCEPTED
    if begun_for_a_reason or payment.problem is Cause.WRONG_CARD:
        return payment
    return replace(payment, problem=cause)


def _settle_decision(payment: Payment, status: StatusSeen) -> Step:
    """Rows 29 to 31: what became of the hold, by comparing with the reading under it."""
    if payment.held is None:
        raise IllegalTransition(f"payment {payment.id} was decided without a hold")
    base = payment.holding or payment.before
    if base.authorised == payment.before.authorised:  # not read under the hold, or it was gone before it was
        base = replace(base, authorised=base.authorised + payment.held)
    now, taking = status.balance, payment.decision is Decision.TAKE
    seen = replace(payment, seen=now)
    if payment.problem is Cause.WRONG_CARD:  # row 26: the hold is on a card that nobody can read
        return _for_a_person(seen)
    debited = base.net - now.net
    gone = now.authorised < payment.held  # ours cannot be open any more, whatever other tills did
    fell = base.authorised - now.authorised == payment.held  # ours, or another till's of the same amount
    # Where it may be another's, the same call again tells: only one that is refused anew settles it.
    if gone or (fell and payment.seen == now):
        if not debited:
            return _settled(seen, State.NOT_HELD if taking else State.CANCELLED)
        if taking and debited == payment.held:
            return _settled(seen, State.COMMITTED)
        return _for_a_person(seen)
    if fell or (now == base and not (taking and payment.doubt is Doubt.REFUSED)):
        return _repeat(replace(seen, doubt=None), _resolving_call(payment))
    return _for_a_person(seen)


def _settled(payment: Payment, state: State) -> Step:
    return replace(payment, state=state, after=payment.seen, doubt=None), None


def _resolving_call(payment: Payment) -> Call:
    return Call.COMMIT if payment.decision is Decision.TAKE else Call.CANCEL


# --- repeating, restarting, giving up ----------------------------------------------------------------------


def _status_failed(payment: Payment, reply: StatusFailed) -> Step:
    if payment.doubt is None:
        return payment, None  # a reading that nothing depends on any more, such as the one under the hold
    return _repeat(payment, Call.STATUS, reply.retry_after_s)


def _repeat(payment: Payment, call: Call, at_least_s: float | None = None) -> Step:
    attempts = payment.attempts + 1
    state = State.UNCLEAR if attempts >= ATTEMPTS else payment.state
    return replace(payment, state=state, attempts=attempts), Effect(call, pause_s(attempts, at_least_s))


def _for_a_person(payment: Payment) -> Step:
    return replace(payment, state=State.UNCLEAR, doubt=None, watched=False), None


def _restarted(payment: Payment, _: Restarted) -> Step:
    """Row 36: doubt an intent without a reply, release an undecided hold, repeat a decision."""
    fresh = replace(payment, attempts=0, quiet_since_s=None)
    if not payment.watched:
        return payment, None
    if payment.decision is not None:
        return replace(fresh, doubt=None), Effect(_resolving_call(payment))
    if payment.auth_code is not None:
        return _release(fresh)
    if payment.doubt is not None:
        return fresh, Effect(Call.STATUS)
    return _doubt_pay(fresh, Cause.LOST)


def _look_again(payment: Payment, _: object) -> Step:
    return payment, Effect(Call.STATUS)


def _asked_again(payment: Payment, _: AskedAgain) -> Step:
    """A person had it and wants it tried once more: the decision again, or a comparison that is proof.

    A hold that is known and undecided (row 26) is for releasing: no reading tells what became of it.
    """
    if payment.releasable:
        return payment, None
    fresh = replace(payment, attempts=0, quiet_since_s=None, watched=True)
    if payment.decision is not None:
        return replace(fresh, doubt=None, seen=None), Effect(_resolving_call(payment))
    return replace(fresh, doubt=Doubt.ASKED), Effect(Call.STATUS)


def _closed(payment: Payment, closed: Closed) -> Step:
    return replace(payment, closed=closed, watched=False, doubt=None), None


def _orphan_seen(payment: Payment, status: StatusSeen) -> Step:
    """Row 20: an orphan stays listed until so little is held that it cannot be there any more."""
    seen = replace(payment, seen=status.balance)
    if status.balance.authorised < payment.asked:
        return replace(seen, state=State.NOT_HELD), None
    return seen, None


def _seen_under_hold(payment: Payment, status: StatusSeen) -> Step:
    return replace(payment, holding=status.balance), None


def _seen_after(payment: Payment, status: StatusSeen) -> Step:
    return replace(payment, after=status.balance), None


def _settle(payment: Payment, status: StatusSeen) -> Step:
    if payment.doubt is None:
        return payment, None  # a reading that was asked for before the doubt was settled
    return (_settle_pay if payment.decision is None else _settle_decision)(payment, status)


def _ignore(payment: Payment, _: object) -> Step:
    return payment, None


# --- the table ---------------------------------------------------------------------------------------------

_Handler = Callable[[Payment, object], Step]
_Row = tuple[Iterable[State], Key, Callable[..., Step]]

_RESOLVING = (State.COMMITTING, State.CANCELLING, State.UNCLEAR)
_DOUBTED = (State.REQUESTING, *_RESOLVING)
_ENDED = (State.CANCELLED, State.REFUSED, State.NOT_HELD)
# What can still move a payment that a supervisor closed:
_NEWS = frozenset(
    {(Call.PAY, HoldPlaced), (Call.PAY, OutcomeUnknown), (Call.COMMIT, Accepted), (Call.CANCEL, Accepted)}
)
# Where a request that was given up may still be answered:
_LATE = (State.NOT_HELD, State.ORPHAN_HOLD, State.UNCLEAR)

_ROWS: tuple[_Row, ...] = (
    ([State.REQUESTING, *_LATE], (Call.PAY, HoldPlaced), _held),
    ([State.REQUESTING], (Call.PAY, NotSent), _pay_not_sent),
    ([State.REQUESTING], (Call.PAY, Refused), _pay_refused),
    ([State.REQUESTING], (Call.PAY, OutcomeUnknown), _pay_unknown),
    ([State.REQUESTING], Overdue, _overdue),
    ([*_LATE, State.REFUSED], (Call.PAY, Refused), _ignore),
    ([*_LATE, State.REFUSED], (Call.PAY, NotSent), _ignore),
    ([*_LATE, State.REFUSED], (Call.PAY, OutcomeUnknown), _late_pay_unknown),
    ([State.HELD], Take, _take),
    ([State.HELD], Release, _release),
    ([State.HELD], StatusSeen, _seen_under_hold),
    ([State.HELD], (Call.STATUS, StatusFailed), _ignore),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, Accepted), _accepted),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, NotSent), _not_answered),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, OutcomeUnknown), _not_answered),
    ([State.COMMITTING, State.UNCLEAR], (Call.COMMIT, Refused), _not_accepted),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, Accepted), _accepted),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, NotSent), _not_answered),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, OutcomeUnknown), _not_answered),
    ([State.CANCELLING, State.UNCLEAR], (Call.CANCEL, Refused), _not_accepted),
    (_DOUBTED, StatusSeen, _settle),
    (_DOUBTED, (Call.STATUS, StatusFailed), _status_failed),
    ([State.COMMITTED], StatusSeen, _seen_after),
    ([State.COMMITTED], (Call.STATUS, StatusFailed), _ignore),
    (_ENDED, StatusSeen, _ignore),
    (_ENDED, (Call.STATUS, StatusFailed), _ignore),
    ([State.ORPHAN_HOLD], StatusSeen, _orphan_seen),
    ([State.ORPHAN_HOLD], (Call.STATUS, StatusFailed), _ignore),
    ([State.REQUESTING, State.HELD, *_RESOLVING], Restarted, _restarted),
    ([State.ORPHAN_HOLD], Restarted, _look_again),
    ([State.ORPHAN_HOLD], AskedAgain, _look_again),
    ([State.UNCLEAR], AskedAgain, _asked_again),
    ([State.UNCLEAR], Release, _release_known),
    ([State.ORPHAN_HOLD, State.UNCLEAR], Closed, _closed),
)

TABLE: Final[dict[tuple[State, Key], _Handler]] = {
    (state, key): handler for states, key, handler in _ROWS for state in states
}
