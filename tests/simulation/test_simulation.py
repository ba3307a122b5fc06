"""Many seeds, and the simulator itself: same seed, same run; a failing run is shrunk and told."""

import os
from dataclasses import replace
from itertools import pairwise, product
from typing import Final

import pytest
from simulation.chance import draw
from simulation.found import CALM, STORIES, Story
from simulation.mutant import applied
from simulation.mutations import MUTANTS
from simulation.plan import Amounts, Kind, Nap, Plan, Sale
from simulation.run import main, plan_of, series, told
from simulation.shrink import shrink
from simulation.world import simulate

SEEDS: Final = int(os.environ.get("CENTARA_SEEDS", "5000"))


def test_every_invariant_holds() -> None:
    found = series(start=0, number=SEEDS, jobs=1)

    assert found.seeds == SEEDS
    assert found.failed == ()
    assert found.paid > SEEDS / 2  # or the storm would prove nothing
    assert found.sold > SEEDS / 2


def test_the_same_seed_is_the_same_run() -> None:
    for seed in range(40):
        assert simulate(draw(seed)).trace == simulate(draw(seed)).trace


@pytest.mark.parametrize("counted", [False, True])
def test_a_till_that_sleeps_does_nothing_until_it_wakes(counted: bool) -> None:
    sale, nap = Sale(0, 0.1, 0, 2_500, "f12", 0.5, 12.0), Nap(0, 0.33, 40.0, counted)
    trace = simulate(replace(CALM, sales=(sale,), naps=(nap,))).trace

    did = [(at_s, what) for at_s, who, what in trace if who == "till 0" and 0.33 <= at_s < 60]
    assert did[0] == (0.33, "falls asleep")
    assert did[1] == (40.33, "wakes")
    assert "lost" in did[2][1]  # what was in flight


def test_seeds_differ_in_all_that_can_go_wrong() -> None:
    plans = [draw(seed) for seed in range(1_000)]

    assert {plan.tills for plan in plans} == {1, 2, 3, 4}
    for part in ("faults", "crashes", "outages", "disk", "expiries", "jumps", "naps", "presses", "undos"):
        assert any(getattr(plan, part) for plan in plans), part
    struck = {(fault.call, fault.kind) for plan in plans for fault in plan.faults}
    of_holds = {Kind.RESCUED, Kind.OTHER_CARD, Kind.MORE, Kind.PART, Kind.HALF, Kind.HUNDREDTH}
    everywhere = set(Kind) - of_holds - {Kind.LIES, Kind.LATER, Kind.BOOKS_LATER, Kind.PROMISED, Kind.NO}
    everywhere -= {Kind.DOUBLED}
    assert struck >= {
        ("status", Kind.DOUBLED),
        ("commit", Kind.BOOKS_LATER),
        ("cancel", Kind.LIES),
        ("unissue", Kind.LATER),
    }
    calls = ("status", "pay", "commit", "cancel", "issue", "issue_live", "unissue")
    assert struck >= {(call, kind) for call in calls for kind in everywhere}
    assert struck >= {("pay", kind) for kind in of_holds}
    assert struck >= {
        (call, kind) for call in ("pay", "commit", "unissue") for kind in (Kind.PROMISED, Kind.NO)
    }
    dialects = [plan.dialect for plan in plans]
    assert {(it.excludes, it.set_excludes) for it in dialects} == set(product((False, True), repeat=2))
    assert any(it.by_header for it in dialects)
    assert any(it.lapses_s for it in dialects)


def test_distinct_amounts_have_no_coincidences() -> None:
    plan = draw(7, tills=4, amounts=Amounts.DISTINCT)
    amounts = [sale.minor for sale in plan.sales]

    assert len(set(amounts)) == len(amounts)
    assert all(minor >= 9 * smaller for smaller, minor in pairwise(amounts))


def _failing() -> Plan:
    return next(
        plan
        for plan in map(draw, range(200))
        if len(plan.faults) > 3 and simulate(plan).violation is not None
    )


def test_a_failing_run_is_shrunk_to_what_it_needs() -> None:
    forgetful = next(m for m in MUTANTS if m.name == "a lost request is repeated")
    with applied(forgetful):
        plan = _failing()
        short = shrink(plan)

        assert short.violation is not None
        assert short.violation.number == 3
        assert len(short.plan.faults) == 1
        assert len(short.plan.sales) == 1
        assert not any((short.plan.crashes, short.plan.outages, short.plan.presses, short.plan.disk))
        assert len(short.trace) < 25
        assert "a second request" in list(told(short))[-1]


def test_only_a_failing_run_can_be_shrunk() -> None:
    calm = replace(draw(1), faults=(), crashes=(), outages=(), disk=(), expiries=(), presses=())

    with pytest.raises(ValueError, match="does not fail"):
        shrink(calm)


def test_a_seed_is_replayed_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3", "--trace"]) == 0

    out = capsys.readouterr().out
    assert out.splitlines()[0].startswith("seed 3: ")
    assert out.splitlines()[-1] == "every invariant holds"


def test_coincidences_are_asked_for() -> None:
    assert plan_of(4, coincidence=True).amounts is Amounts.FEW
    assert plan_of(4, coincidence=True).tills > 1


ROW_19 = "two tills, equal amounts: another till's release hides one's own hold"
"""The catalogue's row 19 believes an unchanged total; with equal amounts that can be a coincidence."""


@pytest.mark.parametrize(
    "seed",
    [
        806689,
        7001865,
        7002134,
        20007733,
        20009320,
        20013625,
        30027585,
        40002952,
        40008530,
        50053139,
        50054255,
        60019538,
        60024302,
        80026617,
        80031105,
        90033386,
        95003363,
        110012533,
        120044995,
        120055321,
        120082546,
        130000016,
        150011136,
        150057481,
        160010420,
        170006651,
        180006136,
        190009693,
        210020130,
        210052517,
        210074094,
        210094503,
        220031982,
        230008941,
        240020851,
        240037230,
        240041495,
        240055609,
        250021151,
        260038493,
        260068909,
        280027525,
        290000351,
        290004382,
        300077043,
        310010323,
        320033186,
    ],
)
def test_seeds_that_broke_a_law_do_not_break_it_again(seed: int) -> None:
    """Releases that were believed for what others did; late holds that an orphan hid for an hour."""
    assert simulate(draw(seed)).violation is None


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(story, marks=[pytest.mark.xfail(strict=True, reason="row 19")] * (story.name == ROW_19))
        for story in STORIES
    ],
    ids=lambda story: story.name,
)
def test_what_was_found_does_not_happen_again(story: Story) -> None:
    assert simulate(story.plan).violation is None
