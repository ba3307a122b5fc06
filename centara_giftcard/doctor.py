"""The doctor: is this till fit to open? A line for each check, and what to do where one fails."""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from centara_giftcard.config.first import MAX_TOKEN
from centara_giftcard.config.settings import (
    Examined,
    PrinterSettings,
    ScannerSettings,
    Settings,
    examine,
    load,
    with_server,
)
from centara_giftcard.config.staff import COST_TOLD
from centara_giftcard.config.vault import TOKEN_VARIABLE
from centara_giftcard.config.zones import SYSTEM
from centara_giftcard.domain.errors import (
    EnvironmentFault,
    JournalError,
    SettingsError,
    StaffError,
    VaultError,
)
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.journal.instance import InstanceLock
from centara_giftcard.journal.reader import verify
from centara_giftcard.options import Options
from centara_giftcard.printing.templates import shop_templates
from centara_giftcard.probe.asking import access, ask, reading
from centara_giftcard.probe.finding import Finding, Mark, told
from centara_giftcard.probe.heard import heard
from centara_giftcard.probe.jwt import runs_out
from centara_giftcard.probe.proof import is_proven
from centara_giftcard.scanner.serial import listen_once
from centara_giftcard.terminal.ports import SourceState
from centara_giftcard.terminal.printing import PrintError
from centara_giftcard.workshop import line_of, locksmith_of, loyalty_of, printer_of, vault_of

MAX_CLOCK_S: Final = 300
"""A till's clock further from the server's than this puts wrong times on receipts and in the journal."""
MAX_TYPED: Final = 4095
"""A terminal hands over no longer line (Linux's canonical mode), and cuts what is longer without a word."""
LISTEN_S: Final = 0.5
"""How long the doctor listens to a scanner: enough for the noise of a line that is set wrong."""

_KEEP_PRIVATE: Final = (
    "in its properties, under Security, take Users and Everyone out"
    if sys.platform == "win32"
    else "give it the mode 0600"
)
_MEND_LINE: Final = "set scanner.baud, scanner.parity and scanner.data_bits as the scanner has them"

_OF_THE_SERVER: Final = ("server", "tls", "clock")
_PROVEN: Final = "a probe went well with it"
_NOT_PROVEN: Final = "server not proven yet: try it with a test card and doctor --probe"
_MEND_FIRST: Final = "not checked: mend the settings first"
_GOOD_TLS: Final = "the certificate is good, by this computer's own trust store"
_BAD_TLS: Final = "no secure connection: check the server's certificate and this computer's date"
_NO_ANSWER: Final = "it does not answer as a server should: call its support"
_WHY_NOT: Final = {
    Cause.NAME: "its name is not known: check loyalty.server and the network",
    Cause.CONNECT: "nothing answers there: check loyalty.server, the network and the firewall",
    Cause.TIMEOUT: "it does not answer in time: try again, then call its support",
    Cause.TLS: "no connection, see the next line",
}


def run_doctor(options: Options) -> int:
    """Check everything, print a line each as it is known; return 1 if a check failed, else 0."""
    failed = False
    for finding in checks(options):
        failed = failed or finding[0] is Mark.FAIL
        sys.stdout.write(told(finding))
        sys.stdout.flush()
    return 1 if failed else 0


def store_token(options: Options) -> int:
    """Read the access token, one line of standard input, into the keyring. Raises EnvironmentFault.

    Never from the command line, where every user of the computer could read it.
    """
    settings = load(options.settings_file())
    if sys.stdin.isatty():
        text = getpass.getpass("Access token: ").strip()
        if len(text) >= MAX_TYPED:
            raise EnvironmentFault("This terminal may have cut the access token: give it as < token.txt.")
    else:
        text = sys.stdin.readline(MAX_TOKEN + 2).strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise EnvironmentFault("Standard input holds no access token: it must be one word on one line.")
    if len(text) > MAX_TOKEN:
        raise EnvironmentFault(f"An access token of more than {MAX_TOKEN} characters cannot be used.")
    vault_of(options.data_folder(), settings.identity).store_token(AccessToken(text))
    sys.stdout.write(f"The access token of {settings.identity} is in the keyring.\n")
    return 0


def checks(options: Options) -> Iterator[Finding]:
    """Everything, whatever failed before it; left out is only what hangs on a setting that is wrong."""
    found, findings = _settings(options)
    yield from findings
    yield _token(options, found)
    yield _keyring(options)
    yield from _loyalty(options, found)
    if found is None or not found.sound("till", "time_zone"):
        yield Mark.LEFT_OUT, "zone", _MEND_FIRST
    else:
        yield _zone(found.settings, datetime.now(UTC))
    if found is None or not found.sound("scanner"):
        yield Mark.LEFT_OUT, "scanner", _MEND_FIRST
    else:
        folder = options.data_folder()
        yield _scanner(found.settings.scanner, folder if _other_till(folder) else None)
    if found is None or not found.sound("printer"):
        yield from ((Mark.LEFT_OUT, subject, _MEND_FIRST) for subject in ("printer", "receipts"))
    else:
        yield _printer(found.settings.printer)
        yield from _receipts(found.settings.printer)
    yield _journal(options.data_folder())
    if found is not None and found.sound("operators") and found.settings.operators.required:
        yield _operators(options.data_folder())
    if found is None or not found.sound("loyalty"):
        yield Mark.LEFT_OUT, "answers", _MEND_FIRST
    else:
        yield from heard(options.data_folder(), found.settings.loyalty.wire)


def _loyalty(options: Options, found: Examined | None) -> Iterator[Finding]:
    """The server, and what it says of token, path, group and card."""
    if found is None or not found.sound("loyalty"):
        yield from ((Mark.LEFT_OUT, subject, _MEND_FIRST) for subject in _OF_THE_SERVER)
        return
    settings, token = found.settings, _token_of(options, found)
    # Whether it can be reached does not depend on the token, so a missing one does not hide the rest.
    proven = is_proven(options.data_folder(), settings.loyalty)
    reached = yield from _server(settings, token or AccessToken("none"), proven)
    if reached and token is not None:
        yield from access(asyncio.run(ask(settings, token)), settings.loyalty.group)
        if options.card is not None:
            yield reading(asyncio.run(ask(settings, token, options.card)), settings.loyalty.group)
    elif options.card is not None:
        yield Mark.LEFT_OUT, "card", "not read without an answer and a token"


def _settings(options: Options) -> tuple[Examined | None, list[Finding]]:
    """The settings, as far as they can be used, and a line for each of their faults."""
    path = options.settings_file()
    if not path.exists():
        way = "start centara-giftcard to set it up, or name another file with --settings"
        return None, [(Mark.FAIL, "settings", f"{path} does not exist: {way}")]
    try:
        found = examine(path)
        if options.server is not None:
            found = replace(found, settings=with_server(found.settings, options.server))
    except SettingsError as fault:
        return None, [(Mark.FAIL, "settings", f"{fault}")]
    if found.faults:
        return found, [(Mark.FAIL, "settings", fault.sentence) for fault in found.faults]
    till = found.settings.till
    told = f"{path}: store {till.store}, till {till.pos}, {till.currency.code}"
    return found, [(Mark.OK, "settings", told)]


def _identity(found: Examined | None) -> str:
    """The till's name in the keyring, or nothing where the settings do not tell it."""
    parts = (("till", "store"), ("till", "pos"), ("loyalty", "group"))
    return found.settings.identity if found and all(found.sound(*part) for part in parts) else ""


def _token_of(options: Options, found: Examined | None) -> AccessToken | None:
    try:
        return vault_of(options.data_folder(), _identity(found)).token()
    except VaultError:
        return None


def _token(options: Options, found: Examined | None) -> Finding:
    identity = _identity(found)
    if not identity and not os.environ.get(TOKEN_VARIABLE):
        return Mark.LEFT_OUT, "token", _MEND_FIRST
    try:
        token = vault_of(options.data_folder(), identity).token()
    except VaultError as fault:
        return Mark.FAIL, "token", f"{fault} Or set {TOKEN_VARIABLE}."
    if token is None:
        way = "store it with centara-giftcard doctor --store-token"
        return Mark.FAIL, "token", f"there is none for {identity}: {way}, or set {TOKEN_VARIABLE}"
    place = TOKEN_VARIABLE if os.environ.get(TOKEN_VARIABLE) else f"the keyring, for {identity}"
    end = runs_out(token)
    if end is None:
        return Mark.OK, "token", f"from {place}"
    if end > datetime.now(UTC):
        return Mark.OK, "token", f"from {place}, good until {end:%Y-%m-%d %H:%M} UTC"
    way = "have a new one made on the loyalty web page"
    return Mark.FAIL, "token", f"from {place}: it ran out on {end:%Y-%m-%d %H:%M} UTC, {way}"


def _keyring(options: Options) -> Finding:
    vault = vault_of(options.data_folder(), "")
    try:
        if exposed := vault.exposed_key():
            return Mark.FAIL, "keyring", f"the key file {exposed} can be read by others: {_KEEP_PRIVATE}"
        name = vault.keyring()
    except VaultError as fault:
        return Mark.FAIL, "keyring", str(fault)
    if not name:
        told = f"this computer has none: the token must come from {TOKEN_VARIABLE}, and whoever copies"
        return Mark.OK, "keyring", f"{told} the data folder has the journal's key with it"
    return Mark.OK, "keyring", f"{name} answers"


def _operators(data_dir: Path) -> Finding:
    """Who may sign on, where somebody has to; nothing is made here that is not there yet."""
    if not (data_dir / "operators.json").exists():
        way = "centara-giftcard operators add ID --name NAME --group manager"
        return (
            Mark.FAIL,
            "operators",
            f"operators.required is set, and there are none: add a manager with {way}",
        )
    try:
        staff = locksmith_of(data_dir, vault_of(data_dir, "")).staff
    except (StaffError, VaultError) as fault:
        return Mark.FAIL, "operators", str(fault)
    number = sum(not it.left for it in staff.operators.values())
    return Mark.OK, "operators", f"{number} may sign on; a guess at a PIN costs {COST_TOLD}"


def _server(settings: Settings, token: AccessToken, proven: bool) -> Generator[Finding, None, bool]:
    """Whether the server can be reached at all; returns that."""
    address = settings.loyalty.server
    found = asyncio.run(_probe(settings, token))
    if isinstance(found, StatusFailed):
        mark, subject = (Mark.FAIL, "tls") if found.cause is Cause.TLS else (Mark.LEFT_OUT, "tls")
        yield Mark.FAIL, "server", f"{address}: {_WHY_NOT.get(found.cause, _NO_ANSWER)}"
        yield mark, subject, _BAD_TLS if mark is Mark.FAIL else "not checked without an answer"
        yield Mark.LEFT_OUT, "clock", "not checked without an answer"
        return False
    round_trip_ms, server_time = found
    secure = address.lower().startswith("https:")
    yield (
        Mark.OK,
        "server",
        f"{address} answers in {round_trip_ms:.0f} ms; {_PROVEN if proven else _NOT_PROVEN}",
    )
    yield Mark.OK, "tls", _GOOD_TLS if secure else "not needed: plain http to this computer"
    yield _clock(server_time, datetime.now(UTC))
    return True


async def _probe(settings: Settings, token: AccessToken) -> tuple[float, datetime | None] | StatusFailed:
    client = loyalty_of(settings, token)
    try:
        return await client.probe()
    finally:
        await client.close()


def _clock(server_time: datetime | None, now: datetime) -> Finding:
    if server_time is None:
        return Mark.LEFT_OUT, "clock", "the server does not tell the time"
    apart_s = (now - server_time).total_seconds()
    if abs(apart_s) <= MAX_CLOCK_S:
        return Mark.OK, "clock", f"within {max(1, round(abs(apart_s)))} s of the server's"
    way = "ahead of" if apart_s > 0 else "behind"
    return (
        Mark.FAIL,
        "clock",
        f"{abs(apart_s) / 60:.0f} minutes {way} the server's: set this computer's clock",
    )


def _zone(settings: Settings, now: datetime) -> Finding:
    zone = settings.till.zone
    wall = f"{now.astimezone(zone):%Y-%m-%d %H:%M}"
    if settings.till.time_zone != SYSTEM:
        return Mark.OK, "zone", f"{settings.till.time_zone}: it is {wall} in the store"
    way = "where that is not the store's time, set till.time_zone"
    return Mark.OK, "zone", f"this computer's, {zone.tzname(None)}: it is {wall}; {way}"


def _scanner(settings: ScannerSettings, running: Path | None) -> Finding:
    """`running` is the data folder of a till that has the port now."""

    port = settings.serial_port
    if not port:
        return Mark.OK, "scanner", "no serial port is set: a scanner that types needs none"
    line = line_of(settings)
    unreadable = f"{port} sends what cannot be read at {line}: {_MEND_LINE}"
    if running is not None:
        if _last_heard(running, "scanner", "state") == SourceState.UNREADABLE.value:
            return Mark.FAIL, "scanner", unreadable
        return Mark.LEFT_OUT, "scanner", f"{port} is not tried while the till is running"
    try:
        readable = listen_once(port, line, LISTEN_S)
    except (OSError, ValueError) as fault:
        reason = os.strerror(fault.errno) if isinstance(fault, OSError) and fault.errno else str(fault)
        return (
            Mark.FAIL,
            "scanner",
            f"{port} cannot be opened ({reason}): plug the scanner in, or mend scanner.serial_port",
        )
    if not readable:
        return Mark.FAIL, "scanner", unreadable
    return Mark.OK, "scanner", f"{port} opens at {line}"


def _last_heard(folder: Path, event: str, field: str) -> object:
    """What the running till's flight recorder noted last of something; None where it noted nothing."""
    try:
        lines = (folder / "log" / "till.jsonl").read_bytes().splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        with suppress(ValueError):
            noted = json.loads(line)
            if noted["event"] == event:
                return noted.get(field)
    return None


def _printer(settings: PrinterSettings) -> Finding:

    try:
        printer = printer_of(settings)
        if printer is None:
            return Mark.OK, "printer", "none is set: receipts are shown on the screen"
        try:
            return Mark.OK, "printer", f"{settings.address}: {printer.probe()}"
        finally:
            printer.close()
    except (PrintError, SettingsError) as fault:
        return Mark.FAIL, "printer", str(fault)


def _receipts(settings: PrinterSettings) -> Iterator[Finding]:

    faults = shop_templates(settings.templates).faults
    yield from ((Mark.FAIL, "receipts", fault) for fault in faults)
    if not faults:
        yield Mark.OK, "receipts", f"templates from {settings.templates or 'the program itself'}"


def _journal(folder: Path) -> Finding:

    home = next(place for place in (folder, *folder.parents) if place.exists())
    if not (home.is_dir() and os.access(home, os.W_OK | os.X_OK)):
        way = "give this user the right to it, or name another folder with --data-dir"
        return Mark.FAIL, "journal", f"the data folder {folder} cannot be written: {way}"
    try:
        verdict = verify(folder, vault_of(folder, "").known_journal_key())
    except JournalError as fault:
        return Mark.FAIL, "journal", str(fault)
    if not verdict.sound:
        more = f" and {len(verdict.findings) - 1} more" if len(verdict.findings) > 1 else ""
        return Mark.FAIL, "journal", f"{verdict.findings[0]}{more}: see centara-giftcard journal verify"
    return (
        Mark.OK,
        "journal",
        "; ".join(filter(None, (verdict.summary, verdict.unproven, _other_till(folder)))),
    )


def _other_till(folder: Path) -> str:
    """Return why a till could not be started on this folder now, or nothing."""

    if not folder.is_dir():
        return ""  # asking would make the folder
    lock = InstanceLock(folder)
    try:
        lock.acquire()
    except EnvironmentFault as fault:
        return str(fault)
    lock.release()
    return ""
