"""The doctor repeats what the till's payments and sales noted of the server's answers, until one agrees."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from unit.journal.journal_samples import eur, issue, payment, with_journal

from centara_giftcard.domain.cards import Balance
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.issue import State as IssueState
from centara_giftcard.domain.payment import State
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.journal.flight import FlightRecorder
from centara_giftcard.journal.store import SqliteJournal
from centara_giftcard.probe.finding import Mark
from centara_giftcard.probe.heard import heard
from centara_giftcard.terminal.ports import Operation

BALANCE = Balance(eur(10_000), eur(2_500))
NO_CODE = {"problem": Cause.UNREADABLE, "misfit": Misfit("authCode", "missing")}
AGREED = payment(id="op-9", holding=BALANCE)


def answers(folder: Path, *operations: Operation, **rules: Any) -> list[tuple[Mark, str]]:
    """What the doctor says after these, oldest first."""

    async def use(journal: SqliteJournal) -> None:
        for it in operations:
            await journal.record(it, "noted")

    with_journal(folder, use)
    return [(mark, sentence) for mark, _, sentence in heard(folder, WireRules(**rules))]


def test_a_till_that_noted_nothing_has_nothing_against_its_settings(tmp_path: Path) -> None:
    assert [mark for mark, *_ in heard(tmp_path / "none", WireRules())] == [Mark.OK]
    assert [mark for mark, _ in answers(tmp_path, AGREED)] == [Mark.OK]
    (tmp_path / "journal.sqlite3").write_bytes(b"no journal")
    assert [mark for mark, *_ in heard(tmp_path, WireRules())] == [Mark.OK]


@pytest.mark.parametrize(
    ("noted", "rules", "told"),
    [
        (payment(problem=Cause.UNITS), {"amounts": "minor"}, 'amounts = "minor" may be wrong'),
        (payment(problem=Cause.NET_ROSE), {"net_excludes_holds": True}, "net_excludes_holds = true may"),
        (payment(problem=Cause.NOT_SHOWN), {}, "loyalty.wire.refused_when = [] may be wrong"),
        (payment(problem=Cause.LESS_SHOWN), {}, 'loyalty.wire.held_field = "" may be wrong'),
        (issue(problem=Cause.ISSUED_WHEN), {}, 'issued_when = "created" may be wrong'),
        (payment(**NO_CODE), {}, "authCode is missing: see loyalty.wire.auth_code_field"),
        (
            issue(**NO_CODE),
            {"auth_code_field": "ref"},
            "the last sale (2026-03-01 10:00 UTC): its answer cannot be read, authCode is missing; try",
        ),
    ],
)
def test_the_setting_that_a_payment_or_a_sale_named_is_repeated(
    tmp_path: Path, noted: Operation, rules: dict[str, Any], told: str
) -> None:
    ((mark, sentence),) = answers(tmp_path, noted, **rules)
    assert mark is Mark.FAIL
    assert told in sentence
    assert sentence.endswith("try the server with doctor --probe")


def test_it_is_repeated_until_a_reading_agreed_with_one_of_its_kind(tmp_path: Path) -> None:
    wrong = payment(problem=Cause.UNITS)
    refused = payment(id="op-2", state=State.REFUSED, held=None, auth_code=None)  # tells neither
    sold = issue(id="op-3", state=IssueState.DONE, worth=BALANCE)
    assert [mark for mark, _ in answers(tmp_path, wrong, refused, sold)] == [Mark.FAIL]
    assert [mark for mark, _ in answers(tmp_path, AGREED)] == [Mark.OK]
    assert [mark for mark, _ in answers(tmp_path, issue(id="op-10", problem=Cause.ISSUED_WHEN))] == [
        Mark.FAIL
    ]


def record(folder: Path, *events: tuple[str, dict[str, Any]]) -> None:
    recorder = FlightRecorder(folder, lambda: datetime(2026, 3, 2, 12, 30, tzinfo=UTC))
    for name, fields in events:
        recorder.event(name, **fields)
    recorder.close()


def asked(id: str, call: str = "status", status: int = 200) -> tuple[str, dict[str, Any]]:
    return "request", {"request_id": id, "call": call, "status": status, "problem": None}


UNREAD = ("unreadable", {"request_id": "1", "member": "account.amountNet", "shape": "missing"})


def test_the_last_answer_of_any_call_that_could_not_be_read_is_named(tmp_path: Path) -> None:
    record(tmp_path, asked("0"), asked("1"), UNREAD, asked("2", "commit"), asked("3", status=500))
    log = tmp_path / "log" / "till.jsonl"
    log.write_bytes(log.read_bytes() + b"[1]\nno line\n")
    ((mark, sentence),) = answers(tmp_path)
    assert mark is Mark.FAIL
    assert sentence == (
        "the last status that could not be read (2026-03-02 12:30 UTC): its answer cannot be read, "
        "account.amountNet is missing; try the server with doctor --probe"
    )
    record(tmp_path, asked("4"))
    ((mark, sentence),) = answers(tmp_path)
    assert mark is Mark.LEFT_OUT
    assert sentence.endswith("account.amountNet is missing; that call was read since")


def test_what_a_payment_noted_is_not_told_twice(tmp_path: Path) -> None:
    record(tmp_path, asked("1", "pay"), ("unreadable", {**UNREAD[1], "member": "authCode"}))
    assert len(answers(tmp_path, payment(**NO_CODE))) == 1
