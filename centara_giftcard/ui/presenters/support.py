"""What support asks for: gathered, shown, and only then written into a file, by key or touch. No Qt."""

from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct

from centara_giftcard.ui.presenters.views import Action, Role, ShellView, TextView
from centara_giftcard.words import Words

SETTLED_S: Final = 0.4
"""How long after a new page a touch means nothing: it was meant for the page before."""

_TURNS: Final = {"page_up": -0.9, "page_down": 0.9, "up": -0.1, "down": 0.1}

Heaps = tuple[tuple[str, tuple[str, ...]], ...]
"""Headings, and the lines under each."""


class Gathered(Struct, frozen=True):
    """What would be written, or why it could not be gathered."""

    heaps: Heaps = ()
    fault: str = ""


class Written(Struct, frozen=True):
    """The file, and why it could not be written, or nothing."""

    file: str
    reason: str = ""


class SupportWork(Protocol):
    """What is done by others."""

    def gather(self, told: Callable[[Gathered], None]) -> object:
        """Gather it; one call back, after seconds."""

    def write(self) -> Written:
        """Write what was gathered into a new file."""

    def now_s(self) -> float:
        """Seconds that never jump."""


class SupportWindow(Protocol):
    """The window, as far as it is needed here."""

    def show_shell(self, view: ShellView) -> None:
        """Draw the bars."""

    def show_text(self, view: TextView) -> None:
        """Bring a page to read to the front."""

    def turn_page(self, pages: float) -> None:
        """Scroll it by a share of its height."""


class SupportPresenter:
    """Gathers at once; Enter writes the file, and `done` is told when somebody has seen enough."""

    def __init__(
        self,
        work: SupportWork,
        words: Words,
        window: SupportWindow,
        note: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:
        self._work = work
        self._words = words
        self._window = window
        self._note = note
        self._done = done
        self._gathered: Gathered | None = None
        self._written: Written | None = None
        self._since_s = work.now_s()

    def begin(self) -> None:
        """Gather, which takes the loop."""
        self._work.gather(self._told)

    def key(self, key: str) -> None:
        """A key by its name."""
        if key in _TURNS:
            self._window.turn_page(_TURNS[key])
        elif key == "escape":
            self._done()
        elif key == "enter":
            self._enter()

    def press(self, name: str) -> None:
        """A button was touched; too soon after another page came, it was meant for the one before."""
        if self._work.now_s() - self._since_s >= SETTLED_S:
            self.key("enter" if name == "write" else "escape")

    def go(self, name: str) -> None:
        """There is nowhere else to go."""

    def render(self) -> None:
        """Show the page as it is now."""
        self._window.show_shell(ShellView(self._words.say("For support"), "", "", "", (), "", (), ""))
        self._window.show_text(self.view())

    def view(self) -> TextView:
        """The page as it is now."""
        say, gathered, written = self._words.say, self._gathered, self._written
        back = Action("back", say("Back"), say("Esc"))
        if gathered is None:
            return self._page(say("This takes a few seconds."), back)
        if gathered.fault:
            return self._page(self._words.tell(gathered.fault), back)
        write = Action("write", say("Write the file"), say("Enter"), Role.PRIMARY)
        told = say("Nothing secret is in it. Read it, then write it into a file.")
        if written is None:
            return self._page(told, back, write, heaps=gathered.heaps)
        if written.reason:
            why = self._words.tell(written.reason)
            told = say("{file} cannot be written ({reason}).", file=written.file, reason=why)
            return self._page(told, back, write, heaps=gathered.heaps)
        done = Action("back", say("Go on"), say("Enter"), Role.PRIMARY)
        return self._page(
            say("The file is written: send it to support."), done, heaps=((written.file, ()), *gathered.heaps)
        )

    def _page(self, told: str, *actions: Action, heaps: Heaps = ()) -> TextView:
        sections = tuple((heading, tuple(("", line) for line in lines)) for heading, lines in heaps)
        return TextView(self._words.say("For support"), told, sections, actions)

    def _enter(self) -> None:
        if self._gathered is None or self._gathered.fault:
            return
        if self._written is not None and not self._written.reason:
            self._done()
            return
        self._written = self._work.write()
        self._turned()

    def _told(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._turned()

    def _turned(self) -> None:
        self._since_s = self._work.now_s()
        self._note(self.view().subtitle)
        self.render()
