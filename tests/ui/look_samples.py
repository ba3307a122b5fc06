"""Sample views of every state, for the pictures and the widget tests."""

from collections.abc import Callable

from msgspec.structs import replace

from centara_giftcard.ui.presenters.views import (
    Action,
    BalanceBar,
    Band,
    CardFace,
    CardPanel,
    Destination,
    Entry,
    Figure,
    HoldRow,
    HoldsView,
    Lamp,
    LockView,
    Part,
    ResultPanel,
    Role,
    SampleTile,
    SampleTray,
    ScanPrompt,
    ShellView,
    TableRow,
    TableView,
    TextView,
    TillView,
    Tone,
)
from centara_giftcard.ui.shell import Shell

STEPS = ("Card", "Amount", "Hold", "Done")

SHELL = ShellView(
    store="Store 12",
    till="Till 3",
    operator="Operator 7",
    badge="DEMO",
    lamps=(Lamp(Tone.PAID, "Server 34 ms"), Lamp(Tone.PAID, "Scanner")),
    clock="14:07",
    destinations=(
        Destination("till", "Till", "F2"),
        Destination("sell", "Sell", "F3"),
        Destination("undo", "Undo", "F4"),
        Destination("holds", "Holds", "F5", count=1),
        Destination("history", "History", "F6"),
        Destination("shift", "Shift", "F7"),
        Destination("settings", "Settings", "F9"),
        Destination("lock", "Lock", "F10"),
        Destination("help", "Help", "F1"),
    ),
    current="till",
)

NUMBER = Entry("Card number", "", "0000 0000 0000 0000")
CHECK = Action("check", "Check card", "Enter", Role.PRIMARY, enabled=False)

READY = TillView(
    STEPS,
    0,
    ScanPrompt("Scan or swipe a gift card", "or type its number and press Enter"),
    Band(Tone.INFO, "Ready", "The last sale: €18.90 taken from •••• 4420, 2 minutes ago."),
    entry=NUMBER,
    actions=(CHECK,),
)
TYPING = replace(READY, entry=replace(NUMBER, text="6091 0000 0001"), actions=(replace(CHECK, enabled=True),))
CHECKING = replace(
    READY,
    panel=ScanPrompt("Checking the card", "•••• 0017", busy=True),
    band=Band(
        Tone.INFO,
        "Asking the server about •••• 0017",
        "This takes longer than usual. Esc stops waiting.",
        True,
    ),
    entry=replace(NUMBER, text="•••• 0017", enabled=False),
)

FACE = CardFace("Classic", "Gift card", "•••• •••• •••• 0017", "Valid until 31 Dec 2028", "Issued 5 Jan 2026")


def bar(available: int, held: int, spent: int) -> BalanceBar:
    """A balance bar in euro."""

    def part(label: str, minor: int) -> Part:
        return Part(label, f"€{minor / 100:.2f}", minor)

    whole = available + held + spent
    return BalanceBar(
        part("Available", available), part("Held", held), part("Spent", spent), part("Original", whole)
    )


AMOUNT = Entry("Amount due", "12.50", "0.00", "EUR", large=True, decimal_key=".")
CARD = TillView(
    STEPS,
    1,
    CardPanel(
        FACE,
        Figure("Available", "€50.00"),
        bar(5000, 0, 2500),
        (("Customer", "on file"), ("Last used", "12 Nov")),
    ),
    Band(Tone.INFO, "€50.00 available", "Type the amount the customer owes."),
    entry=AMOUNT,
    actions=(Action("request", "Request payment", "Enter", Role.PRIMARY),),
)
CARD_TWO = replace(
    CARD,
    entry=replace(AMOUNT, text=""),
    actions=(
        Action("request", "Request payment", "Enter", Role.PRIMARY, enabled=False),
        Action("back", "Another card", "Esc"),
    ),
)
CANNOT = replace(
    CARD,
    panel=CardPanel(
        replace(FACE, series="Winter", colour="#E8B84A", valid="Valid until 31 Dec 2024"),
        Figure("Available", "€0.00", Tone.REFUSED),
        bar(0, 0, 7500),
    ),
    band=Band(
        Tone.REFUSED, "This card expired on 31 Dec 2024", "Ask for another tender, or scan another card."
    ),
    entry=None,
    actions=(Action("next", "Another card", "Esc", Role.PRIMARY),),
)
HOLD = TillView(
    STEPS,
    2,
    CardPanel(FACE, Figure("Held for this sale", "€12.50", Tone.HELD), bar(3750, 1250, 2500)),
    Band(
        Tone.HELD,
        "€12.50 is held, not taken",
        "Take the payment, or release it if the customer changes their mind.",
    ),
    question="Goods handed over?",
    actions=(
        Action("take", "Take payment €12.50", "F12", Role.TAKE),
        Action("release", "Release the hold", "Esc"),
    ),
    hint="Scans and Enter do nothing here, so nothing is taken by accident.",
)
COMMITTING = replace(
    HOLD,
    band=Band(
        Tone.HELD, "Taking €12.50", "Waiting for the server. Do not hand over the goods yet.", busy=True
    ),
    actions=tuple(replace(action, enabled=False) for action in HOLD.actions),
)
PAID = TillView(
    STEPS,
    3,
    ResultPanel(Figure("Taken from •••• 0017", "€12.50", Tone.PAID), (("Left on the card", "€37.50"),)),
    Band(Tone.PAID, "Paid", "€12.50 was taken. Nothing else to pay."),
    actions=(Action("next", "Next sale", "Enter", Role.PRIMARY), Action("print", "Print receipt again", "P")),
    hint="Receipt printed · 14:07 · Operator 7",
)
NOT_PAID = replace(
    PAID,
    panel=ResultPanel(
        Figure("Asked of •••• 0017", "€12.50", Tone.REFUSED), (), "The server refused: the card is locked."
    ),
    band=Band(Tone.REFUSED, "Not paid", "Nothing was taken. Ask for another tender."),
    hint="",
)
UNCLEAR = TillView(
    STEPS,
    3,
    ResultPanel(
        Figure("Requested from •••• 0017", "€12.50", Tone.UNCLEAR),
        (),
        "The server’s answer was lost. Before the request €0.00 was held on this card, now €12.50 is. "
        "No money was taken; the amount may stay held for a while.",
    ),
    Band(
        Tone.UNCLEAR,
        "Not paid. An amount may be held",
        "Ask for another tender. Do not try this card again for this sale.",
    ),
    actions=(Action("next", "Pay another way", "Enter", Role.PRIMARY), Action("holds", "Open holds", "F5")),
    hint="Listed under Holds until the server shows it gone.",
)
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

HOLDS_SHELL = replace(SHELL, current="holds")
ROWS = (
    HoldRow(
        "op-1",
        "Payment",
        "•••• 9302",
        "Unclear",
        Tone.UNCLEAR,
        "€12.50",
        "3 min",
        "Operator 7",
        "The payment was taken here; whether the server has booked it is not known yet.",
    ),
    HoldRow(
        "op-2",
        "Payment",
        "•••• 9208",
        "Unclear",
        Tone.UNCLEAR,
        "€1,240.00",
        "48 min",
        "Operator 7",
        "The server says that it holds €1,240.00, but €18.90 was asked; nothing was taken.",
    ),
    HoldRow(
        "op-3",
        "Payment",
        "•••• 9202",
        "Orphan hold",
        Tone.UNCLEAR,
        "€18.90",
        "2 h",
        "Operator 4",
        "The card holds €18.90, but the answer with its code was lost, so it can be neither taken nor "
        "released here.",
    ),
    HoldRow(
        "op-4",
        "Printed card",
        "•••• 0933",
        "Not handed over",
        Tone.ATTENTION,
        "€50.00",
        "5 h",
        "No operator",
        "A card that was not scanned back from its paper: it is active with €50.00.",
    ),
    HoldRow(
        "op-5",
        "Payment",
        "•••• 4420",
        "Damaged",
        Tone.REFUSED,
        "€7.00",
        "1 d",
        "Operator 7",
        "The journal's entry is damaged; what became of it is not known.",
    ),
)
ASK = Action("ask", "Ask again", "A", Role.PRIMARY)
CLOSE = Action("close", "Close (supervisor)…", "C")
HOLDS = HoldsView(
    "Open holds and exceptions",
    "Not settled yet, oldest first. The till finds out by itself where it can.",
    ROWS,
    0,
    (ASK, CLOSE),
    Band(
        Tone.INFO,
        "Open holds and exceptions: 5",
        "Do not charge again. Ask again, or look the card up on the server.",
    ),
)
HOLDS_RELEASE = replace(
    HOLDS,
    selected=1,
    actions=(replace(ASK, role=Role.PLAIN), Action("release", "Release", "R", Role.PRIMARY), CLOSE),
    band=Band(
        Tone.INFO,
        "Open holds and exceptions: 5",
        "Release it; nothing is taken. If that fails, a supervisor closes it.",
    ),
)
HOLDS_ASKING = replace(
    HOLDS,
    selected=2,
    actions=(replace(ASK, enabled=False), CLOSE),
    band=Band(Tone.INFO, "Asking about •••• 9202", "One moment.", busy=True),
)
HOLDS_ASKED = replace(
    HOLDS_ASKING,
    actions=HOLDS.actions,
    band=Band(
        Tone.UNCLEAR,
        "Asked at 14:03:10: not settled yet",
        "It leaves the list when the server shows it gone, or when a supervisor closes it.",
    ),
)
HOLDS_CLOSE_ONLY = replace(
    HOLDS,
    selected=4,
    actions=(CLOSE,),
    band=Band(
        Tone.INFO,
        "Open holds and exceptions: 5",
        "A supervisor can close it once it is clear what became of it.",
    ),
)
HOLDS_MANY = replace(
    HOLDS,
    rows=tuple(replace(ROWS[n % 5], name=f"op-{n}", card=f"•••• {n * 371 % 10000:04d}") for n in range(14)),
    selected=9,
)
HOLDS_EMPTY = replace(
    HOLDS,
    subtitle="What is not settled yet is listed here.",
    rows=(),
    actions=(),
    band=Band(Tone.INFO, "Open holds: none", "The server last answered at 14:07:02."),
    calm=("Nothing is open", "Every payment and every sale of this till is settled."),
)
WHY_CLOSED = LockView(
    "Payment •••• 9202 · €18.90 · 2 h",
    "Why is it closed?",
    None,
    (
        Action("reason-1", "The server shows it gone", "1"),
        Action("reason-2", "Settled with the customer", "2"),
        Action("reason-3", "Support has confirmed it", "3"),
        Action("reason-4", "Entered by mistake", "4"),
        Action("reason-5", "Another reason…", "5"),
        Action("back", "Back", "Esc"),
    ),
    Band(
        Tone.INFO,
        "Closing an entry",
        "It leaves the list; nothing is sent. The journal keeps who closed it and why.",
    ),
    icon="attention",
    paragraph=ROWS[2].known,
)
WHY_WRITTEN = replace(
    WHY_CLOSED,
    entry=Entry(
        "Grund", "Kunde bar ausgezahlt, Beleg liegt in der Kasse", "Mit wenigen Worten", letters="de"
    ),
    actions=(Action("back", "Back", "Esc"), Action("confirm", "Next", "Enter", Role.PRIMARY)),
)
WHO_CLOSES = replace(
    WHY_CLOSED,
    title="Which supervisor closes it?",
    entry=Entry("Supervisor's number", "101", "0"),
    actions=(Action("back", "Back", "Esc"), Action("confirm", "Close", "Enter", Role.PRIMARY)),
    band=Band(
        Tone.INFO,
        "Closing: The server shows it gone",
        "It leaves the list and the till stops asking. The journal keeps who closed it and why.",
    ),
)
NOT_A_SUPERVISOR = replace(
    WHO_CLOSES,
    entry=Entry("Supervisor's number", "", "0"),
    actions=(
        Action("back", "Back", "Esc"),
        Action("confirm", "Close", "Enter", Role.PRIMARY, enabled=False),
    ),
    band=Band(Tone.REFUSED, "Not a supervisor", "Only a supervisor's number can close an entry."),
)
OUTAGE = replace(
    READY,
    band=Band(
        Tone.INFO,
        "No answer from the server since 14:02",
        "The till keeps asking by itself. New payments wait until the server answers.",
    ),
)
SHIFT = TableView(
    "Shift",
    "Since 08:30 · Operator 7",
    ("Time", "Kind", "Card", "Outcome", "Amount"),
    tuple(
        TableRow(
            (
                f"{9 + n // 4:02d}:{n * 13 % 60:02d}",
                "Payment",
                f"•••• {n * 37 % 10000:04d}",
                "Paid",
                f"€{n * 3 + 1}.50",
            ),
            Tone.PAID,
        )
        for n in range(24)
    ),
    "Nothing was done in this shift yet.",
    (("Payments", "24"), ("Taken", "€1,012.00"), ("Sold", "€250.00"), ("Unclear", "1")),
    frozenset({4}),
)
EMPTY = replace(SHIFT, rows=())
HELP = TextView(
    "Help",
    "The Till: balance and payment",
    (
        (
            "Take a payment",
            (
                ("1  Card", "Scan or swipe the card, or type its number and press Enter."),
                (
                    "2  Amount",
                    "Type what the customer owes and press Enter. It is now held, nothing is taken yet.",
                ),
                ("3  Hold", "Hand over the goods, then press F12. Esc releases the hold."),
            ),
        ),
        (
            "Keys",
            (
                ("F2", "Till"),
                ("F5", "Open holds and exceptions"),
                ("F12", "Take payment: the one key that moves value. Enter, Space and a scan never do."),
                ("Esc", "One step back."),
            ),
        ),
        (
            "When the outcome is unclear",
            (
                (
                    "",
                    "The server’s answer was lost. Do not try the card again for this sale. "
                    "The till finds out by itself what happened, and the line under Holds disappears.",
                ),
            ),
        ),
    ),
)
LOCK = LockView(
    "Store 12 · Till 3",
    "Locked",
    Entry("Operator", "", "Number"),
    (Action("sign_on", "Sign on", "Enter", Role.PRIMARY, enabled=False),),
    Band(Tone.INFO, "Sign on to go on", "Type your operator number and press Enter."),
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


STATES: dict[str, Callable[[Shell], None]] = {
    "ready": lambda shell: shell.show_till(READY),
    "typing": lambda shell: shell.show_till(TYPING),
    "letters_wanted": lambda shell: shell.show_till(LETTERED),
    "letters": _write,
    "checking": lambda shell: shell.show_till(CHECKING),
    "card": lambda shell: shell.show_till(CARD),
    "card_two": lambda shell: shell.show_till(CARD_TWO),
    "cannot": lambda shell: shell.show_till(CANNOT),
    "hold": lambda shell: shell.show_till(HOLD),
    "committing": lambda shell: shell.show_till(COMMITTING),
    "paid": lambda shell: shell.show_till(PAID),
    "not_paid": lambda shell: shell.show_till(NOT_PAID),
    "unclear": lambda shell: shell.show_till(UNCLEAR),
    "long": lambda shell: (shell.show_shell(LONG_SHELL), shell.show_till(LONG))[-1],
    "long_amount": lambda shell: (shell.show_shell(LONG_SHELL), shell.show_till(LONG_AMOUNT))[-1],
    "outage": lambda shell: shell.show_till(OUTAGE),
    "holds": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS))[-1],
    "holds_release": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS_RELEASE))[-1],
    "holds_asking": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS_ASKING))[-1],
    "holds_asked": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS_ASKED))[-1],
    "holds_close_only": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS_CLOSE_ONLY))[-1],
    "holds_many": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS_MANY))[-1],
    "holds_empty": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_holds(HOLDS_EMPTY))[-1],
    "why_closed": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_lock(WHY_CLOSED))[-1],
    "why_written": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_lock(WHY_WRITTEN))[-1],
    "who_closes": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_lock(WHO_CLOSES))[-1],
    "not_a_supervisor": lambda shell: (shell.show_shell(HOLDS_SHELL), shell.show_lock(NOT_A_SUPERVISOR))[-1],
    "shift": lambda shell: shell.show_table(SHIFT),
    "empty": lambda shell: shell.show_table(EMPTY),
    "help": lambda shell: shell.show_text(HELP),
    "lock": lambda shell: shell.show_lock(LOCK),
}
