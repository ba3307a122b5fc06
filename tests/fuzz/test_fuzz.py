"""No reply, scan or key, however hostile, brings the till down, makes it ask what nobody meant, or tells a
secret; and each of these properties can fail.
"""

import pytest
from fuzz.broken import BUGS, Broken, applied
from fuzz.hunt import Property, hunt
from fuzz.properties import PROPERTIES
from fuzz.run import chunks, main

EXAMPLES = 40
"""How many examples a unit of a property's weight has."""


@pytest.mark.parametrize("it", PROPERTIES, ids=lambda it: it.name)
def test_it_holds(it: Property) -> None:
    found = hunt(it, EXAMPLES * it.weight)

    assert found.failure is None, found.failure
    assert found.examples >= EXAMPLES * it.weight


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_broken_parser_is_caught(bug: Broken) -> None:
    it = next(it for it in PROPERTIES if it.name == bug.caught_by)
    with applied(bug):
        soon = bug.seed is not None and hunt(it, 100, bug.seed, shrink=False).failure
        assert soon or hunt(it, 4_000, shrink=False).failure is not None


def test_every_property_can_fail() -> None:
    assert {bug.caught_by for bug in BUGS} == {it.name for it in PROPERTIES}


def test_the_command_runs_at_least_as_many_as_it_was_told_to() -> None:
    assert sum(number for _, number, _ in chunks(200_000, 0)) >= 200_000
    assert len({seed for _, _, seed in chunks(200_000, 0)} | {s for _, _, s in chunks(200_000, 1)}) > 200


def test_the_command_tells_what_it_ran(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--examples", "60", "--jobs", "1", "--seed", "7"]) == 0

    assert "0 failures" in capsys.readouterr().out
