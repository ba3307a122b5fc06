"""Build the till's Debian package: `.venv/bin/python packaging/debian/build.py [FOLDER]`, else into `dist`.

Run by Python 3.11 it makes the package for bookworm, by 3.13 the one for trixie. The wheels of the
constraints, by their hashes, and the program lie compiled under /usr/lib/centara-giftcard, and Debian's own
Python runs them. Nothing is fetched when the package is installed. The same commit makes the same bytes.
"""

import compileall
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from centara_giftcard import __version__  # noqa: E402
from centara_giftcard.display import DEBIAN_PACKAGES, WAYLAND_PACKAGES  # noqa: E402

FILES: Final = Path(__file__).parent / "files"
NAME: Final = "centara-giftcard"
LIBRARY: Final = f"usr/lib/{NAME}"
PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"

BUILD_TOOLS: Final = {
    "editables",
    "hatchling",
    "pathspec",
    "pluggy",
    "setuptools",
    "tomlkit",
    "trove-classifiers",
}
"""What builds the wheel and is of no use to the program: python-escpos names setuptools, and imports none."""

# Of Qt stays what the till imports, and what Qt loads by itself; for the rest nobody asks: QML, Quick, SQL,
# network, printing (pages are PDFs of QtGui's), Designer and other tools, stubs, headers, OpenGL (widgets are
# painted by the processor), translations (the till has its own), the themes of desktops, formats of pictures.
QT_KEPT: Final = re.compile(
    r"""__init__\.py | _config\.py | _git_pyside_version\.py
    | Qt(Core|Gui|Svg|Widgets)\.abi3\.so | libpyside6\.abi3\.so[.\d]*
    | support/.*                                                    # signatures of its calls
    | Qt/lib/libQt6(Core|Gui|Svg|Widgets)\.so\.6                    # beneath the modules
    | Qt/lib/libicu.*                                               # QtCore's letters
    | Qt/lib/libQt6DBus\.so\.6                                      # QtGui's way to screen readers
    | Qt/lib/libQt6(XcbQpa|WaylandClient)\.so\.6                    # beneath the platforms
    | Qt/plugins/platforms/libq(xcb|wayland|offscreen)\.so          # X11, Wayland, none
    | Qt/plugins/platforminputcontexts/lib(compose|ibus).*          # accents by dead keys, input methods
    | Qt/plugins/platformthemes/libqxdgdesktopportal\.so            # whether the desktop is dark
    | Qt/plugins/wayland-shell-integration/libxdg-shell\.so         # a window on Wayland
    | Qt/plugins/wayland-decoration-client/libbradient\.so          # and its frame
    """,
    re.VERBOSE,
)
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


def run(*command: str | Path, **environment: str) -> None:
    """Run a program. Raises subprocess.CalledProcessError, with what it said on standard error."""
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | environment, stdout=sys.stderr)  # noqa: S603


def requirements() -> str:
    """The constraints with their hashes, without the tools."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8"))
    return "\n".join(block for block in blocks if block.split("==")[0] not in BUILD_TOOLS) + "\n"


def environment(folder: Path) -> None:
    """Make `folder` the program and what it is built on, compiled."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-deps"]
    pip += ["--no-compile", "--root-user-action=ignore", "--target", str(folder)]
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch, "wanted.txt")
        wanted.write_text(requirements(), encoding="utf-8")
        run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", wanted)
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", scratch)
        run(*pip, *Path(scratch).glob("*.whl"))
    for pattern in REMOVED:
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    qt = folder / "PySide6"
    for path in sorted(qt.rglob("*"), reverse=True):  # what is in a folder before the folder
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and not QT_KEPT.fullmatch(path.relative_to(qt).as_posix()):
            path.unlink()
    # Named as they will lie, and never compared with their sources, which nobody but root can change.
    done = compileall.compile_dir(
        folder, quiet=1, stripdir=folder, prependdir=f"/{LIBRARY}",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )  # fmt: skip
    if not done:
        raise SystemExit("Some module could not be compiled.")


def notices(folder: Path) -> str:
    """What is shipped, whose it is, and under which terms: the text of Debian's copyright file."""
    parts = [(FILES / "copyright").read_text(encoding="utf-8")]
    for info in sorted(folder.glob("*.dist-info")):
        told = Parser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
        classifiers = [it for it in told.get_all("Classifier", []) if it.startswith("License ::")]
        terms = told["License-Expression"] or "; ".join(classifiers) or told["License"]
        parts.append(
            f"{told['Name']} {told['Version']}\nLicence: {' '.join((terms or 'see below').split())}\n"
        )
        found = [it for it in info.rglob("*") if re.match("(?i)(licen[cs]e|copying|notice|authors)", it.name)]
        parts += [it.read_text(encoding="utf-8", errors="replace") for it in sorted(found) if it.is_file()]
    return ("\n" + "-" * 78 + "\n\n").join(parts)


def put(text: str | bytes, target: Path, mode: int = 0o644) -> None:
    """Write a file of the package."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    target.chmod(mode)


def control(size_kib: int) -> str:
    """The package's card: names, versions, what it depends on."""
    following = f"{sys.version_info.major}.{sys.version_info.minor + 1}"
    system = sorted({*DEBIAN_PACKAGES.values()})
    return f"""\
Package: {NAME}
Version: {__version__}
Architecture: amd64
Maintainer: Centara gift card terminal <packages@centara.invalid>
Installed-Size: {size_kib}
Depends: python{PYTHON} (<< {following}~), ca-certificates, {", ".join(system)}
Recommends: {", ".join(sorted(WAYLAND_PACKAGES.values()))}, gnome-keyring | kwalletmanager
Section: misc
Priority: optional
Description: gift card terminal of a shop's till
 A cashier scans a gift card, sees what is on it, types the amount, and takes
 the payment or lets it go. Speaks Centara's Loyalty gift card API and keeps a
 journal of its own, so that a power cut never charges a customer twice.
"""


def files_of(folder: Path) -> Iterator[Path]:
    """The files below a folder, in one order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def stage(folder: Path) -> None:
    """Lay out what the package installs, and DEBIAN beside it."""
    library = folder / LIBRARY
    environment(library)
    start = f"""\
#!/usr/bin/python{PYTHON} -IS
# Isolated: neither the user's packages nor Debian's, nor PYTHON* variables, reach the till.
import sys
sys.path.append("/{LIBRARY}")
from centara_giftcard.__main__ import main
sys.exit(main())
"""
    put(start, folder / f"usr/bin/{NAME}", 0o755)
    for name, place in {
        "centara-giftcard.desktop": "usr/share/applications",
        "centara-giftcard.metainfo.xml": "usr/share/metainfo",
        "centara-giftcard-kiosk.service": "usr/lib/systemd/user",
        "70-centara-giftcard.rules": "usr/lib/udev/rules.d",
    }.items():
        put((FILES / name).read_bytes(), folder / place / name)
    icon = (ROOT / "resources/icons/till.svg").read_bytes()
    put(icon, folder / f"usr/share/icons/hicolor/scalable/apps/{NAME}.svg")
    page = folder / f"usr/share/man/man1/{NAME}.1.gz"
    page.parent.mkdir(parents=True)
    with page.open("wb") as file:
        subprocess.run(["gzip", "-9nc", FILES / "centara-giftcard.1"], check=True, stdout=file)  # noqa: S603, S607
    put(notices(library), folder / f"usr/share/doc/{NAME}/copyright")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.parent == folder / "usr/bin" else 0o644)
    installed = list(files_of(folder))
    sums = [f"{hashlib.md5(it.read_bytes()).hexdigest()}  {it.relative_to(folder)}\n" for it in installed]  # noqa: S324
    put("".join(sums), folder / "DEBIAN/md5sums")
    put(control(sum(it.stat().st_size for it in installed) // 1024), folder / "DEBIAN/control")
    put((FILES / "postinst").read_bytes(), folder / "DEBIAN/postinst", 0o755)


def build(target: Path) -> Path:
    """Build the package into the folder `target`; return its path."""
    git = ["git", "log", "-1", "--format=%ct"]
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.check_output(git, cwd=ROOT, text=True).strip()  # noqa: S603
    os.environ["SOURCE_DATE_EPOCH"] = epoch  # heeded by hatchling and dpkg-deb
    debian = {"3.11": "bookworm", "3.13": "trixie"}.get(PYTHON, f"python{PYTHON}")
    package = target / f"{NAME}_{__version__}_{debian}_amd64.deb"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "package")
        folder.mkdir(mode=0o755)
        stage(folder)
        for path in [folder, *folder.rglob("*")]:
            os.utime(path, (int(epoch), int(epoch)))
        # A quarter larger than with xz, in a sixth of the time, which the gate counts.
        smaller = ("-Zzstd", "-z12", "--threads-max=1")
        run("dpkg-deb", "--root-owner-group", *smaller, "--build", folder, package)
    return package


if __name__ == "__main__":
    made = build(Path(sys.argv[1] if sys.argv[1:] else ROOT / "dist").resolve())
    sys.stdout.write(f"{made}: {made.stat().st_size / 1e6:.1f} MB\n")
