"""What the till says when cards are sold and sales undone. Only words, no layout.

The outcomes (`sold`, `not_sold`, `undone`, `not_undone`, `unclear`) are the flight recorder's: a contract.
The row numbers are those of the failure catalogue.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import KnownCard, NotUndoable, SaleRules, Unsellable
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.events import Refusal, Why
from centara_giftcard.terminal.sales import SaleLine, SaleStep, Trouble, Unfit
from centara_giftcard.ui.presenters import card_sentences, sentences
from centara_giftcard.ui.presenters.sentences import UNCLEAR, Told
from centara_giftcard.ui.presenters.views import Band, Tone
from centara_giftcard.words import Words

SOLD: Final = "sold"
NOT_SOLD: Final = "not_sold"
UNDONE: Final = "undone"
NOT_UNDONE: Final = "not_undone"

_UNFIT: Final[dict[Unsellable | NotUndoable, tuple[str, str]]] = {
    Unsellable.ALREADY_ISSUED: ("Already active", "It was sold on {since}. Take another card."),
    Unsellable.WRONG_SERIES: (
        "Not of this series",
        "The server counts it to series {series}. Put it aside and call support.",
    ),
    Unsellable.NOT_SOLD_HERE: ("Not sold here", "Cards of this series are not sold at this till."),
    Unsellable.LIVE_PRINTED: (
        "Printed at the sale",
        "Cards of this series are not scanned but printed: press the button of the series.",
    ),
    NotUndoable.NOT_ISSUED: ("Never sold", "The card is not active, so there is no sale to undo."),
    NotUndoable.USED: (
        "Not as it was sold",
        "It was sold with {original} and has {net} now: the sale cannot be undone.",
    ),
    NotUndoable.HELD: (
        "A payment is under way",
        "{held} of it is held, perhaps at another till. Wait until that is settled.",
    ),
}

_WHY: Final[dict[Why, tuple[str, str]]] = {
    Why.OPEN_ON_CARD: ("This card has an open entry", "Settle it under Holds (F5) first."),
    Why.SERVER_DOWN: (
        "No answer from the server",
        "Nothing was sent. Try again once the till says that it answers.",
    ),
}


class LineTold(Struct, frozen=True):
    """What is said of one card of a list: a word in its tone, a sentence, and its outcome if it has one."""

    tone: Tone | None
    state: str
    note: str
    outcome: str | None = None


def refusal(words: Words, event: Refusal) -> Band:
    """Something the till did not do."""
    if event.why not in _WHY:
        return sentences.refusal(words, event)
    headline, advice = _WHY[event.why]
    return Band(Tone.REFUSED, words.say(headline), words.say(advice))


def closing(words: Words) -> Band:
    """The till ends as soon as an answer is here (row 37)."""
    advice = words.say("An answer is still under way; the window closes when it is here.")
    return Band(Tone.INFO, words.say("Closing after confirmation"), advice, busy=True)


def trouble(words: Words, card: KnownCard, found: Trouble) -> Band:
    """A card that was scanned and cannot be sold, or its sale not undone."""
    if isinstance(found, StatusFailed):
        band = card_sentences.no_status(words, found.cause, found.words, found.misfit)
    else:
        headline, advice = _unfit(words, found)
        band = Band(Tone.REFUSED, headline, advice)
    return replace(band, headline=f"{card.number}: {band.headline}")


def _unfit(words: Words, found: Unfit) -> tuple[str, str]:
    status = found.status
    headline, advice = _UNFIT[found.why]
    told = words.say(
        advice,
        since=words.date(status.created) if status.created else "–",
        series=status.series_number,
        original=words.money(status.original),
        net=words.money(status.balance.net),
        held=sentences.held(words, status.balance),
    )
    return words.say(headline), told


def amount_limits(words: Words, rules: SaleRules) -> str:
    """Between which amounts a card of a series is sold; empty where there are no limits."""
    say, money = words.say, words.money
    if rules.minimum is not None and rules.maximum is not None:
        return say("From {least} to {most}.", least=money(rules.minimum), most=money(rules.maximum))
    if rules.minimum is not None:
        return say("At least {least}.", least=money(rules.minimum))
    return say("At most {most}.", most=money(rules.maximum)) if rules.maximum is not None else ""


def bad_amount(words: Words, reason: str, rules: SaleRules, typed: str, currency: Currency) -> Band:
    """An amount that was not put on the list; `reason` is AmountError's."""
    if reason in {"malformed", "decimals"}:
        return card_sentences.no_amount(words, typed, currency)
    say = words.say
    headline, advice = say("Type the amount"), say("Then press Enter to put the card on the list.")
    if reason == "zero":
        headline, advice = say("Not zero"), say("A card is sold with an amount above zero.")
    elif reason == "too_large":
        headline, advice = say("Too large"), say("Amounts have 12 digits at most.")
    elif reason == "below_minimum":
        headline, advice = say("Too little for this series"), amount_limits(words, rules)
    elif reason == "above_maximum":
        headline, advice = say("Too much for this series"), amount_limits(words, rules)
    return Band(Tone.REFUSED, headline, advice)


# --- selling ------------------------------------------------------------------------------------------------


def line(words: Words, line: SaleLine, step: SaleStep) -> LineTold:
    """What became of one card of the list; nothing before it is sold."""
    say = words.say
    if line.trouble is not None:
        return LineTold(Tone.REFUSED, say("Not sold"), _reason(words, line.trouble), NOT_SOLD)
    if line.undone:
        return LineTold(Tone.INFO, say("Sale undone"), "", SOLD)
    if line.issue is not None:
        return issued(words, line.issue)
    if step is SaleStep.DONE:
        return LineTold(Tone.REFUSED, say("Not sold"), say("Nothing was sent for this card."), NOT_SOLD)
    if step is SaleStep.SELLING:
        return LineTold(None, "", say("Waiting for its turn."))
    return LineTold(None, "", "" if line.amount is not None else say("The series fixes the amount."))


def _reason(words: Words, found: Trouble) -> str:
    if isinstance(found, StatusFailed):
        return card_sentences.no_status(words, found.cause, found.words, found.misfit).advice
    headline, advice = _unfit(words, found)
    return f"{headline}. {advice}"


def issued(words: Words, issue: Issue) -> LineTold:
    """How the sale of one card stands."""
    say = words.say
    match issue.verdict:
        case Verdict.TO_HAND_OVER:  # rows 15 and 16
            told = say("It counts as handed over once its printed barcode was scanned.")
            return LineTold(Tone.ATTENTION, say("Sold. Scan the printed card"), told, SOLD)
        case Verdict.SOLD:
            until = words.date(issue.expires) if issue.expires else ""
            note = say("Valid until {date}", date=until) if until else say("The card is active.")
            return LineTold(Tone.PAID, say("Sold"), note, SOLD)
        case Verdict.NOT_DONE:
            return LineTold(Tone.REFUSED, say("Not sold"), _not_sold(words, issue), NOT_SOLD)
        case Verdict.UNDONE:
            return LineTold(Tone.INFO, say("Sale undone"), "", SOLD)
        case Verdict.UNCLEAR:
            told = _for_support(words, say(_unclear(issue)), issue)
            return LineTold(Tone.UNCLEAR, say("Unclear"), told, UNCLEAR)
        case Verdict.CLOSED:
            band = sentences.closed(words, "")
            return LineTold(band.tone, band.headline, band.advice)
        case Verdict.FINDING_OUT:  # row 13
            told = say("No clear answer came. Keep the card until it is known.")
            return LineTold(Tone.UNCLEAR, say("Checking the card"), _for_support(words, told, issue), UNCLEAR)
    return LineTold(Tone.INFO, say("Being sold"), "")


def printed_again(words: Words) -> Band:
    """A card was sent to the printer once more: two papers with one number may lie there."""
    advice = words.say("Hand over only one paper of a card, and tear up the other.")
    return Band(Tone.ATTENTION, words.say("Printing the card again"), advice)


def handed_over(words: Words, issue: Issue) -> Band:
    """A card of an earlier sale that was scanned back from its paper (row 16)."""
    say = words.say
    advice = say("The customer may have it now.")
    return Band(Tone.PAID, say("{card} is handed over", card=issue.card), advice)


def _not_sold(words: Words, issue: Issue) -> str:
    if issue.worth is not None and issue.worth.net:  # row 14
        return words.say("It was active already, with another amount: it was not sold here.")
    if issue.words:
        return issue.words
    told = words.say(_NOT_SOLD.get(issue.problem, "Nothing was put on the card. It may be sold again."))
    return _for_support(words, told, issue)


def _for_support(words: Words, told: str, issue: Issue) -> str:
    return " ".join(filter(None, (told, sentences.unreadable(words, issue))))


_NOT_SOLD: Final[dict[Cause | None, str]] = {
    Cause.NAME: "No connection: nothing was sent. Check the network, then sell it again.",
    Cause.CONNECT: "No connection: nothing was sent. Check the network, then sell it again.",
    Cause.TLS: "No safe connection: nothing was sent. Call support.",
    Cause.NOT_ACCEPTED: "The server refuses this till. Call support.",
    Cause.BUSY: "The server is busy. Wait a moment, then sell it again.",
    Cause.NOT_FOUND: "The server knows no such card or series.",
    Cause.REFUSED: "The server refused. Nothing was put on the card.",
}


def _unclear(issue: Issue) -> str:
    if issue.problem is Cause.AMOUNT_DIFFERS:
        return "The server put another amount on the card. Keep it and call your supervisor."
    if issue.problem is Cause.ISSUED_WHEN:
        return "It has money on it. Keep the card and call support: the setting issued_when may be wrong."
    if issue.kind is Kind.ISSUE_LIVE:  # row 15
        return "A card may exist, but its number is not known. Call your supervisor; see Holds (F5)."
    return "It may be active. Keep the card; it is listed under Holds (F5) until that is known."


def sale(words: Words, lines: Sequence[SaleLine], told: Sequence[LineTold], total: Money) -> Told:
    """The headline when all that could be sent was, and its outcome where all cards have the same.

    `told` is what is said of each of `lines`; `total` is what was sold.
    """
    say, money = words.say, words.money
    outcomes = [it.outcome for it in told]
    sold, whole = outcomes.count(SOLD), len(told)
    outcome = outcomes[0] if len(set(outcomes)) == 1 else None
    only, busy = told[0], any(it.issue is not None and it.issue.doubtful for it in lines)
    if whole == 1 and only.tone in {Tone.REFUSED, Tone.UNCLEAR}:
        return Band(only.tone or Tone.REFUSED, only.state, only.note, busy), outcome
    if UNCLEAR in outcomes:
        headline = say("{n} of {all} cards are unclear", n=outcomes.count(UNCLEAR), all=whole)
        advice = say("{total} was sold. Do not sell those again: see the list.", total=money(total))
        return Band(Tone.UNCLEAR, headline, advice, busy), outcome
    if not sold:
        return Band(Tone.REFUSED, say("Nothing was sold"), say("The list says why.")), outcome
    if sold < whole:
        headline = say("{n} of {all} cards were sold", n=sold, all=whole)
        advice = say("{total} was sold. The list says why the others were not.", total=money(total))
        return Band(Tone.ATTENTION, headline, advice), outcome
    unprinted = [it for it in lines if it.issue is not None and it.issue.unprinted]
    if unprinted:
        advice = say("{total} was sold. It counts as handed over once it was scanned.", total=money(total))
        return Band(Tone.ATTENTION, say("Scan the printed card"), advice), outcome
    if whole == 1:
        advice = say("The card is active with {total}.", total=money(total))
    else:
        advice = say("{n} cards are active, with {total} in all.", n=whole, total=money(total))
    return Band(Tone.PAID, say("Sold"), advice), outcome


# --- undoing ------------------------------------------------------------------------------------------------


def undoing(words: Words, issue: Issue) -> Told:
    """The sale that is being undone, and its outcome once there is one to tell."""
    say, amount = words.say, words.money(issue.amount)
    match issue.verdict:
        case Verdict.UNDONE:
            advice = say("The card is not active any more. Give back {amount}.", amount=amount)
            return Band(Tone.PAID, say("Sale undone"), advice), UNDONE
        case Verdict.NOT_DONE:
            headline, advice = _not_undone(issue)
            told = issue.words or _for_support(words, say(advice), issue)
            return Band(Tone.REFUSED, say(headline), told), NOT_UNDONE
        case Verdict.UNCLEAR:
            advice = say("The server gives no answer. Give nothing back yet; see Holds (F5).")
            if issue.problem is Cause.ISSUED_WHEN:
                advice = say("Give nothing back. Call support: the setting issued_when may be wrong.")
            elif not issue.watched:
                advice = say("Another till may have undone it. Give nothing back; call your supervisor.")
            advice = _for_support(words, advice, issue)
            return Band(Tone.UNCLEAR, say("Unclear. The sale may be undone"), advice), UNCLEAR
        case Verdict.CLOSED:
            return sentences.closed(words, str(issue.card or "")), None
        case Verdict.FINDING_OUT:  # row 17
            advice = _for_support(words, say("No clear answer came. Wait: give nothing back yet."), issue)
            return Band(Tone.UNCLEAR, say("Checking the card"), advice, busy=True), UNCLEAR
    return Band(Tone.INFO, say("Undoing the sale"), say("One moment."), busy=True), None


def _not_undone(issue: Issue) -> tuple[str, str]:
    if issue.worth is not None and issue.worth.net != issue.amount:  # row 18
        return "Not undone. The card was used", "Its sale cannot be undone any more."
    if issue.problem in {Cause.NAME, Cause.CONNECT, Cause.TLS}:
        return "Not undone. No connection", "Nothing was sent: the card is still active. Try again."
    if issue.problem is Cause.NOT_ACCEPTED:
        return "Not undone. This till is not accepted", "The card is still active. Call support."
    if issue.problem in {Cause.REFUSED, Cause.NOT_FOUND}:
        return "Not undone. The server refused", "The card is still active."
    return "Not undone", "The card is still active. You may try again."
