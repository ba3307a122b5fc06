"""The server's books: cards, holds, what was committed. An honest server: it does what its answers say, once.

It does not know Idempotency-Key (nothing in the terminal may rely on it), has no dates and no floor.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from simulation.plan import Dialect

from centara_giftcard.domain.cards import Balance, CardStatus, Series, SeriesKind
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.secrets import InstrumentId

EUR: Final = Currency.of("EUR")
LIVE_SERIES: Final = "6092"
SERIES: Final = (
    Series("Classic", "6091", "6091", 16),
    Series("Printed", LIVE_SERIES, LIVE_SERIES, 16, kind=SeriesKind.LIVE_PRINTED),
)


class Fate(Enum):
    """What became of a hold; it is resolved once."""

    OPEN = "open"
    BOOKING = "booking"  # not held any more, and not taken yet
    COMMITTED = "committed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass
class Hold:
    """One authorisation and whose it is."""

    code: str
    operation: str
    till: int
    card: str
    minor: int
    fate: Fate = Fate.OPEN


@dataclass
class Account:
    """One card. `net` is lowered by commits only; `holds` are those since it was issued; `by` is the
    operation that issued or un-issued it last."""

    number: str
    original: int
    net: int
    issued: bool = True
    by: str = ""
    holds: list[Hold] = field(default_factory=list)

    @property
    def authorised(self) -> int:
        """The total of the open holds."""
        return sum(hold.minor for hold in self.holds if hold.fate is Fate.OPEN)

    @property
    def adds_up(self) -> bool:
        """Whether the balance is the original less what was committed."""
        return self.net == self.original - sum(h.minor for h in self.holds if h.fate is Fate.COMMITTED)

    @property
    def instrument(self) -> InstrumentId:
        """The server's id of the card."""
        return InstrumentId(f"gc-{self.number}")

    def status(self, dialect: Dialect) -> CardStatus:
        """The status document, as the server writes it and a till that is set so reads it."""
        told = self.net - self.authorised if dialect.excludes else self.net
        net = told + self.authorised if dialect.set_excludes else told
        balance = Balance(eur(net), eur(self.authorised))
        return CardStatus(self.instrument, self.number[:4], self.issued, balance, eur(self.original), eur(0))


@dataclass
class Live:
    """A card that was printed live: the operation that made it, on which till."""

    account: Account
    operation: str
    till: int
    scanned: bool = False

    @property
    def waits(self) -> bool:
        """Whether somebody has still to be given it."""
        return self.account.issued and not self.scanned


class Ledger:
    """All cards by number, all holds by code; which operations sold a card and for how much, which undid one.

    The last `blank` cards are not issued yet.
    """

    def __init__(self, originals: tuple[int, ...], blank: int) -> None:
        self.accounts: dict[str, Account] = {}
        for i, original in enumerate(originals + (0,) * blank):
            number = card_number(i)
            self.accounts[number] = Account(number, original, original, issued=i < len(originals))
        self.holds: dict[str, Hold] = {}
        self.sold: dict[str, int] = {}
        self.undone: set[str] = set()
        self.live: dict[str, Live] = {}

    def pay(self, operation: str, till: int, card: str, minor: int) -> Hold | None:
        """Place a hold, or none where the balance does not cover it."""
        account = self.accounts[card]
        if minor > account.net - account.authorised:
            return None
        hold = Hold(f"auth-{len(self.holds) + 1}", operation, till, card, minor)
        self.holds[hold.code] = hold
        account.holds.append(hold)
        return hold

    def resolve(self, code: str, fate: Fate) -> bool:
        """Resolve an open hold; False where it is resolved already."""
        hold = self.holds[code]
        if hold.fate is not Fate.OPEN and not (hold.fate is Fate.BOOKING and fate is Fate.COMMITTED):
            return False
        hold.fate = fate
        if fate is Fate.COMMITTED:
            self.accounts[hold.card].net -= hold.minor
        return True

    def issue(self, operation: str, card: str, minor: int) -> bool:
        """Put `minor` on a card that is not issued; False where it is."""
        account = self.accounts[card]
        if account.issued:
            return False
        account.issued, account.original, account.net, account.holds = True, minor, minor, []
        account.by = operation
        self.sold[operation] = minor
        return True

    def issue_live(self, operation: str, till: int, minor: int) -> Account:
        """Make a new card."""
        account = Account(f"{LIVE_SERIES}{len(self.live) + 1:012}", minor, minor, by=operation)
        self.accounts[account.number] = account
        self.sold[operation] = minor
        self.live[operation] = Live(account, operation, till)
        return account

    def unissue(self, operation: str, card: str) -> bool:
        """Take a card back that was not used; False where it was, or is not issued."""
        account = self.accounts[card]
        if not account.issued or account.authorised or account.net != account.original:
            return False
        account.issued, account.original, account.net, account.holds = False, 0, 0, []
        account.by = operation
        self.undone.add(operation)
        return True


def card_number(index: int) -> str:
    """The number of a card of the plan."""
    return f"609100000000{1111 * (index + 1):04}"


def eur(minor: int) -> Money:
    """An amount in cents."""
    return Money(minor, EUR)
