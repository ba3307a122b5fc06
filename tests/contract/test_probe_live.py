"""`--probe SERIES --issue`: a card is made by the server, read, and its sale undone; nothing is printed."""

from collections.abc import Iterator

import httpx
import pytest
from contract.test_probe import SETTINGS, Probe, _token, probe

from centara_giftcard.sandbox import SandboxServer

__all__ = ["_token", "probe"]

LIVE = '[[series]]\nname = "Live"\nnumber = "6092"\nprefix = "6092"\nlength = 16\nkind = "live_printed"\n'


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    server = SandboxServer()
    server.start()
    yield server
    server.stop()


def sell(probe: Probe, server: SandboxServer, card: str = "6092", wire: str = "", live: str = LIVE) -> int:
    home = server.address.removesuffix("/loyalty/api/v1/pos")
    probe.file.write_text(SETTINGS.format(address=home, wire=wire).replace("[[series]]", f"{live}[[series]]"))
    return probe.run(server, "--issue", card=card, balance="25.00")


def test_a_card_is_made_and_its_sale_undone(probe: Probe, server: SandboxServer) -> None:
    assert sell(probe, server) == 0, probe.out + probe.err
    assert 'series 6092 ("Live")' in probe.out
    assert probe.line("sale") == ("ok", "card •••• 0001 was made (200), a number of its series")
    assert probe.line("card") == ("ok", "it was made, and its sale undone: nobody has it")
    assert probe.journal() == [("issue_live", "done"), ("unissue", "done")]


def spoil(server: SandboxServer, **fault: object) -> None:
    answer = httpx.post(f"{server.inspection_address}/faults", json=fault)
    assert answer.status_code < 300, answer.text


def test_where_the_answer_is_lost_the_probe_stops_and_says_what_may_exist(
    probe: Probe, server: SandboxServer
) -> None:
    spoil(server, number="6092", call="issue_live", fault="drop_after")
    assert sell(probe, server) == 1
    assert "the connection broke off" in probe.line("sale")[1]
    assert probe.line("left")[1].startswith("a card of series 6092 with EUR 25.00 may exist, and its number")
    assert probe.journal() == [("issue_live", "unclear")]


def test_a_plain_no_leaves_nothing(probe: Probe, server: SandboxServer) -> None:
    spoil(server, number="6092", call="issue_live", fault="status_before", status=422, detail="Not today")
    assert sell(probe, server) == 1
    assert probe.line("sale")[1].endswith("“Not today”; no card was made")
    assert probe.journal() == [("issue_live", "refused")]


def test_a_card_whose_sale_is_not_undone_is_the_tills_to_undo(probe: Probe, server: SandboxServer) -> None:
    spoil(server, number="*", call="unissue", fault="status_before", status=422, detail="Not today")
    assert sell(probe, server) == 1
    assert "“Not today”" in probe.line("undo")[1] or "still on the card" in probe.line("undo")[1]
    assert ("issue_live", "done") in probe.journal()
    assert "6092" not in probe.out.replace('series 6092 ("Live")', "")


def test_a_card_of_such_a_series_is_not_sold_by_its_number(probe: Probe, server: SandboxServer) -> None:
    assert sell(probe, server, card="6092000000000001") == 2
    assert "give its number, --probe 6092 --issue." in probe.err
    assert not probe.data.exists()
