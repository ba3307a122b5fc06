"""Deliberate bugs, applied to the real code for as long as a `with` lasts. Each is one that a programmer
could make.

Most are put between the terminal and the machines (`terminal.operations.step`), so that they outlive changes
inside the machines.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace
from simulation.lies import LIES
from simulation.life import SimClock
from simulation.mutant import Mutant, in_issues, in_machine, is_reply

from centara_giftcard.domain import issue as issuing
from centara_giftcard.domain import operation, payment_data
from centara_giftcard.domain import payment as machine
from centara_giftcard.domain.issue import Ending, HandedOver, Issue
from centara_giftcard.domain.operation import (
    AskedAgain,
    Call,
    Closed,
    Doubt,
    Effect,
    Overdue,
    Overtaken,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import SETTLED, Decision, Event, Payment, Release, State, Step, Take
from centara_giftcard.domain.payment_data import repeated
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    Issued,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.journal import codec
from centara_giftcard.loyalty.seen import SeenCards
from centara_giftcard.terminal import watch
from centara_giftcard.terminal.events import ServerSilent
from centara_giftcard.terminal.exceptions import Exceptions
from centara_giftcard.terminal.operations import Operations
from centara_giftcard.terminal.paying import Paying
from centara_giftcard.terminal.selling import Selling
from centara_giftcard.terminal.watch import Watch
from centara_giftcard.ui.presenters import sell_sentences, sentences
from centara_giftcard.ui.presenters.till import TillPresenter


def _answered_as(name: str, call: Call, causes: set[Cause], result: Accepted) -> Mutant:
    def bug(payment: Payment, event: Event) -> Step | None:
        if isinstance(event, Reply) and event.call is call and getattr(event.result, "cause", None) in causes:
            return machine.step(payment, Reply(call, result))
        return None

    return in_machine(name, bug)


def _repeats_pay(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.PAY, OutcomeUnknown) and payment.state is State.REQUESTING and not payment.doubt:
        return payment, Effect(Call.PAY, 1.0)
    return None


def _flips(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, Restarted) and payment.decision is Decision.TAKE:
        return machine.step(replace(payment, state=State.HELD, decision=None), Release())
    return None


def _gives_up_taking(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.COMMIT, OutcomeUnknown):
        return replace(payment, state=State.CANCELLING, decision=Decision.RELEASE), Effect(Call.CANCEL)
    return None


def _ignores_a_late_hold(payment: Payment, event: Event) -> Step | None:
    late = payment.doubt is not None or payment.state is not State.REQUESTING
    if is_reply(event, Call.PAY, HoldPlaced) and late:
        return replace(payment, state=State.NOT_HELD, doubt=None), None
    return None


def _not_sent_is_lost(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.PAY, NotSent):
        seen = replace(payment, state=State.ORPHAN_HOLD, seen=payment.before, watched=False)
        return seen, None
    return None


def _refused_is_final(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.PAY, Refused):
        return replace(payment, state=State.REFUSED, doubt=None), None
    return None


def _net_does_not_count(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, StatusSeen) and payment.decision is Decision.TAKE and payment.doubt and payment.held:
        base = payment.holding or payment.before
        under, left = base.authorised, event.balance.authorised
        if under is not None and left is not None and (left < under or left < payment.held):
            return replace(payment, state=State.COMMITTED, doubt=None), None
    return None


def _refused_is_not_paid(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.COMMIT, Refused):
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
    if is_reply(event, Call.CANCEL, OutcomeUnknown, NotSent):
        return payment, None
    return None


def _a_yes_is_enough(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.COMMIT, Accepted):
        return replace(payment, state=State.COMMITTED, doubt=None), Effect(Call.STATUS)
    return None


def _a_reading_is_read_as_one_likes(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, StatusSeen) and payment.doubt is Doubt.ACCEPTED:
        done = State.COMMITTED if payment.decision is Decision.TAKE else State.CANCELLED
        return replace(payment, state=done, after=event.balance, doubt=None), None
    return None


def _a_word_is_never_read_after(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, Unread):
        moved, _ = machine.step(payment, event)
        return replace(moved, doubt=None), None
    return None


def _a_word_is_enough_the_second_time(payment: Payment, event: Event) -> Step | None:
    return machine.step(replace(payment, contradicted=False), event) if payment.contradicted else None


def _gone_is_not_paid_at_once(payment: Payment, event: Event) -> Step | None:
    moved, effect = machine.step(payment, event)
    if isinstance(event, StatusSeen) and effect is not None and effect.after_s >= 30:
        taking = moved.decision is Decision.TAKE and moved.doubt is not None
        return (replace(moved, state=State.NOT_HELD, doubt=None), None) if taking else (moved, effect)
    return moved, effect


def _not_held_is_for_good(payment: Payment, event: Event) -> Step | None:
    moved, effect = machine.step(payment, event)
    return (replace(moved, looks=0), None) if moved.lingers else (moved, effect)


def _a_lost_answer_is_not_looked_into(payment: Payment, event: Event) -> Step | None:
    if is_reply(event, Call.COMMIT, OutcomeUnknown):
        return repeated(replace(payment, lost=True), Call.COMMIT)
    return None


def _any_growth_is_ours(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, StatusSeen) and payment.decision is None and payment.doubt is Doubt.LOST:
        same = replace(event, balance=payment.before)
        return machine.step(payment, same)
    return None


def _is_never_overtaken(payment: Payment, event: Event) -> Step | None:
    return (payment, None) if isinstance(event, Overtaken) else None


def _asked_again_flips(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, AskedAgain) and payment.decision is Decision.TAKE:
        return machine.step(replace(payment, state=State.HELD, decision=None), Release())
    return None


def _asked_again_pays(payment: Payment, event: Event) -> Step | None:
    if isinstance(event, AskedAgain) and payment.auth_code is None:
        return replace(payment, watched=True), Effect(Call.PAY)
    return None


# --- in the issue machine ---


def _issue_repeated(call: Call) -> Callable[[Issue, Any], issuing.Step | None]:
    def bug(issue: Issue, event: Any) -> issuing.Step | None:
        return (issue, Effect(call, 1.0)) if is_reply(event, call, OutcomeUnknown) else None

    return bug


def _unknown_is_not_sold(call: Call) -> Callable[[Issue, Any], issuing.Step | None]:
    def bug(issue: Issue, event: Any) -> issuing.Step | None:
        lost = is_reply(event, call, OutcomeUnknown)
        return (replace(issue, state=issuing.State.REFUSED), None) if lost else None

    return bug


def _undone_anyway(*results: type) -> Callable[[Issue, Any], issuing.Step | None]:
    def bug(issue: Issue, event: Any) -> issuing.Step | None:
        done = is_reply(event, Call.UNISSUE, *results)
        return (replace(issue, state=issuing.State.DONE, doubt=None), None) if done else None

    return bug


def _forgets_the_paper(issue: Issue, event: Any) -> issuing.Step | None:
    return (replace(issue, ending=Ending.HANDED_OVER), None) if isinstance(event, Restarted) else None


def _any_yes_is_enough(issue: Issue, event: Any) -> issuing.Step | None:
    done = is_reply(event, Call.ISSUE, Issued) or is_reply(event, Call.UNISSUE, Accepted)
    return (replace(issue, state=issuing.State.DONE, doubt=None), None) if done else None


def _any_issued_card_is_ours(issue: Issue, event: Any) -> issuing.Step | None:
    if isinstance(event, StatusSeen) and event.issued and issue.doubt and issue.kind is issuing.Kind.ISSUE:
        return replace(issue, state=issuing.State.DONE, doubt=None), None
    return None


# --- in the terminal ---


async def _start_unwritten(self: Any, payment: Payment) -> None:
    self._keep(payment, Effect(Call.PAY))


_keep = Operations._keep
_apply = Operations.apply
_enter = TillPresenter._enter
_row_of = codec.row_of
_told = sentences.payment


def _keep_twice(self: Any, payment: Payment, effect: Effect | None) -> None:
    _keep(self, payment, effect)
    if effect is not None and effect.call is Call.COMMIT:
        _keep(self, payment, effect)


async def _send_then_write(self: Any, id: str, event: Event, number: int = 0) -> None:
    if isinstance(event, Take) and id in self._live and self._live[id].state is State.HELD:
        payment, effect = machine.step(self._live[id], event)
        self._keep(payment, effect)
        await self._journal.record(payment, "take")
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
        _enter(self)


def _f12_is_remembered(self: Any) -> None:
    async def later() -> None:
        await self._desk.clock.sleep(0.2)
        self._desk.put(decide)

    async def decide() -> None:
        payment = self._in_front
        if payment is not None and payment.state is State.REQUESTING:
            self._remembered = asyncio.ensure_future(later())
        elif payment is not None:
            await self._desk.operations.apply(payment.id, Take())

    self._desk.put(decide)


def _without_code(payment: Payment) -> codec.JournalRow:
    row = _row_of(payment)
    row.secrets.pop("auth_code", None)
    return row


def _without_decision(payment: Payment) -> codec.JournalRow:
    undecided = payment.state in {State.COMMITTING, State.CANCELLING}
    return _row_of(replace(payment, state=State.HELD, decision=None) if undecided else payment)


def _paid_too_soon(words: Any, event: Any) -> Any:
    if event.payment.state is State.COMMITTING:
        return _told(words, event)[0], sentences.PAID
    return _told(words, event)


def _unclear_is_not_paid(words: Any, event: Any) -> Any:
    band, outcome = _told(words, event)
    return band, sentences.NOT_PAID if outcome == sentences.UNCLEAR else outcome


def _drops_pauses(self: Any) -> None:
    for id in [pause.operation for pause in self._pauses.values()]:
        self._call_off(id)


async def _anybody_closes(self: Any, id: str, closed: Closed) -> None:
    await self._operations.apply(id, closed)


async def _gives_up_looking(self: Any) -> None:
    while not isinstance(found := await self._loyalty.probe(), StatusFailed):
        self.heard(found[0] / 1000)
        await self._wait(watch.CALM_S)
    self.down = True
    self._publish(ServerSilent(found.cause))


async def _any_scan_hands_over(self: Any, card: Any) -> None:
    for it in self._unprinted():
        await self._desk.operations.apply(it.id, HandedOver())
    await _named(self, card)


def _without_live_number(operation: Any) -> codec.JournalRow:
    row = _row_of(operation)
    if row.kind == issuing.Kind.ISSUE_LIVE.value:
        row.secrets.pop("card", None)
    return row


_named = Selling.named


def _unclear_is_sold(words: Any, issue: Issue) -> Any:
    told = _issued(words, issue)
    return replace(told, outcome=sell_sentences.SOLD) if told.outcome == sentences.UNCLEAR else told


_issued = sell_sentences.issued
_4XX: Final = {Cause.REFUSED, Cause.NOT_FOUND, Cause.NOT_ACCEPTED}
_UNKNOWN: Final = {Cause.LOST, Cause.TIMEOUT, Cause.SERVER_ERROR, Cause.UNREADABLE}

_NEVER: Final = property(lambda self: False, lambda self, value: None)

MUTANTS: Final = (
    Mutant("the intent is not written down", ((Operations, "start", _start_unwritten),)),
    Mutant("a reply is not written down", ((Operations, "apply", _does_not_write_replies),)),
    Mutant("the commit is sent before it is written", ((Operations, "apply", _send_then_write),)),
    Mutant("the auth code is not kept", ((codec, "row_of", _without_code),)),
    Mutant("the decision is not kept", ((codec, "row_of", _without_decision),)),
    Mutant("an overdue request is forgotten", ((Operations, "apply", _forgets_overdue),)),
    Mutant("two commits at a time", ((Operations, "_keep", _keep_twice),)),
    Mutant("Enter takes the payment", ((TillPresenter, "_enter", _enter_takes),)),
    Mutant("F12 before the hold is remembered", ((Paying, "take", _f12_is_remembered),)),
    Mutant("'paid' while it is being taken", ((sentences, "payment", _paid_too_soon),)),
    Mutant("'not paid' where it is unclear", ((sentences, "payment", _unclear_is_not_paid),)),
    Mutant("'sold' where it is unclear", ((sell_sentences, "issued", _unclear_is_sold),)),
    Mutant("no quiet window", ((operation, "QUIET_S", 0.0),)),
    Mutant("orphan holds count as settled", ((payment_data, "SETTLED", SETTLED | {State.ORPHAN_HOLD}),)),
    Mutant("a doubled answer is the next card's", ((SeenCards, "fits", lambda self, card, id_: True),)),
    in_machine("a lost request is repeated", _repeats_pay),
    _answered_as("409 is success", Call.COMMIT, {Cause.CONFLICT}, Accepted()),
    _answered_as("no answer to a commit is success", Call.COMMIT, _UNKNOWN, Accepted()),
    _answered_as("4xx to a cancel is success", Call.CANCEL, _4XX, Accepted()),
    _answered_as("no answer to a cancel is success", Call.CANCEL, _UNKNOWN, Accepted()),
    in_machine("a decision flips at restart", _flips),
    in_machine("a commit without an answer is cancelled", _gives_up_taking),
    in_machine("a late hold is ignored", _ignores_a_late_hold),
    in_machine("a request that was not sent is an orphan hold", _not_sent_is_lost),
    in_machine("a refused request is final", _refused_is_final),
    in_machine("the net balance does not count", _net_does_not_count),
    in_machine("a refused commit is not paid", _refused_is_not_paid),
    in_machine("paid after six attempts", _paid_after_six),
    in_machine("recovery skips holds", _skips_held),
    in_machine("recovery skips requests", _skips_requesting),
    in_machine("a cancel is not repeated", _no_repeats),
    in_machine("a yes to a commit is enough", _a_yes_is_enough),
    in_machine("a reading after a yes does not count", _a_reading_is_read_as_one_likes),
    in_machine("what was told on a word is not read after", _a_word_is_never_read_after),
    in_machine("a contradicted server is believed again", _a_word_is_enough_the_second_time),
    in_machine("a hold that is gone is not paid at once", _gone_is_not_paid_at_once),
    in_machine("what was not held is not watched", _not_held_is_for_good),
    in_machine("a lost commit is not looked into", _a_lost_answer_is_not_looked_into),
    in_issues("a yes to a sale or its undoing is enough", _any_yes_is_enough),
    in_machine("what grew is not looked at", _any_growth_is_ours),
    in_machine("what this till takes meanwhile is not noted", _is_never_overtaken),
    in_machine("asking again flips the decision", _asked_again_flips),
    in_machine("asking again requests the payment again", _asked_again_pays),
    in_issues("a lost issue is repeated", _issue_repeated(Call.ISSUE)),
    in_issues("a lost live issue is repeated", _issue_repeated(Call.ISSUE_LIVE)),
    in_issues("a lost un-issue is repeated", _issue_repeated(Call.UNISSUE)),
    in_issues("a lost issue is not sold", _unknown_is_not_sold(Call.ISSUE)),
    in_issues("a lost live issue is not sold", _unknown_is_not_sold(Call.ISSUE_LIVE)),
    in_issues("a refused un-issue is done", _undone_anyway(Refused)),
    in_issues("a lost un-issue is done", _undone_anyway(OutcomeUnknown)),
    in_issues("a printed card is forgotten at restart", _forgets_the_paper),
    in_issues("any issued card is ours", _any_issued_card_is_ours),
    Mutant("what a supervisor closed goes on", ((Operations, "_call_off", lambda self, id: None),)),
    Mutant("anybody may close", ((Exceptions, "_close", _anybody_closes),)),
    Mutant("the word that the server is back drops pauses", ((Operations, "hurry", _drops_pauses),)),
    Mutant("an outage is never over", ((Watch, "run", _gives_up_looking),)),
    Mutant("the watch hammers", ((watch, "FIRST_S", 0.2),)),
    Mutant("goes on after the journal failed", ((Operations, "journal_failed", _NEVER),)),
    Mutant("deadlines on the wall clock", ((SimClock, "monotonic", lambda self: self.now().timestamp()),)),
    Mutant("any scan hands printed cards over", ((Selling, "named", _any_scan_hands_over),)),
    Mutant("a printed card's number is not kept", ((codec, "row_of", _without_live_number),)),
    *LIES,
)
