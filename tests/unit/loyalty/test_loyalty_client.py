"""What a till gets for what a server, or the way to it, does: over real sockets."""

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from loyalty_server import (
    ACCOUNT,
    CARD,
    CODE,
    EUR,
    INSTRUMENT,
    STATUS,
    Cut,
    Dribble,
    Reply,
    Stall,
    client,
    http,
    run,
    serving,
    talking,
)

from centara_giftcard import __version__
from centara_giftcard.domain.cards import Balance, CardStatus
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AccessToken, AuthCode, InstrumentId
from centara_giftcard.loyalty.client import MAX_BODY_BYTES, HttpLoyalty
from centara_giftcard.loyalty.rules import WireRules
from centara_giftcard.terminal.ports import Loyalty

PAY = '{"authCode": "A1", "amount": 25.00}'
TWENTY_FIVE = Money(2500, EUR)


async def pay(loyalty: HttpLoyalty, amount: Money = TWENTY_FIVE) -> object:
    return await loyalty.request_payment("op-1", CARD, INSTRUMENT, amount)


# --- what is sent -------------------------------------------------------------------------------------------


def test_the_four_calls_go_where_the_api_page_says() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await pay(loyalty)
            await loyalty.commit("op-1", CARD, CODE)
            await loyalty.cancel("op-1", INSTRUMENT, CODE)
        base = "/api/loyaltyGroups/acme"
        assert [asked.line for asked in server.asked] == [
            f"GET {base}/giftcards/6091000000000017 HTTP/1.1",
            f"POST {base}/giftcards/6091000000000017/_pay HTTP/1.1",
            f"POST {base}/giftcards/6091000000000017/authorizations/A-77-secret%2F1/_commit HTTP/1.1",
            f"POST {base}/instruments/gc_0017_internal/authorizations/A-77-secret%2F1/_cancel HTTP/1.1",
        ]
        assert [asked.body for asked in server.asked] == [b"", b'{"amount": 25.00}', b"", b""]

    run(body)


def test_headers_are_those_of_the_contract() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await pay(loyalty)
            await loyalty.commit("op-1", CARD, CODE)
            await loyalty.commit("op-1", CARD, CODE)
        status, paying, first, again = (asked.headers for asked in server.asked)
        assert status["authorization"] == "Bearer till-token-9c1f"
        assert status["accept"] == paying["content-type"] == "application/json"
        assert status["user-agent"] == f"centara-giftcard/{__version__}"
        assert "idempotency-key" not in status
        assert paying["idempotency-key"] == "op-1"
        assert first["idempotency-key"] == again["idempotency-key"] == "op-1"
        assert len({asked.headers["x-request-id"] for asked in server.asked}) == 4

    run(body)


def test_an_integrator_can_change_header_and_fields() -> None:
    rules = WireRules(auth_header="X-Token", auth_scheme="", amount_field="value", auth_code_field="code")

    async def body() -> None:
        async with talking(http(200, '{"code": 17, "value": 24.5}'), rules=rules) as (loyalty, server):
            assert await pay(loyalty) == HoldPlaced(AuthCode("17"), Money(2450, EUR))
        assert server.asked[0].headers["x-token"] == "till-token-9c1f"
        assert server.asked[0].body == b'{"value": 25.00}'

    run(body)


@pytest.mark.parametrize(
    ("code", "minor", "sent"), [("ISK", 25, b"25"), ("EUR", 5, b"0.05"), ("KWD", 25000, b"25.000")]
)
def test_amounts_are_sent_with_the_currencys_own_decimals(code: str, minor: int, sent: bytes) -> None:
    async def body() -> None:
        currency = Currency.of(code)
        async with talking(http(200, PAY), currency=currency) as (loyalty, server):
            await pay(loyalty, Money(minor, currency))
        assert server.asked[0].body == b'{"amount": ' + sent + b"}"

    run(body)


@pytest.mark.parametrize("text", [".", "..", "../../x", "a/b?c#d", "%2e%2e", "ü ñ", "~", "a;b=c&d"])
def test_a_hostile_auth_code_stays_in_its_own_segment(text: str) -> None:
    async def body() -> None:
        async with talking(http(200)) as (loyalty, server):
            await loyalty.commit("op-1", CARD, AuthCode(text))
        target = server.asked[0].line.split(" ")[1]
        segments = target.split("/")
        assert segments[:6] == ["", "api", "loyaltyGroups", "acme", "giftcards", "6091000000000017"]
        assert segments[6] == "authorizations"
        assert segments[8:] == ["_commit"]
        assert segments[7] not in (".", "..")
        assert httpx.QueryParams(f"x={segments[7]}")["x"] == text

    run(body)


# --- connections --------------------------------------------------------------------------------------------


def test_status_calls_share_a_connection_and_every_post_has_its_own() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            for _ in range(3):
                await loyalty.status(CARD)
            await pay(loyalty)
            await loyalty.commit("op-1", CARD, CODE)
            await loyalty.status(CARD)
        assert [asked.connection for asked in server.asked] == [1, 1, 1, 2, 3, 1]
        assert server.asked[3].headers["connection"] == "close"

    run(body)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 2"])
def test_a_status_on_a_connection_gone_stale_is_read_over_a_new_one(first: bytes) -> None:
    async def body() -> None:
        async with talking(http(200, STATUS), Cut(first), http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            assert isinstance(await loyalty.status(CARD), CardStatus)
        assert [asked.connection for asked in server.asked] == [1, 1, 2]

    run(body)


def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await server.hang_up()
            assert isinstance(await loyalty.status(CARD), CardStatus)
        assert [asked.connection for asked in server.asked] == [1, 2]

    run(body)


def test_a_status_on_a_new_connection_is_not_repeated() -> None:
    async def body() -> None:
        async with talking(Cut()) as (loyalty, server):
            assert await loyalty.status(CARD) == StatusFailed(Cause.LOST)
        assert len(server.asked) == 1

    run(body)


def test_no_post_is_ever_repeated() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS), Cut()) as (loyalty, server):
            await loyalty.status(CARD)
            assert await pay(loyalty) == OutcomeUnknown(Cause.LOST)
            assert await loyalty.commit("op-1", CARD, CODE) == OutcomeUnknown(Cause.LOST)
            assert await loyalty.cancel("op-1", INSTRUMENT, CODE) == OutcomeUnknown(Cause.LOST)
        assert len(server.asked) == 4

    run(body)


def test_cancelled_status_calls_do_not_use_connections_up() -> None:
    async def body() -> None:
        async with talking(Stall()) as (loyalty, server):
            for wait_ms in range(30):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(loyalty.status(CARD), wait_ms / 5000)
            server.script = [http(200, STATUS)]
            assert isinstance(await loyalty.status(CARD), CardStatus)

    run(body)


def test_statuses_asked_for_at_the_same_time_survive_each_others_failure() -> None:
    async def body() -> None:
        slow = [http(200, STATUS)] * 3
        async with talking(*slow, Stall(), http(200, STATUS)) as (loyalty, _):
            results = await asyncio.gather(*(loyalty.status(CARD) for _ in range(6)))
        assert sum(isinstance(result, CardStatus) for result in results) >= 4

    run(body)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, _):
            assert isinstance(await loyalty.status(CARD), CardStatus)

    run(body)


# --- not sent -----------------------------------------------------------------------------------------------


async def all_calls(loyalty: HttpLoyalty) -> list[object]:
    return [
        await pay(loyalty),
        await loyalty.commit("op-1", CARD, CODE),
        await loyalty.cancel("op-1", INSTRUMENT, CODE),
        await loyalty.status(CARD),
        await loyalty.probe(),
    ]


def assert_never_sent(address: str, cause: Cause) -> None:
    async def body() -> None:
        loyalty = client(address)
        assert await all_calls(loyalty) == [NotSent(cause)] * 3 + [StatusFailed(cause)] * 2
        await loyalty.close()

    run(body)


def test_a_refused_connection_was_not_sent() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can answer there
        taken.bind(("127.0.0.1", 0))
        assert_never_sent(f"http://127.0.0.1:{taken.getsockname()[1]}", Cause.CONNECT)


def test_a_name_that_cannot_be_resolved_was_not_sent() -> None:
    assert_never_sent("https://no-such-host.invalid", Cause.NAME)


def test_a_certificate_that_is_not_trusted_is_never_bypassed(tmp_path: Path) -> None:
    async def body() -> None:
        async with serving(http(200, STATUS), tls=self_signed(tmp_path)) as server:
            loyalty = client(server.address)
            results = await all_calls(loyalty)
            await loyalty.close()
            await asyncio.sleep(0.05)
        assert results == [NotSent(Cause.TLS)] * 3 + [StatusFailed(Cause.TLS)] * 2
        assert server.asked == []

    run(body)


def test_a_server_that_speaks_no_tls_was_not_sent_anything() -> None:
    async def body() -> None:
        async with serving(http(200, STATUS)) as server:
            server.script = [Cut(b"HTTP/1.1 400 Bad Request\r\n\r\n")]
            loyalty = client(server.address.replace("http:", "https:"), connect_timeout_s=0.3)
            assert isinstance(await pay(loyalty), NotSent)
            await loyalty.close()
        assert server.asked == []

    run(body)


def test_no_connection_in_time_was_not_sent() -> None:
    async def body() -> None:
        with socket.socket() as full:  # a listener that accepts nothing: its queue fills up
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            loyalty = client(f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout_s=0.1)
            assert await pay(loyalty) == NotSent(Cause.CONNECT)
            assert await loyalty.status(CARD) == StatusFailed(Cause.CONNECT)
            await loyalty.close()
            for one in waiting:
                one.close()

    run(body)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the trust store is the system's own dialogue")
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
def test_tls_goes_by_the_systems_trust_store_and_by_the_hosts_name(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        async with serving(http(200, STATUS), tls=self_signed(tmp_path, host)) as server:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
            loyalty = client(server.address)
            status, resolved = await loyalty.status(CARD), await loyalty.commit("op-1", CARD, CODE)
            await loyalty.close()
            await asyncio.sleep(0.05)
        if host == "127.0.0.1":
            assert isinstance(status, CardStatus)
            assert resolved == Accepted()
        else:
            assert (status, resolved) == (StatusFailed(Cause.TLS), NotSent(Cause.TLS))
            assert server.asked == []

    run(body)


def self_signed(folder: Path, host: str = "127.0.0.1") -> ssl.SSLContext:
    """A server's TLS context with a certificate that vouches for itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kind, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    pem = certificate.public_bytes(kind) + key.private_bytes(kind, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


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
        async with talking(reply, connect_timeout_s=0.4) as (loyalty, server):
            assert await pay(loyalty) == OutcomeUnknown(cause)
            assert await loyalty.status(CARD) == StatusFailed(cause)
        assert len(server.asked) == 2

    run(body)


def test_an_auth_code_is_rescued_from_a_reply_that_is_cut_off() -> None:
    promised = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
    whole = b'{"authCode": "A1", "amount": 2'
    oversized = http(200, whole + b"5, " + b" " * MAX_BODY_BYTES)

    async def body() -> None:
        script = [Cut(promised + whole), Stall(promised + whole), http(200, whole), oversized]
        async with talking(*script) as (loyalty, _):
            assert await pay(loyalty) == OutcomeUnknown(Cause.LOST, auth_code=AuthCode("A1"))
            assert await pay(loyalty) == OutcomeUnknown(Cause.TIMEOUT, auth_code=AuthCode("A1"))
            assert await pay(loyalty) == OutcomeUnknown(Cause.UNREADABLE, auth_code=AuthCode("A1"))
            assert await pay(loyalty) == OutcomeUnknown(Cause.UNREADABLE, auth_code=AuthCode("A1"))

    run(body)


@pytest.mark.parametrize("call", ["commit", "cancel"])
def test_any_success_resolves_a_hold_even_if_its_body_breaks_off(call: str) -> None:
    async def resolve(loyalty: HttpLoyalty) -> object:
        if call == "commit":
            return await loyalty.commit("op-1", CARD, CODE)
        return await loyalty.cancel("op-1", INSTRUMENT, CODE)

    async def body() -> None:
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"
        script = [http(204), http(200, "{}"), http(202, "garbage"), Cut(half), Stall(half)]
        page = http(200, "<html>Please sign in</html>", Content_Type="text/html; charset=utf-8")
        async with talking(*script, page, Stall(), http(503, "", Retry_After="7")) as (loyalty, _):
            for _ in script:
                assert await resolve(loyalty) == Accepted()
            assert await resolve(loyalty) == OutcomeUnknown(Cause.UNREADABLE)
            assert await resolve(loyalty) == OutcomeUnknown(Cause.TIMEOUT)
            assert await resolve(loyalty) == OutcomeUnknown(Cause.SERVER_ERROR, 7.0)

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
            assert await loyalty.commit("op-1", CARD, CODE) == result
            assert await loyalty.cancel("op-1", INSTRUMENT, CODE) == result

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
    "reply", [http(200), http(404), http(500), Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")]
)
def test_any_answer_at_all_means_that_the_server_can_be_reached(reply: Reply) -> None:
    async def body() -> None:
        async with talking(reply) as (loyalty, server):
            told = await loyalty.probe()
            assert isinstance(told, tuple)
            assert 0 < told[0] < 1000
            assert told[1] is None
        assert server.asked[0].line == "GET /api HTTP/1.1"

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
            await loyalty.cancel("op-1", INSTRUMENT, CODE)
        assert [fact["request_id"] for fact in noted] == [a.headers["x-request-id"] for a in server.asked]

    run(body)
    assert all(isinstance(fact.pop("ms"), float) and fact.pop("request_id") for fact in noted)
    assert noted == [
        {"operation": None, "call": "status", "card": "•••• 0017", "status": 200, "problem": None},
        {"operation": "op-1", "call": "pay", "card": "•••• 0017", "status": None, "problem": "lost"},
        {"operation": "op-1", "call": "cancel", "card": None, "status": None, "problem": "lost"},
    ]


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
    assert not client(server)._addresses.base.endswith("/")


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
