"""Deliberate bugs, applied to the real code for as long as a `with` lasts. Each is one that a programmer
could make.

Most are put between the terminal and the payment machine (`terminal.payments.step`), so that they outlive
changes inside the machine.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from centara_giftcard.domain import operation
from centara_giftcard.domain import payment as machine
from centara_giftcard.domain.operation import Call, Doubt, Effect, Overdue, Reply, Restarted, StatusSeen
from centara_giftcard.domain.payment import SETTLED, Decision, Event, Payment, Release, State, Step, Take
from centara_giftcard.domain.replies import Accepted, Cause, HoldPlaced, NotSent, OutcomeUnknown, Refused
from centara_giftcard.journal import codec
from centara_giftcard.terminal import operations as core
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.operations import Operations
from centara_giftcard.ui.presenters import sentences
from centara_giftcard.ui.presenters.till import TillPresenter

Machine = Callable[[Payment, Event], Step]


@dataclass(frozen=True)
class Mutant:
    """A bug: its name, and what it replaces (owner, attribute, replacement)."""

    name: str
    patches: tuple[tuple[Any, str, Any], ...]


@contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """Have the bug in the program, and then no more."""
    kept = [(owner, name, owner.__dict__[name]) for owner, name, _ in mutant.patches]
    for owner, name, replacement in mutant.patches:
        setattr(owner, name, replacement)
    try:
        yield
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)


def _is(event: Event, call: Call, *results: type) -> bool:
    return isinstance(event, Reply) and event.call is call and isinstance(event.result, results)


def _in_machine(name: str, bug: Callable[[Payment, Event], Step | None]) -> Mutant:
    """A bug in the machine: `bug` returns what it does wrong, or None where it does nothing wrong."""
    right: Machine = machine.step

    def step(payment: Payment, event: Event) -> Step:
        wrong = bug(payment, event)
        return right(payment, event) if wrong is None else wrong

    return Mutant(name, ((core, "step", step),))


def _answered_as(name: str, call: Call, causes: set[Cause], result: Accepted) -> Mutant:
    def bug(payment: Payment, event: Event) -> Step | None:
        if isinstance(event, Reply) and event.call is call and getattr(event.result, "cause", None) in causes:
            return machine.step(payment, Reply(call, result))
        return None

    return _in_machine(name, bug)


def _repeats_pay(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.PAY, OutcomeUnknown) and payment.state is State.REQUESTING and not payment.doubt:
        return payment, Effect(Call.PAY, 1.0)
    return None


def _flips(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, Restarted) and payment.decision is Decision.TAKE:
        return machine.step(replace(payment, state=State.HELD, decision=None), Release())
    return None


def _gives_up_taking(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.COMMIT, OutcomeUnknown):
        return replace(payment, state=State.CANCELLING, decision=Decision.RELEASE), Effect(Call.CANCEL)
    return None


def _ignores_a_late_hold(payment: Payment, event: Event) -> Step | None:
    late = payment.doubt is not None or payment.state is not State.REQUESTING
    if _is(event, Call.PAY, HoldPlaced) and late:
        return replace(payment, state=State.NOT_HELD, doubt=None), None
    return None


def _offers_a_late_hold(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.PAY, HoldPlaced) and payment.doubt is not None:
        return machine.step(replace(payment, state=State.REQUESTING, doubt=None), event)
    return None


def _not_sent_is_lost(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.PAY, NotSent):
        seen = replace(payment, state=State.ORPHAN_HOLD, seen=payment.before, watched=False)
        return seen, None
    return None


def _refused_is_final(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.PAY, Refused):
        return replace(payment, state=State.REFUSED, doubt=None), None
    return None


def _wrong_balance(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, StatusSeen) and payment.decision is not None and payment.doubt is not None:
        moved, effect = machine.step(replace(payment, holding=payment.before), event)
        return replace(moved, holding=payment.holding), effect
    return None


def _net_does_not_count(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, StatusSeen) and payment.decision is Decision.TAKE and payment.doubt and payment.held:
        base = payment.holding or payment.before
        if event.balance.authorised < base.authorised or event.balance.authorised < payment.held:
            return replace(payment, state=State.COMMITTED, doubt=None), None
    return None


def _refused_is_not_paid(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.COMMIT, Refused):
        return replace(payment, state=State.NOT_HELD, doubt=None), None
    return None


def _paid_after_six(payment: Payment, event: Event) -> Step | None:
    moved, effect = machine.step(payment, event)
    if moved.state is State.UNCLEAR and moved.decision is Decision.TAKE and moved.watched:
        return replace(moved, state=State.COMMITTED, doubt=None), None
    return moved, effect


def _skips_held(payment: Payment, event: Event) -> Step | None:
    return (payment, None) if isinstance(event, Restarted) and payment.state is State.HELD else None


def _skips_requesting(payment: Payment, event: Event) -> Step | None:
    lost = isinstance(event, Restarted) and payment.state is State.REQUESTING
    return (replace(payment, state=State.NOT_HELD), None) if lost else None


def _no_repeats(payment: Payment, event: Event) -> Step | None:
    if _is(event, Call.CANCEL, OutcomeUnknown, NotSent):
        return payment, None
    return None


def _any_growth_is_ours(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, StatusSeen) and payment.decision is None and payment.doubt is Doubt.LOST:
        same = replace(event, balance=payment.before)
        return machine.step(payment, same)
    return None


# --- in the terminal ---


async def _start_unwritten(self: Any, payment: Payment) -> None:
    self._keep(payment, Effect(Call.PAY))


_keep = Operations._keep
_apply = Operations.apply
_enter_key = TillPresenter._enter_key
_entry_of = codec.entry_of
_told = sentences.payment


def _keep_twice(self: Any, payment: Payment, effect: Effect | None) -> None:
    _keep(self, payment, effect)
    if effect is not None and effect.call is Call.COMMIT:
        _keep(self, payment, effect)


async def _send_then_write(self: Any, id: str, event: Event, number: int = 0) -> None:
    if isinstance(event, Take) and id in self._live and self._live[id].state is State.HELD:
        payment, effect = machine.step(self._live[id], event)
        self._keep(payment, effect)
        await self._journal.record(payment, "Take")
        return
    await _apply(self, id, event, number)


async def _forgets_overdue(self: Any, id: str, event: Event, number: int = 0) -> None:
    if isinstance(event, Overdue):
        self._live.pop(id, None)
        return
    await _apply(self, id, event, number)


async def _does_not_write_replies(self: Any, id: str, event: Event, number: int = 0) -> None:
    if isinstance(event, Reply) and isinstance(event.result, HoldPlaced) and id in self._live:
        self._awaited[id] -= 1
        self._keep(*machine.step(self._live[id], event))
        return
    await _apply(self, id, event, number)


def _enter_takes(self: Any) -> None:
    if self.payment is not None and self.payment.payment.state is State.HELD:
        self._press("take")
    else:
        _enter_key(self)


def _f12_is_remembered(self: Any) -> None:
    async def decide() -> None:
        if self._payment is None or self._payment.state is State.REQUESTING:
            await self._clock.sleep(0.2)
        if self._payment is not None:
            await self._payments.apply(self._payment.id, Take())

    self._put(decide)


def _without_code(payment: Payment) -> codec.Entry:
    entry = _entry_of(payment)
    entry.secrets.pop("auth_code", None)
    return entry


def _without_decision(payment: Payment) -> codec.Entry:
    undecided = payment.state in {State.COMMITTING, State.CANCELLING}
    return _entry_of(replace(payment, state=State.HELD, decision=None) if undecided else payment)


def _paid_too_soon(words: Any, event: Any) -> Any:
    if event.operation.state is State.COMMITTING:
        return _told(words, event)[0], sentences.PAID
    return _told(words, event)


def _unclear_is_not_paid(words: Any, event: Any) -> Any:
    band, outcome = _told(words, event)
    return band, sentences.NOT_PAID if outcome == sentences.UNCLEAR else outcome


_4XX: Final = {Cause.REFUSED, Cause.NOT_FOUND, Cause.NOT_ACCEPTED}
_UNKNOWN: Final = {Cause.LOST, Cause.TIMEOUT, Cause.SERVER_ERROR, Cause.UNREADABLE}

MUTANTS: Final = (
    Mutant("the intent is not written down", ((Operations, "start", _start_unwritten),)),
    Mutant("a reply is not written down", ((Operations, "apply", _does_not_write_replies),)),
    Mutant("the commit is sent before it is written", ((Operations, "apply", _send_then_write),)),
    Mutant("the auth code is not kept", ((codec, "entry_of", _without_code),)),
    Mutant("the decision is not kept", ((codec, "entry_of", _without_decision),)),
    Mutant("an overdue request is forgotten", ((Operations, "apply", _forgets_overdue),)),
    Mutant("two commits at a time", ((Operations, "_keep", _keep_twice),)),
    Mutant("Enter takes the payment", ((TillPresenter, "_enter_key", _enter_takes),)),
    Mutant("F12 before the hold is remembered", ((Controller, "take", _f12_is_remembered),)),
    Mutant("'paid' while it is being taken", ((sentences, "payment", _paid_too_soon),)),
    Mutant("'not paid' where it is unclear", ((sentences, "payment", _unclear_is_not_paid),)),
    Mutant("no quiet window", ((operation, "QUIET_S", 0.0),)),
    Mutant("orphan holds count as settled", ((machine, "SETTLED", SETTLED | {State.ORPHAN_HOLD}),)),
    _in_machine("a lost request is repeated", _repeats_pay),
    _answered_as("409 is success", Call.COMMIT, {Cause.CONFLICT}, Accepted()),
    _answered_as("no answer to a commit is success", Call.COMMIT, _UNKNOWN, Accepted()),
    _answered_as("4xx to a cancel is success", Call.CANCEL, _4XX, Accepted()),
    _answered_as("no answer to a cancel is success", Call.CANCEL, _UNKNOWN, Accepted()),
    _in_machine("a decision flips at restart", _flips),
    _in_machine("a commit without an answer is cancelled", _gives_up_taking),
    _in_machine("a late hold is ignored", _ignores_a_late_hold),
    _in_machine("a request that was not sent is an orphan hold", _not_sent_is_lost),
    _in_machine("a refused request is final", _refused_is_final),
    _in_machine("compares with the balance before the hold", _wrong_balance),
    _in_machine("the net balance does not count", _net_does_not_count),
    _in_machine("a refused commit is not paid", _refused_is_not_paid),
    _in_machine("paid after six attempts", _paid_after_six),
    _in_machine("recovery skips holds", _skips_held),
    _in_machine("recovery skips requests", _skips_requesting),
    _in_machine("a cancel is not repeated", _no_repeats),
    _in_machine("what grew is not looked at", _any_growth_is_ours),
)
