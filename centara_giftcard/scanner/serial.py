"""A scanner on a serial port or on USB posing as one; fulfils the port CardSource.

One thread owns the device and everything about it; it shares with the rest only the wish to stop and the loop
it calls back on, so there is nothing to lock. pyserial's own reader thread dies unnoticed on unplug and is
not used. The scanner should end a scan with CR, LF or ETX, as scanners come from the factory; without, a scan
is over when nothing more comes for a moment.
"""

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from centara_giftcard.scanner.framing import Framer, Swipe, is_text, read_frame
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

_SILENT_READS = 4
"""So many reads without a byte end a scan that has no terminator."""

_NOISE = 3
"""Fewer bytes than this that mean nothing are the line's own, as when a plug is put in."""

_SEARCH_S = {SourceState.ABSENT: 1.0, SourceState.LOST: 0.4}
"""Pause between two looks for the device. One that was lost must work again within 2 s of its return."""

_JOIN_S = 0.4
"""A driver may hang in open or close; the thread is then left behind, since it can do no harm any more."""

_log = logging.getLogger(__name__)


class LineSettings(Struct, frozen=True):
    """How a serial line is spoken; most USB scanners ignore it. `parity` is "none", "even" or "odd"."""

    baud: int = 9600
    parity: str = "none"
    data_bits: int = 8
    stop_bits: int = 1

    def __str__(self) -> str:
        return f"{self.baud} baud, {self.data_bits}{self.parity[0].upper()}{self.stop_bits}"


DEFAULT_LINE = LineSettings()


def open_port(name: str, line: LineSettings) -> "Serial":
    """Open a serial port for ourselves alone. Raises one of pyserial's faults: OSError, ValueError, more."""
    from serial import Serial

    return Serial(
        name,
        line.baud,
        bytesize=line.data_bits,
        parity=line.parity[0].upper(),
        stopbits=line.stop_bits,
        timeout=_QUIET_S,
        exclusive=True,
    )


def listen_once(name: str, line: LineSettings, for_s: float) -> bool:
    """Whether what a port sends for a while is text, or nothing. Raises what `open_port` does."""
    with contextlib.closing(open_port(name, line)) as device:
        data = b"".join(device.read(64) for _ in range(round(for_s / _QUIET_S)))
    return is_text(data.translate(None, b"\r\n\x02\x03"))


class SerialScanner:
    """Reads scans from `port`: a device path, COMn, or "" to find a USB scanner. Comes back after unplugging.

    `prefix` and `suffix` are what the scanner is set up to add. What cannot be read, a swipe or bytes that
    make no text, is a scan with an empty number, so that the till can ask for another; after such bytes the
    scanner is UNREADABLE until it is not. `unforeseen` hears of a bug in here; the reading goes on.
    """

    def __init__(
        self,
        port: str = "",
        line: LineSettings = DEFAULT_LINE,
        prefix: str = "",
        suffix: str = "",
        unforeseen: Callable[[Exception], None] = lambda fault: None,
    ) -> None:
        self._port = port
        self._line = line
        self._prefix = prefix
        self._suffix = suffix
        self._unforeseen = unforeseen
        self._reader: _Reader | None = None

    def start(self, scanned: Callable[[Scan], None], changed: Callable[[SourceState], None]) -> None:
        """Begin to listen. Must be called on the running loop; both callbacks come on its thread.

        The first state is told after the first look for the device, some milliseconds later.
        """
        self.stop()
        loop = asyncio.get_running_loop()
        self._reader = _Reader(
            self._port, self._line, self._read_scan(scanned), changed, self._unforeseen, loop
        )
        self._reader.start()

    def stop(self) -> None:
        """Stop listening and let the device go, within 0.5 s. No callback comes afterwards."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None

    def _read_scan(self, scanned: Callable[[Scan], None]) -> Callable[[str], None]:
        def read(text: str) -> None:
            scanned(Scan(read_frame(text, self._prefix, self._suffix) or "", ScanSource.SERIAL))

        return read


class _Reader(threading.Thread):
    """The thread that owns the device, from one start to one stop."""

    def __init__(
        self,
        port: str,
        line: LineSettings,
        read: Callable[[str], None],
        changed: Callable[[SourceState], None],
        unforeseen: Callable[[Exception], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(name="serial-scanner", daemon=True)
        self._port = port
        self._line = line
        self._read = read
        self._changed = changed
        self._unforeseen = unforeseen
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
                self._search_again(fault)
            except Exception as fault:  # noqa: BLE001 - a dead thread would be a scanner that is silent for ever
                self._call(self._unforeseen, fault)
                self._search_again(fault)

    def _search_again(self, fault: Exception) -> None:
        absent = self._state in (None, SourceState.ABSENT)
        state = SourceState.ABSENT if absent else SourceState.LOST
        self._report(state, fault)
        self._stopping.wait(_SEARCH_S[state])

    def _open(self) -> "Serial":
        """Open the scanner's port. Raises one of the faults; FileNotFoundError when there is no scanner."""
        # Imported here because it takes 20 ms that the first paint would wait for.
        from serial.tools.list_ports import comports

        ports = comports()
        name = choose(ports, self._port, self._identity)
        if name is None:
            raise FileNotFoundError("no scanner is plugged in")
        device = open_port(name, self._line)
        self._identity = identity_of(name, ports)
        return device

    def _listen(self, device: "Serial") -> None:
        """Read until told to stop. Raises one of the faults when the device goes away."""
        framer, swipe, silent, flooded = Framer(), Swipe(), 0, False
        while not self._stopping.is_set():
            # Asking for what is waiting is also what notices an unplugged device on Windows.
            data = device.read(max(1, device.in_waiting))
            silent = 0 if data else silent + 1
            frames = framer.feed(data) if silent != _SILENT_READS else framer.end()
            if framer.too_long and not flooded:
                self._refuse(data)
            flooded = framer.too_long
            texts = [frame.decode("latin-1") for frame in frames if self._is_readable(frame)]
            scans = [scan for text in texts for scan in swipe.add(text)]
            for scan in scans if data or scans else swipe.end():
                self._call(self._read, scan)

    def _is_readable(self, frame: bytes) -> bool:
        """Whether a frame is text; where it is not, the speed or the parity of the line are wrong."""
        if is_text(frame):
            self._report(SourceState.READY)
            return True
        if len(frame) >= _NOISE:
            self._refuse(frame)
        return False

    def _refuse(self, data: bytes) -> None:
        """Something came that is no scan: the cashier, who heard a beep, is told."""
        if not is_text(data):
            self._report(SourceState.UNREADABLE)
        self._call(self._read, "")

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
