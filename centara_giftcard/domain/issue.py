"""The issue machine: a card is sold (issued) or its sale undone (un-issued); one `step` over one table.

A card can be issued once, so that a reading of the card settles what a lost reply left open; only a card that
is printed live has no number to read before its reply came. The row numbers are those of the failure
catalogue. Nothing here repeats an issue: "may be sent again" (rows 13 and 17) is for the cashier to press.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    LONGEST_WISH_S,
    PROOF_S,
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    Key,
    OperationBase,
    Overdue,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
    Verdict,
    key_of,
    misfit_of,
    pause_s,
    quiet_left_s,
    told_as,
)
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    Issued,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import CardNumber, InstrumentId


class Kind(Enum):
    """What is done to the card; the values are the journal export's (a contract)."""

    ISSUE = "issue"
    ISSUE_LIVE = "issue_live"
    UNISSUE = "unissue"


class Ending(Enum):
    """What became of a card that was printed live: it stays `done`, in the words of the export."""

    HANDED_OVER = "handed_over"  # it was scanned back from its paper: the customer has it
    UNDONE = "undone"  # its sale was undone: no paper of it is wanted any more


class State(Enum):
    """Where an issue or un-issue stands; the values are the journal export's (a contract)."""

    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    UNCLEAR = "unclear"


class Issue(OperationBase, frozen=True, kw_only=True):
    """One issue or un-issue and all that is known of it.

    `amount` is what the card is sold for, or was worth before it is undone; 0 where the series fixes it and
    the till was not told (`fixed`: no amount is sent). `card` is None for a live issue until its reply came.
    `worth` is what the server says is on the card, `ending` what became of a printed card.
    """

    kind: Kind
    amount: Money
    card: CardNumber | None = None
    instrument: InstrumentId | None = None
    fixed: bool = False
    state: State = State.SENDING
    worth: Balance | None = None
    ending: Ending | None = None

    @property
    def verdict(self) -> Verdict:
        """What is true of it, as far as can be proven. A printed card that was closed is not said to be sold:
        nobody has it.
        """
        match self.state:
            case State.DONE if self.kind is Kind.UNISSUE or self.ending is Ending.UNDONE:
                return Verdict.UNDONE
            case State.DONE if self.unprinted:
                return Verdict.TO_HAND_OVER
            case State.DONE if self.kind is Kind.ISSUE or self.ending is Ending.HANDED_OVER:
                return Verdict.SOLD
            case State.DONE | State.UNCLEAR if self.closed:
                return Verdict.CLOSED
            case State.REFUSED:
                return Verdict.NOT_DONE
            case State.SENDING:
                return Verdict.FINDING_OUT if self.doubtful else Verdict.GOING_ON
        return Verdict.UNCLEAR

    @property
    def ended(self) -> bool:
        """Whether it came to an end that is told as such; a printed card must be handed over (row 16)."""
        if self.state is State.DONE:
            return self.kind is not Kind.ISSUE_LIVE or self.ending is not None or self.closed is not None
        return self.state is State.REFUSED or self.closed is not None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do or to find out, or a supervisor took it off the list."""
        return self.ended and not (self.unread and self.closed is None)

    @property
    def listed(self) -> bool:
        """Whether it belongs on the list of what is open."""
        return not self.settled

    @property
    def kind_name(self) -> str:
        """Its kind, as the journal's export calls it."""
        return self.kind.value

    @property
    def request(self) -> Call:
        """The one call that it makes, once."""
        return REQUEST[self.kind]

    @property
    def unread(self) -> bool:
        """Whether it is done on the server's word alone: no reading could be had since."""
        return self.state is State.DONE and self.doubt is Doubt.ACCEPTED

    @property
    def undid_a_sale(self) -> bool:
        return self.kind is Kind.UNISSUE and self.state is State.DONE and not self.unread

    @property
    def unprinted(self) -> bool:
        return self.state is State.DONE and not self.ended

    @property
    def ended_by_hand(self) -> bool:
        return self.ending is not None

    @property
    def handed_over(self) -> bool:
        """Whether a printed card was scanned back from its paper."""
        return self.ending is Ending.HANDED_OVER

    @property
    def undone(self) -> bool:
        """Whether the sale of a printed card was undone before anybody had it."""
        return self.ending is Ending.UNDONE

    @property
    def told(self) -> bool:
        """Whether the till has told the cashier all it can tell now."""
        return self.state is not State.SENDING

    @property
    def doubtful(self) -> bool:
        """Whether the last answer was not a clean one and the till is finding out what became of it."""
        clean = self.doubt in {None, Doubt.ACCEPTED} and not self.attempts
        return not self.told and not clean


class HandedOver(Struct, frozen=True):
    """A live-printed card was scanned back from its paper: the customer has it."""


class Undone(Struct, frozen=True):
    """The sale of a live-printed card was undone: no paper of it is wanted any more."""


Event = HandedOver | Undone | Restarted | Overdue | Unread | AskedAgain | Closed | StatusSeen | Reply
Step = tuple[Issue, Effect | None]

REQUEST: Final = {Kind.ISSUE: Call.ISSUE, Kind.ISSUE_LIVE: Call.ISSUE_LIVE, Kind.UNISSUE: Call.UNISSUE}
"""The one call that each kind makes, once."""


def step(issue: Issue, event: Event) -> Step:
    """Apply one event. Raises IllegalTransition where the table has no row for it, or NEXT no such step."""
    key = key_of(event)
    handler = TABLE.get((issue.state, key))
    if handler is None or (isinstance(event, Reply) and event.call not in {issue.request, Call.STATUS}):
        told = f"{issue.kind.value} {issue.id} is {issue.state.value}: {told_as(key)} does not belong here"
        raise IllegalTransition(told)
    answered = issue.kind is Kind.ISSUE_LIVE and issue.card is not None and key in _NO_CARD
    if answered or (issue.closed and key not in _NEWS):
        return issue, None
    now, effect = handler(issue, event.result if isinstance(event, Reply) else event)
    if now.state is not issue.state and now.state not in NEXT[issue.state]:
        told = f"{issue.kind.value} {issue.id}: {issue.state.value} never becomes {now.state.value}"
        raise IllegalTransition(told)
    misfit = misfit_of(event)
    return (now if misfit is None else replace(now, misfit=misfit)), effect


# --- the answer to the request ------------------------------------------------------------------------------


def _issued(issue: Issue, reply: Issued) -> Step:
    known = replace(issue, card=issue.card or reply.card, doubt=None, attempts=0, closed=None)
    if known.card is None:
        return _live_unknown(issue, OutcomeUnknown(Cause.UNREADABLE))
    status = reply.status
    if status is None:
        return _said_done(known)
    if not status.issued:  # it contradicts itself
        return _contradicted(known)
    seen = replace(known, worth=status.balance, expires=status.expires, instrument=status.instrument)
    judged = _judged(seen, status.original)
    if judged.state is State.UNCLEAR:
        return judged, None
    return _said_done(replace(judged, state=known.state))


def _said_done(issue: Issue) -> Step:
    """The server said yes: that is shown when a reading agrees, or when none can be had for PROOF_S."""
    said = replace(issue, doubt=Doubt.ACCEPTED, attempts=0, watched=True)
    return said, Effect(Call.STATUS, unread_s=PROOF_S)


def _no_reading(issue: Issue, _: Unread) -> Step:
    """The server's word has to do; the reading is tried on, and may yet contradict."""
    if issue.doubt is not Doubt.ACCEPTED:
        return issue, None
    return replace(issue, state=State.DONE), None


def _contradicted(issue: Issue) -> Step:
    """The server said yes, and yet the card is not so: perhaps not yet."""
    state = State.UNCLEAR if issue.state is State.DONE else issue.state
    doubted = replace(issue, state=state, doubt=Doubt.LOST, problem=Cause.UNREADABLE)
    return doubted, Effect(Call.STATUS, pause_s(1))


def _judged(issue: Issue, original: Money | None) -> Issue:
    """Done, unless the server put another amount on the card than was asked: that is for a person."""
    amount = issue.amount or original or issue.amount
    if original is not None and original != amount:
        return replace(issue, state=State.UNCLEAR, problem=Cause.AMOUNT_DIFFERS, doubt=None, watched=False)
    return replace(issue, state=State.DONE, amount=amount, doubt=None)


def _unissued(issue: Issue, _: Accepted) -> Step:
    return _said_done(issue)


def _not_sent(issue: Issue, reply: NotSent) -> Step:
    return replace(issue, state=State.REFUSED, problem=reply.cause), None


def _refused(issue: Issue, reply: Refused) -> Step:
    refused = replace(issue, problem=reply.cause, words=reply.words)
    if issue.kind is Kind.ISSUE_LIVE:  # nothing can be read: a plain no is believed
        return replace(refused, state=State.REFUSED), None
    return replace(refused, doubt=Doubt.REFUSED), Effect(Call.STATUS)


def _unknown(issue: Issue, reply: OutcomeUnknown) -> Step:
    if issue.kind is Kind.ISSUE_LIVE:
        return _live_unknown(issue, reply)
    after_s = min(reply.retry_after_s or 0.0, LONGEST_WISH_S)
    conflict = issue.kind is Kind.UNISSUE and reply.cause is Cause.CONFLICT
    doubt = Doubt.CONFLICT if conflict else Doubt.LOST
    return replace(issue, doubt=doubt, problem=reply.cause), Effect(Call.STATUS, after_s)


def _live_unknown(issue: Issue, reply: OutcomeUnknown) -> Step:
    """Row 15: the number cannot be known; row 10: a busy server is asked again only by a new press."""
    if reply.cause is Cause.BUSY:
        return replace(issue, state=State.REFUSED, problem=reply.cause), None
    return replace(issue, state=State.UNCLEAR, problem=reply.cause, watched=False), None


def _overdue(issue: Issue, _: Overdue) -> Step:
    """Doubted now; a late reply still brings the number of a live card."""
    return _unknown(issue, OutcomeUnknown(Cause.TIMEOUT))


# --- the comparison -----------------------------------------------------------------------------------------


def _settle(issue: Issue, status: StatusSeen) -> Step:
    """Rows 13, 14, 17 and 18: what the card says of a request without a clean reply."""
    if issue.doubt is None:
        return issue, None  # a reading that was asked for before the doubt was settled
    seen = replace(issue, worth=status.balance, expires=status.expires, attempts=0)
    if issue.doubt is Doubt.ACCEPTED and status.issued is (issue.kind is Kind.UNISSUE):
        return _contradicted(seen)
    if issue.kind is Kind.UNISSUE:
        if not status.issued:
            return _undone(seen)
    elif status.issued:
        other = issue.amount and status.original not in {None, issue.amount}
        answered = Doubt.ACCEPTED is issue.doubt or Kind.ISSUE_LIVE is issue.kind
        if not other or answered or issue.problem is Cause.AMOUNT_DIFFERS:
            return _judged(seen, status.original), None
    # Rows 14 and 18: a conflict is an answer, and the card shows what it was about. Only a request that was
    # lost may be on its way still, and be carried out once the other's sale is undone or its hold let go.
    shown = status.balance != _as_sold(issue) if issue.kind is Kind.UNISSUE else status.issued
    if issue.doubt is Doubt.REFUSED or (shown and issue.problem is Cause.CONFLICT):
        return replace(seen, state=State.REFUSED, doubt=None), None
    left_s = quiet_left_s(issue.quiet_since_s, status.at_s)
    if not left_s and _at_odds(status):
        return replace(seen, state=State.UNCLEAR, problem=Cause.ISSUED_WHEN, doubt=None, watched=False), None
    if not left_s:  # rows 13 and 17: the cashier may send it again; 14: another till sold it; 18: it was used
        return replace(seen, state=State.REFUSED, doubt=None), None
    since_s = status.at_s if issue.quiet_since_s is None else issue.quiet_since_s
    return replace(seen, quiet_since_s=since_s), Effect(Call.STATUS, left_s)


def _at_odds(status: StatusSeen) -> bool:
    """Whether a card has money and counts as not issued, or is issued and never had any.

    Then `issued_when` may be set wrong, and that reading tells neither that it was sold nor that it was not.
    """
    worth = status.balance.net or (status.original if status.issued else None)
    return status.issued is not bool(worth)


def _undone(issue: Issue) -> Step:
    """No longer issued: row 17, unless the server said no: then another till may have paid the money out."""
    if issue.doubt in {Doubt.LOST, Doubt.ACCEPTED}:
        return replace(issue, state=State.DONE, doubt=None), None
    return replace(issue, state=State.UNCLEAR, doubt=None, watched=False), None


def _as_sold(issue: Issue) -> Balance:
    return Balance(issue.amount, Money(0, issue.amount.currency))


def _status_failed(issue: Issue, reply: StatusFailed) -> Step:
    if issue.doubt is None:
        return issue, None
    undoing = issue.kind is Kind.UNISSUE
    gone = undoing and reply.cause is Cause.NOT_FOUND
    attempts = 1 if gone and issue.problem is not Cause.NOT_FOUND else issue.attempts + 1
    asked = replace(issue, attempts=attempts, problem=reply.cause if undoing else issue.problem)
    if gone and issue.doubt is Doubt.ACCEPTED:  # undone, said the server, and there is no such card any more
        return _undone(asked)
    if gone and attempts >= ATTEMPTS:  # no such card, and no other word for as long as the quiet window
        return _undone(asked)
    state = State.UNCLEAR if attempts >= ATTEMPTS and not issue.unread else issue.state
    return replace(asked, state=state), Effect(Call.STATUS, pause_s(attempts, reply.retry_after_s))


def _seen_after(issue: Issue, status: StatusSeen) -> Step:
    """The card as it is after it was sold, or undone: the first reading must agree with the server's word."""
    if issue.doubt is not None or not issue.unprinted:
        return _settle(issue, status)
    if not status.issued:
        return _contradicted(issue)
    seen = replace(issue, worth=status.balance, expires=status.expires)
    return _judged(seen, status.original), None


# --- starting anew, and people ------------------------------------------------------------------------------


def _restarted(issue: Issue, _: Restarted) -> Step:
    """Row 36: an intent without a reply is in doubt; of a live card nothing can be read (row 15)."""
    fresh = replace(issue, attempts=0, quiet_since_s=None)
    if not issue.watched:
        return issue, None
    if issue.card is None:
        return _live_unknown(fresh, OutcomeUnknown(Cause.LOST))
    return replace(fresh, doubt=fresh.doubt or Doubt.LOST), Effect(Call.STATUS)


def _read_back(issue: Issue, _: Restarted) -> Step:
    """A card that waits to be printed must say what is on it; a word that was not proven is."""
    return issue, Effect(Call.STATUS) if issue.unread or issue.worth is None else None


def _asked_again(issue: Issue, _: AskedAgain) -> Step:
    if issue.card is None:
        return issue, None  # there is nothing to ask for
    contested = issue.kind is Kind.UNISSUE and not issue.watched
    doubt = Doubt.CONFLICT if contested else Doubt.LOST
    doubtful = replace(issue, doubt=doubt, attempts=0, quiet_since_s=None, watched=True)
    return doubtful, Effect(Call.STATUS)


def _closed(issue: Issue, closed: Closed) -> Step:
    return replace(issue, closed=closed, watched=False, doubt=None), None


def _handed_over(issue: Issue, _: HandedOver) -> Step:
    return replace(issue, ending=Ending.HANDED_OVER), None


def _sale_undone(issue: Issue, _: Undone) -> Step:
    return replace(issue, ending=Ending.UNDONE, doubt=None), None


def _late_no(issue: Issue, reply: NotSent | Refused) -> Step:
    """The word that was waited for: no card was made. A refused token (row 9) proves nothing: whoever sent
    the request on a second time may have been refused after the first was carried out.
    """
    if reply.cause is Cause.NOT_ACCEPTED:
        return issue, None
    return replace(issue, state=State.REFUSED, problem=reply.cause), None


def _ignore(issue: Issue, _: object) -> Step:
    return issue, None


# --- the table ----------------------------------------------------------------------------------------------

NEXT: Final[dict[State, frozenset[State]]] = {
    State.SENDING: frozenset({State.DONE, State.REFUSED, State.UNCLEAR}),
    State.DONE: frozenset({State.UNCLEAR}),  # it stood on the server's word alone, or another amount is read
    State.REFUSED: frozenset(),  # a card is sold, or its sale undone, by a new operation only
    State.UNCLEAR: frozenset({State.DONE, State.REFUSED}),
}
"""What a state may become. A rule that went anywhere else would be a bug, and nothing comes of its step."""

_Handler = Callable[[Issue, object], Step]
_Row = tuple[Iterable[State], Iterable[Key], Callable[..., Step]]

_OPEN = (State.SENDING, State.UNCLEAR)
_ISSUES = (Call.ISSUE, Call.ISSUE_LIVE)
_NEWS = frozenset({(Call.ISSUE_LIVE, Issued)})
_NO_CARD = frozenset({(Call.ISSUE_LIVE, it) for it in (NotSent, Refused, OutcomeUnknown)})

_ROWS: tuple[_Row, ...] = (
    (_OPEN, [(call, Issued) for call in _ISSUES], _issued),
    (_OPEN, [(Call.UNISSUE, Accepted)], _unissued),
    ([State.SENDING], [(call, NotSent) for call in REQUEST.values()], _not_sent),
    ([State.SENDING], [(call, Refused) for call in REQUEST.values()], _refused),
    ([State.SENDING], [(call, OutcomeUnknown) for call in REQUEST.values()], _unknown),
    ([State.SENDING], [Overdue], _overdue),
    ([State.UNCLEAR], [(Call.ISSUE_LIVE, NotSent), (Call.ISSUE_LIVE, Refused)], _late_no),
    ([State.UNCLEAR], [(Call.ISSUE_LIVE, OutcomeUnknown)], _ignore),
    (_OPEN, [StatusSeen], _settle),
    (_OPEN, [(Call.STATUS, StatusFailed)], _status_failed),
    ([State.DONE], [StatusSeen], _seen_after),
    (_OPEN, [Unread], _no_reading),
    ([State.DONE], [(Call.STATUS, StatusFailed)], _status_failed),
    ([State.REFUSED], [StatusSeen, (Call.STATUS, StatusFailed)], _ignore),
    (_OPEN, [Restarted], _restarted),
    ([State.DONE], [Restarted], _read_back),
    ([State.UNCLEAR], [AskedAgain], _asked_again),
    ([State.UNCLEAR, State.DONE], [Closed], _closed),
    ([State.DONE], [HandedOver], _handed_over),
    ([State.DONE], [Undone], _sale_undone),
)

TABLE: Final[dict[tuple[State, Key], _Handler]] = {
    (state, key): handler for states, keys, handler in _ROWS for state in states for key in keys
}
