"""From bytes and swipes to the number a card says of itself."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centara_giftcard.scanner.framing import FRAME_LIMIT, Framer, Swipe, is_track, read_frame

NUMBER = "6091000000000017"
TRACK_1 = f"%B{NUMBER}^GIFT/CARD^2812101?"
TRACK_2 = f";{NUMBER}=28121010000?"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\x03", b"\x03\r\n"])
def test_every_terminator_ends_a_frame_once(end: bytes) -> None:
    assert Framer().feed(b"\x02first" + end + b"\x02second" + end) == [b"first", b"second"]


def test_terminators_can_be_chosen() -> None:
    assert Framer(terminators=b"\t]").feed(b"one\ttwo]three\r") == [b"one", b"two"]


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000)))
def test_pieces_of_any_size_give_the_frames_of_the_whole(data: bytes, cuts: list[int]) -> None:
    whole = Framer(limit=20).feed(data)
    edges = [0, *sorted(cuts), len(data)]
    framer = Framer(limit=20)
    pieces = [data[a:b] for a, b in pairwise(edges)]
    assert [frame for piece in pieces for frame in framer.feed(piece)] == whole
    assert all(0 < len(frame) <= 20 for frame in whole)


def test_a_frame_that_is_too_long_is_dropped_up_to_its_terminator() -> None:
    framer = Framer()
    assert framer.feed(b"9" * FRAME_LIMIT) == []
    assert framer.feed(b"9") == []
    assert framer.feed(b"9" * 5000 + b"\rnext\r") == [b"next"]
    assert framer.feed(b"9" * FRAME_LIMIT + b"\r") == [b"9" * FRAME_LIMIT]


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"\x02{NUMBER}\x03",
        f"]C1{NUMBER}",
        f"]C1\x1d{NUMBER}\x1d",
        f"]E0{NUMBER}",
        f"  {NUMBER}\t\r\n",
        TRACK_1,
        TRACK_2,
        TRACK_1 + TRACK_2,
        TRACK_1 + "\r\n" + TRACK_2 + "\r\n",
        TRACK_1 + "X" + TRACK_2 + ";",
        f"%B6091 0000 0000 0017 ^GIFT/CARD^2812101?{TRACK_2}",
        f";{NUMBER}?",
        f";{NUMBER}?5",
        f"%{NUMBER}?;{NUMBER}?",
        f"%E?{TRACK_2}",
        f"{TRACK_1};E?+E?",
        f"%b{NUMBER}^gift/card^2812101?",
        f"{TRACK_2}+{NUMBER}==1?",
    ],
)
def test_a_number_is_found_in_every_dress(text: str) -> None:
    assert read_frame(text) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        f"%B{NUMBER}&GIFT-CARD&2812101_ö{NUMBER}´28121010000_",
        f"ö{NUMBER}´28121010000_",
        f"Ö{NUMBER}_",
        f"%B{NUMBER}&GIFTþCARD&2812101Þæ{NUMBER}-28121010000Þ",
        f"æ{NUMBER}Þ",
        f"+C1{NUMBER}",
        f"'C1{NUMBER}",
    ],
)
def test_german_and_icelandic_keyboards_are_understood(text: str) -> None:
    assert read_frame(text) == NUMBER


@pytest.mark.parametrize(
    "text", ["%E?", ";E?", "+E?", "%E?;E?+E?", f";{NUMBER}", ";?", f"%B{NUMBER}", f"{TRACK_1};6091=2812?"]
)
def test_a_swipe_that_cannot_be_trusted_has_an_empty_number(text: str) -> None:
    assert read_frame(text) == ""


@pytest.mark.parametrize("text", ["", "\r\n", "\x00\x02\x03\x1d", "]C1", "  ", "\x7f\x85\u200b"])
def test_nothing_said_is_no_scan(text: str) -> None:
    assert read_frame(text) is None


@pytest.mark.parametrize("text", [f"~{NUMBER}#!", f"\x02~]C1{NUMBER}#!\r", NUMBER, f"~{TRACK_2}#!", TRACK_2])
def test_the_scanners_own_prefix_and_suffix_are_taken_off(text: str) -> None:
    assert read_frame(text, prefix="\x02~", suffix="#!\r") == NUMBER


@given(st.text(max_size=1500), st.text(max_size=3), st.text(max_size=3))
def test_any_text_is_read_without_failing(text: str, prefix: str, suffix: str) -> None:
    number = read_frame(text, prefix, suffix)
    assert number is None or (len(number) <= len(text) and (number.isprintable()))


@given(st.text(alphabet="%;+ö_?^=&B09 E", max_size=60))
def test_any_swipe_gives_digits_or_nothing(text: str) -> None:
    if text.startswith(("%", ";")):
        number = read_frame(text)
        assert number is not None
        assert number == "" or number.isdecimal()


@given(st.binary(max_size=3000))
def test_any_bytes_are_framed_and_read_without_failing(data: bytes) -> None:
    for frame in Framer().feed(data):
        number = read_frame(frame.decode("latin-1"))
        assert number is None or len(number) <= FRAME_LIMIT


def test_hostile_length_is_read_in_no_time() -> None:
    for text in ("%" * 50_000, "%1" * 50_000, ";" + "1" * 100_000, "%" + " " * 100_000, "ö" * 100_000):
        read_frame(text)


def test_the_tracks_of_one_swipe_come_out_together() -> None:
    swipe = Swipe()
    assert swipe.add(TRACK_1) == []
    assert swipe.pending
    assert swipe.add(TRACK_2) == []
    assert swipe.end() == [TRACK_1 + TRACK_2]
    assert swipe.end() == []
    assert not swipe.pending


def test_the_next_swipe_or_a_barcode_ends_the_one_before() -> None:
    swipe = Swipe()
    assert swipe.add(TRACK_2) == []
    assert swipe.add(TRACK_2) == [TRACK_2]
    assert swipe.add(NUMBER) == [TRACK_2, NUMBER]
    assert swipe.end() == []


def test_only_whole_tracks_are_tracks() -> None:
    assert all(map(is_track, [TRACK_1, TRACK_2, TRACK_1 + TRACK_2, "%E?", ";E?", f"ö{NUMBER}_"]))
    assert not any(map(is_track, ["", "%", ";?", NUMBER, f";{NUMBER}", f"{NUMBER}?"]))
