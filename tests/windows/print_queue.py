"""Run by Windows' Python: `print_queue.py NAME PORT` gives this Windows a printer with that name at a port.

Wine's spooler puts what is printed into the file that the port names. On Windows a vendor's program does it.
"""

import ctypes
import sys
from ctypes import wintypes

TEXT, NUMBER, POINTER = wintypes.LPWSTR, wintypes.DWORD, ctypes.c_void_p
DRIVER = "Generic / Text Only"


class Driver(ctypes.Structure):
    """DRIVER_INFO_3."""

    _fields_ = (
        ("version", NUMBER),
        *((name, TEXT) for name in ("name", "system", "path", "data", "config", "help", "files")),
        *((name, TEXT) for name in ("monitor", "data_type")),
    )


class Printer(ctypes.Structure):
    """PRINTER_INFO_2."""

    _fields_ = (
        *((name, TEXT) for name in ("server", "name", "share", "port", "driver", "comment", "location")),
        ("mode", POINTER),
        *((name, TEXT) for name in ("separator", "processor", "data_type", "parameters")),
        ("security", POINTER),
        *((f"number_{place}", NUMBER) for place in range(8)),
    )


def main(name: str, port: str) -> None:
    """Add driver and printer. Raises OSError."""
    spool = ctypes.WinDLL("winspool.drv", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    spool.AddPrinterW.restype = POINTER
    drawn = "wineps.drv"  # asked for nothing: the data is RAW
    driver = Driver(3, DRIVER, "Windows x64", drawn, drawn, drawn, None, None, None, "RAW")
    spool.AddPrinterDriverW(None, 3, ctypes.byref(driver))
    printer = Printer(None, name, None, port, DRIVER, processor="winprint", data_type="RAW")
    if not spool.AddPrinterW(None, 2, ctypes.byref(printer)):
        raise OSError(f"no printer: {ctypes.get_last_error()}")  # type: ignore[attr-defined,unused-ignore]


if __name__ == "__main__":
    main(*sys.argv[1:])
