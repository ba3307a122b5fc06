"""What is left of a card's number: nothing of a payment's, and of a sale's what is dear to guess from."""

import hmac
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from unit.journal.journal_samples import KEY, NUMBER, Watch, eur, issue, payment, with_journal

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.issue import Kind
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.secrets import CardNumber
from centara_giftcard.journal.schema import MIGRATIONS, migrate
from centara_giftcard.journal.seal import HASH_MEMORY_KIB, HASH_PASSES, Seal
from centara_giftcard.journal.store import HASH_KEPT, SqliteJournal

WORTH = Balance(eur(5000), eur(0))
DONE = {"state": IssueState.DONE, "worth": WORTH}


def hashes(folder: Path) -> dict[str, str | None]:
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as db:
        return dict(db.execute("SELECT id, card_hash FROM operations").fetchall())


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def quick_hash(number: str) -> bytes:
    """What an attacker with the key file had to try for each number in the first version: microseconds."""
    info = b"centara-giftcard journal: card hash"
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(KEY)
    return hmac.new(key, number.encode(), "sha256").hexdigest().encode()


async def a_day(journal: SqliteJournal) -> None:
    await journal.record(payment(id="paid"), "pay held")
    await journal.record(payment(id="paid", state=State.COMMITTED), "commit accepted")
    await journal.record(issue(id="sale"), "requested")
    await journal.record(issue(id="sale", **DONE), "issue issued")
    await journal.record(issue(id="undo", kind=Kind.UNISSUE), "requested")
    await journal.record(issue(id="undo", kind=Kind.UNISSUE, **DONE), "unissue accepted")
    await journal.record(issue(id="sending"), "requested")
    assert await journal.undone({"sale"}) == {"sale"}


def test_no_payment_and_no_request_leaves_a_hash_and_no_hash_is_quick(tmp_path: Path) -> None:
    with_journal(tmp_path, a_day)
    left = hashes(tmp_path)
    assert left["paid"] is left["sending"] is None
    assert left["sale"] == left["undo"] is not None
    assert quick_hash(NUMBER) not in everything(tmp_path)
    assert (HASH_MEMORY_KIB, HASH_PASSES) >= (64 * 1024, 3)  # RFC 9106, section 4


def test_no_entry_waits_for_a_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of ten cards would be sold two seconds later."""
    guessed = Event()

    def slow(_: Seal, card: CardNumber) -> str:
        assert guessed.wait(60)
        return "found by this"

    async def sold(journal: SqliteJournal) -> None:
        await journal.record(issue(id="sale"), "requested")
        await journal.record(issue(id="sale", **DONE), "issue issued")
        await journal.record(payment(id="paid", state=State.COMMITTED), "commit accepted")
        assert hashes(tmp_path) == {"sale": None, "paid": None}
        guessed.set()

    monkeypatch.setattr(Seal, "card_hash", slow)
    with_journal(tmp_path, sold)
    assert hashes(tmp_path) == {"sale": "found by this", "paid": None}


def test_a_hash_is_gone_when_no_receipt_asks_for_it_any_more(tmp_path: Path) -> None:
    with_journal(tmp_path, a_day)
    left = str(hashes(tmp_path)["sale"]).encode()
    assert left in everything(tmp_path)

    async def nothing(journal: SqliteJournal) -> None:
        pass

    later = Watch()
    with_journal(tmp_path, nothing, now=lambda: later() + HASH_KEPT + timedelta(days=1))
    assert left not in everything(tmp_path)


def test_the_new_version_leaves_nothing_of_the_quick_hashes_and_still_knows_what_was_undone(
    tmp_path: Path,
) -> None:
    quick = quick_hash(NUMBER).decode()
    row = (
        "(?, ?, 'done', 1, 5000, 'EUR', '•••• 1234', ?, 'Anna', '2026-03-01T09', '2026-03-01T09', '{}', NULL)"
    )
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        migrate(db, MIGRATIONS[:1])
        for id_, kind, card_hash in (
            ("sale", "issue", quick),
            ("undo", "unissue", quick),
            ("other", "issue", quick_hash("1").decode()),
            ("live", "issue_live", None),
            ("paid", "payment", quick),
        ):
            db.execute(f"INSERT INTO operations VALUES (NULL, {row[1:]}", (id_, kind, card_hash))
        migrate(db, MIGRATIONS[:2])
    found = hashes(tmp_path)
    assert found["sale"] == found["undo"] not in {None, found["other"]}
    assert found["live"] is found["paid"] is None
    assert quick.encode() not in everything(tmp_path)
