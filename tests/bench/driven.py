"""The real till with its real window, driven from inside; run by `sales` as a process of its own.

`driven.py scans|takes|blocks|memory COUNTS ADDRESS FOLDER` prints one line of JSON. The till is composed by
`bootstrap.run`: the window, the wedge, the controller, the client and the journal are the product's. Keys go
in as Qt key events and pass the program's own filter; what the X server and Qt's platform plug-in do before a
key event exists is left out.
"""

import asyncio
import gc
import http.client
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from observed import Heartbeat, PanePainted, Screens, Writes
from processes import CARD, SETTINGS, customers_card

from centara_giftcard import bootstrap
from centara_giftcard.bootstrap import Plan, run
from centara_giftcard.config.settings import load, with_server
from centara_giftcard.domain.secrets import AccessToken
from centara_giftcard.started import seconds_since_start

if TYPE_CHECKING:  # it is imported under the first picture, which is what is measured
    from centara_giftcard.serving import Till

AMOUNT: Final = "1.25"
CALM_S: Final = 0.06
"""Pause before a measured scan and between typed keys."""

REST_S: Final = 15.0
"""Pause before a reading of the memory: longer than the timers of a call and Qt's own housekeeping (10 s)."""

Result = dict[str, list[float]]


class BareClient:
    """The server's own round trip: a status call by a keep-alive client that does nothing else."""

    def __init__(self, address: str, group: str) -> None:
        server = urlsplit(address)
        self._connection = http.client.HTTPConnection(server.hostname or "", server.port)
        self._path = f"{server.path}/loyaltyGroups/{group}/giftcards/{CARD}"

    def round_trip(self) -> float:
        """Ask once; how long it took, in ms."""
        started = time.perf_counter()
        headers = {"Authorization": "Bearer bench", "Accept": "application/json"}
        self._connection.request("GET", self._path, headers=headers)
        reply = self._connection.getresponse()
        reply.read()
        if reply.status != 200:
            raise SystemExit(f"the sandbox answered {reply.status}")
        return (time.perf_counter() - started) * 1000

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


class Cashier:
    """Works the till by its keys and waits for its screens."""

    def __init__(self, till: "Till", screens: Screens, pause_s: float = CALM_S) -> None:
        self._till = till
        self._screens = screens
        self._pause_s = pause_s

    def scan(self, card: str = CARD) -> None:
        """A keyboard wedge's burst and its Enter."""
        for key in (*card, "enter"):
            self._till.app.wedge(key)

    async def hold(self) -> None:
        """Scan, amount, hold."""
        self.scan()
        await self._screens.until("card")
        for key in AMOUNT:
            await asyncio.sleep(self._pause_s)
            self._till.app.tap(key)
        await asyncio.sleep(self._pause_s)
        self._till.app.tap("enter")
        await self._screens.until("hold")

    async def sale(self) -> None:
        """One whole sale: scan, amount, hold, take, done once the balance was read again."""
        await self.hold()
        self._till.app.tap("f12")
        await self._screens.until("done")

    async def back_to_ready(self) -> None:
        """Leave the card on the till."""
        self._till.app.tap("escape")
        await self._screens.until("ready")
        await asyncio.sleep(CALM_S)


class Scans:
    """Figure 1: scan to painted balance beside the server's own round trip, in turn, in ms."""

    def __init__(self, count: int, address: str, screens: Screens) -> None:
        self._count = count
        self._address = address
        self._screens = screens

    async def go(self, till: "Till") -> Result:
        """A scan is clocked from before its first key; the round trip is a bare client's, keep-alive too.

        Each is of another card, as they come in a shop: the till reads one that it has read before over a
        connection of its own, for which the bare client's round trip would be no measure.
        """
        cashier, painted = Cashier(till, self._screens), PanePainted(till.app.shell.till.subject.card)
        scans, trips = [], []
        server = BareClient(self._address, till.settings.loyalty.group)
        for number in range(self._count + 3):
            trips.append(server.round_trip())
            await asyncio.sleep(CALM_S)
            started = time.perf_counter()
            painted.expect()
            cashier.scan(customers_card(number))
            scans.append((await painted.moment() - started) * 1000)
            await cashier.back_to_ready()
        server.close()
        return {"scans": scans[3:], "trips": trips[3:]}  # the first ones warm caches and connections up


class Takes:
    """F12 to the painted result, with what of it were round trips and synced writes, in ms."""

    def __init__(self, count: int, address: str, screens: Screens) -> None:
        self._count = count
        self._address = address
        self._screens = screens

    async def go(self, till: "Till") -> Result:
        """The till commits and reads the card before it says "Paid": two round trips of a bare client."""
        cashier, painted = Cashier(till, self._screens), PanePainted(till.app.shell.till.subject.result)
        server, writes = BareClient(self._address, till.settings.loyalty.group), Writes()
        takes, trips, written = [], [], []
        for _ in range(self._count + 3):
            await cashier.hold()
            trips.append(server.round_trip() + server.round_trip())
            await asyncio.sleep(CALM_S)
            writes.forget()
            started = time.perf_counter()
            painted.expect()
            till.app.tap("f12")
            takes.append((await painted.moment() - started) * 1000)
            written.append(writes.ms)
            await cashier.back_to_ready()
        server.close()
        return {"takes": takes[3:], "trips": trips[3:], "written": written[3:]}


class Blocks:
    """Figure 3: the longest silence of a 1 ms heartbeat in each sale, in ms."""

    def __init__(self, count: int, screens: Screens) -> None:
        self._count = count
        self._screens = screens
        self.heart = Heartbeat()
        self.age_at_loop_s = 0.0

    def watch_the_start(self) -> None:
        """Have the heart begin to beat with the program's own loop, before all else that runs on it."""
        serve = bootstrap._serve

        async def begun(*arguments: Any) -> int:
            self.age_at_loop_s = seconds_since_start()
            self.heart.start()
            return await serve(*arguments)

        bootstrap._serve = begun  # type: ignore[assignment] # in this process only

    async def go(self, till: "Till") -> Result:
        """Start-up's longest first: what was before the loop ran counts as one block."""
        starting = max(self.heart.longest_ms(), (self.age_at_loop_s - self._screens.painted_s) * 1000)
        await asyncio.sleep(1.0)  # start-up is over
        cashier, sales = Cashier(till, self._screens), []
        for _ in range(self._count + 1):
            self.heart.forget()
            await cashier.sale()
            await asyncio.sleep(CALM_S)
            sales.append(self.heart.longest_ms())
        self.heart.stop()
        return {"start": [starting], "first": sales[:1], "sales": sales[1:]}


class Memory:
    """Figure 4: resident memory after so many sales, in MiB."""

    def __init__(self, counts: list[int], screens: Screens) -> None:
        self._counts = counts
        self._screens = screens

    async def go(self, till: "Till") -> Result:
        """Sales follow each other at once; before a reading the till rests and garbage is collected.

        Without the rest the reading would tell of the pace: a timeout that was not needed is kept until it
        would have run out, and no shop makes thirty sales a second.
        """
        cashier, sizes = Cashier(till, self._screens, pause_s=0), [_resident_mib()]
        for number in range(1, max(self._counts) + 1):
            await cashier.sale()
            if number in self._counts:
                await asyncio.sleep(REST_S)
                sizes.append(_resident_mib())
        return {"sizes": sizes}


def main() -> int:
    """Run the till with one of the measurements; print what it found."""
    mode, counts, address, folder = sys.argv[1:]
    numbers = [int(text) for text in counts.split(",")]
    screens = Screens()
    blocks = Blocks(numbers[0], screens)
    measurements: dict[str, Callable[[Till], Awaitable[Result]]] = {
        "scans": Scans(numbers[0], address, screens).go,
        "takes": Takes(numbers[0], address, screens).go,
        "blocks": blocks.go,
        "memory": Memory(numbers, screens).go,
    }

    async def drive(till: "Till") -> int:
        found = await measurements[mode](till)
        sys.stdout.write(json.dumps(found) + "\n")
        return 0

    if mode == "blocks":
        blocks.watch_the_start()
    gc.disable()  # as the command line does until the till is ready
    plan = Plan(
        with_server(load(SETTINGS), address),
        Path(folder),
        use_keyring=False,
        token=AccessToken("bench"),
        drive=drive,
        wrap_recorder=screens.wrap,
    )
    return run(plan)


def _resident_mib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    sys.exit(main())
