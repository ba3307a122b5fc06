"""The server's books: cards, holds, what was committed. An honest server: it does what its answers say, once.

It does not know Idempotency-Key (nothing in the terminal may rely on it), has no dates and no floor.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from centara_giftcard.domain.cards import Balance, CardStatus, Series
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.secrets import InstrumentId

EUR: Final = Currency.of("EUR")
SERIES: Final = (Series("Classic", "6091", "6091", 16),)


class Fate(Enum):
    """What became of a hold; it is resolved once."""

    OPEN = "open"
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
    """One card. `net` is lowered by commits only."""

    number: str
    original: int
    net: int
    holds: list[Hold] = field(default_factory=list)

    @property
    def authorised(self) -> int:
        """The total of the open holds."""
        return sum(hold.minor for hold in self.holds if hold.fate is Fate.OPEN)

    @property
    def adds_up(self) -> bool:
        """Whether the balance is the original less what was committed."""
        return self.net == self.original - sum(h.minor for h in self.holds if h.fate is Fate.COMMITTED)

    def status(self) -> CardStatus:
        """The status document, read."""
        balance = Balance(eur(self.net), eur(self.authorised))
        return CardStatus(
            InstrumentId(f"gc-{self.number}"), "6091", True, balance, eur(self.original), eur(0)
        )


class Ledger:
    """All cards by number, all holds by code."""

    def __init__(self, originals: tuple[int, ...]) -> None:
        numbers = [card_number(i) for i in range(len(originals))]
        self.accounts = {n: Account(n, o, o) for n, o in zip(numbers, originals, strict=True)}
        self.holds: dict[str, Hold] = {}

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
        if hold.fate is not Fate.OPEN:
            return False
        hold.fate = fate
        if fate is Fate.COMMITTED:
            self.accounts[hold.card].net -= hold.minor
        return True

    def open(self) -> list[Hold]:
        """Every open hold, oldest first."""
        return [hold for hold in self.holds.values() if hold.fate is Fate.OPEN]


def card_number(index: int) -> str:
    """The number of a card of the plan."""
    return f"609100000000{1111 * (index + 1):04}"


def eur(minor: int) -> Money:
    """An amount in cents."""
    return Money(minor, EUR)
