"""A sound is beeps in a pattern."""

from functools import partial

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from centara_giftcard.ui.beeper import Beeper
from centara_giftcard.ui.presenters.sounds import Sound


def _as_many(beeps: list[int], sound: Sound) -> bool:
    return len(beeps) == len(sound.value)


def test_a_sound_beeps_as_often_as_its_pattern_says(qapp: QApplication, qtbot: QtBot) -> None:
    for sound in Sound:
        beeps: list[int] = []
        beeper = Beeper(partial(beeps.append, 1))
        beeper.play(sound)
        assert len(beeps) == 1
        qtbot.waitUntil(partial(_as_many, beeps, sound))


def test_a_newer_sound_takes_the_place_of_an_older(qapp: QApplication, qtbot: QtBot) -> None:
    beeps: list[int] = []
    beeper = Beeper(lambda: beeps.append(1))
    beeper.play(Sound.ATTENTION)
    beeper.play(Sound.SCANNED)
    QTest.qWait(Sound.ATTENTION.value[1] + 50)
    assert len(beeps) == 2
