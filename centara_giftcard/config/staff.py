"""The list of operators in DATA_DIR/operators.json, and the proof of PINs and badges against it.

The file bears the till's own mark (an HMAC by a key of the vault's): one that was changed by hand or comes
from another till is refused, so that nobody becomes a manager with an editor. A chain hands its list out with
`operators export` and `operators import`; such a file bears no mark.

PINs are kept as Argon2id (RFC 9106, its second recommendation), each with a salt of its own; badges with one
salt for the list, since a badge says not whose it is.
"""

import asyncio
import hmac
import secrets
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import DecodeError, Struct, ValidationError, field
from msgspec.json import decode, encode, format

from centara_giftcard.domain.errors import StaffError
from centara_giftcard.domain.operators import (
    READY_MADE,
    Denial,
    Denied,
    Group,
    Operator,
    Permission,
    Staff,
    Tries,
)
from centara_giftcard.domain.secrets import Pin, PinHash
from centara_giftcard.domain.sentences import Sentence, reason_of
from centara_giftcard.files import tried_again, write_whole

MEMORY_KIB: Final = 64 * 1024
PASSES: Final = 3
LANES: Final = 1
_LENGTH: Final = 32
_COST: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"
COST_TOLD: Final = f"Argon2id, {MEMORY_KIB // 1024} MiB, {PASSES} passes"
"""What one guess at a PIN costs, for the doctor."""

_LARGEST: Final = 8 * 1024 * 1024
_NOBODY: Final = ""
"""The name under which wrong badges and numbers that nobody has are counted together: they are never locked,
or whoever types nonsense would lock out everybody."""


class _Group(Struct, forbid_unknown_fields=True):
    may: list[str]
    limits: dict[str, int] = field(default_factory=dict)


class _Operator(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    name: str
    group: str
    pin: str
    badge: str = ""
    left: bool = False


class _Document(Struct, forbid_unknown_fields=True):
    version: int
    salt: str
    groups: dict[str, _Group]
    operators: list[_Operator]


class _Marked(Struct, forbid_unknown_fields=True):
    mark: str
    staff: _Document


def fresh_staff() -> Staff:
    """A list without operators, with the groups that are ready made."""
    return Staff({group.name: group for group in READY_MADE}, salt=secrets.token_hex(16))


def hash_pin(pin: Pin) -> PinHash:
    """What is kept of a PIN. Takes a fifth of a second, on purpose."""
    made = Argon2id(
        salt=secrets.token_bytes(16), length=_LENGTH, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB
    )
    return PinHash(made.derive_phc_encoded(pin.reveal().encode()))


def hash_badge(code: str, salt: str) -> PinHash:
    """What is kept of a badge's barcode in a list with that salt. As slow as a PIN."""
    made = Argon2id(
        salt=bytes.fromhex(salt), length=_LENGTH, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB
    )
    return PinHash(made.derive(code.encode()).hex())


def written(staff: Staff) -> bytes:
    """A list as a file for other tills: hashes, and no mark."""
    return format(encode(_document(staff)), indent=2) + b"\n"


def read(text: bytes) -> Staff:
    """The list that `written` made, from anybody's hand. Raises StaffError with what is wrong."""
    if len(text) > _LARGEST:
        raise StaffError(Sentence("A list of operators is never as large as this file."))
    try:
        return _staff(decode(text, type=_Document))
    except (DecodeError, ValidationError) as error:
        raise StaffError(Sentence("This is no list of operators: {reason}.", reason=str(error))) from None


class StaffFile:
    """The list of one till. Its methods may wait for the disk. Raises StaffError throughout."""

    def __init__(self, data_dir: Path, key: bytes) -> None:
        """`key` is the vault's, 32 bytes."""
        self.path = data_dir / "operators.json"
        self._tries = data_dir / "tries.json"
        self._key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"centara-giftcard operators").derive(
            key
        )

    def load(self) -> Staff:
        """The list; without a file one without operators."""
        text = self._bytes(self.path)
        if text is None:
            return fresh_staff()
        try:
            found = decode(text, type=_Marked)
        except (DecodeError, ValidationError):
            raise self._not_ours() from None
        if not hmac.compare_digest(found.mark, self._mark(encode(found.staff))):
            raise self._not_ours()
        return _staff(found.staff)

    def save(self, staff: Staff) -> None:
        """Write the list, wholly or not at all."""
        staff.check()
        document = _document(staff)
        marked = _Marked(self._mark(encode(document)), document)
        self._write(self.path, format(encode(marked), indent=2) + b"\n")

    def tries(self) -> dict[str, Tries]:
        """Wrong PINs in a row, by operators' ids."""
        text = self._bytes(self._tries)
        if text is None:
            return {}
        mark, _, body = text.partition(b"\n")
        if not hmac.compare_digest(mark.decode("ascii", "replace"), self._mark(body)):
            raise StaffError(Sentence("{file} was changed by hand: call support.", file=self._tries))
        return decode(body, type=dict[str, Tries])

    def keep_tries(self, tries: dict[str, Tries]) -> None:
        """Write down who typed wrong PINs, before the next one is looked at."""
        body = encode(tries)
        self._write(self._tries, self._mark(body).encode() + b"\n" + body)

    def _bytes(self, path: Path) -> bytes | None:
        try:
            return tried_again(path.read_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            told = "{file} cannot be read: {reason}."
            raise StaffError(Sentence(told, file=path, reason=reason_of(error))) from error

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            told = "{file} cannot be written: {reason}."
            raise StaffError(Sentence(told, file=path, reason=reason_of(error))) from error

    def _mark(self, content: bytes) -> str:
        return hmac.new(self._key, content, sha256).hexdigest()

    def _not_ours(self) -> StaffError:
        told = (
            "{file} was changed by hand or is another till's: "
            "bring it back from a backup, or remove it and import the list anew."
        )
        return StaffError(Sentence(told, file=self.path))


class Locksmith:
    """Proves PINs and badges, one at a time, in a thread; wrong ones are counted on the disk first."""

    def __init__(self, file: StaffFile, now_s: Callable[[], float]) -> None:
        """`now_s` is the clock on the wall, in seconds. Raises StaffError."""
        self.staff = file.load()
        self._file = file
        self._tries = file.tries()
        self._now_s = now_s
        self._one_at_a_time = threading.Lock()

    async def by_pin(self, id: str, pin: Pin) -> Operator | Denied:
        """The operator of that id, if the PIN is theirs."""
        return await asyncio.to_thread(self._by_pin, id, pin)

    async def by_badge(self, code: str) -> Operator | Denied:
        """The operator who wears that badge."""
        return await asyncio.to_thread(self._by_badge, code)

    def _by_pin(self, id: str, pin: Pin) -> Operator | Denied:
        with self._one_at_a_time:
            try:
                self._look_again()
            except StaffError:
                return Denied(Denial.DISK)
            operator = self.staff.at_work(id)
            if operator is None:  # takes as long, so that nothing tells which numbers there are
                return self._counted(_NOBODY, lambda: _proves(pin, _NOBODYS, None))
            return self._counted(id, lambda: _proves(pin, operator.pin, operator))

    def _by_badge(self, code: str) -> Operator | Denied:
        with self._one_at_a_time:
            try:
                self._look_again()
            except StaffError:
                return Denied(Denial.DISK)
            return self._counted(_NOBODY, lambda: self.staff.wearing(hash_badge(code, self.staff.salt)))

    def _look_again(self) -> None:
        """The list as it is now: it may have been changed on the command line while the till runs."""
        self.staff, self._tries = self._file.load(), self._file.tries()

    def _counted(self, name: str, find: Callable[[], Operator | None]) -> Operator | Denied:
        tries, now_s = self._tries.get(name, Tries()), self._now_s()
        if tries.locked and name != _NOBODY:
            return Denied(Denial.LOCKED)
        if wait_s := tries.wait_s(now_s):
            return Denied(Denial.WAIT, wait_s)
        try:
            self._keep(name, tries.failed(now_s))  # first: pulling the plug is no way to try for nothing
            found = find()
            if found is None:
                return Denied(Denial.WRONG, self._tries[name].wait_s(now_s))
            self._keep(name, None)
        except StaffError:
            return Denied(Denial.DISK)
        return found

    def _keep(self, name: str, tries: Tries | None) -> None:
        others = {known: it for known, it in self._tries.items() if known != name}
        kept = others if tries is None else {**others, name: tries}
        self._file.keep_tries(kept)
        self._tries = kept


def _proves(pin: Pin, known: PinHash, operator: Operator | None) -> Operator | None:
    """`operator`, if `pin` is the one that `known` was made of."""
    try:
        Argon2id.verify_phc_encoded(pin.reveal().encode(), known.reveal())
    except InvalidKey:
        return None
    return operator


_NOBODYS: Final = PinHash(_COST + "bm9ib2R5IGhhcyB0aGlz$" + "A" * 43)


def _document(staff: Staff) -> _Document:
    groups = {
        group.name: _Group(
            [it.value for it in Permission if it in group.may],
            {it.value: group.limits[it] for it in Permission if it in group.limits},
        )
        for group in staff.groups.values()
    }
    operators = [
        _Operator(it.id, it.name, it.group, it.pin.reveal(), it.badge.reveal() if it.badge else "", it.left)
        for it in staff.operators.values()
    ]
    return _Document(1, staff.salt, groups, operators)


def _staff(found: _Document) -> Staff:
    if found.version != 1:
        raise StaffError(Sentence("This list of operators is of a newer program: install it here too."))
    if not (len(found.salt) == 32 and _is_hex(found.salt)):
        raise StaffError(Sentence("This list of operators is damaged."))
    operators: dict[str, Operator] = {}
    for it in found.operators:
        if it.id in operators:
            raise StaffError(Sentence("The operator {id} is in the list twice.", id=it.id))
        if not it.pin.startswith(_COST) or len(it.pin) > 120:
            told = "Operator {id}: what is kept of the PIN was not made by this program ({cost})."
            raise StaffError(Sentence(told, id=it.id, cost=COST_TOLD))
        if it.badge and not (len(it.badge) == 2 * _LENGTH and _is_hex(it.badge)):
            raise StaffError(Sentence("This list of operators is damaged."))
        badge = PinHash(it.badge) if it.badge else None
        operators[it.id] = Operator(it.id, it.name, it.group, PinHash(it.pin), badge, it.left)
    staff = Staff({name: _group(name, it) for name, it in found.groups.items()}, operators, found.salt)
    staff.check()
    return staff


def _group(name: str, found: _Group) -> Group:
    try:
        may = frozenset(Permission(it) for it in found.may)
        return Group(name, may, {Permission(it): limit for it, limit in found.limits.items()})
    except ValueError:
        told = "The group {group} may do something that there is not. Known are {known}."
        known = ", ".join(it.value for it in Permission)
        raise StaffError(Sentence(told, group=name, known=known)) from None


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)
