"""The presenter of Sell (F3): keys, presses and the sale in, one view out. No Qt here.

F12 is the one key that sells. Enter puts a card on the list, Esc steps back, Ctrl+1 to Ctrl+9 press the big
buttons at the foot of the left panel.
"""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain.cards import SaleRules, Series
from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.events import (
    Closing,
    OpenChanged,
    Refusal,
    ScanRefused,
    SellShown,
    Settled,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.terminal.sales import SaleStep
from centara_giftcard.ui.presenters import sell_sentences as said
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.sell_views import Hand, SellViews, masked
from centara_giftcard.ui.presenters.stage import (
    MAX_TYPED,
    Note,
    Shown,
    StagePresenter,
    amount_of,
    is_amount_so_far,
    of_its_card,
)
from centara_giftcard.ui.presenters.till_views import plain
from centara_giftcard.ui.presenters.views import Band, TillView, Tone
from centara_giftcard.words import Words

NOTHING: Final = SellShown(SaleStep.SCAN, (), None, None, None, ())


class SellPresenter(StagePresenter):
    """Shows the Sell stage through `show` and drives the controller's `selling`.

    `undo_card` is asked to undo a sale of this till, by its operation.
    """

    moves_value = "sell_all"

    def __init__(
        self,
        controller: Controller,
        words: Words,
        currency: Currency,
        series: tuple[Series, ...],
        may_key_numbers: bool,
        recorder: Recorder,
        show: Callable[[TillView], None],
        later: Callable[[float, Callable[[], None]], Timer],
        undo_card: Callable[[str], None],
    ) -> None:
        super().__init__(words, recorder, show, later)
        self._controller = controller
        self._currency = currency
        self._may_key_numbers = may_key_numbers
        self._undo_card = undo_card
        self._views = SellViews(words, currency, series, may_key_numbers)
        self._sale = NOTHING
        self._hand = Hand()
        self._noted: dict[str, tuple[str, str | None]] = {}

    @property
    def waiting(self) -> int:
        """How many cards wait here: on a list whose end was not seen yet, in hand, or to be scanned back."""
        sale = self._sale
        seen = sale.step is SaleStep.DONE and self._seen
        return (0 if seen else len(sale.lines) + (sale.pending is not None)) + len(sale.unprinted)

    @property
    def news(self) -> Note | None:
        """How the sale ended."""
        if self._sale.step is not SaleStep.DONE or not self._sale.lines:
            return None
        return of_its_card(self._views.headline(self._sale))

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case SellShown():
                self._take(event)
            case OpenChanged():
                unprinted = tuple(it for it in event.operations if it.unprinted)
                if unprinted != self._sale.unprinted:  # one was undone, or found, while this page waited
                    self._take(replace(self._sale, unprinted=unprinted))
            case Refusal():
                self._refused(event, said.refusal(self._words, event), answered=True)
            case ScanRefused():
                self._no_card(event)
            case Closing():
                self._notice.say(Note(said.closing(self._words)), lasting=True)
            case Settled(operation=Issue(handed_over=True) as issue):
                self._notice.say(Note(said.handed_over(self._words, issue)))
            case _:
                pass

    def press(self, name: str) -> None:
        """An action's button, a choice or a row was pressed."""
        if name not in {"drop", "drop_now"}:
            self._show_hand(self._hand.asking_to_drop(False))
        super().press(name)

    def enter_view(self) -> None:
        """The page comes to the front: show the sale as it is, and have the recorder note it anew."""
        self._controller.selling.show()
        super().enter_view()

    def put_away(self) -> None:
        """The cashier turns to other work: a sale that is over is told, a list stays."""
        if self._sale.step is SaleStep.DONE:
            self._controller.selling.leave()

    # --- what the terminal told ---

    def _take(self, sale: SellShown) -> None:
        before, self._sale, self._seen = self._sale, sale, self._in_view
        moved = (before.step, before.pending, before.trouble) != (sale.step, sale.pending, sale.trouble)
        count, counted = len(sale.lines), len(before.lines)
        other = sale.checking is not None and sale.checking != before.checking
        if moved or other or count != counted:
            self._notice.drop()
            self._let_go_of_hand(before, sale)
            if count > counted:
                self._hand = self._hand.choosing(count - 1)
        if sale.step is not before.step and sale.step in {SaleStep.SELLING, SaleStep.DONE}:
            self._hand = Hand()
        self._choose(self._hand.selected)
        if sale.step is SaleStep.DONE and (waiting := self._unprinted()) is not None:
            issues = [line.issue for line in sale.lines]
            self._choose(issues.index(waiting))  # the row that scanning, printing and undoing are about
        if not sale.lines:
            self._noted = {}
        if sale.step in {SaleStep.CHECKING, SaleStep.SELLING}:
            if moved or sale.lines != before.lines:
                self._patience.begin()
        else:
            self._patience.end()
        self.render()

    def _let_go_of_hand(self, before: SellShown, sale: SellShown) -> None:
        """Something else is asked for now. Only an amount that was typed while its card was being checked is
        kept, and all of it; anything else goes, and the rest of it too if it is being typed still."""
        hand = self._hand
        if (before.step, sale.step) == (SaleStep.CHECKING, SaleStep.AMOUNT):
            self._hand = Hand(hand.typed, hand.amount)
            return
        self._forget_typed(hand.typed)
        self._hand = Hand(selected=hand.selected)
        if before.step is SaleStep.CHECKING and hand.typed and sale.trouble is None:
            say = self._words.say
            headline = say("{typed} was not taken", typed=hand.typed)
            advice = say("Type the amount when it is asked for.")
            self._notice.say(Note(Band(Tone.ATTENTION, headline, advice)), answered=True)

    # --- what the cashier does ---

    def _key(self, key: str) -> bool:
        if self._hand.dropping and key != "escape":
            self._show_hand(self._hand.asking_to_drop(False))
            if len(key) > 1:  # it was pressed at a question, and answers that
                return True
        if key.startswith("ctrl+"):
            self._press_choice(key.removeprefix("ctrl+"))
        elif key in {"up", "down"}:
            self._select(self._hand.selected + (1 if key == "down" else -1))
        elif key.lower() in {"p", "u"} and self._letters_act():
            self._press("print" if key.lower() == "p" else "undo_card")
        else:
            return super()._key(key)
        return True

    def _enter(self) -> None:
        self._press({SaleStep.AMOUNT: "price", SaleStep.DONE: "next"}.get(self._sale.step, "check"))

    def _text(self) -> str:
        return "" if self._hand.usual else self._hand.typed

    def _awaits_answer(self) -> bool:
        return self._sale.step is SaleStep.CHECKING

    def _escape(self) -> bool:
        sale, hand = self._sale, self._hand
        if hand.typed or hand.keypad:
            self._show_hand(hand.emptied())
        elif sale.step is SaleStep.SCAN and sale.trouble is None and sale.lines:
            self._press("drop_now" if hand.dropping else "drop")
        elif sale.step is SaleStep.SCAN and sale.trouble is None:
            return False
        else:
            self._press("leave")
        return True

    def _clear(self, key: str) -> None:
        if self._hand.typed or key == "clear":
            self._type("")
        else:
            self._press("remove")

    def _letters_act(self) -> bool:
        listing = self._sale.step is SaleStep.SCAN and not self._sale.lines and bool(self._sale.unprinted)
        return self._sale.step is SaleStep.DONE or (
            listing and not self._hand.typed and not self._hand.keypad
        )

    def _press_choice(self, digit: str) -> None:
        choices = self._views.build(self._sale, self._hand, False).choices
        if digit.isdecimal() and 1 <= int(digit) <= len(choices):
            self._press(choices[int(digit) - 1].name)

    def _press(self, name: str) -> None:
        selling, sale, hand = self._controller.selling, self._sale, self._hand
        kind, _, which = name.partition("-")
        match kind:
            case "check" if hand.typed and sale.step in {SaleStep.SCAN, SaleStep.PACKAGE}:
                self._controller.keyed(hand.typed)
            case "price":
                self._price()
            case "sell_all" if sale.step is SaleStep.SCAN and sale.lines and not (hand.typed or hand.keypad):
                selling.sell()
            case "remove" if sale.step is SaleStep.SCAN and sale.lines:
                selling.remove(hand.selected)
            case "drop" if sale.step is SaleStep.SCAN and sale.lines:
                self._show_hand(hand.asking_to_drop(True))
            case "drop_now" if sale.step is SaleStep.SCAN and hand.dropping:
                selling.drop()
            case "keep":
                self._show_hand(self._hand.asking_to_drop(False))
            case "leave":
                selling.leave()
            case "next" if self._unprinted() is None:
                selling.leave()
            case "keypad":
                self._show_hand(hand.with_keypad(self._may_key_numbers))
            case "back":
                self._show_hand(hand.emptied())
            case "series":
                selling.choose(which)
            case "preset" if sale.pending is not None:
                self._type_amount(plain(sale.pending.rules.presets[int(which)], self._words), usual=True)
            case "line":
                self._select(int(which))
            case "unprinted":
                self._select([it.id for it in sale.unprinted].index(which))
            case "print" if (issue := self._unprinted()) is not None:
                selling.print(issue.id)
                if issue.id in sale.printed:
                    self._notice.say(Note(said.printed_again(self._words)))
            case "undo_card" if (issue := self._unprinted()) is not None:
                self._undo_card(issue.id)
            case _:
                pass

    def _unprinted(self) -> Issue | None:
        """The card that waits to be printed or scanned back: the one selected, else the first of the list."""
        sale, place = self._sale, self._hand.selected
        if sale.step is SaleStep.SCAN:
            return sale.unprinted[place] if not sale.lines and place < len(sale.unprinted) else None
        chosen = sale.lines[place : place + 1] + sale.lines
        return next((it.issue for it in chosen if it.issue is not None and it.issue.unprinted), None)

    def _price(self) -> None:
        pending = self._sale.pending
        if self._sale.step is not SaleStep.AMOUNT or pending is None:
            return
        try:
            amount = Money.typed(self._hand.typed, self._currency, self._words.grouping_mark)
            pending.rules.check(amount)
        except AmountError as error:
            self._bad_amount(error.reason)
        else:
            self._controller.selling.price(amount)

    def _bad_amount(self, reason: str) -> None:
        rules = self._sale.pending.rules if self._sale.pending is not None else SaleRules()
        band = said.bad_amount(self._words, reason, rules, self._hand.typed, self._currency)
        self._notice.say(Note(band), answered=True)

    def _type(self, text: str) -> None:
        step = self._sale.step
        if step in {SaleStep.CHECKING, SaleStep.AMOUNT}:
            self._type_amount(text)
        elif step is SaleStep.SELLING:
            say = self._words.say
            self._refuse_typed(say("Cards are being sold"), say("What was typed meanwhile was not taken."))
        elif step in {SaleStep.SCAN, SaleStep.PACKAGE} and self._may_key_numbers and _is_number_so_far(text):
            self._show_hand(self._hand.holding(text))

    def _type_amount(self, text: str, usual: bool = False) -> None:
        if is_amount_so_far(text):
            amount = amount_of(text, self._currency, self._words.grouping_mark)
            self._show_hand(self._hand.holding(text, amount, usual))

    def _select(self, place: int) -> None:
        if not (self._hand.typed or self._hand.keypad):
            self._choose(place)

    def _choose(self, row: int) -> None:
        rows = len(self._sale.lines) or len(self._sale.unprinted)
        self._show_hand(self._hand.choosing(max(0, min(row, rows - 1))))

    def _show_hand(self, hand: Hand) -> None:
        """What the cashier has done is `hand` from now on."""
        if hand != self._hand:
            self._hand = hand
            self.render()

    # --- what is said ---

    def _build(self) -> Shown:
        sale, screen = self._sale, self._screen()
        view = self._views.build(sale, self._hand, self._patience.long)
        if sale.step is not SaleStep.DONE or not sale.lines:
            return Shown(view, screen)
        note = self._views.headline(sale)
        return Shown(view, screen, note.outcome, note.operation, note.card)

    def _screen(self) -> str:
        return "selling" if self._sale.step in {SaleStep.SELLING, SaleStep.DONE} else "sell"

    def _note_details(self) -> None:
        """Every operation of a list gets a record of its own: its last one is the till's last word on it."""
        if len(self._sale.lines) < 2:
            return
        for line, told in zip(self._sale.lines, self._views.told(self._sale), strict=True):
            if line.issue is not None and told.outcome is not None:
                word = (told.state, told.outcome)
                if self._noted.get(line.issue.id) != word:
                    self._noted[line.issue.id] = word
                    card, operation = masked(line), line.issue.id
                    self._recorder.screen(self._screen(), told.state, told.outcome, operation, card)


def _is_number_so_far(text: str) -> bool:
    return (not text or text.isalnum()) and len(text) <= MAX_TYPED
