"""Understanding a request in a dialect: which call it is, what it is about, what it asks for. Pure.

Addresses are matched on the raw path, each place decoded on its own. A decoded path would turn an encoded
slash in a loyalty group or an auth code into a border, as a real server may; and a client that forgets to
encode would pass unnoticed.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from centara_giftcard.sandbox.dialect import Dialect, Wire
from centara_giftcard.sandbox.ledger import RefusalError
from centara_giftcard.sandbox.routes import Call, Match, WrongMethodError
from centara_giftcard.sandbox.wire import WireError, at, load, read_amount

REFUSED_TOKEN: Final = "refused"  # noqa: S105 - the one token that the sandbox turns away

_PLACE = re.compile(r"\\\{(\w+)\\\}")
_TOLD_AS: Final = {
    "card": "card_sent_as",
    "instrument": "instrument_sent_as",
    "code": "code_sent_as",
    "series": "series_sent_as",
}
_ABOUT: Final[Mapping[Call, tuple[str, ...]]] = {
    Call.ISSUE_LIVE: ("series",),
    Call.COMMIT: ("code",),
    Call.CANCEL: ("code",),
}
"""Without one of these the server could not know what a call is about."""

_KNOWN: Final = {*_TOLD_AS, "group", "store", "pos"}
CONDITION: Final = r"\s*([^=!]*[^=!\s])\s*(!?=)\s*(.*?)\s*"


class Hearing:
    """Reads requests; `decimals` are the currency's."""

    def __init__(self, dialect: Dialect, decimals: int) -> None:
        self._wire = dialect.wire
        self._base = dialect.looks.base_path
        self._decimals = decimals if dialect.wire.amounts == "major" else 0
        self._addresses = [(call, *_address(getattr(dialect.wire, f"{call}_path"))) for call in Call]

    def match(self, method: str, raw_path: str, query: str, body: bytes) -> Match:
        """The call behind a request; raises RefusalError 404 (no such address) and WrongMethodError."""
        path = raw_path.removeprefix(self._base)
        asked = dict(parse_qsl(query))
        other = ""
        for call, pattern, parameters in self._addresses:
            found = pattern.fullmatch(path)
            if found is None or not parameters.keys() <= asked.keys():
                continue
            wanted = "GET" if call is Call.STATUS else "POST"
            if method == wanted:
                names = _decoded(found.groupdict()) | {
                    place: asked[name] for name, place in parameters.items()
                }
                return self._whole(Match(call, f"{raw_path}?{query}", names), body)
            other = wanted
        if other:
            raise WrongMethodError(other)
        raise RefusalError(404, "address_unknown", "No such address.")

    def _whole(self, match: Match, body: bytes) -> Match:
        """What the address has no place for stands in the body."""
        told = {place: getattr(self._wire, name) for place, name in _TOLD_AS.items()}
        missing = {place: name for place, name in told.items() if name and place not in match.names}
        if not missing or not body:
            return match
        try:
            document = load(body)
        except WireError:
            return match
        found = {place: str(value) for place, name in missing.items() if (value := at(document, name))}
        return replace(match, names={**match.names, **found})

    def accepts(self, headers: Mapping[str, str], query: str) -> bool:
        """Whether a request bears a token that is good: any but one."""
        if self._wire.auth_query:
            token = dict(parse_qsl(query)).get(self._wire.auth_query, "")
            return token not in ("", REFUSED_TOKEN)
        told, wanted = headers.get(self._wire.auth_header, ""), self._wire.auth_scheme
        scheme, token = told.partition(" ")[::2] if wanted else ("", told)
        return scheme.lower() == wanted.lower() and token.strip() not in ("", REFUSED_TOKEN)

    def amount(self, document: object) -> int:
        """What is asked for, in minor units. Raises RefusalError."""
        if not isinstance(document, dict):
            raise RefusalError(422, "body_invalid", "The body must be a JSON object.")
        value = at(document, self._wire.amount_field)
        if value is None:
            raise RefusalError(422, "amount_missing", "An amount is required.")
        try:
            return read_amount(value, self._decimals)
        except WireError as error:
            raise RefusalError(422, "amount_invalid", f"The amount {error}.") from None


def _address(template: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """A template as a pattern of its path, and the places that are parameters, by their names."""
    path, _, query = template.partition("?")
    places = dict(parse_qsl(query))
    return (
        re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", re.escape(path))),
        {name: place.strip("{}") for name, place in places.items() if place.startswith("{")},
    )


def _decoded(names: dict[str, str]) -> dict[str, str]:
    try:
        return {place: unquote(text, errors="strict") for place, text in names.items()}
    except UnicodeDecodeError:
        raise RefusalError(404, "address_unknown", "No such address.") from None


def misfit(wire: Wire) -> str | None:
    """What of a profile no server could go by, as `pay_path has no place for the card`, or None."""
    try:
        ZoneInfo(wire.time_zone)
    except (KeyError, ValueError, OSError):
        return f"time_zone {wire.time_zone!r} is no time zone"
    if any(re.fullmatch(CONDITION, it) is None for it in wire.refused_when):
        return 'refused_when needs conditions such as "result.code != 00"'
    for call in Call:
        path = getattr(wire, f"{call}_path")
        places = re.findall(r"{(.*?)}", path)
        if not path.startswith("/") or len(places) > len(set(places)) or not _KNOWN.issuperset(places):
            return f"{call}_path must begin with a slash, and have places such as {{card}}, each once"
        about = _ABOUT.get(call, ("card", "instrument"))
        if not any(it in places or getattr(wire, _TOLD_AS[it]) for it in about):
            return f"{call}_path has no place for the {about[0]}"
    return None
