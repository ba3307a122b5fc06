"""A Loyalty server of one card that speaks as a test wants it to, on a real socket. None of the product's
code and none of the practice server's: what the probe finds out is not what anybody told it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

NUMBER: Final = "6091000000000017"
GROUP: Final = "acme"

Answer = tuple[int, Any]
"""Status code, and a document, a text, or None."""


@dataclass
class Dialect:
    """How the server speaks; the usual values are the wire contract's."""

    base: str = "/loyalty/api/v1/pos"
    header: str = "Authorization"
    scheme: str = "Bearer"
    minor: bool = False
    net_excludes: bool = False
    tells_holds: bool = True
    names: Callable[[str], str] = lambda name: name
    wrapper: str = ""
    created: Any = "2026-01-05T09:30:00Z"
    card_id: Any = "gc-17"
    code: Any = "A-1"
    hold: Callable[["LoyaltyServer", Any], Any] | None = None
    refusal: Answer = (409, {"message": "The hold is not open"})
    cancel_by: str = "instruments/gc-17"
    unknown: Answer = (404, {"message": "No such card"})


@dataclass
class LoyaltyServer:
    """The card's books in cents, and every request that came: method and path."""

    dialect: Dialect
    net: int = 5000
    held: int = 0
    original: int = 5000
    asked: list[str] = field(default_factory=list)
    before: dict[str, Callable[["LoyaltyServer"], Any]] = field(default_factory=dict)
    address: str = ""
    last_amount: float = 0.0

    def calls(self) -> list[str]:
        """What was asked for, by the last word of each path."""
        return [line.rpartition("/")[2] if line.startswith("POST") else "status" for line in self.asked]

    def money(self, cents: int) -> int | float:
        return cents if self.dialect.minor else cents / 100

    def document(self) -> Any:
        it = self.dialect
        net = self.net - self.held if it.net_excludes else self.net
        account = {
            **({"amountAuthorized": self.money(self.held)} if it.tells_holds else {}),
            "amountNet": self.money(net),
            "amountOriginal": self.money(self.original),
            "amountFloor": 0,
        }
        return {
            "giftCardId": it.card_id,
            **({"created": it.created} if it.created else {}),
            "seriesNumber": "6091",
            "account": account,
        }

    def answer(self, path: str, body: bytes) -> Answer:
        it, home = self.dialect, f"{self.dialect.base}/loyaltyGroups/{GROUP}"
        if not path.startswith(f"{it.base}/"):
            return 404, "<html>nothing here</html>"
        if path == f"{home}/giftcards/{NUMBER}":
            return 200, self.document()
        if path == f"{home}/giftcards/{NUMBER}/_pay":
            amount = json.loads(body)["amount"]
            self.held += round(amount if it.minor else amount * 100)
            return 200, it.hold(self, amount) if it.hold else {"authCode": it.code, "amount": amount}
        if path == f"{home}/{it.cancel_by}/authorizations/{it.code}/_cancel":
            self.held = 0
            return 204, None
        if path.endswith("/_commit"):
            return it.refusal
        if path == f"{home}/giftcards/{NUMBER}/_issue":
            self.net = self.original = round(json.loads(body)["amount"] * (1 if it.minor else 100))
            it.created = "2026-11-26T08:00:00Z"
            return 200, self.document()
        if path == f"{home}/giftcards/{NUMBER}/_unissue":
            self.net, self.original, it.created = 0, 0, None
            return 204, None
        return it.unknown

    def spelled(self, value: Any) -> Any:
        """A document in the server's own names."""
        if isinstance(value, dict):
            return {self.dialect.names(name): self.spelled(inner) for name, inner in value.items()}
        return value


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    loyalty: LoyaltyServer

    def do_GET(self) -> None:
        self._talk()

    def do_POST(self) -> None:
        self._talk()

    def _talk(self) -> None:
        server, it = self.loyalty, self.loyalty.dialect
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server.asked.append(f"{self.command} {self.path}")
        server.last_amount = json.loads(body).get("amount", 0) if body else 0
        own = server.before.get(server.calls()[-1], lambda _server: None)(server)
        if own == "cut":
            self.close_connection = True
            return
        if self.headers.get(it.header) != f"{it.scheme} till-3".strip():
            own = 401, {"message": "Not this token"}
        code, document = server.answer(self.path, body) if own in (None, "lost") else own
        if own == "lost":
            self.close_connection = True
            return
        self._say(code, document)

    def _say(self, code: int, document: Any) -> None:
        if isinstance(document, str):
            content, media = document.encode(), "text/html" if document.startswith("<") else "text/plain"
        elif document is None:
            content, media = b"", "text/plain"
        else:
            told = self.loyalty.spelled(document)
            told = {self.loyalty.dialect.wrapper: told} if self.loyalty.dialect.wrapper else told
            content, media = json.dumps(told).encode(), "application/json"
        self.send_response(code)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on standard error."""


@contextmanager
def loyalty_server(dialect: Dialect | None = None, **state: Any) -> Iterator[LoyaltyServer]:
    """Run one on a free loopback port."""
    loyalty = LoyaltyServer(dialect or Dialect(), **state)
    handler = type("Handler", (_Handler,), {"loyalty": loyalty})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        loyalty.address = f"http://127.0.0.1:{http.server_port}"
        try:
            yield loyalty
        finally:
            http.shutdown()
            thread.join()
