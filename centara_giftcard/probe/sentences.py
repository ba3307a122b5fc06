"""What the doctor and the probe say of an answer that is none, or of something that is left behind."""

from typing import Final

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, Misfit, NotSent, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.probe import traits
from centara_giftcard.probe.raw import Raw
from centara_giftcard.terminal.ports import Operation

Bad = NotSent | OutcomeUnknown | Refused | StatusFailed

PASSING: Final = frozenset({Cause.TIMEOUT, Cause.LOST, Cause.SERVER_ERROR, Cause.BUSY})
"""Causes that another reading may not meet again."""

_CAUSES: Final = {
    Cause.NAME: "the server's name is not known",
    Cause.CONNECT: "nothing answers at the server's address",
    Cause.TLS: "there is no secure connection to the server",
    Cause.LOST: "the connection broke off before the answer was there",
    Cause.TIMEOUT: "the server did not answer in time",
    Cause.SERVER_ERROR: "the server, or a gateway before it, reports an error of its own",
    Cause.BUSY: "the server is busy",
    Cause.CONFLICT: "the server reports a conflict",
    Cause.NOT_YET: "the server has only promised to do it (202)",
    Cause.UNREADABLE: "its answer cannot be read",
    Cause.NOT_ACCEPTED: "the access token is not accepted",
    Cause.NOT_FOUND: "the server does not know it",
    Cause.REFUSED: "the server refuses",
    Cause.WRONG_CARD: "the answer is about another card",
}


_ADDRESS: Final = ("address", "path", "route", "endpoint", "url")
_CARD: Final = ("card", "instrument")


def why(bad: Bad, raw: Raw | None = None) -> str:
    """Why a call brought nothing: the cause, the code, what of the answer did not fit, the server's words."""
    code = f" ({raw.code})" if raw is not None and raw.code and bad.cause is not Cause.NOT_YET else ""
    said = getattr(bad, "words", "")
    return f"{_CAUSES[bad.cause]}{code}{misfit(getattr(bad, 'misfit', None))}{f': “{said}”' if said else ''}"


def misfit(found: Misfit | None) -> str:
    """Which member did not fit, and what it was instead."""
    return f", {found.member} is {found.shape}" if found is not None and found.member else ""


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


def not_read(failed: StatusFailed, raw: Raw, group: str, nowhere: Raw | None = None) -> str:
    """Why a card could not be read, with what to mend as far as the answer tells it; `nowhere` is how the
    server answers where nothing can be."""
    if failed.cause is Cause.NOT_ACCEPTED:
        return f"{why(failed, raw)}: store the right one with centara-giftcard doctor --store-token"
    if failed.cause is not Cause.NOT_FOUND:
        return why(failed, raw)
    said = f" (“{failed.words}”)" if failed.words else ""
    if is_unsure(failed, raw, nowhere):
        told = (
            f"404, as where nothing can be{said}" if raw.is_own else "404 without a word of the server's own"
        )
        return f'{told}: the path of loyalty.server is wrong, or the group "{group}" or the card is not known'
    if _names(failed, "group"):
        return f'the server does not know the loyalty group "{group}"{said}: mend loyalty.group'
    if _names(failed, *_ADDRESS):
        return f"the server has nothing at this path{said}: mend loyalty.server, or loyalty.wire.status_path"
    if _names(failed, *_CARD):
        return f"the server does not know this card{said}"
    return f'the server does not know this card, or the group "{group}"{said}'


def left_behind(payment: Operation) -> str:
    """Where money may be that the walk could not settle, and how it is freed."""
    amount, card = payment.amount, payment.card
    if isinstance(payment, Issue) and card is None:
        return (
            f"a card of series {payment.series} with {amount} may exist, and its number is not known: "
            "the till lists it under Open holds (F5); the server's support finds it"
        )
    if isinstance(payment, Issue):
        what = "sold" if payment.kind is Kind.ISSUE else "still sold"
        return (
            f"card {card} may be {what} for {amount}: the till finds out at its next start, and lists it "
            "under Open holds (F5) until it is known"
        )
    if payment.state is State.ORPHAN_HOLD:
        return (
            f"{amount} is held on card {card}, and no code is known that would free it: it lapses, or the "
            "server's support frees it; the till lists it under Open holds (F5)"
        )
    if payment.auth_code is None:
        return (
            f"it is not known whether {amount} is held on card {card}: the till finds out at its next start, "
            "and lists what it finds under Open holds (F5)"
        )
    return (
        f"{amount} is or may be held on card {card}: the till lets it go at its next start, or says under "
        "Open holds (F5) why it cannot"
    )
