"""How a server speaks and behaves: what another Loyalty server may do otherwise than this one.

`Wire` has the settings that a till needs to understand it, by the names they have in `[loyalty.wire]` of the
till's settings. `Looks` is what a till must see by itself, `Behaves` what it must bear. The defaults are the
practice server as the OpenAPI file tells of it. `dialect_file` reads all three from a file.
"""

from typing import Literal

from msgspec import Struct, field

from centara_giftcard.sandbox.routes import PREFIX, Call

_GROUP = "/loyaltyGroups/{group}"
_CARD = f"{_GROUP}/giftcards/{{card}}"


class Wire(Struct, frozen=True):
    """The profile: what an integrator sets at the till, here obeyed from the other side.

    A dotted name is that of a member in an object. An empty `held_field` or `new_number_field` is the usual
    name; `_sent_as` are names in the body for what an address has no place for. Where a refusal is sent as a
    success, it fulfils the first condition of `refused_when`, and no success fulfils it.
    """

    auth_header: str = "Authorization"
    auth_scheme: str = "Bearer"
    auth_query: str = ""
    amounts: Literal["major", "minor"] = "major"
    net_excludes_holds: bool = False
    issued_when: Literal["created", "start_date", "value"] = "created"
    time_zone: str = "UTC"
    amount_field: str = "amount"
    auth_code_field: str = "authCode"
    held_field: str = ""
    instrument_field: str = "giftCardId"
    new_number_field: str = ""
    refused_when: list[str] = field(default_factory=list)
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


class Looks(Struct, frozen=True):
    """Traits that tell themselves.

    `rename` gives members of replies other names, by their names here; a dot puts one into an object.
    `absent` are members that are left out. `wrapper` is a member that every success stands in, beside a
    `success` where `says_success`. `code_in` is where the auth code stands: in its member, alone as plain
    text, or in a `Location`. `success` is the status code of the POSTs that succeed; 204 has no body where
    none is needed. `refusal` is the body of a no; `refusal_status` 200 makes it a success that says no.
    """

    base_path: str = PREFIX
    names: Literal["camel", "pascal", "snake"] = "camel"
    rename: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    wrapper: str = ""
    says_success: bool = False
    flat: bool = False
    ids: Literal["text", "number", "guid"] = "text"
    amounts: Literal["number", "short", "text"] = "number"
    null_for_zero: bool = False
    dates: Literal["mixed", "zulu", "local", "seven_digits", "day", "seconds", "milliseconds", "dotnet"] = (
        "mixed"
    )
    code_in: Literal["body", "text", "location"] = "body"
    success: Literal[200, 201, 204] = 200
    refusal: Literal["problem", "message", "error", "text", "page", "empty"] = "problem"
    refusal_status: Literal["its own", "200"] = "its own"
    media_type: str = "application/json"
    byte_order_mark: bool = False
    gzip: bool = False


class Behaves(Struct, frozen=True):
    """What the server does with what it was asked. Times are in seconds; 0 is never, or at once.

    `holds_part`: a hold is of half of what was asked. `lapse_s`: a hold that is not resolved so long lapses.
    `booking_s`: a commit frees the hold at once and takes the money so much later. `late` are calls that
    are answered before anything is done, with `late_status`, and carried out after `late_s`. `doubled`: every
    answer comes twice. `remembers`: an answer is given again to the same Idempotency-Key at the same address,
    to the same key anywhere, or never.
    """

    holds_part: bool = False
    lapse_s: float = 0.0
    booking_s: float = 0.0
    late: list[Call] = field(default_factory=list)
    late_s: float = 0.0
    late_status: Literal[202, 504] = 202
    doubled: bool = False
    remembers: Literal["call", "key", "nothing"] = "call"


class Dialect(Struct, frozen=True):
    """One server's ways."""

    wire: Wire = field(default_factory=Wire)
    looks: Looks = field(default_factory=Looks)
    behaves: Behaves = field(default_factory=Behaves)
