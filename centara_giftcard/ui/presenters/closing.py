"""A supervisor closes one entry of the open holds: why, then by whose number. No Qt here.

Where the till knows its operators, nobody's number is asked for here: who may close it is the terminal's.

Why is one of the usual reasons, or typed: by keyboard or on the keyboard on the screen.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from centara_giftcard.domain.operators import LONGEST_ID
from centara_giftcard.ui.presenters import open_items
from centara_giftcard.ui.presenters.open_items import Listed
from centara_giftcard.ui.presenters.records import REASONS
from centara_giftcard.ui.presenters.typing import Former
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, Tone
from centara_giftcard.words import Words

LONGEST_REASON: Final = 80


class CloseQuestions:
    """The closing of `entry`; `close` is given its id, the supervisor's number and the reason. Esc goes
    a step back.

    `sent` is True from then on, until it is `refused`.
    """

    def __init__(
        self, entry: Listed, words: Words, close: Callable[[str, str, str], None], signs_on: bool = False
    ) -> None:
        self.entry = entry
        self._signs_on = signs_on
        self.sent = False
        self._words = words
        self._close = close
        self._reason = ""
        self._writing = False
        self._typed = ""
        self._former = Former()
        self._notice: Band | None = None

    def key(self, key: str) -> bool:
        """A key by its name. Returns False where it leads back out."""
        if key == "escape":
            return self.press("back")
        if not (self._reason or self._writing):
            return self.press(f"reason-{key}")
        if key == "enter":
            return self.press("confirm")
        typed = self._typed
        self._former.note(key, typed)
        if key == "take_back":
            typed = self._former.take_back(typed)
        elif key == "backspace":
            typed = typed[:-1]
        elif key in {"delete", "clear"}:
            typed = ""
        elif self._writing:
            typed = (typed + (" " if key == "space" else key if len(key) == 1 else ""))[:LONGEST_REASON]
        elif len(key) == 1 and key.isdecimal():
            typed = (typed + key)[:LONGEST_ID]
        if typed != self._typed and not self.sent:
            self._typed, self._notice = typed, None
        return True

    def press(self, name: str) -> bool:
        """A button was pressed. Returns False where it leads back out."""
        if self.sent:
            return True
        if name == "back":
            stays = bool(self._reason or self._writing)
            self._reason, self._writing, self._typed, self._notice = "", False, "", None
            return stays
        if self._writing:
            if name == "confirm" and self._typed.strip():
                self._reason, self._writing, self._typed = " ".join(self._typed.split()), False, ""
                self._ask_nobody()
        elif not self._reason:
            self._reason = _BUTTONS.get(name, "")
            self._writing = name == _OTHER
            self._ask_nobody()
        elif name == "confirm" and self._typed:
            self.sent, self._notice = True, None
            self._close(self.entry.id, self._typed, self._reason)
        return True

    def _ask_nobody(self) -> None:
        if self._signs_on and self._reason:
            self.sent, self._notice = True, None
            self._close(self.entry.id, "", self._reason)

    def refused(self, notice: Band | None) -> None:
        """It was not closed: the number must be typed anew, or the reason be given."""
        self.sent, self._typed, self._notice = False, "", notice
        if self._signs_on:
            self._reason = ""

    def view(self, now: datetime) -> LockView:
        """The step in view. `now` is aware."""
        say = self._words.say
        return LockView(
            store=open_items.summary(self._words, self.entry, now),
            title=say("Which supervisor closes it?" if self._asks_who else "Why is it closed?"),
            entry=self._entry(),
            actions=self._actions(),
            band=self._notice or self._band(),
            icon="attention",
            paragraph=open_items.known(self._words, self.entry),
        )

    def _entry(self) -> Entry | None:
        say = self._words.say
        if self._writing:
            return Entry(say("Reason"), self._typed, say("In a few words"), letters=self._words.language)
        return Entry(say("Supervisor's number"), self._typed, "0") if self._asks_who else None

    @property
    def _asks_who(self) -> bool:
        return bool(self._reason) and not self._signs_on

    def _actions(self) -> tuple[Action, ...]:
        say = self._words.say
        back = Action("back", say("Back"), say("Esc"), Role.PLAIN, not self.sent)
        if self._reason:
            ready = bool(self._typed) and not self.sent
            return back, Action("confirm", say("Close"), say("Enter"), Role.PRIMARY, ready)
        if self._writing:
            ready = bool(self._typed.strip())
            return back, Action("confirm", say("Next"), say("Enter"), Role.PRIMARY, ready)
        other = Action(_OTHER, say("Another reason…"), _OTHER[-1])
        return (*(Action(name, say(why), name[-1]) for name, why in _BUTTONS.items()), other, back)

    def _band(self) -> Band:
        say = self._words.say
        meaning = (
            "It leaves the list and the till stops asking. The journal keeps who closed it and why."
            if open_items.still_asking(self.entry)
            else "It leaves the list; nothing is sent. The journal keeps who closed it and why."
        )
        headline = say("Closing an entry")
        if self._reason:
            why = say(self._reason) if self._reason in REASONS else self._reason
            headline = say("Closing: {reason}", reason=why)
        return Band(Tone.INFO, headline, say(meaning), busy=self.sent)


_BUTTONS: Final = {f"reason-{number}": reason for number, reason in enumerate(REASONS, start=1)}
_OTHER: Final = f"reason-{len(REASONS) + 1}"
