"""Operators: nothing before somebody signed on, nothing that they may not, and a colleague's leave, once."""

import asyncio
from typing import Final

from unit.terminal.small_till import CARD, OTHER_CARD, SERIES, Account, SmallTill, eur
from unit.terminal.virtual_time import in_virtual_time

from centara_giftcard.domain.cards import Series, SeriesKind
from centara_giftcard.domain.operators import (
    READY_MADE,
    Denial,
    Denied,
    Group,
    Need,
    Operator,
    Permission,
    Staff,
)
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.secrets import Pin, PinHash
from centara_giftcard.terminal.controller import Stage
from centara_giftcard.terminal.events import OperatorChanged, OverrideAsked, OverrideOver, SignOnDenied

PROOF_S: Final = 0.2
NEW: Final = "6091000000005555"
LIVE: Final = (*SERIES, Series("Live", "7000", "7000", 16, kind=SeriesKind.LIVE_PRINTED))
TRAINEE: Final = Group("trainee", frozenset({Permission.BALANCE, Permission.PAY}), {Permission.PAY: 2_000})
STAFF: Final = Staff(
    {it.name: it for it in (*READY_MADE, TRAINEE)},
    {
        "1": Operator("1", "Anna", "manager", PinHash("8462")),
        "5": Operator("5", "Eva", "trainee", PinHash("5505")),
        "7": Operator("7", "Bo", "cashier", PinHash("7391")),
    },
)


class Keys:
    """Port Locksmith with PINs in clear; a proof takes as long as a real one. The badge of 1 is `anna-1`."""

    staff = STAFF

    def __init__(self) -> None:
        self.asked = 0
        self.broken = False

    async def by_pin(self, id: str, pin: Pin) -> Operator | Denied:
        self.asked += 1
        await asyncio.sleep(PROOF_S)
        if self.broken:
            raise RuntimeError(pin.reveal())
        found = self.staff.at_work(id)
        return found if found and found.pin.reveal() == pin.reveal() else Denied(Denial.WRONG)

    async def by_badge(self, code: str) -> Operator | Denied:
        await asyncio.sleep(PROOF_S)
        return self.staff.operators["1"] if code == "anna-1" else Denied(Denial.WRONG)


async def signed_on(till: SmallTill, id: str) -> None:
    till.controller.access.sign_on(id, Pin(STAFF.operators[id].pin.reveal()))
    await till.wait(2 * PROOF_S)
    assert till.last(OperatorChanged).operator == id


@in_virtual_time
async def test_nothing_is_read_before_somebody_signed_on() -> None:
    async with SmallTill(locksmith=Keys()) as till:
        assert till.last(OperatorChanged) == OperatorChanged("", locked=True)
        await till.scan()
        assert till.server.sent == []
        till.controller.access.sign_on("7", Pin("1111"))
        await till.wait(1)
        assert till.last(SignOnDenied).denied == Denied(Denial.WRONG)
        till.controller.access.sign_on("7")  # without a PIN nobody is
        await till.wait(1)
        assert till.controller.access.locked
        await signed_on(till, "7")
        assert till.last(OperatorChanged).name == "Bo"
        await till.hold()
        await till.take()
        assert (till.payment.state, till.payment.operator) == (State.COMMITTED, "7")


@in_virtual_time
async def test_one_proof_at_a_time_and_a_badge_is_one() -> None:
    keys = Keys()
    async with SmallTill(locksmith=keys) as till:
        for _ in range(100):
            till.controller.access.sign_on("7", Pin("1111"))
        await till.wait(1)
        assert keys.asked == 1
        till.controller.access.badge("anna-1")
        await till.wait(1)
        assert till.controller.access.operator == "1"
        till.controller.access.badge("anna-1")  # nobody asks: it is none
        await till.wait(1)
        assert len(till.all(OperatorChanged)) == 2


@in_virtual_time
async def test_a_bug_in_the_adapter_lets_nobody_in() -> None:
    keys = Keys()
    keys.broken = True
    async with SmallTill(locksmith=keys) as till:
        till.faults_expected = True
        till.controller.access.sign_on("7", Pin("7391"))
        await till.wait(1)
        assert till.last(SignOnDenied).denied == Denied(Denial.DISK)
        assert "7391" not in str(till.flight.events)


@in_virtual_time
async def test_what_one_may_not_do_a_colleague_allows_once() -> None:
    async with SmallTill(locksmith=Keys()) as till:
        await signed_on(till, "5")
        await till.scan()
        await till.request(2_500)
        assert till.last(OverrideAsked) == OverrideAsked(
            (Need(Permission.PAY, eur(2_500)),), ("cashier", "supervisor", "manager")
        )
        assert till.server.calls("pay") == 0
        await till.scan(OTHER_CARD)  # a card is none of an answer
        assert till.server.calls("status") == 1
        till.controller.access.sign_on("5", Pin("5505"))  # nor may they allow it themselves
        await till.wait(1)
        assert till.last(SignOnDenied).denied == Denied(Denial.NOT_ALLOWED)
        till.controller.access.badge("anna-1")
        await till.wait(1)
        assert till.last(OverrideOver) == OverrideOver("1")
        assert (till.payment.state, till.payment.operator) == (State.HELD, "5")
        told = [fields for name, fields in till.flight.events if name == "override"]
        assert told == [{"operator": "5", "by": "1", "needs": "pay"}]
        await till.take()  # more than they may alone: asked again
        assert till.payment.state is State.HELD
        till.controller.access.badge("anna-1")
        await till.wait(1)
        assert till.payment.state is State.COMMITTED


@in_virtual_time
async def test_what_nobody_allowed_is_not_done_also_not_by_a_leave_that_comes_late() -> None:
    async with SmallTill(locksmith=Keys()) as till:
        await signed_on(till, "5")
        await till.scan()
        await till.request(2_500)
        till.controller.access.badge("anna-1")
        till.controller.access.give_up()
        await till.wait(1)
        assert till.last(OverrideOver) == OverrideOver()
        assert till.server.calls("pay") == 0
        await till.request(2_500)
        till.controller.access.badge("anna-1")
        await till.wait(PROOF_S / 2)
        till.controller._put(asyncio.sleep, 1)  # a turn that lasts
        till.controller.access.give_up()  # comes first, though the proof is there before its turn
        await till.wait(2)
        assert till.server.calls("pay") == 0
        await till.request(2_500)
        till.controller.access.lock()
        await till.wait(1)
        till.controller.access.badge("anna-1")
        await till.wait(1)
        assert till.controller.access.operator == "1"  # signed on, and nothing else
        assert till.server.calls("pay") == 0
        till.controller.access.give_up()
        await till.wait(1)


@in_virtual_time
async def test_a_list_is_sold_with_leave_for_each_of_its_cards() -> None:
    async with SmallTill(locksmith=Keys(), series=LIVE) as till:
        till.server.accounts[NEW] = Account(0, issued=False)
        await signed_on(till, "5")
        till.controller.turn_to(Stage.SELL)
        await till.scan(NEW)
        till.controller.selling.price(eur(2_500))
        till.controller.selling.choose(LIVE[1].number)
        till.controller.selling.price(eur(4_000))
        await till.wait(1)
        till.controller.selling.sell()
        await till.wait(1)
        plain, live = Need(Permission.SELL, eur(2_500)), Need(Permission.SELL_LIVE, eur(4_000))
        assert till.last(OverrideAsked).needs == (plain, live)
        assert till.server.calls("issue") + till.server.calls("issue_live") == 0
        till.controller.access.badge("anna-1")
        await till.wait(2)
        assert (till.server.calls("issue"), till.server.calls("issue_live")) == (1, 1)


@in_virtual_time
async def test_undoing_a_sale_needs_leave_for_what_is_on_the_card() -> None:
    async with SmallTill(locksmith=Keys()) as till:
        await signed_on(till, "7")
        till.controller.turn_to(Stage.UNDO)
        till.controller.undoing.undo()  # nothing to undo, and so is asked
        await till.wait(1)
        assert till.last(OverrideAsked).needs == (Need(Permission.UNDO),)
        till.controller.access.give_up()
        await till.scan()
        till.controller.undoing.undo()
        await till.wait(1)
        assert till.last(OverrideAsked).needs == (Need(Permission.UNDO, eur(10_000)),)
        assert till.server.calls("unissue") == 0
        till.controller.access.badge("anna-1")
        await till.wait(2)
        assert till.server.calls("unissue") == 1


@in_virtual_time
async def test_a_typed_number_needs_the_permission_for_it() -> None:
    async with SmallTill(locksmith=Keys()) as till:
        await signed_on(till, "5")
        till.controller.keyed(CARD)
        await till.wait(1)
        needs = till.last(OverrideAsked).needs
        assert [need.permission for need in needs] == [Permission.KEY_NUMBER, Permission.BALANCE]
        assert till.server.sent == []


@in_virtual_time
async def test_a_till_without_operators_knows_no_badge() -> None:
    async with SmallTill() as till:
        till.controller.access.badge("anna-1")
        till.controller.access.sign_on("42")
        await till.wait(1)
        assert till.controller.access.operator == "42"
        assert not till.controller.access.known


@in_virtual_time
async def test_closing_the_till_releases_a_hold_whoever_is_at_it() -> None:
    async with SmallTill(locksmith=Keys()) as till:
        await signed_on(till, "5")
        await till.scan()
        await till.request(2_000)
        assert till.payment.state is State.HELD
        till.controller.paying.release()  # a trainee may not
        await till.wait(1)
        assert till.last(OverrideAsked).needs == (Need(Permission.RELEASE),)
        await till.controller.close(5.0)
        assert till.payment.state is State.CANCELLED
