"""Printers by their address: files, device files, serial ports, the system's own; all of them real."""

import asyncio
import os
import pty
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from unit.printing.receipt_samples import papers

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.receipts import Receipt, as_copy
from centara_giftcard.printing import devices, links
from centara_giftcard.printing.devices import DevicePrinter, open_printer
from centara_giftcard.printing.esc_pos import to_bytes
from centara_giftcard.terminal.printing import PrintError, PrintTrouble

PAID = papers("en")["payment"]
BYTES = to_bytes(PAID)


def pdf(receipt: Receipt) -> bytes:
    return b"%PDF of " + receipt.operation.encode()


def printed(address: str, *receipts: Receipt) -> DevicePrinter:
    printer = open_printer(address, pdf)

    async def run() -> None:
        for receipt in receipts or (PAID,):
            await printer.print(receipt)

    try:
        asyncio.run(run())
    finally:
        printer.close()
    return printer


def refusal(address: str) -> PrintError:
    with pytest.raises(PrintError) as fault:
        printed(address)
    return fault.value


def test_a_file_grows_by_what_a_printer_would_be_sent(tmp_path: Path) -> None:
    file = tmp_path / "receipts.bin"
    printed(str(file), PAID, PAID)
    assert file.read_bytes() == BYTES * 2
    assert refusal(str(tmp_path / "none" / "receipts.bin")).trouble is PrintTrouble.FAILED


def test_a_pdf_is_written_for_each_receipt_and_never_over_another(tmp_path: Path) -> None:
    receipts = (Receipt("op-1", ()), Receipt("op-2", ()), as_copy(Receipt("op-1", ())), Receipt("op-1", ()))
    printed(str(tmp_path / "Receipts.PDF"), *receipts)
    names = ["Receipts-op-1-2.pdf", "Receipts-op-1-copy.pdf", "Receipts-op-1.pdf", "Receipts-op-2.pdf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert (tmp_path / "Receipts-op-2.pdf").read_bytes() == b"%PDF of op-2"
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}  # a card's number is money
    fault = refusal(str(tmp_path / "none" / "receipts.pdf"))
    assert fault.trouble is PrintTrouble.FAILED
    assert "cannot be written (no such file or directory)." in str(fault)


def test_the_doctor_is_told_whether_a_folder_can_be_written(tmp_path: Path) -> None:
    printer = open_printer(str(tmp_path / "receipts.pdf"), pdf)
    assert printer.probe() == "receipts are written there"
    printer.close()
    printer = open_printer(str(tmp_path / "none" / "receipts.pdf"), pdf)
    with pytest.raises(PrintError, match="cannot be written"):
        printer.probe()
    printer.close()


class Wire:
    """The far end of a pseudo-terminal: what a serial printer would take in, and how it answers."""

    def __init__(self, answers: bool) -> None:
        self.near, self.far = pty.openpty()
        self.path = os.ttyname(self.far)
        self.received = b""
        self._answers = answers
        self._stopped = False
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        asked = 0
        while not self._stopped:
            try:
                self.received += os.read(self.near, 4096)
            except OSError:
                return
            while self._answers and (found := self.received.find(b"\x10\x04", asked)) >= 0:
                asked = found + 3
                os.write(self.near, b"\x12")
            if self._answers and self.received.endswith(b"\x1dr\x01"):
                os.write(self.near, b"\x00")

    def close(self) -> None:
        self._stopped = True
        os.write(self.far, b".")  # wakes the reader
        self._thread.join()
        os.close(self.near)
        os.close(self.far)


@pytest.fixture(params=[True, False], ids=["answers", "is silent"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    """A serial printer."""
    found = Wire(request.param)
    yield found
    found.close()


def test_a_serial_printer_gets_the_receipt_whether_it_answers_or_not(wire: Wire) -> None:
    printed(wire.path)
    end = time.monotonic() + 5
    while BYTES not in wire.received and time.monotonic() < end:
        time.sleep(0.01)
    assert BYTES in wire.received


def test_a_serial_printer_that_is_pulled_out_is_told_of() -> None:
    assert refusal("/dev/no-such-printer").trouble is PrintTrouble.UNREACHABLE
    near, far = pty.openpty()
    link = links.open_device(os.ttyname(far), 9600)
    os.close(near)
    os.close(far)
    with pytest.raises(PrintError) as fault:
        link.read(1)
    assert fault.value.trouble is PrintTrouble.LOST
    link.close()


def test_a_device_file_is_written_without_waiting_for_an_answer(tmp_path: Path) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    link = links.open_device(str(pipe), 9600)
    link.write(BYTES)
    assert os.read(end, 65536) == BYTES
    link.close()
    os.close(end)


def test_a_device_that_takes_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "STALL_S", 0.2)
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    link = links.open_device(str(pipe), 9600)
    with pytest.raises(PrintError) as fault:
        link.write(b"x" * 200_000)  # more than a pipe holds
    assert fault.value.trouble is PrintTrouble.OFF
    link.close()
    os.close(end)


def test_a_full_device_says_that_it_is_out_of_paper() -> None:
    """/dev/full gives the error by which Linux's printer driver reports an empty tray."""
    link = links.DeviceLink("/dev/full")
    with pytest.raises(PrintError) as fault:
        link.write(b"x")
    link.close()
    assert fault.value.trouble is PrintTrouble.OUT_OF_PAPER


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with programs `lp` and `lpstat`, first in the path; they know one printer."""
    scripts = {
        "lp": 'echo "$@" > "$0.called"; cat > "$0.got"; [ "$2" = "Counter 1" ] || { '
        'echo "lp: The printer or class does not exist." >&2; exit 1; }',
        "lpstat": 'case "$2" in "Counter 1") echo "printer Counter 1 is idle.";; '
        '*) echo "printer $2 disabled since Monday -";; esac',
    }
    for name, script in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def test_a_printer_of_the_system_is_given_a_pdf(system: Path) -> None:
    printed("Counter 1", Receipt("op-1", ()))
    assert (system / "lp.got").read_bytes() == b"%PDF of op-1"
    assert (system / "lp.called").read_text() == "-d Counter 1 -t op-1 -o print-scaling=none\n"


def test_a_printer_the_system_does_not_know_is_told_of(system: Path) -> None:
    fault = refusal("Counter 9")
    assert fault.trouble is PrintTrouble.UNREACHABLE
    assert str(fault) == 'The system does not print on "Counter 9" (The printer or class does not exist).'


def test_the_doctor_asks_the_system_after_its_printer(system: Path) -> None:
    for name, answer in (("Counter 1", "the system knows it"), ("Counter 9", "stopped the printer")):
        printer = open_printer(name, pdf)
        try:
            told = printer.probe()
        except PrintError as fault:
            told = str(fault)
        printer.close()
        assert answer in told


def test_a_system_that_does_not_answer_is_given_up(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (system / "lp").write_text("#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(devices, "COMMAND_S", 0.2)
    assert refusal("Counter 1").trouble is PrintTrouble.OFF


def test_a_computer_that_cannot_print_by_name_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert str(refusal("Counter 1")) == "This computer has no lp, so it cannot print by name."


def test_a_printer_s_make_is_checked_before_the_first_receipt() -> None:
    with pytest.raises(SettingsError, match=r"^printer\.profile"):
        open_printer("tcp://printer:9100", pdf, profile="TM-T99")
