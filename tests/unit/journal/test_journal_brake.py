"""The journal keeps the brake on payments, and what happened to it beside the payment."""

from pathlib import Path

from unit.journal.journal_samples import payment, with_journal

from centara_giftcard.domain.brake import Brake
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
