"""A line to a server that is not there: client, transport and h11 are real, only the socket is a script."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fuzz.hostile import Answer
from fuzz.secrets_planted import TOKEN

from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.money import Currency
from centara_giftcard.loyalty.client import HttpLoyalty

EUR = Currency.of("EUR")


@dataclass(frozen=True)
class Asked:
    """A request as it was written: `target` as in its first line, `operation` from its Idempotency-Key."""

    method: str
    target: str
    operation: str


@dataclass
class Line:
    """Answers each request with what `choose` gives for it; `refuses` is raised instead of connecting."""

    choose: Callable[[Asked], Answer]
    refuses: Exception | None = None
    asked: list[Asked] = field(default_factory=list)

    async def connect(
        self, protocol: Callable[[], asyncio.Protocol], *_: Any, **__: Any
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """In place of the loop's `create_connection`."""
        if self.refuses is not None:
            raise self.refuses
        script = _Script(self, wire := protocol())
        wire.connection_made(script)
        return script, wire


class _Script(asyncio.Transport):
    """Says each piece in a round of the loop of its own, as far as somebody listens, then the end."""

    def __init__(self, line: Line, wire: asyncio.Protocol) -> None:
        super().__init__({"socket": socket.socket()})
        self.get_extra_info("socket").close()  # a line that is not there is never used again
        self._line = line
        self._wire = wire
        self._telling: asyncio.Task[None] | None = None
        self._listened_to = asyncio.Event()
        self._listened_to.set()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        buffer = bytes(data)
        method, target, _ = buffer.split(b"\r\n", 1)[0].decode().split(" ")
        asked = Asked(method, target, _header(buffer, b"idempotency-key").rpartition("-")[0])
        self._line.asked.append(asked)
        self._telling = asyncio.ensure_future(self._tell(self._line.choose(asked)))

    async def _tell(self, answer: Answer) -> None:
        if answer.after_s:
            await asyncio.sleep(answer.after_s)
        for piece in answer.pieces:
            await self._listened_to.wait()
            self._wire.data_received(piece)
            await asyncio.sleep(0)
        if answer.end is None:
            self._wire.eof_received()
        self._wire.connection_lost(answer.end)

    def pause_reading(self) -> None:
        self._listened_to.clear()

    def resume_reading(self) -> None:
        self._listened_to.set()

    def abort(self) -> None:
        if self._telling is not None:
            self._telling.cancel()


def _header(head: bytes, name: bytes) -> str:
    lines = head.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]
    found = [value for key, _, value in (line.partition(b": ") for line in lines) if key.lower() == name]
    return found[0].decode() if found else ""


class LineLoyalty(HttpLoyalty):
    """The real client on a scripted line; `noted` holds what it told the flight recorder."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.noted: list[Any] = []
        super().__init__(
            "http://127.0.0.1:9/api",
            "acme",
            TOKEN,
            EUR,
            WireRules(),
            connect_timeout_s=5.0,
            reply_timeout_s=10.0,
            note=lambda name, facts: self.noted.append((name, dict(facts))),
        )

    async def _exchange(self, *about: Any) -> Any:
        asyncio.get_running_loop().create_connection = self._line.connect  # type: ignore[method-assign, assignment]
        return await super()._exchange(*about)


def targets(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """Method and target of each request."""
    return [(it.method, it.target) for it in asked]
