"""Dates in whatever shape a server tells them. A date only decorates a card: one that cannot be read is not
known, and spoils nothing.

Read are ISO 8601 with or without an offset (then it is in the zone of `loyalty.wire.time_zone`) and with any
fraction, a day alone (that day in the store's zone: a start is its beginning, an expiry its end), seconds or
milliseconds since 1970, and .NET's `/Date(...)/`. The first and the last year, and zero, stand for "no date"
(.NET's MinValue, MaxValue).
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM: Final = 10**11
"""A larger number counts milliseconds: as seconds it would be beyond the year 5000."""
_LARGEST: Final = 10**17

_DOTNET: Final = re.compile(r"/Date\((-?[0-9]{1,17})(?:[+-][0-9]{4})?\)/")
_NUMBER: Final = re.compile(r"-?[0-9]{9,17}(?:\.[0-9]{1,9})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}-W[0-9]{2}-[0-9]")
_NOTHING: Final = ("", None, False)


def moment(value: object, zone: tzinfo, day_ends: bool = False, times_in: tzinfo = UTC) -> datetime | None:
    """Read a date into UTC; None for one that is absent or cannot be read. `day_ends` for an expiry.

    `zone` is that of days, `times_in` that of times which come without one.
    """
    found = _read(value, zone, day_ends, times_in)
    return found if found is not None and MINYEAR < found.year < MAXYEAR else None


def is_told(value: object, zone: tzinfo) -> bool:
    """Whether there is a date at all, readable or not."""
    if isinstance(value, Decimal):
        return bool(value)
    if any(value is nothing for nothing in _NOTHING) or value == "":
        return False
    found = _read(value, zone, day_ends=False, times_in=UTC)
    return found is None or MINYEAR < found.year < MAXYEAR


def _read(value: object, zone: tzinfo, day_ends: bool, times_in: tzinfo) -> datetime | None:
    try:
        if isinstance(value, Decimal):
            return _since_1970(value)
        if not isinstance(value, str):
            return None
        text = value.strip().upper()
        if dotnet := _DOTNET.fullmatch(value.strip()):
            return _EPOCH + timedelta(milliseconds=int(dotnet[1]))
        if _DAY.fullmatch(text):
            return _day(datetime.fromisoformat(text), zone, day_ends)
        if _NUMBER.fullmatch(text):
            return _since_1970(Decimal(text))
        told = datetime.fromisoformat(text)
        if told.year in (MINYEAR, MAXYEAR):
            return told.replace(tzinfo=UTC)
        return (told.replace(tzinfo=times_in) if told.tzinfo is None else told).astimezone(UTC)
    except (ValueError, ArithmeticError):  # ArithmeticError: beyond the years there are, or NaN compared
        return None


def _day(told: datetime, zone: tzinfo, day_ends: bool) -> datetime:
    if told.year in (MINYEAR, MAXYEAR):
        return told.replace(tzinfo=UTC)
    if (
        day_ends
    ):  # the next day's beginning less a moment: a day with a change of the clock has 23 or 25 hours
        next_day = (told + timedelta(days=1)).replace(tzinfo=zone)
        return next_day.astimezone(UTC) - timedelta(microseconds=1)
    return told.replace(tzinfo=zone).astimezone(UTC)


def _since_1970(number: Decimal) -> datetime | None:
    if not number or abs(number) > _LARGEST:
        return None
    whole = int(number)
    milliseconds = whole if abs(whole) >= _MILLISECONDS_FROM else whole * 1000
    return _EPOCH + timedelta(milliseconds=milliseconds)
