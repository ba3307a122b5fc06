"""The cashier looks at a hold, and F12 does not wait for a connection: one is open, and was never used."""

import asyncio
from collections.abc import Callable

import pytest
from unit.loyalty.loyalty_server import (
    CARD,
    CODE,
    INSTRUMENT,
    PAY,
    STATUS,
    Cut,
    ScriptedServer,
    http,
    pay,
    run,
    talking,
)

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.replies import Accepted, HoldPlaced, NotSent
from centara_giftcard.loyalty import ahead
from centara_giftcard.loyalty.client import HttpLoyalty

DONE = http(200, '{"success": true}')


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - it is the loop that sees it
            await asyncio.sleep(0.001)


async def commit(loyalty: HttpLoyalty) -> object:
    return await loyalty.commit("op-1", CARD, INSTRUMENT, CODE)


async def looked_at(loyalty: HttpLoyalty, server: ScriptedServer) -> None:
    """A hold, and a look at it: the card was read, the hold placed, and two lines are open."""
    server.script = [http(200, STATUS), http(201, PAY), DONE, http(200, STATUS)]
    assert isinstance(await loyalty.status(CARD), CardStatus)
    await until(lambda: len(loyalty._ahead._open) == 2)
    assert isinstance(await pay(loyalty), HoldPlaced)
    await until(lambda: server.connections == 4)
    await until(lambda: len(loyalty._ahead._open) == 2)


def test_the_decision_and_its_proof_go_over_connections_that_are_open_already() -> None:
    async def body() -> None:
        async with talking(http(404)) as (loyalty, server):
            await looked_at(loyalty, server)
            assert await commit(loyalty) == Accepted()
            assert isinstance(await loyalty.status(CARD), CardStatus)
            assert [asked.connection for asked in server.asked] == [1, 2, 3, 4]
            assert server.connections == 4

    run(body)


def test_a_connection_that_the_server_has_closed_is_not_used_and_the_call_is_sent_once() -> None:
    async def body() -> None:
        async with talking(http(404)) as (loyalty, server):
            await looked_at(loyalty, server)
            await server.hang_up()
            assert await commit(loyalty) == Accepted()
            assert [asked.line.partition(" ")[0] for asked in server.asked] == ["GET", "POST", "POST"]
            assert server.asked[-1].connection == 5

    run(body)


def test_what_came_before_the_request_is_not_its_answer() -> None:
    async def body() -> None:
        async with talking(http(404)) as (loyalty, server):
            await looked_at(loyalty, server)
            for writer in server.writers[2:]:
                writer.write(http(422, '{"detail": "No"}'))
            assert await commit(loyalty) == Accepted()
            assert server.asked[-1].connection == 5

    run(body)


def test_a_call_over_an_open_connection_is_not_repeated_when_its_answer_is_lost() -> None:
    async def body() -> None:
        async with talking(http(404)) as (loyalty, server):
            await looked_at(loyalty, server)
            server.script = [Cut()]
            assert not isinstance(await commit(loyalty), Accepted | NotSent)
            assert len(server.asked) == 3

    run(body)


def test_one_that_nobody_takes_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "KEPT_S", 0.05)

    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await until(lambda: server.connections == 3)
            await until(lambda: all(writer.is_closing() for writer in server.writers[1:]))
            assert not server.writers[0].is_closing()

    run(body)


def test_a_server_that_cannot_be_reached_any_more_is_told_by_the_call_alone() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            faults: list[object] = []
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda _loop, about: faults.append(about))
            await loyalty.status(CARD)

            async def refuse(*_: object, **__: object) -> None:
                raise ConnectionRefusedError

            loop.create_connection = refuse  # type: ignore[method-assign, assignment]
            await until(lambda: not loyalty._ahead._opening)
            assert isinstance(await commit(loyalty), NotSent)
            assert (server.connections, faults) == (1, [])

    run(body)


def test_a_client_that_is_closed_opens_nothing_more() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await loyalty.close()
            assert server.connections == 1
            loyalty._ahead.want(1)
            assert not loyalty._ahead._opening

    run(body)
