"""Letters by touch alone: all of the three languages, capitals, signs, and the way back to digits."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from centara_giftcard.ui.presenters.views import (
    Action,
    Band,
    Entry,
    LockView,
    Role,
    ScanPrompt,
    TillView,
    Tone,
)
from centara_giftcard.ui.screens.lock import LockPage
from centara_giftcard.ui.screens.till import TillScreen
from centara_giftcard.ui.theme import Mode, Theme
from centara_giftcard.ui.widgets.letters import Letters
from centara_giftcard.words import LANGUAGES

CHECK = Action("check", "Check card", "Enter", Role.PRIMARY)
NUMBER = TillView(
    ("Card",),
    0,
    ScanPrompt("Scan", ""),
    Band(Tone.INFO, "Ready"),
    "",
    Entry("Card number", "", "", letters="en"),
    (CHECK,),
)
QUESTION = LockView(
    "", "Why is it closed?", Entry("Reason", "", "", letters="de"), (CHECK,), Band(Tone.INFO, "Why")
)


class Board:
    """A keyboard, and what its keys say."""

    def __init__(self, qtbot: QtBot, language: str, closable: bool = False) -> None:
        self.letters = Letters(Theme(Mode.LIGHT), closable=closable)
        self.letters.configure(language)
        qtbot.addWidget(self.letters)
        self.letters.resize(900, 300)
        self.letters.show()
        self.qtbot = qtbot
        self.said: list[str] = []
        self.letters.pressed.connect(self.said.append)

    def keys(self) -> dict[str, QAbstractButton]:
        return {
            key.accessibleName(): key for key in self.letters.findChildren(QAbstractButton) if key.isEnabled()
        }

    def press(self, *names: str) -> None:
        for name in names:
            self.qtbot.mouseClick(self.keys()[name], Qt.MouseButton.LeftButton)


Boards = Callable[..., Board]


@pytest.fixture
def board_of(qtbot: QtBot) -> Iterator[Boards]:
    """Makes boards that live until the test is over: what is painted must not be collected meanwhile."""
    boards: list[Board] = []

    def make(language: str, closable: bool = False) -> Board:
        boards.append(Board(qtbot, language, closable))
        return boards[-1]

    yield make
    boards.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_every_language_can_be_pressed(board_of: Boards, language: str) -> None:
    board = board_of(language)
    wanted = "abcdefghijklmnopqrstuvwxyzäöüßæðþáéíóúý0123456789"
    board.press(*wanted)
    assert board.said == list(wanted)


def test_each_language_has_its_letters_where_they_are_looked_for(board_of: Boards) -> None:
    def first_row(language: str) -> str:
        keys = board_of(language).keys()
        row = sorted((key for key in keys.values() if key.y() == keys["e"].y()), key=lambda key: key.x())
        return "".join(key.accessibleName() for key in row)

    assert first_row("en").startswith("qwertyuiop")
    assert first_row("de").startswith("qwertzuiopü")
    assert first_row("is").startswith("qwertyuiopð")


def test_shift_once_is_one_capital_and_twice_is_all_of_them(board_of: Boards) -> None:
    board = board_of("de")
    board.press("Capitals", "Ä", "n")
    board.press("Capitals", "Capitals", "A", "B", "ß", "Capitals", "c")
    assert "".join(board.said) == "ÄnABßc"


def test_signs_are_a_page_of_their_own(board_of: Boards) -> None:
    board = board_of("en")
    board.press("Signs", *"@#_?&%", "Space", "Signs", "a", ":", "/", ".", "-", ",", "Backspace")
    assert board.said == [*"@#_?&%", "space", "a", ":", "/", ".", "-", ",", "backspace"]


def test_no_two_keys_have_one_name(board_of: Boards) -> None:
    board = board_of("is", closable=True)
    for press in ((), ("Capitals",), ("Signs",)):
        board.press(*press)
        names = [key.accessibleName() for key in board.letters.findChildren(QAbstractButton)]
        assert len(set(names)) == len(names)
        assert all(names)


def test_a_long_backspace_clears(qtbot: QtBot, board_of: Boards) -> None:
    board = board_of("en")
    key = board.keys()["Backspace"]
    with qtbot.waitSignal(board.letters.pressed, check_params_cb=lambda said: said == "clear"):
        qtbot.mousePress(key, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(key, Qt.MouseButton.LeftButton)
    assert board.said == ["clear"]


def test_a_card_number_with_letters_is_typed_by_touch_and_checked(qtbot: QtBot) -> None:
    screen = TillScreen(Theme(Mode.LIGHT))
    qtbot.addWidget(screen)
    screen.resize(936, 716)
    screen.show_view(NUMBER)
    screen.show()
    keys: list[str] = []
    actions: list[str] = []
    screen.key.connect(keys.append)
    screen.action.connect(actions.append)

    def press(name: str) -> None:
        button = next(
            it
            for it in screen.findChildren(QAbstractButton)
            if it.isVisible() and it.accessibleName() == name
        )
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    for name in ("Letters", "Capitals", "G", "c", "1", "Digits only", "2", "Letters", "Check card"):
        press(name)
    assert (keys, actions) == (["G", "c", "1", "2"], ["check"])
    screen.show_view(TillView(("Card",), 0, ScanPrompt("One moment", ""), Band(Tone.INFO, "Checking")))
    assert not screen.writing.isVisible()
    assert screen.decision.isVisible()


def test_a_question_that_takes_letters_shows_them_at_once(qtbot: QtBot) -> None:
    page = LockPage(Theme(Mode.LIGHT))
    qtbot.addWidget(page)
    page.resize(936, 716)
    page.show_view(QUESTION)
    page.show()
    shown = {it.accessibleName() for it in page.findChildren(QAbstractButton) if it.isVisible()}
    assert {"a", "ß", "ý", "Space", "Backspace", "Check card"} <= shown
    assert "Digits only" not in shown  # they are all there is
