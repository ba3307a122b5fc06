"""Disks that fail while a till runs on them. Linux.

A fault of the system's calls comes from a seccomp filter on the thread that asks for it, the journal's: from
then on the kernel answers its writes with the error, as it would for a broken disk, and for good. No library
is put in between, so it is SQLite itself that meets the error. https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import platform
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_WRITES: Final = ("pwrite64", "ftruncate")
_SYNCS: Final = ("fsync", "fdatasync")

CALL_FAULTS: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "full": (errno.ENOSPC, ("pwrite64",)),
    "read-only": (errno.EROFS, (*_WRITES, "unlink", "unlinkat")),
    "sync": (errno.EIO, _SYNCS),
    "dead": (errno.EIO, (*_WRITES, *_SYNCS, "pread64", "unlink", "unlinkat")),
}
"""The error, and the calls that fail with it."""

_NUMBERS: Final[dict[str, dict[str, int]]] = {
    "x86_64": {
        "pread64": 17,
        "pwrite64": 18,
        "fsync": 74,
        "fdatasync": 75,
        "ftruncate": 77,
        "unlink": 87,
        "unlinkat": 263,
    },
    "aarch64": {
        "unlinkat": 35,
        "ftruncate": 46,
        "pread64": 67,
        "pwrite64": 68,
        "fsync": 82,
        "fdatasync": 83,
    },
}

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06


def possible() -> bool:
    """Whether the calls' numbers are known here."""
    return sys.platform == "linux" and platform.machine() in _NUMBERS


def break_disk(fault: str, data_dir: Path) -> None:
    """Have one of the faults befall the disk under the calling thread, or under `data_dir`."""
    if fault in CALL_FAULTS:
        error, calls = CALL_FAULTS[fault]
        numbers = _NUMBERS[platform.machine()]
        _fail([numbers[call] for call in calls if call in numbers], error)
    elif fault == "moved":
        data_dir.rename(elsewhere(data_dir))
    elif fault == "deleted":
        shutil.rmtree(data_dir)
    elif fault == "file deleted":
        for file in data_dir.glob("journal.sqlite3*"):
            file.unlink()
    else:
        assert fault == "damaged"
        for file in data_dir.glob("journal.sqlite3*"):
            if not file.name.endswith("-shm"):
                scribble(file)


def elsewhere(data_dir: Path) -> Path:
    """Where a data folder is while its disk is away."""
    return data_dir.with_name(f"{data_dir.name}-unplugged")


def scribble(file: Path, seed: int = 1) -> None:
    """Write over the middle of every page but the first."""
    noise = random.Random(seed)
    with open(file, "r+b") as pages:
        for start in range(4096, os.fstat(pages.fileno()).st_size, 4096):
            pages.seek(start + 8)
            pages.write(noise.randbytes(2000))


class _Instruction(ctypes.Structure):
    """The kernel's struct sock_filter."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def _fail(calls: Sequence[int], error: int) -> None:
    count = len(calls)
    tests = [_Instruction(_JUMP_IF_EQUAL, count - place, 0, call) for place, call in enumerate(calls)]
    lines = [
        _Instruction(_LOAD_WORD, 0, 0, 0),  # the call's number
        *tests,
        _Instruction(_RETURN, 0, 0, SECCOMP_RET_ALLOW),
        _Instruction(_RETURN, 0, 0, SECCOMP_RET_ERRNO | error),
    ]
    program = _Program(len(lines), (_Instruction * len(lines))(*lines))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for words in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if prctl(*words):
            raise OSError(ctypes.get_errno(), "the system takes no filter")
