"""Values that must not leak: their `repr` and `str` are masked, the clear value is asked for by name."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

_BULLETS: Final = "••••"


@dataclass(frozen=True, repr=False)
class Secret:
    """A text that no log line, screen or exception may show. `reveal()` gives it where it is needed."""

    _clear: str = field(repr=False)

    def reveal(self) -> str:
        """The clear value, for the one place that needs it: an address, a header, a cipher."""
        return self._clear

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __str__(self) -> str:
        return _BULLETS

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class AuthCode(Secret):
    """The code of an authorisation (a hold); it commits or cancels money."""


class AccessToken(Secret):
    """The token that identifies this till to the Loyalty server."""


class InstrumentId(Secret):
    """The server's id of a card (`giftCardId`); masked because a server may use the number itself."""


class CardNumber(Secret):
    """A gift card's number, digits or letters as the series prints it. Shows as its last four."""

    def __str__(self) -> str:
        return f"{_BULLETS} {self.last4}"

    @property
    def last4(self) -> str:
        """The last four characters: what may be shown and printed."""
        return self._clear[-4:] if len(self._clear) > 4 else ""

    def keyed_hash(self, key: bytes) -> str:
        """HMAC-SHA256 under the till's key, hex: finds a card again without keeping its number."""
        return hmac.new(key, self._clear.encode(), hashlib.sha256).hexdigest()
