"""The keyboard on the screen: letters, digits and signs, so that a touch screen alone can write.

Each language has its own order of the letters, and every layout has those of all of them: a name on a card
does not ask for the till's language.
"""

from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from centara_giftcard.ui.theme import SEMIBOLD, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.base import Drawn, fill
from centara_giftcard.ui.widgets.keypad import Key, LongPress

ROWS: Final = 5
COLUMNS: Final = 12
KEY_MIN: Final = 48
LONGEST_KEY: Final = 60

_LETTERS: Final = {
    "en": ("qwertyuiopüð", "asdfghjklöäæ", "zxcvbnmßþ"),
    "de": ("qwertzuiopüð", "asdfghjklöäæ", "yxcvbnmßþ"),
    "is": ("qwertyuiopðü", "asdfghjklæöä", "zxcvbnmþß"),
}
_SIGNS: Final = ('!"#$%&()=?+*', "'_;·<>[]{}|\\", "@~^€£§°´`")
_ACCENTS: Final = "áéíóúý"

SHIFT, SIGNS, CLOSE, SPACE, BACKSPACE = "shift", "signs", "close", "space", "backspace"
_NAMES: Final = {SHIFT: "Capitals", SIGNS: "Signs", CLOSE: "Digits only", SPACE: "Space"}
_OFF, _ONCE, _LOCKED = range(3)


class LetterKey(Key):
    """One key: a character, or one of the few that have a name. `active` is a Shift that is on."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(theme, name, parent)
        self.active = False
        if name in _NAMES:
            self.setAccessibleName(_NAMES[name])

    def show_face(self, face: str, active: bool = False) -> None:
        """Show another character or word on it."""
        if (face, active) != (self.face, self.active):
            self.face, self.active = face, active
            if self.name not in _NAMES:
                self.setAccessibleName(face)
            self.update()

    def look(self) -> tuple[object, ...]:
        return (*super().look(), self.active)

    def draw(self, painter: QPainter) -> None:
        if self.name == BACKSPACE:
            return super().draw(painter)
        colours, rect = self.theme.colours, QRectF(self.rect())
        idle = colours.brand_soft if self.active else colours.sunk
        line = colours.brand if self.active else None
        fill(painter, rect, 10, self.state_of(idle, colours.sunk_hover, colours.sunk_press), line, 2)
        size = 22 if len(self.face) == 1 else 16
        font = text.fitted(self.theme, self.face, rect.width() - 8, size, SEMIBOLD)
        return text.draw_line(painter, rect, self.face, font, colours.ink, text.CENTRE)


class Letters(Drawn):
    """Five rows of keys. Emits `pressed`: a character, "space", "backspace", "clear" for a long backspace.

    With `closable` it also has a key that emits `closed`: the digits alone are wanted again.
    """

    pressed = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, closable: bool = False) -> None:
        super().__init__(theme, parent)
        self._closable = closable
        self._language = "en"
        self._shift = _OFF
        self._signs = False
        self._rows: list[list[tuple[LetterKey, int]]] = []
        self._lay_out()

    def configure(self, language: str) -> None:
        """Have the letters in the order of `language`."""
        if language != self._language:
            self._language = language
            self._relabel()

    def high_for(self, room: int) -> int:
        """The height it takes where there is `room`: keys shrink before one is cut."""
        gap = self.theme.sizes.key_gap
        key = min(LONGEST_KEY, (room - (ROWS - 1) * gap) // ROWS)
        return ROWS * key + (ROWS - 1) * gap

    def start(self) -> None:
        """Begin anew with small letters: another text is asked for."""
        self._shift, self._signs = _OFF, False
        self._relabel()

    def arrange(self) -> None:
        gap = min(self.theme.sizes.key_gap, 8)
        wide = (self.width() - (COLUMNS - 1) * gap) / COLUMNS
        high = (self.height() - (ROWS - 1) * gap) / ROWS
        for place, row in enumerate(self._rows):
            column, top = 0, round(place * (high + gap))
            foot = round(place * (high + gap) + high)
            for key, span in row:
                left = round(column * (wide + gap))
                right = round((column + span - 1) * (wide + gap) + wide)
                key.setGeometry(left, top, right - left, foot - top)
                column += span

    def _lay_out(self) -> None:
        """Make every key once; only the faces change afterwards."""
        letters = [[f"letter-{row}-{n}" for n in range(len(_SIGNS[row]))] for row in range(3)]
        spare = [CLOSE] if self._closable else []
        rows = (
            [*"1234567890-", BACKSPACE],
            letters[0],
            letters[1],
            [SHIFT, *letters[2], ",", "."],
            [SIGNS, *_ACCENTS, SPACE, ":", "/", *spare],
        )
        for row in rows:
            spans = {SPACE: COLUMNS - len(row) + 1}
            self._rows.append([(self._key(name), spans.get(name, 1)) for name in row])
        self._relabel()

    def _key(self, name: str) -> LetterKey:
        key = LetterKey(self.theme, name, self)
        if name == BACKSPACE:
            LongPress(key, lambda: self.pressed.emit(BACKSPACE), lambda: self.pressed.emit("clear"))
        else:
            key.clicked.connect(self._press)
        return key

    def _relabel(self) -> None:
        faces = _SIGNS if self._signs else _LETTERS.get(self._language, _LETTERS["en"])
        named = {SHIFT: "⇧", SIGNS: "abc" if self._signs else "#+=", CLOSE: "123", SPACE: "␣"}
        for row in self._rows:
            for key, _ in row:
                if key.name.startswith("letter-"):
                    _, line, place = key.name.split("-")
                    face = faces[int(line)][int(place)]
                    key.show_face(face if self._signs else self._cased(face))
                    key.setObjectName(f"key-{key.face}")
                elif key.name in _ACCENTS:
                    key.show_face(self._cased(key.name))
                elif key.name in named:
                    key.show_face(named[key.name], key.name == SHIFT and self._shift != _OFF)
                    key.setEnabled(key.name != SHIFT or not self._signs)

    def _cased(self, letter: str) -> str:
        upper = letter.upper()
        return upper if self._shift != _OFF and len(upper) == 1 else letter

    def _press(self) -> None:
        key = self.sender()
        if not isinstance(key, LetterKey):
            return None
        if key.name == CLOSE:
            return self.closed.emit()
        if key.name == SIGNS:
            self._signs = not self._signs
        elif key.name == SHIFT:
            self._shift = (self._shift + 1) % 3
        else:
            said = SPACE if key.name == SPACE else key.face
            if self._shift == _ONCE and key.name != SPACE:
                self._shift = _OFF
            self.pressed.emit(said)
        return self._relabel()
