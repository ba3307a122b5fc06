"""Who else may read a file: by its mode, or by Windows' list of rights."""

import stat
import sys
from pathlib import Path
from typing import Final

_EVERYBODY: Final = {"S-1-1-0", "S-1-5-7", "S-1-5-11", "S-1-5-32-545", "S-1-5-32-546"}
"""Everyone, anonymous, whoever has logged on, the groups Users and Guests: by their numbers, as their names
are in the system's language."""


def others_may_read(path: Path) -> bool:
    """Whether users besides the file's owner and administrators may read it. Raises OSError."""
    if sys.platform == "win32":
        return any(_readers(path))
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


if sys.platform == "win32":
    import ctypes
    from collections.abc import Iterator
    from ctypes import wintypes

    _FILE, _LIST = 1, 4  # SE_FILE_OBJECT, DACL_SECURITY_INFORMATION
    _READ: Final = 0x9000_0001  # GENERIC_READ, GENERIC_ALL, FILE_READ_DATA
    _ALLOWED, _FOR_FILES_IN_IT_ONLY = 0, 8  # ACCESS_ALLOWED_ACE_TYPE, INHERIT_ONLY_ACE

    class _List(ctypes.Structure):
        """ACL."""

        _fields_ = (
            ("revision", wintypes.BYTE),
            ("unused", wintypes.BYTE),
            ("size", wintypes.WORD),
            ("entries", wintypes.WORD),
            ("unused_too", wintypes.WORD),
        )

    class _Entry(ctypes.Structure):
        """ACCESS_ALLOWED_ACE; whom it is about begins at its last field."""

        _fields_ = (
            ("kind", wintypes.BYTE),
            ("flags", wintypes.BYTE),
            ("size", wintypes.WORD),
            ("mask", wintypes.DWORD),
            ("whom", wintypes.DWORD),
        )

    def _readers(path: Path) -> Iterator[str]:
        """Those of _EVERYBODY that the file's list lets read. Raises OSError."""
        system = ctypes.WinDLL("advapi32", use_last_error=True)
        pointer = ctypes.c_void_p
        rights, whole = ctypes.POINTER(_List)(), pointer()
        failed = system.GetNamedSecurityInfoW(
            ctypes.c_wchar_p(str(path)), _FILE, _LIST, None, None,
            ctypes.byref(rights), None, ctypes.byref(whole),
        )  # fmt: skip
        if failed:
            raise ctypes.WinError(failed)
        free = ctypes.WinDLL("kernel32").LocalFree
        free.argtypes = (pointer,)
        try:
            if not rights:  # no list at all: everybody may do everything
                yield "S-1-1-0"
                return
            for place in range(rights.contents.entries):
                entry, text = ctypes.POINTER(_Entry)(), wintypes.LPWSTR()
                system.GetAce(rights, place, ctypes.byref(entry))
                found = entry.contents
                if found.kind != _ALLOWED or found.flags & _FOR_FILES_IN_IT_ONLY or not found.mask & _READ:
                    continue
                whom = ctypes.byref(found, _Entry.whom.offset)
                if system.ConvertSidToStringSidW(whom, ctypes.byref(text)):
                    name = text.value
                    free(ctypes.cast(text, pointer))
                    if name in _EVERYBODY:
                        yield name
        finally:
            free(whole)
