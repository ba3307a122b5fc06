"""A till at servers of other dialects: most are served, the rest refused by name, and nothing said is a lie.

Every variant of the table is tried here; with each setting wrong in its turn only the first one is (`run.py`
does it for all).
"""

import asyncio
from collections.abc import Mapping

import pytest
from contract.dialects import run as dialects_run
from contract.dialects.run import Row, row
from contract.dialects.trial import STORIES
from contract.dialects.variants import VARIANTS, Variant
from contract.dialects.wrong import wrong_settings
from msgspec.structs import asdict, fields, replace

from centara_giftcard.domain import payment_decision, payment_request
from centara_giftcard.domain.dialect import WireRules
from centara_giftcard.domain.payment import Payment, State, Step
from centara_giftcard.sandbox.dialect import Wire

AT_A_TIME = 6

# A till that is closed while it is connecting leaves that socket to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

NAMES = [f"{it.dialect}: {it.name}" for it in VARIANTS]
BY_NAME = dict(zip(NAMES, VARIANTS, strict=True))


def named(part: str) -> Variant:
    return next(it for name, it in BY_NAME.items() if part in name)


async def all_rows() -> dict[str, Row]:
    room = asyncio.Semaphore(AT_A_TIME)

    async def one(variant: Variant) -> Row:
        async with room:
            return await row(variant, quick=True)

    return dict(zip(NAMES, await asyncio.gather(*map(one, VARIANTS)), strict=True))


@pytest.fixture(scope="module")
def rows() -> Mapping[str, Row]:
    return asyncio.run(all_rows())


def test_twelve_dialects_in_forty_variants() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 40
    assert len({it.dialect for it in VARIANTS}) == 12


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_the_till_says_is_a_lie(rows: Mapping[str, Row], name: str) -> None:
    assert rows[name].lies == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_server_is_served_or_the_till_says_why_not(rows: Mapping[str, Row], name: str) -> None:
    told = rows[name]
    assert told.at_once or told.complains
    if told.at_once:
        assert told.when_set, told.failed


def test_nine_in_ten_are_served_with_nothing_set_or_the_settings_that_fit(rows: Mapping[str, Row]) -> None:
    refused = {name: it.failed for name, it in rows.items() if not it.when_set}
    assert (len(rows) - len(refused)) * 39 >= len(rows) * 36, refused


def test_with_any_one_setting_wrong_nothing_is_a_lie() -> None:
    stories = [it for it in STORIES if it.name in {"take", "commit lost, taken", "sell", "undo"}]
    told = asyncio.run(row(named("the contract's own"), quick=False, stories=stories))
    assert told.wrong > len(fields(WireRules))
    assert told.lies == ()


def test_a_condition_that_hides_a_late_hold_does_not_keep_it_off_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hiding = [it for it in wrong_settings(WireRules(net_excludes_holds=True)) if "37.50" in it[0]]
    monkeypatch.setattr(dialects_run, "wrong_settings", lambda _: hiding)
    late = [it for it in STORIES if it.late_s]
    told = asyncio.run(row(named("balances: net excludes holds"), quick=False, stories=late))
    assert (told.wrong, told.lies) == (1, ())


def test_both_sides_have_the_same_settings() -> None:
    """The practice server has a model of its own, so that no setting is misread on both sides alike."""
    ours, theirs = asdict(WireRules()), asdict(Wire())
    assert {name: list(it) if isinstance(it, tuple) else it for name, it in ours.items()} == theirs
    assert {what.partition(" ")[0] for what, _ in wrong_settings(WireRules())} == set(theirs)


def _as_not_held(seen: Payment) -> Step:
    return replace(seen, state=State.NOT_HELD, after=seen.seen, doubt=None), None


def test_a_till_that_believes_a_hold_without_a_reading_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check can fail: net has what is held taken off, nobody has set so, and nobody looks; what a person
    should then be told of is taken for nothing."""
    monkeypatch.setattr(payment_request, "_misread", lambda *_: None)
    monkeypatch.setattr(payment_decision, "for_a_person", _as_not_held)
    told = asyncio.run(row(named("the same, and no Idempotency-Key"), quick=True))
    assert told.lies
