"""A receipt as the bytes that a receipt printer (ESC/POS) understands, made by python-escpos.

Code pages: the first of CODE_PAGES that the printer's profile has is chosen for the whole receipt. Each
holds all letters of western Europe, Icelandic ones too, and all but CP850 the euro, so that one switch at the
top is enough; for a letter beyond it python-escpos switches to another page of the profile. What no page
holds is spelt out.
"""

import logging
import os
import shutil
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.receipts import (
    Blank,
    Code128,
    Cut,
    FullNumber,
    Logo,
    Pair,
    QrCode,
    Receipt,
    ReceiptLine,
    Rule,
    Text,
    set_pair,
    set_text,
)
from centara_giftcard.domain.secrets import NO_BREAK, CardNumber, unbroken

if TYPE_CHECKING:
    from PIL.Image import Image

    from centara_giftcard.printing.pictures import Pictures

CODE_PAGES: Final = ("CP1252", "CP858", "ISO_8859-15", "CP850")

DEFAULT_PROFILE: Final = "default"
"""python-escpos's name for a printer of no particular make."""

_NARROW: Final = (32, 384)
_WIDE: Final = (42, 512)
"""Characters and dots of a line on 58 mm paper, and on 80 mm where the profile does not tell."""

_FEED_LINES: Final = 5
"""From the print head to where the paper is torn off, for a receipt that ends without a cut."""

_BARCODE_HEIGHT, _BARCODE_QUIET = 96, 20
"""Dots, and modules of white that Code 128 asks for on both sides together."""

_QR_MODULE, _QR_LEVEL_M = 8, 1
"""Dots: a number of 64 characters makes 37 modules, which still fit on 58 mm paper."""

_SPELT: Final = {
    **dict.fromkeys("•●∙", "*"),
    **dict.fromkeys("‐‑‒–—―−·", "-"),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    "…": "...",
    "€": "EUR",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "æ": "ae",
    "Æ": "Ae",
    "ø": "o",
    "Ø": "O",
    "œ": "oe",
    "ß": "ss",
    "ł": "l",
    "Ł": "L",
}


class Layout(NamedTuple):
    """The printable width: characters of the normal font, and dots."""

    columns: int
    dots: int


def layout_of(width_mm: int, profile: str = DEFAULT_PROFILE) -> Layout:
    """Return the layout of a printer on paper of this width. Raises SettingsError for an unknown profile."""
    known = _profile(profile)
    columns, dots = known["fonts"]["0"]["columns"], known["media"]["width"].get("pixels")
    if width_mm < 80:
        return Layout(min(columns, _NARROW[0]), min(dots if isinstance(dots, int) else 999, _NARROW[1]))
    return Layout(columns, dots) if isinstance(dots, int) else Layout(columns, max(_WIDE[1], columns * 12))


def to_bytes(receipt: Receipt, width_mm: int = 80, profile: str = DEFAULT_PROFILE) -> bytes:
    """Return everything to send for one receipt: from the printer's reset to the cut.

    `profile` is a name of python-escpos's printers. Raises SettingsError for one that it does not know.
    """
    page = _Page(layout_of(width_mm, profile), profile)
    for line in receipt.lines:
        page.put(line)
    if not isinstance(receipt.lines[-1] if receipt.lines else None, Cut):
        page.feed()
    return page.output


class _Page:
    """Puts lines on a printer that only collects bytes."""

    def __init__(self, layout: Layout, profile: str) -> None:
        self._layout = layout
        self._dummy = _library()[0].Dummy(profile=profile)
        # Not every profile tells its width, and python-escpos would complain of that on standard output.
        known = self._dummy.profile.profile_data
        self._dummy.profile.profile_data = {**known, "media": {"width": {"mm": 0, "pixels": layout.dots}}}
        encoder = self._dummy.magic.encoder
        encoder.used_encodings.update([page for page in CODE_PAGES if page in encoder.codepages][:1])
        self._dummy.hw("INIT")

    @property
    def output(self) -> bytes:
        """The bytes so far."""
        return bytes(self._dummy.output)

    def feed(self) -> None:
        """Move the paper on to where it is torn off."""
        self._dummy.print_and_feed(_FEED_LINES)

    def put(self, line: ReceiptLine) -> None:
        """Print one line."""
        width = self._layout.columns
        match line:
            case Text(text):
                align = "left" if line.left else "center"
                size = 2 if line.large else 1
                self._rows(set_text(self._clean(text), width // size), align, line.strong, size)
            case Pair(label, value):
                self._rows(set_pair(self._clean(label), self._clean(value), width), "left", line.strong)
            case FullNumber():
                self._rows(set_text(line.clear, width), "center", bold=True)
            case Rule():
                self._rows(["-" * width], "left")
            case Blank():
                self._rows([""], "left")
            case Logo(png):
                self._picture(_pictures().logo(png, self._layout.dots))
            case Code128(number):
                self._barcode(number)
            case QrCode(number):
                self._qr(number)
            case Cut():
                self._dummy.cut()

    def _rows(self, rows: list[str], align: str, bold: bool = False, size: int = 1) -> None:
        self._dummy.set_with_default(align=align, bold=bold, double_width=size > 1, double_height=size > 1)
        for row in rows:
            self._dummy.textln(row.replace(NO_BREAK, " "))  # some printers draw something in its place

    def _clean(self, text: str) -> str:
        """Spell `text` in letters the printer has; no control character passes. NO_BREAK is kept."""
        return "".join(map(self._letter, unbroken(text)))

    def _letter(self, letter: str) -> str:
        if unicodedata.category(letter) == "Zs":
            return NO_BREAK if letter in (NO_BREAK, "\u202f") else " "
        if not letter.isprintable():
            return ""
        encoder = self._dummy.magic.encoder
        if any(encoder.can_encode(page, letter) for page in encoder.codepages):
            return letter
        plain = _SPELT.get(letter) or unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        return plain or "?"

    def _barcode(self, number: CardNumber) -> None:
        data = code128_data(number)
        modules = code128_modules(data)
        width = next((w for w in (3, 2) if w * (modules + _BARCODE_QUIET) <= self._layout.dots), 0)
        if not width:
            return  # too long for this paper: the QR code and the number are there
        if self._dummy.profile.supports("barcodeB"):
            # Its public method says on standard output which renderer it takes.
            self._dummy._hw_barcode(
                data, "CODE128", height=_BARCODE_HEIGHT, width=width, pos="OFF", function_type="B"
            )
            self._rows([""], "left")
        else:
            self._picture(_pictures().code128(number.reveal(), width, _BARCODE_HEIGHT))

    def _qr(self, number: CardNumber) -> None:
        native = bool(self._dummy.profile.supports("qrCode"))
        self._dummy.set(align="center")
        self._dummy.qr(number.reveal(), ec=_QR_LEVEL_M, size=_QR_MODULE, native=native, center=not native)
        self._rows([""], "left")

    def _picture(self, picture: "Image | None") -> None:
        if picture is not None:
            self._dummy.image(picture, center=True)
            self._rows([""], "left")


def code128_data(number: CardNumber) -> str:
    """Return a number as ESC/POS wants Code 128: pairs of digits in code set C, all else in B.

    On 58 mm paper sixteen digits fit only so.
    """
    text = number.reveal()
    even = len(text) - len(text) % 2
    if len(text) < 4 or not text.isdecimal():
        return "{B" + text
    pairs = "".join(chr(int(text[n : n + 2])) for n in range(0, even, 2))
    return "{C" + pairs + (("{B" + text[-1]) if text[even:] else "")


def code128_modules(data: str) -> int:
    """Return how many modules wide a barcode is: start, data and check of 11 modules each, a stop of 13."""
    symbols = len(data.replace("{B", "B").replace("{C", "C"))  # a start or a switch is one symbol
    return 11 * (symbols + 1) + 13


def _pictures() -> "type[Pictures]":
    from centara_giftcard.printing.pictures import Pictures  # most printers draw themselves

    return Pictures


@cache
def _library() -> tuple[Any, Any]:
    """python-escpos's printers and capabilities, without what their import leaves behind: a handler at the
    root logger, a folder in /tmp."""
    handlers = logging.root.handlers[:]
    from escpos import capabilities, printer

    logging.root.handlers[:] = handlers
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return printer, capabilities.CAPABILITIES


def _profile(name: str) -> Any:
    known = _library()[1]["profiles"]
    if name not in known:
        raise SettingsError(
            f'printer.profile: "{name}" is not a printer that python-escpos knows; "default" suits most'
        )
    return known[name]
