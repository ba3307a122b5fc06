"""What is installed in a shop is the program and its resources, and nothing that lay beside them."""

import shutil
import subprocess
import sys
import tarfile
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
    return built_wheel(folder)


def build(folder: Path, kind: str) -> Path:
    """The `kind` of package ("wheel", "sdist") that the build command makes of a source folder."""
    to = folder / "dist" / kind
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(to)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    (package,) = to.iterdir()
    return package


def built_wheel(folder: Path) -> list[str]:
    """The files of the program in the wheel of a source folder."""
    with ZipFile(build(folder, "wheel")) as files:
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


def test_the_sdist_has_the_sources_and_nothing_of_a_shop_and_makes_the_same_wheel(tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    for name in ("centara_giftcard", "resources", "packaging", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    wanted = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for leftover in ("settings.toml", "data/journal.sqlite3", "data/log/till.jsonl", "token.txt"):
        (folder / leftover).parent.mkdir(parents=True, exist_ok=True)
        (folder / leftover).write_text("a shop's own")
    with tarfile.open(build(folder, "sdist")) as files:
        # Python 3.11.2 has no filters yet, and 3.12 warns where none is set.
        files.extraction_filter = getattr(tarfile, "data_filter", None)
        files.extractall(tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert found == wanted | {"PKG-INFO"}
    assert sorted(built_wheel(unpacked)) == sorted(built_wheel(folder))
