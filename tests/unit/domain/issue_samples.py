"""Sample issues and un-issues, and short ways to say what happens to one."""

from unit.domain.samples import NOON, balance, eur

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.issue import REQUEST, Event, Issue, Kind, step
from centara_giftcard.domain.operation import PROOF_S, Call, Effect, Reply, StatusSeen
from centara_giftcard.domain.replies import Accepted, Cause, Issued, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.domain.secrets import CardNumber, InstrumentId

NUMBER, INSTRUMENT = CardNumber("6091000000001111"), InstrumentId("gc-1")


def sending(kind: Kind = Kind.ISSUE, amount: int = 5_000, fixed: bool = False) -> Issue:
    """A request for 50.00 that is under way."""
    live = kind is Kind.ISSUE_LIVE
    return Issue(
        id="op-1",
        kind=kind,
        series="1",
        amount=eur(amount),
        operator="7",
        created_at=NOON,
        card=None if live else NUMBER,
        instrument=None if live else INSTRUMENT,
        fixed=fixed,
    )


def after(issue: Issue, *events: Event) -> tuple[Issue, Effect | None]:
    """The issue and the last effect after `events`."""
    effect = None
    for event in events:
        issue, effect = step(issue, event)
    return issue, effect


def status(original: int = 5_000, issued: bool = True) -> CardStatus:
    worth = balance(original if issued else 0)
    return CardStatus(INSTRUMENT, "1", issued, worth, eur(original), eur(0), expires=NOON)


def done(it: Issue, told: CardStatus | None = None) -> Reply:
    """The server's yes; to a live issue with the new card's number."""
    return Reply(REQUEST[it.kind], Issued(told, NUMBER if it.kind is Kind.ISSUE_LIVE else None))


def unknown(it: Issue, cause: Cause = Cause.LOST, retry_after_s: float | None = None) -> Reply:
    return Reply(REQUEST[it.kind], OutcomeUnknown(cause, retry_after_s))


def refused(it: Issue, cause: Cause = Cause.REFUSED, words: str = "") -> Reply:
    return Reply(REQUEST[it.kind], Refused(cause, words))


def unsold(at_s: float = 0.0) -> StatusSeen:
    return StatusSeen(balance(0), at_s, issued=False, original=eur(0))


def sold(original: int = 5_000, net: int | None = None, authorised: int = 0, at_s: float = 0.0) -> StatusSeen:
    worth = balance(original if net is None else net, authorised)
    return StatusSeen(worth, at_s, issued=True, original=eur(original))


def no_status(cause: Cause = Cause.TIMEOUT, retry_after_s: float | None = None) -> StatusFailed:
    return StatusFailed(cause, retry_after_s=retry_after_s)


def lost(kind: Kind = Kind.ISSUE, amount: int = 5_000) -> Issue:
    """A request whose reply was lost; the card is to be read."""
    issue, effect = step(sending(kind, amount), unknown(sending(kind)))
    assert effect == Effect(Call.STATUS)
    assert issue.doubtful
    return issue


UNKNOWN_CARD = Reply(Call.STATUS, no_status(Cause.NOT_FOUND))
UNDONE_REPLY = Reply(Call.UNISSUE, Accepted())
NO_STATUS = Reply(Call.STATUS, no_status())
READ_IN_TIME = Effect(Call.STATUS, unread_s=PROOF_S)
