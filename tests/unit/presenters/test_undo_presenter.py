"""Undo a sale (F4): choosing the card, what would be undone, F12, and what is said and noted of it."""

from typing import Any

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, NUMBER, WORDS, Asked, Flight, Timers, status

from centara_giftcard.domain.cards import Balance, KnownCard, NotUndoable, Series
from centara_giftcard.domain.issue import Issue, Kind, State
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.events import Closing, Refusal, ScanRefused, TerminalEvent, UndoShown, Why
from centara_giftcard.terminal.sales import Sight, Unfit
from centara_giftcard.ui.presenters.undo import UndoPresenter
from centara_giftcard.ui.presenters.views import CardPanel, ListPanel, ResultPanel, Role, ScanPrompt, TillView

CLASSIC = Series("Classic", "6091", "6091", 16)
SIGHT = Sight(CARD, status(), 0, 0.0)
AMOUNT = Money(10_000, EUR)


def issue(state: State = State.DONE, id: str = "op-9", **known: Any) -> Issue:
    sample = Issue(
        id=id,
        kind=Kind.UNISSUE,
        series="6091",
        amount=AMOUNT,
        operator="7",
        created_at=NOON,
        card=CARD.number,
        state=state,
    )
    return replace(sample, **known)


def now(**known: Any) -> UndoShown:
    return replace(UndoShown(None, None, None, None, ()), **known)


RECENT = (
    issue(id="op-2", kind=Kind.ISSUE, card=CardNumber("6091000000002222")),
    issue(id="op-1", kind=Kind.ISSUE),
    issue(id="op-0", kind=Kind.ISSUE, series="?", card=CardNumber("6091000000003333")),
)


class Stage:
    """An Undo presenter with its surroundings, in view."""

    def __init__(self, keying: bool = True) -> None:
        self.asked, self.timers, self.flight = Asked(), Timers(), Flight()
        self.asked.undoing = self.undoing = Asked()
        self.views: list[TillView] = []
        self.undo = UndoPresenter(
            self.asked,  # type: ignore[arg-type]
            WORDS,
            (CLASSIC,),
            keying,
            self.flight,
            self.views.append,
            self.timers.later,
        )
        self.undo.enter_view()
        self.undoing.taken()

    def tell(self, *events: TerminalEvent) -> None:
        for event in events:
            self.undo.told(event)

    def keys(self, *keys: str) -> list[bool]:
        return [self.undo.key(key) for key in keys]

    @property
    def view(self) -> TillView:
        return self.views[-1]

    @property
    def headline(self) -> str:
        return self.view.band.headline

    @property
    def noted(self) -> tuple[str, str, str | None, str | None]:
        last = self.flight.screens[-1]
        return last.screen, last.headline, last.outcome, last.operation


# --- which card ---


def test_a_card_is_scanned_or_its_number_typed() -> None:
    stage = Stage()
    assert isinstance(stage.view.panel, ScanPrompt)
    assert stage.noted == ("undo", "Undo a sale", None, None)
    stage.keys(*"60-91", "backspace", "2", "enter")
    stage.undo.press("check")
    assert stage.asked.taken() == [("keyed", "6092")] * 2
    assert stage.keys("escape", "escape", "home") == [True, False, False]
    stage.keys("6", "delete", "enter")
    stage.undo.press("back")
    assert (stage.asked.taken(), stage.undoing.taken()) == ([], [])


def test_without_the_permission_no_number_is_typed() -> None:
    stage = Stage(keying=False)
    stage.keys("6", "enter")
    assert stage.asked.taken() == []


def test_a_recent_sale_is_chosen_by_key_or_touch() -> None:
    stage = Stage()
    stage.tell(now(recent=RECENT))
    panel = stage.view.panel
    assert isinstance(panel, ListPanel)
    assert [(row.title, row.card, row.amount) for row in panel.rows] == [
        ("Classic", "•••• 2222", "€100.00"),
        ("Classic", "•••• 1111", "€100.00"),
        ("?", "•••• 3333", "€100.00"),
    ]
    assert panel.rows[0].note.startswith("Sold at ")
    stage.keys("down", "down", "down", "up", "enter")
    stage.undo.press("op-2")
    stage.undo.press("op-unknown")
    assert stage.undoing.taken() == [("pick", "op-1"), ("pick", "op-2")]
    stage.tell(now(recent=RECENT[:1]))
    stage.undo.press("pick")
    assert stage.undoing.taken() == [("pick", "op-2")]


def test_checking_shows_only_when_it_takes_a_while() -> None:
    stage = Stage()
    before = len(stage.views)
    stage.tell(now(checking=CARD))
    stage.timers.wait(0.2)
    assert len(stage.views) == before
    stage.timers.wait(0.2)
    assert stage.headline == "Checking •••• 1111"
    stage.timers.wait(3)
    assert stage.view.band.advice.startswith("Waiting for the server's answer.")
    stage.keys("5", "down", "enter", "f12", "escape")
    assert stage.undoing.taken() == [("leave",)]


@pytest.mark.parametrize(
    ("trouble", "headline"),
    [
        (Unfit(NotUndoable.NOT_ISSUED, status()), "Never sold"),
        (Unfit(NotUndoable.USED, status(1_250)), "Not as it was sold"),
        (Unfit(NotUndoable.HELD, status(held=500)), "A payment is under way"),
        (StatusFailed(Cause.NOT_FOUND), "Card not known"),
        (StatusFailed(Cause.CONNECT), "No connection"),
    ],
)
def test_a_sale_that_cannot_be_undone_says_why(trouble: Unfit | StatusFailed, headline: str) -> None:
    stage = Stage()
    stage.tell(now(trouble=(CARD, trouble)))
    assert stage.headline == f"•••• 1111: {headline}"
    assert stage.view.band.advice
    stage.keys("f12", "escape")
    assert stage.undoing.taken() == [("leave",)]


@pytest.mark.parametrize(
    ("event", "headline"),
    [
        (Refusal(Why.OPEN_ON_CARD), "This card has an open entry"),
        (Refusal(Why.STOPPED), "Stop using this till"),
        (ScanRefused("length"), "Scan again"),
        (Closing(), "Closing after confirmation"),
    ],
)
def test_what_was_refused_is_said(event: TerminalEvent, headline: str) -> None:
    stage = Stage()
    stage.tell(now(sight=SIGHT), event)
    assert stage.noted == ("undo", headline, None, None)
    lasting = headline in {"Stop using this till", "Closing after confirmation"}
    waits = lasting or headline in {"Scan again", "This card has an open entry"}
    stage.keys("home")
    assert stage.headline == (headline if lasting else "Undo the sale of €100.00?")
    stage.tell(event, event)
    stage.timers.wait(6)
    assert (stage.headline == headline) == waits


# --- undoing ---


def test_what_would_be_undone_is_shown_and_only_f12_does_it() -> None:
    stage = Stage()
    stage.tell(now(sight=SIGHT, recent=RECENT))
    panel = stage.view.panel
    assert isinstance(panel, CardPanel)
    assert (panel.figure.amount, dict(panel.facts)["Sold on"]) == ("€100.00", "2 Mar 2026")
    assert [(it.label, it.key) for it in stage.view.actions if it.role is Role.TAKE] == [
        ("Undo sale €100.00", "F12")
    ]
    stage.keys("enter", "space", "tab", "5", "down", "ctrl+1")
    assert "undo" not in {name for name, *_ in stage.undoing.taken()}
    stage.keys("f12")
    stage.undo.press("undo_sale")
    assert stage.undoing.taken() == [("undo",), ("undo",)]
    stage.keys("escape")
    assert stage.undoing.taken() == [("leave",)]


def test_a_card_that_is_read_again_stays_in_view() -> None:
    stage = Stage()
    stage.tell(now(sight=SIGHT), now(checking=CARD))
    stage.timers.wait(0.4)
    assert isinstance(stage.view.panel, CardPanel)
    assert not stage.view.actions[0].enabled
    stage.tell(now(checking=KnownCard(CardNumber("6091000000002222"), CLASSIC)))
    stage.timers.wait(0.4)
    assert isinstance(stage.view.panel, ScanPrompt)


def test_a_sale_is_being_undone() -> None:
    stage = Stage()
    stage.tell(now(sight=SIGHT, issue=issue(State.SENDING)))
    assert stage.noted == ("undoing", "Undoing the sale", None, "op-9")
    stage.timers.wait(4)
    assert stage.view.band.advice == "Waiting for the server's answer. Please keep the card at hand."
    assert not any(action.enabled for action in stage.view.actions)
    stage.keys("f12")
    assert stage.undoing.taken() == []


@pytest.mark.parametrize(
    ("undone", "headline", "outcome"),
    [
        (issue(), "Sale undone", "undone"),
        (issue(State.REFUSED), "Not undone", "not_undone"),
        (issue(State.REFUSED, problem=Cause.CONNECT), "Not undone. No connection", "not_undone"),
        (issue(State.REFUSED, problem=Cause.NOT_ACCEPTED), "Not undone. This till is not", "not_undone"),
        (issue(State.REFUSED, problem=Cause.REFUSED), "Not undone. The server refused", "not_undone"),
        (
            issue(State.REFUSED, worth=Balance(Money(1, EUR), Money(0, EUR))),
            *("Not undone. The card was used", "not_undone"),
        ),
        (issue(State.UNCLEAR), "Unclear. The sale may be undone", "unclear"),
        (issue(State.SENDING, doubt=Doubt.LOST), "Checking the card", "unclear"),
    ],
)
def test_how_it_ended_is_one_headline_and_one_record(undone: Issue, headline: str, outcome: str) -> None:
    stage = Stage()
    stage.tell(now(sight=SIGHT, issue=undone))
    screen, said, noted, operation = stage.noted
    assert (screen, noted, operation) == ("undoing", outcome, "op-9")
    assert said.startswith(headline)
    assert isinstance(stage.view.panel, ResultPanel)
    assert ("holds" in [it.name for it in stage.view.actions]) == (outcome == "unclear")
    assert ("receipt" in [it.name for it in stage.view.actions]) == (outcome == "undone")
    stage.keys("enter", "escape")
    stage.undo.press("leave")
    assert stage.undoing.taken() == [("leave",)] * 3


def test_out_of_view_nothing_is_shown_or_noted() -> None:
    stage = Stage()
    stage.undo.leave_view()
    before = len(stage.views), len(stage.flight.screens)
    stage.tell(now(sight=SIGHT, issue=issue()))
    assert (len(stage.views), len(stage.flight.screens)) == before
    stage.undo.enter_view()
    assert stage.noted == ("undoing", "Sale undone", "undone", "op-9")
    assert ("show",) in stage.undoing.taken()
    stage.undo.put_away()
    assert stage.undoing.taken() == [("leave",)]


def test_no_whole_number_is_ever_shown_or_noted() -> None:
    stage = Stage()
    stage.tell(now(recent=RECENT), now(sight=SIGHT), now(sight=SIGHT, issue=issue()))
    assert NUMBER not in f"{stage.views}{stage.flight.screens}"


@pytest.mark.parametrize("typed_before", range(1, 5))
def test_what_is_typed_while_a_card_is_checked_is_refused_whole_and_this_is_said(typed_before: int) -> None:
    stage = Stage()
    stage.tell(now(checking=CARD))
    stage.keys(*"6091"[:typed_before])
    stage.timers.wait(1)
    assert stage.headline == "Nothing is typed here"
    stage.tell(now(trouble=(CARD, StatusFailed(Cause.TIMEOUT))))
    stage.keys(*"6091"[typed_before:], "enter")
    assert stage.asked.taken() == []
    stage.timers.wait(2)
    stage.keys("6")
    assert stage.view.entry is not None
    assert stage.view.entry.text == "6"


def test_a_sale_that_was_not_undone_has_no_tick_on_undo() -> None:
    for state, step in ((State.DONE, 2), (State.REFUSED, 1), (State.UNCLEAR, 1)):
        stage = Stage()
        stage.tell(now(sight=SIGHT), now(sight=SIGHT, issue=issue(state)))
        assert stage.view.step == step
