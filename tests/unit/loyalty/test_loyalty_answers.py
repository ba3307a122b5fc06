"""What the server's words and its wish to be left alone are worth."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.loyalty.loyalty_server import CARD, CODE, INSTRUMENT, TOKEN

from centara_giftcard.domain.replies import Cause
from centara_giftcard.loyalty.answers import MAX_WORDS, cause_of_code, http_date, retry_after_s, words

HIDDEN = (CARD, CODE, INSTRUMENT, TOKEN)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"title": "No", "detail": "Card is blocked."}', "Card is blocked."),
        ('{"title": "No", "message": "x"}', "No"),
        ('{"message": "Kortið er útrunnið"}', "Kortið er útrunnið"),
        ('{"detail": "a <b>page</b>", "title": "Refused"}', "Refused"),
        ('{"detail": "two\\nlines"}', ""),
        ('{"detail": "\\u202eevil"}', ""),
        ('{"detail": "\\ud800"}', ""),
        ('{"detail": "  "}', ""),
        ('{"detail": 7, "title": null, "message": ["x"]}', ""),
        (f'{{"detail": "{"x" * (MAX_WORDS + 1)}"}}', ""),
        (f'{{"detail": "{"x" * MAX_WORDS}"}}', "x" * MAX_WORDS),
        ('{"detail": "Card 6091000000000017 is blocked"}', ""),
        ('{"detail": "Card 6091-0000 0000.0017 is blocked", "title": "Blocked"}', "Blocked"),
        ('{"detail": "No authorisation a-77-SECRET/1"}', ""),
        ('{"detail": "Token till-token-9c1f"}', ""),
        ("Plain text", ""),
        ("<html><title>x</title></html>", ""),
        ("[]", ""),
        ("", ""),
    ],
)
def test_only_short_plain_words_without_secrets_are_shown(body: str, said: str) -> None:
    assert words(body.encode(), HIDDEN) == said


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0), ("12", 12.0), (" 12 ", 12.0), ("1.5", 1.5), ("-5", 0.0), ("301", 300.0),
        ("9" * 400, 300.0),
        ("Mon, 05 Jan 2026 10:00:30 GMT", 30.0), ("Mon, 05 Jan 2026 09:00:00 GMT", 0.0),
        ("Tue, 05 Jan 2027 10:00:00 GMT", 300.0), ("", None), ("soon", None), ("nan", None), ("inf", None),
    ],
)  # fmt: skip
def test_how_long_the_server_wants_to_be_left_alone(text: str, seconds: float | None) -> None:
    headers = httpx.Headers({"Retry-After": text, "Date": "Mon, 05 Jan 2026 10:00:00 GMT"})
    assert retry_after_s(headers) == seconds


def test_a_date_counts_from_this_tills_clock_where_the_server_tells_no_time() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    told = retry_after_s(httpx.Headers({"Retry-After": until}))
    assert told is not None
    assert 90 < told <= 100


@pytest.mark.parametrize(
    "text",
    ["Mon, 05 Jan 2026 10:00:00 GMT", "Mon, 05 Jan 2026 10:00:00 -0000", "Monday, 05-Jan-26 10:00:00 GMT"],
)
def test_http_dates(text: str) -> None:
    assert http_date(text) == datetime(2026, 1, 5, 10, tzinfo=UTC)


@settings(max_examples=300)
@given(
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [+-]?\w+", fullmatch=True)
)
def test_any_date_is_read_or_ignored(text: str) -> None:
    read = http_date(text)
    assert read is None or read.tzinfo is not None


def test_every_code_has_a_cause() -> None:
    meanings = {
        301: Cause.UNREADABLE, 401: Cause.NOT_ACCEPTED, 402: Cause.REFUSED, 404: Cause.NOT_FOUND,
        408: Cause.CONFLICT, 410: Cause.REFUSED, 422: Cause.REFUSED, 429: Cause.BUSY,
        500: Cause.SERVER_ERROR, 599: Cause.SERVER_ERROR, 600: Cause.UNREADABLE,
    }  # fmt: skip
    assert {code: cause_of_code(code) for code in meanings} == meanings
