"""Sample money, cards and payments, and short ways to say what happens to a payment."""

from datetime import UTC, datetime

from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import (
    PROOF_S,
    Call,
    Doubt,
    Effect,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import Decision, Event, Payment, Release, State, Take, step
from centara_giftcard.domain.replies import Accepted, Cause, HoldPlaced, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId

EUR, ISK, KWD = Currency.of("EUR"), Currency.of("ISK"), Currency.of("KWD")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CODE = AuthCode("auth-7781")


def eur(minor: int) -> Money:
    return Money(minor, EUR)


def balance(net: int = 10_000, authorised: int = 0) -> Balance:
    return Balance(eur(net), eur(authorised))


def requested(asked: int = 2_500, authorised: int = 0) -> Payment:
    """A request that is under way on a card worth 100.00."""
    return Payment(
        id="op-1",
        card=CardNumber("6091000000001111"),
        instrument=InstrumentId("gc-1"),
        asked=eur(asked),
        before=balance(10_000, authorised),
        operator="7",
        created_at=NOON,
    )


def after(payment: Payment, *events: Event) -> tuple[Payment, Effect | None]:
    """The payment and the last effect after `events`."""
    effect = None
    for event in events:
        payment, effect = step(payment, event)
    return payment, effect


def placed(minor: int = 2_500, same_card: bool = True, told: Balance | None = None) -> Reply:
    return Reply(Call.PAY, HoldPlaced(CODE, eur(minor), told, same_card))


def unknown(call: Call, cause: Cause = Cause.LOST, retry_after_s: float | None = None) -> Reply:
    return Reply(call, OutcomeUnknown(cause, retry_after_s))


def refused(call: Call, cause: Cause = Cause.REFUSED, words: str = "") -> Reply:
    return Reply(call, Refused(cause, words))


def accepted(call: Call) -> Reply:
    return Reply(call, Accepted())


def seen(net: int = 10_000, authorised: int = 0, at_s: float = 0.0) -> StatusSeen:
    return StatusSeen(balance(net, authorised), at_s)


def untold(net: int = 10_000, at_s: float = 0.0) -> StatusSeen:
    """A reading at a server that does not tell what is held."""
    return StatusSeen(Balance(eur(net), None), at_s)


RESTARTED = Restarted()


def held_payment(state: State, decision: Decision) -> Payment:
    """A payment put into `state` with a hold known and decided, however it may have got there."""
    return replace(
        requested(),
        state=state,
        held=eur(2_500),
        auth_code=CODE,
        decision=decision,
        doubt=Doubt.LOST,
    )


READ_IN_TIME = Effect(Call.STATUS, unread_s=PROOF_S)
NO_STATUS = Reply(Call.STATUS, StatusFailed(Cause.TIMEOUT))


def held(read: bool = True) -> Payment:
    """25.00 of 100.00 are held; beside them stand 5.00 of another till."""
    payment, _ = step(requested(authorised=500), placed())
    return step(payment, seen(authorised=3_000) if read else Unread())[0]


def committing(read: bool = True) -> Payment:
    return step(held(read), Take())[0]


def cancelling(read: bool = True) -> Payment:
    return step(held(read), Release())[0]
