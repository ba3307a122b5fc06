"""Money as a whole number of a currency's minor units, and the way in and out of text.

A bare number never crosses a module border. Currencies and their decimals are ISO 4217's list of active
codes (https://www.iso.org/iso-4217-currency-codes.html).
"""

import re
from decimal import Context, Decimal, Inexact
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.errors import AmountError

MAX_DIGITS: Final = 12
"""Digits of the longest amount in minor units: the wire contract calls anything longer unreadable."""

_TWO_DECIMALS: Final = frozenset(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
    CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
    PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG""".split()
)
_NO_DECIMALS: Final = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE_DECIMALS: Final = frozenset("BHD IQD JOD KWD LYD OMR TND".split())

_EXACT: Final = Context(prec=2 * MAX_DIGITS, traps=[Inexact])
"""Rounds nothing silently: the default context would drop the 29th digit of a fraction."""

_PLAIN: Final = re.compile(r"(?P<whole>[0-9]*)(?:[.,](?P<part>[0-9]*))?")
_GROUPED: Final = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}((?P=mark)[0-9]{3})*)"
    r"((?!(?P=mark))[.,](?P<part>[0-9]*))?"
)


class Currency(Struct, frozen=True):
    """An ISO 4217 currency: its code and how many decimals its amounts have (0, 2 or 3)."""

    code: str
    decimals: int

    @classmethod
    def of(cls, code: str) -> "Currency":
        """Return the currency of an ISO 4217 code. Raises ValueError for a code not in the list."""
        for decimals, codes in ((2, _TWO_DECIMALS), (0, _NO_DECIMALS), (3, _THREE_DECIMALS)):
            if code in codes:
                return cls(code, decimals)
        raise ValueError(f"{code!r} is not an ISO 4217 currency code")


class Money(Struct, frozen=True):
    """An amount: `minor` minor units (cents, krónur, fils) of `currency`. May be negative as a difference."""

    minor: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency.code} and {other.currency.code} do not mix")
        return other.minor

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with exactly the currency's decimals: 2500 EUR cents are `25.00`."""
        return Decimal(self.minor).scaleb(-self.currency.decimals)

    def __str__(self) -> str:
        return f"{self.currency.code} {self.decimal}"

    @classmethod
    def of(cls, value: Decimal, currency: Currency) -> "Money":
        """Read an amount in major units exactly: `25`, `25.0` and `2.5E1` are alike.

        Raises AmountError: `malformed` for NaN and infinities, `decimals` for a fraction finer than the
        currency's minor unit, `too_large` beyond MAX_DIGITS digits.
        """
        if not value.is_finite():
            raise AmountError("malformed")
        if value.adjusted() + currency.decimals >= MAX_DIGITS:
            raise AmountError("too_large")  # before scaling: 1E999999999 must cost nothing
        if value and value.adjusted() < -currency.decimals:
            raise AmountError("decimals")
        try:
            minor = value.scaleb(currency.decimals, _EXACT)
        except Inexact:
            raise AmountError("decimals") from None
        if minor != minor.to_integral_value():
            raise AmountError("decimals")
        return cls(int(minor), currency)

    @classmethod
    def typed(cls, text: str, currency: Currency, grouping: str = "") -> "Money":
        """Read what a cashier typed. The amount is above zero.

        Digits and a decimal mark, `.` or `,` alike; thousands may be grouped where that cannot be mistaken:
        by the other mark than the decimals (`1.250,00`), more than once (`1,250,000`), or by the `grouping`
        mark of the till's locale. What could be read in two ways is refused as a whole.

        Raises AmountError: `empty`, `malformed`, `decimals`, `zero`, `too_large`.
        """
        if not text:
            raise AmountError("empty")
        whole, part = _parts(text, currency.decimals, grouping)
        if len(part) > currency.decimals:
            raise AmountError("decimals")
        amount = cls.of(Decimal(f"{whole or 0}.{part or 0}"), currency)
        if not amount:
            raise AmountError("zero")
        return amount


def _parts(text: str, decimals: int, grouping: str) -> tuple[str, str]:
    """The digits before and after the decimal mark. Raises AmountError `malformed`."""
    plain, grouped = _PLAIN.fullmatch(text), _GROUPED.fullmatch(text)
    if plain is not None and grouped is not None:  # one mark and three digits: thousands or decimals?
        here = grouped["mark"] == grouping
        if here and decimals >= len(plain["part"]):  # `1.250` of a dinar: both
            raise AmountError("malformed")
        plain = None if here else plain
    match = plain or grouped
    if match is None or not any(character.isdigit() for character in text):
        raise AmountError("malformed")
    return re.sub("[.,]", "", match["whole"]), match["part"] or ""
