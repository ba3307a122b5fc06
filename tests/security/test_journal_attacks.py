"""Somebody with the data folder in hand, a day's journal in it, and `journal verify` of the real program."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from unit.journal.journal_samples import KEY, eur, payment, with_journal
from unit.journal.test_released_schemas import FOLDERS, started

from centara_giftcard.config.vault import SystemVault
from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.payment import Decision, State
from centara_giftcard.journal.reader import verify
from centara_giftcard.journal.schema import chained
from centara_giftcard.workshop import journal_of

FORGED = "was changed, or one before it was. Keep the folder and call support."


def vault(folder: Path) -> SystemVault:
    return SystemVault(folder, "acme/12/3", use_keyring=False)


def a_day(folder: Path) -> Path:
    async def trade() -> None:
        journal = journal_of(folder, vault(folder))
        await journal.record(payment(id="first"), "pay held")
        taken = payment(
            id="second", state=State.COMMITTED, decision=Decision.TAKE, after=Balance(eur(7500), eur(0))
        )
        await journal.record(taken, "commit accepted")
        await journal.close()

    asyncio.run(trade())
    return folder


def verified(folder: Path) -> tuple[int, str]:
    words = (sys.executable, "-m", "centara_giftcard", "journal", "verify", "--data-dir", str(folder))
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def rewrite(folder: Path, *statements: str, recompute: bool = False) -> None:
    """Change the file as its owner may, and make the old keyless chain anew over what came of it."""
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db, db:
        db.execute("DROP TRIGGER events_are_not_changed")
        db.execute("DROP TRIGGER events_are_not_deleted")
        for statement in statements:
            db.execute(statement)
        before = "centara-giftcard"
        rows = db.execute("SELECT seq, operation, at, event, state, body FROM events ORDER BY seq").fetchall()
        for row in rows if recompute else ():
            before = chained(before, *row)
            db.execute("UPDATE events SET chain = ? WHERE seq = ?", (before, row[0]))


AMOUNT = (
    "UPDATE operations SET amount_minor = 1, body = replace(body, '2500', '1') WHERE id = 'second'",
    "UPDATE events SET body = replace(body, '2500', '1') WHERE operation = 'second'",
)


def amount_and_chain(folder: Path) -> None:
    rewrite(folder, *AMOUNT, recompute=True)


def amount_and_no_key_needed(folder: Path) -> None:
    """Says that the whole chain is one of an older program, which had no key."""
    rewrite(folder, *AMOUNT, "UPDATE meta SET value = '2' WHERE name = 'keyed_after'", recompute=True)


def columns(folder: Path) -> None:
    rewrite(folder, "UPDATE operations SET amount_minor = 1 WHERE id = 'second'")


def kind(folder: Path) -> None:
    rewrite(folder, "UPDATE operations SET kind = 'issue' WHERE id = 'first'")


def order(folder: Path) -> None:
    rewrite(
        folder,
        "UPDATE events SET seq = 9 WHERE seq = 1",
        "UPDATE events SET seq = 1 WHERE seq = 2",
        "UPDATE events SET seq = 2 WHERE seq = 9",
    )


def taken_out(folder: Path) -> None:
    rewrite(
        folder,
        "DELETE FROM events WHERE operation = 'first'",
        "DELETE FROM operations WHERE id = 'first'",
        "UPDATE events SET seq = 1",
        recompute=True,
    )


def no_beginning(folder: Path) -> None:
    rewrite(folder, "DELETE FROM meta WHERE name = 'keyed_after'")


def another_tills(folder: Path) -> None:
    other = a_day(folder.with_name("other"))
    shutil.copy(other / "journal.sqlite3", folder / "journal.sqlite3")


def truncated(folder: Path) -> None:
    file = folder / "journal.sqlite3"
    file.write_bytes(file.read_bytes()[:-4096])


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (amount_and_chain, f"Event 1 of operation first {FORGED}"),
        (amount_and_no_key_needed, "The entries up to event 2, which older programs wrote, are not those"),
        (columns, "Operation second shows another amount"),
        (kind, f"Event 1 of operation first {FORGED}"),
        (order, f"Event 1 of operation second {FORGED}"),
        (taken_out, f"Event 1 of operation second {FORGED}"),
        (no_beginning, "The journal does not say where its keyed entries begin."),
        (another_tills, "it is another till's, or somebody made it."),
        (truncated, "is damaged"),
    ],
)
def test_verify_tells_it(tmp_path: Path, attack: Callable[[Path], None], told: str) -> None:
    folder = a_day(tmp_path / "till")
    assert verified(folder) == (0, "2 operations, 2 events\n")
    attack(folder)
    status, said = verified(folder)
    assert status == 1
    assert told in said


def test_without_the_key_it_says_what_it_could_not_check(tmp_path: Path) -> None:
    folder = a_day(tmp_path / "till")
    (folder / "journal.key").unlink()
    amount_and_chain(folder)
    status, said = verified(folder)
    assert (status, said.splitlines()[1:]) == (
        0,
        [
            "Not checked: whether somebody made entries up, for the journal's key is not at hand; "
            "verify it at its till."
        ],
    )
    assert not (folder / "journal.key").exists()  # asking makes none


@pytest.mark.parametrize("stored", FOLDERS, ids=lambda folder: folder.name)
def test_what_older_programs_wrote_is_held_as_it_was_taken_over(stored: Path, tmp_path: Path) -> None:
    """Their links need no key to be made anew: after the migration they do not fit its anchor."""
    folder = tmp_path / "till"
    shutil.copytree(stored, folder)
    with_journal(folder, started)
    assert verify(folder, KEY).findings == ()
    keyed = stored.name not in {"schema-1", "schema-2"}
    rewrite(folder, "UPDATE events SET at = '2020' WHERE seq = 1", recompute=True)
    (told, *_) = verify(folder, KEY).findings
    assert (FORGED if keyed else "which older programs wrote, are not those") in told
