"""The Till in every state, by what the terminal told and the cashier pressed."""

from typing import Any, Final

from msgspec.structs import replace
from ui.made import AFTERNOON, EUR, Setting

from centara_giftcard.domain.cards import Balance, CardStatus, KnownCard, Series, Standing
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.replies import Cause
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    LastSale,
    Offer,
    OperatorChanged,
    PaymentShown,
    Preparing,
    Ready,
    Refusal,
    ScannerChanged,
    ScanRefused,
    ServerHeard,
    ServerSilent,
    Settled,
    StatusMissing,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.ports import SourceState

Steps = tuple[TerminalEvent | str, ...]


def eur(minor: int) -> Money:
    return Money(minor, EUR)


CLASSIC: Final = Series("Classic", "6091", "6091", 16)
WINTER: Final = Series("Weihnachtsgutschein", "6092", "6092", 16, colour="#1F7A4D")
CARD: Final = KnownCard(CardNumber("6091000000000017"), CLASSIC)
OTHER: Final = KnownCard(CardNumber("6092000000004420"), WINTER)
CALM: Final[Steps] = (
    ServerHeard(0.034),
    ScannerChanged(SourceState.READY),
    OperatorChanged("7", locked=False),
)
LAST: Final = LastSale(eur(1_890), "•••• 4420", AFTERNOON)


def status(net: int = 5_000, held: int = 0, **known: Any) -> CardStatus:
    sample = CardStatus(
        instrument=InstrumentId("gc-17"),
        series_number="6091",
        issued=True,
        balance=Balance(eur(net), eur(held)),
        original=eur(7_500),
        floor=eur(0),
        created=AFTERNOON,
        expires=AFTERNOON.replace(year=2028),
        customer="Guðrún Jónsdóttir",
    )
    return replace(sample, **known)


def card(net: int = 5_000, held: int = 0, standing: Standing = Standing.GOOD, **known: Any) -> CardShown:
    return CardShown(CARD, status(net, held), standing, **known)


def cannot(standing: Standing) -> CardShown:
    """A card that cannot pay, with the dates that go with it."""
    known: dict[Standing, dict[str, Any]] = {
        Standing.NOT_ISSUED: {"issued": False},
        Standing.NOT_YET_VALID: {"starts": AFTERNOON.replace(year=2027)},
        Standing.EXPIRED: {"expires": AFTERNOON.replace(year=2025)},
    }
    held = 0 if standing is Standing.EMPTY else 5_000
    return CardShown(CARD, status(0, held, **known.get(standing, {})), standing)


def payment(state: State = State.HELD, **known: Any) -> Payment:
    sample = Payment(
        id="op-1",
        card=CARD.number,
        instrument=InstrumentId("gc-17"),
        asked=eur(1_250),
        before=status().balance,
        operator="7",
        created_at=AFTERNOON,
        state=state,
        auth_code=AuthCode("auth-7781"),
        floor=eur(0),
    )
    return replace(sample, **known)


def shown(state: State = State.HELD, due: int = 1_250, carried: int = 0, **known: Any) -> PaymentShown:
    told = PaymentShown(payment(state, **known), CARD, status(), eur(due))
    return replace(told, carried=eur(carried)) if carried else told


TAKE: Final[dict[str, Any]] = {"decision": Decision.TAKE}
RELEASE: Final[dict[str, Any]] = {"decision": Decision.RELEASE}
HELD: Final = shown(held=eur(1_250), holding=Balance(eur(5_000), eur(1_250)))
LEFT: Final[dict[str, Any]] = {"after": Balance(eur(3_750), eur(0)), "held": eur(1_250), **TAKE}
PAID: Final = shown(State.COMMITTED, **LEFT)
ORPHAN: Final = payment(
    State.ORPHAN_HOLD, problem=Cause.LOST, watched=False, seen=Balance(eur(5_000), eur(1_250))
)
LOST: Final[dict[str, Any]] = {"doubt": Doubt.LOST, "problem": Cause.LOST}

STATES: Final[dict[str, Steps]] = {
    "ready": (LAST, Ready()),
    "typing": (LAST, Ready(), "60910000"),
    "checking": (Checking(CARD),),
    "card": (card(),),
    "amount": (card(), "12.50"),
    "too_much": (card(), "62.30"),
    "offer": (
        card(),
        "62.30",
        card(offer=Offer(eur(5_000), eur(6_230))),
    ),
    "open_here": (card(5_000, 1_250, open_here=(ORPHAN,)),),
    "changed": (card(1_000, changed=True), "12.50"),
    **{
        f"cannot_{standing.value}": (cannot(standing),)
        for standing in Standing
        if standing is not Standing.GOOD
    },
    "no_card": (Ready(), ScanRefused("too_short")),
    "no_card_typed": (Ready(), "6091", ScanRefused("check_digit", keyed=True)),
    "not_our_card": (Ready(), ScanRefused("unknown_series")),
    "no_status": (StatusMissing(CARD, Cause.TIMEOUT, ""),),
    "server_down": (card(), "12.50", Refusal(Why.SERVER_DOWN)),
    "preparing": (card(), "12.50", Preparing(CARD, status(), eur(1_250))),
    "requesting": (card(), "12.50", shown(State.REQUESTING)),
    "hold": (HELD,),
    "hold_of_a_part": (shown(held=eur(1_000), due=6_230),),
    "taking": (HELD, shown(State.COMMITTING, **LEFT)),
    "releasing": (HELD, shown(State.CANCELLING, **RELEASE)),
    "paid": (PAID,),
    "paid_in_part": (shown(State.COMMITTED, 6_230, **LEFT | {"after": Balance(eur(0), eur(0))}),),
    "paid_unread": (shown(State.COMMITTED, doubt=Doubt.ACCEPTED, **TAKE),),
    "rest": (Ready(eur(4_980)),),
    "rest_card": (card(due=eur(4_980)),),
    "released": (shown(State.CANCELLED, **RELEASE),),
    "released_rest": (shown(State.CANCELLED, carried=4_980, **RELEASE),),
    "refused": (shown(State.REFUSED, problem=Cause.REFUSED, words="The card is locked."),),
    "not_held": (shown(State.NOT_HELD, problem=Cause.LOST),),
    "finding_out": (replace(shown(State.REQUESTING, **LOST), decided_in_s=30.0),),
    "confirming": (shown(State.COMMITTING, **LOST | TAKE),),
    "unclear": (replace(shown(), payment=ORPHAN),),
    "unclear_taken": (shown(State.UNCLEAR, watched=False, **LOST | TAKE),),
    "unclear_untold": (
        CardShown(CARD, replace(status(), balance=Balance(eur(5_000), None)), Standing.GOOD),
        shown(State.UNCLEAR, watched=False, problem=Cause.HOLDS_UNTOLD),
    ),
    "rest_before": (LastSale(eur(320), "•••• 4420", AFTERNOON, eur(930)), Ready()),
    "another_card_paid": (card(), "12.50", Settled(payment(State.COMMITTED, id="op-2", **LEFT))),
    "outage": (Ready(), ServerSilent(Cause.CONNECT)),
    "all_bad": (Ready(), ServerSilent(Cause.TIMEOUT), ScannerChanged(SourceState.LOST)),
}
STATES_OF: Final[dict[str, Setting]] = {
    "all_bad": Setting(badge="TRAINING", waiting=2),
    "paid": Setting(receipt=Receipt("op-1", ())),
}
