"""Reading a seed file: the cards a server starts with instead of the sample cards.

JSON, an object with `cards` and, where live-printed or fixed-amount series are wanted, `series`:

    {
      "series": [{"number": "7001", "name": "Twenty", "live_printed": false, "fixed_amount": 20.00}],
      "cards": [{
        "number": "7001000000000001",              required, unique; all else may be left out
        "id": "gc-1",                              giftCardId, unique; made from the number unless given
        "series": "7001",                          the number's first four characters unless given
        "created": "2026-01-05T09:30:00Z",         issued at; absent or null: not issued
        "start": "2026-01-05T00:00:00Z",           valid from
        "expiry": "2028-12-31T23:59:59Z",          valid until
        "original": 75.00, "net": 50.00,           major units, 0 unless given
        "authorised": 10.00, "floor": 5.00,        what another till holds; what may not be spent
        "customer": {"name": "Anna"}               any object
      }]
    }

Amounts have at most the currency's decimals. A date without an offset is UTC. Without `series` the sample
series (6091 to 6094) exist. Unknown keys, wrong types and anything else out of place raise `SandboxError`
naming the place, such as `cards[2].net`.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from msgspec import Struct
from pydantic import BeforeValidator, Field, ValidationInfo

from centara_giftcard.sandbox.cards import SAMPLE_SERIES
from centara_giftcard.sandbox.errors import SandboxError
from centara_giftcard.sandbox.ledger import Card, Series
from centara_giftcard.sandbox.strict import Strict, judge
from centara_giftcard.sandbox.wire import WireError, load, read_amount, read_moment


class Seed(Struct, frozen=True):
    """What a seed file holds; `held` maps card numbers to what other tills hold, in minor units."""

    cards: tuple[Card, ...]
    series: tuple[Series, ...]
    held: dict[str, int]


def _minor(value: object, info: ValidationInfo) -> int:
    return 0 if value is None else read_amount(value, info.context or 0)


Text = Annotated[str, Field(min_length=1)]
Amount = Annotated[int, BeforeValidator(_minor)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]


class _Card(Strict):
    number: Text
    id: Text | None = None
    series: Text | None = None
    created: Moment | None = None
    start: Moment | None = None
    expiry: Moment | None = None
    original: Amount = 0
    net: Amount = 0
    authorised: Amount = 0
    floor: Amount = 0
    customer: dict[str, object] | None = None


class _Series(Strict):
    number: Text
    name: Text | None = None
    live_printed: bool | None = False
    fixed_amount: Amount | None = None


class _File(Strict):
    cards: list[_Card]
    series: list[_Series] = Field(default_factory=list)


def read_seed(path: Path, decimals: int) -> Seed:
    """Read a seed file for a currency with `decimals` decimals. Raises SandboxError."""
    try:
        return _seed(judge(_File, load(path.read_bytes()), "the file", context=decimals))
    except OSError as error:
        raise SandboxError(f"The seed file {path} cannot be read: {error.strerror or error}.") from None
    except WireError as error:
        raise SandboxError(f"The seed file {path} is wrong: {error}.") from None


def _seed(file: _File) -> Seed:
    seen: set[str] = set()
    for index, it in enumerate(file.cards):
        if not seen.isdisjoint({it.number, it.id}):
            raise WireError(f"cards[{index}] has the number or id of an earlier card")
        seen.update({it.number, it.id or it.number})
    cards = tuple(
        Card(
            it.number, it.id or "", it.series or it.number[:4], it.created, it.start, it.expiry,
            it.original, it.net, it.floor, it.customer,
        )
        for it in file.cards
    )  # fmt: skip
    series = tuple(
        Series(it.number, it.name or it.number, bool(it.live_printed), it.fixed_amount) for it in file.series
    )
    held = {it.number: it.authorised for it in file.cards if it.authorised}
    return Seed(cards, series or SAMPLE_SERIES, held)
