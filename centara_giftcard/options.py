"""The command line as a value, and the words of `--help`. Only the standard library: this runs before all."""

import argparse
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from msgspec import Struct

from centara_giftcard.config import paths
from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.domain.secrets import CardNumber

HELP: Final = """\
centara-giftcard: the gift card terminal of a shop's till

Usage
  centara-giftcard [options]            the till window
  centara-giftcard --demo               the till window with a practice server and sample cards;
                                        without a display, one whole sale told in text and pictures
  centara-giftcard sandbox              the practice server alone; prints its address
  centara-giftcard doctor               checks settings, token, server, scanner and journal
  centara-giftcard journal list         the operations in this till's journal, oldest first
  centara-giftcard journal export       all operations on standard output, as JSON or CSV
  centara-giftcard journal events [ID]  what happened, one JSON object a line; of one operation or of all
  centara-giftcard journal verify       checks that the journal is whole
  centara-giftcard operators list       who may sign on at this till, and the groups
  centara-giftcard operators add ID     one more; the PIN is read from standard input
  centara-giftcard operators change ID  another name, group, PIN or badge; lets in whom wrong PINs locked out
  centara-giftcard operators remove ID  they cannot sign on any more; old entries keep the name
  centara-giftcard operators export     the list for other tills, on standard output
  centara-giftcard operators import FILE  takes such a list in place of this till's

Options, before or after such a word
  --settings FILE       a settings file other than the one in the user's configuration folder
  --data-dir DIR        a folder other than the user's own for everything the program writes
  --server URL          another Loyalty server than the settings name
  --platform NAME       offscreen: without a display; or another window system of Qt's
  --quit-when-ready     start, paint, print the milliseconds that took, and quit
  --version, --help

  sandbox:          --port N           the port to listen on (a free one unless given)
                    --seed FILE        cards of your own, as JSON, in place of the samples
                    --dialect FILE     another server's ways, as TOML: its [loyalty.wire], looks, behaviour
  doctor:           --store-token      read the access token from standard input into the keyring
                    --card NUMBER      also read this card
                    --probe NUMBER     try the server with a test card: hold the smallest amount, let it go
                    --balance AMOUNT   what is on the test card: where that does not agree, nothing is held
                    --amount AMOUNT    hold this much in place of the smallest amount there is
                    --issue            the test card is not sold yet: sell it for the balance, undo the sale;
                                       for cards that are printed here NUMBER is that of their series
                    --yes              answers the question before a probe or a bundle
                    --write            writes what the probe found into the settings file
                    --bundle FILE.zip  all that support asks for, without secrets, in one new file
  journal export:   --format json|csv  json unless given
  journal:          --demo             the demo's journal
  operators:        --name NAME        their name
                    --group GROUP      cashier, supervisor, manager or one of the shop's own
                    --pin              change: read a new PIN from standard input
                    --badge            read a badge's barcode too, from the next line of standard input

Examples
  centara-giftcard --demo
  centara-giftcard doctor --store-token < token.txt
  centara-giftcard doctor --probe 6091000000000017 --balance 50.00
  centara-giftcard --settings shop.toml --server http://127.0.0.1:8080/loyalty/api/v1/pos
  centara-giftcard journal export --format csv > operations.csv
  centara-giftcard operators add 7 --name "Anna Jónsdóttir" --group manager < pin.txt

The access token is taken from the environment variable CENTARA_GIFTCARD_TOKEN, else from the system's
keyring. Exit status: 0 done, 1 doctor or journal verify found something, 2 it could not be done.
"""

COMMANDS: Final = {
    (): {"--demo", "--quit-when-ready"},
    ("sandbox",): {"--port", "--seed", "--dialect"},
    ("doctor",): {
        "--store-token",
        "--card",
        "--probe",
        "--balance",
        "--amount",
        "--issue",
        "--yes",
        "--write",
        "--bundle",
    },
    ("journal", "list"): {"--demo"},
    ("journal", "export"): {"--demo", "--format"},
    ("journal", "events"): {"--demo"},
    ("journal", "verify"): {"--demo"},
    ("operators", "list"): set(),
    ("operators", "add"): {"--name", "--group", "--badge"},
    ("operators", "change"): {"--name", "--group", "--pin", "--badge"},
    ("operators", "remove"): set(),
    ("operators", "export"): set(),
    ("operators", "import"): set(),
}
"""Every command with the options that are its own; the others go with all of them."""

NEEDS: Final = {
    "--probe": ("--balance",),
    **dict.fromkeys(("--balance", "--amount", "--issue", "--write"), ("--probe",)),
    "--yes": ("--probe", "--bundle"),
}
"""Options that mean nothing without one of others."""

_SUBJECTS: Final[dict[tuple[str, ...], str]] = {
    ("journal", "events"): "",
    ("operators", "add"): "an operator's number",
    ("operators", "change"): "an operator's number",
    ("operators", "remove"): "an operator's number",
    ("operators", "import"): "a file",
}
"""The commands that a word of the caller's own follows, and what that is; empty where it may be left out."""

PLATFORMS: Final = {"win32": ("offscreen", "windows"), "darwin": ("offscreen", "cocoa")}


class Options(Struct, frozen=True):
    """What was asked for. `command` is a key of COMMANDS; `port` 0 is any free port.

    `subject` is the word after the command: the id after `journal events`, or None for all; an operator's
    number, a file. `card` and `probe` are numbers of cards,
    `balance` and `amount` amounts; none of them is checked yet.
    """

    command: tuple[str, ...] = ()
    settings: Path | None = None
    data_dir: Path | None = None
    server: str | None = None
    platform: str | None = None
    demo: bool = False
    quit_when_ready: bool = False
    port: int = 0
    seed: Path | None = None
    dialect: Path | None = None
    subject: str | None = None
    name: str | None = None
    group: str | None = None
    pin: bool = False
    badge: bool = False
    format: str = "json"
    store_token: bool = False
    card: CardNumber | None = None
    probe: CardNumber | None = None
    balance: str | None = None
    amount: str | None = None
    issue: bool = False
    yes: bool = False
    write: bool = False
    bundle: Path | None = None
    version: bool = False
    help: bool = False

    def settings_file(self) -> Path:
        """Return the settings file to read; it need not exist."""
        return self.settings or paths.config_file()

    def data_folder(self) -> Path:
        """Return the folder for everything the program writes; it need not exist."""
        return self.data_dir or (paths.demo_data_dir() if self.demo else paths.data_dir())


def parse(argv: list[str]) -> Options:
    """Read the arguments after the program's name. Raises SettingsError naming the word that is wrong."""
    # An own usage and a fixed width: else argparse makes one up and asks the terminal at each option, 3 ms.
    plain = partial(argparse.HelpFormatter, width=100)
    parser = _Parser(usage="", formatter_class=plain, add_help=False, allow_abbrev=False)
    parser.add_argument("command", nargs="*")
    for name in ("--settings", "--data-dir", "--seed", "--dialect", "--bundle"):
        parser.add_argument(name, type=_path)
    for name in ("--card", "--probe"):
        parser.add_argument(name, type=_card)
    for name in ("--server", "--balance", "--amount", "--name", "--group"):
        parser.add_argument(name)
    parser.add_argument("--platform", type=_platform)
    parser.add_argument("--port", type=_port, default=0)
    parser.add_argument("--format", type=_format, default="json")
    flags = (
        "--demo",
        "--quit-when-ready",
        "--store-token",
        "--issue",
        "--yes",
        "--write",
        "--pin",
        "--badge",
    )
    for name in (*flags, "--version", "--help"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("-h", dest="help", action="store_true")
    found, unknown = parser.parse_known_intermixed_args(argv)
    if unknown:
        names = [name for name in parser.names() if name.startswith("--")]
        raise _wrong(f'"{unknown[0]}" is not an option{_nearest(unknown[0].split("=")[0], names)}')
    words = tuple(found.command)
    subject = words[2] if words[:2] in _SUBJECTS and len(words) > 2 else None
    command = words if subject is None else (*words[:2], *words[3:])
    options = Options(**{**vars(found), "command": command, "subject": subject})
    if not (options.version or options.help):
        _check_command(options.command)
        if subject is None and _SUBJECTS.get(options.command):
            raise _wrong(f"{' '.join(options.command)} needs {_SUBJECTS[options.command]}")
        _check_fit(options.command, argv)
    return options


class _Parser(argparse.ArgumentParser):
    def names(self) -> Iterable[str]:
        return self._option_string_actions

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage: argparse begins with `argument --port: `."""
        raise _wrong(message.removeprefix("argument "))


def _check_command(command: tuple[str, ...]) -> None:
    if command in COMMANDS:
        return
    for length, word in enumerate(command):
        rest = [
            known[length] for known in COMMANDS if len(known) > length and known[:length] == command[:length]
        ]
        if not rest:
            raise _wrong(f'"{word}" is one word too many after {" ".join(command[:length])}')
        if word not in rest:
            raise _wrong(f'"{word}" is not a command{_nearest(word, rest)}')
    choices = ", ".join(known[-1] for known in COMMANDS if known[: len(command)] == command)
    raise _wrong(f"{' '.join(command)} needs one of {choices}")


def _check_fit(command: tuple[str, ...], argv: list[str]) -> None:
    given = {word.split("=")[0] for word in argv if word.startswith("--")}
    owned = set().union(*COMMANDS.values())
    for name in sorted((given & owned) - COMMANDS[command]):
        homes = " or ".join(
            " ".join(known) or "the till window" for known in COMMANDS if name in COMMANDS[known]
        )
        raise _wrong(f"{name} does not go with {' '.join(command) or 'the till window'}, only with {homes}")
    for name in sorted(given & NEEDS.keys()):
        if not given & {*NEEDS[name]}:
            raise _wrong(f"{name} needs {' or '.join(NEEDS[name])}")


def _wrong(problem: str) -> SettingsError:
    return SettingsError(f"{problem}{'' if problem.endswith('?') else '.'} Try centara-giftcard --help.")


def _nearest(word: str, words: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(dict.fromkeys(words)), n=1)
    return f": did you mean {near[0]}?" if near else ""


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("needs a path")
    return Path(text)


def _card(text: str) -> CardNumber:
    if not text:
        raise argparse.ArgumentTypeError("needs a card number")
    return CardNumber(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f'"{text}" is not a port number from 0 to 65535')
    return int(text)


def _format(text: str) -> str:
    if text not in {"json", "csv"}:
        raise argparse.ArgumentTypeError(f'"{text}" must be json or csv')
    return text


def _platform(text: str) -> str:
    # Qt ends the whole process over a name it does not know.
    names = PLATFORMS.get(sys.platform, ("offscreen", "xcb", "wayland"))
    if text not in names:
        raise argparse.ArgumentTypeError(f'"{text}" must be one of {", ".join(names)}')
    return text
