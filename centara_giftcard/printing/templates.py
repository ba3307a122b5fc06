"""The shop's receipt templates: its own folder first, then those that come with the program."""

import io
import os
from pathlib import Path
from typing import Final

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.papers import Kind
from centara_giftcard.printing.template_text import SHARED, Templates, read_templates
from centara_giftcard.resources import resource

LOGO: Final = "logo.png"
MAX_BYTES: Final = 32 * 1024
MAX_LOGO_BYTES: Final = 512 * 1024
MAX_LOGO_SIDE: Final = 2000

_NAMES: Final = (*SHARED, *(kind.value for kind in Kind))


def load_templates(folder: str = "") -> Templates:
    """Read all templates; a file in `folder` takes the place of the built-in one of the same name.

    Raises SettingsError, one sentence with file and line, for the first fault.
    """
    if not folder:
        return read_templates(lambda name: _text(resource(f"receipts/{name}")))
    own = Path(os.path.expanduser(folder))
    try:
        found = sorted(path.name for path in own.iterdir())
    except (OSError, ValueError):
        raise SettingsError(f"printer.templates: the folder {folder} cannot be read.") from None
    for name in found:
        if name.endswith(".txt") and name.removesuffix(".txt") not in _NAMES:
            known = ", ".join(f"{known}.txt" for known in _NAMES)
            raise SettingsError(f"{own / name} is not a receipt template: they are {known}.")

    def read(name: str) -> str:
        return _text(own / name if name in found else resource(f"receipts/{name}"))

    return read_templates(read, _logo(own / LOGO) if LOGO in found else b"")


def _text(path: Path) -> str:
    content = _content(path, MAX_BYTES)
    try:
        return content.decode("utf-8-sig")  # Windows editors like to add a mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path.name}, line {line}: not UTF-8 text, save the file as UTF-8") from None


def _logo(path: Path) -> bytes:
    from PIL import Image

    content = _content(path, MAX_LOGO_BYTES)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if max(picture.size) > MAX_LOGO_SIDE:
                raise SettingsError(f"{path.name} is more than {MAX_LOGO_SIDE} pixels wide or high.")
            picture.load()
    except (OSError, ValueError, SyntaxError):  # all that Pillow raises for a broken PNG
        raise SettingsError(f"{path.name} is not a PNG picture that can be read.") from None
    return content


def _content(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    if len(content) > limit:
        raise SettingsError(f"{path.name} is larger than {limit // 1024} KiB.")
    return content
