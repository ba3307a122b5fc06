"""What others on the computer can do to the till's files: read none, have it write into none of their own,
and not start a second till beside it.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e.program import TOKEN, Server, call, write_settings

from centara_giftcard.journal.instance import InstanceLock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the folder's rights stand for the files'")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@contextmanager
def careless() -> Iterator[None]:
    """A session whose new files are open to everybody."""
    usual = os.umask(0)
    try:
        yield
    finally:
        os.umask(usual)


def start(folder: Path, server: Server) -> tuple[int, str]:
    """Start a till, and close it when it is ready; its exit status and what it says on standard error."""
    settings = write_settings(folder / "settings.toml", server.address)
    words = ("--settings", settings, "--data-dir", folder / "data")
    ended = call(folder, *words, "--platform", "offscreen", "--quit-when-ready", CENTARA_GIFTCARD_TOKEN=TOKEN)
    return ended.returncode, ended.stderr


def test_nothing_that_the_till_writes_can_be_read_by_others(tmp_path: Path, server: Server) -> None:
    with careless():
        assert start(tmp_path, server) == (0, "")
    data = tmp_path / "data"
    found = {it.relative_to(tmp_path): stat.S_IMODE(it.stat().st_mode) for it in (data, *data.rglob("*"))}
    assert {Path("data/log/till.jsonl"), Path("data/journal.reserve")} <= set(found)
    assert {it: mode for it, mode in found.items() if mode & 0o077} == {}


def test_links_in_its_place_are_not_written_through(tmp_path: Path, server: Server) -> None:
    data, theirs = tmp_path / "data", [tmp_path / "of another", tmp_path / "of a third"]
    (data / "log").mkdir(parents=True)
    for file, link in zip(theirs, ("log/till.jsonl", "journal.reserve"), strict=True):
        file.write_text("theirs")
        (data / link).symlink_to(file)
    assert start(tmp_path, server) == (0, "")
    assert [file.read_text() for file in theirs] == ["theirs"] * 2
    assert not (data / "journal.reserve").is_symlink()


def test_a_second_till_is_refused_where_the_lock_was_deleted_too(tmp_path: Path, server: Server) -> None:
    """It would take the first one's hold for what a crash left, and release it."""
    first = InstanceLock(tmp_path / "data")
    first.acquire()
    (tmp_path / "data" / "till.lock").unlink()
    status, said = start(tmp_path, server)
    first.release()
    assert status == 2
    assert "Another Centara till is already running" in said
    assert start(tmp_path, server) == (0, "")
