# mypy: ignore-errors
# It reaches into modules and functions that only Windows has, and under Wine only.
"""What Wine 8 gets wrong and Windows does not, mended where the tests run; becomes their sitecustomize.py.

- `cfgmgr32.dll` has no CM_MapCrToWin32Err, which pyserial looks up when it is imported.
- A lock that another process holds is an OSError without a number; on Windows it is EACCES.
- A serial read that times out fails with ERROR_TIMEOUT; on Windows it ends well, without a byte.
"""

import ctypes
import importlib.abc
import importlib.util
import msvcrt
import sys

_load = ctypes.LibraryLoader.LoadLibrary
_lock = msvcrt.locking
_TIMEOUT, _ABORTED = 1460, 995


def _load_library(self, name):
    library = _load(self, name)
    if name.lower() == "cfgmgr32" and not hasattr(library, "CM_MapCrToWin32Err"):
        maps = ctypes.WINFUNCTYPE(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32)
        library.CM_MapCrToWin32Err = maps(lambda _, default: default)
    return library


def _locking(file, mode, size):
    try:
        return _lock(file, mode, size)
    except OSError as fault:
        if fault.errno:
            raise
        raise PermissionError(13, "Permission denied") from None


class _Serial(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "serial.serialwin32":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            last = module.win32.GetLastError
            module.win32.GetLastError = lambda: _ABORTED if (code := last()) == _TIMEOUT else code

        spec.loader.exec_module = exec_module
        return spec


ctypes.LibraryLoader.LoadLibrary = _load_library
msvcrt.locking = _locking
sys.meta_path.insert(0, _Serial())
