"""The pages of the first set-up keep the look's promises, in every language, at every size."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from ui import setup_samples
from ui.test_look import SMALLEST, WINDOWS, check_children, shell_of

from centara_giftcard.ui.widgets.base import Panel


@pytest.mark.parametrize("window", [*WINDOWS, SMALLEST])
@pytest.mark.parametrize("language", ["en", "de", "is"])
def test_nothing_overlaps_and_every_target_is_large_enough(
    qtbot: QtBot, window: tuple[int, int], language: str
) -> None:
    shell = shell_of(qtbot, window)
    for name, show in setup_samples.STATES.items():
        if not name.endswith(language):
            continue
        show(shell)
        page = shell.stage.currentWidget()
        for panel in [page, *page.findChildren(Panel)]:
            check_children(panel)
        if window == SMALLEST:
            continue
        shown = [button for button in page.findChildren(QAbstractButton) if button.isVisible()]
        small = [(b.objectName(), b.size().toTuple()) for b in shown if b.height() < 48 or b.width() < 48]
        assert (name, small) == (name, [])
        assert all(button.accessibleName() for button in shown)
        focusable = [w for w in page.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
        assert focusable == []
