"""The pages beside the Till: history, the day's totals, help, settings. Views only, no Qt."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters.views import TableRow, TableView, TextView, Tone
from centara_giftcard.words import Words

STATES: Final[dict[str, tuple[str, Tone]]] = {
    "requesting": ("Requesting", Tone.UNCLEAR),
    "held": ("Held", Tone.HELD),
    "committing": ("Confirming", Tone.UNCLEAR),
    "committed": ("Paid", Tone.PAID),
    "cancelling": ("Releasing", Tone.UNCLEAR),
    "cancelled": ("Released", Tone.INFO),
    "refused": ("Refused", Tone.REFUSED),
    "not_held": ("Not held", Tone.REFUSED),
    "orphan_hold": ("Orphan hold", Tone.UNCLEAR),
    "unclear": ("Unclear", Tone.UNCLEAR),
    "sending": ("Sending", Tone.UNCLEAR),
    "done": ("Done", Tone.PAID),
}
"""The words for the states of the journal's export, and their tones."""


def _row(words: Words, record: Record) -> TableRow:
    state, tone = STATES.get(record.state, (record.state, Tone.UNCLEAR))
    return TableRow(
        cells=(
            words.say(state),
            words.time(record.created_at),
            record.card,
            record.operator or "–",
            words.money(record.amount),
        ),
        tone=tone,
    )


def _columns(words: Words) -> tuple[str, ...]:
    return tuple(words.say(name) for name in ("State", "Time", "Card", "Operator", "Amount"))


def history(words: Words, records: Sequence[Record]) -> TableView:
    """The newest operations of this till."""
    return TableView(
        title=words.say("History"),
        subtitle=words.say("The newest operations of this till."),
        columns=_columns(words),
        rows=tuple(_row(words, record) for record in records),
        empty=words.say("No gift card was used on this till yet."),
        numeric=frozenset({4}),
    )


def shift(words: Words, currency: Currency, records: Sequence[Record]) -> TableView:
    """Today's operations and their totals."""
    counts = Counter(record.state for record in records)
    taken = sum(
        (r.amount.minor for r in records if r.state == "committed" and r.amount.currency == currency), 0
    )
    ended = ("committed", "cancelled", "refused", "not_held")
    open_now = sum(n for state, n in counts.items() if state not in ended)
    return TableView(
        title=words.say("Shift"),
        subtitle=words.say("Today on this till."),
        columns=_columns(words),
        rows=tuple(_row(words, record) for record in records),
        empty=words.say("No gift card was used on this till today."),
        totals=(
            (words.say("Taken"), words.money(Money(taken, currency))),
            (words.say("Payments"), str(counts["committed"])),
            (words.say("Released"), str(counts["cancelled"])),
            (words.say("Not paid"), str(counts["refused"] + counts["not_held"])),
            (words.say("Open"), str(open_now)),
        ),
        numeric=frozenset({4}),
    )


def not_here(words: Words, title: str) -> TextView:
    """A place of the rail that this version does not fill."""
    missing = words.say("This version of the till takes payments; it does not sell or undo yet.")
    return TextView(title, "", ((missing, ((words.say("Esc"), words.say("Back to the till")),)),))


def settings_page(words: Words, facts: tuple[tuple[str, str], ...]) -> TextView:
    """The settings in force, to read out to support; they are changed in the settings file."""
    return TextView(
        words.say("Settings"),
        words.say("Changed in the settings file; the till reads it at start."),
        ((words.say("In force"), facts),),
    )


def help_page(words: Words, screen: str) -> TextView:
    """Help for the screen in view, then the keys that work everywhere."""
    say = words.say
    till = (
        (say("Scan or swipe"), say("Shows what is on the card.")),
        (say("Digits, Enter"), say("Types a card number, then the amount due; Enter requests the payment.")),
        ("F12", say("Takes the payment: the only key that moves money.")),
        (say("Esc"), say("Releases the hold, or steps back to another card.")),
        (say("Enter"), say("After a sale: the next one.")),
        ("P", say("After a payment: shows its receipt.")),
    )
    holds = (
        ("F5", say("Lists every payment and sale that is not settled, and what is known of it.")),
        (say("Up, Down"), say("Choose an entry; a touch on it does the same.")),
        ("A", say("Asks the server about it again. Nothing is charged a second time.")),
        ("R", say("Releases a hold that nobody decided about.")),
        ("C", say("Closes an entry: a supervisor says why, and types their number.")),
        (say("Unclear"), say("Nobody knows yet. Do not charge again; call your supervisor.")),
    )
    keys = (
        ("F1", say("This help")),
        ("F2", say("Till: balance and payment")),
        ("F5", say("Open holds and exceptions")),
        ("F6", say("History")),
        ("F7", say("Shift")),
        ("F9", say("Settings")),
        ("F10", say("Lock, or change operator")),
    )
    here = (say("Open holds"), holds) if screen == "holds" else (say("Taking a payment"), till)
    return TextView(say("Help"), say("Esc goes back."), (here, (say("Keys"), keys)))
