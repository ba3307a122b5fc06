"""Tells a scanner that types from a person by speed. Pure: told of keys and times, it answers what they were.

Every key is held back until it is known whose it is, a lone one for `max_gap_ms` at most; keys that follow
each other within `max_gap_ms` are a burst, which goes on for SLACK times that, since scanners' clocks jitter.
A burst is a scanner's as soon as one line of this table holds:

    keys of the burst                                                   each at most so long after the former
    2 characters                                                        15 ms
    2, one of them a named key (Enter, F12, Ctrl+1, ...)                32 ms
    3                                                                   40 ms
    3, the last a terminator; all pauses alike within 12 ms             `max_gap_ms`, 60 ms unless set
    4 digits, alike too: a price label, whose Enter may stutter         `max_gap_ms`
    6 characters; 4, the last a terminator; or 2, one of which acts     `max_gap_ms`, on average
    4, the last a terminator; or 3, the last acts; alike too            68 ms (RUN_SLACK times `max_gap_ms`)
    6, of whose pauses one in three at most is a stutter                68 ms, for five of them
    a character, and a key that acts                                    90 ms: no hand reaches F12 so soon
    the configured prefix and one more, or a whole magnetic track       `max_gap_ms`, on average

Hands leave 70 ms and more between the keys of a number: fast typists 120 ms on average, over both hands
(Dhakal et al., 136 million keystrokes, CHI 2018), trained ten-key operators 240 ms (15,000 keys an hour).
Two keys may roll within 30 ms now and then; three never do, and no hand's Enter follows at such a pace.
Scanners send a key each 1 to 60 ms. Between the two lies the line; `tests/unit/scanner/test_line.py` shows
it. What is no scanner's was typed, and told in order.

From then on every key is the scanner's, named keys too, and none of them presses anything:

    until a terminator (or the configured suffix)         scanned
    until PAUSE_MS without a key, longer than it stutters scanned; a lone terminator up to LATE_MS is its own
    for AFTER_MS after a terminator                       its line feed, its Esc, the next line of its code
    for EYE_MS after a terminator                         its F12: no hand takes what the eye has not seen

A code that is one named key and nothing else is a scanner's by its terminator, or by the scanner's prefix.
From a scanner that sends neither it is a hand's: how long it is down would not tell, for a programmable
keyboard lets go as soon as a scanner does.

A key that only brings another screen to the front (F1 to F9) is a person's where the pause after it is longer
than PLACE_MS and three times the scanner's own: the card was under the scanner already.

A scanner that stutters near its start is found out when the rest comes: what was told as typed less than
PAUSE_MS before is taken back (`TAKE_BACK`) and read as the scan's beginning, unless the rest alone is a card.
Two keys or more that were told together count with what follows, for no hand is that fast; so do keys that
were told one by one, where a clock that pressed them shows in their pauses.

A key is one character, or a name of several letters ("enter", "f12"). A modifier alone is no key and must not
be told. A key that is held down is one press; only backspace repeats. Times are milliseconds on one clock
that need not be the wall's; a gap counts from press to press.
"""

from collections.abc import Callable
from typing import ClassVar, Final

from msgspec import Struct

from centara_giftcard.scanner.framing import FRAME_LIMIT, Swipe, is_track

TERMINATORS: Final = frozenset({"enter", "tab", "ctrl+m", "ctrl+j"})
"""The keys that scanners end a scan with; the last two are how some of them press CR and LF."""

TAKE_BACK: Final = "take_back"
"""Told like a typed key: the character that was told last, and not taken back yet, was a scanner's."""

PAUSE_MS: Final = 250.0
LATE_MS: Final = 500.0
AFTER_MS: Final = 120.0
EYE_MS: Final = 200.0

TWO_MS: Final = 15.0
TWO_NAMED_MS: Final = 32.0
PLACE_MS: Final = 8.0
THREE_MS: Final = 40.0
SLACK: Final = 1.25
REACH_MS: Final = 90.0
RUN_SLACK: Final = 68 / 60
ALIKE_MS: Final = 12.0
RUN: Final = 6
MOST_TOLD: Final = 16
"""No more keys than this are told as typed before a scanner is found out; a field can take as many back."""

SHORT: Final = 3
LABEL: Final = 4
MANY: Final = 6
ENDED: Final = 4

_PLACES: Final = frozenset("f1 f2 f3 f4 f5 f6 f7 f9".split())
"""Keys that only bring another screen to the front."""

_MOVES_VALUE: Final = frozenset({"f12"})
"""The one key that moves value, on every screen."""

_NEVER: Final = float("inf")
_TAIL_LENGTH: Final = 4
"""Fewer characters than this after a scan's terminator are the end of that scan, no scan of their own."""

_MOVES: Final = frozenset("backspace up down left right page_up page_down home end".split())
"""Named keys that a person may press right before or after a digit; all others act on their own."""


class Typed(Struct, frozen=True):
    """A person pressed this key: one character, a key's name, or TAKE_BACK."""

    text: str
    is_scan: ClassVar[bool] = False


class Scanned(Struct, frozen=True):
    """A scanner typed this, prefix and suffix included. It may be a card number: `repr` does not show it."""

    text: str
    is_scan: ClassVar[bool] = True

    def __repr__(self) -> str:
        return f"Scanned({len(self.text)} characters)"


Output = Typed | Scanned


class _Key(Struct, frozen=True):
    name: str
    us: str  # what the same key writes on a US keyboard, or empty

    @property
    def is_character(self) -> bool:
        return len(self.name) == 1

    @property
    def acts(self) -> bool:
        return not self.is_character and self.name not in TERMINATORS | _MOVES


class WedgeDetector:
    """Sorts keys into typing and scans, in order and without loss.

    `suffix` ends a scan like a terminator. What is typed before a prefix is told as typed; a prefix that a
    person types at leisure stays typing. `is_card` tells whether a scan is a card's.
    """

    def __init__(
        self,
        prefix: str = "",
        suffix: str = "",
        max_gap_ms: float = 60,
        is_card: Callable[[str], bool] = lambda text: False,
    ) -> None:
        self._is_card = is_card
        self._prefix = prefix
        self._suffix = suffix
        self._max_gap_ms = max_gap_ms
        self._burst: list[_Key] = []
        self._gaps: list[float] = []  # between the keys of the burst
        self._pace: list[float] = []  # those and the ones before it, since it was quiet
        self._last_ms = -_NEVER
        self._was_character = self._in_a_rush = False  # of the last key, and how soon this one followed
        self._after_quiet = True  # the burst is the first for PAUSE_MS
        self._scanning = self._is_tail = False
        self._swipe = Swipe()
        self._scanners_until_ms = self._late_until_ms = -_NEVER
        self._told: list[_Key] = []  # as typed, shortly before the burst, which may turn out to go on from it
        self._since_quiet: list[_Key] = []  # told as typed, and all that was: what `_told` is the end of
        self._began: list[_Key] = []  # what was told of the scan in hand

    @property
    def deadline_ms(self) -> float | None:
        """When silence will decide about what is held; None if nothing is."""
        if self._scanning:
            return self._last_ms + PAUSE_MS
        if self._burst:
            return self._last_ms + self._max_gap_ms * (SLACK if self._gaps else 1)
        return self._last_ms + AFTER_MS if self._swipe.pending else None

    def key(self, key: str, at_ms: float, *, us: str = "", repeat: bool = False) -> list[Output]:
        """Take a key pressed at `at_ms`; `repeat` is the system's mark for a key that is held down.

        `us` is what the key writes on a US keyboard, for a scanner that takes the till's for one.
        """
        deadline = self.deadline_ms
        before = self._end() if deadline is not None and at_ms > deadline else []
        # Repeats begin long after a burst is over. A mark inside one is the system's error: it takes a
        # scanner's two equal characters in the same millisecond for a key held down.
        if repeat and not self._burst and not self._scanning:
            self._told, self._since_quiet = [], []
            return [*before, *([Typed(key)] if key == "backspace" else [])]
        return before + self._take(_Key(key, us), at_ms)

    def silence(self, now_ms: float) -> list[Output]:
        """Nothing more came until `now_ms`; before the deadline this changes nothing."""
        deadline = self.deadline_ms
        return self._end() if deadline is not None and now_ms >= deadline else []

    def _take(self, key: _Key, at_ms: float) -> list[Output]:
        gap_ms, self._last_ms = max(0.0, at_ms - self._last_ms), at_ms
        self._in_a_rush = self._was_character and gap_ms <= REACH_MS
        self._was_character = key.is_character
        if self._scanning:
            pass
        elif self._burst:
            self._gaps.append(gap_ms)
            self._go_on(gap_ms)
        elif at_ms <= self._scanners_until_ms:
            if not key.is_character:
                self._scanners_until_ms = at_ms + AFTER_MS
                return []
            self._scanning = self._is_tail = True
        elif self._is_late(key, at_ms):
            return []
        else:
            self._begin(gap_ms)
        if len(self._burst) < FRAME_LIMIT:  # the rest of a huge code is swallowed, not typed
            self._burst.append(key)
        out = [] if self._scanning else [*self._leave_before_prefix(), *self._recognise()]
        if self._scanning and (key.name in TERMINATORS or self._has_suffix(key)):
            self._scanners_until_ms = at_ms + AFTER_MS
            out += self._finish()
        return out

    def _is_late(self, key: _Key, at_ms: float) -> bool:
        """Whether a key is the last scan's own, which came late."""
        if key.name in TERMINATORS:
            return at_ms <= self._late_until_ms
        return key.name in _MOVES_VALUE and at_ms <= self._scanners_until_ms + EYE_MS - AFTER_MS

    def _begin(self, gap_ms: float) -> None:
        """A burst begins, after a pause."""
        self._gaps = []
        self._go_on(gap_ms)
        self._after_quiet = gap_ms > PAUSE_MS
        if self._after_quiet:
            self._told, self._since_quiet = [], []
        self._late_until_ms = -_NEVER  # a person may be typing: then the next Enter is theirs

    def _go_on(self, gap_ms: float) -> None:
        self._pace = [*self._pace[-MOST_TOLD:], gap_ms] if gap_ms <= PAUSE_MS else []

    def _leave_before_prefix(self) -> list[Output]:
        """What was held when the prefix comes was typed."""
        start = len(self._burst) - len(self._prefix)
        if not self._prefix or start <= 0 or not _typed(self._burst).endswith(self._prefix):
            return []
        typed, self._burst, self._told = self._burst[:start], self._burst[start:], []
        self._since_quiet = []
        self._gaps = self._gaps[start:]
        return [Typed(key.name) for key in typed]

    def _recognise(self) -> list[Output]:
        """Find out whether the burst is a scanner's."""
        before_it = self._leave_place()
        last = self._burst[-1]
        unreached = self._in_a_rush and last.acts and last.name not in _PLACES
        text = _typed(self._burst)
        marked = bool(self._prefix) and text.startswith(self._prefix)
        if not (
            unreached
            or (marked and len(text) > len(self._prefix))
            or is_track(text)
            or self._is_fast()
            or self._is_long()
            or self._is_run()
            or self._is_rush()
        ):
            return before_it
        self._scanning = True
        self._began, self._told, self._since_quiet = ([] if marked else self._told), [], []
        return before_it

    def _leave_place(self) -> list[Output]:
        """A person went to another screen and had the card under the scanner at once.

        The pause after such a key is longer than the scanner's own, by which it is told from a code that
        begins with it. No other named key is let go so: none of these moves anything.
        """
        if len(self._gaps) < 2 or self._burst[0].name not in _PLACES or not self._burst[1].is_character:
            return []
        if not self._gaps[0] > max(PLACE_MS, 3 * self._gaps[1]):
            return []
        place, self._burst, self._gaps = self._burst[0], self._burst[1:], self._gaps[1:]
        return [Typed(place.name)]

    def _is_fast(self) -> bool:
        """The table's first three lines."""
        if not self._gaps:
            return False
        last_ms = self._gaps[-1]
        two_ms = TWO_MS if all(key.is_character for key in self._burst[-2:]) else TWO_NAMED_MS
        if self._may_be_a_place():
            two_ms = PLACE_MS
        return last_ms <= two_ms or (len(self._gaps) > 1 and max(self._gaps[-2:]) <= THREE_MS)

    def _is_long(self) -> bool:
        """Its last lines; for those on average, keys that were told together count too."""
        if not self._gaps or sum(self._gaps) > self._max_gap_ms * len(self._gaps):
            return False
        steady = _alike(self._gaps, self._max_gap_ms) and self._burst[0].name not in _PLACES
        if steady and len(self._burst) >= SHORT and self._burst[-1].name in TERMINATORS:
            return True
        if steady and len(self._burst) >= LABEL and _typed(self._burst).isdecimal():
            return True
        keys = self._told + self._burst if len(self._told) > 1 else self._burst
        ended = len(keys) >= ENDED and keys[-1].name in TERMINATORS
        acts = any(key.acts for key in keys) and not self._may_be_a_place()
        return ended or acts or len(_typed(keys)) >= MANY

    def _is_run(self) -> bool:
        """Its seventh line: one key after the other was told, and a clock pressed them."""
        keys = self._told + self._burst
        last = keys[-1]
        if last.is_character or len(keys) < (3 if last.acts and last.name not in _PLACES else ENDED):
            return False
        return _alike(self._pace[1 - len(keys) :], self._run_ms)

    def _is_rush(self) -> bool:
        """Its eighth line: keys at a scanner's pace, with its stutters; `_told` is then how it began."""
        keys = self._since_quiet + self._burst
        swift = [gap_ms <= self._run_ms for gap_ms in self._pace[len(self._pace) + 1 - len(keys) :]]
        start = next((n for n in range(len(swift)) if 3 * sum(swift[n:]) >= 2 * len(swift[n:])), len(swift))
        if sum(swift[start:]) < RUN - 1:
            return False
        self._told = self._since_quiet[start:]
        return True

    @property
    def _run_ms(self) -> float:
        return self._max_gap_ms * RUN_SLACK

    def _may_be_a_place(self) -> bool:
        """Whether the third key must show if the first was a person's."""
        first, *rest = self._burst
        return first.name in _PLACES and len(rest) == 1 and rest[0].is_character

    def _has_suffix(self, key: _Key) -> bool:
        return bool(self._suffix) and key.is_character and _typed(self._burst).endswith(self._suffix)

    def _finish(self) -> list[Output]:
        """A scan is over; nothing is told where only the end of the one before it came."""
        began, keys, is_tail = self._began, self._burst, self._is_tail
        self._began, self._burst, self._scanning, self._is_tail = [], [], False, False
        text, whole = _read(keys), _read(began + keys)
        if is_tail and len(text) < _TAIL_LENGTH and not is_track(text):
            return []
        if self._is_card(text) and not self._is_card(whole):  # then a person typed what came before it
            began, whole = [], text
        return [*(Typed(TAKE_BACK) for _ in began), *map(Scanned, self._swipe.add(whole))]

    def _end(self) -> list[Output]:
        """Nothing more belongs to what is held: say what it was."""
        if self._scanning or self._swipe.pending:
            self._late_until_ms = self._last_ms + LATE_MS
            scans = self._finish() if self._scanning else []
            return [*scans, *map(Scanned, self._swipe.end())]
        typed, self._burst = self._burst, []
        before = [] if self._after_quiet else self._told
        characters = all(key.is_character for key in typed)
        runs = bool(before) and max(self._pace[1 - len(before) - len(typed) :]) <= self._run_ms
        self._told = [*before, *typed] if characters and (self._after_quiet or runs) else []
        self._since_quiet = [*self._since_quiet, *typed][-MOST_TOLD:] if characters else []
        return [Typed(key.name) for key in typed]


def _alike(gaps: list[float], most_ms: float) -> bool:
    """Whether a clock pressed them, and none later than `most_ms` after the one before it."""
    return max(gaps) <= most_ms and max(gaps) - min(gaps) <= ALIKE_MS


def _typed(keys: list[_Key]) -> str:
    """The characters of keys, as the till's keyboard layout has them."""
    return "".join(key.name for key in keys if key.is_character)


def _read(keys: list[_Key]) -> str:
    """What a scanner meant: the till's layout, or the US one where only that has digits.

    The digit row of a French, Belgian or Czech keyboard writes other characters unless shifted.
    """
    text, us = _typed(keys), "".join(key.us or key.name for key in keys if key.is_character)
    return us if _has_digit(us) and not _has_digit(text) else text


def _has_digit(text: str) -> bool:
    return any("0" <= character <= "9" for character in text)
