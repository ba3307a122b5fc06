"""Cards: what a number must look like, what a status says, and whether a card can pay or be sold."""

from contextlib import suppress
from datetime import datetime
from enum import Enum

from msgspec import Struct, field

from centara_giftcard.domain.errors import AmountError, CardNumberError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.secrets import CardNumber, InstrumentId

MIN_NUMBER, MAX_NUMBER = 4, 64
"""Length a number may have where no series of the settings says better."""


class CheckDigit(Enum):
    """How a series protects its numbers against misreading."""

    NONE = "none"
    LUHN = "luhn"  # ISO/IEC 7812-1 annex B


class SeriesKind(Enum):
    """Where the numbers come from: printed on the cards beforehand, or given by the server at the sale."""

    PRE_ISSUED = "pre_issued"
    LIVE_PRINTED = "live_printed"


class SaleRules(Struct, frozen=True):
    """How cards of a series are sold at this till.

    `fixed`: the server knows the amount and none is sent; `value` is that amount, where the settings tell it.
    `minimum`, `maximum` and `presets` are for the other series; None is no limit. `package_check`: the
    barcodes of package and card must agree before the sale.
    """

    may_sell: bool = True
    fixed: bool = False
    value: Money | None = None
    minimum: Money | None = None
    maximum: Money | None = None
    presets: tuple[Money, ...] = ()
    package_check: bool = False

    def check(self, amount: Money) -> None:
        """Raise AmountError for an amount beyond the limits: `below_minimum`, `above_maximum`."""
        if self.minimum is not None and amount < self.minimum:
            raise AmountError("below_minimum")
        if self.maximum is not None and amount > self.maximum:
            raise AmountError("above_maximum")


class Series(Struct, frozen=True):
    """A gift card series of the settings. `length` counts the whole number, prefix included.

    `may_accept`: this till takes payments from its cards. `description` is printed on receipts. `letters`:
    numbers may hold some after a prefix of digits; after a prefix with a letter they always may.
    """

    name: str
    number: str
    prefix: str
    length: int
    check_digit: CheckDigit = CheckDigit.NONE
    kind: SeriesKind = SeriesKind.PRE_ISSUED
    colour: str = ""
    description: str = ""
    may_accept: bool = True
    letters: bool = False
    sale: SaleRules = field(default_factory=SaleRules)

    def fits(self, number: str) -> bool:
        """Whether a number is one of this series: its length, its prefix in either case, its check digit."""
        try:
            _of_series(number, (self,))
        except CardNumberError:
            return False
        return True


class KnownCard(Struct, frozen=True):
    """A number that passed every check this till can make by itself, and the series it belongs to.

    `series` is None only where the settings name no series at all: then any plausible number is asked for.
    """

    number: CardNumber
    series: Series | None


def identify(text: str, series: tuple[Series, ...]) -> KnownCard:
    """Tell which card a scanned, swiped or typed text names; spaces and hyphens do not count.

    The longest matching prefix decides, in either letter case: the number is the one that the series would
    have printed. A scanner may leave out the zero that makes an EAN-13 of a UPC-A number, or add it: where
    the number itself fits no series, it is read so. Raises CardNumberError.
    """
    number = text.replace(" ", "").replace("-", "")
    if not number:
        raise CardNumberError("empty")
    if not (number.isascii() and number.isalnum()) or len(number) > MAX_NUMBER:
        raise CardNumberError("malformed")
    if not series:
        if len(number) < MIN_NUMBER:
            raise CardNumberError("too_short")
        return KnownCard(CardNumber(number), None)
    try:
        return _of_series(number, series)
    except CardNumberError:
        with suppress(CardNumberError):
            return _of_series(_other_ean(number), series)
        raise


def is_number_of(text: str, series: tuple[Series, ...]) -> bool:
    """Whether a text names a card of one of the series; none does where the settings name no series."""
    try:
        return identify(text, series).series is not None
    except CardNumberError:
        return False


def _of_series(number: str, series: tuple[Series, ...]) -> KnownCard:
    matching = sorted(
        (s for s in series if number.lower().startswith(s.prefix.lower())),
        key=lambda s: (-len(s.prefix), not number.startswith(s.prefix)),
    )
    if not matching:
        begun = any(s.prefix.lower().startswith(number.lower()) for s in series)
        raise CardNumberError("too_short" if begun else "unknown_series")
    fitting = [s for s in matching if s.length == len(number)]
    if not fitting:
        raise CardNumberError(_wrong_length({len(number) - s.length for s in matching}))
    found = fitting[0]
    number = _in_case_of(found.prefix, number)
    if found.prefix.isdecimal() and not found.letters and not number.isdecimal():
        raise CardNumberError("letter")
    if found.check_digit is CheckDigit.LUHN and not luhn_valid(number):
        raise CardNumberError("check_digit")
    return KnownCard(CardNumber(number), found)


def _wrong_length(apart: set[int]) -> str:
    """Why no series has a number of this length; `apart` is by how many digits it differs from theirs."""
    if (-1 in apart) is not (1 in apart):
        return "one_missing" if -1 in apart else "one_extra"
    if max(apart) < 0:
        return "too_short"
    return "too_long" if min(apart) > 0 else "length"


def _in_case_of(prefix: str, number: str) -> str:
    """The number as its series prints it; Caps Lock may have turned all letters of a scan."""
    if number.startswith(prefix):
        return number
    if prefix.isupper():
        return number.upper()
    return number.lower() if prefix.islower() else prefix + number[len(prefix) :]


def _other_ean(number: str) -> str:
    """A UPC-A number as the EAN-13 it also is, and the other way round; any other as it is."""
    if number.isdecimal() and len(number) == 12:
        return f"0{number}"
    return number[1:] if number.isdecimal() and len(number) == 13 and number[0] == "0" else number


def luhn_valid(number: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1 annex B)."""
    if not number.isdecimal():
        return False
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


class Balance(Struct, frozen=True):
    """The two figures that settle a doubt: what the card is worth, and how much of it is on hold.

    `net` counts committed operations only (holds are still in it), whatever the server's own habit.
    `authorised` is None where the server does not tell what is held: that is not known, and not nothing.
    """

    net: Money
    authorised: Money | None

    def available(self, floor: Money) -> Money:
        """What can be spent: net - authorised - floor, never below zero; untold holds count as none."""
        free = self.net - floor
        if self.authorised is not None:
            free -= self.authorised
        return max(free, Money(0, free.currency))

    @property
    def nothing_held(self) -> bool:
        """Whether the server tells that nothing is held."""
        return self.authorised is not None and not self.authorised

    def risen_since(self, before: "Balance") -> Money | None:
        """How much more is held than `before`; None where one of the two does not tell."""
        if self.authorised is None or before.authorised is None:
            return None
        return self.authorised - before.authorised


class CardStatus(Struct, frozen=True):
    """What the server says of a card at one moment; all dates are aware.

    `issued` follows the setting `issued_when`; `server_time` is the reply's `Date` header, if it had one.
    """

    instrument: InstrumentId
    series_number: str
    issued: bool
    balance: Balance
    original: Money
    floor: Money
    created: datetime | None = None
    starts: datetime | None = None
    expires: datetime | None = None
    customer: str = ""
    server_time: datetime | None = None

    @property
    def available(self) -> Money:
        """What can be spent now."""
        return self.balance.available(self.floor)

    @property
    def spent(self) -> Money:
        """What was taken from the original so far, never below zero."""
        return max(self.original - self.balance.net, Money(0, self.original.currency))


class Standing(Enum):
    """Whether a card can pay, and if not, why."""

    GOOD = "good"
    NOT_ISSUED = "not_issued"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    EMPTY = "empty"
    ALL_HELD = "all_held"
    NOT_ACCEPTED = "not_accepted"  # by this till: see `accepted_here`


def standing(status: CardStatus, now: datetime) -> Standing:
    """Judge a card. Dates go by the server's clock where it told the time, else by `now` (aware)."""
    today = status.server_time or now
    if not status.issued:
        return Standing.NOT_ISSUED
    if status.starts is not None and status.starts > today:
        return Standing.NOT_YET_VALID
    if status.expires is not None and status.expires < today:
        return Standing.EXPIRED
    if status.available:
        return Standing.GOOD
    return Standing.ALL_HELD if status.balance.authorised else Standing.EMPTY


def accepted_here(card: KnownCard) -> bool:
    """Whether this till takes payments from the card; where the settings name no series, from all."""
    return card.series is None or card.series.may_accept


class Unsellable(Enum):
    """Why a card cannot be sold by scanning it at this till."""

    ALREADY_ISSUED = "already_issued"
    WRONG_SERIES = "wrong_series"  # the server counts it to another series than its number says
    NOT_SOLD_HERE = "not_sold_here"
    LIVE_PRINTED = "live_printed"  # its series is sold by button, and the server gives the number


def why_not_sellable(card: KnownCard, status: CardStatus) -> Unsellable | None:
    """Tell why a scanned card cannot be sold, None if it can; the first reason that holds, in Enum order."""
    series = card.series
    if status.issued:
        return Unsellable.ALREADY_ISSUED
    if series is None:  # the settings name none at all: then no rule is broken
        return None
    if status.series_number not in ("", series.number):  # a server that names none says nothing against it
        return Unsellable.WRONG_SERIES
    if not series.sale.may_sell:
        return Unsellable.NOT_SOLD_HERE
    return Unsellable.LIVE_PRINTED if series.kind is SeriesKind.LIVE_PRINTED else None


class NotUndoable(Enum):
    """Why the sale of a card cannot be undone."""

    NOT_ISSUED = "not_issued"
    USED = "used"  # something was taken from it, or put on it, since
    HELD = "held"  # a payment is under way, perhaps at another till


def why_not_undoable(status: CardStatus) -> NotUndoable | None:
    """Tell what a status says against undoing the sale, None for nothing.

    The server may still refuse: a status does not show payments that were requested and released.
    """
    if not status.issued:
        return NotUndoable.NOT_ISSUED
    if status.balance.net != status.original:
        return NotUndoable.USED
    return NotUndoable.HELD if status.balance.authorised else None
