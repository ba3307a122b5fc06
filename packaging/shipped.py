"""What the packages for Debian and Windows have in common: what is shipped, compiled, on what terms."""

import compileall
import os
import re
import shutil
import subprocess
import sys
import tempfile
from email.parser import Parser
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

BUILD_TOOLS: Final = (
    "editables",
    "hatchling",
    "pathspec",
    "pluggy",
    "setuptools",
    "tomlkit",
    "trove-classifiers",
)
"""What builds the wheel and is of no use to the program: python-escpos names setuptools, and imports none."""

REMOVED: Final = (
    "bin",  # commands of the wheels
    "docs",  # some wheels put theirs beside the packages
    "tests",
    "distutils-precedence.pth",  # setuptools'
    "*.dist-info/RECORD",  # tells the machine's paths of the commands that are gone
    "*.dist-info/REQUESTED",
    "*.dist-info/INSTALLER",
    "*.dist-info/direct_url.json",  # where the wheel lay
    "**/*.pyi",  # for type checkers
    "**/py.typed",
)


def run(*command: str | Path) -> None:
    """Run a program. Raises subprocess.CalledProcessError, with what it said on standard error."""
    subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr)  # noqa: S603


def pip_install(site: Path, *what: str | Path) -> None:
    """Have pip put something into the folder `site`, and nothing that it asks for besides."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-deps"]
    run(*pip, "--no-compile", "--root-user-action=ignore", "--target", site, *what)


def add_program(site: Path) -> None:
    """Put this checkout's own wheel into `site`."""
    with tempfile.TemporaryDirectory() as scratch:
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", scratch)
        pip_install(site, *Path(scratch).glob("*.whl"))


def prune(site: Path, qt_kept: re.Pattern[str], *more: str) -> None:
    """Take away REMOVED and `more`, patterns below `site`, and of PySide6 all that does not fit `qt_kept`."""
    for pattern in (*REMOVED, *more):
        for path in list(site.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    qt = site / "PySide6"
    for path in sorted(qt.rglob("*"), reverse=True):  # what is in a folder before the folder
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and not qt_kept.fullmatch(path.relative_to(qt).as_posix()):
            path.unlink()


def compile_all(site: Path, place: str) -> None:
    """Compile `site`, named as it will lie at `place`.

    Never compared with the sources: a folder that cannot be written would be compiled anew at each start.
    """
    if not compileall.compile_dir(
        site, quiet=1, stripdir=site, prependdir=place, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    ):
        raise SystemExit("Some module could not be compiled.")


def notices(site: Path, *first: Path) -> str:
    """Whose work is shipped, and under which terms: the texts `first`, then those of the wheels in `site`."""
    parts = [path.read_text(encoding="utf-8", errors="replace") for path in first]
    for info in sorted(site.glob("*.dist-info")):
        told = Parser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
        classifiers = [it for it in told.get_all("Classifier", []) if it.startswith("License ::")]
        terms = told["License-Expression"] or "; ".join(classifiers) or told["License"]
        parts.append(
            f"{told['Name']} {told['Version']}\nLicence: {' '.join((terms or 'see below').split())}\n"
        )
        found = [it for it in info.rglob("*") if re.match("(?i)(licen[cs]e|copying|notice|authors)", it.name)]
        parts += [it.read_text(encoding="utf-8", errors="replace") for it in sorted(found) if it.is_file()]
    return ("\n" + "-" * 78 + "\n\n").join(parts)


def commit_time() -> int:
    """The moment that everything built bears, seconds since 1970: the commit's, unless told otherwise.

    Hatchling, dpkg-deb and makensis heed SOURCE_DATE_EPOCH, which is set by this.
    """
    git = ["git", "log", "-1", "--format=%ct"]
    told = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.check_output(git, cwd=ROOT, text=True).strip()  # noqa: S603
    os.environ["SOURCE_DATE_EPOCH"] = told
    return int(told)
