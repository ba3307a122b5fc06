"""The presenter of the lists to read: History (F6) and Shift (F7). No Qt here.

They say what the journal says. When what is open changes while one is in view, it is read again.
"""

from collections.abc import Callable, Coroutine
from typing import Final, Protocol

from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.money import Currency
from centara_giftcard.terminal.events import OpenChanged, TerminalEvent
from centara_giftcard.terminal.ports import Clock, Journal, Recorder
from centara_giftcard.ui.presenters import pages
from centara_giftcard.ui.presenters.first import LABELS
from centara_giftcard.ui.presenters.views import TableView, TextView
from centara_giftcard.words import Words

HISTORY_ROWS: Final = 100


class ListWindow(Protocol):
    """The window as this presenter needs it."""

    def show_table(self, view: TableView) -> None:
        """Bring a list to the front."""

    def show_text(self, view: TextView) -> None:
        """Bring a page to read to the front."""


class ListPresenter:
    """Shows `history` or `shift`; `open_now` is how much is open on this till."""

    def __init__(
        self,
        stage: ListWindow,
        journal: Journal,
        clock: Clock,
        recorder: Recorder,
        words: Words,
        currency: Currency,
        open_now: Callable[[], int],
        spawn: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        self._stage = stage
        self._journal = journal
        self._clock = clock
        self._recorder = recorder
        self._words = words
        self._currency = currency
        self._open_now = open_now
        self._spawn = spawn
        self._name = ""

    def enter_view(self, name: str) -> None:
        """`history` or `shift` comes to the front."""
        self._name = name
        self._spawn(self._read(name, again=False))

    def leave_view(self) -> None:
        """Another page comes to the front."""
        self._name = ""

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        if not self._name:
            return
        if isinstance(event, OpenChanged):
            self._spawn(self._read(self._name, again=True))

    async def _read(self, name: str, again: bool) -> None:
        midnight = self._words.midnight(self._clock.now())
        try:
            if name == "history":
                view = pages.history(self._words, await self._journal.recent(HISTORY_ROWS))
            else:
                records = await self._journal.since(midnight)
                view = pages.shift(self._words, self._currency, records, midnight, self._open_now())
        except JournalError:
            return self._unreadable(name)
        if self._name == name:
            self._stage.show_table(view)
            if not again:
                self._recorder.screen(name, view.title, None, None, None)
        return None

    def _unreadable(self, name: str) -> None:
        if self._name == name:
            title = self._words.say(LABELS[name][0])
            advice = self._words.say("The till's journal cannot be read. Call support.")
            self._stage.show_text(TextView(title, advice, ()))
            self._recorder.screen(name, title, None, None, None)
