"""A till finds its journal damaged when it starts (row 38): it sets it aside, says so, and goes on selling.

What is not damage, but another key or a newer version, is told in one sentence and left as it is.
"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from e2e.program import TOKEN, Server, call
from recovery.broken_disk import scribble
from recovery.nursery import Nursery
from recovery.shop import Shop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is neither fork nor SIGKILL")

KILLED, CLOSED = "killed in a sale", "closed in peace"


def _cut(bytes_: Callable[[int], int]) -> Callable[[Path], None]:
    return lambda journal: os.truncate(journal, bytes_(journal.stat().st_size))


def _garbage_header(journal: Path) -> None:
    with open(journal, "r+b") as file:
        file.write(b"\xa5" * 100)


def _another_file(journal: Path) -> None:
    journal.write_text("<html><body>This is a web page.</body></html>\n" * 300)


def _folder(journal: Path) -> None:
    journal.unlink()
    journal.mkdir()
    (journal / "letter.txt").write_text("Dear Anna")


def _foreign(version: int, table: str) -> Callable[[Path], None]:
    """Another program's database."""

    def put(journal: Path) -> None:
        for file in journal.parent.glob("journal.sqlite3*"):
            file.unlink()
        with closing(sqlite3.connect(journal, isolation_level=None)) as db:
            db.execute(f"PRAGMA user_version = {version}")
            db.execute(f"CREATE TABLE {table} (text)")

    return put


DAMAGE: Final[dict[str, Callable[[Path], None]]] = {
    "cut in the middle of a page": _cut(lambda size: size // 2 + 1000),
    "cut after three pages": _cut(lambda _: 3 * 4096),
    "of no length": _cut(lambda _: 0),
    "a garbage header": _garbage_header,
    "changed bytes in its pages": scribble,
    "another file": _another_file,
    "a folder": _folder,
    "a foreign database": _foreign(0, "notes"),
    "a foreign database with a table of the same name": _foreign(0, "meta"),
    "a foreign database of the same version": _foreign(1, "notes"),
}

FOUND_LATE: Final = {
    ("cut in the middle of a page", KILLED),
    ("cut after three pages", KILLED),
    ("changed bytes in its pages", KILLED),
    ("a foreign database of the same version", CLOSED),
    ("a foreign database of the same version", KILLED),
}
"""Only SQLite finds this damage, when it has brought home the log, or has noted that it is to use one."""


@pytest.fixture(scope="module")
def data_dirs(server: Server, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What two tills left behind after a day: one was closed, one killed over a payment."""
    found = {}
    for how in (CLOSED, KILLED):
        shop = Shop(server, tmp_path_factory.mktemp("day"), nursery)
        shop.start(*(f"{server.new_card()}:{decision}" for decision in ("take", "release", "take")))
        shop.wait_for("idle")
        assert shop.close() == 0
        if how == KILLED:
            shop.start(f"{server.new_card()}:take", moment="after:take")
            shop.wait()
        found[how] = shop.data_dir
    return found


def contents(file: Path) -> dict[str, str]:
    """What is in a file, or in the files of a folder."""
    files = file.rglob("*") if file.is_dir() else [file]
    return {each.name if file.is_dir() else "": sha256(each.read_bytes()).hexdigest() for each in files}


@pytest.mark.parametrize("left", [CLOSED, KILLED])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_journal_is_set_aside_and_said_so_and_the_till_goes_on(
    shop: Shop, data_dirs: dict[str, Path], damage: str, left: str
) -> None:
    shutil.copytree(data_dirs[left], shop.data_dir)
    journal = shop.data_dir / "journal.sqlite3"
    DAMAGE[damage](journal)
    before, size = contents(journal), journal.stat().st_size
    number = shop.server.new_card()
    shop.start(f"{number}:take")
    shop.wait_for("idle")
    assert "Journal set aside" in shop.headlines()
    (aside,) = shop.data_dir.glob("journal.damaged-????????T??????Z.sqlite3")
    if (damage, left) not in FOUND_LATE:
        assert contents(aside) == before
    assert aside.stat().st_size >= size
    assert shop.fate(number) == ("committed", "committed")
    assert shop.close() == 0
    assert shop.troubles() == []
    shop.start()
    shop.wait_for("ready")
    assert "Journal set aside" not in shop.headlines()
    shop.kill()


@pytest.mark.parametrize("left", [CLOSED, KILLED])
@pytest.mark.parametrize("log", ["missing", "garbage"])
def test_without_its_log_a_journal_is_what_it_was_when_the_log_was_last_emptied(
    shop: Shop, data_dirs: dict[str, Path], left: str, log: str
) -> None:
    """SQLite cannot know that there was one: what is left is whole, and what only the log had is lost."""
    shutil.copytree(data_dirs[left], shop.data_dir)
    file = shop.data_dir / "journal.sqlite3-wal"
    if log == "garbage":
        file.write_bytes(b"\xa5" * 20_000)
    else:
        file.unlink(missing_ok=True)
    number = shop.server.new_card()
    shop.start(f"{number}:take")
    shop.wait_for("idle")
    assert shop.fate(number) == ("committed", "committed")
    assert sorted(row["state"] for row in shop.journal().values())[:3] == [
        "cancelled",
        "committed",
        "committed",
    ]
    assert shop.close() == 0
    assert shop.troubles() == []


def test_a_journal_that_was_deleted_is_missed_and_the_till_is_not_as_new(
    shop: Shop, data_dirs: dict[str, Path]
) -> None:
    """A hold was open in it: without a word the list of open holds would be empty, and nobody would ask."""
    shutil.copytree(data_dirs[KILLED], shop.data_dir)
    for file in shop.data_dir.glob("journal.sqlite3*"):
        file.unlink()
    shop.start()
    shop.wait_for("idle")
    assert "The journal is missing" in shop.headlines()
    assert shop.close() == 0
    shop.start()
    shop.wait_for("ready")
    assert "The journal is missing" not in shop.headlines()
    shop.kill()


def _lost_key(data_dir: Path) -> None:
    (data_dir / "journal.key").unlink()


def _newer(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize(
    ("change", "said"),
    [(_lost_key, "was written with another key"), (_newer, "was written by a newer Centara till")],
)
def test_a_journal_of_another_key_or_a_newer_till_is_left_alone_and_told_in_one_sentence(
    server: Server, data_dirs: dict[str, Path], tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    """Open holds are in it: with the right key, or the newer till, it can be used again."""
    data_dir = tmp_path / "data"
    shutil.copytree(data_dirs[CLOSED], data_dir)
    change(data_dir)
    before = contents(data_dir / "journal.sqlite3")
    settings = data_dirs[CLOSED].parent / "settings.toml"
    ended = call(
        tmp_path,
        *("--settings", settings, "--data-dir", data_dir, "--platform", "offscreen", "--quit-when-ready"),
        CENTARA_GIFTCARD_TOKEN=TOKEN,
    )
    assert ended.returncode == 2
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert contents(data_dir / "journal.sqlite3") == before
    assert not list(data_dir.glob("journal.damaged*"))
