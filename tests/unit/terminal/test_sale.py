"""A sale as the cashier goes through it, and the presses and scans that come at the wrong moment."""

from unit.terminal.small_till import CARD, OTHER_CARD, SmallTill, answers, eur, lost, slow
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown
from centara_giftcard.terminal.events import (
    CardShown,
    LastSale,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    Ready,
    ScanRefused,
)


@in_virtual_time
async def test_a_whole_sale() -> None:
    async with SmallTill() as till:
        await till.scan()
        assert till.card.standing is Standing.GOOD
        await till.request(2_500)
        assert till.payment.state is State.HELD
        await till.take()
        assert till.payment.state is State.COMMITTED
        assert till.payment.after is not None
        assert till.payment.after.net == eur(7_500)
        assert till.last(PaymentShown).rest == eur(0)
        assert till.payment.left == eur(7_500)
        assert till.all(PaymentShown)[0].payment.left is None  # not read again yet
        assert [(sale.amount, sale.card) for sale in till.all(LastSale)] == [(eur(2_500), "•••• 1111")]
        await till.leave()
        assert till.events[-1] == Ready()
        assert till.account().net == 7_500


@in_virtual_time
async def test_what_this_till_has_open_on_a_card_is_told_at_its_scan() -> None:
    """Row 20."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(lost())
        await till.scan()
        assert not till.card.open_here
        await till.request(2_500)
        await till.wait(5)
        assert till.payment.state is State.ORPHAN_HOLD
        await till.leave()
        await till.scan(OTHER_CARD)
        assert not till.card.open_here
        await till.scan(CARD)
        assert [it.id for it in till.card.open_here] == [till.payment.id]
        assert not till.card.being_found_out


@in_virtual_time
async def test_a_lost_request_tells_when_its_doubt_is_decided() -> None:
    """Row 19."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(answers(OutcomeUnknown(Cause.LOST)))
        await till.scan()
        await till.request(2_500)
        assert till.last(PaymentShown).decided_in_s == 30.0
        await till.wait(31)
        assert till.payment.state is State.NOT_HELD
        assert till.last(PaymentShown).decided_in_s is None


@in_virtual_time
async def test_a_payment_that_is_taken_after_it_was_left_is_the_last_sale_too() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [answers(OutcomeUnknown(Cause.LOST))]
        await till.hold()
        await till.take()
        await till.leave()
        await till.wait(60)
        assert [(sale.amount, sale.card) for sale in till.all(LastSale)] == [(eur(2_500), "•••• 1111")]


@in_virtual_time
async def test_each_step_is_on_the_disk_before_it_is_sent_or_shown() -> None:
    async with SmallTill() as till:
        till.server.tells_balance = True
        await till.hold()
        await till.take()
        assert till.log == [
            "send status",
            "journal requested",
            "show requesting",
            "send pay",
            "journal pay held",
            "show held",
            "journal take",
            "show committing",
            "send commit",
            "journal commit accepted",
            "show committing",
            "send status",
            "journal status read",
            "show committed",
        ]


@in_virtual_time
async def test_a_hold_is_released() -> None:
    async with SmallTill() as till:
        await till.hold()
        await till.release()
        assert till.payment.state is State.CANCELLED
        assert (till.account().net, till.account().holds) == (10_000, {})
        assert till.server.calls("commit") == 0
        assert till.log.index("journal release") < till.log.index("send cancel")


@in_virtual_time
async def test_f12_and_enter_pressed_twice_act_once() -> None:
    async with SmallTill() as till:
        await till.scan()
        till.controller.paying.request(eur(2_500))
        await till.request(2_500)
        till.controller.paying.take()
        till.controller.paying.take()
        till.controller.paying.release()
        await till.wait(1)
        assert (till.server.calls("pay"), till.server.calls("commit"), till.server.calls("cancel")) == (
            1,
            1,
            0,
        )
        assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_a_press_that_came_before_the_hold_was_shown_takes_nothing() -> None:
    async with SmallTill() as till:
        till.journal.takes_s = 0.5
        await till.scan()
        till.controller.paying.request(eur(2_500))
        await till.wait(0.8)  # the hold is being written down, and not on the screen yet
        till.controller.paying.take()
        await till.wait(5)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_scans_in_the_hold_step_do_nothing_to_the_money() -> None:
    async with SmallTill() as till:
        held = await till.hold()
        await till.scan(CARD)
        assert till.refusals() == []
        await till.scan(OTHER_CARD)
        assert till.refusals() == ["finish_first"]
        await till.scan("rubbish")
        assert till.payment.id == held.id
        assert till.payment.state is State.HELD
        assert till.all(ScanRefused) == [ScanRefused("unknown_series")]  # said, and nothing else


@in_virtual_time
async def test_the_next_scan_begins_the_next_sale() -> None:
    async with SmallTill() as till:
        await till.hold()
        await till.take()
        await till.scan(OTHER_CARD)
        assert till.card.card.number.reveal() == OTHER_CARD


@in_virtual_time
async def test_esc_calls_off_a_request_that_was_not_sent_yet() -> None:
    async with SmallTill() as till:
        await till.scan()
        await till.wait(30)
        till.server.faults["status"].append(slow(5))
        await till.request(2_500)
        await till.scan(OTHER_CARD)
        assert till.refusals() == ["finish_first"]
        await till.leave()
        await till.wait(10)
        assert (till.server.calls("pay"), len(till.all(CardShown))) == (0, 2)


@in_virtual_time
async def test_the_till_can_be_locked_in_the_middle_of_everything_and_goes_on_below() -> None:
    async with SmallTill() as till:
        till.controller.access.lock()
        await till.wait(0.1)
        till.controller.access.sign_on("1")
        till.server.faults["status"].append(slow(2))
        await till.scan()
        till.controller.access.lock()
        await till.wait(3)
        assert till.card.standing is Standing.GOOD  # what came meanwhile is there at sign-on
        till.controller.access.sign_on("2")
        await till.request(2_500)
        till.controller.access.lock()
        await till.wait(0.1)
        assert till.payment.state is State.HELD
        till.controller.access.sign_on("3")
        await till.take()
        assert (till.payment.state, till.payment.operator) == (State.COMMITTED, "2")
        assert till.refusals() == []


@in_virtual_time
async def test_a_locked_till_takes_no_scan_and_the_next_sale_is_the_new_operators() -> None:
    async with SmallTill() as till:
        till.controller.access.lock()
        await till.scan()
        assert till.server.sent == []
        till.controller.access.sign_on("42")
        await till.hold()
        assert till.payment.operator == "42"


@in_virtual_time
async def test_signing_on_in_a_sale_leaves_the_sale_in_view() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.controller.access.sign_on("42")
        await till.wait(0.1)
        assert isinstance(till.events[-1], OperatorChanged)


@in_virtual_time
async def test_a_payment_in_front_of_the_cashier_is_not_on_the_list_of_open_ones_until_it_is_left() -> None:
    async with SmallTill() as till:
        till.server.faults["commit"] += [answers(OutcomeUnknown(Cause.LOST))] * 9
        await till.hold()
        await till.take()
        assert {it.operations for it in till.all(OpenChanged)} == {()}
        assert [p.state for p in till.last(OpenChanged).in_front] == [State.COMMITTING]
        await till.leave()
        assert [p.state for p in till.last(OpenChanged).operations] == [State.COMMITTING]
        assert till.last(OpenChanged).in_front == ()


@in_virtual_time
async def test_what_is_open_is_told_as_the_journal_has_it_at_every_step() -> None:
    async with SmallTill() as till:

        async def agrees(count: int) -> None:
            told = till.last(OpenChanged)
            unfinished, _ = await till.journal.unfinished()
            assert [it.id for it in (*told.operations, *told.in_front)] == [it.id for it in unfinished]
            assert len(unfinished) == count

        await till.hold()
        await agrees(1)
        await till.take()
        await agrees(0)
        await till.leave()
        await till.hold()
        await till.release()
        await agrees(0)
