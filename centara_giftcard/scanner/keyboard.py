"""Tells a scanner that types from a person by speed. Pure: told of keys and times, it answers what they were.

A scan is a burst of characters too fast for fingers, ended by a terminator key or by silence. Until that is
known the characters are held back, a lone key for `max_gap_ms` at most. A key is one character, or a name of
several letters ("enter", "f12"). A modifier alone is no key and must not be told.

    held   swipe     a character       terminator              other key         silence
    -      -         hold it           typed; swallowed late   typed             -
    few    -         hold it           all typed               all typed         all typed
    scan   any       hold it           scanned                 scanned, typed    scanned
    -      a track   hold it           swallowed               scanned, typed    scanned

Times are milliseconds on one clock that need not be the wall's; a gap counts from press to press.
"""

from dataclasses import dataclass
from typing import ClassVar

from centara_giftcard.scanner.framing import FRAME_LIMIT, Swipe, is_track

TERMINATORS = frozenset({"enter", "tab", "ctrl+m", "ctrl+j"})
"""The keys that scanners end a scan with; the last two are how some of them press CR and LF."""


@dataclass(frozen=True)
class Typed:
    """A person pressed this key: one character, or a key's name."""

    text: str
    is_scan: ClassVar[bool] = False


@dataclass(frozen=True, repr=False)
class Scanned:
    """A scanner typed this, prefix and suffix included. It may be a card number: `repr` does not show it."""

    text: str
    is_scan: ClassVar[bool] = True

    def __repr__(self) -> str:
        return f"Scanned({len(self.text)} characters)"


Output = Typed | Scanned


class WedgeDetector:
    """Sorts keys into typing and scans, in order and without loss.

    A burst is a scan when it has `min_length` characters, or begins with `prefix`, or is a magnetic track.
    `suffix` ends a scan like a terminator. A prefix that a person types at leisure stays typing.
    """

    def __init__(
        self,
        prefix: str = "",
        suffix: str = "",
        min_length: int = 6,
        max_gap_ms: float = 35,
        late_ms: float = 100,
    ) -> None:
        self.max_gap_ms = max_gap_ms
        self._prefix = prefix
        self._suffix = suffix
        self._min_length = min_length
        self._late_ms = late_ms
        self._held: list[str] = []
        self._marked = False  # the held characters begin with the prefix
        self._swipe = Swipe()
        self._last_ms = 0.0
        self._swallow_until_ms = float("-inf")

    @property
    def deadline_ms(self) -> float | None:
        """When silence will decide about what is held; None if nothing is."""
        return self._last_ms + self.max_gap_ms if self._held or self._swipe.pending else None

    def key(self, key: str, at_ms: float, *, repeat: bool = False) -> list[Output]:
        """Take a key pressed at `at_ms`; `repeat` is the system's mark for a key that is held down."""
        deadline = self.deadline_ms
        before = self._end() if deadline is not None and at_ms > deadline else []
        # Repeats begin long after a burst is over. A mark inside one is the system's error: it takes a
        # scanner's two equal characters in the same millisecond for a key held down.
        if repeat and self.deadline_ms is None:
            return [*before, Typed(key)]
        if len(key) == 1:
            return before + self._character(key, at_ms)
        if key in TERMINATORS:
            return before + self._terminator(key, at_ms)
        return [*before, *self._end(), Typed(key)]

    def silence(self, now_ms: float) -> list[Output]:
        """Nothing more came until `now_ms`; before the deadline this changes nothing."""
        deadline = self.deadline_ms
        return self._end() if deadline is not None and now_ms >= deadline else []

    def _character(self, character: str, at_ms: float) -> list[Output]:
        self._last_ms = at_ms
        if len(self._held) < FRAME_LIMIT:  # the rest of a huge code is swallowed, not typed
            self._held.append(character)
        if self._suffix and self._text.endswith(self._suffix) and self._is_scan:
            return self._complete(at_ms)
        return self._leave_before_prefix()

    def _leave_before_prefix(self) -> list[Output]:
        """What was held when the prefix comes was typed, unless it is a scan in its own right."""
        if not self._prefix or self._marked or self._swipe.pending or not self._text.endswith(self._prefix):
            return []
        start = len(self._held) - len(self._prefix)
        if start >= self._min_length:
            return []
        typed = [Typed(key) for key in self._held[:start]]
        del self._held[:start]
        self._marked = True
        return list(typed)

    def _terminator(self, key: str, at_ms: float) -> list[Output]:
        if self._held and self._is_scan:
            return self._complete(at_ms)
        if self._swipe.pending or (not self._held and at_ms <= self._swallow_until_ms):
            return []
        return [*self._end(), Typed(key)]

    def _complete(self, at_ms: float) -> list[Output]:
        """A scan ended by itself. A track waits for the next one, and a second terminator presses nothing."""
        self._last_ms = at_ms
        self._swallow_until_ms = at_ms + self._late_ms
        return [Scanned(text) for text in self._swipe.add(self._take())]

    def _end(self) -> list[Output]:
        """Nothing more belongs to what is held: say what it was."""
        if not self._held or self._is_scan:
            scans = [*(self._swipe.add(self._take()) if self._held else ()), *self._swipe.end()]
            if scans:
                self._swallow_until_ms = self._last_ms + self.max_gap_ms + self._late_ms
            return [Scanned(text) for text in scans]
        self._swallow_until_ms = float("-inf")  # a person is typing: the next Enter is theirs
        return [Typed(key) for key in self._take()]

    def _take(self) -> str:
        text = self._text
        self._held.clear()
        self._marked = False
        return text

    @property
    def _text(self) -> str:
        return "".join(self._held)

    @property
    def _is_scan(self) -> bool:
        if self._marked:
            return len(self._held) > len(self._prefix)
        if self._swipe.pending or is_track(self._text):
            return True
        # One character over and over is a held key whose repeats lost their mark, as over a remote desktop.
        return len(self._held) >= self._min_length and len(set(self._held)) > 1
