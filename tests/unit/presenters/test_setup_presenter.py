"""The first set-up: every page, by keyboard and by touch alone, and what is wrong with an answer."""

import pytest
from unit.presenters.setup_till import FILE, Setup

from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.ui.presenters.setup_work import Kept, ServerSaid
from centara_giftcard.ui.presenters.views import Tone
from centara_giftcard.words import Words


def test_by_keyboard_alone_through_everything() -> None:
    it = Setup()
    assert it.view.title == "Which language do you speak?"
    it.presenter.key("2")
    it.answer("12", "3", "Front desk", "eur", "https://shop.example/api", "acme")
    it.presenter.key("ctrl+v")
    assert it.view.entry is not None
    assert it.view.entry.text == "•" * len("pasted-token")
    it.presenter.key("enter")
    assert it.work.server_told is not None
    it.work.server_told(ServerSaid())
    assert (it.view.band.tone, it.view.band.headline) == (Tone.PAID, "The server answers")
    it.presenter.key("enter")
    it.answer("Classic", "6091", "16", "7")
    it.presenter.key("2")  # another series
    it.answer("Gold", "6092", "19", "8")
    it.presenter.key("enter")
    it.answer("tcp://printer:9100")
    it.presenter.key("2")  # 58 mm
    it.presenter.key("2")  # on a serial port
    it.answer("COM3")
    assert ("listen", "COM3") in it.work.asked
    it.presenter.key("enter")
    assert it.work.kept_told is not None
    it.work.kept_told(Kept())
    (finished,) = it.finished
    assert (finished.file, finished.token_kept) == (FILE, True)
    assert finished.answers == {
        "till.language": "en",
        "till.store": "12",
        "till.pos": "3",
        "till.name": "Front desk",
        "till.currency": "EUR",
        "loyalty.server": "https://shop.example/api",
        "loyalty.group": "acme",
        "token": "pasted-token",
        "series.0.name": "Classic",
        "series.0.prefix": "6091",
        "series.0.length": "16",
        "series.0.number": "7",
        "series.1.name": "Gold",
        "series.1.prefix": "6092",
        "series.1.length": "19",
        "series.1.number": "8",
        "printer.address": "tcp://printer:9100",
        "printer.width_mm": "58",
        "scanner.serial_port": "COM3",
    }
    assert "pasted-token" not in repr(finished)
    assert not any("token" in note and "pasted" in note for note in it.notes)


def test_everything_that_may_be_skipped_is_skipped_with_enter() -> None:
    it = Setup()
    it.to_kept(Kept())
    (finished,) = it.finished
    assert {name for name, text in finished.answers.items() if not text} == {
        "till.name",
        "series.0.name",
        "printer.address",
    }


def test_by_touch_alone_every_page_has_its_way_on_and_back() -> None:
    it = Setup()
    it.touch("de")
    assert it.view.title == "Welche Filiale ist das?" or it.view.title != "Which store is this?"
    assert [action.name for action in it.view.actions] == ["back", "next"]
    it.touch("back")
    assert [action.name for action in it.view.actions] == ["system", "en", "de", "is"]
    it.touch("en")
    assert it.view.entry is not None
    assert it.view.entry.letters == "en"  # so that the letters stand on the screen
    for text in ("12", "3", "", "EUR", "https://shop.example", "acme", "tok"):
        it.presenter.key("clear")
        for sign in text:
            it.presenter.key(sign)
        it.touch("next")
    assert it.work.server_told is not None
    it.work.server_told(ServerSaid(StatusFailed(Cause.CONNECT)))
    assert [action.name for action in it.view.actions] == ["again", "anyway", "back"]
    it.touch("anyway")
    it.touch("next")
    it.touch("next")
    assert it.view.title == "Try the scanner"
    it.touch("port")
    it.touch("next")
    it.touch("no_more")
    assert it.work.kept_told is not None
    it.work.kept_told(Kept())
    assert len(it.finished) == 1


def test_a_second_tap_does_not_press_the_next_page() -> None:
    it = Setup()
    it.touch("en")
    it.answer("12")
    it.presenter.key("3")
    it.touch("next")
    title = it.view.title
    it.presenter.press("next")  # the second of a double tap: it would skip the name
    assert it.view.title == title == "What is this till called?"
    it.touch("next")
    assert it.view.title == "Which currency do the cards have?"


@pytest.mark.parametrize(
    ("before", "typed", "told"),
    [
        ([], "x" * 21, "At most 20 characters."),
        ([], "12\N{GRINNING FACE}", "This sign cannot be used here: \N{GRINNING FACE}"),
        (["12", "3", ""], "eux", "No currency has the letters EUX. The euro has EUR."),
        (
            ["12", "3", "", "EUR"],
            "http://shop",
            "It must begin with https://, so that nobody can read along.",
        ),
        (["12", "3", "", "EUR"], "shop", "It must begin with https:// and have no ? and no # in it."),
    ],
)
def test_a_fault_is_told_while_it_is_typed(before: list[str], typed: str, told: str) -> None:
    it = Setup()
    it.presenter.key("enter")
    it.answer(*before)
    it.presenter.key("delete")
    for sign in typed:
        it.presenter.key(sign)
    assert (it.view.band.tone, it.view.band.advice) == (Tone.REFUSED, told)
    assert not it.view.actions[-1].enabled
    title = it.view.title
    it.presenter.key("enter")
    assert (it.view.title, it.view.band.advice) == (title, told)


def test_what_is_only_begun_is_no_fault_and_enter_asks_for_the_rest() -> None:
    it = Setup()
    it.presenter.key("enter")
    it.answer("12", "3", "")
    it.presenter.key("backspace")
    assert it.view.band.tone is Tone.INFO
    it.presenter.key("enter")
    assert it.view.band.headline == "Not complete yet"
    it.presenter.key("R")
    assert it.view.band.tone is Tone.INFO


def test_a_language_is_spoken_at_once() -> None:
    it = Setup()
    it.presenter.key("3")
    assert it.view.title == Words("de").say("Which store is this?")
    assert it.bars[-1].store == Words("de").say("First set-up")
    it.presenter.key("escape")
    it.presenter.key("4")
    assert it.view.title == Words("is").say("Which store is this?")


def test_the_first_page_has_no_way_out_by_accident() -> None:
    it = Setup()
    for key in ("escape", "9", "x", "f12"):
        it.presenter.key(key)
    it.presenter.go("till")
    assert it.view.title == "Which language do you speak?"
    assert it.finished == []


def test_a_series_that_was_taken_back_is_not_kept() -> None:
    it = Setup()
    it.to_series()
    it.answer("Classic", "6091", "16", "7")
    it.presenter.key("2")
    it.answer("Gold", "6092", "19", "8")
    for _ in range(5):
        it.presenter.key("escape")
    assert it.view.title == "Are there other gift cards?"
    it.presenter.key("2")
    assert it.view.entry is not None
    assert it.view.entry.text == "Gold"  # still there for whoever goes on
    it.presenter.key("escape")
    it.presenter.key("enter")  # no others after all
    it.answer("")
    it.presenter.key("enter")
    assert it.work.kept_told is not None
    it.work.kept_told(Kept())
    assert not any(name.startswith("series.1.") for name in it.finished[0].answers)
