"""The Settings offer a trial of the server and what support asks for, where nothing is under way."""

import pytest
from unit.presenters.face import CARD, WORDS, card, payment, shown
from unit.presenters.setup_till import Setup
from unit.presenters.shell_till import Till

from centara_giftcard.domain.payment import State
from centara_giftcard.terminal.events import Checking, TerminalEvent
from centara_giftcard.ui.presenters.pages import settings_page
from centara_giftcard.ui.presenters.setup_work import Kept, ServerSaid
from centara_giftcard.ui.presenters.views import TextView


@pytest.mark.parametrize("way", ["key", "touch"])
@pytest.mark.parametrize("what", ["trial", "support"])
def test_the_till_is_closed_for_it_at_rest(way: str, what: str) -> None:
    till = Till()
    till.key("f9")
    assert isinstance(till.window.front, TextView)
    assert [(it.name, it.enabled) for it in till.window.front.actions] == [
        ("trial", True),
        ("support", True),
    ]
    if way == "key":
        till.key(what[0])
    else:
        till.shell.press(what)
    assert (till.closed, till.shell.wanted) == ([True], what)


@pytest.mark.parametrize("under_way", [Checking(CARD), card(), shown(payment(State.HELD))])
def test_nothing_under_way_is_left_for_a_trial(under_way: TerminalEvent) -> None:
    till = Till()
    till.tell(under_way)
    till.key("f9")
    assert isinstance(till.window.front, TextView)
    assert [it.enabled for it in till.window.front.actions] == [False, False]
    till.key("t", "s")
    till.shell.press("trial")
    till.shell.press("support")
    assert (till.closed, till.shell.wanted) == ([], "")


def test_a_t_elsewhere_means_nothing_of_the_kind() -> None:
    till = Till()
    till.key("t", "s", "f1", "t", "s", "f7", "T", "S")
    assert till.closed == []


def test_a_demo_has_nothing_to_try() -> None:
    assert settings_page(WORDS, ()).actions == ()


def test_what_a_trial_in_the_set_up_found_is_kept_with_the_answers() -> None:
    setup = Setup()
    setup.to_server_check()
    assert setup.work.server_told is not None
    setup.work.server_told(ServerSaid())
    assert [it.name for it in setup.view.actions][:2] == ["next", "try"]
    setup.touch("try")
    setup.presenter.key("enter")
    setup.answer("", "")
    setup.presenter.key("enter")
    assert setup.work.kept_told is not None
    setup.work.kept_told(Kept())
    assert setup.finished[0].answers["loyalty.server"] == "https://found.example"


def test_a_till_that_only_lacks_its_token_is_not_tried_there() -> None:
    setup = Setup(only_token=True)
    setup.answer("secret-token")
    assert setup.work.server_told is not None
    setup.work.server_told(ServerSaid())
    assert "try" not in [it.name for it in setup.view.actions]


@pytest.mark.parametrize("letters", [5_000, 17_000])
def test_a_long_token_is_taken_whole_or_refused_and_never_cut(letters: int) -> None:
    setup = Setup()
    setup.pasted = "x" * letters
    setup.presenter.key("enter")
    setup.answer("12", "3", "", "EUR", "https://shop.example/api", "acme")
    setup.presenter.key("delete")
    setup.presenter.key("ctrl+v")
    setup.presenter.key("enter")
    asked = [answers for what, answers in setup.work.asked if what == "server"]
    assert [len(it["token"]) for it in asked] == ([letters] if letters < 16_000 else [])
    assert asked or setup.view.band.advice == "At most 16384 characters."
