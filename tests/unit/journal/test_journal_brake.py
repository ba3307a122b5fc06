"""The journal keeps the brake on payments, and what happened to it beside the payment."""

from pathlib import Path

import pytest
from unit.journal.journal_samples import payment, with_journal

from centara_giftcard.domain.brake import LOST_JOURNAL, Brake, Reason
from centara_giftcard.domain.payment import State
from centara_giftcard.journal.reader import events, verify
from centara_giftcard.journal.store import SqliteJournal


def test_the_brake_is_as_it_was_left(tmp_path: Path) -> None:
    found: list[Brake] = []

    async def use(journal: SqliteJournal) -> None:
        found.append(await journal.brake())
        await journal.record(payment(state=State.ORPHAN_HOLD), "status read")
        await journal.set_brake(Brake(1, "op-1"), "op-1", "payments stopped")

    async def look(journal: SqliteJournal) -> None:
        found.append(await journal.brake())
        await journal.set_brake(Brake(), "op-1", "payments allowed by 7")
        found.append(await journal.brake())

    with_journal(tmp_path, use)
    with_journal(tmp_path, look)
    assert found == [Brake(), Brake(1, "op-1"), Brake()]
    assert verify(tmp_path).findings == ()
    words = [(it["event"], it["state"]) for it in events(tmp_path)]
    assert words[1:] == [("payments stopped", "orphan_hold"), ("payments allowed by 7", "orphan_hold")]


def damaged_with(folder: Path, brake: Brake, page: int | None) -> Brake:
    """How the brake is after the journal was damaged: at its end, and in one page more."""

    async def use(journal: SqliteJournal) -> None:
        await journal.record(payment(), "held")
        await journal.set_brake(brake, "op-1", "as it was")

    async def look(journal: SqliteJournal) -> Brake:
        assert journal.set_aside is not None
        return await journal.brake()

    with_journal(folder, use)
    file = folder / "journal.sqlite3"
    content = bytearray(file.read_bytes() + b"torn")
    if page is not None:
        content[page * 4096 : (page + 1) * 4096] = b"\xff" * 4096
    file.write_bytes(content)
    return with_journal(folder, look)


@pytest.mark.parametrize("brake", [Brake(1, "op-1"), Brake(1), Brake()])
def test_a_damaged_journal_leaves_it_as_it_was(tmp_path: Path, brake: Brake) -> None:
    assert damaged_with(tmp_path, brake, None) == brake


@pytest.mark.parametrize("page", [0, 1])
def test_it_is_on_where_a_damaged_journal_does_not_tell(tmp_path: Path, page: int) -> None:
    left = damaged_with(tmp_path, Brake(), page)
    assert (left, left.reason) == (Brake(by=LOST_JOURNAL), Reason.JOURNAL)


def test_what_stands_there_and_is_no_brake_leaves_it_on(tmp_path: Path) -> None:
    with_journal(tmp_path, lambda journal: journal.set_brake(Brake(1, "op-1"), "op-1", "payments stopped"))
    file = tmp_path / "journal.sqlite3"
    file.write_bytes(file.read_bytes().replace(b'{"unread":1', b'{"unread":?') + b"torn")
    assert with_journal(tmp_path, lambda journal: journal.brake()).reason is Reason.JOURNAL
