"""Receipts on their way to a network printer: a real socket, a printer that reads ESC/POS by itself."""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest
from contract.receipt_printer import (
    COVER_OPEN,
    FAULT,
    NO_PAPER,
    PAPER_END,
    Mood,
    ReceiptPrinter,
)
from msgspec.structs import replace
from unit.printing.receipt_samples import LIVE_NUMBER, PLACES, papers

from centara_giftcard.domain.cards import Balance, CardStatus, KnownCard, Series
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.receipts import Code128, Cut, Pair, QrCode, Receipt, Text
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.journal.store import open_journal
from centara_giftcard.machine import SystemClock
from centara_giftcard.printing.devices import DevicePrinter, open_printer
from centara_giftcard.printing.templates import load_templates
from centara_giftcard.printing.typesetter import Typesetter
from centara_giftcard.terminal.events import PaymentShown
from centara_giftcard.terminal.papers import Papers
from centara_giftcard.terminal.printing import (
    PrintError,
    PrintEvent,
    PrintTrouble,
    ReceiptPending,
    ReceiptPrinted,
)
from centara_giftcard.terminal.tasks import Tasks
from centara_giftcard.words import Words

EUR = Currency.of("EUR")
SERIES = Series("Classic", "6091", "6091", 16)


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
        (Mood(paper=PAPER_END), PrintTrouble.OUT_OF_PAPER),
        (Mood(offline=NO_PAPER), PrintTrouble.OUT_OF_PAPER),
        (Mood(offline=COVER_OPEN), PrintTrouble.COVER_OPEN),
        (Mood(offline=FAULT), PrintTrouble.OFF),
        (Mood(says=b"HTTP/1.1 400 Bad Request\r\n\r\n"), PrintTrouble.GARBAGE),
        (Mood(says=bytes(range(256))), PrintTrouble.GARBAGE),
        (Mood(greets=b"\xff\xfd\x01login: ", says=b"\xff\xfb\x03"), PrintTrouble.GARBAGE),
    ],
)
def test_a_printer_that_cannot_print_is_told_of_and_sent_nothing(mood: Mood, trouble: PrintTrouble) -> None:
    with ReceiptPrinter(mood) as printer:
        fault = refusal(printer, PAID)
    assert (fault.trouble, fault.begun) == (trouble, False)
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
        fault = refusal(printer, PAID)
    assert (fault.trouble, fault.begun) == (PrintTrouble.OUT_OF_PAPER, True)


@pytest.mark.parametrize(("taken", "begun"), [(0, False), (3, False), (200, True)])
def test_a_printer_that_hangs_up_half_way_is_noticed(taken: int, begun: bool) -> None:
    with ReceiptPrinter(Mood(hangs_up_after=taken)) as printer:
        fault = refusal(printer, PAID)
    assert (fault.trouble, fault.begun) == (PrintTrouble.LOST, begun)


def test_a_printer_that_takes_nothing_does_not_hold_the_till(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("centara_giftcard.printing.links.STALL_S", 0.3)
    huge = Receipt("op-1", (Text("x" * 40, left=True),) * 40_000)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        device = printer_of(f"tcp://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(PrintError) as fault:
            asyncio.run(device.print(huge))
        device.close()
    assert fault.value.trouble is PrintTrouble.OFF


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-printer.invalid"])
def test_a_printer_that_is_not_there_is_told_of(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    device = printer_of(f"tcp://{host}:{port}")
    with pytest.raises(PrintError) as fault:
        asyncio.run(device.print(PAID))
    device.close()
    assert fault.value.trouble is PrintTrouble.UNREACHABLE
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


class Quiet:
    """A recorder that notes nothing."""

    def screen(self, *_: object) -> None: ...

    def event(self, name: str, **_: object) -> None: ...


class Desk:
    """The use case of paper over a real printer and a real journal, and what it tells."""

    def __init__(self, printer: ReceiptPrinter, folder: Path) -> None:
        self.told: list[PrintEvent] = []
        self.journal = open_journal(folder, bytes(range(32)), SystemClock().now)
        self.device = printer_of(printer.address)
        self.tasks = Tasks(self._failed)
        self.papers = Papers(
            self.device,
            Typesetter(Words(), load_templates(), "12", "3").set,
            self.journal,
            SystemClock(),
            Quiet(),
            (SERIES,),
            True,
            self.told.append,
        )

    def _failed(self, fault: BaseException) -> None:
        raise AssertionError from fault

    async def __aenter__(self) -> Self:
        self.tasks.spawn(self.papers.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.papers.close(10)
        await self.tasks.close()
        await self.journal.close()
        self.device.close()

    async def pay(self) -> None:
        """A payment of €12 was taken."""
        now = SystemClock().now()
        zero, all_of_it = Money(0, EUR), Money(5_000, EUR)
        before = Balance(all_of_it, zero)
        status = CardStatus(InstrumentId("gc-1"), "6091", True, before, all_of_it, zero)
        card = KnownCard(CardNumber("6091000000000017"), SERIES)
        asked = Money(1_200, EUR)
        payment = Payment(
            id="op-1",
            card=card.number,
            instrument=status.instrument,
            asked=asked,
            before=before,
            operator="7",
            created_at=now,
            due=asked,
        )
        payment = replace(payment, state=State.COMMITTED, after=Balance(Money(3_800, EUR), zero), floor=zero)
        await self.journal.record(payment, "commit accepted")
        self.papers.told(PaymentShown(payment, card, status, asked))


def test_a_receipt_waits_for_paper_and_is_printed_at_one_press(tmp_path: Path) -> None:
    async def sell(printer: ReceiptPrinter) -> list[PrintEvent]:
        async with Desk(printer, tmp_path) as desk:
            await desk.pay()
            await until(lambda: desk.papers.waiting == 1)
            printer.mood = Mood()
            desk.papers.print("till")
            await desk.papers.close(10)
            desk.papers.print("till")
        return desk.told

    with ReceiptPrinter(Mood(paper=PAPER_END)) as printer:
        told = asyncio.run(sell(printer))
    assert [type(event) for event in told].count(ReceiptPending) == 1
    assert [event.copy for event in told if isinstance(event, ReceiptPrinted)] == [False, True]
    assert printer.paper.cuts == 2
    assert printer.paper.large == ["Store 12", "COPY", "Store 12"]
    assert "€38.00" in printer.paper.text


@pytest.mark.parametrize(
    ("mood", "large"),
    [
        (Mood(paper=PAPER_END), ["Store 12"]),  # nothing was sent
        (Mood(hangs_up_after=200), ["COPY", "Store 12"]),  # nobody knows what came out
        (Mood(prints=150), ["COPY", "Store 12"]),
    ],
)
def test_what_waits_is_printed_after_a_restart_truly_marked(
    tmp_path: Path, mood: Mood, large: list[str]
) -> None:
    async def first(printer: ReceiptPrinter) -> None:
        async with Desk(printer, tmp_path) as desk:
            await desk.pay()

    async def second(printer: ReceiptPrinter) -> None:
        async with Desk(printer, tmp_path) as desk:
            await until(lambda: desk.papers.waiting == 1)
            desk.papers.print_waiting()

    with ReceiptPrinter(mood) as printer:
        asyncio.run(first(printer))
    with ReceiptPrinter() as printer:
        asyncio.run(second(printer))
    assert printer.paper.large == large
    assert "€12.00" in printer.paper.text
    assert "•••• 0017".replace("•", "*") in printer.paper.text or "•••• 0017" in printer.paper.text
    with ReceiptPrinter() as printer:
        asyncio.run(third(printer, tmp_path))
    assert printer.paper.rows == []


async def third(printer: ReceiptPrinter, folder: Path) -> None:
    """A start with nothing left to print."""
    async with Desk(printer, folder) as desk:
        await desk.journal.recent(1)
        assert desk.papers.waiting == 0


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
