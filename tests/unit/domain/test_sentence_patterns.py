"""A sentence in English that can be told in another language, and what others wrote within it."""

import errno
import sys

import pytest

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.sentences import (
    Sentence,
    either,
    printable,
    reason_of,
    shortened,
    together,
)
from centara_giftcard.words import Words


def test_a_sentence_is_its_english_and_can_be_told_anew_with_all_that_fills_it() -> None:
    choices = either(['"light"', '"dark"', '"system"'])
    told = Sentence(
        "{key}: {problem}",
        key="x.{y}",
        problem=Sentence("{value} must be {choices}", value='"a"', choices=choices),
    )
    assert told == 'x.{y}: "a" must be "light", "dark" or "system"'
    assert Words("de").tell(told) == 'x.{y}: "a" muss "light", "dark" oder "system" sein'
    assert Words("en").tell(told) == told


def test_amounts_in_it_are_written_as_the_locale_does() -> None:
    told = Sentence("{value} is listed twice", value=Money(1250, Currency.of("EUR")))
    assert told == "EUR 12.50 is listed twice"
    assert Words("de", "de_DE").tell(told) == "12,50\u00a0€ steht zweimal in der Liste"


def test_a_text_without_a_pattern_stays_as_it_is() -> None:
    assert Words("de").tell("the server's own {words}") == "the server's own {words}"
    assert (either(["one"]), together(["one"])) == ("one", "one")
    assert Words("is").tell(together(["a", "b", "c"])) == "a, b og c"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.ECONNRESET, "Connection reset by peer"), "connection reset by peer"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_the_system_s_reasons_are_told(error: Exception, told: str) -> None:
    assert reason_of(error) == told


def test_windows_reasons_are_told_as_far_as_it_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    held, refused = OSError(errno.EACCES, "Permission denied"), OSError(errno.EACCES, "Permission denied")
    held.winerror = 32  # type: ignore[attr-defined,unused-ignore] # what Windows itself gives it
    monkeypatch.setattr(sys, "platform", "win32")
    assert reason_of(held) == "another program keeps it locked"
    assert reason_of(refused) == "permission denied, or another program keeps it locked"
    gone, long = (FileNotFoundError(errno.ENOENT, "", f"C:\\{'x' * n}") for n in (200, 246))
    assert (reason_of(gone), reason_of(long)) == ("no such file or directory", "file name too long")
    monkeypatch.setattr(sys, "platform", "linux")
    assert (reason_of(refused), reason_of(long)) == ("permission denied", "no such file or directory")


def test_what_others_wrote_is_short_and_drives_no_terminal() -> None:
    assert printable("a\x1b[2J\n\u00a0\u202eb") == "a\ufffd[2J  \ufffdb"
    assert shortened("x" * 40) == "x" * 40
    assert shortened("x" * 41) == "x" * 39 + "…"


def test_a_fault_keeps_its_sentence() -> None:
    fault = SettingsError(Sentence("{key} is missing", key="till.pos"))
    assert str(fault) == "till.pos is missing"
    assert Words("is").tell(fault.sentence) == "till.pos vantar"
