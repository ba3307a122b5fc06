"""What stands around the shell's presenter: window, journal, clock, and papers that note what they hear."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime

from unit.presenters.face import CARD, EUR, NOON, WORDS, Asked, Flight, Timers, payment, shown

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters.first import ThisTill
from centara_giftcard.ui.presenters.paper import PaperPresenter
from centara_giftcard.ui.presenters.shell import ShellPresenter
from centara_giftcard.ui.presenters.views import (
    ShellView,
    TillView,
)

THIS_TILL = ThisTill("12", "3", "", scanner_configured=False, settings=())


RECORD = Record("op-9", "payment", "committed", Money(2_500, EUR), "•••• 1111", "", NOON, NOON)


def issued(kind: Kind, state: IssueState) -> Issue:
    """A sale of a card, or its undoing."""
    return Issue(
        id="op-5",
        kind=kind,
        series="6091",
        amount=Money(2_500, EUR),
        operator="7",
        created_at=NOON,
        card=CARD.number,
        state=state,
    )


PAID = shown(payment(State.COMMITTED, decision=Decision.TAKE))


class Window:
    """The stage: what is in front, and the bars as they were drawn last."""

    def __init__(self) -> None:
        self.front: object = None
        self.bars: ShellView | None = None
        self.turned: list[float] = []
        self.samples = 0
        self.covered = False
        self.choosing = False

    def show_shell(self, view: ShellView) -> None:
        self.bars = view

    def show_till(self, view: TillView) -> None:
        self.front = view

    show_table = show_holds = show_text = show_lock = show_receipt = show_till  # type: ignore[assignment]

    def toggle_samples(self) -> None:
        self.samples += 1

    def sample_key(self, key: str) -> bool:
        return self.choosing and key == "enter"

    def close_samples(self) -> bool:
        covered, self.covered = self.covered, False
        return covered

    def turn_page(self, pages: float) -> None:
        self.turned.append(pages)


class Shelf:
    """The journal's lists."""

    def __init__(self) -> None:
        self.fails = False

    async def recent(self, limit: int) -> Sequence[Record]:
        if self.fails:
            raise JournalError("gone")
        return (RECORD,)

    async def since(self, moment: datetime) -> Sequence[Record]:
        return await self.recent(1)


class Clock:
    """Each look at it finds it a second later: no press of these tests comes too soon after a change."""

    moment = NOON

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        self.seconds += 1.0
        return self.seconds


class Papers:
    """Stands in for the papers and notes what it is asked."""

    def __init__(self) -> None:
        self.can_print, self.waiting = True, 0
        self.of: dict[str, Receipt] = {}
        self.asked: list[str] = []
        self.failed: set[str] = set()
        self.copies: set[str] = set()

    def in_view(self, place: str) -> str | None:
        return self.of[place].operation if place in self.of else None

    def preview(self, place: str) -> Receipt | None:
        return self.of.get(place)

    def copy_next(self, place: str) -> bool:
        return place in self.copies

    def waits(self, place: str) -> bool:
        return place in self.failed

    def print(self, place: str) -> None:
        self.asked.append(place)

    def print_waiting(self) -> None:
        self.asked.append("waiting")


class Till:
    def __init__(self) -> None:
        self.window, self.asked, self.shelf, self.flight = Window(), Asked(), Shelf(), Flight()
        self.asked.exceptions = Asked()
        self.asked.selling, self.asked.undoing = Asked(), Asked()
        self.clock = Clock()
        self.timers = Timers()
        self.work: list[Coroutine[None, None, None]] = []
        self.papers = Papers()
        self.closed: list[bool] = []
        self.shell = ShellPresenter(
            self.window,  # type: ignore[arg-type]
            self.asked,  # type: ignore[arg-type]
            self.shelf,  # type: ignore[arg-type]
            self.clock,  # type: ignore[arg-type]
            self.flight,
            WORDS,
            EUR,
            Rules((), EUR, True, 10),
            PaperPresenter(WORDS, self.papers, 80),  # type: ignore[arg-type]
            THIS_TILL,
            self.work.append,
            self.timers.later,
            lambda: self.closed.append(True),
        )

    def tell(self, *events: TerminalEvent) -> None:
        for event in events:
            self.shell.told(event)

    def key(self, *keys: str) -> None:
        for key in keys:
            self.shell.key(key)
            while self.work:
                asyncio.run(self.work.pop())

    @property
    def bars(self) -> ShellView:
        assert self.window.bars is not None
        return self.window.bars
