"""The product's own client at a real server, for the contract tests."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from contract.conftest import GOOD

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency
from centara_giftcard.domain.secrets import AccessToken, CardNumber, InstrumentId
from centara_giftcard.loyalty.client import HttpLoyalty

EUR = Currency.of("EUR")
CARD = CardNumber(GOOD)
INSTRUMENT = InstrumentId("gc_any")
"""For calls whose address names the card by its number."""

Talk = Callable[[HttpLoyalty], Coroutine[Any, Any, None]]


def till(
    address: str, talk: Talk, token: str = "till-3", currency: Currency = EUR, group: str = "acme"
) -> None:
    """Let a client talk to a server, with timeouts that a test can wait for."""

    async def body() -> None:
        loyalty = HttpLoyalty(address, group, AccessToken(token), currency, WireRules(), 2.0, 0.5, 1.0)
        try:
            await talk(loyalty)
        finally:
            await loyalty.close()

    asyncio.run(body())


async def read(loyalty: HttpLoyalty, card: CardNumber = CARD) -> CardStatus:
    """The status of a card that must have one."""
    status = await loyalty.status(card)
    assert isinstance(status, CardStatus), status
    return status
