"""The issue machine as a whole: its table to read, and what holds whatever happens in whatever order."""

from typing import Any, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace
from unit.domain.issue_samples import NUMBER, sending, status
from unit.domain.samples import balance, eur

from centara_giftcard.domain.errors import IllegalTransition
from centara_giftcard.domain.issue import (
    NEXT,
    REQUEST,
    TABLE,
    Event,
    HandedOver,
    Issue,
    Kind,
    State,
    Undone,
    step,
)
from centara_giftcard.domain.operation import (
    ATTEMPTS,
    AskedAgain,
    Call,
    Closed,
    Effect,
    Overdue,
    Reply,
    Restarted,
    StatusSeen,
    Unread,
    key_of,
)
from centara_giftcard.domain.replies import (
    Accepted,
    Cause,
    HoldPlaced,
    Issued,
    IssueReply,
    NotSent,
    OutcomeUnknown,
    Refused,
    ResolveReply,
    StatusFailed,
)
from centara_giftcard.domain.secrets import AuthCode

RESULTS: dict[type, Any] = {
    HoldPlaced: HoldPlaced(AuthCode("auth-1"), eur(5_000)),
    Issued: Issued(status(), NUMBER),
    Accepted: Accepted(),
    Refused: Refused(Cause.REFUSED),
    NotSent: NotSent(Cause.CONNECT),
    OutcomeUnknown: OutcomeUnknown(Cause.LOST),
    StatusFailed: StatusFailed(Cause.LOST),
}
EVENTS: list[Event] = [
    HandedOver(),
    Undone(),
    Restarted(),
    Overdue(),
    Unread(),
    AskedAgain(),
    Closed("Anna", "it was counted twice"),
    StatusSeen(balance(), 0.0),
    *(Reply(call, result) for call in Call for result in RESULTS.values()),
]
TABLE_IN_WORDS = """
sending  Overdue Restarted StatusSeen Unread \
issue:Issued issue:NotSent issue:OutcomeUnknown issue:Refused \
issue_live:Issued issue_live:NotSent issue_live:OutcomeUnknown issue_live:Refused \
status:StatusFailed \
unissue:Accepted unissue:NotSent unissue:OutcomeUnknown unissue:Refused
done     Closed HandedOver Restarted StatusSeen Undone status:StatusFailed
refused  StatusSeen status:StatusFailed
unclear  AskedAgain Closed Restarted StatusSeen Unread \
issue:Issued \
issue_live:Issued issue_live:NotSent issue_live:OutcomeUnknown issue_live:Refused \
status:StatusFailed unissue:Accepted
"""


def word(event: Event) -> str:
    if isinstance(event, Reply):
        return f"{event.call.value}:{type(event.result).__name__}"
    return type(event).__name__


def kind_for(event: Event) -> Kind:
    """A kind to which the event can belong; a live issue where it may be any."""
    calls = {call: kind for kind, call in REQUEST.items()}
    return calls.get(event.call, Kind.ISSUE_LIVE) if isinstance(event, Reply) else Kind.ISSUE_LIVE


def test_the_table_is_what_was_agreed() -> None:
    rows = (
        f"{state.value:<8} " + " ".join(sorted(word(e) for e in EVENTS if (state, key_of(e)) in TABLE))
        for state in State
    )
    assert "\n".join(rows) == TABLE_IN_WORDS.strip()


def test_every_event_of_the_machine_is_in_that_table() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    assert {*get_args(IssueReply), *get_args(ResolveReply), StatusFailed} <= set(RESULTS)
    assert {entry for _, entry in TABLE} <= {key_of(event) for event in EVENTS}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", EVENTS, ids=word)
def test_every_other_pair_is_illegal(state: State, event: Event) -> None:
    issue = replace(sending(kind_for(event)), state=state)
    if (state, key_of(event)) in TABLE:
        step(issue, event)
    else:
        with pytest.raises(IllegalTransition, match=f"op-1 is {state.value}"):
            step(issue, event)


def test_every_state_can_be_reached_and_says_what_it_may_become() -> None:
    assert set(NEXT) == set(State)
    assert {State.SENDING}.union(*NEXT.values()) == set(State)


def test_a_rule_that_leads_where_the_picture_does_not_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEXT, State.SENDING, frozenset())
    with pytest.raises(IllegalTransition, match="issue op-1: sending never becomes refused"):
        step(sending(), Reply(Call.ISSUE, NotSent(Cause.CONNECT)))


amounts = st.sampled_from((0, 3_000, 5_000))
causes = st.sampled_from(Cause)
results = st.one_of(
    st.builds(
        Issued,
        st.none() | st.builds(status, st.sampled_from((3_000, 5_000)), st.booleans()),
        st.none() | st.just(NUMBER),
    ),
    st.just(Accepted()),
    st.builds(Refused, causes),
    st.builds(NotSent, causes),
    st.builds(OutcomeUnknown, causes, st.sampled_from((None, 5.0))),
)


class AnyOrder(RuleBasedStateMachine):
    """Events in any order, also such as no server and no till would ever send."""

    @initialize(kind=st.sampled_from(Kind), fixed=st.booleans())
    def begun(self, kind: Kind, fixed: bool) -> None:
        self.issue = sending(kind, 0 if fixed else 5_000, fixed)
        self.now_s = 0.0
        self.answered_yes = self.proven = self.let_go = False

    def tell(self, event: Event) -> None:
        before = self.issue
        try:
            self.issue, effect = step(before, event)
        except IllegalTransition:
            return
        self.answered_yes |= isinstance(event, Reply) and isinstance(event.result, Issued | Accepted)
        reading = isinstance(event, StatusSeen) or (isinstance(event, Reply) and event.call is Call.STATUS)
        self.proven |= reading and before.doubt is not None
        self.let_go |= isinstance(event, HandedOver | Undone | Closed)
        self.check(before, event, effect)

    def check(self, before: Issue, event: Event, effect: Effect | None) -> None:
        now = self.issue
        if effect is not None:  # never a second request, and no reading of a card that nobody knows
            assert effect.call is Call.STATUS
            assert effect.after_s >= 0
            assert now.card is not None
        if before.card is not None:
            assert now.card == before.card
        if before.state is State.REFUSED:
            assert (now, effect) == (before, None)
        if before.closed is not None and now != before:  # only a live card's number is news
            assert isinstance(event, Reply)
            assert isinstance(event.result, Issued)
        if before.unprinted and now.settled:
            assert isinstance(event, HandedOver | Undone | Closed)

    @rule(result=results, right=st.booleans(), call=st.sampled_from(Call))
    def answered(self, result: object, right: bool, call: Call) -> None:
        self.tell(Reply(REQUEST[self.issue.kind] if right else call, result))  # type: ignore[arg-type]

    @rule(
        net=amounts,
        original=st.none() | amounts,
        issued=st.booleans(),
        later_s=st.sampled_from((0.0, 15.0, 40.0)),
    )
    def read(self, net: int, original: int | None, issued: bool, later_s: float) -> None:
        self.now_s += later_s
        told = None if original is None else eur(original)
        self.tell(StatusSeen(balance(net), self.now_s, issued, told))

    @rule(cause=causes)
    def not_read(self, cause: Cause) -> None:
        self.tell(Reply(Call.STATUS, StatusFailed(cause)))

    @rule(
        press=st.sampled_from(
            (HandedOver(), Undone(), Overdue(), Unread(), AskedAgain(), Closed("Anna", "seen"))
        )
    )
    def pressed(self, press: Event) -> None:
        self.tell(press)

    @precondition(lambda self: not self.issue.settled)
    @rule()
    def restarted(self) -> None:
        self.issue = replace(self.issue, quiet_since_s=None)
        self.tell(Restarted())

    @invariant()
    def done_only_by_an_answer_or_by_proof(self) -> None:
        if self.issue.state is State.DONE:
            assert self.answered_yes or self.proven

    @invariant()
    def a_live_card_is_listed_until_it_is_handed_over_undone_closed_or_shown_not_to_exist(self) -> None:
        known = self.issue.kind is Kind.ISSUE_LIVE and self.issue.card is not None
        if known and self.issue.settled:
            assert self.let_go or (self.issue.state is State.REFUSED and self.proven)

    @invariant()
    def a_person_is_asked_after_six(self) -> None:
        if self.issue.attempts >= ATTEMPTS:
            assert self.issue.state is not State.SENDING


TestAnyIssue = AnyOrder.TestCase
TestAnyIssue.settings = settings(max_examples=200, stateful_step_count=25)
