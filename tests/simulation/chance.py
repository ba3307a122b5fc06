"""Draws a plan from a seed. The only random generator of the simulator: everything after it is determined.

Storms differ on purpose: some runs are calm, some have one kind of trouble, some have all of it at once.
"""

from random import Random
from typing import Final

from simulation.plan import (
    APPLIED_WITHIN_S,
    Again,
    Amounts,
    Crash,
    DiskFault,
    Down,
    Expiry,
    Fault,
    Fidget,
    Kind,
    Outage,
    Plan,
    Press,
    Sale,
)

CARDS: Final = 2
_KEYS: Final = ("f12", "enter", "escape", "7", "scan 0", "scan 1", "backspace")
_SCREENS: Final = ("checking", "card", "amount", "requesting", "hold", "committing", "cancelling", "done")
_TEMPTING: Final = (
    ("requesting", "f12"),
    ("hold", "enter"),
    ("hold", "scan 0"),
    ("committing", "escape"),
    ("cancelling", "f12"),
)
_ANY: Final = (
    Kind.SLOW,
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
_ALWAYS_APPLIED: Final = (Kind.SLOW, Kind.RESCUED, Kind.OTHER_CARD, Kind.MORE, Kind.PART)
_CALLS: Final = ("status", "pay", "pay", "commit", "cancel")


def draw(seed: int, tills: int | None = None, amounts: Amounts | None = None) -> Plan:
    """Return the plan of a seed. With one till the amounts are few, with several distinct, or as told."""
    chance = Random(seed)
    number = chance.choice((1, 1, 1, 1, 2, 2, 3, 4))
    number = tills or number
    how = amounts or (Amounts.FEW if number == 1 else Amounts.DISTINCT)
    storm = chance.choice((0.3, 1.0, 1.0, 2.0))
    ends_s = chance.uniform(15, 70)

    def some(usual: float, most: int) -> range:
        return range(min(most, int(chance.expovariate(1 / (usual * storm)) + 0.5)))

    return Plan(
        seed=seed,
        tills=number,
        cards=(2 * 9**11,) * CARDS if how is Amounts.DISTINCT else (10_000, 5_000),
        amounts=how,
        again=chance.choice(tuple(Again)),
        tells_balance=chance.random() < 0.3,
        calls_s=tuple(round(chance.expovariate(1 / 0.15) + 0.005, 3) for _ in range(13)),
        writes_s=tuple(round(chance.expovariate(1 / 0.01) + 0.001, 4) for _ in range(7)),
        heals_s=ends_s + 10,
        sales=_sales(chance, number, how, ends_s),
        presses=tuple(_press(chance, number, ends_s) for _ in some(1.5, 8)),
        faults=tuple(_fault(chance, number) for _ in some(5, 24)),
        outages=tuple(_outage(chance, ends_s) for _ in some(0.4, 3)),
        disk=tuple(_disk(chance, number) for _ in some(0.2, 2)),
        crashes=tuple(_crash(chance, number) for _ in some(0.6, 5)),
        expiries=tuple(_expiry(chance) for _ in some(0.25, 2)),
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
    screen, key = chance.choice(_SCREENS), chance.choice(_KEYS)
    if chance.random() < 0.3:
        screen, key = chance.choice(_TEMPTING)
    return Fidget(screen, chance.choice((0.0, 0.02, 0.3, 2.0)), key)


def _press(chance: Random, tills: int, ends_s: float) -> Press:
    key = chance.choice((*_KEYS, "close"))
    return Press(chance.randrange(tills), chance.uniform(0, ends_s), key)


def _fault(chance: Random, tills: int) -> Fault:
    call = chance.choice(_CALLS)
    kind = chance.choice(_PAY if call == "pay" else _ANY)
    applies = kind in _ALWAYS_APPLIED or (kind not in _NEVER_APPLIED and chance.random() < 0.6)
    before_s = chance.choice((0.02, 0.02, 0.3, chance.uniform(0, APPLIED_WITHIN_S)))
    longest_s = 60.0 if call == "pay" else 15.0
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
