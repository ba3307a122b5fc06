"""The Sell and the Undo stage keep the look's promises, in every state, at every size."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from ui import look_samples, sale_samples
from ui.test_look import SMALLEST, WINDOWS, check_children, shell_of

from centara_giftcard.ui.screens.listing import CardButton
from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.widgets.base import Panel


@pytest.mark.parametrize("window", [*WINDOWS, SMALLEST])
@pytest.mark.parametrize("state", sale_samples.STATES)
def test_nothing_overlaps_and_every_target_is_large_enough(
    qtbot: QtBot, window: tuple[int, int], state: str
) -> None:
    shell = shell_of(qtbot, window)
    sale_samples.STATES[state](shell)
    page = shell.stage.currentWidget()
    for panel in [page, *page.findChildren(Panel)]:
        check_children(panel)
    if window == SMALLEST:
        return
    shown = [button for button in shell.findChildren(QAbstractButton) if button.isVisible()]
    small = [(b.objectName(), b.size().toTuple()) for b in shown if b.height() < 48 or b.width() < 48]
    assert small == []
    assert all(button.accessibleName() for button in shown)
    focusable = [w for w in shell.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert focusable == []


@pytest.fixture
def shell(qtbot: QtBot) -> Shell:
    return shell_of(qtbot, (1280, 800))


def press(qtbot: QtBot, shell: Shell, name: str) -> None:
    button = next(b for b in shell.findChildren(QAbstractButton, name) if b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_rows_choices_and_decisions_tell_their_names(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.action.connect(told.append)
    sale_samples.STATES["sell_list"](shell)
    for name in ("row-line-1", "action-series-7000", "action-sell_all", "action-remove"):
        press(qtbot, shell, name)
    assert told == ["line-1", "series-7000", "sell_all", "remove"]


def test_the_selected_row_of_a_long_list_is_in_sight(qtbot: QtBot, shell: Shell) -> None:
    sale_samples.STATES["sell_list_long"](shell)
    rows = [row for row in shell.findChildren(CardButton) if row.isVisibleTo(shell)]
    chosen = next(row for row in rows if row.chosen)
    assert chosen is rows[-1]
    qtbot.waitUntil(lambda: chosen.visibleRegion().boundingRect().height() >= chosen.height() - 1)


def test_the_till_comes_back_without_list_and_choices(shell: Shell) -> None:
    sale_samples.STATES["sell_list"](shell)
    shell.show_till(look_samples.CARD)
    assert shell.till.subject.card.isVisible()
    assert not shell.till.subject.listing.isVisible()
    assert not shell.till.subject.choices.isVisible()
    assert shell.till.subject.card.height() > 400
