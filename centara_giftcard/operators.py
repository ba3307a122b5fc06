"""`centara-giftcard operators …`: the list of who may sign on at this till, for whoever looks after it.

A running till takes up the change at the next sign-on. PINs and badges come from standard input, never from
the command line, where every user of the computer could read them.
"""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from centara_giftcard.config.staff import StaffFile, hash_badge, hash_pin, read, written
from centara_giftcard.config.vault import SystemVault
from centara_giftcard.domain.errors import StaffError
from centara_giftcard.domain.operators import (
    LONGEST_PIN,
    Operator,
    Staff,
    check_badge,
    check_id,
    check_name,
    check_pin,
)
from centara_giftcard.domain.secrets import Pin
from centara_giftcard.domain.sentences import Sentence, reason_of
from centara_giftcard.options import Options

_LONGEST_LINE = 200


def run_operators(options: Options) -> int:
    """Carry out `operators list`, `add`, `change`, `remove`, `export` or `import`. Raises TerminalError."""
    _, action = options.command
    file = _file(options)
    staff = file.load()
    match action:
        case "list":
            sys.stdout.write("".join(f"{line}\n" for line in _lines(staff)))
            return 0
        case "export":
            sys.stdout.write(written(staff).decode())
            return 0
        case "import":
            found = read(_bytes(Path(options.subject or "")))
            file.save(found)
            sys.stdout.write(f"{len(found.operators)} operators were taken over.\n")
            return 0
    id = options.subject or ""
    changed = {"add": _added, "change": _changed, "remove": _removed}[action](staff, id, options)
    file.save(changed)
    if action == "change" and options.pin:
        file.keep_tries({known: it for known, it in file.tries().items() if known != id})
    it = changed.operators[id]
    done = {"add": "is added", "change": "is changed", "remove": "is removed"}[action]
    sys.stdout.write(f"Operator {id} ({it.name}, {it.group}) {done}.\n")
    return 0


def _file(options: Options) -> StaffFile:
    folder = options.data_folder()
    return StaffFile(folder, SystemVault(folder, "").journal_key())


def _added(staff: Staff, id: str, options: Options) -> Staff:
    check_id(id)
    if options.name is None or options.group is None:
        raise StaffError(Sentence("operators add needs --name and --group."))
    check_name(options.name)
    if id in staff.operators:
        raise StaffError(Sentence("There is an operator {id} already.", id=id))
    _group(staff, options.group)
    pin = _pin(id)
    it = Operator(id, options.name, options.group, hash_pin(pin))
    return staff.changed(_with_badge(staff, it, options))


def _changed(staff: Staff, id: str, options: Options) -> Staff:
    if options.name is None and options.group is None and not options.pin and not options.badge:
        raise StaffError(Sentence("operators change needs --name, --group, --pin or --badge."))
    it = staff.named(id)
    it = replace(it, name=options.name or it.name, group=_group(staff, options.group or it.group))
    if options.pin:
        it = replace(it, pin=hash_pin(_pin(id)))
    return staff.changed(_with_badge(staff, it, options))


def _removed(staff: Staff, id: str, options: Options) -> Staff:
    return staff.removed(id)


def _group(staff: Staff, name: str) -> str:
    if name not in staff.groups:
        known = ", ".join(staff.groups)
        raise StaffError(Sentence("There is no group {group}: {known} are known.", group=name, known=known))
    return name


def _with_badge(staff: Staff, it: Operator, options: Options) -> Operator:
    if not options.badge:
        return it
    code = _typed("Badge: ", "a badge's barcode")
    check_badge(code)
    return replace(it, badge=hash_badge(code, staff.salt))


def _pin(id: str) -> Pin:
    pin = Pin(_typed("PIN: ", f"a PIN of 4 to {LONGEST_PIN} digits"))
    check_pin(pin, id)
    return pin


def _typed(prompt: str, what: str) -> str:
    ask: Callable[[], str] = lambda: getpass.getpass(prompt)  # noqa: E731
    line = (ask if sys.stdin.isatty() else lambda: sys.stdin.readline(_LONGEST_LINE))().strip()
    if not line:
        raise StaffError(Sentence("Standard input holds no line with {what}.", what=what))
    return line


def _lines(staff: Staff) -> list[str]:
    told = []
    for it in staff.operators.values():
        badge, left = "badge" if it.badge else "", " (left)" if it.left else ""
        told.append(f"{it.id:<8}  {it.group:<12}  {badge:<5}  {it.name}{left}")
    if not told:
        told = [
            "No operators: add a manager with centara-giftcard operators add ID --name NAME --group manager."
        ]
    groups = []
    for group in staff.groups.values():
        may = ", ".join(sorted(it.value for it in group.may))
        limits = "".join(f"; {it.value} up to {limit} minor units" for it, limit in group.limits.items())
        groups.append(f"group {group.name}: {may}{limits}")
    return [*told, "", *groups]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StaffError(
            Sentence("{file} cannot be read: {reason}.", file=path, reason=reason_of(error))
        ) from error
