"""Around the Till: places and their keys, the lock, the lamps, and what brings the Till to the front."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from unit.presenters.face import CARD, EUR, NOON, WORDS, Asked, Flight, Timers, card, payment, shown

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    Checking,
    OpenChanged,
    OperatorChanged,
    Ready,
    Refusal,
    Reopened,
    ScannerChanged,
    ScanRefused,
    ServerHeard,
    ServerSilent,
    Settled,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.ports import Record, Scan, ScanSource, SourceState
from centara_giftcard.terminal.printing import ReceiptPending, ReceiptPrinted, ReceiptPrinting, Trouble
from centara_giftcard.ui.presenters.bars import Place, first_shell
from centara_giftcard.ui.presenters.paper import PaperPresenter
from centara_giftcard.ui.presenters.shell import ShellPresenter
from centara_giftcard.ui.presenters.views import (
    HoldsView,
    LockView,
    ReceiptView,
    ShellView,
    TableView,
    TextView,
    TillView,
    Tone,
)

PLACE = Place("12", "3", "", scanner_configured=False, settings=())
RECORD = Record("op-9", "payment", "committed", Money(2_500, EUR), "•••• 1111", "", NOON, NOON)


def issued(kind: Kind, state: IssueState) -> Issue:
    """A sale of a card, or its undoing."""
    return Issue("op-5", kind, "6091", Money(2_500, EUR), "7", NOON, card=CARD.number, state=state)


PAID = shown(payment(State.COMMITTED, decision=Decision.TAKE))


class Window:
    """The stage: what is in front, and the bars as they were drawn last."""

    def __init__(self) -> None:
        self.front: object = None
        self.bars: ShellView | None = None
        self.turned: list[float] = []
        self.samples = 0
        self.covered = False

    def show_shell(self, view: ShellView) -> None:
        self.bars = view

    def show_till(self, view: TillView) -> None:
        self.front = view

    show_table = show_holds = show_text = show_lock = show_receipt = show_till  # type: ignore[assignment]

    def toggle_samples(self) -> None:
        self.samples += 1

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
        self.work: list[Coroutine[None, None, None]] = []
        self.papers = Papers()
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
            PLACE,
            self.work.append,
            Timers().later,
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


@pytest.mark.parametrize(
    "event",
    [Checking(CARD), Refusal(Why.FINISH_FIRST)],
    ids=lambda e: type(e).__name__,
)
def test_what_concerns_the_sale_brings_the_till_to_the_front(event: TerminalEvent) -> None:
    till = Till()
    till.tell(Ready())
    till.key("f6")
    till.tell(event)
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


def receipt_view(till: Till) -> ReceiptView:
    assert isinstance(till.window.front, ReceiptView)
    return till.window.front


def test_p_shows_the_receipt_of_what_is_in_view_and_on_its_page_prints_it() -> None:
    till = Till()
    till.key("p")
    till.shell.press("receipt")
    assert isinstance(till.window.front, TillView)
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID)
    till.key("p")
    assert till.flight.screens[-1].screen == "receipt"
    assert receipt_view(till).receipt.operation == "op-1"
    assert [it.name for it in receipt_view(till).actions] == ["print", "back"]
    till.key("p")
    till.shell.press("print")
    assert till.papers.asked == ["till", "till"]
    till.shell.press("back")
    assert isinstance(till.window.front, TillView)
    till.shell.press("receipt")
    till.key("escape")
    assert isinstance(till.window.front, TillView)


def test_what_waits_has_a_button_and_a_key_of_its_own_and_p_is_about_what_is_in_view() -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-2", ())
    till.papers.waiting = 2
    till.tell(PAID, ReceiptPending("op-1", Trouble.OUT_OF_PAPER, 2))
    assert [it.text for it in till.bars.lamps][-1] == "2 receipts not printed"
    till.key("p")
    labels = [it.label for it in receipt_view(till).actions]
    assert labels == ["Print", "Print 2 waiting receipts", "Back"]
    till.shell.press("print_waiting")
    till.key("ctrl+p")
    till.key("p")
    assert till.papers.asked == ["waiting", "waiting", "till"]
    till.papers.waiting = 1
    till.tell(ReceiptPrinted("op-1", waiting=1))
    assert receipt_view(till).actions[1].label == "Print the waiting receipt"
    assert receipt_view(till).subtitle == ""
    till.papers.copies.add("till")
    till.tell(ReceiptPrinted("op-2", waiting=1))
    assert receipt_view(till).actions[0].label == "Print a copy"
    assert receipt_view(till).subtitle == "Receipt printed."


def test_what_waits_has_its_button_where_nothing_is_to_be_decided() -> None:
    till = Till()
    till.papers.waiting = 1
    till.tell(Ready())
    assert isinstance(till.window.front, TillView)
    assert [it.name for it in till.window.front.choices] == ["print_waiting"]
    assert till.window.front.offer == "Receipt not printed"
    till.tell(shown(payment(State.HELD, held=Money(2_500, EUR))))
    assert "print_waiting" not in [it.name for it in (*till.window.front.actions, *till.window.front.choices)]
    till.tell(PAID)
    assert [it.name for it in till.window.front.actions][-1] == "print_waiting"
    till.shell.press("print_waiting")
    assert till.papers.asked == ["waiting"]


def test_one_press_prints_the_receipt_in_view_that_could_not_be_printed() -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-1", ())
    till.papers.failed.add("till")
    till.tell(PAID)
    till.key("p")
    assert till.papers.asked == ["till"]
    assert isinstance(till.window.front, ReceiptView)


def test_the_result_says_how_its_own_receipt_goes_and_not_how_anothers_does() -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID, ReceiptPrinting("op-1"))
    assert isinstance(till.window.front, TillView)
    assert till.window.front.hint == "Printing the receipt."
    till.tell(ReceiptPending("op-1", Trouble.COVER_OPEN, 1))
    assert till.window.front.hint.startswith("Receipt not printed. The printer's cover is open.")
    till.tell(ReceiptPrinted("op-9", waiting=1))
    assert till.window.front.hint == ""


def test_a_till_without_a_printer_shows_its_receipts_only() -> None:
    till = Till()
    till.papers.can_print = False
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID)
    till.key("p")
    assert [it.name for it in receipt_view(till).actions] == ["back"]
    assert len(till.bars.lamps) == 2


def test_the_lamp_says_how_the_last_printing_went() -> None:
    till = Till()
    till.shell.render()
    assert till.bars.lamps[-1].tone is Tone.INFO
    till.tell(ReceiptPrinted("op-1"))
    assert till.bars.lamps[-1].tone is Tone.PAID
    till.tell(ReceiptPending("op-2", Trouble.OFF, 0, card=True))
    assert (till.bars.lamps[-1].tone, till.bars.lamps[-1].text) == (Tone.REFUSED, "Card not printed")


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


@pytest.mark.parametrize(
    ("before", "screen"),
    [
        ((card(),), "card"),
        ((shown(payment(State.HELD, held=Money(2_500, EUR))),), "hold"),
        ((shown(payment(State.REQUESTING)),), "requesting"),
        ((Checking(CARD),), "checking"),
    ],
)
def test_the_lock_is_always_allowed_covers_what_is_in_view_and_gives_it_back(
    before: tuple[TerminalEvent, ...], screen: str
) -> None:
    till = Till()
    till.tell(*before)
    if screen == "card":
        till.key("1")  # an amount is begun
        screen = "amount"
    till.asked.taken()
    till.key("f10")
    assert isinstance(till.window.front, LockView)
    assert till.asked.taken() == [("lock",)]
    till.key("f5", "enter", "f12", "a", "4", "3", "backspace", "2")
    assert isinstance(till.window.front, LockView)
    till.tell(OperatorChanged("", locked=True))
    till.shell.go("history")
    assert till.window.front.entry is not None
    assert till.window.front.entry.text == "42"
    till.shell.press("sign_on")
    till.key("7", "enter")  # what is typed at the lock never reaches the stage
    assert till.asked.taken() == [("sign_on", "42"), ("sign_on", "7")]
    till.tell(OperatorChanged("42", locked=False))
    assert isinstance(till.window.front, TillView)
    assert till.flight.screens[-1].screen == screen
    assert till.bars.operator == "Operator 42"
    if screen == "amount":
        assert till.window.front.entry is not None
        assert till.window.front.entry.text == "1"


@pytest.mark.parametrize("place", ["f1", "f3", "f4", "f5", "f6", "f7", "f9"])
def test_the_lock_gives_back_whatever_page_it_covered(place: str) -> None:
    till = Till()
    till.key(place)
    before, screen = till.window.front, till.flight.screens[-1].screen
    till.key("f10")
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    till.key("up")
    assert (till.window.front, till.flight.screens[-1].screen) == (before, screen)


def test_a_closing_that_was_begun_is_there_after_the_lock() -> None:
    till = Till()
    till.tell(OpenChanged((payment(State.UNCLEAR),)))
    till.key("f5", "c", "1")
    before = till.window.front
    till.key("f10", "9")
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    assert till.window.front == before


def test_what_comes_under_the_lock_is_told_at_sign_on_and_a_scan_does_nothing() -> None:
    till = Till()
    till.tell(Ready())
    till.key("f3", "f10")
    till.asked.taken()
    till.tell(
        shown(payment(State.HELD, held=Money(2_500, EUR))), Settled(payment(State.COMMITTED, id="op-2"))
    )
    till.shell.scanned(Scan("6091000000001111", ScanSource.SERIAL))
    assert till.asked.taken() == []
    assert isinstance(till.window.front, LockView)
    assert "The scan was not used" in till.window.front.band.advice
    assert till.bars.notice is None
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    assert [it.operation for it in till.flight.screens[-2:]] == ["op-1", "op-2"]
    assert till.bars.notice is not None


def test_the_number_of_an_operator_can_be_cleared_and_is_short() -> None:
    till = Till()
    till.tell(OperatorChanged("", locked=True))
    till.key("1", "escape", *"1234567890")
    assert isinstance(till.window.front, LockView)
    assert till.window.front.entry.text == "12345678"


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


def test_a_button_of_the_rail_leads_there() -> None:
    till = Till()
    till.shell.press("holds")
    assert till.bars.current == "holds"
    assert first_shell(WORDS, PLACE).current == "till"


def test_the_till_s_name_stands_at_the_top() -> None:
    assert first_shell(WORDS, replace(PLACE, name="Front desk")).name == "Front desk"
    assert first_shell(WORDS, PLACE).name == ""


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
