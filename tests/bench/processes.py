"""The processes around a measurement: a display, a sandbox, Python programs started as a shop starts them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
SETTINGS: Final = ROOT / "resources" / "settings" / "example.toml"
LIMIT_S: Final = 900.0
"""No single process of the benchmark takes longer."""


CARD: Final = "6091000000000116"
"""The card that all sales are taken from."""


def customers_card(number: int) -> str:
    """The card of the customer who comes as the so-manyth, from 0 on."""
    return f"609199{number:010}"


class BenchError(Exception):
    """A part of the benchmark could not be run; the text says which and what it said."""


def environment(display: str | None) -> dict[str, str]:
    """The environment of a measured process; `display` None is Qt's offscreen platform.

    With bytecode written and read, as an installed program has it, even where the caller's shell forbids it.
    """
    left_out = {
        "PYTHONDONTWRITEBYTECODE",
        "QT_QPA_PLATFORM",
        "WAYLAND_DISPLAY",
        "DISPLAY",
        "PYTHONPROFILEIMPORTTIME",
    }
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    env |= {"PYTHONPATH": str(ROOT), "CENTARA_GIFTCARD_TOKEN": "bench", "QT_QPA_PLATFORM": "offscreen"}
    return env if display is None else env | {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}


def output_of(arguments: list[str], env: Mapping[str, str], folder: Path) -> str:
    """Run Python with `arguments` in `folder` to its end; return what it printed. Raises BenchError."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def virtual_display() -> Iterator[str]:
    """An X server in memory of the design's size; yields its name for DISPLAY.

    It is told not to reset when its last client leaves: with a reset, a program that looks at the display
    before it opens its window waits for the server to start anew, which no desktop makes it do.
    """
    read, write = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        "1280x800x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    try:
        server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        raise BenchError("Xvfb is not installed.") from None
    finally:
        os.close(write)
    try:
        with os.fdopen(read) as name:
            number = name.readline().strip()
        if not number:
            raise BenchError("Xvfb did not start.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def sandbox(folder: Path, customers: int = 0) -> Iterator[str]:
    """The sandbox in a process of its own, without added delay; yields its address.

    It has CARD, with enough for all sales, and the cards of so many customers.
    """
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"cards": [_card(CARD), *map(_card, map(customers_card, range(customers)))]}))
    server = subprocess.Popen(
        [sys.executable, "-m", "centara_giftcard", "sandbox", "--seed", str(seed)],
        env=environment(None),
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().strip() if server.stdout else ""
        if not address:
            raise BenchError("The sandbox did not start.")
        yield address
    finally:
        server.terminate()
        server.wait()


def _card(number: str) -> dict[str, object]:
    return {
        "number": number,
        "created": "2026-01-05T09:30:00Z",
        "expiry": "2028-12-31T23:59:59Z",
        "original": 100_000,
        "net": 90_000,
    }
