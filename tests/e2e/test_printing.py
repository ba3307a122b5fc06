"""Paper at the real till: a network printer on a real socket prints what a customer takes home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract.receipt_printer import NO_PAPER, PAPER, PAPER_END, READY, Mood, Paper, ReceiptPrinter
from e2e.cashier import Cashier, Line, opened
from e2e.patience import wait_for
from e2e.program import Server, export, write_settings
from e2e.screen import Screen
from unit.printing.receipt_samples import bomb

pytestmark = pytest.mark.window

LIVE = """
[[series]]
name = "Printed here"
number = "6092"
prefix = "6092"
length = 16
kind = "live_printed"
"""


@pytest.fixture(scope="module")
def printer() -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter() as printer:
        yield printer


@pytest.fixture(scope="module")
def till(
    screen: Screen, server: Server, printer: ReceiptPrinter, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cashier]:
    folder = tmp_path_factory.mktemp("printing")
    more = f'{LIVE}[printer]\naddress = "{printer.address}"\n'
    settings = write_settings(folder / "settings.toml", server.address, 2, more)
    with opened(screen, settings) as cashier:
        yield cashier


@pytest.fixture
def cashier(till: Cashier, printer: ReceiptPrinter) -> Cashier:
    """The till at its first screen, with a new roll in the printer."""
    till.press("F2")
    till.begin()
    printer.paper = Paper()
    return till


@pytest.fixture
def own_screen(screen: Screen) -> Iterator[Screen]:
    """A screen for a second till: closing one closes every till of a screen."""
    own = Screen()
    yield own
    own.close()


def printed(cashier: Cashier, name: str = "printed") -> Line:
    return cashier.wait(lambda line: line["event"] == name, name)


def take(cashier: Cashier, number: str, amount: str = "12.50") -> str:
    operation = cashier.holds(number, amount)
    cashier.press("F12")
    cashier.sees("done", "Paid", "paid")
    return operation


def test_a_payment_is_printed_by_itself_with_the_masked_number_and_what_is_left(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    number = server.new_card()
    operation = take(cashier, number)
    assert printed(cashier)["operation"] == operation

    text = printer.paper.text
    for told in ("Store 12", "Classic", f"•••• {number[-4:]}", "€12.50", "€87.50", operation):
        assert told.replace("•", "*") in text or told in text
    assert number not in text
    assert printer.paper.cuts == 1
    assert printer.paper.barcodes == printer.paper.qr_codes == []


def test_p_shows_the_receipt_and_prints_a_copy(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    take(cashier, server.new_card())
    printed(cashier)
    cashier.press("p")
    cashier.sees("receipt")
    printer.paper = Paper()
    cashier.press("p")
    assert printed(cashier)["copy"] is True
    assert "COPY" in printer.paper.large
    cashier.press("Escape")
    cashier.sees("done", "Paid", "paid")


def test_a_printer_without_paper_costs_nothing_and_one_press_prints_what_waits(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    number = server.new_card()
    printer.mood.offline, printer.mood.paper = NO_PAPER, PAPER_END
    take(cashier, number)
    assert printed(cashier, "not_printed")["why"] == "out_of_paper"
    assert server.states(number) == [("committed", 1250)]  # the money is where it belongs
    assert printer.paper.rows == []

    printer.mood.offline, printer.mood.paper = READY, PAPER
    cashier.press("p")
    assert printed(cashier)["copy"] is False
    assert "€87.50" in printer.paper.text
    cashier.press("Escape")


def test_what_waits_has_a_button_of_its_own_and_comes_out_in_its_order(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    printer.mood.offline, printer.mood.paper = NO_PAPER, PAPER_END
    first = take(cashier, server.new_card())
    printed(cashier, "not_printed")
    cashier.next_customer()
    printer.mood.offline, printer.mood.paper = READY, PAPER
    second = take(cashier, server.new_card(), "7")
    printed(cashier)
    assert second in printer.paper.text
    assert first not in printer.paper.text  # another's receipt never comes out instead of the one in view
    cashier.next_customer()
    cashier.touch("Print the waiting receipt")
    assert (line := printed(cashier))["operation"] == first
    assert line["copy"] is False
    assert printer.paper.text.index(second) < printer.paper.text.index(first)


def test_the_receipts_page_is_used_by_touch_alone(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    take(cashier, server.new_card())
    printed(cashier)
    cashier.touch("Show receipt")
    cashier.sees("receipt")
    cashier.touch("Print a copy")
    assert printed(cashier)["copy"] is True
    cashier.touch("Back")
    cashier.sees("done", "Paid", "paid")


def test_a_payment_that_is_confirmed_after_the_cashier_went_on_has_its_receipt(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    """Issue 8, B."""
    number = server.new_card()
    server.misbehave(number, "commit", {"fault": "drop_before", "times": 2})
    operation = cashier.holds(number, "5")
    cashier.press("F12")
    cashier.sees("committing", outcome="unclear")
    cashier.press("Return")
    cashier.sees("ready")
    assert printed(cashier)["operation"] == operation
    assert "€5.00" in printer.paper.text
    cashier.press("p")
    cashier.sees("receipt")
    cashier.press("Escape")


def test_what_could_not_be_printed_is_there_after_a_restart(
    own_screen: Screen, server: Server, tmp_path: Path
) -> None:
    with ReceiptPrinter(Mood(offline=NO_PAPER, paper=PAPER_END)) as printer:
        more = f'[printer]\naddress = "{printer.address}"\n'
        settings = write_settings(tmp_path / "settings.toml", server.address, 2, more)
        with opened(own_screen, settings) as cashier:
            operation = take(cashier, server.new_card())
            printed(cashier, "not_printed")
            cashier.kill()
            printer.mood.offline, printer.mood.paper = READY, PAPER
            cashier.start()
            cashier.touch("Print the waiting receipt")
            line = printed(cashier)
            assert (line["operation"], line["copy"]) == (operation, False)
            assert "€12.50" in printer.paper.text


def test_a_huge_logo_is_told_and_the_till_opens_all_the_same(
    own_screen: Screen, server: Server, tmp_path: Path
) -> None:
    """Issue 8: 20,000 x 9,000 points."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "logo.png").write_bytes(bomb(20_000, 9_000))
    more = f'[printer]\naddress = "{tmp_path / "paper.bin"}"\ntemplates = "{own}"\n'
    settings = write_settings(tmp_path / "settings.toml", server.address, 2, more)
    with opened(own_screen, settings) as cashier:
        wait_for(lambda: cashier.screens()[-1]["headline"] == "Receipts or printer need support")
        take(cashier, server.new_card())
        wait_for(lambda: (tmp_path / "paper.bin").exists())


def test_a_released_hold_prints_nothing_unasked(
    cashier: Cashier, server: Server, printer: ReceiptPrinter
) -> None:
    cashier.holds(server.new_card(), "5")
    cashier.press("Escape")
    cashier.sees("done", "Not paid. The hold was released", "not_paid")
    cashier.next_customer()
    assert printer.paper.rows == []


def test_a_live_card_comes_out_of_the_printer_and_is_scanned_back(
    cashier: Cashier, printer: ReceiptPrinter
) -> None:
    cashier.press("F3")
    cashier.sees("sell")
    cashier.press("ctrl+1")
    cashier.sees("sell", "For how much?")
    cashier.type("40")
    cashier.press("Return", "F12")
    printed(cashier)
    (number,) = printer.paper.barcodes
    assert printer.paper.qr_codes == [number]
    assert number.startswith("6092")
    grouped = " ".join(number[n : n + 4] for n in range(0, 16, 4))
    assert grouped in printer.paper.text
    assert "Printed here" in printer.paper.large
    assert "€40.00" in printer.paper.large

    printer.paper = Paper()
    cashier.scan(number)
    cashier.sees("selling", "Sold", "sold")
    printed(cashier)  # the receipt of the sale, with the number masked
    assert number not in printer.paper.text
    assert "€40.00" in printer.paper.text
    rows = [row for row in export(cashier.data_dir) if row["kind"] == "issue_live"]
    assert [(row["state"], row["amount_minor"]) for row in rows] == [("done", 4000)]


def test_a_printer_that_is_switched_off_keeps_nobody_waiting(
    own_screen: Screen, server: Server, tmp_path: Path
) -> None:
    settings = write_settings(
        tmp_path / "settings.toml", server.address, 2, '[printer]\naddress = "tcp://127.0.0.1:9"\n'
    )
    with opened(own_screen, settings) as cashier:
        take(cashier, server.new_card())
        assert printed(cashier, "not_printed")["why"] == "unreachable"
        cashier.next_customer()
        take(cashier, server.new_card(), "1")


def test_a_template_with_a_fault_is_told_and_the_till_opens_all_the_same(
    own_screen: Screen, server: Server, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "payment.txt").write_text("header\npair: {amuont}\n")
    more = f'[printer]\naddress = "{tmp_path / "paper.bin"}"\ntemplates = "{own}"\n'
    settings = write_settings(tmp_path / "settings.toml", server.address, 2, more)
    with opened(own_screen, settings) as cashier:
        wait_for(lambda: cashier.screens()[-1]["headline"] == "Receipts or printer need support")
        take(cashier, server.new_card())
        wait_for(lambda: (tmp_path / "paper.bin").exists())  # by the built-in template
