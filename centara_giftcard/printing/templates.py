"""The shop's receipt templates: its own folder first, then those that come with the program."""

import io
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.papers import PaperKind
from centara_giftcard.domain.sentences import printable, reason_of
from centara_giftcard.printing.template_text import SHARED, TemplateFault, Templates, read_templates
from centara_giftcard.resources import resource

LOGO: Final = "logo.png"
MAX_BYTES: Final = 32 * 1024
MAX_LOGO_BYTES: Final = 512 * 1024
MAX_LOGO_SIDE: Final = 2000

_NAMES: Final = tuple(f"{name}.txt" for name in (*SHARED, *(kind.value for kind in PaperKind)))
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class ShopTemplates(Struct, frozen=True):
    """The templates in force. `faults` is a sentence for each file of the shop's that is done without."""

    templates: Templates
    faults: tuple[str, ...] = ()


def load_templates() -> Templates:
    """Read the templates that come with the program."""
    return read_templates(_built_in)


def shop_templates(folder: str) -> ShopTemplates:
    """Read all templates; a file in `folder` takes the place of the built-in one of the same name.

    Raises nothing: a file that cannot be used is told and done without, for a shop opens also when its paper
    is not in order. An empty `folder` means none.
    """
    if not folder:
        return ShopTemplates(load_templates())
    own = Path(os.path.expanduser(folder))
    try:
        found = sorted(path.name for path in own.iterdir())
    except (OSError, ValueError):
        return ShopTemplates(load_templates(), (f"printer.templates: the folder {folder} cannot be read.",))
    known = ", ".join(_NAMES)
    faults = [
        f"{_shown(own / name)} is not a receipt template: they are {known}."
        for name in found
        if name.endswith(".txt") and name not in _NAMES
    ]
    without: set[str] = set()

    def read(name: str) -> str:
        return _text(own / name) if name in found and name not in without else _built_in(name)

    while True:
        try:
            templates = read_templates(read)
            break
        except TemplateFault as fault:
            without.add(fault.file)
            faults.append(str(fault))
    try:
        templates = replace(templates, logo=_logo(own / LOGO) if LOGO in found else b"")
    except SettingsError as fault:
        faults.append(str(fault))
    return ShopTemplates(templates, tuple(faults))


def _built_in(name: str) -> str:
    return resource(f"receipts/{name}").read_text(encoding="utf-8")


def _text(path: Path) -> str:
    try:
        content = _content(path, MAX_BYTES)
        return content.decode("utf-8-sig")  # Windows editors like to add a mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        told = f"{path.name}, line {line}: not UTF-8 text, save the file as UTF-8"
        raise TemplateFault(path.name, told) from None
    except SettingsError as fault:
        raise TemplateFault(path.name, str(fault)) from None


def _logo(path: Path) -> bytes:
    """The picture, once it is known that it can be drawn. Raises SettingsError, whatever the file holds."""
    content = _content(path, MAX_LOGO_BYTES)
    wide, high = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))  # as every PNG begins
    if content.startswith(_PNG) and max(wide, high) > MAX_LOGO_SIDE:  # before anything makes room for it
        raise SettingsError(
            f"{path} is {wide} x {high} pixels: a logo may be {MAX_LOGO_SIDE} pixels wide and high."
        )
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on odd profiles and the like are no faults
            with Image.open(io.BytesIO(content), formats=["PNG"]) as whole:
                whole.verify()  # to its end, which the screen needs too where paper would do without
            with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
                picture.convert("RGBA")
    except Exception:  # noqa: BLE001 - what Pillow raises for a broken picture is of a dozen kinds
        raise SettingsError(f"{path} is not a PNG picture that can be read.") from None
    return content


def _content(path: Path, limit: int) -> bytes:
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise SettingsError(f"{path} is not a file.")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {reason_of(error)}.") from None
    if len(content) > limit:
        raise SettingsError(f"{path} is larger than {limit // 1024} KiB.")
    return content


def _shown(path: Path) -> str:
    """A path as it can be printed, whatever bytes are in its name."""
    return printable(os.fsencode(path).decode(errors="replace"))
