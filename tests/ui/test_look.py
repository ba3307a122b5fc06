"""The look keeps its promises: contrast, nothing cut or overlapping, large targets, codes that scan."""

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from ui import look_samples as samples

from centara_giftcard.ui.presenters.views import Tone
from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.theme import Mode, Theme
from centara_giftcard.ui.tokens import DARK, LIGHT, ROOMY, SNUG, TIGHT, Colours, contrast, sizes_for
from centara_giftcard.ui.widgets.base import Panel
from centara_giftcard.ui.widgets.card_face import card_colours
from centara_giftcard.ui.widgets.text import MINIMUM

SMALLEST = (800, 480)
WINDOWS = ((1280, 800), (1024, 768), (1920, 1080), (853, 533))
FONT_SIZES = (
    "figure result typed prompt title headline take_label action_label lead advice body label small tiny"
)


def shell_of(qtbot: QtBot, window: tuple[int, int], mode: Mode = Mode.LIGHT) -> Shell:
    shell = Shell(Theme(mode))
    qtbot.addWidget(shell)
    shell.resize(*window)
    shell.show_shell(samples.SHELL)
    shell.show_till(samples.READY)
    shell.show()
    return shell


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_reaches_the_contrast_on_its_ground(colours: Colours) -> None:
    poor = [(a.name(), b.name(), contrast(a, b)) for a, b in colours.text_pairs() if contrast(a, b) < 4.5]
    assert poor == []


@pytest.mark.parametrize(
    "series", ["", "#0B5FA5", "#E8B84A", "#FFFFFF", "#000000", "#777777", "#FF0000", "#1F7A4D"]
)
def test_the_text_on_a_card_can_be_read_whatever_its_series_colour(series: str) -> None:
    colours = card_colours(series)
    assert min(contrast(colours.ink, stop) for stop in colours.stops) >= 4.5


def test_unclear_has_a_colour_of_its_own() -> None:
    for colours in (LIGHT, DARK):
        others = {colours.tone(tone).name() for tone in Tone if tone is not Tone.UNCLEAR}
        assert colours.unclear.name() not in others


@pytest.mark.parametrize("sizes", [ROOMY, SNUG, TIGHT])
def test_no_text_is_set_smaller_than_the_minimum(sizes: object) -> None:
    assert min(getattr(sizes, name) for name in FONT_SIZES.split()) >= MINIMUM


def test_the_density_follows_the_window() -> None:
    assert [sizes_for(*window) for window in WINDOWS] == [ROOMY, SNUG, ROOMY, TIGHT]


@pytest.mark.parametrize("window", [*WINDOWS, SMALLEST])
@pytest.mark.parametrize("state", samples.STATES)
def test_nothing_overlaps_and_nothing_leaves_its_place(
    qtbot: QtBot, window: tuple[int, int], state: str
) -> None:
    shell = shell_of(qtbot, window)
    samples.STATES[state](shell)
    page = shell.stage.currentWidget()
    for panel in [page, *page.findChildren(Panel)]:
        check_children(panel)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("state", samples.STATES)
def test_every_touch_target_is_large_enough(qtbot: QtBot, window: tuple[int, int], state: str) -> None:
    shell = shell_of(qtbot, window)
    samples.STATES[state](shell)
    shown = [button for button in shell.findChildren(QAbstractButton) if button.isVisible()]
    small = [(b.objectName(), b.size().toTuple()) for b in shown if b.height() < 48 or b.width() < 48]
    assert small == []


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="needs zbarimg from zbar-tools")
def test_a_scanner_reads_the_sample_cards_off_the_screen(qtbot: QtBot, tmp_path: Path, mode: Mode) -> None:
    shell = shell_of(qtbot, (1280, 800), mode)
    shell.show_samples(samples.TRAY)
    shell.toggle_samples()
    picture = tmp_path / "tray.png"
    shell.grab().save(str(picture))
    command = ["zbarimg", "--quiet", "--raw", str(picture)]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert {tile.number for tile in samples.TRAY.tiles[:4]} <= set(read)


def test_a_change_of_colours_repaints_the_window(qtbot: QtBot) -> None:
    shell = shell_of(qtbot, (1280, 800))
    assert colour_at(shell, 640, 60) == LIGHT.bg
    shell.theme.set_mode(Mode.DARK)
    assert colour_at(shell, 640, 60) == DARK.bg


def colour_at(widget: QWidget, x: int, y: int) -> QColor:
    return widget.grab().toImage().pixelColor(x, y)


def check_children(panel: QWidget) -> None:
    """Visible children stand inside their parent and beside each other."""
    children = [child for child in panel.children() if isinstance(child, QWidget) and child.isVisible()]
    places = {child: child.geometry() for child in children}
    room = QRect(QPoint(0, 0), panel.size())
    outside = [(child, place) for child, place in places.items() if not room.contains(place)]
    assert outside == []
    crossing = [(a, b) for a, b in itertools.combinations(children, 2) if places[a].intersects(places[b])]
    assert crossing == []
