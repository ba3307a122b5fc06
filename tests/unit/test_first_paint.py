"""Whoever starts a till waits for what is imported before the first picture: it has a room of its own."""

import subprocess
import sys

import pytest

LATER = """
    asyncio httpx h11 ssl socket sqlite3 cryptography babel keyring serial escpos PIL qrcode barcode qasync
    centara_giftcard.serving centara_giftcard.workshop centara_giftcard.terminal centara_giftcard.loyalty
    centara_giftcard.sandbox centara_giftcard.ui.presenters.sentences centara_giftcard.ui.screens.rest
""".split()


@pytest.mark.parametrize("way_in", ["window", "demo"])
def test_the_first_picture_waits_for_nothing_that_it_does_not_show(way_in: str) -> None:
    script = (
        f"import sys, centara_giftcard.__main__, centara_giftcard.{way_in}\n"
        f"early = set({LATER}) & set(sys.modules)\n"
        "assert not early, early\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_qt_leaves_the_import_statement_as_it_was() -> None:
    """PySide's own reads the source of every module that is imported after it: 40 ms of each start."""
    script = (
        "import builtins\n"
        "own = builtins.__import__\n"
        "from centara_giftcard.ui import qt\n"
        "qt.load()\n"
        "import centara_giftcard.ui.app\n"
        "assert builtins.__import__ is own\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
