"""Why the till cannot start, on a page with a way to try again. No Qt here."""

from collections.abc import Callable, Sequence
from typing import Final

from centara_giftcard.ui.presenters.views import Action, Band, LockView, Role, ShellView, Tone
from centara_giftcard.words import Words

DOCTOR: Final = "centara-giftcard\u00a0doctor"  # never broken over two lines

MOST: Final = 5
"""How many faults fit on the page, at any size."""


class FaultPresenter:
    """Shows the faults; `done` is told whether to try again (True) or to close."""

    def __init__(
        self,
        words: Words,
        faults: Sequence[str],
        show: Callable[[ShellView, LockView], None],
        done: Callable[[bool], None],
    ) -> None:
        self._words = words
        self._faults = faults
        self._show = show
        self._done = done

    def key(self, key: str) -> None:
        """A key by its name."""
        if key in {"enter", "escape"}:
            self._done(key == "enter")

    def press(self, name: str) -> None:
        """A button was touched."""
        self._done(name == "again")

    def go(self, name: str) -> None:
        """There is nowhere to go."""

    def render(self) -> None:
        """Show the page."""
        self._show(ShellView("", "", "", "", (), "", (), ""), self.view())

    def view(self) -> LockView:
        """The fault, and what can be done."""
        say = self._words.say
        told = [self._words.tell(fault) for fault in self._faults[:MOST]]
        lines = [f"{n}. {it}" for n, it in enumerate(told, 1)] if told[1:] else told
        if more := len(self._faults) - len(told):
            lines.append(say("and {n} more", n=more))
        advice = say("Mend it, then try again. {command} tells all that is wrong.", command=DOCTOR)
        return LockView(
            store="",
            title=say("The till cannot start"),
            entry=None,
            actions=(
                Action("again", say("Try again"), say("Enter"), Role.PRIMARY),
                Action("close", say("Close"), say("Esc")),
            ),
            band=Band(Tone.REFUSED, say("The till cannot start"), advice),
            icon="attention",
            paragraph="\n".join(lines),
        )
