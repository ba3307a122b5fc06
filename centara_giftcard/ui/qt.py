"""Qt for Python, without what its import does that no window needs."""

import builtins
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import SimpleNamespace
from typing import Any, Final

_STUB_WRITER: Final = "pyi_generator"


def load() -> None:
    """Import PySide with less. Raises ImportError.

    PySide puts another import statement in Python's place, which reads the source of each module imported
    from then on, in case it says `from __feature__ import ...`. Nothing here does, and with some four hundred
    modules that is 40 ms of a start: Python is given its own back. And PySide imports the program that writes
    its type stubs, which no running program calls and which takes 15 ms to unpack: an empty module stands for
    it. (A PySide that called it at its import would not start; hence the upper bound in pyproject.toml.)
    To be called before anything else of PySide is imported; later it does nothing.
    """
    own = builtins.__import__

    def with_less(name: str, *scope: Any, **more: Any) -> Any:
        wanted = scope[2] if len(scope) > 2 else more.get("fromlist")
        if wanted == (_STUB_WRITER,):
            empty = module_from_spec(ModuleSpec(f"{name}.{_STUB_WRITER}", None))
            return SimpleNamespace(**{_STUB_WRITER: empty})
        return own(name, *scope, **more)

    builtins.__import__ = with_less
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = own
