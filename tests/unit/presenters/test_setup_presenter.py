"""The first set-up as whoever installs a till goes through it: by keyboard, by touch, with obstacles."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from unit.presenters.face import FakeTimer, Timers

from centara_giftcard.config.first import Verdict, judge, normal
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.ui.presenters.fault import FaultPresenter
from centara_giftcard.ui.presenters.setup import SetupPresenter
from centara_giftcard.ui.presenters.setup_work import Finished, Kept
from centara_giftcard.ui.presenters.views import LockView, ShellView, Tone
from centara_giftcard.words import Words

CARD = "6091000000000017"
FILE = "/home/till/settings.toml"


class FakeWork:
    """The real judge; a server, a disk and a keyring that answer when the test says so."""

    def __init__(self) -> None:
        self.timers = Timers()
        self.server_told: Callable[[StatusFailed | None], None] | None = None
        self.kept_told: Callable[[Kept], None] | None = None
        self.asked: list[tuple[str, Any]] = []

    def judge(self, name: str, typed: str, answers: Mapping[str, str]) -> Verdict:
        return judge(name, typed, answers)

    def normal(self, name: str, typed: str) -> str:
        return normal(name, typed)

    def check_server(
        self, answers: Mapping[str, str], told: Callable[[StatusFailed | None], None]
    ) -> FakeTimer:
        self.asked.append(("server", dict(answers)))
        self.server_told = told
        return FakeTimer(0, lambda: None)

    def try_server(self, answers: Mapping[str, str], found: Callable[[Mapping[str, str]], None]) -> None:
        found({"loyalty.server": "https://found.example"})

    def listen(self, answers: Mapping[str, str]) -> None:
        self.asked.append(("listen", answers.get("scanner.serial_port", "")))

    def keep(self, file: str, answers: Mapping[str, str], told: Callable[[Kept], None]) -> FakeTimer:
        self.asked.append(("keep", file))
        self.kept_told = told
        return FakeTimer(0, lambda: None)

    def later(self, seconds: float, call: Callable[[], None]) -> FakeTimer:
        return self.timers.later(seconds, call)

    def now_s(self) -> float:
        return self.timers.now_s


class Setup:
    """A set-up with its surroundings."""

    def __init__(self, *, only_token: bool = False, ask_token: bool = True) -> None:
        self.work, self.views, self.notes = FakeWork(), list[LockView](), list[str]()
        self.bars = list[ShellView]()
        self.finished: list[Finished] = []
        self.pasted = "pasted\n-token"
        known = {"loyalty.server": "https://s.example", "till.language": "system"}
        told = {"till.store": "12", "till.pos": "3", "loyalty.group": "acme"} if only_token else {}
        self.presenter = SetupPresenter(
            self.work,
            lambda language: Words({"system": "en"}.get(language, language)),
            self._show,
            self.notes.append,
            lambda: self.pasted,
            self.finished.append,
            file=FILE,
            answers=known | told,
            ask_token=ask_token,
            only_token=only_token,
        )
        self.presenter.render()

    def _show(self, bars: ShellView, view: LockView) -> None:
        self.bars.append(bars)
        self.views.append(view)

    @property
    def view(self) -> LockView:
        return self.views[-1]

    def answer(self, *texts: str) -> None:
        """Type each text in place of what is in the field, and press Enter."""
        for text in texts:
            self.presenter.key("delete")
            for sign in text:
                self.presenter.key("space" if sign == " " else sign)
            self.presenter.key("enter")

    def touch(self, name: str) -> None:
        """A finger that has looked first."""
        self.work.timers.wait(1)
        self.presenter.press(name)

    def to_server_check(self) -> None:
        self.presenter.key("enter")
        self.answer("12", "3", "", "EUR", "https://shop.example/api", "acme", "secret-token")

    def to_series(self) -> None:
        self.to_server_check()
        assert self.work.server_told is not None
        self.work.server_told(None)
        self.presenter.key("enter")

    def to_scanner(self) -> None:
        self.to_series()
        self.answer("", "")

    def to_kept(self, *outcomes: Kept) -> None:
        self.to_scanner()
        self.presenter.key("enter")
        for outcome in outcomes:
            assert self.work.kept_told is not None
            self.work.kept_told(outcome)


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
    it.work.server_told(None)
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
    it.work.server_told(StatusFailed(Cause.CONNECT))
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


# --- the server --------------------------------------------------------------------------------------------


def test_a_slow_server_is_seen_to_be_asked_and_esc_stops_waiting() -> None:
    it = Setup()
    it.to_server_check()
    assert it.work.asked[-1][1]["token"] == "secret-token"
    assert (it.view.band.headline, it.view.band.busy) == ("Asking the server", False)
    it.work.timers.wait(0.31)
    assert it.view.band.busy
    assert [action.label for action in it.view.actions] == ["Stop waiting"]
    it.presenter.key("escape")
    assert it.view.band.headline == "Not checked"
    it.presenter.key("enter")  # try again
    assert it.view.band.headline == "Asking the server"
    it.touch("back")
    it.presenter.key("2")
    assert it.view.title == "What are your gift cards called?"


@pytest.mark.parametrize(
    ("cause", "headline"),
    [
        (Cause.NAME, "The server was not found"),
        (Cause.CONNECT, "The server cannot be reached"),
        (Cause.TLS, "No safe connection"),
        (Cause.TIMEOUT, "No answer from the server"),
        (Cause.NOT_ACCEPTED, "The token is not accepted"),
        (Cause.SERVER_ERROR, "This does not answer as a Loyalty server"),
        (Cause.UNREADABLE, "This does not answer as a Loyalty server"),
    ],
)
def test_what_is_wrong_with_the_server_is_told_and_the_answers_are_kept(cause: Cause, headline: str) -> None:
    it = Setup()
    it.to_server_check()
    assert it.work.server_told is not None
    it.work.server_told(StatusFailed(cause))
    assert (it.view.band.tone, it.view.band.headline) == (Tone.REFUSED, headline)
    it.presenter.key("escape")  # back to the token, which is still there
    assert it.view.entry is not None
    assert it.view.entry.text == "•" * len("secret-token")
    it.presenter.key("escape")
    assert it.view.entry.text == "acme"
    it.presenter.key("enter")
    it.presenter.key("enter")
    assert [name for name, _ in it.work.asked] == ["server", "server"]


def test_the_server_s_own_words_are_told() -> None:
    it = Setup()
    it.to_server_check()
    assert it.work.server_told is not None
    it.work.server_told(StatusFailed(Cause.REFUSED, "No such loyalty group"))
    assert it.view.band.advice == "No such loyalty group"


def test_without_a_question_for_the_token_the_server_is_asked_after_the_group() -> None:
    it = Setup(ask_token=False)
    it.presenter.key("enter")
    it.answer("12", "3", "", "EUR", "https://shop.example/api", "acme")
    assert it.view.title == "Does the server answer?"


# --- scanning ----------------------------------------------------------------------------------------------


def texts_of(view: LockView) -> str:
    entry = view.entry.text if view.entry is not None else ""
    return " ".join([view.title, view.paragraph, entry, view.band.headline, view.band.advice])


def test_a_scanned_card_tells_how_a_series_begins_and_how_long_it_is() -> None:
    it = Setup()
    it.to_series()
    it.answer("Classic")
    it.presenter.scanned(CARD)
    assert it.view.entry is not None
    assert it.view.entry.text == "6091"
    it.presenter.key("enter")
    assert it.view.entry.text == "16"
    it.presenter.key("enter")
    assert it.view.entry.text == "6091"  # the series' number is mostly its prefix
    assert all(CARD not in texts_of(view) for view in it.views)


def test_the_scanner_is_tried_without_a_whole_number_on_the_screen() -> None:
    it = Setup()
    it.to_series()
    it.answer("Classic", "6091", "16", "7")
    it.presenter.key("enter")
    it.answer("")
    assert it.view.band.headline == "Nothing came yet"
    it.presenter.scanned(CARD)
    assert it.view.band.headline == "16 characters came: •••• 0017"
    assert it.view.band.advice == "Classic"
    it.presenter.scanned("4006381333931")
    assert it.view.band.advice == "It is of no series that you named."
    assert all(CARD not in texts_of(view) for view in it.views)


def test_a_scan_elsewhere_lands_in_no_field_and_says_so() -> None:
    it = Setup()
    it.presenter.key("enter")
    it.presenter.scanned(CARD)
    assert it.view.entry is not None
    assert it.view.entry.text == ""
    assert it.view.band.headline == "Nothing is scanned here"
    it.presenter.key("1")
    assert it.view.band.headline == "Setting up this till"


def test_a_token_may_be_scanned() -> None:
    it = Setup(only_token=True)
    it.presenter.scanned("abc.def")
    it.presenter.key("enter")
    assert it.work.asked[-1][1]["token"] == "abc.def"


def test_a_serial_port_that_cannot_be_opened_is_told() -> None:
    it = Setup()
    it.to_scanner()
    it.presenter.port_told(False)
    assert it.view.band.headline == "Nothing came yet"  # nobody said there was one
    it.presenter.key("2")
    it.answer("COM9")
    it.presenter.port_told(False)
    assert it.view.band.headline == "The scanner's port cannot be opened"
    it.presenter.port_told(True)
    assert it.view.band.headline == "A scanner on a serial port is ready"


# --- keeping it --------------------------------------------------------------------------------------------


def test_settings_that_cannot_be_written_are_told_and_may_go_elsewhere() -> None:
    it = Setup()
    it.to_kept(Kept("No space left on device"))
    assert it.view.title == "Where shall the settings be kept?"
    assert it.view.paragraph == f"{FILE} cannot be written (No space left on device)."
    assert it.view.entry is not None
    assert it.view.entry.text == FILE
    it.presenter.key("enter")  # the disk was tidied up meanwhile, or not
    assert it.work.asked[-1] == ("keep", FILE)
    assert it.work.kept_told is not None
    it.work.kept_told(Kept("No space left on device"))
    it.answer("/media/usb/settings.toml")
    assert it.work.asked[-1] == ("keep", "/media/usb/settings.toml")
    it.work.kept_told(Kept())
    assert it.view.title == "The settings are in another file"
    assert it.view.paragraph == "/media/usb/settings.toml"
    it.presenter.key("enter")
    assert it.finished[0].file == "/media/usb/settings.toml"


def test_from_there_the_answers_can_be_looked_at_again() -> None:
    it = Setup()
    it.to_kept(Kept("Permission denied"))
    it.presenter.key("escape")
    assert it.view.title == "Try the scanner"
    it.presenter.key("escape")
    assert it.view.title == "Where is the receipt printer?"
    assert it.finished == []


def test_without_a_keyring_the_other_way_is_told_and_the_till_opens() -> None:
    it = Setup()
    it.to_kept(Kept(token=False))
    assert it.view.title == "The access token could not be kept"
    assert "CENTARA_GIFTCARD_TOKEN" in it.view.band.advice
    it.presenter.key("escape")
    it.presenter.key("2")  # try again: the settings are written already
    assert it.work.asked[-1] == ("keep", "")
    assert it.work.kept_told is not None
    it.work.kept_told(Kept(token=False))
    it.presenter.key("enter")
    (finished,) = it.finished
    assert (finished.token_kept, finished.answers["token"]) == (False, "secret-token")


def test_a_slow_keyring_is_waited_for_visibly() -> None:
    it = Setup()
    it.to_scanner()
    it.presenter.key("enter")
    it.work.timers.wait(0.31)
    assert (it.view.title, it.view.band.busy) == ("Keeping the settings", True)
    it.presenter.key("escape")
    it.presenter.key("enter")
    assert it.view.title == "Keeping the settings"


def test_only_the_token_is_asked_where_all_else_is_known() -> None:
    it = Setup(only_token=True)
    assert it.view.title == "What is this till's access token?"
    it.presenter.key("escape")
    it.answer("tok")
    assert it.work.server_told is not None
    it.work.server_told(None)
    it.presenter.key("enter")
    assert it.work.asked[-1] == ("keep", "")
    assert it.work.kept_told is not None
    it.work.kept_told(Kept())
    assert it.finished[0].answers["token"] == "tok"


# --- a till that cannot start ------------------------------------------------------------------------------


def test_why_a_till_cannot_start_is_told_with_a_way_to_try_again() -> None:
    views, answers = list[LockView](), list[bool]()
    presenter = FaultPresenter(
        Words(), "settings.toml, line 3: …", lambda _bars, view: views.append(view), answers.append
    )
    presenter.render()
    assert views[-1].paragraph == "settings.toml, line 3: …"
    assert "centara-giftcard\u00a0doctor" in views[-1].band.advice
    for key in ("x", "enter", "escape"):
        presenter.key(key)
    presenter.press("again")
    presenter.press("close")
    presenter.go("till")
    assert answers == [True, False, True, False]
