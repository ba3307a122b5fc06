"""The locked till: an operator's number is typed to sign on. No Qt here."""

from collections.abc import Callable
from typing import Final

from centara_giftcard.ui.presenters.typing import Former
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, Tone
from centara_giftcard.words import Words

LONGEST_NUMBER: Final = 8


class LockPresenter:
    """Takes the operator's number; `sign_on` is given it at Enter. `show` hears every view."""

    def __init__(
        self, words: Words, store: str, show: Callable[[LockView], None], sign_on: Callable[[str], None]
    ) -> None:
        self._words = words
        self._store = store
        self._show = show
        self._sign_on = sign_on
        self._typed = ""
        self._scanned = False
        self._former = Former()

    def begin(self) -> None:
        """The till is locked now: nothing is typed yet."""
        self._typed, self._scanned = "", False
        self.render()

    def scanned(self) -> None:
        """A card was scanned: that does nothing here, which is said."""
        self._scanned = True
        self.render()

    def key(self, key: str) -> None:
        """A key by its name; all but digits, corrections and Enter do nothing."""
        self._former.note(key, self._typed)
        if key == "enter" and self._typed:
            self._sign_on(self._typed)
            self._typed = ""
            return
        if key == "backspace":
            self._typed = self._typed[:-1]
        elif key in {"escape", "delete", "clear"}:
            self._typed = ""
        elif key == "take_back":
            self._typed = self._former.take_back(self._typed)
        elif len(key) == 1 and key.isdecimal() and len(self._typed) < LONGEST_NUMBER:
            self._typed += key
        self.render()

    def render(self) -> None:
        """Show the number as it is typed so far."""
        say = self._words.say
        advice = say("Type your operator number, then press Enter.")
        if self._scanned:
            advice = say("The scan was not used. Sign on first, then scan the card again.")
        sign_on = Action("sign_on", say("Sign on"), say("Enter"), Role.PRIMARY, bool(self._typed))
        self._show(
            LockView(
                store=say("Store {store}", store=self._store),
                title=say("Who is at the till?"),
                entry=Entry(say("Operator number"), self._typed, "0"),
                actions=(sign_on,),
                band=Band(Tone.INFO, say("Locked"), advice),
            )
        )
