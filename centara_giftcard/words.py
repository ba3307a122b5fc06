"""Sentences in the till's language, and amounts and times in its locale. Shared by the face and the receipts.

The English sentence is the key; `resources/translations/<language>.po` holds the others, so that a shop can
correct a wording with any PO editor and no build step.
"""

import re
from copy import copy
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from centara_giftcard.domain.money import Money
from centara_giftcard.resources import resource

if TYPE_CHECKING:
    from babel import Locale

_CODE_MEETS_DIGIT: Final = re.compile(r"(?<=[A-Za-z])(?=[0-9])")
"""Where CLDR's spacing rule wants a no-break space (`ISK 1,500`), which babel leaves out."""

LANGUAGES: Final = ("en", "de", "is")
LANGUAGE_NAMES: Final = {"en": "English", "de": "Deutsch", "is": "Íslenska"}
"""What the speakers of each call it."""


class Words:
    """Speaks `language` (one of LANGUAGES) and writes figures as `locale` (for example `en_IE`) does.

    Dates and times of day are those of the store's `zone`, whatever zone a moment comes in.
    """

    def __init__(self, language: str = "en", locale: str = "en_IE", zone: tzinfo = UTC) -> None:
        self.language = language
        self._zone = zone
        self._locale_name = locale
        self._sentences = _read(language)

    def say(self, sentence: str, **fields: object) -> str:
        """Translate `sentence` and fill in its `{fields}`; one that is not translated stays English."""
        return (self._sentences.get(sentence) or sentence).format(**fields)

    def money(self, amount: Money) -> str:
        """An amount with its currency and exactly the currency's decimals: `€12.50`, `1.500 kr.`"""
        return _money(amount, self._locale_name)

    def date(self, moment: datetime) -> str:
        """The store's date at an aware moment, in the locale's middle length: `5 Jan 2026`."""
        return _date(self._in_store(moment).date(), self._locale_name)

    def time(self, moment: datetime) -> str:
        """The store's time of day at an aware moment, hours and minutes: `14:07`."""
        return _time(self._in_store(moment).time().replace(second=0, microsecond=0), self._locale_name)

    def time_to_the_second(self, moment: datetime) -> str:
        """The same with seconds, for what is compared with a log: `14:07:09`."""
        return f"{self._in_store(moment):%H:%M:%S}"

    def midnight(self, moment: datetime) -> datetime:
        """The beginning of the store's day in which `moment` lies."""
        return self._in_store(moment).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)

    @property
    def grouping_mark(self) -> str:
        """What stands between thousands in the locale: `.` in German, `,` in English."""
        from babel.numbers import get_group_symbol

        return get_group_symbol(_locale(self._locale_name))

    @property
    def decimal_mark(self) -> str:
        """The locale's decimal mark, for the keypad."""
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(_locale(self._locale_name))

    def _in_store(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone is no moment")
        return moment.astimezone(self._zone)


# A screen says the same few figures again and again, and babel writes each with care: they are remembered.


@lru_cache(maxsize=512)
def _money(amount: Money, locale: str) -> str:
    pattern = copy(_locale(locale).currency_formats["standard"])
    pattern.frac_prec = (amount.currency.decimals, amount.currency.decimals)  # ISO's, not CLDR's
    text = pattern.apply(
        amount.decimal, _locale(locale), currency=amount.currency.code, currency_digits=False
    )
    return _CODE_MEETS_DIGIT.sub("\u00a0", text)


@lru_cache(maxsize=512)
def _date(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, format="medium", locale=_locale(locale))


@lru_cache(maxsize=512)
def _time(minute: time, locale: str) -> str:
    from babel.dates import format_time

    return format_time(minute, format="short", locale=_locale(locale))


@lru_cache
def _locale(name: str) -> "Locale":
    from babel import Locale  # not needed before the first paint

    return Locale.parse(name)


def _read(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    with resource(f"translations/{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
