"""A till with everything around it in memory: a server with a ledger, a journal, and one log of both.

`till.log` holds what happened in its order: `journal <event>`, `send <call>`, `show <what>`.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from msgspec.structs import replace
from unit.terminal.virtual_time import VirtualClock

from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.cards import Balance, CardStatus, Series
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import Payment, State
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
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    CardShown,
    Offer,
    OpenChanged,
    PaymentShown,
    Refusal,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Locksmith, Operation, Record, Scan, ScanSource

T = TypeVar("T")
EUR = Currency.of("EUR")
CARD, OTHER_CARD, LIVE_CARD = "6091000000001111", "6091000000002222", "6091000000003333"
FIXED_VALUE = 3_000
SERIES = (Series("Classic", "6091", "6091", 16),)

Doing = Callable[[], Any]
Fault = Callable[[Doing], Awaitable[Any]]


def eur(minor: int) -> Money:
    return Money(minor, EUR)


def lost(cause: Cause = Cause.LOST, retry_after_s: float | None = None) -> Fault:
    """The server did it; its reply never came."""

    async def fault(do: Doing) -> OutcomeUnknown:
        do()
        return OutcomeUnknown(cause, retry_after_s)

    return fault


def answers(result: object) -> Fault:
    """The server does nothing and answers `result`."""

    async def fault(do: Doing) -> object:
        return result

    return fault


def late(seconds: float) -> Fault:
    """The server does it at once and answers after `seconds`."""

    async def fault(do: Doing) -> object:
        result = do()
        await asyncio.sleep(seconds)
        return result

    return fault


def slow(seconds: float) -> Fault:
    """The server does it, and answers, only after `seconds`."""

    async def fault(do: Doing) -> object:
        await asyncio.sleep(seconds)
        return do()

    return fault


async def bug(do: Doing) -> object:
    """The adapter has a bug; its text holds a secret."""
    raise RuntimeError(CARD)


@dataclass
class Account:
    net: int
    floor: int = 0
    issued: bool = True
    holds: dict[str, int] = field(default_factory=dict)
    original: int = 10_000


class Server:
    """Port Loyalty over a ledger. `faults[call]` are taken one for each call, then all is well again.

    While it is `down`, nothing reaches it.
    """

    def __init__(self, log: list[str]) -> None:
        self.accounts = {CARD: Account(10_000), OTHER_CARD: Account(5_000)}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.sent: list[tuple[str, float]] = []
        self.probes: list[float] = []
        self.down = False
        self.tells_balance = False
        self.grants: int | None = None
        self._log = log
        self._codes = 0

    async def status(
        self, card: CardNumber, expected: InstrumentId | None = None
    ) -> CardStatus | StatusFailed:
        return await self._call("status", lambda: self.read(card.reveal()))

    async def request_payment(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money
    ) -> PayReply:
        return await self._call("pay", lambda: self._pay(card.reveal(), amount))

    async def commit(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        return await self._call("commit", lambda: self._resolve(code, taken=True))

    async def cancel(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        return await self._call("cancel", lambda: self._resolve(code, taken=False))

    async def issue(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money | None
    ) -> IssueReply:
        return await self._call("issue", lambda: self._issue(card.reveal(), amount))

    async def issue_live(self, operation: str, series_number: str, amount: Money | None) -> IssueReply:
        return await self._call("issue_live", lambda: self._issue(LIVE_CARD, amount))

    async def unissue(self, operation: str, card: CardNumber, instrument: InstrumentId) -> ResolveReply:
        return await self._call("unissue", lambda: self._unissue(card.reveal()))

    async def probe(self) -> tuple[float, datetime | None] | StatusFailed:
        self.probes.append(asyncio.get_running_loop().time())
        return StatusFailed(Cause.CONNECT) if self.down else (12.0, None)

    async def close(self) -> None:
        """Nothing to close."""

    def calls(self, call: str) -> int:
        return sum(sent == call for sent, _ in self.sent)

    def read(self, number: str) -> CardStatus:
        it = self.accounts[number]
        balance = Balance(eur(it.net), eur(sum(it.holds.values())))
        return CardStatus(
            InstrumentId(f"gc-{number}"), "6091", it.issued, balance, eur(it.original), eur(it.floor)
        )

    async def _call(self, call: str, do: Doing) -> Any:
        self._log.append(f"send {call}")
        self.sent.append((call, asyncio.get_running_loop().time()))
        if self.down:
            return (StatusFailed if call == "status" else NotSent)(Cause.CONNECT)
        fault = self.faults[call].popleft() if self.faults[call] else late(0.05)
        return await fault(do)

    def _pay(self, number: str, amount: Money) -> PayReply:
        it = self.accounts[number]
        held = amount.minor if self.grants is None else self.grants
        if held > it.net - sum(it.holds.values()):
            return Refused(Cause.REFUSED, "Insufficient funds")
        self._codes += 1
        it.holds[f"auth-{self._codes}"] = held
        balance = self.read(number).balance if self.tells_balance else None
        return HoldPlaced(AuthCode(f"auth-{self._codes}"), eur(held), balance)

    def _resolve(self, code: AuthCode, taken: bool) -> ResolveReply:
        for it in self.accounts.values():
            if code.reveal() in it.holds:
                held = it.holds.pop(code.reveal())
                it.net -= held if taken else 0
                return Accepted()
        return Refused(Cause.NOT_FOUND, "No such authorisation")

    def _issue(self, number: str, amount: Money | None) -> IssueReply:
        it = self.accounts.setdefault(number, Account(0, issued=False))
        if it.issued:
            return Refused(Cause.REFUSED, "Already issued")
        it.issued, it.original = True, FIXED_VALUE if amount is None else amount.minor
        it.net = it.original
        return Issued(self.read(number), CardNumber(number) if number == LIVE_CARD else None)

    def _unissue(self, number: str) -> ResolveReply:
        it = self.accounts[number]
        if it.net != it.original:
            return Refused(Cause.REFUSED, "Already used")
        it.issued, it.net = False, 0
        return Accepted()


class Memory:
    """Port Journal in a dict. `fails` names the events whose writing fails, `fails_once` those
    that fail a single time; a `bug` raises something else.
    """

    def __init__(self, log: list[str]) -> None:
        self.operations: dict[str, Operation] = {}
        self.damaged: tuple[Record, ...] = ()
        self.records: tuple[Record, ...] = ()
        self.written_off: dict[str, Closed] = {}
        self.fails: set[str] = set()
        self.fails_once: set[str] = set()
        self.bugs: set[str] = set()
        self.takes_s = 0.0
        self.braked = Brake()
        self._log = log

    async def record(self, operation: Operation, event: str) -> None:
        await asyncio.sleep(self.takes_s)
        self._meet_faults(event)
        self.operations[operation.id] = replace(operation, quiet_since_s=None)
        self._log.append(f"journal {event}")

    async def unfinished(self) -> tuple[Sequence[Operation], tuple[Record, ...]]:
        if "unfinished" in self.fails:
            raise JournalError("the disk is gone")
        return [it for it in self.operations.values() if not it.settled], self.damaged

    async def brake(self) -> Brake:
        return self.braked

    async def set_brake(self, brake: Brake, payment: str, event: str) -> None:
        self._meet_faults(event)
        self.braked = brake
        self._log.append(f"journal {event}")

    async def write_off(self, id: str, closed: Closed) -> None:
        self._meet_faults("write_off")
        self.written_off[id] = closed
        self.damaged = tuple(record for record in self.damaged if record.id != id)

    def _meet_faults(self, event: str) -> None:
        if event in self.bugs or "all" in self.bugs:
            raise RuntimeError(CARD)
        if event in self.fails_once:
            self.fails_once.remove(event)
            raise JournalError("the disk is full")
        if event in self.fails or "all" in self.fails:
            raise JournalError("the disk is full")

    async def recent(self, limit: int) -> Sequence[Record]:
        return self.records[:limit]

    async def since(self, moment: datetime) -> Sequence[Record]:
        return ()

    async def close(self) -> None:
        """Nothing to close."""


class Counting:
    """Port Ids, counting from what was `made` before; its jitter is always a half."""

    def __init__(self, made: int) -> None:
        self.made = made

    def operation(self) -> str:
        self.made += 1
        return f"op-{self.made}"

    def jitter(self) -> float:
        return 0.5


class Flight:
    """Port Recorder in a list."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        """The face's, not used here."""

    def event(self, name: str, **fields: object) -> None:
        self.events.append((name, fields))

    def faults(self) -> list[str]:
        return [str(fields["fault"]) for name, fields in self.events if name == "fault"]


class SmallTill:
    """The real controller between a Server and a Memory. As a context it runs, and ends without a fault."""

    def __init__(
        self,
        journal: Memory | None = None,
        server: Server | None = None,
        keying: bool = True,
        supervisors: frozenset[str] = frozenset(),
        series: tuple[Series, ...] = SERIES,
        printer: bool = True,
        units_proven: bool = True,
        locksmith: Locksmith | None = None,
    ) -> None:
        self.log: list[str] = []
        self.server = server or Server(self.log)
        self.journal = journal or Memory(self.log)
        self.server._log = self.journal._log = self.log
        self.clock, self.ids, self.flight = VirtualClock(), Counting(len(self.journal.operations)), Flight()
        self.events: list[TerminalEvent] = []
        self.faults_expected = False
        rules = Rules(series, EUR, keying, 10.0, supervisors, printer, units_proven)
        self.controller = Controller(
            self.server, self.journal, self.clock, self.ids, self.flight, rules, self._hear, locksmith
        )

    def _hear(self, event: TerminalEvent) -> None:
        self.events.append(event)
        if isinstance(event, PaymentShown):
            self.log.append(f"show {event.payment.state.value}")

    async def __aenter__(self) -> Self:
        self.running = asyncio.ensure_future(self.controller.run())
        await self.controller.started()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.controller.close(0.0)
        await self.pull_the_plug()
        if kind is None and not self.faults_expected:
            assert self.flight.faults() == []

    async def pull_the_plug(self) -> None:
        """End everything at once, as a power cut does."""
        me = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not me:
                task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    # --- what a cashier does ---

    async def scan(self, number: str = CARD) -> None:
        self.controller.scanned(Scan(number, ScanSource.SERIAL))
        await self.wait(0.1)

    async def request(self, minor: int, due: int | None = None) -> None:
        """Request `minor` of what the customer owes; a part is accepted as it is offered."""
        self.controller.paying.request(eur(due or minor))
        await self.wait(0.2)
        if due is not None and (offer := self.card.offer) is not None:
            assert offer == Offer(eur(minor), eur(due))
            self.controller.paying.accept(offer)
            await self.wait(0.2)

    async def hold(self, minor: int = 2_500) -> Payment:
        await self.scan()
        await self.request(minor)
        assert self.payment.state is State.HELD
        return self.payment

    async def take(self) -> None:
        self.controller.paying.take()
        await self.wait(0.2)

    async def release(self) -> None:
        self.controller.paying.release()
        await self.wait(0.2)

    async def begin(self, issue: Issue) -> None:
        """Have a card sold, or its sale undone, as the screens for it do."""
        self.controller._put(self.controller._operations.start, issue)
        await self.wait(0.3)

    async def leave(self) -> None:
        self.controller.paying.leave()
        await self.wait(0.05)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    # --- what there is to see ---

    @property
    def payment(self) -> Payment:
        return self.last(PaymentShown).payment

    @property
    def listed(self) -> list[str]:
        """The states on the list of open operations, oldest first."""
        shown = self.all(OpenChanged)
        return [it.state.value for it in shown[-1].operations] if shown else []

    @property
    def card(self) -> CardShown:
        return self.last(CardShown)

    def last(self, kind: type[T]) -> T:
        return self.all(kind)[-1]

    def all(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def refusals(self) -> list[str]:
        return [event.why.value for event in self.all(Refusal)]

    def account(self, number: str = CARD) -> Account:
        return self.server.accounts[number]
