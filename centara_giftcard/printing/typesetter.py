"""Sets the till's papers: what happened, by the shop's templates, in the till's words."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.papers import Item, Paper, PaperKind
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.printing.template_text import Field, Templates
from centara_giftcard.words import Words

_TITLES: Final = {
    PaperKind.PAYMENT: "Gift card payment",
    PaperKind.RELEASED: "Not paid. The hold was released",
    PaperKind.NOT_PAID: "Not paid",
    PaperKind.SALE: "Gift card sold",
    PaperKind.UNDONE: "Sale undone",
    PaperKind.BALANCE: "Balance",
    PaperKind.CARD: "Gift card",
}
_AMOUNTS: Final = {PaperKind.PAYMENT: "Paid", PaperKind.RELEASED: "Released", PaperKind.BALANCE: "Available"}
"""What the amount of a card is called, where it is not plainly "Amount"."""


class Typesetter(Struct, frozen=True):
    """Makes receipts of the papers of one till."""

    words: Words
    templates: Templates
    store: str
    pos: str
    name: str = ""

    def set(self, paper: Paper) -> Receipt:
        """Set `paper`: lines with nothing to say are left out, whatever the template."""
        say, kind = self.words.say, paper.kind
        label = say(_AMOUNTS.get(kind, "Amount"))
        rows = [self._card(item, label) for item in paper.items]
        known = {
            "title": Field(self._title(paper)),
            "store": Field(say("Store {store}", store=self.store)),
            "store_number": Field(self.store, say("Store number")),
            "till": Field(say("Till {pos}", pos=self.pos)),
            "till_number": Field(self.pos, say("Till number")),
            "till_name": Field(self.name),
            "operator": Field(say("Operator {id}", id=paper.operator) if paper.operator else ""),
            "date": Field(self.words.date(paper.at)),
            "time": Field(self.words.time(paper.at)),
            "operation": Field(paper.operation),
            **(self._sums(paper) if kind is PaperKind.SALE else {**rows[0], **self._facts(paper)}),
        }
        number = paper.items[0].number if kind is PaperKind.CARD else None
        return Receipt(paper.operation, self.templates.lines(kind, known, rows, number), say("COPY"))

    def _title(self, paper: Paper) -> str:
        if paper.kind is PaperKind.SALE and len(paper.items) > 1:
            return self.words.say("Gift cards sold")
        if paper.kind is PaperKind.PAYMENT and paper.rest:
            return self.words.say("Gift card, part payment")
        return self.words.say(_TITLES[paper.kind])

    def _sums(self, paper: Paper) -> Mapping[str, Field]:
        total = paper.items[0].amount
        for item in paper.items[1:]:
            total += item.amount
        count = Field(str(len(paper.items)), self.words.say("Gift cards sold"))
        return {"total": self._money("Total", total), "count": count}

    def _facts(self, paper: Paper) -> Mapping[str, Field]:
        """What only some papers say."""
        untaken = paper.kind in {PaperKind.RELEASED, PaperKind.NOT_PAID}
        facts = {
            "left": self._money("Left on the card", paper.left),
            "rest": self._money("Left to pay", paper.rest),
            "note": Field(self.words.say("Nothing was taken from the card.") if untaken else ""),
            "reason": Field(paper.reason),
        }
        status = paper.status
        if status is not None:
            facts |= {
                "available": self._money("Available", status.available),
                "held": self._money("Held", status.balance.authorised or None),
                "spent": self._money("Spent", status.spent or None),
                "original": self._money("Original", status.original),
            }
        return facts

    def _card(self, item: Item, label: str) -> dict[str, Field]:
        say, series = self.words.say, item.series
        until = self.words.date(item.expires) if item.expires else ""
        return {
            "series": Field(series.name if series else say("Gift card"), say("Gift card")),
            "description": Field(series.description if series else ""),
            "card": Field(item.card, say("Card")),
            "amount": Field(self.words.money(item.amount), label),
            "valid_until": Field(until, say("Valid until")),
            "validity": Field(say("Valid until {date}", date=until) if until else ""),
        }

    def _money(self, label: str, amount: Money | None) -> Field:
        return Field("" if amount is None else self.words.money(amount), self.words.say(label))
