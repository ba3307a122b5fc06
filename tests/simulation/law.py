"""The invariants, checked while things happen. Their numbers are used in reports and in the mutation table.

1 money      the card's balance is its original less what was committed; what was committed is what a till's
             journal says was committed, or lists as not settled
2 screen     no screen and no event says *paid* for what is not committed, or *not paid* for what is or will
             be
3 once       one request for payment an operation; a commit only after the cashier's F12 at that very hold;
             one POST at a time for an operation
4 listed     every open hold that a till made is in front of its cashier, on its list, or unfinished in its
             journal
5 settled    see `healing`
6 decision   a decision never flips: not in the journal, not on the wire
7 sound      no fault is recorded, no task dies
8 order      what is sent was written down before, unless the disk failed (row 35); a hold that is shown has
             its code on the disk
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simulation.ledger import Fate, Hold
from simulation.plan import Fault, Kind

from centara_giftcard.domain.payment import SETTLED, Decision, Payment, State
from centara_giftcard.domain.secrets import AuthCode

if TYPE_CHECKING:
    from simulation.till import Life
    from simulation.world import World

NAMES: Final = ("", "money", "screen", "once", "listed", "settled", "decision", "sound", "order")


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

    till: int
    requests: int = 0
    f12: bool = False
    decided: Decision | None = None
    cancels: int = 0
    said_not_paid: str = ""
    flight: object = None
    settled_at_s: float | None = None
    asked_again_at_s: float | None = None
    deserves_a_person: bool = False


@dataclass
class Law:
    """Watches the world. `dirty` asks for a look at the lists after this step."""

    world: "World"
    deals: dict[str, Deal] = field(default_factory=dict)
    violation: Violation | None = None
    dirty: bool = False

    def broken(self, number: int, what: str) -> None:
        """An invariant does not hold; the first one counts."""
        if self.violation is None:
            self.violation = Violation(number, self.world.now_s, what)
            self.world.note("LAW", str(self.violation))
            self.world.stop()

    # --- what tills send ---

    def pay_sent(self, life: "Life", operation: str) -> None:
        deal = self._asked(life, operation)
        deal.requests += 1
        if deal.requests > 1:
            self.broken(3, f"a second request for {operation}")
        if operation not in life.till.disk.rows:
            self.broken(8, f"{operation} was requested before it was written down")

    def commit_sent(self, life: "Life", operation: str, code: AuthCode) -> None:
        deal = self._asked(life, operation)
        if not deal.f12:
            self.broken(3, f"{operation} is committed and nobody pressed F12 at its hold")
        if deal.cancels or deal.decided is Decision.RELEASE:
            self.broken(6, f"{operation} was released and is committed now")
        if life.till.disk.decision(operation) is not Decision.TAKE:
            self.broken(8, f"{operation} is committed before that was written down")
        self._own(operation, code)

    def cancel_sent(self, life: "Life", operation: str, code: AuthCode) -> None:
        deal = self._asked(life, operation)
        deal.cancels += 1
        if deal.decided is Decision.TAKE:
            self.broken(6, f"{operation} was taken and is cancelled now")
        if life.till.disk.decision(operation) is not Decision.RELEASE and not life.journal_failed:
            self.broken(8, f"{operation} is cancelled before that was written down")
        self._own(operation, code)

    def struck(self, operation: str, call: str, fault: Fault) -> None:
        """A call meets a fault: some are a reason to leave the operation to a person (see `world`)."""
        refused = call == "commit" and fault.kind in {Kind.BAD, Kind.UNKNOWN} and not fault.applies
        if refused or fault.kind in {Kind.PART, Kind.MORE, Kind.OTHER_CARD}:
            self.deals[operation].deserves_a_person = True

    def flight_begins(self, life: "Life", operation: str) -> None:
        deal = self.deals[operation]
        if deal.flight is life:
            self.broken(3, f"two requests at a time for {operation}")
        deal.flight = life

    def flight_ends(self, life: "Life", operation: str) -> None:
        self.deals[operation].flight = None

    def _asked(self, life: "Life", operation: str) -> Deal:
        deal = self.deals.setdefault(operation, Deal(life.number))
        if self.world.healed and deal.asked_again_at_s is None:
            deal.asked_again_at_s = self.world.now_s
        return deal

    def _own(self, operation: str, code: AuthCode) -> None:
        if self.world.ledger.holds[code.reveal()].operation != operation:
            self.broken(8, f"the code that {operation} uses is another operation's")

    # --- what the server does ---

    def resolved(self, hold: Hold) -> None:
        self.dirty = True
        said = self.deals[hold.operation].said_not_paid
        if hold.fate is Fate.COMMITTED and said:
            self.broken(2, f"{hold.operation} is committed after {said}")

    def _committed(self, operation: str) -> bool:
        holds = self.world.ledger.holds.values()
        return any(h.operation == operation and h.fate is Fate.COMMITTED for h in holds)

    # --- what tills say and write ---

    def f12(self, operation: str) -> None:
        self.deals.setdefault(operation, Deal(0)).f12 = True

    def shown(self, life: "Life", screen: str, outcome: str | None, operation: str | None) -> None:
        if operation is not None and outcome == "paid":
            self._says(operation, True, "a screen said paid")
        elif operation is not None and outcome == "not_paid":
            self._says(operation, False, "a screen said not paid")
        if screen == "hold" and operation is not None and not life.journal_failed:
            row = life.till.disk.rows.get(operation)
            if row is None or (not row.entry.settled and "auth_code" not in row.entry.secrets):
                self.broken(8, f"the hold of {operation} is shown and its code is not on the disk")

    def told(self, payment: Payment) -> None:
        """The terminal published a payment."""
        if payment.state in SETTLED:
            self._says(payment.id, payment.state is State.COMMITTED, f"an event said {payment.state.value}")

    def written(self, life: "Life", payment: Payment, event: str) -> None:
        """An entry is on a disk now."""
        self.dirty = True
        life.note(f"disk: {payment.id} {payment.state.value} ({event})")
        deal = self.deals.setdefault(payment.id, Deal(life.number))
        if deal.decided is not None and payment.decision is not deal.decided:
            self.broken(6, f"the journal decided {payment.id} anew: {event}")
        if payment.state in SETTLED:
            deal.settled_at_s = self.world.now_s
            self._says(
                payment.id, payment.state is State.COMMITTED, f"the journal said {payment.state.value}"
            )

    def confirmed(self, payment: Payment) -> None:
        """The till was told that an entry is on its disk: what is decided there stays decided."""
        self.deals[payment.id].decided = payment.decision

    def _says(self, operation: str, paid: bool, said: str) -> None:
        number = 1 if said.startswith("the journal") else 2
        committed = self._committed(operation)
        if paid and not committed:
            self.broken(number, f"{said} for {operation}, which is not committed")
        if not paid:
            self.deals.setdefault(operation, Deal(0)).said_not_paid = said
            if committed:
                self.broken(number, f"{said} for {operation}, which is committed")

    # --- after each step ---

    def look(self) -> None:
        """Every open hold is on a list, and every card adds up."""
        self.dirty = False
        for account in self.world.ledger.accounts.values():
            if not account.adds_up:
                self.broken(1, f"card {account.number[-4:]} does not add up")
        for hold in self.world.ledger.open():
            if hold.operation not in self._listed(hold.till):
                self.broken(
                    4, f"the hold of {hold.operation} ({hold.minor}) is on no list of till {hold.till}"
                )

    def _listed(self, till: int) -> frozenset[str] | list[str]:
        machine = self.world.tills[till]
        life = machine.life
        if life is None or not life.ready:
            return machine.disk.unfinished()
        front = life.front()
        return life.open_ids | {front} if front else life.open_ids

    def undone(self) -> Iterator[tuple[str, Payment]]:
        """What the journals have not settled."""
        for till in self.world.tills:
            for id in till.disk.unfinished():
                yield id, till.disk.rows[id].payment
