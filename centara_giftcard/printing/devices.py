"""Port Printer by the setting `printer.address`: network, device, file, or the system's printer by its name.

Each printer works on one thread of its own, and everything it does there is bounded in time.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from centara_giftcard.domain.addresses import printer_address
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.sentences import reason_of
from centara_giftcard.files import tried_again
from centara_giftcard.printing.esc_pos import DEFAULT_PROFILE, layout_of, to_bytes
from centara_giftcard.printing.links import Link, NetworkLink, open_device
from centara_giftcard.printing.status import Talk
from centara_giftcard.terminal.printing import PrintError, PrintTrouble

Render = Callable[[Receipt], bytes]
"""Makes a receipt ready for a device: ESC/POS bytes or a PDF."""

COMMAND_S: Final = 15.0
"""How long the system may take to accept a receipt."""

_WINDOWS_PORT: Final = re.compile(r"(\\\\\.\\)?(?:COM|LPT)[0-9]+:?", re.IGNORECASE)


class DevicePrinter:
    """Port Printer over `put`, which does the whole work of one receipt, blocking, and raises PrintError."""

    def __init__(self, put: Callable[[Receipt], None], probe: Callable[[], str]) -> None:
        self._put = put
        self._probe = probe
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")

    async def print(self, receipt: Receipt) -> None:
        """Print `receipt`. Raises PrintError."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._put, receipt)

    def probe(self) -> str:
        """Try the printer without printing, for the doctor; blocks. Returns what is known of it.

        Raises PrintError.
        """
        return self._probe()

    def close(self) -> None:
        """Take no more receipts; one that is being printed ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def open_printer(
    address: str, to_pdf: Render, width_mm: int = 80, profile: str = DEFAULT_PROFILE, baud: int = 9600
) -> DevicePrinter:
    """Return the printer of an address that is not empty; nothing is opened before the first receipt.

    Addresses: `tcp://host:port`; a device (`/dev/usb/lp0`, `/dev/ttyUSB0`, `COM3`, `LPT1`); a file, to which
    ESC/POS bytes are added, or where its name ends in `.pdf`, beside which each receipt becomes a PDF of its
    own; anything else is the name of a printer of the system: on Windows its queue takes ESC/POS bytes, CUPS
    is given a PDF. Raises SettingsError for a profile that is not known.
    """
    if profile != DEFAULT_PROFILE:
        layout_of(width_mm, profile)  # raises for one that is not known; a quarter of a second of importing

    def render(receipt: Receipt) -> bytes:
        return to_bytes(receipt, width_mm, profile)

    if address.startswith("tcp://"):
        host, port = printer_address(address)
        return _talking(lambda: NetworkLink(host, port), f"{host}:{port}", render)
    if address.startswith("/dev/") or _WINDOWS_PORT.fullmatch(address):
        return _talking(lambda: open_device(address, baud), address, render)
    if address.lower().endswith(".pdf"):
        path = Path(os.path.expanduser(address))
        return _filing(path, lambda receipt: _write_new(path, receipt, to_pdf(receipt)))
    if Path(address).is_absolute() or address.startswith(("~", ".")):
        path = Path(os.path.expanduser(address))
        return _filing(path, lambda receipt: _append(path, render(receipt)))
    if sys.platform == "win32":
        from centara_giftcard.printing import winspool  # only there

        return DevicePrinter(
            lambda receipt: winspool.put(address, receipt.operation, render(receipt)),
            lambda: winspool.probe(address),
        )
    return DevicePrinter(
        lambda receipt: _hand_over(address, receipt.operation, to_pdf(receipt)),
        lambda: _ask_system(address),
    )


def _talking(connect: Callable[[], Link], name: str, render: Render) -> DevicePrinter:
    """A printer that is sent bytes and may answer."""

    def put(receipt: Receipt) -> None:
        data = render(receipt)
        link = connect()
        try:
            talk = Talk(link, name)
            answers = talk.check()
            with _begun():
                link.write(data)
                if answers:
                    talk.finish()
        finally:
            link.close()

    def probe() -> str:
        link = connect()
        try:
            answers = Talk(link, name).check()
        finally:
            link.close()
        return "it is ready" if answers else "it can be reached, but tells nothing of itself"

    return DevicePrinter(put, probe)


@contextmanager
def _begun() -> Iterator[None]:
    """What breaks from here on may have come out of the printer, whole or in part."""
    try:
        yield
    except PrintError as fault:
        fault.begun = True
        raise


def _filing(path: Path, put: Callable[[Receipt], None]) -> DevicePrinter:
    def probe() -> str:
        if not os.access(path.parent, os.W_OK):
            raise _failed(f"The folder {path.parent} cannot be written.")
        return "receipts are written there"

    return DevicePrinter(put, probe)


def _append(path: Path, data: bytes) -> None:
    try:
        with tried_again(lambda: open(path, "ab", opener=_private)) as file:
            file.write(data)
    except OSError as fault:
        raise _failed(f"{path} cannot be written ({reason_of(fault)}).") from None


def _write_new(path: Path, receipt: Receipt, data: bytes) -> None:
    """Write `receipts-<operation>.pdf` beside `receipts.pdf`, never over one that is there."""
    name = "-".join(filter(None, (path.stem, receipt.operation, "copy" if receipt.copy else "")))
    for number in range(1, 1000):
        target = path.with_name(f"{name}{f'-{number}' if number > 1 else ''}.pdf")
        try:
            with open(target, "xb", opener=_private) as file:
                file.write(data)
        except FileExistsError:
            continue
        except OSError as fault:
            raise _failed(f"{target} cannot be written ({reason_of(fault)}).") from None
        return
    raise _failed(f"{name} was printed a thousand times.")


def _private(path: str, flags: int) -> int:
    """Open a file that only the till's user may read: a printed card's number is money."""
    return os.open(path, flags, 0o600)


def _hand_over(printer: str, title: str, pdf: bytes) -> None:
    """Give a PDF to the printing system (CUPS), which keeps it until its printer is ready."""
    _run(["lp", "-d", printer, "-t", title, "-o", "print-scaling=none"], pdf, printer)


def _ask_system(printer: str) -> str:
    told = _run(["lpstat", "-p", printer], b"", printer)
    if "disabled" in told:
        raise PrintError(PrintTrouble.OFF, f'The system has stopped the printer "{printer}".')
    return "the system knows it"


def _run(command: list[str], data: bytes, printer: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the name comes from the settings and is one argument
            command,
            input=data,
            capture_output=True,
            timeout=COMMAND_S,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except FileNotFoundError:
        raise _failed(f"This computer has no {command[0]}, so it cannot print by name.") from None
    except subprocess.TimeoutExpired:
        raise PrintError(PrintTrouble.OFF, "The system's printing does not answer.", begun=True) from None
    except (OSError, ValueError) as fault:
        raise _failed(f"{command[0]} cannot be run ({fault}).") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[:1]
        why = f" ({said[0].removeprefix(f'{command[0]}: ').rstrip('.')})" if said else ""
        raise PrintError(PrintTrouble.UNREACHABLE, f'The system does not print on "{printer}"{why}.')
    return done.stdout.decode(errors="replace")


def _failed(sentence: str) -> PrintError:
    return PrintError(PrintTrouble.FAILED, sentence)
