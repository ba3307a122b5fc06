"""What the first paint shows: the bars and the Till of a till about which nothing is known yet.

The start has the user wait for what is imported here, so it knows nothing of money and of the terminal.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from centara_giftcard.ui.presenters.views import (
    Action,
    Band,
    Destination,
    Entry,
    Lamp,
    Role,
    ScanPrompt,
    ShellView,
    TillView,
    Tone,
)
from centara_giftcard.words import Words

LABELS: Final = {
    "till": ("Till", "F2"),
    "sell": ("Sell", "F3"),
    "undo": ("Undo", "F4"),
    "holds": ("Holds", "F5"),
    "history": ("History", "F6"),
    "shift": ("Shift", "F7"),
    "settings": ("Settings", "F9"),
    "lock": ("Lock", "F10"),
    "help": ("Help", "F1"),
}


class ThisTill(Struct, frozen=True):
    """What the top bar says of this till. `badge` is the training or demo banner, or empty; so may `name` be.

    `settings` are those in force as (name, value), for the page that shows them. `proven`: a probe has gone
    well with the server, or it is the demo's own.
    """

    store: str
    pos: str
    badge: str
    scanner_configured: bool
    settings: tuple[tuple[str, str], ...]
    name: str = ""
    proven: bool = True


def bars(
    words: Words,
    this_till: ThisTill,
    operator: str,
    lamps: tuple[Lamp, ...],
    clock: str,
    waiting: Mapping[str, int],
    current: str,
) -> ShellView:
    """Top bar and rail; `waiting` is how much waits at which place, and stands on it."""
    say = words.say
    return ShellView(
        store=say("Store {store}", store=this_till.store),
        till=say("Till {pos}", pos=this_till.pos),
        operator=say("Operator {id}", id=operator) if operator else say("No operator"),
        badge=this_till.badge,
        lamps=lamps,
        clock=clock,
        destinations=tuple(
            Destination(name, say(label), key, waiting.get(name, 0)) for name, (label, key) in LABELS.items()
        ),
        current=current,
        name=this_till.name,
    )


def steps(words: Words) -> tuple[str, ...]:
    """The way of a payment."""
    return (words.say("Card"), words.say("Amount"), words.say("Hold"), words.say("Done"))


def number_entry(words: Words, caption: str, typed: str, enabled: bool) -> Entry:
    """The field for a card's number: what is typed stands in groups of four, as on the card."""
    return Entry(
        caption,
        " ".join(typed[i : i + 4] for i in range(0, len(typed), 4)),
        "0000 0000 0000 0000",
        enabled=enabled,
        letters=words.language,
    )


def waiting_till(
    words: Words, may_key_numbers: bool, typed: str, band: Band, title: str, more: tuple[Action, ...] = ()
) -> TillView:
    """A Till that waits for a card, by scan or by its number, of which `typed` is there."""
    say = words.say
    return TillView(
        steps(words),
        0,
        ScanPrompt(title, say("or type its number and press Enter") if may_key_numbers else ""),
        band,
        entry=number_entry(words, say("Card number"), typed, may_key_numbers),
        actions=(Action("check", say("Check card"), say("Enter"), Role.PRIMARY, bool(typed)), *more),
    )


def first_shell(words: Words, this_till: ThisTill) -> ShellView:
    """The bars as they are before anything is known."""
    return bars(words, this_till, "", (), "", {}, "till")


def first_till(words: Words, may_key_numbers: bool) -> TillView:
    """The Till before the program is ready for a card."""
    starting = Band(Tone.INFO, words.say("Starting"), words.say("One moment."), busy=True)
    return waiting_till(words, may_key_numbers, "", starting, words.say("Scan or swipe a gift card"))
