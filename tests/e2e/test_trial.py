"""The server is tried with a test card, from the Settings of a running till and in the first set-up."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.cashier import TITLE, Cashier
from e2e.program import TOKEN, Server, write_settings
from e2e.screen import Screen
from e2e.test_first_run import Newcomer, newcomer

from centara_giftcard.config.settings import load
from centara_giftcard.probe.proof import is_proven

pytestmark = pytest.mark.window

__all__ = ["newcomer"]


@pytest.fixture
def till(screen: Screen, server: Server, tmp_path: Path) -> Iterator[Cashier]:
    settings = write_settings(
        tmp_path / "settings.toml", server.address, 2, "[loyalty.wire]\nnet_excludes_holds = true # we think"
    )
    cashier = Cashier(screen, tmp_path / "data", "--settings", settings)
    try:
        yield cashier
        assert cashier.end() == 0
        assert cashier.complaints() == ""
    finally:
        cashier.put_away()


def test_a_server_is_tried_from_settings_and_the_till_opens_again_on_what_was_found(
    till: Cashier, server: Server, tmp_path: Path
) -> None:
    card, file = server.new_card(), tmp_path / "settings.toml"
    assert [line["proven"] for line in till.lines() if line["event"] == "ready"] == [False]
    till.begin()
    till.press("F9")
    till.sees("settings")
    till.touch("Try the server")
    till.sees("trial", "Which test card?")
    till.spot("Back")
    till.screen.wait_for_focus(TITLE)
    till.scan(card)
    till.touch("Next")
    till.sees("trial", "What is on the test card?")
    till.type("100")
    till.press("Return")
    till.sees("trial", "Shall it begin?")
    till.touch("Try the server")
    till.sees("trial", "The settings differ")
    till.touch("Keep the settings found")
    till.touch("Go on")
    assert till.wait(lambda line: line["event"] == "ready", "the till is open again")["proven"]
    assert server.states(card) == [("cancelled", 1)]
    assert "net_excludes_holds = false # we think" in file.read_text()
    assert is_proven(tmp_path / "data", load(file).loyalty)
    till.begin()
    assert till.journal_of(card) == [("cancelled", 1)]


def test_a_server_is_tried_in_the_set_up_before_anything_is_kept(
    newcomer: Callable[..., Newcomer],
    server: Server,
) -> None:
    it, card = newcomer(), server.new_card()
    it.asked("Which language")
    it.press("2")
    it.answers("Which store", "12")
    it.answers("Which till", "3")
    it.answers("What is this till called", "")
    it.answers("Which currency", "eur")
    it.answers("Where is the Loyalty server", server.address)
    it.answers("Which loyalty group", "acme")
    it.answers("access token", TOKEN)
    it.asked("The server answers")
    it.touch("Try it with a test card")
    it.asked("Which test card?")
    it.scan(card)
    it.touch("Next")
    it.asked("What is on the test card?")
    it.type("100")
    it.press("Return")
    it.asked("Shall it begin?")
    it.touch("Try the server")
    it.asked("The server is proven")
    it.touch("Go on")
    it.touch("Next")  # the set-up goes on where it was left
    it.touches("What are your gift cards called", "", "Skip")
    it.touches("Where is the receipt printer", "", "Skip")
    it.touches("Try the scanner", "", "Skip")
    it.wait(lambda line: line["event"] == "ready", "the till is ready")
    assert server.states(card) == [("cancelled", 1)]
    assert is_proven(it.data_dir, load(it.settings).loyalty)
    assert it.end() == 0
    assert it.complaints() == ""
