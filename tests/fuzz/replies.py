"""What the client makes of any answer: always one of the port's values, of one request, without a secret."""

# ruff: noqa: PT017 - what is raised is one of several good ends, and judged where it is caught

import asyncio
import json
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, get_args

from fuzz.hostile import TWICE, Answer, answers, as_json, bodies, headers
from fuzz.hunt import Property
from fuzz.line import EUR, Line, LineLoyalty, targets
from fuzz.secrets_planted import CARD, CODE, GROUPED, INSTRUMENT, TOKEN, given_away
from hypothesis import strategies as st

from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import (
    Cause,
    HoldPlaced,
    Issued,
    IssueReply,
    NotSent,
    OutcomeUnknown,
    PayReply,
    Refused,
    ResolveReply,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode, Secret
from centara_giftcard.loyalty import exact_json
from centara_giftcard.loyalty.answers import MAX_RETRY_AFTER_S, MAX_WORDS, retry_after_s, words
from centara_giftcard.loyalty.exact_json import Unreadable, parse, rescue
from centara_giftcard.loyalty.members import MAX_TEXT
from centara_giftcard.loyalty.wire import MAX_NAME, Reader, WrongCard

ASKED: Final = Money(2500, EUR)
OPERATION: Final = "op-1"
_GROUP: Final = "/api/loyaltyGroups/acme"
_GIFTCARD: Final = f"{_GROUP}/giftcards/{CARD.reveal()}"
_CODE: Final = CODE.reveal().replace("/", "%2F")


@dataclass(frozen=True)
class Call:
    """A call of the port: how it is made, what may come of it, the request it stands for."""

    name: str
    make: Callable[[Any], Awaitable[Any]]
    results: tuple[type, ...]
    method: str
    target: str


CALLS: Final = (
    Call(
        "status",
        lambda till: till.status(CARD, INSTRUMENT),
        (CardStatus, StatusFailed),
        "GET",
        _GIFTCARD,
    ),
    Call(
        "request_payment",
        lambda till: till.request_payment(OPERATION, CARD, INSTRUMENT, ASKED),
        get_args(PayReply),
        "POST",
        f"{_GIFTCARD}/_pay",
    ),
    Call(
        "commit",
        lambda till: till.commit(OPERATION, CARD, INSTRUMENT, CODE),
        get_args(ResolveReply),
        "POST",
        f"{_GIFTCARD}/authorizations/{_CODE}/_commit",
    ),
    Call(
        "cancel",
        lambda till: till.cancel(OPERATION, CARD, INSTRUMENT, CODE),
        get_args(ResolveReply),
        "POST",
        f"{_GROUP}/instruments/{INSTRUMENT.reveal()}/authorizations/{_CODE}/_cancel",
    ),
    Call(
        "issue",
        lambda till: till.issue(OPERATION, CARD, INSTRUMENT, ASKED),
        get_args(IssueReply),
        "POST",
        f"{_GIFTCARD}/_issue",
    ),
    Call(
        "issue_live",
        lambda till: till.issue_live(OPERATION, "6091", ASKED),
        get_args(IssueReply),
        "POST",
        f"{_GROUP}/giftCardSeries/6091/giftcards/_issue",
    ),
    Call(
        "unissue",
        lambda till: till.unissue(OPERATION, CARD, INSTRUMENT),
        get_args(ResolveReply),
        "POST",
        f"{_GIFTCARD}/_unissue",
    ),
)
_NOT_CONNECTED: Final = (
    ConnectionRefusedError(111, CARD.reveal()),
    TimeoutError(110, TOKEN.reveal()),
    socket.gaierror(-2, CODE.reveal()),
    ssl.SSLCertVerificationError(1, CARD.reveal()),
    UnicodeError(TOKEN.reveal()),
)


@dataclass(frozen=True)
class Exchange:
    """A call, and the answer it gets; `refuses` where no connection is made at all."""

    call: Call
    answer: Answer
    refuses: Exception | None

    def __repr__(self) -> str:
        return f"Exchange({self.call.name}, {self.answer}, refuses={self.refuses!r})"


_DOCUMENT_OF: Final = {
    "status": "status",
    "request_payment": "pay",
    "issue": "status",
    "issue_live": "status",
}
_refusals = st.sampled_from((None,) * 30 + _NOT_CONNECTED)
exchanges = st.sampled_from(CALLS).flatmap(
    lambda call: st.builds(
        Exchange,
        st.just(call),
        answers((*(_DOCUMENT_OF.get(call.name, "pay"),) * 4, "named", "problem")),
        _refusals,
    )
)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(logging.Formatter("%(message)s").format(record))


@cache
def _runner() -> asyncio.Runner:
    runner = asyncio.Runner()
    runner.get_loop().set_debug(False)
    return runner


def any_answer_is_a_result(it: Exchange) -> None:
    """The call ends as one of the port's values, after at most one request, and tells no secret."""
    log = _Lines()
    root = logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    line = Line(lambda _: it.answer, it.refuses)
    loyalty = LineLoyalty(line)

    async def exchange() -> Any:
        try:
            return await it.call.make(loyalty)
        finally:
            await loyalty.close()

    try:
        result = _runner().run(exchange())
    finally:
        root.removeHandler(log)
        root.setLevel(level)
    assert type(result) in it.call.results
    assert targets(line.asked) == [] if it.refuses else [(it.call.method, it.call.target)]
    _is_well_formed(result)
    _means_what_was_answered(it, result)
    for text in (*map(repr, loyalty.noted), *log.told):
        assert given_away(text) is None, text
    assert given_away(repr(result), _hidden_in(it.call, result)) is None


def _hidden_in(call: Call, result: Any) -> tuple[str, ...]:
    """The secrets that the words of a result can be kept free of: those that its reader was told of."""
    if call.name == "cancel":
        return INSTRUMENT.reveal(), CODE.reveal(), TOKEN.reveal()
    known = (CARD.reveal(),) if call.name != "issue_live" else ()
    return known if isinstance(result, CardStatus | Issued) else (*known, TOKEN.reveal())


def _means_what_was_answered(it: Exchange, result: Any) -> None:
    """Judge the result by the answer alone, by rules written down here a second time."""
    cause = getattr(result, "cause", None)
    unsent = cause in {Cause.NAME, Cause.CONNECT, Cause.TLS}
    assert unsent is (it.refuses is not None)
    assert isinstance(result, NotSent) <= unsent
    if it.refuses:
        return
    answer, good = it.answer, 200 <= it.answer.code <= 299
    succeeded = not isinstance(result, StatusFailed | Refused | NotSent | OutcomeUnknown)
    if not answer.clean:
        assert not succeeded or b" 2" in b"".join(answer.pieces)[:20]
        return
    assert not succeeded or good
    page = answer.header("content-type").lower().startswith(("text/html", "application/xhtml"))
    told = as_json(answer.body)
    if isinstance(result, Refused):
        assert good or 400 <= answer.code <= 499
        assert answer.code not in (408, 409, 429)
        assert not good or told is not None
    if it.call.name == "issue_live" and 400 <= answer.code <= 499 and (page or not isinstance(told, dict)):
        assert not isinstance(result, Refused) or not page
        return
    if not good:
        wanted = {
            401: "not_accepted",
            403: "not_accepted",
            404: "not_found",
            408: "conflict",
            409: "conflict",
            429: "busy",
        }.get(answer.code)
        wanted = wanted or {4: "refused", 5: "server_error"}.get(answer.code // 100, "unreadable")
        assert cause is Cause(wanted)
    elif it.call.name in ("commit", "cancel", "unissue"):
        packed = answer.header("content-encoding").strip().lower() not in ("", "identity")
        several = len(answer.headers) != len({name for name, _ in answer.headers})
        blank = not answer.body.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n")
        clean = not page and (blank or told is not None or answer.body.strip() == b"null")
        assert not succeeded or (clean and answer.code not in (202, 203, 206, 207))
        says_nothing = not any(word in answer.body.lower() for word in (b"status", b"error", b'"'))
        if not several and not packed and len(answer.body) <= 2**20 and answer.code == 200 and clean:
            assert succeeded or not (says_nothing or (isinstance(told, dict) and "authCode" in told))
    if isinstance(result, HoldPlaced):
        _hold_is_in(answer.body, result)
    if isinstance(result, CardStatus):
        told = as_json(answer.body)
        assert told["giftCardId"] == INSTRUMENT.reveal()
        account = told["account"]
        held, read = account.get("amountAuthorized"), result.balance.authorised
        assert not read if held is None else read is not None and read.decimal == Decimal(held)
        assert result.balance.net.decimal == Decimal(account["amountNet"])


def _hold_is_in(body: bytes, hold: HoldPlaced) -> None:
    told = as_json(body)
    assert isinstance(told, dict)
    assert told["authCode"] == hold.auth_code.reveal()
    amount = told.get("amount")
    assert hold.amount.decimal == (ASKED.decimal if amount is None else Decimal(amount))
    named = told.get("giftCardId")
    assert hold.same_card or isinstance(named, str) or "giftCardNumber" in told


def _is_well_formed(result: Any) -> None:
    wish_s = getattr(result, "retry_after_s", None)
    assert wish_s is None or 0 <= wish_s <= MAX_RETRY_AFTER_S
    said = getattr(result, "words", "")
    assert said == said.strip()
    assert len(said) <= MAX_WORDS
    assert said.isprintable()
    assert "<" not in said
    code = getattr(result, "auth_code", None)
    if code is not None:
        assert isinstance(code, AuthCode)
        assert _usable(code)
    if isinstance(result, Refused):
        assert result.cause in {Cause.NOT_ACCEPTED, Cause.NOT_FOUND, Cause.REFUSED}
    if isinstance(result, HoldPlaced):
        assert result.amount.minor > 0
    status = result if isinstance(result, CardStatus) else getattr(result, "status", None)
    if status is not None:
        _status_is_well_formed(status)
    if getattr(result, "card", None) is not None:
        assert result.card.reveal().isalnum()
        assert _usable(result.card)


def _status_is_well_formed(status: CardStatus) -> None:
    held = status.balance.authorised  # a server may not tell it
    amounts = (
        status.balance.net,
        *([] if held is None else [held]),
        status.original,
        status.floor,
        status.available,
        status.spent,
    )
    for amount in amounts:
        assert 0 <= amount.minor < 10**13  # net and authorised of 12 digits each
        assert amount.currency == EUR
    for moment in (status.created, status.starts, status.expires, status.server_time):
        assert moment is None or moment.utcoffset() is not None
    for moment in (status.created, status.starts, status.expires):
        assert moment is None or moment.utcoffset() == timedelta()
    assert len(status.customer) <= MAX_NAME
    assert len(status.series_number) <= MAX_TEXT
    assert status.customer.isprintable()
    assert status.series_number.isprintable()
    assert _usable(status.instrument)


def _usable(secret: Secret) -> bool:
    """It becomes a segment of an address: something, on one line, of bounded length, and UTF-8."""
    clear = secret.reveal()
    clear.encode()
    return 0 < len(clear) <= MAX_TEXT and clear.isprintable() and clear == clear.strip()


# --- the documents alone ------------------------------------------------------------------------------------

_rules = st.builds(
    WireRules,
    net_excludes_holds=st.booleans(),
    issued_when=st.sampled_from(("created", "start_date", "value")),
)


def any_document_is_read_or_unreadable(it: tuple[WireRules, bytes]) -> None:
    """Each reader of a document returns what it promises or raises what it promises, and nothing else."""
    rules, body = it
    reader = Reader(rules, EUR)
    for read in (
        lambda: reader.status(body, CARD, INSTRUMENT),
        lambda: reader.status(body, CARD),
        lambda: reader.issue(body, CARD, INSTRUMENT),
        lambda: reader.live_issue(body, "6091"),
        lambda: reader.hold(body, CARD, INSTRUMENT, ASKED),
    ):
        try:
            told = read()
        except (Unreadable, WrongCard) as error:
            assert str(error) == ""
            assert error.__suppress_context__ or error.__context__ is None
            continue
        if told is not None:
            _is_well_formed(told)
            assert isinstance(told, Issued) or given_away(repr(told), (CARD.reveal(),)) is None
        if isinstance(told, HoldPlaced):
            _hold_is_in(body, told)
    code = reader.rescued_code(body)
    if code is not None:
        assert _usable(code)
        assert given_away(repr(code)) is None


def json_is_read_as_the_standard_says(body: bytes) -> None:
    """What is read is what the standard library reads, with exact numbers; a rescue agrees with it."""
    try:
        read = parse(body)
    except Unreadable:
        return
    assert _texts(read) == as_json(body)
    if isinstance(read, dict) and isinstance(read.get("authCode"), str):
        found = rescue(body, ("authCode",).__eq__)
        assert found in (read["authCode"], None)
        plain = json.dumps(read["authCode"]).encode() in body
        assert not plain or found == read["authCode"]


def _texts(value: object) -> object:
    """Numbers as their own text, where the standard library was told to leave them so."""
    if isinstance(value, dict):
        return {name: _texts(it) for name, it in value.items()}
    if isinstance(value, list):
        return [_texts(it) for it in value]
    if value is exact_json.TWICE:
        return TWICE
    return _Number(value) if isinstance(value, Decimal) else value


class _Number:
    """Equal to any text of the same number."""

    def __init__(self, value: Decimal) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        try:
            return isinstance(other, str) and (str(self._value) == other or Decimal(other) == self._value)
        except InvalidOperation:
            return False

    __hash__ = None  # type: ignore[assignment]


def words_and_wishes_are_harmless(it: tuple[tuple[tuple[str, str], ...], bytes]) -> None:
    """The server's words are short, plain and hide what was asked with; its pause is bounded."""
    fields, body = it
    said = words(body, (CARD, CODE, INSTRUMENT, TOKEN))
    assert given_away(said, (CARD.reveal(), CODE.reveal(), INSTRUMENT.reveal(), TOKEN.reveal())) is None
    assert GROUPED not in said
    _is_well_formed(Refused(Cause.REFUSED, said))
    _is_well_formed(StatusFailed(Cause.BUSY, said, retry_after_s(dict(fields))))


PROPERTIES: Final = (
    Property("any answer is a result", exchanges, any_answer_is_a_result, 6),
    Property(
        "any document is read or unreadable",
        st.tuples(_rules, bodies()),
        any_document_is_read_or_unreadable,
        6,
    ),
    Property("JSON is read as the standard says", bodies(), json_is_read_as_the_standard_says, 4),
    Property(
        "words and wishes are harmless",
        st.tuples(headers, bodies(("problem",))),
        words_and_wishes_are_harmless,
        4,
    ),
)
