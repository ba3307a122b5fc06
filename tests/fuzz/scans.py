"""What the scan parsers make of anything: bytes in any pieces, keys at any times, any typed text."""

# ruff: noqa: PT017 - what is raised is one of several good ends, and judged where it is caught

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from fuzz.hunt import Property
from fuzz.secrets_planted import CARD, GROUPED, given_away
from hypothesis import strategies as st

from centara_giftcard.domain.cards import MAX_NUMBER, CheckDigit, Series, identify, luhn_valid
from centara_giftcard.domain.errors import AmountError, CardNumberError
from centara_giftcard.domain.money import MAX_DIGITS, Currency, Money
from centara_giftcard.scanner.framing import FRAME_LIMIT, Framer, Swipe, is_track, read_frame
from centara_giftcard.scanner.keyboard import (
    PAUSE_MS,
    TAKE_BACK,
    TERMINATORS,
    Output,
    Scanned,
    Typed,
    WedgeDetector,
)
from centara_giftcard.scanner.serial import _SILENT_READS, DEFAULT_LINE, SerialScanner, _Reader
from centara_giftcard.terminal.ports import Scan

_NUMBER: Final = CARD.reveal()
_FRAGMENTS: Final = (
    _NUMBER,
    GROUPED,
    f"]C1{_NUMBER}",
    f"%B{_NUMBER}^CARD/GIFT^2912?",
    f";{_NUMBER}=2912?",
    "+123?",
    "%E?",
    ";E?",
    f"%B{_NUMBER}&CARD-GIFT&2912_",
    f"ö{_NUMBER}´2912_",
    f"æ{_NUMBER}-2912Þ",
    ";6091999900001111=2912?",
    "%",
    ";",
    "+",
    "?",
    "_",
    "]",
    "\x1d",
    "\u200b",
    "\u0660\u0661\u0662",
    "\ud800",
    "é",
    "\u00b2",
    "６０９１",
    "\x00",
)
texts = st.lists(st.one_of(st.sampled_from(_FRAGMENTS), st.text(max_size=8)), max_size=4).map("".join)
"""What a scanner might send: tracks of several keyboards, numbers, parts of them, anything."""

SERIES: Final = (
    Series("Classic", "6091", "6091", 16),
    Series("Long", "6091", "60910", 19, CheckDigit.LUHN),
    Series("Luhn", "77", "77", 10, CheckDigit.LUHN),
    Series("Letters", "AB", "AB", 8),
)
_REASONS: Final = set(
    "empty malformed one_missing one_extra too_short too_long length letter check_digit".split()
) | {"unknown_series"}
_AMOUNT_REASONS: Final = {"empty", "malformed", "decimals", "zero", "too_large"}


def any_text_names_a_card_or_none(it: tuple[str, tuple[Series, ...]]) -> None:
    """A number is believed only where every rule holds; what is not names its reason and not the number."""
    text, series = it
    try:
        card = identify(text, series)
    except CardNumberError as error:
        assert error.reason in _REASONS
        assert str(error) == error.reason
        return
    number = card.number.reveal()
    assert re.fullmatch(f"[0-9A-Za-z]{{4,{MAX_NUMBER}}}", number)
    written = "".join(c for c in text if c not in " -").lower()
    assert number.lower() in {written, f"0{written}", written[1:]}
    assert number.lower() == written or len(written) + len(number) == 25  # a UPC-A number as an EAN-13
    assert (card.series is None) is (not series)
    if card.series is not None:
        assert number.startswith(card.series.prefix)
        assert number.isdecimal() or not card.series.prefix.isdecimal()
        assert len(number) == card.series.length
        assert card.series.check_digit is CheckDigit.NONE or luhn_valid(number)
    assert len(number) <= 4 or number not in f"{card.number!r}{card.number}".removeprefix("CardNumber")


def any_frame_is_a_number_or_nothing(it: tuple[str, str, str]) -> None:
    """A frame gives a number no longer than itself, on one line; a readable swipe gives its digits."""
    text, prefix, suffix = it
    number = read_frame(text, prefix, suffix)
    if number is None:
        return
    assert len(number) <= len(text)
    assert number == "" or number.isprintable()
    if text in (f";{_NUMBER}=2912?", f"%B{_NUMBER}^CARD/GIFT^2912?", f"]C1{_NUMBER}") and not prefix + suffix:
        assert number == _NUMBER
    with suppress(CardNumberError):
        identify(number, SERIES)


def any_amount_is_exact_or_refused(it: tuple[str, Currency]) -> None:
    """An amount is exactly what was typed, above zero and of 12 digits at most; or it names its reason."""
    text, currency = it
    try:
        amount = Money.typed(text, currency)
    except AmountError as error:
        assert error.reason in _AMOUNT_REASONS
        assert str(error) == error.reason
        plain = re.fullmatch(r"[0-9]{1,9}", text)
        assert plain is None or int(text) == 0
        return
    assert re.fullmatch(r"[0-9]*[.,]?[0-9]*", text)
    whole, _, part = text.replace(",", ".").partition(".")
    assert Fraction(amount.minor, 10**currency.decimals) == Fraction(Decimal(f"{whole or 0}.{part or 0}"))
    assert 0 < amount.minor < 10**MAX_DIGITS
    assert amount.currency is currency


# --- bytes of a serial port ---------------------------------------------------------------------------------


def _pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted(cut % (len(data) + 1) for cut in cuts)
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def any_pieces_make_the_same_frames(it: tuple[bytes, list[int]]) -> None:
    """However bytes are cut, the frames are those of the whole; none is empty or too long."""
    data, cuts = it
    whole, framer = Framer(), Framer()
    frames = []
    for piece in _pieces(data, cuts):
        frames += framer.feed(piece)
        assert len(framer._rest) <= FRAME_LIMIT
    assert frames == whole.feed(data)
    visible = (part.replace(b"\x02", b"") for part in re.split(rb"[\r\n\x03]", data)[:-1])
    assert frames == [part for part in visible if 0 < len(part) <= FRAME_LIMIT]


class _Device:
    """A serial port that gives the pieces, with a pause after some, and is pulled out then."""

    in_waiting = 0

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int) -> bytes:
        if not self._pieces:
            raise OSError("pulled out")
        return self._pieces.pop(0)


class _AtOnce:
    """A loop that calls at once."""

    def call_soon_threadsafe(self, callback: Any) -> None:
        callback()


def any_bytes_of_a_serial_port_are_scans(it: tuple[bytes, list[int]]) -> None:
    """The reader ends only with the device's own fault, and what it gave are scans that hide their text."""
    data, cuts = it
    scans: list[Scan] = []
    read = SerialScanner()._read_scan(scans.append)
    faults: list[Exception] = []
    reader = _Reader("", DEFAULT_LINE, read, lambda state: None, faults.append, _AtOnce())  # type: ignore[arg-type]
    pieces = [*_pieces(data, cuts), b"\r", b""]
    silences = pieces.count(b"") // _SILENT_READS  # each may end a scan whose scanner sends no terminator
    with suppress(OSError):
        reader._listen(_Device(pieces))  # type: ignore[arg-type]
    assert faults == []
    assert len(scans) <= 1 + silences + sum(data.count(end) for end in b"\r\n\x03") + len(data) // FRAME_LIMIT
    for scan in scans:
        assert scan.number == "" or scan.number.isprintable()
        assert given_away(f"{scan!r}{scan}") is None
        with suppress(CardNumberError):
            identify(scan.number, SERIES)
    if data == _NUMBER.encode() and not silences:
        assert [scan.number for scan in scans] == [_NUMBER]


def any_frames_are_one_swipe_or_pass(frames: list[str]) -> None:
    """Frames come out in order and without loss, and a frame that is no track waits for nothing."""
    swipe, out = Swipe(), []
    for frame in frames:
        out += swipe.add(frame)
        assert is_track(frame) is swipe.pending
    out += swipe.end()
    assert "".join(out) == "".join(frames)
    assert not swipe.pending


# --- keys ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key, and how long after the one before it was pressed; time may jump."""

    key: str
    gap_ms: float
    repeat: bool = False


_NAMES: Final = (*sorted(TERMINATORS), "f12", "escape", "backspace", "left", "f2")
_keys = st.builds(
    Key,
    st.one_of(
        st.sampled_from("0123456789;=?%^]é"),
        st.sampled_from("0123456789"),
        st.characters(),
        st.sampled_from(_NAMES),
    ),
    st.sampled_from((0.0, 2.0, 2.0, 2.0, 35.0, 45.0, 60.0, 60.001, 80.0, 120.0, 200.0, 400.0, 1e7, -5.0)),
    st.sampled_from((False, False, False, True)),
)
_bursts = st.sampled_from(_FRAGMENTS[:10]).map(lambda text: [Key(character, 3.0) for character in text])
strokes = st.lists(st.one_of(_keys.map(lambda key: [key]), _bursts), max_size=12).map(
    lambda parts: [key for part in parts for key in part]
)
"""Keys of people and scanners in any order."""


@dataclass(frozen=True)
class Wedge:
    """A detector's settings and the keys it is told."""

    prefix: str
    suffix: str
    keys: list[Key]
    looks: int  # after every so many keys the clock is looked at, as a timer does


wedges = st.builds(
    Wedge, st.sampled_from(("", "", "~", "%%")), st.sampled_from(("", "", "#")), strokes, st.integers(1, 5)
)


def any_keys_are_sorted_in_order(it: Wedge) -> None:
    """No character comes out twice or out of order, what is taken back was told, no named key is made up.

    Then a scan is a scan, whatever came before, and presses nothing.
    """
    detector, now_ms, out = WedgeDetector(it.prefix, it.suffix), 0.0, list[Output]()
    pressed, latest_ms = "", 0.0
    for number, key in enumerate(it.keys):
        now_ms += key.gap_ms
        latest_ms = max(latest_ms, now_ms)
        out += detector.key(key.key, now_ms, repeat=key.repeat)
        pressed += key.key if len(key.key) == 1 else ""
        if number % it.looks == 0 and detector.deadline_ms is not None:
            assert detector.deadline_ms <= latest_ms + PAUSE_MS
            out += detector.silence(now_ms)
    now_ms += 1e9
    out += detector.silence(now_ms)
    assert detector.deadline_ms is None
    left: list[str] = []
    for told in out:
        if told == Typed(TAKE_BACK):
            assert len(left.pop()) == 1
        elif told.is_scan or len(told.text) == 1:
            left.append(told.text)
    rest = iter(pressed)
    assert all(character in rest for character in "".join(left))
    named = iter(key.key for key in it.keys if len(key.key) > 1)
    acted = [it.text for it in out if isinstance(it, Typed) and len(it.text) > 1 and it.text != TAKE_BACK]
    assert all(name in named for name in acted)
    scanned = it.prefix + _NUMBER + it.suffix
    for character in (*scanned, "enter"):
        now_ms += 2
        out = detector.key(character, now_ms)
        if out:
            break
    assert out == [Scanned(scanned)]
    assert detector.key("enter", now_ms + 2) == []  # CR LF, or the Enter after the suffix
    assert given_away(repr(out)) is None


def a_person_is_never_a_scan(digits: list[tuple[str, float]]) -> None:
    """Keys at a person's pace are all typed, the Enter too."""
    detector, now_ms, out = WedgeDetector(), 0.0, list[Output]()
    for key, gap_ms in digits:
        now_ms += gap_ms
        out += detector.silence(now_ms)
        out += detector.key(key, now_ms)
    out += detector.silence(now_ms + 1000)
    assert out == [Typed(key) for key, _ in digits]


_currencies = st.sampled_from(("EUR", "ISK", "KWD")).map(Currency.of)
_amounts = st.one_of(
    st.from_regex(r"\A[0-9]{0,14}([.,][0-9]{0,4})?\Z"),
    st.text("0123456789.,-+eE_ ٣²", max_size=12),
    st.text(max_size=6),
    st.sampled_from(
        ("9" * 5000, "0" * 5000 + "1", "." + "0" * 5000, "NaN", "inf", "1e5", "٣", "1_0", "1\n", "-1")
    ),
)
_alphabet: Final = b"0123456789;=?%^ABCE\r\n\x02\x03+\x1d\xff"
_streams = st.one_of(
    st.lists(
        st.one_of(
            st.sampled_from([text.encode("latin-1", errors="replace") for text in _FRAGMENTS]),
            st.sampled_from((b"\r", b"\n", b"\r\n", b"\x03", b"\x02", b"5" * 511, b"5" * 513)),
            st.binary(max_size=6),
        ),
        max_size=10,
    ).map(b"".join),
    st.lists(st.sampled_from(_alphabet), max_size=40).map(bytes),
)
_cut_streams = st.tuples(_streams, st.lists(st.integers(0, 4000), max_size=6))
_fixes = st.sampled_from(("", "", "~", "]C1", "\x02"))

PROPERTIES: Final = (
    Property(
        "any text names a card or none",
        st.tuples(texts, st.sampled_from(((), SERIES))),
        any_text_names_a_card_or_none,
        4,
    ),
    Property(
        "any frame is a number or nothing",
        st.tuples(texts, _fixes, _fixes),
        any_frame_is_a_number_or_nothing,
        4,
    ),
    Property(
        "any amount is exact or refused", st.tuples(_amounts, _currencies), any_amount_is_exact_or_refused, 2
    ),
    Property("any pieces make the same frames", _cut_streams, any_pieces_make_the_same_frames, 4),
    Property("any bytes of a serial port are scans", _cut_streams, any_bytes_of_a_serial_port_are_scans, 4),
    Property(
        "any frames are one swipe or pass", st.lists(texts, max_size=6), any_frames_are_one_swipe_or_pass
    ),
    Property("any keys are sorted in order", wedges, any_keys_are_sorted_in_order, 6),
    Property(
        "a person is never a scan",
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from((*"0123456789", "enter")), st.sampled_from((70.0, 100.0, 900.0))),
                st.tuples(st.just("f12"), st.sampled_from((100.0, 150.0, 900.0))),  # a hand has to reach it
            ),
            max_size=20,
        ),
        a_person_is_never_a_scan,
        2,
    ),
)
