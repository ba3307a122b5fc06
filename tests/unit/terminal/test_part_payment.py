"""A card that cannot pay all of it: the offer, and the rest that is carried to the next card."""

from datetime import timedelta

from msgspec.structs import replace
from unit.terminal.small_till import CARD, EUR, OTHER_CARD, SmallTill, answers, eur
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.money import Money
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown
from centara_giftcard.terminal.events import (
    LastSale,
    Offer,
    PaymentShown,
    Ready,
)
from centara_giftcard.terminal.ports import Record


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
async def test_less_than_the_carried_rest_leaves_the_difference_to_pay() -> None:
    """€15.00 is left; the next card is to give €5.00 of it: €10.00 is owed still."""
    async with SmallTill() as till:
        await pay_in_part(till)
        till.controller.paying.carry()
        await till.scan(OTHER_CARD)
        await till.request(500)
        assert (till.payment.asked, till.payment.due) == (eur(500), eur(1_500))
        await till.take()
        assert till.last(PaymentShown).still_to_pay == eur(1_000)
        till.controller.paying.carry()
        await till.wait(0.1)
        assert till.last(Ready).due == eur(1_000)
        await till.scan(OTHER_CARD)
        await till.request(1_200)  # more than the rest: the customer owes more after all
        assert till.payment.due == eur(1_200)


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
async def test_the_rest_of_a_part_payment_goes_with_the_last_sale() -> None:
    async with SmallTill() as till:
        await till.scan()
        await till.request(10_000, due=12_000)
        await till.take()
        assert till.last(LastSale).rest == eur(2_000)


@in_virtual_time
async def test_the_last_payment_before_a_power_cut_is_told_at_the_next_start_with_its_rest() -> None:
    till = SmallTill()
    now = till.clock.now()
    paid = Record("op-1", "payment", "committed", eur(320), "•••• 1111", "7", now, now, rest=eur(930))
    till.journal.records = (
        replace(paid, id="op-3", kind="unissue"),
        replace(paid, id="op-2", state="cancelled"),
        paid,
    )
    async with till:
        assert till.all(LastSale) == [LastSale(eur(320), "•••• 1111", now, eur(930))]


@in_virtual_time
async def test_but_not_the_one_of_yesterday() -> None:
    till = SmallTill()
    then = till.clock.now() - timedelta(hours=1)
    till.journal.records = (Record("op-1", "payment", "committed", eur(320), "•••• 1111", "7", then, then),)
    async with till:
        assert till.all(LastSale) == []
