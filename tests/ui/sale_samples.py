"""The Sell and the Undo stage in every state, built by their presenters from what the terminal would tell."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace
from ui.made import LOCALES

from centara_giftcard.domain.cards import (
    Balance,
    CardStatus,
    KnownCard,
    NotUndoable,
    SaleRules,
    Series,
    SeriesKind,
    Unsellable,
)
from centara_giftcard.domain.issue import Issue, Kind, State
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.terminal.events import SellShown, TerminalEvent, UndoShown
from centara_giftcard.terminal.sales import SaleLine, SaleStep, Sight, Unfit
from centara_giftcard.ui.presenters.sell import SellPresenter
from centara_giftcard.ui.presenters.undo import UndoPresenter
from centara_giftcard.ui.presenters.views import TillView
from centara_giftcard.ui.shell import Shell
from centara_giftcard.words import Words

EUR = Currency.of("EUR")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def eur(minor: int) -> Money:
    return Money(minor, EUR)


PRESETS = tuple(eur(n * 100) for n in (10, 15, 25, 50, 75, 100, 150, 200))
CLASSIC = Series(
    "Classic", "6091", "6091", 16, sale=SaleRules(minimum=eur(500), maximum=eur(50_000), presets=PRESETS)
)
BOX = Series("Gift box", "6093", "6093", 16, colour="#1F7A4D", sale=SaleRules(package_check=True))
FIFTY = Series("Fifty", "6094", "6094", 16, colour="#E8B84A", sale=SaleRules(fixed=True, value=eur(5_000)))
LIVE = tuple(
    Series(name, f"70{n:02d}", f"70{n:02d}", 16, kind=SeriesKind.LIVE_PRINTED, colour=colour)
    for n, (name, colour) in enumerate(
        (
            ("Live", "#5B2A86"),
            ("Birthday", "#A3231B"),
            ("Weihnachtsgutschein", "#1F7A4D"),
            ("Summer", "#E8B84A"),
            ("Spa & wellness", "#0B5FA5"),
            ("Restaurant", ""),
            ("Books", "#777777"),
            ("Children", "#FF0000"),
            ("Partner", "#000000"),
        )
    )
)


def sight(last: int = 1111, series: Series = CLASSIC, issued: bool = False, net: int = 0) -> Sight:
    card = KnownCard(CardNumber(f"{series.prefix}00000000{last:04d}"), series)
    status = CardStatus(
        instrument=InstrumentId(f"gc-{last}"),
        series_number=series.number,
        issued=issued,
        balance=Balance(eur(net), eur(0)),
        original=eur(5_000 if issued else 0),
        floor=eur(0),
        created=NOON if issued else None,
        expires=NOON.replace(year=2029) if issued else None,
    )
    return Sight(card, status, 0, 0.0)


def issue(line: SaleLine, state: State = State.DONE, number: int = 1, **known: Any) -> Issue:
    live = line.sight is None
    sample = Issue(
        id=f"op-{number}",
        kind=Kind.ISSUE_LIVE if live else Kind.ISSUE,
        series=line.series.number if line.series else "",
        amount=line.amount or eur(0),
        operator="7",
        created_at=NOON,
        card=CardNumber("7000000000003333") if line.sight is None else line.sight.card.number,
        state=state,
        expires=NOON.replace(year=2029) if state is State.DONE else None,
    )
    return replace(sample, **known)


ONE = SaleLine(CLASSIC, eur(5_000), sight(1111))
TWO = SaleLine(BOX, eur(2_500), sight(2222, BOX))
THREE = SaleLine(FIFTY, eur(5_000), sight(4444, FIFTY))
PRINTED = SaleLine(LIVE[0], eur(10_000))
LINES = (ONE, TWO, THREE, PRINTED)


def sale(step: SaleStep = SaleStep.SCAN, lines: tuple[SaleLine, ...] = (), **known: Any) -> SellShown:
    return replace(SellShown(step, lines, None, None, None, ()), **known)


def sold(line: SaleLine, state: State = State.DONE, number: int = 1, **known: Any) -> SaleLine:
    return replace(line, issue=issue(line, state, number, **known))


UNPRINTED = issue(PRINTED, number=4)
MIXED = (
    sold(ONE),
    sold(TWO, State.REFUSED, 2, problem=Cause.CONNECT),
    sold(THREE, State.SENDING, 3, doubt=Doubt.LOST, problem=Cause.LOST),
    sold(PRINTED, State.UNCLEAR, 4, card=None, problem=Cause.TIMEOUT),
)

SALES: dict[str, tuple[TerminalEvent, str]] = {
    "sell": (sale(), ""),
    "sell_typing": (sale(), "6091 2"),
    "sell_already": (
        sale(trouble=(sight().card, Unfit(Unsellable.ALREADY_ISSUED, sight(issued=True).status))),
        "",
    ),
    "sell_checking": (sale(SaleStep.CHECKING, checking=sight().card), ""),
    "sell_package": (sale(SaleStep.PACKAGE, pending=replace(TWO, amount=None)), ""),
    "sell_amount": (sale(SaleStep.AMOUNT, (TWO, THREE), pending=replace(ONE, amount=None)), "50"),
    "sell_too_much": (sale(SaleStep.AMOUNT, pending=replace(ONE, amount=None)), "501\n"),
    "sell_live_amount": (sale(SaleStep.AMOUNT, pending=replace(PRINTED, amount=None)), "100"),
    "sell_list_one": (sale(lines=(ONE,)), ""),
    "sell_list": (sale(lines=LINES), ""),
    "sell_list_long": (sale(lines=LINES * 4), ""),
    "sell_list_typing": (sale(lines=LINES), "6091"),
    "sell_drop": (sale(lines=LINES), "\x1b"),
    "sell_selling": (sale(SaleStep.SELLING, (sold(ONE), sold(TWO, State.SENDING, 2), THREE, PRINTED)), ""),
    "sell_sold_one": (sale(SaleStep.DONE, (sold(ONE, worth=Balance(eur(5_000), eur(0))),)), ""),
    "sell_sold": (sale(SaleStep.DONE, (sold(ONE), sold(TWO, number=2), sold(THREE, number=3))), ""),
    "sell_mixed": (sale(SaleStep.DONE, MIXED), ""),
    "sell_refused_one": (sale(SaleStep.DONE, (sold(ONE, State.REFUSED, problem=Cause.CONNECT),)), ""),
    "sell_unclear_live": (
        sale(SaleStep.DONE, (sold(PRINTED, State.UNCLEAR, card=None, problem=Cause.TIMEOUT),)),
        "",
    ),
    "sell_scan_back": (sale(SaleStep.DONE, (replace(PRINTED, issue=UNPRINTED),), unprinted=(UNPRINTED,)), ""),
    "sell_found": (sale(unprinted=(UNPRINTED, replace(UNPRINTED, id="op-5", amount=eur(2_500)))), ""),
}

ACTIVE = sight(issued=True, net=5_000)
SALE_OF_ONE = replace(issue(ONE), kind=Kind.UNISSUE)
RECENT = (issue(ONE), issue(TWO, number=2), issue(THREE, number=3))


def undo(**known: Any) -> UndoShown:
    return replace(UndoShown(None, None, None, None, ()), **known)


UNDOS: dict[str, tuple[TerminalEvent, str]] = {
    "undo": (undo(), ""),
    "undo_recent": (undo(recent=RECENT), ""),
    "undo_typing": (undo(recent=RECENT), "6091 2"),
    "undo_checking": (undo(checking=ACTIVE.card, recent=RECENT), ""),
    "undo_card": (undo(sight=ACTIVE, recent=RECENT), ""),
    "undo_used": (
        undo(
            trouble=(ACTIVE.card, Unfit(NotUndoable.USED, sight(issued=True, net=1_250).status)),
            recent=RECENT,
        ),
        "",
    ),
    "undo_no_answer": (undo(trouble=(ACTIVE.card, StatusFailed(Cause.TIMEOUT))), ""),
    "undo_undoing": (undo(sight=ACTIVE, issue=replace(SALE_OF_ONE, state=State.SENDING)), ""),
    "undo_doubtful": (
        undo(sight=ACTIVE, issue=replace(SALE_OF_ONE, state=State.SENDING, doubt=Doubt.LOST)),
        "",
    ),
    "undo_done": (undo(sight=ACTIVE, issue=SALE_OF_ONE), ""),
    "undo_refused": (undo(sight=ACTIVE, issue=replace(SALE_OF_ONE, state=State.REFUSED)), ""),
}


class _Silent:
    """Stands in for the controller, the recorder and a timer: nobody asks what they were told."""

    def __getattr__(self, _name: str) -> Any:
        return self

    def __call__(self, *_arguments: Any) -> Any:
        return self


class _Now:
    """Waits for nothing: work that is going on shows at once."""

    def later(self, seconds: float, call: Callable[[], None]) -> Any:
        if seconds < 1:
            call()
        return _Silent()


_KEYS = {"\n": "enter", "\x1b": "escape"}


def view_of(event: TerminalEvent, typed: str = "", words: Words | None = None, live: int = 2) -> TillView:
    """What the stage shows after `event` and some typing; `live` series are printed here."""
    words, views = words or Words(), list[TillView]()
    silent: Any = _Silent()
    series = (CLASSIC, BOX, FIFTY, *LIVE[:live])
    later = _Now().later
    stage: SellPresenter | UndoPresenter
    if isinstance(event, SellShown):
        stage = SellPresenter(silent, words, EUR, series, True, silent, views.append, later, silent)
    else:
        stage = UndoPresenter(silent, words, series, True, silent, views.append, later)
    stage.enter_view()
    stage.told(event)
    for key in typed:
        stage.key(_KEYS.get(key, key))
    return views[-1]


def _showing(event: TerminalEvent, typed: str, language: str, live: int = 2) -> Callable[[Shell], None]:
    view = view_of(event, typed, Words(language, LOCALES[language]), live)
    return lambda shell: shell.show_till(view)


def states(language: str = "en") -> dict[str, Callable[[Shell], None]]:
    """Sell and Undo as they are in a language."""
    found = {name: _showing(*told, language) for name, told in {**SALES, **UNDOS}.items()}
    found["sell_nine"] = _showing(sale(), "", language, live=9)
    found["sell_list_nine"] = _showing(sale(lines=LINES), "", language, live=9)
    found["sell_found_nine"] = _showing(*SALES["sell_found"], language, live=9)
    return found


STATES: dict[str, Callable[[Shell], None]] = states()
