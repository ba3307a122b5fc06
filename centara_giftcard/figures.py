"""Amounts, dates and times of day as a locale writes them, by babel.

A screen says the same few again and again, and babel writes each with care: what was written is remembered.
"""

import re
from copy import copy
from datetime import date, time
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import get_decimal_symbol, get_group_symbol

from centara_giftcard.domain.money import Money

_CODE_MEETS_DIGIT: Final = re.compile(r"(?<=[A-Za-z])(?=[0-9])")
"""Where CLDR's spacing rule wants a no-break space (`ISK 1,500`), which babel leaves out."""

_REMEMBERED: Final = 512


class Figures:
    """Writes for `locale`, for example `en_IE`. `Words` says what each method gives."""

    def __init__(self, locale: str) -> None:
        self._locale = Locale.parse(locale)
        self.grouping_mark = get_group_symbol(self._locale)
        self.decimal_mark = get_decimal_symbol(self._locale)
        self.money = lru_cache(_REMEMBERED)(self._money)
        self.date = lru_cache(_REMEMBERED)(self._date)
        self.time = lru_cache(_REMEMBERED)(self._time)

    def _money(self, amount: Money) -> str:
        pattern = copy(self._locale.currency_formats["standard"])
        pattern.frac_prec = (amount.currency.decimals, amount.currency.decimals)  # ISO's, not CLDR's
        text = pattern.apply(
            amount.decimal, self._locale, currency=amount.currency.code, currency_digits=False
        )
        return _CODE_MEETS_DIGIT.sub("\u00a0", text)

    def _date(self, day: date) -> str:
        return format_date(day, format="medium", locale=self._locale)

    def _time(self, minute: time) -> str:
        return format_time(minute, format="short", locale=self._locale)
