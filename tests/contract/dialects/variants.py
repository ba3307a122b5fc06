"""Twelve dialects that a Loyalty server may well speak, in variants.

Source: our reading of what Centara's public pages show of the house (a .NET shop, JWT bearer tokens, another
base path in one place), and of what REST servers do at large. `wire` is what a till must be told; everything
else it must see, or bear, by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.sandbox.dialect import Behaves, Dialect, Looks, Wire
from centara_giftcard.sandbox.routes import Call

_NONE: Final[Mapping[str, Any]] = {}
LATE_S: Final = 0.3


@dataclass(frozen=True)
class Variant:
    """One way of a dialect. `late` where the server does things after it has answered."""

    dialect: str
    name: str
    looks: Mapping[str, Any] = field(default_factory=dict)
    wire: Mapping[str, Any] = field(default_factory=dict)
    behaves: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spoken(self) -> Dialect:
        """How the server speaks."""
        return Dialect(Wire(**self.wire), Looks(**self.looks), Behaves(**self.behaves))

    @property
    def fitting(self) -> WireRules:
        """What a till must be told."""
        told = dict(self.wire)
        if "refused_when" in told:
            told["refused_when"] = tuple(told["refused_when"])
        return WireRules(**told)

    @property
    def late_s(self) -> float:
        """How long after its word the server may still act; a till looks again within two seconds here."""
        return 2.5 if self.behaves.keys() & {"late", "booking_s"} else 0.0


def _all(
    dialect: str, *variants: tuple[str, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]
) -> list[Variant]:
    return [Variant(dialect, *it) for it in variants]


_POSTS = [Call.COMMIT, Call.CANCEL, Call.ISSUE, Call.UNISSUE]
_DOTNET = {"names": "pascal", "ids": "guid", "dates": "seven_digits", "refusal": "message"}
_SNAKE = {"names": "snake", "dates": "seconds", "refusal": "error"}
_OFF = {"base_path": "/loyalty/gw"}
_NO = {"refusal": "message", "refusal_status": "200"}
_CARD = "/loyaltyGroups/{group}/giftcards/{card}"
_CODE = "authorizations/{code}"
_HELD = f"/loyaltyGroups/{{group}}/instruments/{{instrument}}/{_CODE}"
_HOLDS = {"commit_path": "/holds/{code}/take", "cancel_path": "/holds/{code}/free"}
_NAMED = {"instrument_field": "token.id", "new_number_field": "issued"}
_BODIES = {
    "pay_path": "/authorize",
    "commit_path": "/capture",
    "cancel_path": "/void",
    "card_sent_as": "CardNumber",
    "code_sent_as": "Authorization.Code",
}
_EXCLUDES = {"net_excludes_holds": True}
_DATES = ["created", "startDate", "expiryDate"]
_COMMITS_LATE = {"late": [Call.COMMIT], "late_s": LATE_S}

VARIANTS: Final = (
    *_all(
        "as assumed",
        ("the contract's own", _NONE, _NONE, _NONE),
        ("knows no Idempotency-Key", _NONE, _NONE, {"remembers": "nothing"}),
        ("201 for what it made, 25.0 for 25.00", {"success": 201, "amounts": "short"}, _NONE, _NONE),
        ("204 where nothing is told", {"success": 204, "refusal": "empty"}, _NONE, _NONE),
    ),
    *_all(
        ".NET house",
        ("PascalCase, Guids, seven digits", _DOTNET, _NONE, _NONE),
        ("Result beside Success", {**_DOTNET, "wrapper": "result", "says_success": True}, _NONE, _NONE),
        ("/Date(…)/, amounts as texts", {**_DOTNET, "dates": "dotnet", "amounts": "text"}, _NONE, _NONE),
    ),
    *_all(
        "snake_case",
        ("seconds since 1970", _SNAKE, _NONE, _NONE),
        ("milliseconds, numbers as ids", {**_SNAKE, "dates": "milliseconds", "ids": "number"}, _NONE, _NONE),
        ("data, null for zero", {**_SNAKE, "wrapper": "data", "null_for_zero": True}, _NONE, _NONE),
    ),
    *_all(
        "a no in a 200",
        ("success: false", {"refusal": "message", "refusal_status": "200"}, _NONE, _NONE),
        ("with an error", {"refusal": "error", "refusal_status": "200", "wrapper": "data"}, _NONE, _NONE),
        ("a no as a page", {"refusal": "page"}, _NONE, _NONE),
        ("a code that is not 00", _NO, {"refused_when": ["result.code != 00"]}, _NONE),
        ("one that is D", _NO, {"refused_when": ["verdict = D"]}, _NONE),
    ),
    *_all(
        "the code elsewhere",
        ("in Location", {"code_in": "location", "success": 201}, _NONE, _NONE),
        ("alone, as text", {"code_in": "text"}, _NONE, _NONE),
        ("in an object", {"rename": {"authCode": "authorization.code"}}, _NONE, _NONE),
        ("under a name that says nothing", _NONE, {"auth_code_field": "reference"}, _NONE),
        ("and ids under others", _NONE, _NAMED, _NONE),
    ),
    *_all(
        "dates",
        ("a day alone", {"dates": "day"}, _NONE, _NONE),
        ("the shop's time, without saying so", {"dates": "local"}, {"time_zone": "Asia/Tokyo"}, _NONE),
        ("no created", {"absent": ["created"]}, {"issued_when": "start_date"}, _NONE),
        ("no dates at all", {"absent": _DATES}, {"issued_when": "value"}, _NONE),
    ),
    *_all(
        "the token",
        ("alone in a header of its own", _NONE, {"auth_header": "X-Api-Token", "auth_scheme": ""}, _NONE),
        ("Authorize: Bearer", _NONE, {"auth_header": "Authorize"}, _NONE),
        ("in the address", _NONE, {"auth_query": "key"}, _NONE),
    ),
    *_all(
        "addresses",
        ("another base path", _OFF, _NONE, _NONE),
        ("a release through the card", _NONE, {"cancel_path": f"{_CARD}/{_CODE}/_cancel"}, _NONE),
        ("a commit through the instrument", _NONE, {"commit_path": f"{_HELD}/_commit"}, _NONE),
        ("holds of their own", _NONE, _HOLDS, _NONE),
        ("the card as a parameter", _OFF, {"status_path": "/card?number={card}&group={group}"}, _NONE),
        ("all in the body", _DOTNET, _BODIES, _NONE),
    ),
    *_all(
        "balances",
        ("net excludes holds", _NONE, _EXCLUDES, _NONE),
        ("the same, PascalCase", _DOTNET, _EXCLUDES, _NONE),
        ("the same, and no Idempotency-Key", _NONE, _EXCLUDES, {"remembers": "nothing"}),
        ("in minor units", _NONE, {"amounts": "minor"}, _NONE),
        ("in minor units, snake_case", _SNAKE, {"amounts": "minor", "net_excludes_holds": True}, _NONE),
        ("all in one object", {"flat": True, "amounts": "text"}, _NONE, _NONE),
        ("no amountAuthorized", {"absent": ["amountAuthorized"]}, _NONE, _NONE),
        ("the amount under another name", _NONE, {"amount_field": "value"}, _NONE),
    ),
    *_all(
        "later or sooner",
        ("202 for a commit", _NONE, _NONE, _COMMITS_LATE),
        ("202 for all but a hold", _NONE, _NONE, {"late": _POSTS, "late_s": LATE_S}),
        ("504, and a commit yet", _NONE, _NONE, {**_COMMITS_LATE, "late_status": 504}),
        ("freed first, booked later", _NONE, _NONE, {"booking_s": LATE_S}),
    ),
    *_all(
        "holds",
        ("that lapse", _NONE, _NONE, {"lapse_s": 4.0}),
        ("of a part, which is told", {"rename": {"amount": "heldAmount"}}, _NONE, {"holds_part": True}),
        ("of a part, which is not told", {"absent": ["amount"]}, _NONE, {"holds_part": True}),
        ("of a part, in a member that says nothing", _NONE, {"amount_field": "sum"}, {"holds_part": True}),
    ),
    *_all(
        "bytes",
        ("a mark first, text/plain", {"byte_order_mark": True, "media_type": "text/plain"}, _NONE, _NONE),
        ("gzip unasked", {"gzip": True}, _NONE, _NONE),
        ("every answer twice", _NONE, _NONE, {"doubled": True}),
        ("answers kept by the key alone", _NONE, _NONE, {"remembers": "key"}),
    ),
)  # fmt: skip
