"""The page of open holds with its surroundings, and an entry of each kind."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, WORDS, Asked, Flight, Timers, payment

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    OpenChanged,
)
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters.holds import HoldsPresenter
from centara_giftcard.ui.presenters.open_items import Listed
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.views import HoldsView, LockView

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
