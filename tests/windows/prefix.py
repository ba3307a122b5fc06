"""A Windows of its own under Wine: set up from Debian and the package index alone, in a folder that may stay.

It is kept under `.venv/windows` until the constraints change; a machine that has nothing sets it up anew.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
FOLDER: Final = ROOT / ".venv" / "windows"
PACKAGES: Final[Mapping[str, str]] = {
    "wine": "wine wine64",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "socat": "socat",
}
LATEST: Final = (HERE / "stubs.c", HERE / "wine_only.py", ROOT / "packaging" / "constraints-dev.txt")

sys.path.insert(0, str(ROOT / "packaging" / "windows"))
import fetch  # noqa: E402


def install_debian_packages(more: Mapping[str, str] = {}) -> None:
    """Install what is not there of PACKAGES and `more`. Raises CalledProcessError where that fails."""
    wanted = {**PACKAGES, **more}
    missing = [package for tool, package in wanted.items() if not shutil.which(tool)]
    if not missing:
        return
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *" ".join(missing).split()]
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    if subprocess.run(install, check=False, **quiet).returncode:  # type: ignore[call-overload]
        subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)  # type: ignore[call-overload]
        subprocess.run(install, check=True, **quiet)  # type: ignore[call-overload]


class Windows:
    """Python 3.11 for Windows with the till and its tests, in a Wine prefix."""

    def __init__(self) -> None:
        self.prefix = FOLDER / "prefix"
        self.python = FOLDER / "python"

    def set_up(self) -> None:
        """Make the prefix and its Python, unless they are there as they should be."""
        sources = [path.read_bytes() for path in (*LATEST, Path(fetch.__file__))]
        digest = hashlib.sha256(b"".join([bytes(ROOT), *sources]))  # its Python finds the till by that path
        stamp = FOLDER / "stamp"
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        self._wine("wineboot", "-i")
        system = self.prefix / "drive_c" / "windows"
        for name, part in (("bcryptprimitives", "RANDOM"), ("icuuc", "ICU")):
            target = system / "system32" / f"{name}.dll"
            compiler = ["x86_64-w64-mingw32-gcc", "-shared", "-O2", "-s", f"-D{part}", "-o", str(target)]
            subprocess.run([*compiler, str(HERE / "stubs.c"), "-ladvapi32"], check=True)
        for font in Path("/usr/share/fonts/truetype/dejavu").glob("DejaVuSans*.ttf"):
            shutil.copy(font, system / "Fonts")
        fetch.cpython(self.python)
        fetch.packages(self.python / fetch.SITE, "constraints-dev.txt")
        shutil.copy(HERE / "wine_only.py", self.python / "sitecustomize.py")
        paths = (self.python / "python311._pth").read_text(encoding="ascii")
        here = "\n".join(["import site", windows_path(ROOT), windows_path(ROOT / "tests")])
        text = paths.replace("import site", here)
        (self.python / "python311._pth").write_text(text, encoding="ascii", newline="\r\n")
        stamp.write_text(digest.hexdigest())

    def environment(self, **more: str) -> dict[str, str]:
        """What a program there is started with: no display unless it is given one."""
        foreign = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XAUTHORITY", "CENTARA_GIFTCARD_TOKEN"}
        clean = {name: value for name, value in os.environ.items() if name not in foreign}
        wine = {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=d",
        }
        return clean | wine | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"} | more

    def command(self, *words: str | Path, program: str = "python.exe") -> list[str]:
        """The command line that runs a program of its Python."""
        return ["wine", str(self.python / program), *map(str, words)]

    def run(
        self, *words: str | Path, given: str = "", within_s: float = 120, more: Mapping[str, str] = {}
    ) -> tuple[int, str]:
        """Run Python there to its end: exit status, and what it said on both streams.

        The streams are pipes, for an ordinary file is an invalid handle to Python under Wine 8.
        """
        done = subprocess.run(
            self.command(*words),
            env=self.environment(**more),
            input=given.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=within_s,
        )
        return done.returncode, done.stdout.decode(errors="replace").replace("\r\n", "\n")

    def till(self, *words: str | Path, given: str = "", more: Mapping[str, str] = {}) -> tuple[int, str]:
        """Run the till's command line there."""
        return self.run("-m", "centara_giftcard", *words, given=given, more=more)

    def _wine(self, *words: str, **more: str) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run(
            ["wine", *words],
            env=self.environment(**more),
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            timeout=120,
        )

    def set_registry(self, key: str, name: str, value: str, kind: str = "REG_SZ") -> None:
        """Write a value into the registry: a text, unless another kind is named."""
        self._wine("reg", "add", key, "/v", name, "/t", kind, "/d", value, "/f")

    def end_session(self, display: str) -> None:
        """Log off: every program is asked, and waited for."""
        self._wine("wineboot", "-e", DISPLAY=display)

    def end(self) -> None:
        """End whatever still runs there."""
        subprocess.run(["wineserver", "-k"], env=self.environment(), check=False, stderr=subprocess.DEVNULL)


def windows_path(path: Path) -> str:
    """Where Windows finds a path of this machine."""
    return "Z:" + str(path).replace("/", "\\")
