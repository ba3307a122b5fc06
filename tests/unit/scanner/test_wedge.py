"""Scans are told from typing by the time between keys, and nothing is lost on the way."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centara_giftcard.scanner.keyboard import Output, Scanned, Typed, WedgeDetector

NUMBER = "6091000000000017"
TRACK_1 = f"%B{NUMBER}^GIFT CARD^2812101?"
TRACK_2 = f";{NUMBER}=28121010000?"
ENTER = "enter"


class Till:
    """Presses keys at given gaps and notes what comes out, as one list."""

    def __init__(self, detector: WedgeDetector | None = None) -> None:
        self.detector = detector or WedgeDetector()
        self.now = 1000.0
        self.out: list[Output] = []

    def press(self, keys: Iterable[str], gap: float = 2, *, repeat: bool = False) -> "Till":
        for key in keys:
            self.now += gap
            self.out += self.detector.key(key, self.now, repeat=repeat)
        return self

    def wait(self, ms: float = 1000) -> "Till":
        self.now += ms
        self.out += self.detector.silence(self.now)
        return self


def typed(keys: Iterable[str]) -> list[Output]:
    return [Typed(key) for key in keys]


@pytest.mark.parametrize("end", ["enter", "tab", "ctrl+j", "ctrl+m"])
def test_a_burst_and_its_terminator_are_one_scan(end: str) -> None:
    assert Till().press(NUMBER).press([end]).wait().out == [Scanned(NUMBER)]


def test_a_burst_without_a_terminator_is_a_scan_after_silence() -> None:
    till = Till().press(NUMBER)
    assert till.out == []
    assert till.wait(34).out == []
    assert till.wait(1).out == [Scanned(NUMBER)]
    assert till.detector.deadline_ms is None


@pytest.mark.parametrize("late", [1, 36, 134])
def test_a_terminator_that_comes_late_presses_nothing(late: float) -> None:
    till = Till().press(NUMBER)
    scanned = till.wait(35).out.copy()
    assert till.press([ENTER], gap=late - 35).out == scanned


def test_a_persons_enter_after_a_scan_counts() -> None:
    assert Till().press(NUMBER).wait(35).press([ENTER], gap=101).out == [Scanned(NUMBER), Typed(ENTER)]


def test_carriage_return_and_line_feed_are_one_terminator() -> None:
    assert Till().press(NUMBER).press([ENTER, "ctrl+j"]).out == [Scanned(NUMBER)]


@pytest.mark.parametrize("gap", [36, 80, 200])
def test_slow_keys_are_typing_in_order(gap: float) -> None:
    keys = [*NUMBER, ENTER]
    assert Till().press(keys, gap).wait().out == typed(keys)


def test_a_lone_key_is_held_no_longer_than_the_gap() -> None:
    till = Till().press("5")
    assert till.detector.deadline_ms == till.now + 35
    assert till.wait(35).out == typed("5")


@pytest.mark.parametrize("key", ["f12", "escape", "backspace", "enter", "tab", "up"])
def test_a_named_key_is_not_held_at_all(key: str) -> None:
    assert Till().press([key]).out == typed([key])


def test_a_short_burst_and_enter_are_typing_in_order() -> None:
    assert Till().press([*"12345", ENTER]).out == typed([*"12345", ENTER])


def test_a_named_key_ends_a_burst_and_keeps_its_place() -> None:
    assert Till().press([*"12", "backspace", "3", ENTER]).out == typed([*"12", "backspace", "3", ENTER])
    assert Till().press([*NUMBER, "f12"]).out == [Scanned(NUMBER), Typed("f12")]


def test_the_keys_own_times_count_not_when_silence_is_called() -> None:
    slow = Till().press([*NUMBER], gap=50)
    assert slow.out == typed(NUMBER[:-1])  # each next key shows that the one before was typed


@pytest.mark.parametrize("key", ["5", "backspace"])
def test_a_key_held_down_is_typing(key: str) -> None:
    till = Till().press([key]).wait(250)
    till.press([key] * 40, gap=30, repeat=True)
    assert till.wait().out == typed([key] * 41)


def test_a_held_key_whose_repeats_lost_their_mark_is_typing() -> None:
    assert Till().press(["5"] * 20, gap=30).wait().out == typed(["5"] * 20)


def test_equal_characters_of_a_scan_that_look_like_a_repeat_stay_in_it() -> None:
    till = Till().press("6091").press("0").press("000", gap=0, repeat=True).press("17").press([ENTER])
    assert till.out == [Scanned("6091000017")]


@pytest.mark.parametrize("between", [[], [ENTER], [ENTER, "ctrl+j"]])
def test_both_tracks_of_a_swipe_are_one_scan(between: list[str]) -> None:
    till = Till().press(TRACK_1).press(between).press(TRACK_2).press([ENTER]).wait()
    assert till.out == [Scanned(TRACK_1 + TRACK_2)]


@pytest.mark.parametrize(("first", "second"), [("%E?", TRACK_2), (TRACK_1, ";E?"), ("%E?", ";E?")])
def test_an_unreadable_track_never_reaches_a_field(first: str, second: str) -> None:
    till = Till().press(first).press([ENTER]).press(second).press([ENTER]).wait()
    assert till.out == [Scanned(first + second)]


def test_a_key_right_after_a_swipe_comes_after_it() -> None:
    assert Till().press(TRACK_2).press([ENTER, "escape"]).out == [Scanned(TRACK_2), Typed("escape")]


def test_two_scans_in_a_row_stay_two() -> None:
    till = Till().press(NUMBER).press([ENTER]).press("999999", gap=5).press("1").press([ENTER])
    assert till.out == [Scanned(NUMBER), Scanned("9999991")]


def test_a_huge_code_is_swallowed_and_bounded() -> None:
    (scan,) = Till().press("12" * 2000).press([ENTER]).out
    assert isinstance(scan, Scanned)
    assert len(scan.text) == 512


def test_a_prefix_makes_a_short_scan_and_lets_what_was_typed_before_go() -> None:
    till = Till(WedgeDetector(prefix="~!")).press("12~!34").press([ENTER])
    assert till.out == [*typed("12"), Scanned("~!34")]


def test_a_prefix_typed_by_hand_is_typing() -> None:
    till = Till(WedgeDetector(prefix="~")).press("~").wait(80).press("12", gap=80).press([ENTER], gap=80)
    assert till.out == typed([*"~12", ENTER])


def test_a_scan_without_the_prefix_is_a_scan_all_the_same() -> None:
    assert Till(WedgeDetector(prefix="~")).press(NUMBER).press([ENTER]).out == [Scanned(NUMBER)]


def test_a_suffix_ends_a_scan_at_once_and_its_terminator_presses_nothing() -> None:
    till = Till(WedgeDetector(suffix="##")).press(NUMBER + "##")
    assert till.out == [Scanned(NUMBER + "##")]
    assert till.press([ENTER]).wait().out == [Scanned(NUMBER + "##")]
    assert Till(WedgeDetector(suffix="#")).press("5#").wait().out == typed("5#")


def test_a_scan_shows_no_number_in_a_log() -> None:
    assert NUMBER not in repr(Scanned(NUMBER))


KEYS = st.one_of(st.sampled_from([*"0123456789%;?=~#", "enter", "tab", "f12", "escape", "backspace"]))
STEPS = st.lists(st.tuples(KEYS, st.sampled_from([0.0, 2, 20, 35, 36, 80, 500]), st.booleans()), max_size=60)


@given(STEPS, st.sampled_from(["", "~"]), st.sampled_from(["", "#"]))
def test_no_key_is_lost_doubled_or_moved(
    steps: list[tuple[str, float, bool]], prefix: str, suffix: str
) -> None:
    till = Till(WedgeDetector(prefix, suffix))
    for key, gap, repeat in steps:
        till.press([key], gap, repeat=repeat)
    till.wait()
    came = [key for out in till.out for key in (list(out.text) if out.is_scan else [out.text])]
    # Only terminators may be missing: those that belong to a scan.
    assert _plain(came) == _plain(key for key, _, _ in steps)
    assert till.detector.deadline_ms is None


@given(st.lists(st.tuples(KEYS, st.floats(36, 5000)), max_size=40))
def test_whatever_is_typed_slowly_comes_out_as_it_was(steps: list[tuple[str, float]]) -> None:
    till = Till()
    for key, gap in steps:
        till.press([key], gap)
    assert till.wait().out == typed(key for key, _ in steps)


def _plain(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key not in ("enter", "tab")]


def test_an_enter_right_after_a_scan_and_a_typed_digit_is_the_cashiers() -> None:
    till = Till().press([*NUMBER, ENTER])
    till.wait(5).press("5", gap=5).wait(40).press([ENTER], gap=20)
    assert till.out == [Scanned(NUMBER), *typed(["5", ENTER])]
