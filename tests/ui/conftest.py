"""Windows of these tests are drawn in memory; a test that needs a display starts one of its own."""

import os

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """pytest-qt's, which also keeps the widgets that it is told of.

    It has Qt paint once more after a test has returned: a window that is garbage by then can be collected in
    the midst of its own paint, which ends the process.
    """
    kept: list[QWidget] = []
    add = qtbot.addWidget

    def keep(widget: QWidget) -> None:
        kept.append(widget)
        add(widget, before_close_func=lambda _: kept.clear())

    monkeypatch.setattr(qtbot, "addWidget", keep)
    return qtbot
