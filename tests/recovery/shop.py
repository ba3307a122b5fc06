"""A data folder, the tills that live and die on it, and the books that are kept of what they did."""

import json
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any, Final

from e2e.books import SETTLED, card_errors, disagreements
from e2e.program import FULL, Hold, Server, write_settings
from recovery.nursery import Nursery, Order

from centara_giftcard.config.vault import SystemVault
from centara_giftcard.journal.reader import export_json, verify

PATIENCE_S: Final = 60.0
FOR_A_PERSON: Final = {"orphan_hold", "unclear"}

Line = dict[str, Any]


class Shop:
    """One till at a time, from the same nursery, on `folder`/data; the witness stands outside of it."""

    def __init__(self, server: Server, folder: Path, nursery: Nursery) -> None:
        self.server = server
        self.data_dir = folder / "data"
        self._nursery = nursery
        self._settings = write_settings(folder / "settings.toml", server.address)
        self._witness = folder / "witness.jsonl"
        self._errors = folder / "errors"
        self._before = 0
        self._customers: set[str] = set()

    # --- tills ---------------------------------------------------------------------------------------------

    def start(self, *sales: str, moment: str = "", fault: str = "") -> None:
        """Start a till that serves `sales`; at `moment`, if any, it dies, or `fault` befalls its disk."""
        self._before = self._witness.stat().st_size if self._witness.exists() else 0
        self._customers |= {number for number, _, _ in (sale.partition(":") for sale in sales)}
        settings, data, witness, errors = map(
            str, (self._settings, self.data_dir, self._witness, self._errors)
        )
        self._nursery.start(Order(settings, data, witness, errors, sales, moment, fault))

    def wait(self) -> int:
        """Wait for the till's end; return its exit status, negative for a signal."""
        return self._nursery.wait()

    def kill(self) -> int:
        """The power fails."""
        return self._nursery.kill()

    def close(self) -> int:
        """Close the window; return the exit status."""
        self._nursery.send(signal.SIGTERM)
        return self._nursery.wait()

    def wait_for_end(self) -> int:
        """Wait for a till that is to die at a moment; one that has no more customers is killed."""
        wait_for(lambda: self._nursery.ended() or self._says("idle"))
        return self.wait() if self._nursery.ended() else self.kill()

    def wait_for(self, event: str) -> None:
        """Wait until the witness has this of the till that was started last."""
        wait_for(lambda: self._says(event))

    def settle(self) -> None:
        """Start a till and leave it alone until nothing more can be found out; it goes on running."""
        self.start()
        self.wait_for("ready")
        wait_for(lambda: {row["state"] for row in self.journal().values()} <= SETTLED | FOR_A_PERSON)

    # --- books ---------------------------------------------------------------------------------------------

    def journal(self) -> dict[str, Line]:
        """The journal's export, by the operations' ids."""
        out = StringIO()
        export_json(self.data_dir, out)
        return {row["id"]: row for row in json.loads(out.getvalue())}

    def witnessed(self) -> list[Line]:
        """All that the witness ever heard."""
        return _lines(self._witness)

    def told(self) -> list[Line]:
        """What the witness heard of the till that was started last."""
        return _lines(self._witness, self._before)

    def headlines(self) -> list[str]:
        """What the till that was started last has said."""
        return [line["headline"] for line in self.told() if line["event"] == "screen"]

    def fate(self, number: str) -> tuple[str | None, str | None]:
        """What journal and server say of the one payment of a card."""
        rows = [row["state"] for row in self.journal().values() if row["card"] == f"•••• {number[-4:]}"]
        holds = [hold.state for hold in self.server.holds(number)]
        assert len(rows) <= 1, rows
        assert len(holds) <= 1, holds
        return (rows[0] if rows else None), (holds[0] if holds else None)

    def compare(self) -> tuple[list[str], list[str]]:
        """A sentence for each intent that was lost, and for each disagreement of ledger, journal and screen.

        Lost is what was asked for, said, or accepted by the journal, and is not in it.
        """
        journal, told, holds = self.journal(), self.witnessed(), self._holds()
        named = {line["operation"] for line in told if "operation" in line}
        named |= {str(hold.operation) for hold in holds}
        accepted = Counter((line["operation"], line["entry"]) for line in told if line["event"] == "written")
        lost = [f"{name} is not in the journal." for name in sorted(named - journal.keys())] + [
            f"The journal accepted {entry} of {name} and lost it."
            for name, entry in accepted - Counter(self._entries())
        ]
        screens = [line for line in told if line["event"] == "screen"]
        recorded = [
            line for line in _lines(self.data_dir / "log" / "till.jsonl") if line["event"] == "screen"
        ]
        missing = sorted(set(map(_plain, screens)) - set(map(_plain, recorded)))
        return lost, [
            *disagreements(holds, journal, screens),
            *card_errors(self.server.books(), FULL),
            *verify(self.data_dir, SystemVault(self.data_dir, "").known_journal_key()).findings,
            *(f"The flight recorder lacks {line}." for line in missing),
        ]

    def troubles(self) -> list[str]:
        """What the tills have noted of faults, and what they wrote on their standard streams."""
        noted = [line for line in self.witnessed() if line["event"] in {"fault", "journal_failed"}]
        errors = self._errors.read_text() if self._errors.exists() else ""
        return [*(f"The till noted {line}." for line in noted), *errors.splitlines()]

    def unlisted(self) -> list[str]:
        """Open holds that are on no list of this till; none may be left when all is settled."""
        journal = self.journal()
        open_now = [hold for hold in self._holds() if hold.state == "open"]
        return [
            f"No list shows {hold}."
            for hold in open_now
            if journal.get(str(hold.operation), {"state": None})["state"] not in FOR_A_PERSON
        ]

    def _says(self, event: str) -> bool:
        return any(line["event"] == event for line in self.told())

    def _holds(self) -> list[Hold]:
        return [hold for hold in self.server.holds() if hold.number in self._customers]

    def _entries(self) -> list[tuple[str, str]]:
        file = self.data_dir / "journal.sqlite3"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
                return []
            return db.execute("SELECT operation, event FROM events ORDER BY seq").fetchall()


def wait_for(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Ask again until it is so."""
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.005)


def _lines(path: Path, start: int = 0) -> list[Line]:
    """The lines of a recorder's file from a byte on; one that a kill cut short has no end and is not said."""
    if not path.exists():
        return []
    with open(path, "rb") as file:
        file.seek(start)
        return [json.loads(line) for line in file if line.startswith(b"{") and line.endswith(b"}\n")]


def _screens(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line["event"] == "screen"]


def _plain(screen: Line) -> str:
    return json.dumps({name: value for name, value in screen.items() if name != "ts"}, sort_keys=True)
