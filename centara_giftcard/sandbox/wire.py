"""The server's own wire code: JSON with exact decimals, dates, documents. Shares nothing with the client.

Amounts inside are integer minor units; on the wire they are JSON numbers in major units, written with exactly
the currency's decimals (`25.00`) and read as `Decimal`, so no binary float is ever made of money.

A document's dates are times and its amounts `AmountText`: how they are said is the dialect's (`voice`).
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct, field

from centara_giftcard.sandbox.ledger import Card, Hold, Ledger, RefusalError

MAX_DIGITS = 12
JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"


class WireError(ValueError):
    """What came over the wire cannot be read; the text says why in a few words."""


class RawJson(str):
    """JSON text that `dump` writes as it stands, for numbers that must keep their exact digits."""

    __slots__ = ()


class AmountText(RawJson):
    """An amount in major units: the one kind of number that a dialect may say otherwise."""

    __slots__ = ()


class Reply(Struct, frozen=True):
    """An answer before it is turned into bytes; `document` None means an empty body."""

    status: int
    document: dict[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def amount_text(minor: int, decimals: int) -> AmountText:
    """Minor units as the digits of a JSON number with exactly `decimals` decimals."""
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    if decimals == 0:
        return AmountText(sign + digits)
    return AmountText(f"{sign}{digits[:-decimals]}.{digits[-decimals:]}")


def dump(value: object) -> str:
    """JSON text of a value made of dicts, lists, strings, numbers, booleans, None and `RawJson`."""
    if isinstance(value, RawJson):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(k))}: {dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(dump(item) for item in value) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def load(text: bytes) -> object:
    """Read strict JSON (UTF-8, no NaN or Infinity); numbers become `Decimal`. Raises WireError."""

    def refuse_constant(name: str) -> object:
        raise WireError(f"{name} is not JSON")

    try:
        return json.loads(
            text.decode("utf-8"), parse_float=Decimal, parse_int=Decimal, parse_constant=refuse_constant
        )
    except WireError:
        raise
    # Decimal refuses absurd exponents with an ArithmeticError; deep nesting ends in a RecursionError.
    except (ValueError, ArithmeticError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise WireError(f"not readable as JSON{where}") from None


def at(document: object, path: str) -> object:
    """The member at a dotted path; None where there is none."""
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def put(document: dict[str, object], path: str, value: object) -> None:
    """Set the member at a dotted path, in objects that are made on the way."""
    *boxes, last = path.split(".")
    for name in boxes:
        document = document.setdefault(name, {})  # type: ignore[assignment]
    document[last] = value


def read_amount(value: object, decimals: int) -> int:
    """A JSON number in major units as minor units, zero or above. Raises WireError."""
    if not isinstance(value, Decimal):
        raise WireError("must be a number")
    if not value.is_finite() or value < 0:
        raise WireError("must be zero or above")
    if value == 0:
        return 0
    if value.adjusted() >= MAX_DIGITS:
        raise WireError(f"must not be beyond {MAX_DIGITS} digits")
    _, digits, exponent = value.as_tuple()
    shift = int(exponent) + decimals
    text = "".join(map(str, digits))
    if shift >= 0:
        return int(text + "0" * shift)
    # By digits and not by arithmetic, which would round at the context's precision.
    if text[shift:].strip("0"):
        raise WireError(f"must not have more than {decimals} decimals")
    return int(text[:shift])


def read_moment(value: object) -> datetime:
    """An ISO 8601 date and time; without an offset it is UTC. Raises WireError."""
    if not isinstance(value, str):
        raise WireError("must be a date and time in ISO 8601")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise WireError("must be a date and time in ISO 8601") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def account_document(ledger: Ledger, number: str, decimals: int, without_holds: bool) -> dict[str, object]:
    """The `account` object of a card; `without_holds`: its net has what is held taken off already."""
    card = ledger.card(number)
    amounts = {
        "amountNet": card.net - (ledger.authorised(number) if without_holds else 0),
        "amountOriginal": card.original,
        "amountFloor": card.floor,
        "amountAuthorized": ledger.authorised(number),
    }
    return {name: amount_text(minor, decimals) for name, minor in amounts.items()}


def status_document(ledger: Ledger, number: str, decimals: int, without_holds: bool) -> dict[str, object]:
    """The status document: `created` and `customer` are absent where there is none, the other dates null."""
    card = ledger.card(number)
    document: dict[str, object] = {"giftCardId": card.id, **_dates(card), "seriesNumber": card.series}
    document["account"] = account_document(ledger, number, decimals, without_holds)
    if card.customer is not None:
        document["customer"] = card.customer
    return document


def hold_document(ledger: Ledger, hold: Hold, decimals: int, without_holds: bool) -> dict[str, object]:
    """What a payment request is answered with. `authCode` stands first: a cut-off reply still shows it."""
    return {
        "authCode": hold.auth_code,
        "amount": amount_text(hold.amount, decimals),
        "account": account_document(ledger, hold.number, decimals, without_holds),
    }


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error answer as problem+json."""
    titles = {401: "Not authorised", 404: "Not found", 405: "Method not allowed", 429: "Too many requests"}
    title = titles.get(status, "Server error" if status >= 500 else "Request refused")
    document: dict[str, object] = {"title": title, "status": status, "code": code, "detail": detail}
    return Reply(status, document, headers or {})


def refused(refusal: RefusalError) -> Reply:
    """A refusal of the ledger as an answer."""
    return problem(refusal.status, refusal.code, refusal.detail)


def _dates(card: Card) -> dict[str, object]:
    created = {} if card.created is None else {"created": card.created}
    return {**created, "startDate": card.start, "expiryDate": card.expiry}
