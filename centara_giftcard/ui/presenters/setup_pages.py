"""The pages of the first-run set-up: what each asks and says, and which follows which. No Qt, no state."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from centara_giftcard.domain.replies import Cause

LANGUAGE: Final = "till.language"
TOKEN: Final = "token"  # noqa: S105 - the name of a page
SERVER_CHECK: Final = "server_check"
ANOTHER_SERIES: Final = "another_series"
PAPER_WIDTH: Final = "printer.width_mm"
SCANNER: Final = "scanner"
PORT: Final = "scanner.serial_port"
KEEP: Final = "keep"
FILE: Final = "file"
TOKEN_NOT_KEPT: Final = "token_not_kept"  # noqa: S105 - the name of a page
ELSEWHERE: Final = "elsewhere"
"""Pages by their names; those that ask for a setting are called like it."""

PARTS: Final = ("This till", "The server", "Gift cards", "Printer", "Scanner")


class Question(Struct, frozen=True):
    """A page with a field: `part` is the one of PARTS that it belongs to, 1 for the first.

    `advice` stands in the band while nothing is wrong. An `optional` one is skipped with an empty field.
    `digits`: nothing else can be in the answer. `scannable`: a scan may fill it in.
    """

    title: str
    caption: str
    part: int
    advice: str = ""
    default: str = ""
    optional: bool = False
    digits: bool = False
    secret: bool = False
    scannable: bool = False


QUESTIONS: Final[Mapping[str, Question]] = {
    "till.store": Question("Which store is this?", "Store number", 1),
    "till.pos": Question("Which till of the store?", "Till number", 1),
    "till.name": Question(
        "What is this till called?", "Name", 1, "Such as Front desk. It stands at the top.", optional=True
    ),
    "till.currency": Question("Which currency do the cards have?", "Three letters", 1, default="EUR"),
    "loyalty.server": Question("Where is the Loyalty server?", "Address", 2, scannable=True),
    "loyalty.group": Question("Which loyalty group is yours?", "Group", 2, scannable=True),
    TOKEN: Question(
        "What is this till's access token?",
        "Access token",
        2,
        "From the loyalty web page. Ctrl+V pastes it; a code with it on can be scanned.",
        secret=True,
        scannable=True,
    ),
    "series.name": Question(
        "What are your gift cards called?",
        "Name of the series",
        3,
        "It is printed on receipts. Without a series, any number is asked for at the server.",
        optional=True,
    ),
    "series.prefix": Question(
        "How do their numbers begin?",
        "First digits",
        3,
        "Scan one of the cards: its first four signs are taken. Correct them where the series has others.",
        scannable=True,
    ),
    "series.length": Question(
        "How long are their numbers?", "All digits of a number", 3, default="16", digits=True
    ),
    "series.number": Question("Which number has the series on the server?", "Series number", 3),
    "printer.address": Question(
        "Where is the receipt printer?",
        "Printer",
        4,
        "tcp://printer:9100, a device, a file, or the system printer's name. "
        "Without one, receipts are shown on the screen.",
        optional=True,
    ),
    PORT: Question(
        "Which port has the scanner?",
        "Port",
        5,
        "Such as COM3 or /dev/ttyACM0. Without one, the till looks for it by itself.",
        optional=True,
    ),
    FILE: Question("Where shall the settings be kept?", "File", 0),
}

FAULTS: Final[Mapping[str, str]] = {
    "long": "At most {n} characters.",
    "character": "This sign cannot be used here: {character}",
    "currency": "No currency has the letters {text}. The euro has EUR.",
    "address": "It must begin with https:// and have no ? and no # in it.",
    "plain_http": "It must begin with https://, so that nobody can read along.",
    "group": "This cannot be part of an address.",
    "token": "A token is one word of plain letters, digits and signs.",
    "prefix": "Only digits and plain letters.",
    "length": "A whole number from {least} to {most}.",
    "twice": "An earlier series has the same.",
    "printer": "An address looks like tcp://printer:9100.",
}
"""What is said of a fault, by the word that the judge of answers has for it."""

SERVER_FAULTS: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.NAME: ("The server was not found", "Check the address, and this computer's network."),
    Cause.CONNECT: ("The server cannot be reached", "Check the address, the network and the firewall."),
    Cause.TLS: (
        "No safe connection",
        "The server could not prove who it is. Check the address and the clock.",
    ),
    Cause.TIMEOUT: (
        "No answer from the server",
        "It did not answer in time. Try again, or call its support.",
    ),
    Cause.NOT_FOUND: ("The group is not known there", "Go back and check the group and the address."),
    Cause.NOT_ACCEPTED: (
        "The token is not accepted",
        "The server refuses this till. Go back and type the token again.",
    ),
}
NO_LOYALTY_SERVER: Final = (
    "This does not answer as a Loyalty server",
    "Check the address and the group, or call the server's support.",
)


def plain(page: str) -> str:
    """The question that a page asks: `series.0.name` asks `series.name`."""
    first, _, rest = page.partition(".")
    number, _, name = rest.partition(".")
    return f"series.{name}" if first == "series" and number.isdecimal() else page


def series_number(page: str) -> int:
    """Which series a page is about, 0 for the first."""
    return int(page.split(".")[1])


def following(page: str, answers: Mapping[str, str], ask_token: bool, only_token: bool) -> str:
    """The page after `page`. `ask_token`: the token is not known; `only_token`: all else is."""
    if only_token:
        return {TOKEN: SERVER_CHECK}.get(page, KEEP)
    number = series_number(page) if plain(page) != page else 0
    more = {
        "series.name": f"series.{number}.prefix" if answers.get(page) else "printer.address",
        "series.prefix": f"series.{number}.length",
        "series.length": f"series.{number}.number",
        "series.number": ANOTHER_SERIES,
        "loyalty.group": TOKEN if ask_token else SERVER_CHECK,
        "printer.address": PAPER_WIDTH if answers.get("printer.address") else SCANNER,
    }
    straight = {
        LANGUAGE: "till.store",
        "till.store": "till.pos",
        "till.pos": "till.name",
        "till.name": "till.currency",
        "till.currency": "loyalty.server",
        "loyalty.server": "loyalty.group",
        TOKEN: SERVER_CHECK,
        SERVER_CHECK: "series.0.name",
        PAPER_WIDTH: SCANNER,
        PORT: SCANNER,
        SCANNER: KEEP,
        FILE: KEEP,
    }
    return more.get(plain(page)) or straight[page]
