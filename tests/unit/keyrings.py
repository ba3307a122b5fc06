"""A keyring in memory, and the machine's own out of reach."""

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
import pytest
from keyring.backend import KeyringBackend


class MemoryKeyring(KeyringBackend):
    """Keeps what it is given in this process; goes behind having none at all, so only who sets it has it."""

    priority = -1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@contextmanager
def only_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """No token in the environment, and a keyring of its own instead of this machine's."""
    monkeypatch.delenv("CENTARA_GIFTCARD_TOKEN", raising=False)
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)
