"""Builds the Till stage from what the terminal told: pure functions from events to views."""

from dataclasses import dataclass
from typing import Final

from centara_giftcard.domain.cards import CardStatus, KnownCard, Standing
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    PaymentShown,
    Preparing,
    Ready,
    StatusMissing,
)
from centara_giftcard.ui.presenters import sentences
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

Stage = Ready | Checking | StatusMissing | CardShown | Preparing | PaymentShown


@dataclass(frozen=True)
class Typing:
    """What the cashier has typed: a card number on the first step, an amount on the second.

    `amount` is the amount typed, if it is one; `due_more` is what the card cannot cover of it.
    """

    text: str = ""
    amount: Money | None = None


_NUMBER_PLACEHOLDER: Final = "0000 0000 0000 0000"


class TillViews:
    """The Till stage in one language. `idle_advice` stands under Ready."""

    def __init__(self, words: Words, may_key_numbers: bool) -> None:
        self._words = words
        self._may_key_numbers = may_key_numbers
        say = words.say
        self._steps = (say("Card"), say("Amount"), say("Hold"), say("Done"))

    def build(self, stage: Stage, typing: Typing, idle: Note) -> Shown:
        """Return what to show for `stage`; `idle` is what a waiting till says."""
        match stage:
            case CardShown():
                return self._card(stage, typing)
            case Preparing():
                return self._preparing(stage)
            case PaymentShown():
                return self._payment(stage)
        return self._number(stage, typing, idle)

    # --- step 1 ---

    def _number(self, stage: Stage, typing: Typing, idle: Note) -> Shown:
        say = self._words.say
        band, card = idle.band, None
        checking = isinstance(stage, Checking)
        if isinstance(stage, Checking):
            card = str(stage.card.number)
            band = Band(Tone.INFO, say("Checking {card}", card=card), say("Esc stops waiting."), busy=True)
        elif isinstance(stage, StatusMissing):
            card = str(stage.card.number)
            band = sentences.no_status(self._words, stage.cause, stage.words, stage.misfit)
        hint = say("or type its number and press Enter") if self._may_key_numbers else ""
        entry = Entry(
            caption=say("Card number"),
            text=_grouped(typing.text),
            placeholder=_NUMBER_PLACEHOLDER,
            enabled=self._may_key_numbers and not checking,
            letters=self._words.language,
        )
        check = Action(
            "check", say("Check card"), say("Enter"), Role.PRIMARY, bool(typing.text) and not checking
        )
        view = TillView(
            steps=self._steps,
            step=0,
            panel=ScanPrompt(say("Scan or swipe a gift card"), hint, busy=checking),
            band=band,
            entry=entry,
            actions=(check,),
        )
        if isinstance(stage, Ready):
            return Shown(view, "ready", idle.outcome, idle.operation, idle.card)
        return Shown(view, "checking" if checking else "ready", card=card)

    # --- step 2 ---

    def _card(self, stage: CardShown, typing: Typing) -> Shown:
        say = self._words.say
        can_pay = stage.standing is Standing.GOOD
        amount, available = typing.amount, stage.status.available
        band = sentences.card_standing(self._words, stage.status, stage.standing, stage.changed)
        label = say("Request payment")
        if can_pay and amount is not None and amount > available:
            label = say("Request {amount}", amount=self._words.money(available))
            rest = self._words.money(amount - available)
            only = (
                "The balance changed: {amount} is available"  # row 27
                if stage.changed
                else "Only {amount} is available"
            )
            headline = say(only, amount=self._words.money(available))
            advice = say("Enter requests that part; {rest} stays to pay another way.", rest=rest)
            band = Band(Tone.HELD, headline, advice)
        actions = (
            (Action("request", label, say("Enter"), Role.PRIMARY, amount is not None),)
            if can_pay
            else (Action("leave", say("Next card"), say("Esc"), Role.PRIMARY),)
        )
        entry = self._amount_entry(typing.text, available) if can_pay else None
        view = TillView(
            steps=self._steps,
            step=1,
            panel=self._panel(stage.card, stage.status, _available_figure(self._words, available, can_pay)),
            band=band,
            entry=entry,
            actions=actions,
            hint=say("Esc: another card. P: balance slip.") if can_pay else "",
        )
        return Shown(view, "amount" if typing.text else "card", card=str(stage.card.number))

    def _preparing(self, stage: Preparing) -> Shown:
        return self._requesting(
            stage.card,
            stage.status,
            stage.amount,
            Band(
                Tone.INFO,
                self._words.say("Requesting {amount}", amount=self._words.money(stage.amount)),
                self._words.say("One moment."),
                busy=True,
            ),
        )

    def _requesting(
        self, card: KnownCard, status: CardStatus, amount: Money, band: Band, operation: str | None = None
    ) -> Shown:
        say = self._words.say
        view = TillView(
            steps=self._steps,
            step=1,
            panel=self._panel(card, status, _available_figure(self._words, status.available)),
            band=band,
            entry=self._amount_entry(str(amount.decimal), status.available, enabled=False),
            actions=(Action("request", say("Request payment"), say("Enter"), Role.PRIMARY, enabled=False),),
        )
        return Shown(view, "requesting", operation=operation, card=str(card.number))

    # --- steps 3 and 4 ---

    def _payment(self, event: PaymentShown) -> Shown:
        payment = event.payment
        band, outcome = sentences.payment(self._words, event)
        if payment.told:
            return self._shown(event, self._result(event, band, payment.told), "done", outcome)
        if payment.doubtful:
            return self._shown(event, self._result(event, band, payment.told), payment.state.value, outcome)
        if payment.state is State.REQUESTING:
            return self._requesting(event.card, event.status, payment.asked, band, payment.id)
        screen = "hold" if payment.state is State.HELD else payment.state.value
        return self._shown(event, self._hold(event, band), screen, outcome)

    def _shown(self, event: PaymentShown, view: TillView, screen: str, outcome: str | None) -> Shown:
        return Shown(view, screen, outcome, event.payment.id, str(event.card.number))

    def _hold(self, event: PaymentShown, band: Band) -> TillView:
        say, payment = self._words.say, event.payment
        amount = self._words.money(payment.amount)
        waiting = payment.state is State.HELD
        part = payment.held is not None and payment.held < payment.asked
        hint = say("Scans and Enter do nothing here, so nothing is taken by accident.")
        if event.rest:
            hint = say("{rest} stays to pay another way.", rest=self._words.money(event.rest))
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
        paid = payment.state is State.COMMITTED
        caption = say("Taken from {card}" if paid else "Requested from {card}", card=event.card.number)
        lines: tuple[tuple[str, str], ...] = ()
        if paid and event.left is not None:
            lines += ((say("Left on the card"), money(event.left)),)
        if paid and event.rest:
            lines += ((say("Left to pay"), money(event.rest)),)
        listed = payment.state in {State.ORPHAN_HOLD, State.UNCLEAR} or not told
        forward = say("Next sale") if paid or not listed else say("Pay another way")
        if payment.decision is Decision.TAKE:
            forward = say("Next sale")  # it may have been taken: never an invitation to charge again
        actions: tuple[Action, ...] = (Action("leave", forward, say("Enter"), Role.PRIMARY),)
        if listed:
            actions += (Action("holds", say("Open holds"), "F5"),)
        elif payment.ended:
            actions += (Action("receipt", say("Show receipt"), "P"),)
        return TillView(
            steps=self._steps,
            step=3,
            panel=ResultPanel(
                Figure(caption, money(payment.amount if paid else payment.asked), band.tone),
                lines,
                sentences.known(self._words, payment) if listed else "",
            ),
            band=band,
            actions=actions,
            hint=say("Listed under Holds until it is settled.") if listed else "",
        )

    # --- parts ---

    def _panel(
        self, card: KnownCard, status: CardStatus, figure: Figure, held: Payment | None = None
    ) -> CardPanel:
        facts = ((self._words.say("Customer"), status.customer),) if status.customer and not held else ()
        return CardPanel(card_face(self._words, card, status), figure, self._bar(status, held), facts)

    def _bar(self, status: CardStatus, held: Payment | None) -> BalanceBar | None:
        """Parts of the original; under a hold, as the balance read under it, or as it must be by now."""
        if not status.issued:
            return None
        authorised, available = status.balance.authorised, status.available
        if held is not None and held.held is not None:
            now = held.holding.authorised if held.holding else held.before.authorised + held.held
            available = max(available - (now - authorised), Money(0, now.currency))
            authorised = now
        say, money = self._words.say, self._words.money
        return BalanceBar(
            available=Part(say("Available"), money(available), available.minor),
            held=Part(say("Held"), money(authorised), authorised.minor),
            spent=Part(say("Spent"), money(status.spent), status.spent.minor),
            original=Part(say("Original"), money(status.original), status.original.minor),
        )

    def _amount_entry(self, text: str, available: Money, enabled: bool = True) -> Entry:
        mark = self._words.decimal_mark if available.currency.decimals else ""
        return Entry(
            caption=self._words.say("Amount due"),
            text=text.replace(".", mark),
            placeholder=str(Money(0, available.currency).decimal).replace(".", mark),
            unit=available.currency.code,
            large=True,
            enabled=enabled,
            decimal_key=mark,
        )


def first_till(words: Words, may_key_numbers: bool) -> TillView:
    """The Till before the program is ready for a card: what the first paint shows."""
    idle = Note(Band(Tone.INFO, words.say("Starting"), words.say("One moment."), busy=True))
    return TillViews(words, may_key_numbers).build(Ready(), Typing(), idle).view


def card_face(words: Words, card: KnownCard, status: CardStatus) -> CardFace:
    """The drawn card of a card that was read."""
    say, date = words.say, words.date
    return CardFace(
        series=card.series.name if card.series else status.series_number,
        kind=say("Gift card"),
        masked="•••• •••• •••• " + card.number.last4,
        valid=say("Valid until {date}", date=date(status.expires)) if status.expires else "",
        issued=say("Issued {date}", date=date(status.created)) if status.created else "",
        colour=card.series.colour if card.series else "",
    )


def _available_figure(words: Words, available: Money, can_pay: bool = True) -> Figure:
    return Figure(words.say("Available" if can_pay else "On the card"), words.money(available))


def _grouped(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
