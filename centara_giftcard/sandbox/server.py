"""Running the sandbox: a thread with its own event loop, on a loopback port.

uvicorn and Starlette are imported when a server starts, not with this module.
"""

import asyncio
import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from centara_giftcard.sandbox.dialect import Dialect
from centara_giftcard.sandbox.errors import SandboxError
from centara_giftcard.sandbox.service import Service

if TYPE_CHECKING:
    import uvicorn

    from centara_giftcard.sandbox.seed import Seed

HOST = "127.0.0.1"
MAX_DECIMALS = 4
KEEP_ALIVE_S = 60
GRACE_S = 1
START_TIMEOUT_S = 20.0


class SandboxServer:
    """A Loyalty server on loopback. It may be started again after a stop: same port, same ledger.

    `port` 0 takes a free one. `seed` is a file of cards in place of the sample cards (see `seed.py`),
    `dialect` one of how the server speaks and behaves (see `dialect_file.py`), or that itself.
    `currency_decimals` is how many decimals amounts have. Raises SandboxError (a bad file).
    """

    def __init__(
        self,
        port: int = 0,
        seed: Path | None = None,
        currency_decimals: int = 2,
        dialect: Path | Dialect | None = None,
    ) -> None:
        if not 0 <= currency_decimals <= MAX_DECIMALS:
            raise SandboxError(f"A currency has 0 to {MAX_DECIMALS} decimals, not {currency_decimals}.")
        self._port = port
        speaks = _dialect(dialect)
        self._base_path = speaks.looks.base_path
        self._service = Service(_seed(seed, currency_decimals), currency_decimals, speaks)
        self._running: _Running | None = None
        self._ended = threading.Event()

    @property
    def address(self) -> str:
        """The base address of the API; it holds the real port once the server was started."""
        return f"http://{HOST}:{self._port}{self._base_path}"

    @property
    def inspection_address(self) -> str:
        """The base address of the doors for tests and support (`/ledger`, `/reset`, `/faults`)."""
        return f"http://{HOST}:{self._port}/_sandbox"

    def start(self) -> str:
        """Start the server and return its base address once it accepts. Raises SandboxError (port in use)."""
        if self._running is not None:
            raise SandboxError("The sandbox server is already running.")
        listener = _listen(self._port)
        self._port = listener.getsockname()[1]
        running = _Running(self._service, listener)
        running.start()
        self._running = running
        return self.address

    def stop(self) -> None:
        """Stop and join; replies that are being delayed are dropped. Does nothing when it is not running."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()
        self._ended.set()

    def serve_forever(self, announce: Callable[[str], object] | None = None) -> None:
        """Start unless running, tell `announce` the base address, block until SIGINT, SIGTERM or `stop`.

        For the main thread, where it takes the two signals over while it runs. Raises SandboxError.
        """

        def end(_number: int, _frame: FrameType | None) -> None:
            self._ended.set()

        # Taken over before the address is told, so that whoever reads it may send a signal at once.
        self._ended.clear()
        former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            address = self.start() if self._running is None else self.address
            if announce is not None:
                announce(address)
            # With a timeout, because Windows does not wake an endless wait for a signal.
            while not self._ended.wait(0.5):
                pass
        finally:
            self.stop()
            for number, handler in former.items():
                signal.signal(number, handler)


class _Running:
    """One run of the server: its thread, its loop, its end."""

    def __init__(self, service: Service, listener: socket.socket) -> None:
        self._service = service
        self._listener = listener
        self._thread = threading.Thread(target=self._run, name="sandbox-server", daemon=True)
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: uvicorn.Server | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> None:
        """Return once the server accepts connections."""
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S) or self._failure is not None:
            self._listener.close()
            raise SandboxError("The sandbox server could not be started.") from self._failure

    def stop(self) -> None:
        """End delays, refuse new connections, finish what is being answered, join."""
        if self._loop is not None and self._stopping is not None and self._server is not None:
            self._server.should_exit = True
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        # A selector loop on every system, whatever policy the program's own loop has set.
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except BaseException as failure:  # noqa: BLE001 - carried over to the thread that waits in start()
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        import uvicorn

        from centara_giftcard.sandbox.app import build_app
        from centara_giftcard.sandbox.connection import ClosableProtocol, ReadyServer

        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        config = uvicorn.Config(
            build_app(self._service, self._stopping),
            http=ClosableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = ReadyServer(config, self._ready)
        await self._server.serve(sockets=[self._listener])


def _seed(path: Path | None, decimals: int) -> "Seed | None":
    if path is None:
        return None
    from centara_giftcard.sandbox.seed import read_seed

    return read_seed(path, decimals)


def _dialect(told: Path | Dialect | None) -> Dialect:
    if not isinstance(told, Path):
        return told or Dialect()
    from centara_giftcard.sandbox.dialect_file import read_dialect

    return read_dialect(told)


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is; with it, each reply
    # (written as head and body) waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # On Windows the option would let two servers share a port; elsewhere it only shortens a restart.
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise SandboxError(_why_not(port, error)) from None
    return listener


def _why_not(port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return f"Port {port} is already in use by another program: choose another port."
    if number == errno.EACCES:
        return f"Port {port} may not be used by this account: choose another port."
    return f"Port {port} cannot be used: {error}."
