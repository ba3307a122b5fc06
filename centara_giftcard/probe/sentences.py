"""What the doctor and the probe say of an answer that is none, or of something that is left behind."""

from typing import Final

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, Misfit, NotSent, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.probe import traits
from centara_giftcard.probe.raw import Raw
from centara_giftcard.terminal.ports import Operation

Bad = NotSent | OutcomeUnknown | Refused | StatusFailed

PASSING: Final = frozenset({Cause.TIMEOUT, Cause.LOST, Cause.SERVER_ERROR, Cause.BUSY})
"""Causes that another reading may not meet again."""

_CAUSES: Final = {
    Cause.NAME: Sentence("the server's name is not known"),
    Cause.CONNECT: Sentence("nothing answers at the server's address"),
    Cause.TLS: Sentence("there is no secure connection to the server"),
    Cause.LOST: Sentence("the connection broke off before the answer was there"),
    Cause.TIMEOUT: Sentence("the server did not answer in time"),
    Cause.SERVER_ERROR: Sentence("the server, or a gateway before it, reports an error of its own"),
    Cause.BUSY: Sentence("the server is busy"),
    Cause.CONFLICT: Sentence("the server reports a conflict"),
    Cause.NOT_YET: Sentence("the server has only promised to do it (202)"),
    Cause.UNREADABLE: Sentence("its answer cannot be read"),
    Cause.NOT_ACCEPTED: Sentence("the access token is not accepted"),
    Cause.NOT_FOUND: Sentence("the server does not know it"),
    Cause.REFUSED: Sentence("the server refuses"),
    Cause.WRONG_CARD: Sentence("the answer is about another card"),
}


_ADDRESS: Final = ("address", "path", "route", "endpoint", "url")
_CARD: Final = ("card", "instrument")


def why(bad: Bad, raw: Raw | None = None) -> Sentence:
    """Why a call brought nothing: the cause, the code, what of the answer did not fit, the server's words."""
    told = _CAUSES[bad.cause]
    if raw is not None and raw.code and bad.cause is not Cause.NOT_YET:
        told = Sentence("{reason} ({code})", reason=told, code=raw.code)
    told = with_misfit(told, getattr(bad, "misfit", None))
    said = getattr(bad, "words", "")
    return Sentence("{reason}: “{words}”", reason=told, words=said) if said else told


def to_set(trait: Sentence, settings: str) -> Sentence:
    """What was seen of a server, with what must be set for it."""
    return Sentence("{trait}: set {settings}", trait=trait, settings=settings)


def with_misfit(reason: Sentence, found: Misfit | None) -> Sentence:
    """The reason with the member that did not fit, and what it was instead, in the wire's own words."""
    if found is None or not found.member:
        return reason
    told = "{reason}, {member} is {shape}"
    return Sentence(told, reason=reason, member=found.member, shape=found.shape)


def _names(failed: StatusFailed, *words: str) -> bool:
    return any(word in failed.words.lower() for word in words)


def names_place(failed: StatusFailed) -> bool:
    """Whether a server's no is about the group or the address, not about the card."""
    return _names(failed, "group", *_ADDRESS)


def is_unsure(failed: StatusFailed, raw: Raw, nowhere: Raw | None) -> bool:
    """Whether a 404 does not tell a card that is not known from a wrong address: it says nothing of its own,
    or the same as where nothing can be."""
    if not raw.is_own:
        return True
    same = nowhere is not None and traits.shape(raw) == traits.shape(nowhere)
    return same and not names_place(failed) and not _names(failed, *_CARD)


def not_read(failed: StatusFailed, raw: Raw, group: str, nowhere: Raw | None = None) -> Sentence:
    """Why a card could not be read, with what to mend as far as the answer tells it; `nowhere` is how the
    server answers where nothing can be."""
    if failed.cause is Cause.NOT_ACCEPTED:
        told = "{reason}: store the right one with centara-giftcard doctor --store-token"
        return Sentence(told, reason=why(failed, raw))
    if failed.cause is not Cause.NOT_FOUND:
        return why(failed, raw)

    def said(told: Sentence) -> Sentence:
        return Sentence("{reason} (“{words}”)", reason=told, words=failed.words) if failed.words else told

    if is_unsure(failed, raw, nowhere):
        answer = Sentence("404 without a word of the server's own")
        if raw.is_own:
            answer = said(Sentence("404, as where nothing can be"))
        told = (
            '{reason}: the path of loyalty.server is wrong, or the group "{group}" or the card is not known'
        )
        return Sentence(told, reason=answer, group=group)
    if _names(failed, "group"):
        answer = said(Sentence('the server does not know the loyalty group "{group}"', group=group))
        return Sentence("{reason}: mend {setting}", reason=answer, setting="loyalty.group")
    if _names(failed, *_ADDRESS):
        answer = said(Sentence("the server has nothing at this path"))
        told = "{reason}: mend loyalty.server, or loyalty.wire.status_path"
        return Sentence(told, reason=answer)
    if _names(failed, *_CARD):
        return said(Sentence("the server does not know this card"))
    return said(Sentence('the server does not know this card, or the group "{group}"', group=group))


def left_behind(payment: Operation) -> Sentence:
    """Where money may be that the walk could not settle, and how it is freed."""
    amount, card = payment.amount, payment.card
    if card is None:
        told = (
            "a card of series {series} with {amount} may exist, and its number is not known: "
            "the till lists it under Open holds (F5); the server's support finds it"
        )
        return Sentence(told, series=payment.series, amount=amount)
    if isinstance(payment, Issue):
        told = (
            "card {card} may be sold for {amount}: the till finds out at its next start, and lists it "
            "under Open holds (F5) until it is known"
            if payment.kind is Kind.ISSUE
            else "card {card} may be still sold for {amount}: the till finds out at its next start, and "
            "lists it under Open holds (F5) until it is known"
        )
    elif payment.state is State.ORPHAN_HOLD:
        told = (
            "{amount} is held on card {card}, and no code is known that would free it: it lapses, or the "
            "server's support frees it; the till lists it under Open holds (F5)"
        )
    elif payment.auth_code is None:
        told = (
            "it is not known whether {amount} is held on card {card}: the till finds out at its next start, "
            "and lists what it finds under Open holds (F5)"
        )
    else:
        told = (
            "{amount} is or may be held on card {card}: the till lets it go at its next start, or says under "
            "Open holds (F5) why it cannot"
        )
    return Sentence(told, amount=amount, card=card)
