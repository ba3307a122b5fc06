"""A set-up presenter with its surroundings."""

from collections.abc import Callable, Mapping
from typing import Any

from unit.presenters.face import FakeTimer, Timers

from centara_giftcard.config.first import Verdict, judge, normal
from centara_giftcard.ui.presenters.setup import SetupPresenter
from centara_giftcard.ui.presenters.setup_work import Finished, Kept, ServerSaid
from centara_giftcard.ui.presenters.views import LockView, ShellView
from centara_giftcard.words import Words

CARD = "6091000000000017"


FILE = "/home/till/settings.toml"


class FakeWork:
    """The real judge; a server, a disk and a keyring that answer when the test says so."""

    def __init__(self) -> None:
        self.timers = Timers()
        self.server_told: Callable[[ServerSaid], None] | None = None
        self.kept_told: Callable[[Kept], None] | None = None
        self.asked: list[tuple[str, Any]] = []

    def judge(self, name: str, typed: str, answers: Mapping[str, str]) -> Verdict:
        return judge(name, typed, answers)

    def normal(self, name: str, typed: str) -> str:
        return normal(name, typed)

    def check_server(self, answers: Mapping[str, str], told: Callable[[ServerSaid], None]) -> FakeTimer:
        self.asked.append(("server", dict(answers)))
        self.server_told = told
        return FakeTimer(0, lambda: None)

    def try_server(self, answers: Mapping[str, str], found: Callable[[Mapping[str, str]], None]) -> None:
        found({"loyalty.server": "https://found.example"})

    def listen(self, answers: Mapping[str, str]) -> None:
        self.asked.append(("listen", answers.get("scanner.serial_port", "")))

    def keep(self, file: str, answers: Mapping[str, str], told: Callable[[Kept], None]) -> FakeTimer:
        self.asked.append(("keep", file))
        self.kept_told = told
        return FakeTimer(0, lambda: None)

    def later(self, seconds: float, call: Callable[[], None]) -> FakeTimer:
        return self.timers.later(seconds, call)

    def now_s(self) -> float:
        return self.timers.now_s


class Setup:
    """A set-up with its surroundings."""

    def __init__(self, *, only_token: bool = False, ask_token: bool = True) -> None:
        self.work, self.views, self.notes = FakeWork(), list[LockView](), list[str]()
        self.bars = list[ShellView]()
        self.finished: list[Finished] = []
        self.pasted = "pasted\n-token"
        known = {"loyalty.server": "https://s.example", "till.language": "system"}
        told = {"till.store": "12", "till.pos": "3", "loyalty.group": "acme"} if only_token else {}
        self.presenter = SetupPresenter(
            self.work,
            lambda language: Words({"system": "en"}.get(language, language)),
            self._show,
            self.notes.append,
            lambda: self.pasted,
            self.finished.append,
            file=FILE,
            answers=known | told,
            ask_token=ask_token,
            only_token=only_token,
        )
        self.presenter.render()

    def _show(self, bars: ShellView, view: LockView) -> None:
        self.bars.append(bars)
        self.views.append(view)

    @property
    def view(self) -> LockView:
        return self.views[-1]

    def answer(self, *texts: str) -> None:
        """Type each text in place of what is in the field, and press Enter."""
        for text in texts:
            self.presenter.key("delete")
            for sign in text:
                self.presenter.key("space" if sign == " " else sign)
            self.presenter.key("enter")

    def touch(self, name: str) -> None:
        """A finger that has looked first."""
        self.work.timers.wait(1)
        self.presenter.press(name)

    def to_server_check(self) -> None:
        self.presenter.key("enter")
        self.answer("12", "3", "", "EUR", "https://shop.example/api", "acme", "secret-token")

    def to_series(self) -> None:
        self.to_server_check()
        assert self.work.server_told is not None
        self.work.server_told(ServerSaid())
        self.presenter.key("enter")

    def to_scanner(self) -> None:
        self.to_series()
        self.answer("", "")

    def to_kept(self, *outcomes: Kept) -> None:
        self.to_scanner()
        self.presenter.key("enter")
        for outcome in outcomes:
            assert self.work.kept_told is not None
            self.work.kept_told(outcome)
