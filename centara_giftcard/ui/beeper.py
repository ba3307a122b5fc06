"""Beeps in a pattern, by the bell that the system has; several at once give way to the newest."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from centara_giftcard.ui.presenters.sounds import Sound


class Beeper(QObject):
    """Plays sounds. `beep` makes one beep."""

    def __init__(self, beep: Callable[[], object] = QApplication.beep) -> None:
        super().__init__()
        self._beep = beep
        self._left: list[int] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    def play(self, sound: Sound) -> None:
        """Begin a sound, in the place of one that goes on."""
        self._left = [later - before for before, later in zip(sound.value, sound.value[1:], strict=False)]
        self._sound_one()

    def _next(self) -> None:
        self._sound_one()

    def _sound_one(self) -> None:
        self._beep()
        if self._left:
            self._timer.start(self._left.pop(0))
        else:
            self._timer.stop()
