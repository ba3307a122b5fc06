"""The first-run set-up: one question at a time on the page that otherwise locks the till. No Qt here."""

from collections.abc import Callable, Sequence
from typing import Final

from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.ui.presenters import setup_pages as pages
from centara_giftcard.ui.presenters.patience import SOON_S, Timer
from centara_giftcard.ui.presenters.setup_work import Answers, Finished, Judged, Kept, ServerSaid, SetupWork
from centara_giftcard.ui.presenters.typing import Former
from centara_giftcard.ui.presenters.views import Action, Band, Entry, LockView, Role, ShellView, Tone
from centara_giftcard.words import LANGUAGE_NAMES, Words

LONGEST: Final = 20_000
"""More than any answer may have: what is too long is told, not cut."""
SETTLED_S: Final = 0.4
"""How long after a new page a touch means nothing: it was meant for the page before."""

FIRST_DIGITS: Final = 4
MOST_BULLETS: Final = 40


def empty_shell(words: Words) -> ShellView:
    """The bars while there is no till yet."""
    return ShellView(words.say("First set-up"), "", "", "", (), "", (), "")


class SetupPresenter:
    """Asks; Enter goes on, Esc goes back. `done` is told once everything is kept.

    `words_of` gives the words of a language that was chosen ("system" among them). `begin` is the first page;
    with `only_token` the settings are there already, as `answers`. `note` hears each new page's title, and
    what the server said.
    """

    def __init__(
        self,
        work: SetupWork,
        words_of: Callable[[str], Words],
        show: Callable[[ShellView, LockView], None],
        note: Callable[[str], None],
        paste: Callable[[], str],
        done: Callable[[Finished], None],
        *,
        file: str,
        answers: Answers,
        ask_token: bool,
        only_token: bool = False,
    ) -> None:
        self._work = work
        self._words_of = words_of
        self._show = show
        self._note = note
        self._paste = paste
        self._done = done
        self._usual_file = self._file = file
        self._file_kept = only_token
        self._answers = dict(answers)
        self._ask_token = ask_token
        self._only_token = only_token
        self._words = words_of(self._answers.get(pages.LANGUAGE, "system"))
        self._trail: list[str] = []
        self._page = ""
        self._typed = ""
        self._former = Former()
        self._said: tuple[str, str] | None = None
        self._under_way: Timer | None = None
        self._patience: Timer | None = None
        self._slow = False
        self._server: ServerSaid | None = None
        self._kept = Kept()
        self._heard = ""
        self._port_ready: bool | None = None
        self._since_s = 0.0
        self._turn_to(pages.TOKEN if only_token else pages.LANGUAGE)

    # --- what the window tells ---

    def key(self, key: str) -> None:
        """A key by its name."""
        self._said = None
        self._former.note(key, self._typed)
        if key == "enter":
            self._enter()
        elif key == "escape":
            self._back()
        elif self._question is None:
            self._choose_by(key)
        elif key == "backspace":
            self._type(self._typed[:-1])
        elif key == "take_back":
            self._type(self._former.take_back(self._typed))
        elif key in {"delete", "clear"}:
            self._type("")
        elif key == "ctrl+v":
            self._type(self._typed + self._paste())
        elif key == "space":
            self._type(self._typed + " ")
        elif len(key) == 1:
            self._type(self._typed + key)
        self.render()

    def scanned(self, number: str) -> None:
        """A scanner sent this: it lands in the field only where something may be scanned."""
        question = self._question
        self._said = None
        if self._page == pages.SCANNER:
            self._heard = number
        elif question is not None and pages.plain(self._page) == "series.prefix":
            self._type(number[:FIRST_DIGITS])
            self._answers[self._page.replace("prefix", "length")] = str(len(number))
        elif question is not None and question.scannable:
            self._type(number)
        else:
            self._said = ("Nothing is scanned here", "The scan was ignored.")
        self.render()

    def port_told(self, ready: bool) -> None:
        """Whether there is a scanner on a serial port now."""
        self._port_ready = ready
        self.render()

    def press(self, name: str) -> None:
        """A button was touched; too soon after another page came, it was meant for the one before."""
        if self._work.now_s() - self._since_s < SETTLED_S:
            return
        self._said = None
        if name == "back":
            self._back()
        elif self._question is not None:
            self._forward()
        else:
            self._choose(name)
        self.render()

    def go(self, name: str) -> None:
        """There is nowhere else to go yet."""

    def render(self) -> None:
        """Show the page as it is now."""
        self._show(empty_shell(self._words), self.view())

    # --- going on and back ---

    @property
    def _question(self) -> pages.Question | None:
        return pages.QUESTIONS.get(pages.plain(self._page))

    def _turn_to(self, page: str, back: bool = False) -> None:
        self._page, self._said, self._since_s = page, None, self._work.now_s()
        question = self._question
        if question is not None:
            self._typed = self._answers.get(page, question.default)
            if pages.plain(page) == "series.number" and page not in self._answers:
                self._typed = self._answers[page.replace("number", "prefix")]
        if page == pages.SERVER_CHECK and not back:
            self._check_server()
        elif page == pages.SCANNER:
            self._heard, self._port_ready = "", None
            self._work.listen(self._answers)
        elif page == pages.FILE:
            self._typed = self._file
        elif page == pages.KEEP:
            self._keep()
        self._note(self.view().title)

    def _go_on(self, page: str = "") -> None:
        """To the page that follows, or to this one; Esc comes back to the one in view."""
        self._trail.append(self._page)
        self._turn_to(page or pages.following(self._page, self._answers, self._ask_token, self._only_token))

    def _back(self) -> None:
        if self._page == pages.SERVER_CHECK and self._under_way is not None:
            self._call_off()
        elif self._page not in _NO_WAY_BACK and self._trail:
            self._turn_to(self._trail.pop(), back=True)

    def _enter(self) -> None:
        if self._question is not None:
            self._forward()
            return
        for action in self.view().actions:
            if action.role is Role.PRIMARY and action.enabled:
                self._choose(action.name)
                return

    def _forward(self) -> None:
        """The answer in the field is meant as it stands."""
        question, answer = self._question, self._work.normal(self._page, self._typed)
        verdict = self._verdict()
        if question is None or not (verdict.good or (not answer and question.optional)):
            self._said = None if verdict.fault else ("Not complete yet", "Type the rest, then press Enter.")
            return
        if self._page == pages.FILE:
            self._file = answer
            self._turn_to(pages.KEEP)
            return
        self._answers[self._page] = answer
        if pages.plain(self._page) == "series.name" and not answer:
            self._forget_series(pages.series_number(self._page) + 1)
        self._go_on()

    def _forget_series(self, first: int) -> None:
        """The series from this one on, which were named before somebody went back and said that is all."""
        for name in list(self._answers):
            if pages.plain(name) != name and pages.series_number(name) >= first:
                del self._answers[name]

    def _type(self, text: str) -> None:
        self._typed = "".join(sign for sign in text if sign.isprintable())[:LONGEST]

    def _verdict(self) -> Judged:
        return self._work.judge(self._page, self._typed, self._answers)

    def _choose_by(self, key: str) -> None:
        choices = [action.name for action in self.view().actions if action.name != "back"]
        if key.isdecimal() and key.isascii() and 1 <= int(key) <= len(choices):
            self._choose(choices[int(key) - 1])

    def _choose(self, name: str) -> None:
        match self._page, name:
            case pages.LANGUAGE, _:
                self._answers[pages.LANGUAGE] = name
                self._words = self._words_of(name)
                self._go_on()
            case pages.PAPER_WIDTH, _:
                self._answers[pages.PAPER_WIDTH] = name
                self._go_on()
            case pages.ANOTHER_SERIES, "more":
                self._go_on(f"series.{pages.series_number(self._trail[-1]) + 1}.name")
            case pages.ANOTHER_SERIES, _:
                self._forget_series(pages.series_number(self._trail[-1]) + 1)
                self._go_on("printer.address")
            case pages.SERVER_CHECK, "again":
                self._check_server()
            case pages.SERVER_CHECK, "try":
                self._work.try_server(self._answers, self._answers.update)
            case pages.SCANNER, "port":
                self._go_on(pages.PORT)
            case pages.TOKEN_NOT_KEPT, "again":
                self._turn_to(pages.KEEP)
            case pages.TOKEN_NOT_KEPT, _:
                self._end()
            case pages.ELSEWHERE, _:
                self._finish()
            case _:
                self._go_on()

    # --- what takes a while ---

    def _check_server(self) -> None:
        self._server = None
        self._start(self._work.check_server(self._answers, self._server_told))

    def _server_told(self, found: ServerSaid) -> None:
        self._call_off()
        self._server, self._since_s = found, self._work.now_s()
        self._note(self.view().band.headline)
        self.render()

    def _keep(self) -> None:
        file = "" if self._file_kept else self._file
        self._start(self._work.keep(file, self._answers, self._keeping_ended))

    def _keeping_ended(self, kept: Kept) -> None:
        self._call_off()
        self._kept, self._file_kept = kept, not kept.file
        if kept.file:
            self._turn_to(pages.FILE)
        elif not kept.token:
            self._turn_to(pages.TOKEN_NOT_KEPT)
        else:
            self._end()
        self.render()

    def _end(self) -> None:
        """Everything is kept that can be."""
        if self._file == self._usual_file:
            self._finish()
        else:
            self._turn_to(pages.ELSEWHERE)

    def _finish(self) -> None:
        self._done(Finished(dict(self._answers), self._file, self._kept.token))

    def _start(self, work: Timer) -> None:
        self._slow, self._under_way = False, work
        self._patience = self._work.later(SOON_S, self._takes_a_while)

    def _takes_a_while(self) -> None:
        self._slow = True
        self.render()

    def _call_off(self) -> None:
        for timer in (self._under_way, self._patience):
            if timer is not None:
                timer.cancel()
        self._under_way = self._patience = None

    # --- what is shown ---

    def view(self) -> LockView:
        """The page as it is answered so far."""
        question = self._question
        if question is not None:
            return self._asking(question)
        return {
            pages.LANGUAGE: self._language_page,
            pages.SERVER_CHECK: self._server_page,
            pages.ANOTHER_SERIES: self._another_page,
            pages.PAPER_WIDTH: self._width_page,
            pages.SCANNER: self._scanner_page,
            pages.KEEP: self._keep_page,
            pages.TOKEN_NOT_KEPT: self._token_page,
            pages.ELSEWHERE: self._elsewhere_page,
        }[self._page]()

    def _asking(self, question: pages.Question) -> LockView:
        say = self._words.say
        empty = not self._typed.strip()
        verdict = self._verdict()
        will_do = verdict.good or (empty and question.optional)
        forward = say("Skip") if empty and question.optional else say("Next")
        shown = "•" * min(len(self._typed), MOST_BULLETS) if question.secret else self._typed
        paragraph = ""
        if self._page == pages.FILE:
            told = "{file} cannot be written ({reason})."
            forward = say("Try again")
            paragraph = say(told, file=self._file, reason=self._words.tell(self._kept.file))
        return self._page_of(
            question.title,
            self._band(question, verdict),
            (Action("next", forward, say("Enter"), Role.PRIMARY, will_do),),
            part=question.part,
            paragraph=paragraph,
            entry=Entry(
                say(question.caption), shown, "", letters="" if question.digits else self._words.language
            ),
        )

    def _band(self, question: pages.Question, verdict: Judged) -> Band:
        say = self._words.say
        if verdict.fault:
            fault = say(pages.FAULTS[verdict.fault], **verdict.fields)
            return Band(Tone.REFUSED, say("That cannot be"), fault)
        if self._said is not None:
            return Band(Tone.ATTENTION, say(self._said[0]), say(self._said[1]))
        if self._page == pages.FILE:
            advice = "Your answers are still here. Make room, give the right to write, or name another file."
            return Band(Tone.REFUSED, say("The settings could not be written"), say(advice))
        advice = question.advice or "Type the answer and press Enter; Ctrl+V pastes."
        return Band(Tone.INFO, say("Setting up this till"), say(advice))

    def _language_page(self) -> LockView:
        options = [("system", self._words.say("As this computer")), *LANGUAGE_NAMES.items()]
        chosen = self._answers.get(pages.LANGUAGE, "system")
        return self._page_of(
            "Which language do you speak?", self._choosing, self._options(options, chosen), part=1
        )

    def _another_page(self) -> LockView:
        say = self._words.say
        names = [
            text
            for name, text in self._answers.items()
            if name.startswith("series.") and name.endswith(".name")
        ]
        options = [("no_more", say("No, go on")), ("more", say("Yes, another series"))]
        return self._page_of(
            "Are there other gift cards?",
            self._choosing,
            self._options(options, "no_more"),
            part=3,
            paragraph=", ".join(filter(None, names)),
        )

    def _width_page(self) -> LockView:
        chosen = self._answers.get(pages.PAPER_WIDTH, "80")
        options = self._options([(wide, f"{wide}\u00a0mm") for wide in ("80", "58")], chosen)
        return self._page_of("How wide is its paper?", self._choosing, options, part=4)

    def _server_page(self) -> LockView:
        say, title = self._words.say, "Does the server answer?"
        if self._under_way is not None:
            band = Band(Tone.INFO, say("Asking the server"), say("Esc stops waiting."), busy=self._slow)
            return self._page_of(title, band, (), part=2, back="Stop waiting")
        trial = [] if self._only_token else [("try", say("Try it with a test card"))]
        ways = [("again", say("Try again")), ("anyway", say("Go on anyway"))]
        if self._server is None:
            band = Band(Tone.ATTENTION, say("Not checked"), say("The server had not answered yet."))
        elif self._server.failed is None:
            advice = "It has nothing against the token. Whether it knows the group shows with the first card."
            band = Band(Tone.PAID, say("The server answers"), say(advice))
            ways = [("next", say("Next")), *trial]
        elif self._server.unsure:
            advice = "Its answer does not tell whether address, group and token are right. A test card does."
            band = Band(Tone.ATTENTION, say("Something answers there"), say(advice))
            ways = [*trial, *ways]
        else:
            failed = self._server.failed
            headline, advice = pages.SERVER_FAULTS.get(failed.cause, pages.NO_LOYALTY_SERVER)
            band = Band(Tone.REFUSED, say(headline), failed.words or say(advice))
        return self._page_of(title, band, self._options(ways, ways[0][0]), part=2)

    def _scanner_page(self) -> LockView:
        say, heard = self._words.say, self._heard
        go_on = say("Go on") if heard else say("Skip")
        options = self._options([("no_more", go_on), ("port", say("It is on a serial port"))], "no_more")
        if heard:
            told = say("{n} characters came: {card}", n=len(heard), card=CardNumber(heard))
            advice = self._series_of(heard) or say("It is of no series that you named.")
            band = Band(Tone.PAID, told, advice)
        elif self._port_ready is False and self._answers.get(pages.PORT):
            advice = say("Plug the scanner in, or go back and name another port.")
            band = Band(Tone.REFUSED, say("The scanner's port cannot be opened"), advice)
        elif self._port_ready:
            band = Band(
                Tone.PAID,
                say("A scanner on a serial port is ready"),
                say("Scan a gift card, or any barcode."),
            )
        else:
            band = Band(Tone.INFO, say("Nothing came yet"), say("Scan a gift card, or any barcode."))
        paragraph = say("Scan something now: what comes is told below, but not its whole number.")
        return self._page_of("Try the scanner", band, options, part=5, paragraph=paragraph)

    def _series_of(self, number: str) -> str:
        for name, prefix in self._answers.items():
            length = self._answers.get(name.replace("prefix", "length"))
            if name.endswith(".prefix") and number.startswith(prefix) and str(len(number)) == length:
                return self._answers[name.replace("prefix", "name")]
        return ""

    def _keep_page(self) -> LockView:
        band = Band(Tone.INFO, self._words.say("Keeping the settings"), "", busy=self._slow)
        return self._page_of("Keeping the settings", band, ())

    def _token_page(self) -> LockView:
        say = self._words.say
        advice = say(
            "For later starts, set {variable}. Until it is closed, the till has the token as you typed it.",
            variable="CENTARA_GIFTCARD_TOKEN",
        )
        band = Band(Tone.ATTENTION, say("The settings are kept, the token is not"), advice)
        options = self._options([("anyway", say("Open the till")), ("again", say("Try again"))], "anyway")
        title = "The access token could not be kept"
        paragraph = say("This computer has no keyring that takes it, or the keyring is locked.")
        return self._page_of(title, band, options, paragraph=paragraph)

    def _elsewhere_page(self) -> LockView:
        say = self._words.say
        band = Band(
            Tone.ATTENTION,
            say("Write this down"),
            say("Start the till with --settings and this file from now on."),
        )
        options = self._options([("next", say("Open the till"))], "next")
        return self._page_of("The settings are in another file", band, options, paragraph=self._file)

    @property
    def _choosing(self) -> Band:
        say = self._words.say
        return Band(Tone.INFO, say("Setting up this till"), say("Press the number beside it, or touch it."))

    def _options(self, options: Sequence[tuple[str, str]], chosen: str) -> tuple[Action, ...]:
        """Big buttons, each with its number; Enter takes the one that is chosen at first."""
        return tuple(
            Action(name, label, self._words.say("Enter"), Role.PRIMARY)
            if name == chosen
            else Action(name, label, str(place))
            for place, (name, label) in enumerate(options, 1)
        )

    def _page_of(
        self,
        title: str,
        band: Band,
        actions: tuple[Action, ...],
        *,
        part: int = 0,
        paragraph: str = "",
        entry: Entry | None = None,
        back: str = "Back",
    ) -> LockView:
        say = self._words.say
        may_go_back = self._page not in _NO_WAY_BACK and (self._trail or self._under_way is not None)
        way_back = (Action("back", say(back), say("Esc")),) if may_go_back else ()
        total = len(pages.PARTS)
        where = say("Part {n} of {total}: {part}", n=part, total=total, part=say(pages.PARTS[part - 1]))
        return LockView(
            store=where if part else "",
            title=say(title),
            entry=entry,
            actions=(*way_back, *actions) if entry is not None else (*actions, *way_back),
            band=band,
            icon="settings",
            paragraph=paragraph,
        )


_NO_WAY_BACK: Final = (pages.LANGUAGE, pages.KEEP, pages.TOKEN_NOT_KEPT, pages.ELSEWHERE)
