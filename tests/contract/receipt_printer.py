"""A receipt printer on a real socket: it reads ESC/POS as printers do and keeps what would be on the paper.

Written from the command reference, sharing nothing with the program; a command it does not know is an error.
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self

CODE_PAGES: Final = {0: "cp437", 2: "cp850", 16: "cp1252", 18: "cp852", 19: "cp858"}
READY, COVER_OPEN, NO_PAPER, FAULT = 0x12, 0x16, 0x32, 0x52  # answers to DLE EOT 2
PAPER, PAPER_END = 0x12, 0x72  # answers to DLE EOT 4


@dataclass
class Paper:
    """What came out of the printer."""

    rows: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    barcodes: list[str] = field(default_factory=list)
    barcode_widths: list[int] = field(default_factory=list)
    qr_codes: list[str] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    cuts: int = 0

    @property
    def text(self) -> str:
        """All rows, the margins cut off."""
        return "\n".join(row.strip() for row in self.rows)


@dataclass
class Mood:
    """How the printer behaves. `prints` is how many bytes it takes before its paper runs out."""

    offline: int = READY
    paper: int = PAPER
    says: bytes | None = None  # instead of a status, whatever the question
    greets: bytes = b""  # unasked, at the beginning
    answers: bool = True
    answers_behind: bool = True
    prints: int = 1 << 30
    hangs_up_after: int = 1 << 30


class ReceiptPrinter:
    """Listens on a free port of this computer until the end of the `with`."""

    def __init__(self, mood: Mood | None = None) -> None:
        self.mood = mood or Mood()
        self.paper = Paper()
        self.received = b""
        self.faults: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    @property
    def address(self) -> str:
        """What the setting `printer.address` would say."""
        return f"tcp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread in accept() is not woken by close(), but by a caller.
        self._stopped = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._listener.close()
        assert self.faults == []

    _stopped = False

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self._stopped:
                    return
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        reader = _Reader(connection, self)
        try:
            if self.mood.greets:
                connection.sendall(self.mood.greets)
            for command in reader.commands():
                self._obey(command, connection)
        except ConnectionError:
            pass
        except (EOFError, KeyError, ValueError, LookupError) as fault:
            self.faults.append(repr(fault))

    def _obey(self, command: tuple[str, int, bytes], connection: socket.socket) -> None:
        name, value, data = command
        match name:
            case "status" if self.mood.says is not None:
                connection.sendall(self.mood.says)
            case "status" if self.mood.answers:
                connection.sendall(bytes([self.mood.offline if value == 2 else self.mood.paper]))
            case "behind" if self.mood.answers and self.mood.answers_behind:
                connection.sendall(b"\x00")
            case "row":
                self.paper.rows.append(data.decode())
                if value:
                    self.paper.large.append(data.decode().strip())
            case "page":
                self.paper.pages.append(value)
            case "barcode":
                self.paper.barcodes.append(_code128(data))
                self.paper.barcode_widths.append(value)
            case "qr":
                self.paper.qr_codes.append(data.decode())
            case "picture":
                self.paper.pictures.append((value, len(data) // value))
            case "cut":
                self.paper.cuts += 1
            case _:
                pass


class _Reader:
    """Splits the stream into commands; text becomes rows, decoded by the code page in force."""

    def __init__(self, connection: socket.socket, printer: ReceiptPrinter) -> None:
        self._connection = connection
        self._printer = printer
        self._buffer = b""
        self._taken = 0

    def commands(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield (name, number, data) until the far end hangs up."""
        row, page, large, width, qr = "", "cp437", 0, 3, b""
        while (first := self._take(1, ending=True)) is not None:
            match first:
                case b"\n":
                    yield "row", large, row.encode()
                    row = ""
                case b"\x10":
                    assert self._take(1) == b"\x04"
                    yield "status", self._take(1)[0], b""
                case b"\x1b":
                    match self._take(1):
                        case b"@":
                            page, large = "cp437", 0
                        case b"t":
                            number = self._take(1)[0]
                            page = CODE_PAGES[number]
                            yield "page", number, b""
                        case b"!":
                            large = self._take(1)[0] & 0x30
                        case b"E" | b"-" | b"M" | b"a" | b"{" | b"d":
                            self._take(1)
                        case other:
                            raise ValueError(f"ESC {other!r}")
                case b"\x1d":
                    match self._take(1):
                        case b"r":
                            self._take(1)
                            yield "behind", 0, b""
                        case b"w":
                            width = self._take(1)[0]
                        case b"h" | b"f" | b"H" | b"b" | b"B" | b"!":
                            self._take(1)
                        case b"V":
                            self._take(1)
                            yield "cut", 0, b""
                        case b"k":
                            assert self._take(1) == b"I"  # Code 128
                            yield "barcode", width, self._take(self._take(1)[0])
                        case b"(":
                            assert self._take(1) == b"k"
                            data = self._take(int.from_bytes(self._take(2), "little"))
                            if data[:2] == b"1P":
                                qr = data[3:]
                            elif data[:2] == b"1Q":
                                yield "qr", 0, qr
                        case b"v":
                            assert self._take(2) == b"0\x00"
                            across = int.from_bytes(self._take(2), "little")
                            down = int.from_bytes(self._take(2), "little")
                            yield "picture", across, self._take(across * down)
                        case other:
                            raise ValueError(f"GS {other!r}")
                case _ if first >= b" ":
                    row += first.decode(page)
                case _:
                    raise ValueError(f"control character {first!r}")

    def _take(self, count: int, ending: bool = False) -> bytes:
        mood = self._printer.mood
        while len(self._buffer) < count:
            if self._taken + len(self._buffer) >= mood.hangs_up_after:
                raise ConnectionAbortedError
            more = self._connection.recv(min(4096, mood.hangs_up_after - self._taken))
            if not more:
                if ending:
                    return None  # type: ignore[return-value]
                raise EOFError("the connection ended in the middle of a command")
            self._printer.received += more
            self._buffer += more
        found, self._buffer = self._buffer[:count], self._buffer[count:]
        self._taken += count
        if self._taken >= mood.prints:
            mood.paper, mood.offline, mood.answers_behind = PAPER_END, NO_PAPER, False
        return found


def _code128(data: bytes) -> str:
    """The text of Code 128 data as GS k takes it: {B for characters, {C for pairs of digits."""
    text, code_set, at = "", "", 0
    while at < len(data):
        if data[at : at + 1] == b"{":
            code_set, at = chr(data[at + 1]), at + 2
            continue
        text += f"{data[at]:02}" if code_set == "C" else chr(data[at])
        at += 1
    return text
