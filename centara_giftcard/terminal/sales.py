"""A sale of cards as data: what the list holds, what it waits for, and a card as it was read."""

from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import CardStatus, KnownCard, NotUndoable, SaleRules, Series, Unsellable
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import StatusFailed


class Sight(Struct, frozen=True):
    """A card as it was read: `asked_at` is the operations' mark at the asking, `at_s` when it came."""

    card: KnownCard
    status: CardStatus
    asked_at: int
    at_s: float


class SaleStep(Enum):
    """What the sale waits for."""

    SCAN = "scan"
    CHECKING = "checking"
    PACKAGE = "package"
    AMOUNT = "amount"
    SELLING = "selling"
    DONE = "done"


class Unfit(Struct, frozen=True):
    """A card that was read and cannot be sold, or its sale not undone: why, and how it was read."""

    why: Unsellable | NotUndoable
    status: CardStatus


Trouble = Unfit | StatusFailed


class SaleLine(Struct, frozen=True):
    """One card of the list. `sight` is None for a card that is printed live; `amount` where the series fixes
    it and the settings do not say it. `trouble` is why it was not sold and nothing was sent."""

    series: Series | None
    amount: Money | None
    sight: Sight | None = None
    issue: Issue | None = None
    trouble: Trouble | None = None
    undone: bool = False

    @property
    def open(self) -> bool:
        """Whether it still has to be sold."""
        return self.issue is None and self.trouble is None

    def named(self, card: KnownCard) -> bool:
        """Whether this line is about that card."""
        return self.sight is not None and self.sight.card == card

    @property
    def rules(self) -> SaleRules:
        """How its series is sold."""
        return rules_of(self.series)

    def priced(self, amount: Money) -> "SaleLine":
        """The same for `amount`."""
        return replace(self, amount=amount)

    def read_again(self, sight: Sight) -> "SaleLine":
        """The same with its card as it is now."""
        return replace(self, sight=sight)

    def sold_by(self, issue: Issue | None) -> "SaleLine":
        """The same with the operation that sells it, as it is now; None: it could not be begun."""
        return replace(self, issue=issue)

    def passed_over(self, trouble: Trouble) -> "SaleLine":
        """The same, not sold."""
        return replace(self, trouble=trouble)

    def taken_back(self) -> "SaleLine":
        """The same, its sale undone."""
        return replace(self, undone=True)


def rules_of(series: Series | None) -> SaleRules:
    """The sale rules of a series; where the settings name none, an amount is all that is needed."""
    return series.sale if series is not None else SaleRules()
