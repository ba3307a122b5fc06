"""The Debian package's own scripts: no upgrade beneath a till, and one that is cut off leaves no half."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="dpkg's scripts")

ROOT = Path(__file__).parents[2]
TILL = ("import sys; print(flush=True); sys.stdin.read()", "/usr/bin/centara-giftcard")


@pytest.fixture(scope="module")
def build() -> dict[str, Any]:
    """The names of the build."""
    return runpy.run_path(str(ROOT / "packaging/debian/build.py"))


def call(script: str, action: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-s", action, "0.0.9"], input=script, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(("script", "action"), [("install | upgrade", "upgrade"), ("remove", "remove")])
def test_nothing_is_changed_beneath_a_till_that_runs(build: dict[str, Any], script: str, action: str) -> None:
    running = subprocess.Popen(
        ["/usr/bin/python3", "-c", *TILL],
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with running:
        assert running.stdout is not None
        running.stdout.readline()
        refused = call(build["refuse"](script), action)
        abandoned = call(build["refuse"](script), "abort-upgrade")
        running.communicate()
    assert refused.returncode == 1
    assert "the till is running (process" in refused.stderr
    assert "nothing was changed" in refused.stderr
    assert (abandoned.returncode, abandoned.stderr) == (0, "")
    assert call(build["refuse"](script), action).returncode == 0


def version(place: Path, name: str, mark: str | None) -> None:
    """Lay out a version that tells its name; without its mark it is half there."""
    package = place / name / "centara_giftcard"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    whole = f"def main():\n    print({name!r})\n    return 0\n"
    (package / "__main__.py").write_text(whole if mark else "import what_is_not_there_yet\n")
    if mark:
        (place / name / mark).touch()


@pytest.mark.parametrize(
    ("versions", "runs"),
    [
        ({"0.9.0": True, "0.10.0": False}, "0.9.0"),  # cut off while the new one was unpacked
        ({"0.9.0": True, "0.10.0": True}, "0.10.0"),  # before the old one was taken away
        ({"0.9.0": False, "0.10.0": True}, "0.10.0"),  # while it was
        ({"0.10.0": False}, ""),
    ],
)
def test_after_a_power_cut_the_old_or_the_new_program_runs_and_never_half_of_one(
    build: dict[str, Any], tmp_path: Path, versions: dict[str, bool], runs: str
) -> None:
    for name, whole in versions.items():
        version(tmp_path, name, build["MARK"] if whole else None)
    script = tmp_path / "start"
    script.write_text(build["start"](str(tmp_path)))
    (tmp_path / "somewhere").mkdir()
    ran = subprocess.run([sys.executable, "-IS", script], capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == runs
    assert ran.returncode == (0 if runs else 2)
    assert ("The program is not whole" in ran.stderr) == (not runs)
    assert "Traceback" not in ran.stderr
