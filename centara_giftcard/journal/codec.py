"""What stands in the journal: each kind of operation as a public JSON body and a few secrets, and back.

The public body may be read by anyone who can read the file; the secrets are sealed by the store and only
while the operation is unsettled. A codec knows one kind; the store knows entries.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeVar

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import SETTLED, Decision, Doubt, Payment, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId, Secret
from centara_giftcard.terminal.ports import Record

T = TypeVar("T")

PAYMENT: Final = "payment"

_SALE_STATES: Final = frozenset({"sending", "done", "refused", "unclear"})
STATES: Final[Mapping[str, frozenset[str]]] = {
    PAYMENT: frozenset(state.value for state in State),
    "issue": _SALE_STATES,
    "issue_live": _SALE_STATES,
    "unissue": _SALE_STATES,
}
"""The states each kind of operation may be in: the words of the export, a contract."""

_SETTLED_SALE: Final = frozenset({"done", "refused"})
SETTLED_STATES: Final[Mapping[str, frozenset[str]]] = {
    PAYMENT: frozenset(state.value for state in SETTLED),
    "issue": _SETTLED_SALE,
    "issue_live": _SETTLED_SALE,
    "unissue": _SETTLED_SALE,
}
"""The states in which an operation's secrets are gone."""


@dataclass(frozen=True)
class Entry:
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


def payment_entry(payment: Payment) -> Entry:
    """Write a payment down. `quiet_since_s` is left out: it means nothing after a restart."""
    hidden = [s for s in (payment.card, payment.instrument, payment.auth_code) if s is not None]
    body = {
        "card": str(payment.card),
        "asked": _money(payment.asked),
        "before": _balance(payment.before),
        "operator": payment.operator,
        "created_at": utc_text(payment.created_at),
        "state": payment.state.value,
        "held": _maybe(_money, payment.held),
        "holding": _maybe(_balance, payment.holding),
        "decision": _maybe(_word, payment.decision),
        "after": _maybe(_balance, payment.after),
        "seen": _maybe(_balance, payment.seen),
        "doubt": _maybe(_word, payment.doubt),
        "problem": _maybe(_word, payment.problem),
        "words": _without(hidden, payment.words),
        "attempts": payment.attempts,
        "watched": payment.watched,
    }
    clear = {
        "card": payment.card.reveal(),
        "instrument": payment.instrument.reveal(),
        "words": payment.words,  # the server's own: they may repeat the number
    }
    if payment.auth_code is not None:
        clear["auth_code"] = payment.auth_code.reveal()
    return Entry(
        id=payment.id,
        kind=PAYMENT,
        state=payment.state.value,
        settled=payment.state in SETTLED,
        amount=payment.amount,
        card=payment.card,
        operator=payment.operator,
        created_at=payment.created_at,
        body=json.dumps({name: value for name, value in body.items() if value is not None}),
        secrets=clear,
    )


def read_payment(operation: str, body: str, secrets: Mapping[str, str]) -> Payment:
    """Bring the payment `operation` back.

    Raises ValueError, KeyError, TypeError or AttributeError where the body is not what was written.
    """
    it: dict[str, Any] = json.loads(body)
    return Payment(
        id=operation,
        card=CardNumber(secrets["card"]),
        instrument=InstrumentId(secrets["instrument"]),
        asked=_read_money(it["asked"]),
        before=_read_balance(it["before"]),
        operator=it["operator"],
        created_at=utc(it["created_at"]),
        state=State(it["state"]),
        held=_read_money(it["held"]) if "held" in it else None,
        auth_code=AuthCode(secrets["auth_code"]) if "auth_code" in secrets else None,
        holding=_read_balance(it["holding"]) if "holding" in it else None,
        decision=Decision(it["decision"]) if "decision" in it else None,
        after=_read_balance(it["after"]) if "after" in it else None,
        seen=_read_balance(it["seen"]) if "seen" in it else None,
        doubt=Doubt(it["doubt"]) if "doubt" in it else None,
        problem=Cause(it["problem"]) if "problem" in it else None,
        words=secrets["words"],
        attempts=it["attempts"],
        watched=it["watched"],
    )


RECORD_COLUMNS: Final = "id, kind, state, amount_minor, currency, card, operator, created_at, updated_at"
"""The columns of `operations` that make a Record; the fields of the export in their order."""


def read_record(row: tuple[Any, ...]) -> Record:
    """Read RECORD_COLUMNS. Raises ValueError or TypeError where a column is not what was written."""
    id_, kind, state, minor, currency, card, operator, created_at, updated_at = row
    amount = _read_money([minor, currency])
    return Record(id_, kind, state, amount, card, operator, utc(created_at), utc(updated_at))


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


def _word(value: Enum) -> object:
    return value.value


def _money(amount: Money) -> list[object]:
    return [amount.minor, amount.currency.code]


def _balance(balance: Balance) -> dict[str, object]:
    return {"net": _money(balance.net), "authorised": _money(balance.authorised)}


def _read_money(value: list[Any]) -> Money:
    minor, code = value
    if type(minor) is not int:
        raise ValueError(f"{minor!r} is no number of minor units")
    return Money(minor, Currency.of(code))


def _read_balance(value: dict[str, Any]) -> Balance:
    return Balance(_read_money(value["net"]), _read_money(value["authorised"]))
