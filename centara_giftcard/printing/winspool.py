"""Printers of Windows by their names: bytes as they are into a queue's spool, past the printer's driver.

Source: Microsoft's "Sending Data Directly to a Printer". Most receipt printers on Windows are such queues.
The spooler keeps what it was given until its printer is ready: a receipt that was handed over is in its care.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from typing import Any, Final

from centara_giftcard.printing.links import broken
from centara_giftcard.terminal.printing import PrintError, PrintTrouble

_PRINTER_INFO_6: Final = 6  # the level of GetPrinter that tells the status and nothing else
_UNREADY: Final = (
    # PRINTER_STATUS_… of winspool.h, the plainest reason first
    (0x0000_0010, PrintTrouble.OUT_OF_PAPER, "is out of paper"),
    (0x0040_0000, PrintTrouble.COVER_OPEN, "has an open cover"),
    (0x0000_0008, PrintTrouble.OFF, "has jammed paper"),
    (0x0000_0080, PrintTrouble.OFF, "is off line"),
    (0x0000_0001, PrintTrouble.OFF, "is paused by Windows"),
    (0x0000_0002, PrintTrouble.OFF, "reports an error"),
)


class _DocInfo(ctypes.Structure):
    _fields_ = (
        ("name", wintypes.LPWSTR),
        ("output_file", wintypes.LPWSTR),
        ("data_type", wintypes.LPWSTR),
    )


def put(printer: str, title: str, data: bytes) -> None:
    """Give `data` to the queue of `printer` as one document. Raises PrintError (`begun`: some is taken)."""
    spool = _spool()
    with _opened(spool, printer) as handle:
        if not spool.StartDocPrinterW(handle, 1, ctypes.byref(_DocInfo(title, None, "RAW"))):
            raise _refused(printer)
        try:
            taken = wintypes.DWORD()
            spool.StartPagePrinter(handle)
            whole = spool.WritePrinter(handle, data, len(data), ctypes.byref(taken))
            if not whole or taken.value != len(data):
                lost = broken(printer, _last_words())
                lost.begun = bool(taken.value)
                raise lost
            spool.EndPagePrinter(handle)
        finally:
            spool.EndDocPrinter(handle)


def probe(printer: str) -> str:
    """What Windows says of the queue of `printer`; nothing is printed. Raises PrintError if not ready."""
    spool = _spool()
    with _opened(spool, printer) as handle:
        status, needed = wintypes.DWORD(), wintypes.DWORD()
        spool.GetPrinterW(handle, _PRINTER_INFO_6, ctypes.byref(status), 4, ctypes.byref(needed))
    for bit, trouble, words in _UNREADY:
        if status.value & bit:
            raise PrintError(trouble, f"{printer} {words}.")
    return "Windows knows it"


@contextmanager
def _opened(spool: Any, printer: str) -> Iterator[wintypes.HANDLE]:
    handle = wintypes.HANDLE()
    if not spool.OpenPrinterW(printer, ctypes.byref(handle), None):
        raise _refused(printer)
    try:
        yield handle
    finally:
        spool.ClosePrinter(handle)


def _spool() -> Any:
    """The spooler's own library, with the shapes of what is called in it."""
    spool = ctypes.WinDLL("winspool.drv", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    handle, number, numbers = wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)
    spool.OpenPrinterW.argtypes = (wintypes.LPWSTR, ctypes.POINTER(handle), ctypes.c_void_p)
    spool.StartDocPrinterW.argtypes = (handle, number, ctypes.POINTER(_DocInfo))
    spool.WritePrinter.argtypes = (handle, ctypes.c_char_p, number, numbers)
    spool.GetPrinterW.argtypes = (handle, number, ctypes.c_void_p, number, numbers)
    for name in ("StartPagePrinter", "EndPagePrinter", "EndDocPrinter", "ClosePrinter"):
        getattr(spool, name).argtypes = (handle,)
    return spool


def _refused(printer: str) -> PrintError:
    return PrintError(PrintTrouble.UNREACHABLE, f'Windows does not print on "{printer}" ({_last_words()}).')


def _last_words() -> str:
    """Why the last call failed, in Windows' own words."""
    code: int = ctypes.get_last_error()  # type: ignore[attr-defined,unused-ignore]
    words: str = ctypes.FormatError(code)  # type: ignore[attr-defined,unused-ignore]
    return words.strip().rstrip(".")
