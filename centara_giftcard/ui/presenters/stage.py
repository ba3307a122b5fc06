"""What Till, Sell and Undo have in common: keys, typing, notices, patience, when to draw, what is noted.

A stage turns what the terminal told into one view, and a press into one command. It keeps what was typed and
what is said for a while; of cards and money it knows only what the terminal told. No Qt here.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.domain.errors import AmountError
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.terminal.events import Refusal, ScanRefused, TerminalEvent, Why
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.ui.presenters import card_sentences
from centara_giftcard.ui.presenters.patience import Burst, Notice, Patience, Timer
from centara_giftcard.ui.presenters.typing import Former
from centara_giftcard.ui.presenters.views import Band, TillView, Tone
from centara_giftcard.words import Words

MAX_TYPED: Final = 64

MAX_AMOUNT: Final = 20
"""More characters than the longest amount has, with signs for its thousands: what is longer is none."""


def is_amount_so_far(text: str) -> bool:
    """Whether `text` may stand in the field for an amount.

    Every digit and sign is kept as it was typed, also where no amount can come of it any more: to leave one
    out would make another amount of the rest.
    """
    return len(text) <= MAX_AMOUNT and all(it in "0123456789.," for it in text)


def amount_of(text: str, currency: Currency, grouping: str) -> Money | None:
    """The amount that was typed, or None where it is none; `grouping` stands between thousands here."""
    try:
        return Money.typed(text, currency, grouping)
    except AmountError:
        return None


class Note(Struct, frozen=True):
    """Something that is said in the band, and what the flight recorder notes with it. `card` is masked."""

    band: Band
    outcome: str | None = None
    operation: str | None = None
    card: str | None = None


def of_its_card(note: Note) -> Note | None:
    """`note` as it is told where its card is not in view; None while its end is still being found out."""
    if note.band.busy:
        return None
    headline = f"{note.card}: {note.band.headline}" if note.card else note.band.headline
    return replace(note, band=replace(note.band, headline=headline))


class Shown(Struct, frozen=True):
    """A view, and what the flight recorder notes of it. `card` is masked."""

    view: TillView
    screen: str
    outcome: str | None = None
    operation: str | None = None
    card: str | None = None

    def saying(self, notice: Note) -> "Shown":
        """The same with `notice` in the band's place: no outcome but its own."""
        return replace(
            self,
            view=replace(self.view, band=notice.band),
            outcome=notice.outcome,
            operation=notice.operation or self.operation,
            card=notice.card or self.card,
        )

    @property
    def noted(self) -> tuple[str, str, str | None, str | None, str | None]:
        """What the recorder is told; the same twice is told once."""
        return self.screen, self.view.band.headline, self.outcome, self.operation, self.card


class StagePresenter:
    """One stage of the till: shows itself through `show` while it is in view.

    Each fills `told`, `_build`, `_press`, `_type` and `_enter`, and adds what it alone has.
    """

    moves_value: str
    """The name of the action that F12 presses: the one key that moves value."""

    def __init__(
        self,
        words: Words,
        recorder: Recorder,
        show: Callable[[TillView], None],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        self._words = words
        self._recorder = recorder
        self._show = show
        self._typed = ""
        self._former = Former()
        self._notice: Notice[Note] = Notice(later, self.render)
        self._patience = Patience(later, self.render)
        self._burst = Burst(later)
        self._in_view = False
        self._seen = True
        self._shown: Shown | None = None
        self._no_keyboard = Note(
            Band(
                Tone.ATTENTION,
                words.say("Another window has the keyboard"),
                words.say("Scans and keys do not reach the till. Touch this window."),
            )
        )

    # --- what the shell asks ---

    @property
    def screen(self) -> str:
        """The recorder's word for what is shown; empty before anything is."""
        return self._shown.screen if self._shown is not None else ""

    @property
    def waiting(self) -> int:
        """How much waits on this stage for a cashier who looks elsewhere."""
        return 0

    @property
    def news(self) -> Note | None:
        """How what was under way here ended, for a cashier who looks elsewhere; None before that."""
        return None

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        raise NotImplementedError

    def key(self, key: str) -> bool:
        """A key by its name. Returns whether it had a meaning here; Esc has none on an empty page."""
        if not (self._burst.refused and len(key) == 1):  # the rest of what was refused answers nothing
            self._notice.unsay()
        return self._key(key)

    def press(self, name: str) -> None:
        """An action's button, a choice or a row was pressed."""
        self._notice.unsay()
        self._burst.end()
        self._press(name)

    def keyboard(self, here: bool) -> None:
        """Whether keys and scans reach the till, or another window has them."""
        if here:
            self._notice.end(self._no_keyboard)
        else:
            self._notice.say(self._no_keyboard, lasting=True)

    def enter_view(self) -> None:
        """The page comes to the front: show it as it is, and have the recorder note it anew."""
        self._in_view, self._seen, self._shown = True, True, None
        self.render()

    def leave_view(self) -> None:
        """Another page comes to the front, which answers what was said here for a while."""
        if self._in_view:
            self._in_view = False
            self._notice.unsay()

    def put_away(self) -> None:
        """The cashier turns to other work: what is over is told, what is under way stays."""

    def render(self) -> None:
        """Show the stage as it is now, and note it if it says something new; nothing while out of view."""
        shows_work = self._patience.soon or self._notice.said is not None or self._shown is None
        if not self._in_view or (self._awaits_answer() and not shows_work):
            return
        shown = self._build()
        if self._notice.said is not None:
            shown = shown.saying(self._notice.said)
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        self._show(shown.view)
        self._note_details()
        if before is None or before.noted != shown.noted:
            self._recorder.screen(*shown.noted)

    # --- what a stage fills ---

    def _build(self) -> Shown:
        raise NotImplementedError

    def _press(self, name: str) -> None:
        raise NotImplementedError

    def _type(self, text: str) -> None:
        """Have `text` be what is typed, where that may be."""
        raise NotImplementedError

    def _enter(self) -> None:
        raise NotImplementedError

    def _escape(self) -> bool:
        """Go one step back; whether there was one."""
        self._press("leave")
        return True

    def _clear(self, _key: str) -> None:
        """Del, or a long press on the keypad's backspace ("clear")."""
        self._type("")

    def _text(self) -> str:
        """What is typed."""
        return self._typed

    def _note_details(self) -> None:
        """Note what the view says beside its headline."""

    def _awaits_answer(self) -> bool:
        """Whether an answer is due that mostly comes so soon that what it waits with need not be shown."""
        return False

    # --- what is the same on each ---

    def _key(self, key: str) -> bool:
        self._former.note(key, self._text())
        if len(key) == 1:
            self._burst.typed()
            if self._burst.refused:
                return True
        elif key != "take_back":
            self._burst.end()
        if key == "f12":
            self._press(self.moves_value)
        elif key == "escape":
            return self._escape()
        elif key == "enter":
            self._enter()
        elif key == "backspace":
            self._type(self._text()[:-1])
        elif key in {"delete", "clear"}:
            self._clear(key)
        elif key == "take_back":  # the last character was a scanner's after all
            self._type(self._former.take_back(self._text()))
        elif len(key) == 1:
            self._type(self._text() + key)
        else:
            return False
        return True

    def _forget_typed(self, typed: str) -> None:
        """What was `typed` so far is not taken: nor is the rest of it, if it is being typed still."""
        if typed:
            self._burst.refuse()

    def _refuse_typed(self, headline: str, advice: str) -> None:
        """Nothing that is typed is taken now: all of it is refused, and this said."""
        self._burst.refuse()
        self._notice.say(Note(Band(Tone.ATTENTION, headline, advice)))

    def _no_card(self, event: ScanRefused, answered: bool = True) -> None:
        """Say that a scan, or what was typed, is no card; on another page a notice says it."""
        if self._in_view:
            self._notice.say(Note(card_sentences.no_card(self._words, event)), answered=answered)

    def _refused(self, event: Refusal, band: Band, answered: bool = False) -> None:
        """Say what the terminal did not do; elsewhere a notice does. That the till must not be used stands
        on every page until it is over."""
        stopped = event.why is Why.STOPPED
        if self._in_view or stopped:
            self._notice.say(Note(band), lasting=stopped, answered=answered)
