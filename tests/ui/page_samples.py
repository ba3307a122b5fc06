"""The pages beside the stages in every state: holds, closing an entry, lists, help, settings, the lock."""

from datetime import timedelta
from typing import Any, Final

from msgspec.structs import replace
from ui.made import AFTERNOON, Setting
from ui.sale_samples import LIVE, UNPRINTED
from ui.till_samples import CALM, HELD, ORPHAN, Steps, card, eur, payment

from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.operation import Doubt
from centara_giftcard.domain.operators import Denial, Denied, Need, Permission
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.events import (
    Asked,
    OpenChanged,
    OperatorChanged,
    OverrideAsked,
    Refusal,
    ScanRefused,
    ServerHeard,
    SignOnDenied,
    Why,
)
from centara_giftcard.terminal.ports import Closure, Record

RECORD: Final = Record(
    "op-9", "payment", "committed", eur(1_250), "•••• 0017", "7", AFTERNOON, AFTERNOON, True
)
CLOSED: Final = Closure("101", "Settled with the customer", AFTERNOON)
_STATES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"state": "cancelled"},
    {"state": "not_held", "card": "•••• 9203"},
    {"kind": "issue", "state": "done", "amount": eur(5_000), "card": "•••• 4420"},
    {"kind": "unissue", "state": "done", "amount": eur(5_000), "card": "•••• 4420"},
    {"kind": "issue_live", "state": "done", "settled": False, "card": "•••• 3333"},
    {"state": "orphan_hold", "settled": True, "closed": CLOSED, "operator": ""},
    {"state": "unclear", "settled": False, "amount": eur(124_000)},
)


def _since(minutes: int, **known: Any) -> dict[str, Any]:
    return {"created_at": AFTERNOON - timedelta(minutes=minutes), **known}


RECORDS: Final = tuple(replace(RECORD, **{**_since(37 * n), **_STATES[n % len(_STATES)]}) for n in range(24))
DAMAGED: Final = replace(RECORD, id="op-5", state="held", card="•••• 4420", **_since(2_000))
MISMATCH: Final = payment(
    State.UNCLEAR, problem=Cause.AMOUNT_DIFFERS, watched=False, held=eur(124_000), **_since(48, id="op-2")
)
OPEN: Final[tuple[Payment | Issue, ...]] = (
    payment(State.COMMITTING, decision=Decision.TAKE, doubt=Doubt.LOST, problem=Cause.LOST, **_since(3)),
    MISMATCH,
    replace(ORPHAN, **_since(130, id="op-3")),
    replace(UNPRINTED, **_since(305)),
)
HOLDS: Final[Steps] = (OpenChanged(OPEN, (DAMAGED,)), "f5")
_MANY = tuple(
    replace(OPEN[n % 3], id=f"op-{n}", card=CardNumber(f"609100000000{n * 371 % 10000:04d}"))
    for n in range(14)
)
_FACTS: Final = (
    ("till.store", "12"),
    ("till.pos", "3"),
    ("till.currency", "EUR"),
    ("loyalty.server", "https://centara.online/loyalty/api/v1/pos"),
    ("loyalty.group", "acme"),
    ("printer.address", "tcp://192.168.1.87:9100"),
)

_LOCKED: Final = OperatorChanged("", locked=True)
_ASKED: Final = OverrideAsked(
    (Need(Permission.SELL_LIVE, eur(50_000)), Need(Permission.SELL, eur(124_000))), ("supervisor", "manager")
)

STATES: Final[dict[str, Steps]] = {
    "holds": HOLDS,
    "holds_release": (*HOLDS, "down"),
    "holds_asking": (*HOLDS, "down", "down", "a"),
    "holds_asked": (*HOLDS, "down", "down", "a", Asked("op-3", None)),
    "holds_unprinted": (*HOLDS, "down", "down", "down"),
    "holds_close_only": (*HOLDS, "down", "down", "down", "down"),
    "holds_in_front": (HELD, OpenChanged((), (), (HELD.payment,)), "f5"),
    "holds_many": (OpenChanged(_MANY), "f5", *["down"] * 9),
    "holds_empty": ("f5", ServerHeard(0.034)),
    "holds_no_card": (*HOLDS, ScanRefused("one_missing")),
    "why_closed": (*HOLDS, "down", "down", "c"),
    "why_written": (*HOLDS, "down", "down", "c", "5", "Kunde bar ausgezahlt, Beleg liegt in der Kasse"),
    "who_closes": (*HOLDS, "down", "down", "c", "1", "101"),
    "not_a_supervisor": (*HOLDS, "down", "down", "c", "1", "7", "enter", Refusal(Why.NOT_A_SUPERVISOR)),
    "history": ("f6",),
    "shift": ("f7",),
    "settings": ("f9",),
    "help": ("f1",),
    "help_holds": ("f5", "f1"),
    "help_sell": ("f3", "f1"),
    "help_undo": ("f4", "f1"),
    "lock": (card(), "f10"),
    "lock_typed": (card(), "f10", "101"),
    "sign_on": (_LOCKED,),
    "sign_on_pin": (_LOCKED, "101", "enter", "7391"),
    "sign_on_checking": (_LOCKED, "101", "enter", "7391", "enter"),
    "sign_on_wait": (_LOCKED, SignOnDenied(Denied(Denial.WAIT, 128.0))),
    "sign_on_locked_out": (_LOCKED, SignOnDenied(Denied(Denial.LOCKED))),
    "sign_on_disk": (_LOCKED, SignOnDenied(Denied(Denial.DISK))),
    "override": (card(), _ASKED),
    "override_denied": (card(), _ASKED, SignOnDenied(Denied(Denial.NOT_ALLOWED))),
    "override_by_nobody": (card(), replace(_ASKED, groups=())),
}
STATES_OF: Final[dict[str, Setting]] = {
    **{name: Setting(records=RECORDS) for name in ("history", "shift")},
    **{name: Setting(series=LIVE[:1]) for name in STATES if name.startswith("help")},
    **{name: Setting(signs_on=True) for name in STATES if name.startswith(("sign_on", "override"))},
    "settings": Setting(facts=_FACTS),
}
EMPTY: Final[Steps] = (*CALM, "f6")
