"""Open holds and exceptions (F5), and an outage: the sandbox's sample cards at the real window."""

import json
from collections.abc import Iterator

import pytest
from e2e.books import disagreements
from e2e.cashier import Cashier, Line, opened
from e2e.patience import wait_for
from e2e.program import Server, call, export, write_settings
from e2e.screen import Screen

from centara_giftcard.sandbox import SandboxServer

pytestmark = pytest.mark.window

GOOD, WELL_FILLED = "6091000000000017", "6091000000000116"
ORPHANED, MORE_THAN_ASKED, NEVER_CONFIRMED = "6091000000009202", "6091000000009208", "6091000000009302"
SUPERVISORS = '[operators]\nsupervisors = ["101"]\n'
LISTED = "Open holds and exceptions: 1"


class Samples(Server):
    """A sandbox with the sample cards that misbehave, as the demo has it."""

    def __init__(self) -> None:
        self._sandbox = SandboxServer()
        self.address = self._sandbox.start()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Samples()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def till(screen: Screen, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    """The till of this file; when it is put away, its three books agree about every sale."""
    folder = tmp_path_factory.mktemp("holds")
    settings = write_settings(folder / "settings.toml", server.address, reply_timeout_s=2, more=SUPERVISORS)
    with opened(screen, settings) as cashier:
        yield cashier
    told_wrongly = f"•••• {MORE_THAN_ASKED[-4:]}"  # the amount is not the server's own
    rows = [row for row in export(cashier.data_dir) if row["card"] != told_wrongly]
    journal = {row["id"]: row for row in rows}
    holds = [hold for hold in server.holds() if hold.operation in journal]
    shown = [line for line in cashier.screens() if line.get("card") != told_wrongly]
    assert disagreements(holds, journal, shown) == []
    assert [line for line in cashier.lines() if line["event"] in {"fault", "journal_failed"}] == []


def says(cashier: Cashier, headline: str) -> Line:
    """The page of open holds says this."""
    return cashier.sees("holds", headline)


def nothing_is_open(cashier: Cashier) -> None:
    cashier.press("F5")
    says(cashier, "Open holds: none")
    cashier.press("Escape")
    cashier.sees("ready")


def test_an_orphan_hold_is_listed_asked_again_and_closed_by_a_supervisor(
    cashier: Cashier, server: Server
) -> None:
    """Row 20: nobody can take or release it, so it stays until a person has seen to it."""
    cashier.asks(ORPHANED, "12.50")
    operation = cashier.sees("done", "Not paid. An amount may be held", "unclear")["operation"]
    cashier.press("F5")
    listed = says(cashier, LISTED)
    assert (listed["operation"], listed["card"]) == (operation, "•••• 9202")
    assert "outcome" not in listed
    asked = server.asked(ORPHANED, "status")
    cashier.press("a")
    says(cashier, "Asking about •••• 9202")
    says(cashier, "not settled yet")
    assert server.asked(ORPHANED, "status") == asked + 1
    cashier.press("F12", "Return", "r")  # nothing of this has a meaning here
    cashier.press("c")
    says(cashier, "Closing an entry")
    cashier.press("Escape", "c", "1")
    says(cashier, "Closing: The server shows it gone")
    cashier.type("999")
    cashier.press("Return")
    says(cashier, "Not a supervisor")
    cashier.type("101")
    cashier.press("Return")
    says(cashier, "•••• 9202: Closed")
    cashier.press("Escape")
    cashier.sees("ready", "Ready")  # it was told where it was closed
    assert cashier.journal_of(ORPHANED) == [("orphan_hold", 1250)]
    assert server.states(ORPHANED) == [("open", 1250)]
    cashier.kill()
    cashier.start()
    cashier.begin()
    nothing_is_open(cashier)
    assert [row["state"] for row in export(cashier.data_dir) if row["id"] == operation] == ["orphan_hold"]
    verified = call(cashier.data_dir.parent, "journal", "verify", "--data-dir", cashier.data_dir)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_an_entry_is_closed_by_touch_alone_with_a_reason_of_its_own(cashier: Cashier, server: Server) -> None:
    cashier.asks(ORPHANED, "3")
    operation = cashier.sees("done", "Not paid. An amount may be held", "unclear")["operation"]
    cashier.touch("Open holds")
    says(cashier, LISTED)
    cashier.touch("Close (supervisor)")
    says(cashier, "Closing an entry")
    cashier.touch("Another reason")
    cashier.touch("Capitals")
    for key in ("K", "ö", "Space", "ð"):
        cashier.touch(key)
    cashier.touch("Next")
    says(cashier, "Closing: Kö ð")
    cashier.touch_pad("101")
    cashier.touch("Close")
    says(cashier, "•••• 9202: Closed")
    told = call(cashier.data_dir.parent, "journal", "events", operation, "--data-dir", cashier.data_dir)
    last = json.loads(told.stdout.splitlines()[-1])
    assert (last["by"], last["reason"], last["state"]) == ("101", "Kö ð", "orphan_hold")
    (row,) = [row for row in export(cashier.data_dir) if row["id"] == operation]
    assert (row["closed"]["by"], row["closed"]["reason"], row["state"]) == ("101", "Kö ð", "orphan_hold")
    cashier.press("Escape")
    cashier.sees("ready")


def test_a_hold_in_front_on_the_till_is_open_on_every_list_and_one_touch_leads_back(
    cashier: Cashier, server: Server
) -> None:
    operation = cashier.holds(WELL_FILLED, "1")
    cashier.press("F5")
    listed = says(cashier, LISTED)
    assert listed["operation"] == operation
    cashier.press("r", "c", "F12", "Return")  # none of this is for what is in front
    assert server.states(WELL_FILLED)[-1] == ("open", 100)
    cashier.touch("Go to the Till")
    cashier.sees("hold", "is held, not taken")
    cashier.press("Escape")
    cashier.sees("done", "Not paid. The hold was released", "not_paid")
    cashier.press("Escape")
    cashier.sees("ready")
    nothing_is_open(cashier)


def test_a_hold_that_does_not_fit_is_released_from_the_list(cashier: Cashier, server: Server) -> None:
    """Row 26."""
    cashier.asks(MORE_THAN_ASKED, "5")
    cashier.sees("done", "Mismatch. Nothing was taken", "unclear")
    cashier.press("F5")
    says(cashier, LISTED)
    cashier.press("r")
    says(cashier, "Releasing •••• 9208")
    says(cashier, "•••• 9208: Not paid. The hold was released")
    assert [state for state, _ in server.states(MORE_THAN_ASKED)] == ["cancelled"]
    assert [state for state, _ in cashier.journal_of(MORE_THAN_ASKED)] == ["cancelled"]
    assert server.asked(MORE_THAN_ASKED, "commit") == 0


def test_a_commit_that_is_never_answered_is_asked_about_until_it_is(cashier: Cashier, server: Server) -> None:
    """Row 28: each press asks at once instead of after the pause; a person's turn comes after six."""
    cashier.holds(NEVER_CONFIRMED, "5")
    cashier.press("F12")
    cashier.sees("committing", "Confirming. Do not charge again", "unclear")
    cashier.press("Return")
    cashier.sees("ready")
    cashier.press("F5")
    says(cashier, LISTED)
    for asked in range(6):
        if cashier.journal_of(NEVER_CONFIRMED) == [("unclear", 500)]:
            break
        cashier.press("a")
        says(cashier, "Asking about •••• 9302")
        says(cashier, "Asked at")
        assert server.asked(NEVER_CONFIRMED, "commit") >= asked + 2
    assert cashier.journal_of(NEVER_CONFIRMED) == [("unclear", 500)]
    server.misbehave(NEVER_CONFIRMED, "commit")
    cashier.press("a")
    says(cashier, "•••• 9302: Paid")
    assert (server.states(NEVER_CONFIRMED), cashier.journal_of(NEVER_CONFIRMED)) == (
        [("committed", 500)],
    ) * 2


def test_an_entry_is_chosen_and_closed_by_touch(cashier: Cashier, server: Server) -> None:
    for amount in ("6", "7"):
        server.misbehave(WELL_FILLED, "pay", "drop_after")
        cashier.scan(WELL_FILLED)
        cashier.sees("card")  # the second time it says what is open on it
        cashier.type(amount)
        cashier.sees("amount")
        cashier.press("Return")
        cashier.sees("done", "Not paid. An amount may be held", "unclear")
        cashier.next_customer()
    cashier.press("F5")
    first = says(cashier, "Open holds and exceptions: 2")["operation"]
    cashier.touch("€7.00")
    second = says(cashier, "Open holds and exceptions: 2")["operation"]
    assert first != second
    cashier.touch("Close (supervisor)…")
    says(cashier, "Closing an entry")
    cashier.touch("Settled with the customer")
    says(cashier, "Closing: Settled with the customer")
    cashier.touch_pad("101")
    cashier.touch("Close")
    assert says(cashier, ": Closed")["operation"] == second
    cashier.press("Down")
    assert says(cashier, LISTED)["operation"] == first
    cashier.press("c", "3")
    cashier.type("101")
    cashier.press("Return")
    says(cashier, ": Closed")


def test_a_server_that_goes_down_and_comes_back_in_the_middle_of_a_payment(
    cashier: Cashier, server: Server
) -> None:
    """The till notices, says so and since when, refuses what is new, and settles what was open by itself."""
    cashier.holds(GOOD, "5")
    server.stop()
    try:
        cashier.press("F12")
        cashier.sees("committing", "Confirming. Do not charge again", "unclear")
        cashier.press("Return")
        cashier.sees("ready", "No answer from the server since")
        cashier.press("F5")
        says(cashier, LISTED)
        cashier.press("a")
        says(cashier, "no answer")
        cashier.press("Escape")
        cashier.sees("ready", "No answer from the server since")
        cashier.scan(WELL_FILLED)
        cashier.sees("ready", "No connection")
    finally:
        server.start()
    wait_for(lambda: cashier.journal_of(GOOD) == [("committed", 500)])
    assert server.states(GOOD) == [("committed", 500)]
    nothing_is_open(cashier)
    cashier.holds(WELL_FILLED, "3")
    cashier.press("Escape")
    cashier.sees("done", "Not paid", "not_paid")


def test_a_new_payment_is_refused_while_the_server_is_known_to_be_down(
    cashier: Cashier, server: Server
) -> None:
    server.misbehave(GOOD, "commit", {"fault": "drop_before", "times": 2})
    cashier.holds(GOOD, "4")
    cashier.press("F12")
    cashier.sees("committing", "Confirming. Do not charge again", "unclear")
    cashier.press("Return")
    cashier.sees("ready")
    cashier.scan(WELL_FILLED)
    cashier.sees("card", "available")
    asked = server.asked(WELL_FILLED, "pay")
    server.stop()
    try:  # what is confirmed in the background finds out that the server has gone
        cashier.wait(lambda line: line.get("call") == "probe" and line["problem"], "a look that failed")
        cashier.type("2")
        cashier.sees("amount")
        cashier.press("Return")
        cashier.sees("amount", "No answer from the server")
    finally:
        server.start()
    cashier.sees("amount", ": Paid", "paid")  # told by itself: the hand looks first
    assert cashier.journal_of(GOOD)[-1][0] == "committed"
    assert server.asked(WELL_FILLED, "pay") == asked
    cashier.press("Return")
    cashier.sees("hold", "€2.00 is held")
    cashier.press("Escape")
    cashier.sees("done", "Not paid", "not_paid")
