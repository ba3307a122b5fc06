"""The addresses of the seven calls, and which servers a till may talk to.

Source: reference/centara-gift-cards-api.txt. Commit goes through `giftcards/{number}`, cancel through
`instruments/{instrumentId}`.
"""

from ipaddress import ip_address
from urllib.parse import quote

import httpx

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId


class Addresses:
    """Builds URLs under one server and one loyalty group; every segment that carries data is encoded alone.

    The URLs hold card numbers and auth codes: they are for the request and never for a log.
    Raises SettingsError (see `check_server`), also for an empty group.
    """

    def __init__(self, server: str, group: str) -> None:
        if not group:
            raise SettingsError("loyalty.group must name the loyalty group of this shop.")
        self.base = check_server(server)
        self._group = f"{self.base}/loyaltyGroups/{_segment(group)}"

    def status(self, card: CardNumber) -> str:
        """GET: what a card is worth."""
        return f"{self._group}/giftcards/{_segment(card.reveal())}"

    def issue(self, card: CardNumber) -> str:
        """POST: activate a card whose number is printed on it."""
        return f"{self.status(card)}/_issue"

    def live_issue(self, series: str) -> str:
        """POST: have a new number of a series made and activated."""
        return f"{self._group}/giftCardSeries/{_segment(series)}/giftcards/_issue"

    def unissue(self, card: CardNumber) -> str:
        """POST: undo the issue of a card that was not used since."""
        return f"{self.status(card)}/_unissue"

    def pay(self, card: CardNumber) -> str:
        """POST: ask for a hold."""
        return f"{self.status(card)}/_pay"

    def commit(self, card: CardNumber, code: AuthCode) -> str:
        """POST: take what is held."""
        return f"{self.status(card)}/authorizations/{_segment(code.reveal())}/_commit"

    def cancel(self, instrument: InstrumentId, code: AuthCode) -> str:
        """POST: let go what is held."""
        held = f"{self._group}/instruments/{_segment(instrument.reveal())}"
        return f"{held}/authorizations/{_segment(code.reveal())}/_cancel"


def check_server(server: str) -> str:
    """Return the base address without a trailing slash, read by the parser that will also be used to connect.

    Raises SettingsError unless it is https, or plain http to this machine, and nothing but host, port and
    path. The texts do not repeat the address: it might hold a password.
    """
    try:
        url = httpx.URL(server)
        url.raw_host.decode().encode("idna")  # what the resolver does first, with errors of its own
    except (httpx.InvalidURL, ValueError):
        raise SettingsError("loyalty.server is not an address that can be used.") from None
    if url.scheme not in ("http", "https") or not url.raw_host or b"%" in url.raw_host:
        raise SettingsError("loyalty.server must be an address that begins with https://.")
    if url.userinfo or url.query or url.fragment:
        raise SettingsError("loyalty.server must be host, port and path only, without a user, a ? or a #.")
    if url.scheme == "http" and not _is_loopback(url.host):
        raise SettingsError("loyalty.server must begin with https://: plain http is for this computer only.")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".") == "localhost"


def _segment(text: str) -> str:
    """Percent-encode one segment; a lone `.` or `..` too, or httpx (RFC 3986, 5.2.4) would climb the path."""
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")
