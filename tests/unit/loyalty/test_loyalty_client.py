"""What a till sends, over which connections, and what was never sent: over real sockets."""

import asyncio
import socket
import ssl
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from unit.loyalty.loyalty_server import (
    CARD,
    CODE,
    EUR,
    INSTRUMENT,
    PAY,
    STATUS,
    TWENTY_FIVE,
    Cut,
    Stall,
    all_calls,
    card_and_status,
    client,
    http,
    pay,
    run,
    serving,
    talking,
)

from centara_giftcard import __version__
from centara_giftcard.domain.cards import CardStatus
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    NotSent,
    OutcomeUnknown,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode

# --- what is sent -------------------------------------------------------------------------------------------


def test_the_seven_calls_go_where_the_api_page_says() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await pay(loyalty)
            await loyalty.commit("op-1", CARD, INSTRUMENT, CODE)
            await loyalty.cancel("op-1", CARD, INSTRUMENT, CODE)
            await loyalty.issue("op-1", CARD, INSTRUMENT, TWENTY_FIVE)
            await loyalty.issue("op-1", CARD, INSTRUMENT, None)
            await loyalty.issue_live("op-1", "60/92", TWENTY_FIVE)
            await loyalty.issue_live("op-1", "60/92", None)
            await loyalty.unissue("op-1", CARD, INSTRUMENT)
        base = "/api/loyaltyGroups/acme"
        assert [asked.line for asked in server.asked] == [
            f"GET {base}/giftcards/6091000000000017 HTTP/1.1",
            f"POST {base}/giftcards/6091000000000017/_pay HTTP/1.1",
            f"POST {base}/giftcards/6091000000000017/authorizations/A-77-secret%2F1/_commit HTTP/1.1",
            f"POST {base}/instruments/gc_0017_internal/authorizations/A-77-secret%2F1/_cancel HTTP/1.1",
            *[f"POST {base}/giftcards/6091000000000017/_issue HTTP/1.1"] * 2,
            *[f"POST {base}/giftCardSeries/60%2F92/giftcards/_issue HTTP/1.1"] * 2,
            f"POST {base}/giftcards/6091000000000017/_unissue HTTP/1.1",
        ]
        amount = b'{"amount": 25.00}'
        bodies = [asked.body for asked in server.asked]
        assert bodies == [b"", amount, b"", b"", amount, b"", amount, b"", b""]

    run(body)


def test_headers_are_those_of_the_contract() -> None:
    async def body() -> None:
        async with talking(http(200, STATUS)) as (loyalty, server):
            await loyalty.status(CARD)
            await pay(loyalty)
            await loyalty.commit("op-1", CARD, INSTRUMENT, CODE)
            await loyalty.commit("op-1", CARD, INSTRUMENT, CODE)
            await loyalty.cancel("op-1", CARD, INSTRUMENT, CODE)
            await loyalty.issue("op-2", CARD, INSTRUMENT, None)
            await loyalty.issue_live("op-3", "6092", None)
            await loyalty.unissue("op-4", CARD, INSTRUMENT)
        status, paying, first, again, *others = (asked.headers for asked in server.asked)
        assert status["authorization"] == "Bearer till-token-9c1f"
        assert status["accept"] == paying["content-type"] == "application/json"
        assert status["user-agent"] == f"centara-giftcard/{__version__}"
        assert "idempotency-key" not in status
        assert paying["idempotency-key"] == "op-1-pay"
        assert first["idempotency-key"] == again["idempotency-key"] == "op-1-commit"
        keys = [headers["idempotency-key"] for headers in others]
        assert keys == ["op-1-cancel", "op-2-issue", "op-3-issue", "op-4-unissue"]
        assert len({asked.headers["x-request-id"] for asked in server.asked}) == 8

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
            await loyalty.commit("op-1", CARD, INSTRUMENT, AuthCode(text))
        target = server.asked[0].line.split(" ")[1]
        segments = target.split("/")
        assert segments[:6] == ["", "api", "loyaltyGroups", "acme", "giftcards", "6091000000000017"]
        assert segments[6] == "authorizations"
        assert segments[8:] == ["_commit"]
        assert segments[7] not in (".", "..")
        assert httpx.QueryParams(f"x={segments[7]}")["x"] == text

    run(body)


# --- connections --------------------------------------------------------------------------------------------


def test_first_readings_share_a_connection_and_every_other_call_has_its_own() -> None:
    (two, second), (three, third) = card_and_status(2), card_and_status(3)

    async def body() -> None:
        answers = [http(200, text) for text in (STATUS, second, PAY, "", STATUS, third)]
        async with talking(*answers) as (loyalty, server):
            await loyalty.status(CARD)
            await loyalty.status(two)
            await pay(loyalty)
            await loyalty.commit("op-1", CARD, INSTRUMENT, CODE)
            assert isinstance(await loyalty.status(CARD), CardStatus)
            assert isinstance(await loyalty.status(three), CardStatus)
        assert [asked.connection for asked in server.asked] == [1, 1, 2, 3, 4, 1]
        assert server.asked[2].headers["connection"] == server.asked[4].headers["connection"] == "close"

    run(body)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 2"])
def test_a_status_on_a_connection_gone_stale_is_read_over_a_new_one(first: bytes) -> None:
    two, second = card_and_status(2)

    async def body() -> None:
        async with talking(http(200, STATUS), Cut(first), http(200, second)) as (loyalty, server):
            await loyalty.status(CARD)
            assert isinstance(await loyalty.status(two), CardStatus)
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
            assert await loyalty.commit("op-1", CARD, INSTRUMENT, CODE) == OutcomeUnknown(Cause.LOST)
            assert await loyalty.cancel("op-1", CARD, INSTRUMENT, CODE) == OutcomeUnknown(Cause.LOST)
            assert await loyalty.issue("op-1", CARD, INSTRUMENT, None) == OutcomeUnknown(Cause.LOST)
            assert await loyalty.issue_live("op-1", "6092", None) == OutcomeUnknown(Cause.LOST)
            assert await loyalty.unissue("op-1", CARD, INSTRUMENT) == OutcomeUnknown(Cause.LOST)
        assert len(server.asked) == 7

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


def assert_never_sent(address: str, cause: Cause) -> None:
    async def body() -> None:
        loyalty = client(address)
        assert await all_calls(loyalty) == [NotSent(cause)] * 6 + [StatusFailed(cause)] * 2
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
        assert results == [NotSent(Cause.TLS)] * 6 + [StatusFailed(Cause.TLS)] * 2
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
@pytest.mark.parametrize(
    ("host", "days_ahead"),
    [
        pytest.param("127.0.0.1", 0, id="good"),
        pytest.param("127.0.0.2", 0, id="another host's"),
        pytest.param("127.0.0.1", 2, id="not valid yet, by a computer whose clock is behind"),
        pytest.param("127.0.0.1", -2, id="run out, by a computer whose clock is ahead"),
    ],
)
def test_tls_goes_by_the_systems_trust_store_the_hosts_name_and_the_date(
    host: str, days_ahead: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        async with serving(http(200, STATUS), tls=self_signed(tmp_path, host, days_ahead)) as server:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
            loyalty = client(server.address)
            status, resolved = (
                await loyalty.status(CARD),
                await loyalty.commit("op-1", CARD, INSTRUMENT, CODE),
            )
            await loyalty.close()
            await asyncio.sleep(0.05)
        if (host, days_ahead) == ("127.0.0.1", 0):
            assert isinstance(status, CardStatus)
            assert resolved == Accepted()
        else:
            assert (status, resolved) == (StatusFailed(Cause.TLS), NotSent(Cause.TLS))
            assert server.asked == []

    run(body)


def self_signed(folder: Path, host: str = "127.0.0.1", days_ahead: int = 0) -> ssl.SSLContext:
    """A server's TLS context with a certificate that vouches for itself, around a day that is today's."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) + timedelta(days=days_ahead)
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
