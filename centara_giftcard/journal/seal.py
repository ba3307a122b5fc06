"""How the journal keeps secrets: AES-256-GCM for what must come back, Argon2id for what must only be found.

One 32-byte key of the vault gives three, by HKDF (RFC 5869), so that no key serves two purposes.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.journal.schema import linked

KEY_BYTES: Final = 32
HASH_MEMORY_KIB: Final = 64 * 1024
HASH_PASSES: Final = 3
"""What a guess at a card number costs: of RFC 9106's second recommendation the memory and the passes, on one
lane. A fifth of a second of a core, so that the million numbers that its last four and its series leave take
days where the key was stolen too; without the key nothing can be guessed at all."""
_NONCE_BYTES: Final = 12  # NIST SP 800-38D; at random it is safe for 2^32 messages under one key


class Unsealable(ValueError):
    """A sealed text that this key does not open, or that was changed."""


class Seal:
    """Seals an operation's secrets so that only this till's key, and only that operation, opens them."""

    def __init__(self, key: bytes) -> None:
        """`key` is the vault's, 32 bytes; anything else is a bug (ValueError)."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a journal key has {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(_derive(key, "secrets"))
        self._hash_key = _derive(key, "slow card hash")
        self._hash_salt = _derive(key, "salt of the slow card hash")
        self._check_key = _derive(key, "key check")
        self._chain_key = _derive(key, "chain")
        self._anchor_key = _derive(key, "anchor of the chain")

    @property
    def check_value(self) -> str:
        """A value, hex, that tells this key from any other and gives nothing of it away."""
        return hmac.new(self._check_key, b"centara-giftcard journal", sha256).hexdigest()

    def link(self, previous: str, kind: str | None, *event: str | int | None) -> str:
        """The link of an event: HMAC-SHA-256, hex, over the link before it, the kind of its operation (None
        without one) and its own columns in their order."""
        return hmac.new(self._chain_key, linked(previous, kind, *event), sha256).hexdigest()

    def anchor(self, seq: int | str, link: str) -> str:
        """What holds the links of older schemas, hex: `seq` is the last of them (0: none), `link` its own."""
        return hmac.new(self._anchor_key, linked(link, int(seq)), sha256).hexdigest()

    def card_hash(self, card: CardNumber) -> str:
        """What remains of a sold card's number for a while: finds it again, hex. Slow, and meant to be."""
        return (
            Argon2id(
                salt=self._hash_salt,  # one for all: equal numbers must give equal hashes
                length=KEY_BYTES,
                iterations=HASH_PASSES,
                lanes=1,
                memory_cost=HASH_MEMORY_KIB,
                secret=self._hash_key,
            )
            .derive(card.reveal().encode())
            .hex()
        )

    def wrap(self, operation: str, clear: Mapping[str, str]) -> bytes:
        """Encrypt the secrets of `operation`: nonce, then ciphertext and tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, json.dumps(clear).encode(), operation.encode())

    def unwrap(self, operation: str, sealed: bytes) -> dict[str, str]:
        """Decrypt what `wrap` made for the same operation. Raises Unsealable."""
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            clear = self._cipher.decrypt(nonce, ciphertext, operation.encode())
        except (InvalidTag, ValueError):  # ValueError: too short for a nonce
            raise Unsealable("its secrets were sealed with another key, or changed") from None
        return {str(name): str(text) for name, text in json.loads(clear).items()}


def _derive(key: bytes, purpose: str) -> bytes:
    info = f"centara-giftcard journal: {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)
