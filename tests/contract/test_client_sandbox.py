"""The client and the sandbox, written apart from the same contract, understand each other, in every dialect
that needs no setting: each story is told in three."""

from collections.abc import Iterator
from typing import Any

import pytest
from contract.client_till import CARD, EUR, INSTRUMENT, read, till
from contract.conftest import Pos

from centara_giftcard.domain.cards import Balance, Standing, standing
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode, CardNumber
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.sandbox import SAMPLE_CARDS, SandboxServer
from centara_giftcard.sandbox.dialect import Dialect, Looks

TEN = Money(1000, EUR)

DIALECTS = {
    "as assumed": Dialect(),
    "a .NET house": Dialect(
        looks=Looks(
            names="pascal",
            ids="guid",
            dates="seven_digits",
            amounts="text",
            wrapper="result",
            says_success=True,
            refusal="message",
        )
    ),
    "snakes": Dialect(
        looks=Looks(
            names="snake",
            ids="number",
            dates="seconds",
            amounts="short",
            success=201,
            refusal="error",
            byte_order_mark=True,
        ),
    ),
}


@pytest.fixture(scope="module", params=list(DIALECTS))
def sandbox_server(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    server = SandboxServer(dialect=DIALECTS[request.param])
    server.start()
    yield server
    server.stop()


async def hold(loyalty: HttpLoyalty, operation: str = "op") -> HoldPlaced:
    reply = await loyalty.request_payment(operation, CARD, (await read(loyalty)).instrument, TEN)
    assert isinstance(reply, HoldPlaced), reply
    return reply


def balance(net: int, authorised: int) -> Balance:
    return Balance(Money(net, EUR), Money(authorised, EUR))


def test_every_plain_sample_card_is_read_for_what_it_is(pos: Pos) -> None:
    standings = {
        "Good": Standing.GOOD, "Nearly empty": Standing.GOOD, "Empty": Standing.EMPTY,
        "Not issued": Standing.NOT_ISSUED, "Not yet valid": Standing.NOT_YET_VALID,
        "Expired": Standing.EXPIRED, "Partly held": Standing.GOOD, "All held": Standing.ALL_HELD,
        "With a customer": Standing.GOOD, "With a floor": Standing.GOOD,
    }  # fmt: skip
    samples = {sample.label: sample for sample in SAMPLE_CARDS}

    async def talk(loyalty: HttpLoyalty) -> None:
        for label, expected in standings.items():
            sample = samples[label]
            status = await read(loyalty, CardNumber(sample.number))
            assert status.server_time is not None
            assert standing(status, status.server_time) is expected, label
            assert status.balance.net.decimal == sample.net
            assert status.balance.authorised.decimal == sample.held
            assert status.floor.decimal == sample.floor
        assert (
            await read(loyalty, CardNumber(samples["With a customer"].number))
        ).customer == "Anna Jónsdóttir"

    till(pos.server.address, talk)


def test_a_hold_is_taken_and_another_released(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        before = await read(loyalty)
        first = await hold(loyalty)
        assert (first.amount, first.same_card, first.balance) == (TEN, True, balance(5000, 1000))
        assert await loyalty.commit("op", CARD, INSTRUMENT, first.auth_code) == Accepted()
        second = await hold(loyalty, "op-2")
        assert await loyalty.cancel("op-2", CARD, before.instrument, second.auth_code) == Accepted()
        assert (await loyalty.status(CARD, before.instrument)) == await read(loyalty)
        assert (await read(loyalty)).balance == balance(4000, 0)

    till(pos.server.address, talk)
    assert pos.holds() == [(1000, "committed"), (1000, "cancelled")]


def test_a_group_with_a_slash_is_one_segment(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        await read(loyalty)

    till(pos.server.address, talk, group="a/../b c")


@pytest.mark.parametrize(
    ("fault", "more", "cause", "rescued"),
    [
        ("drop_before", {}, Cause.LOST, False),
        ("drop_after", {}, Cause.LOST, False),
        ("delay_after", {"seconds": 5}, Cause.TIMEOUT, False),
        ("status_before", {"status": 500}, Cause.SERVER_ERROR, False),
        ("status_after", {"status": 502}, Cause.SERVER_ERROR, False),
        ("status_after", {"status": 409}, Cause.CONFLICT, False),
        ("redirect", {}, Cause.UNREADABLE, False),
        ("garbage", {}, Cause.UNREADABLE, False),
        ("html", {}, Cause.UNREADABLE, False),
        ("no_auth_code", {}, Cause.UNREADABLE, False),
        ("truncated", {}, Cause.UNREADABLE, True),
        ("drop_midway", {}, Cause.LOST, True),
        ("huge", {}, Cause.UNREADABLE, True),
        ("nan_amount", {}, Cause.UNREADABLE, True),
        ("too_many_decimals", {}, Cause.UNREADABLE, True),
    ],
)
def test_a_request_for_payment_that_goes_wrong_is_unknown(
    pos: Pos, fault: str, more: dict[str, Any], cause: Cause, rescued: bool
) -> None:
    pos.fault("pay", fault, **more)

    async def talk(loyalty: HttpLoyalty) -> None:
        instrument = (await read(loyalty)).instrument
        reply = await loyalty.request_payment("op", CARD, instrument, TEN)
        assert isinstance(reply, OutcomeUnknown)
        assert reply.cause is cause
        assert (reply.auth_code is not None) is rescued
        if reply.auth_code is not None:
            assert await loyalty.cancel("op", CARD, instrument, reply.auth_code) == Accepted()
            assert (await read(loyalty)).balance == balance(5000, 0)

    till(pos.server.address, talk)


def test_holds_that_differ_from_what_was_asked_are_told_as_they_are(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        pos.fault("pay", "part")
        assert (await hold(loyalty, "op-0")).amount == Money(500, EUR)
        pos.fault("pay", "more_than_asked")
        assert (await hold(loyalty, "op-1")).amount > TEN
        pos.fault("pay", "wrong_card")
        assert not (await hold(loyalty, "op-2")).same_card
        pos.fault("pay", "auth_code_number")
        numbered = await hold(loyalty, "op-3")
        assert await loyalty.commit("op", CARD, INSTRUMENT, numbered.auth_code) == Accepted()

    till(pos.server.address, talk)


def test_refusals_carry_the_servers_words(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        instrument = (await read(loyalty)).instrument
        much = await loyalty.request_payment("op", CARD, instrument, Money(999999, EUR))
        assert isinstance(much, Refused)
        assert much.cause is Cause.REFUSED
        assert much.words
        assert isinstance(await loyalty.commit("op", CARD, INSTRUMENT, AuthCode("no-such")), Refused)
        unknown = await loyalty.status(CardNumber("6091000000000999"))
        assert isinstance(unknown, StatusFailed)
        assert unknown.cause is Cause.NOT_FOUND

    till(pos.server.address, talk)


def test_a_token_that_is_refused(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        failed = await loyalty.status(CARD)
        assert isinstance(failed, StatusFailed)
        assert failed.cause is Cause.NOT_ACCEPTED
        reply = await loyalty.commit("op", CARD, INSTRUMENT, AuthCode("x"))
        assert isinstance(reply, Refused)
        assert reply.cause is Cause.NOT_ACCEPTED

    till(pos.server.address, talk, token="refused")


@pytest.mark.parametrize(
    ("fault", "more", "cause", "retry_after_s"),
    [
        ("drop_before", {}, Cause.LOST, None),
        ("delay_before", {"seconds": 5}, Cause.TIMEOUT, None),
        ("status_before", {"status": 429, "retry_after": "3"}, Cause.BUSY, 3.0),
        ("status_before", {"status": 503}, Cause.SERVER_ERROR, None),
        ("truncated", {}, Cause.UNREADABLE, None),
        ("huge", {}, Cause.UNREADABLE, None),
        ("redirect", {}, Cause.UNREADABLE, None),
        ("nan_amount", {}, Cause.UNREADABLE, None),
        ("wrong_card", {}, Cause.WRONG_CARD, None),
    ],
)
def test_a_status_that_goes_wrong(
    pos: Pos, fault: str, more: dict[str, Any], cause: Cause, retry_after_s: float | None
) -> None:
    pos.fault("status", fault, **more)

    async def talk(loyalty: HttpLoyalty) -> None:
        failed = await loyalty.status(CARD)
        assert isinstance(failed, StatusFailed)
        assert (failed.cause, failed.retry_after_s) == (cause, retry_after_s)
        assert (await read(loyalty)).balance == balance(5000, 0)

    till(pos.server.address, talk)


@pytest.mark.parametrize("fault", ["drop_after", "status_after", "html", "delay_after"])
def test_a_commit_and_a_cancel_without_a_clean_answer_may_be_sent_again(pos: Pos, fault: str) -> None:
    pos.fault("commit", fault, seconds=5)
    pos.fault("cancel", fault, seconds=5)

    async def talk(loyalty: HttpLoyalty) -> None:
        instrument = (await read(loyalty)).instrument
        taken, released = [(await hold(loyalty, operation)).auth_code for operation in ("op", "op-2")]
        assert isinstance(await loyalty.commit("op", CARD, INSTRUMENT, taken), OutcomeUnknown)
        assert await loyalty.commit("op", CARD, INSTRUMENT, taken) == Accepted()
        assert isinstance(await loyalty.cancel("op-2", CARD, instrument, released), OutcomeUnknown)
        assert await loyalty.cancel("op-2", CARD, instrument, released) == Accepted()
        assert (await read(loyalty)).balance == balance(4000, 0)

    till(pos.server.address, talk)


def test_a_status_that_is_sent_twice_is_not_the_next_cards(pos: Pos) -> None:
    pos.fault("status", "doubled", times=None)
    other = CardNumber("6091000000000025")

    async def talk(loyalty: HttpLoyalty) -> None:
        for _ in range(3):
            await loyalty.probe()
            assert (await read(loyalty)).balance == balance(5000, 0)
            assert (await read(loyalty, other)).balance == balance(320, 0)

    till(pos.server.address, talk)


def test_a_success_that_is_none_is_not_believed(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        instrument = (await read(loyalty)).instrument
        code = (await hold(loyalty)).auth_code
        refused, promised = Refused(Cause.REFUSED, "Not today."), OutcomeUnknown(Cause.NOT_YET)
        for _ in range(2):
            pos.fault("commit", "promised", seconds=600)
            assert await loyalty.commit("op", CARD, INSTRUMENT, code) == promised
        for _ in range(2):
            pos.fault("cancel", "says_no", detail="Not today.")
            assert await loyalty.cancel("op", CARD, instrument, code) == refused
        pos.fault("pay", "says_no", detail="Not today.")
        assert await loyalty.request_payment("op-2", CARD, instrument, TEN) == refused

    till(pos.server.address, talk)
    assert pos.holds() == [(1000, "open")]


@pytest.mark.parametrize(("code", "decimals", "minor"), [("ISK", 0, 3), ("KWD", 3, 3001)])
def test_currencies_without_decimals_and_with_three(code: str, decimals: int, minor: int) -> None:
    currency, server = Currency.of(code), SandboxServer(currency_decimals=decimals)

    async def talk(loyalty: HttpLoyalty) -> None:
        before = await read(loyalty)
        placed = await loyalty.request_payment("op", CARD, before.instrument, Money(minor, currency))
        assert isinstance(placed, HoldPlaced)
        assert placed.amount == Money(minor, currency)
        assert placed.balance == Balance(before.balance.net, Money(minor, currency))

    try:
        till(server.start(), talk, currency=currency)
    finally:
        server.stop()
