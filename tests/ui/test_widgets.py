"""The window tells what was pressed, shows what it is given, and leaves the keyboard alone."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from ui import look_samples as samples

from centara_giftcard.ui.presenters.views import Band, Tone
from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.theme import MOST_PICTURES, Mode, Theme
from centara_giftcard.ui.widgets import text
from centara_giftcard.ui.widgets.keypad import LONG_PRESS_MS


@pytest.fixture
def shell(qtbot: QtBot) -> Shell:
    shell = Shell(Theme(Mode.LIGHT))
    qtbot.addWidget(shell)
    shell.resize(1280, 800)
    shell.show_shell(samples.SHELL)
    shell.show_till(samples.CARD)
    shell.show()
    return shell


def button(shell: Shell, name: str) -> QAbstractButton:
    return next(b for b in shell.findChildren(QAbstractButton, name) if b.isVisible())


def press(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_decision_tells_its_name_when_it_is_released_inside(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.action.connect(told.append)
    request = button(shell, "action-request")
    qtbot.mousePress(request, Qt.MouseButton.LeftButton)
    assert told == []
    qtbot.mouseRelease(request, Qt.MouseButton.LeftButton, pos=QPoint(-40, -40))
    assert told == []
    press(qtbot, request)
    assert told == ["request"]


def test_a_press_counts_only_where_the_button_meant_the_same_when_the_finger_came_down(
    qtbot: QtBot, shell: Shell
) -> None:
    told: list[str] = []
    shell.action.connect(told.append)
    request = button(shell, "action-request")
    qtbot.mousePress(request, Qt.MouseButton.LeftButton)
    shell.show_till(samples.HOLD)
    qtbot.mouseRelease(request, Qt.MouseButton.LeftButton)
    assert told == []
    press(qtbot, request)
    assert told == ["take"]


def test_a_notice_lies_over_any_page_and_is_touched_away(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.action.connect(told.append)
    assert not shell.notice.isVisible()
    shell.show_shell(replace(samples.SHELL, notice=Band(Tone.PAID, "•••• 1111: Paid", "€25.00 was taken.")))
    assert shell.notice.isVisible()
    assert shell.notice.accessibleName() == "•••• 1111: Paid"
    press(qtbot, shell.notice)
    assert told == ["notice"]
    shell.show_shell(samples.SHELL)
    assert not shell.notice.isVisible()


def test_a_disabled_decision_does_nothing(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.action.connect(told.append)
    shell.show_till(samples.COMMITTING)
    press(qtbot, button(shell, "action-take"))
    assert told == []


def test_the_pad_tells_its_keys(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.key.connect(told.append)
    for name in ("1", "0", ".", "backspace"):
        press(qtbot, button(shell, f"key-{name}"))
    assert told == ["1", "0", ".", "backspace"]


def test_a_long_backspace_clears_once(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.key.connect(told.append)
    key = button(shell, "key-backspace")
    qtbot.mousePress(key, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG_PRESS_MS * 5)
    qtbot.mouseRelease(key, Qt.MouseButton.LeftButton)
    press(qtbot, key)
    assert told == ["clear", "backspace"]


def test_whole_numbers_have_a_wide_zero_instead_of_a_decimal_key(shell: Shell) -> None:
    narrow = button(shell, "key-0").width()
    entry = samples.READY.entry
    assert entry is not None
    shell.show_till(replace(samples.READY, entry=replace(entry, letters="")))
    assert button(shell, "key-0").width() > 2 * narrow
    assert not shell.till.decision.keypad.findChild(QAbstractButton, "key-.").isVisible()


def test_the_rail_tells_where_to_go(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.go.connect(told.append)
    press(qtbot, button(shell, "go-holds"))
    assert told == ["holds"]
    places = (replace(it, count=1) if it.name == "holds" else it for it in samples.SHELL.destinations)
    shell.show_shell(replace(samples.SHELL, destinations=tuple(places)))
    assert button(shell, "go-holds").accessibleName() == "Holds (1)"


def test_a_pressed_sample_is_scanned_and_the_drawer_closes(qtbot: QtBot, shell: Shell) -> None:
    told: list[str] = []
    shell.sample.connect(told.append)
    shell.show_samples(samples.TRAY)
    shell.show_till(samples.READY)
    press(qtbot, button(shell, "action-samples"))
    assert shell.tray.isVisible()
    number = samples.TRAY.tiles[0].number
    press(qtbot, button(shell, f"sample-{number}"))
    assert told == [number]
    assert not shell.tray.isVisible()


@pytest.mark.parametrize(("keys", "place"), [([], 0), (["down", "down"], 2), (["up", "down"], 1)])
def test_a_sample_is_chosen_and_scanned_by_keys(shell: Shell, keys: list[str], place: int) -> None:
    told: list[str] = []
    shell.sample.connect(told.append)
    shell.show_samples(samples.TRAY)
    shell.show_till(samples.READY)
    assert not shell.sample_key("enter")
    shell.toggle_samples()
    assert all(shell.sample_key(key) for key in (*keys, "enter"))
    assert told == [samples.TRAY.tiles[place].number]
    assert not shell.tray.isVisible()


def test_any_other_key_leaves_the_tray(shell: Shell) -> None:
    shell.resize(1920, 1080)
    shell.show_samples(samples.TRAY)
    shell.toggle_samples()
    assert not shell.sample_key("1")
    assert not shell.sample_key("enter")


def test_a_wide_window_keeps_the_tray_beside_the_stage(qtbot: QtBot, shell: Shell) -> None:
    shell.resize(1920, 1080)
    shell.show_samples(samples.TRAY)
    shell.toggle_samples()
    assert shell.stage.geometry().right() < shell.tray.x()
    press(qtbot, button(shell, f"sample-{samples.TRAY.tiles[1].number}"))
    assert shell.tray.isVisible()


def test_without_samples_there_is_no_tray(shell: Shell) -> None:
    shell.show_till(samples.READY)
    shell.toggle_samples()
    assert not shell.till.subject.prompt.findChild(QAbstractButton, "action-samples")


@pytest.mark.parametrize("state", samples.STATES)
def test_nothing_takes_the_focus(shell: Shell, state: str) -> None:
    shell.show_samples(samples.TRAY)
    shell.toggle_samples()
    samples.STATES[state](shell)
    focusable = [w for w in shell.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert focusable == []


@pytest.mark.parametrize("state", samples.STATES)
def test_every_button_has_a_name_for_a_screen_reader(shell: Shell, state: str) -> None:
    samples.STATES[state](shell)
    assert all(b.accessibleName() for b in shell.findChildren(QAbstractButton) if b.isVisible())


def test_the_band_moves_only_while_something_is_going_on(shell: Shell) -> None:
    pulse = shell.till.band.pulse
    shell.show_till(samples.COMMITTING)
    assert pulse.running
    shell.show_table(samples.SHIFT)
    assert not pulse.running
    shell.show_till(samples.COMMITTING)
    assert pulse.running
    shell.show_till(samples.PAID)
    assert not pulse.running


def test_the_scan_line_moves_only_while_a_card_is_checked(shell: Shell) -> None:
    pulse = shell.till.subject.prompt.pulse
    shell.show_till(samples.CHECKING)
    assert pulse.running
    shell.show_till(samples.CARD)
    assert not pulse.running


def test_a_screen_is_built_once_and_updated(shell: Shell) -> None:
    for act in samples.STATES.values():
        act(shell)
    before = set(shell.findChildren(QWidget))
    for act in samples.STATES.values():
        act(shell)
    assert set(shell.findChildren(QWidget)) == before


def test_typing_moves_nothing_but_the_entry(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[bool] = []
    monkeypatch.setattr(shell.till.decision, "arrange", lambda: moved.append(True))
    entry = samples.CARD.entry
    assert entry is not None
    shell.show_till(replace(samples.CARD, entry=replace(entry, text="12.5")))
    assert moved == []
    assert shell.till.decision.entry.accessibleDescription() == "12.5"


def test_a_list_scrolls_by_pages(shell: Shell) -> None:
    shell.show_table(samples.SHIFT)
    bar = shell.table.column.verticalScrollBar()
    shell.turn_page(1)
    assert bar.value() > 0
    shell.turn_page(-5)
    assert bar.value() == 0


def test_a_window_that_is_drawn_to_many_sizes_does_not_keep_a_picture_of_each(shell: Shell) -> None:
    for wide in range(800, 800 + 2 * MOST_PICTURES):
        shell.till.steps.resize(wide, 28)
        shell.till.steps.grab()
    assert len(shell.theme._pictures) <= MOST_PICTURES


def test_a_masked_number_is_never_broken_between_its_bullets_and_its_digits() -> None:
    font = Theme(Mode.LIGHT).font(15)
    said = "Kort •••• 0017 er ekki í umferð og kortið •••• 0018 ekki heldur"
    for room in range(80, 400, 7):
        lines = text.broken(said, font, room, 20)
        assert " ".join(lines) == said
        assert sum("•••• 0017" in line or "•••• 0018" in line for line in lines) in (1, 2)
        assert not any(line.endswith("•") for line in lines)


def test_a_number_that_is_typed_is_not_remembered_by_what_measures_it() -> None:
    font = Theme(Mode.LIGHT).font(15)
    remembered = text._width_of.cache_info().currsize
    assert text.width_of("6091 0000 0000 0116", font) > text.width_of("6091 0000", font) > 0
    assert text._width_of.cache_info().currsize <= remembered + 1
