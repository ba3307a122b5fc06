"""The pages beside the Till: history, the day's totals, help, settings. Views only, no Qt."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters.records import SALES, closed_by, state_of
from centara_giftcard.ui.presenters.views import Action, TableRow, TableView, TextView
from centara_giftcard.words import Words


def _row(words: Words, record: Record, dated: bool) -> TableRow:
    state, tone = state_of(record)
    moment = words.time(record.created_at)
    return TableRow(
        cells=(
            words.say(state),
            f"{words.date(record.created_at)} {moment}" if dated else moment,
            record.card,
            record.operator or "–",
            words.money(record.amount),
        ),
        tone=tone,
        detail=closed_by(words, record.closed) if record.closed is not None else "",
    )


def _columns(words: Words) -> tuple[str, ...]:
    return tuple(words.say(name) for name in ("State", "Time", "Card", "Operator", "Amount"))


def history(words: Words, records: Sequence[Record]) -> TableView:
    """The newest operations of this till."""
    return TableView(
        title=words.say("History"),
        subtitle=words.say("The newest operations of this till."),
        columns=_columns(words),
        rows=tuple(_row(words, record, dated=True) for record in records),
        empty=words.say("No gift card was used on this till yet."),
        numeric=frozenset({4}),
    )


def shift(
    words: Words, currency: Currency, records: Sequence[Record], day: datetime, open_now: int
) -> TableView:
    """The operations of the store's `day` and their totals; `open_now` is all that is open, of any day."""
    paid = Counter(record.state for record in records if record.kind == "payment")
    closed = sum(record.closed is not None for record in records)

    def total(state: str, *kinds: str) -> str:
        ours = [it for it in records if it.state == state and it.kind in kinds]
        minor = sum(it.amount.minor for it in ours if it.amount.currency == currency)
        return words.money(Money(minor, currency))

    return TableView(
        title=words.say("Shift"),
        subtitle=words.say("Today on this till: {date}.", date=words.date(day)),
        columns=_columns(words),
        rows=tuple(_row(words, record, dated=False) for record in records),
        empty=words.say("No gift card was used on this till today."),
        totals=(
            (words.say("Taken"), total("committed", "payment")),
            (words.say("Payments"), str(paid["committed"])),
            (words.say("Released"), str(paid["cancelled"])),
            (words.say("Not paid"), str(paid["refused"] + paid["not_held"])),
            (words.say("Sold"), total("done", *SALES)),
            (words.say("Sales undone"), total("done", "unissue")),
            *(((words.say("Closed"), str(closed)),) if closed else ()),
            (words.say("Open"), str(open_now)),
        ),
        numeric=frozenset({4}),
    )


def settings_page(words: Words, facts: tuple[tuple[str, str], ...], may_try: bool | None = None) -> TextView:
    """The settings in force, to read out to support; they are changed in the settings file.

    `may_try`: whether the till may be closed now, for a trial of its server or for what support asks for;
    None where it never needs to be.
    """
    ways = (
        Action("trial", words.say("Try the server"), "T", enabled=bool(may_try)),
        Action("support", words.say("For support"), "S", enabled=bool(may_try)),
    )
    return TextView(
        words.say("Settings"),
        words.say("Changed in the settings file; the till reads it at start."),
        ((words.say("In force"), facts),),
        () if may_try is None else ways,
    )


def help_page(words: Words, screen: str) -> TextView:
    """Help for the screen in view, then the keys that work everywhere."""
    say = words.say
    till = (
        (say("Scan or swipe"), say("Shows what is on the card.")),
        (say("Digits, Enter"), say("Types a card number, then the amount due; Enter requests the payment.")),
        (say("Enter"), say("For more than is on the card: shows a part payment; Enter again requests it.")),
        ("F12", say("Takes the payment: the only key that moves money.")),
        (say("Esc"), say("Releases the hold, or steps back to another card.")),
        (say("Enter"), say("After a sale: the next one; after a part payment, the next card for the rest.")),
        ("P", say("Shows the balance slip or the receipt; P again prints it.")),
        (say("Ctrl+P"), say("Prints the receipts that could not be printed before.")),
    )
    holds = (
        ("F5", say("Lists every payment and sale that is not settled, and what is known of it.")),
        (say("Up, Down"), say("Choose an entry; a touch on it does the same.")),
        ("A", say("Asks the server about it again. Nothing is charged a second time.")),
        ("R", say("Releases a hold that nobody decided about.")),
        ("C", say("Closes an entry: a supervisor says why, and types their number.")),
        (say("Unclear"), say("Nobody knows yet. Do not charge again; call your supervisor.")),
    )
    sell = (
        (say("Scan"), say("Puts a card that was not sold yet on the list, once its amount is known.")),
        (
            say("Ctrl+{n}", n="1…9"),
            say("Chooses a series that is printed here, or one of the usual amounts."),
        ),
        (say("Digits, Enter"), say("Types the amount; Enter puts the card on the list.")),
        (say("Up, Down"), say("Choose a card of the list.")),
        (say("Del"), say("Takes that card off the list again.")),
        ("F12", say("Sells every card of the list: the only key that does.")),
        ("P", say("Prints a card that waits to be scanned back; after a sale, shows its receipt.")),
        ("U", say("Undoes the sale of a card that waits to be scanned back.")),
        (say("Esc"), say("Steps back; pressed twice, it drops the list.")),
    )
    undo = (
        (say("Scan or swipe"), say("Shows the sale that would be undone, or why it cannot be.")),
        (say("Up, Down"), say("Choose among the sales of this till; Enter takes the one that is marked.")),
        ("F12", say("Undoes the sale: the only key that does.")),
        (say("Esc"), say("Leaves the card as it is.")),
    )
    keys = (
        ("F1", say("This help")),
        ("F2", say("Till: balance and payment")),
        ("F3", say("Sell gift cards")),
        ("F4", say("Undo a sale")),
        ("F5", say("Open holds and exceptions")),
        ("F6", say("History")),
        ("F7", say("Shift")),
        ("F9", say("Settings")),
        ("F10", say("Lock, or change operator")),
        (say("After signing on"), say("What was in view before the lock comes back as it was.")),
        (
            say("A number beside a key"),
            say("Something waits there; it does not come to the front by itself."),
        ),
        (
            say("A change by itself"),
            say("A press means nothing for a moment, so that nothing is pressed by mistake."),
        ),
    )
    here = {
        "holds": (say("Open holds"), holds),
        "sell": (say("Sell gift cards"), sell),
        "undo": (say("Undo a sale"), undo),
    }.get(screen, (say("Taking a payment"), till))
    return TextView(say("Help"), say("Esc goes back."), (here, (say("Keys"), keys)))
