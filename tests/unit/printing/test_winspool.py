"""A queue of Windows' spooler, played by a library with the same calls; the real one is tried under Wine."""

import asyncio
import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.printing import links, winspool
from centara_giftcard.printing.devices import open_printer
from centara_giftcard.terminal.printing import PrintError, PrintTrouble


class Call:
    """One call of the library: what it was given, and what it answers."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.given: list[tuple[Any, ...]] = []

    def __call__(self, *given: Any) -> Any:
        self.given.append(given)
        return self._answer(*given) if callable(self._answer) else self._answer


class Spooler(SimpleNamespace):
    """winspool.drv with one printer, "Counter 1", whose queue takes at most `room` bytes."""

    def __init__(self, room: int = 1000, status: int = 0) -> None:
        self.data = b""

        def write(_handle: Any, data: bytes, length: int, taken: Any) -> int:
            self.data += data[: min(length, room)]
            taken._obj.value = min(length, room)
            return int(length <= room)

        def tell(_handle: Any, _level: int, answer: Any, _size: int, _needed: Any) -> int:
            answer._obj.value = status
            return 1

        super().__init__(
            OpenPrinterW=Call(lambda name, *_: name == "Counter 1"),
            StartDocPrinterW=Call(1),
            StartPagePrinter=Call(1),
            WritePrinter=Call(write),
            EndPagePrinter=Call(1),
            EndDocPrinter=Call(1),
            ClosePrinter=Call(1),
            GetPrinterW=Call(tell),
        )


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(ctypes, "get_last_error", lambda: 1801, raising=False)
    monkeypatch.setattr(ctypes, "FormatError", lambda code: f"Reason {code}.", raising=False)
    return monkeypatch


def install(windows: pytest.MonkeyPatch, spooler: Spooler) -> Spooler:
    windows.setattr(ctypes, "WinDLL", lambda *_, **__: spooler, raising=False)
    return spooler


def test_a_name_on_windows_is_a_queue_that_is_given_the_bytes_as_they_are(
    windows: pytest.MonkeyPatch,
) -> None:
    spooler = install(windows, Spooler())
    printer = open_printer("Counter 1", pdf)
    asyncio.run(printer.print(Receipt("op-1", ())))
    assert printer.probe() == "Windows knows it"
    printer.close()
    assert spooler.data.startswith(b"\x1b@")
    document = spooler.StartDocPrinterW.given[0][2]._obj
    assert (document.name, document.data_type) == ("op-1", "RAW")
    assert len(spooler.EndDocPrinter.given) == 1
    assert len(spooler.ClosePrinter.given) == len(spooler.OpenPrinterW.given)


def test_a_queue_that_does_not_exist_is_told_in_windows_own_words(windows: pytest.MonkeyPatch) -> None:
    install(windows, Spooler())
    with pytest.raises(PrintError) as told:
        winspool.put("Counter 9", "op-1", b"receipt")
    assert told.value.trouble is PrintTrouble.UNREACHABLE
    assert str(told.value) == 'Windows does not print on "Counter 9" (Reason 1801).'


@pytest.mark.parametrize(("room", "begun"), [(3, True), (0, False)])
def test_a_queue_that_breaks_half_way_may_have_printed_some_of_it(
    windows: pytest.MonkeyPatch, room: int, begun: bool
) -> None:
    spooler = install(windows, Spooler(room))
    with pytest.raises(PrintError) as told:
        winspool.put("Counter 1", "op-1", b"receipt")
    assert (told.value.trouble, told.value.begun) == (PrintTrouble.LOST, begun)
    assert len(spooler.EndDocPrinter.given) == len(spooler.ClosePrinter.given) == 1


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(0x10, PrintTrouble.OUT_OF_PAPER), (0x400000, PrintTrouble.COVER_OPEN), (0x81, PrintTrouble.OFF)],
)
def test_the_doctor_hears_what_windows_knows(
    windows: pytest.MonkeyPatch, status: int, trouble: PrintTrouble
) -> None:
    install(windows, Spooler(status=status))
    with pytest.raises(PrintError) as told:
        winspool.probe("Counter 1")
    assert told.value.trouble is trouble


def test_a_parallel_port_is_written_to_by_its_name(
    windows: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ports = tmp_path_factory.mktemp("devices")
    windows.setattr(links, "_DEVICES", f"{ports}/")
    link = links.ParallelLink("LPT1")
    link.write(b"receipt" * 1000)
    assert link.read(0) == b""
    link.close()
    assert (ports / "LPT1").read_bytes() == b"receipt" * 1000


def test_a_parallel_port_that_is_not_there_is_told(windows: pytest.MonkeyPatch) -> None:
    windows.setattr(links, "_DEVICES", "/nowhere/")
    with pytest.raises(PrintError) as told:
        links.ParallelLink("LPT7")
    assert told.value.trouble is PrintTrouble.UNREACHABLE


def pdf(_receipt: Receipt) -> bytes:
    raise AssertionError("a queue of Windows is given the printer's own bytes")
