"""The system's keyring, as far as the vault needs it. Whoever asks it may wait for a person's answer."""

import keyring
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import NoKeyringError


class SystemKeyring:
    """Raises whatever the keyring raises, but for NoKeyringError."""

    def name(self, service: str, user: str) -> str:
        """What this computer's keyring is called, once it has answered about `user`; nothing without one."""
        backend = keyring.get_keyring()
        try:
            backend.get_password(service, user)
        except NoKeyringError:
            return ""
        return "" if isinstance(backend, NoKeyring) else str(backend.name)

    def get(self, service: str, user: str) -> str | None:
        """What it has for `user`; None where it has nothing, or there is no keyring."""
        try:
            return keyring.get_password(service, user)
        except NoKeyringError:
            return None

    def put(self, service: str, user: str, text: str) -> bool:
        """Give it something to keep; False where there is no keyring."""
        try:
            keyring.set_password(service, user, text)
        except NoKeyringError:
            return False
        return True
