"""A receipt made from a template: which lines it has, and what is said of a slip of the pen."""

import pytest

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.papers import PaperKind
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
    as_text,
)
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.printing.template_text import Field, Templates, read_templates

NUMBER = CardNumber("6092417700031185")


def templates(logo: bytes = b"", **files: str) -> Templates:
    return read_templates(lambda name: files.get(name.removesuffix(".txt"), ""), logo)


def filled(text: str, logo: bytes = b"", **values: str) -> tuple[ReceiptLine, ...]:
    known = {name: Field(value, f"The {name}") for name, value in values.items()}
    return templates(logo, payment=text, header="rule\nbold: {title}").lines(PaperKind.PAYMENT, known)


def test_a_template_is_one_line_for_each_line_of_the_paper() -> None:
    text = "# note\n\n left: a {card} \nCentre: b: c\ncenter:d\nbold: e\nlarge: f\nrule\nblank\ncut"
    assert filled(text, card="•••• 1185") == (
        Text("a •••• 1185", left=True),
        Text("b: c"),
        Text("d"),
        Text("e", strong=True),
        Text("f", strong=True, large=True),
        Rule(),
        Blank(),
        Cut(),
    )


def test_a_pair_has_the_field_s_label_or_the_shop_s_own() -> None:
    assert filled("pair: {card}\nbold pair: No. {till} = {card}!", card="1185", till="Till 3") == (
        Pair("The card", "1185"),
        Pair("No. Till 3", "1185!", strong=True),
    )


def test_a_line_with_a_field_that_has_nothing_to_say_is_left_out() -> None:
    text = "rule\npair: {rest}\nleft: {card} {rest}\nrule\nleft: {card}"
    assert filled(text, rest=" ", card="1185") == (Rule(), Text("1185", left=True))


def test_a_shared_template_stands_where_it_is_named() -> None:
    assert filled("header\nleft: x", title="Paid") == (
        Rule(),
        Text("Paid", strong=True),
        Text("x", left=True),
    )


def test_a_logo_appears_where_there_is_one() -> None:
    assert filled("logo") == ()
    assert filled("logo", b"png") == (Logo(b"png"),)


def test_what_a_server_says_stays_on_its_line_and_drives_nothing() -> None:
    assert filled("left: {card}", card=" a\r\nb\t\x1bpc\x00") == (Text("a b pc", left=True),)


def test_an_amount_is_not_parted_from_its_currency() -> None:
    (line,) = filled("left: to pay {rest}", rest="1.500\u00a0kr.")
    assert as_text(Receipt("op-1", (line,)), 12) == "to pay\n1.500\u00a0kr.\n"


def test_a_block_behind_each_comes_once_for_every_card() -> None:
    found = templates(sale="left: {count}\neach left: {card}\neach rule\nleft: end").lines(
        PaperKind.SALE, {"count": Field("2")}, [{"card": Field("one")}, {"card": Field("two")}]
    )
    texts = [line.text for line in found if isinstance(line, Text)]
    assert texts == ["2", "one", "two", "end"]
    assert found[2] == found[4] == Rule()


def test_a_card_s_own_lines_need_its_number() -> None:
    card = templates(card="barcode\nnumber\nqr")
    assert card.lines(PaperKind.CARD, {}, number=NUMBER) == (
        Code128(NUMBER),
        FullNumber(NUMBER),
        QrCode(NUMBER),
    )
    assert card.lines(PaperKind.CARD, {}) == ()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{card}", '"{card}" is no kind of line'),
        ("centred: x", '"centred" is no kind of line: did you mean "centre"?'),
        ("centre", '"centre:" needs a text behind the colon'),
        ("centre:", '"centre:" needs a text behind the colon'),
        ("rule: x", '"rule" stands alone'),
        ("left: {crad}", "{crad} is not a field of payment.txt: did you mean {card}?"),
        ("left: {wifi}", "{wifi} is not a field of payment.txt"),
        ("left: {{card}}", "a { or } has no partner"),
        ("pair: just words", '"pair:" needs one field, or a label = a value'),
        ("each left: x", '"each" is for papers with several cards, not for payment.txt'),
        ("qr", '"qr" shows the whole number, which belongs only on a printed card (card.txt)'),
    ],
)
def test_a_slip_of_the_pen_names_file_line_and_word(line: str, problem: str) -> None:
    with pytest.raises(SettingsError) as fault:
        filled(f"rule\n# note\n{line}")
    assert str(fault.value) == f"payment.txt, line 3: {problem}"


def test_a_shared_template_takes_in_no_other() -> None:
    with pytest.raises(SettingsError, match=r'^footer.txt, line 1: "header" cannot stand in footer.txt$'):
        templates(payment="footer", footer="header")
