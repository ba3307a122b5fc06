"""One display and one server for the whole run; one till for each file of tests."""

import os
from collections.abc import Generator, Iterator

import pytest
from e2e.books import card_errors, disagreements
from e2e.cashier import Cashier, opened
from e2e.program import FULL, Server, export, write_settings
from e2e.screen import Screen, missing


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    lacking = missing()
    if lacking and "CI" not in os.environ:
        pytest.skip(f"{lacking} is not installed")
    assert not lacking, f"{lacking} must be installed where CI is set"
    screen = Screen()
    yield screen
    screen.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def till(screen: Screen, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cashier]:
    """The till of a file of tests; when it is put away, its three books agree about every sale."""
    folder = tmp_path_factory.mktemp("till")
    settings = write_settings(folder / "settings.toml", server.address, reply_timeout_s=2)
    with opened(screen, settings) as cashier:
        yield cashier
    assert_all_is_well(cashier, server)


@pytest.fixture
def cashier(till: Cashier, request: pytest.FixtureRequest) -> Iterator[Cashier]:
    """The till, waiting for a customer."""
    till.begin()
    yield till
    if request.node.stash.get(_FAILED, False):
        picture = till.data_dir / f"{request.node.name[:60]}.png"
        till.picture(picture)
        print(f"Picture: {picture}")


def assert_all_is_well(cashier: Cashier, server: Server) -> None:
    """The three books agree, and the program has found no fault of its own."""
    journal = {row["id"]: row for row in export(cashier.data_dir)}
    holds = [hold for hold in server.holds() if hold.operation in journal]
    assert disagreements(holds, journal, cashier.screens()) == []
    assert card_errors(server.books(), FULL) == []
    assert [line for line in cashier.lines() if line["event"] in {"fault", "journal_failed"}] == []


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report
