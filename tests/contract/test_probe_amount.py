"""`--amount`: a server that takes no hold as small as a cent is tried with more. Odd forms are told."""

import pytest
from contract.probe_server import LoyaltyServer, loyalty_server
from contract.test_probe import Probe, _token, probe

__all__ = ["_token", "probe"]


def from_one_euro(server: LoyaltyServer) -> object:
    """Refuse a hold of less than 1.00."""
    return None if server.last_amount >= 1 else (422, {"message": "The minimum is 1.00"})


def test_a_server_with_a_minimum_says_no_and_the_option_is_named(probe: Probe) -> None:
    with loyalty_server(before={"_pay": from_one_euro}) as server:
        assert probe.run(server) == 1
        assert server.held == 0
        mark, told = probe.line("hold")
        assert mark == "FAIL"
        assert "“The minimum is 1.00”; nothing is held" in told
        assert "EUR 0.01 may be less than it takes, then hold more with --amount" in told
        assert probe.run(server, "--amount", "1,00") == 0, probe.out
        assert "EUR 1.00 is held, the card read, the hold let go" in " ".join(probe.out.split())
        assert (server.net, server.held) == (5000, 0)
    assert probe.journal() == [("payment", "refused"), ("payment", "cancelled")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--amount", "50.01"], "EUR 50.01 cannot be held of EUR 50.00: let --amount be no more than"),
        (["--amount", "0"], "What is to be held must be an amount above zero, such as 1.00."),
        (["--amount", "1e2"], "What is to be held must be an amount above zero, such as 1.00."),
        (["--amount", "1.001"], "What is to be held must be an amount above zero, such as 1.00."),
        (["--amount", "1", "--issue"], "--amount does not go with --issue: what is sold is the balance."),
    ],
)
def test_what_cannot_be_held_is_told_before_anything_is_sent(
    probe: Probe, words: list[str], told: str
) -> None:
    with loyalty_server() as server:
        assert probe.run(server, *words) == 2
        assert server.asked == []
    assert told in probe.err


@pytest.mark.parametrize("balance", ["", "-50", "fifty", "50.000", "1.234,50,00", "0", "٥٠", "50€", "1e3"])
def test_a_balance_that_is_no_amount_is_told_before_anything_is_sent(probe: Probe, balance: str) -> None:
    with loyalty_server() as server:
        assert probe.run(server, balance=balance) == 2
        assert server.asked == []
    assert "What is on the test card must be an amount above zero, such as 50.00." in probe.err


@pytest.mark.parametrize("balance", ["50", "50.00", "50,00", "50.0", " 50.00 "])
def test_a_balance_may_be_written_in_any_usual_way(probe: Probe, balance: str) -> None:
    with loyalty_server() as server:
        assert probe.run(server, balance=balance) == 0, probe.out + probe.err


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (" ", "no number was given"),
        ("6091", "it has too few digits for its series"),
        ("609100000000001", "one digit is missing for its series"),
        ("60910000000000171", "it has one digit too many for its series"),
        ("6091" * 6, "it has too many digits for its series"),
        ("60910000000000A7", "its series has numbers of digits only"),
        ("7777000000000017", "its number begins like that of no series in the settings"),
        ("60-91;DROP", "a card number has letters and digits only"),
    ],
)
def test_what_is_no_card_of_this_till_is_told_before_anything_is_sent(
    probe: Probe, number: str, why: str
) -> None:
    with loyalty_server() as server:
        assert probe.run(server, card=number) == 2
        assert server.asked == []
    assert f"This is no card of this till: {why}." in probe.err
