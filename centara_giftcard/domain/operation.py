"""What payments and issues have in common: the calls they make, the events they hear, and how they repeat.

An operation is one thing that a till does to a card. Each kind has a machine of its own, a pure function over
a table (`domain.payment`, `domain.issue`); the terminal carries out their effects and need not know which is
which.
"""

from datetime import datetime
from enum import Enum
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    Issued,
    Misfit,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)

QUIET_S: Final = 30.0
"""How far apart two equal readings must be before "nothing happened" is believed."""

PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Pauses before the repeats of a commit, a cancel or a status; a person is asked after these."""

WATCH_S: Final = 16.0
"""Pause between further repeats, once a person was asked."""

LOOKS_S: Final = (60.0, 120.0, 300.0, 900.0, 1800.0, *[3600.0] * 8)
"""When a card is read again on which nothing was held after a lost answer: a gateway may yet carry it out."""

PROOF_S: Final = 3.0
"""How long a reading may keep the word waiting that the server's plain yes came true."""

LONGEST_WISH_S: Final = 30.0
"""A server that asks for more patience than this (Retry-After) is asked again all the same."""

_INSTANT_S: Final = 0.001

ATTEMPTS: Final = len(PAUSES_S) + 1


class Call(Enum):
    """A call to the server on behalf of an operation."""

    PAY = "pay"
    COMMIT = "commit"
    CANCEL = "cancel"
    ISSUE = "issue"
    ISSUE_LIVE = "issue_live"
    UNISSUE = "unissue"
    STATUS = "status"


class Doubt(Enum):
    """What the next status reading is to decide."""

    LOST = "lost"  # no usable reply: the request may have been carried out
    REFUSED = "refused"  # the server said no, which is no proof that nothing moved
    CONFLICT = "conflict"  # 409: lost, and what is read may be another till's doing
    ASKED = "asked"  # left to a person already, who asks whether it can be told by now
    PLACED = "placed"  # the server said that it holds: the reading is to show the hold
    ACCEPTED = "accepted"  # the server said yes: the reading is to show that it came true


Result = HoldPlaced | Issued | Accepted | Refused | NotSent | OutcomeUnknown | StatusFailed


class Verdict(Enum):
    """What is true of an operation, as far as the till can prove it. Decided here, once, for whoever shows,
    prints or sounds it; `unread` says beside an end that it stands on the server's word alone.
    """

    GOING_ON = "going on"  # asked, and nothing speaks against it so far
    FINDING_OUT = "finding out"  # the last answer was not a clean one
    HELD = "held"  # a hold about which nobody decided yet
    TAKEN = "taken"
    RELEASED = "released"  # the hold is gone, and nothing was taken with it
    SOLD = "sold"
    TO_HAND_OVER = "to hand over"  # a live card is sold, and nobody was given it yet
    UNDONE = "undone"  # a sale was undone
    NOT_DONE = "not done"  # nothing was held, sold or undone
    MAY_BE_HELD = "may be held"  # an orphan: held, and nobody has its code
    UNCLEAR = "unclear"  # no reading can tell any more, or the till has asked long enough: for a person
    CLOSED = "closed"  # a person took it off the list; what was known of it stays


class Restarted(Struct, frozen=True):
    """The operation was found unfinished in the journal at start: what was in flight is unknown (row 36)."""


class Overdue(Struct, frozen=True):
    """No reply to the request in time; the till goes on listening for a late one (row 22)."""


class Unread(Struct, frozen=True):
    """The server said yes, and no reading could be had in time: its word has to do until one can be."""


class AskedAgain(Struct, frozen=True):
    """A person wants the till to find out once more about what it had left to a person."""


class Closed(Struct, frozen=True):
    """A supervisor takes the operation off the list of exceptions, and says why. What is known stays."""

    supervisor: str
    reason: str


class OperationBase(Struct, frozen=True, kw_only=True):
    """What is known of any operation. `id` is made before anything is sent and never reused.

    `doubt` is what the next reading is to decide; `problem` and `words` say why the last answer was not
    clean, `misfit` what of it could not be read; `attempts` counts sends (or readings) without a usable
    answer, `watched` whether the till still finds out by itself. `quiet_since_s` is monotonic and means
    nothing after a restart. `closed` stands only on what was left to a person. For the receipt, also after a
    restart: `series` is the number of the card's series, `expires` its last moment.
    """

    id: str
    operator: str
    created_at: datetime
    series: str = ""
    expires: datetime | None = None
    doubt: Doubt | None = None
    problem: Cause | None = None
    words: str = ""
    misfit: Misfit | None = None
    attempts: int = 0
    watched: bool = True
    quiet_since_s: float | None = None
    closed: Closed | None = None

    @property
    def asked_hold(self) -> Money | None:
        """What it asked the server to hold; None where it asked for no hold."""
        return None

    @property
    def hold_known(self) -> bool:
        """Whether it has had the code of a hold."""
        return False

    @property
    def taking(self) -> bool:
        """Whether the decision is to take what is held."""
        return False

    @property
    def lingers(self) -> bool:
        """Whether nothing was held after a lost answer, and the card is still looked at (row 19b)."""
        return False

    @property
    def releasable(self) -> bool:
        """Whether there is a hold that nobody decided about: the till can let it go."""
        return False

    @property
    def standing(self) -> Money | None:
        """What may be held on the card for it, as far as the last reading tells; None where nothing is."""
        return None

    @property
    def rest(self) -> Money | None:
        """What the customer still owes once it is taken; None where that is nothing."""
        return None

    @property
    def taken(self) -> bool:
        """Whether a card was paid with."""
        return False

    @property
    def undid_a_sale(self) -> bool:
        """Whether the sale of its card is undone, and a reading has shown it."""
        return False

    @property
    def unprinted(self) -> bool:
        """Whether a live card exists that nobody was given yet."""
        return False

    @property
    def ended_by_hand(self) -> bool:
        """Whether it ended by what somebody did at this till, and was told there."""
        return False


class HeldForAnother(Struct, frozen=True):
    """A person closed another payment of this till on the card, of which so much may be held for ever."""

    held: Money


class Overtaken(Struct, frozen=True):
    """This till goes on with a card on which this is unclear: what moves there now may be its own doing."""


class StatusSeen(Struct, frozen=True):
    """A card read at `at_s` on the monotonic clock. `original` is None where only the balance was told.

    `others` is what other lost requests of this till turn out to hold in this reading, None for nothing;
    `by_the_way` is a reading that was made for another reason; `alone`: this till knows of no other hold of
    its own on the card.
    """

    balance: Balance
    at_s: float
    issued: bool = True
    original: Money | None = None
    expires: datetime | None = None
    others: Money | None = None
    by_the_way: bool = False
    alone: bool = False


class Reply(Struct, frozen=True):
    """What a call came back with."""

    call: Call
    result: Result


class Effect(Struct, frozen=True):
    """The one thing to do next: make `call` after a pause of `after_s` seconds.

    With `unread_s` the operation hears `Unread` that much later, if it still waits for a reading then.
    """

    call: Call
    after_s: float = 0.0
    unread_s: float | None = None


Key = type | tuple[Call, type]
"""How a machine's table names an event: its type, or a call and the type of its result."""


def key_of(event: object) -> Key:
    """The table's name for `event`."""
    return (event.call, type(event.result)) if isinstance(event, Reply) else type(event)


def misfit_of(event: object) -> Misfit | None:
    """What of a call's answer did not fit, where that is what `event` tells."""
    result = event.result if isinstance(event, Reply) else None
    return result.misfit if isinstance(result, OutcomeUnknown) else None


def told_as(key: Key) -> str:
    """The same name for people."""
    return f"{key[0].value} {key[1].__name__}" if isinstance(key, tuple) else key.__name__


def pause_s(attempts: int, at_least_s: float | None = None) -> float:
    """How long to wait before asking again after `attempts` in vain; `at_least_s` is the server's wish."""
    usual_s = PAUSES_S[attempts - 1] if attempts <= len(PAUSES_S) else WATCH_S
    return max(usual_s, min(at_least_s or 0.0, LONGEST_WISH_S))


def quiet_left_s(since_s: float | None, at_s: float) -> float:
    """How many seconds the quiet window has still to go at a reading; 0 when it is over."""
    left_s = QUIET_S - (at_s - (at_s if since_s is None else since_s))
    return left_s if left_s > _INSTANT_S else 0.0  # rounding must not make a pause of next to nothing
