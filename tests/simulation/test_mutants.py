"""Every deliberate bug is caught by an invariant."""

import pytest
from simulation.mutant import Mutant, applied
from simulation.mutants import hunt
from simulation.mutations import MUTANTS

SEEDS = 4000


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 15
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=[mutant.name for mutant in MUTANTS])
def test_it_is_caught(number: int) -> None:
    assert hunt(number, SEEDS) is not None


def test_a_bug_is_gone_afterwards() -> None:
    for mutant in MUTANTS:
        before = _now(mutant)
        with applied(mutant):
            assert _now(mutant) != before
        assert _now(mutant) == before


def _now(mutant: Mutant) -> list[object]:
    return [owner.__dict__.get(name) for owner, name, _ in mutant.patches]
