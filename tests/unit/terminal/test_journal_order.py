"""The journal comes first: what happens when it fails, and what the next start makes of what it holds."""

import asyncio
import re
from collections.abc import Callable
from typing import get_args

import pytest
from msgspec.structs import replace
from unit.terminal.small_till import (
    CARD,
    EUR,
    OTHER_CARD,
    Memory,
    Server,
    SmallTill,
    answers,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import EPOCH, in_virtual_time

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Doubt, Reply, Result
from centara_giftcard.domain.payment import Decision, Payment, Release, State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, StatusFailed
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId
from centara_giftcard.terminal.events import (
    CardShown,
    Closing,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    Ready,
    Recovered,
    Refusal,
    Reopened,
    Settled,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.journal_words import WORDS, Event

NOT_DONE = answers(OutcomeUnknown(Cause.LOST))


@pytest.mark.parametrize("kind", ["fails", "bugs"])
def test_an_intent_that_cannot_be_written_is_not_sent(kind: str) -> None:
    """Row 34."""

    @in_virtual_time
    async def story() -> None:
        async with SmallTill() as till:
            till.faults_expected = kind == "bugs"
            getattr(till.journal, kind).add("requested")
            await till.scan()
            await till.request(2_500)
            assert till.refusals() == ["journal_failed"]
            assert till.server.calls("pay") == 0
            assert isinstance(till.events[-2], CardShown)
            getattr(till.journal, kind).clear()
            await till.request(2_500)
            assert till.payment.state is State.HELD
            assert CARD not in repr(till.flight.events)

    story()


@in_virtual_time
async def test_a_balance_does_not_become_fresh_by_a_disk_that_is_full() -> None:
    async with SmallTill() as till:
        till.journal.fails.add("requested")
        await till.scan()
        for _ in range(2):
            await till.wait(1.5)
            await till.request(2_500)
        assert till.server.calls("status") == 2


@pytest.mark.parametrize("kind", ["fails", "bugs"])
def test_a_hold_that_cannot_be_written_is_released_and_the_till_stops(kind: str) -> None:
    """Row 35."""

    @in_virtual_time
    async def story() -> None:
        async with SmallTill() as till:
            till.faults_expected = kind == "bugs"
            await till.scan()
            getattr(till.journal, kind).add("pay held")
            await till.request(2_500)
            await till.wait(1)
            assert till.payment.state is State.CANCELLED
            assert till.account().holds == {}
            await till.leave()
            assert [type(event) for event in till.events[-2:]] == [Ready, Refusal]
            await till.scan()
            assert till.refusals() == ["stopped", "stopped"]
            assert (
                till.server.calls("status") == 3
            )  # the scan, the reading under the hold and after its release

    story()


@in_virtual_time
async def test_f12_whose_writing_fails_takes_nothing() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.journal.fails.add("all")
        await till.take()
        assert till.payment.state is State.CANCELLED
        assert till.server.calls("commit") == 0
        assert till.account().net == 10_000


@in_virtual_time
async def test_a_decision_to_take_that_failed_to_be_written_is_written_over() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.journal.fails.add("take")
        await till.take()
        assert till.payment.state is State.CANCELLED
        assert till.payment.problem is not Cause.JOURNAL
        assert till.log.index("journal release") < till.log.index("send cancel")


@in_virtual_time
async def test_a_commit_whose_answer_cannot_be_written_is_paid_and_proven_again_at_the_next_start() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.journal.fails.add("commit accepted")
        await till.take()
        assert till.payment.state is State.COMMITTED
    async with SmallTill(till.journal, till.server) as again:
        again.journal.fails.clear()
        await again.wait(2)
        assert till.journal.operations["op-1"].state is State.COMMITTED
        assert again.account().net == 7_500


@in_virtual_time
async def test_a_card_on_the_till_when_the_journal_fails_elsewhere_takes_no_payment() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 3
        await till.hold()
        await till.take()
        await till.leave()
        till.journal.fails.add("commit accepted")
        await till.scan(OTHER_CARD)
        await till.wait(7)
        await till.request(100)
        assert till.refusals() == ["stopped"]
        assert till.server.calls("pay") == 1


@in_virtual_time
async def test_a_release_by_the_cashier_and_one_by_the_till_are_one() -> None:
    async with SmallTill() as till:
        till.journal.takes_s = 0.5
        await till.scan()
        till.journal.fails.add("status read")  # the reading under the hold
        till.controller.paying.request(eur(2_500))
        await till.wait(1.2)
        assert till.payment.state is State.HELD
        till.controller.paying.release()
        await till.wait(5)
        assert (till.payment.state, till.server.calls("cancel")) == (State.CANCELLED, 1)


# --- what the next start makes of it ---


def journaled(**known: object) -> Payment:
    payment = Payment(
        id="op-0",
        card=CardNumber(CARD),
        instrument=InstrumentId(f"gc-{CARD}"),
        asked=Money(2_500, EUR),
        before=Balance(eur(10_000), eur(0)),
        operator="7",
        created_at=EPOCH,
    )
    return replace(payment, **known)  # type: ignore[arg-type]


HOLD = {"held": eur(2_500), "auth_code": AuthCode("auth-0"), "holding": Balance(eur(10_000), eur(2_500))}
TAKEN = {**HOLD, "decision": Decision.TAKE}
RELEASED = {**HOLD, "decision": Decision.RELEASE}


@pytest.mark.parametrize(
    ("found", "on_server", "state", "net"),
    [
        (journaled(), False, State.NOT_HELD, 10_000),
        (journaled(), True, State.ORPHAN_HOLD, 10_000),
        (journaled(doubt=Doubt.LOST, attempts=3), False, State.NOT_HELD, 10_000),
        (journaled(doubt=Doubt.REFUSED), False, State.REFUSED, 10_000),
        (journaled(state=State.HELD, **HOLD), True, State.CANCELLED, 10_000),
        (journaled(state=State.HELD, **HOLD), False, State.CANCELLED, 10_000),
        (journaled(state=State.COMMITTING, **TAKEN), True, State.COMMITTED, 7_500),
        (journaled(state=State.COMMITTING, **TAKEN), False, State.NOT_HELD, 10_000),
        (journaled(state=State.CANCELLING, **RELEASED), True, State.CANCELLED, 10_000),
        (journaled(state=State.UNCLEAR, attempts=6, **TAKEN), True, State.COMMITTED, 7_500),
        (journaled(state=State.UNCLEAR, attempts=6, **RELEASED), True, State.CANCELLED, 10_000),
        (journaled(state=State.UNCLEAR, doubt=Doubt.LOST, attempts=6), False, State.NOT_HELD, 10_000),
        (journaled(state=State.UNCLEAR, watched=False), False, State.UNCLEAR, 10_000),
        (journaled(state=State.ORPHAN_HOLD), True, State.ORPHAN_HOLD, 10_000),
    ],
)
def test_every_unfinished_payment_is_settled_as_far_as_it_can_be(
    found: Payment, on_server: bool, state: State, net: int
) -> None:
    """Row 36."""

    @in_virtual_time
    async def story() -> None:
        log: list[str] = []
        journal, server = Memory(log), Server(log)
        journal.operations[found.id] = found
        if on_server:
            server.accounts[CARD].holds["auth-0"] = 2_500
        async with SmallTill(journal, server) as till:
            assert till.last(Recovered).unfinished == 1
            await till.wait(60)
            assert (journal.operations["op-0"].state, till.account().net) == (state, net)
            assert till.server.calls("pay") == 0
            still_open = [p.state for p in till.last(OpenChanged).operations]
            assert still_open == ([state] if state in {State.ORPHAN_HOLD, State.UNCLEAR} else [])

    story()


@in_virtual_time
async def test_a_power_cut_while_committing_is_finished_by_the_next_start() -> None:
    till = SmallTill()
    async with till:
        till.server.faults["commit"] += [NOT_DONE] * 9
        await till.hold()
        await till.take()
        await till.pull_the_plug()
        till.server.faults["commit"].clear()
    async with SmallTill(till.journal, till.server) as again:
        await again.wait(1)
        assert again.account().net == 7_500
        assert again.last(Recovered).unfinished == 1
        assert again.last(OpenChanged).operations == ()


@in_virtual_time
async def test_the_recovery_does_not_keep_the_till_from_selling() -> None:
    till = SmallTill()
    till.journal.operations["op-0"] = journaled(state=State.COMMITTING, **TAKEN)
    till.server.faults["commit"] += [NOT_DONE] * 5
    async with till:
        await till.scan(OTHER_CARD)
        await till.request(100)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_a_till_whose_journal_cannot_be_read_sells_nothing() -> None:
    till = SmallTill()
    till.journal.fails.add("unfinished")
    async with till:
        await till.scan()
        till.controller.access.lock()
        till.controller.access.sign_on("7")
        await till.scan()
        assert till.refusals() == ["stopped"] * 3
        assert till.server.sent == []
        assert till.all(Ready) == []
        assert till.last(OperatorChanged).operator == "7"


@in_virtual_time
async def test_a_till_whose_journal_cannot_be_written_at_start_recovers_from_memory_and_stops() -> None:
    till = SmallTill()
    till.journal.operations["op-0"] = journaled(state=State.HELD, **HOLD)
    till.server.accounts[CARD].holds["auth-0"] = 2_500
    till.journal.fails.add("all")
    async with till:
        await till.wait(1)
        assert till.account().holds == {}
        assert till.refusals() == ["stopped"]


# --- closing ---


@in_virtual_time
async def test_closing_releases_an_undecided_hold() -> None:
    """Row 37."""
    async with SmallTill() as till:
        till.journal.takes_s = 0.3  # longer than the till looks away while it waits
        await till.scan()
        await till.request(2_500)
        await till.wait(2)
        await till.controller.close(15)
        assert till.all(Closing)
        assert till.account().holds == {}
        assert till.journal.operations["op-1"].state is State.CANCELLED


@in_virtual_time
async def test_closing_releases_a_hold_that_is_placed_only_now() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(slow(4))
        await till.scan()
        await till.request(2_500)
        await till.controller.close(15)
        assert till.account().holds == {}
        assert till.journal.operations["op-1"].state is State.CANCELLED


@in_virtual_time
async def test_closing_waits_for_a_commit_under_way() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"].append(slow(4))
        await till.hold()
        till.controller.paying.take()
        await till.controller.close(15)
        assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_closing_waits_no_longer_than_its_limit_and_the_rest_is_kept() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"].append(late(100))
        await till.hold()
        till.controller.paying.take()
        began_s = till.clock.monotonic()
        await till.controller.close(15)
        assert 15 <= till.clock.monotonic() - began_s < 16
        assert till.journal.operations["op-1"].state is State.COMMITTING


@in_virtual_time
async def test_closing_does_not_wait_for_pauses() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [lost(Cause.BUSY, retry_after_s=100)]
        await till.hold()
        await till.take()
        began_s = till.clock.monotonic()
        await till.controller.close(15)
        assert till.clock.monotonic() - began_s < 1


@in_virtual_time
async def test_closing_an_idle_till_takes_no_time_and_ends_a_check() -> None:
    async with SmallTill() as till:
        till.server.faults["status"].append(answers(StatusFailed(Cause.BUSY, retry_after_s=30)))
        await till.scan()
        await till.controller.close(15)
        assert till.clock.monotonic() < 1
        assert till.all(Closing) == []


# --- bugs ---


def raising(once: Callable[[TerminalEvent], bool], hear: Callable[[TerminalEvent], None]) -> object:
    def told(event: TerminalEvent) -> None:
        hear(event)
        if once(event):
            raise RuntimeError(CARD)

    return told


@in_virtual_time
async def test_a_bug_in_the_face_costs_neither_an_answer_nor_an_effect() -> None:
    till = SmallTill()
    till.faults_expected = True
    till.controller._hear = raising(lambda event: True, till._hear)  # type: ignore[assignment]
    async with till:
        await till.hold()
        await till.take()
        assert till.payment.state is State.COMMITTED
        assert till.account().net == 7_500
        assert CARD not in repr(till.flight.events)


@in_virtual_time
async def test_a_bug_of_the_till_itself_is_told_and_the_till_goes_on() -> None:
    async with SmallTill() as till:
        till.faults_expected = True

        async def broken() -> None:
            raise ZeroDivisionError

        till.controller._put(broken)
        await till.wait(0.1)
        assert till.last(Refusal).why is Why.STOPPED
        await till.hold()
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_a_call_without_the_code_it_needs_is_a_bug_that_loses_nothing() -> None:
    till = SmallTill()
    till.faults_expected = True
    till.journal.operations["op-0"] = journaled(
        state=State.COMMITTING, decision=Decision.TAKE, held=eur(2_500)
    )
    async with till:
        await till.wait(60)
        assert till.server.calls("commit") == 0
        assert till.last(Settled).operation.state is State.NOT_HELD  # nothing is held, nothing was taken
        assert till.flight.faults()[0].startswith("ValueError in _send")


@in_virtual_time
async def test_a_press_for_a_hold_that_is_decided_already_is_dropped() -> None:
    async with SmallTill() as till:
        held = await till.hold()
        await till.take()
        shown = len(till.all(PaymentShown))
        await till.controller._operations.apply(held.id, Release())
        await asyncio.sleep(1)
        assert len(till.all(PaymentShown)) == shown


@in_virtual_time
async def test_what_was_told_on_the_servers_word_is_read_after_a_restart() -> None:
    till = SmallTill()
    till.journal.operations["op-0"] = journaled(
        state=State.COMMITTED, decision=Decision.TAKE, held=eur(2_500), doubt=Doubt.ACCEPTED
    )
    async with till:
        await till.wait(1)
        assert till.server.calls("status") == 1
        assert till.last(Reopened).operation.state is State.COMMITTING  # the hold is gone, nothing was taken
        await till.wait(30)
        assert till.last(Settled).operation.state is State.NOT_HELD


@in_virtual_time
async def test_what_was_not_held_after_a_lost_answer_is_looked_at_at_the_next_start() -> None:
    """Row 19b: the till was closed between that word and the late hold."""
    till = SmallTill()
    till.journal.operations["op-0"] = replace(journaled(state=State.NOT_HELD), looks=3)
    till.account().holds["late"] = 2_500
    async with till:
        await till.wait(0.5)
        assert till.all(Recovered) == []
        assert till.last(Reopened).operation.state is State.ORPHAN_HOLD
        assert till.listed == ["orphan_hold"]


def test_every_event_and_reply_has_a_word_of_its_own_in_the_journal() -> None:
    """A word that changes with the name of a type would be another event to whoever reads the journal."""
    named = {*get_args(Event), *get_args(Result)} - {Reply}
    assert set(WORDS) == named
    assert len(set(WORDS.values())) == len(WORDS)
    assert all(re.fullmatch("[a-z_]+( read)?", word) for word in WORDS.values())
    assert not {it.__name__ for it in named} & set(WORDS.values())
