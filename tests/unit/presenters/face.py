"""What stands around a presenter: a controller that notes what it is asked, timers, samples."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from centara_giftcard.domain.cards import Balance, CardStatus, KnownCard, Series, Standing
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.terminal.events import CardShown, PaymentShown, TerminalEvent
from centara_giftcard.ui.presenters.till import TillPresenter
from centara_giftcard.ui.presenters.views import TillView
from centara_giftcard.words import Words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EUR, ISK, KWD = Currency.of("EUR"), Currency.of("ISK"), Currency.of("KWD")
NUMBER, INSTRUMENT, CODE = "6091000000001111", "instrument-1", "auth-7781"
CLASSIC = Series("Classic", "6091", "6091", 16)
CARD = KnownCard(CardNumber(NUMBER), CLASSIC)
WORDS = Words()


def status(net: int = 10_000, held: int = 0, currency: Currency = EUR) -> CardStatus:
    none = Money(0, currency)
    return CardStatus(
        instrument=InstrumentId(INSTRUMENT),
        series_number="6091",
        issued=True,
        balance=Balance(Money(net, currency), Money(held, currency)),
        original=Money(10_000, currency),
        floor=none,
        created=NOON,
        expires=NOON.replace(year=2030),
        customer="Anna",
    )


def card(net: int = 10_000, currency: Currency = EUR, standing: Standing = Standing.GOOD) -> CardShown:
    return CardShown(CARD, status(net, currency=currency), standing)


def payment(state: State = State.HELD, **known: object) -> Payment:
    sample = Payment(
        id="op-1",
        card=CARD.number,
        instrument=InstrumentId(INSTRUMENT),
        asked=Money(2_500, EUR),
        before=status().balance,
        operator="7",
        created_at=NOON,
        state=state,
        auth_code=AuthCode(CODE),
        floor=Money(0, EUR),
    )
    return replace(sample, **known)  # type: ignore[arg-type]


def shown(payment: Payment, due: int = 2_500) -> PaymentShown:
    return PaymentShown(payment, CARD, status(), Money(due, EUR))


class Asked:
    """Stands in for the controller and notes what it is asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.exceptions: Asked
        self.paying = self.access = self  # whose presses are the Till's, and the lock's
        self.selling: Asked
        self.undoing: Asked

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, *arguments))

    def taken(self) -> list[tuple[object, ...]]:
        calls, self.calls = self.calls, []
        return calls


@dataclass
class FakeTimer:
    due_s: float
    call: Callable[[], None]
    live: bool = True

    def cancel(self) -> None:
        self.live = False


@dataclass
class Timers:
    now_s: float = 0.0
    waiting: list[FakeTimer] = field(default_factory=list)

    def later(self, seconds: float, call: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(self.now_s + seconds, call)
        self.waiting.append(timer)
        return timer

    def wait(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while ready := [t for t in self.waiting if t.live and t.due_s <= until_s + 1e-9]:
            timer = min(ready, key=lambda t: t.due_s)
            timer.live, self.now_s = False, timer.due_s
            timer.call()
        self.now_s = until_s


@dataclass(frozen=True)
class Screen:
    screen: str
    headline: str
    outcome: str | None
    operation: str | None
    card: str | None


class Flight:
    """The flight recorder in a list."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []

    def screen(
        self, screen: str, headline: str, outcome: str | None, operation: str | None, card: str | None
    ) -> None:
        self.screens.append(Screen(screen, headline, outcome, operation, card))

    def event(self, name: str, **fields: object) -> None:
        """Not noted here."""


class Face:
    """A Till presenter with its surroundings."""

    def __init__(self, currency: Currency = EUR, keying: bool = True) -> None:
        self.asked, self.timers, self.flight = Asked(), Timers(), Flight()
        self.views: list[TillView] = []
        self.till = TillPresenter(
            self.asked,  # type: ignore[arg-type]
            WORDS,
            currency,
            keying,
            self.flight,
            self.views.append,
            self.timers.later,
        )
        self.till.enter_view()

    def tell(self, *events: TerminalEvent) -> None:
        for event in events:
            self.till.told(event)

    def type(self, text: str) -> None:
        for key in text:
            self.till.key(key)

    @property
    def view(self) -> TillView:
        return self.views[-1]

    @property
    def screen(self) -> Screen:
        return self.flight.screens[-1]
