"""Moments that fall together: an old answer, a window that is closed, a sale that is undone in between."""

import asyncio

import pytest
from unit.terminal.small_till import CARD, LIVE_CARD, OTHER_CARD, Doing, Server, SmallTill, answers, late
from unit.terminal.test_selling import Shop
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.replies import Cause, Issued, OutcomeUnknown, StatusFailed
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.events import CardToPrint


async def broken_and_done_later(do: Doing) -> OutcomeUnknown:
    asyncio.get_running_loop().call_later(1.5, do)
    return OutcomeUnknown(Cause.LOST)


@in_virtual_time
async def test_an_answer_from_before_the_hold_does_not_take_an_orphan_off_the_list() -> None:
    async with SmallTill() as till:
        till.server.faults["pay"].append(broken_and_done_later)
        await till.scan()
        await till.request(2_500)
        await till.leave()
        till.server.faults["status"].append(late(5))  # read by the server now, before the hold is there
        await till.scan()
        await till.wait(2)
        till.controller.exceptions.ask_again("op-1")
        await till.wait(5)
        assert till.account().holds == {"auth-1": 2_500}
        assert till.listed == ["orphan_hold"]


@pytest.mark.parametrize("place", [Stage.SELL, Stage.UNDO])
@in_virtual_time
async def test_after_closing_nothing_is_sent_that_nobody_would_wait_for(place: Stage) -> None:
    async with Shop(place=place) as till:
        if place is Stage.SELL:
            await till.put(CARD, OTHER_CARD)
            press = till.controller.selling.sell
        else:
            till.account().issued, till.account().net, till.account().original = True, 2_500, 2_500
            await till.scan()
            press = till.controller.undoing.undo
        await till.wait(30)  # what was read is old by now
        till.server.faults["status"].append(late(2))
        press()
        await till.wait(0.1)
        await till.controller.close(15)
        await till.wait(5)
        assert till.server.calls("issue") == till.server.calls("unissue") == 0


def issues_without_a_word(server: Server) -> None:
    """A live card's reply has its number and nothing else."""
    issue_live = server.issue_live

    async def without_a_word(*asked: object) -> object:
        reply = await issue_live(*asked)  # type: ignore[arg-type]
        return Issued(None, card=reply.card) if isinstance(reply, Issued) else reply

    server.issue_live = without_a_word  # type: ignore[method-assign, assignment]


@in_virtual_time
async def test_a_live_card_is_printed_once_it_is_known_what_is_on_it() -> None:
    async with Shop() as till:
        await till.live(4_000)
        issues_without_a_word(till.server)
        await till.sell()
        (printed,) = [event.issue for event in till.all(CardToPrint)]
        assert (printed.card, printed.worth is not None) == (CardNumber(LIVE_CARD), True)


@in_virtual_time
async def test_a_live_card_whose_worth_cannot_be_read_is_printed_all_the_same() -> None:
    async with Shop() as till:
        await till.live(4_000)
        issues_without_a_word(till.server)
        till.server.faults["status"] += [answers(StatusFailed(Cause.TIMEOUT))] * 4
        await till.sell()
        assert till.all(CardToPrint) == []
        await till.wait(3)
        assert [event.issue.amount.minor for event in till.all(CardToPrint)] == [4_000]


@in_virtual_time
async def test_a_card_of_the_list_whose_sale_is_undone_is_marked() -> None:
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD)
        await till.sell()
        till.controller.turn_to(Stage.UNDO)
        await till.scan()
        till.controller.undoing.undo()
        await till.wait(0.3)
        till.controller.selling.show()
        await till.wait(0.1)
        assert [line.undone for line in till.sale.lines] == [True, False]
