"""The sample exchanges of the integrator's page: what the real client and the real practice server said.

A relay between the two writes the bytes down. `python tests/contract/exchanges.py` writes them into
`resources/integrator.md`; a test holds the page to them.
"""

import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import HoldPlaced, Issued
from centara_giftcard.domain.secrets import AccessToken, CardNumber
from centara_giftcard.loyalty.client import HttpLoyalty
from centara_giftcard.sandbox import SandboxServer

PAGE: Final = Path(__file__).resolve().parents[2] / "resources" / "integrator.md"
OPERATION: Final = "6f1c2f0e-3a51-4e0b-9a35-5f0d3c9c7f10"
TOKEN: Final = "eyJhbGciOi..."
SHOWN: Final = ("authorization", "accept", "content-type", "idempotency-key", "x-request-id")
SERIES: Final = [
    {"number": "6091", "name": "Classic"},
    {"number": "6092", "name": "Live", "live_printed": True},
]
CARDS: Final = [
    {
        "number": "6091000000000017",
        "created": "2026-01-05T09:30:00Z",
        "start": "2026-01-05T09:30:00Z",
        "expiry": "2028-12-31T23:59:59Z",
        "original": 75.00,
        "net": 50.00,
        "customer": {"name": "Anna"},
    },
    {"number": "6091000000000025"},
]
_NOW: Final = {
    "created": "2026-03-02T10:15:00.000Z",
    "startDate": "2026-03-02T10:15:00+00:00",
    "expiryDate": "2028-03-01T23:59:59",
}
"""What the page shows for the moment of the exchange."""


class Relay:
    """Passes one exchange at a time on to a server, and keeps both sides of each."""

    def __init__(self, host: str, port: int) -> None:
        self.kept: list[tuple[bytes, bytes]] = []
        self.lines: list[asyncio.Task[None] | None] = []
        self._there = host, port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.lines.append(asyncio.current_task())
        there_in, there_out = await asyncio.open_connection(*self._there)
        try:
            while asked := await _message(reader):
                there_out.write(asked)
                answered = await _message(there_in)
                self.kept.append((asked, answered))
                writer.write(answered)
        finally:
            there_out.close()
            writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """The head and the body of one message; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def _talk(address: str) -> None:
    euro = Currency.of("EUR")
    loyalty = HttpLoyalty(address, "acme", AccessToken(TOKEN), euro, WireRules(), 5.0, 5.0)
    good, blank = CardNumber("6091000000000017"), CardNumber("6091000000000025")
    status = await loyalty.status(good)
    assert isinstance(status, CardStatus), status
    first = await loyalty.request_payment(OPERATION, good, status.instrument, Money(1250, euro))
    assert isinstance(first, HoldPlaced), first
    await loyalty.commit(OPERATION, good, status.instrument, first.auth_code)
    second = await loyalty.request_payment(OPERATION[:-1] + "1", good, status.instrument, Money(500, euro))
    assert isinstance(second, HoldPlaced), second
    await loyalty.cancel(OPERATION[:-1] + "1", good, status.instrument, second.auth_code)
    await loyalty.request_payment(OPERATION[:-1] + "2", good, status.instrument, Money(99_900, euro))
    unsold = await loyalty.status(blank)
    assert isinstance(unsold, CardStatus), unsold
    await loyalty.issue(OPERATION[:-1] + "3", blank, unsold.instrument, Money(2500, euro))
    await loyalty.unissue(OPERATION[:-1] + "4", blank, unsold.instrument)
    live = await loyalty.issue_live(OPERATION[:-1] + "5", "6092", Money(2500, euro))
    assert isinstance(live, Issued), live
    await loyalty.close()


ORDER: Final = (
    "status", "pay", "commit", "", "cancel", "refusal", "unsold", "issue", "unissue", "issue_live"
)  # fmt: skip
"""The names of the exchanges in the order in which they are made; a nameless one is not shown."""


async def _made(server: SandboxServer) -> list[tuple[bytes, bytes]]:
    parts = urlsplit(server.address)
    relay = Relay(str(parts.hostname), int(parts.port or 0))
    async with await asyncio.start_server(relay.serve, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        await _talk(f"http://127.0.0.1:{port}{parts.path}")
        await asyncio.gather(*filter(None, relay.lines))
    return relay.kept


def exchanges() -> dict[str, str]:
    """Each exchange by its name, as the page shows it."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed.json"
        seed.write_text(json.dumps({"cards": CARDS, "series": SERIES}))
        server = SandboxServer(seed=seed)
    server.start()
    try:
        kept = asyncio.run(_made(server))
    finally:
        server.stop()
    assert len(kept) == len(ORDER)
    named = zip(ORDER, kept, strict=True)
    return {name: _shown(*it, is_new=name.startswith("issue")) for name, it in named if name}


def _shown(asked: bytes, answered: bytes, is_new: bool) -> str:
    """Both sides of an exchange with the headers that matter; `is_new`: its dates are of the moment."""
    answer = _side(answered, ("content-type", "retry-after", "www-authenticate"))
    if is_new:
        for member, moment in _NOW.items():
            answer = re.sub(rf'"{member}": "[^"]*"', f'"{member}": "{moment}"', answer)
    return f"{_side(asked, SHOWN)}\n\n{answer}"


def _side(message: bytes, headers: tuple[str, ...]) -> str:
    head, _, body = message.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    first = re.sub(r"^(HTTP/1.1 \d+) .*", r"\1", first)  # what a code is called depends on the interpreter
    told = dict(line.split(": ", 1) for line in lines)
    told = {name.title(): value for name, value in told.items() if name.lower() in headers}
    if "X-Request-Id" in told:
        told["X-Request-Id"] = "(new for each request)"
    body = re.sub(r', "(startDate|account|seriesNumber|detail|customer)"', r',\n  "\1"', body)
    shown = [first, *(f"{name}: {value}" for name, value in told.items())]
    return "\n".join(shown) + (f"\n\n{body}" if body else "")


def with_exchanges(page: str, made: dict[str, str]) -> str:
    """The page with its exchanges as they are made now. Raises KeyError for one that is not."""

    def block(found: re.Match[str]) -> str:
        return f"<!-- exchange: {found[1]} -->\n```http\n{made[found[1]]}\n```\n<!-- end -->"

    return re.sub(r"<!-- exchange: (\w+) -->.*?<!-- end -->", block, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(with_exchanges(PAGE.read_text(encoding="utf-8"), exchanges()), encoding="utf-8")
