"""The journal remembers which receipts came out of the printer, beside the operations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from unit.journal.journal_samples import eur, issue, payment, with_journal

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.journal.reader import verify
from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.terminal.ports import OnPaper, PaperTrace, PaperTrail, PaperWord

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PAID = payment(
    state=State.COMMITTED,
    due=eur(4000),
    after=Balance(eur(7500), eur(0)),
    floor=eur(500),
    series="6091",
    expires=datetime(2028, 12, 31, tzinfo=UTC),
)


def traces(folder: Path, since: datetime = EPOCH) -> list[PaperTrace]:
    found: list[PaperTrace] = []

    async def use(journal: SqliteJournal) -> None:
        found.extend(await journal.papers(since))

    with_journal(folder, use)
    return found


def test_a_receipt_is_remembered_until_it_is_printed(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        port: PaperTrail = journal
        await journal.record(PAID, "commit accepted")
        assert await port.papers(EPOCH) == []
        for word in (PaperWord.DUE, PaperWord.SENT, PaperWord.WAITING):
            await port.note("op-1", word)
        await port.note("op-2", PaperWord.DUE)  # nothing is known of it

    with_journal(tmp_path, use)
    (trace,) = traces(tmp_path)
    assert (trace.record.id, trace.record.card, trace.record.amount) == ("op-1", "•••• 1234", eur(2500))
    assert (trace.word, trace.settled) == (PaperWord.WAITING, True)
    assert trace.on_paper == OnPaper("6091", PAID.expires, rest=eur(1500), left=eur(7000))

    async def print_it(journal: SqliteJournal) -> None:
        await journal.note("op-1", PaperWord.PRINTED)

    with_journal(tmp_path, print_it)
    assert traces(tmp_path) == []
    assert verify(tmp_path).findings == ()


def test_of_what_is_not_settled_it_is_known_that_the_receipt_is_printed(tmp_path: Path) -> None:
    card = issue(kind=Kind.ISSUE_LIVE, state=IssueState.DONE, card=payment().card)

    async def use(journal: SqliteJournal) -> None:
        await journal.record(card, "issue_live issued")
        await journal.note("op-1", PaperWord.PRINTED)

    with_journal(tmp_path, use)
    (trace,) = traces(tmp_path)
    assert (trace.word, trace.settled, trace.on_paper) == (PaperWord.PRINTED, False, OnPaper("1"))


def test_old_receipts_are_left_alone(tmp_path: Path) -> None:
    async def use(journal: SqliteJournal) -> None:
        await journal.record(PAID, "commit accepted")
        await journal.note("op-1", PaperWord.DUE)

    with_journal(tmp_path, use)
    assert traces(tmp_path, PAID.created_at + timedelta(seconds=1)) == []
    assert len(traces(tmp_path, PAID.created_at)) == 1


def test_a_sale_that_was_undone_since_is_known_and_one_that_was_sold_again_is_none(tmp_path: Path) -> None:
    card, other = payment().card, CardNumber("6091000000009999")
    done = {"state": IssueState.DONE, "card": card, "worth": payment().before}
    told: list[frozenset[str]] = []

    async def use(journal: SqliteJournal) -> None:
        port: PaperTrail = journal
        await journal.record(issue(id="sale", **done), "issue issued")
        await journal.record(issue(id="other", **{**done, "card": other}), "issue issued")
        told.append(await port.undone({"sale", "other"}))
        await journal.record(issue(id="undo", kind=Kind.UNISSUE, **done), "unissue accepted")
        await journal.record(issue(id="again", **done), "issue issued")
        told.append(await port.undone({"sale", "other", "again", "nothing"}))
        told.append(await port.undone(set()))

    with_journal(tmp_path, use)
    assert told == [frozenset(), frozenset({"sale"}), frozenset()]
