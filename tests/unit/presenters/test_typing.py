"""Exactly what a scanner typed is taken back, and nothing that a person did."""

import pytest
from unit.presenters.face import WORDS

from centara_giftcard.ui.presenters.lock import WhoPresenter
from centara_giftcard.ui.presenters.typing import Former
from centara_giftcard.ui.presenters.views import LockView


def typed(*keys: str) -> str:
    text, former = "", Former()
    for key in keys:
        former.note(key, text)
        if key == "take_back":
            text = former.take_back(text)
        elif key == "backspace":
            text = text[:-1]
        elif key.isdecimal():
            text += key
    return text


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["1", "2", "take_back"], "1"),
        (["1", "2", "take_back", "take_back"], ""),
        (["1", "x", "take_back"], "1"),
        (["1", "space", "take_back", "take_back"], ""),
        (["1", "2", "backspace", "take_back"], "1"),
        (["1", "take_back", "take_back"], ""),
        ([*"12345678901234567890", *["take_back"] * 20], "1234"),
    ],
)
def test_a_character_is_taken_back_with_what_it_did(keys: list[str], left: str) -> None:
    assert typed(*keys) == left


def test_the_lock_takes_back_a_scanners_digit() -> None:
    views: list[LockView] = []
    lock = WhoPresenter(WORDS, "12", views.append, lambda number, pin: None)
    for key in ("7", "6", "take_back"):
        lock.key(key)
    assert views[-1].entry is not None
    assert views[-1].entry.text == "7"
