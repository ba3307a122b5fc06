"""One till for one data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from centara_giftcard.domain.errors import EnvironmentFault
from centara_giftcard.journal.instance import InstanceLock

HOLDER = """
import sys, pathlib
from centara_giftcard.journal.instance import InstanceLock
InstanceLock(pathlib.Path(sys.argv[1])).acquire()
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_second_till_is_told_and_the_folder_is_free_after_release(tmp_path: Path) -> None:
    folder = tmp_path / "made on the way"
    first, second = InstanceLock(folder), InstanceLock(folder)
    first.acquire()
    with pytest.raises(
        EnvironmentFault, match="Another Centara till is already running with this data folder: "
    ):
        second.acquire()
    second.release()
    first.release()
    first.release()
    second.acquire()
    second.release()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"locked"
        lock = InstanceLock(tmp_path)
        with pytest.raises(EnvironmentFault, match="already running"):
            lock.acquire()
        holder.kill()
        holder.wait()
        lock.acquire()
        lock.release()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault, match="cannot be used"):
        InstanceLock(tmp_path / "file" / "data").acquire()
