"""Pictures for a printer that cannot draw them itself: a barcode, and the shop's logo. Made with Pillow."""

import io

from barcode.codex import Code128
from PIL import Image


class Pictures:
    """Sizes are in dots of the printer."""

    @staticmethod
    def code128(number: str, width: int, height: int) -> Image.Image:
        """The bars of `number`, each module `width` wide."""
        bars = Code128(number).build()[0]
        picture = Image.new("1", (len(bars), 1), 1)
        picture.putdata([0 if bar == "1" else 1 for bar in bars])
        return picture.resize((len(bars) * width, height), Image.Resampling.NEAREST)

    @staticmethod
    def logo(png: bytes, dots: int) -> Image.Image | None:
        """The logo, at most half as wide as the paper's `dots`; None where it cannot be read (the loader
        checks that)."""
        try:
            picture = Image.open(io.BytesIO(png)).convert("RGBA")
        except (OSError, ValueError):
            return None
        share = min(1.0, dots / 2 / picture.width, dots / 2 / picture.height)
        return picture.resize((max(1, round(picture.width * share)), max(1, round(picture.height * share))))
