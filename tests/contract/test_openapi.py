"""The contract as an OpenAPI file, and schemathesis holding the running sandbox to it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from centara_giftcard.sandbox import SandboxServer

CONTRACT = Path(__file__).resolve().parents[2] / "resources" / "openapi.json"

# Any token but one is good, and a schema-valid amount may still be more than is on the card.
CONFIG = """
warnings = false
[checks]
ignored_auth.enabled = false
positive_data_acceptance.expected-statuses = ["2xx", "401", "404", "409", "422"]
"""


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    server = SandboxServer()
    server.start()
    yield server
    server.stop()


def schemathesis(server: SandboxServer, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    # Through the interpreter in use: the command need not be on the search path.
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    command += ["--config-file", str(config), "run", str(CONTRACT), "--url", server.address]
    command += ["-H", "Authorization: Bearer till-3", "--generation-database", "none", "--seed", "1"]
    return subprocess.run(
        [*command, *options],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_the_contract_has_the_seven_calls_at_their_addresses() -> None:
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    calls = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in contract["paths"].items()
        for method, operation in item.items()
    }
    group = "/loyaltyGroups/{loyaltyGroup}"
    assert contract["openapi"].startswith("3.1")
    assert calls == {
        f"GET {group}/giftcards/{{giftCardNumber}}": "status",
        f"POST {group}/giftcards/{{giftCardNumber}}/_issue": "issue",
        f"POST {group}/giftCardSeries/{{giftCardSeriesNumber}}/giftcards/_issue": "issueLive",
        f"POST {group}/giftcards/{{instrumentNumber}}/_unissue": "unissue",
        f"POST {group}/giftcards/{{giftCardNumber}}/_pay": "pay",
        f"POST {group}/giftcards/{{giftCardNumber}}/authorizations/{{authCode}}/_commit": "commit",
        f"POST {group}/instruments/{{instrumentId}}/authorizations/{{authCode}}/_cancel": "cancel",
    }


def test_every_reference_in_the_contract_leads_somewhere() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    contract = json.loads(text)
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        found = contract
        for step in reference.split("/"):
            found = found[step]


def test_the_sandbox_keeps_the_contract_under_generated_requests(
    server: SandboxServer, tmp_path: Path
) -> None:
    done = schemathesis(server, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "40")
    assert done.returncode == 0, done.stdout + done.stderr

    # The examples reach the books: otherwise the run would prove no more than that 404 works.
    books = httpx.get(f"{server.inspection_address}/ledger", trust_env=False).json()
    kinds = {operation["kind"] for operation in books["operations"]}
    assert kinds == {"issue", "unissue", "pay", "commit", "cancel"}
    assert all(books["requests"][call] > 10 for call in books["requests"])


def test_the_check_notices_a_server_that_breaks_the_contract(server: SandboxServer, tmp_path: Path) -> None:
    fault = {"number": "*", "call": "pay", "fault": "no_auth_code", "times": None}
    httpx.post(f"{server.inspection_address}/faults", json=fault, trust_env=False).raise_for_status()
    done = schemathesis(server, tmp_path, "--phases", "examples", "--include-operation-id", "pay")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "authCode" in done.stdout
