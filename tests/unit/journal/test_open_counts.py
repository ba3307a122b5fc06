"""What is open is the same on every list: in the journal, under Holds, in the shift and in the history."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from unit.journal.journal_samples import issue, payment, with_journal

from centara_giftcard.domain.issue import Issue, Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.operation import Closed, Doubt
from centara_giftcard.domain.payment import State
from centara_giftcard.journal.codec import MAY_BE_SETTLED, MUST_BE_SETTLED
from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.terminal.events import OpenChanged
from centara_giftcard.terminal.ports import Operation, Record
from centara_giftcard.ui.presenters import pages
from centara_giftcard.ui.presenters.holds import HoldsPresenter
from centara_giftcard.ui.presenters.views import HoldsView
from centara_giftcard.words import Words

WORDS = Words()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLOSED = Closed("7", "Settled with the customer")


def _may_be_closed(it: Operation) -> bool:
    kind = it.kind.value if isinstance(it, Issue) else "payment"
    return it.state.value in MAY_BE_SETTLED[kind] - MUST_BE_SETTLED[kind]


STATES: list[Operation] = [
    *(payment(id=f"payment-{state.value}", state=state) for state in State),
    *(issue(id=f"{kind.value}-{it.value}", kind=kind, state=it) for kind in Kind for it in IssueState),
]
CLOSABLE = [replace(it, id=f"{it.id}-closed", closed=CLOSED) for it in STATES if _may_be_closed(it)]
UNREAD: list[Operation] = [
    payment(id="committed-unread", state=State.COMMITTED, doubt=Doubt.ACCEPTED),
    payment(id="cancelled-unread", state=State.CANCELLED, doubt=Doubt.ACCEPTED),
    *(
        issue(id=f"{kind.value}-unread", kind=kind, state=IssueState.DONE, doubt=Doubt.ACCEPTED)
        for kind in Kind
    ),
]
EVERY: list[Operation] = [*STATES, *UNREAD, *CLOSABLE]


class Page:
    """Holds (F5) in view, told of what the journal says is open; `front` of it goes on in front."""

    def __init__(self, unfinished: Sequence[Operation], front: Sequence[Operation] = ()) -> None:
        self.view: HoldsView
        self.holds = HoldsPresenter(
            self,  # type: ignore[arg-type]
            None,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            WORDS,
            lambda _: None,
            lambda *_: None,  # type: ignore[arg-type, return-value]
        )
        left = tuple(it for it in unfinished if it not in front)
        self.holds.told(OpenChanged(left, (), tuple(front)))
        self.holds.enter_view()

    def now(self) -> datetime:
        return NOW

    def show_holds(self, view: HoldsView) -> None:
        self.view = view

    def screen(self, *_: object) -> None:
        """Not noted here."""


def rows_of(records: Sequence[Record], open_now: int) -> tuple[dict[str, str], list[str]]:
    """The shift's totals, and the states in the history, in the records' order."""
    shift = pages.shift(WORDS, payment().amount.currency, records, NOW, open_now)
    return dict(shift.totals), [row.cells[0] for row in pages.history(WORDS, records).rows]


@pytest.mark.parametrize("operation", EVERY, ids=lambda it: it.id)
def test_each_state_is_open_on_every_list_or_on_none(tmp_path: Path, operation: Operation) -> None:
    async def use(journal: SqliteJournal) -> tuple[Sequence[Operation], Sequence[Record]]:
        await journal.record(operation, "so")
        return (await journal.unfinished())[0], await journal.recent(9)

    unfinished, (record,) = with_journal(tmp_path, use)
    assert len(unfinished) == (not record.settled) == (not operation.settled)
    for front in ((), unfinished):
        page = Page(unfinished, front)
        assert len(page.view.rows) == page.holds.count == len(unfinished)
        assert (page.view.calm[0] == "Nothing is open") == operation.settled
        totals, (state,) = rows_of([record], page.holds.count)
        assert totals["Open"] == str(len(unfinished))
        assert totals.get("Closed", "0") == ("1" if operation.closed else "0")
        assert (state == "Closed") == (operation.closed is not None)
        if not operation.settled:
            shown = () if front else page.view.rows
            assert {row.state for row in shown} <= {state}  # and they say the same
            assert state not in {"Paid", "Sold", "Released", "Refused", "Not held", "Not sold", "Sale undone"}


def test_all_of_them_together_agree(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> tuple[Sequence[Operation], Sequence[Record]]:
        for operation in EVERY:
            await journal.record(operation, "so")
        return (await journal.unfinished())[0], await journal.recent(len(EVERY))

    unfinished, records = with_journal(tmp_path, use)
    page = Page(unfinished, unfinished[:2])
    totals, _ = rows_of(records, page.holds.count)
    still_open = sum(not record.settled for record in records)
    assert len(page.view.rows) == int(totals["Open"]) == still_open == len(unfinished) > 10
    assert int(totals["Closed"]) == len(CLOSABLE)


def test_a_closed_entry_says_who_when_and_why(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> Sequence[Record]:
        await journal.record(payment(state=State.UNCLEAR, closed=CLOSED), "closed")
        return await journal.recent(1)

    (row,) = pages.history(WORDS, with_journal(tmp_path, use)).rows
    assert row.detail == "Closed by 7 on 1 Mar 2026 at 10:00: Settled with the customer"


@pytest.mark.parametrize("reason", ["{", "{0}", "%s {reason}", "Kunde war da & hat alles erklärt"])
def test_a_reason_that_was_typed_stands_as_it_was_typed(tmp_path: Path, reason: str) -> None:
    async def use(journal: SqliteJournal) -> Sequence[Record]:
        await journal.record(payment(state=State.UNCLEAR, closed=Closed("7", reason)), "closed")
        return await journal.recent(1)

    (row,) = pages.history(WORDS, with_journal(tmp_path, use)).rows
    assert row.detail.endswith(f": {reason}")
