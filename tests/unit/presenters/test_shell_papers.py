"""Receipts on the screen: what P shows and prints, what waits, what the lamp says."""

from unit.presenters.face import EUR, payment, shown
from unit.presenters.shell_till import PAID, Till

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.receipts import Receipt
from centara_giftcard.terminal.events import (
    Ready,
)
from centara_giftcard.terminal.printing import PrintTrouble, ReceiptPending, ReceiptPrinted, ReceiptPrinting
from centara_giftcard.ui.presenters.views import (
    ReceiptView,
    TillView,
    Tone,
)


def receipt_view(till: Till) -> ReceiptView:
    assert isinstance(till.window.front, ReceiptView)
    return till.window.front


def test_p_shows_the_receipt_of_what_is_in_view_and_on_its_page_prints_it() -> None:
    till = Till()
    till.key("p")
    till.shell.press("receipt")
    assert isinstance(till.window.front, TillView)
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID)
    till.key("p")
    assert till.flight.screens[-1].screen == "receipt"
    assert receipt_view(till).receipt.operation == "op-1"
    assert [it.name for it in receipt_view(till).actions] == ["print", "back"]
    till.key("p")
    till.shell.press("print")
    assert till.papers.asked == ["till", "till"]
    till.shell.press("back")
    assert isinstance(till.window.front, TillView)
    till.shell.press("receipt")
    till.key("escape")
    assert isinstance(till.window.front, TillView)


def test_what_waits_has_a_button_and_a_key_of_its_own_and_p_is_about_what_is_in_view() -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-2", ())
    till.papers.waiting = 2
    till.tell(PAID, ReceiptPending("op-1", PrintTrouble.OUT_OF_PAPER, 2))
    assert [it.text for it in till.bars.lamps][-1] == "2 receipts not printed"
    till.key("p")
    labels = [it.label for it in receipt_view(till).actions]
    assert labels == ["Print", "Print 2 waiting receipts", "Back"]
    till.shell.press("print_waiting")
    till.key("ctrl+p")
    till.key("p")
    assert till.papers.asked == ["waiting", "waiting", "till"]
    till.papers.waiting = 1
    till.tell(ReceiptPrinted("op-1", waiting=1))
    assert receipt_view(till).actions[1].label == "Print the waiting receipt"
    assert receipt_view(till).subtitle == ""
    till.papers.copies.add("till")
    till.tell(ReceiptPrinted("op-2", waiting=1))
    assert receipt_view(till).actions[0].label == "Print a copy"
    assert receipt_view(till).subtitle == "Receipt printed."


def test_what_waits_has_its_button_where_nothing_is_to_be_decided() -> None:
    till = Till()
    till.papers.waiting = 1
    till.tell(Ready())
    assert isinstance(till.window.front, TillView)
    assert [it.name for it in till.window.front.choices] == ["print_waiting"]
    assert till.window.front.offer == "Receipt not printed"
    till.tell(shown(payment(State.HELD, held=Money(2_500, EUR))))
    assert "print_waiting" not in [it.name for it in (*till.window.front.actions, *till.window.front.choices)]
    till.tell(PAID)
    assert [it.name for it in till.window.front.actions][-1] == "print_waiting"
    till.shell.press("print_waiting")
    assert till.papers.asked == ["waiting"]


def test_one_press_prints_the_receipt_in_view_that_could_not_be_printed() -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-1", ())
    till.papers.failed.add("till")
    till.tell(PAID)
    till.key("p")
    assert till.papers.asked == ["till"]
    assert isinstance(till.window.front, ReceiptView)


def test_the_result_says_how_its_own_receipt_goes_and_not_how_anothers_does() -> None:
    till = Till()
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID, ReceiptPrinting("op-1"))
    assert isinstance(till.window.front, TillView)
    assert till.window.front.hint == "Printing the receipt."
    till.tell(ReceiptPending("op-1", PrintTrouble.COVER_OPEN, 1))
    assert till.window.front.hint.startswith("Receipt not printed. The printer's cover is open.")
    till.tell(ReceiptPrinted("op-9", waiting=1))
    assert till.window.front.hint == ""


def test_a_till_without_a_printer_shows_its_receipts_only() -> None:
    till = Till()
    till.papers.can_print = False
    till.papers.of["till"] = Receipt("op-1", ())
    till.tell(PAID)
    till.key("p")
    assert [it.name for it in receipt_view(till).actions] == ["back"]
    assert len(till.bars.lamps) == 2


def test_the_lamp_says_how_the_last_printing_went() -> None:
    till = Till()
    till.shell.render()
    assert till.bars.lamps[-1].tone is Tone.INFO
    till.tell(ReceiptPrinted("op-1"))
    assert till.bars.lamps[-1].tone is Tone.PAID
    till.tell(ReceiptPending("op-2", PrintTrouble.OFF, 0, card=True))
    assert (till.bars.lamps[-1].tone, till.bars.lamps[-1].text) == (Tone.REFUSED, "Card not printed")
