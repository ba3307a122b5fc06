"""The payment machine as a whole: its table to read, and what holds whatever happens in whatever order."""

from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace
from unit.domain.samples import CODE, balance, committing, eur, held, held_payment, requested

from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    AskedAgain,
    Call,
    Closed,
    Effect,
    HeldForAnother,
    Overdue,
    Overtaken,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
)
from centara_giftcard.domain.payment import (
    NEXT,
    SETTLED,
    TABLE,
    Decision,
    Event,
    Payment,
    Release,
    State,
    Take,
    step,
)
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    NotSent,
    OutcomeUnknown,
    PayReply,
    Refused,
    ResolveReply,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode

RESULTS: dict[type, PayReply | ResolveReply | StatusFailed] = {
    HoldPlaced: HoldPlaced(CODE, eur(2_500)),
    Accepted: Accepted(),
    Refused: Refused(Cause.REFUSED),
    NotSent: NotSent(Cause.CONNECT),
    OutcomeUnknown: OutcomeUnknown(Cause.LOST),
    StatusFailed: StatusFailed(Cause.LOST),
}
CLOSED = Closed("Anna", "the customer was paid out")
EVENTS: list[Event] = [
    Take(),
    Release(),
    Restarted(),
    Overdue(),
    Unread(),
    AskedAgain(),
    CLOSED,
    HeldForAnother(eur(1_000)),
    Overtaken(),
    StatusSeen(balance(), 0.0),
    *(Reply(call, result) for call in Call for result in RESULTS.values()),
]
TABLE_IN_WORDS = """
requesting   Overdue Restarted StatusSeen pay:HoldPlaced pay:NotSent pay:OutcomeUnknown pay:Refused status:StatusFailed
held         Release Restarted StatusSeen Take Unread status:StatusFailed
committing   Restarted StatusSeen Unread commit:Accepted commit:NotSent commit:OutcomeUnknown commit:Refused status:StatusFailed
committed    Closed Restarted StatusSeen status:StatusFailed
cancelling   Restarted StatusSeen Unread cancel:Accepted cancel:NotSent cancel:OutcomeUnknown cancel:Refused status:StatusFailed
cancelled    Closed Restarted StatusSeen status:StatusFailed
refused      StatusSeen pay:NotSent pay:OutcomeUnknown pay:Refused status:StatusFailed
not_held     HeldForAnother Restarted StatusSeen pay:HoldPlaced pay:NotSent pay:OutcomeUnknown pay:Refused status:StatusFailed
orphan_hold  AskedAgain Closed Restarted StatusSeen pay:HoldPlaced pay:NotSent pay:OutcomeUnknown pay:Refused status:StatusFailed
unclear      AskedAgain Closed Overtaken Release Restarted StatusSeen Unread cancel:Accepted cancel:NotSent cancel:OutcomeUnknown cancel:Refused \
commit:Accepted commit:NotSent commit:OutcomeUnknown commit:Refused \
pay:HoldPlaced pay:NotSent pay:OutcomeUnknown pay:Refused status:StatusFailed
"""  # noqa: E501 - a table


def key(event: Event) -> type | tuple[Call, type]:
    return (event.call, type(event.result)) if isinstance(event, Reply) else type(event)


def word(event: Event) -> str:
    if isinstance(event, Reply):
        return f"{event.call.value}:{type(event.result).__name__}"
    return type(event).__name__


def test_the_table_is_what_was_agreed() -> None:
    rows = (
        f"{state.value:<12} " + " ".join(sorted(word(e) for e in EVENTS if (state, key(e)) in TABLE))
        for state in State
    )
    assert "\n".join(rows) == TABLE_IN_WORDS.strip()


def test_every_event_of_the_machine_is_in_that_table() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    assert set(RESULTS) == {*get_args(PayReply), *get_args(ResolveReply), StatusFailed}
    assert {entry for _, entry in TABLE} <= {key(event) for event in EVENTS}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", EVENTS, ids=word)
def test_every_other_pair_is_illegal(state: State, event: Event) -> None:
    payment = held_payment(state, Decision.RELEASE if "cancel" in word(event) else Decision.TAKE)
    if isinstance(event, Release):
        payment = replace(payment, decision=None)
    if (state, key(event)) in TABLE:
        step(payment, event)
    else:
        with pytest.raises(IllegalTransition, match=f"payment op-1 is {state.value}"):
            step(payment, event)


def test_every_state_can_be_reached_and_says_what_it_may_become() -> None:
    assert set(NEXT) == set(State)
    assert {State.REQUESTING}.union(*NEXT.values()) == set(State)


def test_what_was_decided_never_becomes_the_other_decision() -> None:
    assert not NEXT[State.COMMITTING] & {State.CANCELLING, State.CANCELLED, State.HELD}
    assert not NEXT[State.CANCELLING] & {State.COMMITTING, State.COMMITTED, State.HELD}


def test_a_decision_is_being_carried_out_until_it_ends_or_something_speaks_against_it() -> None:
    taken = committing()
    lost, _ = step(taken, Reply(Call.COMMIT, OutcomeUnknown(Cause.LOST)))
    assert [it.resolving for it in (held(), taken, lost)] == [False, True, False]


def test_a_rule_that_leads_where_the_picture_does_not_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEXT, State.REQUESTING, frozenset())
    with pytest.raises(IllegalTransition, match="requesting never becomes held"):
        step(requested(), Reply(Call.PAY, RESULTS[HoldPlaced]))


amounts = st.sampled_from((0, 500, 2_500, 3_000))
causes = st.sampled_from(Cause)
codes = st.sampled_from((CODE, AuthCode("auth-other")))
results = st.one_of(
    st.builds(
        HoldPlaced,
        codes,
        st.sampled_from((eur(1_000), eur(2_500), eur(2_501))),
        st.one_of(st.none(), st.just(balance(10_000, 2_500))),
        st.booleans(),
    ),
    st.just(Accepted()),
    st.builds(Refused, causes),
    st.builds(NotSent, causes),
    st.builds(OutcomeUnknown, causes, st.sampled_from((None, 5.0)), st.one_of(st.none(), codes)),
    st.builds(StatusFailed, causes),
)


class AnyOrder(RuleBasedStateMachine):
    """Events in any order, also such as no server and no till would ever send."""

    def __init__(self) -> None:
        super().__init__()
        self.payment = requested()
        self.now_s = 0.0
        self.taken = False
        self.committed = False
        self.compared = False

    def tell(self, event: Event) -> None:
        before = self.payment
        try:
            self.payment, effect = step(before, event)
        except IllegalTransition:
            return
        self.taken |= isinstance(event, Take)
        self.committed |= event == Reply(Call.COMMIT, Accepted())
        self.compared |= isinstance(event, StatusSeen) and before.doubt is not None
        self.check(before, event, effect)

    def check(self, before: Payment, event: Event, effect: Effect | None) -> None:
        now = self.payment
        if before.decision is not None:
            assert now.decision is before.decision
        if before.auth_code is not None:
            assert now.auth_code == before.auth_code
        if effect is not None:
            assert effect.call is not Call.PAY
            assert effect.after_s >= 0
            assert effect.call is not Call.COMMIT or now.decision is Decision.TAKE
            assert effect.call is not Call.CANCEL or now.decision is Decision.RELEASE
            assert effect.call in {Call.STATUS} or now.auth_code is not None
        if before.closed is not None and now != before:  # only an answer about money is news
            assert isinstance(event, Reply)
            assert event.call in {Call.PAY, Call.COMMIT, Call.CANCEL}
        if now.settled and not before.settled and now.closed is None:
            assert now.state in SETTLED
        if before.closed is not None and effect is not None and effect.call is not Call.STATUS:
            assert (now.closed, effect) == (None, Effect(Call.CANCEL))
        if before.state in SETTLED and now.state in SETTLED:
            assert effect is None or before.unread or before.lingers
            assert now.state is before.state
        if now.state in SETTLED and effect is not None:
            assert now.unread or now.lingers
            assert effect.call is Call.STATUS
        if before.state is State.COMMITTED and now.state is not State.COMMITTED:
            assert before.unread
            assert isinstance(event, StatusSeen)
            assert now.contradicted
        if isinstance(event, Reply) and before.settled and event.call is not Call.PAY and not before.closed:
            assert now == before

    @rule(result=results, call=st.sampled_from(Call))
    def answered(self, call: Call, result: object) -> None:
        self.tell(Reply(call, result))  # type: ignore[arg-type]

    @rule(
        net=st.sampled_from((10_000, 7_500)), authorised=amounts, later_s=st.sampled_from((0.0, 15.0, 40.0))
    )
    def read(self, net: int, authorised: int, later_s: float) -> None:
        self.now_s += later_s
        self.tell(StatusSeen(balance(net, authorised), self.now_s))

    @rule()
    def placed_as_asked(self) -> None:
        self.tell(Reply(Call.PAY, HoldPlaced(CODE, eur(2_500))))

    @rule(press=st.sampled_from((Take(), Release(), Overdue(), Unread(), AskedAgain(), CLOSED)))
    def pressed(self, press: Event) -> None:
        self.tell(press)

    @precondition(lambda self: not self.payment.settled)
    @rule()
    def restarted(self) -> None:
        self.payment = replace(self.payment, quiet_since_s=None)
        self.tell(Restarted())

    @invariant()
    def take_only_by_the_cashier(self) -> None:
        waits = self.payment.wanted or self.payment.decision is Decision.RELEASE
        assert (self.payment.decision is Decision.TAKE) <= self.taken
        assert self.taken <= ((self.payment.decision is Decision.TAKE) or waits)

    @invariant()
    def paid_only_by_an_answer_or_by_proof(self) -> None:
        if self.payment.state is State.COMMITTED:
            assert self.taken
            assert self.committed or self.compared
            assert self.compared or self.payment.unread or self.payment.closed

    @invariant()
    def a_yes_that_was_contradicted_once_is_never_enough_again(self) -> None:
        assert not (self.payment.contradicted and self.payment.unread)

    @invariant()
    def a_known_hold_is_never_forgotten_but_by_a_person(self) -> None:
        if self.payment.auth_code is not None and self.payment.decision is None:
            assert not self.payment.settled or self.payment.closed is not None

    @invariant()
    def a_person_is_asked_after_six(self) -> None:
        if self.payment.attempts >= ATTEMPTS:
            assert self.payment.state is State.UNCLEAR or self.payment.state in SETTLED


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=25)
