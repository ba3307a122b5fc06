"""What was typed a moment ago: a character can turn out to have been the first of a scan. No Qt here."""

from typing import Final

DEPTH: Final = 16
"""More characters than a slow scanner types before it is known for one."""


class Former:
    """The texts before each of the last characters, so that a key `take_back` undoes exactly one.

    Not a backspace: where the field refused the character there is nothing to rub out.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []

    def note(self, key: str, text: str) -> None:
        """Take in every key, with the text as it is before it; what another key did stays done."""
        if len(key) == 1 or key == "space":
            self._texts = [*self._texts[1 - DEPTH :], text]
        elif key != "take_back":
            self._texts = []

    def take_back(self, now: str) -> str:
        """The text before the last character that was not taken back yet; as it is `now` if there is none."""
        return self._texts.pop() if self._texts else now
