"""Nobody has shown that the server writes amounts in minor units: balances are read, and no money moves."""

from unit.terminal.small_till import SmallTill
from unit.terminal.test_selling import Shop
from unit.terminal.virtual_time import in_virtual_time


@in_virtual_time
async def test_no_payment_is_requested_by_units_that_are_only_set() -> None:
    async with SmallTill(units_proven=False) as till:
        await till.scan()
        await till.request(2_500)
        assert till.refusals() == ["units_not_proven"]
        assert till.server.calls("pay") == 0


@in_virtual_time
async def test_no_card_is_sold_by_them_for_a_hundred_times_its_price() -> None:
    async with Shop(units_proven=False) as till:
        await till.put("6091000000001111")
        await till.sell()
        assert till.refusals() == ["units_not_proven"]
        assert till.server.calls("issue") == 0
