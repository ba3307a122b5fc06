"""Amounts, dates and sentences in the till's locale and language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from centara_giftcard import words as module
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.words import Words

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Paid"
msgstr "Bezahlt"

msgid "{amount} is held, not taken"
msgstr "{amount} sind reserviert, nicht abgebucht"

msgid "Ready"
msgstr ""
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Words:
    (tmp_path / "de.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(module, "resource", lambda name: tmp_path / Path(name).name)
    return Words("de", "de_DE")


@pytest.mark.parametrize(
    ("locale", "code", "minor", "text"),
    [
        ("en_IE", "EUR", 123_450, "€1,234.50"),
        ("de_DE", "EUR", 123_450, "1.234,50\u00a0€"),
        ("is_IS", "ISK", 1_500, "1.500\u00a0kr."),
        ("en_IE", "ISK", 1_500, "ISK\u00a01,500"),
        ("en_IE", "KWD", 1_250, "KWD\u00a01.250"),
        ("en_IE", "EUR", 0, "€0.00"),
    ],
)
def test_an_amount_has_its_currency_and_exactly_its_decimals(
    locale: str, code: str, minor: int, text: str
) -> None:
    assert Words(locale=locale).money(Money(minor, Currency.of(code))) == text


def test_dates_times_and_the_decimal_mark_follow_the_locale() -> None:
    irish = Words()
    moment = datetime(2026, 1, 5, 14, 7, 9, tzinfo=UTC)
    assert irish.date(moment) == "5 Jan 2026"
    assert (irish.time(moment), irish.time_to_the_second(moment)) == ("14:07", "14:07:09")
    assert (irish.decimal_mark, Words(locale="de_DE").decimal_mark) == (".", ",")
    assert (irish.grouping_mark, Words(locale="is_IS").grouping_mark) == (",", ".")


def test_english_is_said_as_it_is_written() -> None:
    assert Words().say("{amount} is held", amount="€1.00") == "€1.00 is held"


def test_what_fills_a_sentence_is_never_a_pattern_itself() -> None:
    assert Words().say("{name} waits", name="{card}") == "{card} waits"


def test_another_language_is_used_where_it_has_the_sentence(german: Words) -> None:
    assert german.say("Paid") == "Bezahlt"
    assert german.say("{amount} is held, not taken", amount="5 €") == "5 € sind reserviert, nicht abgebucht"
    assert (german.say("Ready"), german.say("Hold")) == ("Ready", "Hold")
