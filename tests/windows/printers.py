"""Receipts on Windows: into a printer's queue by its name, and to ports."""

import os
import pty
import threading
from typing import Final

from e2e.patience import wait_for
from unit.printing.receipt_samples import papers
from windows.prefix import HERE, windows_path
from windows.shop import Shop, step

from centara_giftcard.printing.esc_pos import to_bytes

QUEUE: Final = "Bon-Drucker Þ 1"
PRINT: Final = """
import asyncio, sys
from unit.printing.receipt_samples import papers
from centara_giftcard.printing.devices import open_printer
for address in sys.argv[1:]:
    printer = open_printer(address, lambda receipt: b"")
    asyncio.run(printer.print(papers("en")["payment"]))
    printer.close()
"""


@step("a payment at the window, and its receipt in the queue of a printer, by its name")
def _queue(shop: Shop) -> None:
    port = shop.folder / "queue"
    port.touch()
    status, said = shop.windows.run(windows_path(HERE / "print_queue.py"), QUEUE, str(port))
    assert status == 0, said
    settings = shop.settings("queued", f'[printer]\naddress = "{QUEUE}"\n')
    number = shop.server.new_card()
    with shop.till(settings) as cashier:
        cashier.holds(number, "12.50")
        cashier.press("F12")
        cashier.sees("done", "Paid", "paid")
        wait_for(lambda: b"12.50" in port.read_bytes())
        assert shop.server.states(number) == [("committed", 1250)]
        assert cashier.end() == 0
    assert (
        f"{QUEUE}: Windows knows it" in shop.windows.till("doctor", "--settings", windows_path(settings))[1]
    )
    settings.write_text(settings.read_text(encoding="utf-8").replace(QUEUE, "Gone"), encoding="utf-8")
    said = shop.windows.till("doctor", "--settings", windows_path(settings))[1]
    assert 'Windows does not print on "Gone"' in said, said


@step("receipts at LPT1, at lpt2: and at com3:")
def _ports(shop: Shop) -> None:
    wanted = to_bytes(papers("en")["payment"])
    files = [shop.folder / "lpt1", shop.folder / "lpt2"]
    ours, theirs = pty.openpty()
    for file in files:
        file.touch()
    for port, path in {"LPT1": files[0], "LPT2": files[1], "COM3": os.ttyname(theirs)}.items():
        shop.windows.set_registry("HKLM\\Software\\Wine\\Ports", port, str(path))
    shop.windows.end()  # ports are found at its start
    came = bytearray()

    def take() -> None:
        while wanted not in came:
            came.extend(os.read(ours, 4096))

    taking = threading.Thread(target=take, daemon=True)
    taking.start()
    status, said = shop.windows.run("-c", PRINT, "LPT1", "lpt2:", "com3:")
    assert status == 0, said
    assert all(file.read_bytes().endswith(wanted) for file in files)  # what asks for its state goes before
    taking.join(timeout=60)
    assert wanted in came, bytes(came[:200])
    os.close(ours)
    os.close(theirs)
