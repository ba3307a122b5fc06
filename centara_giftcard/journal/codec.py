"""What stands in the journal: each kind of operation as a public JSON body and a few secrets, and back.

The public body may be read by anyone who can read the file; the secrets are sealed by the store and only
while the operation is unsettled. A codec knows one kind; the store knows entries.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from centara_giftcard.domain import issue, payment
from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Ending, Issue, Kind
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Closed, Doubt
from centara_giftcard.domain.payment import SETTLED, Decision, Payment
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId, Secret
from centara_giftcard.terminal.ports import Closure, OnPaper, Operation, Record

T = TypeVar("T")

PAYMENT: Final = "payment"

_ISSUE_STATES: Final = frozenset(state.value for state in issue.State)
STATES: Final[Mapping[str, frozenset[str]]] = {
    PAYMENT: frozenset(state.value for state in payment.State),
    **{kind.value: _ISSUE_STATES for kind in Kind},
}
"""The states each kind of operation may be in: the words of the export, a contract."""

_ISSUE_REFUSED: Final = frozenset({issue.State.REFUSED.value})
MUST_BE_SETTLED: Final[Mapping[str, frozenset[str]]] = {
    PAYMENT: frozenset({payment.State.REFUSED.value}),
    **{kind.value: _ISSUE_REFUSED for kind in Kind},
}
"""The states in which an operation's secrets are gone: nothing can speak against them any more."""

_CLOSABLE: Final = frozenset({payment.State.ORPHAN_HOLD.value, payment.State.UNCLEAR.value})
_ISSUE_CLOSABLE: Final = frozenset({issue.State.DONE.value, issue.State.UNCLEAR.value})
MAY_BE_SETTLED: Final[Mapping[str, frozenset[str]]] = {
    PAYMENT: frozenset(state.value for state in SETTLED) | _CLOSABLE,
    **{kind.value: _ISSUE_REFUSED | _ISSUE_CLOSABLE for kind in Kind},
}
"""The states in which they may be gone: a reading agreed with the end, or a supervisor closed what the till
cannot settle."""


@dataclass(frozen=True)
class JournalRow:
    """One operation as a row: the columns of the export, the public body, and the secrets still in clear.

    `card` is None for a card whose number nobody knows yet (a live issue).
    """

    id: str
    kind: str
    state: str
    settled: bool
    amount: Money
    card: CardNumber | None
    operator: str
    created_at: datetime
    body: str
    secrets: dict[str, str] = field(repr=False)


def row_of(operation: Operation) -> JournalRow:
    """Write an operation down. `quiet_since_s` is left out: it means nothing after a restart."""
    hidden: list[Secret] = [s for s in (operation.card, operation.instrument) if s is not None]
    clear = {"words": operation.words}  # the server's own: they may repeat the number
    if operation.card is not None:
        clear["card"] = operation.card.reveal()
    if operation.instrument is not None:
        clear["instrument"] = operation.instrument.reveal()
    if isinstance(operation, Payment):
        own = _payment_body(operation)
        if operation.auth_code is not None:
            clear["auth_code"] = operation.auth_code.reveal()
            hidden.append(operation.auth_code)
    else:
        own = _issue_body(operation)
    body = {
        "card": _maybe(str, operation.card),
        "operator": operation.operator,
        "created_at": utc_text(operation.created_at),
        "state": operation.state.value,
        "doubt": _maybe(_word, operation.doubt),
        "problem": _maybe(_word, operation.problem),
        "words": _without(hidden, operation.words),
        "misfit": _maybe(_misfit, operation.misfit),
        "attempts": operation.attempts,
        "watched": operation.watched,
        "closed": _maybe(_closed, operation.closed),
        **own,
    }
    return JournalRow(
        id=operation.id,
        kind=operation.kind_name,
        state=operation.state.value,
        settled=operation.settled,
        amount=operation.amount,
        card=operation.card,
        operator=operation.operator,
        created_at=operation.created_at,
        body=json.dumps({name: value for name, value in body.items() if value is not None}),
        secrets=clear,
    )


def _payment_body(it: Payment) -> dict[str, object]:
    return {
        "asked": _money(it.asked),
        "due": _maybe(_money, it.due),
        "floor": _maybe(_money, it.floor),
        "series": it.series,
        "expires": _maybe(utc_text, it.expires),
        "before": _balance(it.before),
        "held": _maybe(_money, it.held),
        "guessed": it.guessed,
        "looks": it.looks,
        "holding": _maybe(_balance, it.holding),
        "decision": _maybe(_word, it.decision),
        "lost": it.lost,
        "contradicted": it.contradicted,
        "noes": it.noes,
        "overtaken": it.overtaken,
        "after": _maybe(_balance, it.after),
        "seen": _maybe(_balance, it.seen),
    }


def _issue_body(it: Issue) -> dict[str, object]:
    return {
        "series": it.series,
        "amount": _money(it.amount),
        "fixed": it.fixed,
        "worth": _maybe(_balance, it.worth),
        "expires": _maybe(utc_text, it.expires),
        "ending": _maybe(_word, it.ending),
    }


def read_operation(id_: str, kind: str, body: str, secrets: Mapping[str, str]) -> Operation:
    """Bring an operation back.

    Raises ValueError, KeyError, TypeError or AttributeError where the body is not what was written.
    """
    it: dict[str, Any] = json.loads(body)
    read = _read_payment if kind == PAYMENT else _read_issue
    return read(id_, kind, it, secrets)


def _read_payment(id_: str, _: str, it: dict[str, Any], secrets: Mapping[str, str]) -> Payment:
    return Payment(
        id=id_,
        card=CardNumber(secrets["card"]),
        instrument=InstrumentId(secrets["instrument"]),
        asked=_read_money(it["asked"]),
        due=_read_maybe(_read_money, it, "due"),
        floor=_read_maybe(_read_money, it, "floor"),
        series=it.get("series", ""),
        expires=_read_maybe(utc, it, "expires"),
        before=_read_balance(it["before"]),
        operator=it["operator"],
        created_at=utc(it["created_at"]),
        state=payment.State(it["state"]),
        held=_read_maybe(_read_money, it, "held"),
        guessed=it.get("guessed", False),
        looks=it.get("looks", 0),
        auth_code=_read_maybe(AuthCode, secrets, "auth_code"),
        holding=_read_maybe(_read_balance, it, "holding"),
        decision=_read_maybe(Decision, it, "decision"),
        lost=it.get("lost", True),  # an older till did not note it: it may have been
        contradicted=it.get("contradicted", False),
        noes=it.get("noes", 0),
        overtaken=it.get("overtaken", False),
        after=_read_maybe(_read_balance, it, "after"),
        seen=_read_maybe(_read_balance, it, "seen"),
        doubt=_read_maybe(Doubt, it, "doubt"),
        problem=_read_maybe(Cause, it, "problem"),
        words=secrets["words"],
        misfit=_read_maybe(_read_misfit, it, "misfit"),
        attempts=it["attempts"],
        watched=it["watched"],
        closed=_read_maybe(_read_closed, it, "closed"),
    )


def _read_issue(id_: str, kind: str, it: dict[str, Any], secrets: Mapping[str, str]) -> Issue:
    return Issue(
        id=id_,
        kind=Kind(kind),
        series=it["series"],
        amount=_read_money(it["amount"]),
        operator=it["operator"],
        created_at=utc(it["created_at"]),
        card=_read_maybe(CardNumber, secrets, "card"),
        instrument=_read_maybe(InstrumentId, secrets, "instrument"),
        fixed=it["fixed"],
        state=issue.State(it["state"]),
        worth=_read_maybe(_read_balance, it, "worth"),
        expires=_read_maybe(utc, it, "expires"),
        ending=_read_ending(it),
        doubt=_read_maybe(Doubt, it, "doubt"),
        problem=_read_maybe(Cause, it, "problem"),
        words=secrets["words"],
        misfit=_read_maybe(_read_misfit, it, "misfit"),
        attempts=it["attempts"],
        watched=it["watched"],
        closed=_read_maybe(_read_closed, it, "closed"),
    )


def _read_ending(it: Mapping[str, Any]) -> Ending | None:
    """An older till wrote `handed_over` for both endings; what is unsettled had neither."""
    if it.get("handed_over"):
        return Ending.HANDED_OVER
    return _read_maybe(Ending, it, "ending")


RECORD_COLUMNS: Final = "id, kind, state, amount_minor, currency, card, operator, created_at, updated_at"
"""The columns of `operations` that make a Record; the fields of the export in their order."""

_LAST_EVENT: Final = "SELECT event FROM events WHERE operation = operations.id ORDER BY seq DESC LIMIT 1"
HISTORY_COLUMNS: Final = f"{RECORD_COLUMNS}, settled, body, ({_LAST_EVENT})"
"""The same, and what says whether it is settled and who closed it."""

_OLDER_WORDS: Final = {
    "Take": "take",
    "Release": "release",
    "Restarted": "restarted",
    "Overdue": "overdue",
    "Unread": "unread",
    "AskedAgain": "asked_again",
    "Closed": "closed",
    "HandedOver": "handed_over",
    "Undone": "undone",
    "StatusSeen": "status read",
    "HoldPlaced": "held",
    "Issued": "issued",
    "Accepted": "accepted",
    "Refused": "refused",
    "NotSent": "not_sent",
    "OutcomeUnknown": "unknown",
    "StatusFailed": "failed",
}
"""Events as tills wrote them before they had words of their own; what is written is never changed."""


def event_word(event: str) -> str:
    """The word of an event as it is told today, whichever till wrote it."""
    *call, word = event.split(" ")
    return " ".join([*call, _OLDER_WORDS.get(word, word)])


_WRITTEN_OFF: Final = re.compile(r"Closed by ([^:]*): (.*)", re.DOTALL)


def written_off(closed: Closed) -> str:
    """The event of an operation that is closed although its entry is damaged: there is no body to say it."""
    return f"Closed by {closed.supervisor}: {closed.reason}"


def closed_in(body: str, event: str | None) -> Closed | None:
    """Who closed an operation, and why, as the body after an event says it, or the event itself."""
    if event is not None and (found := _WRITTEN_OFF.fullmatch(event)):
        return Closed(*found.groups())
    try:
        return _read_maybe(_read_closed, json.loads(body), "closed")
    except (ValueError, TypeError):  # a damaged body says nothing
        return None


def read_record(row: tuple[Any, ...]) -> Record:
    """Read RECORD_COLUMNS or HISTORY_COLUMNS. Raises ValueError or TypeError where one is not as written."""
    id_, kind, state, minor, currency, card, operator, created_at, updated_at, *more = row
    amount = _read_money([minor, currency])
    record = Record(id_, kind, state, amount, card, operator, utc(created_at), utc(updated_at))
    if not more:
        return record
    settled, body, last_event = more
    closed = closed_in(body, last_event)  # nothing is written after a closing but what opens it again
    return replace(
        record,
        settled=bool(settled),
        closed=Closure(closed.supervisor, closed.reason, record.updated_at) if closed and settled else None,
        rest=read_on_paper(body).rest if kind == PAYMENT else None,
    )


def told_in(kind: str, body: str) -> tuple[object, ...]:
    """What a body says of the columns amount_minor, currency, card, operator and created_at.

    Raises ValueError, KeyError, TypeError or AttributeError where it is not what was written.
    """
    it = json.loads(body)
    minor, currency = it.get("held") or it["asked"] if kind == PAYMENT else it["amount"]
    return minor, currency, it.get("card", ""), it["operator"], it["created_at"]


def read_on_paper(body: str) -> OnPaper:
    """What a body tells for the receipt; nothing where it cannot be read."""
    try:
        it = json.loads(body)
        expires, series = _read_maybe(utc, it, "expires"), it.get("series", "")
        after, floor = _read_maybe(_read_balance, it, "after"), _read_maybe(_read_money, it, "floor")
        due = _read_maybe(_read_money, it, "due")
        rest = due - _read_money(it.get("held") or it["asked"]) if due is not None else None
        left = after.available(floor) if after is not None and floor is not None else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return OnPaper()
    return OnPaper(series, expires, rest or None, left)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with offset and microseconds: always as long, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def utc(text: str) -> datetime:
    """Read what `utc_text` wrote. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment


def _without(hidden: Sequence[Secret], words: str) -> str:
    # the longest first, so that a code inside the number does not leave the rest of the number behind
    for secret in sorted(hidden, key=lambda s: -len(s.reveal())):
        if secret.reveal():
            words = words.replace(secret.reveal(), str(secret))
    return words


def _maybe(write: Callable[[T], object], value: T | None) -> object:
    return None if value is None else write(value)


def _read_maybe(read: Callable[[Any], T], it: Mapping[str, Any], name: str) -> T | None:
    return read(it[name]) if name in it else None


def _closed(closed: Closed) -> object:
    return [closed.supervisor, closed.reason]


def _read_closed(value: list[str]) -> Closed:
    supervisor, reason = value
    return Closed(supervisor, reason)


def _misfit(misfit: Misfit) -> object:
    return [misfit.member, misfit.shape]


def _read_misfit(value: list[str]) -> Misfit:
    member, shape = value
    return Misfit(member, shape)


def _word(value: Enum) -> object:
    return value.value


def _money(amount: Money) -> list[object]:
    return [amount.minor, amount.currency.code]


def _balance(balance: Balance) -> dict[str, object]:
    held = balance.authorised
    return {"net": _money(balance.net), **({} if held is None else {"authorised": _money(held)})}


def _read_money(value: list[Any]) -> Money:
    minor, code = value
    if type(minor) is not int:
        raise ValueError(f"{minor!r} is no number of minor units")
    return Money(minor, Currency.of(code))


def _read_balance(value: dict[str, Any]) -> Balance:
    return Balance(_read_money(value["net"]), _read_maybe(_read_money, value, "authorised"))
