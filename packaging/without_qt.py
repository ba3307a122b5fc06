"""Print constraints-dev.txt without Qt and what needs it, for an environment that has none."""

import sys
from pathlib import Path

QT = ("pyside6-essentials==", "shiboken6==", "pytest-qt==", "qasync==")


def main() -> None:
    """Write the remaining requirements, hashes and all, to standard output."""
    dropping = False
    for line in (Path(__file__).parent / "constraints-dev.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith((" ", "#")):
            dropping = line.startswith(QT)
        if not dropping:
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
