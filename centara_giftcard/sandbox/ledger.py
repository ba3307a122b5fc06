"""The server's own books: cards, holds and a log of operations. Pure and synchronous.

Amounts are integer minor units of the one currency of the server; the clock comes in as an argument. Every
rule that can refuse raises `RefusalError`, which carries the HTTP status the server answers with. A call that
raises has changed nothing.

Rules the API page leaves open, as this (strict) server reads them:

- available = net - authorised - floor, never below 0; a payment for more is refused, never cut down;
- a hold resolves once: a commit or cancel of a resolved hold is refused with 409 (a repeat under the same
  idempotency key never reaches the ledger);
- any payment ever requested on a card, also a cancelled one, is a financial operation and bars un-issuing it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

FIRST_AUTH_CODE = 710_000_001
LIVE_NUMBER_DIGITS = 12
VALIDITY = timedelta(days=730)


class RefusalError(Exception):
    """The server's no: an HTTP `status`, a machine-readable `code`, and a short `detail` for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class HoldState(StrEnum):
    """A hold starts open and resolves exactly once."""

    OPEN = "open"
    BOOKING = "booking"  # committed: it holds nothing any more, and the money is not taken yet
    COMMITTED = "committed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Series(Struct, frozen=True):
    """A card series; `fixed` is the only amount its cards are sold for, or None where the till chooses."""

    number: str
    name: str
    live_printed: bool = False
    fixed: int | None = None


class Card(Struct, frozen=True):
    """A gift card; it is issued when `created` is set.

    `id` is the giftCardId and never the card number; a ledger gives one to a card that has none.
    """

    number: str
    id: str
    series: str
    created: datetime | None = None
    start: datetime | None = None
    expiry: datetime | None = None
    original: int = 0
    net: int = 0
    floor: int = 0
    customer: Mapping[str, object] | None = None


class Hold(Struct, frozen=True):
    """An authorisation; `idempotency_key` is that of the payment request, None for holds of other tills."""

    auth_code: str
    number: str
    amount: int
    state: HoldState
    idempotency_key: str | None


class Operation(Struct, frozen=True):
    """One line of the operations log: what changed the books, and when."""

    at: datetime
    kind: str
    number: str
    amount: int
    auth_code: str | None


class Names(Struct, frozen=True):
    """How a ledger names what it makes: opaque, stable, and without the card number in it."""

    kind: Literal["text", "number", "guid"] = "text"

    def card(self, number: str) -> str:
        """The giftCardId of a card that is given none."""
        digest = sha256(number.encode()).hexdigest()
        match self.kind:
            case "number":
                return str(int(digest[:12], 16))
            case "guid":
                return str(UUID(digest[:32]))
        return f"gc_{digest[:12]}"

    def hold(self, nth: int) -> str:
        """The auth code of a hold: digits only, so that a fault can send the same code as a JSON number."""
        code = str(FIRST_AUTH_CODE + nth)
        return str(UUID(sha256(code.encode()).hexdigest()[:32])) if self.kind == "guid" else code


class Ledger:
    """The books of one server. `held` maps card numbers to amounts that other tills hold on them."""

    def __init__(
        self,
        cards: Iterable[Card],
        series: Iterable[Series],
        held: Mapping[str, int] | None = None,
        names: Names = Names(),  # noqa: B008 - a value
    ) -> None:
        self._named = names
        self.cards: dict[str, Card] = {}
        self.holds: dict[str, Hold] = {}
        self.operations: list[Operation] = []
        self._series = {one.number: one for one in series}
        self._by_id: dict[str, str] = {}
        self._live_printed = 0
        for card in cards:
            self._put(card)
        for number, amount in (held or {}).items():
            self._place_hold(number, amount, None)

    def card(self, number: str) -> Card:
        """The card of this number; raises RefusalError 404."""
        try:
            return self.cards[number]
        except KeyError:
            raise RefusalError(404, "card_unknown", "No such gift card.") from None

    def number_of(self, instrument_id: str) -> str:
        """The card number behind an instrument id, which is another; raises RefusalError 404."""
        if instrument_id not in self._by_id:
            raise RefusalError(404, "instrument_unknown", "No such instrument.")
        return self._by_id[instrument_id]

    def held_on(self, auth_code: str) -> str:
        """The number of the card that a hold is on; raises RefusalError 404."""
        if auth_code not in self.holds:
            raise RefusalError(404, "authorization_unknown", "No such authorization.")
        return self.holds[auth_code].number

    def authorised(self, number: str) -> int:
        """The total of the open holds on a card."""
        return sum(h.amount for h in self.holds.values() if h.number == number and h.state is HoldState.OPEN)

    def available(self, number: str) -> int:
        """What a payment may take from a card now."""
        card = self.card(number)
        return max(0, card.net - self.authorised(number) - card.floor)

    def issue(self, number: str, amount: int | None, now: datetime) -> Card:
        """Activate a pre-issued card with `amount` (None: the series fixes it)."""
        card = self.card(number)
        if card.created is not None:
            raise RefusalError(409, "already_issued", "The gift card is already issued.")
        value = self._issue_amount(self._series.get(card.series), amount)
        return self._issued(card, value, now)

    def issue_live(self, series_number: str, amount: int | None, now: datetime) -> Card:
        """Make a new card of a live-printed series, issued with `amount`."""
        series = self._series.get(series_number)
        if series is None:
            raise RefusalError(404, "series_unknown", "No such gift card series.")
        if not series.live_printed:
            raise RefusalError(409, "series_pre_issued", "Cards of this series are pre-issued.")
        value = self._issue_amount(series, amount)
        number = self._new_number(series)
        return self._issued(Card(number, "", series.number), value, now)

    def unissue(self, number: str, now: datetime) -> Card:
        """Undo an issue; raises RefusalError 409 for a card that is not issued or was used."""
        card = self.card(number)
        if card.created is None:
            raise RefusalError(409, "card_not_issued", "The gift card is not issued.")
        if card.net != card.original or any(hold.number == number for hold in self.holds.values()):
            raise RefusalError(409, "card_used", "The gift card was already used.")
        self._log(now, "unissue", number, card.original)
        return self._put(replace(card, created=None, start=None, expiry=None, original=0, net=0))

    def pay(self, number: str, amount: int, now: datetime, key: str | None) -> Hold:
        """Place a hold of `amount` on a card that is issued, valid and has that much available."""
        card = self.card(number)
        if amount <= 0:
            raise RefusalError(422, "amount_invalid", "The amount must be above zero.")
        if card.created is None:
            raise RefusalError(422, "card_not_issued", "The gift card is not issued.")
        if card.start is not None and now < card.start:
            raise RefusalError(422, "card_not_yet_valid", "The gift card is not yet valid.")
        if card.expiry is not None and now > card.expiry:
            raise RefusalError(422, "card_expired", "The gift card has expired.")
        if amount > self.available(number):
            raise RefusalError(422, "insufficient_funds", "The amount is more than is available.")
        hold = self._place_hold(number, amount, key)
        self._log(now, "pay", number, amount, hold.auth_code)
        return hold

    def commit(self, number: str, auth_code: str) -> Hold:
        """Take an open hold, to be booked at once or later: it holds nothing any more."""
        self.card(number)
        hold = replace(self._open_hold(number, auth_code), state=HoldState.BOOKING)
        self.holds[auth_code] = hold
        return hold

    def book(self, auth_code: str, now: datetime) -> None:
        """The card's net falls by a hold that was committed."""
        hold = self.holds[auth_code]
        card = self.card(hold.number)
        self._put(replace(card, net=card.net - hold.amount))
        self._resolve(hold, HoldState.COMMITTED, "commit", now)

    def cancel(self, number: str, auth_code: str, now: datetime) -> Hold:
        """Release an open hold."""
        return self._resolve(self._open_hold(number, auth_code), HoldState.CANCELLED, "cancel", now)

    def lapse(self, auth_code: str, now: datetime) -> None:
        """Let a hold go that nobody resolved in time."""
        if self.holds[auth_code].state is HoldState.OPEN:
            self._resolve(self.holds[auth_code], HoldState.LAPSED, "lapse", now)

    def _put(self, card: Card) -> Card:
        card = card if card.id else replace(card, id=self._named.card(card.number))
        self.cards[card.number] = card
        self._by_id[card.id] = card.number
        return card

    def _issue_amount(self, series: Series | None, amount: int | None) -> int:
        fixed = series.fixed if series is not None else None
        if fixed is not None:
            if amount not in (None, fixed):
                raise RefusalError(422, "amount_fixed", "The series fixes another amount.")
            return fixed
        if amount is None:
            raise RefusalError(422, "amount_missing", "An amount is required.")
        if amount <= 0:
            raise RefusalError(422, "amount_invalid", "The amount must be above zero.")
        return amount

    def _issued(self, card: Card, amount: int, now: datetime) -> Card:
        self._log(now, "issue", card.number, amount)
        expiry = (now + VALIDITY).replace(hour=23, minute=59, second=59, microsecond=0)
        return self._put(replace(card, created=now, start=now, expiry=expiry, original=amount, net=amount))

    def _new_number(self, series: Series) -> str:
        while True:
            self._live_printed += 1
            number = f"{series.number}{self._live_printed:0{LIVE_NUMBER_DIGITS}d}"
            if number not in self.cards:
                return number

    def _place_hold(self, number: str, amount: int, key: str | None) -> Hold:
        code = self._named.hold(len(self.holds))
        self.holds[code] = Hold(code, number, amount, HoldState.OPEN, key)
        return self.holds[code]

    def _open_hold(self, number: str, auth_code: str) -> Hold:
        hold = self.holds.get(auth_code)
        if hold is None or hold.number != number:
            raise RefusalError(404, "authorization_unknown", "No such authorization on this gift card.")
        if hold.state is not HoldState.OPEN:
            raise RefusalError(409, "authorization_resolved", f"The authorization is already {hold.state}.")
        return hold

    def _resolve(self, hold: Hold, state: HoldState, kind: str, now: datetime) -> Hold:
        self._log(now, kind, hold.number, hold.amount, hold.auth_code)
        resolved = replace(hold, state=state)
        self.holds[hold.auth_code] = resolved
        return resolved

    def _log(self, at: datetime, kind: str, number: str, amount: int, auth_code: str | None = None) -> None:
        self.operations.append(Operation(at, kind, number, amount, auth_code))
