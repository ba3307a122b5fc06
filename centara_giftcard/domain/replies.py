"""What a call to the Loyalty server comes back with: values, because the payment machine acts on each.

Every POST ends as exactly one of three kinds (wire contract, "Three kinds of result"): answered
(`HoldPlaced`, `Issued`, `Accepted`, `Refused`), `NotSent`, or `OutcomeUnknown`.
"""

from enum import Enum

from msgspec import Struct
from msgspec.structs import astuple

from centara_giftcard.domain.cards import Balance, CardStatus
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.secrets import AuthCode, CardNumber


class Cause(Enum):
    """Why a call did not bring the answer it was made for."""

    NAME = "name"  # the server's name could not be resolved
    CONNECT = "connect"  # refused, or no connection in time
    TLS = "tls"  # the handshake failed; it is never bypassed
    LOST = "lost"  # written or partly written, then nothing usable came back
    TIMEOUT = "timeout"  # sent, and no reply in time
    SERVER_ERROR = "server_error"  # 5xx and gateway answers
    BUSY = "busy"  # 429
    CONFLICT = "conflict"  # 408, 409: nobody can say
    NOT_YET = "not_yet"  # accepted (202), and not known to be done
    UNREADABLE = "unreadable"  # a success that is not in the expected shape
    NOT_ACCEPTED = "not_accepted"  # 401, 403: the till's token
    NOT_FOUND = "not_found"  # 404
    REFUSED = "refused"  # any other 4xx
    WRONG_CARD = "wrong_card"  # the answer is about another card
    TAKEN = "taken"  # an orphan hold is gone, and as much of the balance with it
    NOT_SHOWN = "not_shown"  # the reading under a hold does not show it
    LESS_SHOWN = "less_shown"  # the reading under a hold shows less than the server said
    NET_FELL = "net_fell"  # net fell by what is held: it excludes holds, and the settings do not say so
    NET_ROSE = "net_rose"  # net seems to have risen by it: it includes holds, the settings say otherwise
    HOLDS_UNTOLD = "holds_untold"  # the server does not tell what is held, and nothing else can tell
    UNITS = "units"  # a hundred times more is held, or a hundred times less, than was said
    ISSUED_WHEN = "issued_when"  # whether the card counts as issued and what is on it contradict each other
    # The server holds more than was asked, or put another amount on a card; the word stands in journals.
    AMOUNT_DIFFERS = "more_held"
    JOURNAL = "journal"  # nothing the server did: the decision could not be written down, either way


class Misfit(Struct, frozen=True):
    """Why a success was UNREADABLE: which `member`, by our name for it, and its `shape`; never its value."""

    member: str
    shape: str


class _ButForTheLast(Struct, frozen=True, eq=False):
    """Two are equal whatever their last field holds: it tells support how, and decides nothing."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ButForTheLast) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        return (type(self), *astuple(self)[:-1])


class NotSent(Struct, frozen=True):
    """Provably never reached the server; nothing happened there. Cause NAME, CONNECT or TLS."""

    cause: Cause


class OutcomeUnknown(_ButForTheLast, frozen=True):
    """It may or may not have happened. `auth_code` is one that could be rescued from an unreadable reply."""

    cause: Cause
    retry_after_s: float | None = None
    auth_code: AuthCode | None = None
    misfit: Misfit | None = None


class Refused(Struct, frozen=True):
    """A 4xx, or a success whose body says no; not yet proof that nothing happened.

    `words` are the server's, short plain text, or empty.
    Cause NOT_ACCEPTED, NOT_FOUND or REFUSED.
    """

    cause: Cause
    words: str = ""


class HoldPlaced(_ButForTheLast, frozen=True):
    """The answer to a request for payment. `balance` where the reply carried the account.

    `amount` is what the server says it holds (it may differ from what was asked), or, where it did not say,
    what was asked (`told` is False then); `same_card` is False where the reply names another card.
    """

    auth_code: AuthCode
    amount: Money
    balance: Balance | None = None
    same_card: bool = True
    told: bool = True  # how the amount is known, not what is held


class Issued(Struct, frozen=True):
    """A clean success of an issue. `status` where the reply carried the card's document; `card` is the number
    that a live issue brought, None for a card whose number was known before."""

    status: CardStatus | None = None
    card: CardNumber | None = None


class Accepted(Struct, frozen=True):
    """A clean success of a commit, a cancel or an un-issue: no 202; empty, or JSON that does not say no."""


class StatusFailed(_ButForTheLast, frozen=True):
    """No status could be read. `retry_after_s` is the server's own wish, where it had one."""

    cause: Cause
    words: str = ""
    retry_after_s: float | None = None
    misfit: Misfit | None = None


PayReply = HoldPlaced | Refused | NotSent | OutcomeUnknown
ResolveReply = Accepted | Refused | NotSent | OutcomeUnknown
IssueReply = Issued | Refused | NotSent | OutcomeUnknown
