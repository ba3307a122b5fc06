"""The flight recorder names what of an answer did not fit, and the setting that would explain a reading."""

from unit.terminal.small_till import Doing, SmallTill
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, HoldPlaced, Misfit, OutcomeUnknown


def noted(till: SmallTill) -> list[dict[str, object]]:
    return [fields for name, fields in till.flight.events if name == "misread"]


@in_virtual_time
async def test_the_member_that_could_not_be_read_is_noted_once() -> None:
    async def no_code(do: Doing) -> OutcomeUnknown:
        do()
        return OutcomeUnknown(Cause.UNREADABLE, misfit=Misfit("authCode", "missing"))

    async with SmallTill() as till:
        till.server.faults["pay"].append(no_code)
        await till.scan()
        await till.request(2_500)
        assert till.payment.state is State.ORPHAN_HOLD
        assert noted(till) == [{"operation": till.payment.id, "member": "authCode", "shape": "missing"}]


@in_virtual_time
async def test_a_hold_of_a_hundredth_is_noted_with_its_setting() -> None:
    async def hundredth(do: Doing) -> HoldPlaced:
        till.server.grants = 25
        placed: HoldPlaced = do()
        return HoldPlaced(placed.auth_code, till.payment.asked)

    async with SmallTill() as till:
        till.server.faults["pay"].append(hundredth)
        await till.scan()
        await till.request(2_500)
        await till.wait(10)
        assert till.payment.problem is Cause.UNITS
        assert noted(till) == [{"operation": till.payment.id, "problem": "units", "setting": "amounts"}]
