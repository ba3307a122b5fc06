"""A journal that any released program wrote is read by this one: the files are kept, since the first schema.

`stored/schema-N` holds a journal of schema N as a till left it, and the export that belongs to it; its key is
that of these tests. A new schema brings a folder of its own, by `write_stored`; an old one never changes.
"""

import asyncio
import json
import shutil
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from unit.journal.journal_samples import CODE, KEY, NUMBER, eur, issue, opened, payment, with_journal

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.operation import Closed
from centara_giftcard.domain.payment import Decision, Payment, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.domain.secrets import AuthCode
from centara_giftcard.journal.reader import events, export_json, verify
from centara_giftcard.journal.schema import MIGRATIONS
from centara_giftcard.journal.store import SqliteJournal

STORED = Path(__file__).with_name("stored")


def write_stored(folder: Path) -> None:
    """Write today's journal with something of each kind in it, and its export."""
    folder.mkdir(parents=True)
    asyncio.run(_fill(folder))
    out = StringIO()
    export_json(folder, out)
    (folder / "export.json").write_text(out.getvalue(), encoding="utf-8")
    for beside in folder.glob("journal.*"):
        if beside.suffix != ".sqlite3":
            beside.unlink()


async def _fill(folder: Path) -> None:
    payments: dict[str, dict[str, Any]] = {
        "held": {},
        "taken": {
            "state": State.COMMITTED,
            "decision": Decision.TAKE,
            "after": Balance(eur(7500), eur(0)),
        },
        "undecided": {"state": State.COMMITTING, "decision": Decision.TAKE, "lost": True},
        "orphan": {
            "state": State.ORPHAN_HOLD,
            "held": None,
            "auth_code": None,
            "problem": Cause.LOST,
            "closed": Closed("101", "Settled with the customer"),
        },
    }
    async with opened(folder) as journal:
        for id, changes in payments.items():
            await journal.record(payment(id=id, **changes), "pay held")
        await journal.record(issue(id="sold", state=IssueState.DONE), "issue issued")
        await journal.record(issue(id="selling"), "requested")
        undo = issue(id="undone", kind=Kind.UNISSUE, state=IssueState.DONE, worth=Balance(eur(5000), eur(0)))
        await journal.record(undo, "unissue accepted")


def stored(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target


async def started(journal: SqliteJournal) -> None:
    """A start renews what an older program wrote; only then the command line reads it."""


FOLDERS = sorted(STORED.glob("schema-*"))


def test_a_journal_of_every_schema_is_kept() -> None:
    assert [folder.name for folder in FOLDERS] == [f"schema-{n + 1}" for n in range(len(MIGRATIONS))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_is_exported_as_it_was_and_is_sound(folder: Path, tmp_path: Path) -> None:
    here, out = stored(folder, tmp_path / "data"), StringIO()
    with_journal(here, started)
    export_json(here, out)
    assert json.loads(out.getvalue()) == json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert verify(here, KEY).sound
    assert {line["operation"] for line in events(here)} >= {"held", "taken", "orphan", "sold"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_was_open_goes_on_with_its_secrets(folder: Path, tmp_path: Path) -> None:
    here = stored(folder, tmp_path / "data")

    async def take_over(journal: SqliteJournal) -> None:
        found, damaged = await journal.unfinished()
        assert damaged == ()
        by_id = {it.id: it for it in found}
        assert set(by_id) == {"held", "undecided", "selling"}
        held = by_id["held"]
        assert isinstance(held, Payment)
        assert held.auth_code == AuthCode(CODE)
        assert held.card.reveal() == NUMBER
        assert held.created_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
        await journal.record(payment(id="new"), "pay held")

    with_journal(here, take_over)
    assert verify(here, KEY).sound
