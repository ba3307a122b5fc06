"""A probe of the server at the window: which test card, what is on it, go; and what was found. No Qt here.

The findings are the doctor's sentences in the till's language, with the names of settings as support knows
them.
"""

from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct

from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, ShellView, Tone
from centara_giftcard.words import Words

CARD, BALANCE, BEGIN, RUNNING, ENDED = "card", "balance", "begin", "running", "ended"
LONGEST: Final = 64
SETTLED_S: Final = 0.4
"""How long after a new page a touch means nothing: it was meant for the page before."""


class Tried(Struct, frozen=True):
    """How a probe ended. `findings` are the doctor's sentences of what is wrong or differs, `differs` how
    many settings differ, `fault` why it could not begin."""

    passed: bool = False
    differs: int = 0
    findings: tuple[str, ...] = ()
    fault: str = ""


class TrialWork(Protocol):
    """What the trial has done by others."""

    def judge(self, card: str, balance: str) -> str:
        """What is wrong with the card, or with the balance where that is typed; nothing if they will do."""

    def probe(self, card: str, balance: str, told: Callable[[Tried], None]) -> Timer:
        """Probe the server; one call back."""

    def keep(self) -> str:
        """Keep the settings that were found; why not, or nothing."""

    def now_s(self) -> float:
        """Seconds that never jump."""


class TrialPresenter:
    """Asks, probes, tells; `done` is told when somebody has seen enough."""

    def __init__(
        self,
        work: TrialWork,
        words: Words,
        show: Callable[[ShellView, LockView], None],
        note: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:
        self._work = work
        self._words = words
        self._show = show
        self._note = note
        self._done = done
        self._typed = {CARD: "", BALANCE: ""}
        self._fault = ""
        self._tried = Tried()
        self._kept = False
        self._turn_to(CARD)

    def key(self, key: str) -> None:
        """A key by its name."""
        self._fault = ""
        if key == "enter":
            self._enter()
        elif key == "escape":
            self._back()
        elif self._page in self._typed:
            self._type(key)
        self.render()

    def scanned(self, number: str) -> None:
        """A scanner sent this."""
        if self._page == CARD:
            self._typed[CARD] = number[:LONGEST]
            self.render()

    def press(self, name: str) -> None:
        """A button was touched; too soon after another page came, it was meant for the one before."""
        if self._work.now_s() - self._since_s < SETTLED_S:
            return
        self._fault = ""
        if name == "back":
            self._back()
        else:
            self._enter(name)
        self.render()

    def go(self, name: str) -> None:
        """There is nowhere else to go."""

    def render(self) -> None:
        """Show the page as it is now."""
        say = self._words.say
        self._show(ShellView(say("Trying the server"), "", "", "", (), "", (), ""), self.view())

    # --- going on and back ---

    def _turn_to(self, page: str) -> None:
        self._page, self._since_s = page, self._work.now_s()
        self._note(self.view().title)

    def _type(self, key: str) -> None:
        typed = self._typed[self._page]
        if key in {"delete", "clear"}:
            typed = ""
        elif key == "backspace":
            typed = typed[:-1]
        elif len(key) == 1:
            typed = (typed + key)[:LONGEST]
        self._typed[self._page] = typed

    def _enter(self, name: str = "") -> None:
        match self._page:
            case "card" | "balance":
                self._forward()
            case "begin":
                self._turn_to(RUNNING)
                self._work.probe(self._typed[CARD], self._typed[BALANCE], self._told)
            case "ended" if self._may_keep and name in {"", "keep"}:
                self._fault = self._work.keep()
                self._kept = not self._fault
            case "ended":
                self._done()

    def _forward(self) -> None:
        balance = self._typed[BALANCE] if self._page == BALANCE else ""
        self._fault = self._work.judge(self._typed[CARD], balance)
        if not self._fault and (balance or self._page == CARD):
            self._turn_to(BALANCE if self._page == CARD else BEGIN)

    def _back(self) -> None:
        if self._page in {CARD, ENDED}:
            self._done()
        elif self._page != RUNNING:  # what has begun must come to its end
            self._turn_to(CARD if self._page == BALANCE else BALANCE)

    def _told(self, tried: Tried) -> None:
        self._tried = tried
        self._turn_to(ENDED)
        self._note(self.view().band.headline)
        self.render()

    @property
    def _may_keep(self) -> bool:
        return self._tried.passed and bool(self._tried.differs) and not self._kept

    # --- what is shown ---

    def view(self) -> LockView:
        """The page as it is now."""
        say = self._words.say
        match self._page:
            case "card":
                advice = "Scan it, or type its number. Never take a customer's card."
                return self._asking("Which test card?", "Card number", advice)
            case "balance":
                advice = "Where it is another amount, nothing is held."
                return self._asking("What is on the test card?", "Amount", advice)
            case "begin":
                return self._page_of(
                    "Shall it begin?",
                    Band(Tone.ATTENTION, str(CardNumber(self._typed[CARD])), say("Is it a test card?")),
                    (Action("next", say("Try the server"), say("Enter"), Role.PRIMARY),),
                    paragraph=say(
                        "The smallest amount there is is held on it and let go again. The card is left as it "
                        "was. Until then the till keeps in its journal what is held."
                    ),
                )
            case "running":
                band = Band(Tone.INFO, say("Trying the server"), say("This takes a few seconds."), busy=True)
                return self._page_of("Trying the server", band, (), back=False)
        return self._ended()

    def _asking(self, title: str, caption: str, advice: str) -> LockView:
        say = self._words.say
        band = Band(Tone.INFO, say("Trying the server"), say(advice))
        if self._fault:
            band = Band(Tone.REFUSED, say("That cannot be"), self._words.tell(self._fault))
        return self._page_of(
            title,
            band,
            (Action("next", say("Next"), say("Enter"), Role.PRIMARY, bool(self._typed[self._page])),),
            entry=Entry(
                say(caption),
                self._typed[self._page],
                "",
                decimal_key=self._words.decimal_mark if self._page == BALANCE else "",
                letters=self._words.language if self._page == CARD else "",
            ),
        )

    def _ended(self) -> LockView:
        say, tried = self._words.say, self._tried
        if self._fault:
            band = Band(Tone.REFUSED, say("The settings could not be written"), self._words.tell(self._fault))
        elif tried.passed and not self._may_keep:
            band = Band(Tone.PAID, say("The server is proven"), say("The till can rely on what it says."))
        elif tried.passed:
            told = say("The settings differ")
            band = Band(Tone.ATTENTION, told, say("With those that were found, the server is proven."))
        else:
            band = Band(
                Tone.REFUSED,
                say("The server is not proven"),
                say("Call support, and read out what it says here."),
            )
        ways = [Action("done", say("Go on"), say("Enter"), Role.PRIMARY)]
        if self._may_keep:
            ways = [
                Action("keep", say("Keep the settings found"), say("Enter"), Role.PRIMARY),
                Action("done", say("Go on without"), say("Esc")),
            ]
        findings = (tried.fault,) if tried.fault else tried.findings
        paragraph = "\n".join(_begun(self._words.tell(it)) for it in findings)
        return self._page_of("What was found", band, tuple(ways), paragraph=paragraph, back=False)

    def _page_of(
        self,
        title: str,
        band: Band,
        actions: tuple[Action, ...],
        *,
        paragraph: str = "",
        entry: Entry | None = None,
        back: bool = True,
    ) -> LockView:
        say = self._words.say
        way_back = (Action("back", say("Back"), say("Esc")),) if back else ()
        return LockView(
            store="",
            title=say(title),
            entry=entry,
            actions=(*way_back, *actions) if entry is not None else (*actions, *way_back),
            band=band,
            icon="settings",
            paragraph=paragraph,
        )


def _begun(finding: str) -> str:
    """A finding, which the doctor has behind its subject, as a line of its own."""
    return f"{finding[:1].upper()}{finding[1:]}"
