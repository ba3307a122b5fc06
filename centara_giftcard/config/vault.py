"""Port Vault: the till's access token and the journal's key, in the system's keyring where there is one.

The file DATA_DIR/journal.key says for good where the key is: in the keyring under a name of its own, or, on a
till without a keyring, in that file itself. A keyring that fails one day can so never bring a second key
about, and a renamed till still finds its own. Only the file's owner can read it; on Windows that follows from
the rights of the folder, which stands in the user's profile, and where it does not, the doctor says so.

A keyring may ask a question on a screen that nobody sees, and wait: it is asked in a thread, for a limited
time.
"""

import os
import secrets
import stat
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from centara_giftcard.config.rights import others_may_read
from centara_giftcard.domain.errors import VaultError
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.domain.sentences import Sentence, reason_of
from centara_giftcard.files import tried_again

if TYPE_CHECKING:
    from centara_giftcard.config.keyrings import SystemKeyring

TOKEN_VARIABLE: Final = "CENTARA_GIFTCARD_TOKEN"  # noqa: S105 - a name, not a token
SERVICE: Final = "centara-giftcard"
PATIENCE_S: Final = 10.0
"""How long a keyring may take to answer."""

_KEY_BYTES: Final = 32
_IN_FILE, _IN_KEYRING = "key", "keyring"

T = TypeVar("T")


class SystemVault:
    """The vault of one till. Its methods may take as long as the keyring does, PATIENCE_S at most."""

    def __init__(
        self, data_dir: Path, till: str, use_keyring: bool = True, patience_s: float = PATIENCE_S
    ) -> None:
        """`till` names it within this user's keyring: group/store/pos. A demo uses no keyring."""
        self._key_file = data_dir / "journal.key"
        self._token_user = f"token:{till}"
        self._use_keyring = use_keyring
        self._patience_s = patience_s

    def token(self) -> AccessToken | None:
        """The access token: from the environment, else from the keyring; None if neither has one.

        Raises VaultError where there is a keyring that does not answer.
        """
        text = os.environ.get(TOKEN_VARIABLE, "").strip()
        if not text:
            text = self._get(self._token_user) or ""
        return AccessToken(text) if text else None

    def store_token(self, token: AccessToken) -> None:
        """Keep the token in the keyring. Raises VaultError where that is not possible."""
        if not self._put(self._token_user, token.reveal()):
            told = "This computer has no keyring to keep the access token in: set {variable} instead."
            raise VaultError(Sentence(told, variable=TOKEN_VARIABLE))
        if self._get(self._token_user) != token.reveal():  # Windows' takes no long ones, some forget at once
            told = "This computer's keyring does not keep the access token whole: set {variable} instead."
            raise VaultError(Sentence(told, variable=TOKEN_VARIABLE))

    def keyring(self) -> str:
        """The name of this computer's keyring, once it has answered; nothing where there is none.

        Raises VaultError where there is one that does not answer.
        """
        if not self._use_keyring:
            return ""
        return self._asked(lambda: _keyring().name(SERVICE, self._token_user))

    def journal_key(self) -> bytes:
        """The 32 bytes that encrypt the journal's secrets; made, once, where there is no key file yet.

        Raises VaultError: the file cannot be read or written, or others can read it, or the keyring no longer
        gives what it was given.
        """
        try:
            found = self._read_key_file()
            text = self._make_key() if found is None else found
        except OSError as error:
            raise self._unusable(error) from error
        place, _, value = text.strip().partition(" ")
        if place == _IN_KEYRING:
            value = self._get(value) or ""
            if not value:
                told = "The journal's key is missing in this computer's keyring, where it was put."
                raise VaultError(Sentence(told))
        try:
            key = bytes.fromhex(value) if place in {_IN_FILE, _IN_KEYRING} else b""
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            told = "The key that {file} tells of is damaged: bring it back from a backup."
            raise VaultError(Sentence(told, file=self._key_file))
        return key

    def known_journal_key(self) -> bytes | None:
        """The journal's key where it is at hand; none is made. Never raises: elsewhere there is none."""
        try:
            return self.journal_key() if self._key_file.exists() else None
        except (OSError, VaultError):
            return None

    def exposed_key(self) -> Path | None:
        """The key file, where the key lies in it and others may read it. Raises VaultError."""
        try:
            found = self._key_file.read_text(encoding="ascii", errors="replace")
            exposed = found.startswith(f"{_IN_FILE} ") and others_may_read(self._key_file)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._unusable(error) from error
        return self._key_file if exposed else None

    # --- the key file --------------------------------------------------------------------------------------

    def _unusable(self, error: OSError) -> VaultError:
        told = "The key file {file} cannot be used: {reason}."
        return VaultError(Sentence(told, file=self._key_file, reason=reason_of(error)))

    def _read_key_file(self) -> str | None:
        try:
            file = tried_again(lambda: os.open(self._key_file, os.O_RDONLY))
        except FileNotFoundError:
            return None
        with open(file, encoding="ascii", errors="replace") as opened:
            if sys.platform != "win32" and stat.S_IMODE(os.fstat(file).st_mode) & 0o077:
                told = "The key file {file} can be read by others: give it the mode 0600."
                raise VaultError(Sentence(told, file=self._key_file))
            return opened.read()

    def _make_key(self) -> str:
        value, name = secrets.token_hex(_KEY_BYTES), f"journal-key:{secrets.token_hex(8)}"
        text = f"{_IN_KEYRING} {name}" if self._kept_in_keyring(name, value) else f"{_IN_FILE} {value}"
        self._publish(text)
        return text

    def _kept_in_keyring(self, name: str, value: str) -> bool:
        try:
            return self._put(name, value) and self._get(name) == value  # some keyrings forget at once
        except VaultError:
            return False

    def _publish(self, text: str) -> None:
        """Write the key file wholly or not at all, and never over one that exists. Raises OSError."""
        self._key_file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._key_file.with_name(f"{self._key_file.name}.{secrets.token_hex(4)}")
        try:
            with open(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
            ) as file:
                file.write(f"{text}\n")
                file.flush()
                os.fsync(file.fileno())
            if sys.platform == "win32":
                tried_again(lambda: draft.rename(self._key_file))  # refuses to replace
            else:
                os.link(draft, self._key_file)  # likewise; rename would replace
                _sync_folder(self._key_file.parent)
        finally:
            draft.unlink(missing_ok=True)

    # --- the keyring ---------------------------------------------------------------------------------------

    def _get(self, user: str) -> str | None:
        """What the keyring has for `user`; None where it has nothing, or there is no keyring."""
        return self._asked(lambda: _keyring().get(SERVICE, user)) if self._use_keyring else None

    def _put(self, user: str, text: str) -> bool:
        """Give the keyring something to keep; False where there is no keyring."""
        return self._use_keyring and self._asked(lambda: _keyring().put(SERVICE, user, text))

    def _asked(self, question: Callable[[], T]) -> T:
        """Ask the keyring in a thread that a program's end does not wait for. Raises VaultError."""
        answer: Future[T] = Future()

        def ask() -> None:
            try:
                answer.set_result(question())
            except Exception as error:  # noqa: BLE001 - each backend has errors of its own
                answer.set_exception(error)

        threading.Thread(target=ask, name="keyring", daemon=True).start()
        try:
            return answer.result(self._patience_s)
        except TimeoutError:
            told = "This computer's keyring does not answer: unlock it and start again."
            raise VaultError(Sentence(told)) from None
        except Exception as error:
            told = "This computer's keyring fails ({kind})."
            raise VaultError(Sentence(told, kind=type(error).__name__)) from error


def _keyring() -> "SystemKeyring":
    """Imported where it is asked: its import looks at every backend, which may be slow, too."""
    from centara_giftcard.config.keyrings import SystemKeyring

    return SystemKeyring()


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
