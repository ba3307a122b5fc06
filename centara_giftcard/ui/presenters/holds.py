"""The presenter of open holds and exceptions (F5): the list and what may be done with it. No Qt here.

Nothing here moves value: F12 and Enter do nothing on the list. Asking and releasing are the till's own steps,
closing an entry is a supervisor's: a reason, then the supervisor's number. What goes on in front of the
cashier is listed too, so that the list never says that nothing is open while something is; it is finished
where it is in front.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.events import (
    Asked,
    OpenChanged,
    OverrideOver,
    PaymentShown,
    Refusal,
    ScanRefused,
    ServerHeard,
    Settled,
    TerminalEvent,
    Why,
)
from centara_giftcard.terminal.ports import Clock, Operation, Recorder
from centara_giftcard.ui.presenters import open_items, sentences
from centara_giftcard.ui.presenters.closing import CloseQuestions
from centara_giftcard.ui.presenters.first import LABELS
from centara_giftcard.ui.presenters.open_items import Listed
from centara_giftcard.ui.presenters.patience import LONG_S, Timer
from centara_giftcard.ui.presenters.views import Action, Band, HoldsView, LockView, Role, Tone
from centara_giftcard.words import Words

OWN_REFUSALS: Final = frozenset({Why.NOT_A_SUPERVISOR, Why.NOT_CLOSED, Why.CARD_UNDER_WAY})
"""Refusals that are said here and nowhere else."""

_KEYS: Final = {"a": "ask", "c": "close"}
_RELEASE_KEY: Final = "r"
ALONE_S: Final = 0.25
"""How long the letter that releases a hold has to stand alone: a scanner may stutter so long after the first
character of a code that begins with it."""


class HoldsWindow(Protocol):
    """The window as this presenter needs it."""

    def show_holds(self, view: HoldsView) -> None:
        """Bring the list to the front."""

    def show_lock(self, view: LockView) -> None:
        """Bring a question to the front."""


class _Ask(Struct, frozen=True):
    """What was asked for and is not answered yet: about which entry, when, and what is said meanwhile."""

    id: str
    card: str
    at: datetime
    headline: str
    long: bool = False


class _Notice(Struct, frozen=True):
    """What was told of an entry, which may have left the list since."""

    id: str
    card: str
    band: Band


class HoldsPresenter:
    """The page of everything that is not settled. `let_go` takes a payment from the front of the Till."""

    def __init__(
        self,
        stage: HoldsWindow,
        controller: Controller,
        clock: Clock,
        recorder: Recorder,
        words: Words,
        let_go: Callable[[str], None],
        later: Callable[[float, Callable[[], None]], Timer],
        signs_on: bool = False,
    ) -> None:
        self._signs_on = signs_on
        self._stage = stage
        self._controller = controller
        self._clock = clock
        self._recorder = recorder
        self._words = words
        self._let_go = let_go
        self._later = later
        self._entries: tuple[Listed, ...] = ()
        self._in_front: frozenset[str] = frozenset()
        self._selected = 0
        self._closing: CloseQuestions | None = None
        self._notice: _Notice | None = None
        self._ask: _Ask | None = None
        self._waiting: Timer | None = None
        self._letter: Timer | None = None
        self._heard_at: datetime | None = None
        self._in_view = False
        self._noted: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        """How many entries are on the list: all that is open on this till."""
        return len(self._entries)

    def count_beside(self, place: str) -> int:
        """How many of them are not in view while `place` is."""
        return sum(not (it.id in self._in_front and open_items.place_of(it) == place) for it in self._entries)

    def lists(self, id: str) -> bool:
        """Whether the operation is on the list."""
        return any(entry.id == id for entry in self._entries)

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        if isinstance(event, ScanRefused):
            self._forget_letter()
        match event:
            case OpenChanged():
                self._in_front = frozenset(it.id for it in event.in_front)
                self._change((*event.operations, *event.damaged, *event.in_front))
            case Settled():
                self._ended(event.operation)
            case PaymentShown() if event.payment.ended:
                self._ended(event.payment)
            case Refusal() if event.why in OWN_REFUSALS:
                self._refused(event)
            case OverrideOver(by=""):
                self._given_up()
            case ServerHeard():
                self._heard_at = self._clock.now()
            case Asked() if self._ask is not None and self._ask.id == event.id:
                said = "Asked at {time}: no answer" if event.in_vain else "Asked at {time}: not settled yet"
                self._told_of_ask(self._ask, said)
            case _:
                return
        self.render()

    def enter_view(self) -> None:
        """The page comes to the front: the first entry is selected."""
        self._in_view, self._noted = True, None
        self._selected, self._closing, self._notice = 0, None, None
        self.render()

    def cover(self) -> None:
        """The lock lies over the page, which stays as it is."""
        self._forget_letter()
        self._in_view = False

    def uncover(self) -> None:
        """The page is in view again, as it was."""
        self._in_view, self._noted = True, None
        self.render()

    def leave_view(self) -> None:
        """Another page comes to the front; an entry that was about to be closed stays open."""
        self._in_view, self._closing = False, None
        self._forget_letter()
        self._end_ask()

    def key(self, key: str) -> bool:
        """A key by its name. Returns whether it had a meaning here; Esc on the list has none."""
        self._forget_letter()
        if self._closing is not None:
            self._go_on(self._closing.key(key))
        elif key.lower() == _RELEASE_KEY:
            chosen = self._entry()
            self._letter = self._later(ALONE_S, lambda: self._stood_alone(chosen))
        elif key in {"up", "down", "home", "end"}:
            steps = {"up": -1, "down": 1, "home": -self.count, "end": self.count}
            self._select(self._selected + steps[key])
        elif key.lower() in _KEYS:
            self.press(_KEYS[key.lower()])
        else:
            return False
        return True

    def press(self, name: str) -> None:
        """An action's button was pressed, or a row was touched."""
        self._forget_letter()
        if self._closing is not None:
            return self._go_on(self._closing.press(name))
        for place, entry in enumerate(self._entries):
            if entry.id == name:
                return self._select(place)
        if name in [action.name for action in self._actions() if action.enabled]:
            self._act(name, self._entries[self._selected])
        return None

    def render(self) -> None:
        """Show the page as it is now (the ages move), and note it if it says something new."""
        if not self._in_view:
            return
        if self._closing is not None:
            question = self._closing.view(self._clock.now())
            self._stage.show_lock(question)
            headline = question.band.headline
        else:
            view = self._list()
            self._stage.show_holds(view)
            headline = view.band.headline
        id, card = self._subject()
        if (headline, id) != self._noted:
            self._noted = headline, id
            self._recorder.screen("holds", headline, None, id or None, card or None)

    def _subject(self) -> tuple[str, str]:
        """The id of the operation that is spoken of, and its masked card; empty where there is none."""
        if self._closing is None and (about := self._ask or self._notice):
            return about.id, about.card
        entry = self._entry()
        return (entry.id, str(entry.card or "")) if entry is not None else ("", "")

    # --- the list ---

    def _act(self, name: str, entry: Listed) -> None:
        if name == "close":
            self._end_ask()
            self._notice = None
            self._closing = CloseQuestions(entry, self._words, self._close, self._signs_on)
            return self.render()
        self._let_go(entry.id)
        if name == "ask":
            self._controller.exceptions.ask_again(entry.id)
            return self._begin(entry, "Asking about {card}")
        self._controller.exceptions.release(entry.id)
        return self._begin(entry, "Releasing {card}")

    def _select(self, place: int) -> None:
        self._selected, self._notice = max(0, min(place, self.count - 1)), None
        self.render()

    def _entry(self) -> Listed | None:
        return self._entries[self._selected] if self._entries else None

    def _change(self, entries: tuple[Listed, ...]) -> None:
        before = self._entry()
        self._entries = entries
        places = {entry.id: place for place, entry in enumerate(entries)}
        if before is not None and before.id in places:
            self._selected = places[before.id]
            if self._closing is not None:
                self._closing.entry = entries[self._selected]
        else:
            self._selected = max(0, min(self._selected, len(entries) - 1))
            if self._closing is not None:
                self._gone(self._closing)
        if self._ask is not None and self._ask.id not in places:
            self._end_ask()

    def _ended(self, operation: Operation) -> None:
        """An entry came to its end: said on the list, or to whoever was about to close it."""
        asked = self._closing is None or self._closing.entry.id == operation.id
        if self.lists(operation.id) and asked:
            band, _ = sentences.settled(self._words, operation)
            self._notice = _Notice(operation.id, str(operation.card or ""), band)

    def _gone(self, closing: CloseQuestions) -> None:
        """What was being closed is off the list: closed, or settled by itself just before."""
        if closing.sent and self._notice is None:  # nobody tells of a damaged entry
            card = str(closing.entry.card or "")
            self._notice = _Notice(closing.entry.id, card, sentences.closed(self._words, card))
        self._closing = None

    def _actions(self) -> tuple[Action, ...]:
        entry, say = self._entry(), self._words.say
        if entry is None:
            return ()
        if entry.id in self._in_front:
            return (self._way_there(entry),)
        idle, may_release = self._ask is None, open_items.can_release(entry)
        role = Role.PLAIN if may_release else Role.PRIMARY
        ask = Action("ask", say("Ask again"), "A", role, idle)
        release = Action("release", say("Release"), "R", Role.PRIMARY, idle)
        close = Action("close", say("Close (supervisor)…"), "C", Role.PLAIN, open_items.can_close(entry))
        if open_items.is_unprinted(entry):
            return self._way_there(entry), close
        return (
            *((ask,) if open_items.can_ask(entry) else ()),
            *((release,) if may_release else ()),
            close,
        )

    def _way_there(self, entry: Listed) -> Action:
        place, say = open_items.place_of(entry), self._words.say
        label = {"till": say("Go to the Till"), "sell": say("Go to Sell"), "undo": say("Go to Undo")}[place]
        return Action(place, label, LABELS[place][1], Role.PRIMARY)

    def _list(self) -> HoldsView:
        say, now = self._words.say, self._clock.now()
        calm = ("", "")
        subtitle = say("Not settled yet, oldest first. The till finds out by itself where it can.")
        if not self._entries:
            calm = (say("Nothing is open"), say("Every payment and every sale of this till is settled."))
            subtitle = say("What is not settled yet is listed here.")
        return HoldsView(
            title=say("Open holds and exceptions"),
            subtitle=subtitle,
            rows=tuple(
                open_items.row(self._words, entry, now, entry.id in self._in_front) for entry in self._entries
            ),
            selected=self._selected,
            actions=self._actions(),
            band=self._band(),
            calm=calm,
        )

    def _band(self) -> Band:
        say, entry = self._words.say, self._entry()
        if self._ask is not None:
            advice = say("One moment.")
            if self._ask.long:
                advice = say("Waiting for the server's answer. You may leave this page meanwhile.")
            return Band(Tone.INFO, self._ask.headline, advice, busy=True)
        if self._notice is not None:
            return self._notice.band
        if entry is not None:
            headline = say("Open holds and exceptions: {n}", n=self.count)
            advice = open_items.advice(self._words, entry, entry.id in self._in_front)
            return Band(Tone.INFO, headline, advice)
        return Band(Tone.INFO, say("Open holds: none"), self._last_look())

    def _last_look(self) -> str:
        if self._heard_at is None:
            return self._words.say("The server has not answered yet.")
        return self._words.say(
            "The server last answered at {time}.", time=self._words.time_to_the_second(self._heard_at)
        )

    # --- asking and releasing ---

    def _begin(self, entry: Listed, headline: str) -> None:
        self._notice, card = None, str(entry.card or "")
        self._ask = _Ask(entry.id, card, self._clock.now(), self._words.say(headline, card=card))
        self._wait(LONG_S, self._takes_long)
        self.render()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self._later(seconds, then)

    def _takes_long(self) -> None:
        if self._ask is not None:
            self._ask = replace(self._ask, long=True)
            self.render()

    def _told_of_ask(self, ask: _Ask, headline: str) -> None:
        """The ask came to an end and the entry is still there: what is known of it stands in its row."""
        self._end_ask()
        entry = next(entry for entry in self._entries if entry.id == ask.id)
        said = self._words.say(headline, time=self._words.time_to_the_second(ask.at))
        band = Band(Tone.UNCLEAR, said, open_items.advice(self._words, entry))
        self._notice = _Notice(ask.id, ask.card, band)
        self.render()

    def _stood_alone(self, chosen: Listed | None) -> None:
        entry = self._entry()
        if chosen is not None and entry is not None and entry.id == chosen.id:
            self.press("release")

    def _forget_letter(self) -> None:
        """Something else came: the letter was part of it, or is answered otherwise."""
        if self._letter is not None:
            self._letter.cancel()
            self._letter = None

    def _end_ask(self) -> None:
        self._ask = None
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    # --- closing an entry ---

    def _go_on(self, stays: bool) -> None:
        if not stays:
            self._closing = None
        self.render()

    def _close(self, id: str, supervisor: str, reason: str) -> None:
        self._let_go(id)
        self._controller.exceptions.close(id, supervisor, reason)

    def _given_up(self) -> None:
        """Nobody allowed it: nothing was done."""
        if self._closing is not None:
            self._closing.refused(None)
        self._end_ask()

    def _refused(self, event: Refusal) -> None:
        said = sentences.refusal(self._words, event)
        if self._closing is not None:
            self._closing.refused(said)
        elif self._ask is not None:
            self._notice = _Notice(self._ask.id, self._ask.card, said)
            self._end_ask()
