"""Selling cards: a list for one customer, each card an operation of its own; nothing is sent before F12."""

import pytest
from msgspec.structs import replace
from unit.terminal.small_till import (
    CARD,
    FIXED_VALUE,
    LIVE_CARD,
    OTHER_CARD,
    Account,
    Memory,
    Server,
    SmallTill,
    answers,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import SaleRules, Series, SeriesKind, Unsellable
from centara_giftcard.domain.issue import Issue, State
from centara_giftcard.domain.replies import Cause, NotSent, OutcomeUnknown, Refused, StatusFailed
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.events import CardToPrint, OpenChanged, SellShown, Settled
from centara_giftcard.terminal.sales import SaleStep, Unfit

CLASSIC = Series("Classic", "6091", "6091", 16, sale=SaleRules(minimum=eur(500), maximum=eur(50_000)))
LIVE = Series("Live", "7000", "7000", 16, kind=SeriesKind.LIVE_PRINTED)
HIDDEN = replace(LIVE, name="Hidden", number="7001", prefix="7001", sale=SaleRules(may_sell=False))
THIRD = "6091000000004444"


class Shop(SmallTill):
    """A till at Sell with three blank cards, and what a cashier does there."""

    def __init__(
        self,
        rules: SaleRules | None = None,
        journal: Memory | None = None,
        server: Server | None = None,
        place: Stage = Stage.SELL,
        printer: bool = True,
        units_proven: bool = True,
    ) -> None:
        classic = CLASSIC if rules is None else replace(CLASSIC, sale=rules)
        super().__init__(
            journal, server, series=(classic, LIVE, HIDDEN), printer=printer, units_proven=units_proven
        )
        if server is None:
            for number in (CARD, OTHER_CARD, THIRD):
                self.server.accounts[number] = Account(0, issued=False, original=0)
        self.controller.turn_to(place)

    @property
    def sale(self) -> SellShown:
        return self.last(SellShown)

    @property
    def states(self) -> list[str]:
        """What became of each line: its operation's state, or why nothing was sent."""
        return [
            it.issue.state.value if it.issue else "trouble" if it.trouble else "open"
            for it in self.sale.lines
        ]

    async def put(self, *numbers: str, minor: int = 2_500) -> None:
        for number in numbers:
            await self.scan(number)
            await self.price(minor)

    async def price(self, minor: int) -> None:
        self.controller.selling.price(eur(minor))
        await self.wait(0.05)

    async def live(self, minor: int = 2_500) -> None:
        self.controller.selling.choose(LIVE.number)
        await self.price(minor)

    async def sell(self, seconds: float = 1) -> None:
        self.controller.selling.sell()
        await self.wait(seconds)

    async def leave_sale(self) -> None:
        self.controller.selling.leave()
        await self.wait(0.05)

    def open_now(self) -> list[str]:
        told = self.all(OpenChanged)
        return [it.state.value for it in told[-1].operations] if told else []


# --- the list ---


@in_virtual_time
async def test_a_card_is_put_on_the_list_and_sold() -> None:
    async with Shop() as till:
        await till.put(CARD)
        assert (till.sale.step, till.states, till.server.calls("issue")) == (SaleStep.SCAN, ["open"], 0)
        await till.sell()
        line = till.sale.lines[0]
        assert (till.sale.step, till.states) == (SaleStep.DONE, ["done"])
        assert line.issue is not None
        assert line.issue.worth is not None
        assert line.issue.worth.net == eur(2_500)
        assert (till.account().issued, till.account().net) == (True, 2_500)
        assert till.log.index("journal requested") < till.log.index("send issue")


@in_virtual_time
async def test_cards_are_sold_one_after_the_other() -> None:
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD, THIRD)
        till.server.faults["issue"].append(slow(2))
        till.controller.selling.sell()
        await till.wait(1)
        assert (till.sale.step, till.states) == (SaleStep.SELLING, ["sending", "open", "open"])
        assert till.controller.selling.busy
        till.controller.selling.leave()
        till.controller.selling.drop()
        till.controller.selling.sell()
        till.controller.selling.remove(0)
        await till.scan(LIVE_CARD)
        await till.wait(3)
        assert (till.sale.step, till.states) == (SaleStep.DONE, ["done", "done", "done"])
        assert till.refusals() == ["finish_first"]
        assert till.server.calls("issue") == 3


@in_virtual_time
async def test_one_card_that_fails_does_not_keep_the_others() -> None:
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD, THIRD)
        till.server.faults["issue"].extend(
            [answers(NotSent(Cause.CONNECT)), answers(OutcomeUnknown(Cause.LOST))]
        )
        await till.sell(2)
        assert (till.sale.step, till.states) == (SaleStep.DONE, ["refused", "sending", "done"])
        await till.wait(40)  # still not issued after half a minute
        assert till.states == ["refused", "refused", "done"]


@in_virtual_time
async def test_a_card_is_on_the_list_once() -> None:
    async with Shop() as till:
        await till.put(CARD)
        await till.scan(CARD)
        assert till.refusals() == ["already_listed"]
        await till.put(OTHER_CARD)
        assert [it.series for it in till.sale.lines] == [CLASSIC, CLASSIC]


@in_virtual_time
async def test_lines_are_removed_and_the_list_is_dropped() -> None:
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD, THIRD)
        till.controller.selling.remove(1)
        till.controller.selling.remove(7)
        await till.wait(0.05)
        assert [it.sight and it.sight.card.number.last4 for it in till.sale.lines] == ["1111", "4444"]
        await till.leave_sale()
        assert len(till.sale.lines) == 2  # stepping back is not dropping
        till.controller.selling.drop()
        await till.wait(0.05)
        assert till.sale.lines == ()
        await till.sell()
        assert till.server.calls("issue") == 0


@in_virtual_time
async def test_the_next_scan_after_a_sale_begins_another() -> None:
    async with Shop() as till:
        await till.put(CARD)
        await till.sell()
        await till.put(OTHER_CARD)
        assert (till.sale.step, till.states) == (SaleStep.SCAN, ["open"])
        await till.sell()
        await till.leave_sale()
        assert (till.sale.step, till.sale.lines) == (SaleStep.SCAN, ())


@in_virtual_time
async def test_what_was_there_is_shown_when_the_page_comes_to_the_front() -> None:
    async with Shop() as till:
        await till.put(CARD)
        till.events.clear()
        till.controller.selling.show()
        await till.wait(0.05)
        assert len(till.sale.lines) == 1


# --- cards that cannot be sold ---


@in_virtual_time
async def test_a_card_that_was_sold_already_says_so() -> None:
    async with Shop() as till:
        till.account().issued = True
        await till.scan()
        card, trouble = till.sale.trouble or (None, None)
        assert isinstance(trouble, Unfit)
        assert trouble.why is Unsellable.ALREADY_ISSUED
        assert (card is not None, till.sale.step) == (True, SaleStep.SCAN)
        await till.leave_sale()
        assert till.sale.trouble is None


@in_virtual_time
async def test_without_an_answer_nothing_is_put_on_the_list() -> None:
    async with Shop() as till:
        till.server.faults["status"].append(answers(StatusFailed(Cause.NOT_FOUND)))
        await till.scan()
        assert till.sale.trouble is not None
        assert till.sale.trouble[1] == StatusFailed(Cause.NOT_FOUND)


@in_virtual_time
async def test_nobody_has_to_wait_for_an_answer() -> None:
    async with Shop() as till:
        await till.put(OTHER_CARD)
        till.server.faults["status"].append(slow(5))
        await till.scan()
        assert (till.sale.step, till.sale.checking is not None) == (SaleStep.CHECKING, True)
        await till.leave_sale()
        await till.wait(10)
        assert (till.sale.step, till.states) == (SaleStep.SCAN, ["open"])


@in_virtual_time
async def test_a_card_with_an_open_operation_is_not_put_on_the_list() -> None:
    async with Shop() as till:
        await till.put(CARD)
        till.server.faults["issue"].append(answers(OutcomeUnknown(Cause.LOST)))
        await till.sell(0.5)
        await till.scan()
        assert till.refusals() == ["open_on_card"]
        assert (till.sale.step, till.states) == (SaleStep.DONE, ["sending"])  # what was there stays in view


# --- package and amount ---


@in_virtual_time
async def test_package_and_card_must_agree() -> None:
    async with Shop(SaleRules(package_check=True)) as till:
        await till.scan()
        assert till.sale.step is SaleStep.PACKAGE
        await till.scan(OTHER_CARD)
        assert (till.refusals(), till.sale.step, till.sale.pending) == (
            ["package_differs"],
            SaleStep.SCAN,
            None,
        )
        await till.scan()
        await till.scan()
        assert till.sale.step is SaleStep.AMOUNT
        await till.price(2_500)
        assert till.states == ["open"]


@in_virtual_time
async def test_a_card_in_hand_is_finished_before_the_next() -> None:
    async with Shop() as till:
        await till.scan()
        await till.scan(OTHER_CARD)
        await till.scan()  # the same once more: nothing
        till.controller.selling.choose(LIVE.number)
        await till.wait(0.05)
        assert (till.refusals(), till.sale.step) == (["finish_first", "finish_first"], SaleStep.AMOUNT)
        await till.leave_sale()
        assert (till.sale.step, till.sale.pending, till.sale.lines) == (SaleStep.SCAN, None, ())


@in_virtual_time
async def test_an_amount_beyond_the_limits_is_not_put_on_the_list() -> None:
    async with Shop() as till:
        await till.price(2_500)  # there is no card yet
        await till.scan()
        await till.price(499)
        await till.price(50_001)
        assert (till.refusals(), till.sale.step) == (["amount_not_allowed"] * 2, SaleStep.AMOUNT)


@pytest.mark.parametrize("value", [None, eur(FIXED_VALUE)])
@in_virtual_time
async def test_a_series_may_fix_the_amount(value: object) -> None:
    async with Shop(SaleRules(fixed=True, value=value)) as till:  # type: ignore[arg-type]
        await till.scan()
        assert till.states == ["open"]
        await till.sell()
        issue = till.sale.lines[0].issue
        assert issue is not None
        assert (issue.state, issue.amount) == (State.DONE, eur(FIXED_VALUE))


# --- cards that are printed here ---


@in_virtual_time
async def test_a_live_card_is_printed_and_scanned_back() -> None:
    async with Shop() as till:
        await till.live()
        await till.sell()
        printed = till.last(CardToPrint).issue
        assert (till.states, printed.unprinted) == (["done"], True)
        assert till.sale.unprinted == (printed,)
        till.controller.selling.print(printed.id)
        till.controller.selling.print("another")
        await till.wait(0.05)
        assert len(till.all(CardToPrint)) == 2
        await till.scan(LIVE_CARD)
        assert till.sale.unprinted == ()
        assert till.sale.lines[0].issue is not None
        assert till.sale.lines[0].issue.handed_over
        assert till.journal.operations[printed.id].settled


@in_virtual_time
async def test_only_series_that_are_printed_and_sold_here_have_a_button() -> None:
    async with Shop() as till:
        for number in (HIDDEN.number, CLASSIC.number, "nonsense"):
            till.controller.selling.choose(number)
            await till.wait(0.05)
        assert till.all(SellShown) == []


@in_virtual_time
async def test_without_a_printer_no_card_is_printed() -> None:
    async with Shop(printer=False) as till:
        await till.live()
        assert (till.refusals(), till.all(SellShown)) == (["no_printer"], [])


@in_virtual_time
async def test_a_button_after_a_sale_begins_another() -> None:
    async with Shop() as till:
        await till.put(CARD)
        await till.sell()
        await till.live()
        assert (till.sale.step, till.states) == (SaleStep.SCAN, ["open"])


@in_virtual_time
async def test_an_unprinted_card_is_offered_again_after_a_power_cut() -> None:
    """Row 16."""
    till = Shop()
    async with till:
        await till.live()
        await till.sell()
        await till.pull_the_plug()
    async with Shop(journal=till.journal, server=till.server) as again:
        again.controller.selling.show()
        await again.wait(0.05)
        assert [it.card and it.card.last4 for it in again.sale.unprinted] == ["3333"]
        await again.scan(LIVE_CARD)
        assert again.sale.unprinted == ()
        assert isinstance(again.last(Settled).operation, Issue)


@in_virtual_time
async def test_a_lost_live_card_is_not_asked_for_again() -> None:
    """Row 15."""
    async with Shop() as till:
        await till.live()
        till.server.faults["issue_live"].append(lost())
        await till.sell(100)
        assert (till.states, till.server.calls("issue_live"), till.open_now()) == (
            ["unclear"],
            1,
            ["unclear"],
        )


# --- the moment of selling ---


@in_virtual_time
async def test_a_list_that_lay_for_a_while_is_read_again() -> None:
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD, THIRD)
        await till.wait(15)
        till.account(OTHER_CARD).issued = True  # at another till
        till.server.faults["status"].extend([answers(StatusFailed(Cause.NOT_FOUND))])
        await till.sell()
        assert (till.sale.step, till.states) == (SaleStep.DONE, ["trouble", "trouble", "done"])
        assert till.server.calls("issue") == 1


@in_virtual_time
async def test_a_server_that_is_down_sells_nothing() -> None:
    async with Shop() as till:
        await till.put(CARD)
        till.server.down = True
        till.server.faults["status"].extend([answers(StatusFailed(Cause.CONNECT))] * 3)
        await till.scan(OTHER_CARD)
        await till.leave_sale()
        await till.wait(2)
        await till.sell()
        assert (till.refusals()[-1], till.states) == ("server_down", ["open"])


@in_virtual_time
async def test_a_disk_that_fails_sells_nothing() -> None:
    """Row 34: what is not written down is not sent."""
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD)
        till.journal.fails.add("requested")
        await till.sell()
        assert (till.sale.step, till.states, till.refusals()) == (
            SaleStep.DONE,
            ["open", "open"],
            ["journal_failed"],
        )
        assert till.server.calls("issue") == 0


@in_virtual_time
async def test_a_disk_that_fails_after_the_reply_ends_the_sale() -> None:
    """Row 35."""
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD)
        till.journal.fails.add("issue issued")
        await till.sell()
        assert (till.sale.step, till.states) == (SaleStep.DONE, ["done", "open"])
        assert till.refusals() == ["stopped"]
        await till.scan(THIRD)
        assert till.refusals() == ["stopped", "stopped"]


@in_virtual_time
async def test_a_disk_that_fails_while_the_next_card_is_read_sells_no_more() -> None:
    """Row 35 (seed 50053139)."""
    async with Shop() as till:
        await till.put(CARD, OTHER_CARD)
        await till.wait(15)  # both are read again
        till.server.faults["status"] += [late(0.1), late(0.5), late(0.2)]
        till.server.faults["issue"].append(lost())
        till.journal.fails.add("status read")
        await till.sell()
        await till.wait(2)
        assert (till.sale.step, till.states[1], till.server.calls("issue")) == (SaleStep.DONE, "open", 1)


@in_virtual_time
async def test_a_refusal_is_checked_against_the_card() -> None:
    async with Shop() as till:
        await till.put(CARD)
        till.server.faults["issue"].append(answers(Refused(Cause.REFUSED, "Not today")))
        await till.sell()
        issue = till.sale.lines[0].issue
        assert issue is not None
        assert (issue.state, issue.words) == (State.REFUSED, "Not today")


@in_virtual_time
async def test_what_was_left_behind_in_doubt_is_told_when_it_is_settled() -> None:
    """Row 13."""
    async with Shop() as till:
        await till.put(CARD)
        till.server.faults["issue"].append(lost())
        till.server.faults["status"].append(slow(5))
        await till.sell(1)
        assert till.states == ["sending"]
        await till.leave_sale()
        await till.wait(10)
        assert till.last(Settled).operation.state is State.DONE
