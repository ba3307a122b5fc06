"""The presenter of Undo a sale (F4): keys, presses and the undoing in, one view out. No Qt here.

F12 is the one key that undoes. Without a card in view, Up and Down choose among this till's recent sales and
Enter picks the one that is selected, or checks the number that was typed.
"""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from centara_giftcard.domain.cards import Series
from centara_giftcard.domain.issue import Issue
from centara_giftcard.domain.operation import Verdict
from centara_giftcard.terminal.controller import Controller
from centara_giftcard.terminal.events import Closing, Refusal, ScanRefused, TerminalEvent, UndoShown
from centara_giftcard.terminal.ports import Recorder
from centara_giftcard.terminal.sales import Sight
from centara_giftcard.ui.presenters import sell_sentences as said
from centara_giftcard.ui.presenters.first import number_entry
from centara_giftcard.ui.presenters.patience import Timer
from centara_giftcard.ui.presenters.sell_sentences import UNDONE
from centara_giftcard.ui.presenters.sentences import UNCLEAR
from centara_giftcard.ui.presenters.stage import MAX_TYPED, Note, Shown, StagePresenter, of_its_card
from centara_giftcard.ui.presenters.till_views import card_face
from centara_giftcard.ui.presenters.views import (
    Action,
    Band,
    CardPanel,
    Figure,
    ListPanel,
    ListRow,
    ResultPanel,
    Role,
    ScanPrompt,
    TillView,
    Tone,
)
from centara_giftcard.words import Words

NOTHING: Final = UndoShown(None, None, None, None, ())


class UndoPresenter(StagePresenter):
    """Shows the Undo stage through `show` and drives the controller's `undoing`."""

    moves_value = "undo_sale"

    def __init__(
        self,
        controller: Controller,
        words: Words,
        series: tuple[Series, ...],
        may_key_numbers: bool,
        recorder: Recorder,
        show: Callable[[TillView], None],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        super().__init__(words, recorder, show, later)
        self._controller = controller
        self._series = {it.number: it for it in series}
        self._may_key_numbers = may_key_numbers
        self._steps = (words.say("Card"), words.say("Undo"), words.say("Done"))
        self._now = NOTHING
        self._sight: Sight | None = None
        self._selected = 0

    @property
    def waiting(self) -> int:
        """1 while a sale is being undone, and until its end was seen."""
        return 0 if self._now.issue is None or (self._over() and self._seen) else 1

    @property
    def news(self) -> Note | None:
        """How the undoing ended."""
        issue = self._now.issue
        if issue is None or not self._over():
            return None
        return of_its_card(Note(*said.undoing(self._words, issue), issue.id, str(issue.card)))

    def told(self, event: TerminalEvent) -> None:
        """Take in one event of the terminal."""
        match event:
            case UndoShown():
                self._take(event)
            case Refusal():
                self._refused(event, said.refusal(self._words, event), answered=True)
            case ScanRefused():
                self._no_card(event)
            case Closing():
                self._notice.say(Note(said.closing(self._words)), lasting=True)
            case _:
                pass

    def enter_view(self) -> None:
        """The page comes to the front: show it as it is, and have the recorder note it anew."""
        self._controller.undoing.show()
        super().enter_view()

    def put_away(self) -> None:
        """The cashier turns to other work: what was undone is told, a card in view is forgotten."""
        self._controller.undoing.leave()

    # --- what the terminal told ---

    def _take(self, now: UndoShown) -> None:
        before, self._now, self._seen = self._now, now, self._in_view
        if now.sight is not None:
            self._sight = now.sight
        elif now.checking is None or self._sight is None or self._sight.card != now.checking:
            self._sight = None
        if (before.checking, before.sight, before.trouble) != (now.checking, now.sight, now.trouble):
            self._forget_typed(self._typed)
            self._typed = ""
            self._notice.drop()
        self._selected = max(0, min(self._selected, len(now.recent) - 1))
        working = now.checking is not None or (now.issue is not None and not now.issue.told)
        if not working:
            self._patience.end()
        elif (before.checking, before.issue) != (now.checking, now.issue):
            self._patience.begin()
        self.render()

    # --- what the cashier does ---

    def _key(self, key: str) -> bool:
        if key not in {"up", "down"}:
            return super()._key(key)
        self._select(self._selected + (1 if key == "down" else -1))
        return True

    def _enter(self) -> None:
        self._press("leave" if self._over() else "check" if self._typed else "pick")

    def _awaits_answer(self) -> bool:
        return self._now.checking is not None

    def _waits_for_a_card(self) -> bool:
        return self._now.checking is None and self._now.sight is None

    def _over(self) -> bool:
        issue = self._now.issue
        return issue is not None and (issue.told or issue.doubtful)

    def _escape(self) -> bool:
        now = self._now
        if self._typed:
            self._type("")
        elif self._waits_for_a_card() and now.trouble is None:
            return False
        else:
            self._press("leave")
        return True

    def _press(self, name: str) -> None:
        undoing, recent = self._controller.undoing, self._now.recent
        if name == "undo_sale" and self._now.sight is not None and self._now.issue is None:
            undoing.undo()
        elif name == "check" and self._typed and self._waits_for_a_card():
            self._controller.keyed(self._typed)
        elif name == "leave":
            undoing.leave()
        elif name == "back":
            self._type("")
        elif self._waits_for_a_card() and name == "pick" and recent:
            undoing.pick(recent[self._selected].id)
        elif self._waits_for_a_card() and any(it.id == name for it in recent):
            undoing.pick(name)

    def _type(self, text: str) -> None:
        if text and not self._waits_for_a_card():
            say = self._words.say
            return self._refuse_typed(say("Nothing is typed here"), say("What was typed was not taken."))
        allowed = self._may_key_numbers and self._waits_for_a_card() and (not text or text.isalnum())
        if allowed and text != self._typed and len(text) <= MAX_TYPED:
            self._typed = text
            self.render()
        return None

    def _select(self, place: int) -> None:
        place = max(0, min(place, len(self._now.recent) - 1))
        if place != self._selected and self._waits_for_a_card():
            self._selected = place
            self.render()

    # --- the stage ---

    def _build(self) -> Shown:
        view, note = self._parts()
        screen = "undoing" if self._now.issue is not None else "undo"
        return Shown(view, screen, note.outcome, note.operation, note.card)

    def _parts(self) -> tuple[TillView, Note]:
        now = self._now
        if now.issue is not None and self._sight is not None:
            return self._undoing(now.issue, self._sight)
        if now.sight is not None:
            return self._card(now.sight)
        if now.checking is not None and self._sight is not None:
            return self._card(self._sight, waiting=True)
        return self._number()

    def _number(self) -> tuple[TillView, Note]:
        say, now = self._words.say, self._now
        checking = now.checking is not None
        card = now.checking or (now.trouble[0] if now.trouble is not None else None)
        enabled = self._may_key_numbers and not checking
        entry = number_entry(self._words, say("Card number"), self._typed, enabled)
        view = TillView(
            steps=self._steps,
            step=0,
            panel=self._recent_sales(checking),
            band=self._band(),
            entry=entry,
            actions=self._choices(checking),
        )
        return view, Note(view.band, card=str(card.number) if card is not None else None)

    def _choices(self, checking: bool) -> tuple[Action, ...]:
        say = self._words.say
        if checking:
            return (Action("leave", say("Stop waiting"), say("Esc")),)
        if self._typed or not self._now.recent:
            back = (Action("back", say("Back"), say("Esc")),) if self._typed else ()
            check = Action("check", say("Check card"), say("Enter"), Role.PRIMARY, bool(self._typed))
            return (check, *back)
        return (Action("pick", say("Choose this sale"), say("Enter"), Role.PRIMARY),)

    def _recent_sales(self, checking: bool) -> ScanPrompt | ListPanel:
        say, recent = self._words.say, self._now.recent
        if not recent:
            hint = say("or type its number and press Enter") if self._may_key_numbers else ""
            return ScanPrompt(say("Scan the card that was sold"), hint, checking)
        return ListPanel(say("Sold at this till"), tuple(self._row(it) for it in recent), self._selected)

    def _row(self, issue: Issue) -> ListRow:
        say, series = self._words.say, self._series.get(issue.series)
        note = say("Sold at {time}", time=self._words.time(issue.created_at))
        return ListRow(
            name=issue.id,
            title=series.name if series else issue.series,
            card=str(issue.card or ""),
            amount=self._words.money(issue.amount),
            note=note,
            colour=series.colour if series else "",
        )

    def _band(self) -> Band:
        say, now = self._words.say, self._now
        if now.checking is not None:
            advice = say("Esc stops waiting.")
            if self._patience.long:
                advice = say("Waiting for the server's answer. Esc stops waiting; nothing was sent.")
            return Band(Tone.INFO, say("Checking {card}", card=now.checking.number), advice, busy=True)
        if now.trouble is not None:
            return said.trouble(self._words, *now.trouble)
        advice = say("Scan the card or type its number. Nothing is undone before you press F12.")
        if now.recent:
            advice = say("Scan the card, type its number, or choose the sale. Nothing is undone before F12.")
        return Band(Tone.INFO, say("Undo a sale"), advice)

    def _card(self, sight: Sight, waiting: bool = False) -> tuple[TillView, Note]:
        """What would be undone; `waiting` while it is read once more."""
        say = self._words.say
        amount = self._words.money(sight.status.original)
        advice = say("The card is worth nothing afterwards, and the customer gets the money back.")
        asked = Band(Tone.ATTENTION, say("Undo the sale of {amount}?", amount=amount), advice)
        view = TillView(
            steps=self._steps,
            step=1,
            panel=self._panel(sight, Figure(say("To be undone"), amount)),
            band=self._band() if waiting else asked,
            question=say("Is the card here, and unused?"),
            actions=(
                Action("undo_sale", say("Undo sale {amount}", amount=amount), "F12", Role.TAKE, not waiting),
                Action("leave", say("Leave it as it is"), say("Esc")),
            ),
            hint=say("Scans and Enter undo nothing, so nothing is undone by accident."),
        )
        return view, Note(view.band, card=str(sight.card.number))

    def _undoing(self, issue: Issue, sight: Sight) -> tuple[TillView, Note]:
        say, amount = self._words.say, self._words.money(issue.amount)
        band, outcome = said.undoing(self._words, issue)
        if band.busy and self._patience.long and outcome is None:
            band = replace(band, advice=say("Waiting for the server's answer. Please keep the card at hand."))
        note = Note(band, outcome, issue.id, str(issue.card))
        if not self._over():
            view = TillView(
                steps=self._steps,
                step=1,
                panel=self._panel(sight, Figure(say("To be undone"), amount)),
                band=band,
                question=say("Is the card here, and unused?"),
                actions=(
                    Action("undo_sale", say("Undo sale {amount}", amount=amount), "F12", Role.TAKE, False),
                    Action("leave", say("Leave it as it is"), say("Esc"), Role.PLAIN, False),
                ),
            )
            return view, note
        following: tuple[Action, ...] = (Action("leave", say("Done"), say("Enter"), Role.PRIMARY),)
        if outcome == UNCLEAR:
            following += (Action("holds", say("Open holds"), "F5"),)
        elif issue.verdict is Verdict.UNDONE:
            following += (Action("receipt", say("Show receipt"), "P"),)
        figure = Figure(say("Sale of {card}", card=issue.card), amount, band.tone)
        hint = say("Listed under Holds until it is settled.") if outcome == UNCLEAR else ""
        step = 2 if outcome == UNDONE else 1  # a step that was not done has no tick
        return TillView(self._steps, step, ResultPanel(figure), band, actions=following, hint=hint), note

    def _panel(self, sight: Sight, figure: Figure) -> CardPanel:
        say, status = self._words.say, sight.status
        facts: tuple[tuple[str, str], ...] = ()
        if status.created is not None:
            facts = ((say("Sold on"), self._words.date(status.created)),)
        if status.customer:
            facts += ((say("Customer"), status.customer),)
        return CardPanel(card_face(self._words, sight.card, status), figure, None, facts)
