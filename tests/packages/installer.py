"""The Windows installer under Wine: `python tests/packages/installer.py [SETUP.exe]` walks a shop's way.

Builds it unless one is named, installs it silently into a Windows of its own (`tests/windows/prefix.py`),
sells in the demo, upgrades over a till that runs and over an upgrade that was cut off, removes it, and looks
for what is left. Exit status 3 where Wine cannot be had, 1 if a step fails.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from e2e.patience import wait_for
from e2e.screen import Screen
from packages.debian import told
from windows.prefix import Windows, install_debian_packages, windows_path

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ROOT / "packaging/windows/build.py"
NOT_TRIED: Final = 3
HOME: Final = "Centara"  # NSIS takes /D only without quotes


class Installed:
    """Where the till lies in that Windows, and how it is called there."""

    def __init__(self, windows: Windows, setup: Path, display: str) -> None:
        self._windows, self._setup, self._display = windows, setup, display
        self.drive = windows.prefix / "drive_c"
        self.folder = self.drive / HOME
        self.data = self.drive / "shop"

    def call(self, program: Path, *words: str) -> tuple[int, str]:
        """Run a program to its end; its exit status and what it said."""
        done = subprocess.run(
            ["wine", program, *words],
            env=self._windows.environment(DISPLAY=self._display),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
        )
        return done.returncode, done.stdout.decode(errors="replace").replace("\r\n", "\n")

    def install(self, *words: str) -> int:
        """The installer, silently; its exit status."""
        return self.call(self._setup, "/S", "/CurrentUser", *words, f"/D=C:\\{HOME}")[0]

    def till(self, *words: str) -> tuple[int, str]:
        """The program of the command line."""
        return self.call(self.folder / "centara-giftcard.exe", *words)

    def open(self) -> subprocess.Popen[bytes]:
        """The program with the window, practising; returns once the till is ready."""
        recorder = self.data / "log" / "till.jsonl"
        recorder.unlink(missing_ok=True)
        started = subprocess.Popen(
            ["wine", self.folder / "Centara Till.exe", "--demo", "--data-dir", windows_path(self.data)],
            env=self._windows.environment(DISPLAY=self._display),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: recorder.exists() and b'"ready"' in recorder.read_bytes(), within_s=120)
        return started


def walk(till: Installed) -> None:
    """From the installer to the first sale, and to its removal."""
    with told("it is installed without a question, with its entries in the start menu"):
        assert till.install("/Autostart") == 0
        links = {path.name for path in till.drive.glob("users/*/AppData/Roaming/**/*.lnk")}
        assert {"Centara Till.lnk", "Centara Till (practice).lnk"} <= links, links
        assert list(till.drive.glob("users/*/AppData/Roaming/**/StartUp/Centara Till.lnk"))
        assert "GNU Lesser General Public License" in (till.folder / "notices.txt").read_text(
            encoding="utf-8"
        )
    with told("it tells its version"):
        assert till.till("--version") == (0, "centara-giftcard 0.1.0\n")
    with told("a whole sale in the demo, without a display"):
        status, said = till.till("--demo", "--platform", "offscreen", "--data-dir", windows_path(till.data))
        assert (status, "5. done: Paid [paid]" in said) == (0, True), said
    with told("its window opens; it is neither replaced nor removed under a till that runs"):
        running = till.open()
        assert till.install() == 2
        till.call(till.folder / "uninstall.exe", "/S", f"_?=C:\\{HOME}")
        assert running.poll() is None
        assert (till.folder / "app" / "python311.dll").exists()
        running.kill()
        till.call(Path("taskkill"), "/F", "/IM", "Centara Till.exe")
    with told("an upgrade that the power cut off leaves the old program, and the next one mends it"):
        (till.folder / "app").rename(till.folder / "old")
        (till.folder / "new").mkdir()
        assert till.till("--version") == (0, "centara-giftcard 0.1.0\n")
        assert till.install() == 0
        assert {path.name for path in till.folder.iterdir() if path.is_dir()} == {"app"}
        assert till.till("--version") == (0, "centara-giftcard 0.1.0\n")
    with told("it is removed, and nothing is left but the shop's data"):
        till.call(till.folder / "uninstall.exe", "/S")
        wait_for(lambda: not till.folder.exists())
        assert not list(till.drive.glob("users/*/AppData/Roaming/**/Centara*"))
        assert list(till.data.glob("**/*.sqlite*")) or list(till.data.glob("**/journal*"))


def main(arguments: list[str]) -> int:
    """The command line."""
    try:
        install_debian_packages()
    except (subprocess.CalledProcessError, FileNotFoundError) as why:
        print(f"Not tried: what it needs cannot be installed ({why}).")
        return NOT_TRIED
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        setup = Path(arguments[0]).resolve() if arguments else None
        if setup is None:
            with told("the installer is built"):
                subprocess.run([sys.executable, BUILD, scratch], check=True, stderr=subprocess.DEVNULL)
                (setup,) = Path(scratch).glob("*.exe")
        windows, screen = Windows(), Screen()
        with told("a Windows"):
            windows.set_up()
        try:
            walk(Installed(windows, setup, screen.name))
        finally:
            windows.end()
            screen.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
