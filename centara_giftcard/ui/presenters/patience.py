"""What a stage does by the clock: how long the work in view takes, and how long a notice stands."""

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

SOON_S: Final = 0.3
"""Work longer than this shows that it is going on."""

AT_ONCE_S: Final = 0.1
"""An answer within this time is felt as the press's own effect: what it was waited with need not be drawn.
The limit is Miller's (Response time in man-computer conversational transactions, 1968)."""

LONG_S: Final = 3.0
"""Work longer than this says what it waits for, and what may be done meanwhile."""

NOTICE_S: Final = 5.0
"""How long a notice stands in the band's place: what it covers may be a hold."""

BURST_S: Final = 1.5
"""Characters with longer pauses between them are not typed in one go."""

N = TypeVar("N")


class Timer(Protocol):
    """A callback that was asked for later and may be called off."""

    def cancel(self) -> None:
        """Call it off."""


class Notice(Generic[N]):
    """Something said in the band's place, for NOTICE_S or until the next key.

    One that is to be `answered` waits for the next key or press, a lasting one for `drop`. `said` is None
    while nothing is.
    """

    def __init__(
        self, later: Callable[[float, Callable[[], None]], Timer], render: Callable[[], None]
    ) -> None:
        self.said: N | None = None
        self._later = later
        self._render = render
        self._timer: Timer | None = None
        self._lasting = False

    def say(self, what: N, lasting: bool = False, answered: bool = False) -> None:
        """Say it instead of what was said before."""
        self.said, self._lasting = what, lasting
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if lasting or answered else self._later(NOTICE_S, self.unsay)
        self._render()

    def unsay(self) -> None:
        """A key was pressed, or its time is over."""
        if self.said is not None and not self._lasting:
            self.said = None
            self._render()

    def end(self, what: N) -> None:
        """`what` is over; said is still whatever else was said since."""
        if self.said is what:
            self.said = None
            self._render()

    def drop(self) -> None:
        """Something else is in view now, which will be drawn."""
        self.said = None


class Burst:
    """What is typed in one go: it is taken whole, or `refused` whole, whatever comes into view meanwhile."""

    def __init__(self, later: Callable[[float, Callable[[], None]], Timer]) -> None:
        self.refused = False
        self._later = later
        self._timer: Timer | None = None

    def typed(self) -> None:
        """A character was typed."""
        self._rest()
        self._timer = self._later(BURST_S, self.end)

    def refuse(self) -> None:
        """What was typed is not taken, so the rest of it will not be either."""
        self.refused = self._timer is not None

    def end(self) -> None:
        """Something else was pressed, or nothing for a while: the next character begins anew."""
        self._rest()
        self.refused = False

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


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

    def begin(self, soon_s: float = SOON_S) -> None:
        """Something is asked of the server now; `soon` comes after `soon_s`."""
        self.end()
        self._timer = self._later(soon_s, lambda: self._is_soon(soon_s))

    def end(self) -> None:
        """It is answered, or nobody waits for it any more."""
        self.soon = self.long = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_soon(self, soon_s: float) -> None:
        self.soon = True
        self._timer = self._later(LONG_S - soon_s, self._is_long)
        self._render()

    def _is_long(self) -> None:
        self.long = True
        self._timer = None
        self._render()
