"""Addresses on a network, read once and for all: settings, set-up, client and printer take them from here.

What is accepted is less than the standards allow, so that every library reads it alike: an address that one
parser takes for this computer and another for somebody else's would send a token there.
"""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_PATH: Final = re.compile(r"[\w/.~!$&'()*+,;=:@%-]*")

MAX_LABEL: Final = 63
MAX_HOST: Final = 253


def server_address(text: str) -> str:
    """Return the base address of a Loyalty server, without a slash at its end; plain http for loopback only.

    Raises ValueError with the end of a sentence, which does not repeat the address: it may hold a password.
    """
    parts = _split(text)
    host = parts.hostname or "" if parts is not None else ""
    if parts is None or parts.scheme not in {"http", "https"} or not _is_host(host):
        raise ValueError("must be an address that begins with https://")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password: the token is kept apart")
    if "?" in text or "#" in text or not _PATH.fullmatch(parts.path):
        raise ValueError("must end with the path, without ? or #")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https://: plain http is for this computer only")
    return text.rstrip("/")


def printer_address(text: str) -> tuple[str, int]:
    """Return host and port of a network printer's `tcp://host:port`. Raises ValueError as above."""
    parts = _split(text)
    host, port = (parts.hostname or "", parts.port) if parts is not None else ("", None)
    if not port or parts is None or not _is_host(host) or text.lower() != f"tcp://{parts.netloc}".lower():
        raise ValueError('must be an address such as "tcp://printer:9100"')
    return host, port


def _split(text: str) -> SplitResult | None:
    """The parts of an address, its port a number; None where it has none or is not one."""
    if not text.isprintable() or " " in text or "\\" in text:
        return None  # what parsers drop without a word, or take for a slash
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_host(host: str) -> bool:
    if not _HOST.fullmatch(host) or len(host) > MAX_HOST:
        return False
    if host.isascii():
        return all(len(label) <= MAX_LABEL for label in host.split("."))
    try:
        host.encode("idna")  # as it will be asked for
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host.rstrip(".") == "localhost":
        return True
    from ipaddress import ip_address  # the first paint does without it

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
