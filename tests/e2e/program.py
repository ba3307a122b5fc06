"""The program as a shop has it: a process with its settings, its token, its data folder; and a server."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from centara_giftcard.sandbox import SandboxServer

PROGRAM: Final = [sys.executable, "-m", "centara_giftcard"]
TOKEN: Final = "a-token-of-these-tests"
FULL: Final = 100_00
"""What a fresh card has on it, in cents."""

PARTLY_HELD, ALL_HELD, EMPTY, NOT_SOLD, EXPIRED, FROM_LATER = (
    f"60919{kind:011d}" for kind in (1, 2, 3, 4, 5, 6)
)
UNKNOWN: Final = "6091999999999999"

_SOLD: Final = {"created": "2026-01-05T09:30:00Z"}
_SPECIAL: Final[tuple[dict[str, object], ...]] = (
    {"number": PARTLY_HELD, "net": 60, "original": 60, "authorised": 20, **_SOLD},
    {"number": ALL_HELD, "net": 35, "original": 35, "authorised": 35, **_SOLD},
    {"number": EMPTY, "original": 25, **_SOLD},
    {"number": NOT_SOLD},
    {"number": EXPIRED, "net": 5, "original": 5, "expiry": "2020-01-01T00:00:00Z", **_SOLD},
    {"number": FROM_LATER, "net": 5, "original": 5, "start": "2090-01-01T00:00:00Z", **_SOLD},
)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of the machine's own: no display, no keyring, no settings of the user."""
    foreign = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XAUTHORITY", "CENTARA_GIFTCARD_TOKEN"}
    clean = {name: value for name, value in os.environ.items() if name not in foreign}
    folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(home))
    no_keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    return clean | folders | no_keyring | {"LC_ALL": "C.UTF-8"} | more


def call(home: Path, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def export(data_dir: Path) -> list[dict[str, Any]]:
    """The journal as another program reads it."""
    result = call(data_dir.parent, "journal", "export", "--data-dir", data_dir)
    assert (result.returncode, result.stderr) == (0, "")
    operations: list[dict[str, Any]] = json.loads(result.stdout)
    return operations


def write_settings(path: Path, server: str, reply_timeout_s: float = 10, more: str = "") -> Path:
    """A settings file of a shop whose cards begin with 6091."""
    path.write_text(
        f"""
[till]
store = "12"
pos = "3"
currency = "EUR"
language = "en"
theme = "light"
[loyalty]
server = "{server}"
group = "acme"
reply_timeout_s = {reply_timeout_s}
[[series]]
name = "Classic"
number = "6091"
prefix = "6091"
length = 16
{more}""",
        encoding="utf-8",
    )
    return path


@dataclass(frozen=True)
class Hold:
    """A hold in the server's books; `operation` is the till's, or None for another till's."""

    code: str
    number: str
    amount: int
    state: str
    operation: str | None


class Server:
    """A sandbox in this process with plain cards, its doors for tests, and other tills that use it."""

    def __init__(self, folder: Path, cards: int = 200) -> None:
        numbers = [f"60910{place:011d}" for place in range(1, cards + 1)]
        plain = [{"number": number, "net": 100, "original": 100} for number in numbers]
        self._numbers = iter(numbers)
        seed = folder / "cards.json"
        seed.write_text(json.dumps({"cards": [*({**card, **_SOLD} for card in plain), *_SPECIAL]}))
        self._sandbox = SandboxServer(seed=seed)
        self.address = self._sandbox.start()

    def new_card(self) -> str:
        """The number of a card that nobody has used yet, with FULL on it."""
        return next(self._numbers)

    def start(self) -> None:
        """Start again after `stop`: same port, same books."""
        self._sandbox.start()

    def stop(self) -> None:
        self._sandbox.stop()

    def misbehave(self, number: str, call: str, *faults: str | dict[str, object]) -> None:
        """Have the next calls for a card go wrong, one after the other; without faults all is well again."""
        rows: list[dict[str, object]] = [
            {"number": number, "call": call, **({"fault": fault} if isinstance(fault, str) else fault)}
            for fault in faults or ({"fault": "drop_before", "times": 0},)
        ]
        self._door("/faults", rows)

    def books(self) -> dict[str, Any]:
        """The server's whole state."""
        found: dict[str, Any] = json.loads(self._door("/ledger"))
        return found

    def holds(self, number: str | None = None) -> list[Hold]:
        """The holds on a card, or on all of them, oldest first."""
        return [
            Hold(row["auth_code"], row["number"], row["amount"], row["state"], _operation(row))
            for row in self.books()["holds"]
            if number in (None, row["number"])
        ]

    def states(self, number: str) -> list[tuple[str, int]]:
        """State and amount of every hold on a card."""
        return [(hold.state, hold.amount) for hold in self.holds(number)]

    def asked(self, number: str, call: str) -> int:
        """How often the server was asked for `call` on a card."""
        found: int = self.books()["requests_by_card"].get(number, {}).get(call, 0)
        return found

    def elsewhere_held(self, number: str, amount: str) -> None:
        """Another till requests a payment."""
        self._post(f"giftcards/{number}/_pay", f'{{"amount": {amount}}}'.encode())

    def elsewhere_released(self, hold: Hold) -> None:
        """Somebody else, a clerk at the server perhaps, lets a hold go."""
        ids = {card["number"]: card["id"] for card in self.books()["cards"]}
        self._post(f"instruments/{ids[hold.number]}/authorizations/{hold.code}/_cancel")

    def _post(self, path: str, body: bytes = b"") -> None:
        headers = {"Authorization": "Bearer another-till", "Content-Type": "application/json"}
        url = f"{self.address}/loyaltyGroups/acme/{path}"
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        with urllib.request.urlopen(request, timeout=60) as reply:
            reply.read()

    def _door(self, path: str, document: Iterable[object] | None = None) -> bytes:
        body = None if document is None else json.dumps(document).encode()
        with urllib.request.urlopen(
            urllib.request.Request(self._sandbox.inspection_address + path, data=body), timeout=60
        ) as reply:
            told: bytes = reply.read()
            return told


def _operation(row: dict[str, Any]) -> str | None:
    """The till's operation: its id alone or with the call's name after it is the idempotency key."""
    key = row["idempotency_key"]
    return None if key is None else str(key)[:36]
