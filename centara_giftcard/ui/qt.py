"""Qt for Python, without what its import does to every later one."""

import builtins


def load() -> None:
    """Import PySide, and give Python its own import statement back. Raises ImportError.

    PySide puts another in its place, which reads the source of each module that is imported from then on, in
    case it says `from __feature__ import ...`. Nothing here does, and with some four hundred modules that is
    40 ms of a start. To be called before anything else of PySide is imported; later it does nothing.
    """
    own = builtins.__import__
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = own
