"""Whether a window can be opened here, found out before Qt is asked: Qt would end the whole process.

Used by the command line, by the demo, and by `packaging/quickstart.py`; only the standard library.
"""

import ctypes
import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Final

DEBIAN_PACKAGES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""The system libraries Qt's wheels need for a window on Linux, and the Debian package of each.

What `readelf -d` names in the modules and plug-ins this program loads, but for those every Debian has.
"""

WAYLAND_PACKAGES: Final = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
"""What Qt needs besides for a window on Wayland; a desktop of that kind has them, and X11 does without."""

_MISSING: Final = re.compile(r"(?P<library>lib[\w.+-]+\.so[.\d]*): cannot open shared object file")


def display_problem() -> str | None:
    """Return one sentence why no window can be opened, or None where one can.

    Heeds QT_QPA_PLATFORM, DISPLAY and WAYLAND_DISPLAY as Qt does. Connects to the display to find out.
    """
    if sys.platform in {"win32", "darwin"}:
        return None
    asked = [name.split(":")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    wanted = asked or ["wayland", "xcb"]
    if not set(wanted) <= {"wayland", "xcb"}:
        return None  # offscreen and its like need no display
    tries = {"wayland": ("WAYLAND_DISPLAY", _wayland_problem), "xcb": ("DISPLAY", _x11_problem)}
    problems = [
        problem() for name in wanted for variable, problem in [tries[name]] if os.environ.get(variable)
    ]
    if not problems:
        return "There is no display: start it in a desktop session, or with --platform offscreen."
    return None if None in problems else problems[-1]


def library_problem(message: str) -> str | None:
    """Return one sentence for the text of a failed load that names a system library, else None."""
    match = _MISSING.search(message)
    if match is None:
        return None
    library = match["library"]
    known = (DEBIAN_PACKAGES | WAYLAND_PACKAGES).get(library)
    packages = [known] if known else sorted({*DEBIAN_PACKAGES.values()})
    return f"The system library {library} is missing; on Debian: apt-get install {' '.join(packages)}"


def missing_packages() -> list[str]:
    """Return the Debian packages of those libraries that cannot be loaded here."""
    missing = set()
    for library, package in DEBIAN_PACKAGES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.add(package)
    return sorted(missing)


def _x11_problem() -> str | None:
    # The very call Qt makes: it knows every form of DISPLAY, and the authority file.
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        _load_plugin("libqxcb.so")
    except OSError as error:
        return library_problem(str(error)) or f"Qt's window plug-in cannot be loaded: {error}."
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    if xcb.xcb_connection_has_error(connection):
        xcb.xcb_disconnect(connection)
        return _unreachable("DISPLAY")
    # The connection stays: a display begins anew when its last client leaves, as on a till that shows nothing
    # else, and would refuse Qt in that moment.
    return None


def _wayland_problem() -> str | None:
    if sys.platform == "win32":
        return None  # for the type checker: it has no such sockets, and nobody asks
    import socket  # with more than a start on X11 has need of

    # A plain socket, because the library would add a line of its own on standard error. The libraries are
    # asked for only where somebody answers: that they are missing is no news where there is no such display.
    address = Path(os.environ.get("XDG_RUNTIME_DIR", "/"), os.environ["WAYLAND_DISPLAY"])
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(address))
    except OSError:
        return _unreachable("WAYLAND_DISPLAY")
    try:
        _load_plugin("libqwayland.so")
    except OSError as error:
        return library_problem(str(error)) or f"Qt's window plug-in cannot be loaded: {error}."
    return None


def _unreachable(variable: str) -> str:
    name = os.environ[variable]
    return f"The display {name} ({variable}) cannot be reached; --platform offscreen does without one."


def _load_plugin(name: str) -> None:
    """Load a platform plug-in of Qt, where it is, to see whether it finds its libraries. Raises OSError."""
    spec = importlib.util.find_spec("PySide6")  # finds it without importing it
    for folder in (spec and spec.submodule_search_locations) or ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / name
        if plugin.exists():
            ctypes.CDLL(str(plugin))
