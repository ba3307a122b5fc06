"""Undoing a sale: only what the card itself allows, and only by F12."""

import pytest
from unit.terminal.small_till import CARD, LIVE_CARD, OTHER_CARD, Account, SmallTill, answers, lost, slow
from unit.terminal.test_selling import Shop
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import NotUndoable
from centara_giftcard.domain.issue import Ending, Issue, State
from centara_giftcard.domain.operation import PROOF_S
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, StatusFailed
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.events import CardToPrint, Settled, UndoShown
from centara_giftcard.terminal.sales import Unfit


class Desk(SmallTill):
    """A till at Undo; the card on it was sold for €100.00."""

    def __init__(self) -> None:
        super().__init__()
        self.controller.turn_to(Stage.UNDO)


def now(till: SmallTill) -> UndoShown:
    return till.last(UndoShown)


def recent(till: SmallTill) -> list[str]:
    return [it.card.last4 for it in now(till).recent if it.card is not None]


async def undo(till: SmallTill, seconds: float = 1) -> Issue | None:
    till.controller.undoing.undo()
    await till.wait(seconds)
    return now(till).issue


async def leave(till: SmallTill) -> None:
    till.controller.undoing.leave()
    await till.wait(0.05)


@in_virtual_time
async def test_a_sale_is_undone() -> None:
    async with Desk() as till:
        await till.scan()
        assert now(till).sight is not None
        assert till.server.calls("unissue") == 0
        issue = await undo(till)
        assert issue is not None
        assert issue.state is State.DONE
        assert not till.account().issued
        await undo(till)  # a second press
        assert till.server.calls("unissue") == 1
        await leave(till)
        assert now(till) == UndoShown(None, None, None, None, ())


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (Account(0, issued=False), NotUndoable.NOT_ISSUED),
        (Account(9_000), NotUndoable.USED),
        (Account(10_000, holds={"another till's": 100}), NotUndoable.HELD),
    ],
)
@in_virtual_time
async def test_a_sale_that_cannot_be_undone_says_why(account: Account, why: NotUndoable) -> None:
    async with Desk() as till:
        till.server.accounts[CARD] = account
        await till.scan()
        _, trouble = now(till).trouble or (None, None)
        assert isinstance(trouble, Unfit)
        assert trouble.why is why
        await undo(till)
        assert till.server.calls("unissue") == 0


@in_virtual_time
async def test_without_an_answer_nothing_is_undone() -> None:
    async with Desk() as till:
        till.server.faults["status"].append(answers(StatusFailed(Cause.NOT_FOUND)))
        await till.scan()
        assert now(till).trouble is not None
        await undo(till)
        assert till.server.calls("unissue") == 0


@in_virtual_time
async def test_a_card_that_lay_for_a_while_is_read_again() -> None:
    async with Desk() as till:
        await till.scan()
        await till.wait(15)
        till.account().net = 9_000
        await undo(till)
        assert (now(till).trouble is not None, till.server.calls("unissue")) == (True, 0)


@in_virtual_time
async def test_a_card_that_is_as_it_was_is_undone_with_one_press() -> None:
    async with Desk() as till:
        await till.scan()
        await till.wait(15)
        issue = await undo(till)
        assert issue is not None
        assert issue.state is State.DONE


@in_virtual_time
async def test_another_amount_than_was_in_view_is_not_undone_with_that_press() -> None:
    async with Desk() as till:
        await till.scan()
        await till.wait(15)
        till.account().net = till.account().original = 12_000
        assert await undo(till) is None
        assert (now(till).sight is not None, till.server.calls("unissue")) == (True, 0)


@in_virtual_time
async def test_a_recent_sale_is_picked() -> None:
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD)
        await till.live()
        await till.sell()
        till.controller.turn_to(Stage.UNDO)
        till.controller.undoing.show()
        await till.wait(0.05)
        assert recent(till) == ["3333", "2222", "1111"]
        picked = now(till).recent[1]
        till.controller.undoing.pick("another")
        till.controller.undoing.pick(picked.id)
        await till.wait(0.2)
        issue = await undo(till)
        assert issue is not None
        assert (issue.state, issue.card) == (State.DONE, picked.card)
        assert recent(till) == ["3333", "1111"]
        assert till.open_now() == ["done"]  # the printed card still waits to be handed over


@in_virtual_time
async def test_an_undoing_that_no_reading_showed_yet_is_not_offered_as_a_sale() -> None:
    async with Desk() as till:
        await till.scan()
        till.server.faults["status"] += [answers(StatusFailed(Cause.TIMEOUT))] * 3
        issue = await undo(till, PROOF_S + 0.5)
        assert issue is not None
        assert (issue.state, issue.unread) == (State.DONE, True)
        assert recent(till) == []


@in_virtual_time
async def test_the_sale_of_a_card_that_was_not_handed_over_is_undone() -> None:
    till = Shop()
    async with till:
        await till.live()
        await till.sell()
        await till.pull_the_plug()
    async with Shop(journal=till.journal, server=till.server, place=Stage.UNDO) as again:
        again.ids.made = till.ids.made
        again.controller.selling.show()
        await again.wait(0.05)
        again.controller.undoing.pick(again.sale.unprinted[0].id)
        await again.wait(0.2)
        assert (await undo(again)) is not None
        assert not again.account(LIVE_CARD).issued
        again.controller.selling.show()
        await again.wait(0.05)
        assert (again.sale.unprinted, again.open_now()) == ((), [])


@in_virtual_time
async def test_a_card_whose_sale_is_being_undone_is_neither_handed_over_nor_printed() -> None:
    """Its paper is scanned back on Sell while the server un-issues it: the customer must not have it."""
    async with Shop() as till:
        await till.live()
        await till.sell()
        printed = till.sale.unprinted[0]
        till.controller.turn_to(Stage.UNDO)
        till.controller.undoing.pick(printed.id)
        await till.wait(0.2)
        till.server.faults["unissue"].append(slow(3))
        await undo(till, 0.1)
        till.controller.turn_to(Stage.SELL)
        papers = len(till.all(CardToPrint))
        till.controller.selling.print(printed.id)
        await till.scan(LIVE_CARD)
        assert till.refusals() == ["open_on_card", "open_on_card"]
        assert len(till.all(CardToPrint)) == papers
        await till.wait(5)
        ended = till.journal.operations[printed.id]
        assert isinstance(ended, Issue)
        assert (ended.ending, till.account(LIVE_CARD).issued) == (Ending.UNDONE, False)


@in_virtual_time
async def test_a_lost_reply_is_settled_by_reading_the_card() -> None:
    """Row 17."""
    async with Desk() as till:
        await till.scan()
        till.server.faults["unissue"].append(lost())
        issue = await undo(till)
        assert issue is not None
        assert issue.state is State.DONE


@in_virtual_time
async def test_while_it_is_not_known_the_cashier_may_go_on() -> None:
    """Row 17: it was not undone, and may be tried again."""
    async with Desk() as till:
        await till.scan()
        till.server.faults["unissue"].append(answers(OutcomeUnknown(Cause.LOST)))
        issue = await undo(till)
        assert issue is not None
        assert issue.doubtful
        await till.scan()
        assert till.refusals() == ["open_on_card"]
        await till.scan(OTHER_CARD)
        assert now(till).trouble is not None or now(till).sight is not None
        await till.wait(40)
        assert till.last(Settled).operation.state is State.REFUSED


@in_virtual_time
async def test_a_scan_while_it_is_being_undone_is_ignored() -> None:
    async with Desk() as till:
        await till.scan()
        till.server.faults["unissue"].append(slow(2))
        issue = await undo(till)
        assert issue is not None
        assert till.controller.undoing.busy
        await till.scan(OTHER_CARD)
        await leave(till)
        assert (till.refusals(), now(till).issue) == (["finish_first"], issue)
        await till.wait(2)
        assert now(till).issue is not None
        assert till.server.calls("unissue") == 1


@in_virtual_time
async def test_a_disk_that_fails_undoes_nothing() -> None:
    """Row 34."""
    async with Desk() as till:
        await till.scan()
        till.journal.fails.add("requested")
        assert await undo(till) is None
        assert (till.refusals(), till.server.calls("unissue")) == (["journal_failed"], 0)


@in_virtual_time
async def test_a_server_that_is_down_undoes_nothing() -> None:
    async with Desk() as till:
        await till.scan()
        till.server.down = True
        till.server.faults["status"].extend([answers(StatusFailed(Cause.CONNECT))] * 3)
        till.controller.turn_to(Stage.TILL)
        await till.scan(OTHER_CARD)
        await till.wait(2)
        assert await undo(till) is None
        assert (till.refusals(), till.server.calls("unissue")) == (["server_down"], 0)
