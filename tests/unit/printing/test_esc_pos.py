"""What a printer of some make is sent: letters that it has, codes as it can draw them, nothing too wide."""

import sys
from pathlib import Path

import pytest
from unit.printing.receipt_samples import PLACES, papers, png

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.receipts import Blank, Code128, Logo, QrCode, Receipt, Text
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.printing.esc_pos import Layout, code128_data, code128_modules, layout_of, to_bytes

ALPHABETS = "ðÐþÞæÆöÖáÁéÉíÍóÓúÚýÝäÄüÜß€"
RASTER, NATIVE_CODE, NATIVE_QR = b"\x1dv0", b"\x1dkI", b"\x1d(k"


def bytes_of(text: str, profile: str = "default") -> bytes:
    return to_bytes(Receipt("op-1", (Text(text, left=True),)), 80, profile)


@pytest.mark.parametrize(
    ("profile", "page", "encoding"),
    [
        ("default", 16, "cp1252"),
        ("TM-T88III", 16, "cp1252"),
        ("POS-5890", 71, "cp1252"),
        ("SP2000", 32, "cp1252"),
        ("T-1", 19, "cp858"),
    ],
)
def test_every_letter_of_the_languages_is_sent_in_one_code_page(
    profile: str, page: int, encoding: str
) -> None:
    sent = bytes_of(ALPHABETS, profile)
    assert b"\x1bt" + bytes([page]) + ALPHABETS.encode(encoding) + b"\n" in sent
    assert sent.count(b"\x1bt") == 1


def test_a_printer_without_the_letters_is_sent_them_spelt_out() -> None:
    assert b"**** tharf a Thad, 5 EUR\n" in bytes_of("•••• þarf á Það, 5 €", "simple").replace(b"\xa0", b"a")


def test_no_odd_space_or_control_character_passes() -> None:
    assert b"1 500 kr.x\n" in bytes_of("1\u202f500\u00a0kr.\x1b\x00\u200bx")


@pytest.mark.parametrize("language", PLACES)
def test_no_question_mark_on_any_printer(language: str) -> None:
    from escpos.capabilities import CAPABILITIES

    for profile in CAPABILITIES["profiles"]:
        for name, receipt in papers(language).items():
            if name != "card":  # the picture of a code may hold any byte
                assert b"?" not in to_bytes(receipt, 58, profile), (profile, name)


@pytest.mark.parametrize(
    ("width_mm", "profile", "layout"),
    [
        (58, "default", Layout(32, 384)),
        (80, "default", Layout(42, 512)),
        (80, "TM-T20II", Layout(48, 576)),
        (58, "TM-T20II", Layout(32, 384)),
        (80, "POS-5890", Layout(32, 384)),
    ],
)
def test_the_paper_and_the_printer_say_how_wide_a_line_is(
    width_mm: int, profile: str, layout: Layout
) -> None:
    assert layout_of(width_mm, profile) == layout


def test_an_unknown_printer_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match=r'^printer.profile: "TM-T99" is not a printer'):
        layout_of(80, "TM-T99")


@pytest.mark.parametrize(
    ("number", "data"),
    [
        ("60910017", "{C\x3c\x5b\x00\x11"),
        ("6091001", "{C\x3c\x5b\x00{B1"),
        ("GC17", "{BGC17"),
        ("123", "{B123"),
    ],
)
def test_digits_are_packed_in_pairs(number: str, data: str) -> None:
    assert code128_data(CardNumber(number)) == data


def test_the_width_of_a_barcode_is_known_before_it_is_sent() -> None:
    from barcode.codex import Code128 as Encoder

    for number in ("60910017", "6091001", "GCAB", "6091000000000017"):
        assert code128_modules(code128_data(CardNumber(number))) == len(Encoder(number).build()[0])


def test_a_printer_that_draws_no_codes_is_sent_pictures_of_them() -> None:
    number = CardNumber("6092417700031185")
    card = Receipt("op-1", (Code128(number), QrCode(number)))
    able, unable = to_bytes(card, 58), to_bytes(card, 58, "POS-5890")
    assert (able.count(NATIVE_CODE), able.count(RASTER)) == (1, 0)
    assert NATIVE_QR in able
    assert (unable.count(NATIVE_CODE), unable.count(NATIVE_QR), unable.count(RASTER)) == (0, 0, 2)


def test_a_logo_is_sent_as_a_picture_not_wider_than_half_the_paper() -> None:
    sent = to_bytes(Receipt("op-1", (Logo(png(1000, 100)),)), 58)
    across, down = sent[sent.index(RASTER) + 4], sent[sent.index(RASTER) + 6]
    assert (across, down) == (384 // 8, 19)  # centred by white at both sides
    assert RASTER not in to_bytes(Receipt("op-1", (Logo(b"no picture"),)), 58)


def test_large_letters_take_the_room_of_two() -> None:
    sent = to_bytes(Receipt("op-1", (Text("Gjafakort verslunarinnar", large=True),)), 58)
    assert b"Gjafakort\nverslunarinnar\n" in sent


def test_a_receipt_without_a_cut_is_fed_to_the_edge() -> None:
    assert to_bytes(Receipt("op-1", (Blank(),))).endswith(b"\x1bd\x05")
    assert to_bytes(Receipt("op-1", ())).endswith(b"\x1bd\x05")


def test_the_library_leaves_nothing_behind(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import subprocess

    script = (
        "import logging\n"
        "from centara_giftcard.domain.receipts import Receipt\n"
        "from centara_giftcard.printing.esc_pos import to_bytes\n"
        "to_bytes(Receipt('op-1', ()))\n"
        "assert logging.root.handlers == [], logging.root.handlers\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, env={"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().out == ""
