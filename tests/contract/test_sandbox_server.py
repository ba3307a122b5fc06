"""Starting, stopping, seeding: the server as its callers see it."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from centara_giftcard.sandbox import SAMPLE_CARDS, SandboxError, SandboxServer

if TYPE_CHECKING:
    from contract.conftest import Pos

ROOT = Path(__file__).resolve().parents[2]
GOOD = "6091000000000017"
Start = Callable[..., SandboxServer]
WriteSeed = Callable[[Any], Path]


@pytest.fixture
def start() -> Iterator[Start]:
    servers: list[SandboxServer] = []

    def started(**options: Any) -> SandboxServer:
        server = SandboxServer(**options)
        server.start()
        servers.append(server)
        return server

    yield started
    for server in servers:
        server.stop()


@pytest.fixture
def write_seed(tmp_path: Path) -> WriteSeed:
    def write(content: Any) -> Path:
        path = tmp_path / "seed.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def _asked(server: SandboxServer, call: str) -> int:
    """How often the server was asked for this."""
    ledger = httpx.get(f"{server.inspection_address}/ledger", trust_env=False).json()
    return int(ledger["requests"][call])


def status(server: SandboxServer, number: str = GOOD) -> httpx.Response:
    headers = {"Authorization": "Bearer t"}
    return httpx.get(f"{server.address}/loyaltyGroups/a/giftcards/{number}", headers=headers, trust_env=False)


def pay(server: SandboxServer, number: str, amount: str) -> httpx.Response:
    url = f"{server.address}/loyaltyGroups/a/giftcards/{number}/_pay"
    headers = {"Authorization": "Bearer t", "Content-Type": "application/json"}
    return httpx.post(url, content=f'{{"amount": {amount}}}', headers=headers, trust_env=False)


def test_importing_the_package_loads_no_server() -> None:
    code = (
        "import sys, centara_giftcard.sandbox; print({'uvicorn', 'starlette', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_start_returns_the_address_once_it_accepts_on_loopback_only(start: Start) -> None:
    server = start()
    port = int(server.address.split(":")[2].split("/")[0])
    assert server.address == f"http://127.0.0.1:{port}/loyalty/api/v1/pos"
    assert status(server).status_code == 200
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", port), timeout=1):
        pass


def test_a_port_in_use_is_one_clear_sentence(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SandboxError, match=rf"^Port {port} is already in use .*\.$"):
            start(port=port)


def test_an_impossible_port_is_one_clear_sentence(start: Start) -> None:
    with pytest.raises(SandboxError, match=r"^Port 70000 cannot be used: .*\.$"):
        start(port=70_000)


def test_starting_twice_is_refused_and_stopping_twice_is_not(start: Start) -> None:
    server = start()
    with pytest.raises(SandboxError, match="already running"):
        server.start()
    server.stop()
    server.stop()


def test_after_a_stop_nothing_accepts_and_no_thread_is_left(start: Start) -> None:
    before = threading.active_count()
    server = start()
    assert threading.active_count() > before
    server.stop()
    with pytest.raises(httpx.ConnectError):
        status(server)
    assert threading.active_count() == before


def test_started_again_it_has_its_port_and_its_books(start: Start) -> None:
    server = start()
    assert pay(server, GOOD, "20.00").status_code == 200
    address = server.address
    server.stop()
    assert server.start() == address
    assert '"amountAuthorized": 20.00' in status(server).text


def test_stopping_does_not_wait_for_a_reply_that_is_being_delayed(start: Start) -> None:
    server = start()
    failures: list[Exception] = []

    def ask() -> None:
        try:
            pay(server, "6091000000009211", "5.00")
        except httpx.HTTPError as error:
            failures.append(error)

    till = threading.Thread(target=ask)
    till.start()
    while not _asked(server, "pay"):
        assert till.is_alive()
    begun = time.monotonic()
    server.stop()
    till.join()
    assert time.monotonic() - begun < 3
    assert isinstance(failures[0], httpx.RemoteProtocolError)


def test_stopping_closes_idle_keep_alive_connections(start: Start) -> None:
    server = start()
    with httpx.Client(headers={"Authorization": "Bearer t"}, trust_env=False) as client:
        client.get(f"{server.address}/loyaltyGroups/a/giftcards/{GOOD}")
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 1


def test_lost_connections_leave_no_trace_in_the_log(pos: Pos, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger=""):
        for fault in ("drop_before", "drop_after", "drop_midway"):
            pos.fault("status", fault)
            with pytest.raises(httpx.RemoteProtocolError):
                pos.get(f"giftcards/{GOOD}")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_amounts_have_the_currencys_decimals(start: Start, decimals: int) -> None:
    server = start(currency_decimals=decimals)
    digits = {0: "50", 2: "50.00", 3: "50.000"}[decimals]
    assert f'"amountNet": {digits},' in status(server).text
    smallest = Decimal(1).scaleb(-decimals)
    assert pay(server, GOOD, str(smallest)).status_code == 200
    assert pay(server, GOOD, str(smallest / 10)).status_code == 422


def test_a_currency_has_not_any_number_of_decimals() -> None:
    with pytest.raises(SandboxError, match="decimals"):
        SandboxServer(currency_decimals=9)


def test_a_seed_file_replaces_the_sample_cards(start: Start, write_seed: WriteSeed) -> None:
    card = {
        "number": "7001000000000001",
        "id": "abc",
        "series": "7001",
        "created": "2026-01-05T10:00:00+01:00",
        "start": "2026-01-05",
        "expiry": "2099-12-31T23:59:59",
        "original": 75.00,
        "net": 50.00,
        "authorised": 10.00,
        "floor": 5.00,
        "customer": {"name": "Anna", "points": 1.50},
    }
    series = {"number": "7002", "name": "Twenty", "live_printed": True, "fixed_amount": 20.00}
    server = start(seed=write_seed({"cards": [card, {"number": "7001000000000002"}], "series": [series]}))
    body = status(server, "7001000000000001").json()
    assert (body["giftCardId"], body["created"]) == ("abc", "2026-01-05T09:00:00.000Z")
    assert body["account"] == {
        "amountNet": 50,
        "amountOriginal": 75,
        "amountFloor": 5,
        "amountAuthorized": 10,
    }
    assert body["customer"] == {"name": "Anna", "points": 1.5}
    assert pay(server, "7001000000000001", "35.01").status_code == 422
    assert status(server, "7001000000000002").json()["account"]["amountNet"] == 0
    assert status(server, GOOD).status_code == 404

    issue = f"{server.address}/loyaltyGroups/a/giftCardSeries/7002/giftcards/_issue"
    headers = {"Authorization": "Bearer t"}
    assert httpx.post(issue, headers=headers, trust_env=False).json()["account"]["amountNet"] == 20
    wrong = httpx.post(issue, headers=headers, json={"amount": 21}, trust_env=False)
    assert wrong.json()["code"] == "amount_fixed"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("{", "not readable as JSON at line 1"),
        ('{"cards": [{"number": "1", "net": NaN}]}', "NaN"),
        ([], "the file must be an object"),
        ({}, "cards is required"),
        ({"cards": {}}, "cards must be a list"),
        ({"card": []}, "unknown key 'card'"),
        ({"cards": ["x"]}, r"cards\[0\] must be an object"),
        ({"cards": [{}]}, r"cards\[0\].number is required"),
        ({"cards": [{"number": 6091}]}, r"cards\[0\].number must be a text"),
        ({"cards": [{"number": "1"}, {"number": "2", "nett": 1}]}, r"cards\[1\] has the unknown key 'nett'"),
        ({"cards": [{"number": "1", "net": "5"}]}, r"cards\[0\].net must be a number"),
        ({"cards": [{"number": "1", "net": -5}]}, r"cards\[0\].net must be zero or above"),
        ({"cards": [{"number": "1", "net": 5.001}]}, r"cards\[0\].net must not have more than 2 decimals"),
        ({"cards": [{"number": "1", "created": "soon"}]}, r"cards\[0\].created must be a date"),
        ({"cards": [{"number": "1", "created": 5}]}, r"cards\[0\].created must be a date"),
        ({"cards": [{"number": "1", "customer": "Anna"}]}, r"cards\[0\].customer must be an object"),
        ({"cards": [{"number": "1"}, {"number": "1"}]}, r"cards\[1\] has the number or id"),
        ({"cards": [], "series": [{"number": "2", "live_printed": "yes"}]}, r"series\[0\].live_printed"),
    ],
)
def test_a_bad_seed_file_is_refused_with_the_place(write_seed: WriteSeed, content: Any, place: str) -> None:
    path = write_seed(content)
    with pytest.raises(SandboxError, match=place) as caught:
        SandboxServer(seed=path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_seed_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"cannot be read: .*\.$"):
        SandboxServer(seed=tmp_path / "none.json")


def test_every_sample_card_is_served(pos: Pos) -> None:
    served = {card["number"] for card in pos.books()["cards"]}
    assert served == {sample.number for sample in SAMPLE_CARDS}
    customer = pos.read(pos.get("giftcards/6091000000000090"))["customer"]
    assert customer["name"] == "Anna Jónsdóttir"


def test_serve_forever_ends_when_it_is_stopped() -> None:
    before = signal.getsignal(signal.SIGINT)
    server = SandboxServer()
    stopper: list[threading.Timer] = []

    def announced(_address: str) -> None:
        stopper.append(threading.Timer(0.1, server.stop))
        stopper[0].start()

    server.serve_forever(announced)
    stopper[0].join()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_alone_says_nothing_and_ends_with_0_at_a_signal(number: signal.Signals) -> None:
    code = (
        "from centara_giftcard.sandbox import SandboxServer\n"
        "SandboxServer().serve_forever(lambda address: print(address, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    url = f"{address}/loyaltyGroups/a/giftcards/{GOOD}"
    assert httpx.get(url, headers={"Authorization": "Bearer t"}, trust_env=False).status_code == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
