"""The cards that this till has seen, and the instrument the server gave each: one card, one instrument.

A reply may be another request's: doubled, late, or out of somebody's cache. Where it does not name the card's
number, this is how it is noticed.
"""

import hmac
import secrets
from collections import OrderedDict
from typing import Final

from centara_giftcard.domain.secrets import CardNumber, InstrumentId, Secret

MAX_CARDS: Final = 5_000
"""More cards than a till sees in a day; the one seen longest ago is forgotten first."""


class SeenCards:
    """Keeps hashes under a key of this run, so that nothing here is worth reading."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._instruments: OrderedDict[bytes, bytes] = OrderedDict()
        self._cards: dict[bytes, bytes] = {}

    def knows(self, card: CardNumber) -> bool:
        """Whether an answer about the card was believed before."""
        return self._hash(card) in self._instruments

    def fits(self, card: CardNumber, instrument: InstrumentId) -> bool:
        """Whether an answer with this instrument can be about the card."""
        number, id_ = self._hash(card), self._hash(instrument)
        return self._instruments.get(number, id_) == id_ and self._cards.get(id_, number) == number

    def note(self, card: CardNumber, instrument: InstrumentId) -> None:
        """Remember a pair that fits."""
        number, id_ = self._hash(card), self._hash(instrument)
        self._instruments[number], self._cards[id_] = id_, number
        self._instruments.move_to_end(number)
        if len(self._instruments) > MAX_CARDS:
            del self._cards[self._instruments.popitem(last=False)[1]]

    def _hash(self, secret: Secret) -> bytes:
        # A number typed in small letters is the card that was scanned in capitals; an id is taken as it is.
        clear = secret.reveal().casefold() if isinstance(secret, CardNumber) else secret.reveal()
        return hmac.digest(self._key, clear.encode(errors="replace"), "sha256")
