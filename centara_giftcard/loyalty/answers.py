"""What an HTTP answer that is no success means, by its status code, and what of its words may be shown.

RFC 9110 for the codes and `Retry-After`, RFC 9457 for problem+json, the wire contract for the rest.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from centara_giftcard.domain.replies import Cause, Misfit, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.domain.secrets import Secret
from centara_giftcard.loyalty.exact_json import LOST_LETTER, Unreadable, parse
from centara_giftcard.loyalty.members import folding, layers

MAX_RETRY_AFTER_S: Final = 300.0
"""Longest pause that a server may ask for; a till cannot be sent to sleep for a day."""

MAX_WORDS: Final = 120
"""Characters of the server's own words that are shown to the cashier."""

_CODES: Final = {
    401: Cause.NOT_ACCEPTED,
    403: Cause.NOT_ACCEPTED,
    404: Cause.NOT_FOUND,
    408: Cause.CONFLICT,
    409: Cause.CONFLICT,
    429: Cause.BUSY,
}
_REFUSALS: Final = frozenset({Cause.NOT_ACCEPTED, Cause.NOT_FOUND, Cause.REFUSED})
_BOXES: Final = ("errors", "error")
_WORDS: Final = (
    "detail", "title", "message", "errormessage", "errordescription", "errordetail", "errortext",
    "description", "reason", "declinereason", "failurereason", "statusmessage", "statustext", *_BOXES,
)  # fmt: skip
"""Folded names of what a server says in words, the most telling first."""

_SECONDS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def cause_of_code(code: int) -> Cause:
    """Give the cause for an HTTP status code; 2xx have none and must not be asked for.

    A redirect is not followed: it would carry the card number elsewhere. It counts as UNREADABLE.
    """
    if 500 <= code <= 599:
        return Cause.SERVER_ERROR
    if 400 <= code <= 499:
        return _CODES.get(code, Cause.REFUSED)
    return Cause.UNREADABLE


def refused_post(
    code: int, headers: Mapping[str, str], body: bytes, hidden: Collection[Secret]
) -> Refused | OutcomeUnknown:
    """Say what a POST's answer outside 2xx is worth. `hidden` are the values the words must not show."""
    cause = cause_of_code(code)
    if cause in _REFUSALS:
        return Refused(cause, words(body, hidden))
    return OutcomeUnknown(cause, retry_after_s(headers), misfit=_misfit(cause, code))


def failed_status(
    code: int, headers: Mapping[str, str], body: bytes, hidden: Collection[Secret]
) -> StatusFailed:
    """Say why a status could not be read, by an answer outside 2xx."""
    cause = cause_of_code(code)
    return StatusFailed(cause, words(body, hidden), retry_after_s(headers), _misfit(cause, code))


def _misfit(cause: Cause, code: int) -> Misfit | None:
    return Misfit("status code", str(code)) if cause is Cause.UNREADABLE else None


def words(body: bytes, hidden: Collection[Secret]) -> str:
    """Give the server's first short plain-text `detail`, `title`, `message` or error, or nothing.

    Plain means printable, on one line, without markup, and without any of the `hidden` values.
    """
    try:
        document = parse(body)
    except Unreadable:
        return ""
    for members in layers(document):
        for member in _WORDS:
            for said in _texts(members.get(member), into_boxes=member in _BOXES):
                if is_plain(said.strip()) and not names_one_of(said, hidden):
                    return said.strip()
    return ""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After`, in seconds or as an HTTP date by the server's own clock where it tells the time.

    Between 0 and MAX_RETRY_AFTER_S; None where there is none that can be read.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        wanted_s = float(text)
    elif (until := http_date(text)) is not None:
        wanted_s = (until - (http_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds()
    else:
        return None
    return min(max(wanted_s, 0.0), MAX_RETRY_AFTER_S)


def http_date(text: str) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7) as an aware time, or None."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # the parser's own ways of saying no
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def names_one_of(said: str, hidden: Collection[Secret]) -> bool:
    """Whether a text spells out one of the `hidden` values, in groups or in one."""
    bare = _bare(said)
    return any(_bare(secret.reveal()) in bare for secret in hidden)


def _texts(value: object, into_boxes: bool) -> Iterator[str]:
    """The texts of a member; of an error those within it too, first things first."""
    left = [value]
    while left:
        it = left.pop()
        if isinstance(it, str):
            yield it
        elif into_boxes and isinstance(it, dict):
            members = folding(it)
            told = [members[name] for name in _WORDS if name in members]
            left.extend(reversed(told or list(members.values())))
        elif into_boxes and isinstance(it, list):
            left.extend(reversed(it))


def is_plain(said: str) -> bool:
    """Whether a text is short, printable, on one line and without markup."""
    marred = "<" in said or LOST_LETTER in said
    return 0 < len(said) <= MAX_WORDS and said.isprintable() and not marred


def _bare(text: str) -> str:
    """Letters and digits only, so that a number written in groups is still found."""
    return "".join(filter(str.isalnum, text)).casefold()
