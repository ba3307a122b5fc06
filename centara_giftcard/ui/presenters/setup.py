"""The first-run set-up: one question at a time on the page that otherwise locks the till. No Qt here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from centara_giftcard.domain.errors import SettingsError
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, ShellView, Tone
from centara_giftcard.words import Words

LONGEST: Final = 4096


@dataclass(frozen=True)
class Question:
    """What is asked for: `name` is the setting, or `token`; `default` stands in the field at first."""

    name: str
    title: str
    caption: str
    default: str = ""


QUESTIONS: Final = (
    Question("till.store", "Which store is this?", "Store number"),
    Question("till.pos", "Which till of the store?", "Till number"),
    Question("till.currency", "Which currency do the cards have?", "Three letters", "EUR"),
    Question("loyalty.server", "Where is the Loyalty server?", "Address"),
    Question("loyalty.group", "Which loyalty group is yours?", "Group"),
)
TOKEN: Final = Question("token", "What is this till's access token?", "Access token")


def empty_shell(words: Words) -> ShellView:
    """The bars while there is no till yet."""
    return ShellView(words.say("First set-up"), "", "", "", (), "", (), "")


class SetupPresenter:
    """Asks; Enter goes on, Esc goes back. `done` is given the checked answers, or None when called off."""

    def __init__(
        self,
        questions: tuple[Question, ...],
        words: Words,
        check: Callable[[str, str], None],
        show: Callable[[LockView], None],
        paste: Callable[[], str],
        done: Callable[[Mapping[str, str] | None], None],
    ) -> None:
        self._questions = questions
        self._words = words
        self._check = check
        self._show = show
        self._paste = paste
        self._done = done
        self._answers: dict[str, str] = {}
        self._at = 0
        self._typed = questions[0].default
        self._fault = ""

    def key(self, key: str) -> None:
        """A key by its name."""
        self._fault = ""
        if key == "enter":
            self._forward()
        elif key == "escape":
            self._back()
        elif key == "backspace":
            self._typed = self._typed[:-1]
        elif key in {"delete", "clear"}:
            self._typed = ""
        elif key == "ctrl+v":
            self.text(self._paste())
        elif key == "space":
            self.text(" ")
        elif len(key) == 1:
            self.text(key)
        self.render()

    def text(self, text: str) -> None:
        """Add typed, pasted or scanned text to the answer."""
        printable = "".join(letter for letter in text if letter.isprintable())
        self._typed = (self._typed + printable)[:LONGEST]
        self.render()

    def press(self, name: str) -> None:
        """A button was pressed."""
        self.key("enter" if name == "next" else "escape")

    def go(self, name: str) -> None:
        """There is nowhere else to go yet."""

    def render(self) -> None:
        """Show the question."""
        if self._at < len(self._questions):
            self._show(self.view())

    def view(self) -> LockView:
        """The question as it is answered so far."""
        say, question = self._words.say, self._questions[self._at]
        last = self._at + 1 == len(self._questions)
        shown = "•" * len(self._typed) if question is TOKEN else self._typed
        count = say("Question {n} of {total}", n=self._at + 1, total=len(self._questions))
        advice = say("Type the answer and press Enter; Ctrl+V pastes.")
        band = Band(Tone.REFUSED, say("That cannot be"), self._fault) if self._fault else None
        return LockView(
            store=count,
            title=say(question.title),
            entry=Entry(say(question.caption), shown, "", decimal_key="."),
            actions=(
                Action("back", say("Back"), say("Esc")),
                Action(
                    "next", say("Finish" if last else "Next"), say("Enter"), Role.PRIMARY, bool(self._typed)
                ),
            ),
            band=band or Band(Tone.INFO, say("Setting up this till"), advice),
        )

    def _forward(self) -> None:
        question, answer = self._questions[self._at], self._typed.strip()
        if not answer:
            return
        try:
            if question is not TOKEN:
                self._check(question.name, answer)
        except SettingsError as fault:
            self._fault = str(fault)
            return
        self._answers[question.name] = answer
        self._at += 1
        if self._at == len(self._questions):
            self._done(self._answers)
        else:
            self._load()

    def _back(self) -> None:
        if self._at == 0:
            self._done(None)
        else:
            self._at -= 1
            self._load()

    def _load(self) -> None:
        question = self._questions[self._at]
        self._typed = self._answers.get(question.name, question.default)
