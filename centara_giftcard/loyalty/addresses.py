"""The addresses of the seven calls.

Source: reference/centara-gift-cards-api.txt. Commit goes through `giftcards/{number}`, cancel through
`instruments/{instrumentId}`.
"""

from urllib.parse import quote

from centara_giftcard.domain.addresses import server_address
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.secrets import AuthCode, CardNumber, InstrumentId


class Addresses:
    """Builds URLs under one server and one loyalty group; every segment that carries data is encoded alone.

    The URLs hold card numbers and auth codes: they are for the request and never for a log.
    Raises SettingsError for a server that cannot be one (`domain.addresses`), and for an empty group.
    """

    def __init__(self, server: str, group: str) -> None:
        if not group:
            raise SettingsError("loyalty.group must name the loyalty group of this shop.")
        try:
            self.base = server_address(server)
        except ValueError as problem:
            raise SettingsError(f"loyalty.server {problem}.") from None
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


def _segment(text: str) -> str:
    """Percent-encode one segment; a lone `.` or `..` too, or httpx (RFC 3986, 5.2.4) would climb the path."""
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")
