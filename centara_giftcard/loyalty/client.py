"""The calls to the Loyalty server.

Built on httpx's requests and answers and a transport of its own (`line`), not on its client: cookies,
redirects, proxies from the environment and a log of URLs are then not switched off but absent. Nothing here
repeats a POST.
"""

import asyncio
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final, cast
from uuid import uuid4

import httpx
import truststore
from msgspec import Struct, field
from msgspec.structs import replace

from centara_giftcard import __version__
from centara_giftcard.domain.cards import CardStatus, Series
from centara_giftcard.domain.dialect import Call, Condition, WireRules
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    IssueReply,
    Misfit,
    NotSent,
    OutcomeUnknown,
    PayReply,
    Refused,
    ResolveReply,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AccessToken, AuthCode, CardNumber, InstrumentId, Secret
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.loyalty.ahead import Ahead
from centara_giftcard.loyalty.answers import cause_of_code, failed_status, http_date, refused_post
from centara_giftcard.loyalty.causes import ReplyTooLarge, cause_of, failed_post, misfit_of
from centara_giftcard.loyalty.exact_json import Unreadable
from centara_giftcard.loyalty.line import Line
from centara_giftcard.loyalty.requests import About, Requests
from centara_giftcard.loyalty.seen import SeenCards
from centara_giftcard.loyalty.successes import Deed, is_own_no, spoilt_status, spoilt_success
from centara_giftcard.loyalty.wire import Reader, WrongCard

MAX_BODY_BYTES: Final = 1024 * 1024
"""A reply beyond this is refused."""

LISTEN_TIMEOUT_S: Final = 120.0
"""How long is listened to the calls whose reply cannot be had in another way."""

Fact = str | int | float | None
Note = Callable[[str, Mapping[str, Fact]], None]
"""Told `request` and its facts after every HTTP exchange, `unreadable` with what of an answer did not fit;
nothing in it is secret."""

Hear = Callable[[str, int, Mapping[str, str], bytes], None]
"""Told every reply as it came: call, status code (0: not even a status line), headers, body. They hold
numbers and codes: this is for the probe, which keeps them for the length of its walk."""

_DEEDS: Final[dict[Call, Deed]] = {
    "pay": Deed.HOLDS,
    "cancel": Deed.GIVES_BACK,
    "unissue": Deed.GIVES_BACK,
}
_LISTENED_TO: Final = ("pay", "issue_live")
"""The calls whose reply cannot be had in another way: its auth code, its card number."""


def idempotency_key(operation: str, call: str) -> str:
    """The same for a repeat of a call, another for every other call.

    A server that keeps its answers by the header alone would answer a commit with the reply to the request
    for payment.
    """
    return f"{operation}-{call.removesuffix('_live')}"


_STALE: Final = (httpx.ReadError, httpx.RemoteProtocolError)

_ANOTHERS: Final = frozenset(
    {Cause.UNREADABLE, Cause.WRONG_CARD, Cause.NOT_FOUND, Cause.NOT_ACCEPTED, Cause.REFUSED, Cause.NOT_YET}
)
"""What a reading may end as because an answer was another request's. The rest is asked again anyway."""

_GZIP: Final = ("gzip", "x-gzip")
_CLOSE: Final = [("Connection", "close")]


class _Heard(Struct):
    """What came back over `line` of one request, as far as it got. `code` 0: not even a status line."""

    line: Line
    request_id: str
    code: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    broken: Exception | None = None

    @property
    def good(self) -> bool:
        return 200 <= self.code <= 299

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def server_time(self) -> datetime | None:
        return http_date(self.headers.get("date", ""))


class HttpLoyalty:
    """Fulfils `terminal.ports.Loyalty` over HTTP.

    One request, one answer: a POST that moves money, and a reading of a card that was read before, have a
    connection of their own, which may be open already (`ahead`). First readings share a kept one, and what
    comes over that is believed only where it is about the card that was asked for: a doubled or a late answer
    is nobody's.

    Proxies of the environment are not used: card numbers go to the named server and nowhere else. TLS is
    checked against the system's trust store.

    The caller must not cancel a POST: its outcome would be lost. Times are in seconds; `listen_timeout_s` is
    how long is listened to the two calls whose reply cannot be had in another way: a request for payment (its
    auth code) and a live issue (its card number). `zone` is the store's, `series` those that it knows;
    `store` and `pos` are for addresses that name them. Raises SettingsError (address, group, token).
    """

    def __init__(
        self,
        server: str,
        group: str,
        token: AccessToken,
        currency: Currency,
        rules: WireRules,
        connect_timeout_s: float,
        reply_timeout_s: float,
        listen_timeout_s: float = LISTEN_TIMEOUT_S,
        zone: tzinfo = UTC,
        series: tuple[Series, ...] = (),
        note: Note = lambda name, facts: None,
        hear: Hear = lambda call, code, headers, body: None,
        store: str = "",
        pos: str = "",
    ) -> None:
        self._requests = Requests(server, group, token, rules, store, pos)
        self._reader = Reader(rules, currency, zone, series)
        self._refused_when = tuple(map(Condition.of, rules.refused_when))
        self._headers = _fixed_headers(token, rules)
        self._token = token
        self._connect_timeout_s = connect_timeout_s
        self._reply_timeout_s = reply_timeout_s
        self._listen_timeout_s = listen_timeout_s
        self._note = note
        self._hear = hear
        self._tls = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._kept = Line(self._tls)
        self._ahead = Ahead(self._tls, self._requests.base, connect_timeout_s)
        self._seen = SeenCards()

    async def status(
        self, card: CardNumber, expected: InstrumentId | None = None
    ) -> CardStatus | StatusFailed:
        """Read a card. An answer about another instrument than `expected`, or than before, is WRONG_CARD."""
        url = self._requests.url("status", {"card": card})
        if self._seen.knows(card):  # a late second answer to the last reading would be about this card, too
            return self._read(await self._get_alone(url, "status", card), card, expected)
        heard, was_used = await self._get(url, "status", card)
        status = self._read(heard, card, expected)
        if not isinstance(status, StatusFailed):
            self._ahead.want(2)  # for a request for payment, and for the reading before it
            return status
        # What is no card's document, or another card's, may have been the answer to an earlier request.
        heard.line.retire()
        if was_used and status.cause in _ANOTHERS:
            return self._read(await self._get_alone(url, "status", card), card, expected)
        return status

    def _read(
        self, heard: _Heard, card: CardNumber, expected: InstrumentId | None
    ) -> CardStatus | StatusFailed:
        if (failed := self._failed_status(heard, card)) is not None:
            if failed.misfit is not None:
                self._noted(heard, failed.misfit.member, failed.misfit.shape)
            return failed
        try:
            status = self._reader.status(bytes(heard.body), card, expected, heard.server_time)
        except WrongCard:
            return StatusFailed(Cause.WRONG_CARD)
        except Unreadable as error:
            return StatusFailed(Cause.UNREADABLE, misfit=self._noted(heard, error.member, error.shape))
        if not self._seen.fits(card, status.instrument):
            return StatusFailed(Cause.WRONG_CARD)
        self._seen.note(card, status.instrument)
        return status

    def _failed_status(self, heard: _Heard, card: CardNumber) -> StatusFailed | None:
        body, hidden = bytes(heard.body), (card, self._token)
        if heard.code and not heard.good:
            return failed_status(heard.code, heard.headers, body, hidden)
        if heard.broken is not None:
            return StatusFailed(cause_of(heard.broken), misfit=misfit_of(heard.broken))
        return spoilt_status(heard.code, heard.headers, body, hidden, self._refused_when)

    async def request_payment(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money
    ) -> PayReply:
        """Ask for a hold. A code is rescued from a success that is broken, cut off or cannot be read."""
        about: About = {"card": card, "instrument": instrument}
        heard, failed = await self._call("pay", operation, about, amount)
        if failed is None:
            try:
                hold = self._reader.hold(bytes(heard.body), card, instrument, amount, heard.location)
                self._ahead.want(2)  # for the decision, and for the reading that proves it
                return hold
            except Unreadable as error:
                failed = OutcomeUnknown(
                    Cause.UNREADABLE, misfit=self._noted(heard, error.member, error.shape)
                )
        code = self._reader.rescued_code(bytes(heard.body), heard.location) if heard.good else None
        if code is None or isinstance(failed, NotSent):
            return failed
        if isinstance(failed, Refused):  # a no with a code contradicts itself: what that stands for is let go
            beside = self._noted(heard, "authCode", "beside a no")
            return OutcomeUnknown(Cause.UNREADABLE, auth_code=code, misfit=beside)
        return OutcomeUnknown(failed.cause, failed.retry_after_s, code, failed.misfit)

    async def commit(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        """Take what is held."""
        about: About = {"card": card, "instrument": instrument, "code": code}
        _, failed = await self._call("commit", operation, about)
        return failed or Accepted()

    async def cancel(
        self, operation: str, card: CardNumber, instrument: InstrumentId, code: AuthCode
    ) -> ResolveReply:
        """Let go what is held."""
        about: About = {"card": card, "instrument": instrument, "code": code}
        _, failed = await self._call("cancel", operation, about)
        return failed or Accepted()

    async def issue(
        self, operation: str, card: CardNumber, instrument: InstrumentId, amount: Money | None
    ) -> IssueReply:
        """Activate a card whose number is printed on it; `amount` None where its series fixes the amount.

        An answer about another card or instrument is an unknown outcome, WRONG_CARD.
        """
        about: About = {"card": card, "instrument": instrument}
        heard, failed = await self._call("issue", operation, about, amount)
        if failed is not None:
            return failed
        try:
            return self._reader.issue(bytes(heard.body), card, instrument, heard.server_time)
        except WrongCard:
            return OutcomeUnknown(Cause.WRONG_CARD)
        except Unreadable as error:
            return OutcomeUnknown(Cause.UNREADABLE, misfit=self._noted(heard, error.member, error.shape))

    async def issue_live(self, operation: str, series_number: str, amount: Money | None) -> IssueReply:
        """Have a new card of a series made; `amount` None where the series fixes it. Always names the card.

        The new number is rescued from a success that is broken, cut off or cannot be read: then `status` is
        None. An answer about another series is an unknown outcome, WRONG_CARD.
        """
        heard, failed = await self._call("issue_live", operation, {"series": series_number}, amount)
        body = bytes(heard.body)
        if isinstance(failed, Refused) and not heard.good:
            if heard.broken is None and is_own_no(heard.code, heard.headers, body):
                return failed
            foreign = self._noted(heard, "body", "no refusal in a form of the server's own")
            return OutcomeUnknown(Cause.UNREADABLE, misfit=foreign)
        if failed is not None and (not heard.good or isinstance(failed, Refused)):
            return failed
        try:
            made = self._reader.live_issue(body, series_number, heard.server_time, heard.location)
            return replace(made, status=None if failed else made.status)  # then the card itself is to be read
        except WrongCard:
            return OutcomeUnknown(Cause.WRONG_CARD)
        except Unreadable as error:
            return failed or OutcomeUnknown(
                Cause.UNREADABLE, misfit=self._noted(heard, error.member, error.shape)
            )

    async def unissue(self, operation: str, card: CardNumber, instrument: InstrumentId) -> ResolveReply:
        """Undo the issue of a card that was not used since."""
        _, failed = await self._call("unissue", operation, {"card": card, "instrument": instrument})
        return failed or Accepted()

    async def probe(self) -> tuple[float, datetime | None] | StatusFailed:
        """Ask whether the server can be reached: the round trip in ms and its clock.

        Any answer of its own will do, 401 and 404 too; a 5xx will not: that may be a gateway before a server
        that is down. Opens the connection that the next status call will use.
        """
        started = time.perf_counter()
        heard, _ = await self._get(self._requests.base, "probe", None)
        if not heard.code and heard.broken is not None:
            return StatusFailed(cause_of(heard.broken))
        if cause_of_code(heard.code) is Cause.SERVER_ERROR:
            return failed_status(heard.code, heard.headers, bytes(heard.body), (self._token,))
        return _ms_since(started), heard.server_time

    async def close(self) -> None:
        """Close the status connection, and what is open ahead. A POST under way keeps its own until it is
        answered."""
        await self._ahead.close()
        await self._kept.aclose()

    # --- one exchange ----------------------------------------------------------------------------------

    async def _get(self, url: str, call: str, card: CardNumber | None) -> tuple[_Heard, bool]:
        """GET over the kept connection, and whether that had been used before.

        One that is busy, was closed or has something unread is replaced by another, and so is one that proves
        stale: then the GET is sent again.
        """
        if not self._kept.is_free:
            self._keep_another()
        request, line, was_used = self._request("GET", url), self._kept, self._kept.was_used
        heard = await self._exchange(line, request, self._reply_timeout_s, call, None, card)
        if was_used and not heard.code and isinstance(heard.broken, _STALE):
            return await self._get(url, call, card)
        return heard, was_used

    async def _get_alone(self, url: str, call: str, card: CardNumber) -> _Heard:
        """GET over a connection of its own: what comes over it can be no other request's answer."""
        request = self._request("GET", url, _CLOSE)
        return await self._exchange(self._ahead.take(), request, self._reply_timeout_s, call, None, card)

    def _keep_another(self) -> None:
        self._kept.retire()
        self._kept = Line(self._tls)

    async def _call(
        self, call: Call, operation: str, about: About, amount: Money | None = None
    ) -> tuple[_Heard, Refused | NotSent | OutcomeUnknown | None]:
        """POST once, over a connection of its own. Returns what came, and what it means where that is no
        clean success.
        """
        key = idempotency_key(operation, call)
        extra = [("Idempotency-Key", key), ("Content-Type", "application/json"), *_CLOSE]
        wait_s = self._listen_timeout_s if call in _LISTENED_TO else self._reply_timeout_s
        body = self._requests.body(call, about, amount)
        request = self._request("POST", self._requests.url(call, about), extra, body, wait_s)
        card = about.get("card")
        heard = await self._exchange(
            self._ahead.take(),
            request,
            wait_s,
            call,
            operation,
            card if isinstance(card, CardNumber) else None,
        )
        failed = self._failed(heard, about, _DEEDS.get(call, Deed.TAKES))
        if isinstance(failed, OutcomeUnknown) and failed.misfit is not None:
            self._noted(heard, failed.misfit.member, failed.misfit.shape)
        return heard, failed

    def _failed(self, heard: _Heard, about: About, deed: Deed) -> Refused | NotSent | OutcomeUnknown | None:
        """What a POST came to; None where it is a clean success, and what it says may be read."""
        body = bytes(heard.body)
        hidden = [self._token, *(it for it in about.values() if isinstance(it, Secret))]
        if heard.code and not heard.good:
            return refused_post(heard.code, heard.headers, body, hidden)
        if heard.broken is not None:
            return failed_post(heard.broken)
        return spoilt_success(heard.code, heard.headers, body, hidden, deed, self._refused_when)

    async def _exchange(
        self,
        line: Line,
        request: httpx.Request,
        wait_s: float,
        call: str,
        operation: str | None,
        card: CardNumber | None,
    ) -> _Heard:
        heard, started = _Heard(line, request.headers["X-Request-Id"]), time.perf_counter()
        try:
            # The line's timeouts are per read: without this one, a server could dribble for ever.
            async with asyncio.timeout(self._connect_timeout_s + wait_s):
                await _converse(line, request, heard)
        except Exception as error:  # noqa: BLE001 - whatever gets through, a request for money must end as
            heard.broken = error  # a result, not as an exception
        self._note(
            "request",
            {
                "request_id": heard.request_id,
                "operation": operation,
                "call": call,
                "card": None if card is None else str(card),
                "status": heard.code or None,
                "problem": None if heard.broken is None else cause_of(heard.broken).value,
                "ms": round(_ms_since(started), 1),
            },
        )
        self._hear(call, heard.code, heard.headers, bytes(heard.body))
        return heard

    def _noted(self, heard: _Heard, member: str, shape: str) -> Misfit:
        """Tell support what could not be read: which member, and what it was instead."""
        self._note("unreadable", {"request_id": heard.request_id, "member": member, "shape": shape})
        return Misfit(member, shape)

    def _request(
        self,
        method: str,
        url: str,
        extra: list[tuple[str, str]] | None = None,
        body: bytes = b"",
        wait_s: float | None = None,
    ) -> httpx.Request:
        connect_s, read_s = self._connect_timeout_s, wait_s or self._reply_timeout_s
        timeout = {"connect": connect_s, "read": read_s}
        headers = [*self._headers, ("X-Request-Id", uuid4().hex), *(extra or ())]
        return httpx.Request(method, url, headers=headers, content=body, extensions={"timeout": timeout})


async def _converse(line: Line, request: httpx.Request, heard: _Heard) -> None:
    """Send and read. What has arrived stays in `heard` when this ends with an exception."""
    response = await line.handle_async_request(request)
    try:
        heard.code, heard.headers = response.status_code, response.headers
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in ("", "identity", *_GZIP):
            raise ReplyTooLarge("packed in another way than gzip")
        async for chunk in cast(httpx.AsyncByteStream, response.stream):
            heard.body += chunk
            if len(heard.body) > MAX_BODY_BYTES:
                raise ReplyTooLarge("too large")
        if coding in _GZIP:
            heard.body[:] = _unpacked(bytes(heard.body))
    finally:
        await response.aclose()


def _unpacked(body: bytes) -> bytes:
    """What a server packed without being asked to; never more than a plain reply may be."""
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise ReplyTooLarge("no gzip") from None
    if len(plain) > MAX_BODY_BYTES or not unpacker.eof:
        raise ReplyTooLarge("too large, or cut off")
    return plain


def _fixed_headers(token: AccessToken, rules: WireRules) -> list[tuple[str, str]]:
    value = token.reveal()
    if not value or not value.isascii() or not value.isprintable() or value != value.strip():
        told = "The till's access token is empty or holds a character that no token has."
        raise SettingsError(Sentence(told))
    token_header = [] if rules.auth_query else [(rules.auth_header, f"{rules.auth_scheme} {value}".strip())]
    return [
        *token_header,
        ("Accept", "application/json"),
        ("Accept-Encoding", "identity"),  # a packed reply could unpack beyond any limit
        ("User-Agent", f"centara-giftcard/{__version__}"),
    ]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
