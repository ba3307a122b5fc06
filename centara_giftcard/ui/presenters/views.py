"""What a screen shows, as plain values: presenters make these, widgets draw them, neither knows the other.

Texts are ready to be shown: translated, amounts formatted, card numbers masked. No Qt here.
"""

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:  # with its templates it is not for the first paint
    from centara_giftcard.domain.receipts import Receipt


class Tone(Enum):
    """What a colour and an icon shape stand for; never a colour alone (see look.md's outcome rule).

    HELD is the padlock: money is held on a card, and nothing else. What waits for a person and is none of the
    other is ATTENTION.
    """

    INFO = "info"
    HELD = "held"
    ATTENTION = "attention"
    PAID = "paid"
    REFUSED = "refused"
    UNCLEAR = "unclear"


class Role(Enum):
    """How heavy a button looks: one PRIMARY or TAKE a screen; TAKE is the only one that moves value."""

    PRIMARY = "primary"
    TAKE = "take"
    PLAIN = "plain"


class Band(Struct, frozen=True):
    """The headline at the foot of the stage: what happened, and what to do."""

    tone: Tone
    headline: str
    advice: str = ""
    busy: bool = False


class Action(Struct, frozen=True):
    """A decision the cashier can make now. `name` is what the presenter is told when it is pressed."""

    name: str
    label: str
    key: str
    role: Role = Role.PLAIN
    enabled: bool = True


class Entry(Struct, frozen=True):
    """The field above the keypad. `text` is what was typed so far; empty shows `placeholder`.

    `letters` is the language in which letters may be typed too: then they can be by touch.
    """

    caption: str
    text: str
    placeholder: str
    unit: str = ""
    large: bool = False
    enabled: bool = True
    decimal_key: str = ""
    letters: str = ""


class CardFace(Struct, frozen=True):
    """The drawn card. `colour` is #RRGGBB from the settings, or empty for the brand's."""

    series: str
    kind: str
    masked: str
    valid: str
    issued: str
    colour: str = ""


class Part(Struct, frozen=True):
    """One stretch of the balance bar and its legend: `minor` units give the length, `amount` the words."""

    label: str
    amount: str
    minor: int


class BalanceBar(Struct, frozen=True):
    """Available, held and spent as parts of the original, in that order."""

    available: Part
    held: Part
    spent: Part
    original: Part


class Figure(Struct, frozen=True):
    """The amount in play, at arm's length: `tone` INFO draws it in ink."""

    caption: str
    amount: str
    tone: Tone = Tone.INFO


class ScanPrompt(Struct, frozen=True):
    """The left panel while no card is in play."""

    title: str
    hint: str
    busy: bool = False


class CardPanel(Struct, frozen=True):
    """The left panel with a card on it. `facts` are (label, value) pairs under the bar."""

    face: CardFace
    figure: Figure
    bar: BalanceBar | None
    facts: tuple[tuple[str, str], ...] = ()


class ResultPanel(Struct, frozen=True):
    """The left panel when a sale is over: the figure, lines of (label, value) and one paragraph."""

    figure: Figure
    lines: tuple[tuple[str, str], ...] = ()
    paragraph: str = ""


class ListRow(Struct, frozen=True):
    """One card of a list. `name` is what the presenter is told when the row is touched.

    `state` and `note` stand under the card where something is to be said of it, `state` in its `tone`.
    `colour` is the series', as on its card.
    """

    name: str
    title: str
    card: str
    amount: str
    tone: Tone | None = None
    state: str = ""
    note: str = ""
    colour: str = ""


class ListPanel(Struct, frozen=True):
    """The left panel as a list of cards; `selected` is a row's index, -1 for none.

    `total` is the (label, amount) at its foot.
    """

    caption: str
    rows: tuple[ListRow, ...]
    selected: int = -1
    total: tuple[str, str] | None = None


class TillView(Struct, frozen=True):
    """The whole Till stage, or one of its shape. `step` is the one of `steps` in view, 0-based.

    `choices` are big buttons at the foot of the left panel, under the words `offer`.
    """

    steps: tuple[str, ...]
    step: int
    panel: ScanPrompt | CardPanel | ResultPanel | ListPanel
    band: Band
    question: str = ""
    entry: Entry | None = None
    actions: tuple[Action, ...] = ()
    hint: str = ""
    offer: str = ""
    choices: tuple[Action, ...] = ()


class TableView(Struct, frozen=True):
    """A page that is a list: History, Shift. `totals` are (label, value) pairs above the list.

    `numeric` holds the indexes of the columns that are set flush right in tabular figures.
    """

    title: str
    subtitle: str
    columns: tuple[str, ...]
    rows: tuple["TableRow", ...]
    empty: str
    totals: tuple[tuple[str, str], ...] = ()
    numeric: frozenset[int] = frozenset()


class TableRow(Struct, frozen=True):
    """One line of a list; `tone` colours and marks the first cell; `detail` is small print under it."""

    cells: tuple[str, ...]
    tone: Tone | None = None
    detail: str = ""


class HoldRow(Struct, frozen=True):
    """One operation that is not settled. `name` is what the presenter is told when the row is touched.

    `known` is one sentence: what is known of it, and what is not.
    """

    name: str
    kind: str
    card: str
    state: str
    tone: Tone
    amount: str
    age: str
    operator: str
    known: str


class HoldsView(Struct, frozen=True):
    """The open holds and exceptions; `selected` is the index of the row that the actions are about.

    Without rows, `calm` is the headline and the line under it that stand in the list's place.
    """

    title: str
    subtitle: str
    rows: tuple[HoldRow, ...]
    selected: int
    actions: tuple[Action, ...]
    band: Band
    calm: tuple[str, str] = ("", "")


class TextView(Struct, frozen=True):
    """A page to read: Help, Settings. Sections of a heading and (term, text) lines."""

    title: str
    subtitle: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    actions: tuple[Action, ...] = ()


class ReceiptView(Struct, frozen=True):
    """A receipt as it looks on paper of `width_mm`."""

    title: str
    subtitle: str
    receipt: "Receipt"
    width_mm: int
    actions: tuple[Action, ...] = ()


class Lamp(Struct, frozen=True):
    """A state in the top bar: a dot with a tone and words beside it."""

    tone: Tone
    text: str


class Destination(Struct, frozen=True):
    """A place on the rail. `count` above 0 stands on its icon."""

    name: str
    label: str
    key: str
    count: int = 0
    enabled: bool = True


class ShellView(Struct, frozen=True):
    """Top bar and rail. `name` is what the shop calls the till, or empty."""

    store: str
    till: str
    operator: str
    badge: str
    lamps: tuple[Lamp, ...]
    clock: str
    destinations: tuple[Destination, ...]
    current: str
    name: str = ""
    notice: Band | None = None


class LockView(Struct, frozen=True):
    """A question on a page of its own: who signs on, a step of the set-up, why an entry is closed.

    `store` says whom or what it is about, `paragraph` more of it. Without an `entry` the actions are the
    answers.
    """

    store: str
    title: str
    entry: Entry | None
    actions: tuple[Action, ...]
    band: Band
    hint: str = ""
    icon: str = "lock"
    paragraph: str = ""


class SampleTile(Struct, frozen=True):
    """A sample card in the demo's tray; `number` is the demo server's own and is drawn as Code 128."""

    number: str
    label: str
    explains: str


class SampleTray(Struct, frozen=True):
    """The demo's drawer of sample cards. `title` and `key` also stand on the button that opens it."""

    title: str
    key: str
    tiles: tuple[SampleTile, ...]
