"""The Debian package in a clean Debian: `python tests/packages/debian.py` walks a shop's whole way.

Builds it twice and compares the bytes, makes a root of its own (debootstrap), installs the package there,
takes a payment at its window as a user without rights, removes it, and looks for what is left. Wants root's
rights and Debian's archive: exit status 3 where they cannot be had, 1 if a step fails.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from e2e.cashier import TITLE, Cashier
from e2e.program import TOKEN, Server, write_settings
from e2e.screen import Screen

ROOT: Final = Path(__file__).resolve().parents[2]
NOT_TRIED: Final = 3
SUITES: Final = {(3, 11): "bookworm", (3, 13): "trixie"}
BUILD: Final = [sys.executable, str(ROOT / "packaging/debian/build.py")]
PROGRAM: Final = "/usr/bin/centara-giftcard"
MOUNTED: Final = ("proc", "dev")
SYSTEMS_OWN: Final = ("proc", "dev", "tmp", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/log")
"""Not looked at for what a package leaves: the system's books of what it installs, and what is mounted."""


class NotHere(Exception):
    """Why no clean Debian can be had on this machine."""


class Debian:
    """A clean root in `folder`, with a user `till`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home/till"

    def set_up(self, suite: str) -> None:
        """Fetch and unpack it. Raises NotHere."""
        if os.geteuid() != 0:
            raise NotHere("it wants root's rights")
        if shutil.which("debootstrap") is None:
            raise NotHere("debootstrap is missing")
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", suite, self.folder, *os.environ.get("MIRROR", "").split()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if made.returncode:
            raise NotHere(made.stdout[-500:])
        for place in MOUNTED:
            subprocess.run(["mount", "--rbind", f"/{place}", self.folder / place], check=True)
            subprocess.run(["mount", "--make-rslave", self.folder / place], check=True)
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", self.folder / "etc" / name)
        self.root("useradd", "--create-home", "till")
        self.root("apt-get", "-q", "update")

    def away(self) -> None:
        """Give back what is mounted; without that nothing may be removed."""
        for place in MOUNTED:
            if os.path.ismount(self.folder / place):
                subprocess.run(["umount", "--recursive", "--lazy", self.folder / place], check=True)

    def command(self, user: str, *words: str, **more: str) -> list[str]:
        """A command as a user in it, with nothing of this machine's environment but its proxies."""
        clean = {"HOME": f"/home/{user}", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        clean |= {name: it for name, it in os.environ.items() if name.lower().endswith("_proxy")} | more
        variables = [f"{name}={it}" for name, it in clean.items()]
        return ["chroot", f"--userspec={user}:{user}", str(self.folder), "env", "-i", *variables, *words]

    def root(self, *words: str) -> str:
        """Have root do something; what was said."""
        return self._said(self.command("root", *words, DEBIAN_FRONTEND="noninteractive"))

    def till(self, *words: str) -> str:
        """The program, called by the user; what was said."""
        return self._said(self.command("till", PROGRAM, *words))

    def files(self) -> set[str]:
        """The names of all files and folders, but for SYSTEMS_OWN."""
        found = set()
        for place, folders, names in os.walk(self.folder):
            here = Path(place).relative_to(self.folder)
            folders[:] = [name for name in folders if (here / name).as_posix() not in SYSTEMS_OWN]
            found |= {(here / name).as_posix() for name in folders + names}
        return found

    def refused(self, *words: str) -> str:
        """Have root do something that fails; what was said."""
        command = self.command("root", *words, DEBIAN_FRONTEND="noninteractive")
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode != 0, done.stdout
        return done.stderr

    def _said(self, command: list[str]) -> str:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout


class ShopsCashier(Cashier):
    """A cashier at the installed till."""

    def __init__(self, debian: Debian, screen: Screen, data: str, *more: str) -> None:
        self._debian = debian
        self._words = ("--data-dir", f"/home/till/{data}", *more)
        super().__init__(screen, debian.home / data)

    def start(self) -> None:
        self.catch_up()
        more = {"DISPLAY": self.screen.name, "CENTARA_GIFTCARD_TOKEN": TOKEN}
        command = self._debian.command("till", PROGRAM, *self._words, **more)
        self._till = subprocess.Popen(command, stdout=self._errors, stderr=self._errors)
        self.wait(lambda line: line["event"] == "ready", "the till is ready")
        self.screen.wait_for_focus(TITLE)


@contextmanager
def told(sentence: str) -> Iterator[None]:
    """A step, with the time that it took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  ok    {sentence}", flush=True)


def walk(debian: Debian, package: Path, folder: Path) -> None:
    """From the package to the first sale, and to its removal."""
    shutil.copy(package, debian.folder / "tmp")
    install = ("apt-get", "install", "-qy", "--no-install-recommends", f"/tmp/{package.name}")
    remove = ("apt-get", "purge", "-qy", "centara-giftcard")
    with told("it is installed with what it depends on, and removed"):
        debian.root(*install)
        debian.root(*remove)
        before = debian.files()
        assert not [name for name in before if "centara" in name]
    with told("it is installed again, and tells its version"):
        debian.root(*install)
        assert debian.till("--version").startswith("centara-giftcard ")
    with told("a whole sale in the demo, without a display"):
        said = debian.till("--demo", "--platform", "offscreen", "--data-dir", "/home/till/demo")
        assert "5. done: Paid [paid]" in said, said
    with told("a payment at the window, by a user without rights; no upgrade or removal beneath it"):
        screen, server = Screen(), Server(folder)
        number = server.new_card()
        write_settings(debian.home / "settings.toml", server.address)
        cashier = ShopsCashier(debian, screen, "data", "--settings", "/home/till/settings.toml")
        try:
            cashier.holds(number, "12.50")
            for change in (["dpkg", "-i", f"/tmp/{package.name}"], ["dpkg", "-r", "centara-giftcard"]):
                refused = debian.refused(*change)
                assert "the till is running (process" in refused, refused
            cashier.press("F12")
            cashier.sees("done", "Paid", "paid")
            cashier.picture(Path(os.environ.get("PICTURES", folder), "debian-paid.png"))
            assert server.states(number) == [("committed", 1250)]
            assert cashier.end() == 0
            assert cashier.complaints() == ""
        finally:
            cashier.put_away()
            server.stop()
            screen.close()
    with told("nothing of it was changed, and no program of it was compiled anew"):
        assert debian.root("dpkg", "--verify", "centara-giftcard") == ""
        listed = {it.lstrip("/") for it in debian.root("dpkg", "-L", "centara-giftcard").splitlines()}
        there = {it for it in debian.files() if it.startswith("usr/lib/centara-giftcard/")}
        assert there <= listed, sorted(there - listed)[:10]
        assert debian.root("dpkg", "-s", "centara-giftcard").count("install ok installed") == 1
    with told("it is removed, and nothing is left but the data"):
        debian.root(*remove)
        left = {it for it in debian.files() - before if not it.startswith("home/till/")}
        assert not left, sorted(left)[:10]
        assert (debian.home / "data" / "log" / "till.jsonl").exists()


def main() -> int:
    """The command line."""
    suite = SUITES.get(sys.version_info[:2])
    if suite is None:
        print(
            "Not tried: no Debian has this Python; the package is built by 3.11 (bookworm) or 3.13 (trixie)."
        )
        return NOT_TRIED
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="debian-", dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        builds = [subprocess.Popen([*BUILD, folder / name], stdout=subprocess.DEVNULL) for name in "12"]
        debian = Debian(folder / "root")
        try:
            with told(f"a clean {suite}"):
                try:
                    debian.set_up(suite)
                except (AssertionError, subprocess.CalledProcessError) as why:  # no mounts, no archive
                    raise NotHere(str(why)[-500:]) from None
            with told("the package, built twice, of the same bytes"):
                assert [it.wait() for it in builds] == [0, 0]
                first, second = (next((folder / name).glob("*.deb")) for name in "12")
                assert first.read_bytes() == second.read_bytes()
            with told("the mark that the program is whole comes after the rest of it"):
                listed = subprocess.check_output(["dpkg-deb", "-c", first], text=True).splitlines()
                library = [it for it in listed if "/usr/lib/centara-giftcard/" in it]
                assert "/zzz-whole-" in library[-1], library[-3:]
            size = first.stat().st_size / 1e6
            walk(debian, first, folder)
        except NotHere as why:
            print(f"Not tried: no clean Debian can be made here ({why}).")
            return NOT_TRIED
        finally:
            for build in builds:
                build.terminate()
                build.wait()
            debian.away()
    print(f"{time.monotonic() - began:6.1f} s in all; the package has {size:.1f} MB")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
