"""A process that has loaded the whole program and then splits into one till after the other (POSIX).

Starting Python and loading Qt takes most of a second, a fork some milliseconds. The mother opens no window,
no file and no thread, so a child is what a fresh process would be, only sooner.

    python nursery.py < orders

An order is a JSON object on a line: the fields of `Order`. The mother answers with the till's process id, and
when the till has ended with its exit status, negative for a signal.
"""

import json
import os
import select
import signal
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    sys.path.remove(str(Path(__file__).parent))

from e2e import unattended
from e2e.program import TOKEN, environment
from recovery import moments
from recovery.broken_disk import break_disk

import centara_giftcard
from centara_giftcard.words import Words

PATIENCE_S: Final = 60.0

LATER: Final = (
    *(
        module.name
        for room in ("config", "journal", "loyalty", "scanner", "terminal")
        for module in iter_modules([f"{centara_giftcard.__path__[0]}/{room}"], f"centara_giftcard.{room}.")
    ),
    *(f"centara_giftcard.ui.{name}" for name in ("keys", "loop")),
    *("asyncio", "encodings.idna", "serial.tools.list_ports"),
)
"""What the program imports only when it needs it."""


@dataclass(frozen=True)
class Order:
    """A till to be started. At `moment` (see `moments`), if any, it dies, or `fault` befalls its disk."""

    settings: str
    data_dir: str
    witness: str
    errors: str
    sales: tuple[str, ...] = ()
    moment: str = ""
    fault: str = ""


class Nursery:
    """The tests' side of a mother process: one till at a time."""

    def __init__(self, home: Path) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, __file__],
            env=environment(home, CENTARA_GIFTCARD_TOKEN=TOKEN, QT_QPA_PLATFORM="offscreen"),
            bufsize=0,  # `select` must see all that is there to be read
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._child = 0

    def start(self, order: Order) -> None:
        """Start a till."""
        assert self._mother.stdin is not None
        assert not self._child, "the till before has not ended"
        self._mother.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        self._mother.stdin.flush()
        self._child = self._answer()

    def send(self, number: signal.Signals) -> None:
        """Send the till a signal: it has not ended for us before `wait` says so."""
        os.kill(self._child, number)

    def wait(self) -> int:
        """Wait until the till has ended; return its exit status, negative for a signal."""
        status = self._answer()
        self._child = 0
        return status

    def ended(self) -> bool:
        """Whether the till has ended: `wait` will not wait."""
        assert self._mother.stdout is not None
        return bool(select.select([self._mother.stdout], [], [], 0)[0])

    def kill(self) -> int:
        """The power fails. The status is another one where the till had ended before."""
        self.send(signal.SIGKILL)
        return self.wait()

    def put_away(self) -> None:
        """Whatever became of the till, it is gone after this."""
        if self._child and self._mother.poll() is None:
            self.kill()

    def close(self) -> None:
        """End the mother and whatever lives of her."""
        self.put_away()
        self._mother.kill()
        self._mother.communicate()

    def _answer(self) -> int:
        told = self._mother.stdout
        assert told is not None
        assert select.select([told], [], [], PATIENCE_S)[0], "the till did not end in time"
        return int(told.readline())


def _mother() -> None:
    for line in iter(sys.stdin.readline, ""):  # not `in sys.stdin`: that reads ahead
        child = os.fork()
        if not child:
            _become(Order(**json.loads(line)))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        # it stays a zombie until its end was told: nobody else can get its number before
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


def _become(order: Order) -> None:
    """Be the till of an order, to the end of this process."""
    status = 70
    try:
        errors = os.open(order.errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(errors, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        witness, data_dir = unattended.Witness(Path(order.witness)), Path(order.data_dir)
        act = partial(break_disk, order.fault, data_dir) if order.fault else moments.die
        moments.watch(order.moment, act, witness)
        status = unattended.serve(Path(order.settings), data_dir, order.sales, witness)
    except BaseException:  # noqa: BLE001 - whatever it is, it must not become a second mother
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _load() -> None:
    """Import what the program imports only after its first paint, and read the locale's data."""
    for name in LATER:
        import_module(name)
    Words().time(datetime.now(UTC))


if __name__ == "__main__":
    _load()
    _mother()
