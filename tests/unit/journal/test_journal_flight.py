"""The flight recorder on real files."""

import json
import os
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from centara_giftcard.journal.flight import FILES, FlightRecorder
from centara_giftcard.terminal.ports import Recorder


def now() -> datetime:
    return datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[FlightRecorder]:
    recorder = FlightRecorder(tmp_path, now, max_bytes=2000)
    yield recorder
    recorder.close()


def lines(tmp_path: Path, name: str = "till.jsonl") -> list[dict[str, Any]]:
    text = (tmp_path / "log" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_it_tells_what_was_shown_in_the_contracts_words(tmp_path: Path, recorder: FlightRecorder) -> None:
    port: Recorder = recorder
    port.screen("done", "Paid", "paid", "op-1", "•••• 1234")
    port.screen("ready", "Scan a card", None, None, None)
    port.event("scanner", state="lost", tries=3, pause_s=float("nan"), note=None)
    ts = "2026-03-01T10:00:00.123+00:00"
    told = lines(tmp_path)
    assert told == [
        {
            "ts": ts,
            "event": "screen",
            "screen": "done",
            "headline": "Paid",
            "outcome": "paid",
            "operation": "op-1",
            "card": "•••• 1234",
        },
        {"ts": ts, "event": "screen", "screen": "ready", "headline": "Scan a card"},
        {"ts": ts, "event": "scanner", "state": "lost", "tries": 3, "pause_s": "nan", "note": None},
    ]
    assert list(told[0])[:2] == ["ts", "event"]
    assert "•••• 1234".encode() in (tmp_path / "log" / "till.jsonl").read_bytes()


def test_the_same_screen_is_told_once_until_another_one_came(
    tmp_path: Path, recorder: FlightRecorder
) -> None:
    for screen in ("ready", "ready", "card", "ready"):
        recorder.screen(screen, "", None, None, None)
        recorder.event("painted")
    assert [line.get("screen") for line in lines(tmp_path) if line["event"] == "screen"] == [
        "ready",
        "card",
        "ready",
    ]


def test_a_field_cannot_pose_as_the_time_or_the_event(tmp_path: Path, recorder: FlightRecorder) -> None:
    recorder.event("fault", event="screen", ts="never", text='two\nlines " and \ud800')
    assert lines(tmp_path) == [
        {"ts": "2026-03-01T10:00:00.123+00:00", "event": "fault", "text": 'two\nlines " and \ud800'}
    ]


def test_a_line_that_a_crash_tore_stays_alone(tmp_path: Path, recorder: FlightRecorder) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "till.jsonl").write_bytes(b'{"ts": "2026", "eve')
    recorder.event("start")
    recorder.event("next")
    torn, start, following = (tmp_path / "log" / "till.jsonl").read_text().splitlines()
    assert torn == '{"ts": "2026", "eve'
    assert (json.loads(start)["event"], json.loads(following)["event"]) == ("start", "next")


def test_files_are_rotated_by_size_and_only_so_many_are_kept(
    tmp_path: Path, recorder: FlightRecorder
) -> None:
    for n in range(400):
        recorder.event("line", n=n)
    names = ["till.jsonl", *(f"till.jsonl.{k}" for k in range(1, FILES))]
    assert sorted(os.listdir(tmp_path / "log")) == names
    assert all((tmp_path / "log" / name).stat().st_size <= 2000 for name in names)
    numbers = [line["n"] for name in reversed(names) for line in lines(tmp_path, name)]
    assert numbers == list(range(numbers[0], 400))


def test_it_goes_on_after_closing_and_in_the_next_run(tmp_path: Path, recorder: FlightRecorder) -> None:
    recorder.event("one")
    recorder.close()
    recorder.event("two")
    assert [line["event"] for line in lines(tmp_path)] == ["one", "two"]


def test_it_never_raises(tmp_path: Path, recorder: FlightRecorder) -> None:
    (tmp_path / "log").touch()
    recorder.screen("ready", "Scan a card", None, None, None)
    (tmp_path / "log").unlink()
    recorder.screen("ready", "Scan a card", None, None, None)  # not told yet, so it is told now
    assert len(lines(tmp_path)) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.skipif(sys.platform == "win32", reason="no file there is always full")
def test_a_full_disk_only_loses_the_line(tmp_path: Path, recorder: FlightRecorder) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "till.jsonl").symlink_to("/dev/full")
    recorder.event("lost")
    (tmp_path / "log" / "till.jsonl").unlink()
    recorder.event("kept")
    assert [line["event"] for line in lines(tmp_path)] == ["kept"]


@pytest.mark.skipif(sys.platform == "win32", reason="rights come from the user's profile there")
def test_only_its_owner_can_read_it(tmp_path: Path, recorder: FlightRecorder) -> None:
    recorder.event("start")
    assert stat.S_IMODE((tmp_path / "log" / "till.jsonl").stat().st_mode) == 0o600
