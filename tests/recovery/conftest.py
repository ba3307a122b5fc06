"""A mother of tills and a server for each file of tests that wants them; a shop for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.program import Server
from recovery.nursery import Nursery
from recovery.shop import Shop


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    if sys.platform == "win32":
        pytest.skip("there is neither fork nor SIGKILL")
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@pytest.fixture
def shop(server: Server, nursery: Nursery, tmp_path: Path) -> Iterator[Shop]:
    yield Shop(server, tmp_path, nursery)
    nursery.put_away()
