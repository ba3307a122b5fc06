"""The network and the server's front door: when a request arrives, whether it is applied, what comes back,
and when.

A request that is on its way goes on when its till loses power. Faults come from the plan; after healing
there are none. The timeouts of a client are those of the real one: 3 s to connect, 10 s for a reply, 120 s
of listening to a request for payment. A reading that comes twice is there when the next card is asked for,
where the client's own memory of cards judges it. What is not simulated: the bytes (the contract tests do),
redirects, TLS.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simulation.ledger import Fate, Hold, eur
from simulation.plan import Again, Down, Fault, Kind, Outage

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    Issued,
    IssueReply,
    NotSent,
    OutcomeUnknown,
    PayReply,
    Refused,
    ResolveReply,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.loyalty.client import idempotency_key
from centara_giftcard.loyalty.seen import SeenCards
from centara_giftcard.loyalty.successes import spoilt_success

if TYPE_CHECKING:
    from datetime import datetime

    from simulation.life import Life
    from simulation.world import World

CONNECT_S: Final = 3.0
REPLY_S: Final = 10.0
LISTEN_S: Final = 120.0
BUSY_FOR_S: Final = 15.0
"""What a 429 of the plan asks for in its Retry-After."""

_CAUSES: Final = {
    Kind.LOST: Cause.LOST,
    Kind.NOT_SENT: Cause.CONNECT,
    Kind.BAD: Cause.REFUSED,
    Kind.UNKNOWN: Cause.NOT_FOUND,
    Kind.TOKEN: Cause.NOT_ACCEPTED,
    Kind.CONFLICT: Cause.CONFLICT,
    Kind.BUSY: Cause.BUSY,
    Kind.SERVER: Cause.SERVER_ERROR,
    Kind.UNREADABLE: Cause.UNREADABLE,
}
_REFUSALS: Final = {Cause.REFUSED, Cause.NOT_FOUND, Cause.NOT_ACCEPTED}
_REFUSING: Final = {Down.REFUSES, Down.RESTARTS}
_HEARD_LATE: Final = {"pay", "issue_live"}
_PROMISES: Final = {Kind.LIES, Kind.LATER, Kind.BOOKS_LATER}
_SPOILT: Final = {Kind.PROMISED: (202, b""), Kind.NO: (200, b'{"success": false, "message": "No"}')}
"""Successes that are none: what their status line and body say."""
_SAY_ACCEPTED: Final = {"commit", "cancel", "unissue"}
_NOBODY: Final = Context()
"""Where the network lives: no till's sleep or power cut reaches it."""


@dataclass(eq=False)
class _Exchange:
    """One request on its way: what to do at the server, whom to answer."""

    call: str
    who: str
    fault: Fault
    do: Callable[[Fault], Any]
    answered: asyncio.Future[Any]
    life: "Life"
    broken: bool = False


class Network:
    """What lies between the tills and the ledger."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._faults = {(f.till, f.call, f.nth): f for f in world.plan.faults}
        self._calls: Counter[tuple[int, str]] = Counter()
        self._on_the_way: list[_Exchange] = []
        self._answers: dict[str, Any] = {}
        self._stored: dict[str, Any] = {}

    async def exchange(self, life: "Life", call: str, who: str, do: Callable[[Fault], Any]) -> Any:
        """Send one request and wait for what comes of it; `do` carries it out at the server."""
        world, loop = self._world, asyncio.get_running_loop()
        await life.step(f"before {call}")
        nth = self._calls[life.number, call]
        self._calls[life.number, call] += 1
        tape = world.plan.calls_s
        fault = self._faults.get((life.number, call, nth)) if not world.healed else None
        world.note(f"till {life.number}", f"send {call} {who}{f' [{_named(fault)}]' if fault else ''}")
        if fault is None:
            tape_s = tape[(nth * 3 + life.number * 5 + len(call)) % len(tape)]
            fault = Fault(0, call, nth, Kind.SLOW, True, tape_s, tape[(nth * 5 + 1) % len(tape)])
        world.law.struck(who, call, fault)
        it = _Exchange(call, who, fault, do, loop.create_future(), life)
        self._on_the_way.append(it)
        down = self._down()
        listens_s = LISTEN_S if call in _HEARD_LATE else REPLY_S
        if (down and down.how in _REFUSING) or fault.kind is Kind.NOT_SENT:
            self._later(0.01, self._answer, it, _failure(call, Cause.CONNECT))
        elif down and down.how is Down.SWALLOWS:
            self._later(CONNECT_S, self._answer, it, _failure(call, Cause.CONNECT))
        else:
            self._later(fault.before_s, self._arrives, it)
            if fault.kind is Kind.LOST:
                self._later(fault.breaks_s, self._answer, it, _failure(call, Cause.LOST))
        timer = loop.call_later(listens_s, self._answer, it, _failure(call, Cause.TIMEOUT))
        result = await it.answered
        timer.cancel()
        self._on_the_way.remove(it)
        world.note(f"till {life.number}", f"  {call} {who} -> {_told(result)}")
        await life.step(f"after {call}")
        return result

    async def reach(self, life: "Life") -> Cause | None:
        """Look whether the server answers: None, or why it does not."""
        self._world.law.looked(life)
        down = self._down()
        swallowed = down is not None and down.how is Down.SWALLOWS
        await asyncio.sleep(CONNECT_S if swallowed else 0.012)
        if not life.alive:
            await asyncio.get_running_loop().create_future()
        down = down if swallowed else self._down()
        if down is None or down.how is Down.ANSWERS_401:
            return None
        return Cause.SERVER_ERROR if down.how is Down.ANSWERS_503 else Cause.CONNECT

    async def is_answered(self) -> None:
        """Return when everything that is on its way now was answered, or was given up."""
        waiting = [it.answered for it in self._on_the_way if not it.answered.done()]
        if waiting:
            await asyncio.wait(waiting)

    def server_restarts(self) -> None:
        """Every connection breaks: what has not arrived never will, what was done is not answered."""
        for it in self._on_the_way:
            it.broken = True
            self._answer(it, _failure(it.call, Cause.LOST))

    def falls_asleep(self, life: "Life") -> None:
        """The connections of a till break; what was sent arrives all the same."""
        for it in self._on_the_way:
            if it.life is life:
                self._answer(it, _failure(it.call, Cause.LOST))

    def _later(self, delay_s: float, happens: Callable[..., None], *arguments: object) -> None:
        """Let it happen, whatever becomes of the till that is the reason for it."""
        asyncio.get_running_loop().call_later(delay_s, happens, *arguments, context=_NOBODY)

    def _arrives(self, it: _Exchange, again: bool = False) -> None:
        down = self._down()
        if it.broken:
            return
        if down is None:
            result = self._carried_out(it, again)
            if it.fault.kind is Kind.TWICE and not again:
                self._later(it.fault.breaks_s, self._arrives, it, True)
            if it.fault.kind not in {Kind.LOST, Kind.SILENT}:
                self._later(0.02 if again else it.fault.after_s, self._returns, it, _reply(it, result))
        elif down.how in _REFUSING:
            self._answer(it, _failure(it.call, Cause.LOST))
        elif down.how is not Down.SWALLOWS:
            cause = Cause.NOT_ACCEPTED if down.how is Down.ANSWERS_401 else Cause.SERVER_ERROR
            self._answer(it, _failure(it.call, cause))

    def _carried_out(self, it: _Exchange, again: bool) -> Any:
        kind, law = it.fault.kind, self._world.law
        if kind is Kind.PROMISED and not again:
            if it.fault.applies:
                self._later(it.fault.breaks_s, it.do, it.fault)
            return None
        if kind in _PROMISES and not again:
            law.promised(it.who)
            if kind is not Kind.LIES:
                self._later(it.fault.breaks_s, it.do, it.fault)
            if kind is Kind.BOOKS_LATER:
                self._world.ends_for_now(it.who)
            return Accepted() if it.call in _SAY_ACCEPTED else Issued()
        return it.do(it.fault) if it.fault.applies else None

    def _returns(self, it: _Exchange, reply: object) -> None:
        down = self._down()
        if down is None or down.how in {Down.ANSWERS_401, Down.ANSWERS_503}:
            self._answer(it, reply)
        elif down.how in _REFUSING:
            self._answer(it, _failure(it.call, Cause.LOST))

    def once(self, operation: str, do: Callable[[Fault], Any], fault: Fault) -> Any:
        """Carry out what may be done once for an operation: its second delivery gets the first's answer."""
        if operation not in self._answers:
            self._answers[operation] = do(fault)
        return self._answers[operation]

    def stored(self, key: str, do: Callable[[Fault], Any], fault: Fault) -> Any:
        """What a server does that knows requests by their Idempotency-Key alone, whatever else they ask."""
        if key not in self._stored:
            self._stored[key] = do(fault)
        return self._stored[key]

    def _answer(self, it: _Exchange, result: object) -> None:
        if not it.answered.done():
            it.answered.set_result(result)

    def _down(self) -> Outage | None:
        if self._world.healed:
            return None
        now_s = self._world.now_s
        return next((o for o in self._world.plan.outages if o.at_s <= now_s < o.at_s + o.lasts_s), None)


def _failure(call: str, cause: Cause, retry_after_s: float | None = None) -> object:
    if call == "status":
        return StatusFailed(cause, retry_after_s=retry_after_s)
    if cause is Cause.CONNECT:
        return NotSent(cause)
    if cause in _REFUSALS:
        return Refused(cause)
    return OutcomeUnknown(cause, retry_after_s)


def _reply(it: _Exchange, result: Any) -> object:
    """What a request that arrived is answered: the truth, or what the fault makes of it."""
    kind = it.fault.kind
    if kind in _SPOILT:
        return _told_by(it.call, *_SPOILT[kind])
    if kind is Kind.SLOW or kind in _PROMISES or (isinstance(result, Refused) and kind not in _CAUSES):
        return result
    if kind is Kind.BUSY:
        return _failure(it.call, Cause.BUSY, BUSY_FOR_S)
    if kind in _CAUSES:
        return _failure(it.call, _CAUSES[kind])
    if kind is Kind.RESCUED:
        return OutcomeUnknown(Cause.UNREADABLE, auth_code=result.auth_code)
    if kind is Kind.OTHER_CARD:
        return HoldPlaced(result.auth_code, result.amount, result.balance, same_card=False)
    return result


def _told_by(call: str, code: int, body: bytes) -> object:
    """What the client makes of a success that is none; where it took it for one, that."""
    spoilt = spoilt_success(code, {}, body, ())
    if spoilt is not None:
        return spoilt
    if call == "pay":
        return OutcomeUnknown(Cause.UNREADABLE)  # there is no code in it
    return Accepted() if call in _SAY_ACCEPTED else Issued()


def _amiss(fault: Fault, asked: Money) -> int:
    """What the server holds, or puts on a card, where that much was asked."""
    minor = asked.minor
    return {
        Kind.PART: minor // 2,
        Kind.HALF: minor // 2,
        Kind.HUNDREDTH: max(1, minor // 100),
        Kind.MORE: minor * 3 // 2,
    }.get(fault.kind, minor)


class Line:
    """Port Loyalty of one running till."""

    def __init__(self, world: "World", life: "Life") -> None:
        self._world = world
        self._life = life
        self._seen = SeenCards()
        self._unread: CardStatus | None = None

    async def status(
        self, card: CardNumber, expected: InstrumentId | None = None
    ) -> CardStatus | StatusFailed:
        account, twice = self._world.ledger.accounts[card.reveal()], False

        def read(fault: Fault) -> CardStatus:
            nonlocal twice
            twice = fault.kind is Kind.DOUBLED
            return account.status(self._world.plan.dialect)

        asked_at_s = self._world.now_s
        known = self._seen.knows(card)
        found: CardStatus | StatusFailed = await self._world.network.exchange(
            self._life, "status", card.last4, read
        )
        if not known and isinstance(
            found, CardStatus
        ):  # over the kept connection, where a former one may lie
            former, self._unread = self._unread, found if twice else None
            found = former if former is not None and self._fits(card, expected, former) else found
        if isinstance(found, CardStatus):
            self._seen.note(card, found.instrument)
            self._world.law.read(card, asked_at_s)
        else:
            self._world.law.not_read(card)
        return found

    def _fits(self, card: CardNumber, expected: InstrumentId | None, status: CardStatus) -> bool:
        """Whether an answer can be about the card that was asked for, as the client judges it."""
        return expected in {None, status.instrument} and self._seen.fits(card, status.instrument)

    async def request_payment(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money
    ) -> PayReply:
        found: PayReply = await self._ask("pay", operation, partial(self._pay, operation, card, amount))
        return found

    async def commit(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        self._world.law.commit_sent(self._life, operation, code)
        found: ResolveReply = await self._post(
            "commit", operation, partial(self._resolve, code, Fate.COMMITTED)
        )
        return found

    async def cancel(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        self._world.law.cancel_sent(self._life, operation, code)
        found: ResolveReply = await self._post(
            "cancel", operation, partial(self._resolve, code, Fate.CANCELLED)
        )
        return found

    async def issue(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money | None
    ) -> IssueReply:
        issue = partial(self._issue, operation, card.reveal(), amount or eur(0))
        found: IssueReply = await self._ask("issue", operation, issue)
        return found

    async def issue_live(self, operation: str, series_number: str, amount: Money | None) -> IssueReply:
        issue = partial(self._issue_live, operation, amount or eur(0))
        found: IssueReply = await self._ask("issue_live", operation, issue)
        return found

    async def unissue(self, operation: str, card: CardNumber, instrument: InstrumentId) -> ResolveReply:
        unissue = partial(self._unissue, operation, card.reveal())
        found: ResolveReply = await self._ask("unissue", operation, unissue)
        return found

    async def probe(self) -> "tuple[float, datetime | None] | StatusFailed":
        failed = await self._world.network.reach(self._life)
        return (12.0, None) if failed is None else StatusFailed(failed)

    async def close(self) -> None:
        """Nothing to close."""

    async def _ask(self, call: str, operation: str, do: Callable[[Fault], Any]) -> Any:
        self._world.law.asks(self._life, operation, call)
        return await self._post(call, operation, partial(self._world.network.once, operation, do))

    async def _post(self, call: str, operation: str, do: Callable[[Fault], Any]) -> Any:
        self._world.law.flight_begins(self._life, operation)
        if self._world.plan.dialect.by_header:
            do = partial(self._world.network.stored, idempotency_key(operation, call), do)
        result = await self._world.network.exchange(self._life, call, operation, do)
        if isinstance(result, HoldPlaced) and call != "pay":
            result = Accepted()  # a success, and nobody looks into it
        self._world.law.flight_ends(operation)
        return result

    # --- at the server ---

    def _pay(self, operation: str, card: CardNumber, asked: Money, fault: Fault) -> PayReply:
        minor = _amiss(fault, asked)
        hold = self._world.ledger.pay(operation, self._life.number, card.reveal(), minor)
        self._world.note("server", f"holds {minor} for {operation}" if hold else f"refuses {operation}")
        if hold is None:
            return Refused(Cause.REFUSED, "Insufficient funds")
        self._world.placed(hold)
        told = self._world.plan.tells_balance
        balance = self._status(card.reveal()).balance if told else None
        says_other = fault.kind in {Kind.HALF, Kind.HUNDREDTH}
        held = asked if says_other else eur(hold.minor)
        return HoldPlaced(AuthCode(hold.code), held, balance, told=fault.kind is not Kind.HALF)

    def _status(self, card: str) -> CardStatus:
        return self._world.ledger.accounts[card].status(self._world.plan.dialect)

    def _resolve(self, code: AuthCode, fate: Fate, fault: Fault) -> ResolveReply:
        hold = self._world.ledger.holds[code.reveal()]
        if self._world.ledger.resolve(hold.code, fate):
            self._world.note("server", f"{hold.operation} is {fate.value}")
            self._world.resolved(hold)
            return Accepted()
        return self._resolved_again(hold, fate)

    def _resolved_again(self, hold: Hold, fate: Fate) -> ResolveReply:
        again = self._world.plan.again
        if again is Again.SAME and hold.fate is fate:
            return Accepted()
        if again is Again.CONFLICT:
            return OutcomeUnknown(Cause.CONFLICT)
        return Refused(Cause.REFUSED if again is Again.GONE else Cause.NOT_FOUND)

    def _issue(self, operation: str, card: str, asked: Money, fault: Fault) -> IssueReply:
        minor = _amiss(fault, asked)
        if not self._world.ledger.issue(operation, card, minor):
            return self._impossible(operation)
        self._world.note("server", f"puts {minor} on {card[-4:]} for {operation}")
        self._world.law.done(operation)
        status = self._status(card)
        return Issued(status if self._world.plan.tells_balance or minor != asked.minor else None)

    def _issue_live(self, operation: str, asked: Money, fault: Fault) -> IssueReply:
        minor = _amiss(fault, asked)
        account = self._world.ledger.issue_live(operation, self._life.number, minor)
        self._world.note("server", f"makes {account.number[-4:]} with {minor} for {operation}")
        self._world.law.done(operation)
        told = self._world.plan.tells_balance or minor != asked.minor
        return Issued(self._status(account.number) if told else None, CardNumber(account.number))

    def _unissue(self, operation: str, card: str, fault: Fault) -> ResolveReply:
        if not self._world.ledger.unissue(operation, card):
            return self._impossible(operation)
        self._world.note("server", f"un-issues {card[-4:]} for {operation}")
        self._world.law.done(operation)
        return Accepted()

    def _impossible(self, operation: str) -> Refused | OutcomeUnknown:
        self._world.note("server", f"refuses {operation}")
        if self._world.plan.again is Again.CONFLICT:
            return OutcomeUnknown(Cause.CONFLICT)
        return Refused(Cause.REFUSED)


def _named(fault: Fault) -> str:
    applied = "applied" if fault.applies else "not applied"
    return f"{fault.kind.value}, {applied}, there {fault.before_s:.2f} s, back {fault.after_s:.2f} s"


def _told(result: object) -> str:
    cause = getattr(result, "cause", None)
    return type(result).__name__ + (f" {cause.value}" if cause else "")
