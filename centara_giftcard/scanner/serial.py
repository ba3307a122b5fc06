"""A scanner on a serial port or on USB posing as one; fulfils the port CardSource.

One thread owns the device and everything about it; it shares with the rest only the wish to stop and the loop
it calls back on, so there is nothing to lock. pyserial's own reader thread dies unnoticed on unplug and is
not used. The scanner must end a scan with CR, LF or ETX, as scanners come from the factory.
"""

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from centara_giftcard.scanner.framing import Framer, Swipe, read_frame
from centara_giftcard.scanner.usb import Identity, choose, identity_of
from centara_giftcard.terminal.ports import Scan, ScanSource, SourceState

if TYPE_CHECKING:
    from serial import Serial

T = TypeVar("T")

# All that pyserial raises when a device is missing, refused or pulled out: SerialException is an OSError,
# TypeError comes from a handle that is gone, ValueError from a speed the device does not have.
_FAULTS: tuple[type[Exception], ...] = (OSError, TypeError, ValueError)
if sys.platform != "win32":  # which has none, and raises only the others
    import termios

    _FAULTS = (*_FAULTS, termios.error)

_QUIET_S = 0.1
"""A read waits this long; it bounds how long `stop` takes, and how long a swipe waits for its next track."""

_SEARCH_S = {SourceState.ABSENT: 1.0, SourceState.LOST: 0.4}
"""Pause between two looks for the device. One that was lost must work again within 2 s of its return."""

_JOIN_S = 0.4
"""A driver may hang in open or close; the thread is then left behind, since it can do no harm any more."""

_log = logging.getLogger(__name__)


class SerialScanner:
    """Reads scans from `port`: a device path, COMn, or "" to find a USB scanner. Comes back after unplugging.

    `baud` is ignored by most USB scanners. `prefix` and `suffix` are what the scanner is set up to add. A
    swipe that cannot be read is a scan with an empty number, so that the till can ask for another.
    """

    def __init__(self, port: str = "", baud: int = 9600, prefix: str = "", suffix: str = "") -> None:
        self._port = port
        self._baud = baud
        self._prefix = prefix
        self._suffix = suffix
        self._reader: _Reader | None = None

    def start(self, scanned: Callable[[Scan], None], changed: Callable[[SourceState], None]) -> None:
        """Begin to listen. Must be called on the running loop; both callbacks come on its thread.

        The first state is told after the first look for the device, some milliseconds later.
        """
        self.stop()
        loop = asyncio.get_running_loop()
        self._reader = _Reader(self._port, self._baud, self._read_scan(scanned), changed, loop)
        self._reader.start()

    def stop(self) -> None:
        """Stop listening and let the device go, within 0.5 s. No callback comes afterwards."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None

    def _read_scan(self, scanned: Callable[[Scan], None]) -> Callable[[str], None]:
        def read(text: str) -> None:
            number = read_frame(text, self._prefix, self._suffix)
            if number is not None:
                scanned(Scan(number, ScanSource.SERIAL))

        return read


class _Reader(threading.Thread):
    """The thread that owns the device, from one start to one stop."""

    def __init__(
        self,
        port: str,
        baud: int,
        read: Callable[[str], None],
        changed: Callable[[SourceState], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(name="serial-scanner", daemon=True)
        self._port = port
        self._baud = baud
        self._read = read
        self._changed = changed
        self._loop = loop
        self._stopping = threading.Event()
        self._state: SourceState | None = None
        self._identity: Identity | None = None

    def stop(self) -> None:
        self._stopping.set()
        self.join(_JOIN_S)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with contextlib.closing(self._open()) as device:
                    self._report(SourceState.READY)
                    self._listen(device)
            except _FAULTS as fault:
                absent = self._state in (None, SourceState.ABSENT)
                state = SourceState.ABSENT if absent else SourceState.LOST
                self._report(state, fault)
                self._stopping.wait(_SEARCH_S[state])

    def _open(self) -> "Serial":
        """Open the scanner's port. Raises one of the faults; FileNotFoundError when there is no scanner."""
        # Imported here because it takes 20 ms that the first paint would wait for.
        from serial import Serial
        from serial.tools.list_ports import comports

        ports = comports()
        name = choose(ports, self._port, self._identity)
        if name is None:
            raise FileNotFoundError("no scanner is plugged in")
        device = Serial(name, self._baud, timeout=_QUIET_S, exclusive=True)
        self._identity = identity_of(name, ports)
        return device

    def _listen(self, device: "Serial") -> None:
        """Read until told to stop. Raises one of the faults when the device goes away."""
        framer, swipe = Framer(), Swipe()
        while not self._stopping.is_set():
            # Asking for what is waiting is also what notices an unplugged device on Windows.
            data = device.read(max(1, device.in_waiting))
            frames = [frame.decode("latin-1") for frame in framer.feed(data)]
            scans = [scan for frame in frames for scan in swipe.add(frame)] if data else swipe.end()
            for scan in scans:
                self._call(self._read, scan)

    def _report(self, state: SourceState, why: Exception | None = None) -> None:
        if state is not self._state:
            self._state = state
            _log.info("serial scanner %s%s", state.value, f": {why}" if why else "")
            self._call(self._changed, state)

    def _call(self, callback: Callable[[T], None], value: T) -> None:
        """Call back on the loop's thread, unless it was told to stop by then."""

        def unless_stopped() -> None:
            if not self._stopping.is_set():
                callback(value)

        try:
            self._loop.call_soon_threadsafe(unless_stopped)
        except RuntimeError:  # the loop was closed without a stop
            self._stopping.set()
