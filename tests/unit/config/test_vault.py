"""The vault against real keyring backends (kind, missing, locked, forgetful, silent) and real files."""

import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring
from keyring.errors import KeyringLocked
from unit.keyrings import MemoryKeyring, only_memory

from centara_giftcard.config.vault import SystemVault
from centara_giftcard.domain.errors import VaultError
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.terminal.ports import Vault

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="rights come from the user's profile there")


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")


class SilentKeyring(MemoryKeyring):
    """Asks on a screen that nobody sees."""

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(0.3)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        time.sleep(0.3)


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    with only_memory(monkeypatch) as kind:
        yield kind


def vault(folder: Path) -> SystemVault:
    return SystemVault(folder, "acme/12/3", patience_s=0.1)


def key_file(folder: Path) -> str:
    return (folder / "journal.key").read_text()


def test_it_fulfils_the_port(tmp_path: Path, kind: MemoryKeyring) -> None:
    port: Vault = vault(tmp_path)
    assert port.token() is None


def test_the_token_comes_from_the_keyring_and_the_environment_goes_before(
    tmp_path: Path, kind: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault(tmp_path).store_token(AccessToken("kept"))
    assert kind.kept == {("centara-giftcard", "token:acme/12/3"): "kept"}
    assert vault(tmp_path).token() == AccessToken("kept")
    assert SystemVault(tmp_path, "acme/12/4").token() is None
    monkeypatch.setenv("CENTARA_GIFTCARD_TOKEN", " given\n")
    assert vault(tmp_path).token() == AccessToken("given")


def test_without_a_keyring_there_is_no_token_and_no_place_for_one(tmp_path: Path) -> None:
    keyring.set_keyring(NoKeyring())
    assert vault(tmp_path).token() is None
    with pytest.raises(VaultError, match="set CENTARA_GIFTCARD_TOKEN"):
        vault(tmp_path).store_token(AccessToken("t"))


@pytest.mark.parametrize("backend", [LockedKeyring, SilentKeyring])
def test_a_keyring_that_does_not_answer_is_told_in_time(
    tmp_path: Path, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    began = time.monotonic()
    with pytest.raises(VaultError, match="keyring"):
        vault(tmp_path).token()
    with pytest.raises(VaultError, match="keyring"):
        vault(tmp_path).store_token(AccessToken("t"))
    assert time.monotonic() - began < 5


def test_the_key_is_made_once_and_kept_in_the_keyring(tmp_path: Path, kind: MemoryKeyring) -> None:
    key = vault(tmp_path / "made").journal_key()
    assert len(key) == 32
    assert vault(tmp_path / "made").journal_key() == key
    assert SystemVault(tmp_path / "made", "renamed/1/1").journal_key() == key
    assert vault(tmp_path / "other").journal_key() != key
    assert key.hex() not in key_file(tmp_path / "made")
    assert list(kind.kept.values()).count(key.hex()) == 1


@pytest.mark.parametrize("backend", [NoKeyring, ForgetfulKeyring, LockedKeyring, SilentKeyring])
def test_where_no_keyring_keeps_it_the_key_is_in_the_file_for_good(
    tmp_path: Path, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    key = vault(tmp_path).journal_key()
    assert key_file(tmp_path) == f"key {key.hex()}\n"
    keyring.set_keyring(MemoryKeyring())
    assert vault(tmp_path).journal_key() == key
    assert [file.name for file in tmp_path.iterdir()] == ["journal.key"]


@pytest.mark.parametrize(
    "backend", [NoKeyring, ForgetfulKeyring, MemoryKeyring, LockedKeyring, SilentKeyring]
)
def test_a_key_that_the_keyring_lost_is_never_replaced(
    tmp_path: Path, kind: MemoryKeyring, backend: type[KeyringBackend]
) -> None:
    key = vault(tmp_path).journal_key()
    keyring.set_keyring(backend())
    with pytest.raises(VaultError, match="keyring"):
        vault(tmp_path).journal_key()
    keyring.set_keyring(kind)
    assert vault(tmp_path).journal_key() == key


def test_a_demo_leaves_the_users_keyring_alone(tmp_path: Path, kind: MemoryKeyring) -> None:
    demo = SystemVault(tmp_path, "demo", use_keyring=False)
    assert demo.journal_key() == demo.journal_key()
    assert demo.token() is None
    assert kind.kept == {}


@posix_only
def test_the_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    keyring.set_keyring(NoKeyring())
    vault(tmp_path).journal_key()
    file = tmp_path / "journal.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    with pytest.raises(VaultError, match="can be read by others: give it the mode 0600"):
        vault(tmp_path).journal_key()


@pytest.mark.parametrize("text", ["", "key", "key 00ff", "key " + "z" * 64, "elsewhere " + "00" * 32, "ö\0"])
def test_a_damaged_key_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    keyring.set_keyring(NoKeyring())
    vault(tmp_path).journal_key()
    (tmp_path / "journal.key").write_text(text, encoding="utf-8")
    with pytest.raises(VaultError, match="is damaged"):
        vault(tmp_path).journal_key()
    assert (tmp_path / "journal.key").read_text(encoding="utf-8") == text


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    keyring.set_keyring(NoKeyring())
    (tmp_path / "file").touch()
    with pytest.raises(VaultError, match="cannot be used"):
        vault(tmp_path / "file").journal_key()


def let_all_read(path: Path, may: bool) -> None:
    """Give everybody, or the owner alone, the right to a file."""
    if sys.platform != "win32":
        path.chmod(0o644 if may else 0o600)
        return
    import ctypes

    rights, system = ctypes.c_void_p(), ctypes.WinDLL("advapi32")
    words = "D:P(A;;FA;;;BA)" + "(A;;FR;;;WD)" * may  # all rights to administrators, reading to the world
    assert system.ConvertStringSecurityDescriptorToSecurityDescriptorW(words, 1, ctypes.byref(rights), None)
    assert system.SetFileSecurityW(str(path), 4, rights)


def test_a_key_that_others_may_read_is_told(tmp_path: Path) -> None:
    till = SystemVault(tmp_path, "acme/12/3", use_keyring=False)
    assert till.exposed_key() is None
    till.journal_key()
    let_all_read(tmp_path / "journal.key", False)
    assert till.exposed_key() is None
    let_all_read(tmp_path / "journal.key", True)
    assert till.exposed_key() == tmp_path / "journal.key"


def test_a_key_in_the_keyring_is_nobody_s_to_read(tmp_path: Path) -> None:
    till = vault(tmp_path)
    till.journal_key()
    let_all_read(tmp_path / "journal.key", True)
    assert till.exposed_key() is None


def test_a_key_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.key").mkdir()
    with pytest.raises(VaultError, match="cannot be used"):
        vault(tmp_path).exposed_key()
