"""The list of open holds and exceptions (F5): what a person can do about each, and what becomes of it."""

from collections.abc import Awaitable, Callable

import pytest
from unit.terminal.small_till import CARD, EUR, OTHER_CARD, SmallTill, answers, late, lost, slow
from unit.terminal.virtual_time import EPOCH, in_virtual_time, run

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.terminal.events import Asked, OpenChanged, Settled
from centara_giftcard.terminal.ports import Record

NOT_DONE = answers(OutcomeUnknown(Cause.LOST))
NO_STATUS = answers(StatusFailed(Cause.TIMEOUT))
DAMAGED = Record("op-torn", "payment", "held", Money(2_500, EUR), "•••• 1111", "7", EPOCH, EPOCH)
WHY = "the customer was paid out in cash"


async def orphan(till: SmallTill) -> str:
    """A hold whose reply was lost: on the list, and its code cannot be had."""
    till.server.faults["pay"].append(lost())
    await till.scan()
    await till.request(2_500)
    await till.leave()
    assert till.listed == ["orphan_hold"]
    return till.payment.id


async def unclear(till: SmallTill) -> str:
    """Another till moved the card while our reply was lost."""
    till.server.faults["pay"].append(NOT_DONE)
    await till.scan()
    till.account().holds["another till's"] = 700
    await till.request(2_500)
    await till.leave()
    assert till.listed == ["unclear"]
    return till.payment.id


# --- ask again ---


async def refused_and_lapsed(till: SmallTill) -> str:
    """The server let the hold lapse, after no answer came to the commit."""
    till.server.faults["commit"] += [NOT_DONE, answers(Refused(Cause.REFUSED))]
    hold = await till.hold()
    await till.take()
    await till.wait(5)
    await till.leave()
    assert till.listed == ["unclear"]
    till.account().holds.clear()
    return hold.id


@in_virtual_time
async def test_what_the_next_sale_on_the_card_took_is_not_taken_for_what_was_unclear() -> None:
    async with SmallTill() as till:
        id = await refused_and_lapsed(till)
        for minor in (1_000, 1_500):
            await till.hold(minor)
            await till.take()
            await till.wait(1)
            assert till.payment.taken
            await till.leave()
        till.controller.exceptions.ask_again(id)
        await till.wait(60)
        assert till.listed == ["unclear"]


@in_virtual_time
async def test_without_a_note_of_it_on_disk_the_next_sale_on_the_card_is_not_begun() -> None:
    async with SmallTill() as till:
        await refused_and_lapsed(till)
        till.journal.fails.add("overtaken")
        await till.scan()
        await till.request(1_000)
        assert till.refusals() == ["journal_failed"]
        assert till.server.calls("pay") == 1


@in_virtual_time
async def test_an_orphan_that_lapsed_is_off_the_list_when_it_is_asked_about() -> None:
    async with SmallTill() as till:
        id = await orphan(till)
        till.controller.exceptions.ask_again(id)
        await till.wait(1)
        assert till.listed == ["orphan_hold"]
        till.account().holds.clear()
        till.controller.exceptions.ask_again(id)
        await till.wait(1)
        assert till.listed == []
        assert till.last(Settled).operation.state is State.NOT_HELD
        assert till.server.calls("pay") == 1


@in_virtual_time
async def test_an_unclear_payment_is_settled_by_asking_once_the_card_is_free_and_quiet() -> None:
    async with SmallTill() as till:
        id = await unclear(till)
        till.controller.exceptions.ask_again(id)
        await till.wait(1)
        assert till.listed == ["unclear"]
        till.account().holds.clear()
        till.controller.exceptions.ask_again(id)
        await till.wait(29)
        assert till.listed == ["unclear"]
        await till.wait(2)
        assert till.listed == []


@pytest.mark.parametrize("listed", [unclear, orphan])
def test_asking_again_twice_asks_once(listed: Callable[[SmallTill], Awaitable[str]]) -> None:
    run(asks_once(listed))


async def asks_once(listed: Callable[[SmallTill], Awaitable[str]]) -> None:
    async with SmallTill() as till:
        id = await listed(till)
        asked = till.server.calls("status")
        till.controller.exceptions.ask_again(id)
        till.controller.exceptions.ask_again(id)
        await till.wait(1)
        assert till.server.calls("status") == asked + 1


@in_virtual_time
async def test_a_commit_that_waits_for_its_time_is_repeated_at_once_when_a_person_asks() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 6
        held = await till.hold()
        await till.take()
        await till.wait(40)
        assert (till.payment.state, till.server.calls("commit")) == (State.UNCLEAR, 6)
        till.controller.exceptions.ask_again(held.id)
        await till.wait(0.5)
        assert till.payment.state is State.COMMITTED
        assert till.account().net == 7_500


@in_virtual_time
async def test_asking_about_what_is_settled_or_unknown_does_nothing() -> None:
    async with SmallTill() as till:
        held = await till.hold()
        await till.take()
        sent = len(till.server.sent)
        for id in (held.id, "op-99"):
            till.controller.exceptions.ask_again(id)
        await till.wait(60)
        assert len(till.server.sent) == sent


# --- release ---


@in_virtual_time
async def test_a_hold_of_more_than_was_asked_is_released_by_a_press() -> None:
    """Row 26."""
    async with SmallTill() as till:
        till.server.grants = 3_000
        await till.scan()
        await till.request(2_500)
        assert (till.payment.state, till.listed) == (State.UNCLEAR, ["unclear"])
        till.controller.exceptions.release(till.payment.id)
        till.controller.exceptions.release(till.payment.id)
        await till.wait(1)
        assert till.payment.state is State.CANCELLED
        assert (till.account().holds, till.server.calls("cancel"), till.listed) == ({}, 1, [])


@in_virtual_time
async def test_nothing_goes_on_beside_a_payment_that_is_under_way_on_the_same_card() -> None:
    """Seed 260068909: what a release moved hid that a request was carried out, which was refused."""
    async with SmallTill() as till:
        till.server.grants = 3_000
        await till.scan()
        await till.request(2_500)
        listed, till.server.grants = till.payment.id, None
        await till.leave()
        till.server.faults["pay"].append(slow(4))
        await till.scan()
        await till.request(1_000)
        for ask in (till.controller.exceptions.release, till.controller.exceptions.ask_again):
            ask(listed)
            await till.wait(1)
            assert (till.refusals(), till.server.calls("cancel")) == (["card_under_way"], 0)
            till.events.clear()
        await till.wait(4)
        await till.take()
        till.controller.exceptions.release(listed)
        await till.wait(1)
        assert (till.refusals(), till.server.calls("cancel"), till.listed) == ([], 1, [])


@in_virtual_time
async def test_what_has_no_known_hold_is_not_released() -> None:
    async with SmallTill() as till:
        id = await orphan(till)
        till.controller.exceptions.release(id)
        await till.wait(1)
        assert (till.server.calls("cancel"), till.listed) == (0, ["orphan_hold"])


# --- close ---


@in_virtual_time
async def test_a_supervisor_takes_an_orphan_off_the_list_and_it_is_written_down() -> None:
    async with SmallTill(supervisors=frozenset({"Anna"})) as till:
        id = await orphan(till)
        till.controller.exceptions.close(id, "Bea", WHY)
        await till.wait(0.1)
        assert (till.refusals(), till.listed) == (["not_a_supervisor"], ["orphan_hold"])
        till.controller.exceptions.close(id, "Anna", WHY)
        await till.wait(0.1)
        assert till.listed == []
        assert till.journal.operations[id].closed == Closed("Anna", WHY)
        assert till.log[-1] == "journal closed"
    async with SmallTill(till.journal, till.server) as again:
        assert again.all(OpenChanged) == []  # and it does not come back


@in_virtual_time
async def test_a_card_number_in_a_reason_is_masked_before_it_is_written() -> None:
    async with SmallTill() as till:
        id = await orphan(till)
        till.controller.exceptions.close(id, "7", f"Card {CARD} was cut up")
        await till.wait(1)
        closed = till.journal.operations[id].closed
        assert closed == Closed("7", f"Card •••• {CARD[-4:]} was cut up")


@in_virtual_time
async def test_where_the_settings_name_no_supervisor_anybody_may_close() -> None:
    async with SmallTill() as till:
        id = await unclear(till)
        till.controller.exceptions.close(id, "7", WHY)
        await till.wait(0.1)
        assert (till.refusals(), till.listed) == ([], [])
        till.controller.exceptions.close(id, "7", WHY)
        till.controller.exceptions.ask_again(id)
        await till.wait(60)
        assert till.log.count("journal closed") == 1


@in_virtual_time
async def test_a_payment_that_is_still_going_on_cannot_be_closed() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 3
        held = await till.hold()
        await till.take()
        till.controller.exceptions.close(held.id, "Anna", WHY)
        await till.wait(20)
        assert (till.payment.state, till.payment.closed) == (State.COMMITTED, None)


@in_virtual_time
async def test_a_closed_commit_is_not_repeated_any_more() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 20
        held = await till.hold()
        await till.take()
        await till.wait(40)
        assert till.server.calls("commit") == 6
        till.controller.exceptions.close(held.id, "Anna", WHY)
        await till.wait(600)
        assert (till.server.calls("commit"), till.listed) == (6, [])
        operations = till.controller._operations
        left = (operations._live, operations._awaited, operations._pauses, operations._tasks)
        assert not any(left)


@in_virtual_time
async def test_closing_one_leaves_the_pauses_of_another_alone() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 6
        held = await till.hold()
        await till.take()
        await till.wait(32)
        await till.leave()
        till.server.faults["pay"].append(lost())
        await till.scan(OTHER_CARD)
        await till.request(2_500)
        await till.leave()
        assert till.listed == ["unclear", "orphan_hold"]
        till.controller.exceptions.close(till.payment.id, "Anna", WHY)
        await till.wait(30)
        assert till.journal.operations[held.id].state is State.COMMITTED


@in_virtual_time
async def test_a_hold_that_is_placed_after_it_was_closed_is_released_all_the_same() -> None:
    """Row 22: nobody may close away what the server still does."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(slow(60))
        await till.scan()
        till.account().holds["another till's"] = 700
        await till.request(2_500)
        await till.wait(15)
        assert till.payment.state is State.UNCLEAR
        await till.leave()
        till.controller.exceptions.close(till.payment.id, "Anna", WHY)
        await till.wait(1)
        assert till.listed == []
        await till.wait(60)
        assert till.last(Settled).operation.state is State.CANCELLED
        assert till.account().holds == {"another till's": 700}


# --- entries that the journal could not bring back ---


@in_virtual_time
async def test_a_damaged_entry_is_listed_and_written_off_by_a_supervisor() -> None:
    """Row 38."""
    till = SmallTill(supervisors=frozenset({"Anna"}))
    till.journal.damaged = (DAMAGED,)
    async with till:
        assert till.last(OpenChanged).damaged == (DAMAGED,)
        till.controller.exceptions.ask_again(DAMAGED.id)
        till.controller.exceptions.release(DAMAGED.id)
        till.controller.exceptions.close(DAMAGED.id, "Bea", WHY)
        await till.wait(1)
        assert till.refusals() == ["not_a_supervisor"]
        assert till.last(OpenChanged).damaged == (DAMAGED,)
        till.controller.exceptions.close(DAMAGED.id, "Anna", WHY)
        await till.wait(1)
        assert till.last(OpenChanged).damaged == ()
        assert till.journal.written_off == {DAMAGED.id: Closed("Anna", WHY)}
        assert till.server.sent == []


@pytest.mark.parametrize("kind", ["fails", "bugs"])
def test_a_damaged_entry_that_cannot_be_written_off_stays_listed(kind: str) -> None:
    @in_virtual_time
    async def story() -> None:
        till = SmallTill()
        till.faults_expected = kind == "bugs"
        till.journal.damaged = (DAMAGED,)
        async with till:
            getattr(till.journal, kind).add("write_off")
            till.controller.exceptions.close(DAMAGED.id, "Anna", WHY)
            await till.wait(1)
            assert till.refusals() == ["not_closed"]
            assert till.last(OpenChanged).damaged == (DAMAGED,)
            assert CARD not in repr(till.flight.events)

    story()


@in_virtual_time
async def test_a_refused_release_of_a_lapsed_mismatch_ends_released() -> None:
    async with SmallTill() as till:
        till.server.grants = 3_000
        await till.scan()
        await till.request(2_500)
        till.account().holds.clear()
        till.server.faults["cancel"].append(answers(Refused(Cause.NOT_FOUND)))
        till.controller.exceptions.release(till.payment.id)
        await till.wait(5)
        assert till.payment.state is State.CANCELLED


@in_virtual_time
async def test_asking_about_one_leaves_another_to_its_time() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [NOT_DONE] * 4
        first = await till.hold()
        await till.take()
        await till.wait(9)  # its next repeat is at about 15 s
        await till.leave()
        till.server.faults["pay"].append(NOT_DONE)
        await till.scan(OTHER_CARD)
        await till.request(2_500)
        readings = till.server.calls("status")
        till.controller.exceptions.ask_again(first.id)
        await till.wait(1)
        assert till.journal.operations[first.id].state is State.COMMITTED
        assert till.server.calls("status") == readings + 1  # the one after the commit


# --- the answer to "ask again" is the one that the press brought about ---


@in_virtual_time
async def test_the_answer_to_asking_again_bears_the_id_and_is_not_the_watchs_own_look() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(lost())
        await till.scan()
        await till.request(2_500)
        await till.leave()
        assert till.listed == ["orphan_hold"]
        till.server.faults["status"].append(slow(5))
        till.controller.exceptions.ask_again("op-1")
        await till.wait(0.1)
        await till.scan(OTHER_CARD)  # the server is heard meanwhile
        await till.wait(4)
        assert till.all(Asked) == []
        await till.wait(2)
        assert till.all(Asked) == [Asked("op-1", None)]


@in_virtual_time
async def test_asking_again_in_vain_says_so() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [answers(OutcomeUnknown(Cause.LOST))] * 9
        await till.hold()
        await till.take()
        await till.wait(20)
        await till.leave()
        till.server.down = True
        till.controller.exceptions.ask_again("op-1")
        await till.wait(1)
        assert till.all(Asked) == [Asked("op-1", Cause.CONNECT)]


@in_virtual_time
async def test_asking_about_what_is_being_asked_waits_for_that_answer() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [answers(OutcomeUnknown(Cause.LOST)), late(5)]
        await till.hold()
        await till.take()
        await till.wait(2)
        await till.leave()
        till.controller.exceptions.ask_again("op-1")
        await till.wait(2)
        assert till.all(Asked) == []
        await till.wait(3)
        assert till.all(Asked) == [Asked("op-1", None)]
        assert till.last(Settled).operation.state is State.COMMITTED


@in_virtual_time
async def test_where_there_is_nothing_to_ask_for_that_is_the_answer() -> None:
    async with SmallTill() as till:
        till.server.grants = 3_000
        await till.scan()
        await till.request(2_500)
        await till.leave()
        till.controller.exceptions.ask_again("op-1")
        till.controller.exceptions.ask_again("no such")
        await till.wait(1)
        assert till.all(Asked) == [Asked("op-1", None)]
        till.controller.exceptions.release("op-1")
        await till.wait(1)
        assert till.all(Asked)[1:] == [Asked("op-1", None)]
        assert till.last(Settled).operation.state is State.CANCELLED


@in_virtual_time
async def test_what_is_closed_while_it_is_asked_about_is_answered_for() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [answers(OutcomeUnknown(Cause.LOST))] * 9
        await till.hold()
        await till.take()
        await till.wait(40)
        await till.leave()
        till.controller.exceptions.ask_again("op-1")
        till.controller.exceptions.close("op-1", "900", "The guest was called")
        await till.wait(1)
        assert till.all(Asked) == [Asked("op-1", None)]
