"""The till of each file of tests about selling, on a server with cards that are not sold yet."""

from collections.abc import Iterator

import pytest
from e2e.cashier import Cashier, opened
from e2e.program import write_settings
from e2e.screen import Screen
from e2e.selling.shop import SERIES, Shop, assert_books_agree


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.stop()


@pytest.fixture(scope="module")
def till(screen: Screen, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    """The till of this file; when it is put away, journal, server and screen agree about every card."""
    folder = tmp_path_factory.mktemp("selling")
    printer = f'[printer]\naddress = "{folder / "paper"}"\n'
    settings = write_settings(folder / "settings.toml", shop.address, 2, SERIES + printer)
    with opened(screen, settings) as cashier:
        yield cashier
    assert_books_agree(cashier, shop)
    assert [line for line in cashier.lines() if line["event"] in {"fault", "journal_failed"}] == []


@pytest.fixture
def cashier(till: Cashier) -> Cashier:
    """The till at Sell, with nothing on its list."""
    till.press("F2")
    till.catch_up()
    till.press("F3")
    for _ in range(4):
        till.press("Escape")
    till.press("F3")
    till.catch_up()
    till.press("F1", "F3")
    till.wait(lambda line: line.get("screen") == "sell", "an empty list")
    return till
