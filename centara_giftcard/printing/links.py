"""The ways to a receipt printer: a network connection, a serial port, a device file. Each blocks, bounded.

Every fault of the system becomes a PrintError here, so that what speaks over a link need not know its kind.
"""

import contextlib
import errno
import os
import socket
import sys
import time
from typing import Final, Protocol

from centara_giftcard.terminal.printing import PrintError, PrintTrouble

CONNECT_S: Final = 3.0
STALL_S: Final = 10.0
"""How long a printer may take nothing at all while it is being sent a receipt."""

_LAST_WORDS_S: Final = 1.0
"""How long the far end may take to hang up, so that nothing already sent is thrown away."""

_CHUNK: Final = 1024

_DEVICES: Final = "\\\\.\\"
"""Where Windows keeps its devices."""

# What pyserial raises for a device that is gone, besides OSError (see scanner/serial.py).
_SERIAL_FAULTS: tuple[type[Exception], ...] = (OSError, TypeError, ValueError)
if sys.platform != "win32":
    import termios

    _SERIAL_FAULTS = (*_SERIAL_FAULTS, termios.error)


class Link(Protocol):
    """An open way to a printer. Every method raises PrintError when it breaks."""

    def write(self, data: bytes) -> None:
        """Send all of `data`."""

    def read(self, timeout_s: float) -> bytes:
        """Return what came, or nothing after `timeout_s`."""

    def close(self) -> None:
        """Let the printer go. Raises nothing."""


def broken(name: str, reason: object = "") -> PrintError:
    """Return the error for a link that broke half-way."""
    return PrintError(
        PrintTrouble.LOST, f"The connection to {name} broke off{f' ({reason})' if reason else ''}."
    )


def _not_there(name: str, reason: object) -> PrintError:
    return PrintError(PrintTrouble.UNREACHABLE, f"{name} cannot be reached ({reason}).")


def _stalled(name: str) -> PrintError:
    return PrintError(PrintTrouble.OFF, f"{name} takes no data: it is off line, or out of paper.")


class NetworkLink:
    """A raw network connection ("port 9100"). Raises PrintError when nothing answers within CONNECT_S."""

    def __init__(self, host: str, port: int) -> None:
        self._name = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), CONNECT_S)
        except (OSError, UnicodeError) as fault:  # UnicodeError: a name that cannot be one
            raise _not_there(self._name, getattr(fault, "strerror", None) or fault) from None
        self._socket.settimeout(STALL_S)

    def write(self, data: bytes) -> None:
        """Send all of `data`; each piece may take STALL_S."""
        try:
            for start in range(0, len(data), _CHUNK):
                self._socket.settimeout(STALL_S)
                self._socket.sendall(data[start : start + _CHUNK])
        except TimeoutError:
            raise _stalled(self._name) from None
        except OSError as fault:
            raise broken(self._name, fault.strerror or fault) from None

    def read(self, timeout_s: float) -> bytes:
        """Return what came within `timeout_s`."""
        self._socket.settimeout(max(timeout_s, 0.001))
        try:
            found = self._socket.recv(_CHUNK)
        except TimeoutError:
            return b""
        except OSError as fault:
            raise broken(self._name, fault.strerror or fault) from None
        if not found:
            raise broken(self._name, "it hung up")
        return found

    def close(self) -> None:
        """Hang up once the printer has taken everything, or after a moment."""
        end = time.monotonic() + _LAST_WORDS_S
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            # Closing with an unread answer would reset the connection and lose what is on its way.
            while (left_s := end - time.monotonic()) > 0:
                self._socket.settimeout(left_s)
                if not self._socket.recv(_CHUNK):
                    break
        self._socket.close()


class SerialLink:
    """A serial port, real or on USB. Raises PrintError when it is not there."""

    def __init__(self, path: str, baud: int) -> None:
        from serial import Serial, SerialTimeoutException

        self._name, self._stalls = path, SerialTimeoutException
        try:
            self._port = Serial(path, baud, timeout=0.1, write_timeout=STALL_S)
        except _SERIAL_FAULTS as fault:
            raise _not_there(path, fault) from None

    def write(self, data: bytes) -> None:
        """Send all of `data`; each piece may take STALL_S."""
        try:
            for start in range(0, len(data), _CHUNK):
                self._port.write(data[start : start + _CHUNK])
        except self._stalls:
            raise _stalled(self._name) from None
        except _SERIAL_FAULTS as fault:
            raise broken(self._name, fault) from None

    def read(self, timeout_s: float) -> bytes:
        """Return what came within `timeout_s`."""
        try:
            self._port.timeout = timeout_s
            first = self._port.read(1)
            return bytes(first + self._port.read(self._port.in_waiting)) if first else b""
        except _SERIAL_FAULTS as fault:
            raise broken(self._name, fault) from None

    def close(self) -> None:
        """Close the port once everything has left it, or after STALL_S."""
        end = time.monotonic() + STALL_S
        with contextlib.suppress(*_SERIAL_FAULTS):
            # Its flush() waits for ever on a printer that has stopped the flow.
            while self._port.out_waiting and time.monotonic() < end:
                time.sleep(0.05)
        with contextlib.suppress(*_SERIAL_FAULTS):
            self._port.close()


class ParallelLink:
    """A printer port of Windows (`LPT1`), only written to. Raises PrintError when it is not there."""

    def __init__(self, path: str) -> None:
        self._name = path
        try:
            name = _DEVICES + path.removeprefix(_DEVICES)
            self._port = open(name, "wb", buffering=0)  # noqa: SIM115 - close() closes it
        except OSError as fault:
            raise _not_there(path, fault.strerror) from None

    def write(self, data: bytes) -> None:
        """Send all of `data`; the port's driver gives up on a printer that takes nothing."""
        try:
            while data:
                data = data[self._port.write(data[:_CHUNK]) or 0 :]
        except OSError as fault:
            raise broken(self._name, fault.strerror) from None

    def read(self, timeout_s: float) -> bytes:
        """Return nothing: the port has no way back."""
        return b""

    def close(self) -> None:
        """Close the port."""
        with contextlib.suppress(OSError):
            self._port.close()


if sys.platform != "win32":
    import select

    class DeviceLink:
        """A device file such as /dev/usb/lp0. Raises PrintError when it is not there."""

        def __init__(self, path: str) -> None:
            self._name = path
            try:
                self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            except OSError as fault:
                raise _not_there(path, fault.strerror) from None

        @property
        def is_terminal(self) -> bool:
            """Whether it is a serial port, which wants a speed."""
            return os.isatty(self._file)

        def write(self, data: bytes) -> None:
            """Send all of `data`; each piece may take STALL_S."""
            end = time.monotonic() + STALL_S
            while data:
                if not select.select([], [self._file], [], max(0, end - time.monotonic()))[1]:
                    raise _stalled(self._name)
                try:
                    sent = os.write(self._file, data[:_CHUNK])
                except BlockingIOError:
                    time.sleep(0.05)  # the printer port's driver says "ready" and then is not
                    if time.monotonic() > end:
                        raise _stalled(self._name) from None
                    continue
                except OSError as fault:
                    if fault.errno == errno.ENOSPC:  # how the kernel's usblp says it
                        raise PrintError(
                            PrintTrouble.OUT_OF_PAPER, f"{self._name} says that it is out of paper."
                        ) from None
                    raise broken(self._name, fault.strerror) from None
                data = data[sent:]
                end = time.monotonic() + STALL_S

        def read(self, timeout_s: float) -> bytes:
            """Return what came within `timeout_s`; nothing from a device that never answers."""
            end = time.monotonic() + timeout_s
            while select.select([self._file], [], [], max(0, end - time.monotonic()))[0]:
                try:
                    found = os.read(self._file, _CHUNK)
                except BlockingIOError:
                    found = b""
                except OSError as fault:
                    if fault.errno in {errno.EINVAL, errno.EBADF}:  # it can only be written
                        return b""
                    raise broken(self._name, fault.strerror) from None
                if found or time.monotonic() > end:
                    return found
                time.sleep(0.02)  # a printer port is readable when it has nothing to say
            return b""

        def close(self) -> None:
            """Close the file."""
            os.close(self._file)


def open_device(path: str, baud: int) -> Link:
    """Open a device by its path or, on Windows, its name. Raises PrintError."""
    if sys.platform != "win32":
        device = DeviceLink(path)
        if not device.is_terminal:
            return device
        device.close()
    elif "LPT" in path.upper():
        return ParallelLink(path.rstrip(":"))
    return SerialLink(path.rstrip(":"), baud)
