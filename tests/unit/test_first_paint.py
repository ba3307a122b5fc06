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


def test_qt_comes_without_the_writer_of_its_type_stubs_and_still_says_what_was_wrong_with_a_call() -> None:
    """Nobody calls the writer, and it takes 15 ms to unpack."""
    script = (
        "import sys\n"
        "from centara_giftcard.ui import qt\n"
        "qt.load()\n"
        "assert not [it for it in sys.modules.values() if hasattr(it, 'generate_pyi')]\n"
        "from PySide6.QtCore import QPoint\n"
        "try:\n"
        "    QPoint('x')\n"
        "except TypeError as fault:\n"
        "    assert 'QPoint' in str(fault) and 'int' in str(fault), fault\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
