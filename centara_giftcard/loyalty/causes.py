"""What a failed exchange means: the map from httpx's exceptions to causes.

Only what happens while a connection is being made is provably *not sent*. From the first byte on, every
failure leaves the outcome unknown, and so does every exception nobody thought of.
"""

import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpx

from centara_giftcard.domain.replies import Cause, Misfit, NotSent, OutcomeUnknown

NOT_SENT: Final = frozenset({Cause.NAME, Cause.CONNECT, Cause.TLS})
"""The causes that prove that the server never saw the request."""

_BEFORE_SENDING: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,  # raised before a connection is looked for
    httpx.InvalidURL,  # raised while an address is read; redirects, its other source, are not followed
)
# httpx.LocalProtocolError is not among them: it may come after the headers were written.


class ReplyTooLarge(Exception):
    """A body beyond the limit, packed or unpacked, or packed in a way that nobody knows; `shape` tells."""

    def __init__(self, shape: str) -> None:
        super().__init__(shape)
        self.shape = shape


def cause_of(error: Exception) -> Cause:
    """Say what the failure of an exchange proves. Total: an exception it does not know is LOST."""
    if isinstance(error, _BEFORE_SENDING):
        return _connect_cause(error)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Cause.TIMEOUT
    if isinstance(error, httpx.DecodingError | ReplyTooLarge):
        return Cause.UNREADABLE
    return Cause.LOST


def failed_post(error: Exception) -> NotSent | OutcomeUnknown:
    """Turn the failure of a POST into its result."""
    cause = cause_of(error)
    return NotSent(cause) if cause in NOT_SENT else OutcomeUnknown(cause, misfit=misfit_of(error))


def misfit_of(error: Exception) -> Misfit | None:
    """What of an answer did not fit, where that is why the exchange failed."""
    return Misfit("body", error.shape) if isinstance(error, ReplyTooLarge) else None


def _connect_cause(error: Exception) -> Cause:
    for reason in _reasons(error):
        if isinstance(reason, socket.gaierror):
            return Cause.NAME
        if isinstance(reason, ssl.SSLError):
            return Cause.TLS
    return Cause.CONNECT


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """The exceptions an exception came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
