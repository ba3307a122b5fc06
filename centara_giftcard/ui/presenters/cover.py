"""What lies over the till: the lock, or the question for somebody else's leave. No Qt here.

Nothing of a card or an amount is to be seen meanwhile, and everything stays as it is below.
"""

from collections.abc import Callable

from centara_giftcard.domain.operators import may_be_badge
from centara_giftcard.terminal.access import Access
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import (
    OperatorChanged,
    OverrideAsked,
    OverrideOver,
    SignOnDenied,
    TerminalEvent,
)
from centara_giftcard.terminal.ports import Recorder, Scan
from centara_giftcard.ui.presenters.front import Front
from centara_giftcard.ui.presenters.lock import Way, WhoPresenter
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.words import Words

LOCK, OVERRIDE = "lock", "override"


class Cover:
    """`over` is which of the two lies over the till, or empty.

    `hide` is called with it before it is laid over the till, `bring_back` after it is taken away: with
    the operator before, where another one came. `lock` locks the till after a time without a press.
    """

    def __init__(
        self,
        words: Words,
        store: str,
        stage: Front,
        access: Access,
        rules: Rules,
        recorder: Recorder,
        later: Callable[[float, Callable[[], None]], Timer],
        hide: Callable[[str], None],
        bring_back: Callable[[str], None],
        lock: Callable[[], None],
    ) -> None:
        self.over = ""
        self._words = words
        self._access = access
        self._rules = rules
        self._recorder = recorder
        self._later = later
        self._hide = hide
        self._bring_back = bring_back
        self._lock = lock
        self._who = WhoPresenter(words, store, stage.show_lock, access.sign_on)
        self._signed_on = ""
        self._idle: Timer | None = None

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case OperatorChanged(locked=True):
                self.lay_lock()
            case OperatorChanged():
                before, self._signed_on = self._signed_on, event.operator
                self._take_away(before if before != event.operator else "")
            case SignOnDenied() if self.over:
                self._who.denied(event.denied)
            case OverrideAsked() if not self.over:
                self._lay(OVERRIDE, OVERRIDE, self._words.say("This needs somebody's leave"))
                self._who.ask(event.needs, event.groups)
            case OverrideOver() if self.over == OVERRIDE:
                self._take_away("")

    def lay_lock(self) -> None:
        """Lay the lock over whatever is there."""
        if self.over != LOCK:
            nobody = self._rules.signs_on and not self._signed_on
            self._lay(LOCK, "sign_on" if nobody else LOCK, self._words.say("Locked"))
            self._who.begin(Way.SIGN_ON if self._rules.signs_on else Way.NUMBER)

    def scanned(self, scan: Scan) -> None:
        """Something was scanned here: a badge, where the till knows its operators."""
        if self._rules.signs_on and may_be_badge(scan.number):
            self._who.proving()
            self._access.badge(scan.number)
        else:
            self._who.scanned()

    def key(self, key: str) -> None:
        """A key by its name; Esc leads out of the question for leave."""
        if not self._who.key(key):
            self._access.give_up()

    def press(self, name: str) -> None:
        """A button was touched."""
        self.key({"sign_on": "enter", "back": "leave"}.get(name, ""))

    def drop(self) -> None:
        """Whoever was asked for leave goes elsewhere instead: nobody is asked any more."""
        self.over = ""
        self._access.give_up()

    def stir(self) -> None:
        """Somebody is there: the till locks itself only so long after this."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._rules.lock_after_s and self.over != LOCK:
            self._idle = self._later(self._rules.lock_after_s, self._lock)

    def _lay(self, over: str, screen: str, headline: str) -> None:
        if not self.over:
            self._hide(over)
        self.over = over
        self._recorder.screen(screen, headline, None, None, None)

    def _take_away(self, before: str) -> None:
        if self.over:
            self.over = ""
            self._bring_back(before)
        self.stir()
