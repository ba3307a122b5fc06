"""A list longer than its place is turned by touch: buttons that are there only where there is more to see."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from ui import look_samples as samples
from ui import sale_samples as sales

from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.theme import Mode, Theme
from centara_giftcard.ui.widgets.scroll import Column

STATES = samples.STATES | sales.STATES


def turns(shell: Shell) -> dict[str, QAbstractButton]:
    page = shell.stage.currentWidget()
    buttons = (it for it in page.findChildren(QAbstractButton) if it.isVisible())
    return {it.accessibleName(): it for it in buttons if it.accessibleName().startswith("Page ")}


def seen(qtbot: QtBot, state: str) -> Shell:
    shell = Shell(Theme(Mode.LIGHT))
    qtbot.addWidget(shell)
    shell.resize(1024, 768)
    shell.show_shell(samples.SHELL)
    shell.show()
    STATES[state](shell)
    return shell


@pytest.mark.parametrize("state", ["holds_many", "shift", "sell_list_long"])
def test_a_long_list_is_turned_by_touch(qtbot: QtBot, state: str) -> None:
    shell = seen(qtbot, state)
    column = next(it for it in shell.stage.currentWidget().findChildren(Column) if it.isVisible())
    bar = column.verticalScrollBar()
    bar.setValue(0)
    qtbot.waitUntil(lambda: set(turns(shell)) == {"Page up", "Page down"})
    bar.setValue(0)
    assert [it.isEnabled() for it in turns(shell).values()] == [False, True]
    qtbot.mouseClick(turns(shell)["Page down"], Qt.MouseButton.LeftButton)
    assert bar.value() > 0
    bar.setValue(bar.maximum())
    assert [it.isEnabled() for it in turns(shell).values()] == [True, False]
    qtbot.mouseClick(turns(shell)["Page up"], Qt.MouseButton.LeftButton)
    assert bar.value() < bar.maximum()


@pytest.mark.parametrize("state", ["holds", "sell_list", "settings"])
def test_what_is_all_in_sight_has_nothing_to_turn(qtbot: QtBot, state: str) -> None:
    assert turns(seen(qtbot, state)) == {}
