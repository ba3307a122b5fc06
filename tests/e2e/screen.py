"""A display of its own (Xvfb), with the hands that work on it: keys, touches, pictures."""

import atexit
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

from e2e.names import Names
from e2e.x11 import Windows

WIDTH: Final = 1280
HEIGHT: Final = 800


def missing() -> str:
    """What is not installed of the things these tests need, in words; empty where all is there."""
    return " and ".join(name for name in ("Xvfb", "xdotool", "dbus-daemon") if shutil.which(name) is None)


class Screen:
    """A virtual display on a free number, and keyboard and finger on it. `name` goes into DISPLAY.

    `names` knows what stands on it, of the programs that were started with its address; `windows` are theirs.
    """

    def __init__(self) -> None:
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        self.name = f":{number}"
        self.windows = Windows(self.name)
        self.names = Names()
        atexit.register(self.close)  # whatever becomes of the test that has it

    def close(self) -> None:
        """End the display; a second time does nothing."""
        self.names.close()
        self.windows.close()
        self._server.terminate()
        self._server.wait(timeout=60)

    def do(self, *words: str | float) -> str:
        """One call of xdotool; several commands may stand behind each other."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=os.environ | {"DISPLAY": self.name},
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout

    def wait_for_focus(self, title: str, within_s: float = 45) -> None:
        """Return when keys go to the window with this title."""
        until = time.monotonic() + within_s
        while self.do("getwindowfocus", "getwindowname").strip() != title:
            assert time.monotonic() < until, "the window never got the keyboard"
            time.sleep(0.01)

    def picture(self, path: Path) -> None:
        """Save the display as a PNG, where ImageMagick is at hand."""
        if shutil.which("import"):
            command = ["import", "-display", self.name, "-window", "root", str(path)]
            subprocess.run(command, check=False, timeout=60)

    def close_windows(self, title: str) -> None:
        """Ask every window with this title to close, as a window manager's button does."""
        found = self.do("search", "--onlyvisible", "--name", title).split()
        self.windows.ask_to_close(map(int, found))
