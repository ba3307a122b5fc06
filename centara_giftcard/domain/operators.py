"""Who works at the till and what they may do: operators, their groups, permissions with limits, and PINs.

An operator is never taken out of the list: a number that was somebody's stays theirs, so that old entries of
the journal keep their name.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from centara_giftcard.domain.errors import StaffError
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.secrets import Pin, PinHash
from centara_giftcard.domain.sentences import Sentence

LONGEST_ID: Final = 8
LONGEST_NAME: Final = 40
SHORTEST_PIN, LONGEST_PIN = 4, 12
MOST_OPERATORS: Final = 20_000
_ID: Final = re.compile(r"[0-9]{1,8}")
_GROUP: Final = re.compile(r"[a-z][a-z0-9_-]{0,23}")


class Permission(Enum):
    """What an operator may be allowed to do; the value is its name in files."""

    BALANCE = "balance"
    PAY = "pay"
    RELEASE = "release"
    SELL = "sell"
    SELL_LIVE = "sell_live"
    UNDO = "undo"
    KEY_NUMBER = "key_number"
    REPRINT = "reprint"
    CLOSE = "close_exception"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"
    HISTORY = "history_of_others"
    SETTINGS = "settings"
    OPERATORS = "operators"


WITH_AMOUNT: Final = frozenset({Permission.PAY, Permission.SELL, Permission.SELL_LIVE, Permission.UNDO})
"""The permissions that a group may have up to an amount only."""


class Need(Struct, frozen=True):
    """What somebody has to be allowed to do, with what amount."""

    permission: Permission
    amount: Money | None = None


_CHANGING: Final = Need(Permission.OPERATORS)


class Group(Struct, frozen=True):
    """What its operators may do; `limits` in minor units of the till's currency, for some of WITH_AMOUNT."""

    name: str
    may: frozenset[Permission]
    limits: Mapping[Permission, int] = field(default_factory=dict)

    def allows(self, needs: Sequence[Need]) -> bool:
        """Whether its operators may do all of this."""
        return all(need.permission in self.may and self._within(need) for need in needs)

    def _within(self, need: Need) -> bool:
        limit = self.limits.get(need.permission)
        return limit is None or need.amount is None or need.amount.minor <= limit


_CASHIER: Final = frozenset(
    {
        Permission.BALANCE,
        Permission.PAY,
        Permission.RELEASE,
        Permission.SELL,
        Permission.SELL_LIVE,
        Permission.KEY_NUMBER,
        Permission.X_REPORT,
    }
)
_SUPERVISOR: Final = _CASHIER | {
    Permission.UNDO,
    Permission.REPRINT,
    Permission.CLOSE,
    Permission.Z_REPORT,
    Permission.HISTORY,
}
MANAGER: Final = "manager"
READY_MADE: Final = (
    Group("cashier", _CASHIER),
    Group("supervisor", _SUPERVISOR),
    Group(MANAGER, frozenset(Permission)),
)
"""The groups that every list begins with; a shop may change each, but one must go on making operators."""


class Operator(Struct, frozen=True):
    """Somebody who works here. Of a badge its hash is kept; `left` is whether they were removed."""

    id: str
    name: str
    group: str
    pin: PinHash
    badge: PinHash | None = None
    left: bool = False


class Staff(Struct, frozen=True):
    """The list of operators and groups, by their ids and names. `salt` is that of the badges' hashes, hex."""

    groups: Mapping[str, Group]
    operators: Mapping[str, Operator] = field(default_factory=dict)
    salt: str = ""

    def at_work(self, id: str) -> Operator | None:
        """The operator of that id who has not left."""
        found = self.operators.get(id)
        return None if found is None or found.left else found

    def wearing(self, badge: PinHash) -> Operator | None:
        """The operator whose badge has that hash and who has not left."""
        return next((it for it in self.operators.values() if it.badge == badge and not it.left), None)

    def may_all(self, id: str, needs: Sequence[Need]) -> bool:
        """Whether the operator of that id may do all of this."""
        operator = self.at_work(id)
        return operator is not None and self.groups[operator.group].allows(needs)

    def groups_that_may(self, needs: Sequence[Need]) -> tuple[str, ...]:
        """The names of the groups that may do all of this."""
        return tuple(group.name for group in self.groups.values() if group.allows(needs))

    def changed(self, operator: Operator) -> "Staff":
        """The list with `operator` in the place of the one of that id. Raises StaffError."""
        made = replace(self, operators={**self.operators, operator.id: operator})
        made.check()
        if self._can_be_changed and not made._can_be_changed:
            told = "Nobody could change the operators any more: one must be in a group that may."
            raise StaffError(Sentence(told))
        return made

    @property
    def _can_be_changed(self) -> bool:
        return any(self.may_all(id, [_CHANGING]) for id in self.operators)

    def removed(self, id: str) -> "Staff":
        """The list with one who has left; the name stays for old entries. Raises StaffError."""
        return self.changed(replace(self.named(id), left=True, badge=None))

    def named(self, id: str) -> Operator:
        """The operator of that id who has not left. Raises StaffError."""
        found = self.at_work(id)
        if found is None:
            raise StaffError(Sentence("There is no operator {id}.", id=id))
        return found

    def check(self) -> None:
        """Raise StaffError where the list makes no sense, with what to mend."""
        if len(self.operators) > MOST_OPERATORS:
            raise StaffError(Sentence("More than {n} operators are too many.", n=MOST_OPERATORS))
        badges: dict[PinHash, str] = {}
        for id, operator in self.operators.items():
            check_id(id)
            check_name(operator.name)
            if operator.group not in self.groups:
                told = "Operator {id} is in the group {group}, which there is not: {groups} are known."
                known = ", ".join(self.groups)
                raise StaffError(Sentence(told, id=id, group=operator.group, groups=known))
            if operator.badge is not None and badges.setdefault(operator.badge, id) != id:
                told = "Operators {id} and {other} have the same badge."
                raise StaffError(Sentence(told, id=badges[operator.badge], other=id))
        for group in self.groups.values():
            _check_group(group)


def check_id(id: str) -> None:
    """Raise StaffError for what is no operator's number."""
    if not _ID.fullmatch(id):
        raise StaffError(Sentence("An operator's number has 1 to 8 digits."))


def check_name(name: str) -> None:
    """Raise StaffError for what is no name."""
    if not (name.strip() and name == name.strip() and name.isprintable() and len(name) <= LONGEST_NAME):
        told = "A name has 1 to {n} printable letters, and no spaces around it."
        raise StaffError(Sentence(told, n=LONGEST_NAME))


def _check_group(group: Group) -> None:
    if not _GROUP.fullmatch(group.name):
        told = "A group's name has up to 24 small letters, digits, - and _, a letter first."
        raise StaffError(Sentence(told))
    for permission, limit in group.limits.items():
        if permission not in WITH_AMOUNT or limit < 0:
            told = "The group {group} has a limit that makes no sense, for {permission}."
            raise StaffError(Sentence(told, group=group.name, permission=permission.value))


_USUAL: Final = frozenset(
    "1212 1313 1122 1004 2580 0852 1470 0007 6969 4200 1010 2020 2222 12121212 112233 123123 159753".split()
)
"""PINs that people choose and that are neither a run nor one digit over and over."""

_YEARS: Final = range(1930, 2031)


def check_pin(pin: Pin, id: str) -> None:
    """Raise StaffError for a PIN that is no PIN, or that whoever knows the operator would try first."""
    digits = pin.reveal()
    if not (digits.isascii() and digits.isdecimal() and SHORTEST_PIN <= len(digits) <= LONGEST_PIN):
        told = "A PIN has {low} to {high} digits."
        raise StaffError(Sentence(told, low=SHORTEST_PIN, high=LONGEST_PIN))
    if _is_run(digits) or digits in _USUAL:
        raise StaffError(Sentence("That PIN is one of those that are tried first: choose another."))
    if digits.strip("0") == id.strip("0") or (len(id) >= SHORTEST_PIN and id in digits):
        raise StaffError(Sentence("The PIN must not be the operator's number."))
    if len(digits) == 4 and int(digits) in _YEARS:
        raise StaffError(Sentence("The PIN must not be a year: those are tried first."))


def _is_run(digits: str) -> bool:
    """Whether each digit follows the one before by the same step of -1, 0 or 1, round the end too."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return len(steps) == 1 and steps <= {0, 1, 9}


FREE_TRIES: Final = 3
LOCKED_AFTER: Final = 10
_LONGEST_S: Final = 300.0


class Tries(Struct, frozen=True):
    """Wrong PINs in a row of one operator, or wrong badges of anybody; `last_s` is when, in seconds of the
    clock on the wall."""

    wrong: int = 0
    last_s: float = 0.0

    @property
    def locked(self) -> bool:
        """Whether only a manager can let them in again."""
        return self.wrong >= LOCKED_AFTER

    def wait_s(self, now_s: float) -> float:
        """How long the next try has to wait: 0 at first, then twice as long after each wrong one.

        A clock that was set back makes nobody wait for longer than the whole pause.
        """
        if self.wrong < FREE_TRIES:
            return 0.0
        pause = min(2.0 ** (self.wrong - FREE_TRIES + 1), _LONGEST_S)
        return min(max(0.0, self.last_s + pause - now_s), pause)

    def failed(self, now_s: float) -> "Tries":
        """One more wrong one."""
        return Tries(self.wrong + 1, now_s)


class Denial(Enum):
    """Why somebody was not let in, or may not do it."""

    WRONG = "wrong"
    WAIT = "wait"  # too many wrong ones: not looked at
    LOCKED = "locked"
    DISK = "disk"  # wrong ones could not be counted, so none is looked at
    NOT_ALLOWED = "not_allowed"  # they are who they say, and may not do this either


class Denied(Struct, frozen=True):
    """Nobody was let in; the next try has to wait for `wait_s`."""

    why: Denial
    wait_s: float = 0.0


_BADGE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{5,39}")


def check_badge(code: str) -> None:
    """Raise StaffError for what is no badge, or could be a bank card's number."""
    if not may_be_badge(code) and not is_bank_card(code):
        told = "A badge's barcode has 6 to 40 letters, digits and -, a letter or a digit first."
        raise StaffError(Sentence(told))
    if is_bank_card(code):
        raise StaffError(Sentence("That is the number of a bank card: it can be no badge."))


def may_be_badge(code: str) -> bool:
    """Whether a code that was scanned has a badge's form. A bank card's has not: nothing is made of it."""
    return _BADGE.fullmatch(code) is not None and not is_bank_card(code)


def is_bank_card(code: str) -> bool:
    """Whether a code may be a bank card's number: 13 to 19 digits with Luhn's check digit (ISO/IEC 7812)."""
    if not (code.isascii() and code.isdecimal() and 13 <= len(code) <= 19):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(code))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
