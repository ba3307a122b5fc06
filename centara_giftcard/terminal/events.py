"""What the terminal tells the face. Each event is a fact with all that is needed to show it."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from centara_giftcard.domain.brake import Reason
from centara_giftcard.domain.cards import CardStatus, KnownCard, Standing
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operators import Denied, Need
from centara_giftcard.domain.payment import Payment
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.terminal.ports import Operation, Record, SourceState
from centara_giftcard.terminal.printing import PrintEvent
from centara_giftcard.terminal.sales import SaleLine, SaleStep, Sight, Trouble


class Ready(Struct, frozen=True):
    """The till waits for a card; `due` is what is left of a sale that was paid in part, for the next card."""

    due: Money | None = None


class Checking(Struct, frozen=True):
    """The status of `card` is being read."""

    card: KnownCard


class Offer(Struct, frozen=True):
    """The part of `due` that a card can pay, where the customer owes more than it has."""

    part: Money
    due: Money

    @property
    def rest(self) -> Money:
        """What stays to pay another way."""
        return self.due - self.part


class CardShown(Struct, frozen=True):
    """A card is on the till. `changed` where its balance moved between the scan and the request (row 27).

    `offer` is what it can pay of an amount that it was asked for; `due` is what is left of a sale that was
    paid in part, for which this card was scanned; `open_here` are this till's payments on it that are not
    settled: none goes beside one that is being found out about, none of its amount beside an orphan (row 20).
    `stopped`: why no payment is requested until somebody allows it (row 26c).
    """

    card: KnownCard
    status: CardStatus
    standing: Standing
    changed: bool = False
    offer: Offer | None = None
    due: Money | None = None
    open_here: tuple[Payment, ...] = ()
    stopped: Reason | None = None

    @property
    def takes_amount(self) -> bool:
        """Whether an amount can be asked for from it now."""
        return self.standing is Standing.GOOD and self.stopped is None

    @property
    def being_found_out(self) -> bool:
        """Whether the till is finding out about one of them, and takes no other payment from the card now."""
        return any(it.watched for it in self.open_here)


class ScanRefused(Struct, frozen=True):
    """What was scanned, or `keyed`, is no card of this till; `reason` is CardNumberError's.

    No more changed than that.
    """

    reason: str
    keyed: bool = False


class StatusMissing(Struct, frozen=True):
    """The card's status could not be had; nothing was changed. `words` are the server's, or empty."""

    card: KnownCard
    cause: Cause
    words: str
    misfit: Misfit | None = None


class Preparing(Struct, frozen=True):
    """The payment of `amount` is about to be requested: its balance is read again first."""

    card: KnownCard
    status: CardStatus
    amount: Money


class PaymentShown(Struct, frozen=True):
    """The payment in front of the cashier, after each of its steps. `due` is all the customer owes.

    `decided_in_s` is how long until a second reading of the card decides a doubt, if the first did not;
    `carried` what an earlier card left to pay, as long as this payment has not paid it.
    """

    payment: Payment
    card: KnownCard
    status: CardStatus
    due: Money
    decided_in_s: float | None = None
    carried: Money | None = None

    @property
    def rest(self) -> Money:
        """What is left to pay another way if this payment is taken."""
        return self.due - self.payment.amount

    @property
    def still_to_pay(self) -> Money | None:
        """What is left to pay once a part was taken; None where nothing is, or nothing was taken."""
        return self.rest if self.rest and self.payment.taken else None


class SellShown(Struct, frozen=True):
    """The sale as it stands: its list, and what it waits for.

    `pending` is the card in hand, which still needs its package or its amount; `trouble` the card that was
    scanned last and cannot be sold, and why; `checking` the card whose status is being read; `unprinted` the
    live cards of this till that were not scanned back yet, from earlier sales too; `printed` holds the ids of
    those that were sent to the printer since the till was started.
    """

    step: SaleStep
    lines: tuple[SaleLine, ...]
    pending: SaleLine | None
    trouble: tuple[KnownCard, Trouble] | None
    checking: KnownCard | None
    unprinted: tuple[Issue, ...]
    printed: frozenset[str] = frozenset()


class CardToPrint(Struct, frozen=True):
    """A live card was issued: print it."""

    issue: Issue


class UndoShown(Struct, frozen=True):
    """The undoing of a sale as it stands: one of `checking`, `sight` and `trouble`, then `issue`.

    `recent` are the sales of this till that can be picked, newest first.
    """

    checking: KnownCard | None
    sight: Sight | None
    trouble: tuple[KnownCard, Trouble] | None
    issue: Issue | None
    recent: tuple[Issue, ...]


class Why(Enum):
    """Why the till did not do what it was asked."""

    FINISH_FIRST = "finish_first"  # another card was scanned in the middle of a sale (row 3)
    KEYING_NOT_ALLOWED = "keying_not_allowed"
    OPEN_ON_CARD = "open_on_card"  # this till has an unsettled payment on that card
    MORE_THAN_AVAILABLE = "more_than_available"
    JOURNAL_FAILED = "journal_failed"  # row 34: nothing was sent
    STOPPED = "stopped"  # row 35
    BALANCE_UNKNOWN = "balance_unknown"  # the reading before the request failed: nothing was sent
    PAYMENTS_STOPPED = "payments_stopped"  # the server's answers to requests could not be read (row 26c)
    UNITS_NOT_PROVEN = "units_not_proven"  # no probe has shown that amounts are in minor units
    SERVER_DOWN = "server_down"  # known to be out of reach: nothing was sent
    NOT_A_SUPERVISOR = "not_a_supervisor"
    ALREADY_LISTED = "already_listed"  # the card is on the list of the sale already
    PACKAGE_DIFFERS = "package_differs"  # package and card bear different numbers
    NO_PRINTER = "no_printer"  # a card that is printed live cannot be sold without one
    AMOUNT_NOT_ALLOWED = "amount_not_allowed"
    NOT_CLOSED = "not_closed"  # the journal could not write it down
    CARD_UNDER_WAY = (
        "card_under_way"  # asked about while something else of this till is on its way for the card
    )


class Refusal(Struct, frozen=True):
    """The till did not do what it was asked; what is on the screen stays. `cause` where a call had failed."""

    why: Why
    cause: Cause | None = None


class OpenChanged(Struct, frozen=True):
    """All that is open on this till: every list and every count of open operations is this one.

    `operations` are those that wait for somebody, oldest first; `damaged` unsettled ones that the journal
    could not bring back: a person must look at them; `in_front` those that go on in front of the cashier, on
    the Till, Sell or Undo.
    """

    operations: tuple[Operation, ...]
    damaged: tuple[Record, ...] = ()
    in_front: tuple[Operation, ...] = ()


class Recovered(Struct, frozen=True):
    """Start-up found `unfinished` operations and is settling them."""

    unfinished: int


class JournalSetAside(Struct, frozen=True):
    """The journal's file was damaged; it lies beside the new one as `name` (row 38).

    `salvaged` open operations were found in it and are in the new one.
    """

    name: str
    salvaged: int = 0


class JournalMissing(Struct, frozen=True):
    """The journal's file was deleted or moved away since the last run; the till has begun a new one."""


class PaperTrouble(Struct, frozen=True):
    """Receipt templates or printer cannot be used as the settings say; `sentence` tells why."""

    sentence: str


class Closing(Struct, frozen=True):
    """The till ends as soon as the answers under way are here (row 37)."""


class Settled(Struct, frozen=True):
    """An operation came to its end while the cashier was elsewhere."""

    operation: Operation


class Asked(Struct, frozen=True):
    """What a person asked about on the list, by `id`, was asked. `in_vain` is why no answer came of it.

    Whatever else the server was asked meanwhile has no part in it. Where it was settled, that is told before.
    """

    id: str
    in_vain: Cause | None


class Reopened(Struct, frozen=True):
    """What was told of an operation is not so after all: it is open again.

    The server's yes did not come true, or a hold that was not there has appeared. Also told of what is in
    front of the cashier, who may look elsewhere and may have sent the customer away on what was told.
    """

    operation: Operation


class ServerHeard(Struct, frozen=True):
    """The server answered a call, after `round_trip_s`."""

    round_trip_s: float


class ServerSilent(Struct, frozen=True):
    """A call came to nothing; the server may be out of reach."""

    cause: Cause


class ScannerChanged(Struct, frozen=True):
    """The serial scanner's state."""

    state: SourceState


class KeyboardChanged(Struct, frozen=True):
    """Whether keys reach the till; if not, another program's window has them, and those of a scanner."""

    here: bool


class OperatorChanged(Struct, frozen=True):
    """Who works at the till now; empty where nobody signed on. `locked` hides everything else.

    `name` is theirs where the till knows its operators.
    """

    operator: str
    locked: bool
    name: str = ""


class SignOnDenied(Struct, frozen=True):
    """Nobody was let in, or nobody's leave was given."""

    denied: Denied


class OverrideAsked(Struct, frozen=True):
    """The operator may not do this by themselves: somebody of `groups` may allow it, this once."""

    needs: tuple[Need, ...]
    groups: tuple[str, ...]


class OverrideOver(Struct, frozen=True):
    """The question is answered; `by` allowed it, or nobody did and nothing was done."""

    by: str = ""


class LastSale(Struct, frozen=True):
    """The last payment that was taken on this till, and what the customer had still to pay then."""

    amount: Money
    card: str
    at: datetime
    rest: Money | None = None


TerminalEvent = (
    Ready
    | Checking
    | CardShown
    | ScanRefused
    | StatusMissing
    | Preparing
    | PaymentShown
    | Refusal
    | OpenChanged
    | Recovered
    | JournalMissing
    | JournalSetAside
    | PaperTrouble
    | Closing
    | Settled
    | Asked
    | Reopened
    | ServerHeard
    | ServerSilent
    | ScannerChanged
    | KeyboardChanged
    | OperatorChanged
    | SignOnDenied
    | OverrideAsked
    | OverrideOver
    | LastSale
    | SellShown
    | UndoShown
    | CardToPrint
    | PrintEvent
)
