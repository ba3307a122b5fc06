"""Files that another program holds for a moment, as virus scanners do on Windows: tried again, then told."""

import asyncio
import errno
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from centara_giftcard import files
from centara_giftcard.config.amend import amend
from centara_giftcard.config.settings import load
from centara_giftcard.config.vault import SystemVault
from centara_giftcard.domain.errors import EnvironmentFault, JournalError, SettingsError, VaultError
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.files import tried_again, write_whole
from centara_giftcard.journal.instance import InstanceLock
from centara_giftcard.journal.store import open_journal
from centara_giftcard.printing.devices import open_printer
from centara_giftcard.terminal.printing import PrintError

windows_only = pytest.mark.skipif(sys.platform != "win32", reason="no other system keeps files for one alone")
SETTINGS = """[till]
store = "12"
pos = "3"
currency = "EUR"

[loyalty]
server = "https://loyalty.example/api"
group = "acme"
"""


@contextmanager
def held(path: Path, for_s: float = 60) -> Iterator[None]:
    """Another program has `path` open for itself alone, for some seconds or as long as it is looked at."""
    if sys.platform != "win32":
        raise NotImplementedError
    import ctypes
    from ctypes import wintypes

    system = ctypes.WinDLL("kernel32", use_last_error=True)
    system.CreateFileW.restype = wintypes.HANDLE
    system.CreateFileW.argtypes = (
        *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p),
        *(wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE),
    )
    system.CloseHandle.argtypes = (wintypes.HANDLE,)
    handle = system.CreateFileW(str(path), 0x8000_0000, 0, None, 3, 0, None)  # GENERIC_READ, OPEN_EXISTING
    assert handle != wintypes.HANDLE(-1).value, ctypes.get_last_error()
    let_go = threading.Timer(for_s, system.CloseHandle, (handle,))
    let_go.start()
    try:
        yield
    finally:
        if let_go.is_alive():
            let_go.cancel()
            system.CloseHandle(handle)
        let_go.join()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "HELD_S", 0.1)


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write_whole(path, b"old\n")
    write_whole(path, b"new\n")
    assert {it.name: it.read_bytes() for it in tmp_path.iterdir()} == {"settings.toml": b"new\n"}


def test_what_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir()
    with pytest.raises((IsADirectoryError, PermissionError)):
        write_whole(path, b"new")
    assert [it.name for it in tmp_path.iterdir()] == ["settings.toml"]


def test_what_is_not_permitted_is_tried_again_on_windows_alone(
    monkeypatch: pytest.MonkeyPatch, hurried: None
) -> None:
    tries: list[int] = []

    def refused(times: int) -> str:
        tries.append(1)
        if len(tries) <= times:
            raise PermissionError(errno.EACCES, "Permission denied")
        return "done"

    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(PermissionError):
        tried_again(lambda: refused(1))
    assert len(tries) == 1
    monkeypatch.setattr(sys, "platform", "win32")
    assert tried_again(lambda: refused(2)) == "done"
    assert len(tries) == 3
    with pytest.raises(PermissionError):
        tried_again(lambda: refused(1_000_000))


@windows_only
def test_a_file_that_a_scanner_holds_for_a_moment_is_no_fault(tmp_path: Path) -> None:
    settings, key, journal = (tmp_path / name for name in ("settings.toml", "journal.key", "journal.sqlite3"))
    settings.write_text(SETTINGS, encoding="utf-8")
    SystemVault(tmp_path, "acme/12/3", use_keyring=False).journal_key()
    journal.touch()
    with held(settings, 0.3):
        before = load(settings)
    with held(settings, 0.3):
        write_whole(settings, SETTINGS.encode() + b"# changed\n")
    assert load(settings) == before
    with held(key, 0.3):
        assert SystemVault(tmp_path, "acme/12/3", use_keyring=False).journal_key()
    with held(journal, 0.3):
        open_journal(tmp_path, bytes(32), lambda: datetime.now(UTC))


@windows_only
def test_a_file_that_is_held_for_long_is_told_with_who_may_have_it(tmp_path: Path, hurried: None) -> None:
    settings, key, journal = (tmp_path / name for name in ("settings.toml", "journal.key", "journal.sqlite3"))
    lock, receipts = tmp_path / "till.lock", tmp_path / "receipts.bin"
    settings.write_text(SETTINGS, encoding="utf-8")
    for path in (journal, lock, receipts):
        path.touch()
    SystemVault(tmp_path, "acme/12/3", use_keyring=False).journal_key()
    why, now = "another program keeps it locked", datetime.now(UTC)
    wanted = load(settings)
    with held(settings):
        with pytest.raises(SettingsError, match=f"cannot be read: .*{why}"):
            load(settings)
        with pytest.raises(SettingsError, match=f"cannot be written: .*{why}"):
            amend(settings, {}, wanted, now)
    with held(key), pytest.raises(VaultError, match=why):
        SystemVault(tmp_path, "acme/12/3", use_keyring=False).journal_key()
    with held(lock), pytest.raises(EnvironmentFault, match=why):
        InstanceLock(tmp_path).acquire()
    with held(journal), pytest.raises(JournalError, match=why):
        open_journal(tmp_path, bytes(32), lambda: now)
    with held(receipts), pytest.raises(PrintError, match=why):
        asyncio.run(open_printer(str(receipts), lambda receipt: b"").print(Receipt("op-1", ())))
