"""A sale as the cashier goes through it, and the presses and scans that come at the wrong moment."""

import asyncio

import pytest
from unit.terminal.small_till import CARD, EUR, OTHER_CARD, SmallTill, answers, eur, lost, slow
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, StatusFailed
from centara_giftcard.terminal.controller import Place
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    LastSale,
    Offer,
    OpenChanged,
    OperatorChanged,
    PaymentShown,
    Preparing,
    Ready,
    ScanRefused,
    ServerHeard,
    ServerSilent,
    StatusMissing,
)

NO_ANSWER = answers(StatusFailed(Cause.TIMEOUT))


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
        assert till.last(PaymentShown).left == eur(7_500)
        assert till.all(PaymentShown)[0].left is None  # not read again yet
        assert [(sale.amount, sale.card) for sale in till.all(LastSale)] == [(eur(2_500), "•••• 1111")]
        await till.leave()
        assert till.events[-1] == Ready()
        assert till.account().net == 7_500


@in_virtual_time
async def test_more_than_is_on_the_card_is_offered_and_requested_only_when_accepted() -> None:
    async with SmallTill() as till:
        await till.scan()
        till.controller.paying.request(eur(12_000))
        await till.wait(1)
        offer = till.card.offer
        assert offer == Offer(eur(10_000), eur(12_000))
        assert offer.rest == eur(2_000)
        assert till.server.calls("pay") == 0
        till.controller.paying.accept(offer)
        await till.wait(1)
        assert (till.payment.asked, till.payment.due) == (eur(10_000), eur(12_000))
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_an_offer_is_withdrawn_with_another_amount_and_with_esc() -> None:
    async with SmallTill() as till:
        await till.scan()
        till.controller.paying.request(eur(12_000))
        await till.wait(0.1)
        offer = till.card.offer
        assert offer is not None
        till.controller.paying.withdraw()
        till.controller.paying.accept(offer)  # pressed before the withdrawal was on the screen
        await till.wait(0.1)
        assert till.card.offer is None
        till.controller.paying.withdraw()
        till.controller.paying.request(eur(13_000))
        till.controller.paying.accept(offer)  # not the one that stands now
        await till.wait(0.1)
        assert till.card.offer == Offer(eur(10_000), eur(13_000))
        await till.leave()
        assert till.card.offer is None
        assert till.server.calls("pay") == 0


@in_virtual_time
async def test_an_offer_that_the_card_cannot_keep_any_more_is_not_requested() -> None:
    """Row 27."""
    async with SmallTill() as till:
        await till.scan()
        till.controller.paying.request(eur(12_000))
        await till.wait(30)
        till.account().net = 4_000
        offer = till.card.offer
        assert offer is not None
        till.controller.paying.accept(offer)
        await till.wait(1)
        assert (till.card.changed, till.card.offer, till.server.calls("pay")) == (True, None, 0)


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


async def pay_in_part(till: SmallTill, minor: int = 2_500, due: int = 4_000) -> None:
    till.account().net = minor
    await till.scan()
    await till.request(minor, due)
    await till.take()
    assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_the_rest_of_a_part_payment_is_carried_to_the_next_card() -> None:
    async with SmallTill() as till:
        await pay_in_part(till)
        till.controller.paying.carry()
        await till.wait(0.1)
        assert till.events[-1] == Ready(eur(1_500))
        till.controller.paying.carry()  # pressed twice
        await till.scan(CARD)  # it has nothing left
        assert till.card.due == eur(1_500)
        await till.leave()
        assert till.events[-1] == Ready(eur(1_500))
        await till.scan(OTHER_CARD)
        assert till.card.due == eur(1_500)
        await till.request(1_500)
        await till.release()
        assert till.last(PaymentShown).carried == eur(1_500)
        await till.leave()
        assert till.events[-1] == Ready(eur(1_500))  # nothing was paid of it
        await till.scan(OTHER_CARD)
        await till.request(1_500)
        await till.take()
        await till.leave()
        assert till.events[-1] == Ready()


@in_virtual_time
async def test_a_rest_that_may_have_been_taken_is_not_asked_for_again() -> None:
    async with SmallTill() as till:
        await pay_in_part(till)
        till.controller.paying.carry()
        await till.scan(OTHER_CARD)
        till.server.faults["commit"] += [answers(OutcomeUnknown(Cause.LOST))] * 9
        await till.request(1_500)
        await till.take()
        assert till.payment.doubtful
        await till.leave()
        assert till.last(Ready) == Ready()


@in_virtual_time
async def test_a_rest_that_is_paid_another_way_is_dropped() -> None:
    async with SmallTill() as till:
        await pay_in_part(till)
        await till.leave()
        assert till.events[-1] == Ready()
    async with SmallTill() as till:
        await pay_in_part(till)
        till.controller.paying.carry()
        await till.leave()
        assert till.events[-1] == Ready()
        await till.leave()
        assert till.all(Ready) == [Ready(), Ready(eur(1_500)), Ready()]


@in_virtual_time
async def test_nothing_is_carried_from_a_payment_that_left_no_rest() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.controller.paying.carry()
        await till.take()
        till.controller.paying.carry()
        await till.wait(0.1)
        assert len(till.all(Ready)) == 1


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
async def test_another_card_in_the_middle_of_a_sale_is_ignored() -> None:
    """Row 3."""
    async with SmallTill() as till:
        await till.scan(CARD)
        till.controller.paying.begin(True)  # an amount is being typed
        await till.scan(OTHER_CARD)
        assert till.refusals() == ["finish_first"]
        await till.request(2_500)
        assert till.account(OTHER_CARD).holds == {}


@in_virtual_time
async def test_one_balance_after_the_other_needs_no_key_between() -> None:
    async with SmallTill() as till:
        await till.scan(CARD)
        await till.scan(CARD)
        assert till.server.calls("status") == 2  # looked at once more
        till.controller.paying.begin(True)
        till.controller.paying.begin(False)  # and cleared again
        await till.scan(OTHER_CARD)
        assert till.card.card.number.reveal() == OTHER_CARD
        assert till.refusals() == []


@in_virtual_time
async def test_an_amount_that_is_typed_ahead_pins_the_card_that_is_being_read() -> None:
    async with SmallTill() as till:
        till.server.faults["status"].append(slow(2))
        await till.scan(CARD)
        till.controller.paying.begin(True)
        await till.scan(OTHER_CARD)
        await till.scan(CARD)
        assert till.refusals() == ["finish_first"]
        await till.wait(3)
        await till.scan(OTHER_CARD)
        assert till.card.card.number.reveal() == CARD


@in_virtual_time
async def test_a_card_that_cannot_pay_gives_way_to_the_next() -> None:
    async with SmallTill() as till:
        till.account().issued = False
        await till.scan(CARD)
        assert till.card.standing is Standing.NOT_ISSUED
        await till.request(100)
        assert till.refusals() == ["more_than_available"]
        await till.scan(OTHER_CARD)
        assert till.card.standing is Standing.GOOD


@in_virtual_time
async def test_the_next_scan_begins_the_next_sale() -> None:
    async with SmallTill() as till:
        await till.hold()
        await till.take()
        await till.scan(OTHER_CARD)
        assert till.card.card.number.reveal() == OTHER_CARD


@in_virtual_time
async def test_a_misread_scan_is_told_and_nothing_is_asked() -> None:
    """Row 1."""
    async with SmallTill() as till:
        await till.scan("60910")
        assert till.last(ScanRefused).reason == "length"
        assert till.server.sent == []


@in_virtual_time
async def test_a_misread_scan_leaves_card_and_check_as_they_are() -> None:
    async with SmallTill() as till:
        await till.scan(CARD)
        await till.scan(CARD[:-1])
        assert till.last(ScanRefused).reason == "one_missing"
        await till.request(2_500)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_a_misread_scan_on_another_screen_leaves_the_till_as_it_was() -> None:
    async with SmallTill() as till:
        till.account().issued = False  # a card that cannot pay is no sale
        await till.scan()
        till.controller.turn_to(Place.SELL)
        await till.scan("60910")
        assert till.last(ScanRefused).reason == "length"
        await till.leave()
        assert len(till.all(Ready)) == 2  # at start, and for the card that was still there


@pytest.mark.parametrize("allowed", [True, False])
def test_a_typed_number_needs_its_permission(allowed: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        async with SmallTill(keying=allowed) as till:
            till.controller.keyed(CARD)
            await till.wait(0.2)
            assert bool(till.all(CardShown)) is allowed
            assert till.refusals() == ([] if allowed else ["keying_not_allowed"])

    story()


@in_virtual_time
async def test_a_status_is_read_three_times_with_pauses() -> None:
    """Row 4."""
    async with SmallTill() as till:
        till.server.faults["status"] += [NO_ANSWER] * 3
        await till.scan()
        await till.wait(5)
        assert [round(at_s, 2) for _, at_s in till.server.sent] == [0.0, 0.3, 0.9]
        assert till.last(StatusMissing).cause is Cause.TIMEOUT
        assert len(till.all(ServerSilent)) == 3


@in_virtual_time
async def test_a_busy_server_gets_the_time_it_asks_for() -> None:
    async with SmallTill() as till:
        till.server.faults["status"] += [
            answers(StatusFailed(Cause.BUSY, retry_after_s=4)),
            answers(StatusFailed(Cause.BUSY, retry_after_s=9_999)),
        ]
        await till.scan()
        await till.wait(60)
        assert [round(at_s, 2) for _, at_s in till.server.sent] == [0.0, 4.0, 34.0]
        assert till.all(CardShown)
        assert till.all(ServerHeard)


@pytest.mark.parametrize("cause", [Cause.NOT_FOUND, Cause.WRONG_CARD, Cause.UNREADABLE, Cause.CONNECT])
def test_a_status_that_will_not_get_better_is_read_once(cause: Cause) -> None:
    """Rows 5 to 8."""

    @in_virtual_time
    async def story() -> None:
        async with SmallTill() as till:
            till.server.faults["status"].append(answers(StatusFailed(cause, words="so it says")))
            await till.scan()
            assert till.server.calls("status") == 1
            missing = till.last(StatusMissing)
            assert (missing.cause, missing.words) == (cause, "so it says")

    story()


@in_virtual_time
async def test_esc_stops_waiting_for_a_status_and_its_answer_is_not_shown() -> None:
    async with SmallTill() as till:
        till.server.faults["status"].append(slow(5))
        await till.scan()
        assert till.all(Checking)
        await till.leave()
        await till.wait(10)
        assert till.all(CardShown) == []


@in_virtual_time
async def test_another_scan_replaces_a_check_that_is_under_way() -> None:
    async with SmallTill() as till:
        till.server.faults["status"].append(slow(5))
        await till.scan(CARD)
        await till.scan(OTHER_CARD)
        await till.wait(10)
        assert [shown.card.number.reveal() for shown in till.all(CardShown)] == [OTHER_CARD]


@in_virtual_time
async def test_an_answer_that_stands_behind_esc_in_the_queue_is_not_shown() -> None:
    async with SmallTill() as till:
        till.server.faults["status"].append(slow(0.5))
        await till.scan()
        till.controller._put(asyncio.sleep, 1)  # the till is busy for a moment
        till.controller.paying.leave()
        await till.wait(5)
        assert till.all(CardShown) == []


@in_virtual_time
async def test_esc_steps_back_from_a_card() -> None:
    async with SmallTill() as till:
        await till.scan()
        await till.leave()
        await till.request(100)
        assert till.server.calls("pay") == 0
        await till.leave()
        assert len(till.all(Ready)) == 2  # at start, and once for the card


@in_virtual_time
async def test_a_balance_that_is_old_is_read_again_before_the_request() -> None:
    async with SmallTill() as till:
        await till.scan()
        await till.wait(30)
        await till.request(2_500)
        assert till.last(Preparing).amount == eur(2_500)
        assert till.log[:3] == ["send status", "send status", "journal requested"]
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_a_balance_that_changed_meanwhile_is_shown_first() -> None:
    """Row 27."""
    async with SmallTill() as till:
        await till.scan()
        till.account().net = 2_000
        await till.wait(30)
        await till.request(2_500)
        assert till.card.changed
        assert till.card.status.available == eur(2_000)
        assert till.server.calls("pay") == 0
        await till.request(2_000)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_without_a_fresh_balance_nothing_is_requested() -> None:
    async with SmallTill() as till:
        await till.scan()
        await till.wait(30)
        till.server.faults["status"] += [NO_ANSWER] * 6
        for _ in range(2):  # the old reading does not become fresh by having been shown again
            await till.request(2_500)
            await till.wait(3)
        assert till.refusals() == ["balance_unknown"] * 2
        assert (till.server.calls("status"), till.server.calls("pay")) == (7, 0)


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
async def test_more_than_is_available_is_not_requested() -> None:
    async with SmallTill() as till:
        till.account().floor = 9_000
        await till.scan()
        till.controller.paying.request(Money(1_001, EUR))
        await till.wait(0.2)
        assert till.card.offer == Offer(eur(1_000), eur(1_001))
        till.controller.paying.request(Money(0, EUR))
        await till.wait(0.2)
        assert till.refusals() == ["more_than_available"]
        await till.request(1_000)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_the_server_may_hold_only_a_part() -> None:
    async with SmallTill() as till:
        till.server.grants = 1_000
        await till.hold(2_500)
        assert (till.payment.amount, till.last(PaymentShown).rest) == (eur(1_000), eur(1_500))
        await till.take()
        assert till.account().net == 9_000


@in_virtual_time
async def test_the_till_can_be_locked_in_the_middle_of_everything_and_goes_on_below() -> None:
    async with SmallTill() as till:
        till.controller.lock()
        await till.wait(0.1)
        till.controller.sign_on("1")
        till.server.faults["status"].append(slow(2))
        await till.scan()
        till.controller.lock()
        await till.wait(3)
        assert till.card.standing is Standing.GOOD  # what came meanwhile is there at sign-on
        till.controller.sign_on("2")
        await till.request(2_500)
        till.controller.lock()
        await till.wait(0.1)
        assert till.payment.state is State.HELD
        till.controller.sign_on("3")
        await till.take()
        assert (till.payment.state, till.payment.operator) == (State.COMMITTED, "2")
        assert till.refusals() == []


@in_virtual_time
async def test_a_locked_till_takes_no_scan_and_the_next_sale_is_the_new_operators() -> None:
    async with SmallTill() as till:
        till.controller.lock()
        await till.scan()
        assert till.server.sent == []
        till.controller.sign_on("42")
        await till.hold()
        assert till.payment.operator == "42"


@in_virtual_time
async def test_signing_on_in_a_sale_leaves_the_sale_in_view() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.controller.sign_on("42")
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
