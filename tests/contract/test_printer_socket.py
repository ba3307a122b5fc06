"""Receipts on their way to a network printer: a real socket, a printer that reads ESC/POS by itself."""

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from contract.receipt_printer import (
    COVER_OPEN,
    FAULT,
    NO_PAPER,
    PAPER_END,
    Mood,
    ReceiptPrinter,
)
from unit.printing.receipt_samples import LIVE_NUMBER, PLACES, papers

from centara_giftcard.domain.receipts import Code128, Cut, Pair, QrCode, Receipt, Text
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.printing.devices import DevicePrinter, open_printer
from centara_giftcard.terminal.printing import (
    PrintError,
    PrintEvent,
    PrintQueue,
    ReceiptPending,
    ReceiptPrinted,
    Trouble,
)


def no_pdf(_receipt: Receipt) -> bytes:
    raise AssertionError("a network printer is sent no PDF")


def printer_of(address: str, width_mm: int = 80, profile: str = "default") -> DevicePrinter:
    return open_printer(address, no_pdf, width_mm, profile)


def print_on(printer: ReceiptPrinter, receipt: Receipt, width_mm: int = 80) -> None:
    device = printer_of(printer.address, width_mm)
    try:
        asyncio.run(device.print(receipt))
    finally:
        device.close()


def refusal(printer: ReceiptPrinter, receipt: Receipt) -> PrintError:
    with pytest.raises(PrintError) as fault:
        print_on(printer, receipt)
    return fault.value


PAID = papers("en")["payment"]


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("language", PLACES)
def test_every_paper_comes_out_whole_in_every_language(language: str, width_mm: int) -> None:
    for name, receipt in papers(language).items():
        with ReceiptPrinter() as printer:
            print_on(printer, receipt, width_mm)
        paper = printer.paper
        columns = 32 if width_mm == 58 else 42
        assert max(map(len, paper.rows)) <= columns, name
        printed = "".join(paper.text.split())
        for line in receipt.lines:
            if isinstance(line, Text):
                assert "".join(line.text.split()) in printed, (name, line)
            if isinstance(line, Pair):
                assert "".join(line.value.split()) in printed, (name, line)
        assert "?" not in printed
        assert paper.pages == [16], "one code page for the whole receipt"
        assert paper.cuts == 1


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_printed_card_carries_its_whole_number_three_times(width_mm: int) -> None:
    with ReceiptPrinter() as printer:
        print_on(printer, papers("is")["card"], width_mm)
    assert printer.paper.barcodes == printer.paper.qr_codes == [LIVE_NUMBER.reveal()]
    assert "6092 4177 0003 1185" in printer.paper.text
    assert printer.paper.large == ["Þórður góði", "5.000 kr."]
    modules = 11 * 10 + 13 + 20
    assert printer.paper.barcode_widths[0] * modules <= (384 if width_mm == 58 else 512)


@pytest.mark.parametrize("number", ["609241770003118", "GC17AB00231", "1234", "60924177000311851"])
def test_any_number_a_series_may_have_is_a_barcode(number: str) -> None:
    card = Receipt("op-1", (Code128(CardNumber(number)), QrCode(CardNumber(number)), Cut()))
    with ReceiptPrinter() as printer:
        print_on(printer, card)
    assert (printer.paper.barcodes, printer.paper.qr_codes) == ([number], [number])


def test_a_number_too_long_for_the_paper_is_left_to_the_qr_code() -> None:
    number = CardNumber("A1" * 32)
    with ReceiptPrinter() as printer:
        print_on(printer, Receipt("op-1", (Code128(number), QrCode(number), Cut())), 58)
    assert (printer.paper.barcodes, printer.paper.qr_codes) == ([], [number.reveal()])


def test_nothing_else_carries_the_whole_number() -> None:
    for name, receipt in papers("en").items():
        if name != "card":
            with ReceiptPrinter() as printer:
                print_on(printer, receipt)
            assert b"6091000000000017" not in printer.received.replace(b" ", b"")
            assert "•••• 0017" in printer.paper.text


def test_a_letter_of_another_code_page_is_printed_by_switching_to_it() -> None:
    with ReceiptPrinter() as printer:
        print_on(printer, Receipt("op-1", (Text("Gżegżółka þæö €"), Cut())))
    assert printer.paper.text.startswith("Gżegżółka þæö €")
    assert printer.paper.pages == [16, 18, 16]


def test_a_server_s_words_cannot_drive_the_printer() -> None:
    hostile = Receipt("op-1", (Text("no\x1bp\x00\x19 \x1dV\x00card\r\n\x10\x14"), Cut()))
    with ReceiptPrinter() as printer:
        print_on(printer, hostile)
    assert printer.paper.rows[0].strip() == "nop Vcard"
    assert printer.paper.cuts == 1


@pytest.mark.parametrize(
    ("mood", "trouble"),
    [
        (Mood(paper=PAPER_END), Trouble.OUT_OF_PAPER),
        (Mood(offline=NO_PAPER), Trouble.OUT_OF_PAPER),
        (Mood(offline=COVER_OPEN), Trouble.COVER_OPEN),
        (Mood(offline=FAULT), Trouble.OFF),
        (Mood(says=b"HTTP/1.1 400 Bad Request\r\n\r\n"), Trouble.GARBAGE),
        (Mood(says=bytes(range(256))), Trouble.GARBAGE),
        (Mood(greets=b"\xff\xfd\x01login: ", says=b"\xff\xfb\x03"), Trouble.GARBAGE),
    ],
)
def test_a_printer_that_cannot_print_is_told_of_and_sent_nothing(mood: Mood, trouble: Trouble) -> None:
    with ReceiptPrinter(mood) as printer:
        fault = refusal(printer, PAID)
    assert fault.trouble is trouble
    assert printer.paper.rows == []
    assert str(fault).endswith(".")
    assert "\n" not in str(fault)


def test_a_printer_that_says_nothing_of_itself_prints_all_the_same() -> None:
    with ReceiptPrinter(Mood(answers=False)) as printer:
        begin = time.monotonic()
        print_on(printer, PAID)
        assert time.monotonic() - begin < 5
    assert "€12.00" in printer.paper.text
    assert printer.paper.cuts == 1


def test_a_printer_that_chatters_unasked_is_understood() -> None:
    chatter = b"\x11" + bytes([0x14, 0x00, 0x00, 0x0F]) + b"\x13\x11"
    with ReceiptPrinter(Mood(greets=chatter)) as printer:
        print_on(printer, PAID)
    assert printer.paper.cuts == 1


def test_automatic_status_between_the_answers_is_passed_over() -> None:
    closed_cover_then_ready = bytes([0x14, 0x00, 0x00, 0x0F, 0x12])
    with ReceiptPrinter(Mood(says=closed_cover_then_ready)) as printer:
        print_on(printer, PAID)
    assert printer.paper.cuts == 1


def test_a_printer_that_is_done_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("centara_giftcard.printing.links._LAST_WORDS_S", 30.0)
    with ReceiptPrinter() as printer:
        begin = time.monotonic()
        print_on(printer, PAID)
        assert time.monotonic() - begin < 10


def test_paper_that_runs_out_half_way_is_noticed() -> None:
    with ReceiptPrinter(Mood(prints=300)) as printer:
        assert refusal(printer, PAID).trouble is Trouble.OUT_OF_PAPER


@pytest.mark.parametrize("taken", [0, 3, 200])
def test_a_printer_that_hangs_up_half_way_is_noticed(taken: int) -> None:
    with ReceiptPrinter(Mood(hangs_up_after=taken)) as printer:
        assert refusal(printer, PAID).trouble is Trouble.LOST


def test_a_printer_that_takes_nothing_does_not_hold_the_till(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("centara_giftcard.printing.links.STALL_S", 0.3)
    huge = Receipt("op-1", (Text("x" * 40, left=True),) * 40_000)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        device = printer_of(f"tcp://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(PrintError) as fault:
            asyncio.run(device.print(huge))
        device.close()
    assert fault.value.trouble is Trouble.OFF


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-printer.invalid"])
def test_a_printer_that_is_not_there_is_told_of(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    device = printer_of(f"tcp://{host}:{port}")
    with pytest.raises(PrintError) as fault:
        asyncio.run(device.print(PAID))
    device.close()
    assert fault.value.trouble is Trouble.UNREACHABLE
    assert host in str(fault.value)


def test_the_doctor_hears_what_the_printer_says_without_printing() -> None:
    with ReceiptPrinter() as printer:
        device = printer_of(printer.address)
        assert device.probe() == "it is ready"
        printer.mood = Mood(answers=False)
        assert device.probe() == "it can be reached, but tells nothing of itself"
        printer.mood = Mood(paper=PAPER_END)
        with pytest.raises(PrintError, match="out of paper"):
            device.probe()
        device.close()
    assert printer.paper.rows == []


def test_a_receipt_waits_for_paper_and_is_printed_at_one_press() -> None:
    told: list[PrintEvent] = []

    async def sell(printer: ReceiptPrinter) -> None:
        device = printer_of(printer.address)
        queue = PrintQueue(device, told.append)
        work = asyncio.create_task(queue.run())
        queue.print(PAID)
        await until(lambda: queue.pending == 1)
        printer.mood = Mood()
        assert queue.reprint()
        await queue.close(10)
        assert queue.reprint()  # nothing waits: the last one again
        await queue.close(10)
        work.cancel()
        device.close()

    with ReceiptPrinter(Mood(paper=PAPER_END)) as printer:
        asyncio.run(sell(printer))
    assert [type(event) for event in told].count(ReceiptPending) == 1
    assert [event.copy for event in told if isinstance(event, ReceiptPrinted)] == [False, True]
    assert printer.paper.cuts == 2
    assert printer.paper.large == ["Store 12", "COPY", "Store 12"]


def test_the_loop_runs_on_while_the_printer_is_slow() -> None:
    async def sell(printer: ReceiptPrinter) -> int:
        device = printer_of(printer.address)
        await device.print(replace(PAID, lines=(Cut(),)))  # python-escpos is imported by now
        turns = 0
        printing = asyncio.create_task(device.print(PAID))
        while not printing.done():
            await asyncio.sleep(0.01)
            turns += 1
        device.close()
        return turns

    with ReceiptPrinter(Mood(answers=False)) as printer:
        assert asyncio.run(sell(printer)) > 20


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(1000):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen within 10 s")
