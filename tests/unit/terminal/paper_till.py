"""A small till with a printer: what comes out of it, and what the journal remembers of the papers."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from unit.terminal.small_till import CARD, SERIES, Account, Flight, Memory, Server, SmallTill

from centara_giftcard.domain.cards import Series, SeriesKind
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.issue import Issue, Kind, State
from centara_giftcard.domain.papers import Paper
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.receipts import Code128, Pair, Receipt, Text
from centara_giftcard.terminal.events import TerminalEvent
from centara_giftcard.terminal.papers import Papers
from centara_giftcard.terminal.ports import OnPaper, Operation, PaperTrace, PaperWord, Record
from centara_giftcard.terminal.printing import PrintError, PrintEvent, PrintTrouble

LIVE = Series("Live", "7000", "7000", 16, kind=SeriesKind.LIVE_PRINTED)
NO_PAPER = PrintError(PrintTrouble.OUT_OF_PAPER, "The printer is out of paper.")
BROKE_OFF = PrintError(PrintTrouble.LOST, "The connection broke off.", begun=True)


def typeset(paper: Paper) -> Receipt:
    """A receipt with every fact on a line."""
    lines: list[Any] = [Text(paper.kind.value)]
    for item in paper.items:
        lines += [Text(item.series.name if item.series else "?"), Pair(item.card, str(item.amount.minor))]
        lines += [Code128(item.number)] if item.number else []
    for label in ("left", "rest"):
        amount = getattr(paper, label)
        lines += [] if amount is None else [Pair(label, str(amount.minor))]
    return Receipt(paper.operation, tuple(lines))


class Roll:
    """Port Printer with a roll of paper: `fault` is what it raises, `gate` what it waits for."""

    def __init__(self) -> None:
        self.papers: list[Receipt] = []
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def print(self, receipt: Receipt) -> None:
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.papers.append(receipt)

    @property
    def told(self) -> list[str]:
        """What came out: `kind operation`, with `copy` where it says so."""
        return [f"{_kind(it)} {it.operation}{' copy' if it.copy else ''}" for it in self.papers]


def _kind(receipt: Receipt) -> str:
    texts = [line.text for line in receipt.lines if isinstance(line, Text)]
    return texts[1] if receipt.copy else texts[0]


class Trail:
    """Port PaperTrail over the till's journal in memory."""

    def __init__(self, journal: Memory) -> None:
        self.journal = journal
        self.words: dict[str, list[PaperWord]] = {}
        self.fails = self.bugs = False
        self.takes_s = 0.0

    async def note(self, operation: str, word: PaperWord) -> None:
        await asyncio.sleep(self.takes_s)
        if self.bugs:
            raise RuntimeError(CARD)
        if self.fails:
            raise JournalError("the disk is full")
        self.words.setdefault(operation, []).append(word)

    async def papers(self, since: datetime) -> Sequence[PaperTrace]:
        if self.fails:
            raise JournalError("the disk is gone")
        return [
            PaperTrace(_record(it), self.words[it.id][-1], it.settled, _on_paper(it))
            for it in self.journal.operations.values()
            if it.created_at >= since and it.id in self.words
            if not it.settled or self.words[it.id][-1] is not PaperWord.PRINTED
        ]

    async def undone(self, sales: Collection[str]) -> frozenset[str]:
        if self.fails:
            raise JournalError("the disk is gone")
        operations = [it for it in self.journal.operations.values() if isinstance(it, Issue)]
        return frozenset(
            sale.id
            for place, sale in enumerate(operations)
            if sale.id in sales
            for it in operations[place + 1 :]
            if (it.card, it.kind, it.state) == (sale.card, Kind.UNISSUE, State.DONE)
        )


def _record(it: Operation) -> Record:
    kind = "payment" if isinstance(it, Payment) else it.kind.value
    card = str(it.card or "")
    return Record(it.id, kind, it.state.value, it.amount, card, it.operator, it.created_at, it.created_at)


def _on_paper(it: Operation) -> OnPaper:
    if not isinstance(it, Payment):
        return OnPaper(it.series, it.expires)
    return OnPaper(it.series, it.expires, it.due - it.amount if it.due is not None else None, it.left)


def blank(*numbers: str) -> Server:
    """A server with cards that are not sold yet."""
    server = Server([])
    for number in numbers:
        server.accounts[number] = Account(0, issued=False, original=0)
    return server


class PaperTill(SmallTill):
    """A till that prints. `before` is one whose journal and server it takes over, after a power cut."""

    def __init__(
        self,
        before: "PaperTill | None" = None,
        automatic: bool = True,
        printer: bool = True,
        series: tuple[Series, ...] = (*SERIES, LIVE),
        server: Server | None = None,
    ) -> None:
        super().__init__(
            before.journal if before else None, before.server if before else server, series=series
        )
        self.roll, self.printing = Roll(), list[PrintEvent]()
        self.trail = Trail(self.journal)
        if before is not None:
            self.trail.words = before.trail.words
        self.paper_flight = Flight()
        self.papers = Papers(
            self.roll if printer else None,
            typeset,
            self.trail,
            self.clock,
            self.paper_flight,
            series,
            automatic,
            self.printing.append,
        )

    def _hear(self, event: TerminalEvent) -> None:
        self.papers.told(event)
        super()._hear(event)

    async def __aenter__(self) -> "PaperTill":
        self.print_work = asyncio.ensure_future(self.papers.run())
        await super().__aenter__()
        return self

    async def pay(self, minor: int = 2_500, due: int | None = None) -> str:
        """Hold and take; the operation's id. Where more is due, `minor` is all that the card has."""
        self.account().net = minor if due else self.account().net
        await self.scan()
        await self.request(minor, due)
        operation = self.payment.id
        await self.take()
        await self.wait(0.3)
        return operation

    def words(self, operation: str) -> list[PaperWord]:
        """What the journal was told of the operation's receipt."""
        return self.trail.words.get(operation, [])

    def pairs(self, number: int = -1) -> dict[str, str]:
        """The pairs on a paper that came out."""
        return {it.label: it.value for it in self.roll.papers[number].lines if isinstance(it, Pair)}

    def sold(self) -> list[dict[str, str]]:
        """The pairs on each sale's receipt that came out."""
        return [self.pairs(n) for n, it in enumerate(self.roll.papers) if _kind(it) == "sale"]
