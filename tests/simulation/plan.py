"""A run as data: who does what when, and what goes wrong. Nothing here happens; `chance` draws it, `world`
runs it.

Every fault names the call it strikes (till, kind of call, how many-th of that kind), never a moment of a
random generator, so that a plan keeps its meaning when a part of it is left out: that is how a failing one
is shrunk. Times are virtual seconds since the start.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

APPLIED_WITHIN_S: Final = 25.0
"""A request is applied at most so long after its sender could know that no reply would come. The catalogue's
quiet window (30 s) promises nothing beyond it: a server that wakes up later is outside of what is
simulated."""


class Amounts(Enum):
    """How the amounts of the sales are chosen."""

    DISTINCT = "distinct"  # no sum of some equals a sum of others: every movement tells whose it is
    FEW = "few"  # the same few over and over, as in a shop: two movements may look like one another


class Again(Enum):
    """What the server says to a commit or cancel of a hold that is resolved already."""

    NOT_FOUND = "404"
    GONE = "410"
    CONFLICT = "409"
    SAME = "2xx where it was resolved the same way, else 404"


class Kind(Enum):
    """What a call comes back with instead of the clean answer."""

    SLOW = "slow"  # the clean answer, later
    LIES = "says yes and does nothing"
    LATER = "says yes and does it `breaks_s` later"
    BOOKS_LATER = "ends the hold, says yes and takes the money `breaks_s` later"
    DOUBLED = "comes twice"  # of a reading: the second answer is there when the next card is asked for
    TWICE = "twice"  # a proxy delivers it again `breaks_s` later; the answer that is back first counts
    LOST = "lost"  # the connection breaks
    SILENT = "silent"  # nothing comes, for ever
    NOT_SENT = "not sent"
    BAD = "422"
    UNKNOWN = "404"
    TOKEN = "401"
    CONFLICT = "409"
    BUSY = "429"
    SERVER = "500"
    UNREADABLE = "unreadable"
    RESCUED = "unreadable with its code"  # the rest only for a request for payment
    OTHER_CARD = "names another card"
    MORE = "holds more than asked"  # or puts more on a card that is issued
    PART = "holds a part"
    HALF = "holds a half, and says so under a name that nobody knows"
    HUNDREDTH = "holds a hundredth of what it says"
    PROMISED = "202"  # and, where it `applies`, does it `breaks_s` later
    NO = "200 with a body that says no"


class Down(Enum):
    """How a server is out of reach."""

    REFUSES = "refuses connections"
    SWALLOWS = "swallows everything"
    ANSWERS_503 = "answers 503"
    ANSWERS_401 = "refuses every token"
    RESTARTS = "restarts"  # every connection breaks at once; then it refuses them until it is up


@dataclass(frozen=True)
class Fidget:
    """`delay_s` after a screen named `screen` appears, the cashier presses `key` (or scans: `scan 0`)."""

    screen: str
    delay_s: float
    key: str


@dataclass(frozen=True)
class Sale:
    """One customer: scan, type, Enter, decide (`f12`, `escape`, or `walk` away).

    `twice`: presses are doubled; `insists`: how often Enter is pressed again where nothing came of it.
    """

    till: int
    at_s: float
    card: int
    minor: int
    decision: str
    think_s: float
    patience_s: float
    twice: bool = False
    insists: int = 0
    fidgets: tuple[Fidget, ...] = ()


LIVE: Final = -1
"""In place of a card of the plan: one that is printed live; to scan, the newest of the till."""


@dataclass(frozen=True)
class CardSale:
    """One customer who buys cards, each (card, amount): F3, scan or series button, price, F12, printed cards
    scanned back (`hands_over`)."""

    till: int
    at_s: float
    cards: tuple[tuple[int, int], ...]
    patience_s: float
    twice: bool = False
    hands_over: bool = True


@dataclass(frozen=True)
class Undo:
    """One customer who brings a card back: F4, scan, F12."""

    till: int
    at_s: float
    card: int
    patience_s: float
    twice: bool = False


@dataclass(frozen=True)
class Press:
    """A key at any moment: `f2`, `f3`, `f4`, `f12`, `enter`, `escape`, a digit, `scan 1`, `series 0`,
    `price 2500`; or `restart`: ended and begun anew.

    On the list of open holds and exceptions, each of the so-many-th thing listed: `ask 0`, `let go 0`,
    `close 0` by a supervisor, `sneak 0`: closed by somebody who is none.
    """

    till: int
    at_s: float
    key: str


@dataclass(frozen=True)
class Fault:
    """Strikes the `nth` call of `call` (status, pay, commit, …) that a till makes.

    The request arrives after `before_s`, is carried out if `applies`, and its answer needs `after_s`; a LOST
    one breaks off `breaks_s` after it was sent.
    """

    till: int
    call: str
    nth: int
    kind: Kind
    applies: bool
    before_s: float = 0.02
    after_s: float = 0.02
    breaks_s: float = 0.05


@dataclass(frozen=True)
class Outage:
    """The server is down from `at_s` for `lasts_s`; what was under way is lost."""

    at_s: float
    lasts_s: float
    how: Down


@dataclass(frozen=True)
class DiskFault:
    """The `nth` access to a till's journal fails, and the `more` after it; `written`: it reached the disk."""

    till: int
    nth: int
    more: int
    written: bool


@dataclass(frozen=True)
class Crash:
    """Power is cut at the `nth` step of a till (see `life.Life.step`), `ticks` turns of the loop after it."""

    till: int
    nth: int
    ticks: int
    down_s: float


@dataclass(frozen=True)
class ClockJump:
    """The wall clock of a till is set forward or, below 0, back by `by_s`."""

    till: int
    at_s: float
    by_s: float


@dataclass(frozen=True)
class Nap:
    """A till sleeps: nothing of it runs, what is in flight breaks. Windows' monotonic clock counts that time
    (`counted`), Linux' does not."""

    till: int
    at_s: float
    lasts_s: float
    counted: bool


@dataclass(frozen=True)
class Expiry:
    """The server lets the `nth` hold that it placed go by itself, `after_s` later."""

    nth: int
    after_s: float


@dataclass(frozen=True)
class Dialect:
    """How the server is in all that it does, and how the till is set for it.

    `excludes`: its net has what is held taken off; `set_excludes`: the till takes it for one of those.
    `by_header`: it answers again what it answered under the same Idempotency-Key. `lapses_s`: each hold goes
    by itself so much later.
    """

    excludes: bool = False
    set_excludes: bool = False
    by_header: bool = False
    lapses_s: float | None = None

    @property
    def misread(self) -> bool:
        """Whether the till is set for another server."""
        return self.excludes is not self.set_excludes


@dataclass(frozen=True)
class Plan:
    """One whole run. `cards` are worth so much; `blank` more are not issued yet. `calls_s` and `writes_s` are
    the tapes of ordinary waiting times."""

    seed: int
    tills: int
    cards: tuple[int, ...]
    blank: int
    amounts: Amounts
    again: Again
    tells_balance: bool
    calls_s: tuple[float, ...]
    writes_s: tuple[float, ...]
    heals_s: float
    sales: tuple[Sale, ...] = ()
    card_sales: tuple[CardSale, ...] = ()
    undos: tuple[Undo, ...] = ()
    presses: tuple[Press, ...] = ()
    faults: tuple[Fault, ...] = ()
    outages: tuple[Outage, ...] = ()
    disk: tuple[DiskFault, ...] = ()
    crashes: tuple[Crash, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    jumps: tuple[ClockJump, ...] = ()
    naps: tuple[Nap, ...] = ()
    dialect: Dialect = Dialect()
