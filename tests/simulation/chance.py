"""Draws a plan from a seed. The only random generator of the simulator: everything after it is determined.

Storms differ on purpose: some runs are calm, some have one kind of trouble, some have all of it at once.
"""

from dataclasses import replace
from random import Random
from typing import Final

from simulation.plan import (
    APPLIED_WITHIN_S,
    LIVE,
    Again,
    Amounts,
    CardSale,
    ClockJump,
    Crash,
    Dialect,
    DiskFault,
    Down,
    Expiry,
    Fault,
    Fidget,
    Kind,
    Nap,
    Outage,
    Plan,
    Press,
    Sale,
    Undo,
)

CARDS: Final = 2
BLANK: Final = 2
_KEYS: Final = ("f12", "enter", "escape", "7", "scan 0", "scan 1", "backspace")
_ELSEWHERE: Final = ("f2", "f3", "f4", "scan 2", "scan 3", f"scan {LIVE}", "series 0", "price 5000")
_SCREENS: Final = ("checking", "card", "amount", "requesting", "hold", "committing", "cancelling", "done")
_TEMPTING: Final = (
    ("requesting", "f12"),
    ("hold", "enter"),
    ("hold", "scan 0"),
    ("committing", "escape"),
    ("cancelling", "f12"),
)
_AT_THE_LIST: Final = ("ask 0", "ask 1", "ask 2", "let go 0", "let go 1", "close 0", "close 1", "sneak 0")
_ANY: Final = (
    Kind.SLOW,
    Kind.TWICE,
    Kind.LOST,
    Kind.LOST,
    Kind.SILENT,
    Kind.SILENT,
    Kind.NOT_SENT,
    Kind.BAD,
    Kind.UNKNOWN,
    Kind.TOKEN,
    Kind.CONFLICT,
    Kind.BUSY,
    Kind.SERVER,
    Kind.UNREADABLE,
)
_PAY: Final = (*_ANY, Kind.RESCUED, Kind.OTHER_CARD, Kind.MORE, Kind.PART)
_NEVER_APPLIED: Final = (Kind.NOT_SENT, Kind.TOKEN)
# A plain no to a live issue is believed: there is no card that could be read.
_NEVER_APPLIED_LIVE: Final = (*_NEVER_APPLIED, Kind.BAD, Kind.UNKNOWN, Kind.BUSY)
_ALWAYS_APPLIED: Final = (Kind.SLOW, Kind.TWICE, Kind.RESCUED, Kind.OTHER_CARD, Kind.MORE, Kind.PART)
_ISSUE: Final = (*_ANY, Kind.MORE, Kind.PART)
_PROMISES: Final = {
    "commit": (Kind.LIES, Kind.LATER, Kind.BOOKS_LATER, Kind.BOOKS_LATER),
    "cancel": (Kind.LIES, Kind.LATER),
    "issue": (Kind.LIES, Kind.LATER),
    "unissue": (Kind.LIES, Kind.LATER),
}
_CALLS: Final = ("status", "pay", "pay", "commit", "cancel")
_CALLS_WITH_CARDS: Final = (*_CALLS, "issue", "issue_live", "unissue")
_KINDS: Final = {"pay": _PAY, "issue": _ISSUE, "issue_live": _ISSUE}


def draw(seed: int, tills: int | None = None, amounts: Amounts | None = None) -> Plan:
    """Return the plan of a seed. With one till the amounts are few, with several distinct, or as told."""
    chance = Random(seed)
    number = chance.choice((1, 1, 1, 1, 2, 2, 3, 4))
    number = tills or number
    how = amounts or (Amounts.FEW if number == 1 else Amounts.DISTINCT)
    storm = chance.choice((0.3, 1.0, 1.0, 2.0))
    siege = _siege(chance) if chance.random() < 0.08 else ()
    ends_s = chance.uniform(60 if siege else 15, 70)

    def some(usual: float, most: int) -> range:
        return range(min(most, int(chance.expovariate(1 / (usual * storm)) + 0.5)))

    sold = range(chance.choice((0, 0, 1, 3, 5)))  # customers who buy cards

    plan = Plan(
        seed=seed,
        tills=number,
        cards=(2 * 9**11,) * CARDS if how is Amounts.DISTINCT else (10_000, 5_000),
        blank=BLANK,
        amounts=how,
        again=chance.choice(tuple(Again)),
        tells_balance=chance.random() < 0.3,
        calls_s=tuple(round(chance.expovariate(1 / 0.15) + 0.005, 3) for _ in range(13)),
        writes_s=tuple(round(chance.expovariate(1 / 0.01) + 0.001, 4) for _ in range(7)),
        heals_s=ends_s + 10,
        sales=_sales(chance, number, how, ends_s),
        card_sales=tuple(_card_sale(chance, number, how, ends_s, i) for i in sold),
        undos=tuple(_undo(chance, number, ends_s) for _ in some(2, 6)) if sold else (),
        presses=tuple(
            [_press(chance, number, ends_s, bool(sold)) for _ in some(1.5, 8)]
            + [_at_the_list(chance, number, ends_s) for _ in some(1.5, 8)]
        ),
        faults=siege or tuple(_fault(chance, number, bool(sold)) for _ in some(5, 24)),
        outages=tuple(_outage(chance, ends_s) for _ in some(0.4, 3)),
        disk=tuple(_disk(chance, number) for _ in some(0.2, 2)),
        crashes=tuple(_crash(chance, number) for _ in some(0.6, 5)),
        expiries=tuple(_expiry(chance) for _ in some(0.25, 2)),
        jumps=tuple(_jump(chance, number, ends_s) for _ in some(0.3, 3)),
        naps=tuple(_nap(chance, number, ends_s) for _ in some(0.3, 3)),
    )
    # drawn last, so that a seed is the same run as ever where the server is
    plan = plan if chance.random() < 0.4 else _in_dialect(chance, plan)
    return _doubled(chance, plan) if chance.random() < 0.1 else plan


def _doubled(chance: Random, plan: Plan) -> Plan:
    """The same day at a gateway that sends some readings twice."""
    struck = {(it.till, it.call, it.nth) for it in plan.faults}
    twice = [
        Fault(till, "status", nth, Kind.DOUBLED, True, chance.uniform(0.02, 0.5))
        for till in range(plan.tills)
        for nth in range(12)
        if chance.random() < 0.4 and (till, "status", nth) not in struck
    ]
    return replace(plan, faults=(*plan.faults, *twice))


def _in_dialect(chance: Random, plan: Plan) -> Plan:
    """The same day at a server that is another."""
    excludes = chance.random() < 0.4
    dialect = Dialect(
        excludes=excludes,
        set_excludes=excludes is (chance.random() < 0.75),
        by_header=chance.random() < 0.3,
        lapses_s=chance.choice((2.0, 10.0, chance.uniform(1, 60))) if chance.random() < 0.15 else None,
    )
    strange = () if siege(plan) else tuple(_strange(chance, plan) for _ in range(chance.choice((0, 1, 2, 4))))
    struck = {(it.till, it.call, it.nth) for it in strange}
    usual = tuple(it for it in plan.faults if (it.till, it.call, it.nth) not in struck)
    return replace(plan, dialect=dialect, faults=usual + strange)


def siege(plan: Plan) -> bool:
    """Whether its commits and cancels are never answered."""
    return len(plan.faults) == 18 and {it.call for it in plan.faults} == {"commit", "cancel"}


def _strange(chance: Random, plan: Plan) -> Fault:
    """A success that is none, not yet one, or not for what was asked."""
    calls = ("pay", "pay", "commit", "cancel", *(("issue", "unissue") if plan.card_sales else ()))
    call = chance.choice(calls)
    kinds = (Kind.PROMISED, Kind.NO)
    if call == "pay":  # with several tills others' doings might hide how much it is: that is believed
        kinds += (Kind.UNREADABLE, *((Kind.HALF, Kind.HUNDREDTH) if plan.tills == 1 else ()))
    kind = chance.choice(kinds)
    does = kind in {Kind.HALF, Kind.HUNDREDTH} or (kind is not Kind.NO and chance.random() < 0.6)
    return Fault(
        till=chance.randrange(plan.tills),
        call=call,
        nth=int(chance.expovariate(1 / 1.0)),
        kind=kind,
        applies=does,
        after_s=chance.choice((0.02, 0.3, chance.uniform(0, 5.0))),
        breaks_s=chance.choice((0.05, 0.5, chance.uniform(0, APPLIED_WITHIN_S))),
    )


def _sales(chance: Random, tills: int, how: Amounts, ends_s: float) -> tuple[Sale, ...]:
    number = chance.randint(1, 6) if tills == 1 else chance.randint(tills, min(9, 3 * tills))
    home = chance.randrange(CARDS)
    rush = chance.choice((0.1, 0.4, 1.0))  # the smaller, the sooner the next customer comes
    sales = []
    for i in range(number):
        # 9 is enough of a base: a hold may be a half, all, one and a half or twice what was asked, either way
        minor = 2 * 9**i if how is Amounts.DISTINCT else chance.choice((2_500, 2_500, 1_000, 9_900))
        sales.append(
            Sale(
                till=i % tills,
                at_s=rush * chance.uniform(0, ends_s * (i // tills + 1) / (number // tills + 1)),
                card=home if chance.random() < 0.85 else 1 - home,
                minor=minor,
                decision=chance.choice(("f12", "f12", "f12", "escape", "escape", "walk")),
                think_s=chance.choice((0.0, 0.05, 0.5, 3.0)),
                patience_s=chance.choice((0.5, 0.5, 2.0, 12.0, 45.0)),
                twice=chance.random() < 0.3,
                insists=chance.choice((0, 3)),
                fidgets=tuple(_fidget(chance) for _ in range(chance.choice((0, 0, 1, 2)))),
            )
        )
    return tuple(sales)


def _fidget(chance: Random) -> Fidget:
    screen, key = chance.choice(_SCREENS), chance.choice((*_KEYS, *_AT_THE_LIST[::3]))
    if chance.random() < 0.3:
        screen, key = chance.choice(_TEMPTING)
    return Fidget(screen, chance.choice((0.0, 0.02, 0.3, 2.0)), key)


def _card_sale(chance: Random, tills: int, how: Amounts, ends_s: float, i: int) -> CardSale:
    cards = []
    for j in range(chance.choice((1, 1, 2, 3))):
        # with several tills no two cards are sold for the same: an amount tells whose sale it was
        minor = 1_000 * (3 * i + j + 1) if how is Amounts.DISTINCT else chance.choice((2_500, 5_000))
        cards.append((chance.choice((CARDS, CARDS, CARDS + 1, LIVE, LIVE)), minor))
    return CardSale(
        till=chance.randrange(tills),
        at_s=chance.uniform(0, ends_s),
        cards=tuple(cards),
        patience_s=chance.choice((0.5, 2.0, 12.0, 45.0)),
        twice=chance.random() < 0.3,
        hands_over=chance.random() < 0.7,
    )


def _undo(chance: Random, tills: int, ends_s: float) -> Undo:
    card = chance.choice((CARDS, CARDS, CARDS + 1, LIVE, 0))
    patience_s = chance.choice((0.5, 2.0, 12.0, 45.0))
    return Undo(
        chance.randrange(tills), chance.uniform(ends_s / 4, ends_s), card, patience_s, chance.random() < 0.3
    )


def _press(chance: Random, tills: int, ends_s: float, cards: bool) -> Press:
    key = chance.choice((*_KEYS, "restart", *(_ELSEWHERE if cards else ())))
    return Press(chance.randrange(tills), chance.uniform(0, ends_s), key)


def _at_the_list(chance: Random, tills: int, ends_s: float) -> Press:
    moment_s = chance.uniform(0, 1) ** 0.5 * (ends_s + 10)  # rather late: then there is something on it
    return Press(chance.randrange(tills), moment_s, chance.choice(_AT_THE_LIST))


def _fault(chance: Random, tills: int, cards: bool) -> Fault:
    call = chance.choice(_CALLS_WITH_CARDS if cards else _CALLS)
    if tills == 1 and call in _PROMISES and chance.random() < 0.5:
        return _promise(chance, call)
    if tills == 1 and call == "pay" and chance.random() < 0.1:
        return _afterthought(chance)
    kind = chance.choice(_KINDS.get(call, _ANY))
    never = _NEVER_APPLIED_LIVE if call == "issue_live" else _NEVER_APPLIED
    applies = kind in _ALWAYS_APPLIED or (kind not in never and chance.random() < 0.6)
    before_s = chance.choice((0.02, 0.02, 0.3, chance.uniform(0, APPLIED_WITHIN_S)))
    longest_s = 60.0 if call in {"pay", "issue_live"} else 15.0
    return Fault(
        till=chance.randrange(tills),
        call=call,
        nth=int(chance.expovariate(1 / (4 if call == "status" else 1.5))),
        kind=kind,
        applies=applies,
        before_s=before_s,
        after_s=chance.choice((0.02, 0.3, chance.uniform(0, longest_s))),
        breaks_s=chance.choice((0.05, before_s + 0.05)),
    )


def _promise(chance: Random, call: str) -> Fault:
    """A yes that is not so, or not yet. With several tills others' doings might hide it: that is believed."""
    return Fault(
        till=0,
        call=call,
        nth=int(chance.expovariate(1 / 1.5)),
        kind=chance.choice(_PROMISES[call]),
        applies=False,
        before_s=chance.choice((0.02, 0.3)),
        after_s=chance.choice((0.02, 0.3, chance.uniform(0, 5.0))),
        breaks_s=chance.choice((0.05, 0.5, chance.uniform(0, APPLIED_WITHIN_S))),
    )


def _afterthought(chance: Random) -> Fault:
    """A gateway gave up, and the server holds the amount long after the till could wait for it."""
    before_s = chance.choice((36.0, chance.uniform(APPLIED_WITHIN_S, 80)))
    nth = int(chance.expovariate(1 / 1.5))
    return Fault(0, "pay", nth, Kind.LOST, True, before_s, breaks_s=chance.choice((0.05, 5.0)))


def _siege(chance: Random) -> tuple[Fault, ...]:
    """Status and payments are answered, commits and cancels never are: a person is asked in the end.

    Unless the server does what it does not answer for.
    """
    kind, does = chance.choice((Kind.SERVER, Kind.LOST, Kind.CONFLICT)), chance.random() < 0.5
    return tuple(Fault(0, call, nth, kind, applies=does) for call in ("commit", "cancel") for nth in range(9))


def _outage(chance: Random, ends_s: float) -> Outage:
    lasts_s = chance.choice((0.5, 5.0, chance.uniform(10, 240)))
    return Outage(chance.uniform(0, ends_s), lasts_s, chance.choice(tuple(Down)))


def _disk(chance: Random, tills: int) -> DiskFault:
    nth, more = int(chance.expovariate(1 / 5)), chance.choice((0, 0, 1, 50))
    return DiskFault(chance.randrange(tills), nth, more, written=chance.random() < 0.3)


def _expiry(chance: Random) -> Expiry:
    return Expiry(int(chance.expovariate(1 / 1.5)), chance.choice((0.1, 0.4, 2.0, chance.uniform(0, 40))))


def _crash(chance: Random, tills: int) -> Crash:
    down_s = chance.choice((0.1, 2.0, chance.uniform(1, 60)))
    return Crash(
        chance.randrange(tills), int(chance.expovariate(1 / 25)), chance.choice((0, 0, 0, 1, 2, 4)), down_s
    )


def _jump(chance: Random, tills: int, ends_s: float) -> ClockJump:
    by_s = chance.choice((-1, 1)) * chance.choice((30.0, 3_600.0, chance.uniform(1, 86_400)))
    return ClockJump(chance.randrange(tills), chance.uniform(0, ends_s), by_s)


def _nap(chance: Random, tills: int, ends_s: float) -> Nap:
    lasts_s = chance.choice((1.0, 20.0, chance.uniform(1, 120)))
    return Nap(chance.randrange(tills), chance.uniform(0, ends_s), lasts_s, counted=chance.random() < 0.5)
