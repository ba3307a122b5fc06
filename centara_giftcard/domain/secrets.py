"""Values that must not leak: their `repr` and `str` are masked, the clear value is asked for by name."""

import re
from typing import Final, NoReturn, Self

NO_BREAK: Final = "\u00a0"
_BULLETS: Final = "••••"
_NUMBER: Final = re.compile(r"[A-Za-z]*\d(?:[ -]?\d){8,}")
"""What somebody may have typed of a card number: nine digits or more, in groups or not."""


def unbroken(text: str) -> str:
    """A text of the same length in which no line ends between a masked number's bullets and its digits."""
    return text.replace(f"{_BULLETS} ", f"{_BULLETS}{NO_BREAK}")


def without_numbers(text: str) -> str:
    """What a person wrote, with card numbers shown as a card's are: it is kept and exported in clear."""
    return _NUMBER.sub(lambda found: f"{_BULLETS} {found[0][-4:]}", text)


class Secret:
    """A text that no log line, screen or exception may show. `reveal()` gives it where it is needed.

    No dataclass, so that `asdict` of what holds it does not spell it out; it is never pickled.
    """

    __slots__ = ("_clear",)
    _clear: str

    def __init__(self, clear: str) -> None:
        object.__setattr__(self, "_clear", clear)

    def reveal(self) -> str:
        """The clear value, for the one place that needs it: an address, a header, a cipher."""
        return self._clear

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._clear == self._clear

    def __hash__(self) -> int:
        return hash((type(self), self._clear))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not pickled")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __str__(self) -> str:
        return _BULLETS

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class AuthCode(Secret):
    """The code of an authorisation (a hold); it commits or cancels money."""

    __slots__ = ()


class AccessToken(Secret):
    """The token that identifies this till to the Loyalty server."""

    __slots__ = ()


class Pin(Secret):
    """What an operator proves with that it is they: digits, typed."""

    __slots__ = ()


class PinHash(Secret):
    """What is kept of a PIN or a badge: an Argon2id hash in its PHC form, or of a badge in hex."""

    __slots__ = ()


class InstrumentId(Secret):
    """The server's id of a card (`giftCardId`); masked because a server may use the number itself."""

    __slots__ = ()


class CardNumber(Secret):
    """A gift card's number, digits or letters as the series prints it. Shows as its last four."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{_BULLETS} {self.last4}"

    @property
    def last4(self) -> str:
        """The last four characters: what may be shown and printed."""
        return self._clear[-4:] if len(self._clear) > 4 else ""
