"""The presenter around the Till: top bar, rail, the other pages, lock and receipt. No Qt here."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.money import Currency
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.terminal.events import (
    Checking,
    Damaged,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    Refusal,
    ScannerChanged,
    ScanRefused,
    ServerHeard,
    ServerSilent,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Clock, Journal, Record, Recorder, SourceState
from centara_giftcard.ui.presenters import pages
from centara_giftcard.ui.presenters.receipt import payment_receipt, receipt_page
from centara_giftcard.ui.presenters.till import TillPresenter, Timer
from centara_giftcard.ui.presenters.views import (
    Action,
    Band,
    Destination,
    Entry,
    Lamp,
    LockView,
    Role,
    ShellView,
    TableView,
    TextView,
    TillView,
    Tone,
)
from centara_giftcard.words import Words

if TYPE_CHECKING:  # it imports asyncio, which the first paint does not need
    from centara_giftcard.terminal.controller import Controller, Rules

HISTORY_ROWS: Final = 100

_PLACES: Final = {
    "f1": "help",
    "f2": "till",
    "f3": "sell",
    "f4": "undo",
    "f5": "holds",
    "f6": "history",
    "f7": "shift",
    "f9": "settings",
    "f10": "lock",
}
_TURNS: Final = {"page_up": -0.9, "page_down": 0.9, "up": -0.1, "down": 0.1}
_CALLS_BACK: Final = (Checking, ScanRefused, Refusal, PaymentShown)

_LABELS: Final = {
    "till": ("Till", "F2"),
    "sell": ("Sell", "F3"),
    "undo": ("Undo", "F4"),
    "holds": ("Holds", "F5"),
    "history": ("History", "F6"),
    "shift": ("Shift", "F7"),
    "settings": ("Settings", "F9"),
    "lock": ("Lock", "F10"),
}


_ON_THE_BARS: Final = (ServerHeard, ServerSilent, ScannerChanged, OpenChanged, OperatorChanged, Damaged)
"""The events that change what the bars show; the clock has its own beat."""


class Stage(Protocol):
    """The window as this presenter needs it."""

    def show_shell(self, view: ShellView) -> None:
        """Draw top bar and rail."""

    def show_till(self, view: TillView) -> None:
        """Bring the Till to the front."""

    def show_table(self, view: TableView) -> None:
        """Bring a list to the front."""

    def show_text(self, view: TextView) -> None:
        """Bring a page to read to the front."""

    def show_lock(self, view: LockView) -> None:
        """Bring the lock to the front."""

    def toggle_samples(self) -> None:
        """Open or close the demo's tray."""

    def turn_page(self, pages: float) -> None:
        """Scroll the page in view by a share of its height; negative is up."""


@dataclass(frozen=True)
class Place:
    """What the top bar says of this till. `badge` is the training or demo banner, or empty."""

    store: str
    pos: str
    badge: str
    scanner_configured: bool
    settings: TextView


def first_shell(words: Words, place: Place) -> ShellView:
    """The bars as they are before anything is known: what the first paint shows."""
    return _shell_view(words, place, "", (), "", 0, "till")


class ShellPresenter:
    """Navigation and everything that stands around the Till screen."""

    def __init__(
        self,
        stage: Stage,
        controller: "Controller",
        journal: Journal,
        clock: Clock,
        recorder: Recorder,
        words: Words,
        currency: Currency,
        rules: "Rules",
        place: Place,
        spawn: Callable[[Coroutine[None, None, None]], None],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        self._stage = stage
        self._till = TillPresenter(
            controller, words, currency, rules.may_key_numbers, recorder, stage.show_till, later
        )
        self._controller = controller
        self._journal = journal
        self._clock = clock
        self._recorder = recorder
        self._words = words
        self._currency = currency
        self._place = place
        self._spawn = spawn
        self._open: tuple[Payment, ...] = ()
        self._damaged: tuple[Record, ...] = ()
        self._operator = ""
        self._locked = False
        self._typed_operator = ""
        self._current = "till"
        self._help_for = "till"
        self._server = Lamp(Tone.INFO, words.say("Server"))
        self._scanner = Lamp(Tone.INFO, words.say("Scanner: keyboard"))

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal, for the bars and for the Till."""
        match event:
            case ServerHeard():
                ms = max(1, round(event.round_trip_s * 1000))
                self._server = Lamp(Tone.PAID, self._words.say("Server {ms} ms", ms=ms))
            case ServerSilent():
                self._server = Lamp(Tone.REFUSED, self._words.say("Server: no answer"))
            case ScannerChanged():
                self._scanner = self._scanner_lamp(event.state)
            case OpenChanged():
                self._open = event.payments
                if self._current == "holds":
                    self._show_holds()
            case Damaged():
                self._damaged = event.records
            case OperatorChanged():
                self._operator, self._locked = event.operator, event.locked
                self._go("lock" if event.locked else "till")
            case _:
                pass
        self._till.told(event)
        if isinstance(event, _CALLS_BACK) and self._current != "till" and not self._locked:
            self._go("till")  # a card was scanned, or a sale moved on: the cashier wants to see it
        if isinstance(event, _ON_THE_BARS):
            self.render()

    def key(self, key: str) -> None:
        """A key by its name: places first, then whatever page is in view."""
        if self._locked:
            self._operator_key(key)
        elif key in _PLACES:
            self.go(_PLACES[key])
        elif key == "f8":
            self._stage.toggle_samples()
        elif self._current == "till" and key in {"p", "P"} and self._paid() is not None:
            self._show_receipt()
        elif self._current == "till":
            self._till.key(key)
        elif key == "escape":
            self._go("till")
        elif key in _TURNS:
            self._stage.turn_page(_TURNS[key])

    def press(self, name: str) -> None:
        """A button of the Till: most are the Till's own, some lead elsewhere."""
        if name == "sign_on":
            self.key("enter")
        elif name == "receipt":
            self._show_receipt()
        elif name in _LABELS:
            self.go(name)
        else:
            self._till.press(name)

    def go(self, name: str) -> None:
        """Go to a place of the rail; `lock` asks the controller, which may say no."""
        if self._locked:
            return
        if name == "lock":
            self._go("till")
            self._controller.lock()
        else:
            self._go(name)

    def render(self) -> None:
        """Draw the bars (cheap: the window compares)."""
        self._stage.show_shell(
            _shell_view(
                self._words,
                self._place,
                self._operator,
                (self._server, self._scanner),
                self._words.time(self._clock.now()),
                len(self._open) + len(self._damaged),
                self._help_for if self._current == "help" else self._current,
            )
        )

    def _go(self, name: str) -> None:
        if name == "help" and self._current != "help":
            self._help_for = self._current
        self._current = name
        if name != "till":
            self._till.leave_view()
        match name:
            case "till":
                self._till.enter_view()
            case "lock":
                self._show_lock()
            case "holds":
                self._show_holds()
            case "history":
                self._spawn(self._history())
            case "shift":
                self._spawn(self._shift())
            case "settings":
                self._text(name, self._place.settings)
            case "receipt":
                pass  # filled by _show_receipt
            case "help":
                self._text(name, pages.help_page(self._words, self._help_for))
            case _:
                label = self._words.say(_LABELS[name][0])
                self._text(name, pages.not_here(self._words, label))
        self.render()

    async def _history(self) -> None:
        try:
            records = await self._journal.recent(HISTORY_ROWS)
        except JournalError:
            return self._unreadable("history")
        return self._table("history", pages.history(self._words, records))

    async def _shift(self) -> None:
        midnight = self._clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            records = await self._journal.since(midnight)
        except JournalError:
            return self._unreadable("shift")
        return self._table("shift", pages.shift(self._words, self._currency, records))

    def _unreadable(self, name: str) -> None:
        title = self._words.say(_LABELS[name][0])
        advice = self._words.say("The till's journal cannot be read. Call support.")
        if self._current == name:
            self._text(name, TextView(title, advice, ()))

    def _table(self, name: str, view: TableView) -> None:
        if self._current == name:
            self._stage.show_table(view)
            self._recorder.screen(name, view.title, None, None, None)

    def _text(self, name: str, view: TextView) -> None:
        self._stage.show_text(view)
        self._recorder.screen(name, view.title, None, None, None)

    def _show_holds(self) -> None:
        self._table("holds", pages.holds(self._words, self._open, self._damaged))

    def _paid(self) -> PaymentShown | None:
        shown = self._till.payment
        return shown if shown is not None and shown.payment.state is State.COMMITTED else None

    def receipt(self) -> Receipt | None:
        """The receipt of the payment in view, once it was taken and the balance read again."""
        shown = self._paid()
        if shown is None:
            return None
        return payment_receipt(self._words, shown, self._place.store, self._place.pos)

    def _show_receipt(self) -> None:
        receipt = self.receipt()
        if receipt is not None:
            self._go("receipt")
            self._text("receipt", receipt_page(self._words, receipt))

    def _show_lock(self) -> None:
        say = self._words.say
        headline = say("Locked")
        self._stage.show_lock(
            LockView(
                store=say("Store {store}", store=self._place.store),
                title=say("Who is at the till?"),
                entry=Entry(say("Operator number"), self._typed_operator, "0"),
                actions=(
                    Action("sign_on", say("Sign on"), say("Enter"), Role.PRIMARY, bool(self._typed_operator)),
                ),
                band=Band(Tone.INFO, headline, say("Type your operator number, then press Enter.")),
            )
        )
        self._recorder.screen("lock", headline, None, None, None)

    def _operator_key(self, key: str) -> None:
        if key == "enter" and self._typed_operator:
            self._controller.sign_on(self._typed_operator)
            self._typed_operator = ""
            return
        if key == "backspace":
            self._typed_operator = self._typed_operator[:-1]
        elif key in {"escape", "delete", "clear"}:
            self._typed_operator = ""
        elif len(key) == 1 and key.isdecimal() and len(self._typed_operator) < 8:
            self._typed_operator += key
        self._show_lock()

    def _scanner_lamp(self, state: SourceState) -> Lamp:
        say = self._words.say
        if state is SourceState.READY:
            return Lamp(Tone.PAID, say("Scanner"))
        if state is SourceState.LOST or self._place.scanner_configured:  # row 2
            return Lamp(Tone.REFUSED, say("Scanner lost: type the number"))
        return Lamp(Tone.INFO, say("Scanner: keyboard"))


def _shell_view(
    words: Words,
    place: Place,
    operator: str,
    lamps: tuple[Lamp, ...],
    clock: str,
    open_now: int,
    current: str,
) -> ShellView:
    say = words.say
    return ShellView(
        store=say("Store {store}", store=place.store),
        till=say("Till {pos}", pos=place.pos),
        operator=say("Operator {id}", id=operator) if operator else say("No operator"),
        badge=place.badge,
        lamps=lamps,
        clock=clock,
        destinations=tuple(
            Destination(name, say(label), key, open_now if name == "holds" else 0)
            for name, (label, key) in _LABELS.items()
        ),
        current=current,
    )
