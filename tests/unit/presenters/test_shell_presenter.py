"""Around the Till: places and their keys, the lamps, and what brings the Till to the front."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, WORDS, card, payment, shown
from unit.presenters.shell_till import PAID, RECORD, THIS_TILL, Till

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    Checking,
    OpenChanged,
    Ready,
    Refusal,
    ScannerChanged,
    ServerHeard,
    ServerSilent,
    Why,
)
from centara_giftcard.terminal.ports import SourceState
from centara_giftcard.ui.presenters.first import first_shell
from centara_giftcard.ui.presenters.views import (
    HoldsView,
    LockView,
    TableView,
    TextView,
    TillView,
)

PLACES = [("f1", "help"), ("f3", "sell"), ("f4", "undo"), ("f5", "holds"), ("f6", "history"), ("f7", "shift")]


@pytest.mark.parametrize(("key", "place"), [*PLACES, ("f9", "settings")])
def test_each_place_has_its_key_and_is_noted(key: str, place: str) -> None:
    till = Till()
    till.key(key)
    assert till.flight.screens[-1].screen == place
    assert isinstance(till.window.front, TillView) == (place in {"sell", "undo"})
    till.key("f12", "enter", "page_down", "space")
    asked = {name for name, *_ in till.asked.taken()} - {"turn_to"}
    assert asked == set()  # F12 takes nothing from a screen that does not show the hold
    till.key("escape")
    assert isinstance(till.window.front, TillView)


@pytest.mark.parametrize("key", ["f6", "f7"])
def test_a_journal_that_cannot_be_read_says_so_where_it_was_asked_for(key: str) -> None:
    till = Till()
    till.shelf.fails = True
    till.key(key)
    assert isinstance(till.window.front, TextView)
    assert "cannot be read" in till.window.front.subtitle
    till.shell.key(key)
    till.shell.key("f2")
    asyncio.run(till.work.pop())
    assert isinstance(till.window.front, TillView)


def test_a_card_that_is_read_brings_the_till_to_the_front() -> None:
    till = Till()
    till.tell(Ready())
    till.key("f6")
    till.tell(Checking(CARD))
    assert isinstance(till.window.front, TillView)
    assert till.bars.current == "till"


def test_an_old_result_does_not_flash_up_when_a_card_is_scanned_elsewhere() -> None:
    till = Till()
    till.tell(PAID)
    till.key("f6")
    till.tell(Checking(CARD))
    assert [noted.screen for noted in till.flight.screens] == ["done", "history", "checking"]


def test_open_payments_are_counted_and_listed() -> None:
    till = Till()
    till.key("f5")
    till.tell(OpenChanged((payment(State.UNCLEAR),), (RECORD,)))
    assert {d.name: d.count for d in till.bars.destinations}["holds"] == 2


def test_the_list_of_open_holds_handles_what_concerns_it_itself() -> None:
    till = Till()
    listed = payment(State.UNCLEAR, decision=Decision.TAKE)
    till.tell(shown(listed), OpenChanged((listed,)))
    till.key("f5", "down", "c", "1", "9")
    assert isinstance(till.window.front, LockView)
    till.tell(shown(payment(State.UNCLEAR, decision=Decision.TAKE, attempts=7)))  # asked again by itself
    till.tell(Refusal(Why.NOT_A_SUPERVISOR))
    assert isinstance(till.window.front, LockView)
    assert till.window.front.band.headline == "Not a supervisor"
    till.key("escape", "escape", "a")
    assert till.asked.taken() == [("leave",)]  # it is dealt with on the list now, not at the Till
    assert till.asked.exceptions.taken() == [("ask_again", "op-1")]
    till.shell.press("close")
    assert isinstance(till.window.front, LockView)
    till.key("escape", "escape")
    assert isinstance(till.window.front, TillView)
    assert "Not a supervisor" not in [
        noted.headline for noted in till.flight.screens if noted.screen != "holds"
    ]


def test_the_clock_moves_the_ages_of_what_is_open() -> None:
    till = Till()
    till.tell(OpenChanged((payment(State.UNCLEAR),)))
    till.key("f5")
    assert isinstance(till.window.front, HoldsView)
    till.clock.moment += timedelta(minutes=7)
    till.shell.render()
    assert till.window.front.rows[0].age == "7 min"


def test_a_waiting_till_says_that_the_server_is_silent_and_since_when() -> None:
    till = Till()
    till.tell(Ready(), ServerSilent(Cause.CONNECT))
    till.clock.moment += timedelta(minutes=5)
    till.tell(ServerSilent(Cause.TIMEOUT))
    assert isinstance(till.window.front, TillView)
    since = f"since {WORDS.time(NOON)}"
    assert till.window.front.band.headline == f"No answer from the server {since}"
    assert "New payments wait" in till.window.front.band.advice
    till.tell(ServerSilent(Cause.SERVER_ERROR))
    assert till.window.front.band.headline == f"Server out of order {since}"
    till.tell(card())
    assert till.window.front.band.headline == "€100.00 available"
    till.tell(Ready(), ServerHeard(0.01))
    assert till.window.front.band.headline == "Ready"
    till.tell(ServerSilent(Cause.TIMEOUT))
    assert since not in till.window.front.band.headline


def test_f12_and_typing_reach_the_till() -> None:
    till = Till()
    till.tell(shown(payment(State.HELD, held=Money(2_500, EUR))))
    till.key("f12")
    till.shell.press("release")
    assert till.asked.taken() == [("take",), ("release",)]


def test_under_the_open_tray_nothing_is_pressed() -> None:
    till = Till()
    till.tell(shown(payment(State.HELD, held=Money(2_500, EUR))))
    for key in ("f12", "escape", "enter"):
        till.window.covered = True
        till.key(key)
        assert not till.window.covered
    assert till.asked.taken() == []
    till.window.covered = True
    till.key("f5")
    assert till.flight.screens[-1].screen == "holds"


def test_help_leads_back_to_the_page_it_was_asked_for() -> None:
    till = Till()
    till.key("f5", "f1", "escape")
    assert till.flight.screens[-1].screen == "holds"


def test_the_lamps_say_how_server_and_scanner_are() -> None:
    till = Till()
    for event, text in (
        (ServerHeard(0.0124), "Server 12 ms"),
        (ServerHeard(0.0), "Server 1 ms"),
        (ServerSilent(Cause.TIMEOUT), "Server: no answer"),
        (ServerSilent(Cause.SERVER_ERROR), "Server: out of order"),
        (ScannerChanged(SourceState.READY), "Scanner"),
        (ScannerChanged(SourceState.LOST), "Scanner lost: type the number"),
        (ScannerChanged(SourceState.ABSENT), "Scanner: keyboard"),
        (ScannerChanged(SourceState.UNREADABLE), "Scanner unreadable"),
    ):
        till.tell(event)  # type: ignore[arg-type]
        assert text in [lamp.text for lamp in till.bars.lamps]


def test_the_demos_tray_and_the_pages_of_a_list() -> None:
    till = Till()
    till.key("f8", "f1", "page_down", "page_up")
    assert till.window.samples == 1
    assert till.window.turned[0] == -till.window.turned[1] > 0


def test_what_is_chosen_in_the_demos_tray_is_no_key_of_the_stage() -> None:
    till = Till()
    till.window.choosing = till.window.covered = True
    till.key("enter")
    assert till.window.covered
    till.key("f2")
    assert not till.window.covered


def test_a_button_of_the_rail_leads_there() -> None:
    till = Till()
    till.shell.press("holds")
    assert till.bars.current == "holds"
    assert first_shell(WORDS, THIS_TILL).current == "till"


def test_the_till_s_name_stands_at_the_top() -> None:
    assert first_shell(WORDS, replace(THIS_TILL, name="Front desk")).name == "Front desk"
    assert first_shell(WORDS, THIS_TILL).name == ""


@pytest.mark.parametrize(
    ("keys", "place"), [(["f1"], "help"), (["f6", "f1"], "help"), (["f3", "f1"], "help"), (["p"], "till")]
)
def test_the_rail_marks_the_page_in_view(keys: list[str], place: str) -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID)
    till.key(*keys)
    assert till.bars.current == place


@pytest.mark.parametrize("key", ["f6", "f7"])
def test_a_list_is_read_again_when_what_is_open_changes(key: str) -> None:
    till = Till()
    till.key(key)
    before = len(till.flight.screens)
    till.tell(OpenChanged((payment(State.ORPHAN_HOLD),)))
    assert len(till.work) == 1
    asyncio.run(till.work.pop())
    assert isinstance(till.window.front, TableView)
    assert dict(till.window.front.totals).get("Open", "1") == "1"
    assert len(till.flight.screens) == before
    till.key("f2")
    till.tell(OpenChanged(()))
    assert till.work == []


def test_a_hold_that_was_left_counts_where_it_is_not_in_view() -> None:
    till = Till()

    def counts() -> dict[str, int]:
        return {
            it.name: it.count for it in till.bars.destinations if it.count and it.name in {"holds", "sell"}
        }

    till.tell(OpenChanged((), (), (payment(State.HELD),)))
    assert counts() == {}  # it is in view
    till.key("f7")
    assert counts() == {"holds": 1}
    assert isinstance(till.window.front, TableView)
    assert dict(till.window.front.totals)["Open"] == "1"
