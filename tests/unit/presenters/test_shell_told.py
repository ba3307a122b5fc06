"""What comes by itself, or is refused, is told where the cashier is, until it is answered."""

import pytest
from unit.presenters.face import card, payment, shown
from unit.presenters.shell_till import PAID, Till, issued

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.terminal.events import (
    OpenChanged,
    Ready,
    Refusal,
    Reopened,
    ScanRefused,
    ServerHeard,
    Settled,
    Why,
)
from centara_giftcard.terminal.ports import Scan, ScanSource
from centara_giftcard.ui.presenters.views import (
    TillView,
    Tone,
)


def test_how_a_payment_left_behind_ended_stands_until_it_is_answered() -> None:
    till = Till()
    till.tell(card(), Settled(payment(State.COMMITTED)))
    assert till.bars.notice is not None
    assert till.bars.notice.headline == "•••• 1111: Paid"
    last = till.flight.screens[-1]
    assert (last.screen, last.outcome, last.operation) == ("card", "paid", "op-1")
    till.tell(Settled(payment(State.COMMITTED)))  # told again, with nothing new
    till.key("1", "2")
    assert till.bars.notice is not None
    till.tell(Settled(payment(State.CANCELLED, id="op-2")))
    assert till.bars.notice.headline == "•••• 1111: Not paid. The hold was released"
    till.shell.press("notice")
    assert till.bars.notice is None
    assert [it.outcome for it in till.flight.screens if it.outcome] == ["paid", "not_paid"]


def test_a_payment_left_behind_that_is_paid_on_the_servers_word_alone_says_so() -> None:
    till = Till()
    till.tell(Ready(), Settled(payment(State.COMMITTED, doubt=Doubt.ACCEPTED)))
    assert till.bars.notice is not None
    assert till.bars.notice.advice.endswith("The card could not be read since: its balance is not known.")


@pytest.mark.parametrize("answer", ["enter", "escape", "f12", "f3"])
def test_a_notice_is_answered_by_any_key_that_acts(answer: str) -> None:
    till = Till()
    till.tell(Ready(), Settled(payment(State.COMMITTED)))
    till.key(answer)
    assert till.bars.notice is None


def test_a_notice_is_answered_by_the_next_scan() -> None:
    till = Till()
    till.tell(Ready(), Settled(payment(State.COMMITTED)))
    till.shell.scanned(Scan("6091", ScanSource.KEYBOARD))
    assert till.bars.notice is None


AFTER_ALL = "•••• 1111: not settled after all"


@pytest.mark.parametrize("page", ["f2", "f3", "f4", "f5", "f6", "f7"])
@pytest.mark.parametrize(
    "operation",
    [
        payment(State.COMMITTING, decision=Decision.TAKE),
        payment(State.CANCELLING, decision=Decision.RELEASE),
        issued(Kind.ISSUE, IssueState.UNCLEAR),
        issued(Kind.UNISSUE, IssueState.UNCLEAR),
    ],
    ids=["payment", "release", "sale", "undone sale"],
)
def test_what_was_told_and_is_not_so_after_all_is_told_on_every_page_until_it_is_answered(
    operation: Payment | Issue, page: str
) -> None:
    till = Till()
    till.tell(Ready())
    till.key(page)
    till.tell(Reopened(operation))
    last = till.flight.screens[-1]
    assert (last.headline, last.outcome, last.operation) == (AFTER_ALL, "unclear", operation.id)
    assert till.bars.notice is not None
    assert (till.bars.notice.headline, till.bars.notice.tone) == (AFTER_ALL, Tone.UNCLEAR)
    till.shell.press("notice")
    assert till.bars.notice is None


def test_a_paid_in_front_that_is_taken_back_is_told_on_the_till_and_its_second_paid_too() -> None:
    till = Till()
    till.tell(Ready(), PAID)
    again = payment(State.COMMITTING, decision=Decision.TAKE, attempts=1)
    till.tell(shown(again), Reopened(again))
    assert isinstance(till.window.front, TillView)
    assert till.window.front.band.headline == "Confirming. Do not charge again"
    assert till.bars.notice is not None
    assert till.bars.notice.headline == AFTER_ALL
    till.key("f6")
    till.tell(PAID)
    assert till.bars.notice is not None
    assert till.bars.notice.headline == "•••• 1111: Paid"


def test_a_till_that_must_not_be_used_says_so_on_every_page_and_calls_nobody_back() -> None:
    till = Till()
    till.tell(Ready())
    till.key("f6")
    till.tell(Refusal(Why.STOPPED))
    assert till.bars.current == "history"
    assert till.bars.notice is not None
    assert till.bars.notice.headline == "Stop using this till"
    till.key("f2")
    assert till.flight.screens[-1].headline == "Stop using this till"


@pytest.mark.parametrize("keys", [["f5"], ["f5", "c"], ["f6"], ["f7"], ["f9"], ["f1"], ["f3", "f1"], ["p"]])
def test_a_refused_scan_is_told_where_the_cashier_is_until_it_is_answered(keys: list[str]) -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID, OpenChanged((payment(State.ORPHAN_HOLD),)))
    till.key(*keys)
    before, screen = till.window.front, till.flight.screens[-1].screen
    till.shell.scanned(Scan("6091", ScanSource.KEYBOARD))
    till.tell(ScanRefused("check_digit"))
    assert till.window.front == before
    assert (till.flight.screens[-1].screen, till.flight.screens[-1].headline) == (screen, "Scan again")
    till.tell(ServerHeard(0.01))
    assert till.bars.notice is not None
    assert "check digit" in till.bars.notice.advice
    till.shell.press("notice")
    assert till.bars.notice is None
    till.key("f2")
    assert isinstance(till.window.front, TillView)
    assert till.window.front.band.headline == "Paid"  # it was said where it was scanned
    till.tell(Ready())
    till.key("6")  # meant for the next card's number, not for an amount of the one that was refused
    assert till.window.front.entry is not None
    assert till.window.front.entry.text == "6"
