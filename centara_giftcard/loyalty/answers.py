"""What an HTTP answer that is no success means, by its status code, and what of its words may be shown.

RFC 9110 for the codes and `Retry-After`, RFC 9457 for problem+json, the wire contract for the rest.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from centara_giftcard.domain.replies import Cause, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.domain.secrets import Secret
from centara_giftcard.loyalty.exact_json import Unreadable, parse

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
    return OutcomeUnknown(cause, retry_after_s(headers))


def failed_status(
    code: int, headers: Mapping[str, str], body: bytes, hidden: Collection[Secret]
) -> StatusFailed:
    """Say why a status could not be read, by an answer outside 2xx."""
    return StatusFailed(cause_of_code(code), words(body, hidden), retry_after_s(headers))


def words(body: bytes, hidden: Collection[Secret]) -> str:
    """Give the server's first short plain-text `detail`, `title` or `message`, or nothing.

    Plain means printable, on one line, without markup, and without any of the `hidden` values.
    """
    try:
        members = parse(body)
    except Unreadable:
        return ""
    if not isinstance(members, dict):
        return ""
    for member in ("detail", "title", "message"):
        said = members.get(member)
        if isinstance(said, str) and _plain(said.strip()) and not names_one_of(said, hidden):
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


def _plain(said: str) -> bool:
    return 0 < len(said) <= MAX_WORDS and said.isprintable() and "<" not in said


def _bare(text: str) -> str:
    """Letters and digits only, so that a number written in groups is still found."""
    return "".join(filter(str.isalnum, text)).casefold()
