"""Which card misbehaves at which call, and how: the faults, the table of sample cards that have one, and the
plan that the server consults at every call.

`MISBEHAVING` is the one place where the sample faults are written; the HTTP layer, the tray of sample cards
and the README's table (`fault_table`) all read it. Tests programme any other fault on any card at run time
(`POST /_sandbox/faults`, see `fault_request`).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from centara_giftcard.sandbox.routes import Call

ANY_CARD = "*"


class FaultName(StrEnum):
    """Every way the server can misbehave."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    DROP_MIDWAY = "drop_midway"
    DELAY_BEFORE = "delay_before"
    DELAY_AFTER = "delay_after"
    STATUS_BEFORE = "status_before"
    STATUS_AFTER = "status_after"
    REDIRECT = "redirect"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    HTML = "html"
    HUGE = "huge"
    NAN_AMOUNT = "nan_amount"
    TOO_MANY_DECIMALS = "too_many_decimals"
    WRONG_CARD = "wrong_card"
    MORE_THAN_ASKED = "more_than_asked"
    PART = "part"
    NO_AUTH_CODE = "no_auth_code"
    AUTH_CODE_NUMBER = "auth_code_number"
    NOT_DONE = "not_done"
    PROMISED = "promised"
    SAYS_NO = "says_no"
    DOUBLED = "doubled"


class Kind(Struct, frozen=True):
    """What a fault means: is the request applied all the same, what it does in words, the calls it fits."""

    applies: bool
    says: str
    calls: frozenset[Call] = frozenset(Call)


_WITH_AMOUNT = frozenset({Call.STATUS, Call.ISSUE, Call.ISSUE_LIVE, Call.PAY})
_PAY = frozenset({Call.PAY})
_POSTS = frozenset(Call) - {Call.STATUS}

KINDS: Mapping[FaultName, Kind] = {
    FaultName.DROP_BEFORE: Kind(False, "does nothing and closes the connection without a reply"),
    FaultName.DROP_AFTER: Kind(True, "does as asked, then closes the connection without a reply"),
    FaultName.DROP_MIDWAY: Kind(True, "does as asked, then closes the connection in the middle of the reply"),
    FaultName.DELAY_BEFORE: Kind(True, "waits {seconds:g} s, then does as asked"),
    FaultName.DELAY_AFTER: Kind(True, "does as asked at once but answers {seconds:g} s later"),
    FaultName.STATUS_BEFORE: Kind(False, "does nothing and answers {status}"),
    FaultName.STATUS_AFTER: Kind(True, "does as asked but answers {status}"),
    FaultName.REDIRECT: Kind(False, "does nothing and redirects (302) to another address"),
    FaultName.GARBAGE: Kind(True, "does as asked but answers bytes that are no JSON"),
    FaultName.TRUNCATED: Kind(True, "does as asked but answers JSON that stops too early"),
    FaultName.HTML: Kind(True, "does as asked but answers an HTML page"),
    FaultName.HUGE: Kind(True, "does as asked but answers with more than 1 MiB"),
    FaultName.NAN_AMOUNT: Kind(True, "does as asked but answers an amount of NaN", _WITH_AMOUNT),
    FaultName.TOO_MANY_DECIMALS: Kind(
        True, "does as asked but answers an amount with too many decimals", _WITH_AMOUNT
    ),
    FaultName.WRONG_CARD: Kind(True, "does as asked but answers about another card", _WITH_AMOUNT),
    FaultName.MORE_THAN_ASKED: Kind(True, "holds what was asked but answers with more", _PAY),
    FaultName.PART: Kind(True, "holds half of what was asked, and says so", _PAY),
    FaultName.NO_AUTH_CODE: Kind(True, "places the hold but answers without an auth code", _PAY),
    FaultName.AUTH_CODE_NUMBER: Kind(
        True, "places the hold but answers the auth code as a JSON number", _PAY
    ),
    FaultName.NOT_DONE: Kind(False, "does nothing but answers with success", _POSTS),
    FaultName.PROMISED: Kind(True, "answers 202 at once and does as asked {seconds:g} s later", _POSTS),
    FaultName.SAYS_NO: Kind(False, "does nothing and answers 200 with a body that says no", _POSTS),
    FaultName.DOUBLED: Kind(True, "does as asked and sends its answer twice"),
}


class Fault(Struct, frozen=True):
    """One fault; `times` is how often it happens (None: always), at commit and cancel for each auth code."""

    name: FaultName
    times: int | None = None
    seconds: float = 0.0
    status: int = 500
    retry_after: str | None = None
    detail: str | None = None

    def says(self) -> str:
        """The fault in words, for a table."""
        status = str(self.status)
        if self.retry_after is not None:
            status += f" with Retry-After: {self.retry_after}"
        if self.detail is not None:
            status += f" with the reason “{self.detail.rstrip('.')}”"
        words = KINDS[self.name].says.format(seconds=self.seconds, status=status)
        if self.name is FaultName.SAYS_NO and self.detail is not None:
            words += f" (“{self.detail.rstrip('.')}”)"
        return words + ("" if self.times is None else ", the first time only")


class Misbehaviour(Struct, frozen=True):
    """A sample card that misbehaves at one call, and what a good till makes of it."""

    number: str
    label: str
    call: Call
    fault: Fault
    till: str


_CHECKING = "Checking; then not paid or unclear, by what the status shows. Never a blind repeat"

MISBEHAVING: tuple[Misbehaviour, ...] = (
    Misbehaviour(
        "6091000000009101", "Slow status", Call.STATUS, Fault(FaultName.DELAY_BEFORE, seconds=2),
        "Shows that it is checking; the window stays alive",
    ),
    Misbehaviour(
        "6091000000009102", "Busy at status", Call.STATUS,
        Fault(FaultName.STATUS_BEFORE, times=1, status=429, retry_after="1"),
        "Waits as asked, then shows the card",
    ),
    Misbehaviour(
        "6091000000009103", "Unreadable status", Call.STATUS, Fault(FaultName.TRUNCATED),
        "Answer unreadable; no sale is started",
    ),
    Misbehaviour(
        "6091000000009104", "Status of another card", Call.STATUS, Fault(FaultName.WRONG_CARD),
        "Wrong answer from the server; no sale is started",
    ),
    Misbehaviour(
        "6091000000009105", "Status sent twice", Call.STATUS, Fault(FaultName.DOUBLED),
        "Shows this card, and the next one with its own balance",
    ),
    Misbehaviour(
        "6091000000009201", "Slow payment", Call.PAY, Fault(FaultName.DELAY_BEFORE, seconds=4),
        "Says what it is waiting for, then shows the hold",
    ),
    Misbehaviour(
        "6091000000009202", "Payment reply lost, held", Call.PAY, Fault(FaultName.DROP_AFTER),
        "Not paid; the amount may be held on the card for a while: use another tender",
    ),
    Misbehaviour(
        "6091000000009203", "Payment reply lost, not held", Call.PAY, Fault(FaultName.DROP_BEFORE),
        "Checking, then: no hold was placed, try again",
    ),
    Misbehaviour(
        "6091000000009204", "Payment error, not held", Call.PAY, Fault(FaultName.STATUS_BEFORE, status=500),
        _CHECKING,
    ),
    Misbehaviour(
        "6091000000009205", "Payment error, held", Call.PAY, Fault(FaultName.STATUS_AFTER, status=500),
        _CHECKING,
    ),
    Misbehaviour(
        "6091000000009206", "Busy at payment", Call.PAY,
        Fault(FaultName.STATUS_BEFORE, status=429, retry_after="1"),
        "Server busy; asks again only after a new press by the cashier",
    ),
    Misbehaviour(
        "6091000000009207", "Unreadable payment reply", Call.PAY, Fault(FaultName.TRUNCATED),
        "Not paid: the auth code is rescued from the reply and the hold released",
    ),
    Misbehaviour(
        "6091000000009208", "Held more than asked", Call.PAY, Fault(FaultName.MORE_THAN_ASKED),
        "Mismatch: never committed; supervisor",
    ),
    Misbehaviour(
        "6091000000009209", "Part payment", Call.PAY, Fault(FaultName.PART),
        "Shows the lower hold and the rest to pay; the cashier decides",
    ),
    Misbehaviour(
        "6091000000009210", "Payment refused", Call.PAY,
        Fault(FaultName.STATUS_BEFORE, status=422, detail="Card blocked by its issuer."),
        "Refused, with the server's reason",
    ),
    Misbehaviour(
        "6091000000009211", "Late payment reply", Call.PAY, Fault(FaultName.DELAY_AFTER, seconds=15),
        "Gives up waiting; the late hold is released by itself",
    ),
    Misbehaviour(
        "6091000000009212", "Payment refused in a success", Call.PAY,
        Fault(FaultName.SAYS_NO, detail="Card blocked by its issuer."),
        "Refused, with the server's reason",
    ),
    Misbehaviour(
        "6091000000009301", "Commit reply lost", Call.COMMIT, Fault(FaultName.DROP_AFTER, times=1),
        "Confirming, then paid: the repeat is answered",
    ),
    Misbehaviour(
        "6091000000009302", "Commit never answers", Call.COMMIT, Fault(FaultName.DROP_BEFORE),
        "Confirming: do not charge again; a person after six tries",
    ),
    Misbehaviour(
        "6091000000009303", "Commit error", Call.COMMIT, Fault(FaultName.STATUS_BEFORE, times=1, status=500),
        "Confirming, then paid",
    ),
    Misbehaviour(
        "6091000000009304", "Commit accepted, not done", Call.COMMIT, Fault(FaultName.NOT_DONE, times=1),
        "Confirming: not believed while the hold is still open; then paid",
    ),
    Misbehaviour(
        "6091000000009305", "Commit promised", Call.COMMIT, Fault(FaultName.PROMISED, times=1, seconds=5),
        "Confirming, then paid",
    ),
    Misbehaviour(
        "6091000000009306", "Commit refused in a success", Call.COMMIT,
        Fault(FaultName.SAYS_NO, detail="Try later."),
        "Never told as paid; a person decides",
    ),
    Misbehaviour(
        "6091000000009401", "Release reply lost", Call.CANCEL, Fault(FaultName.DROP_AFTER, times=1),
        "Releasing, then released: the repeat is answered",
    ),
)  # fmt: skip


def fault_table() -> str:
    """The misbehaving sample cards as a markdown table."""
    lines = ["| card | label | call | the server | a good till |", "|---|---|---|---|---|"]
    lines += [f"| `{m.number}` | {m.label} | {m.call} | {m.fault.says()} | {m.till} |" for m in MISBEHAVING]
    return "\n".join(lines) + "\n"


class FaultPlan:
    """The faults in force, in order per card and call, and how often each has happened."""

    def __init__(self, rows: Iterable[tuple[str, Call, Fault]]) -> None:
        self._faults: dict[tuple[str, Call], list[Fault]] = {}
        self._happened: dict[tuple[str, Call, int, str], int] = {}
        self.program(rows)

    def program(self, rows: Iterable[tuple[str, Call, Fault]]) -> None:
        """Put faults in force, in order. They replace what the same card had at the same call before."""
        fresh: dict[tuple[str, Call], list[Fault]] = {}
        for number, call, fault in rows:
            fresh.setdefault((number, call), []).append(fault)
        self._happened = {k: n for k, n in self._happened.items() if (k[0], k[1]) not in fresh}
        self._faults.update(fresh)

    def take(self, number: str, call: Call, auth_code: str) -> Fault | None:
        """The fault that happens now, counted, or None; a card's own faults come before those of any card."""
        for who in (number, ANY_CARD):
            for index, fault in enumerate(self._faults.get((who, call), ())):
                if fault.times is None:
                    return fault
                count = self._happened.get((who, call, index, auth_code), 0)
                if count < fault.times:
                    self._happened[who, call, index, auth_code] = count + 1
                    return fault
        return None
