"""Any answers to any calls of a till with any cashier: no request that nobody meant, no fault, no secret."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from fuzz.hostile import Answer, answers, as_json
from fuzz.hunt import Property
from fuzz.line import EUR, Asked, Line, LineLoyalty
from fuzz.scans import SERIES
from fuzz.secrets_planted import CARD, HELD_CODE, INSTRUMENT, OTHER_CARD, PLANTED, given_away
from hypothesis import strategies as st
from unit.terminal.virtual_time import VirtualClock, VirtualTimeLoop

from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.money import Money
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import TerminalEvent
from centara_giftcard.terminal.ports import Operation, Record, Scan, ScanSource

AMOUNT: Final = Money(2500, EUR)
HEALING_S: Final = 400.0
"""How long the till goes on alone after the last press; every answer is honest then."""

TRIP_S: Final = 0.05
"""The shortest time to an answer."""

_SECRETS: Final = (*PLANTED, OTHER_CARD.reveal())


@dataclass(frozen=True)
class Story:
    """What the cashier does, and what each kind of call is answered in turn; None is an honest answer."""

    presses: tuple[str, ...]
    status: tuple[Answer | None, ...]
    pay: tuple[Answer | None, ...]
    resolve: tuple[Answer | None, ...]


class _Memory:
    """Port Journal in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Operation] = {}
        self.kept_brake = Brake()

    async def brake(self) -> Brake:
        return self.kept_brake

    async def set_brake(self, brake: Brake, payment: str, event: str) -> None:
        self.kept_brake = brake

    async def record(self, operation: Operation, event: str) -> None:
        self.kept[operation.id] = operation

    async def unfinished(self) -> tuple[Sequence[Operation], tuple[Record, ...]]:
        return [it for it in self.kept.values() if not it.settled], ()

    async def recent(self, limit: int) -> Sequence[Record]:
        return ()

    async def close(self) -> None:
        """Nothing to close."""


class _Ids:
    def __init__(self) -> None:
        self._made = 0

    def operation(self) -> str:
        self._made += 1
        return f"op-{self._made}"

    def jitter(self) -> float:
        return 0.5


@dataclass
class _Server:
    """Answers by the story, else honestly from a ledger of one card; keeps what was asked and pressed."""

    story: Story
    history: list[str | Asked] = field(default_factory=list)
    answered: dict[str, Answer] = field(default_factory=dict)
    net: Decimal = Decimal(50)
    held: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        it = self.story
        self._script = {"status": [*it.status], "pay": [*it.pay], "resolve": [*it.resolve]}

    def choose(self, asked: Asked) -> Answer:
        self.history.append(asked)
        kind = {"_pay": "pay", "_commit": "resolve", "_cancel": "resolve"}.get(_verb(asked), "status")
        script = self._script[kind]
        answer = (script.pop(0) if script else None) or self._honest(asked)
        if kind == "pay":
            self.answered[asked.operation] = answer
        return answer

    def _honest(self, asked: Asked) -> Answer:
        told: dict[str, Any] = {}
        match _verb(asked):
            case "_pay":
                self.held += 25
                told = {"authCode": HELD_CODE.reveal(), "amount": 25}
            case "_commit":
                self.held, self.net = max(self.held - 25, Decimal(0)), self.net - 25
            case "_cancel":
                self.held = max(self.held - 25, Decimal(0))
            case _:
                amounts = {
                    "Net": self.net,
                    "Original": Decimal(75),
                    "Floor": Decimal(0),
                    "Authorized": self.held,
                }
                account = {f"amount{name}": int(amount) for name, amount in amounts.items()}
                ours = CARD.reveal() in asked.target
                told = {
                    "giftCardId": INSTRUMENT.reveal() if ours else "other",
                    "created": "2026-01-05T09:30:00Z",
                    "seriesNumber": "6091",
                    "account": account,
                }
        body = json.dumps(told).encode()
        wire = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        return Answer(200, (), body, (wire,), None, True, TRIP_S)


def _verb(asked: Asked) -> str:
    return asked.target.rsplit("/", 1)[1]


class _Flight:
    """Port Recorder in a list."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        """The face's, not used here."""

    def event(self, name: str, **fields: object) -> None:
        self.events.append((name, fields))


class _Till:
    """The real controller and client, from one start to one end; the journal outlives it."""

    def __init__(self, loyalty: LineLoyalty, journal: _Memory, ids: _Ids, flight: _Flight) -> None:
        self.events: list[TerminalEvent] = []
        rules = Rules(SERIES, EUR, may_key_numbers=True, reply_timeout_s=10.0)
        self.controller = Controller(
            loyalty,
            journal,  # type: ignore[arg-type]
            VirtualClock(),
            ids,
            flight,
            rules,
            self.events.append,  # type: ignore[arg-type]
        )
        self._running = asyncio.ensure_future(self.controller.run())

    async def press(self, what: str) -> None:
        """Do one thing that a cashier does, or let time pass."""
        match what:
            case "scan" | "scan other":
                card = CARD if what == "scan" else OTHER_CARD
                self.controller.scanned(Scan(card.reveal(), ScanSource.SERIAL))
                await asyncio.sleep(1)
            case "request":
                self.controller.paying.request(AMOUNT)
                await asyncio.sleep(1)
            case "take":
                self.controller.paying.take()
            case "release":
                self.controller.paying.release()
            case "leave":
                self.controller.paying.leave()
        await asyncio.sleep({"moment": 0.01, "wait": 40.0}.get(what, 0.2))

    async def pull_the_plug(self) -> None:
        """End everything at once, as a power cut does."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def any_answers_make_no_unmeant_request(story: Story) -> None:
    """Whatever the answers are, only what the cashier meant is requested, and once; the till stays alive."""
    server, flight = _Server(story), _Flight()

    async def tell() -> tuple[LineLoyalty, list[TerminalEvent]]:
        loyalty, journal, ids = LineLoyalty(Line(server.choose)), _Memory(), _Ids()
        till = _Till(loyalty, journal, ids, flight)
        events = till.events
        for press in ("scan", "request", *story.presses):
            server.history.append(press)
            if press == "power cut":
                await till.pull_the_plug()
                till = _Till(loyalty, journal, ids, flight)
                till.events = events
                await asyncio.sleep(0.1)
            await till.press(press)
        await asyncio.sleep(HEALING_S)
        events += till.events
        await till.controller.close(0.0)
        await till.pull_the_plug()
        return loyalty, events

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        loyalty, events = runner.run(tell())
    faults = [fields for name, fields in flight.events if name == "fault"]
    assert faults == []
    _only_what_was_meant(server)
    for it in (*flight.events, *loyalty.noted):
        assert given_away(repr(it), _SECRETS) is None, type(it)
    assert {type(it) for it in events} <= set(get_args(TerminalEvent))


def _only_what_was_meant(server: _Server) -> None:
    presses, sent = Counter[str](), Counter[tuple[str, str]]()
    takes_before_pay: dict[str, int] = {}
    for it in server.history:
        if isinstance(it, str):
            presses[it] += 1
            continue
        verb = _verb(it)
        sent[it.operation, verb] += 1
        if verb == "_pay":
            assert sent[it.operation, verb] == 1, "a second request for payment"
            takes_before_pay[it.operation] = presses["take"]
            assert len(takes_before_pay) <= presses["request"], "a payment that nobody requested"
        elif verb in ("_commit", "_cancel"):
            assert it.operation in takes_before_pay, f"{verb} without a request"
            other = "_cancel" if verb == "_commit" else "_commit"
            assert not sent[it.operation, other], "a decision that flipped"
        if verb == "_commit":
            assert presses["take"] > takes_before_pay[it.operation], "a commit that nobody decided"
            assert not _is_mismatch(server.answered[it.operation]), "a commit of more than was asked"


def _is_mismatch(answer: Answer) -> bool:
    """Row 26: more was held than asked, or on another card."""
    told = as_json(answer.body)
    if not isinstance(told, dict):
        return False
    number = told.get("giftCardNumber")
    if isinstance(number, str) and "".join(filter(str.isalnum, number)) != CARD.reveal():
        return True
    with suppress(InvalidOperation, TypeError, ValueError):
        return bool(Decimal(told["amount"]) > AMOUNT.decimal) if "amount" in told else False
    return False


def _answers(*kinds: str) -> st.SearchStrategy[tuple[Answer | None, ...]]:
    late = st.sampled_from((TRIP_S, TRIP_S, TRIP_S, 0.3, 12.0, 150.0))
    hostile = st.builds(lambda answer, after_s: replace(answer, after_s=after_s), answers(kinds), late)
    return st.lists(st.one_of(st.none(), hostile), max_size=4).map(tuple)


_presses = st.lists(
    st.sampled_from(
        ("take", "take", "release", "leave", "scan", "scan other", "request", "moment", "wait", "power cut")
    ),
    max_size=7,
).map(tuple)
_first = st.lists(st.none(), min_size=1, max_size=2).map(tuple)  # or most stories would end before a request
stories = st.builds(
    Story,
    _presses,
    st.builds(lambda first, then: (*first, *then), _first, _answers("status", "status", "problem")),
    _answers("pay", "pay", "pay", "problem"),
    _answers("pay", "problem"),
)

PROPERTIES: Final = (
    Property("any answers make no unmeant request", stories, any_answers_make_no_unmeant_request, 1),
)
