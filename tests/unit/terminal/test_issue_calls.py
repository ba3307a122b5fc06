"""Cards that are sold and sales that are undone, through the real queue, calls and journal order."""

import pytest
from msgspec.structs import replace
from unit.terminal.small_till import (
    CARD,
    FIXED_VALUE,
    LIVE_CARD,
    Account,
    Memory,
    Server,
    SmallTill,
    answers,
    bug,
    eur,
    late,
    lost,
    slow,
)
from unit.terminal.virtual_time import EPOCH, in_virtual_time

from centara_giftcard.domain.issue import REQUEST, HandedOver, Issue, Kind, State
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    Issued,
    NotSent,
    OutcomeUnknown,
    Refused,
    StatusFailed,
)
from centara_giftcard.domain.secrets import CardNumber, InstrumentId
from centara_giftcard.terminal.events import OpenChanged, Recovered, Reopened, Settled
from centara_giftcard.terminal.operations import CARDS_REMEMBERED

NEW_CARD = "6091000000004444"
NOT_DONE = answers(OutcomeUnknown(Cause.LOST))


def issue(kind: Kind = Kind.ISSUE, amount: int = 5_000, **known: object) -> Issue:
    number = CARD if kind is Kind.UNISSUE else NEW_CARD
    it = Issue(
        id="op-0",
        kind=kind,
        series="6091",
        amount=eur(amount),
        operator="7",
        created_at=EPOCH,
        card=None if kind is Kind.ISSUE_LIVE else CardNumber(number),
        instrument=None if kind is Kind.ISSUE_LIVE else InstrumentId(f"gc-{number}"),
    )
    return replace(it, **known)  # type: ignore[arg-type]


def undoing(**known: object) -> Issue:
    return issue(Kind.UNISSUE, 10_000, **known)


def shop() -> SmallTill:
    till = SmallTill()
    till.server.accounts[NEW_CARD] = Account(0, issued=False)
    return till


def known(till: SmallTill) -> Issue:
    it = till.journal.operations["op-0"]
    assert isinstance(it, Issue)
    return it


@in_virtual_time
async def test_a_card_is_sold_and_each_step_is_on_the_disk_before_it_is_sent() -> None:
    async with shop() as till:
        await till.begin(issue())
        assert (known(till).state, till.account(NEW_CARD).net) == (State.DONE, 5_000)
        assert till.log == [
            "journal requested",
            "send issue",
            "journal issue issued",
            "send status",
            "journal status read",
        ]
        assert till.listed == []


@in_virtual_time
async def test_where_the_series_fixes_the_amount_none_is_sent() -> None:
    async with shop() as till:
        await till.begin(issue(amount=0, fixed=True))
        assert known(till).amount == eur(FIXED_VALUE)


@in_virtual_time
async def test_a_sale_is_undone() -> None:
    async with shop() as till:
        await till.begin(undoing())
        assert (known(till).state, till.account().issued) == (State.DONE, False)


@in_virtual_time
async def test_a_live_card_stays_listed_until_it_was_scanned_back() -> None:
    async with shop() as till:
        await till.begin(issue(Kind.ISSUE_LIVE))
        assert known(till).card == CardNumber(LIVE_CARD)
        await till.wait(600)
        assert till.listed == ["done"]
        till.controller._put(till.controller._operations.apply, "op-0", HandedOver())
        till.controller._put(till.controller._operations.apply, "op-0", HandedOver())  # scanned twice
        await till.wait(1)
        assert till.listed == []
        assert known(till).settled


@pytest.mark.parametrize(("answer", "sold"), [(lost(), True), (NOT_DONE, False)])
def test_row_13_a_lost_reply_is_settled_by_reading_the_card_and_never_sent_twice(
    answer: object, sold: bool
) -> None:
    @in_virtual_time
    async def story() -> None:
        async with shop() as till:
            till.server.faults["issue"].append(answer)  # type: ignore[arg-type]
            await till.begin(issue())
            await till.wait(35)
            assert known(till).state is (State.DONE if sold else State.REFUSED)
            assert (till.account(NEW_CARD).issued, till.server.calls("issue")) == (sold, 1)

    story()


@pytest.mark.parametrize(("answer", "undone"), [(lost(), True), (NOT_DONE, False)])
def test_row_17_so_is_a_lost_reply_to_an_undo(answer: object, undone: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        async with shop() as till:
            till.server.faults["unissue"].append(answer)  # type: ignore[arg-type]
            await till.begin(undoing())
            await till.wait(35)
            assert known(till).state is (State.DONE if undone else State.REFUSED)
            assert (till.account().issued, till.server.calls("unissue")) == (not undone, 1)

    story()


@in_virtual_time
async def test_row_18_a_card_that_was_used_is_not_undone() -> None:
    async with shop() as till:
        till.account().net = 4_000
        await till.begin(undoing())
        assert (known(till).state, known(till).words) == (State.REFUSED, "Already used")


@in_virtual_time
async def test_row_15_a_lost_live_card_is_on_the_list_until_a_supervisor_closes_it() -> None:
    async with shop() as till:
        till.server.faults["issue_live"].append(lost())
        await till.begin(issue(Kind.ISSUE_LIVE))
        till.controller.exceptions.ask_again("op-0")
        await till.wait(600)
        assert (till.listed, till.server.calls("issue_live"), till.server.calls("status")) == (
            ["unclear"],
            1,
            0,
        )
        till.controller.exceptions.close("op-0", "Anna", "the customer got another card")
        await till.wait(1)
        assert till.listed == []


@in_virtual_time
async def test_row_15_a_live_card_that_comes_late_is_there_to_be_printed() -> None:
    async with shop() as till:
        till.server.faults["issue_live"].append(slow(25))
        await till.begin(issue(Kind.ISSUE_LIVE))
        await till.wait(15)
        assert till.listed == ["unclear"]
        await till.wait(15)
        assert till.listed == ["done"]
        assert known(till).card == CardNumber(LIVE_CARD)


@in_virtual_time
async def test_row_15_even_after_it_was_closed() -> None:
    async with shop() as till:
        till.server.faults["issue_live"].append(late(60))
        await till.begin(issue(Kind.ISSUE_LIVE))
        await till.wait(15)
        till.controller.exceptions.close("op-0", "Anna", "no card came")
        await till.wait(1)
        assert till.listed == []
        await till.wait(60)
        assert till.listed == ["done"]


@in_virtual_time
async def test_row_16_an_unprinted_card_is_found_after_a_power_cut() -> None:
    till = shop()
    async with till:
        await till.begin(issue(Kind.ISSUE_LIVE))
        await till.pull_the_plug()
    async with SmallTill(till.journal, till.server) as again:
        assert again.last(Recovered).unfinished == 1
        (found,) = again.last(OpenChanged).operations
        assert isinstance(found, Issue)
        assert found.unprinted
        assert found.card == CardNumber(LIVE_CARD)
        assert again.server.calls("issue_live") == 1


@pytest.mark.parametrize(
    ("found", "on_server", "state", "listed"),
    [
        (issue(), False, State.REFUSED, []),
        (issue(), True, State.DONE, []),
        (issue(state=State.UNCLEAR, attempts=6), True, State.DONE, []),
        (undoing(), True, State.REFUSED, []),
        (undoing(), False, State.DONE, []),
        (issue(Kind.ISSUE_LIVE), True, State.UNCLEAR, ["unclear"]),
        (issue(Kind.ISSUE_LIVE, state=State.DONE, card=CardNumber(LIVE_CARD)), True, State.DONE, ["done"]),
    ],
)
def test_row_36_every_unfinished_sale_is_settled_as_far_as_it_can_be(
    found: Issue, on_server: bool, state: State, listed: list[str]
) -> None:
    @in_virtual_time
    async def story() -> None:
        log: list[str] = []
        journal, server = Memory(log), Server(log)
        journal.operations[found.id] = found
        if found.kind is Kind.UNISSUE:
            server.accounts[CARD].issued = on_server
        else:
            for number in (NEW_CARD, LIVE_CARD):
                server.accounts[number] = Account(5_000 * on_server, issued=on_server, original=5_000)
        async with SmallTill(journal, server) as till:
            await till.wait(60)
            assert (known(till).state, till.listed) == (state, listed)
            assert {call for call, _ in server.sent} <= {"status"}

    story()


@in_virtual_time
async def test_an_unprinted_card_does_not_bar_a_payment_with_it() -> None:
    async with shop() as till:
        await till.begin(issue(Kind.ISSUE_LIVE))
        await till.scan(LIVE_CARD)
        await till.request(1_000)
        assert till.payment.state.value == "held"


@in_virtual_time
async def test_a_card_whose_sale_is_in_doubt_takes_no_payment() -> None:
    async with shop() as till:
        till.server.faults["issue"].append(late(4))
        till.account(NEW_CARD).floor = 0
        await till.begin(issue())
        await till.scan(NEW_CARD)
        await till.request(1_000)
        assert till.refusals() == ["open_on_card"]


@pytest.mark.parametrize("kind", Kind)
def test_row_8_what_was_not_sent_is_over_at_once(kind: Kind) -> None:
    @in_virtual_time
    async def story() -> None:
        async with shop() as till:
            till.server.faults[kind.value].append(answers(NotSent(Cause.TLS)))
            await till.begin(undoing() if kind is Kind.UNISSUE else issue(kind))
            assert (known(till).state, till.listed) == (State.REFUSED, [])

    story()


@in_virtual_time
async def test_row_14_a_refusal_is_told_once_the_card_agrees() -> None:
    async with shop() as till:
        till.server.faults["issue"].append(answers(Refused(Cause.REFUSED, "Series closed")))
        await till.begin(issue())
        assert (known(till).state, known(till).words) == (State.REFUSED, "Series closed")


@pytest.mark.parametrize(
    ("broken", "place"),
    [(issue(instrument=None), "_send_issue"), (issue(card=None), "_card"), (undoing(card=None), "_card")],
)
def test_a_call_without_what_it_needs_is_a_bug_that_sends_nothing(broken: Issue, place: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with shop() as till:
            till.faults_expected = True
            await till.begin(broken)
            assert till.server.calls(broken.kind.value) == 0
            assert till.flight.faults()[0].startswith(f"ValueError in {place}")

    story()


@in_virtual_time
async def test_a_bug_in_the_adapter_is_a_lost_reply() -> None:
    async with shop() as till:
        till.faults_expected = True
        till.server.faults["issue"].append(bug)
        await till.begin(issue())
        await till.wait(35)
        assert known(till).state is State.REFUSED
        assert CARD not in repr(till.flight.events)


@in_virtual_time
async def test_a_stack_of_cards_leaves_only_the_newest_movements_in_memory() -> None:
    async with shop() as till:
        for n in range(CARDS_REMEMBERED + 5):
            number = f"60910000000{n:05}"
            till.server.accounts[number] = Account(0, issued=False)
            card, instrument = CardNumber(number), InstrumentId(f"gc-{number}")
            await till.begin(replace(issue(), id=f"op-{n}", card=card, instrument=instrument))
        operations = till.controller._operations
        assert len(operations._moved) == CARDS_REMEMBERED
        assert operations.moved_since(card, 0)
        assert not operations.moved_since(CardNumber("6091000000000000"), 0)


@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.UNISSUE])
def test_a_yes_that_no_reading_showed_is_taken_back_and_told_when_one_contradicts(kind: Kind) -> None:
    @in_virtual_time
    async def story() -> None:
        async with shop() as till:
            call = REQUEST[kind].value
            till.server.faults[call].append(
                answers(Accepted() if kind is Kind.UNISSUE else Issued(None, None))
            )
            till.server.faults["status"] += [answers(StatusFailed(Cause.TIMEOUT))] * 3
            await till.begin(issue() if kind is Kind.ISSUE else undoing())
            await till.wait(3.2)
            assert (known(till).state, known(till).unread) == (State.DONE, True)
            assert till.all(Reopened) == []
            await till.wait(10)
            (told,) = till.all(Reopened)
            assert (told.operation.id, told.operation.state) == ("op-0", State.UNCLEAR)
            assert till.listed == ["unclear"]
            await till.wait(60)  # it was never done, and that is told too
            assert till.last(Settled).operation.state is State.REFUSED

    story()
