"""Deliberately broken parsers, one or more for each property: what the fuzz must catch."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from fuzz import replies, scans
from msgspec.structs import replace

from centara_giftcard.domain import cards, money
from centara_giftcard.domain.errors import CardNumberError
from centara_giftcard.domain.operation import Call, Effect, Reply
from centara_giftcard.domain.payment import Decision, State, Take
from centara_giftcard.domain.replies import Accepted, OutcomeUnknown
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.loyalty import answers, client, exact_json, successes, wire
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.scanner import framing, keyboard
from centara_giftcard.scanner.framing import Framer, Swipe
from centara_giftcard.scanner.keyboard import Scanned, Typed, WedgeDetector
from centara_giftcard.terminal import operations
from centara_giftcard.terminal.ports import Scan
from centara_giftcard.ui.presenters import guard
from centara_giftcard.ui.presenters.guard import Guard


@dataclass(frozen=True)
class Broken:
    """A bug: the property that must catch it, what it is, and what it replaces.

    `seed` is one at which it showed soon, where it is rare; one that no longer does costs nothing but time.
    """

    caught_by: str
    name: str
    owner: Any
    attribute: str
    replacement: Any
    seed: int | None = None


@contextmanager
def applied(bug: Broken) -> Iterator[None]:
    """Have the bug in the program, and then no more."""
    kept = vars(bug.owner)[bug.attribute]
    setattr(bug.owner, bug.attribute, bug.replacement)
    try:
        yield
    finally:
        setattr(bug.owner, bug.attribute, kept)


_exchange, _identify, _step = HttpLoyalty._exchange, cards.identify, operations.step


async def _sent_twice(self: HttpLoyalty, transport: Any, request: Any, *rest: Any) -> Any:
    heard = await _exchange(self, transport, request, *rest)
    return await _exchange(self, transport, request, *rest) if heard.code >= 400 else heard


def _told_in_the_error(text: str, series: Any) -> Any:
    try:
        return _identify(text, series)
    except CardNumberError as error:
        raise CardNumberError(f"{error.reason}: {text}") from None


_Stepped = tuple[Any, Effect | None]


def _machine(bug: Callable[[Any, Any, Any, Effect | None], _Stepped | None]) -> Callable[..., _Stepped]:
    """The machine with something changed after a step: given what was, the event, what is and the effect."""

    def step(before: Any, event: Any) -> _Stepped:
        after, effect = _step(before, event)
        return bug(before, event, after, effect) or (after, effect)

    return step


def _pays_again(before: Any, event: Any, after: Any, effect: Any) -> _Stepped | None:
    lost = isinstance(event, Reply) and event.call is Call.PAY and isinstance(event.result, OutcomeUnknown)
    return (before, Effect(Call.PAY, 1.0)) if lost and before.state is State.REQUESTING else None


def _takes_by_itself(before: Any, event: Any, after: Any, effect: Any) -> _Stepped | None:
    held = after.state is State.HELD and before.state is State.REQUESTING
    return _step(after, Take()) if held else None


def _flips(before: Any, event: Any, after: Any, effect: Any) -> _Stepped | None:
    refused = isinstance(event, Reply) and event.call is Call.COMMIT and type(event.result) is not Accepted
    released = replace(after, state=State.CANCELLING, decision=Decision.RELEASE)
    return (released, Effect(Call.CANCEL)) if refused else None


def _typed_too(self: WedgeDetector, key: Any, at_ms: float) -> Any:
    return [*_take(self, key, at_ms), *([Typed(key.name)] if key.name == "enter" else [])]


def _named_acts(self: WedgeDetector, key: Any, at_ms: float) -> Any:
    return [*_take(self, key, at_ms), *([Typed(key.name)] if key.name == "f12" else [])]


_take = WedgeDetector._take


_ANSWER, _DOCUMENT = "any answer is a result", "any document is read or unreadable"
_JSON, _WORDS = "JSON is read as the standard says", "words and wishes are harmless"
_CARD, _FRAME = "any text names a card or none", "any frame is a number or nothing"
_AMOUNT, _PIECES = "any amount is exact or refused", "any pieces make the same frames"
_SERIAL, _SWIPE = "any bytes of a serial port are scans", "any frames are one swipe or pass"
_KEYS, _PERSON = "any keys are sorted in order", "a person is never a scan"
_STORY = "any answers make no unmeant request"
_HAND, _ACTS = "no press means what changed under the hand", "a key of a scanner never acts"

BUGS: Final = (
    Broken(_ANSWER, "a failed request is sent again", HttpLoyalty, "_exchange", _sent_twice),
    Broken(_ANSWER, "a refusal counts as done", client, "refused_post", lambda *_: Accepted()),
    Broken(_ANSWER, "a number is shown in full", CardNumber, "__str__", CardNumber.reveal),
    Broken(_ANSWER, "every answer counts as a gateway's page", successes, "is_page", lambda *_: True),
    Broken(
        _ANSWER, "a pause is read without care", answers, "retry_after_s", lambda it: float(it["retry-after"])
    ),
    Broken(_DOCUMENT, "a name with the number in it is shown", wire, "names_one_of", lambda *_: False),
    Broken(_DOCUMENT, "any JSON will do", wire, "parse", json.loads),
    Broken(_DOCUMENT, "an amount that is none is an error of its own", wire, "AmountError", KeyError),
    Broken(_JSON, "numbers through binary floats", exact_json, "Decimal", lambda text: Decimal(float(text))),
    Broken(_JSON, "a rescue that finds what is not there", replies, "rescue", lambda body, field: field),
    Broken(_WORDS, "any words are shown", answers, "is_plain", lambda said: True),
    Broken(_WORDS, "secrets in the words are shown", answers, "names_one_of", lambda *_: False),
    Broken(_WORDS, "a pause without a limit", answers, "MAX_RETRY_AFTER_S", float("inf")),
    Broken(_CARD, "the error tells the number", scans, "identify", _told_in_the_error),
    Broken(
        _CARD,
        "anything between the digits is dropped",
        scans,
        "identify",
        lambda text, series: _identify("".join(filter(str.isalnum, text)), series),
    ),
    Broken(_FRAME, "control characters stay", framing, "_visible", lambda text: text),
    Broken(
        _AMOUNT,
        "digits of every script",
        money,
        "_PLAIN",
        re.compile(r"(?P<whole>\d*)(?:[.,](?P<part>\d*))?"),
    ),
    Broken(_AMOUNT, "no limit", money, "MAX_DIGITS", 20),
    Broken(
        _PIECES,
        "what came before is forgotten",
        Framer,
        "_grow",
        lambda self, piece: setattr(self, "_rest", piece),
    ),
    Broken(_SERIAL, "a scan shows its number", Scan, "__repr__", lambda self: self.number),
    Broken(_SWIPE, "a swipe at the end is lost", Swipe, "end", lambda self: self._tracks.clear() or []),
    Broken(_KEYS, "a scan's Enter presses a button", WedgeDetector, "_take", _typed_too),
    Broken(_KEYS, "a scan shows its text", Scanned, "__repr__", lambda self: self.text),
    Broken(_PERSON, "everything is a scan", WedgeDetector, "_is_long", lambda self: True),
    Broken(_HAND, "no dead time", guard, "DEAD_S", 0.0),
    Broken(_HAND, "a double press counts twice", guard, "DOUBLE_S", 0.0),
    Broken(_HAND, "every answer counts as expected", guard, "SWIFT_S", 3600.0),
    Broken(_HAND, "every key passes", Guard, "_acts", lambda *_: False),
    Broken(_ACTS, "a key inside a code acts", WedgeDetector, "_take", _named_acts),
    Broken(_ACTS, "what follows a scan at once acts", keyboard, "AFTER_MS", 0.0),
    Broken(_STORY, "a lost payment is requested again", operations, "step", _machine(_pays_again)),
    Broken(_STORY, "a hold is taken unasked", operations, "step", _machine(_takes_by_itself), 4),
    Broken(_STORY, "an unanswered commit is released", operations, "step", _machine(_flips)),
)
"""At least one for every property."""
