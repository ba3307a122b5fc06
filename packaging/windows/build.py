"""Build the till's Windows installer: `.venv/bin/python packaging/windows/build.py [FOLDER]`, or into `dist`.

CPython and the exact wheels come from `fetch`, the launchers from mingw, the installer from NSIS (Debian:
gcc-mingw-w64-x86-64-win32 nsis, and osslsigncode where it is signed). With CENTARA_CERTIFICATE, a PKCS #12
file, both programs and the installer are signed; its password stands in the file
CENTARA_CERTIFICATE_PASSWORD. The same commit, signed or not, makes the same bytes. To be run by Python 3.11,
whose bytecode is that of the Windows Python.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]

import fetch  # noqa: E402
from shipped import BUILD_TOOLS, add_program, commit_time, compile_all, notices, prune, run  # noqa: E402

from centara_giftcard import __version__  # noqa: E402

COMPILER: Final = "x86_64-w64-mingw32"
ICON_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 256)

# Of Qt stays what the till imports, and what Qt loads by itself; for the rest nobody asks: QML and Quick,
# SQL, network, printing (a printer is given bytes, or PDFs of QtGui's), Designer and other tools, stubs,
# headers, OpenGL (the processor paints widgets), translations (the till has its own), formats of pictures.
QT_KEPT: Final = re.compile(
    r"""__init__\.py | _config\.py | _git_pyside_version\.py
    | Qt(Core|Gui|Svg|Widgets)\.pyd | pyside6\.abi3\.dll
    | Qt6(Core|Gui|Svg|Widgets)\.dll                                # beneath the modules
    | (msvcp140|vcruntime140)\w*\.dll                               # Microsoft's C++, beneath Qt
    | support/.*                                                    # signatures of its calls
    | plugins/platforms/q(windows|offscreen)\.dll                   # a window, or none
    | plugins/styles/.*                                             # Windows' own look of what we do not draw
    """,
    re.VERBOSE,
)
UNUSED: Final = ("PIL/_avif*.pyd", "PIL/_webp*.pyd", "PIL/_imagingtk*.pyd")
"""Formats that no shop's logo has, and Tk's windows."""


def program(folder: Path) -> None:
    """Make `folder` the Windows Python with the till and all it is built on, compiled."""
    fetch.cpython(folder)
    site = folder / fetch.SITE
    fetch.packages(site, without=BUILD_TOOLS)
    add_program(site)
    prune(site, QT_KEPT, *UNUSED)
    compile_all(site, fetch.SITE)


def icon(target: Path) -> None:
    """The till's picture as an .ico of every size that Windows asks for."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PIL import Image
    from PySide6.QtCore import QBuffer, QByteArray, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance() or QGuiApplication(["icon"])
    picture = (
        (ROOT / "resources/icons/till.svg").read_text(encoding="utf-8").replace("currentColor", "#0B5FA5")
    )
    drawn = QImage(256, 256, QImage.Format.Format_ARGB32)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(picture.encode())).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    drawn.save(buffer, "PNG")  # type: ignore[call-overload] # it does take a QIODevice
    png = target.with_suffix(".png")
    png.write_bytes(data.data())
    del app
    with Image.open(png) as image:
        image.save(target, sizes=[(size, size) for size in ICON_SIZES])


def launchers(folder: Path) -> None:
    """Both programs, with icon, version and manifest."""
    icon(folder / "till.ico")
    shutil.copy(HERE / "launcher.manifest", folder)
    for name, more in {"Centara Till": ["-mwindows"], "centara-giftcard": ["-DCONSOLE", "-mconsole"]}.items():
        resources = folder / "launcher.rc"
        resources.write_text(_resources(name), encoding="utf-8")
        run(f"{COMPILER}-windres", "-c", "65001", "-I", folder, resources, folder / "resources.o")
        run(
            f"{COMPILER}-gcc", "-O2", "-Wall", "-Werror", "-s", "-DUNICODE", *more,
            "-Wl,--no-insert-timestamp", "-o", folder / f"{name}.exe",
            HERE / "launcher.c", folder / "resources.o",
            "-lshell32",
        )  # fmt: skip


def _resources(name: str) -> str:
    number = ",".join([*__version__.split("."), "0"])
    told = {
        "CompanyName": "Centara",
        "FileDescription": "Centara gift card terminal",
        "ProductName": "Centara gift card terminal",
        "FileVersion": __version__,
        "ProductVersion": __version__,
        "OriginalFilename": f"{name}.exe",
    }
    values = "\n".join(f'VALUE "{key}", "{value}"' for key, value in told.items())
    return f"""\
1 ICON "till.ico"
1 24 "launcher.manifest"
1 VERSIONINFO
FILEVERSION {number}
PRODUCTVERSION {number}
BEGIN
BLOCK "StringFileInfo" BEGIN BLOCK "040904b0" BEGIN
{values}
END END
BLOCK "VarFileInfo" BEGIN VALUE "Translation", 0x409, 1200 END
END
"""


def file_lines(folder: Path) -> Iterator[str]:
    """What NSIS puts where, a line each and in one order: it reads folders in whatever order they are in."""
    place = ""
    for path in sorted(it for it in folder.rglob("*") if it.is_file()):
        where = "\\".join(("$INSTDIR", "new", *path.relative_to(folder).parent.parts))
        if where != place:
            place = where
            yield f'SetOutPath "{where}"'
        yield f'File "{path}"'


def sign(path: Path, epoch: int) -> None:
    """Sign a program as of `epoch`, Unix seconds, where a certificate is given."""
    certificate = os.environ.get("CENTARA_CERTIFICATE")
    if not certificate:
        return
    signed = path.with_suffix(".signed")
    key = ["-pkcs12", certificate]
    if word := os.environ.get("CENTARA_CERTIFICATE_PASSWORD"):
        key += ["-readpass", word]  # a file: what stands in a command line every program can read
    run("osslsigncode", "sign", "-h", "sha256", *key, "-time", f"{epoch}", "-in", path, "-out", signed)
    signed.replace(path)


def build(target: Path) -> Path:
    """Build the installer into the folder `target`; return its path."""
    if sys.version_info[:2] != (3, 11):
        raise SystemExit("The Windows installer is built by Python 3.11, whose bytecode it ships.")
    epoch = commit_time()
    target.mkdir(parents=True, exist_ok=True)
    installer = target / f"centara-giftcard-{__version__}-setup.exe"
    with tempfile.TemporaryDirectory() as scratch:
        app, shells = Path(scratch, "app"), Path(scratch, "shells")
        app.mkdir()
        shells.mkdir()
        program(app)
        launchers(shells)
        for name in ("Centara Till.exe", "centara-giftcard.exe"):
            sign(shells / name, epoch)
        told = notices(app / fetch.SITE, HERE / "notices.txt", app / "LICENSE.txt")
        (shells / "notices.txt").write_text(told, encoding="utf-8")
        for path in Path(scratch).rglob("*"):
            os.utime(path, (epoch, epoch))
        files = Path(scratch, "files.nsh")
        files.write_text("\n".join(file_lines(app)) + "\n", encoding="utf-8")
        words = {"VERSION": __version__, "OUT": installer, "LAUNCHERS": shells, "FILES": files}
        run(
            "makensis",
            "-V2",
            "-INPUTCHARSET",
            "UTF8",
            *[f"-D{key}={value}" for key, value in words.items()],
            HERE / "installer.nsi",
        )
        size = sum(it.stat().st_size for it in app.rglob("*") if it.is_file())
    sign(installer, epoch)
    sys.stdout.write(f"{installer}: {installer.stat().st_size / 1e6:.1f} MB; installed {size / 1e6:.0f} MB\n")
    return installer


if __name__ == "__main__":
    build(Path(sys.argv[1] if sys.argv[1:] else ROOT / "dist").resolve())
