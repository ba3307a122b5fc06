"""A shop's journal of any released program, with a part payment, an open hold and what was left to a person.

`shops/schema-N` holds such a journal as a till that was switched off left it, and `day.json`: its operations,
their sums and the verdict on it, read by the program that wrote it. An old one never changes.
"""

import asyncio
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from unit.journal.journal_samples import eur, issue, opened, payment, with_journal
from unit.keyrings import only_memory

from centara_giftcard.__main__ import main
from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.operation import Closed, Doubt
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.domain.replies import Cause
from centara_giftcard.journal.reader import export_json, verify
from centara_giftcard.journal.store import SqliteJournal

SHOPS = Path(__file__).with_name("shops")
FOLDERS = sorted(SHOPS.glob("schema-*"))


def write_shop(folder: Path) -> None:
    """Write today's journal of a shop, and its day."""
    folder.mkdir(parents=True)
    asyncio.run(_sell(folder))
    day = json.dumps(day_of(folder), ensure_ascii=False, indent=2)
    (folder / "day.json").write_text(f"{day}\n", encoding="utf-8")
    for beside in folder.glob("journal.*"):
        if beside.suffix != ".sqlite3":
            beside.unlink()


async def _sell(folder: Path) -> None:
    taken: dict[str, Any] = {"state": State.COMMITTED, "decision": Decision.TAKE}
    payments: dict[str, dict[str, Any]] = {
        "whole": {**taken, "after": Balance(eur(7500), eur(0))},
        "part": {
            **taken,
            "asked": eur(4000),
            "held": eur(1500),
            "before": Balance(eur(1500), eur(0)),
            "due": eur(4000),
            "after": Balance(eur(0), eur(0)),
            "floor": eur(0),
        },
        "let go": {
            "state": State.CANCELLED,
            "decision": Decision.RELEASE,
            "after": Balance(eur(10000), eur(0)),
        },
        "open": {"holding": Balance(eur(10000), eur(2500))},
        "watched": {
            "state": State.COMMITTING,
            "decision": Decision.TAKE,
            "lost": True,
            "doubt": Doubt.LOST,
            "problem": Cause.TIMEOUT,
            "watched": True,
            "attempts": 3,
        },
        "left to a person": {
            "state": State.UNCLEAR,
            "decision": Decision.TAKE,
            "lost": True,
            "problem": Cause.TIMEOUT,
            "watched": False,
        },
        "closed": {
            "state": State.ORPHAN_HOLD,
            "held": None,
            "auth_code": None,
            "problem": Cause.LOST,
            "watched": False,
            "closed": Closed("101", "Settled with the customer"),
        },
    }
    async with opened(folder) as journal:
        for id, changes in payments.items():
            await journal.record(
                payment(id=id, state=State.REQUESTING, held=None, auth_code=None), "requested"
            )
            await journal.record(payment(id=id, **changes), "pay held")
        await journal.record(issue(id="sold", state=IssueState.DONE), "issue issued")
        unsold = issue(
            id="undone", kind=Kind.UNISSUE, state=IssueState.DONE, worth=Balance(eur(5000), eur(0))
        )
        await journal.record(unsold, "unissue accepted")
        unclear = issue(id="sale left to a person", state=IssueState.UNCLEAR, problem=Cause.TIMEOUT)
        await journal.record(unclear, "issue outcome unknown")


def day_of(folder: Path) -> dict[str, Any]:
    """The operations of a journal, what they come to by kind, state and currency, and whether it is whole."""
    out = StringIO()
    export_json(folder, out)
    operations = json.loads(out.getvalue())
    sums: Counter[str] = Counter()
    for it in operations:
        sums[f"{it['kind']} {it['state']} {it['currency']}"] += it["amount_minor"]
    return {"operations": operations, "sums": sums, "sound": verify(folder).sound}


def same(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether nothing of the day is lost or otherwise; what an operation tells besides may have grown."""
    pairs = zip(then["operations"], now["operations"], strict=True)
    return {**now, "operations": 0} == {**then, "operations": 0} and all(
        old == {key: new.get(key) for key in old} for old, new in pairs
    )


async def opened_once(journal: SqliteJournal) -> None:
    """A start of the newest till."""


def test_todays_schema_has_a_shop_of_its_own() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_newest_till_finds_the_same_operations_the_same_sums_and_no_damage(
    folder: Path, tmp_path: Path
) -> None:
    here = shutil.copytree(folder, tmp_path / "data")
    then = json.loads((folder / "day.json").read_text(encoding="utf-8"))
    with_journal(here, opened_once)
    assert same(then, day_of(here))
    with_journal(here, opened_once)
    assert same(then, day_of(here)), "a second start changed it"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_was_under_way_is_taken_up(folder: Path, tmp_path: Path) -> None:
    here = shutil.copytree(folder, tmp_path / "data")

    async def take_up(journal: SqliteJournal) -> dict[str, Any]:
        found, damaged = await journal.unfinished()
        assert damaged == ()
        return {it.id: it for it in found}

    found = with_journal(here, take_up)
    assert set(found) == {"open", "watched", "left to a person", "sale left to a person"}
    assert (found["watched"].watched, found["left to a person"].watched) == (True, False)
    assert found["open"].holding == Balance(eur(10000), eur(2500))


@pytest.mark.parametrize(
    "words", [["journal", "list"], ["journal", "export"], ["journal", "verify"], ["doctor"]]
)
def test_a_journal_of_a_newer_till_is_refused_in_a_sentence_and_not_written(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shutil.copytree(FOLDERS[-1], tmp_path / "data")
    file = here / "journal.sqlite3"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
        db.commit()
    before = file.read_bytes()
    asked = [*words, "--data-dir", str(here), "--settings", str(tmp_path / "none.toml")]
    with only_memory(monkeypatch):
        status = main(asked)
    assert status == (1 if words == ["doctor"] else 2)
    said = capsys.readouterr()
    (told,) = [line for line in (said.out + said.err).splitlines() if "newer Centara till" in line]
    assert "install the newer one" in told
    assert "Traceback" not in said.err
    assert file.read_bytes() == before
