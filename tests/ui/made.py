"""Sample views, made by the presenters from what the terminal tells and a cashier presses, in any language.

Nothing here says what a screen shows: a sample cannot be older than the program.
"""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from centara_giftcard.domain.cards import Series
from centara_giftcard.domain.money import Currency
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import TerminalEvent
from centara_giftcard.terminal.ports import Record
from centara_giftcard.ui.presenters.first import ThisTill
from centara_giftcard.ui.presenters.paper import PaperPresenter
from centara_giftcard.ui.presenters.shell import ShellPresenter
from centara_giftcard.ui.presenters.views import ShellView
from centara_giftcard.ui.shell import Shell
from centara_giftcard.words import Words

EUR: Final = Currency.of("EUR")
AFTERNOON: Final = datetime(2026, 3, 2, 14, 7, 9, tzinfo=UTC)
LOCALES: Final = {"en": "en_IE", "de": "de_DE", "is": "is_IS"}
_NAMED: Final = frozenset(
    "enter escape f12 f1 f2 f3 f4 f5 f6 f7 f9 f10 up down delete backspace page_down ctrl+p".split()
)


class Made(Struct, frozen=True):
    """The bars and the page in front: the name of the Shell's method that shows it, and its view."""

    bars: ShellView
    method: str
    view: Any

    def __call__(self, shell: Shell) -> None:
        """Show it."""
        shell.show_shell(self.bars)
        getattr(shell, self.method)(self.view)


class Setting(Struct, frozen=True):
    """What a till is like: where it stands, its series, what the journal lists, which papers there are.

    `waiting` receipts were not printed; the `receipt` is the one of what is in view.
    """

    badge: str = ""
    series: tuple[Series, ...] = ()
    records: Sequence[Record] = ()
    facts: tuple[tuple[str, str], ...] = ()
    receipt: Receipt | None = None
    waiting: int = 0
    keying: bool = True
    signs_on: bool = False


def made(steps: Sequence[TerminalEvent | str], language: str = "en", setting: Setting | None = None) -> Made:
    """What is in front after `steps`: events, keys by their names, and text to type."""
    window, setting = _Window(), setting or Setting()
    words = Words(language, LOCALES[language])
    clock, nobody = _Clock(), _Nobody()
    badge = words.say(setting.badge) if setting.badge else ""
    shell = ShellPresenter(
        window,  # type: ignore[arg-type]
        nobody,  # type: ignore[arg-type]
        _Shelf(setting.records),  # type: ignore[arg-type]
        clock,
        nobody,
        words,
        EUR,
        Rules(setting.series, EUR, setting.keying, 10, signs_on=setting.signs_on),
        PaperPresenter(words, _Papers(setting), 80),  # type: ignore[arg-type]
        ThisTill("12", "3", badge, True, setting.facts, "Front desk"),
        _finish,
        _later,
    )
    for step in steps:
        if not isinstance(step, str):
            shell.told(step)
        elif step in _NAMED:
            shell.key(step)
        else:
            for key in step:
                shell.key(key)
    shell.render()
    assert window.bars is not None
    return Made(window.bars, *window.front)


class _Window:
    """Keeps what is shown last."""

    def __init__(self) -> None:
        self.bars: ShellView | None = None
        self.front: tuple[str, Any] = ("", None)

    def show_shell(self, view: ShellView) -> None:
        self.bars = view

    def __getattr__(self, name: str) -> Callable[..., None]:
        def show(*view: Any) -> None:
            if name.startswith("show_"):
                self.front = (name, *view)

        return show


class _Nobody:
    """Stands in for the controller and the recorder: nobody asks what they were told."""

    def __getattr__(self, _name: str) -> Any:
        return self

    def __call__(self, *_arguments: Any) -> Any:
        return self


class _Clock:
    """Two seconds later at each look: no press comes too soon after a change."""

    def __init__(self) -> None:
        self._s = 0.0

    def now(self) -> datetime:
        return AFTERNOON

    def monotonic(self) -> float:
        self._s += 2.0
        return self._s

    async def sleep(self, seconds: float) -> None:
        """Nothing is waited for."""


class _Shelf:
    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    async def recent(self, _limit: int) -> Sequence[Record]:
        return self._records

    async def since(self, _moment: datetime) -> Sequence[Record]:
        return self._records


class _Papers:
    def __init__(self, setting: Setting) -> None:
        self.can_print, self.waiting = True, setting.waiting
        self._receipt = setting.receipt

    def in_view(self, _place: str) -> str | None:
        return None if self._receipt is None else self._receipt.operation

    def preview(self, _place: str) -> Receipt | None:
        return self._receipt

    def copy_next(self, _place: str) -> bool:
        return False

    def waits(self, _place: str) -> bool:
        return False

    def print(self, _place: str) -> None:
        """Nothing is printed."""


def _finish(work: Coroutine[None, None, None]) -> None:
    """Nothing of it waits for anything."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits")


def _later(seconds: float, call: Callable[[], None]) -> Any:
    """Work that is going on shows at once; nothing is over by itself."""
    if seconds < 1:
        call()
    return _Nobody()
