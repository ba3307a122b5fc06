"""Sentences in the till's language, and amounts and times in its locale. Shared by the face and the receipts.

The English sentence is the key; `resources/translations/<language>.po` holds the others, so that a shop can
correct a wording with any PO editor and no build step.
"""

from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.resources import resource

if TYPE_CHECKING:
    from centara_giftcard.figures import Figures

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

    def tell(self, sentence: str) -> str:
        """Translate a `Sentence` and what fills it, with amounts as the locale writes them; any other text
        is the system's, a server's or a person's, and stays as it is."""
        if not isinstance(sentence, Sentence):
            return sentence
        return self.say(sentence.pattern, **{name: self._told(it) for name, it in sentence.fields.items()})

    def _told(self, value: object) -> object:
        if isinstance(value, Money):
            return self.money(value)
        return self.tell(value) if isinstance(value, str) else value

    def money(self, amount: Money) -> str:
        """An amount with its currency and exactly the currency's decimals: `€12.50`, `1.500 kr.`"""
        return self._figures.money(amount)

    def date(self, moment: datetime) -> str:
        """The store's date at an aware moment, in the locale's middle length: `5 Jan 2026`."""
        return self._figures.date(self._in_store(moment).date())

    def time(self, moment: datetime) -> str:
        """The store's time of day at an aware moment, hours and minutes: `14:07`."""
        return self._figures.time(self._in_store(moment).time().replace(second=0, microsecond=0))

    def time_to_the_second(self, moment: datetime) -> str:
        """The same with seconds, for what is compared with a log: `14:07:09`."""
        return f"{self._in_store(moment):%H:%M:%S}"

    def midnight(self, moment: datetime) -> datetime:
        """The beginning of the store's day in which `moment` lies."""
        return self._in_store(moment).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)

    @property
    def grouping_mark(self) -> str:
        """What stands between thousands in the locale: `.` in German, `,` in English."""
        return self._figures.grouping_mark

    @property
    def decimal_mark(self) -> str:
        """The locale's decimal mark, for the keypad."""
        return self._figures.decimal_mark

    @cached_property
    def _figures(self) -> "Figures":
        from centara_giftcard.figures import Figures  # with babel, which the first paint does without

        return Figures(self._locale_name)

    def _in_store(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone is no moment")
        return moment.astimezone(self._zone)


def _read(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    with resource(f"translations/{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
