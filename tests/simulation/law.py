"""The invariants, checked while things happen. Their numbers are used in reports and in the mutation table.

1 money      the card's balance is its original less what was committed; what was committed, sold or undone
             on the server is what a till says was, or lists as not settled, or a supervisor closed; what a
             journal says came to pass did, for that amount
2 screen     no screen and no event says *paid* for what is not committed, or *not paid* for what is or will
             be; nor *sold* and *undone*. A server that said yes is believed only until a till could read
             that nothing came of it. No card is shown as another is
3 once       one request to pay, issue or un-issue an operation; a commit only after the cashier's F12 at that
             very hold; one POST at a time for an operation
4 listed     every open hold that a till made is in front of its cashier, on its list, or unfinished in its
             journal; so is every card it made, until it was scanned back or undone; or a supervisor closed it
5 settled    what both figures prove is not asked for on and on; 60 s after healing nothing is open that the
             API lets a till settle (see `world`), and every till knows that the server answers
6 decision   a decision never flips: not in the journal, not on the wire; what a supervisor closed stands
             still, and nobody else closes anything
7 sound      no fault is recorded, no task dies
8 order      what is sent was written down before, unless the disk failed (row 35), and then nothing new is
             begun; a hold that is shown has its code on the disk
9 calm       a till never looks for the server twice within a second
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simulation.ledger import Fate, Hold
from simulation.plan import Fault, Kind

from centara_giftcard.domain import issue
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.payment import SETTLED, Decision, Payment, State
from centara_giftcard.domain.secrets import AuthCode, CardNumber
from centara_giftcard.terminal.events import CardShown
from centara_giftcard.terminal.ports import Operation

if TYPE_CHECKING:
    from simulation.life import Life
    from simulation.world import World

NAMES: Final = ("", "money", "screen", "once", "listed", "settled", "decision", "sound", "order", "calm")

_CALM_S: Final = 0.999
_GRASPS_S: Final = 1.0
"""How long after a reading a till may still show what was so before it: its disk takes time."""

_WAITS_S: Final = 30.0
"""A hold that comes later than this is not waited for: it is found later."""

_IN_VAIN: Final = 4
"""How often a commit is sent again that was carried out, where every reading of the card was answered."""

_AMISS: Final = {Kind.PART, Kind.MORE, Kind.OTHER_CARD, Kind.HALF, Kind.HUNDREDTH}
_ISSUES: Final = {"issue", "issue_live"}
_HAPPENED: Final = {"paid", "sold"}
_NOTHING: Final = {"not_paid", "not_sold", "not_undone"}
_SAYS_NO: Final = frozenset({Kind.BAD, Kind.UNKNOWN, Kind.CONFLICT})
_REFUSED_COMMIT: Final = {Kind.BAD, Kind.UNKNOWN, Kind.TWICE, Kind.NO}
"""Of a commit that was delivered twice the second answer may come first: a plain no, too."""


@dataclass(frozen=True)
class Violation:
    """Which invariant was broken, when, and how."""

    number: int
    at_s: float
    what: str

    def __str__(self) -> str:
        return f"invariant {self.number} ({NAMES[self.number]}) at {self.at_s:.3f} s: {self.what}"


@dataclass
class Deal:
    """What is known of one operation from outside the till."""

    requests: int = 0
    asked_at_s: float = 0.0
    f12: bool = False
    decided: Decision | None = None
    cancels: int = 0
    said_done: bool = False
    said_not: str = ""
    flight: object = None
    supervised: bool = False
    closed: bool = False
    deserves_a_person: bool = False
    amiss: bool = False
    promised_at_s: float | None = None
    shown_at_s: float | None = None
    in_vain: int = 0
    asks: object = None
    late: bool = False
    placed_at_s: float = 0.0
    lied_to: bool = False


@dataclass
class Law:
    """Watches the world. `dirty` asks for a look at the lists after this step."""

    world: "World"
    deals: dict[str, Deal] = field(default_factory=dict)
    issued_at_s: dict[str, float] = field(default_factory=dict)
    violation: Violation | None = None
    dirty: bool = False

    def broken(self, number: int, what: str) -> None:
        """An invariant does not hold; the first one counts."""
        if self.violation is None:
            self.violation = Violation(number, self.world.now_s, what)
            self.world.note("LAW", str(self.violation))
            self.world.stop()

    def deal(self, operation: str) -> Deal:
        """What is known of it."""
        return self.deals.setdefault(operation, Deal())

    # --- what tills send ---

    def asks(self, life: "Life", operation: str, call: str) -> None:
        """A till sends what may be sent once: a request to pay, issue or un-issue."""
        if call == "pay" and life.till.braked:
            self.broken(3, f"{operation} is requested at a till that cannot read how requests succeed")
        deal = self._goes_on(operation)
        deal.requests += 1
        deal.asked_at_s = self.world.now_s
        if deal.requests > 1:
            self.broken(3, f"a second request for {operation}")
        if operation not in life.till.disk.rows:
            self.broken(8, f"{operation} was requested before it was written down")

    def commit_sent(self, life: "Life", operation: str, code: AuthCode) -> None:
        deal = self._goes_on(operation)
        if not deal.f12:
            self.broken(3, f"{operation} is committed and nobody pressed F12 at its hold")
        if deal.cancels or deal.decided is Decision.RELEASE:
            self.broken(6, f"{operation} was released and is committed now")
        if life.till.disk.decision(operation) is not Decision.TAKE:
            self.broken(8, f"{operation} is committed before that was written down")
        self._own(operation, code)
        if deal.asks is not life:  # after a power cut it may be asked once more
            deal.asks, deal.in_vain = life, 0
        hold = self.world.ledger.holds[code.reveal()]
        if hold.fate is Fate.COMMITTED:
            # Others' doings leave it open whose the fall is, and a late hold of as much whether ours
            # stands; in an outage nothing arrives.
            alike = (
                (it.card, it.minor, it.fate) == (hold.card, hold.minor, Fate.OPEN)
                for it in self.world.ledger.holds.values()
            )
            open_to_all = self.world.plan.tills == 1 and not self.world.plan.outages and not any(alike)
            deal.in_vain += open_to_all and not deal.deserves_a_person and not self.world.plan.dialect.misread
            if deal.in_vain > _IN_VAIN:
                self.broken(5, f"{operation} is taken, its card can be read, and it is committed on and on")

    def cancel_sent(self, life: "Life", operation: str, code: AuthCode) -> None:
        deal = self._goes_on(operation)
        deal.cancels += 1
        if deal.decided is Decision.TAKE:
            self.broken(6, f"{operation} was taken and is cancelled now")
        if life.till.disk.decision(operation) is not Decision.RELEASE and not life.journal_failed:
            self.broken(8, f"{operation} is cancelled before that was written down")
        self._own(operation, code)

    def struck(self, operation: str, call: str, fault: Fault) -> None:
        """A call meets a fault: some are a reason to leave the operation to a person (see `world`)."""
        # A plain no to a commit: that it was carried out looks as if another till had taken as much (row 29).
        refused = call == "commit" and fault.kind in _REFUSED_COMMIT
        # Undone, and the server says no: it may be another till's doing, and the money may be paid out there.
        refused |= call == "unissue" and fault.kind in _SAYS_NO and fault.applies
        # A plain no to a request that is carried out: what else happens on the card can hide it (row 23).
        no = call == "pay" and fault.kind in _SAYS_NO - {Kind.CONFLICT} and fault.applies
        others = self.world.plan.tills > 1 or self.world.holds_lapse
        self.deal(operation).lied_to |= no and others
        if call != "status" and (refused or fault.kind in _AMISS):
            self.deal(operation).deserves_a_person = True
            self.deal(operation).amiss = call in _ISSUES and fault.kind in _AMISS

    def promised(self, operation: str) -> None:
        """The server says yes and does nothing, or not yet: that may be told only until the card is read."""
        self.deal(operation).promised_at_s = self.world.now_s
        self.deal(operation).shown_at_s = None

    def read(self, card: CardNumber, asked_at_s: float) -> None:
        """A till was told how a card is."""
        rows = [row.operation for till in self.world.tills for row in till.disk.rows.values()]
        for deal in [self.deal(it.id) for it in rows if it.card == card]:
            promised = deal.promised_at_s is not None and deal.promised_at_s <= asked_at_s
            if promised and deal.shown_at_s is None:
                deal.shown_at_s = self.world.now_s

    def power_failed(self, life: "Life") -> None:
        """What a till was just told, and had no time to write down, it does not know."""
        for deal in [self.deal(id) for id in life.till.disk.rows]:
            if deal.shown_at_s is not None and deal.shown_at_s >= self.world.now_s - _GRASPS_S:
                deal.shown_at_s = None

    def not_read(self, card: CardNumber) -> None:
        """A till could not find out how a card is: no proof can be asked of it."""
        for it in (row.operation for till in self.world.tills for row in till.disk.rows.values()):
            if it.card == card:
                self.deal(it.id).in_vain = 0

    def _may_be_believed(self, operation: str) -> bool:
        deal, now_s = self.deal(operation), self.world.now_s
        shown = deal.shown_at_s is not None and deal.shown_at_s < now_s - _GRASPS_S
        return deal.promised_at_s is not None and not shown

    def placed(self, hold: Hold) -> None:
        """A hold is there. One that the till could not wait for is found at the next start at the latest."""
        deal = self.deal(hold.operation)
        overdue = self.world.now_s - deal.asked_at_s > _WAITS_S
        deal.placed_at_s = self.world.now_s
        deal.late = deal.lied_to or bool(deal.said_not) or overdue

    def late_holds_are_listed(self, started_at_s: float) -> None:
        """What was told as not held and held later is on a list the next morning.

        Unless that till finds out about something else on the card: then it is told when that is over. Of two
        of one amount on one card nothing tells which is held: as many are listed as are held.
        """
        rows = [row.operation for till in self.world.tills for row in till.disk.rows.values()]
        listed = frozenset[str]().union(*(till.listed() for till in self.world.tills))
        for hold in self.world.ledger.holds.values():
            deal = self.deal(hold.operation)
            late = deal.late and not deal.lied_to and hold.fate is Fate.OPEN
            if not late or deal.placed_at_s >= started_at_s:
                continue
            here = [it for it in rows if it.card == CardNumber(hold.card)]
            others = any(it.listed and (it.watched or getattr(it, "auth_code", None)) for it in here)
            alike = [it.id for it in here if isinstance(it, Payment) and it.asked.minor == hold.minor]
            told = sum(id in listed or self.deal(id).closed for id in alike)
            if not others and told < self._open_late(hold):
                self.broken(4, f"{hold.operation} was held late, and is on no till's list")

    def _open_late(self, like: Hold) -> int:
        """How many such holds are open on that card that came late."""
        alike = (like.card, like.minor, Fate.OPEN)
        return sum(
            self.deal(it.operation).late and (it.card, it.minor, it.fate) == alike
            for it in self.world.ledger.holds.values()
        )

    def looked(self, life: "Life") -> None:
        """A till looks whether the server answers."""
        now_s = self.world.now_s
        if life.looked_at_s is not None and now_s - life.looked_at_s < _CALM_S:
            since_s = now_s - life.looked_at_s
            self.broken(9, f"till {life.number} looks for the server again after {since_s:.3f} s")
        life.looked_at_s = now_s

    def flight_begins(self, life: "Life", operation: str) -> None:
        deal = self.deal(operation)
        if deal.flight is life:
            self.broken(3, f"two requests at a time for {operation}")
        deal.flight = life

    def flight_ends(self, operation: str) -> None:
        self.deal(operation).flight = None

    def _goes_on(self, operation: str) -> Deal:
        deal = self.deal(operation)
        if deal.closed:
            self.broken(6, f"a supervisor closed {operation}, and it goes on")
        return deal

    def _own(self, operation: str, code: AuthCode) -> None:
        if self.world.ledger.holds[code.reveal()].operation != operation:
            self.broken(8, f"the code that {operation} uses is another operation's")

    # --- what the server does ---

    def done(self, operation: str) -> None:
        """The server carried out what an operation is for: a commit, an issue, an un-issue."""
        self.dirty = True
        for account in self.world.ledger.accounts.values():
            if not account.adds_up:
                self.broken(1, f"card {account.number[-4:]} does not add up")
            if account.by == operation and account.issued:
                self.issued_at_s[account.number] = self.world.now_s
        if said := self.deal(operation).said_not:
            self.broken(2, f"{operation} is carried out after {said}")

    def _happened(self, operation: str) -> bool:
        books = self.world.ledger
        if operation in books.sold or operation in books.undone:
            return True
        return any(h.operation == operation and h.fate is Fate.COMMITTED for h in books.holds.values())

    def _stands_yet(self, operation: str) -> bool:
        """Whether what was done was not undone since, by another till."""
        books = self.world.ledger
        cards = operation in books.sold or operation in books.undone
        return not cards or any(account.by == operation for account in books.accounts.values())

    # --- what people do ---

    def f12(self, operation: str) -> None:
        self.deal(operation).f12 = True

    def may_close(self, operation: str) -> None:
        """A supervisor is about to close it."""
        self.deal(operation).supervised = True

    def scanned(self, number: str) -> None:
        """A card was scanned: one that was printed live is handed over so."""
        for live in self.world.ledger.live.values():
            live.scanned = live.scanned or live.account.number == number

    # --- what tills say and write ---

    def shown(self, life: "Life", screen: str, outcome: str | None, operation: str | None) -> None:
        if operation is not None and outcome in _HAPPENED | _NOTHING:
            self._says(operation, outcome in _HAPPENED, f"a screen said {outcome}")
        elif operation is not None and outcome == "undone" and not self.deal(operation).said_done:
            self.broken(2, f"a screen said undone for {operation} before it was")
        if screen == "hold" and operation is not None and not life.journal_failed:
            row = life.till.disk.rows.get(operation)
            if row is None or (not row.entry.settled and "auth_code" not in row.entry.secrets):
                self.broken(8, f"the hold of {operation} is shown and its code is not on the disk")

    def shows(self, event: CardShown) -> None:
        """A till shows a card: with its own balance, not another's."""
        number = event.card.number.reveal()
        if self.world.ledger.accounts[number].instrument != event.status.instrument:
            self.broken(2, f"card {number[-4:]} is shown as another is")

    def lists(self, operations: Iterable[Operation]) -> None:
        """A till lists what is open: that is not closed, or not any more."""
        self.dirty = True
        for it in operations:
            self.deal(it.id).closed = False
            if isinstance(it, Issue) and it.unprinted:
                made = self.world.ledger.live[it.id].account.number
                if it.card is None or it.card.reveal() != made:
                    self.broken(4, f"the card that {it.id} made is listed without its number")

    def told(self, operation: Operation) -> None:
        """The terminal published an operation."""
        self.dirty = True
        self._heard(operation, "an event")

    def written(self, life: "Life", operation: Operation, event: str) -> None:
        """An entry is on a disk now."""
        self.dirty = True
        life.note(f"disk: {operation.id} {operation.state.value} ({event})")
        if isinstance(operation, Payment):
            life.till.wrote(operation, event)
        decided = self.deal(operation.id).decided
        if isinstance(operation, Payment) and decided not in {None, operation.decision}:
            self.broken(6, f"the journal decided {operation.id} anew: {event}")
        self._heard(operation, "the journal")

    def begun(self, life: "Life", operation: str) -> None:
        """The intent of an operation was written down."""
        if life.must_stop:
            self.broken(8, f"{operation} was begun after the journal failed")

    def confirmed(self, operation: Operation) -> None:
        """The till was told that an entry is on its disk: what is decided there stays decided."""
        if isinstance(operation, Payment):
            self.deal(operation.id).decided = operation.decision

    def _heard(self, operation: Operation, by: str) -> None:
        deal = self.deal(operation.id)
        deal.closed = operation.closed is not None
        if deal.closed and not deal.supervised:
            self.broken(6, f"{operation.id} is closed and no supervisor did")
        said = f"{by} said {operation.state.value}"
        if isinstance(operation, Issue):
            self._issue_heard(operation, said)
        elif operation.state in SETTLED:
            self._amount_heard(operation, said)
            self._says(operation.id, operation.state is State.COMMITTED, said)
        elif (
            operation.state is State.ORPHAN_HOLD and self.world.plan.tills == 1 and not self._held(operation)
        ):
            self.broken(2, f"{said} for {operation.id}, and the server never held it")

    def _amount_heard(self, payment: Payment, said: str) -> None:
        if payment.state is State.COMMITTED and not payment.unread:
            holds = [it for it in self.world.ledger.holds.values() if it.operation == payment.id]
            if any(it.minor != payment.amount.minor for it in holds) and not self._may_be_believed(
                payment.id
            ):
                self.broken(1, f"{said} for {payment.id} with another amount than the server's")

    def _held(self, payment: Payment) -> bool:
        """Whether the server held it, or, late, another request that nothing but its name tells apart."""
        alike = (payment.card.reveal(), payment.asked.minor)
        return any(
            hold.operation == payment.id
            or (self.deal(hold.operation).late and (hold.card, hold.minor) == alike)
            for hold in self.world.ledger.holds.values()
        )

    def _issue_heard(self, it: Issue, said: str) -> None:
        books = self.world.ledger
        if it.state is issue.State.REFUSED:
            self._says(it.id, False, said)
        elif it.state is issue.State.DONE and it.kind is not issue.Kind.UNISSUE:
            self._says(it.id, True, said)
            if books.sold.get(it.id, it.amount.minor) != it.amount.minor:
                self.broken(1, f"{said} for {it.id} with another amount than the server's")
        elif it.state is issue.State.DONE and it.card is not None:
            account, deal = books.accounts[it.card.reveal()], self.deal(it.id)
            stands = account.issued and self.issued_at_s.get(account.number, 0.0) <= deal.asked_at_s
            if stands and not self._may_be_believed(it.id):
                self._says(it.id, True, said)
            deal.said_done = True  # where the card was not issued meanwhile, whoever undid it

    def _says(self, operation: str, happened: bool, said: str) -> None:
        number = 1 if said.startswith("the journal") else 2
        deal, did = self.deal(operation), self._happened(operation)
        if happened:
            deal.said_done = True
            if not did and not self._may_be_believed(operation):
                self.broken(number, f"{said} for {operation}, which the server did not do")
        elif deal.amiss:  # row 14: without its answer a sale for another amount looks like another till's
            deal.said_done = True
        else:
            deal.said_not = said
            if did and self._stands_yet(operation):
                self.broken(number, f"{said} for {operation}, which the server did")

    # --- after each step ---

    def look(self) -> None:
        """Everything on the server that is not told yet is on a list."""
        self.dirty = False
        books = self.world.ledger
        must = [(live.operation, 4, "the card that it made") for live in books.live.values() if live.waits]
        for hold in books.holds.values():
            if hold.fate is Fate.OPEN and not self.deal(hold.operation).late:
                must.append((hold.operation, 4, "its hold"))
            elif hold.fate is Fate.COMMITTED and not self.deal(hold.operation).said_done:
                must.append((hold.operation, 1, "what was taken for it"))
        for account in books.accounts.values():
            if account.by and not self.deal(account.by).said_done:
                must.append((account.by, 1, "what the server did for it"))
        if must:
            listed = frozenset[str]().union(*(till.listed() for till in self.world.tills))
            for operation, number, what in must:
                if operation not in listed and not self._closed(operation):
                    self.broken(number, f"{operation} is on no till's list, and {what} is there")

    def _closed(self, operation: str) -> bool:
        """Whether a supervisor closed it, as the till knows or, where its disk failed since, the disk."""
        on_disk = (till.disk.rows.get(operation) for till in self.world.tills)
        kept = any(row is not None and row.operation.closed is not None for row in on_disk)
        return kept or self.deal(operation).closed

    def undone(self) -> Iterator[tuple[str, Operation]]:
        """What the journals have not settled."""
        for till in self.world.tills:
            for id in till.disk.unfinished():
                yield id, till.disk.rows[id].operation
