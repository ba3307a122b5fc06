"""The one file a fresh machine starts with. Its real installations are CI's; here, its decisions."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "packaging" / "quickstart.py"


@pytest.fixture
def quickstart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The file as a module, on a checkout of its own whose environment looks made."""
    spec = importlib.util.spec_from_file_location("quickstart", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "packaging/constraints.txt", "packaging/constraints-dev.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": python,
        "STAMP": tmp_path / ".venv" / "stamp",
    }.items():
        monkeypatch.setattr(module, name, str(value))
    return module


class Programs:
    """Stands for every program that would be run; `failing` are words of those that fail."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.calls: list[str] = []

    def __call__(self, command: list[str], stdout: Any = None, **_: Any) -> int:
        line = " ".join(command)
        self.calls.append(line)
        if hasattr(stdout, "write"):
            stdout.write(b"what a program says\n")
        return int(any(word in line for word in self.failing))


def set_up(quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch, programs: Programs, what: str) -> int:
    monkeypatch.setattr(quickstart.subprocess, "call", programs)
    monkeypatch.setattr(quickstart, "run", lambda command: programs(["RUN:", *command]) or 7)
    monkeypatch.setattr(quickstart.Setup, "system_packages", lambda self, tools: None)
    status: int = quickstart.main([what, "--more"])
    return status


def test_a_first_run_installs_with_hashes_then_runs_and_a_second_only_runs(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = Programs(), Programs()
    assert set_up(quickstart, monkeypatch, first, "test") == 7
    packages, package, run = [re.sub(r"\S*/", "", call) for call in first.calls[-3:]]
    assert packages.endswith("--require-hashes -r constraints-dev.txt")
    assert "--no-deps --no-build-isolation -e" in package
    assert run == "RUN: python -m pytest -n auto --dist loadfile --no-loadscope-reorder --more"
    assert "what a program says" not in capsys.readouterr().out
    assert set_up(quickstart, monkeypatch, second, "test") == 7
    assert len(second.calls) == 1


def test_what_the_tests_need_is_enough_for_the_demo_but_not_the_other_way_round(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calls(what: str) -> int:
        programs = Programs()
        set_up(quickstart, monkeypatch, programs, what)
        return len(programs.calls)

    calls("demo")
    assert calls("demo") == 1
    assert calls("test") > 1
    assert calls("demo") == 1


def test_new_versions_are_installed(quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(quickstart, monkeypatch, Programs(), "demo")
    Path(quickstart.ROOT, "packaging", "constraints.txt").write_text("other")
    programs = Programs()
    set_up(quickstart, monkeypatch, programs, "demo")
    assert any("--require-hashes" in call for call in programs.calls)


def test_a_failed_installation_shows_what_was_said_and_is_tried_again(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up(quickstart, monkeypatch, Programs("--require-hashes"), "demo") == 2
    said = capsys.readouterr().err
    assert said.startswith("quickstart: The packages could not be installed.")
    assert "what a program says" in said
    programs = Programs()
    assert set_up(quickstart, monkeypatch, programs, "demo") == 7
    assert any("--require-hashes" in call for call in programs.calls)


def test_a_folder_in_the_way_is_not_overwritten(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(quickstart.VENV, "pyvenv.cfg").unlink()
    programs = Programs()
    assert set_up(quickstart, monkeypatch, programs, "demo") == 2
    assert programs.calls == []
    assert ".venv is in the way" in capsys.readouterr().err


def test_without_rights_the_one_command_is_told(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quickstart, "administrator", lambda: None)
    programs = Programs("ensurepip")
    assert set_up(quickstart, monkeypatch, programs, "demo") == 2
    version = ".".join(map(str, sys.version_info[:2]))
    assert capsys.readouterr().err.endswith(f"Ubuntu: sudo apt-get install python{version}-venv\n")


def test_with_rights_packages_are_installed_and_lists_fetched_only_if_need_be(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quickstart, "administrator", lambda: ["sudo", "-n"])
    monkeypatch.setattr(quickstart.shutil, "which", lambda name: f"/usr/bin/{name}")
    easy, hard = Programs("ensurepip"), Programs("ensurepip", "apt-get install")
    assert set_up(quickstart, monkeypatch, easy, "demo") == 7
    assert sum("apt-get" in call for call in easy.calls) == 1
    Path(quickstart.STAMP).unlink()
    Path(quickstart.VENV, "quickstart.python").unlink()
    assert set_up(quickstart, monkeypatch, hard, "demo") == 2
    apt = [call.split()[3] for call in hard.calls if "apt-get" in call]
    assert apt == ["install", "update", "install"]


def test_a_python_that_is_too_old_can_read_the_file_and_says_so(
    quickstart: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ast.parse(FILE.read_text(encoding="ascii"), feature_version=(3, 5))
    for version in ((3, 6, 15), (3, 10, 1), (3, 14, 0)):
        monkeypatch.setattr(quickstart.sys, "version_info", version)
        assert quickstart.main(["demo"]) == 2
        assert "needs Python 3.11, 3.12 or 3.13; this is" in capsys.readouterr().err


def test_a_call_without_a_word_is_one_sentence() -> None:
    result = subprocess.run([sys.executable, FILE, "dmeo"], capture_output=True, text=True, timeout=20)
    assert result.returncode == 2
    assert result.stderr.startswith("quickstart: Say what to run")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_the_constraints_are_exact_hashed_and_without_addresses(name: str) -> None:
    text = (ROOT / "packaging" / name).read_text(encoding="ascii")
    assert "://" not in text
    requirements = re.findall(r"^[a-z0-9].*(?:\n +--hash.*)*", text, re.MULTILINE)
    assert len(requirements) > 30
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+==[0-9][0-9a-z.]* ", requirement)
        assert "--hash=sha256:" in requirement
    assert re.search(r"^pyside6-essentials==6\.11\.", text, re.MULTILINE)
    for needed in ("hatchling==", "editables==", "pywin32-ctypes==", "python-barcode=="):
        assert f"\n{needed}" in text


def test_both_constraints_agree() -> None:
    def pinned(name: str) -> set[str]:
        text = (ROOT / "packaging" / name).read_text(encoding="ascii")
        return set(re.findall(r"^[a-z0-9.-]+==[^ ]+", text, re.MULTILINE))

    assert pinned("constraints.txt") < pinned("constraints-dev.txt")


@pytest.mark.parametrize(("asked", "kills"), [({}, "150"), ({"CENTARA_KILLS": "9"}, "9")])
def test_the_till_is_killed_as_often_as_was_asked_or_half_as_often_as_by_the_gate(
    asked: dict[str, str], kills: str
) -> None:
    tells = [sys.executable, "-c", "import os; print(os.environ['CENTARA_KILLS'])"]
    surroundings = {name: value for name, value in os.environ.items() if name != "CENTARA_KILLS"} | asked
    runs = f"import sys; sys.path.insert(0, {str(FILE.parent)!r}); import quickstart; quickstart.run({tells})"
    said = subprocess.run(
        [sys.executable, "-c", runs], env=surroundings, capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == kills
