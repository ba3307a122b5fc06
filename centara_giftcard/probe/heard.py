"""What a till's own records say of the server's answers: the operations of its journal, and the requests in
its flight recorder. Nothing is asked, and no value of an answer is told."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from centara_giftcard.config.amend import toml
from centara_giftcard.domain.dialect import EXPLAINED_BY, WireRules
from centara_giftcard.domain.errors import JournalError
from centara_giftcard.domain.replies import Cause, Misfit
from centara_giftcard.journal.reader import Misread, misreads
from centara_giftcard.probe.finding import Finding, Mark

_ABOUT: Final = "answers"
_TRY: Final = "try the server with doctor --probe"
_WHAT: Final = {"payment": "payment", "unissue": "undoing of a sale"}


def heard(folder: Path, rules: WireRules) -> Iterator[Finding]:
    """A line for each thing that speaks against the settings, or one that says that nothing does."""
    noted = _misreads(folder)
    found = [(Mark.FAIL, _ABOUT, _told(it, rules)) for it in noted]
    found += _unread(folder / "log" / "till.jsonl", rules, [it.misfit for it in noted])
    yield from found or [(Mark.OK, _ABOUT, "nothing that this till noted speaks against [loyalty.wire]")]


def _misreads(folder: Path) -> list[Misread]:
    try:
        return misreads(folder)
    except JournalError:  # the line about the journal tells of it
        return []


def _told(it: Misread, rules: WireRules) -> str:
    what = f"the last {_WHAT.get(it.kind, 'sale')} ({it.at:%Y-%m-%d %H:%M} UTC)"
    if it.problem in EXPLAINED_BY:
        name = rules.explaining(it.problem)
        now = toml(getattr(rules, name))
        return f"{what} did not fit the card: loyalty.wire.{name} = {now} may be wrong; {_TRY}"
    return f"{what}: {_unreadable(it.misfit, rules)}; {_TRY}"


def _unreadable(misfit: Misfit | None, rules: WireRules) -> str:
    name = rules.explaining(Cause.UNREADABLE, misfit)
    told = f"its answer cannot be read{_misfit(misfit)}"
    return f"{told}: see loyalty.wire.{name}" if name else told


def _misfit(found: Misfit | None) -> str:
    return f", {found.member} is {found.shape}" if found is not None and found.member else ""


def _unread(log: Path, rules: WireRules, known: list[Misfit | None]) -> list[Finding]:
    """The last answer of any call that could not be read; no fault any more once that call was read."""
    calls: dict[object, object] = {}
    last: tuple[object, str, Misfit] | None = None
    read_since = False
    for line in _lines(log):
        if line["event"] == "request":
            calls[line.get("request_id")] = line.get("call")
            read_since = read_since or (last is not None and last[0] == line.get("call") and _is_good(line))
        elif line["event"] == "unreadable":
            misfit = Misfit(str(line.get("member")), str(line.get("shape")))
            last, read_since = (calls.get(line.get("request_id")), str(line.get("ts")), misfit), False
    if last is None or last[2] in known:
        return []
    call, at, misfit = last
    told = f"the last {call or 'call'} that could not be read ({at[:16].replace('T', ' ')} UTC)"
    if read_since:
        return [(Mark.LEFT_OUT, _ABOUT, f"{told}: {_misfit(misfit)[2:]}; that call was read since")]
    return [(Mark.FAIL, _ABOUT, f"{told}: {_unreadable(misfit, rules)}; {_TRY}")]


def _is_good(line: dict[str, Any]) -> bool:
    return line.get("problem") is None and str(line.get("status")).startswith("2")


def _lines(log: Path) -> Iterator[dict[str, Any]]:
    with suppress(OSError), log.open("rb") as file:
        for line in file:
            with suppress(ValueError):
                noted = json.loads(line)
                if isinstance(noted, dict) and "event" in noted:
                    yield noted
