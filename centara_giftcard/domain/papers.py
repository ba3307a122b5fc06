"""What a paper is about: facts with a meaning, before any wording. The printing side sets them in type.

A paper holds no card number but as its last four digits; the one exception is a live card itself, for whoever
has that paper has the money.
"""

from datetime import datetime
from enum import Enum
from typing import TypeGuard

from msgspec import Struct

from centara_giftcard.domain import issue as issuing
from centara_giftcard.domain import payment as paying
from centara_giftcard.domain.cards import CardStatus, Series
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.secrets import CardNumber


class PaperKind(Enum):
    """The papers a till prints; the values are the names of their template files, without `.txt`."""

    PAYMENT = "payment"  # a payment that was taken
    RELEASED = "released"  # a hold that was let go
    NOT_PAID = "not_paid"  # a payment that came to nothing
    SALE = "sale"
    UNDONE = "undone"
    BALANCE = "balance"
    CARD = "card"  # a live-printed card


class Item(Struct, frozen=True):
    """One card on a paper. `card` is masked; `operation` is what was done to it.

    `number` is the card's own, and stands only on the paper that is the card.
    """

    operation: str
    card: str
    amount: Money
    series: Series | None = None
    expires: datetime | None = None
    number: CardNumber | None = None


class Paper(Struct, frozen=True):
    """A paper to be set and printed: what happened, to which cards, and when (aware).

    `operation` finds it again in the till's journal; it is empty for a balance slip.
    `rest` is what the customer still owes, `left` what is still on the card: None where it is not known.
    `status` is the card as it was read, for a balance slip; `reason` the server's own word for a refusal.
    """

    kind: PaperKind
    operation: str
    at: datetime
    operator: str
    items: tuple[Item, ...]
    rest: Money | None = None
    left: Money | None = None
    status: CardStatus | None = None
    reason: str = ""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that this paper tells of."""
        return tuple(item.operation for item in self.items if item.operation)


_OF_A_PAYMENT = {
    Verdict.TAKEN: PaperKind.PAYMENT,
    Verdict.RELEASED: PaperKind.RELEASED,
    Verdict.NOT_DONE: PaperKind.NOT_PAID,
}


def paper_of_payment(payment: Payment, series: Series | None = None) -> Paper | None:
    """The paper of a payment with a card of `series` that came to its end, or None."""
    kind = _OF_A_PAYMENT.get(payment.verdict)
    if kind is None:
        return None
    return Paper(
        kind,
        payment.id,
        payment.created_at,
        payment.operator,
        (Item(payment.id, str(payment.card), payment.amount, series, payment.expires),),
        rest=payment.rest if kind is PaperKind.PAYMENT else None,
        left=payment.left,
        reason=payment.words if payment.state is paying.State.REFUSED else "",
    )


def item_of_issue(issue: Issue, series: Series | None = None) -> Item:
    """A card that was sold, or its sale undone, as a line of a paper."""
    return Item(issue.id, str(issue.card or ""), issue.amount, series, issue.expires)


def paper_of_issues(kind: PaperKind, first: Issue, *items: Item) -> Paper:
    """The paper of a sale, or of one that was undone; `first` is the operation by which it is known."""
    return Paper(kind, first.id, first.created_at, first.operator, items)


def is_sold(operation: Issue | Payment) -> TypeGuard[Issue]:
    """Whether a card was sold and the till holds it for sold still."""
    sale = isinstance(operation, Issue) and operation.kind is not issuing.Kind.UNISSUE
    return sale and operation.state is issuing.State.DONE
