"""Who is it? A number, and where the till knows its operators a PIN; or a badge. No Qt here.

The same question stands on the locked till and where somebody else's leave is asked for.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final

from centara_giftcard.domain.operators import LONGEST_ID, LONGEST_PIN, Denial, Denied, Need, Permission
from centara_giftcard.domain.secrets import NO_BREAK, Pin
from centara_giftcard.ui.presenters.stage import Note
from centara_giftcard.ui.presenters.typing import Former
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, Tone
from centara_giftcard.words import Words

_BULLET: Final = "•"


class Way(Enum):
    """What the question is for."""

    NUMBER = "number"  # any number unlocks: the till knows no operators
    SIGN_ON = "sign_on"
    OVERRIDE = "override"


class WhoPresenter:
    """Takes a number and a PIN; `prove` is given them at Enter. `show` hears every view."""

    def __init__(
        self,
        words: Words,
        store: str,
        show: Callable[[LockView], None],
        prove: Callable[[str, Pin | None], None],
    ) -> None:
        self._words = words
        self._store = store
        self._show = show
        self._prove = prove
        self._way = Way.NUMBER
        self._needs: tuple[Need, ...] = ()
        self._groups: tuple[str, ...] = ()
        self._number = self._typed = ""
        self._scanned = self._busy = False
        self._denied: Denied | None = None
        self._former = Former()

    def begin(self, way: Way) -> None:
        """The till is locked now: nothing is typed yet."""
        self._way, self._needs, self._groups = way, (), ()
        self._anew()
        self.render()

    def ask(self, needs: tuple[Need, ...], groups: tuple[str, ...]) -> None:
        """Somebody of `groups` is asked to allow `needs`, this once."""
        self._way, self._needs, self._groups = Way.OVERRIDE, needs, groups
        self._anew()
        self.render()

    def scanned(self) -> None:
        """Something was scanned that is no badge: that does nothing here, which is said."""
        self._scanned = True
        self.render()

    def proving(self) -> None:
        """A badge was scanned and is looked up."""
        self._busy, self._denied = True, None
        self.render()

    def denied(self, denied: Denied) -> None:
        """Nobody was let in: number and PIN are asked for anew."""
        self._anew()
        self._denied = denied
        self.render()

    def key(self, key: str) -> bool:
        """A key by its name; all but digits, corrections and Enter do nothing. Returns False where Esc leads
        out of a question about leave."""
        self._former.note(key, self._typed)
        out = key == "leave" or (key == "escape" and not (self._number or self._typed))
        if out and self._way is Way.OVERRIDE:
            return False
        if key == "enter":
            self._enter()
        elif key == "backspace":
            self._typed = self._typed[:-1]
        elif key in {"escape", "delete", "clear"}:
            self._number, self._typed = ("", "") if key == "escape" else (self._number, "")
        elif key == "take_back":
            self._typed = self._former.take_back(self._typed)
        elif len(key) == 1 and key.isdecimal() and len(self._typed) < self._longest and not self._busy:
            self._typed, self._denied = self._typed + key, None
        self.render()
        return True

    def render(self) -> None:
        """Show what is typed so far; of a PIN how long it is."""
        say, pin = self._words.say, bool(self._number)
        text = _BULLET * len(self._typed) if pin else self._typed
        caption = say("PIN of {id}", id=self._number) if pin else say("Operator number")
        ready = bool(self._typed) and not self._busy
        label = say("Sign on") if self._way is not Way.OVERRIDE else say("Allow")
        if self._way is not Way.NUMBER and not pin:
            label = say("Next")
        actions = [Action("sign_on", label, say("Enter"), Role.PRIMARY, ready)]
        if self._way is Way.OVERRIDE:
            actions.insert(0, Action("back", say("Back"), say("Esc"), Role.PLAIN, not self._busy))
        self._show(
            LockView(
                store=self._about(),
                title=self._title(),
                entry=Entry(caption, text, "0" if not pin else "", enabled=not self._busy),
                actions=tuple(actions),
                band=self._band(),
            )
        )

    @property
    def _longest(self) -> int:
        return LONGEST_PIN if self._number else LONGEST_ID

    def _anew(self) -> None:
        self._number = self._typed = ""
        self._scanned = self._busy = False
        self._denied = None
        self._former = Former()

    def _enter(self) -> None:
        if not self._typed or self._busy:
            return
        typed, self._typed = self._typed, ""
        self._former = Former()
        if self._way is Way.NUMBER:
            self._prove(typed, None)
        elif not self._number:
            self._number = typed
        else:
            self._busy = True
            self._prove(self._number, Pin(typed))

    def _title(self) -> str:
        say = self._words.say
        return say("Who allows it?") if self._way is Way.OVERRIDE else say("Who is at the till?")

    def _about(self) -> str:
        say = self._words.say
        if self._way is not Way.OVERRIDE:
            return say("Store {store}", store=self._store)
        return " · ".join(what(self._words, need) for need in self._needs)

    def _band(self) -> Band:
        say = self._words.say
        if self._busy:
            return Band(Tone.INFO, say("Checking"), say("One moment."), busy=True)
        if self._denied is not None:
            return denial(self._words, self._denied)
        if self._way is Way.OVERRIDE:
            headline = say("This needs somebody's leave")
            ours = {"cashier": say("cashiers"), "supervisor": say("supervisors"), "manager": say("managers")}
            who = ", ".join(ours.get(it, it) for it in self._groups)  # a shop's own as it calls them
            advice = say("Who may allow it: {groups}. Number and PIN, or badge; Esc goes back.", groups=who)
            if not self._groups:
                advice = say("No group may do this. Esc goes back.")
            return Band(Tone.ATTENTION, headline, advice)
        if self._scanned:
            advice = say("The scan was not used. Sign on first, then scan the card again.")
        elif self._way is Way.NUMBER:
            advice = say("Type your operator number, then press Enter.")
        elif self._number:
            advice = say("Type your PIN, then press Enter. Esc begins again.")
        else:
            advice = say("Scan your badge, or type your operator number and press Enter.")
        return Band(Tone.INFO, say("Locked"), advice)


def sale_of_another(words: Words, operator: str) -> Note:
    """Somebody else signed on over what `operator` has not finished."""
    headline = words.say("A sale of operator {id} is open", id=operator)
    return Note(Band(Tone.ATTENTION, headline, words.say("Finish it, or let it go, before the next one.")))


def what(words: Words, need: Need) -> str:
    """What leave is asked for, as a title."""
    told = words.say(_WHAT[need.permission])
    return told if need.amount is None else f"{told}{NO_BREAK}{words.money(need.amount)}"


def denial(words: Words, denied: Denied) -> Band:
    """Nobody was let in, and what to do."""
    headline, advice = _DENIED[denied.why]
    if denied.why is Denial.WRONG and denied.wait_s:
        advice = "Wait {seconds} s before the next try."
    return Band(Tone.REFUSED, words.say(headline), words.say(advice, seconds=max(1, round(denied.wait_s))))


_WHAT: Final = {
    Permission.BALANCE: "See a card's balance",
    Permission.PAY: "Take a payment",
    Permission.RELEASE: "Release a hold",
    Permission.SELL: "Sell a card",
    Permission.SELL_LIVE: "Sell a card printed here",
    Permission.UNDO: "Undo a sale",
    Permission.KEY_NUMBER: "Type a card's number",
    Permission.REPRINT: "Print it again",
    Permission.CLOSE: "Close an entry",
    Permission.X_REPORT: "See the shift",
    Permission.Z_REPORT: "End the day",
    Permission.HISTORY: "See what others did",
    Permission.SETTINGS: "See the settings",
    Permission.OPERATORS: "Change operators",
}

_DENIED: Final = {
    Denial.WRONG: ("Not signed on", "Number and PIN, or badge, are not right. Try again."),
    Denial.WAIT: ("Too many wrong ones", "Wait {seconds} s before the next try."),
    Denial.LOCKED: ("Locked out", "Too many wrong PINs. A manager must give a new PIN."),
    Denial.DISK: ("Not signed on", "The till cannot check it now: its disk or its list fails. Call support."),
    Denial.NOT_ALLOWED: ("Not allowed", "They may not allow this either. Ask somebody else."),
}
