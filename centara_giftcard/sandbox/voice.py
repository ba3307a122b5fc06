"""Saying an answer in a dialect: from the one document that the service makes to bytes. Pure.

Names, amounts, dates, ids and the form of a refusal are the dialect's; what is told is the service's.
"""

import gzip
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from centara_giftcard.sandbox.dialect import Dialect, Looks
from centara_giftcard.sandbox.hearing import CONDITION
from centara_giftcard.sandbox.wire import JSON_TYPE, PROBLEM_TYPE, AmountText, RawJson, Reply, dump, put

_IDS = ("giftCardId", "authCode")
_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{detail}</body></html>"


class Rendered(Struct, frozen=True):
    """An answer as bytes; `media_type` None goes with an empty body."""

    status: int
    body: bytes
    media_type: str | None
    headers: dict[str, str] = field(default_factory=dict)


class Voice:
    """Renders replies. `decimals` are the currency's."""

    def __init__(self, dialect: Dialect, decimals: int) -> None:
        self._looks = dialect.looks
        self._wire = dialect.wire
        self._decimals = decimals
        wire = dialect.wire
        told = {
            "amount": wire.held_field or wire.amount_field,
            "authCode": wire.auth_code_field,
            "giftCardId": wire.instrument_field,
            "giftCardNumber": wire.new_number_field or "giftCardNumber",
        }
        self._names = {name: as_ for name, as_ in told.items() if as_ != name} | dict(dialect.looks.rename)
        self._zone = ZoneInfo(wire.time_zone)
        self._no = _condition(wire.refused_when[0]) if wire.refused_when else None

    def render(self, reply: Reply) -> Rendered:
        """An answer as bytes."""
        if reply.status >= 400:
            return self._packed(self._refusal(reply))
        if reply.document is None:
            return Rendered(reply.status, b"", None, dict(reply.headers))
        return self._packed(self._success(reply, dict(reply.document)))

    def _success(self, reply: Reply, document: dict[str, object]) -> Rendered:
        headers, code = dict(reply.headers), document.get("authCode")
        if code is not None and self._looks.code_in == "text":
            return Rendered(reply.status, str(code).encode(), "text/plain", headers)
        if code is not None and self._looks.code_in == "location":
            del document["authCode"]
            headers["Location"] = f"{self._looks.base_path}/authorizations/{code}"
        told: object = self._object(document)
        if self._looks.wrapper:
            success = {self._cased("success"): True} if self._looks.says_success else {}
            told = {**success, self._cased(self._looks.wrapper): told}
        if self._no is not None and isinstance(told, dict):
            put(told, self._no.path, self._no.when if document.get("success") is False else self._no.when_not)
        body = dump(told).encode()
        return Rendered(reply.status, body, self._looks.media_type, headers)

    def _refusal(self, reply: Reply) -> Rendered:
        problem = reply.document or {}
        status = 200 if self._looks.refusal_status == "200" and reply.status != 401 else reply.status
        title, detail, code = (str(problem.get(it, "")) for it in ("title", "detail", "code"))
        document: Mapping[str, object] = problem
        match self._looks.refusal:
            case "empty":
                return Rendered(status, b"", None, dict(reply.headers))
            case "text":
                return Rendered(status, detail.encode(), "text/plain", dict(reply.headers))
            case "page":
                page = _PAGE.format(title=title, detail=detail)
                return Rendered(status, page.encode(), "text/html", dict(reply.headers))
            case "message":
                document = {self._cased("message"): detail}
            case "error":
                document = {self._cased("error"): {self._cased("code"): code, self._cased("message"): detail}}
        if status == 200:
            document = dict(document)
            no = self._no
            put(document, no.path if no else self._cased("success"), no.when if no else False)
        media_type = PROBLEM_TYPE if document is problem else JSON_TYPE
        return Rendered(status, dump(document).encode(), media_type, dict(reply.headers))

    def _packed(self, plain: Rendered) -> Rendered:
        body = b"\xef\xbb\xbf" + plain.body if self._looks.byte_order_mark and plain.body else plain.body
        if not self._looks.gzip or not body:
            return replace(plain, body=body)
        return replace(plain, body=gzip.compress(body), headers={**plain.headers, "Content-Encoding": "gzip"})

    # --- the parts of a document -------------------------------------------------------------------------

    def _object(self, members: Mapping[str, object]) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, value in members.items():
            if name in self._looks.absent:
                continue
            if name == "account" and self._looks.flat and isinstance(value, Mapping):
                found |= self._object(value)
                continue
            put(found, self._names.get(name) or self._cased(name), self._value(name, value))
        return found

    def _value(self, name: str, value: object) -> object:
        match value:
            case AmountText():
                return self._amount(value)
            case datetime():
                return said_moment(name, value, self._looks, self._zone)
            case Mapping():
                return self._object(value)
        if name in _IDS and self._looks.ids == "number" and str(value).isdecimal():
            return RawJson(value)
        return value

    def _amount(self, text: AmountText) -> object:
        number = Decimal(text)
        if not number.is_finite():
            return text
        if not number and self._looks.null_for_zero:
            return None
        said = (
            f"{number.scaleb(self._decimals).normalize():f}" if self._wire.amounts == "minor" else str(text)
        )
        if self._looks.amounts == "short" and "." in said:
            said = said.rstrip("0").rstrip(".")
        return said if self._looks.amounts == "text" else RawJson(said)

    def _cased(self, name: str) -> str:
        match self._looks.names:
            case "pascal":
                return name[:1].upper() + name[1:]
            case "snake":
                return re.sub("(?<=.)([A-Z])", r"_\1", name).lower()
        return name


class _Condition(Struct, frozen=True):
    """A value at a path that means no, and one that does not."""

    path: str
    when: str
    when_not: str


def _condition(text: str) -> _Condition:
    """Read `path = value` or `path != value`."""
    found = re.fullmatch(CONDITION, text)
    path, sign, value = found.groups() if found else ("success", "=", "false")
    other = f"{value}-not"
    return _Condition(path, value, other) if sign == "=" else _Condition(path, other, value)


def said_moment(name: str, moment: datetime, looks: Looks, zone: ZoneInfo) -> object:
    """A date in the dialect's form.

    `mixed` are three shapes that ISO 8601 allows, on purpose: `created` has a fraction and `Z`, `startDate`
    an offset, and what has neither is UTC. A client has to read all three.
    """
    utc, local = moment.astimezone(UTC), moment.astimezone(zone)
    seconds = utc.timestamp()
    match looks.dates, name:
        case ("mixed", "created") | ("zulu", _):
            return utc.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        case "mixed", "startDate":
            return utc.isoformat(timespec="seconds")
        case "seven_digits", _:
            return local.strftime("%Y-%m-%dT%H:%M:%S.%f0")
        case "day", _:
            return local.strftime("%Y-%m-%d")
        case "seconds", _:
            return RawJson(str(int(seconds)))
        case "milliseconds", _:
            return RawJson(str(int(seconds * 1000)))
        case "dotnet", _:
            return f"/Date({int(seconds * 1000)})/"
    return local.replace(tzinfo=None).isoformat(timespec="seconds")
