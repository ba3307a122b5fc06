"""What a stage does by the clock: how long the work in view takes, and how long a notice stands."""

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

SOON_S: Final = 0.3
"""Work longer than this shows that it is going on."""

LONG_S: Final = 3.0
"""Work longer than this says what it waits for, and what may be done meanwhile."""

NOTICE_S: Final = 5.0
"""How long a notice stands in the band's place: what it covers may be a hold."""

N = TypeVar("N")


class Timer(Protocol):
    """A callback that was asked for later and may be called off."""

    def cancel(self) -> None:
        """Call it off."""


class Notice(Generic[N]):
    """Something said in the band's place, for NOTICE_S or until the next key; a lasting one until `drop`.

    `said` is None while nothing is.
    """

    def __init__(
        self, later: Callable[[float, Callable[[], None]], Timer], render: Callable[[], None]
    ) -> None:
        self.said: N | None = None
        self._later = later
        self._render = render
        self._timer: Timer | None = None
        self._lasting = False

    def say(self, what: N, lasting: bool = False) -> None:
        """Say it instead of what was said before."""
        self.said, self._lasting = what, lasting
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if lasting else self._later(NOTICE_S, self.unsay)
        self._render()

    def unsay(self) -> None:
        """A key was pressed, or its time is over."""
        if self.said is not None and not self._lasting:
            self.said = None
            self._render()

    def drop(self) -> None:
        """Something else is in view now, which will be drawn."""
        self.said = None


class Patience:
    """Counts the time of one piece of work; calls `render` once it takes `soon` and once it takes `long`."""

    def __init__(
        self, later: Callable[[float, Callable[[], None]], Timer], render: Callable[[], None]
    ) -> None:
        self._later = later
        self._render = render
        self._timer: Timer | None = None
        self.soon = False
        self.long = False

    def begin(self) -> None:
        """Something is asked of the server now."""
        self.end()
        self._timer = self._later(SOON_S, self._is_soon)

    def end(self) -> None:
        """It is answered, or nobody waits for it any more."""
        self.soon = self.long = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_soon(self) -> None:
        self.soon = True
        self._timer = self._later(LONG_S - SOON_S, self._is_long)
        self._render()

    def _is_long(self) -> None:
        self.long = True
        self._timer = None
        self._render()
