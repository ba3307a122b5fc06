"""Why the run before this one ended, told once."""

from pathlib import Path

from unit.presenters.shell_till import Till

from centara_giftcard import crash
from centara_giftcard.ui.presenters.views import TillView


def test_it_stands_on_the_till_until_a_card_comes() -> None:
    till = Till()
    till.shell.crashed("ValueError")
    assert isinstance(till.window.front, TillView)
    assert till.window.front.band is not None
    assert till.window.front.band.headline == "The program had stopped"
    assert "ValueError" in till.window.front.band.advice


def test_a_note_is_told_once_and_a_new_one_again(tmp_path: Path) -> None:
    assert crash.untold(tmp_path) == ""
    for fault in (ValueError(), KeyError()):
        crash.write(fault, tmp_path)
        assert crash.untold(tmp_path) == type(fault).__name__
        assert crash.untold(tmp_path) == ""


def test_a_note_that_was_cut_off_says_nothing(tmp_path: Path) -> None:
    note = crash.write(ValueError(), tmp_path)
    note.write_text("2026-01-01\n", encoding="utf-8")
    assert crash.untold(tmp_path) == ""
