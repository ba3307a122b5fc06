"""The paper of one till, from its settings: receipt templates and printer. A part of the composition."""

from dataclasses import dataclass

from centara_giftcard.config.settings import PrinterSettings
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.printing.devices import DevicePrinter, open_printer
from centara_giftcard.printing.template_text import Templates
from centara_giftcard.printing.templates import shop_templates


@dataclass(frozen=True)
class Paper:
    """What a till prints with. `trouble` is a sentence about a setting that cannot be followed, or empty."""

    templates: Templates
    printer: DevicePrinter | None
    trouble: str = ""


def set_up(settings: PrinterSettings) -> Paper:
    """Read the templates and choose the printer; nothing is opened before the first receipt.

    Raises nothing: a shop opens also when its paper is not in order, so a fault is told and done without.
    """
    shop = shop_templates(settings.templates)
    trouble, printer = " ".join(shop.faults), None
    try:
        if settings.address:
            printer = open_printer(
                settings.address,
                lambda receipt: _pdf(receipt, settings),
                settings.width_mm,
                settings.profile,
                settings.baud,
            )
    except SettingsError as fault:
        trouble = f"{trouble} {fault}".strip()
    return Paper(shop.templates, printer, trouble)


def _pdf(receipt: Receipt, settings: PrinterSettings) -> bytes:
    from centara_giftcard.ui.paper import to_pdf

    return to_pdf(receipt, settings.width_mm)
