"""The documents of the Loyalty server, and what they mean in the domain's words.

Source: reference/centara-gift-cards-api.txt for the status document, the wire contract's [A] lines for the
rest. Every reader takes the bytes of a 2xx reply and raises `Unreadable` for anything that is not the
expected shape; none of them raises anything else, whatever the bytes are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from centara_giftcard.domain.cards import MAX_NUMBER, MIN_NUMBER, Balance, CardStatus
from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import HoldPlaced, Issued
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId, Secret
from centara_giftcard.loyalty.answers import names_one_of
from centara_giftcard.loyalty.exact_json import Unreadable, parse, rescue
from centara_giftcard.loyalty.rules import WireRules

MAX_TEXT: Final = 200
"""Longest id or auth code that is believed; it becomes part of an address."""

MAX_NAME: Final = 60
"""Characters of a customer's name that are kept for the screen."""


D = TypeVar("D", bound="_Document")


class WrongCard(Exception):
    """A readable answer about another card than the one that was asked for."""


def _moment(value: object) -> datetime | None:
    """Read ISO 8601 into UTC. The first and the last year stand for "no date" (.NET's MinValue, MaxValue)."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) <= len("2024-01-05"):  # a date alone leaves the hour open
        raise ValueError("a date and time is needed")
    moment = datetime.fromisoformat(value)
    if moment.year in (MINYEAR, MAXYEAR):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _code_text(value: object) -> object:
    """An auth code may be a JSON number; only a plain whole one has a text that is certain."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0 and not value.is_signed():
        return str(value)
    return value


def _printable(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        raise ValueError("printable characters are needed")
    return value


_Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
_Moment = Annotated[datetime | None, BeforeValidator(_moment)]
_Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_printable)]
_Code = Annotated[_Text, BeforeValidator(_code_text)]


class _Document(BaseModel):
    """Strict: a boolean or a string is no number, a number is no string. Unknown members are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_camel)


class AccountDocument(_Document):
    """Amounts in major units. None of them can be below zero."""

    amount_net: _Amount
    amount_original: _Amount
    amount_floor: _Amount
    amount_authorized: _Amount


class StatusDocument(_Document):
    """The status document. `gift_card_number` is not in the specification, but some replies may have it."""

    gift_card_id: _Text
    created: _Moment = None
    expiry_date: _Moment = None
    start_date: _Moment = None
    series_number: Annotated[str, Field(max_length=MAX_TEXT)]
    account: AccountDocument
    customer: Any = None
    gift_card_number: Any = None


class PaymentDocument(_Document):
    """The answer to a request for payment, under the names of the default rules."""

    auth_code: _Code
    amount: _Amount | None = None
    account: AccountDocument | None = None
    gift_card_id: Any = None
    gift_card_number: Any = None


@dataclass(frozen=True)
class Reader:
    """Reads replies under one set of rules, in one currency."""

    rules: WireRules
    currency: Currency

    def status(
        self,
        body: bytes,
        card: CardNumber,
        expected: InstrumentId | None = None,
        server_time: datetime | None = None,
    ) -> CardStatus:
        """Read a status document about `card`. Raises Unreadable, WrongCard."""
        document = _shaped(StatusDocument, parse(body))
        instrument = InstrumentId(document.gift_card_id)
        if not _same(document.gift_card_number, card) or expected not in (None, instrument):
            raise WrongCard
        return self._card_status(document, card, server_time)

    def issue(
        self, body: bytes, card: CardNumber, instrument: InstrumentId, server_time: datetime | None = None
    ) -> Issued:
        """Read the reply to an issue, which may be empty: then the status tells. Raises as `status`."""
        return Issued(self.status(body, card, instrument, server_time) if body.strip() else None)

    def live_issue(self, body: bytes, series_number: str, server_time: datetime | None = None) -> Issued:
        """Read the new card's number, and its status where more than the number can be read.

        Raises Unreadable without a number, WrongCard for a card of another series.
        """
        number = _new_number(body)
        try:
            document = _shaped(StatusDocument, parse(body))
            status = self._card_status(document, number, server_time)
        except Unreadable:
            return Issued(None, number)
        if document.series_number not in ("", series_number):
            raise WrongCard
        return Issued(status, number)

    def hold(self, body: bytes, card: CardNumber, instrument: InstrumentId, asked: Money) -> HoldPlaced:
        """Read the answer to a request for payment; without an amount it is the one asked for.

        Raises Unreadable, also for an amount of zero; `rescued_code` may still find the code then.
        """
        members = parse(body)
        if not isinstance(members, dict):
            raise Unreadable
        code, amount = members.get(self.rules.auth_code_field), members.get(self.rules.amount_field)
        document = _shaped(PaymentDocument, {**members, "authCode": code, "amount": amount})
        held = asked if document.amount is None else self._money(document.amount)
        if not held:
            raise Unreadable
        return HoldPlaced(
            AuthCode(document.auth_code),
            held,
            self._balance(document.account) if document.account else None,
            _same(document.gift_card_number, card) and _same(document.gift_card_id, instrument),
        )

    def rescued_code(self, body: bytes) -> AuthCode | None:
        """Find the auth code in a reply that is broken, cut off, or wrong in another member."""
        code = rescue(body, self.rules.auth_code_field)
        usable = code and len(code) <= MAX_TEXT and code.isprintable() and code == code.strip()
        return AuthCode(code) if code and usable and "\ufffd" not in code else None

    def _card_status(
        self, document: StatusDocument, card: CardNumber, server_time: datetime | None
    ) -> CardStatus:
        original = self._money(document.account.amount_original)
        issued = {
            "created": document.created is not None,
            "start_date": document.start_date is not None,
            "value": bool(original),
        }
        return CardStatus(
            instrument=InstrumentId(document.gift_card_id),
            series_number=_shown(document.series_number, (card,)),
            issued=issued[self.rules.issued_when],
            balance=self._balance(document.account),
            original=original,
            floor=self._money(document.account.amount_floor),
            created=document.created,
            starts=document.start_date,
            expires=document.expiry_date,
            customer=display_name(document.customer, (card,)),
            server_time=server_time,
        )

    def _balance(self, account: AccountDocument) -> Balance:
        net, authorised = self._money(account.amount_net), self._money(account.amount_authorized)
        return Balance(net + authorised if self.rules.net_excludes_holds else net, authorised)

    def _money(self, value: Decimal) -> Money:
        try:
            return Money.of(value, self.currency)
        except AmountError:
            raise Unreadable from None


def display_name(customer: object, hidden: Collection[Secret] = ()) -> str:
    """Give the name to show for a `customer` of unknown shape, or nothing if none is plainly there.

    A name with one of the `hidden` values in it is none.
    """
    if not isinstance(customer, dict):
        return ""
    first, last = _name(customer.get("firstName")), _name(customer.get("lastName"))
    candidates = [_name(customer.get(member)) for member in ("displayName", "name", "fullName")]
    name = next(filter(None, [*candidates, f"{first} {last}".strip()]), "")
    return _shown(name, hidden)[:MAX_NAME].rstrip()


def _shown(text: str, hidden: Collection[Secret]) -> str:
    """A text for the screen, or nothing: a server may call a customer without a name by the card's number."""
    return text if text.isprintable() and not names_one_of(text, hidden) else ""


def _name(value: object) -> str:
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def _new_number(body: bytes) -> CardNumber:
    """Find the number that a live issue made: `giftCardNumber`, also in a text that is broken or cut off.

    Without one it is `giftCardId`, in a whole document only: of one cut off, the number may be what is lost.
    """
    number: object = _ungrouped(rescue(body, "giftCardNumber") or "")
    if not number:
        members = parse(body)
        if not isinstance(members, dict) or members.get("giftCardNumber") is not None:
            raise Unreadable
        number = members.get("giftCardId")
    if not isinstance(number, str) or not (number.isascii() and number.isalnum()):
        raise Unreadable
    if not MIN_NUMBER <= len(number) <= MAX_NUMBER:
        raise Unreadable
    return CardNumber(number)


def _same(told: object, asked: CardNumber | InstrumentId) -> bool:
    """Whether a reply's number or id is the one asked about; one that is absent or no text tells nothing."""
    return not isinstance(told, str) or _ungrouped(told) == _ungrouped(asked.reveal())


def _ungrouped(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _shaped(model: type[D], members: object) -> D:
    try:
        return model.model_validate(members)
    except ValidationError:
        raise Unreadable from None  # its text quotes what was sent
