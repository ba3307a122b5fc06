"""A card is scanned and read: what cannot be read, what takes its time, and which card is meant."""

import asyncio

import pytest
from unit.terminal.small_till import CARD, OTHER_CARD, SmallTill, answers, eur, slow
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import Standing
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, StatusFailed
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.events import (
    CardShown,
    Checking,
    Preparing,
    Ready,
    ScanRefused,
    ServerHeard,
    ServerSilent,
    StatusMissing,
)

NO_ANSWER = answers(StatusFailed(Cause.TIMEOUT))


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
async def test_a_misread_scan_is_told_and_nothing_is_asked() -> None:
    """Row 1."""
    async with SmallTill() as till:
        await till.scan("60910")
        assert till.last(ScanRefused).reason == "too_short"
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
        till.controller.turn_to(Stage.SELL)
        await till.scan("60910")
        assert till.last(ScanRefused).reason == "too_short"
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
