"""What a till makes of the answers to selling a card and to undoing it: over real sockets."""

import asyncio

import pytest
from unit.loyalty.loyalty_server import (
    CARD,
    EUR,
    INSTRUMENT,
    STATUS,
    TWENTY_FIVE,
    Cut,
    Dribble,
    Reply,
    Stall,
    client,
    http,
    patience_s,
    run,
    serving,
    talking,
)

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import Accepted, Cause, Issued, OutcomeUnknown, Refused
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.loyalty.client import MAX_BODY_BYTES, HttpLoyalty

NEW = CardNumber("6092000000000011")
MADE = f'{{"giftCardNumber": "{NEW.reveal()}", {STATUS[1:]}'.replace('"6091"', '"6092"')
PROMISED = b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"
HTML = {"Content_Type": "text/html; charset=utf-8"}


async def sell(loyalty: HttpLoyalty) -> object:
    return await loyalty.issue("op-1", CARD, INSTRUMENT, TWENTY_FIVE)


async def make(loyalty: HttpLoyalty) -> object:
    return await loyalty.issue_live("op-1", "6092", TWENTY_FIVE)


async def undo(loyalty: HttpLoyalty) -> object:
    return await loyalty.unissue("op-1", CARD, INSTRUMENT)


# --- answered -----------------------------------------------------------------------------------------------


def test_a_sold_card_comes_with_its_status_or_with_nothing() -> None:
    async def body() -> None:
        script = [http(200, STATUS), http(200), http(204), http(201, " \r\n")]
        async with talking(*script) as (loyalty, _):
            sold = await sell(loyalty)
            assert isinstance(sold, Issued)
            assert isinstance(sold.status, CardStatus)
            assert (sold.status.issued, sold.status.original) == (True, Money(7500, EUR))
            assert sold.card is None
            for _empty in script[1:]:
                assert await sell(loyalty) == Issued()

    run(body)


def test_a_new_card_comes_with_its_number_and_its_status() -> None:
    async def body() -> None:
        async with talking(http(201, MADE, Date="Mon, 05 Jan 2026 10:00:00 GMT")) as (loyalty, _):
            made = await make(loyalty)
            assert isinstance(made, Issued)
            assert made.card == NEW
            assert made.status is not None
            assert (made.status.instrument, made.status.series_number) == (INSTRUMENT, "6092")
            assert made.status.server_time is not None

    run(body)


@pytest.mark.parametrize(
    "reply",
    [
        http(200, MADE.replace("50.00", "NaN")),
        http(200, f'{{"giftCardNumber": "{NEW.reveal()}"}}'),
        http(200, MADE + " " * MAX_BODY_BYTES),
        Cut(PROMISED + MADE[:60].encode()),
        Stall(PROMISED + MADE[:60].encode()),
        Dribble(PROMISED + MADE[:60].encode()),
    ],
)
def test_a_new_number_is_rescued_from_a_success_that_is_wrong_or_breaks_off(reply: Reply) -> None:
    async def body() -> None:
        async with talking(reply, connect_timeout_s=patience_s(reply)) as (loyalty, server):
            made = await make(loyalty)
            assert isinstance(made, Issued)
            assert made.card == NEW
        assert len(server.asked) == 1

    run(body)


def test_a_number_in_a_refusal_is_no_card() -> None:
    async def body() -> None:
        async with talking(http(422, MADE), http(500, MADE)) as (loyalty, _):
            assert await make(loyalty) == Refused(Cause.REFUSED)
            assert await make(loyalty) == OutcomeUnknown(Cause.SERVER_ERROR)

    run(body)


# --- outcome unknown ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Cut(), Cause.LOST),
        (Cut(b"HTTP/1.1 200 OK\r\nContent-Le"), Cause.LOST),
        (Cut(PROMISED), Cause.LOST),
        (Cut(PROMISED + b'{"giftCardId": "6092000000000011", '), Cause.LOST),
        (Cut(PROMISED + b'{"giftCardNumber": "60920000'), Cause.LOST),
        (Stall(), Cause.TIMEOUT),
        (Stall(PROMISED), Cause.TIMEOUT),
        (Dribble(PROMISED), Cause.TIMEOUT),
        (http(200, b"\x00\xff{]"), Cause.UNREADABLE),
        (http(200, "{"), Cause.UNREADABLE),
        (http(200, "<html>Please sign in</html>", **HTML), Cause.UNREADABLE),
        (http(200, "", **HTML), Cause.UNREADABLE),
        (http(200, b"x" * (MAX_BODY_BYTES + 1)), Cause.UNREADABLE),
        (http(302, "", Location="/elsewhere"), Cause.UNREADABLE),
        (http(408), Cause.CONFLICT),
        (http(409, '{"detail": "Already issued"}'), Cause.CONFLICT),
        (http(500), Cause.SERVER_ERROR),
    ],
)
def test_a_sale_without_a_clean_answer_is_unknown(reply: Reply, cause: Cause) -> None:
    async def body() -> None:
        async with talking(reply, connect_timeout_s=patience_s(reply)) as (loyalty, server):
            assert await sell(loyalty) == OutcomeUnknown(cause)
            assert await make(loyalty) == OutcomeUnknown(cause)
        assert len(server.asked) == 2

    run(body)


def test_an_answer_about_another_card_is_no_answer() -> None:
    others = [
        STATUS.replace(INSTRUMENT.reveal(), "gc_other"),
        f'{{"giftCardNumber": "6091000000000025", {STATUS[1:]}',
    ]

    async def body() -> None:
        async with talking(*[http(200, other) for other in others], http(200, MADE)) as (loyalty, _):
            for _other in others:
                assert await sell(loyalty) == OutcomeUnknown(Cause.WRONG_CARD)
            answer = await loyalty.issue_live("op-1", "6093", None)
            assert answer == OutcomeUnknown(Cause.WRONG_CARD)

    run(body)


def test_a_new_card_without_a_number_cannot_be_known() -> None:
    async def body() -> None:
        async with talking(http(200), http(204), http(200, STATUS)) as (loyalty, _):
            for _ in range(3):
                assert await make(loyalty) == OutcomeUnknown(Cause.UNREADABLE)

    run(body)


# --- how long, and what is noted ----------------------------------------------------------------------------


def test_a_new_number_is_listened_for_past_the_reply_timeout_and_the_others_are_not() -> None:
    async def body() -> None:
        now = asyncio.get_running_loop().time
        async with serving(Stall()) as server:
            loyalty = client(server.address, reply_timeout_s=0.1, listen_timeout_s=0.6)
            for call, least_s, most_s in ((sell, 0.1, 0.5), (undo, 0.1, 0.5), (make, 0.6, 2.0)):
                started_s = now()
                assert await call(loyalty) == OutcomeUnknown(Cause.TIMEOUT)
                assert least_s <= now() - started_s < most_s
            await loyalty.close()

    run(body)


def test_every_post_has_a_connection_of_its_own_and_is_noted() -> None:
    noted: list[tuple[object, ...]] = []

    async def body() -> None:
        def note(name: str, facts: object) -> None:
            told = dict(facts)  # type: ignore[call-overload]
            noted.append((told["call"], told["operation"], told["card"], told["status"]))

        async with talking(http(200, STATUS), http(200, MADE), http(204), note=note) as (loyalty, server):
            await sell(loyalty)
            await make(loyalty)
            assert await undo(loyalty) == Accepted()
        assert [asked.connection for asked in server.asked] == [1, 2, 3]

    run(body)
    assert noted == [
        ("issue", "op-1", "•••• 0017", 200),
        ("issue_live", "op-1", None, 200),
        ("unissue", "op-1", "•••• 0017", 204),
    ]


def test_a_new_number_is_not_shown() -> None:
    async def body() -> None:
        async with talking(http(200, MADE)) as (loyalty, _):
            made = await make(loyalty)
            assert NEW.reveal() not in f"{made} {made!r}"
            assert "•••• 0011" in repr(made)

    run(body)
