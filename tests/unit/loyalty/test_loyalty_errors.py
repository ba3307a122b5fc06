"""Every exception httpx can raise has a meaning, and only those of the connecting phase prove anything."""

import socket
import ssl

import httpx
import pytest

from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown
from centara_giftcard.loyalty.causes import ReplyTooLarge, cause_of, failed_post

CONNECTING = {"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "InvalidURL"}
MEANING = {
    **dict.fromkeys(CONNECTING, Cause.CONNECT),
    **dict.fromkeys(["TimeoutException", "ReadTimeout", "WriteTimeout"], Cause.TIMEOUT),
    "DecodingError": Cause.UNREADABLE,
    **dict.fromkeys(
        """CloseError CookieConflict HTTPError HTTPStatusError LocalProtocolError NetworkError ProtocolError
        ProxyError ReadError RemoteProtocolError RequestError RequestNotRead ResponseNotRead StreamClosed
        StreamConsumed StreamError TooManyRedirects TransportError WriteError""".split(),
        Cause.LOST,
    ),
}
EXCEPTIONS = {
    name: kind
    for name in httpx.__all__
    if isinstance(kind := getattr(httpx, name), type) and issubclass(kind, Exception)
}


def made(kind: type[Exception]) -> Exception:
    error = kind.__new__(kind)
    Exception.__init__(error, "told")
    return error


def test_the_map_names_every_exception_of_httpx() -> None:
    assert set(EXCEPTIONS) == set(MEANING)


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_only_the_connecting_phase_proves_that_nothing_was_sent(name: str) -> None:
    error = made(EXCEPTIONS[name])
    assert cause_of(error) is MEANING[name]
    assert isinstance(failed_post(error), NotSent if name in CONNECTING else OutcomeUnknown)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (TimeoutError(), Cause.TIMEOUT),
        (ReplyTooLarge("too large"), Cause.UNREADABLE),
        (ssl.SSLError("alert after the handshake"), Cause.LOST),
        (socket.gaierror("not while connecting"), Cause.LOST),
        (ConnectionRefusedError(), Cause.LOST),
        (RuntimeError("a bug in a library"), Cause.LOST),
    ],
)
def test_everything_else_leaves_the_outcome_unknown(error: Exception, cause: Cause) -> None:
    assert failed_post(error) == OutcomeUnknown(cause)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (socket.gaierror(-2, "unknown"), Cause.NAME),
        (ssl.SSLCertVerificationError("self-signed"), Cause.TLS),
        (ssl.SSLError("wrong version"), Cause.TLS),
        (ConnectionRefusedError(), Cause.CONNECT),
    ],
)
def test_why_no_connection_was_made_is_told_by_what_lies_underneath(reason: Exception, cause: Cause) -> None:
    error = httpx.ConnectError("told")
    error.__context__ = RuntimeError("between")
    error.__context__.__cause__ = reason
    reason.__context__ = error  # a circle must not matter
    assert cause_of(error) is cause
