"""Addresses on a network, read once and for all: settings, set-up, client and printer take them from here.

What is accepted is less than the standards allow, so that every library reads it alike: an address that one
parser takes for this computer and another for somebody else's would send a token there.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from centara_giftcard.domain.sentences import BadValue, Sentence, together

_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_PATH: Final = re.compile(r"[\w/.~!$&'()*+,;=:@%-]*")
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_CALL: Final = re.compile(r"(?:/[A-Za-z0-9_.~!$&'()*+,;=:@-]*)+(?:\?[A-Za-z0-9_.~!$&'()*+,;=:@/-]*)?")

MAX_LABEL: Final = 63
MAX_HOST: Final = 253


def server_address(text: str) -> str:
    """Return the base address of a Loyalty server, without a slash at its end; plain http for loopback only.

    Raises BadValue with the end of a sentence, which does not repeat the address: it may hold a password.
    """
    parts = _split(text)
    host = parts.hostname or "" if parts is not None else ""
    if parts is None or parts.scheme not in {"http", "https"} or not _is_host(host):
        raise BadValue(Sentence("must be an address that begins with https://"))
    if "@" in parts.netloc:
        raise BadValue(Sentence("must not hold a user name or password: the token is kept apart"))
    if "?" in text or "#" in text or not _PATH.fullmatch(parts.path):
        raise BadValue(Sentence("must end with the path, without ? or #"))
    if parts.scheme == "http" and not _is_loopback(host):
        raise BadValue(Sentence("must begin with https://: plain http is for this computer only"))
    return text.rstrip("/")


def printer_address(text: str) -> tuple[str, int]:
    """Return host and port of a network printer's `tcp://host:port`. Raises BadValue as above."""
    parts = _split(text)
    host, port = (parts.hostname or "", parts.port) if parts is not None else ("", None)
    if not port or parts is None or not _is_host(host) or text.lower() != f"tcp://{parts.netloc}".lower():
        raise BadValue(Sentence('must be an address such as "tcp://printer:9100"'))
    return host, port


def call_address(text: str, places: Collection[str]) -> str:
    """Return the address of a call behind the server's, as `/cards/{card}/_pay`. It leads to no other host.

    `places` are the names that may stand in `{}`. Raises BadValue as above.
    """
    for name in _PLACE.findall(text):
        if name not in places:
            known = together(sorted(f"{{{it}}}" for it in places))
            told = "has no {wrong} to fill in: there are {known}"
            raise BadValue(Sentence(told, wrong=f"{{{name}}}", known=known))
    fixed = _PLACE.sub("", text)  # what is filled in is encoded, and never more than a segment
    path = text.partition("?")[0]
    # Before a first slash, or behind two, the name of another host could stand.
    if not text.startswith("/") or not _CALL.fullmatch(fixed):
        told = "must begin with / and have no other marks than an address may, without # and %"
        raise BadValue(Sentence(told))
    segments = path.split("/")[1:]
    if not all(segments[:-1]) or any(it and not it.strip(".") for it in fixed.partition("?")[0].split("/")):
        raise BadValue(Sentence("must not have an empty part, or one of dots alone"))
    return text


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
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
