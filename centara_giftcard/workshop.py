"""The workshop: where window, demo, doctor, set-up and commands take their adapters, made from the settings.

One place, so that what the doctor tries is what the till uses. Making a part opens and connects nothing but
the journal's file.
"""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from centara_giftcard.config.settings import PrinterSettings, ScannerSettings, Settings
from centara_giftcard.config.staff import Locksmith, StaffFile
from centara_giftcard.config.vault import SystemVault
from centara_giftcard.domain.errors import SettingsError, StaffError
from centara_giftcard.domain.papers import Paper
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.domain.sentences import Sentence
from centara_giftcard.journal.store import SqliteJournal, open_journal
from centara_giftcard.loyalty.client import LISTEN_TIMEOUT_S, Hear, HttpLoyalty, Note
from centara_giftcard.machine import SystemClock
from centara_giftcard.printing.devices import DevicePrinter, open_printer
from centara_giftcard.printing.template_text import Templates
from centara_giftcard.printing.templates import shop_templates
from centara_giftcard.printing.typesetter import Typesetter
from centara_giftcard.scanner.serial import LineSettings, SerialScanner
from centara_giftcard.words import Words


def vault_of(data_dir: Path, identity: str, use_keyring: bool = True) -> SystemVault:
    """Where the secrets of the till of that name are kept."""
    return SystemVault(data_dir, identity, use_keyring)


def loyalty_of(
    settings: Settings,
    token: AccessToken,
    note: Note = lambda name, facts: None,
    hear: Hear = lambda call, code, headers, body: None,
    listen_timeout_s: float = LISTEN_TIMEOUT_S,
) -> HttpLoyalty:
    """The client of the Loyalty server, which tells `note` and `hear`. Raises SettingsError."""
    server = settings.loyalty
    return HttpLoyalty(
        server=server.server,
        group=server.group,
        token=token,
        currency=settings.till.currency,
        rules=server.wire,
        connect_timeout_s=server.connect_timeout_s,
        reply_timeout_s=server.reply_timeout_s,
        zone=settings.till.zone,
        series=settings.series,
        store=settings.till.store,
        pos=settings.till.pos,
        note=note,
        hear=hear,
        listen_timeout_s=listen_timeout_s,
    )


def journal_of(data_dir: Path, vault: SystemVault) -> SqliteJournal:
    """The till's journal, open. Raises JournalError or VaultError."""
    return open_journal(data_dir, vault.journal_key(), SystemClock().now)


def locksmith_of(data_dir: Path, vault: SystemVault) -> Locksmith:
    """Who knows the operators of this till. Raises StaffError, also where there are none, or VaultError."""
    found = Locksmith(StaffFile(data_dir, vault.journal_key()), lambda: SystemClock().now().timestamp())
    if not found.staff.operators:
        told = (
            "operators.required is set, and this till knows no operators yet: add a manager with "
            "centara-giftcard operators add ID --name NAME --group manager."
        )
        raise StaffError(Sentence(told))
    return found


def printer_of(settings: PrinterSettings) -> DevicePrinter | None:
    """The receipt printer, or None where there is none. Raises SettingsError."""

    def pdf(receipt: Receipt) -> bytes:
        from centara_giftcard.ui.sheets import to_pdf  # Qt, which only a printer of PDFs needs

        return to_pdf(receipt, settings.width_mm)

    if not settings.address:
        return None
    return open_printer(settings.address, pdf, settings.width_mm, settings.profile, settings.baud)


class PaperStock(Struct, frozen=True):
    """What a till prints with. `trouble` says in sentences what cannot be followed, or is empty."""

    templates: Templates
    printer: DevicePrinter | None
    trouble: str = ""


def paper_of(settings: PrinterSettings) -> PaperStock:
    """Templates and printer. Raises nothing: a shop opens also when its paper is not in order."""
    shop = shop_templates(settings.templates)
    try:
        return PaperStock(shop.templates, printer_of(settings), " ".join(shop.faults))
    except SettingsError as fault:
        return PaperStock(shop.templates, None, " ".join((*shop.faults, str(fault))))


def typesetter_of(words: Words, settings: Settings, templates: Templates) -> Callable[[Paper], Receipt]:
    """What makes a receipt of a paper, in the words of this till."""
    till = settings.till
    return Typesetter(words, templates, till.store, till.pos, till.name).set


def line_of(settings: ScannerSettings) -> LineSettings:
    """How the line of a serial scanner is spoken."""
    return LineSettings(settings.baud, settings.parity, settings.data_bits, settings.stop_bits)


def scanner_of(
    settings: ScannerSettings, unforeseen: Callable[[Exception], None] = lambda fault: None
) -> SerialScanner:
    """The serial scanner, which finds its port when it is started; `unforeseen` hears of a bug in it."""
    return SerialScanner(
        settings.serial_port, line_of(settings), settings.prefix, settings.suffix, unforeseen
    )
