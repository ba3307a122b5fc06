"""Sample views of every state, for the pictures and the widget tests."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from msgspec.structs import replace
from ui import page_samples, till_samples
from ui.made import Made, made

from centara_giftcard.ui.presenters.views import (
    Action,
    BalanceBar,
    Band,
    CardFace,
    CardPanel,
    Entry,
    Figure,
    Lamp,
    Part,
    Role,
    SampleTile,
    SampleTray,
    TillView,
    Tone,
)
from centara_giftcard.ui.shell import Shell


def states(language: str = "en") -> dict[str, Made]:
    """The Till and the pages beside it as they are in a language."""
    found = {}
    for room in (till_samples, page_samples):
        for name, steps in room.STATES.items():
            found[name] = made((*till_samples.CALM, *steps), language, room.STATES_OF.get(name))
    return found


MADE: Final = states()
SHELL = replace(MADE["ready"].bars, badge="DEMO")
READY, TYPING, CHECKING, CARD, HOLD, COMMITTING, PAID, SHIFT = (
    MADE[name].view for name in "ready typing checking amount hold taking paid shift".split()
)
EMPTY = made(page_samples.EMPTY).view

FACE = CardFace("Classic", "Gift card", "•••• •••• •••• 0017", "Valid until 31 Dec 2028", "Issued 5 Jan 2026")
LONG = TillView(
    ("Karte", "Betrag", "Reservierung", "Abschluss"),
    2,
    CardPanel(
        replace(
            FACE,
            series="Weihnachtsgutschein",
            kind="Geschenkkarte",
            valid="Gültig bis 31.12.2028",
            colour="#1F7A4D",
        ),
        Figure("Für diesen Verkauf reserviert", "KWD 12,345.678", Tone.HELD),
        BalanceBar(
            Part("Verfügbar", "KWD 12,345.678", 12345678),
            Part("Reserviert", "KWD 12,345.678", 12345678),
            Part("Ausgegeben", "KWD 345.678", 345678),
            Part("Ursprünglich", "KWD 25,037.034", 25037034),
        ),
        (
            ("Kundin", "hinterlegt"),
            ("Zuletzt verwendet", "12. November 2026"),
            ("Mindestbetrag", "KWD 1.000"),
        ),
    ),
    Band(
        Tone.HELD,
        "KWD 12,345.678 sind reserviert, aber noch nicht abgebucht",
        "Buchen Sie die Zahlung ab, wenn die Ware übergeben ist, oder geben Sie die Reservierung frei, "
        "falls die Kundin oder der Kunde es sich anders überlegt.",
    ),
    question="Wurde die Ware bereits an die Kundin oder den Kunden übergeben?",
    actions=(
        Action("take", "Zahlung über KWD 12,345.678 abbuchen", "F12", Role.TAKE),
        Action("release", "Reservierung wieder freigeben", "Esc"),
    ),
    hint="Scannen und Eingabetaste bewirken hier nichts, damit nichts aus Versehen abgebucht wird.",
)
LONG_AMOUNT = replace(
    LONG,
    step=1,
    entry=Entry("Zu zahlender Betrag", "12.345,678", "0,000", "KWD", large=True, decimal_key=","),
    actions=(
        Action("request", "Zahlung anfragen", "Eingabe", Role.PRIMARY),
        Action("back", "Andere Karte", "Esc"),
    ),
    question="",
)
LONG_SHELL = replace(
    SHELL,
    store="Filiale Reykjavík Hafnarfjörður 12",
    till="Kasse 3 am Eingang",
    operator="Bedienerin Guðrún Jónsdóttir",
    badge="VORFÜHRUNG",
    lamps=(
        Lamp(Tone.REFUSED, "Server nicht erreichbar seit 2 Minuten"),
        Lamp(Tone.HELD, "Scanner wird gesucht"),
    ),
    destinations=tuple(
        replace(place, label=label)
        for place, label in zip(
            SHELL.destinations,
            (
                "Kasse",
                "Verkaufen",
                "Stornieren",
                "Offen",
                "Verlauf",
                "Schicht",
                "Einstellungen",
                "Sperren",
                "Hilfe",
            ),
            strict=True,
        )
    ),
)
TRAY = SampleTray(
    "Sample cards",
    "F8",
    tuple(
        SampleTile(f"60910000000{n:05d}", label, explains)
        for n, (label, explains) in enumerate(
            (
                ("Good card, €50.00", "The whole sale: hold, take, receipt."),
                ("Nearly empty, €2.10", "Offers a part payment and names the rest to pay."),
                ("Empty", "Says why it cannot pay."),
                ("Not issued", "A card that was never sold."),
                ("Expired", "Says since when."),
                ("Partly held", "Another till holds €20.00 of it, so less is available than stands on it."),
                ("Reply lost at commit", "The outcome is unclear, then settles itself."),
                ("Slow server", "Every answer takes four seconds."),
            ),
            start=17,
        )
    ),
)
LETTERED = replace(TYPING, entry=Entry("Card number", "GC12 0000", "", letters="is"))


def _write(shell: Shell) -> None:
    """A number is typed with letters, by touch."""
    shell.show_till(LETTERED)
    shell.till.decision.letters.emit()


def _long(view: TillView, shell: Shell) -> None:
    shell.show_shell(LONG_SHELL)
    shell.show_till(view)


STATES: dict[str, Callable[[Shell], Any]] = {
    **MADE,
    "letters_wanted": lambda shell: shell.show_till(LETTERED),
    "letters": _write,
    "long": partial(_long, LONG),
    "long_amount": partial(_long, LONG_AMOUNT),
    "empty": lambda shell: shell.show_table(EMPTY),
}
