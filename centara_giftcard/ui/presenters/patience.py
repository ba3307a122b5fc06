"""How long the work in view takes: it shows after SOON_S, and says what it waits for after LONG_S."""

from collections.abc import Callable

from centara_giftcard.ui.presenters.till import LONG_S, SOON_S, Timer


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
