"""The wheel and the sdist, installed by pip: `python tests/packages/wheel.py` tries each Python there is.

Of 3.11 to 3.13 those on PATH: an environment of its own, the package with the exact versions of the
constraints, one whole sale without a display, and the removal. Exit status 1 if one fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHONS: Final = ("python3.11", "python3.12", "python3.13")
PAID: Final = "5. done: Paid [paid]"


def run(*command: str | Path) -> str:
    """What a program says; AssertionError with it where it fails."""
    clean = {name: it for name, it in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        command, cwd=ROOT, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def works(python: str) -> bool:
    """Whether this Python is there; a shim that only names it is not."""
    asked = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    if shutil.which(python) is None:
        return False
    told = subprocess.run([python, "-c", asked], capture_output=True, text=True)
    return told.stdout.strip() == python.removeprefix("python")


def try_out(python: str, package: Path, folder: Path) -> None:
    """Install a package into a new environment, sell with it, and remove it."""
    run(python, "-m", "venv", folder)
    pip = (folder / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check")
    run(*pip, "install", "--require-hashes", "-r", "packaging/constraints.txt")
    run(
        *pip, "install", "--no-build-isolation", package
    )  # what it asks for must be there, or pip looks for it
    run(*pip, "check")
    program = folder / "bin/centara-giftcard"
    said = run(program, "--demo", "--platform", "offscreen", "--data-dir", folder / "data")
    assert PAID in said, said
    run(*pip, "uninstall", "-y", "centara-giftcard")
    assert not program.exists()
    assert not list(folder.glob("lib/*/site-packages/centara_giftcard*"))


def main() -> int:
    """The command line."""
    found = [python for python in PYTHONS if works(python)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run(sys.executable, "-m", "hatchling", "build", "-d", folder)
        (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
        # The sdist once: what pip makes of it is the same wheel for all.
        for python, package in [*((it, wheel) for it in found), *((it, sdist) for it in found[:1])]:
            began = time.monotonic()
            try_out(python, package, folder / f"{python}-{package.suffix[1:]}")
            size = f"{package.stat().st_size / 1e6:.2f} MB"
            print(f"{time.monotonic() - began:6.1f} s  ok    {python}: {package.name}, {size}", flush=True)
    missing = [python for python in PYTHONS if python not in found]
    if missing:
        print(f"Not tried: {', '.join(missing)}, not found here.")
    return int(not found)


if __name__ == "__main__":
    sys.exit(main())
