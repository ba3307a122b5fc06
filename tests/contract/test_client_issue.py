"""The client sells cards at the sandbox and undoes the sales; the books tell what really happened."""

import json
import socket
from pathlib import Path

import pytest
from contract.client_till import CARD, EUR, INSTRUMENT, read, till
from contract.conftest import Pos

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import Accepted, Cause, Issued, NotSent, OutcomeUnknown, Refused
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.sandbox import SandboxServer

FRESH = CardNumber("6091000000000041")
LIVE = "6092"
FIFTY = Money(5000, EUR)
NOTHING = Money(0, EUR)


def made(pos: Pos) -> list[tuple[str, int]]:
    """The cards of the live-printed series that the server really made."""
    return [(card["number"], card["net"]) for card in pos.books()["cards"] if card["series"] == LIVE]


def worth(pos: Pos) -> int | None:
    """What the fresh card was really issued with, in cents, or None."""
    card = pos.card(FRESH.reveal())
    return card["original"] if card["created"] else None


async def sell(loyalty: HttpLoyalty, operation: str = "op", amount: Money = FIFTY) -> object:
    instrument = (await read(loyalty, FRESH)).instrument
    return await loyalty.issue(operation, FRESH, instrument, amount)


# --- as it should be ----------------------------------------------------------------------------------------


def test_a_printed_card_is_sold_read_back_and_the_sale_undone(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        before = await read(loyalty, FRESH)
        sold = await loyalty.issue("op-1", FRESH, before.instrument, FIFTY)
        assert isinstance(sold, Issued)
        assert sold.card is None
        assert sold.status == await read(loyalty, FRESH)
        assert (sold.status.issued, sold.status.original, sold.status.available) == (True, FIFTY, FIFTY)
        assert sold.status.expires is not None
        assert worth(pos) == 5000
        assert await loyalty.unissue("op-2", FRESH, INSTRUMENT) == Accepted()
        after = await read(loyalty, FRESH)
        assert (after.issued, after.created, after.starts, after.expires) == (False, None, None, None)
        assert (after.original, after.balance.net, after.balance.authorised) == (NOTHING,) * 3
        assert after.instrument == before.instrument
        assert isinstance(await loyalty.issue("op-3", FRESH, after.instrument, FIFTY), Issued)

    till(pos.server.address, talk)
    assert worth(pos) == 5000


def test_a_card_is_made_sold_and_undone(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        answers = [await loyalty.issue_live(operation, LIVE, FIFTY) for operation in ("op-1", "op-2")]
        numbers = []
        for answer in answers:
            assert isinstance(answer, Issued)
            assert answer.card is not None
            assert answer.status == await read(loyalty, answer.card)
            assert (answer.status.issued, answer.status.original) == (True, FIFTY)
            assert answer.status.series_number == LIVE
            numbers.append(answer.card.reveal())
        assert made(pos) == [(number, 5000) for number in numbers]
        assert len(set(numbers)) == 2
        assert await loyalty.unissue("op-1", CardNumber(numbers[0]), INSTRUMENT) == Accepted()
        assert not (await read(loyalty, CardNumber(numbers[0]))).issued

    till(pos.server.address, talk)


def test_a_series_may_fix_the_amount(tmp_path: Path) -> None:
    fixed = [
        {"number": "7001", "fixed_amount": 20},
        {"number": "7002", "fixed_amount": 25, "live_printed": True},
    ]
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"cards": [{"number": "7001000000000001"}], "series": fixed}))
    server, card = SandboxServer(seed=seed), CardNumber("7001000000000001")

    async def talk(loyalty: HttpLoyalty) -> None:
        instrument = (await read(loyalty, card)).instrument
        answers = [
            await loyalty.issue("op-1", card, instrument, None),
            await loyalty.issue_live("op-2", "7002", None),
        ]
        for answer, minor in zip(answers, (2000, 2500), strict=True):
            assert isinstance(answer, Issued)
            assert answer.status is not None
            assert answer.status.original == Money(minor, EUR)
        other = await loyalty.issue_live("op-3", "7002", FIFTY)
        assert other == Refused(Cause.REFUSED, "The series fixes another amount.")

    try:
        till(server.start(), talk)
    finally:
        server.stop()


def test_one_operation_sent_again_sells_once(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        assert await sell(loyalty) == await sell(loyalty)
        first, again = [await loyalty.issue_live("op", LIVE, FIFTY) for _ in range(2)]
        assert isinstance(first, Issued)
        assert isinstance(again, Issued)
        assert first.card == again.card
        assert [await loyalty.unissue("op-2", FRESH, INSTRUMENT) for _ in range(2)] == [Accepted()] * 2

    till(pos.server.address, talk)
    assert len(made(pos)) == 1
    assert worth(pos) is None


# --- refused ------------------------------------------------------------------------------------------------


def test_what_the_server_refuses(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        unknown = CardNumber("6091999999999999")
        instrument = (await read(loyalty, FRESH)).instrument
        assert await sell(loyalty, "op-1", NOTHING) == Refused(
            Cause.REFUSED, "The amount must be above zero."
        )
        missing = await loyalty.issue("op-2", FRESH, instrument, None)
        assert missing == Refused(Cause.REFUSED, "An amount is required.")
        nobody = await loyalty.issue("op-3", unknown, instrument, FIFTY)
        assert nobody == Refused(Cause.NOT_FOUND, "No such gift card.")
        assert await loyalty.unissue("op-4", unknown, INSTRUMENT) == Refused(
            Cause.NOT_FOUND, "No such gift card."
        )
        series = await loyalty.issue_live("op-5", "7777", FIFTY)
        assert series == Refused(Cause.NOT_FOUND, "No such gift card series.")

    till(pos.server.address, talk)
    assert worth(pos) is None
    assert made(pos) == []


def test_a_409_proves_nothing_and_the_status_tells(pos: Pos) -> None:
    """Already issued, used since, not issued, a series of printed cards: rows 11, 14 and 18."""

    async def talk(loyalty: HttpLoyalty) -> None:
        unclear = OutcomeUnknown(Cause.CONFLICT)
        assert await loyalty.unissue("op-1", FRESH, INSTRUMENT) == unclear
        assert await loyalty.issue_live("op-2", "6091", FIFTY) == unclear
        assert isinstance(await sell(loyalty, "op-3"), Issued)
        assert await sell(loyalty, "op-4", Money(100, EUR)) == unclear
        assert (await read(loyalty, FRESH)).original == FIFTY
        used = await read(loyalty, CARD)
        assert await loyalty.unissue("op-5", CARD, INSTRUMENT) == unclear
        now = await read(loyalty, CARD)
        assert (now.issued, now.balance) == (True, used.balance)

    till(pos.server.address, talk)


def test_a_token_that_is_refused_sells_nothing(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        instrument = InstrumentId(pos.card(FRESH.reveal())["id"])
        for answer in (
            await loyalty.issue("op-1", FRESH, instrument, FIFTY),
            await loyalty.issue_live("op-2", LIVE, FIFTY),
            await loyalty.unissue("op-3", CARD, INSTRUMENT),
        ):
            assert isinstance(answer, Refused)
            assert answer.cause is Cause.NOT_ACCEPTED

    till(pos.server.address, talk, token="refused")
    assert worth(pos) is None
    assert made(pos) == []


# --- lost, late, unreadable ---------------------------------------------------------------------------------

FAULTS = [
    ("drop_before", {}, Cause.LOST, False),
    ("drop_after", {}, Cause.LOST, True),
    ("delay_after", {"seconds": 5}, Cause.TIMEOUT, True),
    ("status_before", {"status": 500}, Cause.SERVER_ERROR, False),
    ("status_after", {"status": 502}, Cause.SERVER_ERROR, True),
    ("status_before", {"status": 409}, Cause.CONFLICT, False),
    ("status_after", {"status": 409}, Cause.CONFLICT, True),
    ("status_before", {"status": 429, "retry_after": "3"}, Cause.BUSY, False),
    ("redirect", {}, Cause.UNREADABLE, False),
    ("html", {}, Cause.UNREADABLE, True),
]
SPOILT = [
    ("garbage", Cause.UNREADABLE),
    ("truncated", Cause.UNREADABLE),
    ("huge", Cause.UNREADABLE),
    ("drop_midway", Cause.LOST),
    ("nan_amount", Cause.UNREADABLE),
    ("too_many_decimals", Cause.UNREADABLE),
    ("wrong_card", Cause.WRONG_CARD),
]


@pytest.mark.parametrize(
    ("fault", "more", "cause", "happened"), [*FAULTS, *((name, {}, cause, True) for name, cause in SPOILT)]
)
def test_a_sale_without_a_clean_answer_is_told_by_the_status(
    pos: Pos, fault: str, more: dict[str, object], cause: Cause, happened: bool
) -> None:
    pos.fault("issue", fault, FRESH.reveal(), **more)

    async def talk(loyalty: HttpLoyalty) -> None:
        answer = await sell(loyalty)
        assert answer == OutcomeUnknown(cause, 3.0 if cause is Cause.BUSY else None)
        status = await read(loyalty, FRESH)
        assert status.issued is happened
        assert status.original == (FIFTY if happened else NOTHING)

    till(pos.server.address, talk)
    assert worth(pos) == (5000 if happened else None)


@pytest.mark.parametrize(
    ("fault", "more", "cause", "happened"),
    [*FAULTS, ("garbage", {}, Cause.UNREADABLE, True), ("wrong_card", {}, Cause.WRONG_CARD, True)],
)
def test_a_card_made_without_a_clean_answer_cannot_be_known(
    pos: Pos, fault: str, more: dict[str, object], cause: Cause, happened: bool
) -> None:
    pos.fault("issue_live", fault, LIVE, **more)

    async def talk(loyalty: HttpLoyalty) -> None:
        answer = await loyalty.issue_live("op", LIVE, FIFTY)
        assert answer == OutcomeUnknown(cause, 3.0 if cause is Cause.BUSY else None)

    till(pos.server.address, talk)
    assert len(made(pos)) == happened


@pytest.mark.parametrize("fault", ["truncated", "huge", "drop_midway", "nan_amount", "too_many_decimals"])
def test_a_new_number_is_rescued_from_what_came_and_the_status_tells_the_rest(pos: Pos, fault: str) -> None:
    pos.fault("issue_live", fault, LIVE)

    async def talk(loyalty: HttpLoyalty) -> None:
        answer = await loyalty.issue_live("op", LIVE, FIFTY)
        assert isinstance(answer, Issued)
        assert answer.status is None
        assert answer.card is not None
        assert made(pos) == [(answer.card.reveal(), 5000)]
        assert (await read(loyalty, answer.card)).original == FIFTY

    till(pos.server.address, talk)


@pytest.mark.parametrize(("fault", "more", "cause", "happened"), FAULTS)
def test_an_undoing_without_a_clean_answer_is_told_by_the_status(
    pos: Pos, fault: str, more: dict[str, object], cause: Cause, happened: bool
) -> None:
    pos.fault("unissue", fault, FRESH.reveal(), **more)

    async def talk(loyalty: HttpLoyalty) -> None:
        assert isinstance(await sell(loyalty), Issued)
        answer = await loyalty.unissue("op", FRESH, INSTRUMENT)
        assert answer == OutcomeUnknown(cause, 3.0 if cause is Cause.BUSY else None)
        assert (await read(loyalty, FRESH)).issued is not happened
        assert await loyalty.unissue("op", FRESH, INSTRUMENT) == Accepted()

    till(pos.server.address, talk)
    assert worth(pos) is None


@pytest.mark.parametrize("fault", ["garbage", "truncated", "huge"])
def test_an_undoing_whose_answer_cannot_be_read_is_settled_by_a_reading(pos: Pos, fault: str) -> None:
    pos.fault("unissue", fault, FRESH.reveal())

    async def talk(loyalty: HttpLoyalty) -> None:
        assert isinstance(await sell(loyalty), Issued)
        assert await loyalty.unissue("op", FRESH, INSTRUMENT) == OutcomeUnknown(Cause.UNREADABLE)
        assert not (await read(loyalty, FRESH)).issued

    till(pos.server.address, talk)


# --- not sent -----------------------------------------------------------------------------------------------


def test_a_server_that_is_down_was_sent_nothing() -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        assert await loyalty.issue("op", FRESH, InstrumentId("x"), FIFTY) == NotSent(Cause.CONNECT)
        assert await loyalty.issue_live("op", LIVE, FIFTY) == NotSent(Cause.CONNECT)
        assert await loyalty.unissue("op", FRESH, INSTRUMENT) == NotSent(Cause.CONNECT)

    with socket.socket() as taken:  # bound and not listening: nobody else can answer there
        taken.bind(("127.0.0.1", 0))
        till(f"http://127.0.0.1:{taken.getsockname()[1]}", talk)


# --- whether the server is there ----------------------------------------------------------------------------


def test_a_server_answers_a_probe_whatever_the_token(pos: Pos) -> None:
    async def talk(loyalty: HttpLoyalty) -> None:
        told = await loyalty.probe()
        assert isinstance(told, tuple)
        assert told[1] is not None

    till(pos.server.address, talk)
    till(pos.server.address, talk, token="refused")
