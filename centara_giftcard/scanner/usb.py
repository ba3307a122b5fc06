"""Which serial port the scanner is on. Pure: it chooses among the ports that the system lists.

A scanner is known by its USB identity, because the name of its port changes from plug to plug. Where the
settings name no port, only a device that says it is a scanner is taken: card terminals and receipt printers
are USB serial devices too, and opening one of those could disturb it. A scanner that hides behind a bare
serial adapter needs its port named in the settings.
"""

import os
import re
from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

_MAKERS = frozenset(
    {
        0x05E0,  # Symbol, Zebra
        0x05F9,  # PSC, Datalogic
        0x065A,  # Opticon
        0x0C2E,  # Metrologic, Honeywell
        0x11FA,  # Code Corporation
        0x1EAB,  # Newland
    }
)
"""USB vendors whose serial devices are scanners."""

_NAME = re.compile(r"scan|bar.?code|imager", re.IGNORECASE)


class PortInfo(Protocol):
    """A serial port as pyserial's `list_ports` tells of it; the USB fields are None for any other port."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    manufacturer: str | None
    product: str | None
    description: str


class Identity(Struct, frozen=True):
    """What stays the same about a USB device when it is plugged in elsewhere."""

    vendor: int
    product: int
    serial_number: str | None


def identity_of(device: str, ports: Iterable[PortInfo]) -> Identity | None:
    """Return the identity of the port with this name (or a link to it); None for one that is not USB."""
    return next((_identity(port) for port in ports if _path(port.device) == _path(device)), None)


def choose(ports: Iterable[PortInfo], configured: str, known: Identity | None) -> str | None:
    """Return the port to open, or None if no scanner is plugged in.

    The very device seen last comes first, wherever it is now; then the configured port; with none configured,
    one of the same model, then one that says it is a scanner (the first by name, so that the choice does not
    wander).
    """
    usb = sorted((port for port in ports if port.vid is not None), key=lambda port: port.device)
    if known is not None:
        same = [port.device for port in usb if _identity(port) == known]
        if same:
            return same[0]
    if configured:
        return configured
    of_model = [p.device for p in usb if known and (p.vid, p.pid) == (known.vendor, known.product)]
    scanners = [port.device for port in usb if _says_scanner(port)]
    return next(iter(of_model + scanners), None)


def _says_scanner(port: PortInfo) -> bool:
    words = " ".join(word or "" for word in (port.manufacturer, port.product, port.description))
    return port.vid in _MAKERS or _NAME.search(words) is not None


def _identity(port: PortInfo) -> Identity | None:
    if port.vid is None or port.pid is None:
        return None
    return Identity(port.vid, port.pid, port.serial_number)


def _path(device: str) -> str:
    """One spelling of a port: links followed on Linux, letter case ignored on Windows."""
    return os.path.normcase(os.path.realpath(device))
