"""Open holds and exceptions (F5): what each entry says, and what may be done with it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from unit.presenters.face import NOON, WORDS, payment, shown
from unit.presenters.holds_page import (
    DAMAGED,
    EVERY,
    MISMATCH,
    NUMBERLESS,
    ORPHAN,
    SOLD,
    UNCONFIRMED,
    UNDOING,
    UNPRINTED,
    WAITING,
    Page,
)

from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
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
from centara_giftcard.ui.presenters import open_items
from centara_giftcard.ui.presenters.open_items import Listed
from centara_giftcard.ui.presenters.views import Role, Tone

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


def test_that_the_card_is_in_use_is_said_where_it_was_asked() -> None:
    page = Page(UNCONFIRMED)
    page.key("a")
    page.holds.told(Refusal(Why.CARD_UNDER_WAY))
    assert (page.rows.band.headline, page.rows.band.busy) == ("This card is in use at this till", False)
    assert page.actions["ask"]
    page.holds.told(Refusal(Why.CARD_UNDER_WAY))  # nobody waits for it any more
    assert page.rows.band.headline == "This card is in use at this till"


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


# --- what is in front -----------------------------------------------------------------------------------


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
