"""A supervisor closes one entry of the open holds: why, then by whose number. No Qt here."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from centara_giftcard.ui.presenters import open_items
from centara_giftcard.ui.presenters.lock import LONGEST_NUMBER
from centara_giftcard.ui.presenters.open_items import Listed
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, Tone
from centara_giftcard.words import Words

REASONS: Final = (
    "The server shows it gone",
    "Settled with the customer",
    "Support has confirmed it",
    "Entered by mistake",
)
"""Why an entry may be closed. The journal keeps the English words, so that they read alike in every shop."""


class Closing:
    """The closing of `entry`; `close` is given the supervisor's number and the reason. Esc goes a step back.

    `sent` is True from then on, until it is `refused`.
    """

    def __init__(self, entry: Listed, words: Words, close: Callable[[str, str], None]) -> None:
        self.entry = entry
        self.sent = False
        self._words = words
        self._close = close
        self._reason = ""
        self._typed = ""
        self._notice: Band | None = None

    def key(self, key: str) -> bool:
        """A key by its name. Returns False where it leads back out."""
        if key == "escape":
            return self.press("back")
        if not self._reason:
            return self.press(f"reason-{key}")
        if key == "enter":
            return self.press("confirm")
        typed = self._typed
        if key == "backspace":
            typed = typed[:-1]
        elif key in {"delete", "clear"}:
            typed = ""
        elif len(key) == 1 and key.isdecimal():
            typed = (typed + key)[:LONGEST_NUMBER]
        if typed != self._typed and not self.sent:
            self._typed, self._notice = typed, None
        return True

    def press(self, name: str) -> bool:
        """A button was pressed. Returns False where it leads back out."""
        if self.sent:
            return True
        if name == "back":
            stays = bool(self._reason)
            self._reason, self._typed, self._notice = "", "", None
            return stays
        if not self._reason:
            self._reason = _BUTTONS.get(name, "")
        elif name == "confirm" and self._typed:
            self.sent, self._notice = True, None
            self._close(self._typed, self._reason)
        return True

    def refused(self, notice: Band) -> None:
        """It was not closed: the number must be typed anew."""
        self.sent, self._typed, self._notice = False, "", notice

    def view(self, now: datetime) -> LockView:
        """The step in view. `now` is aware."""
        say = self._words.say
        return LockView(
            store=open_items.summary(self._words, self.entry, now),
            title=say("Which supervisor closes it?" if self._reason else "Why is it closed?"),
            entry=Entry(say("Supervisor's number"), self._typed, "0") if self._reason else None,
            actions=self._actions(),
            band=self._notice or self._band(),
            icon="holds",
            paragraph=open_items.known(self._words, self.entry),
        )

    def _actions(self) -> tuple[Action, ...]:
        say = self._words.say
        back = Action("back", say("Back"), say("Esc"), Role.PLAIN, not self.sent)
        if self._reason:
            ready = bool(self._typed) and not self.sent
            return back, Action("confirm", say("Close"), say("Enter"), Role.PRIMARY, ready)
        return (*(Action(name, say(why), name[-1]) for name, why in _BUTTONS.items()), back)

    def _band(self) -> Band:
        say = self._words.say
        meaning = (
            "It leaves the list and the till stops asking. The journal keeps who closed it and why."
            if open_items.still_asking(self.entry)
            else "It leaves the list; nothing is sent. The journal keeps who closed it and why."
        )
        headline = say("Closing an entry")
        if self._reason:
            headline = say("Closing: {reason}", reason=say(self._reason))
        return Band(Tone.INFO, headline, say(meaning), busy=self.sent)


_BUTTONS: Final = {f"reason-{number}": reason for number, reason in enumerate(REASONS, start=1)}
