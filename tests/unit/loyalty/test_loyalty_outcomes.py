"""What a till makes of what a server answers, or fails to: over real sockets."""

import asyncio
import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.loyalty.loyalty_server import (
    ACCOUNT,
    CARD,
    CODE,
    EUR,
    INSTRUMENT,
    PAY,
    STATUS,
    TWENTY_FIVE,
    Cut,
    Dribble,
    Reply,
    Stall,
    all_calls,
    client,
    http,
    patience_s,
    pay,
    run,
    serving,
    talking,
)

from centara_giftcard.domain.addresses import server_address
from centara_giftcard.domain.cards import Balance, CardStatus
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.replies import (
    Cause,
    HoldPlaced,
    Misfit,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AccessToken, AuthCode, InstrumentId
from centara_giftcard.loyalty.client import MAX_BODY_BYTES
from centara_giftcard.terminal.ports import Loyalty

# --- outcome unknown ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Cut(), Cause.LOST),
        (Cut(b"not http at all\r\n\r\n"), Cause.LOST),
        (Cut(b"HTTP/1.1 200 OK\r\nContent-Le"), Cause.LOST),
        (Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"), Cause.LOST),
        (Stall(), Cause.TIMEOUT),
        (Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"), Cause.TIMEOUT),
        (Dribble(b"HTTP/1.1 200 OK\r\nX-Slow: "), Cause.TIMEOUT),
        (Dribble(b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n"), Cause.TIMEOUT),
        (http(200, b"x" * (MAX_BODY_BYTES + 1)), Cause.UNREADABLE),
        (http(200, b"\x1f\x8b\x08", Content_Encoding="gzip"), Cause.UNREADABLE),
        (http(200, "<html>Hotel wifi</html>"), Cause.UNREADABLE),
        (http(200), Cause.UNREADABLE),
        (http(204), Cause.UNREADABLE),
        (http(302, "", Location="/elsewhere"), Cause.UNREADABLE),
        (http(307, "", Location="/elsewhere"), Cause.UNREADABLE),
        (http(500), Cause.SERVER_ERROR),
        (http(504, "<html>Gateway</html>"), Cause.SERVER_ERROR),
        (http(408), Cause.CONFLICT),
        (http(409), Cause.CONFLICT),
        (http(999), Cause.UNREADABLE),
    ],
)  # fmt: skip
def test_a_request_for_payment_without_a_clean_answer_is_unknown(reply: Reply, cause: Cause) -> None:
    async def body() -> None:
        async with talking(reply, connect_timeout_s=patience_s(reply)) as (loyalty, server):
            assert await pay(loyalty) == OutcomeUnknown(cause)
            assert await loyalty.status(CARD) == StatusFailed(cause)
        assert len(server.asked) == 2

    run(body)


def test_an_auth_code_is_rescued_from_a_reply_that_is_cut_off() -> None:
    promised = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
    whole = b'{"authCode": "A1", "amount": 2'
    oversized = http(200, whole + b"5, " + b" " * MAX_BODY_BYTES)

    async def body() -> None:
        script: list[Reply] = [Cut(promised + whole), Stall(promised + whole), http(200, whole), oversized]
        async with talking(*script) as (loyalty, _):
            assert await pay(loyalty) == OutcomeUnknown(Cause.LOST, auth_code=AuthCode("A1"))
            assert await pay(loyalty) == OutcomeUnknown(Cause.TIMEOUT, auth_code=AuthCode("A1"))
            assert await pay(loyalty) == OutcomeUnknown(Cause.UNREADABLE, auth_code=AuthCode("A1"))
            assert await pay(loyalty) == OutcomeUnknown(Cause.UNREADABLE, auth_code=AuthCode("A1"))

    run(body)


def test_a_request_for_payment_is_listened_to_past_the_reply_timeout() -> None:
    async def body() -> None:
        async with serving(Stall()) as server:
            loyalty = client(server.address, reply_timeout_s=0.05, listen_timeout_s=0.5)
            started = asyncio.get_running_loop().time()
            assert await pay(loyalty) == OutcomeUnknown(Cause.TIMEOUT)
            assert asyncio.get_running_loop().time() - started >= 0.5
            await loyalty.close()

    run(body)


def test_closing_the_client_leaves_a_request_for_money_alone() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS), Stall()) as (loyalty, server):
            await loyalty.status(CARD)
            paying = asyncio.ensure_future(pay(loyalty))
            await asyncio.sleep(0.05)
            await loyalty.close()
            server.writers[1].write(http(200, PAY))
            assert isinstance(await paying, HoldPlaced)

    run(body)


# --- answered -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (http(401), Refused(Cause.NOT_ACCEPTED)),
        (http(403, '{"title": "Till is blocked"}'), Refused(Cause.NOT_ACCEPTED, "Till is blocked")),
        (http(404), Refused(Cause.NOT_FOUND)),
        (http(402, '{"detail": " Not enough ", "title": "No"}'), Refused(Cause.REFUSED, "Not enough")),
        (http(410, "gone"), Refused(Cause.REFUSED)),
        (http(422, '{"message": "Card <b>6091</b>"}'), Refused(Cause.REFUSED)),
        (Cut(b"HTTP/1.1 422 No\r\nContent-Length: 90\r\n\r\n{"), Refused(Cause.REFUSED)),
        (http(429), OutcomeUnknown(Cause.BUSY)),
        (http(429, "", Retry_After="12"), OutcomeUnknown(Cause.BUSY, 12.0)),
        (http(503, "", Retry_After="9999"), OutcomeUnknown(Cause.SERVER_ERROR, 300.0)),
    ],
)  # fmt: skip
def test_error_codes_of_a_post(reply: Reply, result: object) -> None:
    async def body() -> None:
        async with talking(reply) as (loyalty, _):
            assert await pay(loyalty) == result
            assert await loyalty.commit("op-1", CARD, INSTRUMENT, CODE) == result
            assert await loyalty.cancel("op-1", CARD, INSTRUMENT, CODE) == result
            assert await loyalty.issue("op-1", CARD, INSTRUMENT, TWENTY_FIVE) == result
            assert await loyalty.unissue("op-1", CARD, INSTRUMENT) == result

    run(body)


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (http(401), StatusFailed(Cause.NOT_ACCEPTED)),
        (http(404, '{"detail": "No such card"}'), StatusFailed(Cause.NOT_FOUND, "No such card")),
        (Cut(b"HTTP/1.1 404 No\r\nContent-Length: 90\r\n\r\n{"), StatusFailed(Cause.NOT_FOUND)),
        (http(429, "", Retry_After="2"), StatusFailed(Cause.BUSY, retry_after_s=2.0)),
        (http(500), StatusFailed(Cause.SERVER_ERROR)),
        (http(410), StatusFailed(Cause.REFUSED)),
        (http(200, STATUS.replace("50.00", "NaN")), StatusFailed(Cause.UNREADABLE)),
        (http(200, '{"giftCardNumber": "6091000000000025", ' + STATUS[1:]), StatusFailed(Cause.WRONG_CARD)),
    ],
)  # fmt: skip
def test_a_status_that_fails(reply: Reply, result: object) -> None:
    async def body() -> None:
        async with talking(reply) as (loyalty, _):
            assert await loyalty.status(CARD) == result

    run(body)


def test_a_status_is_read_with_the_servers_clock() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS, Date="Mon, 05 Jan 2026 10:00:00 GMT")) as (loyalty, _):
            status = await loyalty.status(CARD)
            assert isinstance(status, CardStatus)
            assert status.server_time == datetime(2026, 1, 5, 10, tzinfo=UTC)
            assert status.available == Money(4450, EUR)
            assert await loyalty.status(CARD, INSTRUMENT) == status
            assert await loyalty.status(CARD, InstrumentId("other")) == StatusFailed(Cause.WRONG_CARD)

    run(body)


def test_a_hold_is_told_with_its_balance_and_whose_it_is() -> None:
    async def body() -> None:
        own = f'{{"authCode": "A1", "amount": 20, "account": {ACCOUNT}, "giftCardId": "gc_0017_internal"}}'
        async with talking(http(201, own), http(200, '{"authCode": 9, "giftCardId": "x"}')) as (loyalty, _):
            balance = Balance(Money(5000, EUR), Money(550, EUR))
            assert await pay(loyalty) == HoldPlaced(AuthCode("A1"), Money(2000, EUR), balance)
            assert await pay(loyalty) == HoldPlaced(AuthCode("9"), TWENTY_FIVE, None, same_card=False)

    run(body)


@pytest.mark.parametrize(
    "reply",
    [
        http(200),
        http(401),
        http(403),
        http(404),
        http(302),
        http(429),
        Cut(b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n"),
    ],
)
def test_any_answer_of_the_server_itself_means_that_it_can_be_reached(reply: Reply) -> None:
    async def body() -> None:
        async with talking(reply) as (loyalty, server):
            told = await loyalty.probe()
            assert isinstance(told, tuple)
            assert 0 < told[0] < 1000
            assert told[1] is None
        assert server.asked[0].line == "GET /api HTTP/1.1"

    run(body)


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_gateway_before_a_server_that_is_down_is_no_server(code: int) -> None:
    async def body() -> None:
        half = Cut(b"HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\n")
        async with talking(http(code, "", Retry_After="7"), half) as (loyalty, _):
            assert await loyalty.probe() == StatusFailed(Cause.SERVER_ERROR, retry_after_s=7.0)
            assert await loyalty.probe() == StatusFailed(Cause.SERVER_ERROR)

    run(body)


def test_a_probe_tells_the_servers_time_and_opens_the_connection_for_the_next_status() -> None:
    async def body() -> None:
        async with talking(http(404, "", Date="Mon, 05 Jan 2026 10:00:00 GMT"), http(200, STATUS)) as (
            loyalty,
            server,
        ):
            told = await loyalty.probe()
            assert isinstance(told, tuple)
            assert told[1] == datetime(2026, 1, 5, 10, tzinfo=UTC)
            await loyalty.status(CARD)
        assert [asked.connection for asked in server.asked] == [1, 1]

    run(body)


# --- what is noted, and what never is -----------------------------------------------------------------------


def test_every_exchange_is_noted() -> None:
    noted: list[dict[str, object]] = []

    def note(name: str, facts: object) -> None:
        assert name == "request"
        noted.append(dict(facts))  # type: ignore[call-overload]

    async def body() -> None:
        async with talking(http(200, STATUS), Cut(), note=note) as (loyalty, server):
            await loyalty.status(CARD)
            await pay(loyalty)
            await loyalty.cancel("op-1", CARD, INSTRUMENT, CODE)
        assert [fact["request_id"] for fact in noted] == [a.headers["x-request-id"] for a in server.asked]

    run(body)
    assert all(isinstance(fact.pop("ms"), float) and fact.pop("request_id") for fact in noted)
    assert noted == [
        {"operation": None, "call": "status", "card": "•••• 0017", "status": 200, "problem": None},
        {"operation": "op-1", "call": "pay", "card": "•••• 0017", "status": None, "problem": "lost"},
        {"operation": "op-1", "call": "cancel", "card": "•••• 0017", "status": None, "problem": "lost"},
    ]


def test_what_of_an_answer_could_not_be_read_is_told_without_its_value() -> None:
    noted: list[tuple[str, dict[str, object]]] = []

    async def body() -> None:
        odd = http(200, STATUS.replace("50.00", '"fifty"'))
        replies = [odd, http(200, '{"amount": 25}'), http(200, '{"giftCardId": 1, "account": 6091}')]
        async with talking(*replies, note=lambda name, facts: noted.append((name, dict(facts)))) as (
            loyalty,
            _,
        ):
            status, hold = await loyalty.status(CARD), await pay(loyalty)
            sold = await loyalty.issue("op-1", CARD, INSTRUMENT, None)
        assert isinstance(status, StatusFailed)
        assert status.misfit == Misfit("account.amountNet", "text")
        assert isinstance(hold, OutcomeUnknown)
        assert hold.misfit == Misfit("authCode", "missing")
        assert isinstance(sold, OutcomeUnknown)
        assert sold.misfit == Misfit("account", "a number")

    run(body)
    told = [(facts["member"], facts["shape"]) for name, facts in noted if name == "unreadable"]
    assert told == [("account.amountNet", "text"), ("authCode", "missing"), ("account", "a number")]
    ids = [facts["request_id"] for _, facts in noted]
    assert ids[0::2] == ids[1::2]


def test_an_answer_that_was_packed_unasked_is_read_up_to_the_same_limit() -> None:
    async def body() -> None:
        packed = http(200, gzip.compress(STATUS.encode()), Content_Encoding="gzip")
        bomb = http(200, gzip.compress(b" " * (MAX_BODY_BYTES + 1)), Content_Encoding="gzip")
        refusal = http(422, gzip.compress(b'{"detail": "No"}'), Content_Encoding="x-gzip")
        half = http(200, gzip.compress(STATUS.encode())[:-9], Content_Encoding="gzip")
        other = http(200, STATUS, Content_Encoding="br")
        async with talking(packed, bomb, half, other, refusal) as (loyalty, _):
            assert isinstance(await loyalty.status(CARD), CardStatus)
            for _unread in (bomb, half, other):
                assert await loyalty.status(CARD) == StatusFailed(Cause.UNREADABLE)
            assert await pay(loyalty) == Refused(Cause.REFUSED, "No")

    run(body)


def test_a_code_is_found_in_a_plain_text_and_in_a_location() -> None:
    async def body() -> None:
        replies = [
            http(200, "A1-77", Content_Type="text/plain"),
            http(201, "", Location="/loyalty/authorizations/A1-78"),
            http(204, "", Location="/loyalty/authorizations/A1-79"),
            http(202, "A1-77", Content_Type="text/plain"),
        ]
        async with talking(*replies) as (loyalty, _):
            for code in ("A1-77", "A1-78", "A1-79"):
                assert await pay(loyalty) == HoldPlaced(AuthCode(code), TWENTY_FIVE)
            assert await pay(loyalty) == OutcomeUnknown(Cause.NOT_YET)

    run(body)


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_no_secret_is_logged_noted_or_shown(level: str, caplog: pytest.LogCaptureFixture) -> None:
    noted: list[object] = []
    echo = '{"detail": "Card 6091 0000 0000 0017 of till-token-9c1f, A-77-secret/1, gc_0017_internal"}'
    replies: list[Reply] = [http(200, STATUS), http(422, echo), http(500, echo), Cut(), http(302, echo)]
    shown: list[object] = []

    async def body() -> None:
        for reply in replies:
            async with talking(reply, note=lambda *facts: noted.append(facts)) as (loyalty, _):
                shown.extend([*(await all_calls(loyalty)), loyalty, vars(loyalty)["_token"]])
        loyalty = client("http://localhost:1", note=lambda *facts: noted.append(facts))
        shown.extend(await all_calls(loyalty))
        await loyalty.close()

    caplog.set_level(level)
    run(body)
    told = [record.getMessage() for record in caplog.records] + [
        repr(record.args) for record in caplog.records
    ]
    text = "\n".join([*told, *map(repr, shown), *map(str, shown), *map(repr, noted)])
    for secret in ("6091000000000017", "0000 0000", "till-token-9c1f", "A-77-secret", "gc_0017_internal"):
        assert secret not in text
    assert "httpx" not in {record.name.split(".")[0] for record in caplog.records}
    assert "httpcore" not in {record.name.split(".")[0] for record in caplog.records}


# --- settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "server",
    [
        "", "loyalty", "ftp://centara.online", "http://centara.online", "http://127.0.0.1.evil.example/",
        "http://localhost@evil.example", "http://evil.example\\@localhost/", "https://", "https:///x",
        "https://user:hunter2@centara.online", "https://centara.online/?a=b", "https://centara.online/#x",
        "https://a b/", "https://x\n.example", f"https://{'a' * 70}.example", "https://[::1", "https://x:y",
        "https://a..example", "http://0x7f000001", "http://[::2]",
    ],
)  # fmt: skip
def test_an_address_that_cannot_or_must_not_be_used_is_a_settings_error(server: str) -> None:
    with pytest.raises(SettingsError, match=r"^loyalty\.server [^\n]*\.$") as error:
        client(server)
    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    "server",
    [
        "https://centara.online/loyalty/api/v1/pos", "http://127.0.0.1:1", "http://127.9.9.9",
        "http://[::1]:80/x", "http://LOCALHOST/", "https://bücher.example",
    ],
)  # fmt: skip
def test_addresses_that_are_used(server: str) -> None:
    assert not client(server)._requests.base.endswith("/")


@given(st.from_regex(r"https?://[a-z0-9.@:\[\]\\\\/?#%_-]{1,20}", fullmatch=True))
def test_an_address_that_is_taken_leads_the_client_where_it_says(address: str) -> None:
    """The parser of the settings and the one that connects must not differ on whose server it is."""
    try:
        base = server_address(address)
    except ValueError:
        return
    url, parts = httpx.URL(base), urlsplit(base)
    assert (url.scheme, url.host, url.port) == (parts.scheme, parts.hostname, _port(parts))
    assert url.userinfo == url.query == b""


def _port(parts: SplitResult) -> int | None:
    """The port, unless it is the scheme's own, which httpx leaves out."""
    return None if parts.port == {"http": 80, "https": 443}[parts.scheme] else parts.port


def test_an_empty_group_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match=r"loyalty\.group"):
        client("https://centara.online", group="")


@pytest.mark.parametrize("token", ["", " ", "a\nb", "bü", " padded", "\x00"])
def test_a_token_that_cannot_go_into_a_header_is_a_settings_error(token: str) -> None:
    with pytest.raises(SettingsError, match="access token"):
        client("https://centara.online", token=AccessToken(token))


def test_fulfils_the_port() -> None:
    made: Callable[[str], Loyalty] = client
    assert made("https://centara.online") is not None
