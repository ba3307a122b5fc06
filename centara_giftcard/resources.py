"""The one way to the files in `resources/`: from a checkout, an installed wheel or a frozen build."""

import sys
from pathlib import Path


def resource(name: str) -> Path:
    """Return the path of `resources/<name>` (slashes between folders).

    Raises FileNotFoundError when the file is not there, which is a fault of the build, never of the user.
    """
    package = Path(__file__).resolve().parent
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for root in (package / "_resources", frozen / "resources", package.parent / "resources"):
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {name} is missing from this installation")
