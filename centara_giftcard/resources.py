"""The one way to the files in `resources/`: from a checkout, an installed wheel or a frozen build."""

import sys
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_ROOTS: Final = (
    _PACKAGE / "_resources",
    Path(getattr(sys, "_MEIPASS", _PACKAGE)) / "resources",
    _PACKAGE.parent / "resources",
)


def resource(name: str) -> Path:
    """Return the path of `resources/<name>` (slashes between folders).

    Raises FileNotFoundError when the file is not there, which is a fault of the build, never of the user.
    """
    for root in _ROOTS:
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {name} is missing from this installation")
