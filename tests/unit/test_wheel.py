"""What is installed in a shop is the program and its resources, and nothing that lay beside them."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
RESOURCES = {".json", ".md", ".mo", ".png", ".po", ".svg", ".toml", ".ttf", ".txt", ".wav"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The files of a wheel that is built where an editor and a merge have left some of theirs."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("centara_giftcard", "resources"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    for leftover in ("domain/money.py.orig", "domain/money.py~", "ui/.keys.py.swp"):
        (folder / "centara_giftcard" / leftover).write_text("left over")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    (wheel,) = (folder / "dist").glob("*.whl")
    with ZipFile(wheel) as files:
        return [name for name in files.namelist() if ".dist-info/" not in name]


def test_every_file_of_the_wheel_belongs_there(names: list[str]) -> None:
    strange = [
        name
        for name in names
        if Path(name).suffix
        not in (RESOURCES if name.startswith("centara_giftcard/_resources/") else {".py"})
    ]
    assert strange == []


def test_the_whole_program_is_in_the_wheel(names: list[str]) -> None:
    program = {path.relative_to(ROOT).as_posix() for path in (ROOT / "centara_giftcard").rglob("*.py")}
    resources = {
        f"centara_giftcard/_resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and path.suffix in RESOURCES
    }
    assert program | resources <= set(names)
