"""Small runs that once broke an invariant, told as plans: what the simulator found, shrunk and put in order.

Each is one story. All calls take 0.05 s each way and all writes 5 ms, so that the moments in the plans can
be read.
"""

from dataclasses import dataclass, replace
from typing import Final

from simulation.plan import (
    LIVE,
    Again,
    Amounts,
    CardSale,
    Crash,
    DiskFault,
    Expiry,
    Fault,
    Kind,
    Plan,
    Press,
    Sale,
    Undo,
)


def _calm(tills: int, heals_s: float) -> Plan:
    return Plan(
        seed=-1,
        tills=tills,
        cards=(10_000, 5_000),
        blank=2,
        amounts=Amounts.FEW,
        again=Again.NOT_FOUND,
        tells_balance=False,
        calls_s=(0.05,),
        writes_s=(0.005,),
        heals_s=heals_s,
    )


CALM: Final = _calm(tills=1, heals_s=60.0)


@dataclass(frozen=True)
class Story:
    """What happens, which invariant broke, and the plan."""

    name: str
    broke: int
    plan: Plan


STORIES: Final = (
    Story(
        "one till: the balance before is older than the release of the till's own last hold",
        4,
        replace(
            _calm(tills=1, heals_s=60.0),
            sales=(
                Sale(0, 0.1, 0, 2_500, "escape", 0.1, 0.6),
                Sale(0, 0.8, 0, 2_500, "f12", 0.1, 12.0),
            ),
            presses=(Press(0, 2.2, "7"), Press(0, 2.3, "enter")),
            faults=(
                Fault(0, "cancel", 0, Kind.LOST, applies=False),
                Fault(0, "pay", 1, Kind.LOST, applies=True),
            ),
        ),
    ),
    Story(
        "one till: a decision to take that failed to be written, and was written, wakes up after its release",
        6,
        replace(
            _calm(tills=1, heals_s=20.0),
            sales=(Sale(0, 0.1, 0, 2_500, "f12", 0.5, 12.0),),
            disk=(DiskFault(0, 4, 0, written=True),),
            faults=(Fault(0, "cancel", 0, Kind.LOST, applies=False),),
            crashes=(Crash(0, 15, 0, 2.0),),
        ),
    ),
    Story(
        "one till: of two orphan holds the older expires, and the younger is taken off the list",
        4,
        replace(
            _calm(tills=1, heals_s=20.0),
            sales=(Sale(0, 0.1, 0, 2_500, "f12", 0.1, 3.0), Sale(0, 5.0, 0, 2_500, "f12", 0.1, 3.0)),
            faults=(Fault(0, "pay", 0, Kind.LOST, applies=True), Fault(0, "pay", 1, Kind.LOST, applies=True)),
            expiries=(Expiry(0, 14.0),),
        ),
    ),
    Story(
        "one till: an orphan's late answer releases it, and that hides the next hold on the card",
        4,
        replace(
            _calm(tills=1, heals_s=60.0),
            sales=(Sale(0, 0.1, 0, 2_500, "f12", 0.1, 12.0), Sale(0, 24.0, 0, 2_500, "f12", 0.1, 3.0)),
            faults=(
                Fault(0, "pay", 0, Kind.SLOW, applies=True, after_s=30.0),
                Fault(0, "pay", 1, Kind.LOST, applies=True, breaks_s=8.0),
            ),
        ),
    ),
    Story(
        "one till: a hold that went before it was read is released for ever",
        5,
        replace(
            _calm(tills=1, heals_s=20.0),
            sales=(Sale(0, 0.1, 0, 2_500, "escape", 2.0, 12.0),),
            faults=(Fault(0, "status", 1, Kind.SLOW, applies=True, before_s=0.5),),
            expiries=(Expiry(0, 0.2),),
        ),
    ),
    Story(
        "one till: a hold that went before it was read, over an orphan, is released for ever",
        5,
        replace(
            _calm(tills=1, heals_s=20.0),
            sales=(Sale(0, 0.1, 0, 2_500, "f12", 0.1, 3.0), Sale(0, 5.0, 0, 1_000, "escape", 2.0, 12.0)),
            faults=(Fault(0, "pay", 0, Kind.LOST, applies=True),),
            expiries=(Expiry(1, 0.08),),
        ),
    ),
    Story(
        "one till: a card is sold without an answer, the cashier leaves the list, and no list has it",
        1,
        replace(
            _calm(tills=1, heals_s=20.0),
            card_sales=(CardSale(0, 0.1, ((2, 2_500),), 12.0),),
            faults=(Fault(0, "issue", 0, Kind.SERVER, applies=True),),
        ),
    ),
    Story(
        "one till: a lost un-issue is called done because one reading finds no such card",
        1,
        replace(
            _calm(tills=1, heals_s=20.0),
            card_sales=(CardSale(0, 0.1, ((2, 2_500),), 12.0),),
            undos=(Undo(0, 5.0, 2, 12.0),),
            faults=(
                Fault(0, "unissue", 0, Kind.LOST, applies=False),
                Fault(0, "status", 3, Kind.UNKNOWN, applies=False),
            ),
        ),
    ),
    Story(
        "one till: a sale for another amount is undone, the card sold anew, and both are called sold",
        1,
        replace(
            _calm(tills=1, heals_s=20.0),
            card_sales=(
                CardSale(0, 0.1, ((2, 5_000),), 12.0),
                CardSale(0, 5.0, ((2, 5_000),), 12.0),
            ),
            undos=(Undo(0, 3.0, 2, 12.0),),
            presses=(Press(0, 10.0, "ask 0"),),
            faults=(Fault(0, "issue", 0, Kind.MORE, applies=True),),
        ),
    ),
    Story(
        "one till: asking again about a printed card whose number came late stops the till",
        7,
        replace(
            _calm(tills=1, heals_s=40.0),
            card_sales=(CardSale(0, 0.1, ((LIVE, 2_500),), 12.0, hands_over=False),),
            presses=(Press(0, 25.0, "ask 0"),),
            faults=(Fault(0, "issue_live", 0, Kind.SLOW, applies=True, after_s=15.0),),
        ),
    ),
    Story(
        "two tills, equal amounts: another till's commit is taken for one's own: paid, and it is not",
        1,
        replace(
            _calm(tills=2, heals_s=20.0),
            sales=(Sale(1, 0.1, 0, 2_500, "f12", 3.0, 12.0), Sale(0, 0.4, 0, 2_500, "f12", 0.5, 12.0)),
            faults=(Fault(0, "commit", 0, Kind.CONFLICT, applies=False, after_s=4.0),),
        ),
    ),
    Story(
        "two tills, equal amounts: another till's release hides one's own hold",
        4,
        replace(
            _calm(tills=2, heals_s=60.0),
            sales=(Sale(1, 0.1, 0, 2_500, "escape", 5.0, 12.0), Sale(0, 1.0, 0, 2_500, "f12", 0.5, 12.0)),
            faults=(Fault(0, "pay", 0, Kind.LOST, applies=True, breaks_s=6.0),),
        ),
    ),
    Story(
        "one till: a late hold is there when its card is read for the next request, and no list has it",
        4,
        replace(
            _calm(tills=1, heals_s=70.0),
            sales=(
                Sale(0, 0.1, 0, 2_500, "f12", 0.1, 12.0),
                Sale(0, 34.0, 0, 1_000, "f12", 0.1, 3.0),
            ),
            presses=(Press(0, 50.0, "enter"), Press(0, 58.0, "close 0")),
            faults=(
                Fault(0, "pay", 0, Kind.LOST, applies=True, before_s=36.0),
                Fault(0, "pay", 1, Kind.CONFLICT, applies=True),
            ),
        ),
    ),
    Story(
        "one till: of two lost requests of one amount the older is listed for the newer's late hold",
        2,
        replace(
            _calm(tills=1, heals_s=90.0),
            sales=(
                Sale(0, 0.1, 1, 5_000, "f12", 0.1, 12.0),
                Sale(0, 29.0, 1, 5_000, "f12", 0.1, 45.0),
            ),
            presses=(Press(0, 40.0, "enter"),),
            faults=(
                Fault(0, "pay", 0, Kind.LOST, applies=False),
                Fault(0, "pay", 1, Kind.LOST, applies=True, before_s=37.0),
            ),
        ),
    ),
    Story(
        "one till: two lost requests are carried out together, long after, and no list has them",
        4,
        replace(
            _calm(tills=1, heals_s=80.0),
            sales=(
                Sale(0, 0.1, 0, 2_500, "f12", 0.1, 12.0),
                Sale(0, 36.0, 0, 2_500, "f12", 0.1, 45.0),
            ),
            faults=(
                Fault(0, "pay", 0, Kind.LOST, applies=True, before_s=74.0),
                Fault(0, "pay", 1, Kind.LOST, applies=True, before_s=38.0),
            ),
        ),
    ),
    Story(
        "two tills: a hold whose answer is late is released beside another's, and that is not seen",
        5,
        replace(
            _calm(tills=2, heals_s=20.0),
            amounts=Amounts.DISTINCT,
            again=Again.CONFLICT,
            sales=(Sale(0, 0.1, 1, 50, "f12", 0.1, 12.0), Sale(1, 0.5, 1, 1_500, "f12", 0.1, 12.0)),
            faults=(
                Fault(0, "pay", 0, Kind.SLOW, applies=True, after_s=57.0),
                Fault(1, "pay", 0, Kind.SILENT, applies=True),
            ),
        ),
    ),
    Story(
        "one till: a success cannot be read, the till is started again, and the next card is frozen too",
        3,
        replace(
            _calm(tills=1, heals_s=20.0),
            sales=(Sale(0, 0.1, 0, 2_500, "f12", 0.1, 3.0), Sale(0, 10.0, 1, 1_000, "f12", 0.1, 3.0)),
            presses=(Press(0, 5.0, "restart"),),
            faults=(Fault(0, "pay", 0, Kind.UNREADABLE, applies=True),),
        ),
    ),
    Story(
        "one till: two successes in a row cannot be read, and a third payment is requested",
        3,
        replace(
            _calm(tills=1, heals_s=60.0),
            sales=(
                Sale(0, 0.1, 0, 2_500, "f12", 0.1, 3.0),
                Sale(0, 5.0, 1, 2_500, "f12", 0.1, 3.0),
                Sale(0, 45.0, 0, 1_000, "f12", 0.1, 3.0),
            ),
            faults=tuple(Fault(0, "pay", nth, Kind.UNREADABLE, applies=False) for nth in (0, 1)),
        ),
    ),
    Story(
        "one till: a yes to a release did nothing, and less is held since an orphan of that card lapsed",
        4,
        replace(
            _calm(tills=1, heals_s=60.0),
            sales=(Sale(0, 0.1, 0, 1_000, "f12", 0.1, 3.0), Sale(0, 5.0, 0, 2_500, "escape", 12.0, 12.0)),
            expiries=(Expiry(0, 9.0),),
            faults=(
                Fault(0, "pay", 0, Kind.SERVER, applies=True),
                Fault(0, "cancel", 0, Kind.UNREADABLE, applies=False),
                Fault(0, "cancel", 1, Kind.LATER, applies=False, breaks_s=16.0),
            ),
        ),
    ),
    Story(
        "two tills: a lost undo of a card in use is told as in vain, and carried out once it is free",
        2,
        replace(
            _calm(tills=2, heals_s=50.0),
            card_sales=(CardSale(0, 0.1, ((2, 2_500),), 12.0),),
            undos=(Undo(0, 3.0, 2, 12.0),),
            sales=(Sale(1, 2.98, 2, 1_000, "escape", 0.5, 12.0),),
            faults=(Fault(0, "unissue", 0, Kind.LOST, applies=True, before_s=20.0),),
        ),
    ),
)
