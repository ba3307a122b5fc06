"""Where the line between hand and scanner lies, and why: recorded and published paces on both sides of it.

The hands' figures: Dhakal, Feit, Kristensson and Oulasvirta, "Observations on Typing from 136 Million
Keystrokes", CHI 2018 (means between two keys: all 239 ms, the fast 122 ms; a fast typist's next key is often
down before the last one is up, yet 60 ms and more apart); ten-key operators are rated at 8,000 to 15,000 keys
an hour (450 to 240 ms) and reach a key each 80 ms on digits that roll under three fingers. The scanners':
their makers' programming guides offer inter-character delays of 0 to some 50 ms for slow terminals; a USB
keyboard is polled each 1 to 10 ms, twice for a key; a busy hub or a remote desktop pauses for 60 to 150 ms.
"""

from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.scanner.hands import ENTER, NUMBER, Till, net, typed

from centara_giftcard.scanner.keyboard import Output, Scanned, Typed, WedgeDetector

AMOUNT = [*"12.50", ENTER]

HANDS = {
    "a first-day cashier": [900, 640, 410, 700, 520, 1100],
    "everybody's mean": [239] * 6,
    "a fast typist's mean": [122, 115, 140, 98, 131, 160],
    "a trained ten-key operator": [240, 180, 150, 205, 170, 260],
    "digits that roll under three fingers": [80, 72, 95, 78, 88, 110],
    "one roll of two keys in 30 ms": [120, 30, 140, 110, 125, 180],
    "quick, with one roll": [72, 74, 50, 72, 74, 73],
    "a roll of three keys over three fingers": [45, 55, 130, 110, 120],
    "two rolls, never three keys": [120, 35, 150, 38, 130, 160],
    "the hand of our own tests": [100, 100, 100, 100, 100, 100],
    "the steadiest and quickest": [70] * 6,
}

SCANNERS = {
    "USB, polled each millisecond": [2] * 13,
    "USB, polled each 8 ms": [16, 16, 17, 16, 24, 16, 16, 16, 16, 17, 16, 16, 16],
    "a delay of 20 ms between characters": [20] * 13,
    "a delay of 30 ms, and jitter": [30, 38, 31, 30, 39, 30, 35, 30, 30, 36, 31, 30, 30],
    "45 ms a character": [45] * 13,
    "50 ms a character, and jitter": [50, 58, 46, 52, 50, 57, 49, 50, 55, 50, 50, 58, 50],
    "55 ms a character": [55] * 13,
    "60 ms a character, and jitter": [61, 60, 62, 59, 61, 63, 60, 61, 58, 62, 61, 60, 62],
    "66 ms a character": [66] * 13,
    "55 ms a character, on a busy machine": [55, 63, 51, 58, 66, 48, 55, 61, 52, 55, 57, 49, 60],
    "a pause of 60 ms before its last four": [2, 2, 2, 2, 2, 2, 2, 2, 2, 60, 2, 2, 2],
    "a stutter of 80 ms": [4, 4, 4, 4, 4, 80, 4, 4, 4, 4, 4, 4, 4],
    "a stutter of 150 ms after the first": [4, 150, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
    "slow, with a stutter after the third": [45, 45, 45, 120, 45, 45, 45, 45, 45, 45, 45, 45, 45],
    "60 ms and jitter, and a stutter": [57, 63, 62, 58, 150, 61, 64, 58, 59, 66, 60, 62, 57],
    "60 ms, and a machine that is late now and then": [64, 61, 67, 93, 62, 66, 58, 61, 120, 64, 66, 62, 64],
    "two stutters": [10, 10, 10, 150, 10, 10, 10, 10, 200, 10, 10, 10, 10],
}
GOODS = "4006381333931"


@pytest.mark.parametrize("hand", HANDS)
def test_hands_are_typing(hand: str) -> None:
    assert _play(AMOUNT, HANDS[hand]) == typed(AMOUNT)


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("end", [[], [ENTER], ["f12"], [ENTER, "f12"]])
def test_scanners_are_scanners(scanner: str, end: list[str]) -> None:
    gaps = SCANNERS[scanner]
    assert net(_play([*GOODS, *end], [*gaps, gaps[-1], gaps[-1]])) == [Scanned(GOODS)]


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_card_is_read_by_each_of_them(scanner: str) -> None:
    gaps = SCANNERS[scanner] + SCANNERS[scanner][-4:]
    assert net(_play([*NUMBER, ENTER], gaps)) == [Scanned(NUMBER)]


@pytest.mark.parametrize("named", ["f12", "escape", "f10"])
def test_a_key_that_a_quick_hand_presses_after_a_scan_is_the_hands(named: str) -> None:
    """The lock is always allowed, and a card of a fixed amount is sold as soon as it was seen on the list."""
    late_ms = 201 if named == "f12" else 150
    assert Till().press([*GOODS, ENTER]).press([named], late_ms).wait().out == [Scanned(GOODS), Typed(named)]


@pytest.mark.parametrize("pause", [121, 150, 199])
def test_an_f12_that_stutters_behind_a_scans_enter_takes_nothing(pause: float) -> None:
    """A code that ends with Enter and F12, from a scanner that paused between the two, took the payment."""
    assert Till().press([*GOODS, ENTER]).press(["f12"], pause).wait().out == [Scanned(GOODS)]
    assert Till().press([*GOODS, ENTER, ENTER]).press(["f12"], pause).wait().out == [Scanned(GOODS)]


@pytest.mark.parametrize("place", range(1, 8))
@pytest.mark.parametrize("code", ["4006381", "40063812"])
def test_a_slow_scanner_that_stutters_once_requests_nothing(code: str, place: int) -> None:
    """At 57 to 66 ms a key and with one pause, eight digits and their Enter became an amount."""
    gaps = [62.0, 57, 66, 61, 64, 58, 63, 60]
    gaps[place - 1] = 180
    assert net(_play([*code, ENTER], gaps)) == [Scanned(code)]


@pytest.mark.parametrize("gap", [2, 20, 35, 45, 55, 60])
@pytest.mark.parametrize("label", ["50", "999", "1234", "12345"])
def test_a_price_label_is_a_scanners_at_any_of_their_paces(label: str, gap: float) -> None:
    """The Enter at the same pace tells; without one, three digits that no hand rolls so fast."""
    assert net(_play([*label, ENTER], [gap] * 6)) == [Scanned(label)]
    if len(label) > 2 and gap <= 40:
        assert net(_play([*label], [gap] * 5)) == [Scanned(label)]


@pytest.mark.parametrize("pause", [80, 120, 200])
@pytest.mark.parametrize("gap", [45, 52, 60])
@pytest.mark.parametrize("label", ["1234", "12345"])
def test_a_price_label_whose_enter_stutters_is_a_scanners(label: str, gap: float, pause: float) -> None:
    """Four digits at one pace that no hand has: they were an amount, and their Enter requested it."""
    assert net(_play([*label, ENTER], [gap] * (len(label) - 1) + [pause])) == [Scanned(label)]


def test_a_short_amount_in_a_rush_is_typed_where_its_enter_takes_a_hands_time() -> None:
    """A very quick hand, or a program that types for one: the Enter comes when it was looked at."""
    typed = [Typed(key) for key in ("1", "2", ".", "5", "0", "enter")]
    assert _play(["1", "2", ".", "5", "0", ENTER], [46, 46, 46, 46, 120]) == typed


KEYS = st.sampled_from([*"0123456789.,", "enter", "f12", "escape", "backspace", "delete", "ctrl+1", "f3"])


@pytest.mark.parametrize("named", ["f12", "escape", "delete", "ctrl+1"])
@pytest.mark.parametrize("gap", [35, 62, 69, 75, 88])
def test_a_key_that_acts_right_after_a_character_is_no_hands(named: str, gap: float) -> None:
    """Whatever the pace before it was: a code with an F12 at its end undid a sale at 62 ms a key."""
    assert [out for out in net(_play(["5", named], [gap])) if isinstance(out, Typed)] == []
    uneven = [64, 75, 66, 71, 80, 62, 73, 66, 64, 79, 66, 72]
    assert Typed(named) not in _play([*GOODS, named], [*uneven, gap])
    assert _play(["5", named], [95]) == typed(["5", named])


REACHED = {"f12", "escape", "delete", "ctrl+1"}


@given(st.lists(st.tuples(KEYS, st.floats(70, 2000)), min_size=1, max_size=30))
def test_typing_is_never_swallowed_delayed_or_reordered(steps: list[tuple[str, float]]) -> None:
    """Keys 70 ms apart and more: each is told, in its order, no later than 65 ms after it was pressed.

    A hand takes 20 ms more from a character to a key that acts.
    """
    steps = [(key, gap + 21 if key in REACHED else gap) for key, gap in steps]
    detector, now, told = WedgeDetector(), 0.0, list[tuple[float, Output]]()
    moments = list(accumulate((gap for _, gap in steps), initial=0.0))[1:]
    for (key, _), moment in zip(steps, moments, strict=True):
        deadline = detector.deadline_ms
        if deadline is not None:
            told += [(deadline, out) for out in detector.silence(deadline)]
        now = moment
        told += [(now, out) for out in detector.key(key, now)]
    told += [(now + 60, out) for out in detector.silence(now + 60)]
    assert [out for _, out in told] == typed(key for key, _ in steps)
    assert all(at - moment <= 65 for (at, _), moment in zip(told, moments, strict=True))


NAMED = st.sampled_from(["f12", "escape", "delete", "f10", "f3", "ctrl+]", "ctrl+1", "backspace", "up"])
CODES = st.lists(
    st.tuples(
        st.one_of(st.sampled_from("0123456789"), st.characters(min_codepoint=33, max_codepoint=126), NAMED),
        st.floats(0, 60),
    ),
    min_size=4,
    max_size=40,
)


@given(
    CODES,
    st.sampled_from([40.0, 60.0]),
    st.lists(st.tuples(st.integers(4, 40), st.floats(60, 200)), max_size=3),
    st.lists(st.tuples(st.one_of(NAMED, st.sampled_from(["enter", "5"])), st.floats(0, 120)), max_size=4),
)
def test_no_key_of_a_scan_is_ever_typed(
    code: list[tuple[str, float]],
    pace: float,
    stutters: list[tuple[int, float]],
    after: list[tuple[str, float]],
) -> None:
    """At 60 ms a key and less, whatever named keys it carries, and what follows its end by up to 120 ms.

    A stutter may come once the pace was seen: after the third key at 40 ms, after the sixth at 60 ms. Going
    to another screen right before a scan is a person's (a code that begins with F3 and a pause does no more).
    """
    known = 4 if pace == 40 else 7
    till = Till()
    stutter = {place: pause for place, pause in stutters if place >= known}
    padded = [*code[:3], *(("1", 9.0) for _ in range(4)), *code[3:]] if pace == 60 else code
    for place, (key, gap) in enumerate(padded):
        till.press([key], stutter.get(place, min(gap, pace)))
    till.press([ENTER], 20)
    for key, gap in after:
        till.press([key], gap)
    left = [out for out in net(till.wait().out) if isinstance(out, Typed)]
    assert left == [] or (left == [Typed("f3")] and code[0][0] == "f3")


def _play(keys: list[str], gaps: Sequence[float]) -> list[Output]:
    till = Till()
    for key, gap in zip(keys, [1000, *gaps], strict=False):
        deadline = till.detector.deadline_ms
        if deadline is not None and till.now + gap > deadline:
            till.out += till.detector.silence(deadline)
        till.press([key], gap)
    return till.wait().out
