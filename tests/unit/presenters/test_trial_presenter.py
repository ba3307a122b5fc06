"""The server is tried at the window: a card, what is on it, go, and what was found."""

from collections.abc import Callable

from unit.presenters.face import FakeTimer, Timers

from centara_giftcard.ui.presenters.trial import TrialPresenter, Tried
from centara_giftcard.ui.presenters.views import LockView, ShellView, Tone
from centara_giftcard.words import Words

CARD = "6091000000000017"


class FakeWork:
    """Knows one card; the probe and the disk answer as the test says."""

    def __init__(self) -> None:
        self.timers = Timers()
        self.told: Callable[[Tried], None] | None = None
        self.probed: list[tuple[str, str]] = []
        self.full = ""
        self.kept = 0

    def judge(self, card: str, balance: str) -> str:
        if card != CARD:
            return "This is no card of this till."
        return "" if balance in ("", "50.00") else "--balance must be an amount."

    def probe(self, card: str, balance: str, told: Callable[[Tried], None]) -> FakeTimer:
        self.probed.append((card, balance))
        self.told = told
        return FakeTimer(0, lambda: None)

    def keep(self) -> str:
        self.kept += not self.full
        return self.full

    def now_s(self) -> float:
        return self.timers.now_s


class Window:
    """The presenter with its surroundings."""

    def __init__(self) -> None:
        self.work, self.views, self.notes, self.ended = FakeWork(), list[LockView](), list[str](), 0
        self.presenter = TrialPresenter(self.work, Words("en"), self._show, self.notes.append, self._done)
        self.presenter.render()

    def _show(self, bars: ShellView, view: LockView) -> None:
        self.views.append(view)

    def _done(self) -> None:
        self.ended += 1

    @property
    def view(self) -> LockView:
        return self.views[-1]

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.presenter.key(key)

    def begun(self) -> "Window":
        self.presenter.scanned(CARD)
        self.keys("enter", *"50.00", "enter", "enter")
        return self

    def end(self, tried: Tried) -> None:
        assert self.work.told is not None
        self.work.told(tried)

    @property
    def actions(self) -> list[str]:
        return [action.name for action in self.view.actions]


def test_nothing_is_sent_before_it_was_said_what_will_be_done() -> None:
    it = Window()
    it.presenter.scanned(CARD)
    it.keys("enter", *"50.00", "enter")
    assert "The smallest amount there is is held" in it.view.paragraph
    assert it.view.band.headline == "•••• 0017"
    assert it.work.probed == []
    it.keys("escape", "escape", "enter", "enter", "enter")
    assert it.work.probed == [(CARD, "50.00")]


def test_what_has_begun_comes_to_its_end() -> None:
    it = Window().begun()
    it.keys("escape", "enter", "x")
    assert it.view.band.busy
    assert (it.ended, it.actions, len(it.work.probed)) == (0, [], 1)


def test_a_wrong_card_and_a_wrong_amount_are_told_at_once() -> None:
    it = Window()
    it.keys(*"77", "enter")
    assert it.view.band.advice == "This is no card of this till."
    it.keys("clear", *CARD, "enter", *"5", "enter")
    assert it.view.band.tone is Tone.REFUSED
    it.presenter.scanned(CARD)
    it.keys("backspace", "enter")
    assert it.work.probed == []
    assert it.view.title == "What is on the test card?"


def test_a_proven_server_is_told_and_the_till_goes_on() -> None:
    it = Window().begun()
    it.end(Tried(passed=True))
    assert (it.view.band.tone, it.view.band.headline) == (Tone.PAID, "The server is proven")
    it.keys("enter")
    assert it.ended == 1


def test_settings_that_differ_are_kept_when_somebody_says_so() -> None:
    it = Window().begun()
    it.end(Tried(passed=True, differs=1, findings=("the net amount: set loyalty.wire.x = true",)))
    assert it.actions == ["keep", "done"]
    assert "loyalty.wire.x" in it.view.paragraph
    it.work.full = "The disk is full."
    it.keys("enter")
    assert it.view.band.advice == "The disk is full."
    it.work.full = ""
    it.keys("enter")
    assert (it.work.kept, it.view.band.headline) == (1, "The server is proven")
    it.keys("enter")
    assert it.ended == 1


def test_settings_that_differ_may_be_left_as_they_are() -> None:
    it = Window().begun()
    it.end(Tried(passed=True, differs=1))
    it.keys("escape")
    assert (it.work.kept, it.ended) == (0, 1)


def test_what_went_wrong_is_there_to_read_out() -> None:
    it = Window().begun()
    it.end(Tried(findings=("the server refuses (422)", "something is held")))
    assert it.view.band.headline == "The server is not proven"
    assert it.view.paragraph == "The server refuses (422)\nSomething is held"
    it = Window().begun()
    it.end(Tried(fault="Another Centara till is already running."))
    assert it.view.paragraph == "Another Centara till is already running."


def test_a_touch_meant_for_the_page_before_means_nothing() -> None:
    it = Window()
    it.presenter.scanned(CARD)
    it.work.timers.now_s = 10.0
    it.presenter.press("next")
    it.presenter.press("next")
    assert it.view.title == "What is on the test card?"
    it.work.timers.now_s = 20.0
    it.presenter.press("back")
    assert it.view.title == "Which test card?"
    it.presenter.go("till")
    assert it.notes[-1] == "Which test card?"


def test_a_number_with_letters_in_it_can_be_typed_by_touch() -> None:
    window = Window()
    assert window.view.entry is not None
    assert window.view.entry.letters == "en"
    window.keys("G", "C", "1")
    assert window.view.entry.text == "GC1"
    window.keys(*["backspace"] * 3, *CARD, "enter")
    assert window.view.entry.letters == ""  # an amount has none
