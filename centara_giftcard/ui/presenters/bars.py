"""Top bar and rail: which till this is, how server, scanner and printer are, and where one can go."""

from collections.abc import Mapping

from msgspec.structs import replace

from centara_giftcard.domain.replies import Cause
from centara_giftcard.terminal.events import (
    CardShown,
    KeyboardChanged,
    OperatorChanged,
    ScannerChanged,
    ServerHeard,
    ServerSilent,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Clock, SourceState
from centara_giftcard.ui.presenters import sentences
from centara_giftcard.ui.presenters.first import ThisTill, bars
from centara_giftcard.ui.presenters.views import Band, Lamp, ShellView, Tone
from centara_giftcard.words import Words


class Bars:
    """Hears what changes the bars and makes them.

    `outage` is what a waiting till says of a silent server, `operator` who is signed on, or empty.
    """

    def __init__(self, words: Words, this_till: ThisTill, clock: Clock) -> None:
        self.outage: Band | None = None
        self._words = words
        self._this_till = this_till
        self._clock = clock
        self._silent_since = ""
        self._holds_told = True
        self.operator = ""
        self._server = Lamp(Tone.INFO, words.say("Server"))
        self._scanner = Lamp(Tone.INFO, words.say("Scanner: keyboard"))
        self._keyboard_here = True

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case ServerHeard():
                self._server = self._server_lamp(event.round_trip_s)
                self._silent_since, self.outage = "", None
            case ServerSilent():
                broken = event.cause is Cause.SERVER_ERROR
                said = "Server: out of order" if broken else "Server: no answer"
                self._server = Lamp(Tone.REFUSED, self._words.say(said))
                self._silent_since = self._silent_since or self._words.time(self._clock.now())
                self.outage = sentences.outage(self._words, event.cause, self._silent_since)
            case CardShown() if event.status.balance.authorised is None:
                self._holds_told = False
                self._server = self._server_lamp(0)
            case ScannerChanged():
                self._scanner = self._scanner_lamp(event.state)
            case KeyboardChanged():
                self._keyboard_here = event.here
            case OperatorChanged():
                self.operator = f"{event.name} ({event.operator})" if event.name else event.operator
            case _:
                pass

    def view(
        self, printer: Lamp | None, waiting: Mapping[str, int], current: str, notice: Band | None = None
    ) -> ShellView:
        """The bars as they are now; `waiting` is how much waits at which place, and stands on it."""
        lost = Lamp(Tone.REFUSED, self._words.say("No keyboard"))
        scanner = self._scanner if self._keyboard_here else lost
        lamps = (self._server, scanner, *([printer] if printer else []))
        view = bars(
            self._words,
            self._this_till,
            self.operator,
            lamps,
            self._words.time(self._clock.now()),
            waiting,
            current,
        )
        return replace(view, notice=notice)

    def _server_lamp(self, round_trip_s: float) -> Lamp:
        if not self._this_till.proven:
            return Lamp(Tone.ATTENTION, self._words.say("Server not proven"))
        if not self._holds_told:
            return Lamp(Tone.ATTENTION, self._words.say("Server: holds are not told"))
        return Lamp(Tone.PAID, self._words.say("Server {ms} ms", ms=max(1, round(round_trip_s * 1000))))

    def _scanner_lamp(self, state: SourceState) -> Lamp:
        say = self._words.say
        if state is SourceState.READY:
            return Lamp(Tone.PAID, say("Scanner"))
        if state is SourceState.UNREADABLE:
            return Lamp(Tone.REFUSED, say("Scanner unreadable"))
        if state is SourceState.LOST or self._this_till.scanner_configured:  # row 2
            return Lamp(Tone.REFUSED, say("Scanner lost: type the number"))
        return Lamp(Tone.INFO, say("Scanner: keyboard"))
