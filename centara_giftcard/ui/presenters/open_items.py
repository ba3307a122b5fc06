"""What one open hold or exception is to the cashier: what is known, what is not, what may be done.

An entry is an operation that is not settled, or the journal's record of one that it could not bring back.
"""

from datetime import datetime
from typing import Final

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.payment import Decision, Payment
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.ports import Operation, Record
from centara_giftcard.ui.presenters.records import NOT_HANDED_OVER, STATES, TO_BE_CONFIRMED
from centara_giftcard.ui.presenters.views import HoldRow, Tone
from centara_giftcard.words import Words

Listed = Operation | Record

_KINDS: Final = {
    "payment": "Payment",
    "issue": "Sale",
    "issue_live": "Printed card",
    "unissue": "Undone sale",
}

_AGES: Final = ((86_400, "{n} d"), (3_600, "{n} h"), (60, "{n} min"), (1, "{n} s"))


def can_ask(entry: Listed) -> bool:
    """Whether there is something to ask the server for: a live card without a number cannot be read."""
    if isinstance(entry, Record):
        return False
    return entry.card is not None and not is_unprinted(entry)


def can_release(entry: Listed) -> bool:
    """Whether a hold that nobody decided about can be let go here (row 26)."""
    return not isinstance(entry, Record) and entry.releasable and entry.verdict is Verdict.UNCLEAR


def can_close(entry: Listed) -> bool:
    """Whether a supervisor may take it off the list: not while a first answer is still to come."""
    return isinstance(entry, Record) or entry.told


def is_unprinted(entry: Listed) -> bool:
    """Whether it is a printed card that nobody was given yet: Sell prints it, takes it back, or undoes it."""
    return not isinstance(entry, Record) and entry.unprinted


def still_asking(entry: Listed) -> bool:
    """Whether the till goes on finding out by itself, and would stop if the entry were closed."""
    return not isinstance(entry, Record) and entry.watched and not is_unprinted(entry)


def place_of(entry: Listed) -> str:
    """The stage on which an operation of its kind goes on: `till`, `sell` or `undo`."""
    return {"payment": "till", "unissue": "undo"}.get(_kind(entry), "sell")


def row(words: Words, entry: Listed, now: datetime, in_front: bool = False) -> HoldRow:
    """One line of the list. `now` is aware; `in_front` what goes on in front of the cashier."""
    state, tone = _state(entry)
    if in_front and tone is not Tone.HELD:
        tone = Tone.INFO
    who = entry.operator
    return HoldRow(
        name=entry.id,
        kind=words.say(_KINDS[_kind(entry)]),
        card=_card(entry),
        state=words.say(state),
        tone=tone,
        amount=words.money(entry.amount),
        age=age(words, entry, now),
        operator=words.say("Operator {id}", id=who) if who else words.say("No operator"),
        known=words.say(_IN_FRONT[place_of(entry)]) if in_front else known(words, entry),
    )


def age(words: Words, entry: Listed, now: datetime) -> str:
    """How long ago it was begun, in one unit: `3 min`. A clock that was set back makes it `0 s`."""
    seconds = max(0, int((now - entry.created_at).total_seconds()))
    for size, unit in _AGES:
        if seconds >= size:
            return words.say(unit, n=seconds // size)
    return words.say("{n} s", n=0)


def summary(words: Words, entry: Listed, now: datetime) -> str:
    """The entry in one line: `Payment •••• 9202 · €12.50 · 3 min`."""
    line = row(words, entry, now)
    return " · ".join((f"{line.kind} {line.card}".strip(), line.amount, line.age))


def known(words: Words, entry: Listed) -> str:
    """One sentence: what is known of the entry, and what is not."""
    amount = words.money(entry.amount)
    if isinstance(entry, Record):
        return words.say("The journal's entry is damaged; what became of it is not known.")
    if isinstance(entry, Issue):
        return words.say(_issue(entry), amount=amount)
    asked, held = words.money(entry.asked), words.money(entry.held) if entry.held else amount
    return words.say(_payment(entry), amount=amount, asked=asked, held=held)


def _payment(payment: Payment) -> str:
    if payment.verdict is Verdict.MAY_BE_HELD:
        return (
            "The card holds {amount}, but the answer with its code was lost, "
            "so it can be neither taken nor released here."
        )
    if payment.unread:
        return "The server said yes; the card could not be read since to see that it is so."
    if payment.taking:
        if not payment.watched:
            return "The payment was taken here but not confirmed; whether money moved is not known."
        return "The payment was taken here; whether the server has booked it is not known yet."
    if payment.decision is Decision.RELEASE:
        return "The hold was released here, nothing was taken; whether it is gone is not known yet."
    if payment.problem is Cause.TAKEN:
        return (
            "The hold is gone and {amount} was taken with it, not by this till; the customer may be owed it."
        )
    if payment.problem is Cause.AMOUNT_DIFFERS:
        return "The server says that it holds {held}, but {asked} was asked; nothing was taken."
    if payment.problem is Cause.WRONG_CARD:
        return "The server's answer was about another card; nothing was taken, but {held} may be held."
    if payment.problem is Cause.HOLDS_UNTOLD:
        return "The server does not tell what is held: whether {amount} is cannot be known here."
    if payment.verdict is Verdict.HELD:
        return "{amount} is held; whether it is to be taken was not decided yet."
    if not payment.watched:
        return "The card's balance moved in another way; whether {amount} of it is held here is not known."
    return "The answer was lost and nothing was taken; whether {amount} is held is not known yet."


def _issue(issue: Issue) -> str:
    if issue.unprinted:
        return "A card that was not scanned back from its paper: it is active with {amount}."
    if issue.unread:
        return "The server said yes; the card could not be read since to see that it is so."
    if issue.problem is Cause.AMOUNT_DIFFERS:
        return "The card is active, but with another amount than {amount}."
    if issue.problem is Cause.ISSUED_WHEN:
        return "What is on the card and whether it is active contradict: issued_when may be set wrong."
    if issue.kind is Kind.ISSUE_LIVE:
        return "The answer was lost: a card of {amount} may exist, but its number is not known."
    if issue.kind is Kind.UNISSUE and not issue.watched:
        return "The card of {amount} is not active any more; whether this till undid it is not known."
    if issue.kind is Kind.UNISSUE:
        return "The answer was lost; whether the sale of {amount} is undone is not known yet."
    return "The answer was lost; whether the card is active with {amount} is not known yet."


_IN_FRONT: Final = {
    "till": "In front on the Till: it is taken or released there.",
    "sell": "In front on Sell: its answer is still to come.",
    "undo": "In front on Undo: its answer is still to come.",
}


def advice(words: Words, entry: Listed, in_front: bool = False) -> str:
    """What to do about the entry: one sentence or two for the band. A cashier is asked nothing that only a
    supervisor can do."""
    if in_front:
        return words.say("Finish it there; nothing is done about it here.")
    if isinstance(entry, Record):
        return words.say("Call your supervisor, who closes it once it is clear what became of it.")
    if is_unprinted(entry):
        return words.say("Print it under Sell (F3) and scan it back, or undo its sale there.")
    if entry.problem is Cause.NOT_ACCEPTED and entry.watched:
        return words.say("The server refuses this till. Your supervisor calls support; then ask again.")
    if entry.taking:
        return words.say("Do not charge again. Ask again; if it stays so, call your supervisor.")
    if can_release(entry):
        return words.say("Release it; nothing is taken. If that fails, a supervisor closes it.")
    if entry.verdict is Verdict.MAY_BE_HELD:
        return words.say("It leaves the list when the server shows it gone, or when a supervisor closes it.")
    if entry.watched:
        return words.say("The till asks by itself until it knows. You can ask at once.")
    return words.say("Ask again. If it stays so, your supervisor looks the card up and closes it.")


def _state(entry: Listed) -> tuple[str, Tone]:
    if isinstance(entry, Record):
        return "Damaged", Tone.REFUSED
    if is_unprinted(entry):
        return NOT_HANDED_OVER
    if entry.unread:
        return TO_BE_CONFIRMED
    return STATES[entry.state.value][0], Tone.HELD if entry.verdict is Verdict.HELD else Tone.UNCLEAR


def _kind(entry: Listed) -> str:
    return entry.kind if isinstance(entry, Record) else entry.kind_name


def _card(entry: Listed) -> str:
    return str(entry.card) if entry.card is not None else ""
