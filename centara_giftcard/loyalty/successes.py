"""Whether a 2xx is the success that its code says it is.

Clean is a 2xx that is empty, or JSON that does not say no. Nothing else proves that money moved: 202 is a
promise, a page comes from a gateway, 203 was changed on the way, a plain text "OK" may be anybody's, and
`{"success": false}` is a refusal in a friendly envelope.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Final

from centara_giftcard.domain.dialect import Condition
from centara_giftcard.domain.replies import Cause, Misfit, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.domain.secrets import Secret
from centara_giftcard.loyalty.answers import is_plain, refused_post
from centara_giftcard.loyalty.exact_json import TWICE, Unreadable, parse
from centara_giftcard.loyalty.members import (
    WRAPPERS,
    at,
    folded,
    folded_path,
    folding,
    is_bare_code,
    layers,
    shape_of,
)

_DOUBTFUL_CODES: Final = (
    203,  # a proxy changed it (RFC 9110, 15.3.4)
    206,  # a part of something
    207,  # several outcomes in one
)
_PLAIN_NO: Final = 400
"""The code of a refusal that names none."""

_BLANK: Final = b"\xef\xbb\xbf \t\r\n"

NOT_YET: Final = 202
"""The code of a success that tells of something still to be done."""


Conditions = Collection[Condition]


class Deed(Enum):
    """What a call does, where a word means success of one call and failure of another."""

    TAKES = "takes"
    HOLDS = "holds"  # a hold may well be called pending: what is pending is its commit
    GIVES_BACK = "gives back"  # cancelled, voided, reversed: done


# --- the words; all of them folded, see `members` ---------------------------------------------------------

_GOOD_IF_TRUE: Final = frozenset(
    "success succeeded successful issuccess issucceeded issuccessful issuccessstatuscode ok isok".split()
)
_GRANTED_IF_TRUE: Final = frozenset(
    """approved isapproved accepted isaccepted authorized isauthorized authorised isauthorised
    valid isvalid""".split()
)
"""In a card's own document these tell of the card: one that has expired is not valid."""
_DONE_IF_TRUE: Final = frozenset(
    """completed iscompleted complete iscomplete committed iscommitted executed processed isprocessed
    done isdone finished""".split()
)
_BAD_IF_ANYTHING: Final = frozenset(
    """error errors errormessage errormessages errorcode errorcodes errordescription errordetail
    errordetails errortext errortype errorinfo errorlist iserror haserror haserrors fault faults faultcode
    faultstring exception exceptions exceptionmessage failure failures failurereason failurecode failed
    isfailed validationerrors modelstate declined isdeclined rejected isrejected refused isrefused
    declinereason rejectreason rejectionreason refusalreason""".split()
)
_STATUS: Final = frozenset(
    """status statuscode httpstatus httpstatuscode httpcode result resultcode outcome state responsestatus
    responsecode response returncode transactionstatus transactionstate paymentstatus paymentstate
    authorizationstatus authorisationstatus operationstatus requeststatus""".split()
)
_WITHIN_STATUS: Final = _STATUS | {"code", "value", "name", "text"}
_TELLING: Final = _GOOD_IF_TRUE | _GRANTED_IF_TRUE | _DONE_IF_TRUE | _BAD_IF_ANYTHING | _STATUS

_NOTHING: Final = frozenset(
    """0 00 000 0000 false no none null nil ok success successful noerror noerrors 0errors
    withouterror withouterrors n/a""".split()
) | {""}
_FALSE: Final = frozenset(("false", "no", "n", "0", "f"))
_FAILED: Final = re.compile(
    "fail|error|^fault|declin|reject|refus|denied|deny|unsuccess|unauthori|forbidden|insufficient|notenough"
    "|notfound|not(ok|success|accept|approv|author|allow|permit|process|possible)|unable|impossible|abort"
    "|exception|badrequest|^(nok|ko|ng|no|false)$"
)
_OF_A_CARD_TOO: Final = re.compile("invalid|expired|blocked|lapsed|inactive|suspended|cancel|void")
"""These refuse a call, but in a card's own document they tell of the card."""
_GIVEN_BACK: Final = re.compile("cancel|void|revers|releas|rolledback|undone|unissued|expired|lapsed")
_PENDING: Final = re.compile(
    "pending|processing|inprogress|inprocess|queued|scheduled|submitted|waiting|deferred|delayed|unknown"
    "|notyet|not(complet|commit|done)|timeout|timedout|conflict"
)
MAX_STATUS: Final = 40
"""Letters of a status word; what is longer is a sentence, and no sentence is taken to pieces."""


def spoilt_success(
    code: int,
    headers: Mapping[str, str],
    body: bytes,
    hidden: Collection[Secret],
    deed: Deed = Deed.TAKES,
    refused_when: Conditions = (),
) -> Refused | OutcomeUnknown | None:
    """Say what a POST's 2xx is worth that is no clean success; None for one that is."""
    no, misfit = None, _other_than_success(code, headers, body)
    try:
        no = None if is_page(headers, body) else said_no(body, deed, refused_when)
    except Unreadable as error:
        misfit = misfit or Misfit(error.member, error.shape)
    if no is not None and no != NOT_YET:
        return refused_post(no, headers, body, hidden)
    if no == NOT_YET or code == NOT_YET:
        return OutcomeUnknown(Cause.NOT_YET)
    return OutcomeUnknown(Cause.UNREADABLE, misfit=misfit) if misfit else None


def _other_than_success(code: int, headers: Mapping[str, str], body: bytes) -> Misfit | None:
    """By what an answer is none of a server that has done what was asked, whatever it says."""
    if code in _DOUBTFUL_CODES:
        return Misfit("status code", str(code))
    if is_page(headers, body):
        return Misfit("body", "a page")
    # It says of itself that it tells of a problem (RFC 9457), which a success never does.
    is_problem = headers.get("content-type", "").lower().startswith("application/problem+")
    return Misfit("body", "a problem") if is_problem else None


def spoilt_status(
    code: int,
    headers: Mapping[str, str],
    body: bytes,
    hidden: Collection[Secret],
    refused_when: Conditions = (),
) -> StatusFailed | None:
    """Say why a status's 2xx is none; None for one that may be read. A proxy's 203 may: it moves nothing."""
    code = 200 if code == 203 else code
    spoilt = spoilt_success(code, headers, body, hidden, refused_when=refused_when)
    if spoilt is None:
        return None
    if isinstance(spoilt, Refused):
        return StatusFailed(spoilt.cause, spoilt.words)
    return StatusFailed(spoilt.cause, "", spoilt.retry_after_s, spoilt.misfit)


def is_own_no(code: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a refusal is in a server's own form: an object, a few plain words, or a token's challenge.

    A gateway's page, or nothing at all, may come after the server has done what was asked.
    """
    if is_page(headers, body):
        return False
    try:
        return isinstance(parse(body), dict)
    except Unreadable:
        text = body.decode("utf-8", errors="replace").strip()
        return is_plain(text) or (code == 401 and "www-authenticate" in headers)


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether it is a page for a browser, as gateways write them, whatever it says of itself."""
    named = headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml"))
    return named or body.lstrip(_BLANK).startswith(b"<")


def said_no(body: bytes, deed: Deed = Deed.TAKES, refused_when: Conditions = ()) -> int | None:
    """Give the HTTP code that a success's body has instead, NOT_YET for a promise, None where it says no no.

    `refused_when` are the ways to say no that this server has beside those that tell themselves.

    Raises Unreadable for what is neither empty nor JSON.
    """
    if not body.strip(_BLANK):
        return None
    try:
        document = parse(body)
    except Unreadable:
        if deed is Deed.HOLDS and is_bare_code(body.strip(_BLANK).decode("ascii", errors="replace")):
            return None
        raise
    if document is False:
        return _PLAIN_NO
    if isinstance(document, str | Decimal):
        return _of_status(document, deed, of_a_card=False)
    noes = [*_noes(document, deed), *(_PLAIN_NO for it in refused_when if _holds(it, document))]
    return max(filter(None, noes), default=None)


def _noes(document: object, deed: Deed) -> Iterable[int | None]:
    found = list(layers(document))
    of_a_card = any("account" in members for members in found)
    for members in found:
        for name, value in members.items():
            if value is TWICE and name in _TELLING:
                raise Unreadable(name, shape_of(value))
            if name in _STATUS and not (name in WRAPPERS and isinstance(value, dict)):
                yield _of_status(value, deed, of_a_card)
            elif name in _BAD_IF_ANYTHING and _is_anything(value):
                yield _PLAIN_NO
            elif not _is_false(name, value):
                continue
            elif name in _GOOD_IF_TRUE or (name in _GRANTED_IF_TRUE and not of_a_card):
                yield _PLAIN_NO
            elif name in _DONE_IF_TRUE and not of_a_card and deed is not Deed.HOLDS:
                yield NOT_YET


def _holds(condition: Condition, document: object) -> bool:
    """Whether a condition of the settings is fulfilled. Raises Unreadable where that cannot be said."""
    for members in layers(document):
        told = at(members, folded_path(condition.path))
        if told is TWICE:
            raise Unreadable(condition.path, shape_of(told))
        if isinstance(told, str | Decimal | bool):
            text = str(told).strip().casefold()
            return (text == condition.value.casefold()) is condition.equal
    return False


def _of_status(value: object, deed: Deed, of_a_card: bool) -> int | None:
    """The code of a status: a number, a word, or an object with one of them."""
    if isinstance(value, dict):
        inner = (v for n, v in folding(value).items() if n in _WITHIN_STATUS and not isinstance(v, dict))
        return max(filter(None, (_of_status(it, deed, of_a_card) for it in inner)), default=None)
    text = str(value) if isinstance(value, Decimal) else value
    if value is False:
        return _PLAIN_NO
    if not isinstance(text, str) or len(text) > MAX_STATUS:
        return None
    word = folded(text.strip())
    if word in _NOTHING - {"false", "no"}:
        return None
    if re.fullmatch("[45][0-9]{2}", word):
        return int(word)
    if _PENDING.search(word) or word == str(NOT_YET):
        return None if deed is Deed.HOLDS else NOT_YET
    if deed is Deed.GIVES_BACK and _GIVEN_BACK.search(word):
        return None
    return _PLAIN_NO if _FAILED.search(word) or (not of_a_card and _OF_A_CARD_TOO.search(word)) else None


def _is_false(name: str, value: object) -> bool:
    if isinstance(value, Decimal):  # an amount may be called "approved"
        return not value and ("success" in name or "succeed" in name or name in ("ok", "isok"))
    return value is False or (isinstance(value, str) and folded(value.strip()) in _FALSE)


def _is_anything(value: object) -> bool:
    """Whether an error is told: anything but nothing, zero, false, and boxes with nothing else in them."""
    left = [value]
    while left:  # by hand: what the parser could nest, a function that calls itself perhaps cannot
        it = left.pop()
        if isinstance(it, dict | list):
            left.extend(it.values() if isinstance(it, dict) else it)
        elif folded(it.strip()) not in _NOTHING if isinstance(it, str) else it:
            return True
    return False
