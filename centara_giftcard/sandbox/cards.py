"""The sample cards: one for every case a till has to handle, and those that misbehave (`faults.py`).

Dates are kept relative and worked out when the server starts, so no sample ever rots.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from centara_giftcard.sandbox.faults import MISBEHAVING
from centara_giftcard.sandbox.ledger import Card, Series

CLASSIC = Series("6091", "Classic")
LIVE = Series("6092", "Live", live_printed=True)
GIFT_BOX = Series("6093", "Gift box")
FIFTY = Series("6094", "Fifty", fixed=5_000)
SAMPLE_SERIES: tuple[Series, ...] = (CLASSIC, LIVE, GIFT_BOX, FIFTY)


class SampleCard(Struct, frozen=True):
    """A sample card as it is when the server starts.

    Amounts are in major units; `held` is what another till holds. `starts_in` and `expires_in` are days
    from the server's start; None is the last fifth of January for the start, and the end of the year after
    next for the expiry.
    """

    number: str
    label: str
    explains: str
    net: Decimal = Decimal("100.00")
    original: Decimal = Decimal("100.00")
    held: Decimal = Decimal(0)
    floor: Decimal = Decimal(0)
    issued: bool = True
    starts_in: int | None = None
    expires_in: int | None = None
    customer: Mapping[str, object] | None = None
    series: str = CLASSIC.number


def _sample(number: str, label: str, explains: str, net: str, original: str) -> SampleCard:
    return SampleCard(number, label, explains, Decimal(net), Decimal(original))


_NOTHING = Decimal(0)


def _unsold(number: str, label: str, explains: str, series: Series = CLASSIC) -> SampleCard:
    return SampleCard(number, label, explains, _NOTHING, _NOTHING, issued=False, series=series.number)


PLAIN: tuple[SampleCard, ...] = (
    _sample("6091000000000017", "Good", "50.00 left of 75.00: pays without a hitch.", "50.00", "75.00"),
    _sample("6091000000000025", "Nearly empty", "3.20 left: most sales end in part.", "3.20", "40.00"),
    _sample("6091000000000033", "Empty", "All of it was spent: cannot pay.", "0.00", "25.00"),
    _unsold("6091000000000041", "Not issued", "Printed but never sold: cannot pay, can be sold."),
    SampleCard(
        "6091000000000058", "Not yet valid", "Valid from 30 days from now: cannot pay yet.", starts_in=30
    ),
    SampleCard(
        "6091000000000066", "Expired", "Expired 30 days ago: cannot pay any more.",
        Decimal("18.50"), Decimal("30.00"), starts_in=-760, expires_in=-30,
    ),
    SampleCard(
        "6091000000000074", "Partly held", "Another till holds 20.00 of its 60.00.",
        Decimal("60.00"), Decimal("60.00"), held=Decimal("20.00"),
    ),
    SampleCard(
        "6091000000000082", "All held", "Another till holds all of its 35.00: cannot pay now.",
        Decimal("35.00"), Decimal("35.00"), held=Decimal("35.00"),
    ),
    SampleCard(
        "6091000000000090", "With a customer", "The server knows whose card it is.",
        Decimal("80.00"), Decimal("80.00"),
        customer={"customerNumber": "C-1042", "name": "Anna Jónsdóttir"},
    ),
    SampleCard(
        "6091000000000108", "With a floor", "10.00 of its 45.00 may not be spent.",
        Decimal("45.00"), Decimal("50.00"), floor=Decimal("10.00"),
    ),
    _sample("6091000000000116", "Well filled", "Enough for many sales.", "5000.00", "5000.00"),
    _unsold("6091000000000124", "Not issued, second", "Another card to sell."),
    _unsold("6091000000000132", "Not issued, third", "One more card to sell."),
    _unsold("6093000000000013", "Gift box", "Not issued. Package and card are both scanned.", GIFT_BOX),
    _unsold("6093000000000021", "Gift box, second", "Not issued. In a package of its own.", GIFT_BOX),
    _unsold("6093000000000039", "Gift box, third", "Not issued. One more in a package.", GIFT_BOX),
    _unsold("6094000000000012", "Fifty", "Not issued. Its series fixes the amount: 50.00.", FIFTY),
    _unsold("6094000000000020", "Fifty, second", "Not issued. Another one of 50.00.", FIFTY),
)  # fmt: skip

SAMPLE_CARDS: tuple[SampleCard, ...] = PLAIN + tuple(
    SampleCard(row.number, row.label, f"At {row.call} the server {row.fault.says()}.") for row in MISBEHAVING
)


def sample_ledger_cards(now: datetime, decimals: int) -> tuple[list[Card], dict[str, int]]:
    """The sample cards as they are on the day of `now`, and what other tills hold on them (minor units)."""
    cards = [_ledger_card(sample, now, decimals) for sample in SAMPLE_CARDS]
    held = {s.number: _minor(s.held, decimals) for s in SAMPLE_CARDS if s.held}
    return cards, held


def _ledger_card(sample: SampleCard, now: datetime, decimals: int) -> Card:
    created = _in_days(now, sample.starts_in) if (sample.starts_in or 0) < 0 else _fifth_of_january(now)
    start = created if sample.starts_in is None else _in_days(now, sample.starts_in)
    expiry = _end_of_year_after_next(now) if sample.expires_in is None else _in_days(now, sample.expires_in)
    return Card(
        number=sample.number,
        id="",
        series=sample.series,
        created=created if sample.issued else None,
        start=start if sample.issued else None,
        expiry=expiry if sample.issued else None,
        original=_minor(sample.original, decimals),
        net=_minor(sample.net, decimals),
        floor=_minor(sample.floor, decimals),
        customer=sample.customer,
    )


def _minor(amount: Decimal, decimals: int) -> int:
    # A currency without decimals cannot hold 3.20; the sample is then worth 3.
    return int(amount.scaleb(decimals).quantize(Decimal(1), ROUND_HALF_UP))


def _in_days(now: datetime, days: int | None) -> datetime:
    return now.replace(microsecond=0) + timedelta(days=days or 0)


def _fifth_of_january(now: datetime) -> datetime:
    this_year = now.replace(month=1, day=5, hour=9, minute=30, second=0, microsecond=0)
    return this_year if this_year <= now else this_year.replace(year=now.year - 1)


def _end_of_year_after_next(now: datetime) -> datetime:
    return datetime(now.year + 2, 12, 31, 23, 59, 59, tzinfo=now.tzinfo)
