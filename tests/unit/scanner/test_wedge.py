"""Scans are told from typing by the time between keys, and nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.scanner.hands import ENTER, NUMBER, Till, net, typed

from centara_giftcard.scanner.keyboard import TAKE_BACK, Scanned, Typed, WedgeDetector

TRACK_1 = f"%B{NUMBER}^GIFT CARD^2812101?"
TRACK_2 = f";{NUMBER}=28121010000?"
GOODS = "4006381333931"


@pytest.mark.parametrize("end", ["enter", "tab", "ctrl+j", "ctrl+m"])
def test_a_burst_and_its_terminator_are_one_scan(end: str) -> None:
    assert Till().press(NUMBER).press([end]).wait().out == [Scanned(NUMBER)]


def test_a_burst_without_a_terminator_is_a_scan_after_a_pause_that_no_scanner_makes() -> None:
    till = Till().press(NUMBER)
    assert till.wait(249).out == []
    assert till.wait(1).out == [Scanned(NUMBER)]
    assert till.detector.deadline_ms is None


@pytest.mark.parametrize("late", [1, 249, 251, 499])
def test_a_terminator_that_comes_late_presses_nothing(late: float) -> None:
    till = Till().press(NUMBER).wait(min(late, 250))
    assert till.press([ENTER], gap=late - min(late, 250)).wait().out == [Scanned(NUMBER)]


def test_a_persons_enter_after_a_scan_counts() -> None:
    assert Till().press(NUMBER).wait(250).press([ENTER], 260).wait().out == [Scanned(NUMBER), Typed(ENTER)]
    assert Till().press([*NUMBER, ENTER]).press([ENTER], 130).wait().out == [Scanned(NUMBER), Typed(ENTER)]


@pytest.mark.parametrize("gap", [70, 80, 200])
def test_slow_keys_are_typing_in_order(gap: float) -> None:
    assert Till().press([*NUMBER, ENTER], gap).wait().out == typed([*NUMBER, ENTER])


@pytest.mark.parametrize("key", ["5", "f12", "escape", "enter", "tab", "up", "backspace"])
def test_a_lone_key_is_held_no_longer_than_the_gap(key: str) -> None:
    till = Till().press([key])
    assert till.detector.deadline_ms == till.now + 60
    assert till.wait(60).out == typed([key])


# --- named keys, which a code can carry as well -----------------------------------------------------------


@pytest.mark.parametrize("gap", [0, 4, 20, 45, 58])
@pytest.mark.parametrize("named", ["f12", "escape", "delete", "f10", "ctrl+]", "f3", "ctrl+1", "f2"])
@pytest.mark.parametrize("place", [0, 1, 5, 12, 13])
def test_a_named_key_within_a_scan_acts_never(gap: float, named: str, place: int) -> None:
    till = Till().press([*GOODS[:place], named, *GOODS[place:], ENTER], gap).wait()
    assert net(till.out) == [Scanned(GOODS)]


@pytest.mark.parametrize("late", [4, 20, 60, 119])
def test_a_function_key_after_a_scans_terminator_is_the_scanners(late: float) -> None:
    assert Till().press([*GOODS, ENTER]).press(["f12"], late).wait().out == [Scanned(GOODS)]


@pytest.mark.parametrize("late", [4, 60, 240])
def test_a_function_key_in_the_place_of_a_terminator_is_the_scanners(late: float) -> None:
    assert Till().press(GOODS).press(["f12"], late).wait().out == [Scanned(GOODS)]


@pytest.mark.parametrize("gap", [9, 20, 40, 59])
def test_going_to_another_screen_right_before_a_scan_is_a_persons(gap: float) -> None:
    till = Till().press(["f4"]).press("6", gap).press([*"091000000000017", ENTER]).wait()
    assert till.out == [Typed("f4"), Scanned(NUMBER)]
    for named in ("f12", "escape", "delete", "ctrl+1", "f10"):
        till = Till().press([named]).press("6", gap).press([*"091000000000017", ENTER]).wait()
        assert till.out == [Scanned(NUMBER)]


@pytest.mark.parametrize("gap", [0, 4, 25, 45, 58])
@pytest.mark.parametrize("keys", [["f3", "ctrl+1"], ["f12", "f12"], ["escape", "f12"]])
def test_a_code_of_named_keys_alone_does_nothing_and_is_no_card(keys: list[str], gap: float) -> None:
    assert Till().press(keys, gap).wait().out == [Scanned("")]


@pytest.mark.parametrize("gap", [0, 4, 25, 45, 58])
def test_a_code_that_types_an_amount_enter_and_f12_does_nothing(gap: float) -> None:
    assert Till().press([*"500", ENTER, "f12"], gap).wait().out == [Scanned("500")]


def test_carriage_return_and_line_feed_are_one_terminator() -> None:
    assert Till().press(NUMBER).press([ENTER, "ctrl+j"]).wait().out == [Scanned(NUMBER)]


def test_the_end_of_a_scan_that_comes_after_its_terminator_is_no_scan() -> None:
    assert Till().press([*NUMBER, ENTER, *"12", "f12", "f10"]).wait().out == [Scanned(NUMBER)]


# --- broken scans, short ones, stutters ---------------------------------------------------------------------


@pytest.mark.parametrize("gap", [4, 10])
@pytest.mark.parametrize("text", ["12", "123", "4006", "40063"])
def test_a_short_code_is_a_scan(text: str, gap: float) -> None:
    assert Till().press(text, gap).wait().out == [Scanned(text)]
    assert Till().press([*text, ENTER], gap).wait().out == [Scanned(text)]


@pytest.mark.parametrize("gap", [4, 20])
def test_a_code_of_one_digit_and_enter_is_a_scan(gap: float) -> None:
    assert Till().press(["5", ENTER], gap).wait().out == [Scanned("5")]


@pytest.mark.parametrize("gap", [45, 55, 60])
def test_a_slow_scanner_is_a_scanner(gap: float) -> None:
    assert Till().press([*GOODS, ENTER], gap).wait().out == [Scanned(GOODS)]
    assert Till().press([*"40063", ENTER], gap).wait().out == [Scanned("40063")]


@pytest.mark.parametrize("pause", [60, 80, 150, 190])
@pytest.mark.parametrize("gap", [4, 20, 45, 60])
@pytest.mark.parametrize("place", [1, 2, 3, 4, 9])
def test_a_scanner_that_stutters_leaves_nothing_behind(place: int, gap: float, pause: float) -> None:
    till = Till().press(GOODS[:place], gap).wait(pause).press([*GOODS[place:], ENTER], gap)
    assert net(till.wait().out) == [Scanned(GOODS)]


def test_what_was_given_out_as_typed_is_taken_back_key_by_key() -> None:
    till = Till().press("40", gap=45).wait(80)
    assert till.out == typed("40")
    till.press([*"06381", ENTER])
    assert till.out[2:] == [Typed(TAKE_BACK), Typed(TAKE_BACK), Scanned("4006381")]


def test_what_a_person_typed_before_a_scan_stays() -> None:
    """Somebody who types more than one key is no scanner; nor is a key 0.3 s before."""
    for before, pause in (("12", 100), ("5", 300)):
        till = Till().press(before, gap=100).wait(pause).press([*NUMBER, ENTER]).wait()
        assert till.out == [*typed(before), Scanned(NUMBER)]


def test_a_digit_typed_right_before_a_card_stays_and_one_of_the_cards_own_does_not() -> None:
    till = Till(WedgeDetector(is_card=lambda text: text == NUMBER)).press("5").wait(100)
    assert till.press([*NUMBER, ENTER]).out == [*typed("5"), Scanned(NUMBER)]
    till.press("6", 1000).wait(100).press([*NUMBER[1:], ENTER])
    assert till.out[2:] == [*typed("6"), Typed(TAKE_BACK), Scanned(NUMBER)]


def test_a_huge_code_is_swallowed_and_bounded() -> None:
    (scan,) = Till().press("12" * 2000).press([ENTER]).wait().out
    assert isinstance(scan, Scanned)
    assert len(scan.text) == 512


def test_two_scans_in_a_row_stay_two() -> None:
    till = Till().press(NUMBER).press([ENTER]).press("999999", gap=5).press("1").press([ENTER])
    assert till.out == [Scanned(NUMBER), Scanned("9999991")]


def test_two_scanners_at_once_give_scans_and_no_keys() -> None:
    keys = [key for pair in zip(NUMBER, GOODS + "000", strict=True) for key in pair]
    till = Till().press([*keys, ENTER, ENTER]).wait()
    assert all(out.is_scan for out in till.out)
    assert len(till.out) == 1


# --- held keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["5", "f12", "enter", "escape", "up"])
def test_a_key_held_down_is_one_press(key: str) -> None:
    till = Till().press([key]).wait(250).press([key] * 40, gap=30, repeat=True)
    assert till.wait().out == typed([key])


def test_backspace_repeats_while_it_is_held_down() -> None:
    till = Till().press(["backspace"]).wait(250).press(["backspace"] * 4, gap=30, repeat=True)
    assert till.wait().out == typed(["backspace"] * 5)


def test_a_held_key_whose_repeats_lost_their_mark_types_nothing_more() -> None:
    """As over a remote desktop: they are as fast as a scanner, and are told as one."""
    till = Till().press(["5"]).wait(500).press(["5"] * 20, gap=30).wait()
    assert till.out == [*typed("5"), Scanned("5" * 20)]


def test_equal_characters_of_a_scan_that_look_like_a_repeat_stay_in_it() -> None:
    till = Till().press("6091").press("0").press("000", gap=0, repeat=True).press("17").press([ENTER])
    assert till.out == [Scanned("6091000017")]


# --- swipes, prefix and suffix ------------------------------------------------------------------------------


@pytest.mark.parametrize("between", [[], [ENTER], [ENTER, "ctrl+j"]])
def test_both_tracks_of_a_swipe_are_one_scan(between: list[str]) -> None:
    till = Till().press(TRACK_1).press(between).press(TRACK_2).press([ENTER]).wait()
    assert till.out == [Scanned(TRACK_1 + TRACK_2)]


@pytest.mark.parametrize(("first", "second"), [("%E?", TRACK_2), (TRACK_1, ";E?"), ("%E?", ";E?")])
def test_an_unreadable_track_never_reaches_a_field(first: str, second: str) -> None:
    till = Till().press(first).press([ENTER]).press(second).press([ENTER]).wait()
    assert till.out == [Scanned(first + second)]


def test_a_key_right_after_a_swipe_is_the_readers() -> None:
    assert Till().press(TRACK_2).press([ENTER, "escape"]).wait().out == [Scanned(TRACK_2)]


def test_a_prefix_makes_a_scan_and_lets_what_was_typed_before_go() -> None:
    till = Till(WedgeDetector(prefix="~!")).press("12~!34", 50).press([ENTER])
    assert till.out == [*typed("12"), Scanned("~!34")]
    till = Till(WedgeDetector(prefix="~")).press("1", 50).wait(80).press("~34", 50).press([ENTER])
    assert till.out == [*typed("1"), Scanned("~34")]


def test_a_prefix_typed_by_hand_is_typing() -> None:
    till = Till(WedgeDetector(prefix="~")).press("~").wait(80).press("12", gap=80).press([ENTER], gap=80)
    assert till.wait().out == typed([*"~12", ENTER])


def test_a_scan_without_the_prefix_is_a_scan_all_the_same() -> None:
    assert Till(WedgeDetector(prefix="~")).press(NUMBER).press([ENTER]).out == [Scanned(NUMBER)]


def test_a_suffix_ends_a_scan_at_once_and_its_terminator_presses_nothing() -> None:
    till = Till(WedgeDetector(suffix="##")).press(NUMBER + "##")
    assert till.out == [Scanned(NUMBER + "##")]
    assert till.press([ENTER]).wait().out == [Scanned(NUMBER + "##")]
    assert Till(WedgeDetector(suffix="#")).press("5#", 50).wait().out == typed("5#")


# --- other layouts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["à&é\"'(-è_ç", "é+ěščřžýáí", "0123456789"])
def test_digits_are_read_by_their_place(row: str) -> None:
    """French and Belgian, Czech, and a row that writes digits anyway."""
    till = Till()
    for digit in NUMBER:
        till.press([row[int(digit)]], us=digit)
    assert till.press([ENTER]).out == [Scanned(NUMBER)]


def test_a_scanner_that_is_set_to_the_tills_layout_is_read_as_it_writes() -> None:
    """A French scanner sends its digits with Shift, and means a hyphen where a US keyboard has its 6."""
    till = Till().press("6091", us="^").press("-", us="6").press("0017", us=")").press([ENTER])
    assert till.out == [Scanned("6091-0017")]


def test_a_scan_shows_no_number_in_a_log() -> None:
    assert NUMBER not in repr(Scanned(NUMBER))


# --- any keys at any times ----------------------------------------------------------------------------------

KEYS = st.one_of(st.sampled_from([*"0123456789%;?=~#", "enter", "tab", "f12", "escape", "backspace"]))
STEPS = st.lists(
    st.tuples(KEYS, st.sampled_from([0.0, 2, 20, 35, 60, 61, 80, 200, 500]), st.booleans()), max_size=60
)


@given(STEPS, st.sampled_from(["", "~"]), st.sampled_from(["", "#"]))
def test_no_character_is_doubled_or_moved(
    steps: list[tuple[str, float, bool]], prefix: str, suffix: str
) -> None:
    till = Till(WedgeDetector(prefix, suffix))
    for key, gap, repeat in steps:
        till.press([key], gap, repeat=repeat)
    till.wait()
    came = "".join(out.text for out in net(till.out) if out.is_scan or len(out.text) == 1)
    pressed = iter(key for key, _, _ in steps if len(key) == 1)
    assert all(character in pressed for character in came)
    assert till.detector.deadline_ms is None
