"""Every paper of the till as a document: what happened, set by the shop's templates in the till's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from centara_giftcard.domain.cards import CardStatus, KnownCard
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.receipts import (
    Field,
    Kind,
    Receipt,
    Templates,
)
from centara_giftcard.terminal.events import PaymentShown
from centara_giftcard.terminal.printing import (
    PrintEvent,
    ReceiptPending,
    ReceiptPrinted,
    Trouble,
)
from centara_giftcard.ui.presenters import sentences
from centara_giftcard.ui.presenters.views import Band, Tone
from centara_giftcard.words import Words

_NOTHING_TAKEN: Final = (State.CANCELLED, State.REFUSED, State.NOT_HELD)

_ADVICE: Final[dict[Trouble, str]] = {
    Trouble.OUT_OF_PAPER: "The printer is out of paper. Put in a new roll, then print again.",
    Trouble.COVER_OPEN: "The printer's cover is open. Close it, then print again.",
    Trouble.OFF: "The printer is offline or has a fault. Look at its lamps, then print again.",
    Trouble.UNREACHABLE: "The printer cannot be reached. Check its power and its cable, then print again.",
    Trouble.LOST: "The printer broke off. Check what came out, then print again.",
    Trouble.GARBAGE: "What answers is no receipt printer. Check the printer's address in the settings.",
    Trouble.FAILED: "The receipt could not be printed. Try again, then call support.",
}


@dataclass(frozen=True)
class SoldCard:
    """A card of a sale as its paper tells it; `expires` is aware, None where the server told none."""

    card: KnownCard
    amount: Money
    expires: datetime | None = None


@dataclass(frozen=True)
class Receipts:
    """Makes the papers of one till. `descriptions` are the series' own, by the number of the series."""

    words: Words
    templates: Templates
    store: str
    pos: str
    descriptions: Mapping[str, str] = field(default_factory=dict)

    def payment(self, event: PaymentShown) -> Receipt:
        """A payment as it stands: taken, released, or why it was not paid."""
        say, money, payment = self.words.say, self.words.money, event.payment
        taken, released = payment.state is State.COMMITTED, payment.state is State.CANCELLED
        told = say("Gift card payment") if taken else sentences.payment(self.words, event)[0].headline
        label = say("Paid") if taken else say("Released") if released else say("Amount")
        values = {
            **self._card(event.card, payment.amount, event.status.expires, label),
            "left": self._money("Left on the card", event.left),
            "rest": Field(money(event.rest) if event.rest else "", say("Left to pay")),
            "note": Field(say("Nothing was taken from the card.") if payment.state in _NOTHING_TAKEN else ""),
            "reason": Field(payment.words if payment.state is State.REFUSED else ""),
        }
        kind = Kind.PAYMENT if taken else Kind.RELEASED if released else Kind.NOT_PAID
        return self._paper(kind, payment.id, told, payment.created_at, payment.operator, values)

    def sale(self, operation: str, at: datetime, operator: str, cards: Sequence[SoldCard]) -> Receipt:
        """The cards that were sold to one customer (at least one); only those that are active."""
        say = self.words.say
        total = cards[0].amount
        for card in cards[1:]:
            total += card.amount
        told = say("Gift card sold") if len(cards) == 1 else say("Gift cards sold")
        values = {
            "total": self._money("Total", total),
            "count": Field(str(len(cards)), say("Gift cards sold")),
        }
        rows = [self._card(card.card, card.amount, card.expires, say("Amount")) for card in cards]
        return self._paper(Kind.SALE, operation, told, at, operator, values, rows)

    def undone(self, operation: str, at: datetime, operator: str, card: SoldCard) -> Receipt:
        """A sale that was undone."""
        values = self._card(card.card, card.amount, card.expires, self.words.say("Amount"))
        return self._paper(Kind.UNDONE, operation, self.words.say("Sale undone"), at, operator, values)

    def balance(
        self, operation: str, at: datetime, operator: str, card: KnownCard, status: CardStatus
    ) -> Receipt:
        """What a card holds; `at` is when its status was read."""
        say = self.words.say
        values = {
            **self._card(card, status.available, status.expires, say("Available")),
            "available": self._money("Available", status.available),
            "held": self._money("Held", status.balance.authorised or None),
            "spent": self._money("Spent", status.spent or None),
            "original": self._money("Original", status.original),
        }
        return self._paper(Kind.BALANCE, operation, say("Balance"), at, operator, values)

    def live_card(self, operation: str, at: datetime, operator: str, card: SoldCard) -> Receipt:
        """The gift card itself, with its whole number: whoever has this paper has the money."""
        values = self._card(card.card, card.amount, card.expires, self.words.say("Amount"))
        told = self.words.say("Gift card")
        return self._paper(Kind.CARD, operation, told, at, operator, values, number=card.card)

    def _paper(
        self,
        kind: Kind,
        operation: str,
        title: str,
        at: datetime,
        operator: str,
        values: Mapping[str, Field],
        rows: Sequence[Mapping[str, Field]] = (),
        number: KnownCard | None = None,
    ) -> Receipt:
        say = self.words.say
        known = {
            **values,
            "title": Field(title),
            "store": Field(say("Store {store}", store=self.store)),
            "store_number": Field(self.store, say("Store number")),
            "till": Field(say("Till {pos}", pos=self.pos)),
            "till_number": Field(self.pos, say("Till number")),
            "operator": Field(say("Operator {id}", id=operator) if operator else ""),
            "date": Field(self.words.date(at)),
            "time": Field(self.words.time(at)),
            "operation": Field(operation),
        }
        lines = self.templates.lines(kind, known, rows, number.number if number else None)
        return Receipt(operation, lines, say("COPY"))

    def _card(self, card: KnownCard, amount: Money, expires: datetime | None, label: str) -> dict[str, Field]:
        say = self.words.say
        until = self.words.date(expires) if expires else ""
        series = card.series
        return {
            "series": Field(series.name if series else say("Gift card"), say("Gift card")),
            "description": Field(self.descriptions.get(series.number, "") if series else ""),
            "card": Field(str(card.number), say("Card")),
            "amount": Field(self.words.money(amount) if amount else "", label),
            "valid_until": Field(until, say("Valid until")),
            "validity": Field(say("Valid until {date}", date=until) if until else ""),
        }

    def _money(self, label: str, amount: Money | None) -> Field:
        return Field("" if amount is None else self.words.money(amount), self.words.say(label))


def print_band(words: Words, event: PrintEvent) -> Band:
    """How the printing goes: for a line under the result, never instead of it (row 33)."""
    match event:
        case ReceiptPending():
            headline = (
                words.say("Receipt not printed")
                if event.count == 1
                else words.say("{count} receipts not printed", count=event.count)
            )
            return Band(Tone.ATTENTION, headline, words.say(_ADVICE[event.trouble]))
        case ReceiptPrinted(copy=True):
            return Band(Tone.INFO, words.say("Copy printed"))
        case ReceiptPrinted():
            return Band(Tone.INFO, words.say("Receipt printed"))
        case _:
            return Band(Tone.INFO, words.say("Printing the receipt"), busy=True)
