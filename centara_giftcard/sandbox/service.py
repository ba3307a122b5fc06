"""The Loyalty server without HTTP: reads a request, asks the ledger, remembers answers by idempotency key.

Synchronous and used from one thread only (the server's event loop), so every request is applied as a whole;
what the dialect puts off is a timer of that loop.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from centara_giftcard.sandbox.cards import SAMPLE_SERIES, sample_ledger_cards
from centara_giftcard.sandbox.dialect import Dialect
from centara_giftcard.sandbox.faults import MISBEHAVING, FaultPlan
from centara_giftcard.sandbox.hearing import Hearing
from centara_giftcard.sandbox.ledger import Ledger, Names, RefusalError
from centara_giftcard.sandbox.routes import Call, Match
from centara_giftcard.sandbox.wire import (
    Reply,
    WireError,
    account_document,
    hold_document,
    load,
    problem,
    refused,
    status_document,
)

if TYPE_CHECKING:
    from centara_giftcard.sandbox.seed import Seed

_TAKES_AMOUNT = frozenset({Call.ISSUE, Call.ISSUE_LIVE, Call.PAY})
MAX_KEY = 255


class Service:
    """One server's state. `seed` None starts it with the sample cards and their faults."""

    ledger: Ledger
    faults: FaultPlan
    requests: Counter[Call]
    requests_by_card: dict[str, Counter[Call]]

    def __init__(self, seed: "Seed | None", decimals: int, dialect: Dialect) -> None:
        self.decimals = decimals
        self.dialect = dialect
        self._hearing = Hearing(dialect, decimals)
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """Back to the cards, the faults and the empty counts of the start."""
        names = Names(self.dialect.looks.ids)
        if self._seed is None:
            cards, held = sample_ledger_cards(datetime.now(UTC), self.decimals)
            self.ledger = Ledger(cards, SAMPLE_SERIES, held, names)
            self.faults = FaultPlan((row.number, row.call, row.fault) for row in MISBEHAVING)
        else:
            self.ledger = Ledger(self._seed.cards, self._seed.series, self._seed.held, names)
            self.faults = FaultPlan(())
        self.requests = Counter()
        self.requests_by_card = {}
        self._answers: dict[tuple[str, str], tuple[object, Reply]] = {}

    def subject(self, match: Match) -> str:
        """What counts and faults go by: the card number, or the series number where there is no card yet."""
        if match.call is Call.ISSUE_LIVE:
            return match.names.get("series", "")
        try:
            return self._number(match)
        except RefusalError:
            return match.names.get("instrument", "")

    def _number(self, match: Match) -> str:
        """The number of the card that a call is about, whatever names it. Raises RefusalError."""
        names = match.names
        if "card" in names:
            return names["card"]
        if "instrument" in names:
            return self.ledger.number_of(names["instrument"])
        return self.ledger.held_on(names.get("code", ""))

    def count(self, call: Call, subject: str) -> None:
        """Count a request as it arrives, whatever becomes of it."""
        self.requests[call] += 1
        if subject in self.ledger.cards:
            self.requests_by_card.setdefault(subject, Counter())[call] += 1

    def perform(self, match: Match, body: bytes, content_type: str, key: str | None, part: bool) -> Reply:
        """Apply a request to the ledger and answer it; `part` holds half of what a payment asks for.

        The same key at the same address gets the same answer again; with another body it is refused (422).
        Where the dialect keeps answers by the key alone, any other call with it gets that answer, too.
        """
        if key is not None and not 0 < len(key) <= MAX_KEY:
            return problem(
                400, "idempotency_key_invalid", f"The idempotency key must have 1 to {MAX_KEY} characters."
            )
        document: object = None
        if body and match.call in _TAKES_AMOUNT:
            if content_type.partition(";")[0].strip().lower() != "application/json":
                return problem(415, "media_type", "The body must be application/json.")
            try:
                document = load(body)
            except WireError as error:
                return problem(400, "body_unreadable", f"The body is {error}.")
        remembers = self.dialect.behaves.remembers
        if key is None or match.call is Call.STATUS or remembers == "nothing":
            return self._apply(match, document, key, part)
        at = (key, match.path if remembers == "call" else "")
        known = self._answers.get(at)
        if known is None:
            known = self._answers[at] = document, self._apply(match, document, key, part)
        elif known[0] != document and remembers == "call":
            return problem(422, "idempotency_key_reused", "The idempotency key was used with another body.")
        return known[1]

    def _apply(self, match: Match, document: object, key: str | None, part: bool) -> Reply:
        try:
            amount = self._amount(match.call, document)
            return self._answered(match.call, self._call(match, amount, key, part))
        except RefusalError as refusal:
            return refused(refusal)

    def _answered(self, call: Call, reply: Reply) -> Reply:
        """A success with the status code that the dialect has for it."""
        wanted = self.dialect.looks.success
        if call is Call.STATUS or wanted == 200 or reply.document is None:
            return reply
        if wanted == 201:
            return replace(reply, status=201)
        return reply if call in (Call.PAY, Call.ISSUE_LIVE) else Reply(204)

    def _amount(self, call: Call, document: object) -> int | None:
        if call not in _TAKES_AMOUNT:
            return None
        if document is None and call is not Call.PAY:
            return None
        return self._hearing.amount(document)

    def _call(self, match: Match, amount: int | None, key: str | None, part: bool) -> Reply:
        now, ledger, behaves = datetime.now(UTC), self.ledger, self.dialect.behaves
        how = self.decimals, self.dialect.wire.net_excludes_holds
        number = "" if match.call is Call.ISSUE_LIVE else self._number(match)
        code, part = match.names.get("code", ""), part or behaves.holds_part
        match match.call:
            case Call.STATUS:
                return Reply(200, status_document(ledger, number, *how))
            case Call.ISSUE:
                card = ledger.issue(number, amount, now)
                return Reply(200, status_document(ledger, card.number, *how))
            case Call.ISSUE_LIVE:
                card = ledger.issue_live(match.names.get("series", ""), amount, now)
                status = status_document(ledger, card.number, *how)
                return Reply(200, {"giftCardNumber": card.number, **status})
            case Call.UNISSUE:
                ledger.unissue(number, now)
                return Reply(204)
            case Call.PAY:
                asked = amount or 0
                hold = ledger.pay(number, max(1, asked // 2) if part and asked else asked, now, key)
                if behaves.lapse_s:
                    _later(behaves.lapse_s, lambda: ledger.lapse(hold.auth_code, datetime.now(UTC)))
                return Reply(200, hold_document(ledger, hold, *how))
            case Call.COMMIT:
                hold = ledger.commit(number, code)
                _later(behaves.booking_s, lambda: ledger.book(hold.auth_code, datetime.now(UTC)))
                return Reply(200, {"account": account_document(ledger, hold.number, *how)})
            case Call.CANCEL:
                ledger.cancel(number, code, now)
                return Reply(204)


def _later(after_s: float, do: Callable[[], None]) -> None:
    if after_s:
        asyncio.get_running_loop().call_later(after_s, do)
    else:
        do()
