"""What a single setting may look like: functions that take a TOML value and return it, or raise BadValue.

Written by hand because importing pydantic costs more than twice the whole time there is before the first
paint, and these checks want sentences of their own anyway.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeVar

from centara_giftcard.config.toml_file import BACKSLASH_HINT, show
from centara_giftcard.domain.addresses import printer_address, server_address
from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.sentences import BadValue, Sentence, either

C = TypeVar("C", bound=str | int)
T = TypeVar("T")

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_LOCALE: Final = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")
_OPERATOR: Final = re.compile(r"[0-9]{1,8}")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")

_OWN_HEADERS: Final = frozenset(
    """accept accept-encoding connection content-length content-type host idempotency-key
    transfer-encoding user-agent x-request-id""".split()
)


def text(longest: int, shortest: int = 0, printable: bool = True) -> Callable[[Any], str]:
    """A text of so many characters, all printable unless said otherwise."""

    def check(value: Any) -> str:
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            raise BadValue(Sentence('{value} must be a text, in quotes: "{value}"', value=show(value)))
        if not isinstance(value, str):
            raise BadValue(Sentence("{value} must be a text in quotes", value=show(value)))
        if len(value) > longest:
            told = "{value} is longer than {most} characters"
            raise BadValue(Sentence(told, value=show(value), most=longest))
        if len(value.strip()) < shortest:
            raise BadValue(Sentence("must not be empty"))
        if printable and not value.isprintable():
            told = Sentence("{value} holds a character that cannot be printed", value=show(value))
            as_windows = set(value) & set("\b\t\n\f\r")
            raise BadValue(
                Sentence("{problem}: {hint}", problem=told, hint=BACKSLASH_HINT) if as_windows else told
            )
        return value

    return check


def one_of(*choices: C) -> Callable[[Any], C]:
    """One of a few values."""

    def check(value: Any) -> C:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return choice
        told = "{value} must be {choices}"
        raise BadValue(Sentence(told, value=show(value), choices=either([*map(show, choices)])))

    return check


def flag(value: Any) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise BadValue(Sentence("{value} must be true or false, without quotes", value=show(value)))
    return value


def whole(least: int, most: int) -> Callable[[Any], int]:
    """A whole number within bounds, both included."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            told = "{value} must be a whole number from {least} to {most}"
            raise BadValue(Sentence(told, value=show(value), least=least, most=most))
        return value

    return check


def seconds(value: Any) -> float:
    """A timeout from 0.1 to 120 seconds."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or not Decimal("0.1") <= value <= 120:
        raise BadValue(Sentence("{value} must be a number of seconds from 0.1 to 120", value=show(value)))
    return float(value)


def amount(currency: Currency) -> Callable[[Any], Money]:
    """An amount above zero as a text or a number, exact: `"25.00"`, `25.00` and `25` are alike."""

    def check(value: Any) -> Money:
        reason, shown = "", show(value)
        try:
            if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
                return Money.typed(value if isinstance(value, str) else shown, currency)
        except AmountError as error:
            reason = error.reason
        such = Money.of(Decimal(25), currency).decimal
        told = Sentence('{value} must be an amount such as "{such}"', value=shown, such=such)
        if reason == "decimals":
            more = "{value} has more than the {decimals} decimals of {currency}"
            told = Sentence(more, value=shown, decimals=currency.decimals, currency=currency.code)
        elif reason == "zero":
            told = Sentence("{value} must be above zero", value=shown)
        elif reason == "too_large":
            told = Sentence("{value} is too large", value=shown)
        raise BadValue(told)

    return check


def or_none(check: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """What `check` accepts, or an empty text for none."""
    return lambda value: None if value == "" else check(value)


def listed(check: Callable[[Any], T], most: int) -> Callable[[Any], tuple[T, ...]]:
    """A list of at most `most` values, no two alike."""

    def check_all(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise BadValue(Sentence("{value} must be a list in [ ]", value=show(value)))
        if len(value) > most:
            raise BadValue(Sentence("must not list more than {most}", most=most))
        found = tuple(check(one) for one in value)
        for place, one in enumerate(found):
            if one in found[:place]:
                raise BadValue(Sentence("{value} is listed twice", value=show(value[place])))
        return found

    return check_all


def operator(value: Any) -> str:
    """An operator's number: a text, because 007 is not 7."""
    if not (isinstance(value, str) and _OPERATOR.fullmatch(value)):
        told = "{value} must be an operator's number: 1 to 8 digits, in quotes"
        raise BadValue(Sentence(told, value=show(value)))
    return value


def segment(value: Any) -> str:
    """A text that becomes one segment of an address, where dots alone would change the path."""
    found = text(64, 1)(value)
    if found in {".", ".."}:
        raise BadValue(Sentence("{value} cannot be used in an address", value=show(found)))
    return found


def currency(value: Any) -> Currency:
    """An ISO 4217 code."""
    code = text(3 * 64)(value)
    try:
        return Currency.of(code)
    except ValueError:
        raise BadValue(Sentence("{value} is not an ISO 4217 currency code", value=show(code))) from None


def locale(value: Any) -> str:
    """A locale such as `en_IE` (language, perhaps script, perhaps country) of those Babel knows."""
    name = text(16)(value)
    if not (_LOCALE.fullmatch(name) and _babel_knows(name)):
        raise BadValue(Sentence('{value} is not a locale such as "en_IE"', value=show(name)))
    return name


def _babel_knows(locale: str) -> bool:
    """Babel itself is not asked: its import takes as long as the check of all settings."""
    babel = find_spec("babel")
    folders = babel.submodule_search_locations if babel is not None else None
    return any((Path(folder) / "locale-data" / f"{locale}.dat").exists() for folder in folders or ())


def header(value: Any) -> str:
    """The name of an HTTP header that the client does not set itself."""
    name = text(64, 1)(value)
    if not _TOKEN.fullmatch(name) or name.lower() in _OWN_HEADERS:
        raise BadValue(Sentence("{value} cannot be the name of the header with the token", value=show(name)))
    return name


def scheme(value: Any) -> str:
    """The word before the token, or nothing."""
    word = text(32)(value)
    if word and not _TOKEN.fullmatch(word):
        raise BadValue(Sentence("{value} must be one word, or empty", value=show(word)))
    return word


def prefix(value: Any) -> str:
    """What every card number of a series begins with."""
    found = text(32, 1)(value)
    if not (found.isascii() and found.isalnum()):
        raise BadValue(Sentence("{value} must be digits or plain letters", value=show(found)))
    return found


def colour(value: Any) -> str:
    """`#RRGGBB`, or nothing."""
    found = text(7)(value)
    if found and not _COLOUR.fullmatch(found):
        raise BadValue(Sentence('{value} must be a colour such as "#1F6FEB"', value=show(found)))
    return found


def server(value: Any) -> str:
    """The base address of the Loyalty server, without a slash at its end."""
    address = text(400, 1)(value)
    try:
        return server_address(address)
    except BadValue as bad:
        told = Sentence("an address") if "@" in address else show(address)  # it may hold a password
        raise BadValue(Sentence("{value} {problem}", value=told, problem=bad.sentence)) from None


def about(value: str, bad: BadValue) -> Sentence:
    """A whole sentence about a value of which only the end is told."""
    return Sentence("{value} {problem}", value=show(value), problem=bad.sentence)


def printer(value: Any) -> str:
    """`tcp://host:port`, a device path, a file, a printer's name, or nothing."""
    address = text(255)(value)
    if address.startswith("tcp://"):
        try:
            printer_address(address)
        except BadValue as bad:
            raise BadValue(about(address, bad)) from None
    return address
