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

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from centara_giftcard.sandbox.cards import SAMPLE_SERIES
from centara_giftcard.sandbox.errors import SandboxError
from centara_giftcard.sandbox.ledger import Card, Series, card_id
from centara_giftcard.sandbox.wire import WireError, load, read_amount, read_moment

T = TypeVar("T")

CARD_KEYS = set("number id series created start expiry original net authorised floor customer".split())
SERIES_KEYS = {"number", "name", "live_printed", "fixed_amount"}


@dataclass(frozen=True, slots=True)
class Seed:
    """What a seed file holds; `held` maps card numbers to what other tills hold, in minor units."""

    cards: tuple[Card, ...]
    series: tuple[Series, ...]
    held: dict[str, int]


def read_seed(path: Path, decimals: int) -> Seed:
    """Read a seed file for a currency with `decimals` decimals. Raises SandboxError."""
    try:
        return _read_document(load(path.read_bytes()), decimals)
    except OSError as error:
        raise SandboxError(f"The seed file {path} cannot be read: {error.strerror or error}.") from None
    except WireError as error:
        raise SandboxError(f"The seed file {path} is wrong: {error}.") from None


def _read_document(document: object, decimals: int) -> Seed:
    top = _Row(document, "the file", {"cards", "series"})
    cards: list[Card] = []
    held: dict[str, int] = {}
    for row in top.rows("cards", CARD_KEYS):
        card = _card(row, decimals)
        if any(card.number == other.number or card.id == other.id for other in cards):
            raise WireError(f"{row.place} has the number or id of an earlier card")
        cards.append(card)
        if authorised := row.amount("authorised", decimals):
            held[card.number] = authorised
    series = tuple(_series(row, decimals) for row in top.rows("series", SERIES_KEYS))
    return Seed(tuple(cards), series or SAMPLE_SERIES, held)


def _card(row: "_Row", decimals: int) -> Card:
    number = row.text("number")
    return Card(
        number=number,
        id=row.text("id", card_id(number)),
        series=row.text("series", number[:4]),
        created=row.read("created", read_moment, None),
        start=row.read("start", read_moment, None),
        expiry=row.read("expiry", read_moment, None),
        original=row.amount("original", decimals),
        net=row.amount("net", decimals),
        floor=row.amount("floor", decimals),
        customer=row.read("customer", _object, None),
    )


def _series(row: "_Row", decimals: int) -> Series:
    number = row.text("number")
    fixed = row.read("fixed_amount", lambda value: read_amount(value, decimals), None)
    return Series(number, row.text("name", number), row.read("live_printed", _boolean, False) or False, fixed)


class _Row:
    """An object of the file together with its place in it."""

    def __init__(self, value: object, place: str, keys: set[str]) -> None:
        if not isinstance(value, dict):
            raise WireError(f"{place} must be an object")
        if unknown := sorted(set(value) - keys):
            raise WireError(f"{place} has the unknown key {unknown[0]!r}")
        self.place = place
        self._value: dict[str, object] = value

    def rows(self, key: str, keys: set[str]) -> list["_Row"]:
        """The objects of a list."""
        if key not in self._value and key != "cards":
            return []
        value = self._value.get(key)
        if not isinstance(value, list):
            raise WireError(f"{key} must be a list of objects")
        return [_Row(item, f"{key}[{index}]", keys) for index, item in enumerate(value)]

    def read(self, key: str, reader: Callable[[object], T], default: T | None) -> T | None:
        """A value that may be absent or null."""
        value = self._value.get(key)
        if value is None:
            return default
        try:
            return reader(value)
        except WireError as error:
            raise WireError(f"{self.place}.{key} {error}") from None

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is required where there is no default."""
        value = self.read(key, _text, default)
        if value is None:
            raise WireError(f"{self.place}.{key} is required")
        return value

    def amount(self, key: str, decimals: int) -> int:
        """An amount in minor units, 0 where it is absent."""
        return self.read(key, lambda value: read_amount(value, decimals), 0) or 0


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise WireError("must be a text that is not empty")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise WireError("must be true or false")
    return value


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise WireError("must be an object")
    return value
