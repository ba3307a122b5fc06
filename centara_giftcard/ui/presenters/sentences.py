"""What the till says: one sentence for what happened, one for what to do. Only words, no layout.

Each function returns a Band, and where the result of a sale is told, its outcome for the flight recorder
(`paid`, `not_paid`, `unclear`, or those of a sale and its undoing: a contract). The row numbers are those of
the failure catalogue.
"""

from collections.abc import Collection
from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain.brake import Reason
from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    JournalSetAside,
    LastSale,
    PaymentShown,
    Refusal,
    Why,
)
from centara_giftcard.terminal.ports import Operation
from centara_giftcard.ui.presenters.views import Band, Tone
from centara_giftcard.words import Words

PAID: Final = "paid"
NOT_PAID: Final = "not_paid"
UNCLEAR: Final = "unclear"
_SALE_OUTCOMES: Final = {True: "sold", False: "not_sold"}
_UNDO_OUTCOMES: Final = {True: "undone", False: "not_undone"}

Told = tuple[Band, str | None]


_WHY: Final[dict[Why, tuple[str, str]]] = {
    Why.FINISH_FIRST: ("Finish this card first", "The other card was ignored."),
    Why.KEYING_NOT_ALLOWED: ("Scan the card", "Typing a number is not permitted at this till."),
    Why.OPEN_ON_CARD: (
        "This card has an open payment",
        "Ask for another tender. A supervisor can settle it under Holds (F5).",
    ),
    Why.MORE_THAN_AVAILABLE: ("More than is available", "Type a smaller amount."),
    Why.JOURNAL_FAILED: (
        "No new sales",
        "The till's disk is full or faulty. Nothing was sent; call support.",
    ),
    Why.STOPPED: ("Stop using this till", "Its journal, or the program itself, has a fault. Call support."),
    Why.PAYMENTS_STOPPED: (
        "No payments at this till. Call support",
        "Nothing was requested. Scan the card again to see why.",
    ),
    Why.UNITS_NOT_PROVEN: (
        "The server is not proven",
        "Nothing was requested. Call support: the setting amounts needs doctor --probe first.",
    ),
    Why.SERVER_DOWN: (
        "No answer from the server",
        "Nothing was requested. Ask for another tender, or try again once the till says that it answers.",
    ),
    Why.ALREADY_LISTED: ("On the list already", "Each card can be sold once. Scan the next one."),
    Why.PACKAGE_DIFFERS: (
        "Package and card do not match",
        "They bear different numbers. Put both aside: the card may have been swapped.",
    ),
    Why.NO_PRINTER: ("No printer is set", "A card of this series must be printed. Call support."),
    Why.AMOUNT_NOT_ALLOWED: ("Not this amount", "The series does not allow it. Type another."),
    Why.NOT_A_SUPERVISOR: ("Not a supervisor", "Only a supervisor's number can close an entry."),
    Why.CARD_UNDER_WAY: (
        "This card is in use at this till",
        "Finish what is under way with it first, then ask again.",
    ),
    Why.NOT_CLOSED: ("Not closed", "The till's journal could not be written. Call support."),
    Why.BALANCE_UNKNOWN: (
        "Nothing was requested",
        "The balance could not be read again. Press Enter to retry.",
    ),
}


_JOURNAL_FAILED: Final = (  # row 35, where neither decision is surely written down
    "Unclear. It may have been taken",
    "The till's journal failed. Do not charge again; call support.",
)


_MISREAD: Final[dict[Cause | None, str]] = {
    Cause.NOT_SHOWN: "Nothing was taken. Call support: no hold is shown; see the setting refused_when.",
    Cause.LESS_SHOWN: "Nothing was taken. Call support: less is held than said; see the setting held_field.",
    Cause.NET_FELL: "Nothing was taken. Call support: the setting net_excludes_holds may be missing.",
    Cause.NET_ROSE: "Nothing was taken. Call support: the setting net_excludes_holds may be wrong.",
    Cause.UNITS: "Nothing was taken. Call support: the setting amounts may be wrong.",
}


_STOPPED: Final = {
    Reason.UNREAD: "The server's answers to requests cannot be read: a hold may stand that nobody can take or"
    " release. Allow payments only when support says so.",
    Reason.JOURNAL: "The till's journal was damaged: whether payments were stopped is not known."
    " Allow them only when support says so.",
}


def stopped(words: Words, reason: Reason) -> Band:
    """Payments are stopped at this till: why, and what allowing them risks (row 26c)."""
    headline = words.say("No payments at this till. Call support")
    return Band(Tone.REFUSED, headline, words.say(_STOPPED[reason]))


def last_sale(words: Words, event: LastSale) -> str:
    """What a waiting till says of the payment before: also what the customer had still to pay."""
    amount, card, time = words.money(event.amount), event.card, words.time(event.at)
    if event.rest is None:
        return words.say(
            "The last sale: {amount} taken from {card} at {time}.", amount=amount, card=card, time=time
        )
    return words.say(
        "The last sale: {amount} taken from {card} at {time}, {rest} was still to pay.",
        amount=amount,
        card=card,
        time=time,
        rest=words.money(event.rest),
    )


def refusal(words: Words, event: Refusal) -> Band:
    """Something the till did not do."""
    return spoken(words, Tone.ATTENTION if event.why is Why.FINISH_FIRST else Tone.REFUSED, _WHY[event.why])


def finish_there(words: Words) -> Band:
    """A card was scanned on another page, while one on the Till has to be finished (row 3)."""
    advice = words.say("The other card was ignored. Press F2 to go there.")
    return Band(Tone.ATTENTION, words.say("Finish the card on the Till first"), advice)


def set_aside(words: Words, event: JournalSetAside) -> Band:
    """A damaged journal, and what became of the operations that were open in it (row 38)."""
    aside = words.say("The journal was damaged and set aside as {name}.", name=event.name)
    if event.salvaged:
        found = words.say("{n} open operations were saved from it. Call support.", n=event.salvaged)
    else:
        found = words.say("What was open in it may be on no list: call support.")
    return Band(Tone.REFUSED, words.say("Journal set aside"), f"{aside} {found}")


def journal_missing(words: Words) -> Band:
    """The journal's file is gone, and what was open in it with it (row 38)."""
    advice = words.say(
        "Its file was deleted or moved away. What was open in it is on no list: "
        "close the till and call support, who may bring the file back."
    )
    return Band(Tone.REFUSED, words.say("The journal is missing"), advice)


def crashed(words: Words, kind: str) -> Band:
    """The program had ended by a fault; `kind` is the fault's name, for support."""
    advice = words.say(
        "A fault of its own ended it ({kind}). What was open is in Holds (F5). Tell support: F9, then S.",
        kind=kind,
    )
    return Band(Tone.ATTENTION, words.say("The program had stopped"), advice)


def payment(words: Words, event: PaymentShown) -> Told:
    """The payment in front of the cashier, and its outcome once there is one to tell."""
    shown = event.payment
    amount = words.money(shown.amount)
    match shown.verdict:
        case Verdict.HELD:
            advice = words.say("Take the payment, or release it if the customer changes their mind.")
            return Band(Tone.HELD, words.say("{amount} is held, not taken", amount=amount), advice), None
        case Verdict.TAKEN:
            return _paid(words, event, amount), PAID
        case Verdict.RELEASED | Verdict.NOT_DONE:
            return _still_owed(words, _not_paid(words, shown), event.carried), NOT_PAID
        case Verdict.MAY_BE_HELD:  # row 20
            told = (
                "Not paid. An amount may be held",
                "Ask for another tender. Do not try this card again for this sale.",
            )
            return _for_support(words, spoken(words, Tone.UNCLEAR, told), shown), UNCLEAR
        case Verdict.UNCLEAR:
            return _for_support(words, spoken(words, Tone.UNCLEAR, _unclear(shown)), shown), UNCLEAR
        case Verdict.CLOSED:
            return closed(words, str(shown.card)), None
        case Verdict.FINDING_OUT:
            band = spoken(words, Tone.UNCLEAR, _finding_out(shown), busy=True)
            return _for_support(words, band, shown), UNCLEAR
    going_on = {
        State.REQUESTING: "Requesting {amount}",
        State.COMMITTING: "Taking {amount}",
        State.CANCELLING: "Releasing {amount}",
    }[shown.state]
    return Band(Tone.INFO, words.say(going_on, amount=amount), words.say("One moment."), busy=True), None


def not_handed_over(words: Words, cards: Collection[Operation], found: Collection[str]) -> Band:
    """Live cards that nobody was given yet; `found` are the operations that were there at the start."""
    if len(cards) > 1:
        told = words.say("{count} cards were not scanned back", count=len(cards))
        advice = words.say("Print them under Sell (F3) and scan them back, or undo their sales there.")
        return Band(Tone.ATTENTION, told, advice)
    known = all(it.id not in found for it in cards)
    told = words.say("A card was not scanned back") if known else words.say("An unprinted card was found")
    advice = words.say("Print it under Sell (F3) and scan it back, or undo its sale there.")
    return Band(Tone.ATTENTION, told, advice)


def settled(words: Words, shown: Operation) -> Told:
    """How an operation ended that the cashier had left behind, and its outcome."""
    if isinstance(shown, Issue):
        return _issue_settled(words, shown)
    card = str(shown.card)
    if shown.verdict is Verdict.CLOSED:
        return closed(words, card), None
    if shown.verdict is Verdict.TAKEN:
        amount, due = words.money(shown.amount), shown.due
        if due is not None and due > shown.amount:
            rest = words.money(due - shown.amount)
            said = words.say("{amount} paid, {rest} still to pay", amount=amount, rest=rest)
            return Band(Tone.PAID, f"{card}: {said}", words.say("Ask for the rest another way.")), PAID
        advice = words.say("{amount} was taken.", amount=amount)
        if shown.unread:
            advice = f"{advice} {unread(words)}"
        return Band(Tone.PAID, f"{card}: {words.say('Paid')}", advice), PAID
    band = _not_paid(words, shown)
    return replace(band, headline=f"{card}: {band.headline}"), NOT_PAID


def reopened(words: Words, shown: Operation) -> Told:
    """What was told of an operation is not so after all: the server's yes did not come true."""
    headline = words.say("{card}: not settled after all", card=shown.card or words.say("Card"))
    advice = words.say("The card shows something else than was told. Call your supervisor; see Holds (F5).")
    return Band(Tone.UNCLEAR, headline, advice), UNCLEAR


def _issue_settled(words: Words, issue: Issue) -> Told:
    """Rows 13 to 18, told later. A card that was closed unprinted is closed, not sold: nobody has it."""
    card = f"{issue.card}: " if issue.card is not None else ""
    undo, done = issue.kind is Kind.UNISSUE, issue.verdict is not Verdict.NOT_DONE
    if issue.verdict is Verdict.CLOSED:
        return closed(words, str(issue.card or "")), None
    if issue.verdict is Verdict.UNDONE:
        told = ("Sale undone", "The card is not active any more.")
    elif done:
        told = ("Sold", "The card is active.")
    elif undo:
        used = issue.worth is not None and issue.worth.net != issue.amount  # row 18
        told = (
            ("Not undone. The card was used", "Its sale cannot be undone any more.")
            if used
            else ("Not undone", "The card is still active. You may try again.")
        )
    else:
        told = ("Not sold", "This till put nothing on the card. Scan it again to see how it is.")
    band = spoken(words, Tone.PAID if done else Tone.REFUSED, told)
    outcome = _UNDO_OUTCOMES[done] if undo else _SALE_OUTCOMES[done]
    return replace(band, headline=card + band.headline), outcome


def closed(words: Words, card: str) -> Band:
    """An entry that a supervisor took off the list of exceptions; `card` is masked, or empty."""
    said = words.say("Closed")
    advice = words.say("It is off the list. The journal keeps who closed it and why.")
    return Band(Tone.INFO, f"{card}: {said}" if card else said, advice)


def outage(words: Words, cause: Cause, since: str) -> Band:
    """The server is known to be silent since a time of day; what a waiting till says of it."""
    headline = (
        words.say("Server out of order since {time}", time=since)
        if cause is Cause.SERVER_ERROR
        else words.say("No answer from the server since {time}", time=since)
    )
    return Band(
        Tone.INFO,
        headline,
        words.say("The till keeps asking by itself. New payments wait until the server answers."),
    )


def known(words: Words, payment: Payment) -> str:
    """What is known of a payment that is not settled, as a paragraph under its result."""
    seen = payment.seen
    if payment.verdict is Verdict.MAY_BE_HELD and seen is not None and seen.authorised is not None:
        return words.say(
            "The server's answer was lost. Before the request {before} was held on this card, now {now} is. "
            "No money was taken; the amount may stay held for a while.",
            before=held(words, payment.before),
            now=held(words, seen),
        )
    return words.say(_known(payment))


def held(words: Words, balance: Balance) -> str:
    """How much is held on a card, where the server tells it."""
    return words.say("not known") if balance.authorised is None else words.money(balance.authorised)


def unread(words: Words) -> str:
    """Said beside "Paid" where that stands on the server's word alone (row 28b)."""
    return words.say("The card could not be read since: its balance is not known.")


def _known(payment: Payment) -> str:
    if payment.verdict is Verdict.MAY_BE_HELD:
        return "The server holds the amount; its code was lost, so it cannot be taken or released here."
    if payment.taking:
        return "The payment was taken at the till; the server has not confirmed it yet. Do not charge again."
    if payment.decision is Decision.RELEASE:
        return "The hold was released at the till; the server has not confirmed it yet. Nothing was taken."
    if payment.problem is Cause.TAKEN:
        return "The amount that the server held is gone from the card. Not this till took it."
    if payment.problem is Cause.HOLDS_UNTOLD:
        return (
            "The server does not tell what is held: whether the amount is cannot be said. Nothing was taken."
        )
    if payment.problem in {Cause.AMOUNT_DIFFERS, Cause.WRONG_CARD}:
        return "The server's answer does not fit the request. Nothing was taken; call your supervisor."
    if not payment.watched:
        return (
            "The card's balance moved in another way. Nothing was taken by this till; call your supervisor."
        )
    return "The answer to the request was lost; the till is finding out. Nothing was taken."


def _paid(words: Words, event: PaymentShown, amount: str) -> Band:
    if event.still_to_pay is None:
        return Band(
            Tone.PAID, words.say("Paid"), words.say("{amount} was taken. Nothing else to pay.", amount=amount)
        )
    rest = words.money(event.still_to_pay)
    headline = words.say("{amount} paid, {rest} still to pay", amount=amount, rest=rest)
    advice = words.say("Enter: another gift card for {rest}. Esc: it is paid another way.", rest=rest)
    return Band(Tone.PAID, headline, advice)


def _still_owed(words: Words, band: Band, rest: Money | None) -> Band:
    """The same, and the rest that this card was to pay of an earlier one's sale: it is owed as before."""
    if rest is None:
        return band
    owed = words.say("{rest} still to pay", rest=words.money(rest))
    return replace(band, advice=f"{band.advice} {owed}.")


def _not_paid(words: Words, shown: Payment) -> Band:
    if shown.state is State.REFUSED:  # row 23
        if shown.problem is Cause.NOT_ACCEPTED:
            return spoken(
                words,
                Tone.REFUSED,
                ("Not paid. This till is not accepted", "Nothing was taken. Call support."),
            )
        advice = words.say("Nothing was taken. Ask for another tender.")
        if shown.words:  # the server's own say why, in its language, and not what to do
            advice = f"{shown.words.rstrip('.')}. {advice}"
        return Band(Tone.REFUSED, words.say("Not paid. The server refused"), advice)
    return _for_support(words, spoken(words, Tone.REFUSED, _not_paid_words(shown)), shown)


def _for_support(words: Words, band: Band, shown: Payment) -> Band:
    return replace(band, advice=" ".join(filter(None, (band.advice, unreadable(words, shown)))))


def _not_paid_words(shown: Payment) -> tuple[str, str]:
    if shown.verdict is Verdict.RELEASED:
        if shown.problem is Cause.TIMEOUT:  # row 22
            return "Not paid. The answer came too late", "The hold was released. You may try again."
        if shown.problem in _MISREAD:  # row 26b
            return "Not paid. The hold was not as it should be", _MISREAD[shown.problem]
        if shown.problem is Cause.UNREADABLE:  # row 25
            return "Not paid. Answer unreadable", "The hold was released. You may try again."
        return "Not paid. The hold was released", "Nothing was taken from the card."
    if shown.taking:  # row 29
        return (
            "Not paid. The hold is gone",
            "The server let it go before it was taken. Ask for another tender.",
        )
    if shown.problem is Cause.NAME or shown.problem is Cause.CONNECT:  # row 8
        return "Not paid. No connection", "Nothing was charged. Check the network, then try again."
    if shown.problem is Cause.TLS:
        return "Not paid. No safe connection", "Nothing was charged. Call support."
    if shown.problem is Cause.BUSY:  # row 10
        return "Not paid. The server is busy", "Nothing was taken. Wait a moment, then try again."
    return "Not paid. No hold was placed", "Nothing was taken from the card. You may try again."  # row 19


def _unclear(shown: Payment) -> tuple[str, str]:
    if shown.problem is Cause.JOURNAL:
        return _JOURNAL_FAILED
    if shown.decision is Decision.TAKE:
        return "Unclear. It may have been taken", "Do not charge again. Call your supervisor."
    if shown.problem in _MISREAD:  # row 26b
        return "Unclear. The hold is not as it should be", _MISREAD[shown.problem]
    if shown.decision is Decision.RELEASE:
        return "Not taken, but it may still be held", "Ask for another tender. It is listed under Holds (F5)."
    if shown.problem is Cause.TAKEN:  # row 20
        return "Taken after all", "The server took what it held. Call your supervisor."
    if shown.problem in {Cause.AMOUNT_DIFFERS, Cause.WRONG_CARD}:  # row 26
        return "Mismatch. Nothing was taken", "The server's answer does not fit. Call your supervisor."
    if shown.problem is Cause.HOLDS_UNTOLD:
        return (
            "Unclear. Nothing was taken",
            "The server does not tell what is held. Ask for another tender; call your supervisor.",
        )
    if shown.watched:
        return (
            "Not known yet. Nothing was taken",
            "The server gives no answer. Ask for another tender; see Holds (F5).",
        )
    return (
        "Unclear. Nothing was taken",
        "Another till may be using this card. Call your supervisor.",
    )  # row 21


def _finding_out(shown: Payment) -> tuple[str, str]:
    if shown.problem is Cause.NOT_ACCEPTED:  # row 9
        if shown.decision is None:
            return "This till is not accepted", "Nothing was taken. Ask for another tender and call support."
        return "This till is not accepted", "Call support. The sale is kept and finished when it works again."
    if shown.problem is Cause.JOURNAL:
        return _JOURNAL_FAILED
    if shown.decision is Decision.TAKE:  # row 28
        return "Confirming. Do not charge again", "No answer yet; the till asks again by itself."
    if shown.decision is Decision.RELEASE:  # row 31
        return "Releasing the hold", "No answer yet; the till asks again by itself. Nothing was taken."
    if shown.problem is Cause.BUSY:
        return "Server busy. Checking the card", "Nothing was taken. Wait, or ask for another tender."
    return "Checking the card", "No clear answer came; nothing was taken. Wait, or ask for another tender."


def unreadable(words: Words, operation: Payment | Issue) -> str:
    """What of an answer could not be read, for support; empty where none was."""
    misfit = operation.misfit
    if misfit is None or operation.problem is not Cause.UNREADABLE:
        return ""
    return words.say("For support: {fault}.", fault=f"{misfit.member}: {misfit.shape}")


def spoken(words: Words, tone: Tone, told: tuple[str, str], busy: bool = False) -> Band:
    """A band of two English sentences: what happened, and what to do."""
    return Band(tone, words.say(told[0]), words.say(told[1]), busy)
