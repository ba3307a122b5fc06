"""The server is tried with a test card, from the Settings of a running till and in the first set-up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.cashier import Cashier
from e2e.program import Server, write_settings
from e2e.screen import Screen

from centara_giftcard.config.settings import load
from centara_giftcard.probe.proof import is_proven

pytestmark = pytest.mark.window


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
    till.begin()
    till.press("F9")
    till.sees("settings")
    till.touch("Try the server")
    till.sees("trial", "Which test card?")
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
    till.sees("ready")
    assert server.states(card) == [("cancelled", 1)]
    assert "net_excludes_holds = false # we think" in file.read_text()
    assert is_proven(tmp_path / "data", load(file).loyalty)
    till.begin()
    assert till.journal_of(card) == [("cancelled", 1)]
