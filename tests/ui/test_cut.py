"""No word that a person needs is cut, at any size, in any language; what may be shortened is named here."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot
from ui import look_samples, sale_samples, setup_samples

from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.theme import Mode, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.words import LANGUAGES

SIZES: Final = ((1280, 800), (1024, 768), (853, 533))
MAY_BE_CUT: Final = re.compile(
    r"· Front desk|.*Beleg liegt in der Kasse.*|Weihnachtsgut\w* ?\w*"  # what a shop or a cashier wrote
)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were shortened."""
    found: list[str] = []

    class Metrics(QFontMetricsF):
        def elidedText(self, words: str, *how: Any) -> str:  # noqa: N802 - Qt's name
            short = super().elidedText(words, *how)
            if short != words:
                found.append(words)
            return short

    monkeypatch.setattr(text, "QFontMetricsF", Metrics)
    return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut(qtbot: QtBot, cut: list[str], language: str, size: tuple[int, int]) -> None:
    shell = Shell(Theme(Mode.LIGHT))
    qtbot.addWidget(shell)
    shell.resize(*size)
    shell.show()
    setups = {name: act for name, act in setup_samples.STATES.items() if name.endswith(f"_{language}")}
    states: dict[str, Callable[[Shell], Any]] = {
        **look_samples.states(language),
        **sale_samples.states(language),
        **setups,
    }
    shortened: dict[str, set[str]] = {}
    for name, act in states.items():
        act(shell)
        shell.grab()
        cut.clear()
        shell.theme.changed.emit()  # lay it all out and draw it once more, at the size that it has by now
        shell.grab()
        if words := {it for it in cut if not MAY_BE_CUT.fullmatch(it)}:
            shortened[name] = words
    assert shortened == {}


@pytest.mark.parametrize(
    ("state", "size"),
    [
        ("ready_is", (853, 533)),
        ("ready_is", (1920, 1080)),
        ("finding_out_de", (853, 533)),
        ("setup_language_de", (1024, 768)),
        ("setup_no_keyring_de", (853, 533)),
    ],
    ids=str,
)
def test_no_title_and_no_band_leaves_a_word_alone_beneath(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, state: str, size: tuple[int, int]
) -> None:
    shell = Shell(Theme(Mode.LIGHT))
    qtbot.addWidget(shell)
    shell.resize(*size)
    shell.show()
    drawn = list[list[float]]()

    def draw_lines(painter: Any, at: Any, lines: list[str], font: QFont, *more: Any, **how: Any) -> None:
        drawn.append([text.width_of(line, font) for line in lines])

    monkeypatch.setattr(text, "draw_lines", draw_lines)
    name, _, language = state.rpartition("_")
    all_states = look_samples.states(language) | setup_samples.STATES
    (all_states.get(state) or all_states[name])(shell)
    shell.grab()
    assert drawn
    assert [widths for widths in drawn if len(widths) == 2 and widths[1] < widths[0] / 3] == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_button_breaks_a_word(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    shell = Shell(Theme(Mode.LIGHT))
    qtbot.addWidget(shell)
    shell.resize(*size)
    shell.show()
    sale_samples.STATES["sell_nine"](shell)
    drawn = list[list[str]]()
    monkeypatch.setattr(text, "draw_lines", lambda _painter, _at, lines, *_more, **_how: drawn.append(lines))
    shell.grab()
    series = [lines for lines in drawn if lines[0].startswith("Weihnachtsgut")]
    assert len(series) == 1
    assert len(series[0]) == 1
