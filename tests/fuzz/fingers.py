"""What no finger meant moves nothing: keys of a scanner, and presses on what changed under the hand."""

from typing import Final

from fuzz.hunt import Property
from hypothesis import strategies as st

from centara_giftcard.scanner.keyboard import TAKE_BACK, Output, Typed, WedgeDetector
from centara_giftcard.ui.presenters.guard import Guard, Offered

# The figures of the behaviour page, not the program's own names for them.
DEAD_S: Final = 0.5
SWIFT_S: Final = 1.0
DOUBLE_S: Final = 0.4

PAGES: Final = (
    Offered(frozenset({("enter", "request"), ("escape", "leave")}), ("request", "leave"), "Amount due"),
    Offered(frozenset(), ("request",)),
    Offered(
        frozenset({("f12", "take"), ("escape", "release")}),
        ("take", "release"),
        deciding=frozenset({"take", "release"}),
    ),
    Offered(frozenset({("enter", "leave")}), ("leave", "receipt")),
)

Event = tuple[float, str]
"""Seconds since the one before; a key, `touch`, `startled`, or the number of the page that is shown."""


def no_press_means_what_changed_under_the_hand(events: list[Event]) -> None:
    """The laws of the table in `guard`, told without its bookkeeping."""
    now, page = 100.0, PAGES[0]
    guard = Guard(lambda: now)
    guard.shows(page)
    now = 200.0
    guard.acted()
    caused = [now]  # when the cashier did something that shows
    by_itself = -1.0  # the last change that nobody asked for
    moved = -1.0  # the last change of what stands under the finger
    changed = -1.0
    before, before_s, meant = "", -1.0, frozenset[str]()
    for wait_s, what in events:
        now += wait_s
        if what.isdecimal() and len(what) == 1:
            after = PAGES[int(what) % len(PAGES)]
            if after != page:
                asked = any(now - it <= SWIFT_S for it in caused)
                by_itself = -1.0 if asked else now
                moved, changed, page = now, now, after
            guard.shows(after)
        elif what == "startled":
            by_itself = moved = now
            guard.startled()
        elif what == "touch":
            lets = guard.lets_touch()
            assert lets == (now - moved >= DEAD_S), "a touch on what was just put there"
            if lets:
                caused.append(now)
        else:
            lets = guard.lets_key(what)
            does = frozenset(action for key, action in page.keys if key == what)
            again = before == what and now - before_s < DOUBLE_S and changed >= before_s
            double = again and bool(does != meant or does & page.deciding)
            dead = by_itself >= 0 and now - by_itself < DEAD_S
            assert lets == (not dead and not double), f"{what} on what was just put there"
            before, before_s, meant = what, now, does
            if lets and page.means(what):
                caused.append(now)


def a_key_of_a_scanner_never_acts(code: tuple[str, float, int, str, bool]) -> None:
    """A key that acts, inside a code or right behind it, is the scanner's; no digit of the code is left."""
    digits, pace_ms, place, named, ends = code
    detector, now_ms, out = WedgeDetector(), 0.0, list[Output]()
    keys = [*digits, *(["enter"] if ends else [])]
    keys.insert(min(place, len(keys)), named)
    for key in keys:
        now_ms += pace_ms
        out += detector.silence(now_ms)
        out += detector.key(key, now_ms)
    out += detector.silence(now_ms + 1_000)
    acted = [it.text for it in out if isinstance(it, Typed) and len(it.text) > 1 and it.text != TAKE_BACK]
    assert acted == []
    typed = sum(isinstance(it, Typed) and len(it.text) == 1 for it in out)
    assert typed == out.count(Typed(TAKE_BACK))


_waits = st.sampled_from((0.01, 0.1, 0.3, 0.45, 0.6, 1.5))
_events = st.sampled_from(("f12", "enter", "escape", "touch", "startled", "0", "1", "2", "3"))

PROPERTIES: Final = (
    Property(
        "no press means what changed under the hand",
        st.lists(st.tuples(_waits, _events), max_size=30),
        no_press_means_what_changed_under_the_hand,
        2,
    ),
    Property(
        "a key of a scanner never acts",
        st.tuples(
            st.text("0123456789", min_size=6, max_size=20),
            st.floats(1.0, 45.0),
            st.integers(3, 21),
            st.sampled_from(("f12", "escape", "delete", "f10", "f3", "ctrl+1")),
            st.booleans(),
        ),
        a_key_of_a_scanner_never_acts,
        2,
    ),
)
