"""The shop at a till on Windows: what the steps of the run share, and where they are registered."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from e2e.cashier import TITLE, Cashier
from e2e.program import Server, write_settings
from e2e.screen import Screen
from windows.prefix import Windows, windows_path

TOKEN: Final = "a-token-of-these-tests"
Step = Callable[["Shop"], None]
STEPS: list[tuple[str, Step]] = []


class NotTried(Exception):
    """Why a step cannot be walked on this machine."""


def step(sentence: str) -> Callable[[Step], Step]:
    """Register a step of the run."""

    def register(what: Step) -> Step:
        STEPS.append((sentence, what))
        return what

    return register


class WineCashier(Cashier):
    """A cashier at a till on Windows."""

    def __init__(self, windows: Windows, screen: Screen, data_dir: Path, *more: str | Path) -> None:
        self._windows = windows
        super().__init__(screen, data_dir, *more, token=TOKEN)

    def start(self) -> None:
        self.catch_up()
        data = windows_path(self.data_dir)
        command = self._windows.command("-m", "centara_giftcard", "--data-dir", data, *self._more)
        self._till = subprocess.Popen(
            command,
            env=self._windows.environment(DISPLAY=self.screen.name, CENTARA_GIFTCARD_TOKEN=TOKEN),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait(lambda line: line["event"] == "ready", "the till is ready")
        found = self.screen.do("search", "--sync", "--onlyvisible", "--name", TITLE).split()
        self.screen.do("windowfocus", "--sync", found[0])  # there is no window manager to do it

    def ended(self) -> int:
        """Wait for its end by itself; the exit status."""
        assert self._till is not None
        return self._till.wait(timeout=60)


class Shop:
    """What the steps share: the prefix, a display, a server, and a folder for each step."""

    def __init__(self, windows: Windows, screen: Screen, server: Server, folder: Path) -> None:
        self.windows, self.screen, self.server, self.folder = windows, screen, server, folder

    def settings(self, name: str, more: str = "") -> Path:
        """A settings file, of a till at the server."""
        self.folder.joinpath(name).mkdir()
        return write_settings(self.folder / name / "settings.toml", self.server.address, more=more)

    @contextmanager
    def till(self, settings: Path) -> Iterator[WineCashier]:
        """A till with these settings, and its cashier; gone afterwards."""
        more = ("--settings", windows_path(settings))
        cashier = WineCashier(self.windows, self.screen, settings.parent / "data", *more)
        try:
            yield cashier
        finally:
            cashier.put_away()
