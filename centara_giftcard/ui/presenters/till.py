"""The Till's own part of a stage: a card, its amount, its hold, how it ended. No Qt here."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import State
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    Closing,
    JournalSetAside,
    LastSale,
    OpenChanged,
    OperatorChanged,
    PaperTrouble,
    PaymentShown,
    Preparing,
    Ready,
    Recovered,
    Refusal,
    ScanRefused,
    Settled,
    StatusMissing,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.ui.presenters import sentences
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.stage import MAX_TYPED, Note, Shown, StagePresenter
from centara_giftcard.ui.presenters.till_views import Stage, TillViews, Typing
from centara_giftcard.ui.presenters.views import Band, TillView, Tone
from centara_giftcard.words import Words

if TYPE_CHECKING:  # it imports asyncio, which the first paint does not need
    from centara_giftcard.terminal.controller import Controller


class TillPresenter(StagePresenter):
    """Shows the Till stage through `show` and drives the controller."""

    moves_value = "take"

    def __init__(
        self,
        controller: "Controller",
        words: Words,
        currency: Currency,
        may_key_numbers: bool,
        recorder: Recorder,
        show: Callable[[TillView], None],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        super().__init__(words, recorder, show, later)
        self._controller = controller
        self._currency = currency
        self._views = TillViews(words, may_key_numbers)
        self._stage: Stage = Ready()
        self._calm = self._idle = self._ready(words.say("Scan a card to begin."))
        self._outage: Band | None = None
        self._unprinted: tuple[Issue, ...] = ()
        self._found: frozenset[str] = frozenset()
        self._in_view = True

    @property
    def payment(self) -> PaymentShown | None:
        """The payment in view, for the receipt."""
        return self._stage if isinstance(self._stage, PaymentShown) else None

    @property
    def pinned(self) -> bool:
        """Whether the card on the till must be finished before any other."""
        match self._stage:
            case CardShown(standing=Standing.GOOD) | Preparing():
                return True
            case PaymentShown(payment=payment):
                return not payment.told
        return False

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case Refusal():
                self._refused(event, sentences.refusal(self._words, event))
            case LastSale():
                said = self._words.say(
                    "The last sale: {amount} taken from {card} at {time}.",
                    amount=self._words.money(event.amount),
                    card=event.card,
                    time=self._words.time(event.at),
                )
                self._calm = self._idle = self._ready(said)
            case Settled(operation=Issue(handed_over=True) | Issue(undone=True)):
                pass  # scanned back, or its sale undone: the cashier's own doing, and told there
            case Settled():
                band, outcome = sentences.settled(self._words, event.operation)
                card = str(event.operation.card) if event.operation.card is not None else None
                self._idle = Note(band, outcome, event.operation.id, card)
                self.render()
            case OpenChanged():
                self._unprinted = tuple(
                    it for it in event.operations if isinstance(it, Issue) and it.unprinted
                )
                self.render()
            case Recovered():
                self._found = frozenset(it.id for it in self._unprinted)
                said = self._words.say(
                    "Recovering {n} operations from the last run; see Holds (F5).", n=event.unfinished
                )
                self._calm = self._idle = self._ready(said)
            case JournalSetAside():
                self._stands(sentences.set_aside(self._words, event))
            case PaperTrouble():
                headline = self._words.say("Receipts or printer need support")
                self._stands(Band(Tone.HELD, headline, event.sentence))
            case OperatorChanged():
                self._idle = self._calm  # what was said was said to somebody else
                self.render()
            case Closing():
                closing = self._words.say("Closing after confirmation")
                advice = self._words.say("An answer is still under way; the window closes when it is here.")
                self._notice.say(Note(Band(Tone.INFO, closing, advice, busy=True)), lasting=True)
            case ScanRefused():  # what is in view and typed stays; a hold is not covered for long
                note = Note(sentences.no_card(self._words, event.reason))
                self._notice.say(note, answered=not isinstance(self._stage, PaymentShown))
            case Ready() | Checking() | StatusMissing() | CardShown() | Preparing() | PaymentShown():
                self._turn(event)
            case _:
                pass

    def outage(self, band: Band | None) -> None:
        """The server is known to be silent, which a waiting till says with `band`; None: it answers again."""
        self._outage = band
        self.render()

    def _build(self) -> Shown:
        shown = self._views.build(self._stage, self._typing(), self._waiting())
        if shown.view.band.busy:
            shown = replace(shown, view=replace(shown.view, band=self._patient(shown.view.band)))
        return shown

    def _awaits_answer(self) -> bool:
        return isinstance(self._stage, Checking)

    def _waiting(self) -> Note:
        """What a waiting till says: cards that nobody was given; and the outage, behind anything else."""
        idle, outage = self._idle, self._outage
        if self._unprinted and idle is self._calm and idle.band.tone is Tone.INFO:
            idle = Note(sentences.not_handed_over(self._words, self._unprinted, self._found))
        if outage is None:
            return idle
        if idle is self._calm and idle.band.tone is Tone.INFO:
            return Note(outage)
        return replace(idle, band=replace(idle.band, advice=f"{idle.band.advice} {outage.headline}."))

    def _ready(self, advice: str) -> Note:
        return Note(Band(Tone.INFO, self._words.say("Ready"), advice))

    def _stands(self, band: Band) -> None:
        """Have a waiting till say so until a card comes."""
        self._calm = self._idle = Note(band)
        self.render()

    def _turn(self, stage: Stage) -> None:
        self._stage = stage
        self._notice.drop()
        if isinstance(stage, Checking):
            self._idle = self._calm  # how another payment ended was there to be read until now
        if isinstance(stage, Ready | Checking | StatusMissing):
            self._typed = ""
        if isinstance(stage, Checking | Preparing | PaymentShown):
            self._patience.begin()
        else:
            self._patience.end()
        self.render()

    def _patient(self, band: Band) -> Band:
        if not self._patience.long or band.tone is not Tone.INFO:
            return band
        if isinstance(self._stage, Checking | Preparing):
            advice = self._words.say(
                "Waiting for the server's answer. Esc stops waiting; nothing was charged."
            )
        else:
            advice = self._words.say("Waiting for the server's answer. Please keep the card at hand.")
        return replace(band, advice=advice)

    def _typing(self) -> Typing:
        if not isinstance(self._stage, CardShown):
            return Typing(self._typed)
        try:
            return Typing(self._typed, Money.typed(self._typed, self._currency))
        except AmountError:
            return Typing(self._typed)

    def _type(self, text: str) -> None:
        if isinstance(self._stage, CardShown):
            accepted = self._stage.standing is Standing.GOOD and self._is_amount_so_far(text)
        else:
            accepted = self._takes_number() and (not text or text.isalnum())
        if accepted and text != self._typed and len(text) <= MAX_TYPED:
            self._typed = text
            if isinstance(self._stage, StatusMissing):
                self._stage = Ready()
            self.render()

    def _is_amount_so_far(self, text: str) -> bool:
        if text[-1:] in {".", ","} and not self._currency.decimals:
            return False
        try:
            Money.typed(text, self._currency)
        except AmountError as error:
            return error.reason in {"empty", "zero"} or text in {".", ","}
        return True

    def _takes_number(self) -> bool:
        return isinstance(self._stage, Ready | StatusMissing)

    def _enter(self) -> None:
        if self._takes_number():
            self._press("check")
        elif isinstance(self._stage, CardShown) and self._stage.standing is Standing.GOOD:
            self._press("request")
        elif isinstance(self._stage, PaymentShown):
            self._press("leave")

    def _escape(self) -> bool:
        if self._takes_number() and self._typed:
            self._type("")
        elif isinstance(self._stage, PaymentShown) and self._stage.payment.state is State.HELD:
            self._press("release")
        else:
            self._press("leave")
        return True

    def _press(self, name: str) -> None:
        stage = self._stage
        if name == "check" and self._typed:
            self._controller.keyed(self._typed)
        elif name == "request" and isinstance(stage, CardShown):
            self._request(stage)
        elif name == "take":
            self._controller.take()
        elif name == "release":
            self._controller.release()
        elif name == "leave":
            self._controller.leave()

    def _request(self, stage: CardShown) -> None:
        due = self._typing().amount
        if due is None:
            advice = self._words.say("Then press Enter to request it.")
            self._notice.say(Note(Band(Tone.HELD, self._words.say("Type the amount"), advice)))
        else:
            self._controller.request(min(due, stage.status.available), due)
