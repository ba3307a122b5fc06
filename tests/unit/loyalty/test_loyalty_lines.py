"""One request, one answer: a doubled, late or misdirected answer is never believed, over real sockets."""

import asyncio
import ssl
import sys
from pathlib import Path

import pytest
from unit.loyalty.loyalty_server import (
    CARD,
    INSTRUMENT,
    STATUS,
    all_calls,
    card_and_status,
    client,
    http,
    run,
    serving,
    talking,
)
from unit.loyalty.test_loyalty_client import self_signed

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.replies import Accepted, Cause, StatusFailed
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.loyalty import seen
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.loyalty.seen import SeenCards

TWO, SECOND = card_and_status(30)
UNKNOWN = http(404, '{"detail": "No such card"}')


async def net(loyalty: HttpLoyalty, card: CardNumber) -> int:
    """What a card is worth, as the till tells it."""
    status = await loyalty.status(card)
    assert isinstance(status, CardStatus), status
    return status.balance.net.minor


def test_a_doubled_reply_is_not_the_next_cards_balance() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS) * 2, http(200, SECOND)) as (loyalty, _):
            assert await net(loyalty, CARD) == 5000
            assert await net(loyalty, TWO) == 3000

    run(body)


def test_a_doubled_reply_that_comes_when_the_next_card_was_asked_for_is_not_its_balance() -> None:
    async def body() -> None:
        late = http(200, STATUS) + http(200, SECOND)
        async with talking(http(200, STATUS), late, http(200, SECOND)) as (loyalty, server):
            assert await net(loyalty, CARD) == 5000
            assert await net(loyalty, TWO) == 3000
        assert [asked.connection for asked in server.asked] == [1, 1, 2]

    run(body)


def test_bytes_that_come_unasked_between_two_cards_close_the_connection() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS), http(200, SECOND)) as (loyalty, server):
            assert await net(loyalty, CARD) == 5000
            server.writers[0].write(http(200, STATUS))
            await server.writers[0].drain()
            assert await net(loyalty, TWO) == 3000
        assert len({asked.connection for asked in server.asked}) == 2

    run(body)


def test_an_old_reading_of_the_same_card_is_not_taken_for_a_new_one() -> None:
    async def body() -> None:
        spent = STATUS.replace("50.00", "37.50")
        late = http(200, STATUS) + http(200, spent)
        async with talking(http(200, STATUS) * 2, late) as (loyalty, server):
            assert await net(loyalty, CARD) == 5000
            server.script = [http(200, spent)]
            assert await net(loyalty, CARD) == 3750
            assert await loyalty.status(CARD, INSTRUMENT) == await loyalty.status(CARD)
        assert [asked.connection for asked in server.asked] == [1, 2, 3, 4]

    run(body)


@pytest.mark.parametrize(
    "doubled",
    [UNKNOWN, http(401), http(200, "{}"), http(200, "<html></html>"), http(200, '{"success": false}')],
)
def test_a_doubled_answer_to_the_probe_is_not_the_next_cards(doubled: bytes) -> None:
    async def body() -> None:
        async with talking(doubled * 2, http(200, SECOND)) as (loyalty, _):
            assert isinstance(await loyalty.probe(), tuple)
            assert await net(loyalty, TWO) == 3000

    run(body)


def test_a_card_that_is_not_known_is_so_only_by_an_answer_of_its_own() -> None:
    async def body() -> None:
        async with talking(UNKNOWN * 2, UNKNOWN) as (loyalty, server):
            for card in (CARD, TWO):
                assert await loyalty.status(card) == StatusFailed(Cause.NOT_FOUND, "No such card")
        assert [asked.connection for asked in server.asked] == [1, 2]
        async with talking(http(200, STATUS), UNKNOWN) as (loyalty, server):
            await net(loyalty, CARD)
            assert await loyalty.status(TWO) == StatusFailed(Cause.NOT_FOUND, "No such card")
        assert [asked.connection for asked in server.asked] == [1, 1, 2]

    run(body)


def test_a_server_that_doubles_everything_serves_every_card() -> None:
    async def body() -> None:
        cards = [card_and_status(nth) for nth in range(2, 12)]
        async with serving(http(404)) as server:
            loyalty = client(server.address)
            server.answer = lambda line: next(
                (http(200, text) * 2 for card, text in cards if card.reveal() in line), http(404) * 2
            )
            for _ in range(2):
                await loyalty.probe()
                for nth, (card, _text) in enumerate(cards, start=2):
                    assert await net(loyalty, card) == nth * 100
            await loyalty.close()

    run(body)


def test_a_doubled_reply_is_not_the_answer_to_a_call_for_money() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS) * 2, http(422, '{"detail": "No"}') + http(200)) as (
            loyalty,
            server,
        ):
            await loyalty.status(CARD)
            results = await all_calls(loyalty)
            assert Accepted() not in results
        assert [asked.connection for asked in server.asked if asked.line.startswith("POST")] == [*range(2, 8)]

    run(body)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the trust store is the system's own dialogue")
def test_a_doubled_reply_in_a_record_of_its_own_is_not_the_next_cards_balance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context: ssl.SSLContext = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))

    async def body() -> None:
        async with serving(http(200, STATUS), tls=context) as server:
            server.doubles = True
            loyalty = client(server.address)
            assert await net(loyalty, CARD) == 5000
            server.script = [http(200, SECOND)]
            assert await net(loyalty, TWO) == 3000
            await loyalty.close()
            await asyncio.sleep(0.05)

    run(body)


# --- one card, one instrument -------------------------------------------------------------------------------


def test_an_answer_with_another_cards_instrument_is_about_that_card() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            assert isinstance(await loyalty.status(CARD), CardStatus)
            assert await loyalty.status(TWO) == StatusFailed(Cause.WRONG_CARD)
            server.script = [http(200, SECOND)]
            assert await loyalty.status(CARD) == StatusFailed(Cause.WRONG_CARD)
            assert await loyalty.status(CARD, InstrumentId("gc_00030")) == StatusFailed(Cause.WRONG_CARD)
            assert isinstance(await loyalty.status(TWO), CardStatus)

    run(body)


def test_a_number_in_small_letters_is_the_same_card() -> None:
    cards = SeenCards()
    cards.note(CardNumber("GIFT12AB"), InstrumentId("gc_1"))
    assert cards.knows(CardNumber("gift12ab"))
    assert cards.fits(CardNumber("gift12ab"), InstrumentId("gc_1"))
    assert not cards.fits(CardNumber("gift12ab"), InstrumentId("GC_1"))


def test_the_card_seen_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MAX_CARDS", 2)
    cards = SeenCards()
    for number in ("1111", "2222", "1111", "3333"):
        cards.note(CardNumber(number), InstrumentId(f"gc_{number}"))
    assert [cards.knows(CardNumber(number)) for number in ("1111", "2222", "3333")] == [True, False, True]
    assert cards.fits(CardNumber("4444"), InstrumentId("gc_2222"))
    assert not cards.fits(CardNumber("4444"), InstrumentId("gc_1111"))


def test_nothing_is_kept_in_the_clear() -> None:
    cards = SeenCards()
    cards.note(CARD, INSTRUMENT)
    kept = repr(vars(cards))
    assert CARD.reveal() not in kept
    assert INSTRUMENT.reveal() not in kept
