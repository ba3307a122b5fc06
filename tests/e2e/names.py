"""What stands on a till's screen, asked for by its accessible name from outside the program.

Qt tells assistive programs over D-Bus (AT-SPI 2) what every widget is called and where it is. This is one of
those: it runs a bus of its own, is the bus's registry of programs, and asks for the widgets when told to.
"""

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_REGISTRY: Final = "org.a11y.atspi.Registry"
_ROOT: Final = "/org/a11y/atspi/accessible/root"
_ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
_ENABLED, _SHOWING = 1 << 8, 1 << 25
_PRESSABLE: Final = frozenset({"button", "push button", "check box", "radio button", "text", "password text"})
"""Roles of what a finger acts on; a panel that happens to bear a button's name is none of them."""


class NoSuchName(Exception):
    """Nothing that can be touched bears the name now, or more than one thing does."""


@dataclass(frozen=True)
class Spot:
    """A widget that a finger can act on: its name, and the pixels it covers on the display."""

    name: str
    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger would land."""
        return self.left + self.width // 2, self.top + self.height // 2

    def has(self, spot: "Spot") -> bool:
        """Whether the other's middle lies within this one: what has been scrolled away does not."""
        x, y = spot.middle
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


class Names:
    """A bus of its own; `address` is for the programs that shall be asked (AT_SPI_BUS_ADDRESS)."""

    def __init__(self) -> None:
        command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
        self._bus = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()
        assert self.address, "dbus-daemon did not start"
        self._programs: dict[int, str] = {}
        self._registry = open_dbus_connection(self.address)
        self._registry.send_and_get_reply(message_bus.RequestName(_REGISTRY))
        self._ours = open_dbus_connection(self.address)
        threading.Thread(target=self._register, daemon=True).start()

    def close(self) -> None:
        """End the bus; a second time does nothing."""
        self._bus.terminate()
        self._bus.wait(timeout=60)
        for connection in (self._ours, self._registry):
            with contextlib.suppress(OSError):
                connection.close()
        assert self._bus.stdout is not None
        self._bus.stdout.close()

    def all(self, process: int) -> list[Spot]:
        """What can be touched in the program with this process id now; nothing while its page changes."""
        program = self._programs.get(process)
        try:
            return [] if program is None else list(self._below(program, _ROOT, None))
        except NoSuchName:  # a page went away between two questions about it
            return []

    def find(self, process: int, name: str) -> Spot:
        """The one that is called so; else the one whose name begins so; else the one that has it within."""
        spots = self.all(process)
        for found in (
            [spot for spot in spots if spot.name == name],
            [spot for spot in spots if spot.name.startswith(name)],
            [spot for spot in spots if name in spot.name],
        ):
            if len(found) == 1:
                return found[0]
            if found:
                break
        raise NoSuchName(f"{len(found)} of {[spot.name for spot in spots]} are {name!r}")

    def _below(self, program: str, path: str, around: Spot | None) -> Iterator[Spot]:
        (children,) = self._ask(program, path, _ACCESSIBLE, "GetChildren")
        for _, child in children:
            ((low, _),) = self._ask(program, child, _ACCESSIBLE, "GetState")
            if not low & _SHOWING:
                continue
            (role,) = self._ask(program, child, _ACCESSIBLE, "GetRoleName")
            (place,) = self._ask(program, child, "org.a11y.atspi.Component", "GetExtents", "u", 0)
            here = Spot("", *place)
            if role in _PRESSABLE and low & _ENABLED and (around is None or around.has(here)):
                where = ("org.freedesktop.DBus.Properties", "Get", "ss", _ACCESSIBLE, "Name")
                ((_, name),) = self._ask(program, child, *where)
                yield replace(here, name=name)
            yield from self._below(program, child, here)

    def _ask(
        self, program: str, path: str, interface: str, call: str, types: str = "", *words: object
    ) -> tuple[Any, ...]:
        address = DBusAddress(path, program, interface)
        reply = self._ours.send_and_get_reply(
            new_method_call(address, call, types or None, words), timeout=60
        )
        if reply.header.message_type is MessageType.error:
            raise NoSuchName(f"{path} is gone: {reply.body}")
        body: tuple[Any, ...] = reply.body
        return body

    def _register(self) -> None:
        """Answer the programs that come to the bus, until it ends."""
        with contextlib.suppress(OSError, ValueError):  # the connection is closed under it
            while True:
                call = self._registry.receive()
                if call.header.message_type is MessageType.method_call:
                    self._registry.send(self._answer(call, self._registry))

    def _answer(self, call: Message, connection: DBusConnection) -> Message:
        fields = call.header.fields
        if fields[HeaderFields.member] == "Embed":
            sender = fields[HeaderFields.sender]
            asked = message_bus.GetConnectionUnixProcessID(sender)
            (process,) = connection.send_and_get_reply(asked).body
            self._programs[process] = sender
            return new_method_return(call, "(so)", ((_REGISTRY, _ROOT),))
        if fields[HeaderFields.member] == "GetRegisteredEvents":
            return new_method_return(call, "a(ss)", ([],))  # keys and changes are told to nobody
        return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
