"""One till's day at one server: every story on a card of its own, and then what was said against the books.

A *lie* is a word that the server's books speak against: Paid where nothing, or another amount, was taken;
Not paid where it was, or where it is held and on no list; Sold, Not sold, Undone and Not undone likewise.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from contract.dialects.counter import ASKED, Counter

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.sandbox import SandboxServer

WORTH: Final = 5000
"""What is on each card, in minor units."""

Act = Callable[[Counter, str, "Server"], Awaitable[None]]
Fault = tuple[str, str]


async def _take(till: Counter, number: str, _: "Server") -> None:
    await till.pay(number, take=True)


async def _release(till: Counter, number: str, _: "Server") -> None:
    await till.pay(number, take=False)


async def _sell(till: Counter, number: str, _: "Server") -> None:
    await till.sell(number)


async def _sell_live(till: Counter, _: str, __: "Server") -> None:
    await till.sell(None)


async def _undo(till: Counter, number: str, _: "Server") -> None:
    await till.undo(number)


async def _take_too_late(till: Counter, number: str, server: "Server") -> None:
    async def lapsed() -> None:
        while any(it["state"] == "open" for it in await server.holds(number)):
            pass  # asking takes its time

    await till.pay(number, take=True, before_f12=lapsed)


@dataclass(frozen=True)
class Story:
    """What happens to a card, with faults as (call, name) that happen once.

    `must` is the end that a till which is served brings about; None where it may end in more than one.
    `late_s` is how long after that something may still come.
    """

    name: str
    act: Act
    faults: tuple[Fault, ...] = ()
    must: str | None = None
    issued: bool = True
    late_s: float = 0.0


STORIES: Final = (
    Story("take", _take, must="paid"),
    Story("release", _release, must="released"),
    Story("sell", _sell, must="sold", issued=False),
    Story("sell live", _sell_live, must="sold", issued=False),
    Story("undo", _undo, must="undone"),
    Story("pay lost, held", _take, (("pay", "drop_after"),)),
    Story("pay lost, not held", _take, (("pay", "drop_before"),)),
    Story("pay error, held", _take, (("pay", "status_after"),)),
    Story("commit lost, taken", _take, (("commit", "drop_after"),), must="paid"),
    Story("commit lost, not taken", _take, (("commit", "drop_before"),), must="paid"),
    Story("commit not done", _take, (("commit", "not_done"),)),
    Story("commit says no", _take, (("commit", "says_no"),)),
    Story("cancel lost", _release, (("cancel", "drop_after"),), must="released"),
    Story("sell lost, sold", _sell, (("issue", "drop_after"),), issued=False),
    Story("sell lost, not sold", _sell, (("issue", "drop_before"),), issued=False),
    Story("undo lost, undone", _undo, (("unissue", "drop_after"),)),
    Story("take too late", _take_too_late, must="not_paid"),
    Story("pay answered, held later", _take, (("pay", "promised"),), late_s=3.0),
)
EVERYWHERE: Final = tuple(it for it in STORIES if it.act is not _take_too_late)
"""The stories for a server whose holds last."""

AT_ONCE: Final = tuple(it for it in EVERYWHERE if not it.late_s)
"""Those of them that are over as soon as the till is."""

NOTICES_S: Final = 15.0
"""Until then a till in a hurry has looked three times more at a card on which something may be held late."""

_NONE_KEPT: Final = httpx.Limits(max_keepalive_connections=0)
"""The doors may close a connection just as it is used again; no story is about that."""

PROMISED_S: Final = 1.5
"""After that the server does what it promised: the till's quiet time, in which it looks again, is over."""


@dataclass(frozen=True)
class Ending:
    """How one story ended, what was wrong with what was said of it, and what the till complained of."""

    story: str
    end: str
    served: bool
    lies: tuple[str, ...]
    troubles: frozenset[str]


@dataclass
class Server:
    """A practice server with cards for many days; `day` gives the cards of one."""

    address: str
    doors: str
    days: int = 0
    http: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(trust_env=False, timeout=30, limits=_NONE_KEPT)
    )

    @classmethod
    def of(cls, server: SandboxServer) -> "Server":
        return cls(server.address, server.inspection_address)

    def next_day(self) -> int:
        self.days += 1
        return self.days - 1

    async def books(self) -> Any:
        return json.loads((await self.http.get(f"{self.doors}/ledger")).content)

    async def holds(self, number: str) -> Any:
        return [it for it in (await self.books())["holds"] if it["number"] == number]

    async def program(self, number: str, faults: Sequence[Fault]) -> None:
        for call, name in faults:
            row = {"number": number, "call": call, "fault": name, "seconds": PROMISED_S}
            (await self.http.post(f"{self.doors}/faults", json=row)).raise_for_status()


def number_of(day: int, story: int) -> str:
    """The card of a story on a day."""
    return f"6091{day:06}{story:06}"


def seed_file(folder: Path, days: int) -> Path:
    """A card for every story of so many days."""
    cards = []
    for day in range(days):
        for index, story in enumerate(STORIES):
            number = number_of(day, index)
            since = "2026-01-05T09:30:00Z"
            worth = {"created": since, "start": since, "original": WORTH / 100, "net": WORTH / 100}
            cards.append({"number": number, **(worth if story.issued else {})})
    series = [
        {"number": "6091", "name": "Classic"},
        {"number": "6092", "name": "Live", "live_printed": True},
    ]
    path = folder / f"cards-{days}.json"
    path.write_text(json.dumps({"cards": cards, "series": series}))
    return path


async def trial(
    server: Server,
    rules: WireRules,
    stories: Sequence[Story] = STORIES,
    late_s: float = 0.0,
    units_proven: bool = True,
) -> list[Ending]:
    """Work a day with these settings. `late_s` is how long the server may take to do what it promised."""
    day = server.next_day()
    tills = [
        (story, number_of(day, STORIES.index(story)), Counter(server.address, rules, units_proven))
        for story in stories
    ]

    async def live(story: Story, number: str, till: Counter) -> None:
        await server.program(number, story.faults)
        async with till:
            await story.act(till, number, server)
            # What comes late must be on a list by then, or it is a lie.
            await asyncio.sleep(max(late_s, story.late_s))
            if story.late_s and any(it["state"] == "open" for it in await server.holds(number)):
                await till.lists(NOTICES_S)
            await till.rest()

    await asyncio.gather(*(live(*it) for it in tills))
    books = await server.books()
    return [_ending(story, number, till, books) for story, number, till in tills]


def _ending(story: Story, number: str, till: Counter, books: Any) -> Ending:
    words = till.said + [(said, it.id) for it in till.operations.values() if (said := _told(it))]
    wrong = tuple(dict.fromkeys(it for word, id in words for it in _lies(word, till, id, number, books)))
    wrong += tuple(f"fault {it}" for it in till.faults)
    last = [_told(it) for it in till.operations.values()]
    end = (last[-1] if last else None) or "nothing"
    if end == "not_paid" and any(it.state is State.CANCELLED for it in till.operations.values()):
        end = "released"
    return Ending(story.name, end, story.must in (None, end), wrong, frozenset(till.troubles))


def _told(it: Payment | Issue) -> str | None:
    """What the core tells of an operation, in the screens' words."""
    if it.unread:
        return None
    if isinstance(it, Payment):
        if it.state is State.COMMITTED:
            return "paid"
        return "not_paid" if it.ended else None
    undo = it.kind is Kind.UNISSUE
    if it.state is IssueState.DONE:
        return "undone" if undo else "sold"
    return ("not_undone" if undo else "not_sold") if it.state is IssueState.REFUSED else None


def _lies(word: str, till: Counter, id: str, number: str, books: Any) -> Iterator[str]:
    it = till.operations.get(id)
    if isinstance(it, Payment):
        holds = [h for h in books["holds"] if str(h["idempotency_key"]).startswith(id)]
        taken = sum(h["amount"] for h in holds if h["state"] in ("committed", "booking"))
        if word == "paid" and taken != it.amount.minor:
            yield f"said paid {it.amount.minor}, and {taken} was taken"
        if word == "not_paid" and taken:
            yield f"said not paid, and {taken} was taken"
        if word == "not_paid" and id not in till.listed and any(h["state"] == "open" for h in holds):
            yield "said not paid, and it is held and on no list"
    elif isinstance(it, Issue):
        card = number if it.card is None else it.card.reveal()
        done = [(o["kind"], o["amount"]) for o in books["operations"] if o["number"] == card]
        issued = [amount for kind, amount in done if kind == "issue"]
        undone = any(kind == "unissue" for kind, _ in done)
        if word == "sold" and issued != [ASKED]:
            yield f"said sold for {ASKED}, and it was for {issued}"
        if word == "not_sold" and issued:
            yield f"said not sold, and it was for {issued}"
        if (word == "undone") > undone or ((word == "not_undone") and undone):
            yield f"said {word}, and it was {'' if undone else 'not '}undone"
