"""The page with one question: prose stands centred, a list of faults or findings along its left side."""

import pytest
from pytestqt.qtbot import QtBot
from ui.setup_samples import FAULTS

from centara_giftcard.ui.presenters.fault import FaultPresenter
from centara_giftcard.ui.screens.lock import LockPane
from centara_giftcard.ui.theme import Mode, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.words import Words


@pytest.mark.parametrize(("faults", "centred"), [(FAULTS, False), (FAULTS[:1], True)], ids=["list", "one"])
def test_a_list_stands_along_its_left_side(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, faults: list[str], centred: bool
) -> None:
    drawn: list[bool] = []
    monkeypatch.setattr(text, "draw_lines", lambda *_, centred=False, **__: drawn.append(centred))
    pane = LockPane(Theme(Mode.LIGHT))
    qtbot.addWidget(pane)
    pane.resize(700, 500)
    pane.show_value(FaultPresenter(Words("en"), faults, lambda *_: None, lambda _: None).view())
    pane.grab()
    assert drawn[-1] is centred
