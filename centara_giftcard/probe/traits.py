"""What replies show of a server: how it names things, writes numbers and dates, and says no. Sentences only;
no value of a reply is in them."""

import re
from decimal import Decimal
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.cards import Balance, CardStatus
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import (
    Accepted,
    HoldPlaced,
    OutcomeUnknown,
    Refused,
    ResolveReply,
    StatusFailed,
)
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.domain.sentences import Sentence, either
from centara_giftcard.loyalty.answers import words
from centara_giftcard.loyalty.members import WRAPPERS, folded
from centara_giftcard.probe.finding import Finding, Mark
from centara_giftcard.probe.raw import Raw, dotted

_ZONED: Final = re.compile(r".*T.*(?:Z|[+-][0-9]{2}:?[0-9]{2})", re.IGNORECASE)
_IDS: Final = frozenset(
    "id cardid giftcardid instrumentid instrument uuid guid cardguid cardref instrumentref reference".split()
)
_DATED: Final = ("created", "startDate", "expiryDate")


# --- the card ---------------------------------------------------------------------------------------------


def of_card(raw: Raw, status: CardStatus, rules: WireRules) -> list[Finding]:
    """How the server writes down a card: names, ids, amounts, dates."""
    return [_names(raw), _ids(raw, status), _amounts(raw, rules), *_dates(raw, status, rules.time_zone)]


def _names(raw: Raw) -> Finding:
    leaf = raw.find("amountNet")
    where = f", the balance at {dotted(leaf[0])}" if leaf is not None else ""
    return Mark.OK, "names", f"members are found by their names{where}"


def _ids(raw: Raw, status: CardStatus) -> Finding:
    leaf = raw.where(status.instrument.reveal())
    if leaf is None:
        return Mark.LEFT_OUT, "ids", "where the card's id stands cannot be told"
    kind = "a number" if isinstance(leaf[1], Decimal) else f"a text of {len(str(leaf[1]))} characters"
    return Mark.OK, "ids", f"the card's id is {dotted(leaf[0])}, {kind}"


def _amounts(raw: Raw, rules: WireRules) -> Finding:
    leaf = raw.find("amountNet")
    if leaf is None:
        return Mark.LEFT_OUT, "amounts", "how amounts are written cannot be told"
    written = "texts" if isinstance(leaf[1], str) else "numbers"
    return Mark.OK, "amounts", f"written as {written}, in {rules.amounts} units"


def _dates(raw: Raw, status: CardStatus, zone: str) -> list[Finding]:
    found: list[Finding] = []
    for name, read in zip(_DATED, (status.created, status.starts, status.expires), strict=True):
        leaf = raw.find(name)
        if leaf is None or leaf[1] in (None, ""):
            continue
        form = _form(leaf[1])
        if read is None:
            sentence = f"{dotted(leaf[0])} is {form} that stands for no date"
            found.append((Mark.LEFT_OUT, "dates", sentence))
        else:
            found.append((Mark.OK, "dates", f"{dotted(leaf[0])} is {form}"))
    if any(sentence.endswith("without a zone") for _, _, sentence in found):
        way = f"read as {zone}: where the server means another, set loyalty.wire.time_zone (--issue shows it)"
        found.append((Mark.LEFT_OUT, "dates", f"times without a zone are {way}"))
    return found or [(Mark.LEFT_OUT, "dates", "the card has none")]


def _form(value: object) -> str:
    if isinstance(value, Decimal):
        return (
            "a number of milliseconds since 1970"
            if abs(value) >= 10**11
            else "a number of seconds since 1970"
        )
    text = str(value)
    if text.startswith("/Date("):
        return "a .NET date"
    if re.fullmatch(r"[0-9-]{8,10}", text):
        return "a day without a time, taken as a day of the store"
    return "a time with its zone" if _ZONED.fullmatch(text) else "a time without a zone"


def has_no_zone(raw: Raw) -> bool:
    """Whether the moment at which a card was made has a time of day, and no zone."""
    leaf = raw.find("created")
    return leaf is not None and _form(leaf[1]).endswith("without a zone")


def issued_when(status: CardStatus) -> tuple[str, ...]:
    """The values of `issued_when` by which a card counts as sold."""
    told = {"created": status.created, "start_date": status.starts, "value": bool(status.original)}
    return tuple(name for name, there in told.items() if there)


def lacks_id(failed: StatusFailed, rules: WireRules) -> bool:
    """Whether a card cannot be read because its id is not where the settings say."""
    member = failed.misfit.member if failed.misfit is not None else ""
    return folded(member) in {folded(rules.instrument_field), "giftcardid"}


def ids(raw: Raw, card: CardNumber) -> tuple[str, ...]:
    """Where the server's id of a card may stand: members called so, with a text or a whole number."""
    found = [
        (path, value)
        for path, value in raw.leaves
        if path and folded(path[-1]) in _IDS and isinstance(value, str | Decimal) and value != ""
    ]
    beside = [(path, value) for path, value in found if str(value) != card.reveal()]
    return tuple(dict.fromkeys(dotted(unwrapped(path)) for path, _ in beside or found))


def unwrapped(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path without the wrapper around a whole answer, which settings need not name."""
    return path[1:] if len(path) > 1 and folded(path[0]) in WRAPPERS else path


# --- the hold ---------------------------------------------------------------------------------------------


def of_hold(raw: Raw, hold: HoldPlaced) -> list[Finding]:
    """Where the code stands, and whether the amount is told."""
    leaf = raw.where(hold.auth_code.reveal())
    if leaf is None:
        where = "in the address of the Location header"
    elif leaf[0]:
        where = f"at {dotted(leaf[0])}, {'a number' if isinstance(leaf[1], Decimal) else 'a text'}"
    else:
        where = "alone, as the whole answer"
    told = "told" if hold.told else "not told: it is taken as asked until the reading shows it"
    return [
        (Mark.OK, "code", f"the auth code stands {where}"),
        (Mark.OK, "hold", f"placed ({raw.code}); the amount that is held is {told}"),
    ]


class Moves(Struct, frozen=True):
    """What a reading shows against an earlier one, as the server tells it: `risen` is how much more is held,
    `fallen` how much lower its net amount is."""

    risen: Money
    fallen: Money


def moves(before: Balance, now: Balance, rules: WireRules) -> Moves:
    """Compare two readings that were made under the same rules."""
    fallen = _told_net(before, rules) - _told_net(now, rules)
    return Moves(now.risen_since(before) or Money(0, now.net.currency), fallen)


def _told_net(balance: Balance, rules: WireRules) -> Money:
    return balance.available(Money(0, balance.net.currency)) if rules.net_excludes_holds else balance.net


# --- the refusal ------------------------------------------------------------------------------------------


def shape(raw: Raw) -> tuple[int, str, str]:
    """What tells one kind of answer from another: code, kind, and its words without numbers and paths."""
    said = " ".join(word for word in words(raw.body, ()).split() if word.isalpha())
    return raw.code, raw.media, said


def of_refusal(raw: Raw, reply: ResolveReply, success: Raw) -> Finding:
    """How the server says no to a commit of a hold that is gone; `success` is how it said yes to the hold."""
    form = _media(raw)
    if isinstance(reply, Refused):
        though = " in a success, which is understood" if 200 <= raw.code <= 299 else ""
        said = "; its words can be shown" if reply.words else "; it has no words that can be shown"
        return Mark.OK, "refusal", f"it says no with {raw.code}, {form}{though}{said}"
    if isinstance(reply, Accepted):
        plain = f"it answers a commit of a hold that is gone with a plain {raw.code}"
        telling = says_no(raw, success)
        if not telling:
            return Mark.LEFT_OUT, "refusal", f"{plain}: the till believes only the reading after it"
        told = (
            "it answers a commit of a hold that is gone with a plain {code}: "
            "where that means no, set {setting}"
        )
        setting = either([f'loyalty.wire.refused_when = ["{it}"]' for it in telling])
        return Mark.FAIL, "refusal", Sentence(told, code=raw.code, setting=setting)
    if isinstance(reply, OutcomeUnknown) and 500 <= raw.code <= 599:
        told = "it says no with {code}, which a till must take for a fault"
        return Mark.FAIL, "refusal", Sentence(told, code=raw.code)
    if raw.code:
        return Mark.OK, "refusal", f"it says no with {raw.code}, {form}: the till reads the card after it"
    return Mark.FAIL, "refusal", Sentence("no answer came, so that its form is not known")


def says_no(raw: Raw, success: Raw) -> tuple[str, ...]:
    """The conditions by which a success may say no: a status that the answer to the hold had otherwise."""
    before = {path: str(value) for path, value in success.leaves}
    return tuple(
        f"{dotted(unwrapped(path))} = {str(value).lower() if isinstance(value, bool) else value}"
        for path, value in raw.leaves
        if path
        and isinstance(value, str | Decimal | bool)
        and folded(path[-1]) in _STATUSES
        and 0 < len(str(value)) <= _STATUS_LENGTH
        and before.get(path) != str(value)
    )


_STATUSES: Final = frozenset(
    "code resultcode returncode responsecode status state result outcome ok success error errorcode".split()
)
_STATUS_LENGTH: Final = 24


def _media(raw: Raw) -> str:
    if not raw.body.strip():
        return "with nothing in it"
    return raw.media or "a body of no named kind"


def holds_code(raw: Raw, known: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    """The values of an answer that may be an auth code, with where they stand; none of the `known` ones."""
    found = []
    for path, value in raw.leaves:
        if not path or not isinstance(value, str | Decimal) or str(value) in known:
            continue
        text, name = str(value), folded(path[-1])
        plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._~+/=:-]{0,199}", text) is not None
        if plain and not any(word in name for word in _NO_CODES):
            found.append((path, text))
    return found


_NO_CODES: Final = ("amount", "net", "balance", "date", "created", "time", "currency", "status", "series")
