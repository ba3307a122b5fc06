"""What the till says of a card before a payment: its number, its balance, the amount. Words only."""

from typing import Final

from centara_giftcard.domain.cards import CardStatus, Standing
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.terminal.events import (
    CardShown,
    Offer,
    ScanRefused,
)
from centara_giftcard.ui.presenters.sentences import spoken
from centara_giftcard.ui.presenters.views import Band, Tone
from centara_giftcard.words import Words

_NO_STATUS: Final[dict[Cause, tuple[str, str]]] = {
    Cause.NAME: ("No connection", "The server's name was not found. Check the network, then scan again."),
    Cause.CONNECT: ("No connection", "The server cannot be reached. Nothing was charged; scan again."),
    Cause.TLS: ("No safe connection", "The server could not prove who it is. Call support."),
    Cause.LOST: ("No answer", "The connection broke off. Scan the card again."),
    Cause.TIMEOUT: ("No answer", "The server did not answer in time. Scan the card again."),
    Cause.SERVER_ERROR: ("No answer", "The server has a fault. Scan the card again in a moment."),
    Cause.BUSY: ("Server busy", "Wait a moment, then scan the card again."),
    Cause.CONFLICT: ("Server busy", "The card is in use just now. Scan it again in a moment."),
    Cause.NOT_YET: ("No answer", "The server has not finished yet. Scan the card again in a moment."),
    Cause.UNREADABLE: (
        "Answer unreadable",
        "The server's answer makes no sense. Try again, then call support.",
    ),
    Cause.NOT_ACCEPTED: ("This till is not accepted", "The server refuses this till. Call support."),
    Cause.NOT_FOUND: ("Card not known", "The server knows no such card. Check the number."),
    Cause.REFUSED: ("The server refused", "It gave no balance for this card. Call support."),
    Cause.WRONG_CARD: ("Wrong answer from the server", "It was about another card. Call support."),
    Cause.AMOUNT_DIFFERS: ("Wrong answer from the server", "It does not fit what was asked. Call support."),
    **dict.fromkeys(
        (
            Cause.TAKEN,
            Cause.NOT_SHOWN,
            Cause.LESS_SHOWN,
            Cause.NET_FELL,
            Cause.NET_ROSE,
            Cause.UNITS,
            Cause.ISSUED_WHEN,
            Cause.HOLDS_UNTOLD,
        ),
        ("Wrong answer from the server", "It does not fit what was asked. Call support."),
    ),
    Cause.JOURNAL: ("Stop using this till", "Its journal has a fault. Call support."),
}


_NO_CARD: Final[dict[str, str]] = {
    "empty": "No number was read.",
    "malformed": "That was not a card number.",
    "length": "The number is too short or too long for this series.",
    "one_missing": "The number is one digit too short.",
    "one_extra": "The number is one digit too long.",
    "too_short": "The number has too few digits.",
    "too_long": "The number has too many digits.",
    "letter": "There is a letter in it; the numbers of this series are all digits.",
    "check_digit": "The number was misread: its check digit is wrong.",
    "unknown_series": "No series of this shop starts like that.",
}


_MISTYPED: Final = {**_NO_CARD, "check_digit": "A digit was mistyped: the check digit does not fit."}


_NO_CARD_HEADLINES: Final = {
    (False, False): "Scan again",
    (False, True): "Scan again. Not one of our cards",
    (True, False): "Check the number",
    (True, True): "Check the number. Not one of our cards",
}
"""By whether it was typed, and whether it is of no series."""


_CANNOT_PAY: Final[dict[Standing, tuple[str, str]]] = {
    Standing.NOT_ISSUED: ("Not active", "This card was never sold, so it cannot pay."),
    Standing.NOT_YET_VALID: ("Not valid yet", "This card can pay from {starts}."),
    Standing.EXPIRED: ("Expired", "This card could pay until {expires}."),
    Standing.EMPTY: ("Nothing available", "This card is spent. Ask for another tender."),
    Standing.NOT_ACCEPTED: ("Not accepted here", "Cards of this series cannot pay at this till."),
    Standing.ALL_HELD: (
        "All of it is held",
        "Another sale holds this card's balance. Ask for another tender.",
    ),
}


def no_card(words: Words, event: ScanRefused) -> Band:
    """A scan or a typed number that names no card (row 1)."""
    headline = _NO_CARD_HEADLINES[event.keyed, event.reason == "unknown_series"]
    advice = (_MISTYPED if event.keyed else _NO_CARD)[event.reason]
    return spoken(words, Tone.REFUSED, (headline, advice))


def no_status(words: Words, cause: Cause, server_words: str, misfit: Misfit | None = None) -> Band:
    """A status that could not be had (rows 4 to 9); `misfit` is for support, in the wire's own words."""
    headline, advice = _NO_STATUS[cause]
    if misfit is not None:
        fault = f"{misfit.member}: {misfit.shape}"
        told = "The server's answer makes no sense ({fault}). Try again, then call support."
        return Band(Tone.REFUSED, words.say(headline), words.say(told, fault=fault))
    return Band(Tone.REFUSED, words.say(headline), server_words or words.say(advice))


def card_standing(words: Words, status: CardStatus, standing: Standing, changed: bool) -> Band:
    """A card that was read: what is available, or why it cannot pay."""
    if standing is Standing.GOOD:
        headline = words.say("{amount} available", amount=words.money(status.available))
        if changed:  # row 27
            advice = words.say("The balance changed since the scan. Check the amount.")
            return Band(Tone.ATTENTION, headline, advice)
        return Band(Tone.INFO, headline, words.say("Type the amount the customer owes."))
    headline, advice = _CANNOT_PAY[standing]
    starts = words.date(status.starts) if status.starts else ""
    expires = words.date(status.expires) if status.expires else ""
    return Band(Tone.REFUSED, words.say(headline), words.say(advice, starts=starts, expires=expires))


def no_amount(words: Words, typed: str, currency: Currency) -> Band:
    """What was typed is no amount, or nothing was typed."""
    if not typed.strip("0.,"):
        return Band(
            Tone.ATTENTION, words.say("Type the amount"), words.say("Then press Enter to request it.")
        )
    example = str(Money(123450 if currency.decimals else 1234, currency).decimal).replace(
        ".", words.decimal_mark
    )
    advice = words.say("Nothing was requested. Type it like {example}.", example=example)
    return Band(Tone.REFUSED, words.say("{typed} is no amount", typed=typed), advice)


def too_much(words: Words, available: Money, changed: bool) -> Band:
    """An amount was typed that is more than the card has."""
    said = "The balance changed: {amount} is available" if changed else "Only {amount} is available"  # row 27
    advice = words.say("Enter shows what this card can pay of it.")
    return Band(Tone.ATTENTION, words.say(said, amount=words.money(available)), advice)


def offer(words: Words, offered: Offer) -> Band:
    """The part that a card can pay, and what stays."""
    part, rest = words.money(offered.part), words.money(offered.rest)
    advice = words.say(
        "Enter requests {part}; {rest} stays to pay. Esc: another amount.", part=part, rest=rest
    )
    return Band(Tone.ATTENTION, words.say("Pay {part} with this card?", part=part), advice)


def still_due(words: Words, due: Money) -> Band:
    """The till waits for the next card, for the rest of a sale that was paid in part."""
    headline = words.say("{rest} still to pay", rest=words.money(due))
    return Band(Tone.ATTENTION, headline, words.say("Scan the next gift card. Esc: it is paid another way."))


def open_here(words: Words, shown: CardShown) -> Band:
    """A card on which this till has a payment that is not settled: what can be done with it (row 20)."""
    amounts = ", ".join(words.money(it.amount) for it in shown.open_here)
    available = words.money(shown.status.available)
    headline = words.say("{available} available, {amount} open here", available=available, amount=amounts)
    if shown.being_found_out:
        advice = words.say("The till is finding out about it. Until then, ask for another tender.")
    else:
        advice = words.say("It may be held. Another amount can be paid; for this one ask a supervisor (F5).")
    return Band(Tone.ATTENTION, headline, advice)
