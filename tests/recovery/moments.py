"""The named moments of the journal, and what happens at one of them: a death, or a fault of the disk.

A moment is `WHEN:ENTRY`. ENTRY is the name of a journal entry, such as `requested` or `commit accepted`, of a
sale that this till began; `recovery:WHEN:ENTRY` means one that it found. WHEN is `before`, `after`, or how a
statement of that entry begins, which is then about to run: `COMMIT`. Until the journal's first entry, ENTRY
is `open`. What happens does so in the journal's own thread, at the first such moment only.
"""

import os
import signal
import sqlite3
from collections.abc import Callable
from typing import Any, Final

from e2e.unattended import Witness

from centara_giftcard.journal.store import SqliteJournal

STATEMENTS: Final = ("BEGIN IMMEDIATE", "INSERT INTO operations", "INSERT INTO events", "COMMIT")
CHECKPOINT: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
WHENS: Final = ("before", *STATEMENTS, "after")


def die() -> None:
    """What a power cut leaves of a process: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)


def watch(moment: str, act: Callable[[], None], witness: Witness) -> None:
    """Have `act` happen at `moment`, in this process; the witness hears of each entry that was accepted."""
    rest, recovered = moment.removeprefix("recovery:"), moment.startswith("recovery:")
    wanted_when, _, wanted_entry = rest.partition(":")
    own: set[str] = set()
    entry, found, over = "open", False, False

    def at(when: str) -> None:
        nonlocal over
        right_one = entry == wanted_entry and (found == recovered or entry == "open")
        if right_one and not over and when.startswith(wanted_when):
            over = True
            witness.note("moment", name=moment)
            act()

    connect = sqlite3.connect
    write = SqliteJournal._write
    record = SqliteJournal.record

    def watched_connect(*words: Any, **options: Any) -> sqlite3.Connection:
        db = connect(*words, **options)
        db.set_trace_callback(lambda sql: at(" ".join(sql.split())))
        return db

    def watched_write(self: SqliteJournal, it: Any, event: str) -> None:
        nonlocal entry, found
        if event == "requested":
            own.add(it.id)
        entry, found = event, it.id not in own
        at("before")
        write(self, it, event)
        at("after")

    async def watched_record(self: SqliteJournal, it: Any, event: str) -> None:
        await record(self, it, event)
        witness.note("written", operation=it.id, entry=event)

    sqlite3.connect = watched_connect  # type: ignore[assignment]
    SqliteJournal._write = watched_write  # type: ignore[assignment, method-assign]
    SqliteJournal.record = watched_record  # type: ignore[assignment, method-assign]
