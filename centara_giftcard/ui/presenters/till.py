"""The Till's own part of a stage: a card, its amount, its hold, how it ended. No Qt here."""

from collections.abc import Callable
from math import ceil

from msgspec.structs import replace

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.payment import State
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    Closing,
    JournalMissing,
    JournalSetAside,
    LastSale,
    OpenChanged,
    PaperTrouble,
    PaymentShown,
    Preparing,
    Ready,
    Recovered,
    Refusal,
    ScanRefused,
    StatusMissing,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Operation, Recorder
from centara_giftcard.ui.presenters import card_sentences, sentences
from centara_giftcard.ui.presenters.patience import AT_ONCE_S, SOON_S, Timer
from centara_giftcard.ui.presenters.stage import (
    MAX_TYPED,
    Note,
    Shown,
    StagePresenter,
    amount_of,
    is_amount_so_far,
)
from centara_giftcard.ui.presenters.till_views import TillStage, TillViews, Typing, plain
from centara_giftcard.ui.presenters.views import Band, TillView, Tone
from centara_giftcard.words import Words


class TillPresenter(StagePresenter):
    """Shows the Till stage through `show` and drives the controller."""

    moves_value = "take"

    def __init__(
        self,
        controller: Controller,
        words: Words,
        currency: Currency,
        may_key_numbers: bool,
        recorder: Recorder,
        show: Callable[[TillView], None],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        super().__init__(words, recorder, show, later)
        self._controller = controller
        self._may_key_numbers = may_key_numbers
        self._currency = currency
        self._views = TillViews(words, may_key_numbers, currency)
        self._stage: TillStage = Ready()
        self._due: Money | None = None
        self._keyed = ""
        self._ahead: str | None = (
            None  # typed since a card was named, while the terminal does not tell of it yet
        )
        self._fills_in = self._begun = False
        self._later = later
        self._left_s = 0
        self._tick: Timer | None = None
        self._calm = self._idle = self._ready(words.say("Scan a card to begin."))
        self._outage: Band | None = None
        self._unprinted: tuple[Operation, ...] = ()
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
            case Preparing():
                return True
            case CardShown(standing=Standing.GOOD) | Checking():
                return bool(self._typed) and not self._fills_in
            case PaymentShown(payment=payment):
                return not payment.told
        return False

    @property
    def waiting(self) -> int:
        """1 where something was left here that must be seen again: a card, a payment, a rest to pay."""
        told = isinstance(self._stage, PaymentShown) and self._stage.payment.told and self._seen
        idle = isinstance(self._stage, Ready | StatusMissing) and self._due is None
        return 0 if told or idle else 1

    def expect(self) -> None:
        """A card was scanned or its number sent: what is typed from now on is meant for its amount."""
        if self._ahead is None and not self.pinned:
            self._ahead = ""

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case Refusal():
                self._expect_nothing()
                self._refused(event, sentences.refusal(self._words, event))
            case LastSale():
                said = sentences.last_sale(self._words, event)
                self._calm = self._idle = self._ready(said)
            case OpenChanged():
                unprinted = tuple(it for it in event.operations if it.unprinted)
                if unprinted != self._unprinted:
                    self._unprinted = unprinted
                    self.render()
            case Recovered():
                self._found = frozenset(it.id for it in self._unprinted)
                said = self._words.say(
                    "Recovering {n} operations from the last run; see Holds (F5).", n=event.unfinished
                )
                self._calm = self._idle = self._ready(said)
            case JournalMissing():
                self.stands(sentences.journal_missing(self._words))
            case JournalSetAside():
                self.stands(sentences.set_aside(self._words, event))
            case PaperTrouble():
                headline = self._words.say("Receipts or printer need support")
                self.stands(Band(Tone.ATTENTION, headline, event.sentence))
            case Closing():
                closing = self._words.say("Closing after confirmation")
                advice = self._words.say("An answer is still under way; the window closes when it is here.")
                self._notice.say(Note(Band(Tone.INFO, closing, advice, busy=True)), lasting=True)
            case ScanRefused():  # what is in view and typed stays; a hold is not covered for long
                self._expect_nothing()
                self._no_card(event, answered=not isinstance(self._stage, PaymentShown))
            case Ready() | Checking() | StatusMissing() | CardShown() | Preparing() | PaymentShown():
                self._turn(event)
            case _:
                pass

    def outage(self, band: Band | None) -> None:
        """The server is known to be silent, which a waiting till says with `band`; None: it answers again."""
        if band == self._outage:
            return  # each answer of the server says so
        back, self._outage = band is None, band
        if back and isinstance(self._stage, StatusMissing):  # what it said is over
            self._stage = Ready(self._due)
            say = self._words.say
            self._notice.say(
                Note(Band(Tone.INFO, say("The server answers again"), say("Scan the card again.")))
            )
        self.render()

    def _build(self) -> Shown:
        shown = self._views.build(self._stage, self._typing(), self._waiting(), self._due)
        if self._left_s and shown.view.band.tone is Tone.UNCLEAR:
            advice = self._words.say("Decided in {n}\N{NO-BREAK SPACE}s.", n=self._left_s)
            band = replace(shown.view.band, advice=f"{shown.view.band.advice} {advice}")
            return replace(shown, view=replace(shown.view, band=band))
        if shown.view.band.busy:
            shown = replace(shown, view=replace(shown.view, band=self._patient(shown.view.band)))
        return shown

    def _awaits_answer(self) -> bool:
        return (isinstance(self._stage, Checking) and not self._typed) or self._deciding()

    def _deciding(self) -> bool:
        """Whether a payment is being taken or released, without anything against it so far; the terminal
        hears no second decision meanwhile, also while the first is not yet to be seen."""
        return isinstance(self._stage, PaymentShown) and self._stage.payment.resolving

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

    def stands(self, band: Band) -> None:
        """Have a waiting till say so until a card comes."""
        self._calm = self._idle = Note(band)
        self.render()

    def _turn(self, stage: TillStage) -> None:
        before, self._stage = self._stage, stage
        self._notice.drop()
        if isinstance(stage, Ready | Checking | StatusMissing):
            self._begun = False  # nothing pins a card that is not there
        self._seen = self._in_view
        match stage:
            case Ready():
                self._let_go_of_rest(stage.due, isinstance(before, Ready | StatusMissing))
                self._forget()
                self._keyed = ""
            case Checking():
                self._typed, self._ahead = self._ahead or "", None
                self._fills_in = False
                self._say_begun()
            case StatusMissing():
                self._forget()
                self._typed = self._keyed  # one mistyped digit does not cost sixteen
            case CardShown():
                self._due = stage.due
                self._meet(stage, isinstance(before, Checking))
            case _:
                pass
        self._count_down(stage.decided_in_s if isinstance(stage, PaymentShown) else None)
        if isinstance(stage, Checking | Preparing | PaymentShown):
            self._patience.begin(AT_ONCE_S if self._deciding() else SOON_S)
        else:
            self._patience.end()
        self.render()

    def _meet(self, card: CardShown, first: bool) -> None:
        """A card was read: what was typed ahead is its amount, all of it, or goes, all of it."""
        self._keyed = ""
        if not card.takes_amount:
            self._forget()
        elif first and not self._typed and card.due is not None:
            self._typed, self._fills_in = plain(card.due, self._words), True

    def _forget(self) -> None:
        self._forget_typed(self._typed)
        self._typed, self._fills_in = "", False

    def _expect_nothing(self) -> None:
        if self._ahead:
            self._burst.refuse()
        self._ahead = None

    def _let_go_of_rest(self, due: Money | None, dropped: bool) -> None:
        if self._due is not None and due is None and dropped:
            gone, say = self._words.money(self._due), self._words.say
            said = Band(
                Tone.INFO, say("{rest} is not asked for any more", rest=gone), say("Scan a card to begin.")
            )
            self._notice.say(Note(said), answered=True)
        self._due = due

    def _count_down(self, seconds: float | None) -> None:
        """Count the seconds until a doubt is decided."""
        if self._tick is not None:
            self._tick.cancel()
        self._left_s = ceil(seconds or 0)
        self._tick = self._later(1.0, self._second) if self._left_s else None

    def _second(self) -> None:
        self._count_down(self._left_s - 1)
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
        if not self._takes_amount():
            return Typing(self._typed)
        return Typing(self._typed, amount_of(self._typed, self._currency, self._words.grouping_mark))

    def _text(self) -> str:
        if self._ahead is not None:
            return self._ahead
        return (
            "" if self._fills_in else self._typed
        )  # the first character takes the place of what was filled in

    def _key(self, key: str) -> bool:
        if key.lower() == "a" and isinstance(self._stage, CardShown) and self._stage.stopped:
            self._press("allow")
            return True
        return super()._key(key)

    def _type(self, text: str) -> None:
        if self._ahead is not None:
            self._ahead = text if is_amount_so_far(text) else self._ahead
        elif self._takes_amount():
            if is_amount_so_far(text) and (text != self._typed or self._fills_in):
                self._type_amount(text)
        elif self._takes_number():
            if text != self._typed and (not text or text.isalnum()) and len(text) <= MAX_TYPED:
                self._typed = text
                if isinstance(self._stage, StatusMissing):
                    self._stage = Ready(self._due)
                self.render()
        elif isinstance(self._stage, Preparing) or self._requesting():
            say = self._words.say
            self._refuse_typed(say("A request is under way"), say("What was typed meanwhile was not taken."))

    def _type_amount(self, text: str) -> None:
        self._typed, self._fills_in = text, False
        self._say_begun()
        if isinstance(self._stage, CardShown) and self._stage.offer is not None:
            self._stage = replace(self._stage, offer=None)
            self._controller.paying.withdraw()
        self.render()

    def _say_begun(self) -> None:
        """Have the card pinned from the first character on, until the last is rubbed out."""
        begun = bool(self._typed) and not self._fills_in
        if begun != self._begun:
            self._begun = begun
            self._controller.paying.begin(begun)

    def _requesting(self) -> bool:
        return isinstance(self._stage, PaymentShown) and self._stage.payment.state is State.REQUESTING

    def _takes_number(self) -> bool:
        return self._may_key_numbers and isinstance(self._stage, Ready | StatusMissing)

    def _takes_amount(self) -> bool:
        if isinstance(self._stage, CardShown):
            return self._stage.takes_amount
        return isinstance(self._stage, Checking)

    def _enter(self) -> None:
        match self._stage:
            case Ready() | StatusMissing():
                self._press("check")
            case CardShown(takes_amount=True, offer=offer):
                self._press("accept" if offer is not None else "request")
            case PaymentShown():
                self._press("carry" if self._stage.still_to_pay else "leave")

    def _escape(self) -> bool:
        self._expect_nothing()
        if self._takes_number() and self._typed:
            self._type("")
        elif isinstance(self._stage, PaymentShown) and self._stage.payment.verdict is Verdict.HELD:
            self._press("release")
        else:
            self._press("leave")
        return True

    def _press(self, name: str) -> None:
        stage, paying = self._stage, self._controller.paying
        match name:
            case "check" if self._typed and self._ahead is None:
                self._keyed = self._typed
                self.expect()
                self._controller.keyed(self._typed)
            case "request" if isinstance(stage, CardShown):
                self._request()
            case "accept" if isinstance(stage, CardShown) and stage.offer is not None:
                paying.accept(stage.offer)
            case "allow":
                paying.allow()
            case "take":
                paying.take()
            case "release":
                paying.release()
            case "carry":
                paying.carry()
            case "leave":
                paying.leave()

    def _request(self) -> None:
        due = self._typing().amount
        if due is not None:
            return self._controller.paying.request(due)
        self._notice.say(Note(card_sentences.no_amount(self._words, self._typed, self._currency)))
        return None
