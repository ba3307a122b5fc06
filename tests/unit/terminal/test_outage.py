"""A server that is out of reach: the till notices, sells nothing, keeps asking, and comes back by itself."""

from itertools import pairwise

from unit.terminal.small_till import CARD, OTHER_CARD, SmallTill, answers, lost
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, OutcomeUnknown, StatusFailed
from centara_giftcard.terminal.events import CardShown, ServerHeard, ServerSilent, StatusMissing

NOT_DONE = answers(OutcomeUnknown(Cause.LOST))
NO_STATUS = answers(StatusFailed(Cause.TIMEOUT))


def gaps(times: list[float]) -> list[float]:
    return [round(b - a, 2) for a, b in pairwise(times)]


@in_virtual_time
async def test_the_till_looks_at_start_and_then_calmly() -> None:
    async with SmallTill() as till:
        await till.wait(95)
        assert till.server.probes == [0, 30, 60, 90]
        assert till.last(ServerHeard).round_trip_s == 0.012


@in_virtual_time
async def test_an_outage_is_noticed_by_the_first_call_in_vain_and_probed_with_growing_pauses() -> None:
    async with SmallTill() as till:
        await till.wait(10)
        till.server.down = True
        await till.scan()
        assert till.last(StatusMissing).cause is Cause.CONNECT
        assert till.server.probes[-1] == 10  # at once
        await till.wait(55)
        assert till.all(ServerSilent)
        assert gaps(till.server.probes[1:]) == [1, 2, 4, 8, 15, 15]


@in_virtual_time
async def test_while_the_server_is_down_no_payment_is_requested_and_the_till_looks_at_once() -> None:
    async with SmallTill() as till:
        await till.scan()
        await till.wait(2)
        till.server.down = True
        await till.wait(28.5)  # the calm look fails
        assert till.server.probes == [0, 30]
        await till.wait(12)  # some looks later
        looks = len(till.server.probes)
        till.server.down = False
        till.account().net = 10_000
        await till.request(2_500)
        assert till.refusals() == ["server_down"]
        assert till.server.calls("pay") == 0
        await till.wait(0.1)
        assert len(till.server.probes) == looks + 1
        await till.request(2_500)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_however_often_the_cashier_presses_the_server_is_not_asked_more_than_once_a_second() -> None:
    async with SmallTill() as till:
        await till.scan()
        till.server.down = True
        await till.wait(31)
        for _ in range(50):
            await till.request(2_500)
        assert set(till.refusals()) == {"server_down"}
        assert min(gaps(till.server.probes)) >= 1


@in_virtual_time
async def test_a_card_is_read_once_only_while_the_server_is_down() -> None:
    async with SmallTill() as till:
        till.server.faults["status"] += [NO_STATUS] * 9
        await till.scan()
        await till.wait(3)
        assert till.server.calls("status") == 3
        till.controller._watch.down = True
        await till.scan(OTHER_CARD)
        await till.wait(3)
        assert till.server.calls("status") == 4
        assert len(till.all(StatusMissing)) == 2


@in_virtual_time
async def test_one_call_that_fails_is_no_outage() -> None:
    async with SmallTill() as till:
        till.server.faults["status"].append(answers(StatusFailed(Cause.CONNECT)))
        await till.scan()
        await till.scan()
        await till.request(2_500)
        assert till.payment.state is State.HELD
        assert till.refusals() == []


@in_virtual_time
async def test_a_card_that_can_be_read_again_ends_the_outage() -> None:
    async with SmallTill() as till:
        till.server.down = True
        await till.wait(40)
        till.server.down = False
        await till.scan()  # before the next look
        assert till.all(CardShown)
        await till.request(2_500)
        assert till.payment.state is State.HELD


@in_virtual_time
async def test_what_was_waiting_is_settled_as_soon_as_the_server_is_back() -> None:
    async with SmallTill() as till:
        await till.hold()
        till.server.down = True
        await till.take()
        await till.wait(70)  # by now the commit is repeated only now and then
        assert till.payment.state is State.UNCLEAR
        till.server.down = False
        till.controller._watch.look()
        await till.wait(1.2)
        assert till.payment.state is State.COMMITTED
        assert (till.account().net, till.server.calls("pay")) == (7_500, 1)


@in_virtual_time
async def test_a_hurried_look_in_the_quiet_time_does_not_shorten_it() -> None:
    """Row 19: the two readings stay half a minute apart."""
    async with SmallTill() as till:
        till.server.faults["pay"].append(NOT_DONE)
        await till.scan()
        await till.request(2_500)
        at_s = till.clock.monotonic()
        till.controller._operations.hurry()
        await till.wait(20)
        till.controller.exceptions.ask_again(till.payment.id)
        await till.wait(at_s + 29 - till.clock.monotonic())
        assert till.payment.state is State.REQUESTING
        await till.wait(2)
        assert till.payment.state is State.NOT_HELD


@in_virtual_time
async def test_a_server_error_makes_the_till_look_but_is_not_called_silence() -> None:
    async with SmallTill() as till:
        await till.wait(10)
        till.server.faults["pay"].append(lost(Cause.SERVER_ERROR))
        await till.scan()
        await till.request(2_500)
        assert till.all(ServerSilent) == []
        assert len(till.server.probes) == 2
        assert CARD not in repr(till.flight.events)


@in_virtual_time
async def test_a_bug_in_the_adapter_does_not_end_the_watch() -> None:
    async def broken() -> StatusFailed:
        raise RuntimeError(CARD)

    async with SmallTill() as till:
        till.faults_expected = True
        probe, till.server.probe = till.server.probe, broken  # type: ignore[method-assign, assignment]
        await till.wait(31)
        assert len(till.flight.faults()) == 1
        assert CARD not in till.flight.faults()[0]
        till.server.probe = probe  # type: ignore[method-assign]
        await till.wait(61)
        assert till.server.probes[-1] > 60
