"""The serial scanner on a pseudo-terminal pair made by socat: scans in pieces, unplugged, plugged in."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from centara_giftcard.scanner import serial, usb
from centara_giftcard.scanner.serial import LineSettings, SerialScanner, open_port
from centara_giftcard.terminal.ports import Scan, ScanSource, SourceState

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing"),
    pytest.mark.skipif(shutil.which("socat") is None, reason="socat is not installed"),
]

NUMBER = "6091000000000017"


class Cable:
    """A scanner's end and the till's end of a serial line, to plug in and pull out."""

    def __init__(self, folder: Path) -> None:
        self.till = folder / "till"
        self._scanner = folder / "scanner"
        self._socat: subprocess.Popen[bytes] | None = None

    def plug(self) -> None:
        ends = [f"pty,raw,echo=0,link={end}" for end in (self._scanner, self.till)]
        self._socat = subprocess.Popen(["socat", *ends])
        until = time.monotonic() + 45
        while not (self.till.exists() and self._scanner.exists()):
            assert time.monotonic() < until, "socat made no pseudo-terminals"
            time.sleep(0.005)

    def pull(self) -> None:
        if self._socat is not None:
            self._socat.terminate()
            self._socat.wait()
            self._socat = None

    def send(self, *pieces: bytes, pause_s: float = 0.02) -> None:
        line = os.open(self._scanner, os.O_WRONLY | os.O_NOCTTY)
        try:
            for piece in pieces:
                os.write(line, piece)
                time.sleep(pause_s)
        finally:
            os.close(line)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path)
    yield cable
    cable.pull()


class Till:
    """Notes what the scanner calls back, and on which thread."""

    def __init__(self, scanner: SerialScanner) -> None:
        self.scanner = scanner
        self.scans: list[Scan] = []
        self.states: list[SourceState] = []
        self.threads: set[threading.Thread] = set()

    def start(self) -> None:
        self.scanner.start(self._scanned, self._changed)

    def _scanned(self, scan: Scan) -> None:
        self.threads.add(threading.current_thread())
        self.scans.append(scan)

    def _changed(self, state: SourceState) -> None:
        self.threads.add(threading.current_thread())
        self.states.append(state)

    @property
    def numbers(self) -> list[str]:
        return [scan.number for scan in self.scans]


async def until(condition: Callable[[], bool], within_s: float = 45.0) -> None:
    """Let the loop run until `condition` holds."""
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


def run(scanner: SerialScanner, story: Callable[[Till], Coroutine[None, None, None]]) -> Till:
    """Run a story with a started scanner; afterwards its thread must be gone, in time."""

    async def whole() -> Till:
        till = Till(scanner)
        till.start()
        await story(till)
        began = time.monotonic()
        scanner.stop()
        assert time.monotonic() - began < 0.5
        assert not [thread for thread in threading.enumerate() if thread.name == "serial-scanner"]
        assert till.threads <= {threading.main_thread()}
        return till

    return asyncio.run(whole())


def test_a_scan_in_pieces_is_one_scan(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        pieces = [b"]C1\x026091", b"00000000", b"0017\r", b"\n6091", b"2\r\n"]
        await asyncio.to_thread(cable.send, *pieces)
        await until(lambda: till.numbers == [NUMBER, "60912"])

    till = run(SerialScanner(str(cable.till)), story)
    assert {scan.source for scan in till.scans} == {ScanSource.SERIAL}


def test_a_swipe_with_a_frame_for_each_track_is_one_scan(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        cable.send(f"%B{NUMBER}^GIFT^2812?\r".encode(), f";{NUMBER}=2812?\r".encode())
        await until(lambda: bool(till.scans))
        await asyncio.sleep(0.15)
        cable.send(b"%E?\r;E?\r")
        await until(lambda: till.numbers == [NUMBER, ""])

    run(SerialScanner(str(cable.till)), story)


def test_prefix_and_suffix_are_taken_off_and_noise_is_no_scan(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        cable.send(b"\x00\x00\r\n", b"~" + NUMBER.encode() + b"#\r")
        await until(lambda: till.numbers == [NUMBER])

    run(SerialScanner(str(cable.till), prefix="~", suffix="#"), story)


def test_a_scan_without_a_terminator_is_over_when_nothing_more_comes(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        await asyncio.to_thread(cable.send, NUMBER[:7].encode(), NUMBER[7:].encode())
        await until(lambda: till.numbers == [NUMBER])

    run(SerialScanner(str(cable.till)), story)


def test_bytes_that_mean_nothing_are_told_until_something_does(cable: Cable) -> None:
    """What a scanner set to 7E1 sends to a till set to 8N1: its terminator is none either."""
    cable.plug()
    even = bytes(byte | (0x80 if byte.bit_count() % 2 else 0) for byte in f"{NUMBER}\r".encode())

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        cable.send(even)
        await until(lambda: till.states == [SourceState.READY, SourceState.UNREADABLE])
        await until(lambda: till.numbers == [""])
        cable.send(NUMBER.encode() + b"\r")
        await until(lambda: till.numbers == ["", NUMBER])
        assert till.states[-1] is SourceState.READY

    run(SerialScanner(str(cable.till)), story)


def test_a_flood_without_an_end_is_told_once(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        await asyncio.to_thread(cable.send, *[b"\xff\x00\x93" * 100] * 20, pause_s=0.001)
        await until(lambda: till.states == [SourceState.READY, SourceState.UNREADABLE])
        cable.send(b"\r" + NUMBER.encode() + b"\r")
        await until(lambda: till.numbers == ["", NUMBER])

    run(SerialScanner(str(cable.till)), story)


def test_a_bug_in_the_reading_is_told_and_does_not_end_it(
    cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    cable.plug()
    faults: list[Exception] = []
    real, bugs = usb.choose, iter([RuntimeError("a bug")])

    def choose(*ports: object) -> str | None:
        for bug in bugs:
            raise bug
        return real(*ports)  # type: ignore[arg-type]

    monkeypatch.setattr(serial, "choose", choose)

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.ABSENT, SourceState.READY])
        assert [str(fault) for fault in faults] == ["a bug"]
        cable.send(NUMBER.encode() + b"\r")
        await until(lambda: till.numbers == [NUMBER])

    run(SerialScanner(str(cable.till), unforeseen=faults.append), story)


def test_the_line_is_spoken_as_the_settings_say(cable: Cable) -> None:
    cable.plug()
    line = LineSettings(4800, "even", 7, 2)
    assert str(line) == "4800 baud, 7E2"
    with contextlib.closing(open_port(str(cable.till), line)) as device:
        assert (device.baudrate, device.parity, device.bytesize, device.stopbits) == (4800, "E", 7, 2)


def test_an_unplugged_scanner_is_lost_and_comes_back_by_itself(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        for _ in range(2):
            till.states.clear()
            cable.send(b"609100")  # half a scan, never to be finished
            cable.pull()
            await until(lambda: till.states == [SourceState.LOST])
            await asyncio.sleep(0.1)
            cable.plug()
            await until(lambda: till.states == [SourceState.LOST, SourceState.READY], within_s=2)
            till.scans.clear()
            cable.send(NUMBER.encode() + b"\r")
            await until(lambda: till.numbers == [NUMBER])

    run(SerialScanner(str(cable.till)), story)


def test_a_scanner_that_was_never_there_is_absent_until_it_comes(cable: Cable) -> None:
    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.ABSENT])
        cable.plug()
        await until(lambda: till.states == [SourceState.ABSENT, SourceState.READY])

    run(SerialScanner(str(cable.till)), story)


def test_a_scanner_is_found_again_by_its_identity(
    cable: Cable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of ports is told for the pseudo-terminals, which have no USB identity of their own."""
    listed: list[ListPortInfo] = []
    monkeypatch.setattr(list_ports, "comports", lambda: listed)
    other_place = tmp_path / "moved"
    other_place.mkdir()
    moved = Cable(other_place)
    cable.plug()
    listed.append(_usb(cable.till))

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        cable.pull()
        listed.clear()
        await until(lambda: till.states[-1] is SourceState.LOST)
        moved.plug()
        listed.append(_usb(moved.till))
        await until(lambda: till.states[-1] is SourceState.READY)
        moved.send(NUMBER.encode() + b"\r")
        await until(lambda: till.numbers == [NUMBER])

    try:
        run(SerialScanner(), story)
    finally:
        moved.pull()


def test_nothing_is_told_after_stop_and_the_device_is_free(cable: Cable) -> None:
    cable.plug()
    scanner = SerialScanner(str(cable.till))

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        cable.send(NUMBER.encode() + b"\r", pause_s=0.2)  # read by the thread, not yet told by the loop
        scanner.stop()
        await asyncio.sleep(0.05)
        assert till.scans == []
        till.start()  # an exclusive open works again
        await until(lambda: till.states == [SourceState.READY, SourceState.READY])

    run(scanner, story)


def test_a_second_till_on_the_same_scanner_is_told_it_is_absent(cable: Cable) -> None:
    cable.plug()

    async def story(till: Till) -> None:
        await until(lambda: till.states == [SourceState.READY])
        second = Till(SerialScanner(str(cable.till)))
        second.start()
        await until(lambda: second.states == [SourceState.ABSENT])
        second.scanner.stop()

    run(SerialScanner(str(cable.till)), story)


def test_a_loop_that_closes_without_a_stop_ends_the_thread(cable: Cable) -> None:
    scanner = SerialScanner(str(cable.till))

    async def forgetful() -> None:
        scanner.start(lambda scan: None, lambda state: None)

    asyncio.run(forgetful())
    cable.plug()
    end = time.monotonic() + 3
    while any(thread.name == "serial-scanner" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)
    scanner.stop()


def _usb(device: Path) -> ListPortInfo:
    info = ListPortInfo(str(device))
    info.vid, info.pid, info.serial_number = 0x0C2E, 0x0B6A, "A1"
    return info
