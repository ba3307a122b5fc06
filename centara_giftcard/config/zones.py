"""The store's time zone, from its name in the settings: one for all dates that a person reads."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from centara_giftcard.config.toml_file import nearest, show
from centara_giftcard.domain.sentences import BadValue, Sentence

SYSTEM: Final = "system"


class SystemZone(tzinfo):
    """The zone this computer is set to, by the system's own rules: summer time comes and goes in it.

    `datetime.astimezone()` gives the offset of one moment only, which is wrong for midnight on the day of a
    change; and the name of a system's zone cannot be told reliably, on Windows least of all.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """How far the wall clock of `moment` is ahead of UTC."""
        return _offset(moment.replace(tzinfo=None) if moment else datetime.now(UTC))

    def dst(self, _moment: datetime | None) -> None:
        """The system does not tell how much of its offset is summer time."""

    def tzname(self, _moment: datetime | None) -> str:
        """The system's own words for its zone, with those for its summer time where it has one."""
        return "/".join(dict.fromkeys(time.tzname if time.daylight else time.tzname[:1]))

    def fromutc(self, moment: datetime) -> datetime:
        """The wall clock at `moment`, whose figures are UTC's."""
        offset = _offset(moment.replace(tzinfo=UTC))
        wall = moment.replace(tzinfo=None) + offset
        return wall.replace(tzinfo=self, fold=int(_offset(wall) != offset))  # 1: the hour that comes twice


def _offset(moment: datetime) -> timedelta:
    """The system's offset at an aware moment, or at a naive one on its own wall clock."""
    try:
        return moment.astimezone().utcoffset() or timedelta(0)
    except (OSError, OverflowError, ValueError):  # years that the system's own calendar does not have
        return timedelta(seconds=-time.timezone)


def zone_of(name: str) -> tzinfo:
    """The zone of a checked name: of the IANA's, or `system`."""
    if name == SYSTEM:
        return SystemZone()
    return _iana(name)


def checked(value: object) -> str:
    """A zone's name that this computer has the rules of, or `system`. Raises BadValue."""
    such = 'must be a time zone such as "Europe/Dublin", or "system"'
    return SYSTEM if value == SYSTEM else _named(value, Sentence(such))


def named(value: object) -> str:
    """A zone's name that this computer has the rules of. Raises BadValue."""
    return _named(value, Sentence('must be a time zone such as "Europe/Dublin"'))


def _named(value: object, such: Sentence) -> str:
    if not isinstance(value, str) or not value:
        raise BadValue(Sentence("{value} {problem}", value=show(value), problem=such))
    _iana(value)
    return value


def _iana(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, available_timezones  # a till in this computer's zone does without

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # LookupError: ZoneInfoNotFoundError
        raise BadValue(_not_known(name, available_timezones())) from None


def _not_known(wrong: str, names: Iterable[str]) -> Sentence:
    exact = {name.lower(): name for name in names}
    cities = {name.rpartition("/")[2].lower(): name for name in names}
    near = exact.get(wrong.lower()) or cities.get(wrong.lower().replace(" ", "_"))
    near = near or nearest(wrong, sorted(names))
    if not near:
        return Sentence('{value} is not a time zone such as "Europe/Dublin"', value=show(wrong))
    told = Sentence("{value} is not a time zone", value=show(wrong))
    return Sentence("{problem}: did you mean {near}?", problem=told, near=show(near))
