"""What is sent in each of the seven calls, and to which address.

Source: reference/centara-gift-cards-api.txt and the settings of `[loyalty.wire]`. As the page has it, commit
goes through `giftcards/{number}`, cancel through `instruments/{instrumentId}`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from centara_giftcard.domain.addresses import call_address, server_address
from centara_giftcard.domain.dialect import EVERYWHERE, PLACES, Call, Place, WireRules
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.secrets import AccessToken, Secret
from centara_giftcard.domain.sentences import BadValue, Sentence
from centara_giftcard.loyalty.exact_json import written

About = Mapping[Place, Secret | str]
"""What a call is about."""


class Requests:
    """Words the calls to one server and one loyalty group; what is filled into an address is encoded alone.

    `store` and `pos` are this till's. The URLs hold card numbers, auth codes and perhaps the token: they are
    for the request and never for a log. Raises SettingsError for a server that cannot be one
    (`domain.addresses`), an empty group, and an address that would leave the server.
    """

    def __init__(
        self, server: str, group: str, token: AccessToken, rules: WireRules, store: str = "", pos: str = ""
    ) -> None:
        if not group:
            told = "{key} must name the loyalty group of this shop."
            raise SettingsError(Sentence(told, key="loyalty.group"))
        try:
            self._base = server_address(server)
        except BadValue as bad:
            told = "{key} {problem}."
            raise SettingsError(Sentence(told, key="loyalty.server", problem=bad.sentence)) from None
        try:
            self._paths = {call: call_address(rules.path(call), EVERYWHERE | PLACES[call]) for call in PLACES}
        except BadValue as bad:
            told = "{key}: the address of a call {problem}."
            raise SettingsError(Sentence(told, key="loyalty.wire", problem=bad.sentence)) from None
        self._rules = rules
        self._fixed = {"group": group, "store": store, "pos": pos}
        self._token = f"{rules.auth_query}={_segment(token.reveal())}" if rules.auth_query else ""

    @property
    def base(self) -> str:
        """The server's own address."""
        return self._with_token(self._base)

    def url(self, call: Call, about: About) -> str:
        """The address of a call."""
        known = self._fixed | {place: _clear(value) for place, value in about.items()}
        filled = re.sub(r"\{(\w+)\}", lambda place: _segment(known[place[1]]), self._paths[call])
        return self._with_token(self._base + filled)

    def body(self, call: Call, about: About, amount: Money | None) -> bytes:
        """The body of a call: an amount with exactly the currency's decimals, or in minor units, and what its
        address has no place for. Empty where there is neither."""
        members: dict[str, str | Decimal] = {}
        if amount is not None:
            is_minor = self._rules.amounts == "minor"
            members[self._rules.amount_field] = Decimal(amount.minor) if is_minor else amount.decimal
        members |= {name: _clear(about[place]) for place, name in self._rules.sent(call).items()}
        return written(members) if members else b""

    def _with_token(self, url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}{self._token}" if self._token else url


def _clear(value: Secret | str) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _segment(text: str) -> str:
    """Percent-encode one segment; a lone `.` or `..` too, or httpx (RFC 3986, 5.2.4) would climb the path."""
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")
