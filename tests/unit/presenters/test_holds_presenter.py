"""Open holds and exceptions (F5): what each entry says, what may be done with it, and how it is closed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, WORDS, Asked, Flight, Timers, payment, shown

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal import events
from centara_giftcard.terminal.events import (
    OpenChanged,
    Refusal,
    ScanRefused,
    ServerHeard,
    ServerSilent,
    Settled,
    Why,
)
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters import open_items
from centara_giftcard.ui.presenters.holds import HoldsPresenter
from centara_giftcard.ui.presenters.open_items import Listed
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.records import REASONS
from centara_giftcard.ui.presenters.views import HoldsView, LockView, Role, Tone

FEE = Money(2_500, EUR)
ORPHAN = payment(State.ORPHAN_HOLD, id="orphan", auth_code=None, watched=False)
MISMATCH = payment(
    State.UNCLEAR, id="mismatch", held=Money(9_900, EUR), problem=Cause.AMOUNT_DIFFERS, watched=False
)
UNCONFIRMED = payment(State.UNCLEAR, id="unconfirmed", decision=Decision.TAKE, attempts=6, held=FEE)
WAITING = payment(State.COMMITTING, id="waiting", decision=Decision.TAKE, attempts=2, held=FEE)
SOLD = Issue(
    id="sale",
    kind=Kind.ISSUE,
    series="6091",
    amount=FEE,
    operator="7",
    created_at=NOON,
    card=CARD.number,
    state=IssueState.UNCLEAR,
)
UNPRINTED = replace(SOLD, id="unprinted", kind=Kind.ISSUE_LIVE, state=IssueState.DONE)
NUMBERLESS = replace(SOLD, id="numberless", kind=Kind.ISSUE_LIVE, card=None, watched=False)
UNDOING = replace(SOLD, id="undoing", kind=Kind.UNISSUE)
DAMAGED = Record("damaged", "payment", "held", FEE, "•••• 1111", "", NOON, NOON)
EVERY = (ORPHAN, MISMATCH, UNCONFIRMED, WAITING, SOLD, UNPRINTED, NUMBERLESS, UNDOING, DAMAGED)


class Page:
    """The page with its surroundings, in view. `left` are the payments taken from the Till's front."""

    def __init__(self, *entries: Listed) -> None:
        self.asked, self.timers, self.flight = Asked(), Timers(), Flight()
        self.asked.exceptions = Asked()
        self.moment = NOON + timedelta(minutes=3)
        self.left: list[str] = []
        self.views: list[HoldsView | LockView] = []
        self.holds = HoldsPresenter(
            self,  # type: ignore[arg-type]
            self.asked,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            self.flight,
            WORDS,
            self.left.append,
            self.later,
        )
        self.tell_open(*entries)
        self.holds.enter_view()

    def now(self) -> datetime:
        return self.moment

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        return self.timers.later(seconds, call)

    def show_holds(self, view: HoldsView) -> None:
        self.views.append(view)

    show_lock = show_holds  # type: ignore[assignment]

    def tell_open(self, *entries: Listed) -> None:
        records = tuple(entry for entry in entries if isinstance(entry, Record))
        self.holds.told(OpenChanged(tuple(e for e in entries if not isinstance(e, Record)), records))

    def key(self, *keys: str) -> None:
        for key in keys:
            self.holds.key(key)

    def did(self) -> list[tuple[object, ...]]:
        return self.asked.exceptions.taken()

    @property
    def rows(self) -> HoldsView:
        view = self.views[-1]
        assert isinstance(view, HoldsView)
        return view

    @property
    def question(self) -> LockView:
        view = self.views[-1]
        assert isinstance(view, LockView)
        return view

    @property
    def selected(self) -> str:
        return self.rows.rows[self.rows.selected].name

    @property
    def actions(self) -> dict[str, bool]:
        return {action.name: action.enabled for action in self.rows.actions}


# --- what is listed ----------------------------------------------------------------------------------------


def test_each_entry_says_card_amount_age_cashier_kind_and_what_is_known_in_one_sentence() -> None:
    for row in Page(*EVERY).rows.rows:
        assert row.amount.startswith("€")
        assert row.kind
        assert row.age == "3 min"
        assert row.operator in {"Operator 7", "No operator"}
        assert row.card == ("" if row.name == "numberless" else "•••• 1111")
        assert row.known.count(".") - row.known.count("€") == 1, row.known
        assert row.known.endswith(".")
        assert "{" not in row.known


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (ORPHAN, "neither taken nor released"),
        (MISMATCH, "holds €99.00, but €25.00 was asked"),
        (replace(MISMATCH, problem=Cause.WRONG_CARD), "about another card"),
        (UNCONFIRMED, "whether the server has booked it is not known"),
        (replace(UNCONFIRMED, watched=False), "whether money moved is not known"),
        (payment(State.CANCELLING, decision=Decision.RELEASE), "whether it is gone is not known"),
        (payment(State.HELD), "was not decided"),
        (payment(State.UNCLEAR, watched=False), "moved in another way"),
        (payment(State.REQUESTING), "whether €25.00 is held is not known"),
        (SOLD, "whether the card is active"),
        (UNPRINTED, "A card that was not scanned back"),
        (NUMBERLESS, "its number is not known"),
        (UNDOING, "is undone is not known"),
        (DAMAGED, "is damaged"),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_what_is_known_and_what_is_not(entry: Listed, words: str) -> None:
    assert words in open_items.known(WORDS, entry)


def test_a_payment_that_was_taken_here_is_never_told_as_nothing_taken() -> None:
    for entry in (UNCONFIRMED, replace(UNCONFIRMED, watched=False), WAITING):
        assert "nothing was taken" not in open_items.known(WORDS, entry)
        assert "Do not charge again" in open_items.advice(WORDS, entry)


@pytest.mark.parametrize(
    ("entry", "allowed"),
    [
        (ORPHAN, {"ask": True, "close": True}),
        (MISMATCH, {"ask": True, "release": True, "close": True}),
        (UNCONFIRMED, {"ask": True, "close": True}),
        (WAITING, {"ask": True, "close": False}),  # its first answers are still to come
        (SOLD, {"ask": True, "close": True}),
        (UNPRINTED, {"sell": True, "close": True}),  # Sell prints it, takes it back, or undoes it
        (NUMBERLESS, {"close": True}),  # there is nothing to ask for
        (DAMAGED, {"close": True}),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_what_may_be_done_with_each(entry: Listed, allowed: dict[str, bool]) -> None:
    page = Page(entry)
    assert page.actions == allowed
    heavy = [action for action in page.rows.actions if action.role is not Role.PLAIN]
    assert len(heavy) <= 1
    assert not [action for action in page.rows.actions if action.role is Role.TAKE]
    assert page.rows.band.advice


@pytest.mark.parametrize(
    ("age_s", "told"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (7_300, "2 h"),
        (86_400, "1 d"),
    ],
)
def test_the_age_moves(age_s: int, told: str) -> None:
    page = Page(ORPHAN)
    page.moment = NOON + timedelta(seconds=age_s)
    page.holds.render()
    assert page.rows.rows[0].age == told


def test_nothing_open_is_said_with_the_last_look() -> None:
    page = Page()
    assert page.rows.calm[0] == "Nothing is open"
    assert page.rows.actions == ()
    assert page.rows.band.advice == "The server has not answered yet."
    page.holds.told(ServerHeard(0.01))
    assert page.rows.band.advice.startswith("The server last answered at ")
    page.key("a", "r", "c", "up", "down", "f12", "enter")
    assert page.did() == []


# --- choosing ----------------------------------------------------------------------------------------------


def test_the_first_entry_is_selected_and_keys_and_touch_choose_another() -> None:
    page = Page(ORPHAN, MISMATCH, UNCONFIRMED)
    assert page.selected == "orphan"
    page.key("up")
    assert page.selected == "orphan"
    page.key("down", "down", "down")
    assert page.selected == "unconfirmed"
    page.holds.press("mismatch")
    assert page.selected == "mismatch"
    page.key("end")
    assert page.selected == "unconfirmed"
    page.key("home")
    assert page.selected == "orphan"
    page.key("down")
    page.holds.leave_view()
    page.holds.enter_view()
    assert page.selected == "orphan"


def test_the_selection_stays_with_its_operation_when_the_list_changes() -> None:
    page = Page(ORPHAN, MISMATCH, UNCONFIRMED)
    page.key("down")
    page.tell_open(WAITING, ORPHAN, MISMATCH)
    assert page.selected == "mismatch"
    page.tell_open(WAITING, ORPHAN)
    assert page.selected == "orphan"
    page.tell_open()
    assert page.rows.rows == ()


def test_enter_space_and_f12_do_nothing_and_escape_leads_out() -> None:
    page = Page(MISMATCH)
    for key in ("enter", "space", "f12", "escape", "p", "5"):
        assert not page.holds.key(key)
    assert page.did() == []


# --- asking and releasing ----------------------------------------------------------------------------------


def test_asking_shows_that_it_goes_on_and_what_came_of_it() -> None:
    page = Page(ORPHAN)
    page.key("a", "a", "A")
    assert page.did() == [("ask_again", "orphan")]
    assert page.rows.band.busy
    assert page.rows.band.headline == "Asking about •••• 1111"
    assert page.actions == {"ask": False, "close": True}
    page.timers.wait(3)
    assert "You may leave this page" in page.rows.band.advice
    page.holds.told(ServerHeard(0.01))  # the watch's own look, or another's
    page.holds.told(ServerSilent(Cause.TIMEOUT))
    page.holds.told(events.Asked("mismatch", None))
    assert page.rows.band.busy
    page.holds.told(events.Asked("orphan", None))
    assert page.rows.band.headline.startswith("Asked at ")
    assert page.rows.band.headline.endswith("not settled yet")
    assert page.actions == {"ask": True, "close": True}
    page.timers.wait(60)
    assert not page.rows.band.busy


def test_a_server_that_does_not_answer_is_said_where_it_was_asked() -> None:
    page = Page(ORPHAN, MISMATCH)
    page.key("a")
    page.holds.told(events.Asked("orphan", Cause.TIMEOUT))
    assert page.rows.band.headline.endswith("no answer")
    page.key("down")  # a notice is about the entry it was said of
    assert page.rows.band.headline == "Open holds and exceptions: 2"


@pytest.mark.parametrize("front", [True, False], ids=["in front at the till", "left behind"])
def test_what_settles_while_it_is_looked_at_is_said(front: bool) -> None:
    page = Page(UNCONFIRMED, ORPHAN)
    page.key("a")
    paid = replace(UNCONFIRMED, state=State.COMMITTED)
    page.holds.told(shown(paid) if front else Settled(paid))
    page.tell_open(ORPHAN)
    assert page.rows.band.tone is Tone.PAID
    assert page.rows.band.headline == "•••• 1111: Paid"
    page.timers.wait(10)
    assert page.rows.band.headline == "•••• 1111: Paid"


def test_a_hold_that_nobody_decided_about_is_released() -> None:
    page = Page(ORPHAN, MISMATCH)
    page.key("r")
    page.timers.wait(1)
    assert page.did() == []
    page.key("down", "r")
    page.timers.wait(0.3)
    assert page.did() == [("release", "mismatch")]
    assert page.left == ["mismatch"]
    assert page.rows.band.headline == "Releasing •••• 1111"
    page.holds.told(Settled(replace(MISMATCH, state=State.CANCELLED)))
    page.tell_open(ORPHAN)
    assert page.rows.band.headline == "•••• 1111: Not paid. The hold was released"


@pytest.mark.parametrize("after", ["take_back", "1", "a scan", "another page", "another entry"])
def test_a_code_that_begins_with_the_letter_of_release_releases_nothing(after: str) -> None:
    """A scanner that stutters after its first character: R, a pause, and the rest of the code."""
    page = Page(MISMATCH)
    others = {
        "a scan": lambda: page.holds.told(ScanRefused("length")),
        "another page": page.holds.leave_view,
        "another entry": lambda: page.tell_open(ORPHAN),
    }
    page.key("r")
    page.timers.wait(0.15)
    others.get(after, lambda: page.key(after))()
    page.timers.wait(1)
    assert page.did() == []


def test_an_answer_after_the_page_was_left_disturbs_nobody() -> None:
    page = Page(ORPHAN)
    page.key("a")
    page.holds.leave_view()
    drawn = len(page.views)
    page.holds.told(events.Asked("orphan", None))
    page.timers.wait(20)
    page.tell_open()
    assert len(page.views) == drawn


# --- closing -----------------------------------------------------------------------------------------------


def test_an_entry_is_closed_with_a_reason_and_a_supervisors_number() -> None:
    page = Page(ORPHAN)
    page.key("c")
    assert page.question.title == "Why is it closed?"
    assert page.question.store == "Payment •••• 1111 · €25.00 · 3 min"
    assert "nothing is sent" in page.question.band.advice
    assert [action.key for action in page.question.actions] == ["1", "2", "3", "4", "5", "Esc"]
    page.key("6", "0", "enter", "f12", "2")
    assert page.question.band.headline == f"Closing: {REASONS[1]}"
    page.key("enter", "1", "0", "x", "2", "backspace", "1")
    assert page.question.entry is not None
    assert page.question.entry.text == "101"
    assert page.did() == []
    page.key("enter", "enter", "escape")
    assert page.did() == [("close", "orphan", "101", REASONS[1])]
    assert page.question.band.busy
    page.holds.told(Settled(replace(ORPHAN, closed=Closed("101", REASONS[1]))))
    page.tell_open()
    assert page.rows.band.headline == "•••• 1111: Closed"
    assert {screen.screen for screen in page.flight.screens} == {"holds"}
    assert {screen.outcome for screen in page.flight.screens} == {None}


def test_it_is_closed_by_touch_alone() -> None:
    page = Page(DAMAGED)
    for name in ("close", "reason-4"):
        page.holds.press(name)
    page.key("7")  # the keypad's
    page.holds.press("confirm")
    assert page.did() == [("close", "damaged", "7", REASONS[3])]
    page.tell_open()
    assert page.rows.band.headline == "•••• 1111: Closed"  # nobody else tells of a damaged entry


@pytest.mark.parametrize("touch", [True, False], ids=["on the screen's keyboard", "by keyboard"])
def test_a_reason_of_its_own_is_typed(touch: bool) -> None:
    page = Page(ORPHAN)
    page.key("c")
    page.holds.press("reason-5") if touch else page.key("5")
    assert page.question.entry is not None
    assert page.question.entry.letters == "en"  # so that the screen shows letters
    page.holds.press("confirm")
    page.key("space", "enter")
    assert page.question.title == "Why is it closed?"  # nothing is no reason
    page.key(*"Paid  in cash", "x", "backspace")
    page.key("space", "f12", "up")
    page.holds.press("confirm") if touch else page.key("enter")
    assert page.question.band.headline == "Closing: Paid in cash"
    assert page.question.entry.caption == "Supervisor's number"
    assert page.question.entry.letters == ""
    page.key("7", "enter")
    assert page.did() == [("close", "orphan", "7", "Paid in cash")]


def test_a_reason_is_short_and_its_step_leads_back_to_the_usual_ones() -> None:
    page = Page(ORPHAN)
    page.key("c", "5", *"x" * 200)
    assert page.question.entry is not None
    assert len(page.question.entry.text) == 80
    page.key("delete")
    assert page.question.entry is not None
    assert page.question.entry.text == ""
    page.key("escape", "2", "9", "enter")
    assert page.did() == [("close", "orphan", "9", REASONS[1])]


# --- what is in front ---


IN_FRONT = (
    payment(State.HELD, id="paying"),
    replace(SOLD, id="selling", state=IssueState.SENDING),
    replace(SOLD, id="undoing", kind=Kind.UNISSUE, state=IssueState.SENDING),
)


@pytest.mark.parametrize(
    ("entry", "place", "key"),
    [(IN_FRONT[0], "till", "F2"), (IN_FRONT[1], "sell", "F3"), (IN_FRONT[2], "undo", "F4")],
)
def test_what_is_in_front_is_listed_and_nothing_is_done_about_it_here(
    entry: Listed, place: str, key: str
) -> None:
    page = Page()
    page.holds.told(OpenChanged((), (), (entry,)))  # type: ignore[arg-type]
    (row,) = page.rows.rows
    assert row.known.startswith("In front on ")
    assert "nothing is done about it here" in page.rows.band.advice
    assert [(action.name, action.key) for action in page.rows.actions] == [(place, key)]
    page.key("a", "r", "c", "enter", "f12")
    assert page.did() == []
    assert page.left == []
    assert (page.holds.count, page.holds.count_beside(place), page.holds.count_beside("shift")) == (1, 0, 1)


def test_what_only_a_supervisor_can_do_is_not_asked_of_a_cashier() -> None:
    for entry in EVERY:
        said = f"{open_items.known(WORDS, entry)} {open_items.advice(WORDS, entry)}"
        for asked in ("look the card up", "Look the card up", "Call support"):
            assert asked not in said
        if not open_items.can_ask(entry) and entry is not UNPRINTED:
            assert "upervisor" in said, said


def test_escape_steps_back_each_time() -> None:
    page = Page(ORPHAN)
    page.key("c", "1", "9", "escape")
    assert page.question.title == "Why is it closed?"
    page.key("1")
    assert page.question.entry is not None
    assert page.question.entry.text == ""
    page.holds.press("back")
    page.holds.press("back")
    assert page.selected == "orphan"
    assert page.did() == []


def test_a_number_that_is_no_supervisors_is_said_and_cleared() -> None:
    page = Page(ORPHAN)
    page.key("c", "1", "8", "enter")
    page.holds.told(Refusal(Why.NOT_A_SUPERVISOR))
    assert page.question.band.headline == "Not a supervisor"
    assert page.question.entry is not None
    assert page.question.entry.text == ""
    page.key("1")
    assert page.question.band.headline.startswith("Closing")
    page.key("enter")
    page.holds.told(Refusal(Why.NOT_CLOSED))
    assert page.question.band.headline == "Not closed"
    assert len(page.did()) == 2


def test_closing_what_the_till_still_asks_about_says_that_it_stops() -> None:
    page = Page(UNCONFIRMED)
    page.key("c")
    assert "the till stops asking" in page.question.band.advice


def test_an_entry_that_settles_by_itself_while_it_is_being_closed_is_not_closed() -> None:
    page = Page(UNCONFIRMED, ORPHAN)
    page.key("c", "1")
    page.holds.told(Settled(replace(ORPHAN, state=State.NOT_HELD)))  # another one: no matter
    page.tell_open(UNCONFIRMED)
    assert page.question.band.headline.startswith("Closing")
    page.holds.told(Settled(replace(UNCONFIRMED, state=State.COMMITTED)))
    page.tell_open()
    assert page.rows.band.headline == "•••• 1111: Paid"


def test_leaving_the_page_leaves_the_entry_open() -> None:
    page = Page(ORPHAN)
    page.key("c", "1", "9")
    page.holds.leave_view()
    page.holds.enter_view()
    assert page.selected == "orphan"
    assert page.did() == []
