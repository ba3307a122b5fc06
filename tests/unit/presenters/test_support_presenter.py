"""F9, S: what support asks for is shown before it is written, by keyboard and by touch."""

from collections.abc import Callable

import pytest
from unit.presenters.face import WORDS

from centara_giftcard.ui.presenters.support import Gathered, SupportPresenter, Written
from centara_giftcard.ui.presenters.views import ShellView, TextView

HEAPS = (("doctor.txt, 1 lines", ("ok    settings  fine",)), ("till.jsonl, 9 lines", ()))


class Desk:
    """The window and the work of others in one."""

    def __init__(self) -> None:
        self.told: Callable[[Gathered], None] | None = None
        self.answers = [Written("/data/support.zip")]
        self.front: TextView | None = None
        self.turned: list[float] = []
        self.ended: list[bool] = []
        self.notes: list[str] = []
        self.now = 0.0
        ended = self.ended
        self.presenter = SupportPresenter(self, WORDS, self, self.notes.append, lambda: ended.append(True))
        self.presenter.begin()
        self.presenter.render()

    def gather(self, told: Callable[[Gathered], None]) -> object:
        self.told = told
        return None

    def gathered(self, found: Gathered) -> None:
        assert self.told is not None
        self.told(found)

    def write(self) -> Written:
        return self.answers.pop(0)

    def now_s(self) -> float:
        return self.now

    def show_shell(self, view: ShellView) -> None:
        assert view.store == "For support"

    def show_text(self, view: TextView) -> None:
        self.front = view

    def turn_page(self, pages: float) -> None:
        self.turned.append(pages)

    def act(self, way: str, name: str) -> None:
        if way == "touch":
            self.now += 1
            self.presenter.press(name)
        else:
            self.presenter.key("enter" if name == "write" else "escape")

    @property
    def said(self) -> str:
        assert self.front is not None
        return self.front.subtitle

    @property
    def ways(self) -> list[str]:
        assert self.front is not None
        return [it.name for it in self.front.actions]


@pytest.mark.parametrize("way", ["key", "touch"])
def test_it_is_shown_before_it_is_written(way: str) -> None:
    desk = Desk()
    assert (desk.said, desk.ways) == ("This takes a few seconds.", ["back"])
    desk.act(way, "write")
    assert len(desk.answers) == 1, "written before it was seen"
    desk.gathered(Gathered(HEAPS))
    assert desk.front is not None
    assert [heading for heading, _ in desk.front.sections] == [heading for heading, _ in HEAPS]
    assert desk.front.sections[0][1] == (("", "ok    settings  fine"),)
    assert desk.ways == ["back", "write"]
    desk.presenter.key("page_down")
    assert desk.turned == [0.9]
    desk.act(way, "write")
    assert desk.said == "The file is written: send it to support."
    assert desk.front.sections[0][0] == "/data/support.zip"
    assert desk.notes[-1] == desk.said
    desk.act(way, "back")
    assert desk.ended == [True]


def test_enter_goes_on_once_it_is_written() -> None:
    desk = Desk()
    desk.gathered(Gathered(HEAPS))
    desk.presenter.key("enter")
    desk.presenter.key("enter")
    assert desk.ended == [True]


def test_whoever_has_seen_it_may_leave_it_unwritten() -> None:
    desk = Desk()
    desk.gathered(Gathered(HEAPS))
    desk.presenter.key("escape")
    assert (desk.ended, len(desk.answers)) == ([True], 1)


def test_what_cannot_be_written_is_told_and_tried_again() -> None:
    desk = Desk()
    desk.answers.insert(0, Written("/data/support.zip", "the disk is full"))
    desk.gathered(Gathered(HEAPS))
    desk.presenter.key("enter")
    assert desk.said == "/data/support.zip cannot be written (the disk is full)."
    desk.presenter.key("enter")
    assert desk.said == "The file is written: send it to support."


def test_what_cannot_be_gathered_is_told() -> None:
    desk = Desk()
    desk.gathered(Gathered(fault="The program has a fault of its own (ValueError)."))
    desk.presenter.key("enter")
    assert (desk.said, desk.ways) == ("The program has a fault of its own (ValueError).", ["back"])


def test_a_touch_that_was_meant_for_the_page_before_means_nothing() -> None:
    desk = Desk()
    desk.gathered(Gathered(HEAPS))
    desk.presenter.press("write")
    desk.presenter.go("till")
    assert len(desk.answers) == 1
