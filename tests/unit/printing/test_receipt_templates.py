"""A shop changes what is printed: files in a folder of its own, and a sentence for every slip of the pen."""

import os
from pathlib import Path

import pytest
from unit.printing.receipt_samples import LIVE_NUMBER, bomb, papers, png

from centara_giftcard.domain.papers import PaperKind
from centara_giftcard.domain.receipts import (
    Code128,
    Cut,
    FullNumber,
    Logo,
    Pair,
    QrCode,
    Receipt,
    Rule,
    Text,
    as_text,
)
from centara_giftcard.printing.templates import load_templates, shop_templates


def shop(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def payment(folder: Path) -> Receipt:
    return papers("en", shop_templates(str(folder)).templates)["payment"]


def fault(folder: Path) -> str:
    (found,) = shop_templates(str(folder)).faults
    return found


def test_without_a_folder_the_built_in_templates_serve() -> None:
    assert set(load_templates().of) == set(PaperKind)


def test_a_shop_writes_its_own_header_and_keeps_the_rest(tmp_path: Path) -> None:
    shop(tmp_path, header="large: Bæjarbókin\ncentre: Aðalstræti 1, 600 Akureyri\ncenter: {till}\n")
    lines = payment(tmp_path).lines
    assert lines[:4] == (
        Text("Bæjarbókin", strong=True, large=True),
        Text("Aðalstræti 1, 600 Akureyri"),
        Text("Till 3"),
        Text("Gift card payment", strong=True),
    )
    assert lines[-1] == Cut()


def test_a_shop_decides_which_lines_appear_and_in_whose_words(tmp_path: Path) -> None:
    shop(tmp_path, payment="pair: Gift card no. = {card}\nbold pair: {amount}\nleft: Thank you!")
    assert payment(tmp_path).lines == (
        Pair("Gift card no.", "•••• 0017"),
        Pair("Paid", "€12.00", strong=True),
        Text("Thank you!", left=True),
    )


def test_lines_behind_each_come_once_for_every_card(tmp_path: Path) -> None:
    shop(tmp_path, sale="left: {count} cards\neach pair: {card} = {amount}\neach rule\npair: {total}")
    lines = papers("en", shop_templates(str(tmp_path)).templates)["sale of three"].lines
    assert lines == (
        Text("3 cards", left=True),
        Pair("•••• 0017", "€50.00"),
        Rule(),
        Pair("•••• 0017", "€25.00"),
        Rule(),
        Pair("•••• 1185", "€100.00"),
        Rule(),
        Pair("Total", "€175.00"),
    )


def test_the_number_in_full_stands_on_the_printed_card_alone(tmp_path: Path) -> None:
    card = papers("en")["card"]
    assert {FullNumber(LIVE_NUMBER), Code128(LIVE_NUMBER), QrCode(LIVE_NUMBER)} <= set(card.lines)
    assert LIVE_NUMBER.reveal() not in repr(card)
    assert "6092" not in as_text(card)
    shop(tmp_path, payment="number")
    assert fault(tmp_path) == (
        'payment.txt, line 1: "number" shows the whole number, '
        "which belongs only on a printed card (card.txt)"
    )


def test_a_logo_is_printed_where_the_template_says(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())
    assert payment(tmp_path).lines[0] == Logo(png())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not a PNG picture that can be read."),
        (b"GIF89a", "is not a PNG picture that can be read."),
        (png()[:40], "is not a PNG picture that can be read."),
        (png()[:-30], "is not a PNG picture that can be read."),
        (png()[:-9], "is not a PNG picture that can be read."),  # all of its points, but not its end
        (png(2001, 1), "is 2001 x 1 pixels: a logo may be 2000 pixels wide and high."),
        (bomb(20_000, 9_000), "is 20000 x 9000 pixels: a logo may be 2000 pixels wide and high."),
        (
            bomb(2**31 - 1, 2**31 - 1),
            "is 2147483647 x 2147483647 pixels: a logo may be 2000 pixels wide and high.",
        ),
        (b"\x00" * (512 * 1024 + 1), "is larger than 512 KiB."),
    ],
)
def test_a_logo_that_cannot_be_printed_is_told_and_done_without(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    """Issue 8: a logo of 20,000 x 9,000 points stopped till and doctor from starting."""
    (tmp_path / "logo.png").write_bytes(content)
    shop(tmp_path, payment="logo\nleft: Thank you!")
    assert fault(tmp_path) == f"{tmp_path / 'logo.png'} {sentence}"
    assert payment(tmp_path).lines == (Text("Thank you!", left=True),)


def test_a_logo_that_is_no_file_is_told_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "logo.png").mkdir()
    assert fault(tmp_path) == f"{tmp_path / 'logo.png'} is not a file."
    (tmp_path / "logo.png").rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "logo.png")
        assert fault(tmp_path) == f"{tmp_path / 'logo.png'} is not a file."


def test_a_dangling_link_for_a_logo_is_told(tmp_path: Path) -> None:
    (tmp_path / "logo.png").symlink_to(tmp_path / "none")
    assert fault(tmp_path) == f"{tmp_path / 'logo.png'} cannot be read: no such file or directory."


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_logo_without_rights_is_told(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())
    (tmp_path / "logo.png").chmod(0)
    assert fault(tmp_path) == f"{tmp_path / 'logo.png'} cannot be read: permission denied."


def test_a_fault_costs_its_own_file_only_and_all_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"GIF89a")
    shop(tmp_path, payment="left: Thank you!", header="largo: x", sale="left: {shop}", paymnet="rule")
    found = shop_templates(str(tmp_path))
    assert [told.split(",")[0].rsplit("/", 1)[-1].split(" ")[0] for told in found.faults] == [
        *("paymnet.txt", "header.txt", "sale.txt", "logo.png")
    ]
    assert payment(tmp_path).lines == (Text("Thank you!", left=True),)
    assert found.templates.of[PaperKind.SALE] == load_templates().of[PaperKind.SALE]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "balance",
            "header\npair: {availble}",
            "balance.txt, line 2: {availble} is not a field of balance.txt: did you mean {available}?",
        ),
        (
            "header",
            "# ours\n\nlarge: {shop}",
            "header.txt, line 3: {shop} is not a field of payment.txt",
        ),
        ("undone", "{card}", 'undone.txt, line 1: "{card}" is no kind of line'),
        ("undone", "centred: x", 'undone.txt, line 1: "centred" is no kind of line: did you mean "centre"?'),
        ("undone", "centre", 'undone.txt, line 1: "centre:" needs a text behind the colon'),
        ("undone", "rule: x", 'undone.txt, line 1: "rule" stands alone'),
        ("undone", "left: {card", "undone.txt, line 1: a { or } has no partner"),
        ("undone", "left: {}", "undone.txt, line 1: {} is not a field of undone.txt"),
        ("undone", "pair: just words", 'undone.txt, line 1: "pair:" needs one field, or a label = a value'),
        (
            "undone",
            "each left: x",
            'undone.txt, line 1: "each" is for papers with several cards, not for undone.txt',
        ),
        ("sale", "pair: {card}", "sale.txt, line 1: {card} is not a field of sale.txt"),
        ("footer", "header", 'footer.txt, line 1: "header" cannot stand in footer.txt'),
    ],
)
def test_a_slip_of_the_pen_is_one_sentence_with_the_line(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    found = fault(shop(tmp_path, **{name: text}))
    assert found.startswith(sentence)
    assert "\n" not in found


def test_a_misspelt_file_name_is_told(tmp_path: Path) -> None:
    assert "is not a receipt template" in fault(shop(tmp_path, paymnet="rule"))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "card.txt").write_bytes("rule\nleft: Bækur".encode("cp1252"))
    assert fault(tmp_path) == "card.txt, line 2: not UTF-8 text, save the file as UTF-8"
    (tmp_path / "card.txt").write_bytes(b"#" * (32 * 1024 + 1))
    assert fault(tmp_path) == f"{tmp_path / 'card.txt'} is larger than 32 KiB."
    (tmp_path / "card.txt").unlink()
    (tmp_path / "card.txt").mkdir()
    assert fault(tmp_path) == f"{tmp_path / 'card.txt'} is not a file."


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert fault(tmp_path / "none") == f"printer.templates: the folder {tmp_path / 'none'} cannot be read."


def test_a_server_s_words_stay_on_one_line(tmp_path: Path) -> None:
    shop(tmp_path, not_paid="left: {reason}")
    assert (
        as_text(papers("en", shop_templates(str(tmp_path)).templates)["refused"])
        == "Card is blocked since 1 March\n"
    )


def test_a_long_or_hostile_line_is_told_short_and_without_its_control_characters(tmp_path: Path) -> None:
    told = fault(shop(tmp_path, undone=f"{'x' * 5000}: y"))
    assert told == f'undone.txt, line 1: "{"x" * 39}…" is no kind of line'
    told = fault(shop(tmp_path, undone="left: {\x1b[2J\x07card" + "x" * 5000 + "}"))
    assert told == f"undone.txt, line 1: {{\ufffd[2J\ufffdcard{'x' * 30}…}} is not a field of undone.txt"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_file_with_a_hostile_name_is_told_without_its_control_characters(tmp_path: Path) -> None:
    (tmp_path / "pay\x1b]0;x\x07.txt").touch()
    assert "pay\ufffd]0;x\ufffd.txt is not a receipt template" in fault(tmp_path)
