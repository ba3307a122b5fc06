"""The first set-up where something does not work: server, scanner, disk, keyring."""

from collections.abc import Sequence

import pytest
from unit.presenters.setup_till import CARD, FILE, Setup

from centara_giftcard.config.toml_file import in_file
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.ui.presenters.fault import FaultPresenter
from centara_giftcard.ui.presenters.setup_work import Kept, ServerSaid
from centara_giftcard.ui.presenters.views import LockView, Tone
from centara_giftcard.words import Words


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
    it.work.server_told(ServerSaid(StatusFailed(cause)))
    assert (it.view.band.tone, it.view.band.headline) == (Tone.REFUSED, headline)
    it.presenter.key("escape")  # back to the token, which is still there
    assert it.view.entry is not None
    assert it.view.entry.text == "•" * len("secret-token")
    it.presenter.key("escape")
    assert it.view.entry.text == "acme"
    it.presenter.key("enter")
    it.presenter.key("enter")
    assert [name for name, _ in it.work.asked] == ["server", "server"]


@pytest.mark.parametrize(("only_token", "first"), [(False, "try"), (True, "again")])
def test_a_404_that_may_be_of_any_server_is_never_green(only_token: bool, first: str) -> None:
    it = Setup(only_token=only_token)
    if only_token:
        it.answer("secret-token")
    else:
        it.to_server_check()
    assert it.work.server_told is not None
    it.work.server_told(ServerSaid(StatusFailed(Cause.NOT_FOUND), unsure=True))
    assert (it.view.band.tone, it.view.band.headline) == (Tone.ATTENTION, "Something answers there")
    assert it.view.actions[0].name == first
    assert "anyway" in [action.name for action in it.view.actions]


def test_the_server_s_own_words_are_told() -> None:
    it = Setup()
    it.to_server_check()
    assert it.work.server_told is not None
    it.work.server_told(ServerSaid(StatusFailed(Cause.REFUSED, "No such loyalty group")))
    assert it.view.band.advice == "No such loyalty group"


def test_without_a_question_for_the_token_the_server_is_asked_after_the_group() -> None:
    it = Setup(ask_token=False)
    it.presenter.key("enter")
    it.answer("12", "3", "", "EUR", "https://shop.example/api", "acme")
    assert it.view.title == "Does the server answer?"


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
    it.work.server_told(ServerSaid())
    it.presenter.key("enter")
    assert it.work.asked[-1] == ("keep", "")
    assert it.work.kept_told is not None
    it.work.kept_told(Kept())
    assert it.finished[0].answers["token"] == "tok"


def test_why_a_till_cannot_start_is_told_with_a_way_to_try_again() -> None:
    views, answers = list[LockView](), list[bool]()
    presenter = FaultPresenter(
        Words(), ["settings.toml, line 3: …"], lambda _bars, view: views.append(view), answers.append
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


def paragraph(words: Words, faults: Sequence[str]) -> str:
    """What the page of a till that cannot start says of these faults."""
    return FaultPresenter(words, faults, lambda _bars, _view: None, lambda _again: None).view().paragraph


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", "1. settings.toml, Zeile 4: till.pos fehlt\n2. settings.toml: eine Zahl hat zu viele Ziffern"),
        ("is", "1. settings.toml, lína 4: till.pos vantar\n2. settings.toml: tala er með of marga tölustafi"),
    ],
)
def test_why_a_till_cannot_start_is_told_in_the_till_s_language(language: str, told: str) -> None:
    faults = [
        in_file("settings.toml", 4, Sentence("{key} is missing", key="till.pos")),
        in_file("settings.toml", None, Sentence("a number has too many digits")),
    ]
    assert paragraph(Words(language), faults) == told


def test_of_many_faults_the_first_are_told_and_how_many_more_there_are() -> None:
    assert paragraph(Words(), list("abcdefg")) == "1. a\n2. b\n3. c\n4. d\n5. e\nand 2 more"
