"""Builds the Till stage from what the terminal told: pure functions from events to views."""

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import CardStatus, KnownCard, Standing
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    PaymentShown,
    Preparing,
    Ready,
    StatusMissing,
)
from centara_giftcard.ui.presenters import card_sentences, sentences
from centara_giftcard.ui.presenters.first import steps, waiting_till
from centara_giftcard.ui.presenters.stage import Note, Shown
from centara_giftcard.ui.presenters.views import (
    Action,
    BalanceBar,
    Band,
    CardFace,
    CardPanel,
    Entry,
    Figure,
    Part,
    ResultPanel,
    Role,
    ScanPrompt,
    TillView,
    Tone,
)
from centara_giftcard.words import Words

TillStage = Ready | Checking | StatusMissing | CardShown | Preparing | PaymentShown


class Typing(Struct, frozen=True):
    """What the cashier has typed: a card number on the first step, an amount on the second.

    `amount` is the amount typed, if it is one.
    """

    text: str = ""
    amount: Money | None = None


class TillViews:
    """The Till stage in one language."""

    def __init__(self, words: Words, may_key_numbers: bool, currency: Currency) -> None:
        self._words = words
        self._currency = currency
        self._may_key_numbers = may_key_numbers
        self._steps = steps(words)

    def build(self, stage: TillStage, typing: Typing, idle: Note, due: Money | None = None) -> Shown:
        """Return what to show; `idle` is what a waiting till says, `due` a rest that it carries."""
        match stage:
            case Checking():
                return self._checking(stage, typing)
            case CardShown():
                return self._card(stage, typing)
            case Preparing():
                return self._preparing(stage)
            case PaymentShown():
                return self._payment(stage)
        return self._number(stage, typing, idle, due)

    # --- step 1 ---

    def _number(self, stage: TillStage, typing: Typing, idle: Note, due: Money | None) -> Shown:
        say = self._words.say
        note, title = idle, say("Scan or swipe a gift card")
        more: tuple[Action, ...] = ()
        if due is not None:
            note = Note(card_sentences.still_due(self._words, due))
            title = say("Scan the next card for {rest}", rest=self._words.money(due))
            more = (Action("leave", say("Paid another way"), say("Esc")),)
        if isinstance(stage, StatusMissing):
            band = card_sentences.no_status(self._words, stage.cause, stage.words, stage.misfit)
            note = Note(band, card=str(stage.card.number))
        view = waiting_till(self._words, self._may_key_numbers, typing.text, note.band, title, more)
        return Shown(view, "ready", note.outcome, note.operation, note.card)

    def _checking(self, stage: Checking, typing: Typing) -> Shown:
        """A card is read; what is typed meanwhile is its amount."""
        say, card = self._words.say, str(stage.card.number)
        view = TillView(
            steps=self._steps,
            step=0,
            panel=ScanPrompt(say("One moment."), "", busy=True),
            band=Band(Tone.INFO, say("Checking {card}", card=card), say("Esc stops waiting."), busy=True),
            entry=self._amount_entry(typing.text),
            actions=(Action("leave", say("Stop waiting"), say("Esc")),),
        )
        return Shown(view, "checking", card=card)

    # --- step 2 ---

    def _card(self, stage: CardShown, typing: Typing) -> Shown:
        say = self._words.say
        can_pay = stage.standing is Standing.GOOD
        amount, available = typing.amount, stage.status.available
        band = card_sentences.card_standing(self._words, stage.status, stage.standing, stage.changed)
        ask = Action("request", say("Request payment"), say("Enter"), Role.PRIMARY, amount is not None)
        if stage.stopped and can_pay:
            band = sentences.stopped(self._words, stage.stopped)
            ask = Action("allow", say("Allow payments"), "A", Role.PRIMARY)
        elif stage.offer is not None:
            band = card_sentences.offer(self._words, stage.offer)
            label = say("Request {amount}", amount=self._words.money(stage.offer.part))
            ask = Action("accept", label, say("Enter"), Role.PRIMARY)
        elif can_pay and stage.due is not None and amount == stage.due <= available:
            advice = say("Enter requests {rest}; or type another amount.", rest=self._words.money(amount))
            band = Band(Tone.INFO, band.headline, advice)
        elif can_pay and amount is not None and amount > available:
            band = card_sentences.too_much(self._words, available, stage.changed)
        elif stage.open_here and can_pay:
            band = card_sentences.open_here(self._words, stage)
        actions: tuple[Action, ...] = (
            (ask, Action("leave", say("Back"), say("Esc")))
            if can_pay
            else (Action("leave", say("Next card"), say("Esc"), Role.PRIMARY),)
        )
        if can_pay and stage.offer is None:  # its label names an amount, which needs the room
            actions += (Action("receipt", say("Slip"), "P"),)
        if not can_pay and stage.status.issued:
            actions += (Action("receipt", say("Balance slip"), "P"),)
        view = TillView(
            steps=self._steps,
            step=1,
            panel=self._panel(
                stage.card, stage.status, _available_figure(self._words, available, can_pay), can_pay
            ),
            band=band,
            entry=self._amount_entry(typing.text) if stage.takes_amount else None,
            actions=actions,
        )
        return Shown(view, "amount" if typing.text else "card", card=str(stage.card.number))

    def _preparing(self, stage: Preparing) -> Shown:
        say = self._words.say
        headline = say("Requesting {amount}", amount=self._words.money(stage.amount))
        back = (Action("leave", say("Back"), say("Esc")),)  # nothing was sent yet
        band = Band(Tone.INFO, headline, say("One moment."), busy=True)
        return self._requesting(stage.card, stage.status, stage.amount, band, back=back)

    def _requesting(
        self,
        card: KnownCard,
        status: CardStatus,
        amount: Money,
        band: Band,
        operation: str | None = None,
        back: tuple[Action, ...] = (),
    ) -> Shown:
        say = self._words.say
        view = TillView(
            steps=self._steps,
            step=1,
            panel=self._panel(card, status, _available_figure(self._words, status.available)),
            band=band,
            entry=self._amount_entry(plain(amount, self._words), enabled=False),
            actions=(
                Action("request", say("Request payment"), say("Enter"), Role.PRIMARY, enabled=False),
                *back,
            ),
        )
        return Shown(view, "requesting", operation=operation, card=str(card.number))

    # --- steps 3 and 4 ---

    def _payment(self, event: PaymentShown) -> Shown:
        payment = event.payment
        band, outcome = sentences.payment(self._words, event)
        if payment.told:
            return self._shown(event, self._result(event, band, payment.told), "done", outcome)
        if payment.verdict is Verdict.FINDING_OUT:
            return self._shown(event, self._result(event, band, payment.told), payment.state.value, outcome)
        if payment.state is State.REQUESTING:
            return self._requesting(event.card, event.status, payment.asked, band, payment.id)
        screen = "hold" if payment.verdict is Verdict.HELD else payment.state.value
        return self._shown(event, self._hold(event, band), screen, outcome)

    def _shown(self, event: PaymentShown, view: TillView, screen: str, outcome: str | None) -> Shown:
        return Shown(view, screen, outcome, event.payment.id, str(event.card.number))

    def _hold(self, event: PaymentShown, band: Band) -> TillView:
        say, payment = self._words.say, event.payment
        amount = self._words.money(payment.amount)
        waiting = payment.verdict is Verdict.HELD
        part = payment.held is not None and payment.held < payment.asked
        hint = say("Scans and Enter do nothing here, so nothing is taken by accident.")
        if event.rest:
            hint = say("{rest} stays to pay.", rest=self._words.money(event.rest))
        if part and waiting:
            advice = say("The server holds less than was asked. Take this part, or release it.")
            band = Band(Tone.HELD, band.headline, advice)
        return TillView(
            steps=self._steps,
            step=2,
            panel=self._panel(
                event.card,
                event.status,
                Figure(say("Held for this sale"), amount, Tone.HELD),
                held=payment,
            ),
            band=band,
            question=say("Goods handed over?"),
            actions=(
                Action("take", say("Take payment {amount}", amount=amount), "F12", Role.TAKE, waiting),
                Action("release", say("Release the hold"), say("Esc"), Role.PLAIN, waiting),
            ),
            hint=hint,
        )

    def _result(self, event: PaymentShown, band: Band, told: bool) -> TillView:
        say, payment = self._words.say, event.payment
        money = self._words.money
        paid = payment.taken
        caption = say("Taken from {card}" if paid else "Requested from {card}", card=event.card.number)
        listed = payment.verdict in {Verdict.MAY_BE_HELD, Verdict.UNCLEAR} or not told
        in_doubt = listed and payment.taking
        lines: tuple[tuple[str, str], ...] = ()
        if paid and payment.left is not None:
            lines += ((say("Left on the card"), money(payment.left)),)
        owed = event.still_to_pay if paid or in_doubt else event.carried
        if owed is not None:
            lines += ((say("Left to pay"), money(owed)),)
        forward = say("Next sale")
        if listed and not in_doubt:  # else never an invitation to charge again
            forward = say("Pay another way")
        elif event.carried is not None and not listed:
            forward = say("Next card for {rest}", rest=money(event.carried))
        actions: tuple[Action, ...] = (Action("leave", forward, say("Enter"), Role.PRIMARY),)
        if event.still_to_pay is not None:
            carry = say("Next card for {rest}", rest=money(event.still_to_pay))
            actions = (
                Action("carry", carry, say("Enter"), Role.PRIMARY),
                Action("leave", say("Paid another way"), say("Esc")),
            )
        if listed:
            actions += (Action("holds", say("Open holds"), "F5"),)
        elif payment.ended:
            actions += (Action("receipt", say("Show receipt"), "P"),)
        return TillView(
            steps=self._steps,
            step=3 if paid else 2,  # a step that was not done has no tick
            panel=ResultPanel(
                Figure(caption, money(payment.amount if paid else payment.asked), band.tone),
                lines,
                sentences.known(self._words, payment) if listed else self._unread(payment),
            ),
            band=band,
            actions=actions,
            hint=say("Listed under Holds until it is settled.") if listed else "",
        )

    def _unread(self, payment: Payment) -> str:
        return sentences.unread(self._words) if payment.taken and payment.unread else ""

    # --- parts ---

    def _panel(
        self,
        card: KnownCard,
        status: CardStatus,
        figure: Figure,
        can_pay: bool = True,
        held: Payment | None = None,
    ) -> CardPanel:
        facts = ((self._words.say("Customer"), status.customer),) if status.customer and not held else ()
        bar = self._bar(status, can_pay, held)
        return CardPanel(card_face(self._words, card, status), figure, bar, facts)

    def _bar(self, status: CardStatus, can_pay: bool, held: Payment | None) -> BalanceBar | None:
        """Parts of the original; under a hold, as the balance read under it, or as it must be by now."""
        if not status.issued:
            return None
        balance, available = status.balance, status.available
        if held is not None and held.held is not None:
            under = held.holding or replace(held.before, authorised=_more(held.before.authorised, held.held))
            # Where the server does not tell what is held, ours is all the same.
            rise = under.risen_since(balance)
            available -= held.held if rise is None else rise
            available = max(available, Money(0, available.currency))
            balance = under
        say, money = self._words.say, self._words.money
        minor = 0 if balance.authorised is None else balance.authorised.minor
        return BalanceBar(
            available=Part(say("Available" if can_pay else "On the card"), money(available), available.minor),
            held=Part(say("Held"), sentences.held(self._words, balance), minor),
            spent=Part(say("Spent"), money(status.spent), status.spent.minor),
            original=Part(say("Original"), money(status.original), status.original.minor),
        )

    def _amount_entry(self, text: str, enabled: bool = True) -> Entry:
        mark = self._words.decimal_mark if self._currency.decimals else ""
        return Entry(
            caption=self._words.say("Amount due"),
            text=text,
            placeholder=plain(Money(0, self._currency), self._words),
            unit=self._currency.code,
            large=True,
            enabled=enabled,
            decimal_key=mark,
        )


def _more(held: Money | None, by: Money) -> Money | None:
    return None if held is None else held + by


def plain(amount: Money, words: Words) -> str:
    """An amount as one would type it: no currency, nothing between the thousands."""
    return str(amount.decimal).replace(".", words.decimal_mark)


def face_number(number: CardNumber | None) -> str:
    """What a drawn card shows of its number: the last four, or none of one that nobody knows yet."""
    return "•••• •••• •••• " + ("••••" if number is None else number.last4)


def card_face(words: Words, card: KnownCard, status: CardStatus) -> CardFace:
    """The drawn card of a card that was read."""
    say, date = words.say, words.date
    return CardFace(
        series=card.series.name if card.series else status.series_number,
        kind=say("Gift card"),
        masked=face_number(card.number),
        valid=say("Valid until {date}", date=date(status.expires)) if status.expires else "",
        issued=say("Issued {date}", date=date(status.created)) if status.created else "",
        colour=card.series.colour if card.series else "",
    )


def _available_figure(words: Words, available: Money, can_pay: bool = True) -> Figure:
    return Figure(words.say("Available" if can_pay else "On the card"), words.money(available))
