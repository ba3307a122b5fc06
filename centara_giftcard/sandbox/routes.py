"""The seven calls and their addresses. Matched on the raw path, each segment decoded on its own.

A decoded path would turn an encoded slash inside a segment into a border; a real server that does so loses
loyalty groups and auth codes with a slash in them, and a client that forgets to encode would pass unnoticed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from centara_giftcard.sandbox.ledger import RefusalError

if TYPE_CHECKING:
    from centara_giftcard.sandbox.dialect import Dialect

PREFIX = "/loyalty/api/v1/pos"


class Call(StrEnum):
    """The operations of the API."""

    STATUS = "status"
    ISSUE = "issue"
    ISSUE_LIVE = "issue_live"
    UNISSUE = "unissue"
    PAY = "pay"
    COMMIT = "commit"
    CANCEL = "cancel"


class Match(Struct, frozen=True):
    """A recognised request; `names` holds the decoded path parameters, `path` the address as it was sent."""

    call: Call
    path: str
    names: Mapping[str, str]


class WrongMethodError(RefusalError):
    """The address is known, the method is not; `allow` names the one that is."""

    def __init__(self, allow: str) -> None:
        super().__init__(405, "method_not_allowed", f"This address takes {allow} only.")
        self.allow = allow


_GROUP = "loyaltyGroups/{group}/"
_ADDRESSES: tuple[tuple[Call, str, str], ...] = (
    (Call.STATUS, "GET", _GROUP + "giftcards/{number}"),
    (Call.ISSUE, "POST", _GROUP + "giftcards/{number}/_issue"),
    (Call.ISSUE_LIVE, "POST", _GROUP + "giftCardSeries/{series}/giftcards/_issue"),
    (Call.UNISSUE, "POST", _GROUP + "giftcards/{number}/_unissue"),
    (Call.PAY, "POST", _GROUP + "giftcards/{number}/_pay"),
    (Call.COMMIT, "POST", _GROUP + "giftcards/{number}/authorizations/{auth_code}/_commit"),
    (Call.CANCEL, "POST", _GROUP + "instruments/{instrument}/authorizations/{auth_code}/_cancel"),
)


def match(method: str, raw_path: str, dialect: "Dialect") -> Match:
    """The call behind a request; raises RefusalError 404 (no such address) and WrongMethodError."""
    segments = _segments(raw_path.removeprefix(dialect.looks.base_path).removeprefix("/"))
    for call, wanted, template in _ADDRESSES:
        names = _fit(template.split("/"), segments)
        if names is not None:
            if method != wanted:
                raise WrongMethodError(wanted)
            return Match(call, raw_path, names)
    raise RefusalError(404, "address_unknown", "No such address.")


def _segments(path: str) -> list[str]:
    try:
        return [unquote(segment, errors="strict") for segment in path.split("/")]
    except UnicodeDecodeError:
        return []


def _fit(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    names: dict[str, str] = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{"):
            if not given:
                return None
            names[wanted.strip("{}")] = given
        elif wanted != given:
            return None
    return names
