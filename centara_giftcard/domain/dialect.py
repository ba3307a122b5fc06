"""What Centara's API page leaves open and an integrator may set: the [A] lines of the wire contract.

One model for the settings and for the client: a rule that is added is read, shown and obeyed under one name.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.domain.sentences import BadValue, Sentence

IssuedWhen = Literal["created", "start_date", "value"]
"""What makes a card count as issued: `created` or `startDate` is there, or `amountOriginal` is above zero."""

Units = Literal["major", "minor"]
"""How an amount of 25.00 is written: 25.00, or 2500."""

Call = Literal["status", "pay", "commit", "cancel", "issue", "issue_live", "unissue"]
"""The seven calls by the names that their settings begin with."""

Place = Literal["card", "instrument", "code", "series"]
"""What a call may be about: a card's number, the server's id of it, a hold's auth code, a series' number."""

NEEDS: Final[Mapping[Call, frozenset[Place]]] = {
    "status": frozenset({"card"}),
    "pay": frozenset({"card", "instrument"}),
    "commit": frozenset({"code"}),
    "cancel": frozenset({"code"}),
    "issue": frozenset({"card", "instrument"}),
    "issue_live": frozenset({"series"}),
    "unissue": frozenset({"card", "instrument"}),
}
"""Without one of these the server could not know what a call is about."""

PLACES: Final[Mapping[Call, frozenset[Place]]] = {
    **NEEDS,
    "commit": frozenset({"card", "instrument", "code"}),
    "cancel": frozenset({"card", "instrument", "code"}),
}
"""What is known when a call is made, and can stand in its address or its body."""

EVERYWHERE: Final = frozenset({"group", "store", "pos"})
"""What stands in any address that has a place for it: the loyalty group, the store, the till."""

EXPLAINED_BY: Final[Mapping[Cause, str]] = {
    Cause.UNITS: "amounts",
    Cause.NET_FELL: "net_excludes_holds",
    Cause.NET_ROSE: "net_excludes_holds",
    Cause.LESS_SHOWN: "held_field",
    Cause.NOT_SHOWN: "refused_when",
    Cause.ISSUED_WHEN: "issued_when",
}
"""Which setting may be wrong where a reading contradicts an answer."""

_READ_FROM: Final = ("auth_code_field", "held_field", "amount_field", "instrument_field", "new_number_field")

_GROUP: Final = "/loyaltyGroups/{group}"
_CARD: Final = f"{_GROUP}/giftcards/{{card}}"


_CONDITION: Final = re.compile(r"\s*(?P<path>[^=!]*?)\s*(?P<sign>!?=)\s*(?P<value>[^\s=].*?)\s*")


class Condition(Struct, frozen=True):
    """When a success says no: where what stands at `path` is `value`, or, without `equal`, another.

    Where nothing stands there, it says nothing.
    """

    path: str
    equal: bool
    value: str

    @classmethod
    def of(cls, text: str) -> "Condition":
        """Read `path = value` or `path != value`. Raises BadValue with the end of a sentence."""
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise BadValue(Sentence('must be such as "result.code = 51" or "result.code != 00"'))
        return cls(found["path"], found["sign"] == "=", found["value"])


class WireRules(Struct, frozen=True):
    """The settings of `[loyalty.wire]`, by their own names; the settings' reader has checked them.

    `auth_scheme` may be empty: then the token stands alone in its header; with `auth_query` it is that
    parameter of every address instead. `net_excludes_holds` says that the server's `amountNet` has open holds
    already taken off. `time_zone` is that of times that come without one, a name of the IANA's.

    Fields are names of members, with dots on the way into objects. `amount_field` is sent, and read in the
    answer to a request for payment, as `auth_code_field` is; `held_field` where that amount has another name
    there, `instrument_field` the id of a card, `new_number_field` the number that a live issue makes: empty
    ones are found by what they are usually called. `refused_when` are the conditions under which a success
    says no, each `path = value` or `path != value`.

    A `_path` is the address of a call behind the server's, with `{places}` for what it is about. What it has
    no place for is sent in the body, as `_sent_as` names it; empty: not at all.
    """

    auth_header: str = "Authorization"
    auth_scheme: str = "Bearer"
    auth_query: str = ""
    amounts: Units = "major"
    net_excludes_holds: bool = False
    issued_when: IssuedWhen = "created"
    time_zone: str = "UTC"
    amount_field: str = "amount"
    auth_code_field: str = "authCode"
    held_field: str = ""
    instrument_field: str = "giftCardId"
    new_number_field: str = ""
    refused_when: tuple[str, ...] = ()
    status_path: str = _CARD
    pay_path: str = f"{_CARD}/_pay"
    commit_path: str = f"{_CARD}/authorizations/{{code}}/_commit"
    cancel_path: str = f"{_GROUP}/instruments/{{instrument}}/authorizations/{{code}}/_cancel"
    issue_path: str = f"{_CARD}/_issue"
    issue_live_path: str = f"{_GROUP}/giftCardSeries/{{series}}/giftcards/_issue"
    unissue_path: str = f"{_CARD}/_unissue"
    card_sent_as: str = ""
    instrument_sent_as: str = ""
    code_sent_as: str = ""
    series_sent_as: str = ""

    def explaining(self, problem: Cause, misfit: Misfit | None = None) -> str:
        """The setting that would explain a problem, by its own name; empty where none is known to."""
        if misfit is None or problem is not Cause.UNREADABLE:
            return EXPLAINED_BY.get(problem, "")
        return next((name for name in _READ_FROM if getattr(self, name) == misfit.member), "")

    def path(self, call: Call) -> str:
        """The address of a call behind the server's."""
        return str(getattr(self, f"{call}_path"))

    def sent(self, call: Call) -> dict[Place, str]:
        """What a call's body tells of what it is about, and under which name; the address tells the rest.

        A card is named once: an address with a place for its number or its id needs neither in the body.
        """
        if call == "status":  # a reading has no body
            return {}
        path = self.path(call)
        told = {place for place in PLACES[call] if f"{{{place}}}" in path}
        if told & {"card", "instrument"}:
            told |= {"card", "instrument"}
        names: dict[Place, str] = {
            "card": self.card_sent_as,
            "instrument": self.instrument_sent_as,
            "code": self.code_sent_as,
            "series": self.series_sent_as,
        }
        return {place: name for place, name in names.items() if name and place in PLACES[call] - told}
