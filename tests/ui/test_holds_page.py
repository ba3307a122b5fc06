"""The page of open holds in a real window: keys from the keyboard, touches on rows and buttons."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot
from ui import look_samples as samples

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.money import Currency, Money
from centara_giftcard.domain.payment import Payment, State
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.scanner.keyboard import WedgeDetector
from centara_giftcard.terminal.events import OpenChanged
from centara_giftcard.ui.keys import KeyRouter
from centara_giftcard.ui.presenters.holds import HoldsPresenter
from centara_giftcard.ui.screens.holds import HoldButton
from centara_giftcard.ui.shell import Shell
from centara_giftcard.ui.theme import Mode, Theme
from centara_giftcard.words import Words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EUR = Currency.of("EUR")
HAND_MS = 110
"""A hand's pause before a key: one that decides and comes sooner is a scanner's."""


def orphan(number: int) -> Payment:
    """An orphan hold of so many euros on a card that ends so."""
    balance = Balance(Money(10_000, EUR), Money(0, EUR))
    return Payment(
        id=f"op-{number}",
        card=CardNumber(f"609100000000{number:04d}"),
        instrument=InstrumentId("instrument"),
        asked=Money(number * 100, EUR),
        before=balance,
        operator="7",
        created_at=NOON,
        state=State.ORPHAN_HOLD,
        watched=False,
    )


class Till:
    """A window with the page in front, its presenter, and the keyboard's way to it."""

    def __init__(self, qtbot: QtBot, *payments: Payment) -> None:
        self.qtbot = qtbot
        self.asked: list[tuple[Any, ...]] = []
        self.shell = Shell(Theme(Mode.LIGHT))
        qtbot.addWidget(self.shell)
        self.shell.resize(1280, 800)
        self.shell.show_shell(samples.SHELL)
        self.holds = HoldsPresenter(
            self.shell,
            self,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            Words(),
            lambda _id: None,
            lambda _s, _call: self,
        )
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.sorter = WedgeDetector()
        self.router = KeyRouter(app, self.sorter)
        self.router.typed.connect(self.holds.key)
        self.shell.action.connect(self.holds.press)
        self.shell.key.connect(self.holds.key)
        self.tell(*payments)
        self.holds.enter_view()
        self.shell.show()

    # what stands around the presenter

    @property
    def exceptions(self) -> "Till":
        return self

    def ask_again(self, id: str) -> None:
        self.asked.append(("ask", id))

    def release(self, id: str) -> None:
        self.asked.append(("release", id))

    def close(self, id: str, supervisor: str, reason: str) -> None:
        self.asked.append(("close", id, supervisor, reason))

    def now(self) -> datetime:
        return NOON + timedelta(minutes=3)

    def screen(self, *_noted: object) -> None:
        """Not noted here."""

    def cancel(self) -> None:
        """No timer runs here."""

    # hands and eyes

    def tell(self, *payments: Payment) -> None:
        self.holds.told(OpenChanged(payments))

    def key(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            for press in key if isinstance(key, str) else [key]:
                self.qtbot.wait(HAND_MS)
                self.qtbot.keyClick(self.shell.windowHandle(), press)
                self.qtbot.waitUntil(lambda: self.sorter.deadline_ms is None)  # it is known to be a person's

    def touch(self, name: str) -> None:
        button = next(b for b in self.shell.findChildren(QAbstractButton, name) if b.isVisible())
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def rows(self) -> list[HoldButton]:
        return [row for row in self.shell.holds.findChildren(HoldButton) if row.isVisible()]

    def chosen(self) -> str:
        (chosen,) = [row.objectName() for row in self.rows() if row.chosen]
        return chosen


@pytest.fixture
def till(qtbot: QtBot) -> Iterator[Till]:
    till = Till(qtbot, *(orphan(n) for n in range(1, 15)))
    yield till
    till.router.close()


def in_sight(till: Till, name: str) -> bool:
    row = next(row for row in till.rows() if row.objectName() == name)
    view = till.shell.holds.column.viewport()
    corners = (QPoint(0, 0), QPoint(0, row.height() - 1))
    return all(view.rect().contains(row.mapTo(view, corner)) for corner in corners)


def test_the_keyboard_chooses_and_what_is_chosen_is_in_sight(till: Till) -> None:
    assert till.chosen() == "hold-op-1"
    for place in range(2, 15):
        till.key(Qt.Key.Key_Down)
        assert till.chosen() == f"hold-op-{place}"
        assert in_sight(till, f"hold-op-{place}")
    till.key(Qt.Key.Key_Home)
    assert till.chosen() == "hold-op-1"
    assert in_sight(till, "hold-op-1")


def test_a_touch_on_a_row_chooses_it(till: Till) -> None:
    till.touch("hold-op-3")
    assert till.chosen() == "hold-op-3"
    till.tell(orphan(99), orphan(3), orphan(4))
    assert till.chosen() == "hold-op-3"
    assert [row.objectName() for row in till.rows()] == ["hold-op-99", "hold-op-3", "hold-op-4"]


def test_every_row_is_large_enough_for_a_finger_and_tells_a_screen_reader_all(till: Till) -> None:
    for window in ((1280, 800), (1024, 768), (853, 533), (800, 480)):
        till.shell.resize(*window)
        assert min(row.height() for row in till.rows()) >= 48
    first = till.rows()[0]
    assert first.accessibleName() == "Payment, •••• 0001, Orphan hold, €1.00, 3 min, Operator 7"
    assert first.accessibleDescription().startswith("The card holds €1.00")


def test_asking_by_key_and_by_touch(till: Till) -> None:
    till.key("a", Qt.Key.Key_Return, Qt.Key.Key_F12, Qt.Key.Key_Space)
    assert till.asked == [("ask", "op-1")]
    assert till.shell.holds.band.pulse.running
    till.touch("action-ask")  # it is going on already
    assert till.asked == [("ask", "op-1")]


def test_closing_by_touch_alone(till: Till) -> None:
    till.touch("hold-op-2")
    for name in ("action-close", "action-reason-2", "key-1", "key-0", "key-1", "action-confirm"):
        till.touch(name)
    assert till.asked == [("close", "op-2", "101", "Settled with the customer")]


def test_closing_by_keyboard_alone(till: Till) -> None:
    till.key("c", "4", "1", "0", "1", Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert till.shell.stage.currentWidget() is till.shell.holds
    till.key("C", "1", "7", Qt.Key.Key_Backspace, "8", Qt.Key.Key_Return)
    assert till.asked == [("close", "op-1", "8", "The server shows it gone")]


def test_only_what_is_allowed_is_shown(till: Till) -> None:
    shown = [b.objectName() for b in till.shell.holds.findChildren(QAbstractButton) if b.isVisible()]
    assert [name for name in shown if name.startswith("action-")] == ["action-ask", "action-close"]
    assert till.asked == []
    till.tell()
    assert till.rows() == []
    assert not [b for b in till.shell.holds.findChildren(QAbstractButton) if b.isVisible()]
