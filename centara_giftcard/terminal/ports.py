"""What the terminal needs from the world, as protocols. The adapters fulfil them; only bootstrap knows which.

Everything here is called from the one asyncio loop. An adapter that blocks brings its own thread.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from msgspec import Struct

from centara_giftcard.domain.brake import Brake
from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.operators import Denied, Operator, Staff
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.replies import IssueReply, PayReply, ResolveReply, StatusFailed
from centara_giftcard.domain.secrets import AccessToken, AuthCode, CardNumber, InstrumentId, Pin

Operation = Payment | Issue
"""What a till does to a card, and the journal remembers."""


class Loyalty(Protocol):
    """The Loyalty server. No method raises for what the network or the server does: that is in the result.

    Each POST is sent at most once per call; repeating is the terminal's decision, never the adapter's.
    """

    async def status(
        self, card: CardNumber, expected: InstrumentId | None = None
    ) -> CardStatus | StatusFailed:
        """Read a card once (no retry), bounded by the connect and reply timeouts.

        With `expected`, an answer about another instrument is WRONG_CARD (row 6).
        """

    async def request_payment(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money
    ) -> PayReply:
        """Ask for a hold. Waits for a reply well past the reply timeout: the caller gives up on its own."""

    async def commit(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        """Take what is held."""

    async def cancel(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        """Let go what is held."""

    async def issue(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money | None
    ) -> IssueReply:
        """Sell a pre-printed card; `amount` is None where its series fixes it."""

    async def issue_live(self, operation: str, series_number: str, amount: Money | None) -> IssueReply:
        """Sell a new card of a series. Waits for a reply as long as a request for payment does."""

    async def unissue(self, operation: str, card: CardNumber, instrument: InstrumentId) -> ResolveReply:
        """Undo the sale of a card."""

    async def probe(self) -> tuple[float, datetime | None] | StatusFailed:
        """Ask whether the server can be reached: the round trip in ms, and the server's clock if it told."""

    async def close(self) -> None:
        """Close the connections."""


class Closure(Struct, frozen=True):
    """That a person took an operation off the list of what is open: `by` whose number, why and when (UTC)."""

    by: str
    reason: str
    at: datetime


class Record(Struct, frozen=True):
    """One operation as the journal tells of it to screens and exports: nothing in it needs hiding.

    `kind` and `state` are the export's words; `card` is masked; the times are aware UTC. `settled` is the
    journal's own mark that nothing is left to do: what is not settled is open, on every list. `rest` is what
    the customer still owed when a part was taken.
    """

    id: str
    kind: str
    state: str
    amount: Money
    card: str
    operator: str
    created_at: datetime
    updated_at: datetime
    settled: bool = False
    closed: Closure | None = None
    rest: Money | None = None


class Journal(Protocol):
    """The till's own memory. When a method returns, what was written is on the disk (synced).

    Every method raises JournalError when the disk or the file fails.
    """

    async def record(self, operation: Operation, event: str) -> None:
        """Append what happened (`event`, a short stable word) and make `operation` the state of its id.

        The full number, instrument and auth code are kept encrypted until the operation is settled.
        """

    async def unfinished(self) -> tuple[Sequence[Operation], tuple[Record, ...]]:
        """Every operation that is not settled, oldest first, and those whose entries are damaged."""

    async def brake(self) -> Brake:
        """How the brake on payments was left."""

    async def set_brake(self, brake: Brake, payment: str, event: str) -> None:
        """Keep `brake`, and append what happened to it to the payment that was the reason."""

    async def write_off(self, id: str, closed: Closed) -> None:
        """Settle an operation whose entry is damaged: a supervisor looked at it."""

    async def recent(self, limit: int) -> Sequence[Record]:
        """The newest operations first."""

    async def since(self, moment: datetime) -> Sequence[Record]:
        """The operations created at or after `moment` (aware), newest first."""

    async def close(self) -> None:
        """Finish what was queued and close the file."""


class PaperWord(Enum):
    """What became of an operation's receipt; the values are the journal's events."""

    DUE = "receipt due"
    SENT = "receipt sent"  # without a later word nobody knows whether it came out
    WAITING = "receipt not printed"
    PRINTED = "receipt printed"


class OnPaper(Struct, frozen=True):
    """What stands on an operation's receipt beside its record, as far as it is known.

    `series` is the number of the card's series, `expires` its last moment; of a payment `rest` is what was
    left to pay another way, `left` what is left on the card.
    """

    series: str = ""
    expires: datetime | None = None
    rest: Money | None = None
    left: Money | None = None


class PaperTrace(Struct, frozen=True):
    """The last word on the receipt of an operation, and what stands on it."""

    record: Record
    word: PaperWord
    settled: bool
    on_paper: OnPaper = OnPaper()


class PaperTrail(Protocol):
    """The journal's memory of receipts, which survives a restart. Raises JournalError as Journal does."""

    async def note(self, operation: str, word: PaperWord) -> None:
        """Append a word on an operation's receipt; the operation itself stays as it is."""

    async def papers(self, since: datetime) -> Sequence[PaperTrace]:
        """The operations begun at or after `since` (aware) with a receipt that is not printed, oldest first.

        Of those that are not settled also the ones whose receipt is printed.
        """

    async def undone(self, sales: Collection[str]) -> frozenset[str]:
        """Those of `sales`, by the ids of their operations, that were undone since."""


class Printer(Protocol):
    """A receipt printer."""

    async def print(self, receipt: Receipt) -> None:
        """Print the receipt; returns once it is on paper, as far as the printer tells. Raises PrintError.

        It takes bounded time, whatever the device does.
        """


class ScanSource(Enum):
    """Where a scan came from."""

    KEYBOARD = "keyboard"
    SERIAL = "serial"
    DEMO = "demo"


class Scan(Struct, frozen=True):
    """One scan or swipe after framing: `number` is what the card says of itself, not yet checked.

    Its text is hostile and may be a card number, so its `repr` shows neither.
    """

    number: str
    source: ScanSource

    def __repr__(self) -> str:
        return f"Scan({len(self.number)} characters, {self.source.value})"


class Locksmith(Protocol):
    """Knows the operators, their PINs and badges. Proving one is slow on purpose."""

    @property
    def staff(self) -> Staff:
        """The list of operators."""

    async def by_pin(self, id: str, pin: Pin) -> Operator | Denied:
        """The operator of that id, if the PIN is theirs."""

    async def by_badge(self, code: str) -> Operator | Denied:
        """The operator who wears that badge."""


class SourceState(Enum):
    """How a scanner is: `ABSENT` is one that was never seen, `LOST` one that was.

    `UNREADABLE` is one that sends what is no text: the speed or the parity of its line are set wrong.
    """

    READY = "ready"
    ABSENT = "absent"
    LOST = "lost"
    UNREADABLE = "unreadable"


class CardSource(Protocol):
    """A scanner. It calls back on the loop's thread, from `start` until `stop`."""

    def start(self, scanned: Callable[[Scan], None], changed: Callable[[SourceState], None]) -> None:
        """Begin to listen; `changed` is told the state at once and at every change."""

    def stop(self) -> None:
        """Stop listening and let the device go; returns when its thread has ended."""


class Vault(Protocol):
    """Where secrets are kept. Raises VaultError when it can neither be read nor written."""

    def token(self) -> AccessToken | None:
        """The till's access token, or None if none was stored."""

    def journal_key(self) -> bytes:
        """The 32 bytes that encrypt the journal's secrets; made at first use."""


class Clock(Protocol):
    """Time, so that a test can own it."""

    def now(self) -> datetime:
        """The wall clock, aware UTC; only shown and stored, never used for a deadline."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""


class Ids(Protocol):
    """Operation ids and randomness, so that a test can replay a run."""

    def operation(self) -> str:
        """A new operation id: unique for ever, safe in a header and a file name."""

    def jitter(self) -> float:
        """A random number in [0, 1)."""


class Recorder(Protocol):
    """The flight recorder: what the till showed and did, for disputes. It never raises and never waits.

    No full card number, auth code, PIN or token may be given to it.
    """

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        """Note what the cashier is shown; `card` is masked, `outcome` is None where there is none."""

    def event(self, name: str, **fields: str | int | float | bool | None) -> None:
        """Note anything else: a request sent, a scanner lost, a fault."""
