"""From what a scanner sends to the number a card says of itself. Pure: no device, no clock, no Qt.

Three steps: `Framer` cuts a stream of bytes into frames, `Swipe` puts the tracks of one swipe together again,
and `read_frame` finds the number in what was read. Whether it belongs to a card is for the domain to say.

Magnetic tracks follow ISO/IEC 7813: track 1 is `%B<number>^<name>^<date>...?`, track 2
`;<number>=<date>...?`, track 3 begins with `+`; a check character may follow the `?`. A reader that cannot
read a track sends `%E?`, `;E?`, `+E?`.
"""

import re

FRAME_LIMIT = 512
"""Characters a frame may have: the three tracks of a card have 79 + 40 + 107, a card's barcode far fewer."""

_STX = b"\x02"
_SEPARATORS = b"\t\x04\x1c\x1d\x1e\x1f"
_AIM = re.compile(r"[\]+'][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424; `]` is `+` or `'` under the layouts below
_SENTINELS = ("%", ";", "+")
_TRACK = re.compile(r"[%;+].+\?.?")
_TRACK_1 = re.compile(r"%[A-Za-z]?([0-9 ]+)[\^?]")
_TRACK_2 = re.compile(r";([0-9 ]+)[=?]")

# A wedge presses the keys of a US keyboard; these are the same keys under a German and an Icelandic layout,
# told by where the swipe starts and ends.
_FOREIGN = (
    (re.compile(r"[%öÖ].+_.?"), str.maketrans("öÖ´&_", ";;=^?")),
    (re.compile(r"[%æÆ].+[þÞ].?"), str.maketrans("æÆ-&þÞ", ";;=^??")),
)


class Framer:
    """Cuts bytes, in pieces of any size, into frames at any of `terminators`.

    Frames are never empty and have at most `limit` bytes: a longer one is dropped up to its terminator, and
    `too_long` until then.
    """

    def __init__(self, terminators: bytes = b"\r\n\x03", limit: int = FRAME_LIMIT) -> None:
        self._end = re.compile(b"[" + re.escape(terminators) + b"]")
        self._limit = limit
        self._rest = b""
        self.too_long = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return the frames they complete."""
        *ended, rest = self._end.split(data.replace(_STX, b""))
        frames = []
        for piece in ended:
            self._grow(piece)
            if self._rest:
                frames.append(self._rest)
            self._rest, self.too_long = b"", False
        self._grow(rest)
        return frames

    def end(self) -> list[bytes]:
        """Nothing more came for a while: return what was begun, unless it is nothing."""
        rest, self._rest, self.too_long = self._rest, b"", False
        return [rest] if rest else []

    def _grow(self, piece: bytes) -> None:
        self.too_long = self.too_long or len(self._rest) + len(piece) > self._limit
        self._rest = b"" if self.too_long else self._rest + piece


class Swipe:
    """Puts the tracks of one swipe together that come as a frame each; other frames pass at once."""

    def __init__(self) -> None:
        self._tracks: list[str] = []

    @property
    def pending(self) -> bool:
        """Whether a track is kept because the next one may follow."""
        return bool(self._tracks)

    def add(self, frame: str) -> list[str]:
        """Take a frame; return what is complete by now. A track that is there already begins a new swipe."""
        if not is_track(frame):
            return [*self.end(), frame]
        complete = self.end() if any(frame[0] == track[0] for track in self._tracks) else []
        self._tracks.append(frame)
        return complete

    def end(self) -> list[str]:
        """No track follows: return the swipe that was kept, if there is one."""
        whole = "".join(self._tracks)
        self._tracks.clear()
        return [whole] if whole else []


def is_track(frame: str) -> bool:
    """Whether a frame is one or more whole magnetic tracks, readable or not."""
    return _TRACK.fullmatch(_as_us_keyboard(frame)) is not None


def is_text(frame: bytes) -> bool:
    """Whether a frame is what a scanner sends, ASCII with the separators of GS1 codes, and no noise."""
    return all(0x20 <= byte < 0x7F or byte in _SEPARATORS for byte in frame)


def read_frame(text: str, prefix: str = "", suffix: str = "") -> str | None:
    """Return the number that a scan or swipe names, unchecked, never longer than `text`.

    None if it says nothing (only control characters, say); "" if it is a swipe without a readable number.
    `prefix` and `suffix` are what the scanner is set up to add; a frame without them is read all the same.
    """
    said = _visible(text).strip()
    said = said.removeprefix(_visible(prefix)).removesuffix(_visible(suffix))
    aim = _AIM.match(said)
    if aim:
        said = said[aim.end() :]
    if not said:
        return None
    swipe = _as_us_keyboard(said)
    return _number_of(swipe) if swipe.startswith(_SENTINELS) else said


def _number_of(swipe: str) -> str:
    """The number on the tracks; "" if there is none or they differ, for then one was misread."""
    found = (track.search(swipe) for track in (_TRACK_1, _TRACK_2))
    numbers = {match[1].replace(" ", "") for match in found if match}
    return numbers.pop() if len(numbers) == 1 else ""


def _visible(text: str) -> str:
    """Without control characters: STX and ETX, FNC1 as GS of GS1 codes, line ends, zero-width marks."""
    return "".join(character for character in text if character.isprintable())


def _as_us_keyboard(text: str) -> str:
    for shape, table in _FOREIGN:
        if shape.fullmatch(text):
            return text.translate(table)
    return text
