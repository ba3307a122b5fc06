"""The brake on payments (row 26c): a till that cannot read successes freezes one hold, not one on every card.

A request that the server carried out and whose answer could not be read leaves a hold without its code:
nothing takes it, nothing releases it. Once such a hold is seen, or two successes in a row could not be read,
no further payment is requested until somebody who was told why allows it; a restart changes nothing of that,
and a journal that is lost and may have had it on leaves it on.

Selling has no brake. A card from the shelf is read after it was sold, and one printed live whose number was
lost is put before a person at once (row 15): neither puts a customer's money where nobody can reach it.
"""

from enum import Enum
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.operation import Call, OperationBase, Reply
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.replies import Cause, HoldPlaced, OutcomeUnknown

TOO_MANY: Final = 2
"""So many successes in a row that could not be read are no accident."""

UNREAD: Final = frozenset({Cause.UNREADABLE, Cause.NOT_YET})
"""Why a success has no code that a payment could go on with."""


LOST_JOURNAL: Final = "lost journal"
"""What stands for the payment that put the brake on, where nobody can tell whether one had."""


class Reason(Enum):
    """Why no payment may be requested."""

    UNREAD = "unread"  # successes could not be read
    JOURNAL = "journal"  # the journal that would tell it was damaged


class Brake(Struct, frozen=True):
    """`unread` counts the successes in a row that could not be read.

    `by` is the payment that put the brake on, or LOST_JOURNAL; empty while payments may be requested.
    """

    unread: int = 0
    by: str = ""

    @property
    def on(self) -> bool:
        """Whether no payment may be requested."""
        return bool(self.by)

    @property
    def reason(self) -> Reason | None:
        """Why it is on; None while it is not."""
        if not self.on:
            return None
        return Reason.JOURNAL if self.by == LOST_JOURNAL else Reason.UNREAD

    def after(self, before: OperationBase, event: object, now: OperationBase) -> "Brake":
        """How it stands after `event` made `now` of the operation that was `before`."""
        unread = self.unread
        if isinstance(event, Reply) and event.call is Call.PAY:
            if isinstance(event.result, HoldPlaced):
                unread = 0
            elif isinstance(event.result, OutcomeUnknown) and event.result.cause in UNREAD:
                unread += 1
        frozen = _is_frozen(now) and not _is_frozen(before)
        return Brake(unread, self.by or (now.id if frozen or unread >= TOO_MANY else ""))


def _is_frozen(it: OperationBase) -> bool:
    return isinstance(it, Payment) and it.state is State.ORPHAN_HOLD and it.problem in UNREAD
