"""The Windows installer under Wine: `python tests/packages/installer.py [SETUP.exe]` walks a shop's way.

Builds it twice unless one is named, signed by a certificate for these tests, and compares the bytes. Installs
it silently into a Windows of its own (`tests/windows/prefix.py`), sells in the demo, upgrades over a till
that runs and over an upgrade that was cut off, removes it, and looks for what is left. Exit status 3 where
Wine or Python 3.11, whose bytecode it ships, cannot be had, 1 if a step fails.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from e2e.patience import wait_for
from e2e.screen import Screen
from packages.debian import told
from windows.prefix import Windows, install_debian_packages, windows_path

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ROOT / "packaging/windows/build.py"
TOOLS: Final = {"makensis": "nsis", "osslsigncode": "osslsigncode"}
MOST_BYTES: Final = 45_000_000
NOT_TRIED: Final = 3
HOME: Final = "Centara"  # NSIS takes /D only without quotes


class Installed:
    """Where the till lies in that Windows, and how it is called there."""

    def __init__(self, windows: Windows, setup: Path, display: str, name: str = HOME) -> None:
        """It lies, or will lie, in the folder `name` of drive C."""
        self._windows, self._setup, self._display, self._name = windows, setup, display, name
        self.drive = windows.prefix / "drive_c"
        self.folder = self.drive / name
        self.data = self.drive / "shop"

    def beside(self) -> "Installed":
        """Another one in a folder of its own."""
        return Installed(self._windows, self._setup, self._display, f"{HOME}2")

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
        return self.call(self._setup, "/S", "/CurrentUser", *words, f"/D=C:\\{self._name}")[0]

    def remove(self) -> None:
        """The uninstaller, silently; returns once the folder is gone."""
        self.call(self.folder / "uninstall.exe", "/S")
        wait_for(lambda: not self.folder.exists())

    def program(self) -> dict[Path, int]:
        """The files of the program, and when each was written last."""
        return {it: it.stat().st_mtime_ns for it in (self.folder / "app").rglob("*") if it.is_file()}

    def links(self) -> list[Path]:
        """What leads to it in the menu, and where programs are started at log-on."""
        return list(self.drive.glob("users/*/AppData/Roaming/**/Centara*.lnk"))

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


class Signer:
    """A publisher for these tests, which no Windows trusts, with its files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._trusted = folder / "publisher.pem"
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The till's tests")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3650))  # the commit's time is that of the signature
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .sign(key, SHA256())
        )
        word = b"a-password-of-these-tests"
        packed = serialize_key_and_certificates(b"tests", key, made, None, BestAvailableEncryption(word))
        (folder / "publisher.p12").write_bytes(packed)
        (folder / "password").write_bytes(word)
        self._trusted.write_bytes(made.public_bytes(Encoding.PEM))
        self.environment = {
            "CENTARA_CERTIFICATE": str(folder / "publisher.p12"),
            "CENTARA_CERTIFICATE_PASSWORD": str(folder / "password"),
        }

    def check(self, program: Path) -> None:
        """Fail unless a program is signed by this publisher, and whole."""
        checked = subprocess.run(
            ["osslsigncode", "verify", "-CAfile", self._trusted, "-in", program],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert checked.returncode == 0, checked.stdout


def built(folder: Path, signer: Signer) -> Path:
    """The installer, built twice at once. Fails unless the two have the same bytes."""
    log = folder / "log"
    with log.open("w", encoding="utf-8") as said:
        builds = [
            subprocess.Popen(
                [sys.executable, BUILD, folder / name],
                env=os.environ | signer.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            for name in "12"
        ]
    try:
        assert [build.wait() for build in builds] == [0, 0], log.read_text(encoding="utf-8")[-4000:]
    finally:
        for build in builds:
            build.terminate()
            build.wait()
    first, second = (next((folder / name).glob("*.exe")) for name in "12")
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size <= MOST_BYTES
    return first


def walk(till: Installed, signer: Signer | None) -> None:
    """From the installer to the first sale, and to its removal."""
    with told("it is installed without a question, with its entries in the start menu"):
        assert till.install("/Autostart") == 0
        menu = {f"{path.parent.name}/{path.name}" for path in till.links()}
        places = {
            "Centara/Centara Till.lnk",
            "Centara/Centara Till (practice).lnk",
            "StartUp/Centara Till.lnk",
        }
        assert menu == places, menu
        assert "GNU Lesser General Public License" in (till.folder / "notices.txt").read_text(
            encoding="utf-8"
        )
        if signer:
            signer.check(till.folder / "Centara Till.exe")
            signer.check(till.folder / "centara-giftcard.exe")
    as_installed = till.program()
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
    with told("it has written nothing into its own folder, which may be for reading only"):
        assert till.program() == as_installed
    with told("an upgrade that the power cut off leaves the old program, and the next one mends it"):
        (till.folder / "app").rename(till.folder / "old")
        (till.folder / "new").mkdir()
        assert till.till("--version") == (0, "centara-giftcard 0.1.0\n")
        assert till.install() == 0
        assert {path.name for path in till.folder.iterdir() if path.is_dir()} == {"app"}
        assert till.till("--version") == (0, "centara-giftcard 0.1.0\n")
    with told("another version beside it has the menu, and keeps it where the first one is removed"):
        later = till.beside()
        assert later.install() == 0
        assert till.till("--version") == later.till("--version") == (0, "centara-giftcard 0.1.0\n")
        till.remove()
        assert later.till("--version") == (0, "centara-giftcard 0.1.0\n")
        links = later.links()
        assert links
        assert all(b"Centara2" in link.read_bytes().replace(b"\0", b"") for link in links)  # texts are UTF-16
    with told("it is removed, and nothing is left but the shop's data"):
        later.remove()
        assert not list(till.drive.glob("users/*/AppData/Roaming/**/Centara*"))
        assert list(till.data.glob("**/*.sqlite*")) or list(till.data.glob("**/journal*"))


def main(arguments: list[str]) -> int:
    """The command line."""
    if sys.version_info[:2] != (3, 11):
        print("Not tried: the installer is built by Python 3.11, whose bytecode it ships.")
        return NOT_TRIED
    try:
        install_debian_packages(TOOLS)
    except (subprocess.CalledProcessError, OSError) as why:
        print(f"Not tried: what it needs cannot be installed ({why}).")
        return NOT_TRIED
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch, ExitStack() as end:
        signer = None
        if arguments:
            setup = Path(arguments[0]).resolve()
        else:
            with told("the installer, built twice and signed, of the same bytes"):
                signer = Signer(Path(scratch))
                setup = built(Path(scratch), signer)
                signer.check(setup)
        windows, screen = Windows(), Screen()
        end.callback(screen.close)
        end.callback(windows.end)
        with told("a Windows"):
            windows.set_up()
        walk(Installed(windows, setup, screen.name), signer)
        print(f"{time.monotonic() - began:6.1f} s in all; it has {setup.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
