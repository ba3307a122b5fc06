"""A payment as data: where it stands, what was decided, and all that is known of it.

What happens to one is `domain.payment`'s table; its rules are in `domain.payment_request` (is there a hold?)
and `domain.payment_decision` (what became of it?).
"""

from enum import Enum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    HeldForAnother,
    OperationBase,
    Overdue,
    Overtaken,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
    Verdict,
    pause_s,
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


_ENDS: Final = {
    State.HELD: Verdict.HELD,
    State.COMMITTED: Verdict.TAKEN,
    State.CANCELLED: Verdict.RELEASED,
    State.REFUSED: Verdict.NOT_DONE,
    State.NOT_HELD: Verdict.NOT_DONE,
    State.ORPHAN_HOLD: Verdict.MAY_BE_HELD,
    State.UNCLEAR: Verdict.UNCLEAR,
}


class Payment(OperationBase, frozen=True, kw_only=True):
    """One payment and all that is known of it.

    `held` is what the server holds. `lost`: the decision was sent, and for once no plain no came back: it
    may have been carried out. `contradicted`: the server said yes to the decision, and a reading showed that
    nothing was done. `noes` counts plain noes and conflicts to it without another answer between them.
    `overtaken`: this till went on with the card while it was unclear. `after` is the reading that agrees
    with the end. `guessed`: how much is held was not told. `wanted`: the cashier takes the payment as soon
    as the hold is seen. `looks` counts the readings still to come of a card on which nothing was held. For
    the receipt, also after a restart: `due` is all that the customer owed, `floor` what of the card may not
    be spent.
    """

    card: CardNumber
    instrument: InstrumentId
    asked: Money
    before: Balance
    state: State = State.REQUESTING
    held: Money | None = None
    guessed: bool = False
    wanted: bool = False
    auth_code: AuthCode | None = None
    holding: Balance | None = None
    decision: Decision | None = None
    lost: bool = False
    contradicted: bool = False
    noes: int = 0
    overtaken: bool = False
    after: Balance | None = None
    seen: Balance | None = None
    looks: int = 0
    due: Money | None = None
    floor: Money | None = None

    @property
    def verdict(self) -> Verdict:
        """What is true of it, as far as can be proven."""
        if self.closed and self.state not in SETTLED:
            return Verdict.CLOSED
        return _ENDS.get(self.state, Verdict.FINDING_OUT if self.doubtful else Verdict.GOING_ON)

    @property
    def asked_hold(self) -> Money | None:
        return self.asked

    @property
    def hold_known(self) -> bool:
        return self.auth_code is not None

    @property
    def taking(self) -> bool:
        return self.decision is Decision.TAKE

    @property
    def left(self) -> Money | None:
        """What can still be spent from the card, once its balance was read again after the payment."""
        if self.after is None or self.floor is None:
            return None
        return self.after.available(self.floor)

    @property
    def rest(self) -> Money | None:
        """What the customer still owes once it is taken; None where that is nothing."""
        return None if self.due is None else (self.due - self.amount) or None

    @property
    def ended(self) -> bool:
        """Whether it came to an end that is told as such; a reading may yet speak against an `unread` one."""
        return self.state in SETTLED or self.closed is not None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to find out, or a supervisor took it off the list."""
        return self.closed is not None or (self.state in SETTLED and not self.unread and not self.lingers)

    @property
    def listed(self) -> bool:
        """Whether it belongs on the list of what is open."""
        return not self.settled and not self.lingers

    @property
    def standing(self) -> Money | None:
        """What may be held on the card for it, as far as the last reading tells; None where nothing is."""
        if self.held is None or self.auth_code is None or self.settled:
            return None
        left = None if self.seen is None else self.seen.authorised
        return self.held if left is None or left >= self.held else None

    @property
    def confirmed(self) -> bool:
        """Whether a reading has shown the hold; without one in time F12 is offered all the same."""
        return self.holding is not None

    @property
    def lingers(self) -> bool:
        """Whether nothing was held after a lost answer, and the card is still looked at (row 19b)."""
        return self.state is State.NOT_HELD and self.looks > 0

    @property
    def known(self) -> Balance:
        """The last reading in which nothing was held for it, as long as no hold is known."""
        return self.before if self.seen is None or self.state is State.REQUESTING else self.seen

    @property
    def kind_name(self) -> str:
        """Its kind, as the journal's export calls it."""
        return "payment"

    @property
    def request(self) -> Call:
        """The call that asks for the hold."""
        return Call.PAY

    @property
    def taken(self) -> bool:
        return self.state is State.COMMITTED

    @property
    def unread(self) -> bool:
        """Whether its end stands on the server's word alone: no reading could be had since (row 28b)."""
        return self.state in {State.COMMITTED, State.CANCELLED} and self.doubt is Doubt.ACCEPTED

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
    def resolving(self) -> bool:
        """Whether what was decided is being carried out, without anything against it so far."""
        return self.state in {State.COMMITTING, State.CANCELLING} and not self.doubtful

    @property
    def doubtful(self) -> bool:
        """Whether the last answer was not a clean one and the till is finding out what became of it."""
        clean = self.doubt in {None, Doubt.ACCEPTED} and not self.attempts and not self.contradicted
        return not self.told and not clean and self.state is not State.HELD


class Take(Struct, frozen=True):
    """The cashier takes the payment (F12)."""


class Release(Struct, frozen=True):
    """The cashier, or the till itself, lets the hold go."""


Event = (
    Take
    | Release
    | Restarted
    | Overdue
    | Unread
    | AskedAgain
    | Closed
    | HeldForAnother
    | Overtaken
    | StatusSeen
    | Reply
)
Step = tuple[Payment, Effect | None]


def for_a_person(payment: Payment) -> Step:
    """What the till cannot tell any more by itself."""
    return replace(payment, state=State.UNCLEAR, doubt=None, watched=False), None


def repeated(payment: Payment, call: Call, at_least_s: float | None = None) -> Step:
    """Make `call` again after a growing pause; a person is asked after six in vain."""
    attempts = payment.attempts + 1
    state = State.UNCLEAR if attempts >= ATTEMPTS else payment.state
    return replace(payment, state=state, attempts=attempts), Effect(call, pause_s(attempts, at_least_s))
