"""Every paper as a picture and as a PDF, read back by a decoder that knows nothing of this program."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QTransform
from pytestqt.qtbot import QtBot
from unit.printing.receipt_samples import LIVE_NUMBER, PLACES, papers, png

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
    as_copy,
)
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.ui.presenters.views import ReceiptView
from centara_giftcard.ui.screens.receipt import ReceiptScreen
from centara_giftcard.ui.sheets import Sheet, to_pdf, to_picture
from centara_giftcard.ui.theme import Mode, Theme

WIDTHS = (58, 80)
needs_zbar = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg (zbar-tools) is not here")


def read_back(picture: QImage, folder: Path) -> set[str]:
    """What zbar reads in a picture, such as `CODE-128:1234`."""
    file = folder / "paper.png"
    assert picture.save(str(file))
    quiet = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}
    done = subprocess.run(
        ["zbarimg", "-q", str(file)], capture_output=True, text=True, env=quiet, check=False
    )
    return set(done.stdout.split())


def ink(picture: QImage) -> int:
    """How many dark pixels a picture has."""
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    return sum(value < 128 for value in bytes(grey.constBits()))


@needs_zbar
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", PLACES)
def test_a_printed_card_is_read_by_its_barcode_and_its_qr_code(
    qtbot: QtBot, tmp_path: Path, language: str, width_mm: int, scale: int
) -> None:
    number = LIVE_NUMBER.reveal()
    picture = to_picture(papers(language)["card"], width_mm, scale)
    assert read_back(picture, tmp_path) == {f"CODE-128:{number}", f"QR-Code:{number}"}


@needs_zbar
@pytest.mark.parametrize("number", ["609241770003118", "GC17AB00231XY", "1234", "6091000000000017000"])
def test_numbers_of_every_shape_are_read_on_narrow_paper(qtbot: QtBot, tmp_path: Path, number: str) -> None:
    card = CardNumber(number)
    picture = to_picture(Receipt("op-1", (Code128(card), QrCode(card))), 58)
    assert read_back(picture, tmp_path) == {f"CODE-128:{number}", f"QR-Code:{number}"}


@needs_zbar
def test_a_number_too_long_for_a_barcode_is_in_the_qr_code(qtbot: QtBot, tmp_path: Path) -> None:
    card = CardNumber("A1" * 32)
    picture = to_picture(Receipt("op-1", (Code128(card), QrCode(card))), 58)
    assert read_back(picture, tmp_path) == {f"QR-Code:{card.reveal()}"}


@needs_zbar
def test_no_other_paper_can_be_scanned_and_no_screen(qtbot: QtBot, tmp_path: Path) -> None:
    for name, receipt in papers("en").items():
        if name != "card":
            assert read_back(to_picture(receipt, 80), tmp_path) == set()
    screen = ReceiptScreen(Theme(Mode.LIGHT))
    qtbot.addWidget(screen)
    screen.resize(900, 700)
    screen.show_view(ReceiptView("Receipt", "", papers("en")["card"], 80))
    screen.show()
    picture = screen.grab().toImage()
    assert read_back(picture, tmp_path) == set()
    assert ink(picture) > 500  # the paper is there all the same


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", PLACES)
def test_every_paper_keeps_its_margins(qtbot: QtBot, language: str, width_mm: int) -> None:
    for name, receipt in papers(language).items():
        picture = to_picture(receipt, width_mm)
        assert picture.width() == width_mm * 8
        margin = 32
        sides = [picture.copy(0, 0, margin, picture.height()), picture.copy(0, 0, picture.width(), 12)]
        mirrored = picture.transformed(QTransform().rotate(180))
        sides += [mirrored.copy(0, 0, margin, picture.height()), mirrored.copy(0, 0, picture.width(), 12)]
        assert [ink(side) for side in sides] == [0, 0, 0, 0], name
        assert ink(picture) > 1000, name


def pages_mm(pdf: bytes) -> list[tuple[float, float]]:
    """The sizes of a PDF's pages."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    return [(float(wide) * 25.4 / 72, float(high) * 25.4 / 72) for wide, high in boxes]


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_a_pdf_is_as_wide_and_long_as_its_paper(qtbot: QtBot, width_mm: int) -> None:
    receipt = papers("is")["sale of three"]
    pdf = to_pdf(receipt, width_mm)
    assert pdf.startswith(b"%PDF-")
    ((wide, high),) = pages_mm(pdf)
    assert wide == pytest.approx(width_mm, abs=0.4)
    assert high == pytest.approx(Sheet(list(receipt.lines), width_mm).height / 8, abs=0.4)


def test_a_cut_in_the_middle_begins_a_new_page(qtbot: QtBot) -> None:
    receipt = Receipt("op-1", (Text("one"), Cut(), *[Text("two")] * 9, Cut()))
    first, second = pages_mm(to_pdf(as_copy(receipt), 80))
    assert first[1] < second[1]
    assert to_picture(receipt, 80).height() > Sheet([Text("one")], 80).height


@pytest.mark.parametrize(
    "line",
    [
        Text("a", strong=True, large=True),
        Text("x" * 300, left=True),
        Pair("a" * 60, "b" * 60, strong=True),
        Rule(),
        Logo(png(900, 30)),
        FullNumber(LIVE_NUMBER),
    ],
)
def test_each_line_is_painted_within_the_paper(qtbot: QtBot, line: ReceiptLine) -> None:
    for width_mm in WIDTHS:
        picture = to_picture(Receipt("op-1", (line,)), width_mm)
        assert ink(picture.copy(32, 0, picture.width() - 64, picture.height())) == ink(picture) > 0


def test_a_blank_line_and_a_broken_logo_leave_no_ink(qtbot: QtBot) -> None:
    assert ink(to_picture(Receipt("op-1", (Blank(), Logo(b"no picture"))), 80)) == 0


def test_a_pdf_may_be_made_on_the_printer_s_thread(qtbot: QtBot, tmp_path: Path) -> None:
    import asyncio

    from centara_giftcard.printing.devices import open_printer

    printer = open_printer(str(tmp_path / "receipts.pdf"), lambda receipt: to_pdf(receipt, 58))

    async def run() -> None:
        for _ in range(5):
            await printer.print(papers("de")["card"])

    asyncio.run(run())
    printer.close()
    assert len(list(tmp_path.glob("receipts-*.pdf"))) == 5
