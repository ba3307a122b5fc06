"""The presenter around the Till: top bar, rail, the other pages, lock and receipt. No Qt here."""

from collections.abc import Callable, Coroutine

from centara_giftcard.domain.cards import KnownCard
from centara_giftcard.domain.money import Currency
from centara_giftcard.domain.operators import Need, Permission
from centara_giftcard.terminal.controller import Controller, Stage
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    Checking,
    KeyboardChanged,
    PaymentShown,
    Refusal,
    ScanRefused,
    SellShown,
    ServerHeard,
    ServerSilent,
    TerminalEvent,
    UndoShown,
    Why,
)
from centara_giftcard.terminal.ports import Clock, Journal, Recorder, Scan
from centara_giftcard.terminal.sales import SaleStep
from centara_giftcard.ui.presenters import card_sentences, pages, sell_sentences, sentences
from centara_giftcard.ui.presenters.bars import Bars
from centara_giftcard.ui.presenters.cover import LOCK, Cover
from centara_giftcard.ui.presenters.first import LABELS, ThisTill
from centara_giftcard.ui.presenters.front import Front, Window
from centara_giftcard.ui.presenters.guard import Guard
from centara_giftcard.ui.presenters.holds import OWN_REFUSALS, HoldsPresenter
from centara_giftcard.ui.presenters.lists import ListPresenter
from centara_giftcard.ui.presenters.lock import sale_of_another
from centara_giftcard.ui.presenters.paper import WAITING_KEY, PaperPresenter
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.places import (
    ANSWERS,
    ASIDE,
    NEEDED,
    OF_PAPER,
    ON_THE_BARS,
    PLACES,
    TURNS,
    WAYS,
)
from centara_giftcard.ui.presenters.sell import SellPresenter
from centara_giftcard.ui.presenters.stage import Note
from centara_giftcard.ui.presenters.tidings import Tidings
from centara_giftcard.ui.presenters.till import TillPresenter
from centara_giftcard.ui.presenters.undo import UndoPresenter
from centara_giftcard.ui.presenters.views import TextView, TillView
from centara_giftcard.words import Words


class ShellPresenter:
    """Navigation and everything that stands around the Till screen."""

    def __init__(
        self,
        window: Window,
        controller: Controller,
        journal: Journal,
        clock: Clock,
        recorder: Recorder,
        words: Words,
        currency: Currency,
        rules: Rules,
        papers: PaperPresenter,
        this_till: ThisTill,
        spawn: Callable[[Coroutine[None, None, None]], None],
        later: Callable[[float, Callable[[], None]], Timer],
        close: Callable[[], None] | None = None,
    ) -> None:
        """`close` closes the till; None where its server needs no trial."""
        self.wanted = ""
        self._close = close
        self._guard = Guard(clock.monotonic)
        stage = self._stage = Front(window, self._guard, words)
        self._till = TillPresenter(
            controller, words, currency, rules.may_key_numbers, recorder, self._show_stage, later
        )
        self._controller = controller
        self._journal = journal
        self._clock = clock
        self._recorder = recorder
        self._words = words
        self._currency = currency
        self._papers = papers
        self._view: TillView | None = None
        self._this_till = this_till
        self._spawn = spawn
        self._sell = SellPresenter(
            controller,
            words,
            currency,
            rules.series,
            rules.may_key_numbers,
            recorder,
            self._show_stage,
            later,
            self._undo_card,
        )
        self._undo = UndoPresenter(
            controller, words, rules.series, rules.may_key_numbers, recorder, self._show_stage, later
        )
        self._stages: dict[str, TillPresenter | SellPresenter | UndoPresenter] = {
            "till": self._till,
            "sell": self._sell,
            "undo": self._undo,
        }
        self._at_work = "till"
        self._holds = HoldsPresenter(
            stage, controller, clock, recorder, words, self._let_go, later, rules.signs_on
        )
        self._lists = ListPresenter(
            stage, journal, clock, recorder, words, currency, lambda: self._holds.count, spawn
        )
        self._bars = Bars(words, this_till, clock)
        self._tidings = Tidings(words)
        self._untold: list[Note] = []
        self._behind = "till"
        self._rules = rules
        self._cover = Cover(
            words,
            this_till.store,
            stage,
            controller.access,
            rules,
            recorder,
            later,
            self._hide,
            self._bring_back,
            lambda: self.go("lock"),
        )
        self._current = "till"
        self._help_for = "till"

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal, for the bars and for the Till."""
        self._bars.told(event)
        if isinstance(event, ServerHeard | ServerSilent):
            self._till.outage(self._bars.outage)
        if isinstance(event, KeyboardChanged):
            for stage in self._stages.values():
                stage.keyboard(event.here)
        self._cover.told(event)
        calls_back = self._calls_back(event)
        self._holds.told(event)
        for name, stage in self._stages.items():
            if self._is_for(name, event):
                stage.told(event)
        self._tell(event)
        if calls_back and self._current != calls_back and not self._cover.over:
            self._go(calls_back)  # a card was scanned, or a sale moved on: the cashier wants to see it
        if isinstance(event, OF_PAPER):
            self._papers.told(event)
            self._printed()
        self._lists.told(event)
        if isinstance(event, ON_THE_BARS):
            self.render()

    def crashed(self, kind: str) -> None:
        """The run before this one ended by a fault called `kind`."""
        self._till.stands(sentences.crashed(self._words, kind))

    def _is_for(self, name: str, event: TerminalEvent) -> bool:
        """Whether a stage hears an event: what was refused is told where the cashier is at work."""
        if not isinstance(event, Refusal | ScanRefused):
            return True
        if isinstance(event, Refusal) and event.why in {*OWN_REFUSALS, Why.STOPPED}:
            return event.why is Why.STOPPED
        return name == self._hearing(event)

    def _hearing(self, event: TerminalEvent) -> str:
        """The stage at work; the Till wherever its card has to be finished first (row 3)."""
        finish = isinstance(event, Refusal) and event.why is Why.FINISH_FIRST
        return "till" if finish and self._till.pinned else self._at_work

    def _calls_back(self, event: TerminalEvent) -> str:
        """The stage that a scan brings to the front, if any: none that was left comes back by itself.

        Nor does one where a scan was refused: an F12 meant for the sale took a hold that waited there.
        """
        match event:
            case Checking():
                return self._at_work
            case (
                SellShown(step=SaleStep.CHECKING | SaleStep.AMOUNT | SaleStep.PACKAGE)
                | UndoShown(checking=KnownCard())
            ):
                return self._at_work if self._current in ASIDE else ""
        return ""

    def scanned(self, scan: Scan) -> None:
        """A card was scanned or swiped; where somebody has to say who they are, it is a badge."""
        self._cover.stir()
        if self._cover.over:
            return self._cover.scanned(scan)
        self._guard.acted()
        self._answer()
        if self._at_work == "till":
            self._till.expect()
        return self._controller.scanned(scan)

    def key(self, key: str) -> None:
        """A key by its name, unless what it would mean came up under the finger only now."""
        self._cover.stir()
        if self._guard.lets_key(key):
            if key in ANSWERS:
                self._answer()
            self._key(key)

    def _key(self, key: str) -> None:
        """Places first, then the page in view; nothing is pressed under the tray."""
        if self._stage.sample_key(key):
            return
        if key != "f8" and self._stage.close_samples() and key not in PLACES:
            return
        if self._cover.over == LOCK or (self._cover.over and key not in PLACES):
            self._cover.key(key)
        elif key in PLACES:
            self.go(PLACES[key])
        elif key == "f8":
            self._stage.toggle_samples()
        elif key == WAITING_KEY:
            self._papers.print_waiting()
        elif key in {"p", "P"} and self._has_paper():
            self._paper_key()
        elif self._current == "till":
            self._till.key(key)
        elif self._page_key(key):
            pass
        elif key == "escape":
            back = self._help_for if self._current == "help" else self._at_work
            self._go(back if self._current in ASIDE and back != "receipt" else "till")
        elif key in TURNS:
            self._stage.turn_page(TURNS[key])

    def _page_key(self, key: str) -> bool:
        """Give a key to the page in view; whether it had a meaning there."""
        match self._current:
            case "sell":
                return self._sell.key(key)
            case "undo":
                return self._undo.key(key)
            case "holds":
                return self._holds.key(key)
            case "settings" if key.lower() in WAYS:
                self._close_for(WAYS[key.lower()])
        return False

    def press(self, name: str) -> None:
        """A button was touched: most are the page's own, some lead elsewhere."""
        self._cover.stir()
        if not self._guard.lets_touch():
            return
        self._answer()
        if name == "notice":
            return
        if name in LABELS:
            self.go(name)
        elif self._cover.over:
            self._cover.press(name)
        elif name == "print_waiting":
            self._papers.print_waiting()
        elif name == "receipt" or (self._current == "receipt" and name == "print"):
            self._paper_key()
        elif self._current == "receipt" and name == "back":
            self._key("escape")
        elif name in WAYS.values():
            self._close_for(name)
        elif self._current == "holds":
            self._holds.press(name)
        else:
            self._stages[self._at_work].press(name)

    def go(self, name: str) -> None:
        """Go to a place of the rail; the lock covers what is in view at once."""
        self._guard.acted()
        if self._cover.over == LOCK:
            return
        if self._cover.over:
            self._cover.drop()
            self._current = self._behind
        if name == "lock":
            self._cover.lay_lock()
            self._controller.access.lock()
        elif self._rules.signs_on and name in NEEDED:
            self._controller.access.ask([Need(NEEDED[name])], self._allowed, name)
        else:
            self._answer()
            self._go(name)

    async def _allowed(self, name: str) -> None:
        self._answer()
        self._go(name)

    def render(self) -> None:
        """Draw the bars, and the ages of what is open (cheap: the window compares)."""
        self._holds.render()
        current = self._current if self._current in LABELS else self._at_work  # a receipt is its stage's
        notice = self._tidings.said.band if self._tidings.said is not None and not self._cover.over else None
        self._stage.show_shell(self._bars.view(self._papers.lamp, self._waiting(), current, notice))

    # --- what comes by itself ---

    def _tell(self, event: TerminalEvent) -> None:
        """Tell what came to pass elsewhere, or how something ended whose stage is not in view."""
        if isinstance(event, PaymentShown) and self._current == "till":
            return self._tidings.seen(event)
        note = self._tidings.of(event)
        if isinstance(event, ScanRefused) and self._current not in self._stages:
            note = Note(card_sentences.no_card(self._words, event))
        if isinstance(event, SellShown | UndoShown):
            stage = "sell" if isinstance(event, SellShown) else "undo"
            note = self._tidings.fresh(stage, self._stages[stage].news)
            if self._current == stage:
                return None
        if isinstance(event, Refusal) and event.why not in OWN_REFUSALS:
            note = self._refused_elsewhere(event)
        if note is None:
            return None
        self._untold.append(note)
        return self._tell_untold()

    def _refused_elsewhere(self, event: Refusal) -> Note | None:
        """What the terminal did not do, where the stage that it concerns is not in view."""
        stage, words = self._hearing(event), self._words
        if stage == self._current:
            return None
        if stage != "till":
            return Note(sell_sentences.refusal(words, event))
        if event.why is Why.FINISH_FIRST:
            return Note(sentences.finish_there(words))
        return Note(sentences.refusal(words, event))

    def _tell_untold(self) -> None:
        """Show and note what there is to tell, but over the lock."""
        if self._cover.over or not self._untold:
            return
        untold, self._untold = self._untold, []
        self._tidings.said = untold[-1]
        self.render()
        self._guard.startled()
        for note in untold:
            self._recorder.screen(self._screen(), note.band.headline, note.outcome, note.operation, note.card)

    def _answer(self) -> None:
        """The notice has been seen."""
        if self._tidings.said is not None and not self._cover.over:
            self._tidings.said = None
            self.render()

    def _screen(self) -> str:
        """The recorder's word for what is in view."""
        stage = self._stages.get(self._current)
        return (stage.screen if stage is not None else "") or self._current

    # --- what lies over the till ---

    def _hide(self, over: str) -> None:
        self._behind, self._current = self._current, over
        for stage in self._stages.values():
            stage.leave_view()
        self._holds.cover()
        self._lists.leave_view()
        self.render()

    def _bring_back(self, before: str) -> None:
        """What was in view is again, as it was or as it has become; `before` is who has not finished it."""
        self._current = self._behind
        if before and not self._at_rest:
            self._untold.append(sale_of_another(self._words, before))
        self._enter(self._current, again=True)
        self._tell_untold()

    # --- places ---

    def _waiting(self) -> dict[str, int]:
        """What waits at a place that is not in view, so that it is always to be seen."""
        beside = {name: stage.waiting for name, stage in self._stages.items() if name != self._current}
        return {**beside, "holds": self._holds.count_beside(self._current)}

    def _go(self, name: str) -> None:
        if name == "help" and self._current != "help":
            self._help_for = self._current
        self._current = name
        for place, stage in (*self._stages.items(), ("holds", self._holds)):
            if name != place:
                stage.leave_view()
        self._lists.leave_view()
        if name not in ASIDE:
            self._work_at(name if name in self._stages else "till")
        self._enter(name)

    def _enter(self, name: str, again: bool = False) -> None:
        """Show a place, from its beginning or `again` as it was."""
        match name:
            case "till" | "sell" | "undo":
                self._stages[name].enter_view()
            case "holds" if again:
                self._holds.uncover()
            case "holds":
                self._holds.enter_view()
            case "history" | "shift":
                self._lists.enter_view(name)
            case "settings":
                ways = None if self._close is None else self._at_rest
                self._text(name, pages.settings_page(self._words, self._this_till.settings, ways))
            case "receipt":
                self._show_paper()
            case "help":
                self._text(name, pages.help_page(self._words, self._help_for))
        self.render()

    def _work_at(self, name: str) -> None:
        """From now on scanned cards are for this stage."""
        if name == self._at_work:
            return
        if self._at_work == "sell":
            self._sell.put_away()
        elif self._at_work == "undo":
            self._undo.put_away()
        self._at_work = name
        self._controller.turn_to(Stage(name))

    def _undo_card(self, operation: str) -> None:
        self._go("undo")
        self._controller.undoing.pick(operation)

    def _text(self, name: str, view: TextView) -> None:
        self._stage.show_text(view)
        self._recorder.screen(name, view.title, None, None, None)

    def _printed(self) -> None:
        """The printer has something else to say: on the bars, and under what was printed."""
        self.render()
        if self._current == "receipt":
            self._show_paper()
        elif self._view is not None and self._current == self._at_work:
            self._show_stage(self._view)

    def _show_stage(self, view: TillView) -> None:
        self._view = view
        self._stage.show_till(self._papers.dressed(view, self._at_work))

    def _let_go(self, id: str) -> None:
        """Take a payment from the front of the Till, where it is about to be dealt with on the list."""
        shown = self._till.payment
        if shown is not None and shown.payment.id == id:
            self._controller.paying.leave()

    @property
    def _at_rest(self) -> bool:
        """Whether nobody is in the middle of anything."""
        return not any(stage.waiting for stage in self._stages.values())

    def _close_for(self, what: str) -> None:
        """Close the till for a trial, which needs its journal, or for support, which needs its ports."""
        if self._close is not None and self._at_rest:
            self.wanted = what
            self._close()

    def _has_paper(self) -> bool:
        return self._current in {self._at_work, "receipt"} and self._papers.has(self._at_work)

    def _paper_key(self) -> None:
        """P: the first press shows the receipt of what is in view, on its page another one prints it.

        A receipt that could not be printed is printed by the first: that was seen under the result.
        """
        if self._current == "receipt" or self._papers.waits(self._at_work):
            self._print(self._at_work)
        if self._current != "receipt" and self._has_paper():
            self._go("receipt")

    def _print(self, place: str) -> None:
        if self._rules.signs_on and self._papers.copy_next(place):
            self._controller.access.ask([Need(Permission.REPRINT)], self._print_allowed, place)
        else:
            self._papers.print(place)

    async def _print_allowed(self, place: str) -> None:
        self._papers.print(place)

    def _show_paper(self) -> None:
        view = self._papers.view(self._at_work)
        if view is not None:
            self._stage.show_receipt(view)
            self._recorder.screen("receipt", view.title, None, view.receipt.operation, None)
