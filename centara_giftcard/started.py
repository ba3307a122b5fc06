"""When this process began, for the figures of `--quit-when-ready`: import time must not be left out."""

import os
import sys
import time
from pathlib import Path


def seconds_since_start() -> float:
    """Seconds since the operating system started this process; since the first import where it does not say.

    Linux counts in ticks of 10 ms, Windows in 100 ns.
    """
    if sys.platform == "linux":
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of proc(5), ticks since boot
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started_s
    if sys.platform == "win32":
        return _windows_age_s()
    return time.perf_counter() - _IMPORTED_S


def _windows_age_s() -> float:
    import ctypes.wintypes

    created, *others = (ctypes.wintypes.FILETIME() for _ in range(4))
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = ctypes.wintypes.HANDLE
    # Without it ctypes hands the pseudo handle over as 32 bits, which is no process.
    kernel.GetProcessTimes.argtypes = (
        ctypes.wintypes.HANDLE,
        *[ctypes.POINTER(ctypes.wintypes.FILETIME)] * 4,
    )
    kernel.GetProcessTimes(kernel.GetCurrentProcess(), ctypes.byref(created), *map(ctypes.byref, others))
    since_1601_s = ((created.dwHighDateTime << 32) + created.dwLowDateTime) / 1e7
    return time.time() - (since_1601_s - 11_644_473_600)


_IMPORTED_S = time.perf_counter()
