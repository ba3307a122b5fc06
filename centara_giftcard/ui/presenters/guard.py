"""Nothing changes under the cashier's finger: whether a press may mean what the screen says. No Qt here.

| what changed, and how                                     | keys for that time | touches for that time |
|-----------------------------------------------------------|--------------------|-----------------------|
| by itself: the answer took longer than SWIFT_S, a notice  | nothing, DEAD_S    | nothing, DEAD_S       |
| by the cashier: another action stands under the finger    | as always          | nothing, DEAD_S       |
| by this very key, which would do something else now       | nothing, DOUBLE_S  |                       |

A hand needs about a quarter of a second from seeing to pressing, and the second press of a double press comes
within that: half a second keeps both away from what they were not meant for. A trained cashier's own pace is
not slowed: an answer within a second of the press is expected, and the next key (F12 after Enter) means it.
Characters, corrections and the places of the rail always pass: a digit is never lost, and the lock is always
allowed.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

DEAD_S: Final = 0.5
"""How long presses mean nothing after a change that they cannot have been meant for."""

SWIFT_S: Final = 1.0
"""An answer within this time of the press that asked for it is expected by whoever pressed."""

DOUBLE_S: Final = 0.4
"""Two presses of one key within this time are a double press."""

_ACTING: Final = frozenset({"f12", "enter", "escape", "delete"})


class Offered(Struct, frozen=True):
    """What can be pressed on a page.

    `keys` are (key, action) of what may be pressed now, `under` the actions in their places, also those that
    may not be pressed now; `field` is what characters are typed into, or empty. `deciding` are the actions
    that a person means only after having read what they are about: those that move value, and an offer's.
    """

    keys: frozenset[tuple[str, str]] = frozenset()
    under: tuple[str, ...] = ()
    field: str = ""
    deciding: frozenset[str] = frozenset()

    def means(self, key: str) -> bool:
        """Whether a key does something here."""
        return any(key == offered for offered, _ in self.keys)

    def actions(self, key: str) -> frozenset[str]:
        """What a key does here."""
        return frozenset(action for offered, action in self.keys if offered == key)


class Guard:
    """Hears what is shown and what is pressed. `clock` gives seconds that never jump."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._offered = Offered()
        self._caused_s = self._changed_s = clock() - DEAD_S - SWIFT_S
        self._keys_dead_s = self._touch_dead_s = self._caused_s
        self._last = ("", self._caused_s, frozenset[str]())

    def acted(self) -> None:
        """The cashier did something that shows: scanned a card, typed, went to another place."""
        self._caused_s = self._clock()

    def shows(self, offered: Offered) -> None:
        """This can be pressed from now on."""
        before, self._offered = self._offered, offered
        if before == offered:
            return
        now = self._clock()
        if (before.keys, before.field) != (offered.keys, offered.field):
            self._changed_s = now
            late = now - self._caused_s > SWIFT_S
            self._keys_dead_s = now + DEAD_S if late else now  # what was dead before is not in view any more
            self._touch_dead_s = max(self._touch_dead_s, self._keys_dead_s)
        if before.under != offered.under:
            self._touch_dead_s = now + DEAD_S

    def startled(self) -> None:
        """Something was told by itself: whoever is about to press has not read it yet."""
        self._keys_dead_s = self._touch_dead_s = self._clock() + DEAD_S

    def lets_key(self, key: str) -> bool:
        """Whether a key of the keyboard may mean what is shown now."""
        now = self._clock()
        actions = self._offered.actions(key)
        (last, last_s, meant), self._last = self._last, (key, now, actions)
        if not self._acts(key):
            self.acted()
            return True
        again = last == key and now - last_s < DOUBLE_S and self._changed_s >= last_s
        if now < self._keys_dead_s or (again and (actions != meant or actions & self._offered.deciding)):
            return False
        if self._offered.means(key):  # drumming on a key that means nothing causes nothing
            self.acted()
        return True

    def lets_touch(self) -> bool:
        """Whether a touch on an action may mean what stands there now."""
        if self._clock() < self._touch_dead_s:
            return False
        self.acted()
        return True

    def _acts(self, key: str) -> bool:
        """Whether a key is more than typing and moving about."""
        letter = len(key) == 1 and not self._offered.field and self._offered.means(key.lower())
        return key in _ACTING or key.startswith("ctrl+") or letter
