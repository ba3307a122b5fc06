"""The documents of the Loyalty server, and what they mean in the domain's words.

Source: reference/centara-gift-cards-api.txt for the status document, the wire contract's [A] lines for the
rest. Every reader takes the bytes of a 2xx reply and raises `Unreadable` for anything that is not the
expected shape; none of them raises anything else, whatever the bytes are.

What names itself is read without being told: members in any case, one wrapper around them, ids and codes as
texts or numbers, amounts as numbers or texts. What only decorates a card (a date, a customer) never makes it
unreadable. What could mean two things is not guessed.
"""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from msgspec import Struct

from centara_giftcard.domain.cards import MAX_NUMBER, MIN_NUMBER, Balance, CardStatus, Series
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import HoldPlaced, Issued
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId, Secret
from centara_giftcard.loyalty.answers import names_one_of
from centara_giftcard.loyalty.exact_json import LOST_LETTER, Path, Unreadable, parse, rescue
from centara_giftcard.loyalty.members import (
    WRAPPERS,
    Members,
    at,
    folded,
    folded_path,
    folding,
    identifier,
    is_bare_code,
    is_usable,
    layers,
    leaves,
    shape_of,
)
from centara_giftcard.loyalty.moments import is_told, moment

MAX_NAME: Final = 60
"""Characters of a customer's name that are kept for the screen."""

# Folded names, see `members`.
_CARD_WRAPPERS: Final = WRAPPERS | {"giftcard", "card", "instrument"}
_NUMBERS: Final = (
    "giftcardnumber",
    "cardnumber",
    "giftcardno",
    "cardno",
    "newgiftcardnumber",
    "newcardnumber",
)
_OTHER_CODES: Final = frozenset(
    """authorizationcode authorisationcode authorizationid authorisationid authorizationnumber
    authorisationnumber authid authnumber authorization authorisation holdcode holdid""".split()
)
_CODE_BOXES: Final = frozenset("auth authorization authorisation hold".split())
_HELD: Final = frozenset(
    "held hold authorized authorised authorization authorisation auth approved reserved granted accepted "
    "blocked payment transaction".split()
)
_BARE_HELD: Final = frozenset("held approved reserved granted authorized authorised".split())
_HOLD_BOXES: Final = WRAPPERS | _CODE_BOXES | {"payment", "transaction"}
"""Objects in an answer to a request for payment whose codes and amounts are those of the hold."""

_AMOUNT_TEXT: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,60})?")
_MASKED: Final = re.compile(r"[*•#]|[Xx]{4}")


class WrongCard(Exception):
    """A readable answer about another card than the one that was asked for."""


class Reader(Struct, frozen=True):
    """Reads replies under one set of rules, in one currency; a date without a time is a day in `zone`.

    `series` are those that this till knows: the number of a new card must look like one of its series.
    """

    rules: WireRules
    currency: Currency
    zone: tzinfo = UTC
    series: tuple[Series, ...] = ()

    def status(
        self,
        body: bytes,
        card: CardNumber,
        expected: InstrumentId | None = None,
        server_time: datetime | None = None,
    ) -> CardStatus:
        """Read a status document about `card`. Raises Unreadable, WrongCard."""
        document = self._card_of(_answer_of(body))
        status = self._card_status(document, card, server_time)
        if not _names(document, card) or expected not in (None, status.instrument):
            raise WrongCard
        return status

    def issue(
        self, body: bytes, card: CardNumber, instrument: InstrumentId, server_time: datetime | None = None
    ) -> Issued:
        """Read the reply to an issue; without the card's document in it, the card is to be read.

        Raises as `status`.
        """
        document = _answer_of(body)
        if not any(_is_card(layer) for layer in layers(document, _CARD_WRAPPERS)):
            return Issued()
        return Issued(self.status(body, card, instrument, server_time))

    def live_issue(
        self, body: bytes, series_number: str, server_time: datetime | None = None, location: str = ""
    ) -> Issued:
        """Read the new card's number, and its status where more than the number can be read.

        Raises Unreadable without a number of the series, WrongCard for a card of another series.
        """
        number = self._new_number(body, series_number, location)
        try:
            status = self._card_status(self._card_of(parse(body)), number, server_time)
        except Unreadable:
            return Issued(None, number)
        if status.series_number not in ("", series_number):
            raise WrongCard
        return Issued(status, number)

    def hold(
        self, body: bytes, card: CardNumber, instrument: InstrumentId, asked: Money, location: str = ""
    ) -> HoldPlaced:
        """Read the answer to a request for payment; without an amount it is the one asked for.

        Raises Unreadable, also for an amount of zero or two amounts; `rescued_code` may still find the code.
        """
        document = _answer_of(body)
        found = list(layers(document))
        return HoldPlaced(
            self._code(document, location),
            self._held(document) or asked,
            next((self._told_balance(it["account"]) for it in found if "account" in it), None),
            all(_names(layer, card) and self._fits(layer, instrument) for layer in found),
            told=self._held(document) is not None,
        )

    def rescued_code(self, body: bytes, location: str = "") -> AuthCode | None:
        """Find the auth code in a reply that is broken, cut off, or wrong in another member."""
        try:
            document = parse(body)
            if isinstance(document, dict):
                return self._code(document, location)
        except Unreadable:
            pass
        code = rescue(body, _leads_to([folded_path(self.rules.auth_code_field)], WRAPPERS))
        return AuthCode(code) if code and is_usable(code) else None

    # --- the parts of an answer -------------------------------------------------------------------------

    def _code(self, document: object, location: str) -> AuthCode:
        """The one auth code of an answer, by the surest name that it has one under."""
        if isinstance(document, str | Decimal):
            if not is_bare_code(str(document)):
                raise Unreadable(self.rules.auth_code_field, "missing")
            return AuthCode(str(document))
        own = folded_path(self.rules.auth_code_field)
        boxes = _CODE_BOXES | set(own)
        found = list(leaves(document, (_HOLD_BOXES | boxes).__contains__))
        surest_first = (
            [value for path, value in found if path[-len(own) :] == own],
            [it for path, it in found if path[-1] in _OTHER_CODES and isinstance(it, str | Decimal)],
            [it for path, it in found if path[-1] in ("code", "value") and path[-2:-1] and path[-2] in boxes],
            [it for path, it in found if path[-1] in ("id", "number") and path[-2:-1] and path[-2] in boxes],
        )
        for candidates in surest_first:
            codes = {identifier(it, self.rules.auth_code_field) for it in candidates if it is not None}
            if len(codes) > 1:
                raise Unreadable(self.rules.auth_code_field, "there twice")
            if codes:
                return AuthCode(codes.pop())
        # The part before a hold's code in an address is that of the commit, whose address is set.
        before = re.search(r"([^/{}]+)/\{code\}", self.rules.commit_path)
        names = f"authori[sz]ations|{re.escape(before[1])}" if before else "authori[sz]ations"
        found_at = re.search(rf"/(?:{names})/([^/?#]+)", location)
        if found_at is None or not is_usable(unquote(found_at[1])):
            raise Unreadable(self.rules.auth_code_field, "missing")
        return AuthCode(unquote(found_at[1]))

    def _held(self, document: object) -> Money | None:
        """The one amount that an answer says is held; None where it says none."""
        name = self.rules.held_field or self.rules.amount_field
        own = folded_path(name)
        plain = leaves(document, lambda it: it in _HOLD_BOXES or it in own or _names_a_hold(it))
        found = [(path, value) for path, value in plain if value is not None]
        accounts = {path[:-1] for path, _ in found if path[-1] == "amountnet"}
        told = [value for path, value in found if path[-len(own) :] == own != ("amount",)]
        told = told or [
            value
            for path, value in found
            if _is_held(path, value) and not (path[-1].startswith("amount") and path[:-1] in accounts)
        ]
        if not told and any(isinstance(layer.get("amount"), dict) for layer in layers(document)):
            raise Unreadable(name, "an object")
        amounts = {self._money(value, name) for value in told}
        if len(amounts) > 1:
            raise Unreadable(name, "there twice")
        if amounts and not all(amounts):
            raise Unreadable(name, "zero")
        return amounts.pop() if amounts else None

    def _new_number(self, body: bytes, series_number: str, location: str) -> CardNumber:
        """Find the number that a live issue made: under its name, also in a text that is broken or cut off.

        Without a name it is `giftCardId`, in a whole document only: of one cut off, the number may be what is
        lost. Where the series' shape is known, a bare text or the last of a `Location` may be it.
        """
        series = next((it for it in self.series if it.number == series_number), None)
        own = self.rules.new_number_field
        name = own or "giftCardNumber"
        ways = [folded_path(own)] if own else [(it,) for it in _NUMBERS]
        named = rescue(body, _leads_to(ways, _CARD_WRAPPERS))
        number = _ungrouped(named or "")
        if not number:
            document = _answer_of(body)
            found = list(layers(document, _CARD_WRAPPERS))
            if any(at(layer, way) is not None for layer in found for way in ways):
                raise Unreadable(name, "unclear")
            ids = () if own else (it for it in map(self._id_in, found) if it is not None)
            told = next(iter(ids), None)
            if told is None and series is not None and not own:
                told = (
                    document if isinstance(document, str | Decimal) else unquote(location.rpartition("/")[2])
                )
            number = identifier(told, name)
        if not (number.isascii() and number.isalnum() and MIN_NUMBER <= len(number) <= MAX_NUMBER):
            raise Unreadable(name, "no card number")
        if series is not None and not series.fits(number):
            raise Unreadable(name, "no number of its series")
        return CardNumber(number)

    def _id_in(self, document: Members) -> object:
        return at(document, folded_path(self.rules.instrument_field))

    def _fits(self, document: Members, instrument: InstrumentId) -> bool:
        """Whether an answer to a request for payment is about an instrument, as far as it tells."""
        own = folded_path(self.rules.instrument_field)
        told = at(document, ("giftcardid",) if own == ("id",) else own)  # an `id` is rather the hold's
        return not isinstance(told, str | Decimal) or str(told) == instrument.reveal()

    def _card_of(self, document: object) -> Members:
        found = list(layers(document, _CARD_WRAPPERS))
        cards = [*filter(_is_card, found), *(it for it in found if self._id_in(it) is not None)]
        if cards:
            return cards[0]
        if isinstance(document, dict):
            raise Unreadable(self.rules.instrument_field, "missing")
        raise Unreadable("body", shape_of(document))

    def _card_status(self, document: Members, card: CardNumber, server_time: datetime | None) -> CardStatus:
        account, created, starts = _account_of(document), document.get("created"), document.get("startdate")
        original = self._amount(account, "amountOriginal", needed=False)
        issued = {
            "created": is_told(created, self.zone),
            "start_date": is_told(starts, self.zone),
            "value": bool(original),
        }
        return CardStatus(
            instrument=InstrumentId(identifier(self._id_in(document), self.rules.instrument_field)),
            series_number=_series_number(document, card),
            issued=issued[self.rules.issued_when],
            balance=self._balance(account),
            original=original,
            floor=self._amount(account, "amountFloor", needed=False),
            created=self._moment(created),
            starts=self._moment(starts),
            expires=self._moment(document.get("expirydate"), day_ends=True),
            customer=display_name(document.get("customer"), (card,)),
            server_time=server_time,
        )

    def _moment(self, value: object, day_ends: bool = False) -> datetime | None:
        times_in: tzinfo = UTC
        if self.rules.time_zone != "UTC":
            times_in = ZoneInfo(self.rules.time_zone)
        return moment(value, self.zone, day_ends, times_in)

    def _told_balance(self, account: object) -> Balance | None:
        """The balance beside a hold, which only tells sooner what the next reading will."""
        try:
            return self._balance(folding(account)) if isinstance(account, dict) else None
        except Unreadable:
            return None

    def _balance(self, account: Members) -> Balance:
        net, member = self._amount(account, "amountNet"), "amountAuthorized"
        if self._member(account, member) is _ABSENT and not self.rules.net_excludes_holds:
            return Balance(net, None)
        authorised = self._amount(account, member)
        return Balance(net + authorised if self.rules.net_excludes_holds else net, authorised)

    def _member(self, account: Members, name: str) -> object:
        return account.get(folded(name), account.get(folded(name).replace("z", "s"), _ABSENT))

    def _amount(self, account: Members, name: str, needed: bool = True) -> Money:
        """An amount of the account; null is nothing, and so is one that is absent and not needed."""
        value = self._member(account, name)
        if value is _ABSENT and needed:
            raise Unreadable(f"account.{name}", "missing")
        if value is None or value is _ABSENT:
            return Money(0, self.currency)
        return self._money(value, f"account.{name}")

    def _money(self, value: object, member: str) -> Money:
        if isinstance(value, str) and _AMOUNT_TEXT.fullmatch(value.strip()):
            value = Decimal(value.strip())
        if not isinstance(value, Decimal):
            raise Unreadable(member, shape_of(value))
        if value.is_signed() and value:
            raise Unreadable(member, "below zero")
        try:
            if self.rules.amounts == "minor":
                # `50.00` is no minor units: read and sent so, a sale of 12.50 would put 1250.00 on a card.
                if value.is_finite() and int(value.as_tuple().exponent) < 0:
                    raise Unreadable(member, 'a decimal point, and amounts = "minor"')
                return Money(Money.of(value, _UNITS).minor, self.currency)
            return Money.of(value, self.currency)
        except AmountError as error:
            raise Unreadable(member, _NO_AMOUNT[error.reason]) from None


_UNITS: Final = Currency("XXX", 0)
"""Minor units are read as amounts of a currency that has no smaller ones."""

_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_ABSENT: Final = object()
_NO_AMOUNT: Final = {
    "malformed": "no number",
    "decimals": "too many decimals",
    "too_large": "too large",
}


def _answer_of(body: bytes) -> object:
    """An answer as JSON, or as the one word that it consists of; None for an empty one. Raises Unreadable."""
    text = body.strip(_BLANK)
    if not text:
        return None
    try:
        return parse(text)
    except Unreadable:
        word = text.decode("ascii", errors="replace")
        if is_bare_code(word):
            return word
        raise


def _is_card(document: Members) -> bool:
    return not document.keys().isdisjoint(("account", "giftcardid", "amountnet"))


def _account_of(document: Members) -> Members:
    account = document.get("account")
    if isinstance(account, dict):
        return folding(account)
    if account is None and "amountnet" in document:  # a server that tells all in one object
        return document
    raise Unreadable("account", shape_of(account))


def _leads_to(ways: Collection[Path], wrappers: Collection[str]) -> Callable[[Path], bool]:
    """Whether names are one of the ways to a member, from the outermost object or from one it wraps."""

    def leads(names: Path) -> bool:
        told = tuple(map(folded, names))
        return told in ways or (told[1:] in ways and told[0] in wrappers)

    return leads


def _is_held(path: tuple[str, ...], value: object) -> bool:
    """Whether a value is, by its name, the amount of a hold."""
    *boxes, name = path
    box = boxes[-1] if boxes else ""
    if name == "amount" or (name == "value" and _names_a_hold(box)):
        return not box or box in _HOLD_BOXES or _names_a_hold(box)
    return _names_a_hold(name) or (name in _BARE_HELD and isinstance(value, Decimal))


def _names_a_hold(name: str) -> bool:
    return name == "amount" or (
        "amount" in name and (name.removesuffix("amount") in _HELD or name.removeprefix("amount") in _HELD)
    )


def _series_number(document: Members, card: CardNumber) -> str:
    """The series a card belongs to, or nothing where that is not told: a card can pay without."""
    told = document.get("seriesnumber")
    try:
        return _shown(identifier(told, "seriesNumber"), (card,))
    except Unreadable:
        return ""


def display_name(customer: object, hidden: Collection[Secret] = ()) -> str:
    """Give the name to show for a `customer` of unknown shape, or nothing if none is plainly there.

    A name with one of the `hidden` values in it is none.
    """
    if not isinstance(customer, dict):
        return ""
    told = folding(customer)
    first, last = _name(told.get("firstname")), _name(told.get("lastname"))
    candidates = [_name(told.get(member)) for member in ("displayname", "name", "fullname")]
    name = next(filter(None, [*candidates, f"{first} {last}".strip()]), "")
    return _shown(name, hidden)[:MAX_NAME].rstrip()


def _shown(text: str, hidden: Collection[Secret]) -> str:
    """A text for the screen, or nothing: a server may call a customer without a name by the card's number."""
    whole = text.isprintable() and LOST_LETTER not in text
    return text if whole and not names_one_of(text, hidden) else ""


def _name(value: object) -> str:
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def _names(document: Members, card: CardNumber) -> bool:
    """Whether an answer is about the card; one that does not name it, or hides its number, tells nothing."""
    return all(_is_number(document.get(name), _ungrouped(card.reveal()).casefold()) for name in _NUMBERS)


def _is_number(told: object, asked: str) -> bool:
    if isinstance(told, Decimal):
        return str(told) == asked.lstrip("0")
    masked = not isinstance(told, str) or not told or _MASKED.search(told)
    return bool(masked) or _ungrouped(str(told)).casefold() == asked


def _ungrouped(text: str) -> str:
    return text.replace(" ", "").replace("-", "")
