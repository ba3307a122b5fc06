"""The question who is there, on the locked till and where a colleague's leave is asked for."""

from typing import Any

import pytest
from msgspec.structs import replace as changed
from unit.presenters import shell_till
from unit.presenters.face import EUR, payment, shown
from unit.presenters.shell_till import PAID, Till

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.operators import Denial, Denied, Need, Permission
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.domain.secrets import Pin
from centara_giftcard.terminal.desk import Rules
from centara_giftcard.terminal.events import OperatorChanged, OverrideAsked, OverrideOver, SignOnDenied
from centara_giftcard.terminal.ports import Scan, ScanSource
from centara_giftcard.ui.presenters.views import HoldsView, LockView, TextView, TillView, Tone

HOLD = shown(payment(State.HELD, held=Money(2_500, EUR)))
ASKED = OverrideAsked((Need(Permission.PAY, Money(2_500, EUR)),), ("supervisor", "manager"))


class StaffedTill(Till):
    """A till that knows its operators, with one of them at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, lock_after_s: float = 0) -> None:
        plain = Rules

        def rules(*words: Any) -> Rules:
            return changed(plain(*words), signs_on=True, lock_after_s=lock_after_s)

        monkeypatch.setattr(shell_till, "Rules", rules)
        super().__init__()
        self.tell(OperatorChanged("", locked=True))

    @property
    def question(self) -> LockView:
        assert isinstance(self.window.front, LockView)
        return self.window.front


def test_number_then_pin_and_of_the_pin_only_its_length_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StaffedTill(monkeypatch)
    assert till.flight.screens[-1].screen == "sign_on"
    till.key(*"7", "enter", *"7391")
    assert till.question.entry is not None
    assert (till.question.entry.caption, till.question.entry.text) == ("PIN of 7", "••••")
    till.key("enter", "enter", *"123")  # once, and nothing while it is looked at
    assert till.asked.taken() == [("sign_on", "7", Pin("7391"))]
    assert till.question.band.busy
    till.tell(SignOnDenied(Denied(Denial.WRONG)))
    assert till.question.band.tone is Tone.REFUSED
    assert till.question.entry is not None
    assert (till.question.entry.caption, till.question.entry.text) == ("Operator number", "")
    till.tell(SignOnDenied(Denied(Denial.WAIT, 3.6)))
    assert "Wait 4 s" in till.question.band.advice
    till.tell(SignOnDenied(Denied(Denial.WRONG, 2)))
    assert "Wait 2 s" in till.question.band.advice
    till.key(*"7", "enter", "8", "escape", "4", "2")  # Esc begins again
    assert till.question.entry is not None
    assert till.question.entry.text == "42"
    till.tell(OperatorChanged("7", locked=False, name="Bo"))
    assert isinstance(till.window.front, TillView)
    assert till.bars.operator == "Operator Bo (7)"


def test_a_badge_signs_on_and_a_bank_card_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StaffedTill(monkeypatch)
    till.shell.scanned(Scan("4111111111111111", ScanSource.KEYBOARD))
    assert till.asked.taken() == []
    assert "The scan was not used" in till.question.band.advice
    till.shell.scanned(Scan("STAFF-00417", ScanSource.KEYBOARD))
    assert till.asked.taken() == [("badge", "STAFF-00417")]
    assert till.question.band.busy


def test_leave_is_asked_for_over_what_is_in_view_and_esc_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StaffedTill(monkeypatch)
    till.tell(OperatorChanged("7", locked=False), HOLD)
    till.asked.taken()
    till.tell(ASKED)
    assert till.flight.screens[-1].screen == "override"
    assert (till.question.title, till.question.store) == ("Who allows it?", "Take a payment\u00a0€25.00")
    assert "supervisors, managers" in till.question.band.advice
    till.key("f12")
    assert till.asked.taken() == []  # no key reaches the hold below
    till.key("5", "escape", "escape")
    assert till.asked.taken() == [("give_up",)]
    till.shell.press("back")
    assert till.asked.taken() == [("give_up",)]
    till.key("f5")  # whoever goes elsewhere asks nobody
    assert till.asked.taken() == [("give_up",)]
    till.tell(OverrideOver())
    assert isinstance(till.window.front, HoldsView)
    till.tell(ASKED, OverrideOver("1"))
    assert isinstance(till.window.front, HoldsView)
    till.tell(changed(ASKED, groups=()))
    assert "No group may do this" in till.question.band.advice


def test_the_places_that_need_leave_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StaffedTill(monkeypatch)
    till.tell(OperatorChanged("7", locked=False))
    till.key("f9")
    (_, needs, allowed, name), *_ = till.asked.taken()
    assert (needs, name) == ([Need(Permission.SETTINGS)], "settings")
    assert not isinstance(till.window.front, TextView)
    till.work.append(allowed(name))  # type: ignore[operator]
    till.key("x")
    assert isinstance(till.window.front, TextView)


def test_a_copy_of_a_receipt_needs_leave_and_the_first_print_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    till = StaffedTill(monkeypatch)
    till.tell(OperatorChanged("7", locked=False), PAID)
    till.papers.of["till"] = Receipt("op-1", ())
    till.key("p", "p")
    assert till.papers.asked == ["till"]
    till.papers.copies.add("till")
    till.asked.taken()
    till.key("p")
    assert till.papers.asked == ["till"]
    (_, needs, allowed, place), *_ = till.asked.taken()
    assert (needs, place) == ([Need(Permission.REPRINT)], "till")
    till.work.append(allowed(place))  # type: ignore[operator]
    till.key("x")
    assert till.papers.asked == ["till", "till"]


def test_another_operator_is_told_whose_sale_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StaffedTill(monkeypatch)
    till.tell(OperatorChanged("7", locked=False), HOLD)
    till.key("f10")
    assert till.flight.screens[-1].screen == "lock"
    till.tell(OperatorChanged("", locked=True), OperatorChanged("7", locked=False))
    assert till.bars.notice is None
    till.key("f10")
    till.tell(OperatorChanged("", locked=True), OperatorChanged("1", locked=False))
    assert till.bars.notice is not None
    assert till.bars.notice.headline == "A sale of operator 7 is open"


def test_a_till_that_nobody_touches_locks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StaffedTill(monkeypatch, lock_after_s=60)
    till.tell(OperatorChanged("7", locked=False))
    till.timers.wait(59)
    till.key("1")
    till.timers.wait(59)
    assert isinstance(till.window.front, TillView)
    till.asked.taken()
    till.timers.wait(1)
    assert till.asked.taken() == [("lock",)]
    assert isinstance(till.window.front, LockView)
