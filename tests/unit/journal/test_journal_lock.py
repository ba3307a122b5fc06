"""One till for one data folder."""

import os
import subprocess
import sys
import tempfile
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


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root is two users")
def test_another_user_of_the_computer_is_told() -> None:
    with tempfile.TemporaryDirectory() as place:  # pytest's own folder is open to nobody else
        os.chmod(place, 0o755)
        folder = Path(place) / "data"
        lock = InstanceLock(folder)
        lock.acquire()
        os.seteuid(65534)
        try:
            with pytest.raises(EnvironmentFault, match=r"data cannot be used: permission denied\."):
                InstanceLock(folder).acquire()
            with pytest.raises(EnvironmentFault, match=r"other cannot be used: permission denied\."):
                InstanceLock(Path(place) / "other").acquire()
        finally:
            os.seteuid(0)
        lock.release()
