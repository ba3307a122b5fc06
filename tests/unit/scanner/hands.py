"""Keys pressed at given times, and what the detector made of them."""

from collections.abc import Iterable

from centara_giftcard.scanner.keyboard import TAKE_BACK, Output, Typed, WedgeDetector

NUMBER = "6091000000000017"
ENTER = "enter"


class Till:
    """Presses keys at given gaps and notes what comes out, as one list."""

    def __init__(self, detector: WedgeDetector | None = None) -> None:
        self.detector = detector or WedgeDetector()
        self.now = 1000.0
        self.out: list[Output] = []

    def press(self, keys: Iterable[str], gap: float = 2, *, us: str = "", repeat: bool = False) -> "Till":
        for key in keys:
            self.now += gap
            self.out += self.detector.key(key, self.now, us=us, repeat=repeat)
        return self

    def wait(self, ms: float = 1000) -> "Till":
        self.now += ms
        self.out += self.detector.silence(self.now)
        return self


def typed(keys: Iterable[str]) -> list[Output]:
    return [Typed(key) for key in keys]


def net(told: Iterable[Output]) -> list[Output]:
    """What is left when everything that was taken back is gone."""
    left: list[Output] = []
    for out in told:
        if out == Typed(TAKE_BACK):
            place = max(i for i, it in enumerate(left) if not it.is_scan and len(it.text) == 1)
            del left[place]
        else:
            left.append(out)
    return left
